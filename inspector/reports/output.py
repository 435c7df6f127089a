"""Reports on their way out: to standard output, or into a file, whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TextIO

from inspector.errors import ReportWriteError
from inspector.reports import R, Renderer, View

if TYPE_CHECKING:
    from pathlib import Path


def write_file(renderer: Renderer[R], report: R, view: View, target: str) -> None:
    """Write a report into a file; raise ReportWriteError and leave the old file alone when it cannot be written."""
    _write(target, lambda out: renderer.render(report, out, view))


def write_text(text: str, target: str) -> None:
    """Write a text into a file, as write_file does a report."""
    _write(target, lambda out: out.write(text))


def write_stdout(renderer: Renderer[R], report: R, view: View) -> None:
    """Write a report to standard output; raise ReportWriteError when it cannot be written."""
    with standard_output() as out:
        _reconfigure(out, renderer)
        renderer.render(report, out, view)


def write_stderr(renderer: Renderer[R], report: R, view: View) -> None:
    """Write a report to standard error; when that is full or gone, the exit code still tells."""
    with standard_error() as out:
        _reconfigure(out, renderer)
        renderer.render(report, out, view)


def append_file(text: str, target: str) -> None:
    """Write text behind what a file has, or into a new one; raise ReportWriteError when it cannot be written."""
    try:
        with open(target, "a", encoding="utf-8", newline="\n") as out:  # noqa: PTH123  # pathlib takes 5 ms to import
            out.write(text)
    except OSError as error:
        raise ReportWriteError(f"cannot write {target}: {error.strerror or error}") from error


@contextlib.contextmanager
def standard_output() -> Iterator[TextIO]:
    """Offer standard output and flush it; a reader that went away is no error, a full disk is ReportWriteError."""
    out = sys.stdout
    if out is None:
        raise ReportWriteError("cannot write standard output: it is closed")
    try:
        yield out
        out.flush()
    except OSError as error:
        discard(out)
        if not _reader_left(error):
            raise ReportWriteError(f"cannot write standard output: {error.strerror or error}") from error


@contextlib.contextmanager
def standard_error() -> Iterator[TextIO]:
    """Offer standard error; when that is full, gone or closed, the exit code still tells."""
    if sys.stderr is None:  # closed by the caller: 2>&-
        yield io.StringIO()
        return
    try:
        yield sys.stderr
    except OSError:
        discard(sys.stderr)


def discard(stream: TextIO) -> None:
    """Drop what a stream could not write: Python would flush it again at its end, fail, and exit with 120."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _write(target: str, fill: Callable[[TextIO], object]) -> None:
    from pathlib import Path  # takes 5 ms, which a report to standard output need not pay

    path = Path(target)
    try:
        if _is_special(path):  # asked of the name as given: what /dev/stdout and /dev/fd/63 resolve to may be no path
            with path.open("w", encoding="utf-8", newline="\n") as out:
                fill(out)
        else:
            # A symlink stays one; what it points to is replaced.
            _replace(Path(os.path.realpath(target)), fill)
    except OSError as error:
        raise ReportWriteError(f"cannot write {target}: {error.strerror or error}") from error


def _is_special(path: Path) -> bool:
    """Tell a pipe or a device, such as /dev/stdout, which must be written and never replaced."""
    try:
        return not stat.S_ISREG(path.stat().st_mode) and not path.is_dir()
    except FileNotFoundError:
        return False


def _replace(path: Path, fill: Callable[[TextIO], object]) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    # In the same directory, so that the rename cannot cross a file system; "x" follows no link that another put there.
    # Its name has nothing of the report's, which may be as long as a name can be.
    draft = path.with_name(f".gobin-inspect.{os.urandom(4).hex()}.tmp")
    try:
        with draft.open("x", encoding="utf-8", newline="\n") as out:
            fill(out)
        if path.exists():
            draft.chmod(stat.S_IMODE(path.stat().st_mode))
        draft.replace(path)
    except BaseException:  # Ctrl-C too: clean up, then let it go on
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


def _reconfigure(out: TextIO, renderer: Renderer[R]) -> None:
    """Make an encoding without some character spell it out instead of failing."""
    if isinstance(out, io.TextIOWrapper):
        if renderer.utf8:
            out.reconfigure(encoding="utf-8", newline="\n")
        else:
            out.reconfigure(errors="backslashreplace")


def _reader_left(error: OSError) -> bool:
    return error.errno == errno.EPIPE or (os.name == "nt" and error.errno == errno.EINVAL)
