"""Find the files that the given paths mean, and open them without being led astray."""

from __future__ import annotations

import enum
import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from typing import Final

import msgspec

from formats import Truncated, Unknown, Window
from inspector.model import SkipKind, Skipped
from inspector.sources.chosen import EVERYTHING, Chosen, parts_of
from inspector.sources.limits import STEP, Budget
from inspector.sources.names import names_of, shown
from inspector.sources.place import Place
from inspector.sources.spool import spooled
from inspector.sources.trouble import Unreadable

STDIN: Final = "-"

_STDIN_KEY: Final = "-/"
"""Unlike any key of a path: those end in no slash, and `./-` is a file."""

_SPECIAL: Final = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
    stat.S_IFDIR: "a directory",
}


class Found(msgspec.Struct, frozen=True):
    """One file to open, or standard input; small and picklable, so that another process can open it.

    ``path`` is what the system wants, undecodable bytes as surrogates; ``parts`` are its components that may
    state an intent, none for standard input; ``named``: it was given itself.
    ``size`` is what the system said when it was found, in bytes: 0 where it said nothing, as of standard input.
    ``below`` is the number of directories between the one that was given and the file.
    ``inode`` is the same, (device, number), for all the ``names`` that one file has; None for a file with one name.
    """

    path: str
    named: bool
    parts: tuple[str, ...]
    below: int = 0
    size: int = 0
    inode: tuple[int, int] | None = None
    names: int = 1

    @property
    def place(self) -> Place:
        """Where a report says it is."""
        name, names = (self.parts[-1], names_of(self.parts)) if self.parts else (self.path, ())
        return Place(shown(self.path), self.named, name, names)


def find(paths: Sequence[str], chosen: Chosen = EVERYTHING) -> Iterator[Found | Skipped]:
    """Yield every file that ``paths`` name or that stands below a directory among them, in bytewise order of path.

    A path given twice counts once. Named symbolic links are followed. Below a directory none is: a file inside
    it has its own path, and what lies outside was not asked for. ``chosen`` leaves out what is below directories.
    """
    given = {_STDIN_KEY if path == STDIN else _key(path): path for path in reversed(paths)}
    for key, path in sorted(given.items(), key=lambda item: os.fsencode(item[1])):
        if path == STDIN:
            yield Found(STDIN, named=True, parts=())
            continue
        found = Found(path, named=True, parts=parts_of(path))
        try:
            status = os.stat(path)  # noqa: PTH116  # pathlib takes 6 ms to import
        except OSError as error:
            yield found.place.failed(error)
            continue
        except ValueError:  # a NUL, which no system takes in a path
            yield found.place.skipped(SkipKind.UNREADABLE, "not a possible path")
            continue
        if stat.S_ISDIR(status.st_mode):
            yield from _below(path, given.keys() - {key}, chosen)
        elif stat.S_ISREG(status.st_mode):
            yield _measured(found, status)
        else:
            yield found.place.skipped(SkipKind.UNREADABLE, _not_regular(status.st_mode))


@contextmanager
def opened(found: Found, budget: Budget) -> Iterator[tuple[Window, int | Unknown]]:
    """Open a found file, or read standard input; offer its bytes and its permission bits.

    Raises OSError when the system refuses, Unreadable when the path has become something else than a file, Truncated
    when the file has lost all it had.
    """
    if found.path == STDIN:
        with spooled(_standard_input(), budget) as window:
            yield window, Unknown("standard input has no mode")
        return
    # Since it was found, the path may have become a pipe, where opening would wait for a writer, or a link.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
    if not found.named:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(found.path, flags)
    try:
        mode = _regular_mode(descriptor)
        file = os.fdopen(descriptor, "rb")
    except BaseException:  # Ctrl-C too: clean up, then let it go on
        os.close(descriptor)
        raise
    with file:
        bits = Unknown("Windows keeps no permission bits") if os.name == "nt" else stat.S_IMODE(mode)
        window = Window.of_file(file)
        if found.size and not window.size:
            raise Truncated(f"it had {found.size} bytes when it was found, and has none")
        yield window, bits


