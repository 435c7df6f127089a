"""What the bytes of each variant of a sample must show, by lief, `go version -m` and plain reading.

Never by this product: a sample that silently lacked its property would let every test that leans on it pass.
"""

import io
import re
import struct
import subprocess
from collections.abc import Callable

import lief

from tests.samples import Sample, Samples

NEWEST_GO = "1.27.3"

GLIBC_LOADERS = {
    "amd64": "/lib64/ld-linux-x86-64.so.2",
    "arm64": "/lib/ld-linux-aarch64.so.1",
    "386": "/lib/ld-linux.so.2",
}
MUSL_LOADER = "/lib/ld-musl-x86_64.so.1"
DYNAMIC_WITHOUT_CGO = {"openbsd", "solaris", "illumos", "android"}
RESOLVER_TEXT = b"net/cgo_unix_cgo.go\0"  # in the file table: the cgo resolver is linked


class Built:
    """A sample opened for checking: its bytes, lief's reading and Go's own record."""

    def __init__(self, sample: Sample, samples: Samples) -> None:
        self.sample = sample
        data = sample.path.read_bytes()
        self.binary = lief.parse(io.BytesIO(data))
        assert self.binary is not None
        # What is searched for texts is the program itself, not what it carries.
        self.bytes = data.replace(samples[sample.payload].path.read_bytes(), b"") if sample.payload else data
        command = [samples.go(NEWEST_GO), "version", "-m", sample.path]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        lines = done.stdout.splitlines()
        self.version = lines[0].removeprefix(f"{sample.path}: ")
        self.path = next(line.split("\t")[2] for line in lines if line.startswith("\tpath\t"))
        self.main = next(line.split("\t")[3] for line in lines if line.startswith("\tmod\t"))
        settings = (line.removeprefix("\tbuild\t").partition("=") for line in lines if line.startswith("\tbuild\t"))
        self.settings = {key: value.strip('"') for key, _, value in settings}

    @property
    def interpreter(self) -> str | None:
        return self.binary.interpreter if self.binary.has_interpreter else None

    @property
    def needed(self) -> list[str]:
        return list(self.binary.libraries)

    @property
    def glibc(self) -> tuple[int, ...]:
        """The highest glibc release whose symbols are asked for."""
        found = re.findall(rb"GLIBC_(\d+(?:\.\d+)+)\0", self.section(".dynstr"))
        return max((tuple(int(part) for part in text.split(b".")) for text in found), default=())

    def section(self, name: str) -> bytes:
        return bytes(self.binary.get_section(name).content)

    def has_section(self, name: str) -> bool:
        return any(section.name == name for section in self.binary.sections)

    def symbol(self, name: str, size: int) -> bytes:
        """The stored bytes of a data symbol."""
        found = self.binary.get_symbol(name)
        return bytes(self.binary.get_content_from_virtual_address(found.value, size))


def baseline(built: Built) -> None:
    sample = built.sample
    assert not sample.flags
    assert not sample.env
    # Built without -trimpath: the compiler's own path of the source is there, below the cache.
    work = sample.path.parent.parent.parent / "work"
    assert f"{work}/".encode() in built.bytes
    assert RESOLVER_TEXT not in built.bytes
    assert (b"time/tzdata/" in built.bytes) is (sample.program == "tz")
    if isinstance(built.binary, lief.ELF.Binary):
        dynamic = sample.goos in DYNAMIC_WITHOUT_CGO
        assert (built.interpreter is not None) is dynamic
        assert built.has_section(".symtab")
    elif isinstance(built.binary, lief.PE.Binary):
        assert built.binary.optional_header.checksum == 0
        assert built.binary.has_relocations
        assert _has(built.binary, "DYNAMIC_BASE")
    else:
        assert (not built.binary.has_uuid) is (sample.minor < (1, 24))


