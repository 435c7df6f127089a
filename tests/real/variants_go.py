"""What the bytes of a sample must show that Go alone made, by lief, `go version -m` and plain reading."""

import re
import struct
from collections.abc import Callable

import lief

from tests.real.built import Built

DYNAMIC_WITHOUT_CGO = {"openbsd", "solaris", "illumos", "android"}
RESOLVER_TEXT = b"net/cgo_unix_cgo.go\0"  # in the file table: the cgo resolver is linked


def baseline(built: Built) -> None:
    sample = built.sample
    assert not sample.flags
    assert not sample.env
    # Built without -trimpath: the compiler's own path of the source is there, below the cache.
    work = sample.path.parent.parent.parent / "work"
    assert f"{work}/".encode() in built.bytes
    assert RESOLVER_TEXT not in built.bytes
    assert (b"time/tzdata/" in built.bytes) is (sample.program == "tz")
    if built.binary is None:
        assert (b"runtime.main" in built.bytes) or sample.format == "wasm"
    elif isinstance(built.binary, lief.ELF.Binary):
        dynamic = sample.goos in DYNAMIC_WITHOUT_CGO
        assert (built.interpreter is not None) is dynamic
        assert built.has_section(".symtab")
    elif isinstance(built.binary, lief.PE.Binary):
        assert built.binary.optional_header.checksum == 0
        assert built.binary.has_relocations
        assert has_flag(built.binary, "DYNAMIC_BASE")
    else:
        assert (not built.binary.has_uuid) is (sample.minor < (1, 24))


def stripped(built: Built) -> None:
    assert built.settings["-ldflags"] == "-s -w"
    if built.binary is None:
        stripped_of_its_own(built)
    elif isinstance(built.binary, lief.PE.Binary):
        # The Go linker still writes a pointer and an empty .symtab section.
        assert built.binary.header.numberof_symbols == 0
    elif isinstance(built.binary, lief.MachO.Binary):
        assert not any(segment.name == "__DWARF" for segment in built.binary.segments)
    else:
        assert not built.has_section(".symtab")
    assert b"debug_info" not in built.bytes


def stripped_of_its_own(built: Built) -> None:
    """Where each of the other formats keeps its symbols, and that there are none."""
    data = built.bytes
    if built.sample.format == "wasm":
        assert "name" not in custom_sections(data)
    elif built.sample.format == "xcoff":
        assert struct.unpack_from(">I", data, 20) == (0,)  # f_nsyms of the 64-bit file header
    else:
        # Plan 9's header: magic, text, data, bss, syms, entry, spsz, pcsz (a.out(6)), big-endian words.
        assert struct.unpack_from(">I", data, 16) == (0,)


def custom_sections(data: bytes) -> list[str]:
    """The names of a WebAssembly module's custom sections."""
    names, at = [], 8
    while at < len(data):
        kind, (size, body) = data[at], unsigned(data, at + 1)
        if kind == 0:
            length, start = unsigned(data, body)
            names.append(data[start : start + length].decode())
        at = body + size
    return names