def _below(root: str, elsewhere: Set[str], chosen: Chosen) -> Iterator[Found | Skipped]:
    """Walk a directory with a stack of its own: a tree may be deeper than Python recurses.

    ``elsewhere`` are the keys of other given paths, which have their own turn.
    """
    choice, top = chosen.below(root), parts_of(root)[-1:]
    waiting = [iter([(root, _Kind.DIRECTORY)])]
    empty = True
    left_out = False
    while waiting:
        path, kind = next(waiting[-1], ("", None))
        if kind is None:
            waiting.pop()
            continue
        if elsewhere and _key(path) in elsewhere:
            empty = False
            continue
        inside = parts_of(path[len(root) :])
        if inside and not (choice.enters(inside) if kind is _Kind.DIRECTORY else choice.takes(inside)):
            left_out = True
            continue
        found = Found(path, named=path == root, parts=(*top, *inside), below=max(len(inside) - 1, 0))
        if kind is _Kind.DIRECTORY:
            entries, trouble = _entries(path)
            waiting.append(entries)
            if trouble is not None:
                yield found.place.failed(trouble)
                empty = False
            continue
        empty = False
        if kind is _Kind.FILE:
            yield _still_there(found)
        elif kind is _Kind.SPECIAL:
            yield found.place.skipped(SkipKind.NOT_EXECUTABLE, "a pipe, a socket or a device")
        elif (reason := _leads_out(path, root)) is not None:
            yield found.place.skipped(SkipKind.NOT_EXECUTABLE, reason)
    if empty:
        why = "--include and --exclude leave no file of the directory" if left_out else "the directory holds no files"
        yield Found(root, named=True, parts=parts_of(root)).place.skipped(SkipKind.NOT_EXECUTABLE, why)


def _still_there(found: Found) -> Found:
    try:
        return _measured(found, os.lstat(found.path))
    except OSError:  # it is gone, or cannot be reached: who opens it says why
        return found


def _measured(found: Found, status: os.stat_result) -> Found:
    linked = status.st_nlink > 1 and status.st_ino != 0  # some file systems number no file
    return Found(
        found.path,
        named=found.named,
        parts=found.parts,
        below=found.below,
        size=status.st_size,
        inode=(status.st_dev, status.st_ino) if linked else None,
        names=status.st_nlink if linked else 1,
    )


class _Kind(enum.Enum):
    FILE = enum.auto()
    DIRECTORY = enum.auto()
    LINK = enum.auto()
    SPECIAL = enum.auto()


def _entries(directory: str) -> tuple[Iterator[tuple[str, _Kind]], OSError | None]:
    """List a directory, which may have a million entries: names alone are kept, until it is their turn.

    What could be listed is not lost when the rest cannot be; then the error is returned, too.
    """
    names: list[bytes] = []
    kinds: dict[bytes, _Kind] = {}  # but for files and directories
    trouble: OSError | None = None
    try:
        with os.scandir(directory) as entries:
            for entry in entries:
                kind, name = _kind(entry), os.fsencode(entry.name)
                # With its slash a directory sorts as the paths below it do: "a-b" before "a/b".
                names.append(name + b"/" if kind is _Kind.DIRECTORY else name)
                if kind in {_Kind.LINK, _Kind.SPECIAL}:
                    kinds[name] = kind
    except OSError as error:
        trouble = error
    names.sort(reverse=True)
    return _in_turn(directory, names, kinds), trouble


def _in_turn(directory: str, names: list[bytes], kinds: Mapping[bytes, _Kind]) -> Iterator[tuple[str, _Kind]]:
    while names:
        name = names.pop()
        kind = _Kind.DIRECTORY if name.endswith(b"/") else kinds.get(name, _Kind.FILE)
        yield os.path.join(directory, os.fsdecode(name.removesuffix(b"/"))), kind  # noqa: PTH118


def _kind(entry: os.DirEntry[str]) -> _Kind:
    try:
        # Windows' junctions are directories that may lead anywhere; Python tells them from 3.12 on.
        if entry.is_symlink() or getattr(entry, "is_junction", bool)():
            return _Kind.LINK
        if entry.is_dir(follow_symlinks=False):
            return _Kind.DIRECTORY
        return _Kind.FILE if entry.is_file(follow_symlinks=False) else _Kind.SPECIAL
    except OSError:  # some file systems list no kinds, and may refuse to tell it: who opens it says why
        return _Kind.FILE


def _leads_out(link: str, root: str) -> str | None:
    """Say where a link leads that does not lead into ``root``; None when it does."""
    try:
        target = os.path.realpath(link, strict=True)
        inside = os.path.commonpath([os.path.realpath(root), target]) == os.path.realpath(root)
    except OSError:
        return "a symbolic link to nothing"
    except ValueError:  # another drive
        inside = False
    return None if inside else "a symbolic link out of the directory, not followed"


def _key(path: str) -> str:
    """Spell a path so that equal paths are equal strings, without asking the system: `dist/` and `./dist`."""
    parts = parts_of(path)
    return "/".join(("", *parts) if path.startswith(os.sep) else parts) or path


def _standard_input() -> Iterator[bytes]:
    if sys.stdin is None:  # closed by whoever started us
        raise Unreadable("standard input is closed")
    while piece := sys.stdin.buffer.read(STEP):
        yield piece


def _regular_mode(descriptor: int) -> int:
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        raise Unreadable(_not_regular(mode))
    return mode


def _not_regular(mode: int) -> str:
    return f"not a regular file: {_SPECIAL.get(stat.S_IFMT(mode), 'something else')}"
