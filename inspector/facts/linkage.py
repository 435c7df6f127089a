"""What the file needs from the system it starts on: loader, libraries, C library, and its own build mode."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from formats.image import (
    ElfNative,
    Image,
    Located,
    MachoNative,
    PeNative,
    Plan9Native,
    Unknown,
    WasmNative,
    XcoffNative,
)
from formats.window import Window
from inspector.facts.functab import FunctionTable

_PE_DLL, _PE_DYNAMIC_BASE = 0x2000, 0x0040  # Characteristics, DllCharacteristics (PE format specification)
_MH_PIE: Final = 0x200000  # mach-o/loader.h
_XCOFF_EXEC, _XCOFF_SHARED, _XCOFF_DYNLOAD = 0x0002, 0x2000, 0x1000  # F_EXEC, F_SHROBJ, F_DYNLOAD (xcoff.h of AIX)

# C libraries by the names their own build gives them. DT_NEEDED "libc.so" is bionic's and musl's; the loader tells.
_ELF_LIBC: Final = (
    (re.compile(r"libc\.so\.6"), "glibc"),
    (re.compile(r"libc\.musl-.*"), "musl"),
    (re.compile(r"libc\.so\.0|ld-uClibc\.so\.[01]|libuClibc-.*"), "uclibc"),
)
_BSD_LIBC: Final = re.compile(r"libc\.so(\.\d+)*")
_AIX_LIBC: Final = re.compile(r"(.*/)?libc\.a\(.*\)")  # an archive of shared objects: "libc.a(shr_64.o)"
_SYSTEM_LIBC: Final = ("freebsd", "netbsd", "openbsd", "dragonfly", "solaris", "illumos")
_GLIBC: Final = re.compile(r"GLIBC_(\d+(?:\.\d+)*)")
# The linker asks for this pseudo version when it packs relative relocations; glibc offers it since 2.36.
_DT_RELR: Final = ("GLIBC_ABI_DT_RELR", (2, 36))


def needed(image: Image) -> tuple[Located, ...] | Unknown:
    """Return the libraries the loader must find, as spelled, in file order (PE: DLLs, Mach-O: dylibs)."""
    native = image.native
    if isinstance(native, (ElfNative, XcoffNative)):
        return native.needed
    if isinstance(native, PeNative):
        return native.imports
    return native.dylibs if isinstance(native, MachoNative) else ()


def rpath(image: Image) -> tuple[Located, ...] | Unknown:
    """Return the directories the file adds to the library search (ELF RPATH, RUNPATH; Mach-O LC_RPATH; AIX LIBPATH)."""
    native = image.native
    if isinstance(native, (ElfNative, XcoffNative)):
        return native.rpath
    return native.rpaths if isinstance(native, MachoNative) else ()


def interpreter(image: Image) -> Located | None:
    """Return the loader the file names (ELF PT_INTERP, Mach-O LC_LOAD_DYLINKER); no other format names one."""
    return image.native.interpreter if isinstance(image.native, (ElfNative, MachoNative)) else None


def linkage(image: Image) -> str | Unknown:
    """Return static, static-pie or dynamic; PE, Mach-O and XCOFF programs always are, wasm and Plan 9 never."""
    native = image.native
    if isinstance(native, (WasmNative, Plan9Native)):
        return "static"
    if not isinstance(native, ElfNative) or native.interpreter is not None:
        return "dynamic"
    if isinstance(native.needed, Unknown):
        return native.needed
    if native.needed:
        return "dynamic"
    return "static-pie" if native.type == "DYN" else "static"


def buildmode(image: Image, table: FunctionTable | Unknown) -> str | Unknown:
    """Return the build mode the headers show: exe, pie, c-shared or plugin."""
    native = image.native
    if isinstance(native, PeNative):
        if native.characteristics & _PE_DLL:
            return "c-shared"
        return "pie" if native.dll_characteristics & _PE_DYNAMIC_BASE and native.relocations else "exe"
    if isinstance(native, MachoNative):
        if native.file_type == "MH_EXECUTE":
            return "pie" if native.flags & _MH_PIE else "exe"
        if native.file_type == "MH_DYLIB":
            return _library(table)
        return Unknown(f"{native.file_type} does not tell the build mode")
    if isinstance(native, WasmNative):
        # Only -buildmode=c-shared has no _start: its host calls _initialize (cmd/link/internal/wasm/asm.go).
        return "c-shared" if "_initialize" in native.exports else "exe"
    if isinstance(native, XcoffNative):
        return _xcoff_buildmode(native)
    if not isinstance(native, ElfNative):
        return "exe"
    if native.type == "EXEC":
        return "exe"
    if native.type != "DYN":
        return Unknown(f"an ELF file of type {native.type} is not linked")
    if native.interpreter is not None or native.df1_pie:
        return "pie"
    # Without a table this suffices; a library that can open plugins exports its packages as well (canUsePlugins in
    # cmd/link/internal/ld/lib.go).
    return _library(table) if _exports_packages(image.window, native) else "c-shared"


def _library(table: FunctionTable | Unknown) -> str | Unknown:
    """Tell a C library from a plugin.

    The former has an entry point of its own, rt0_*_lib in a file of the runtime; a plugin has none
    (cmd/link/internal/ld/lib.go, "No *flagEntrySymbol for -buildmode=shared and plugin").
    """
    if isinstance(table, Unknown):
        return table
    return "c-shared" if any(table.std_from("runtime/rt0_")) else "plugin"


def _xcoff_buildmode(native: XcoffNative) -> str | Unknown:
    """Return exe for what Go's own linker made, which makes nothing else (writeFileHeader in ld/xcoff.go).

    AIX's linker gets the same arguments for exe and for pie (hostlink in ld/lib.go).
    """
    if native.flags & _XCOFF_SHARED or not native.flags & _XCOFF_EXEC:
        return Unknown(f"an XCOFF file with the flags {native.flags:#x} is no program")
    if native.flags & _XCOFF_DYNLOAD:
        return Unknown("AIX's own linker makes the same of -buildmode=exe and -buildmode=pie")
    return "exe"


def _exports_packages(window: Window, native: ElfNative) -> bool:
    """Look for the symbol that package plugin looks up, PATH..inittask (src/plugin/plugin_dlopen.go)."""
    if native.dynamic_strings is None:
        return False
    start, size = native.dynamic_strings
    return next(window.find_all(b"..inittask\0", start, start + size), None) is not None


def libc(goos: str | Unknown, loader: str | None, names: tuple[str, ...] | Unknown) -> str | Unknown | None:
    """Return the C library the program needs, None when it needs none; musl by the loader's name first."""
    if isinstance(names, Unknown):
        return names
    if goos in {"darwin", "ios"}:
        return "libSystem" if any(name.startswith("/usr/lib/libSystem.") for name in names) else None
    if goos == "windows":
        return _windows_libc(name.lower() for name in names)
    if loader is not None and re.search(r"/ld-musl-[^/]*$", loader):
        return "musl" if names else None
    if goos == "android":
        return "bionic" if "libc.so" in names else None
    if goos == "aix":
        return "aix" if any(_AIX_LIBC.fullmatch(name) for name in names) else None
    if isinstance(goos, str) and goos in _SYSTEM_LIBC:
        return goos if any(_BSD_LIBC.fullmatch(name) for name in names) else None
    found = next((libc for name in names for pattern, libc in _ELF_LIBC if pattern.fullmatch(name)), None)
    if found is None and "libc.so" in names:
        return Unknown("libc.so is what musl, bionic and others call themselves, and no loader tells which")
    return found


def _windows_libc(names: Iterable[str]) -> str | None:
    names = tuple(names)
    if any(name == "ucrtbase.dll" or name.startswith("api-ms-win-crt-") for name in names):
        return "ucrt"
    return "msvcrt" if "msvcrt.dll" in names else None


def glibc_floor(image: Image, libc: str | Unknown | None) -> str | Unknown | None:
    """Return the highest GLIBC_ version a symbol needs, "2.34"; None when glibc is not needed."""
    native = image.native
    if not isinstance(native, ElfNative) or libc != "glibc":
        return None
    if isinstance(native.version_needs, Unknown):
        return native.version_needs
    matches = (_GLIBC.fullmatch(need.version) for need in native.version_needs)
    versions = [tuple(int(number) for number in match[1].split(".")) for match in matches if match]
    if any(need.version == _DT_RELR[0] for need in native.version_needs):
        versions.append(_DT_RELR[1])
    return ".".join(str(n) for n in max(versions)) if versions else None
