"""Unpacked bytes as one seekable Window: in memory while there is room, else in an unnamed temporary file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO

from formats import LimitExceeded, Window
from inspector.sources.limits import MAX_MEMBER, Budget
from inspector.sources.trouble import Unreadable


@contextmanager
def spooled(pieces: Iterable[bytes], budget: Budget, limit: int = MAX_MEMBER) -> Iterator[Window]:
    """Offer the pieces as a Window; memory and temporary file are given back on leaving.

    Raises LimitExceeded beyond ``limit`` bytes or the budget, Unreadable when there is no room for the
    temporary file, and whatever making the pieces raises.
    """
    size = 0
    memory = io.BytesIO()
    file: BinaryIO = memory
    with ExitStack() as stack:
        for piece in pieces:
            size += len(piece)
            if size > limit:
                raise LimitExceeded(f"more than {limit} bytes")
            budget.spend(len(piece))
            if file is memory and size > budget.memory:
                file = stack.enter_context(_temporary_file())
                _write(file, memory.getbuffer())
                memory = io.BytesIO()
            _write(file, piece)
        if file is not memory:
            _flush(file)
            yield Window.of_file(file)
            return
        budget.memory -= size
        try:
            yield Window.of_bytes(memory.getvalue())
        finally:
            budget.memory += size


def _temporary_file() -> BinaryIO:
    import tempfile  # brings shutil, bz2 and lzma along: not for the plain file in the usual run

    try:
        return tempfile.TemporaryFile(prefix="gobin-inspect-")
    except OSError as error:
        raise _no_room(error) from error


def _write(file: BinaryIO, piece: bytes | memoryview) -> None:
    try:
        file.write(piece)
    except OSError as error:
        raise _no_room(error) from error


def _flush(file: BinaryIO) -> None:
    try:
        file.flush()
    except OSError as error:
        raise _no_room(error) from error


def _no_room(error: OSError) -> Unreadable:
    return Unreadable(f"cannot be unpacked, the temporary file failed: {error.strerror or error}")
