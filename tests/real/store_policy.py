"""A directory with a policy, in which every demand that a policy can make is disappointed by one program."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from tests.real import edited
from tests.real.edited import flipped, replaced
from tests.real.store import Entry, Finding, Plan, ReleaseWide, program
from tests.real.store_archives import tar_gz
from tests.real.store_defects import (
    CODE,
    LINUX,
    LOADED,
    MAC,
    MAC_ARM,
    MODIFIED,
    NATIVE,
    WINDOWS,
    WINDOWS_386,
    ZONED,
    error,
    warning,
)
from tests.real.store_products import Shelf, extension
from tests.samples import Samples

USES, DEMO = "uses-linux-amd64-go1.27", "demo-linux-amd64-go1.27"


@dataclass(frozen=True)
class Case:
    """A program that is not as the policy demands: the lines of its target, and what must be said.

    ``waived`` is the rule of a note that it deserves and the policy lets through.
    """

    name: str
    sample: str
    lines: str
    findings: tuple[Finding, ...]
    edit: Callable[[bytes], bytes] = bytes
    waived: str = ""


def case(name: str, sample: str, lines: str, *findings: Finding, edit: Callable[[bytes], bytes] = bytes) -> Case:
    return Case(name, sample, lines, findings, edit)


CASES = (
    case("meant-elsewhere", LINUX, 'target = "linux/s390x"', error("wrong-goarch")),
    case("meant-for-another", LINUX, 'target = "freebsd/amd64"', error("wrong-goos")),
    case("port-that-left", WINDOWS_386, 'target = "windows/arm"', error("wrong-goarch"), error("unknown-port")),
    case("cgo-slipped-in", NATIVE, "cgo = false",
         error("wrong-cgo"), warning("dynamic-not-static"), warning("libc-needed")),
    case("not-static", NATIVE, "static = true", error("dynamic-not-static"), error("libc-needed")),
    case("loader-alone", LOADED, "static = true", error("dynamic-not-static")),
    case("fakecgo", NATIVE, "static = true", error("dynamic-not-static"), error("hidden-cgo"),
         edit=edited.without_cgo_files),
    case("not-dynamic", LINUX, "static = false", error("static-not-dynamic")),
    case("another-level", LINUX, 'goamd64 = "v3"', error("wrong-microarch")),
    case("another-mode", LINUX, 'buildmode = "pie"', error("wrong-buildmode")),
    case("another-tag", LINUX, 'tags = ["nobodys"]', error("wrong-tags")),
    case("older-go", "hello-linux-amd64-go1.21", 'go = "1.27"', error("wrong-go")),
    case("another-libc", NATIVE, 'libc = "musl"', error("wrong-libc")),
    case("older-glibc", NATIVE, 'glibc = "2.2"', error("glibc-too-new")),  # it asks for GLIBC_2.3.2
    case("no-checksum", WINDOWS, "pe-checksum = true", error("pe-checksum-absent")),
    case("no-window", WINDOWS, 'subsystem = "gui"', error("pe-wrong-subsystem")),
    case("no-certificate", WINDOWS, 'signature = "authenticode"', error("authenticode-absent")),
    case("no-developer-id", MAC_ARM, 'signature = "codesign"', error("codesign-absent")),
    case("no-relocations", WINDOWS, "aslr = true", error("pe-reloc-missing"), edit=edited.without_relocations),
    case("one-address", WINDOWS, "aslr = true", error("pe-no-aslr"),
         edit=partial(edited.without_dll_flag, bit=edited.DYNAMIC_BASE)),
    case("older-windows", WINDOWS, 'min-os = "6.1"', error("pe-os-version-lies")),
    case("older-macos", MAC, 'min-os = "11.0"', error("macho-min-os")),
    case("newer-macos", "hello-darwin-arm64-go1.27-nouuid", 'profile = "macos-26"', error("macho-no-uuid")),
    case("no-zones", USES, 'tzdata = "embedded"', error("tzdata-missing")),
    case("zones", ZONED, 'tzdata = "absent"', error("tzdata-unwanted")),
    case("scratch", USES, 'profile = "static-scratch"', error("tzdata-missing"), warning("user-lookup-needs-passwd")),
    case("scratch-of-tls", "roots-linux-amd64-go1.27", 'profile = "static-scratch"', error("ca-roots-missing")),
    case("large-pages", LINUX, 'profile = "large-pages"', error("android-page-size")),  # aligned to 4 KiB
    case("another-module", LINUX, 'module = "example.com/other"', error("wrong-module")),
    case("another-version", DEMO, 'version = "v9.9.9"', error("wrong-version")),
    case("another-commit", DEMO, f'revision = "{"0" * 40}"', error("revision-mismatch")),
    case("dirty", DEMO, "clean = true", error("dirty-tree"),
         edit=partial(replaced, old=b"vcs.modified=false\n", new=b"vcs.modified=true\n\n")),
    case("paths", LINUX, "trimpath = true", error("path-leak")),
    case("debug", LINUX, "debug-info = false", error("debug-info-shipped")),
    case("changed", LINUX, "pristine = true", error("modified-after-link"), edit=partial(flipped, at=CODE)),
    case("no-fips", LINUX, 'fips140 = "latest"', error("wrong-fips140")),
    case("large", LINUX, 'max-size = "1 MiB"', error("too-large")),
    case("foreign", MAC, 'allow-dylibs = ["/nix/*"]', error("foreign-dylib"),
         edit=partial(replaced, old=b"/usr/lib/libresolv.9.dylib", new=b"/opt/lib/libresolv.9.dylib")),
    case("as-meant", DEMO, 'cgo = false\nstatic = true\nclean = true\ntrimpath = true\nmodule = "example.com/demo"'),
    case("as-allowed", MAC, 'allow-dylibs = ["/opt/*"]',
         edit=partial(replaced, old=b"/usr/lib/libresolv.9.dylib", new=b"/opt/lib/libresolv.9.dylib")),
)  # fmt: skip
WAIVED = Case("waived", LINUX, "trimpath = true", (), waived="path-leak")
STRAY = "left-behind"
SAME = ("another-level", "meant-elsewhere", "meant-for-another", "large-pages")
"""One program for which four targets are declared; what the last one's profile declares is all but the processor."""
PROFILES = '[profiles.large-pages]\ngoos = "linux"\npage-size = "64 KiB"\n'


