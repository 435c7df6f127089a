"""The runtime's own function and file tables (pclntab), which survive -s, -w, -trimpath and strip.

Layouts, by the magic in the first four bytes (golang/go, src/debug/gosym/pclntab.go and
src/cmd/link/internal/ld/pcln.go): 0xfffffffb Go 1.2 to 1.15, 0xfffffffa 1.16 and 1.17, 0xfffffff0 1.18 and 1.19,
0xfffffff1 since 1.20. After it come two zero bytes, the instruction quantum and the pointer size.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property
from itertools import islice, takewhile
from typing import Final

from formats.errors import FormatError
from formats.image import Image, ObjectNative, Section, Segment, Unknown
from formats.window import MAX_NAME
from inspector.facts.pointers import adjacent, places, searches

MAX_TABLE: Final = 64 << 20
"""Bytes of one table; the largest known names table has 6 MiB, the largest whole table before 1.16 some 30 MiB."""

MAX_NAMES: Final = 32 << 20
"""Bytes of all function names or all file names together."""

MAX_FUNCTIONS: Final = 4 << 20
"""Functions of one table; the largest known programs have 300,000."""

MAX_FILES: Final = 1 << 17
"""Source files of one table; the largest known programs have 20,000."""

MAX_CANDIDATES: Final = 64
"""Places that look like a table's header. Each costs a scan of the writable data, so a file made of nothing but
look-alikes must not buy a million scans."""

MAX_LOOK_ALIKES: Final = 100_000
"""Places in one segment that share a header's least distinctive bytes."""

MAX_POINTED: Final = 4
"""Candidates that the program's data points to. Reading each costs up to MAX_TABLE; honest programs have one."""

_SECTIONS: Final = (
    ".gopclntab",
    ".data.rel.ro.gopclntab",  # position-independent, Go before 1.26
    "__TEXT,__gopclntab",
    "__DATA_CONST,__gopclntab",
    "__DATA,__gopclntab",
)
_PE_DATA: Final = (".rdata", ".data")
"""Where linkers for PE put it, without a section of its own. Code and DWARF are more than twice as much to search."""

_MAGICS: Final = {
    0xFFFFFFF1: "1.20",
    0xFFFFFFF0: "1.18",
    0xFFFFFFFA: "1.16",
    0xFFFFFFFB: "1.2",
}
# Instruction quantum by machine (cmd/internal/sys/arch.go, MinLC); others are tried with every value.
_QUANTA: Final = {
    "i386": (1,),
    "x86-64": (1,),
    "arm": (4,),
    "aarch64": (4,),
    "mips": (4,),
    "ppc64": (4,),
    "s390x": (2,),
    "wasm": (1,),
}
_ASSEMBLY: Final = re.compile(r"((?:.*/)?)runtime/asm_[a-z0-9]+\.s")
_MAX_ROOTS: Final = 4  # prefixes of the runtime's assembly; each costs a pass over the file names
_RELEASES: Final = {
    "1.20": "go1.20 or later",
    "1.18": "between go1.18 and go1.19",
    "1.16": "between go1.16 and go1.17",
    "1.2": "between go1.2 and go1.15",
}


class FunctionTable:
    """One program's function names and source files.

    ``offset`` is the table's place in the image's ``mapped``; ``layout`` the release that introduced its layout;
    ``files`` every source file with a linked function, as recorded.
    """

    def __init__(
        self, offset: int, layout: str, names: bytes, files: tuple[str, ...], files_at: tuple[int, bytes]
    ) -> None:
        self.offset = offset
        self.layout = layout
        self.files = files
        self._names = b"\0" + names
        self._files_at = files_at
        self._asked: dict[str, bool] = {}

    @property
    def releases(self) -> str:
        """The releases of Go that write this layout, in words."""
        return _RELEASES[self.layout]

    def links(self, function: str) -> bool:
        """Tell whether this function ("time.LoadLocation") is linked, or inlined into one that is."""
        if function not in self._asked:  # a pass over the names takes 50 us, and some functions are of many facts
            self._asked[function] = b"\0" + function.encode() + b"\0" in self._names
        return self._asked[function]

    def file_offset(self, file: str) -> int | None:
        """Return the offset in ``mapped`` of a file's name in the table."""
        start, raw = self._files_at
        at = raw.find(file.encode("utf-8", "surrogateescape") + b"\0")
        return start + at if at >= 0 else None

    @cached_property
    def goroot(self) -> str | None:
        """The prefix of the standard library's files ("/usr/local/go/src/", "" with -trimpath), None if unknown.

        It is where runtime/proc.go lies, which every program links (runtime.main); should there be two, the one
        with more of package runtime.
        """
        roots = {f[: -len("runtime/proc.go")] for f in self.files if f.endswith("runtime/proc.go")}
        roots = {root for root in roots if not root or root.endswith("/")}
        # One pass whatever the number of roots: a hostile table has a hundred thousand.
        files = Counter(f.rpartition("runtime/")[0] for f in self.files if "runtime/" in f)
        return max(sorted(roots), key=files.__getitem__, default=None)

    @cached_property
    def _std(self) -> dict[str, str]:
        """Files of the standard library by their names relative to GOROOT/src.

        Bazel's rules_go had the compiler write other prefixes than the assembler until Go 1.15 (bazelisk 1.3.0 has
        GOROOT/src/runtime/proc.go and src/runtime/rt0_linux_amd64.s).
        """
        if self.goroot is None:
            return {}
        assembly = {m[1] for f in self.files if "runtime/asm_" in f and (m := _ASSEMBLY.fullmatch(f))}
        roots = [self.goroot, *sorted(assembly - {self.goroot})[:_MAX_ROOTS]]
        return {f[len(root) :]: f for root in reversed(roots) for f in self.files if f.startswith(root)}

    @property
    def std(self) -> Set[str]:
        """Files of the standard library, relative to GOROOT/src ("runtime/proc.go"); with -trimpath all files."""
        return self._std.keys()

    def std_from(self, prefix: str) -> Iterator[str]:
        """Yield the files of ``std`` whose names begin with this, in order."""
        first = bisect_left(self._sorted, prefix)
        return takewhile(lambda file: file.startswith(prefix), islice(self._sorted, first, None))

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._std)

    def std_offset(self, file: str) -> int | None:
        """Return the offset in ``mapped`` of the name of a file that ``std`` has."""
        return self.file_offset(self._std.get(file, file))


