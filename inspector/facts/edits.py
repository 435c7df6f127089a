"""What changed a file since it was linked: undo a known edit, hash again, and see whether the hash in the ID fits.

The usual edits can be undone from the file itself. Data appended after the end, as installers and some packers do.
An Authenticode signature: the file up to the certificate table, without the table's directory entry and the CheckSum
that signing sets. A Mach-O signature: Go hashes a file with the signature blanked, but signing again changes its size,
which stands in LC_CODE_SIGNATURE and __LINKEDIT; what Go's linker writes there follows from the file's size
(cmd/internal/codesign, Size; cmd/link/internal/ld/macho.go, asmbMacho). An edit of one copy of the settings text.
Each attempt is one more pass over the file; there are nine at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from formats.image import CodeSignature, ElfNative, Image, MachoNative, PeNative, Plan9Native, Segment, Unknown
from inspector.facts.buildid import BuildIds
from inspector.facts.buildinfo import BuildInfo, read_build_info
from inspector.facts.goversion import observed_version
from inspector.facts.identity import settings_copies
from inspector.facts.pechecksum import PeSum, before_go_wrote
from inspector.facts.selfhash import SelfHash, content_id
from inspector.model import Edit

_BLOB_VERSION: Final = 33  # offset of the version in the build info: its header, and one byte of length
_PAGES: Final = (0x1000, 0x10000)
"""To which -s filled an ELF file up in older releases: the alignment of the segments, -R of cmd/link."""

_PE_ALIGN: Final = 8  # Authenticode: the certificate table starts on a multiple of eight, zeros before it
_FILE_ALIGN: Final = 512  # FileAlignment, to which Go's linker and lld fill a PE file up
_GNU_LD: Final = 2  # MajorLinkerVersion of the C linker that sets a CheckSum; the others leave 0
_ENTRY: Final = 8  # bytes of a data directory's entry

_SIGNATURE_HEAD: Final = 12 + 8 + 88 + len("a.out\0")  # SuperBlob, its one index, CodeDirectory, identifier
_PAGE, _HASH = 4096, 32  # bytes of a page that Go hashes, and of its hash
_COUNTS: Final = 16  # offset of ncmds and sizeofcmds in the Mach-O header
_MEMORY_SIZE, _FILE_SIZE = 32, 48  # offsets of vmsize and filesize in LC_SEGMENT_64
_DATA_SIZE: Final = 12  # offset of datasize in LC_CODE_SIGNATURE
_MACHO_ALIGN: Final = 16  # codesign starts a signature on a multiple of it

Patches = tuple[tuple[int, bytes], ...]


class _Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it may have been: with other bytes at some offsets, cut at one of ``cuts``, zeros after that."""

    kind: str
    what: str
    patches: Patches = ()
    cuts: tuple[int, ...]  # ascending
    zeros: int = 0
    blank: tuple[tuple[int, int], ...] = ()  # (offset, size) ranges that Go blanks, beside the host's ID
    counts: bool = False  # what the cuts leave out was appended, and is told


def explain(image: Image, ids: BuildIds) -> Edit | None:
    """Say what changed the image, when undoing it gives the file that the ID holds the hash of.

    The image's hash does not fit. Raises FormatError when the file shrinks meanwhile.
    """
    wanted = content_id(ids.go) if isinstance(ids.go, str) else None
    if wanted is None or not isinstance(ids.go, str):
        return None
    for attempt in _attempts(image, ids.go):
        for cut, found in _hashes(image, ids.go, ids.host, attempt):
            if found == wanted:
                more = f"{image.window.size - cut:,} bytes were appended"
                return Edit(kind=attempt.kind, what=f"{attempt.what}{more}" if attempt.counts else attempt.what)
    return None


