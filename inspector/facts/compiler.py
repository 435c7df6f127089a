"""Which compiler made the program, when Go's own ("gc") did not: gccgo or TinyGo.

Neither has the function table that Go's own linker writes, and both link through a C linker, so of what a program was
built from only the headers tell, and what little each leaves:

- gccgo (gcc/go/gofrontend/export.cc, libgo): a section ``.go_export``, which ``strip`` keeps, or libgo among the
  needed libraries. Its runtime knows no version since Go 1.18 ("unknown" is what runtime.Version returns). The go
  command puts the module text between its sentinels into a string, and the Go build ID into the GNU build-id note
  (golang/go, src/cmd/go/internal/modload/build.go ModInfoProg; src/cmd/go/internal/work/gccgo.go).
- TinyGo (tinygo, compiler/compiler.go, src/runtime): the producers section of wasm names it; its runtime's imports and
  symbols are named as no other's.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

import msgspec

from formats.errors import LimitExceeded
from formats.image import ElfNative, Image, Located, Unknown, WasmImport, WasmNative
from inspector.facts import target
from inspector.facts.buildid import BuildIds
from inspector.facts.buildinfo import INFO_END, INFO_START, BuildInfo, parse_text
from inspector.facts.selfhash import content_id
from inspector.model import Evidence

_EXPORT: Final = re.compile(rb"v[1-9];\npackage [^\n]{1,200}\n")  # export.cc: the magic, then the package
_LIBGO: Final = re.compile(r"libgo\.so\.\d+")
_MAX_RECORD: Final = 1 << 20  # bytes of module text; 2,000 dependencies with sums take 300 KiB
_MAX_HITS: Final = 64  # sentinels to look behind; each costs a read of the text
_NO_VERSION: Final = Unknown("gccgo records no Go version")
_GNU_ABI_TAG: Final = ("GNU", 1)  # its first word is the system: 0 Linux (LSB 10.8.1)
_TINYGO_TOOLCHAIN: Final = b"(https://github.com/tinygo-org/llvm-project "  # of its clang and lld, in .comment
_TINYGO_IMPORTS: Final = frozenset({"runtime.ticks", "runtime.sleepTicks"})  # src/runtime/runtime_wasm_js.go
_TINYGO_HOSTS: Final = frozenset({"gojs", "env"})
_TINYGO_PRODUCER: Final = "TinyGo"


class Compiler(msgspec.Struct, frozen=True):
    """A compiler other than Go's own, and what proves it."""

    name: str  # as build contexts spell it: "gccgo", "tinygo"
    called: str  # as people do, with the release if known: "TinyGo 0.40.1"
    proof: tuple[Evidence, ...]

    @property
    def no_version(self) -> Unknown:
        """Why the Go version is not known."""
        return Unknown(f"unknown to {self.called}")

    @property
    def hidden(self) -> Unknown:
        """Why there is no function table to read facts from."""
        return Unknown(f"compiled by {self.called}, whose runtime has no function table")


def other_compiler(image: Image) -> Compiler | None:
    """Name the compiler of a Go program without a function table; None when nothing proves one."""
    if isinstance(image.native, ElfNative):
        return _gccgo(image, image.native) or _tinygo_elf(image)
    return _tinygo_wasm(image, image.native) if isinstance(image.native, WasmNative) else None


def _gccgo(image: Image, native: ElfNative) -> Compiler | None:
    if native.type == "REL":
        return None  # what a package exports is in objects and .gox files as well, which are no programs
    section = image.section(".go_export")
    if section is not None and _EXPORT.match(image.window.read_upto(section.offset, min(section.size, 256))):
        proof = Evidence("section", ".go_export", image.window.base + section.offset)
        return Compiler("gccgo", "gccgo", (proof,))
    libgo = _libgo(native)
    if libgo is None:
        return None
    proof = Evidence("needed", libgo.value, None if libgo.offset is None else image.window.base + libgo.offset)
    return Compiler("gccgo", "gccgo", (proof,))


def _libgo(native: ElfNative) -> Located | None:
    needed = () if isinstance(native.needed, Unknown) else native.needed
    return next((library for library in needed if _LIBGO.fullmatch(library.value)), None)


