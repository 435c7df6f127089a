"""The port a program was built for, and what else the file table proves about how it was built.

Headers alone cannot tell dragonfly from linux, illumos from solaris or android from linux; the names of the
runtime's own source files can. The names are those of golang/go, src/runtime, src/net, src/os/user, src/time.
"""

from __future__ import annotations

import re
from typing import Final

from formats.image import (
    ElfNative,
    Format,
    Image,
    MachoNative,
    ObjectNative,
    PeNative,
    Plan9Native,
    Unknown,
    WasmNative,
    XcoffNative,
)
from inspector.facts.functab import FunctionTable
from inspector.model import Evidence

_GOARCH: Final = {
    ("i386", 32, "little"): "386",
    ("x86-64", 64, "little"): "amd64",
    ("arm", 32, "little"): "arm",
    ("aarch64", 64, "little"): "arm64",
    ("loongarch", 64, "little"): "loong64",
    ("mips", 32, "big"): "mips",
    ("mips", 32, "little"): "mipsle",
    ("mips", 64, "big"): "mips64",
    ("mips", 64, "little"): "mips64le",
    ("ppc64", 64, "big"): "ppc64",
    ("ppc64", 64, "little"): "ppc64le",
    ("riscv", 64, "little"): "riscv64",
    ("wasm", 64, "little"): "wasm",
    ("s390x", 64, "big"): "s390x",
    ("sparc64", 64, "big"): "sparc64",
}
_RT0: Final = re.compile(r"runtime/rt0_([a-z0-9]+)_[a-z0-9]+\.s")
_STARTS: Final = "runtime/rt0_"

# Without rt0 (an external linker's start-up code took its place), in the order that decides: illumos compiles
# solaris' files too, android and ios those of linux and darwin.
_OS_FILES: Final = (
    ("time/zoneinfo_android.go", "android"),
    ("runtime/os_illumos.go", "illumos"),
    ("runtime/os_only_solaris.go", "solaris"),
    ("runtime/os_solaris.go", "solaris"),
    ("runtime/os_linux.go", "linux"),
    ("runtime/os_darwin.go", "darwin"),
    ("runtime/os_windows.go", "windows"),
    ("runtime/os_freebsd.go", "freebsd"),
    ("runtime/os_netbsd.go", "netbsd"),
    ("runtime/os_openbsd.go", "openbsd"),
    ("runtime/os_dragonfly.go", "dragonfly"),
    ("runtime/os_aix.go", "aix"),
    ("runtime/os_plan9.go", "plan9"),
    ("runtime/os_wasip1.go", "wasip1"),
    ("runtime/os_js.go", "js"),
)
_IOS_PLATFORMS: Final = (2, 7)  # PLATFORM_IOS, PLATFORM_IOSSIMULATOR (mach-o/loader.h)
_OSABI: Final = {2: "netbsd", 9: "freebsd", 12: "openbsd"}  # gABI, e_ident[EI_OSABI]
# The module a wasm program imports its host's functions from (cmd/link/internal/wasm/asm.go): "go" until Go 1.20.
_WASM_HOSTS: Final = {"gojs": "js", "go": "js", "wasi_snapshot_preview1": "wasip1"}
_PE_GO_LINKER: Final = 3  # MajorLinkerVersion (cmd/link/internal/ld/pe.go); GNU ld writes 2, LLD 14
_PAGE: Final = 4096
_C_SECTIONS: Final = (".comment", ".init", ".eh_frame")
_F_DYNLOAD: Final = 0x1000  # AIX's linker sets it with F_EXEC, Go's does not (writeFileHeader in ld/xcoff.go)
_APPLE_COMMANDS: Final = ("LC_SOURCE_VERSION", "LC_FUNCTION_STARTS")

_CONFIGURES_LOOKUPS: Final = frozenset({"net/conf.go", "net/dnsconfig.go", "net/dnsconfig_unix.go"})
"""Of package net, what reads nsswitch.conf and resolv.conf; conf.go is there from Go 1.5 on."""

_GENERATED: Final = "_cgo_gotypes.go"  # what cmd/cgo writes beside the files of a package

Fact = tuple[str | Unknown, tuple[Evidence, ...]]


def goarch(image: Image) -> str | Unknown:
    """Return GOARCH by the container's machine, class and byte order."""
    found = _GOARCH.get((image.machine, image.bits, image.byteorder))
    if found is None:
        return Unknown(f"no Go port runs on {image.machine}, {image.bits} bit, {image.byteorder}-endian")
    return found


