"""Programs and files that are wrong in every way the rules know without a policy, and what each must be called.

What is right to say of each follows from the edit, and from the page of the rule; where an edit breaks two things, both
are named. An edited program is also no longer what the linker wrote, unless the page of a rule that it breaks says that
this tells of the change already.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.build import macho, upx
from tests.build.authenticode import TABLE
from tests.build.elf import Elf
from tests.real import edited
from tests.real.edited import flipped, put, replaced
from tests.real.store import Content, Entry, Finding, Image, Skip, program, unusable
from tests.real.store_archives import tar_gz, zipped
from tests.real.store_products import Shelf, architecture

MODIFIED = ("modified-after-link", "note")
CODE = 0x8000 + 100  # well inside the code of every program here
LINUX, LINUX_ARM, MIPS = "hello-linux-amd64-go1.27", "hello-linux-arm64-go1.27", "hello-linux-mips-go1.27"
WINDOWS, WINDOWS_386 = "hello-windows-amd64-go1.27", "hello-windows-386-go1.27"
MAC, MAC_ARM = "uses-darwin-amd64-go1.27", "uses-darwin-arm64-go1.27"
ZONED, NATIVE, LOADED = (
    "uses-linux-amd64-go1.27-timetzdata",
    "uses-linux-amd64-go1.27-glibc",
    "uses-linux-amd64-go1.27-pie",
)
LOADER = b"/lib64/ld-linux-x86-64.so.2\0"
TVOS = 3  # PLATFORM_TVOS (mach-o/loader.h)
LC_BUILD_VERSION = 0x32

Edit = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Defect:
    """One way to be wrong. ``sample`` says in whose release it stands; ``alone``: in a release of its own.

    ``called`` is the target in its name where that is not the sample's own, ``suffix`` what its name ends in where that
    is not what the port's ends in.
    """

    name: str
    sample: str
    content: Callable[[Shelf], Content]
    called: str | None = None
    suffix: str | None = None
    mode: int = 0o755
    alone: bool = False


def wrong(
    name: str, sample: str, *findings: Finding, edit: Edit = bytes, without: tuple[str, ...] = (), **more: object
) -> Defect:
    """A program of a sample, edited or not, that these findings are right for; an edit is a note of its own.

    ``without`` names the notes that the sample deserves and the edited program does not.
    """

    def content(shelf: Shelf) -> Content:
        found = shelf.findings(sample, *findings, without=without)
        return program(lambda: edit(shelf.data(sample)), shelf.port(sample), *found)

    return Defect(name, sample, content, **more)


def error(rule: str) -> Finding:
    return rule, "error"


def warning(rule: str) -> Finding:
    return rule, "warning"


def note(rule: str) -> Finding:
    return rule, "note"


def replacing(old: bytes, new: bytes) -> Edit:
    return partial(replaced, old=old, new=new)


def flagged(kind: int) -> Edit:
    return partial(edited.with_segment_flags, kind=kind, old=edited.RW, new=edited.RWX)


def misstamped(data: bytes) -> bytes:
    """Stamp the right checksum, then change what it was made of."""
    return flipped(edited.stamped(data), CODE)


def misaligned(data: bytes) -> bytes:
    """Make SizeOfHeaders no multiple of the file's alignment."""
    at = edited.pe_headers(data)[1] + 60
    (size,) = struct.unpack_from("<I", data, at)
    return put(data, at, struct.pack("<I", size - 8))


def signed_for_another(data: bytes) -> bytes:
    """Append a real certificate table that was made for another file."""
    data += bytes(-len(data) % 8)
    security = edited.pe_headers(data)[2] + 4 * 8
    return put(data, security, struct.pack("<2I", len(data), len(TABLE))) + TABLE


def for_tvos(data: bytes) -> bytes:
    """Change the platform in LC_BUILD_VERSION."""
    at = 32
    for _ in range(struct.unpack_from("<I", data, 16)[0]):
        command, size = struct.unpack_from("<2I", data, at)
        if command == LC_BUILD_VERSION:
            return put(data, at + 8, struct.pack("<I", TVOS))
        at += size
    raise AssertionError("no LC_BUILD_VERSION")


def with_another_segment(data: bytes) -> bytes:
    """Rename __LINKEDIT in the load commands."""
    return replaced(data[:0x1000], b"__LINKEDIT\0", b"__LINKLESS\0") + data[0x1000:]


