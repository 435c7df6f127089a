r"""Build IDs: Go's own, the GNU build ID of ELF, and where the self-hash finds the host's.

Where they stand: ELF notes (owner "Go", type 4; owner "GNU", type 3). In every other format the Go linker puts
``\xff Go build ID: "..."\n \xff`` at the beginning of the text segment (cmd/link/internal/ld/data.go, textbuildid),
or into a custom section of WebAssembly. Reading follows cmd/internal/buildid/buildid.go and note.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from formats.image import ElfNative, Image, MachoNative, Note, ObjectNative, Unknown, WasmNative
from inspector.facts.buildinfo import unquote
from inspector.model import Evidence

_PREFIX: Final = b'\xff Go build ID: "'
_END: Final = b'"\n \xff'
_READ: Final = 32 * 1024
"""Bytes to search at the file's and at the text's start: readSize of buildid.go. After a C linker the start-up
code of the C library comes first; in PE files that is some 6 KiB."""

_WASM_SECTIONS: Final = ("go:buildid", "go.buildid")  # the latter until Go 1.19
_GO_NOTE, _GNU_NOTE = ("Go", 4), ("GNU", 3)
_NOTE_HEADER: Final = 16  # namesz, descsz, type and the padded owner "GNU"


class BuildIds(msgspec.Struct, frozen=True, kw_only=True):
    """The IDs of one image; None where there is none.

    ``host`` is the (offset, size) in the image's window of the host's build ID, which Go blanks with its own ID
    before it hashes a file: the GNU build ID of ELF, LC_UUID of Mach-O.
    """

    go: str | Unknown | None
    go_offset: int | None
    gnu: str | None
    host: tuple[int, int] | None
    proofs: Mapping[str, tuple[Evidence, ...]]


def build_ids(image: Image) -> BuildIds:
    """Read every build ID of one image."""
    native = image.native
    go: str | Unknown | None
    gnu: str | None = None
    proofs: dict[str, tuple[Evidence, ...]] = {}
    if isinstance(native, ElfNative) or (isinstance(native, ObjectNative) and native.notes):
        go, go_offset = _go_note(native)
        note = _note(native, _GNU_NOTE)
        if note is not None and note.desc:
            gnu = note.desc.hex()
            proofs["gnu_build_id"] = (Evidence("GNU build ID note", gnu, image.window.base + note.offset),)
    else:
        go, go_offset = _go_text(image)
    if isinstance(go, str) and go_offset is not None:
        proofs["build_id"] = (Evidence("Go build ID", go, image.window.base + go_offset),)
    host = _host(image)
    if isinstance(native, MachoNative) and native.uuid is not None and host is not None:
        proofs["uuid"] = (Evidence("LC_UUID", native.uuid, image.window.base + host[0]),)
    return BuildIds(go=go, go_offset=go_offset, gnu=gnu, host=host, proofs=proofs)


def _note(native: ElfNative | ObjectNative, kind: tuple[str, int]) -> Note | None:
    return next((note for note in native.notes if (note.owner, note.type) == kind), None)


def _go_note(native: ElfNative | ObjectNative) -> tuple[str | None, int | None]:
    note = _note(native, _GO_NOTE)
    if note is None or not note.desc:
        return None, None
    return note.desc.decode("utf-8", "backslashreplace"), note.offset


def _go_text(image: Image) -> tuple[str | Unknown | None, int | None]:
    """Find the ID where the text begins; as Go does, look at the file's first bytes before."""
    for start, size in _places(image):
        head = image.window.read_upto(start, min(size, _READ))
        at = head.find(_PREFIX)
        if at < 0:
            continue
        at += len(_PREFIX)
        end = head.find(_END, at)
        if end < 0:
            return Unknown("the Go build ID has no end"), start + at
        quoted = head[at - 1 : end + 1].decode("utf-8", "backslashreplace")
        return unquote(quoted) or None, start + at
    return None, None


def _places(image: Image) -> Iterator[tuple[int, int]]:
    """Yield the (offset, size) ranges that may begin with the ID."""
    if isinstance(image.native, WasmNative):
        section = image.section(*_WASM_SECTIONS)
        if section is not None:
            yield section.offset, section.size
        return
    yield 0, _READ
    section = image.section("__TEXT,__text", ".text")
    if section is not None:
        yield section.offset, section.size
    yield from ((segment.offset, segment.file_size) for segment in image.segments if segment.executable)


def _host(image: Image) -> tuple[int, int] | None:
    """Return the range that findHostBuildID (cmd/internal/buildid/rewrite.go) blanks.

    By section name in ELF, as Go does; a file without section headers is gone by its note.
    """
    native = image.native
    if isinstance(native, ElfNative):
        section = image.section(".note.gnu.build-id")
        if section is not None:
            return (section.offset + _NOTE_HEADER, section.size - _NOTE_HEADER) if section.size > _NOTE_HEADER else None
        note = _note(native, _GNU_NOTE)
        return None if note is None else (note.offset, len(note.desc))
    if isinstance(native, MachoNative):
        command = next((c for c in native.load_commands if c.name == "LC_UUID"), None)
        return None if command is None else (command.offset + 8, command.size - 8)
    return None