def goos(image: Image, table: FunctionTable | Unknown) -> Fact:
    """Return GOOS and its proof, by the file table first and by headers where those are decisive."""
    native = image.native
    if isinstance(native, (MachoNative, ObjectNative)) and native.platform in _IOS_PLATFORMS:
        return "ios", (Evidence("Mach-O platform", str(native.platform)),)
    if isinstance(native, ElfNative):
        android = next((n for n in native.notes if n.owner == "Android"), None)
        if android is not None:
            return "android", (Evidence("ELF note", "Android", _at(image, android.offset)),)
        loader = native.interpreter
        if loader is not None and loader.value.startswith("/system/bin/linker"):
            return "android", (Evidence("PT_INTERP", loader.value, _at(image, loader.offset)),)
    by_headers = _by_headers(image)
    by_files = _by_files(table)
    if by_files is None:
        if by_headers is not None:
            return by_headers
        return Unknown("no function table, and ELF headers alone do not tell one system from another"), ()
    name, file = by_files
    if by_headers is not None and _family(name) != _family(by_headers[0]):
        return Unknown(f"the file table says {name}, the headers say {by_headers[0]}"), by_headers[1]
    assert not isinstance(table, Unknown)
    return name, (file_proof(image, table, file),)


def file_proof(image: Image, table: FunctionTable, file: str) -> Evidence:
    """Return the evidence that ``file`` (relative to GOROOT/src) stands in the file table."""
    return Evidence("file table", file, image.place(table.std_offset(file)))


def _at(image: Image, offset: int | None) -> int | None:
    return None if offset is None else image.window.base + offset


def _family(goos: str) -> str:
    return {"ios": "darwin", "android": "linux"}.get(goos, goos)


def _by_headers(image: Image) -> tuple[str, tuple[Evidence, ...]] | None:
    native = image.native
    if isinstance(native, PeNative):
        return "windows", (Evidence("container", "PE", image.window.base),)
    if isinstance(native, MachoNative):
        return "darwin", (Evidence("container", "Mach-O", image.window.base),)
    if isinstance(native, XcoffNative):
        return "aix", (Evidence("container", "XCOFF", image.window.base),)
    if isinstance(native, Plan9Native):
        return "plan9", (Evidence("container", "Plan 9 a.out", image.window.base),)
    if isinstance(native, WasmNative):
        return _by_imports(image, native)
    if isinstance(native, ObjectNative):
        name = {Format.PE: "windows", Format.MACHO: "darwin"}.get(image.format)
        return None if name is None else (name, (Evidence("container", native.member, image.window.base),))
    found = _OSABI.get(native.osabi)
    if found is not None:
        return found, (Evidence("EI_OSABI", str(native.osabi), image.window.base + 7),)
    note = next((n for n in native.notes if n.owner in {"FreeBSD", "NetBSD", "OpenBSD"}), None)
    if note is not None:
        return note.owner.lower(), (Evidence("ELF note", note.owner, _at(image, note.offset)),)
    return None


def _by_imports(image: Image, native: WasmNative) -> tuple[str, tuple[Evidence, ...]] | None:
    found = next((i for i in native.imports if i.module in _WASM_HOSTS), None)
    if found is None:
        return None
    return _WASM_HOSTS[found.module], (Evidence("wasm import", found.module, _at(image, found.offset)),)


def _by_files(table: FunctionTable | Unknown) -> tuple[str, str] | None:
    """Return (GOOS, deciding file). android lists linux' rt0 too, so android's decides first."""
    if isinstance(table, Unknown):
        return None
    starts = sorted((m[1], m[0]) for m in map(_RT0.fullmatch, table.std_from(_STARTS)) if m)
    android = next((found for found in starts if found[0] == "android"), None)
    if android is not None:
        return android
    if len({name for name, _ in starts}) == 1:
        name, file = starts[0]
        # ios links rt0_ios or rt0_darwin and is told by its platform; darwin is what remains.
        return ("darwin" if name == "ios" else name), file
    return next(((name, file) for file, name in _OS_FILES if file in table.std), None)


def cgo(image: Image, table: FunctionTable | Unknown) -> tuple[bool | Unknown, tuple[Evidence, ...]]:
    """Tell whether cgo took part: a file of package runtime/cgo, or one that cmd/cgo generated."""
    if isinstance(table, Unknown):
        return table, ()
    file = next(table.std_from("runtime/cgo/"), None)
    if file is not None:
        return True, (file_proof(image, table, file),)
    generated = next((f for f in table.files if f.endswith(_GENERATED) and f.rpartition("/")[2] == _GENERATED), None)
    if generated is not None:
        return True, (Evidence("file table", generated, image.place(table.file_offset(generated))),)
    return False, (Evidence("file table", "no runtime/cgo", image.place(table.offset)),)


def link_mode(image: Image, table: FunctionTable | Unknown) -> Fact:
    """Tell who linked: Go's linker ("internal") or a C linker ("external")."""
    if isinstance(table, Unknown):
        return table, ()
    rt0 = next(filter(_RT0.fullmatch, table.std_from(_STARTS)), None)
    if rt0 is None:
        return "external", (Evidence("file table", "no runtime/rt0_*.s", image.place(table.offset)),)
    mode, proof = linker(image)
    return mode, (file_proof(image, table, rt0), *proof)


