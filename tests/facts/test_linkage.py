"""Interpreter, needed libraries, C library and build mode, from ELF headers."""

import struct

import pytest

import formats
from formats import Unknown, Window
from inspector.facts import linkage
from tests.build.elf import DYN, EXEC, Elf
from tests.build.gotables import table_of
from tests.build.macho import DYLIB, program


def image_of(elf: Elf):
    elf.load_all()
    (image,) = formats.read(Window.of_bytes(elf.build()))
    return image


def dynamic(interpreter: str | None, *libraries: str, flags_1: int = 0, strings: bytes = b"") -> Elf:
    elf = Elf(type=DYN)
    if interpreter:
        elf.interpreter(interpreter)
    table = b"\0"
    entries = [(0x6FFFFFFB, flags_1)] if flags_1 else []
    for library in libraries:
        entries.append((1, len(table)))
        table += library.encode() + b"\0"
    elf.dynamic(entries, table + strings)
    return elf


@pytest.mark.parametrize(
    ("elf", "linked", "mode"),
    [
        (Elf(type=EXEC), "static", "exe"),
        (dynamic("/lib/ld.so", "libc.so.6"), "dynamic", "pie"),
        (dynamic("/lib/ld.so"), "dynamic", "pie"),  # -buildmode=pie without cgo: a loader and nothing to load
        (dynamic(None, flags_1=0x08000000), "static-pie", "pie"),
        (dynamic(None, "libc.so.6"), "dynamic", "c-shared"),
    ],
)
def test_linkage_and_build_mode(elf, linked, mode):
    image = image_of(elf)
    assert linkage.linkage(image) == linked
    assert linkage.buildmode(image, Unknown("no table")) == mode


def test_a_library_that_opens_plugins_exports_its_packages_as_a_plugin_does():
    image = image_of(dynamic(None, "libc.so.6", strings=b"main..inittask\0runtime..inittask\0"))
    assert linkage.buildmode(image, table_of("plugin/plugin_dlopen.go", "runtime/rt0_linux_amd64.s")) == "c-shared"
    assert linkage.buildmode(image, table_of("plugin/plugin_dlopen.go")) == "plugin"  # of `module main`
    assert linkage.buildmode(image, Unknown("no table")) == Unknown("no table")


def test_an_object_file_has_no_build_mode():
    assert isinstance(linkage.buildmode(image_of(Elf(type=1)), Unknown("no table")), Unknown)


@pytest.mark.parametrize(
    ("goos", "loader", "names", "libc"),
    [
        ("linux", "/lib64/ld-linux-x86-64.so.2", ("libc.so.6", "libpthread.so.0"), "glibc"),
        ("linux", "/lib/ld-musl-x86_64.so.1", ("libc.so",), "musl"),
        ("linux", "/lib/ld-musl-x86_64.so.1", ("libc.musl-x86_64.so.1",), "musl"),
        # A glibc name under musl's loader is gcompat's business: the loader is what runs.
        ("linux", "/lib/ld-musl-x86_64.so.1", ("libc.so.6",), "musl"),
        ("linux", "/lib/ld-musl-x86_64.so.1", (), None),
        ("linux", None, ("libc.musl-aarch64.so.1",), "musl"),
        ("linux", "/lib/ld-uClibc.so.0", ("libc.so.0",), "uclibc"),
        ("linux", "/lib64/ld-linux-x86-64.so.2", (), None),
        ("android", "/system/bin/linker64", ("libdl.so", "libc.so"), "bionic"),
        ("freebsd", "/libexec/ld-elf.so.1", ("libthr.so.3", "libc.so.7"), "freebsd"),
        ("openbsd", "/usr/libexec/ld.so", ("libpthread.so.27.1", "libc.so.97.1"), "openbsd"),
        ("solaris", "/lib/amd64/ld.so.1", ("libc.so.1", "libsocket.so.1"), "solaris"),
        ("illumos", "/lib/amd64/ld.so.1", ("libc.so.1",), "illumos"),
        ("darwin", "/usr/lib/dyld", ("/usr/lib/libSystem.B.dylib",), "libSystem"),
        ("windows", None, ("kernel32.dll",), None),
        ("windows", None, ("KERNEL32.dll", "msvcrt.dll"), "msvcrt"),
        ("windows", None, ("KERNEL32.dll", "api-ms-win-crt-heap-l1-1-0.dll"), "ucrt"),
    ],
)
def test_libc(goos, loader, names, libc):
    assert linkage.libc(goos, loader, names) == libc


def test_a_libc_without_a_loader_to_tell_whose_it_is_is_unknown():
    assert isinstance(linkage.libc("linux", None, ("libc.so",)), Unknown)


def with_versions(*versions: str) -> Elf:
    elf = Elf(type=DYN)
    strings = b"\0libc.so.6\0"
    places = []
    for version in versions:
        places.append(len(strings))
        strings += version.encode() + b"\0"
    raw = struct.pack("<HHIII", 1, len(versions), 1, 16, 0)
    for index, place in enumerate(places):
        raw += struct.pack("<IHHII", 0, 0, 2, place, 16 if index + 1 < len(places) else 0)
    at = elf.add(raw)
    elf.dynamic([(1, 1), (0x6FFFFFFE, elf.base + at), (0x6FFFFFFF, 1)], strings)
    return elf


@pytest.mark.parametrize(
    ("versions", "floor"),
    [
        (("GLIBC_2.2.5", "GLIBC_2.17", "GLIBC_2.9"), "2.17"),
        (("GLIBC_2.34", "GLIBC_PRIVATE"), "2.34"),
        (("GLIBC_2.17", "GLIBC_ABI_DT_RELR"), "2.36"),
        (("GCC_3.0",), None),
    ],
)
def test_glibc_floor_is_the_highest_by_number(versions, floor):
    assert linkage.glibc_floor(image_of(with_versions(*versions)), "glibc") == floor


def test_no_glibc_no_floor():
    assert linkage.glibc_floor(image_of(with_versions("GLIBC_2.34")), "musl") is None


@pytest.mark.parametrize(
    ("file", "mode"), [("runtime/rt0_darwin_arm64.s", "c-shared"), ("runtime/os_darwin.go", "plugin")]
)
def test_a_dylib_is_a_plugin_unless_it_has_an_entry_point_of_its_own(file, mode):
    (image,) = formats.read(Window.of_bytes(program(file_type=DYLIB).build()))
    assert linkage.buildmode(image, table_of(file)) == mode
    assert linkage.buildmode(image, Unknown("no table")) == Unknown("no table")