def unsigned(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned LEB128 number, and where what follows it begins."""
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if data[at - 1] < 0x80:
            return value, at


def trimpath(built: Built) -> None:
    assert built.settings["-trimpath"] == "true"
    assert b"/gobin-inspect/" not in built.bytes
    assert f"{built.sample.path.parent.parent.parent}".encode() not in built.bytes


def written_version(built: Built) -> None:
    assert built.settings["-ldflags"] == "-X 'main.version=1.2.3 (sample)' -X=main.Version=v1.2.3"


def pie(built: Built) -> None:
    assert built.settings["-buildmode"] == "pie"
    assert built.binary.is_pie
    if isinstance(built.binary, lief.ELF.Binary):
        assert built.binary.header.file_type == lief.ELF.Header.FILE_TYPE.DYN


def internal_pie(built: Built) -> None:
    """An interpreter and nothing for it to load: not static, though nothing is needed."""
    pie(built)
    if isinstance(built.binary, lief.ELF.Binary):
        assert built.interpreter is not None
        assert built.needed == []


def exe(built: Built) -> None:
    assert built.settings["-buildmode"] == "exe"
    if not isinstance(built.binary, lief.PE.Binary):
        assert not built.binary.is_pie
        return
    # cmd/link writes PE for arm64 as a PIE whatever -buildmode says.
    relocatable = built.sample.goarch == "arm64"
    assert built.binary.has_relocations is relocatable
    assert has_flag(built.binary, "DYNAMIC_BASE") is relocatable


def external_exe(built: Built) -> None:
    """GNU ld keeps the relocations and only the DYNAMIC_BASE flag goes."""
    assert built.settings["-buildmode"] == "exe"
    assert built.binary.has_relocations
    assert not has_flag(built.binary, "DYNAMIC_BASE")


def has_flag(binary: lief.PE.Binary, flag: str) -> bool:
    flags = lief.PE.OptionalHeader.DLL_CHARACTERISTICS
    return binary.optional_header.has(getattr(flags, flag))


def windowsgui(built: Built) -> None:
    assert built.binary.optional_header.subsystem == lief.PE.OptionalHeader.SUBSYSTEM.WINDOWS_GUI


def timetzdata(built: Built) -> None:
    assert built.settings["-tags"] == "timetzdata"
    assert b"time/tzdata/" in built.bytes
    assert b"Africa/AbidjanTZif2" in built.bytes


def fallback(built: Built) -> None:
    assert built.settings["-tags"] == "fallback"
    assert b"\0crypto/x509.SetFallbackRoots\0" in built.bytes


def nobuildid(built: Built) -> None:
    assert not built.has_section(".note.go.buildid")
    assert b'Go build ID: "' not in built.bytes


def nouuid(built: Built) -> None:
    assert not built.binary.has_uuid


def goamd64_v3(built: Built) -> None:
    assert b"microarchitecture support" in built.bytes


def goamd64_v2(built: Built) -> None:
    assert built.settings["GOAMD64"] == "v2"
    assert b"v2 microarchitecture support" in built.bytes


def goarm64_lse(built: Built) -> None:
    assert b"can only run on ARM64 processors with LSE support" in built.bytes


def goarm(level: int, *, soft: bool) -> Callable[[Built], None]:
    def check(built: Built) -> None:
        assert built.symbol("runtime.goarm", 1) == bytes([level])
        assert built.symbol("runtime.goarmsoftfp", 1) == bytes([soft])

    return check


def go386_softfloat(built: Built) -> None:
    assert built.settings["GO386"] == "softfloat"


def gomips_softfloat(built: Built) -> None:
    # MIPS ABI flags, version 0: fp_abi is byte 7, and 3 is Val_GNU_MIPS_ABI_FP_SOFT.
    assert built.section(".MIPS.abiflags")[7] == 3


def gomips64_softfloat(built: Built) -> None:
    """No byte outside the record says so: neither e_flags nor a .MIPS.abiflags, which Go writes for 32 bits alone."""
    assert built.settings["GOMIPS64"] == "softfloat"
    assert not built.has_section(".MIPS.abiflags")


def fips(built: Built) -> None:
    assert "fips140=on" in built.settings["DefaultGODEBUG"].split(",")
    assert built.settings["GOFIPS140"] in {"latest", "v1.0.0-c2097c7c"}
    assert (b"crypto/internal/fips140/v1.0.0-c2097c7c/" in built.bytes) is (built.settings["GOFIPS140"] != "latest")


def no_settings(built: Built) -> None:
    """The record is the Go version and nothing else, and there is no build ID."""
    assert built.path is built.main is None
    assert built.settings == {}
    if isinstance(built.binary, lief.ELF.Binary):
        assert not built.has_section(".note.go.buildid")
    assert b'Go build ID: "' not in built.bytes


def no_module(path: str) -> Callable[[Built], None]:
    def check(built: Built) -> None:
        assert built.main is None
        assert built.path is not None
        assert re.fullmatch(path, built.path)
        assert built.settings["GOOS"] == "linux"

    return check


def reactor(built: Built) -> None:
    """A library for a WebAssembly host: it has _initialize, and no _start."""
    assert built.settings["-buildmode"] == "c-shared"
    exports = [b"\x0b_initialize\x00", b"\x05twice\x00"]  # name, then 0 for a function
    assert all(text in built.bytes for text in exports)
    assert b"\x06_start\x00" not in built.bytes


def cover(built: Built) -> None:
    assert built.settings["-cover"] == "true"
    assert b"internal/coverage/" in built.bytes


def vcs(*, modified: bool) -> Callable[[Built], None]:
    def check(built: Built) -> None:
        assert built.settings["vcs"] == "git"
        assert built.settings["vcs.modified"] == str(modified).lower()
        stamped = "v1.2.3+dirty" if modified else "v1.2.3"
        assert built.main == (stamped if built.sample.minor >= (1, 24) else "(devel)")

    return check
