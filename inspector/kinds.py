"""Pages for the kinds of skipped row: why something was met and not inspected."""

from __future__ import annotations

from typing import Final

from inspector.model import SkipKind

_PAGES: Final[dict[SkipKind, str]] = {
    SkipKind.NOT_EXECUTABLE: """\
not-executable: the file is no executable this tool reads.

## What it means
Its first bytes are those of no ELF, PE, Mach-O, WebAssembly, XCOFF or Plan 9
file: a script, a text, a document, an image, an empty file; an ar archive of
objects that Go's linker did not make; or, for a directory or archive, nothing
executable is in it.

## What to do
Nothing, where it was met in a directory or an archive: it is listed and
changes no exit code. Named on the command line it gives exit code 3: check
the path, and whether the build wrote the file at all. An empty file is often
a build or a download that failed half-way.
""",
    SkipKind.NOT_GO: """\
not-go: the file is an executable, and not a Go program.

## What it means
The headers are those of a program or library, and nothing proves that Go made
it: no function table that its own data points to, whatever the magic in front
of it; no mark of gccgo or TinyGo; no packer around it. It is a program of C,
C++, Rust, Zig, Swift, .NET ..., a script packed into an executable, or a Go
program that was damaged beyond that. Go's magic numbers, version texts and
build info as data prove nothing: whatever inspects Go programs holds them, and
so does a program that carries one inside.

## What to do
Nothing, where it was met in a directory or an archive: it is listed and
changes no exit code. Named on the command line it gives exit code 3. A
program inside another one is inspected on its own: take it out first.
""",
    SkipKind.MALFORMED: """\
malformed: the file's headers contradict themselves or their format.

## What it means
An offset, a size or a count in the headers cannot be true: a load command of
size 0, tables that overlap, a string table that is none. The row names what
was found and at which offset. In a universal Mach-O the other architectures
are still inspected. An archive that cannot be read has this kind as well.

## What to do
The system's own loader will most likely refuse the file. Build or download it
again; when a tool changed it after the link (strip, a packer, a signer),
inspect the file before and after that step. Exit code 3, wherever it was met.
""",
    SkipKind.TRUNCATED: """\
truncated: the file ends before what its own headers promise.

## What it means
A header names a range that reaches past the end of the file. The file was cut
off: a download or an upload that broke, a full disk, a copy taken while the
linker was still writing.

## What to do
Compare its size and checksum with the original and copy it again. A part of a
file is never inspected as if it were the whole. Exit code 3, wherever it was
met.
""",
    SkipKind.LIMIT: """\
limit: the file claims more than this tool will read.

## What it means
A count or size is beyond a bound that no real program comes near: thousands
of sections, a name of many kilobytes, an archive member that unpacks to far
more than the archive could hold. The bounds keep a hostile file from using
up memory or time; the row names the one that was met.

## What to do
Look at the file before trusting it: this is either damage or intent. If it is
a real program, please report it with the bound it met. Exit code 3, wherever
it was met.
""",
    SkipKind.UNREADABLE: """\
unreadable: the file could not be opened or read.

## What it means
The system refused: no such file, no permission, a broken link, a read error;
or an archive member is encrypted or uses a compression this tool lacks; or a
package is a delta to another one, without whole files, or of a format version
this tool does not know.

## What to do
Check the path and its permissions; unpack an encrypted archive yourself and
inspect what comes out. Exit code 3, wherever it was met.
""",
}

_ALIASES: Final = {"limit-exceeded": SkipKind.LIMIT}
"""Other words for a kind: formats' own error for it, LimitExceeded."""

KINDS: Final[tuple[str, ...]] = tuple(kind.value for kind in SkipKind)
"""The kinds, in the order of SkipKind."""


def kind_page(name: str) -> str | None:
    """Return the page of a kind of skipped row by its name ("not-go"); None when there is no such kind."""
    word = name.lower()
    return _PAGES[_ALIASES.get(word) or SkipKind(word)] if word in {*KINDS, *_ALIASES} else None