def planned(samples: Samples, root: str) -> tuple[Plan, str]:
    """Return the plan of the directory, and the policy; ``root`` is how the tool is given the directory."""
    shelf, plan, policy, shown = Shelf(samples), Plan(), [], {}
    for number, one in enumerate((*CASES, WAIVED)):
        port = shelf.port(one.sample)
        findings = shelf.findings(one.sample, *one.findings, *_of_an_edit(one), without={one.waived})
        content = program(partial(_data, shelf, one), port, *findings)
        entry = Entry(f"{one.name}{extension(port)}", content, why=one.name)
        shown[one.name] = f"{root}/{entry.name}"
        if number % 2:
            shown[one.name] = f"{root}/{one.name}.tar.gz -> {entry.name}"
            entry = Entry(f"{one.name}.tar.gz", tar_gz(entry), 0o644, why=one.name)
        plan.entries.append(entry)
        policy.append(f'[[targets]]\nfiles = ["{entry.name}"]\n{one.lines}\n')
    policy += [
        PROFILES,
        '[[targets]]\ntarget = "linux/riscv64"\n',
        '[[targets]]\ntarget = "linux/loong64"\noptional = true\n',
        f'[[waivers]]\nrule = "{WAIVED.waived}"\nartifact = "{WAIVED.name}*"\nreason = "built for a test"\n',
        '[[waivers]]\nrule = "too-large"\nartifact = "nothing-is-called-so"\nreason = "built for a test"\n',
    ]
    stray = program(partial(shelf.data, LINUX), shelf.port(LINUX), *shelf.findings(LINUX))
    plan.entries.append(Entry(STRAY, stray, why="no target claims it"))
    plan.release += [
        ReleaseWide("missing-target", "error", frozenset({"linux/riscv64"}), "nothing was built for it"),
        ReleaseWide("unexpected-target", "error", frozenset({f"{root}/{STRAY}"}), "no target claims it"),
        ReleaseWide("same-content-two-targets", "error", frozenset(map(shown.get, SAME)), "one program"),
        ReleaseWide("stale-waiver", "warning", frozenset({"nothing-is-called-so"}), "it lets nothing through"),
    ]
    return plan, "\n".join(policy)


def _data(shelf: Shelf, one: Case) -> bytes:
    return one.edit(shelf.data(one.sample))


def _of_an_edit(one: Case) -> tuple[Finding, ...]:
    """The note that a program was changed, where that is not the very thing that was not to be."""
    return () if one.edit is bytes or error("modified-after-link") in one.findings else (MODIFIED,)