class Ambiguous(Unknown, frozen=True):
    """Several tables that a program points to: it is Go's, and which of them is its own is not to be told."""


def find_table(image: Image) -> FunctionTable | Unknown:
    """Find and read the program's own table: by section name, else the one its data points to.

    Several tables that the program points to and that disagree give Ambiguous, none gives Unknown.
    """
    section = table_section(image)
    if section is not None and image.memory is None:
        table = _read(image, section.offset, section.offset + section.size)
        if table is not None:
            return table
    if isinstance(image.native, ObjectNative):
        return _landmark(image, image.native)
    own = islice(_pointed(image), MAX_POINTED)
    found = [table for offset, end in own if (table := _read(image, offset, end)) is not None]
    if len(found) == 1:
        return found[0]
    if found:
        return Ambiguous(f"{len(found)} function tables, and the program points to each of them")
    return Unknown("no function table (pclntab) found")


def _landmark(image: Image, native: ObjectNative) -> FunctionTable | Unknown:
    """Read the table of an object: nothing points to it before the link, its symbol says where it is."""
    offset = native.landmarks.get("runtime.pclntab")
    ends = (s.offset + s.file_size for s in image.segments if offset is not None and s.offset <= offset)
    table = None if offset is None else _read(image, offset, max(ends, default=offset))
    return table or Unknown("no function table (pclntab) found")


def table_section(image: Image) -> Section | None:
    """Return the section that Go's linker names after the table, if it holds anything."""
    section = image.section(*_SECTIONS)
    return section if section is not None and section.size else None


def quanta(image: Image) -> tuple[int, ...]:
    """Return the instruction quanta that a table of this machine may have."""
    return _QUANTA.get(image.machine, (1, 2, 4))


def _pointed(image: Image) -> Iterator[tuple[int, int]]:
    """Yield the candidates that the program's own moduledata points to; of PE's other ranges if its data has none."""
    likely = [segment for segment in image.segments if segment.name in _PE_DATA]
    others = [segment for segment in image.segments if segment.name not in _PE_DATA]
    left = min(MAX_CANDIDATES, searches(image))
    for segments in (likely, others):
        found = False
        for offset, end in islice(_candidates(image, segments), left):
            left -= 1
            if is_own(image, offset, _MAGICS[_magic(image, offset)]):
                found = True
                yield offset, end
        if found:
            return


def is_own(image: Image, offset: int, layout: str) -> bool:
    """Tell whether the program's data points to what looks like a table of this layout.

    Since Go 1.16 runtime.moduledata begins with the address of the header and that of the function names
    (src/runtime/symtab.go): a program that carries the table of another, or compares with a magic, has no such pair.
    """
    address = image.address_of(offset)
    if address is None:
        return False
    if layout == "1.2":
        return next(places(image, address), None) is not None
    try:
        names = _header(image, offset, layout)[-5]
    except FormatError:
        return False
    return adjacent(image, address, address + names)


