"""What the bytes of a sample must show that a C compiler had a part in, by lief and plain reading."""

import re
import struct

import lief

from tests.real.built import Built
from tests.real.variants_go import RESOLVER_TEXT, has_flag, pie, trimpath

GLIBC_LOADERS = {
    "amd64": "/lib64/ld-linux-x86-64.so.2",
    "arm64": "/lib/ld-linux-aarch64.so.1",
    "386": "/lib/ld-linux.so.2",
}
MUSL_LOADER = "/lib/ld-musl-x86_64.so.1"


def glibc(built: Built) -> None:
    assert built.interpreter == GLIBC_LOADERS[built.sample.goarch]
    assert any(name.startswith("libc.so.6") for name in built.needed)
    assert built.glibc
    wanted = re.search(r"gnu\.2\.(\d+)", built.sample.target or "")
    if wanted:
        assert built.glibc <= (2, int(wanted[1]))
    assert (RESOLVER_TEXT in built.bytes) is (built.sample.program == "uses")


def glibc_new(built: Built) -> None:
    glibc(built)
    assert built.glibc >= (2, 34)  # where libpthread's symbols moved to libc


def static(built: Built) -> None:
    assert built.binary.header.file_type == lief.ELF.Header.FILE_TYPE.EXEC
    assert built.interpreter is None
    assert built.needed == []


def static_glibc(built: Built) -> None:
    static(built)
    assert b"Fatal glibc error" in built.bytes
    assert b"runtime/cgo" in built.bytes


def static_pie(built: Built) -> None:
    assert built.binary.header.file_type == lief.ELF.Header.FILE_TYPE.DYN
    assert built.interpreter is None
    assert built.needed == []


def pure_again(built: Built) -> None:
    static(built)
    assert built.settings["-tags"] == "netgo,osusergo"
    assert b"runtime/cgo/" not in built.bytes


def musl(built: Built) -> None:
    assert built.interpreter == MUSL_LOADER
    assert built.needed in (["libc.so"], ["libc.musl-x86_64.so.1"])


def static_musl(built: Built) -> None:
    static(built)
    assert b"runtime/cgo" in built.bytes
    assert b"Fatal glibc error" not in built.bytes


def extldflags_static(built: Built) -> None:
    """The founding claim that this makes a static file is wrong: Go's linker never passes it on."""
    assert "-static" in built.settings["-ldflags"]
    glibc(built)


def plain_gcc(built: Built) -> None:
    """A program that imports no cgo package is static even with CGO_ENABLED=1."""
    if built.sample.program == "hello":
        static(built)
    else:
        glibc(built)


def linked_by_gcc(built: Built) -> None:
    glibc(built)
    assert b"GCC: (" in built.section(".comment")


def trimmed_gcc(built: Built) -> None:
    trimpath(built)
    glibc(built)


def gcc_pie(built: Built) -> None:
    pie(built)
    glibc(built)


def gold(built: Built) -> None:
    assert b"gold 1." in built.section(".note.gnu.gold-version")


def mold(built: Built) -> None:
    assert b"mold 1." in built.section(".comment")


def packed_relocations(built: Built) -> None:
    assert len(built.section(".relr.dyn")) > 8


def without_addends(built: Built) -> None:
    assert len(built.section(".rel.dyn")) > 1000


def rpath(built: Built) -> None:
    tags = (lief.ELF.DynamicEntry.TAG.RPATH, lief.ELF.DynamicEntry.TAG.RUNPATH)
    entries = [entry for entry in built.binary.dynamic_entries if entry.tag in tags]
    assert len(entries) == 1
    assert b"relative/lib\0" in built.section(".dynstr")


def execstack(built: Built) -> None:
    stack = next(s for s in built.binary.segments if s.type == lief.ELF.Segment.TYPE.GNU_STACK)
    assert lief.ELF.Segment.FLAGS.X in stack


def race(built: Built) -> None:
    assert built.settings["-race"] == "true"
    assert b"runtime/race.go\0" in built.bytes
    if isinstance(built.binary, lief.PE.Binary):
        assert not has_flag(built.binary, "DYNAMIC_BASE")


def asan(built: Built) -> None:
    assert built.settings["-asan"] == "true"
    assert b"runtime/asan.go\0" in built.bytes
    assert any(name.startswith("libasan.so.") for name in built.needed)


def hidden_cgo(built: Built) -> None:
    """Go's runtime for static programs and glibc's start-up code in one file."""
    assert built.settings["CGO_ENABLED"] == "0"
    assert built.interpreter == GLIBC_LOADERS["amd64"]
    assert built.needed == ["libc.so.6"]
    assert b"runtime/cgo/" not in built.bytes


def shared(built: Built) -> None:
    assert built.settings["-buildmode"] in ("c-shared", "plugin")
    if isinstance(built.binary, lief.MachO.Binary):
        assert built.binary.header.file_type == lief.MachO.Header.FILE_TYPE.DYLIB
    elif isinstance(built.binary, lief.PE.Binary):
        assert built.binary.header.has_characteristic(lief.PE.Header.CHARACTERISTICS.DLL)
    else:
        assert built.binary.header.file_type == lief.ELF.Header.FILE_TYPE.DYN
        assert built.interpreter is None


def linked_by_go(built: Built) -> None:
    """On windows neither net nor os/user has cgo in it: CGO_ENABLED=1 changes nothing but the record."""
    assert built.binary.optional_header.checksum == 0
    assert built.binary.optional_header.major_linker_version == 3
    assert b"runtime/cgo/" not in built.bytes


def zig(built: Built) -> None:
    if built.sample.port == "windows/amd64" and built.sample.program == "uses":
        linked_by_go(built)
        return
    if isinstance(built.binary, lief.PE.Binary):
        assert built.binary.optional_header.checksum == 0
        assert built.binary.optional_header.major_linker_version == 14  # lld says so; Go says 3
    else:
        assert any(isinstance(command, lief.MachO.SourceVersion) for command in built.binary.commands)


def mingw(built: Built) -> None:
    """GNU ld's checksum is set, and no longer that of the file."""
    if built.sample.program == "uses":
        linked_by_go(built)
        return
    header = built.binary.optional_header
    assert header.major_linker_version == 2
    assert header.checksum not in (0, _pe_checksum(built.bytes))


def _pe_checksum(data: bytes) -> int:
    """The sum as Windows' CheckSumMappedFile makes it: 16-bit words, carries folded, plus the length."""
    (header,) = struct.unpack_from("<I", data, 0x3C)
    field = header + 24 + 64
    cleared = data[:field] + bytes(4) + data[field + 4 :]
    padded = cleared + bytes(len(cleared) % 2)
    total = sum(struct.unpack(f"<{len(padded) // 2}H", padded))
    while total > 0xFFFF:
        total = (total >> 16) + (total & 0xFFFF)
    return total + len(data)