def linker(image: Image) -> Fact:
    """Tell by the headers alone who linked a program, which may have been a C linker that left Go's entry point in."""
    native = image.native
    if isinstance(native, PeNative):
        major, minor = native.linker_version
        mode = "internal" if major == _PE_GO_LINKER else "external"
        version = Evidence("linker version", f"{major}.{minor}", _at(image, native.linker_version_offset))
        return mode, (version,)
    if isinstance(native, MachoNative):
        command = next((c for c in native.load_commands if c.name in _APPLE_COMMANDS), None)
        if command is not None:
            return "external", (Evidence("load command", command.name, _at(image, command.offset)),)
        return "internal", ()
    if isinstance(native, (WasmNative, Plan9Native)):
        return "internal", ()  # no C linker makes these
    if isinstance(native, XcoffNative):
        mode = "external" if native.flags & _F_DYNLOAD else "internal"
        return mode, (Evidence("f_flags", f"{native.flags:#x}", _at(image, native.flags_offset)),)
    if isinstance(native, ElfNative) and isinstance(image.sections, Unknown):
        return _by_program_headers(native), ()
    section = image.section(*_C_SECTIONS)
    if section is not None:
        return "external", (Evidence("section", section.name, _at(image, section.offset)),)
    return "internal", ()


def _by_program_headers(native: ElfNative) -> str:
    """Tell who linked a file without section headers.

    Go's linker begins with a PT_PHDR aligned to a whole page (cmd/link/internal/ld/elf.go, asmbElf, FlagRound); C
    linkers align it to a word, and write none in a static program.
    """
    return "internal" if (native.headers_align or 0) >= _PAGE else "external"


def resolver(table: FunctionTable | Unknown) -> tuple[str | Unknown | None, str | None]:
    """Tell which DNS resolver package net uses (go, cgo, system, None without net), and the deciding file."""
    if isinstance(table, Unknown):
        return table, None
    std = table.std
    # lookup.go and dnsclient_unix.go stay for their variables alone in a program of a few net functions that looks no
    # name up (tsgo.exe); the system's own lookup_unix.go, lookup_windows.go ... come with the lookup itself.
    linked = next((f for f in table.std_from("net/lookup_") if f.endswith(".go")), None)
    if linked is None:
        return None, None
    for file in ("net/cgo_unix_syscall.go", "net/lookup_windows.go", "net/lookup_plan9.go"):
        if file in std:
            return "system", file
    if "net/cgo_unix_cgo.go" in std:
        return "cgo", "net/cgo_unix_cgo.go"
    # Until 1.19 cgo_unix.go was the cgo resolver; from 1.20 on it is shared with darwin's system one.
    if "net/cgo_unix.go" in std and any(table.std_from("runtime/cgo/")):
        return "cgo", "net/cgo_unix.go"
    if "net/cgo_stub.go" in std:
        return "go", "net/cgo_stub.go"
    # Since Go 1.25 lookup_unix.go stays for a variable as well, readProtocolsOnce; a lookup reads its configuration.
    alone = linked == "net/lookup_unix.go" and not std & _CONFIGURES_LOOKUPS
    return (None, None) if alone else ("go", linked)


def user_lookup(table: FunctionTable | Unknown) -> tuple[str | Unknown | None, str | None]:
    """Tell how os/user looks users up (go, cgo, system, None without os/user), and the deciding file."""
    if isinstance(table, Unknown):
        return table, None
    std = table.std
    for file in ("os/user/cgo_lookup_syscall.go", "os/user/lookup_windows.go", "os/user/lookup_plan9.go"):
        if file in std:
            return "system", file
    if "os/user/cgo_lookup_cgo.go" in std:
        return "cgo", "os/user/cgo_lookup_cgo.go"
    if "os/user/cgo_lookup_unix.go" in std and any(table.std_from("runtime/cgo/")):
        return "cgo", "os/user/cgo_lookup_unix.go"
    if "os/user/lookup_stubs.go" in std:
        return "go", "os/user/lookup_stubs.go"
    return None, None


def tags(table: FunctionTable | Unknown, resolver: object, user_lookup: object) -> tuple[str, ...] | Unknown:
    """Return the build tags whose effect the file table proves, sorted.

    netgo and osusergo are listed wherever their effect is there, by tag or because cgo was off.
    """
    if isinstance(table, Unknown):
        return table
    found = {
        "netgo": resolver == "go",
        "osusergo": user_lookup == "go",
        "race": "runtime/race.go" in table.std,
        "timetzdata": any(table.std_from("time/tzdata/")),
    }
    return tuple(sorted(tag for tag, there in found.items() if there))