def stripped(built: Built) -> None:
    assert built.settings["-ldflags"] == "-s -w"
    if isinstance(built.binary, lief.PE.Binary):
        # The Go linker still writes a pointer and an empty .symtab section.
        assert built.binary.header.numberof_symbols == 0
    elif isinstance(built.binary, lief.MachO.Binary):
        assert not any(segment.name == "__DWARF" for segment in built.binary.segments)
    else:
        assert not built.has_section(".symtab")
    assert b"debug_info" not in built.bytes


def trimpath(built: Built) -> None:
    assert built.settings["-trimpath"] == "true"
    assert b"/gobin-inspect/" not in built.bytes
    assert f"{built.sample.path.parent.parent.parent}".encode() not in built.bytes


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
    assert _has(built.binary, "DYNAMIC_BASE") is relocatable


def external_exe(built: Built) -> None:
    """GNU ld keeps the relocations and only the DYNAMIC_BASE flag goes."""
    assert built.settings["-buildmode"] == "exe"
    assert built.binary.has_relocations
    assert not _has(built.binary, "DYNAMIC_BASE")


def _has(binary: lief.PE.Binary, flag: str) -> bool:
    flags = lief.PE.OptionalHeader.DLL_CHARACTERISTICS
    return binary.optional_header.has(getattr(flags, flag))


def windowsgui(built: Built) -> None:
    assert built.binary.optional_header.subsystem == lief.PE.OptionalHeader.SUBSYSTEM.WINDOWS_GUI


def timetzdata(built: Built) -> None:
    assert built.settings["-tags"] == "timetzdata"
    assert b"time/tzdata/" in built.bytes
    assert b"Africa/AbidjanTZif2" in built.bytes


def nobuildid(built: Built) -> None:
    assert not built.has_section(".note.go.buildid")
    assert b'Go build ID: "' not in built.bytes


def nouuid(built: Built) -> None:
    assert not built.binary.has_uuid


def goamd64_v3(built: Built) -> None:
    assert b"microarchitecture support" in built.bytes


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
        assert not _has(built.binary, "DYNAMIC_BASE")


def shared(built: Built) -> None:
    assert built.settings["-buildmode"] in ("c-shared", "plugin")
    if isinstance(built.binary, lief.PE.Binary):
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


VARIANTS: dict[str | None, tuple[Callable[[Built], None], ...]] = {
    None: (baseline,),
    "cover": (cover,),
    "dirty": (vcs(modified=True),),
    "exe": (exe,),
    "gcc": (plain_gcc,),
    "gcc-execstack": (linked_by_gcc, execstack),
    "gcc-extldflags-static": (extldflags_static,),
    "gcc-external": (linked_by_gcc,),
    "gcc-pie": (gcc_pie,),
    "gcc-plugin": (shared,),
    "gcc-race": (race,),
    "gcc-rpath": (linked_by_gcc, rpath),
    "gcc-static": (static_glibc,),
    "gcc-static-pie": (static_pie,),
    "gcc-trimpath": (trimmed_gcc,),
    "glibc": (glibc,),
    "glibc-2.38": (glibc_new,),
    "glibc-cshared": (shared,),
    "glibc-netgo-osusergo": (pure_again,),
    "go386-softfloat": (go386_softfloat,),
    "goamd64-v3": (goamd64_v3,),
    "goarm-5": (goarm(5, soft=True),),
    "goarm-6": (goarm(6, soft=False),),
    "goarm-7": (goarm(7, soft=False),),
    "goarm64-lse": (goarm64_lse,),
    "gomips-softfloat": (gomips_softfloat,),
    "mingw": (mingw,),
    "mingw-cshared": (shared,),
    "mingw-exe": (external_exe, mingw),
    "mingw-race": (race, mingw),
    "musl": (musl,),
    "musl-gcc": (musl,),
    "musl-gcc-static": (static_musl,),
    "musl-static": (static_musl,),
    "nobuildid": (nobuildid,),
    "nouuid": (nouuid,),
    "pie": (internal_pie,),
    "stripped": (stripped,),
    "timetzdata": (timetzdata,),
    "trimpath": (trimpath,),
    "vcs": (vcs(modified=False),),
    "windowsgui": (windowsgui,),
    "zig": (zig,),
}