def _candidates(image: Image, segments: Sequence[Segment]) -> Iterator[tuple[int, int]]:
    """Yield (offset, end of its segment) of whatever looks like a table's header, in these mapped ranges.

    What every magic of a byte order shares is searched for in one pass: ten times faster than a pass per magic
    for its first byte, which is as common as any.
    """
    little = image.byteorder == "little"
    shared = (b"\xff\xff\xff" if little else b"") + b"\0\0"
    before = 1 if little else 4
    for quantum in quanta(image):
        needle = shared + bytes([quantum, image.pointer_size])
        for segment in segments:
            end = segment.offset + segment.file_size
            for hit in islice(image.mapped.find_all(needle, segment.offset, end), MAX_LOOK_ALIKES):
                at = hit - before
                aligned = (segment.address + at - segment.offset) % image.pointer_size == 0
                if at >= segment.offset and aligned and _magic(image, at) in _MAGICS:
                    yield at, end


def _magic(image: Image, offset: int) -> int:
    return image.mapped.integer(offset, 4, image.byteorder, "pclntab magic")


def _read(image: Image, offset: int, end: int) -> FunctionTable | None:
    """Read the table at ``offset``, or return None when what stands there is none."""
    try:
        layout = _MAGICS.get(_magic(image, offset))
    except FormatError:
        return None
    return None if layout is None else read_as(image, offset, end, layout)


def read_as(image: Image, offset: int, end: int, layout: str) -> FunctionTable | None:
    """Read a table of this layout whatever its magic, or return None when what stands there is none."""
    try:
        return (_read_12 if layout == "1.2" else _read_116)(image, offset, end, layout)
    except (FormatError, struct.error):
        return None


def _header(image: Image, offset: int, layout: str) -> list[int]:
    """Return the words of a header since 1.16; the last five are offsets from the table's start."""
    size = image.pointer_size
    raw = image.mapped.read(offset + 8, (7 if layout == "1.16" else 8) * size, "pclntab header")
    return [int.from_bytes(raw[i : i + size], image.byteorder) for i in range(0, len(raw), size)]


def _read_116(image: Image, offset: int, end: int, layout: str) -> FunctionTable | None:
    """Read the layouts since 1.16: a header of words, then one range per kind."""
    words = _header(image, offset, layout)
    functions, n_files = words[0], words[1]
    names, cu, files, pc, functab = words[-5:]
    # The linker lays the ranges out in this order (pcln.go, func (ctxt *Link) pclntab).
    if not (len(words) * image.pointer_size + 8 <= names <= cu <= files <= pc <= functab <= end - offset):
        return None
    if not 0 < functions < MAX_FUNCTIONS or n_files > MAX_FILES or max(cu - names, pc - files) > MAX_NAMES:
        return None
    name_bytes = image.mapped.read(offset + names, cu - names, "function names")
    file_bytes = image.mapped.read(offset + files, pc - files, "file names")
    listed = file_bytes.rstrip(b"\0")
    if listed.count(b"\0") >= MAX_FILES:
        return None
    paths = tuple(filter(None, listed.decode("utf-8", "surrogateescape").split("\0")))
    return FunctionTable(offset, layout, name_bytes, paths, (offset + files, file_bytes))


def _read_12(image: Image, offset: int, end: int, layout: str) -> FunctionTable | None:
    """Read the 1.2 layout: (pc, function) pairs, and names and files at offsets from the table's start."""
    size = image.pointer_size
    blob = image.mapped.read(offset, min(end - offset, MAX_TABLE), "pclntab")
    mark = "<" if image.byteorder == "little" else ">"
    word = "Q" if size == 8 else "I"
    (functions,) = struct.unpack_from(mark + word, blob, 8)
    if not 0 < functions < MAX_FUNCTIONS:
        return None
    pairs = struct.unpack_from(f"{mark}{2 * functions + 1}{word}", blob, 8 + size)
    (files_at,) = struct.unpack_from(mark + "I", blob, 8 + size * (2 * functions + 2))
    (n_files,) = struct.unpack_from(mark + "I", blob, files_at)
    if not 0 < n_files < MAX_FILES:
        return None
    file_offsets = struct.unpack_from(f"{mark}{n_files - 1}I", blob, files_at + 4)
    name_offset = struct.Struct(mark + "I").unpack_from
    names = _strings(blob, (name_offset(blob, at + size)[0] for at in pairs[1::2]))
    files = tuple(path.decode("utf-8", "surrogateescape") for path in _strings(blob, file_offsets))
    return FunctionTable(offset, layout, b"\0".join(names) + b"\0", files, (offset, blob))


def _strings(blob: bytes, offsets: Iterable[int]) -> list[bytes]:
    """Return the distinct NUL-terminated strings at ``offsets``, MAX_NAMES bytes of them at most."""
    found, budget = [], MAX_NAMES
    for at in dict.fromkeys(offsets):
        end = blob.find(b"\0", at, at + MAX_NAME)
        if end > at:
            found.append(blob[at:end])
            budget -= end - at
        if budget < 0:
            break
    return found