def static_with_switch(data: bytes) -> bytes:
    """Make a program of glibc static, with the words of glibc's name service switch where its loader was named."""
    for kind in (edited.PT_INTERP, edited.PT_DYNAMIC):
        data = edited.without_segment(data, kind)
    return replaced(data, LOADER, b"\0libnss_%s.so%s\0".ljust(len(LOADER), b"\0"))


def packed_by_upx() -> bytes:
    """A program as UPX leaves it: nothing is to be seen of what is inside."""
    elf = Elf()
    elf.add(bytes(0x4000))
    elf.load_all()
    data, end = elf.build(), 64 + 56
    return put(data, end, upx.l_info(upx.LINUX_AMD64)) + upx.tail(upx.LINUX_AMD64, end)


def joined(shelf: Shelf, *names: str, edit: Edit = bytes) -> bytes:
    """A universal file of two samples, the second one edited."""
    first, second = (shelf.data(name) for name in names)
    return macho.fat(architecture(first), architecture(edit(second)))


def of_two_programs(shelf: Shelf) -> Content:
    first, second = "hello-darwin-amd64-go1.27", MAC_ARM
    images = (
        Image("darwin/amd64", shelf.findings(first), "x86_64"),
        Image("darwin/arm64", shelf.findings(second, warning("macho-slice-mismatch")), "arm64"),
    )
    return Content(partial(joined, shelf, first, second), tuple(((), image) for image in images))


def of_one_slice_that_is_damaged(shelf: Shelf) -> Content:
    said = ((), Image("darwin/amd64", shelf.findings(MAC), "x86_64")), ((), Skip("malformed", "arm64"))
    return Content(partial(joined, shelf, MAC, MAC_ARM, edit=with_endless_command), said)


def with_profiler(data: bytes) -> bytes:
    """Give a function, and the source file of another, the names of those that make CPU profiles."""
    data = replaced(data, b"\0internal/runtime/exithook.Run\0", b"\0runtime/pprof.StartCPUProfile\0")
    return replaced(data, b"/src/slices/zsortanyfunc.go\0", b"/src/runtime/pprof/pprof.go\0")


def with_old_zones(shelf: Shelf) -> Content:
    """A program that embeds the zones of an older Go."""

    def data() -> bytes:
        ours, theirs = (shelf.zones(release) for release in ("1.27.3", "1.21.13"))
        return edited.with_zones_of(shelf.data(ZONED), ours, theirs)

    return program(data, shelf.port(ZONED), *shelf.findings(ZONED, note("tzdata-stale"), MODIFIED))


def with_endless_command(data: bytes) -> bytes:
    """Give the first load command no size."""
    return put(data, 32 + 4, bytes(4))