def _tinygo_elf(image: Image) -> Compiler | None:
    section = image.section(".comment")
    if section is None:
        return None
    text = image.window.read_upto(section.offset, min(section.size, 4096))
    at = text.find(_TINYGO_TOOLCHAIN)
    if at < 0:
        return None
    proof = Evidence("section .comment", "tinygo-org/llvm-project", image.window.base + section.offset + at)
    return Compiler("tinygo", "TinyGo", (proof,))


def _tinygo_wasm(image: Image, native: WasmNative) -> Compiler | None:
    release = native.producers.get("processed-by", {}).get(_TINYGO_PRODUCER)
    if release is not None:
        return Compiler("tinygo", f"TinyGo {release}".strip(), (Evidence("producers", f"TinyGo {release}".strip()),))
    found = next((i for i in native.imports if i.module in _TINYGO_HOSTS and i.name in _TINYGO_IMPORTS), None)
    if found is None:
        return None
    proof = Evidence("wasm import", f"{found.module} {found.name}", image.window.base + found.offset)
    return Compiler("tinygo", "TinyGo", (proof,))


def goos(image: Image, made: Compiler) -> target.Fact:
    """Return GOOS as the headers of such a program prove it."""
    native = image.native
    if isinstance(native, WasmNative):
        return _host(image, native)
    if isinstance(native, ElfNative):
        tag = next((n for n in native.notes if (n.owner, n.type) == _GNU_ABI_TAG and len(n.desc) == 16), None)
        if tag is not None and not any(tag.desc[:4]):
            return "linux", (Evidence("GNU ABI tag", "Linux", image.window.base + tag.offset),)
    return target.goos(image, made.hidden)


def _host(image: Image, native: WasmNative) -> target.Fact:
    """Tell js from wasip1 by the imports: for js TinyGo imports output and randomness from WASI as well."""
    for goos, told in (("js", _is_js), ("wasip1", lambda i: i.module == "wasi_snapshot_preview1")):
        found = next((i for i in native.imports if told(i)), None)
        if found is not None:
            proof = Evidence("wasm import", f"{found.module} {found.name}", image.window.base + found.offset)
            return goos, (proof,)
    return Unknown("the module imports nothing that js or wasip1 offers"), ()


def _is_js(found: WasmImport) -> bool:
    return found.module in _TINYGO_HOSTS and (found.name in _TINYGO_IMPORTS or found.name.startswith("syscall/js."))


def record(image: Image, made: Compiler) -> BuildInfo | Unknown:
    """Return what the go command recorded: with gccgo the module text between its sentinels, in a string."""
    if made.name != "gccgo":
        return Unknown(f"{made.called} records no build info")
    found = [
        (at, text) for at in islice(image.find_all(INFO_START), _MAX_HITS) if (text := _framed(image, at)) is not None
    ]
    if len(found) != 1:
        return Unknown("no build info" if not found else f"{len(found)} texts of build info")
    at, text = found[0]
    try:
        parsed = parse_text(_NO_VERSION, text)
    except LimitExceeded as error:
        return Unknown(error.what)
    if parsed.settings.get("-compiler") != "gccgo":
        return Unknown("no build info of gccgo's")
    return BuildInfo(parsed, at, points_at_runtime=False)


def build_id(ids: BuildIds, made: Compiler, image: Image) -> BuildIds:
    """Return the IDs with Go's own: with gccgo the go command has the C linker put it into the GNU note, as text."""
    note = ids.proofs.get("gnu_build_id", ())
    text = bytes.fromhex(ids.gnu or "").decode("ascii", "replace")
    if made.name != "gccgo" or content_id(text) is None or not note or note[0].offset is None:
        return ids
    proofs = {**ids.proofs, "build_id": (Evidence("Go build ID", text, note[0].offset),)}
    return msgspec.structs.replace(ids, go=text, go_offset=note[0].offset - image.window.base, proofs=proofs)


def _framed(image: Image, at: int) -> str | None:
    """Return the text that begins after the sentinel at ``at``; None when no other ends it."""
    start = at + len(INFO_START)
    raw = image.mapped.read_upto(start, _MAX_RECORD)
    end = raw.find(INFO_END)
    return None if end < 0 else raw[:end].decode("utf-8", "backslashreplace")