def _attempts(image: Image, build_id: str) -> Iterator[_Attempt]:
    native = image.native
    if isinstance(native, PeNative):
        yield from _pe(image, native, build_id)
    elif isinstance(native, MachoNative):
        yield from _macho(image, native)
    elif isinstance(native, ElfNative):
        end = _end(image)
        yield from _appended(image, end, *(-(-end // page) * page for page in _PAGES))
    elif isinstance(native, Plan9Native):
        yield from _appended(image, _end(image))
    yield from _record(image)


def _hashes(image: Image, build_id: str, host: tuple[int, int] | None, attempt: _Attempt) -> Iterator[tuple[int, str]]:
    """Yield the content ID of the file as attempted, for each place to cut it."""
    # Before Go 1.24 the host's ID was part of what was hashed. Of a Mach-O signature only its zeros are.
    blanks = [[*attempt.blank]] if host is None else [[*attempt.blank, host], [*attempt.blank]]
    passes = [SelfHash(build_id, blank) for blank in blanks]
    at = 0
    for cut in attempt.cuts:
        for offset, chunk in image.window.chunks(at, cut):
            patched = _patched(offset, chunk, attempt.patches)
            for one in passes:
                one.update(patched)
        at = cut
        for one in passes:
            one.update(bytes(attempt.zeros))
            yield cut, one.content_id()


def _patched(offset: int, chunk: bytes, patches: tuple[tuple[int, bytes], ...]) -> bytes:
    for at, new in patches:
        first, last = max(at, offset), min(at + len(new), offset + len(chunk))
        if first < last:
            chunk = chunk[: first - offset] + new[first - at : last - at] + chunk[last - offset :]
    return chunk


# --- appended data -----------------------------------------------------------------------------------------


def _appended(image: Image, *ends: int, blank: tuple[tuple[int, int], ...] = ()) -> Iterator[_Attempt]:
    cuts = _before(image, ends)
    if cuts:
        yield _Attempt(kind="appended", what="", cuts=cuts, blank=blank, counts=True)


def _before(image: Image, ends: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({end for end in ends if 0 < end < image.window.size}))


def _end(image: Image) -> int:
    """Return where the file ends by its own headers."""
    ends = [segment.offset + segment.file_size for segment in image.segments]
    if not isinstance(image.sections, Unknown):
        ends += [section.offset + section.size for section in image.sections if section.size]
    if isinstance(image.native, ElfNative):
        ends.append(sum(image.native.section_headers))
    return max(ends, default=0)


# --- the record --------------------------------------------------------------------------------------------


def _record(image: Image) -> Iterator[_Attempt]:
    """Put back what the build info says from what the program itself says, and the other way round."""
    signature = image.native.signature_range if isinstance(image.native, MachoNative) else None
    blank = () if signature is None else (signature,)
    info = read_build_info(image)
    for at, new, what in (*_version(image, info), *_settings(image, info)):
        cuts = (image.window.size,)
        yield _Attempt(kind="record", what=what, patches=((at, new),), cuts=cuts, blank=blank)


def _version(image: Image, info: BuildInfo | Unknown) -> Iterator[tuple[int, bytes, str]]:
    """Yield the runtime's version in the place of another one of its length, behind its own length in the blob."""
    recorded = info if isinstance(info, Unknown) else info.recorded.go_version
    if isinstance(info, Unknown) or isinstance(recorded, Unknown) or info.points_at_runtime:
        return
    version, _ = observed_version(image, Unknown("the layout of the function table tells no version"), info)
    if isinstance(version, Unknown) or len(version) != len(recorded) or version == recorded:
        return
    place = info.offset + _BLOB_VERSION
    if image.window.read_upto(place, len(recorded)) == recorded.encode():
        yield place, version.encode(), "the Go version in its build info was edited"


def _settings(image: Image, info: BuildInfo | Unknown) -> Iterator[tuple[int, bytes, str]]:
    """Yield either copy of the settings text in the place of the other one, where they differ."""
    copies = settings_copies(image, info)
    if copies is None or copies[0][1] != copies[1][1]:
        return
    (blob, size), (runtime, _) = copies
    texts = [image.window.read(at, size, "settings text") for at in (blob, runtime)]
    if texts[0] != texts[1]:
        yield blob, texts[1], "the settings in its build info were edited"
        yield runtime, texts[0], "the settings that the program itself reads were edited"


# --- PE ----------------------------------------------------------------------------------------------------


def _pe(image: Image, native: PeNative, build_id: str) -> Iterator[_Attempt]:
    if native.certificates is not None and native.certificates_offset is not None:
        yield from _signed_pe(image, native, build_id, native.certificates_offset, *native.certificates)
        return
    end = _pe_end(image, native)
    ends = (end, -(-end // _FILE_ALIGN) * _FILE_ALIGN)
    yield from _appended(image, *ends)
    if native.checksum:
        cuts = _before(image, ends)
        for patches in _checksums(image, native, build_id, (), image.window.size):
            yield _Attempt(kind="checksum", what="its CheckSum was set", patches=patches, cuts=(image.window.size,))
            if cuts:
                what = "its CheckSum was set, and "
                yield _Attempt(kind="appended", what=what, patches=patches, cuts=cuts, counts=True)


def _signed_pe(image: Image, native: PeNative, build_id: str, entry: int, table: int, size: int) -> Iterator[_Attempt]:
    """Take the signature off: the table and the zeros before it, its entry, and the CheckSum that signing sets."""
    if table + size != image.window.size:
        return
    padding = image.window.read_upto(max(table - _PE_ALIGN + 1, 0), min(table, _PE_ALIGN - 1))
    zeros = len(padding) - len(padding.rstrip(b"\0"))
    cuts = tuple(range(table - zeros, table + 1))
    ends = sorted({table, *(end for end in (_pe_end(image, native),) if end in cuts)})
    unsigned: Patches = ((entry, bytes(_ENTRY)),)
    what = "an Authenticode signature was added"
    if native.linker_version[0] != _GNU_LD:
        patches: Patches = (*unsigned, (native.checksum_offset, bytes(4)))
        yield _Attempt(kind="authenticode", what=what, patches=patches, cuts=cuts)
        return
    for end in ends:
        for patches in _checksums(image, native, build_id, unsigned, end):
            yield _Attempt(kind="authenticode", what=what, patches=patches, cuts=(end,))


def _checksums(image: Image, native: PeNative, build_id: str, patches: Patches, cut: int) -> Iterator[Patches]:
    """Yield the patches that also put back the CheckSum as linked: none, or what GNU ld computed.

    ld summed the file up before the go command wrote its hash and the linker the FIPS sum (pechecksum).
    """
    cleared = (*patches, (native.checksum_offset, bytes(4)))
    if native.linker_version[0] != _GNU_LD:
        yield cleared
        return
    total = PeSum()
    for offset, chunk in image.window.chunks(0, cut):
        total.update(_patched(offset, chunk, cleared))
    for words in before_go_wrote(image, total.words(), build_id):
        yield (*patches, (native.checksum_offset, (words + cut & 0xFFFFFFFF).to_bytes(4, "little")))


def _pe_end(image: Image, native: PeNative) -> int:
    """Return the end of the last section or of the COFF symbols and their strings, whichever is later."""
    end = _end(image)
    strings = None if native.coff_symbols is None else sum(native.coff_symbols)
    if strings is None or strings + 4 > image.window.size:
        return end
    return max(end, strings + image.window.integer(strings, 4, "little", "size of the strings"))


# --- Mach-O ------------------------------------------------------------------------------------------------


def _macho(image: Image, native: MachoNative) -> Iterator[_Attempt]:
    signed = () if native.signature_range is None else (native.signature_range,)
    yield from _appended(image, _end(image), blank=signed)
    command = next((c for c in native.load_commands if c.name == "LC_CODE_SIGNATURE"), None)
    last = next((s for s in image.segments if s.name == "__LINKEDIT"), None)
    if command is None or native.signature_range is None or last is None or image.bits != 64:
        return
    start, size = native.signature_range
    if start < last.offset + _MACHO_ALIGN:
        return
    signature = native.signature
    name = signature.identifier if isinstance(signature, CodeSignature) else "nobody knows whom"
    made = _go_signature_size(start)
    if made != size:
        patches = (
            (command.offset + _DATA_SIZE, made.to_bytes(4, image.byteorder)),
            *_linkedit(image, last, start + made),
        )
        yield _Attempt(
            kind="signature", what=f"it was signed again, as {name}", patches=patches, cuts=(start,), zeros=made
        )
    if command == native.load_commands[-1]:
        count, total = (image.window.integer(at, 4, image.byteorder, "load commands") for at in (_COUNTS, _COUNTS + 4))
        fewer = (count - 1).to_bytes(4, image.byteorder) + (total - command.size).to_bytes(4, image.byteorder)
        gone = ((_COUNTS, fewer), (command.offset, bytes(command.size)))
        for end in sorted({start, *(e for e in _strings_end(image, native) if start - _MACHO_ALIGN < e < start)}):
            patches = (*gone, *_linkedit(image, last, end))
            yield _Attempt(kind="signature", what=f"it was signed, as {name}", patches=patches, cuts=(end,))


def _go_signature_size(code: int) -> int:
    """Return the bytes of the signature that Go's linker makes for so many bytes of code."""
    return _SIGNATURE_HEAD + -(-code // _PAGE) * _HASH


def _linkedit(image: Image, segment: Segment, end: int) -> Patches:
    """Return the patches that make __LINKEDIT reach to ``end``, in the file and in memory, as Go's linker has it."""
    if segment.header_offset is None:
        return ()
    size = (end - segment.offset).to_bytes(8, image.byteorder)
    return ((segment.header_offset + _MEMORY_SIZE, size), (segment.header_offset + _FILE_SIZE, size))


def _strings_end(image: Image, native: MachoNative) -> Iterator[int]:
    """Yield the end of the symbols' strings, the last thing Go's linker puts into __LINKEDIT (LC_SYMTAB)."""
    for command in native.load_commands:
        if command.name == "LC_SYMTAB" and command.size >= 24:
            start, size = (image.window.integer(command.offset + at, 4, image.byteorder, "strings") for at in (16, 20))
            yield start + size