def cut(data: bytes) -> bytes:
    """Half of a file."""
    return data[: len(data) // 2]


def unread(kind: str, sample: str, edit: Edit) -> Callable[[Shelf], Content]:
    return lambda shelf: unusable(lambda: edit(shelf.data(sample)), kind)


PROGRAMS = (
    # --- another target than the name says
    wrong("another-goos", LINUX, error("wrong-goos"), called="netbsd_amd64"),
    wrong("another-goarch", LINUX, error("wrong-goarch"), called="linux_riscv64"),
    wrong("another-processor", WINDOWS, error("wrong-goarch"), called="windows_arm64"),
    wrong("another-port", LINUX, error("wrong-goos"), error("wrong-goarch"), called="windows_arm64", suffix=".exe"),
    wrong("another-level", LINUX, error("wrong-microarch"), called="linux_amd64_v3"),
    wrong(
        "port-that-left", WINDOWS_386, error("wrong-goarch"), error("unknown-port"), called="windows_arm"
    ),  # gone in Go 1.26
    wrong("another-record", LINUX, error("record-contradicts-binary"), MODIFIED,
          edit=replacing(b"GOARCH=amd64", b"GOARCH=arm64")),
    # --- linkage
    wrong("hidden-cgo", NATIVE, warning("hidden-cgo"), MODIFIED, edit=edited.without_cgo_files),
    wrong("relative-run-path", NATIVE, warning("insecure-rpath"), MODIFIED, edit=edited.with_run_path),
    wrong("private-loader", NATIVE, error("odd-interpreter"), MODIFIED,
          edit=replacing(LOADER, b"/opt/x/ld-linux-x86-64.so.2\0")),
    wrong("other-processor-s-loader", LOADED, error("odd-interpreter"), MODIFIED,
          edit=replacing(LOADER, b"/lib/ld-linux-aarch64.so.1\0\0")),
    wrong("stub", "sqlite-linux-amd64-go1.27", error("cgo-stub"), note("local-replace"), alone=True),
    wrong("switch", NATIVE, warning("static-glibc-nss"), MODIFIED, edit=static_with_switch),
    wrong("writable-segment", LINUX, error("writable-code"), MODIFIED, edit=flagged(edited.PT_LOAD)),
    wrong("writable-section", WINDOWS_386, error("writable-code"), MODIFIED, edit=edited.with_writable_text),
    wrong("executable-stack", LINUX, warning("executable-stack"), MODIFIED, edit=flagged(edited.PT_GNU_STACK)),
    wrong("unsaid-stack", LINUX_ARM, warning("executable-stack"), MODIFIED,
          edit=partial(edited.without_segment, kind=edited.PT_GNU_STACK)),
    wrong("executable-stack-of-mips", MIPS, note("executable-stack"), MODIFIED, edit=flagged(edited.PT_GNU_STACK)),
    # --- PE
    wrong("checksum-of-another", WINDOWS, warning("pe-checksum-mismatch"), edit=misstamped),
    wrong("checksum-of-linker", WINDOWS_386, note("pe-checksum-stale"), MODIFIED, edit=edited.stamped_by_linker),
    wrong("no-relocations", WINDOWS, warning("pe-reloc-missing"), MODIFIED, edit=edited.without_relocations),
    wrong("no-relocations-386", WINDOWS_386, warning("pe-reloc-missing"), MODIFIED, edit=edited.without_relocations),
    wrong("no-aslr", WINDOWS_386, warning("pe-no-aslr"), MODIFIED,
          edit=partial(edited.without_dll_flag, bit=edited.DYNAMIC_BASE)),
    wrong("no-nx", WINDOWS, warning("pe-no-nx"), MODIFIED, edit=partial(edited.without_dll_flag, bit=edited.NX_COMPAT)),
    wrong("no-entropy", WINDOWS, note("pe-no-high-entropy-va"), MODIFIED,
          edit=partial(edited.without_dll_flag, bit=edited.HIGH_ENTROPY_VA)),
    wrong("misaligned-headers", WINDOWS, error("pe-malformed-layout"), MODIFIED, edit=misaligned),
    wrong("signature-of-another", WINDOWS, error("authenticode-invalid"), edit=signed_for_another),
    # --- Mach-O
    wrong("unsigned", MAC_ARM, error("macho-unsigned-arm64"), edit=edited.without_signature_command),
    wrong("broken-page", MAC_ARM, error("macho-signature-broken"), edit=partial(flipped, at=CODE)),
    wrong("no-uuid", "hello-darwin-arm64-go1.27-nouuid", warning("macho-no-uuid"), alone=True),
    wrong("foreign-library", MAC, error("foreign-dylib"), MODIFIED,
          edit=replacing(b"/usr/lib/libresolv.9.dylib", b"/opt/lib/libresolv.9.dylib")),
    wrong("not-pie", MAC_ARM, error("macho-not-pie"), error("macho-signature-broken"), edit=edited.without_pie_flag),
    wrong("not-pie-intel", MAC, note("macho-not-pie"), MODIFIED, edit=edited.without_pie_flag),
    wrong("missing-segment", MAC, error("macho-load-commands"), MODIFIED, edit=with_another_segment),
    wrong("for-tvos", MAC, error("macho-wrong-platform"), MODIFIED, edit=for_tvos),
    Defect("two-programs", MAC, of_two_programs, called="darwin_all", alone=True),
    Defect("damaged-slice", MAC, of_one_slice_that_is_damaged, called="darwin_all"),
    # --- what it needs
    wrong("no-zones", "uses-windows-amd64-go1.27", warning("tzdata-missing")),
    wrong("no-zones-386", "uses-windows-386-go1.27", warning("tzdata-missing")),
    wrong("no-zones-wasm", "uses-wasip1-wasm-go1.27", warning("tzdata-missing")),
    wrong("damaged-zone", ZONED, error("tzdata-corrupt"), MODIFIED, edit=edited.with_damaged_zone),
    Defect("old-zones", ZONED, with_old_zones),
    wrong("profiler", "hello-js-wasm-go1.27", note("cpu-profile-on-wasm"), MODIFIED, edit=with_profiler),
    # --- how it was built and stored
    wrong("covered", "hello-linux-amd64-go1.27-xversion", warning("instrumented-build"), MODIFIED,
          edit=replacing(b"build\t-compiler=gc\n", b"build\t-cover=true\n\n")),
    wrong("foreign-id", LINUX, note("identity-chain-broken"), edit=edited.with_foreign_gnu_id),
    wrong("scrambled", LINUX, note("obfuscated"), MODIFIED, without=("path-leak",), edit=edited.with_other_magic),
    wrong("no-record", LINUX_ARM, note("no-build-info"), MODIFIED,
          without=("devel-version", "godebug-override", "no-vcs"),
          edit=replacing(b"\xff Go buildinf:", b"\xff No buildinf:")),
    wrong("dirty", "demo-linux-amd64-go1.27", note("dirty-tree"), MODIFIED, alone=True,
          edit=replacing(b"vcs.modified=false\n", b"vcs.modified=true\n\n")),
    wrong("changed", LINUX, MODIFIED, edit=partial(flipped, at=CODE)),
    wrong("appended", WINDOWS_386, MODIFIED, edit=lambda data: data + b"An installer's own.\n" * 50),
    wrong("no-execute-bit", LINUX, error("mode-not-executable"), mode=0o644),
    wrong("no-execute-bit-mac", MAC, error("mode-not-executable"), mode=0o600),
    wrong("no-exe", WINDOWS, warning("odd-extension"), suffix=""),
    wrong("exe-of-linux", LINUX_ARM, warning("odd-extension"), suffix=".exe"),
    Defect("packed", LINUX, lambda _: program(packed_by_upx, "?/amd64", warning("packed")), alone=True),
    # --- what cannot be inspected
    Defect("cut", LINUX, unread("truncated", LINUX, cut)),
    Defect("cut-exe", WINDOWS, unread("truncated", WINDOWS, cut)),
    Defect("cut-to-its-head", MAC, unread("truncated", MAC, lambda data: data[:20])),
    Defect("endless-command", MAC_ARM, unread("malformed", MAC_ARM, with_endless_command)),
    Defect("nothing-but-zeros", LINUX, lambda _: unusable(lambda: b"\x7fELF" + bytes(60), "malformed")),
    Defect("thousand-slices", MAC, lambda _: unusable(lambda: b"\xca\xfe\xba\xbe\0\0\x03\xe8" + bytes(4096), "limit")),
    Defect("empty", LINUX, lambda _: unusable(bytes, "not-executable")),
    Defect("script", LINUX, lambda _: unusable(lambda: b"#!/bin/sh\nexec true\n", "not-executable")),
    Defect("of-c", LINUX, lambda _: unusable(Path(sys.executable).resolve().read_bytes, "not-go")),
)  # fmt: skip
"""Each stands in the store as a plain file and as a member of an archive."""


def archives(shelf: Shelf) -> dict[str, tuple[str, Content]]:
    """Return archives that are damaged themselves, by name; each with its suffix."""
    whole = zipped(Entry("hello", program(partial(shelf.data, LINUX), "linux/amd64")))

    tarred = tar_gz(Entry("hello", program(partial(shelf.data, LINUX), "linux/amd64")))

    def encrypted() -> bytes:
        data = whole.data()
        for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # general purpose bit 0 (APPNOTE.TXT 4.4.4)
            place = data.rindex(mark) + at
            data = put(data, place, bytes([data[place] | 1]))
        return data

    def misnumbered() -> bytes:
        data = whole.data()
        return flipped(data, data.rindex(b"PK\1\2") + 16)  # its CRC-32

    return {
        "half-a-zip": (".zip", unusable(lambda: cut(whole.data()), "truncated")),
        "half-a-gz": (".tar.gz", unusable(lambda: cut(tarred.data()), "truncated")),
        "encrypted": (".zip", Content(encrypted, ((("hello",), Skip("unreadable")),))),
        "another-crc": (".zip", Content(misnumbered, ((("hello",), Skip("malformed")),))),
    }
