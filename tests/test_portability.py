"""portability: the ladder of each system's profiles, and what blocks the next one, on facts made by hand."""

from typing import Any

import msgspec
import pytest

from inspector.engine import judge
from inspector.intent import from_profile
from inspector.intent.profiles import next_stricter, profiles
from inspector.model import NOT_LINKED, Declared, GoBuild, Intent, Portability, Severity, Status, Unknown
from inspector.portability import portability
from inspector.rules import all_rules
from tests.build.facts import OBSERVED, darwin, go_build, subject, wasm, windows

GLIBC_LOADER, MUSL_LOADER = "/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1"


def of(build: GoBuild, **meant: Any) -> Portability | None:
    return portability(subject(build, **meant))


def stands(satisfied: str | None, stricter: str | None = None, *blocked_by: str) -> Portability:
    return Portability(satisfied=satisfied, stricter=stricter, blocked_by=blocked_by)


def linux(**observed: Any) -> GoBuild:
    return go_build(observed=observed)


def with_glibc(floor: str | None, **observed: Any) -> GoBuild:
    linked = {"linkage": "dynamic", "interpreter": GLIBC_LOADER, "needed": ("libc.so.6",), "libc": "glibc"}
    return linux(**{**linked, "glibc_floor": floor, **observed})


def with_zones(linked: object, embedded: object = False) -> GoBuild:
    tzdata = msgspec.structs.replace(OBSERVED.tzdata, load_location=linked, embedded=embedded)
    return linux(tzdata=tzdata)


# --- linux ---------------------------------------------------------------------------------------------------


def test_a_static_program_that_asks_for_nothing_runs_anywhere():
    assert of(linux()) == stands("static-scratch")
    assert of(linux(linkage="static-pie", buildmode="pie")) == stands("static-scratch")


def test_what_an_empty_image_lacks_blocks_it_and_the_next_profile_has_it():
    assert of(with_zones(True)) == stands("glibc-2.17", "static-scratch", "tzdata-missing")
    roots = go_build(traits={"linked": frozenset({"crypto/x509.loadSystemRoots"})})
    assert of(roots) == stands("glibc-2.17", "static-scratch", "ca-roots-missing")


def test_zones_inside_block_nothing():
    assert of(with_zones(True, embedded=True)) == stands("static-scratch")


def test_a_warning_blocks_nothing():
    users = go_build(observed={"user_lookup": "go"}, traits={"linked": frozenset({"os/user.Current"})})
    meant = from_profile("static-scratch", Intent())
    found = judge(msgspec.structs.replace(subject(users), intent=meant), all_rules())
    assert ("user-lookup-needs-passwd", Status.FAIL, Severity.WARNING) in [
        (o.rule, o.status, o.severity) for o in found
    ]
    assert of(users) == stands("static-scratch")


@pytest.mark.parametrize(
    ("floor", "expected"),
    [
        (None, stands("glibc-2.17", "static-scratch", "dynamic-not-static", "libc-needed")),
        ("2.2.5", stands("glibc-2.17", "static-scratch", "dynamic-not-static", "libc-needed")),
        ("2.17", stands("glibc-2.17", "static-scratch", "dynamic-not-static", "libc-needed")),
        ("2.18", stands("glibc-2.28", "glibc-2.17", "glibc-too-new")),
        ("2.28", stands("glibc-2.28", "glibc-2.17", "glibc-too-new")),
        ("2.29", stands("glibc-2.35", "glibc-2.28", "glibc-too-new")),
        ("2.34", stands("glibc-2.35", "glibc-2.28", "glibc-too-new")),
        ("2.35", stands("glibc-2.35", "glibc-2.28", "glibc-too-new")),
        ("2.36", stands(None, "glibc-2.35", "glibc-too-new")),
    ],
)
def test_the_glibc_ladder(floor, expected):
    assert of(with_glibc(floor)) == expected


def test_musl_stands_beside_the_glibc_ladder():
    musl = linux(linkage="dynamic", interpreter=MUSL_LOADER, needed=("libc.so",), libc="musl")
    assert of(musl) == stands("musl", "static-scratch", "dynamic-not-static", "libc-needed")


@pytest.mark.parametrize(("loader", "profile"), [(GLIBC_LOADER, "glibc-2.17"), (MUSL_LOADER, "musl")])
def test_a_pie_that_needs_nothing_but_its_loader_runs_where_that_is(loader, profile):
    pie = linux(linkage="dynamic", interpreter=loader, buildmode="pie")
    assert of(pie) == stands(profile, "static-scratch", "dynamic-not-static")


def test_a_loader_that_no_stock_system_has_satisfies_nothing():
    nix = with_glibc("2.17", interpreter="/nix/store/9m2a0w-glibc-2.40/lib/ld-linux-x86-64.so.2")
    assert of(nix) == stands(None, "glibc-2.35", "odd-interpreter")


def test_another_c_library_satisfies_nothing():
    uclibc = linux(linkage="dynamic", interpreter="/lib/ld-uClibc.so.0", needed=("libc.so.0",), libc="uclibc")
    found = of(uclibc)
    assert found is not None
    assert (found.satisfied, found.stricter) == (None, "glibc-2.35")
    assert "wrong-libc" in found.blocked_by


# --- what cannot be read -------------------------------------------------------------------------------------


def test_what_cannot_be_decided_blocks_like_what_fails():
    assert of(with_zones(Unknown("no table"))) == stands("glibc-2.17", "static-scratch", "tzdata-missing")
    unread = with_glibc(Unknown("cut"))
    assert of(unread) == stands(None, "glibc-2.35", "glibc-too-new")


def test_a_packed_program_of_a_known_system_is_told_what_is_undecided():
    hidden = Unknown("packed with UPX 3.95: what is inside cannot be read")
    packed = windows(observed={"go_version": hidden, "buildmode": hidden}, traits={"go_minor": hidden})
    assert of(packed) == stands(None, "windows-10", "pe-os-version-lies")


def test_of_an_unknown_system_nothing_is_said():
    assert of(linux(goos=Unknown("packed with UPX: what is inside cannot be read"))) is None


def test_an_archive_of_objects_runs_nowhere_by_itself():
    assert of(linux(buildmode="c-archive", linkage=NOT_LINKED, needed=NOT_LINKED, libc=NOT_LINKED)) is None


# --- other systems -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "minor", "expected"),
    [
        ("6.1", 20, stands("windows-10")),
        ("6.1", 21, stands("windows-10")),
        ("10.0", 27, stands("windows-10")),
        ("10.1", 27, stands(None, "windows-10", "pe-os-version-lies")),
    ],
)
def test_windows(version, minor, expected):
    assert of(windows(pe={"os_version": version}, traits={"go_minor": minor})) == expected


@pytest.mark.parametrize(
    ("macho", "expected"),
    [
        ({}, stands("macos-26")),
        ({"uuid": None}, stands(None, "macos-26", "macho-no-uuid")),
        ({"uuid": None, "sdk": "12.0"}, stands(None, "macos-26", "macho-no-uuid")),
        ({"uuid": None, "file_type": "MH_DYLIB"}, stands("macos-26")),
        ({"min_os": "27.0"}, stands(None, "macos-26", "macho-min-os")),
    ],
)
def test_macos(macho, expected):
    assert of(darwin(macho=macho)) == expected


@pytest.mark.parametrize(
    ("alignment", "expected"),
    [(0x10000, stands("android")), (0x4000, stands("android")), (0x1000, stands(None, "android", "android-page-size"))],
)
def test_android(alignment, expected):
    linked = {"goos": "android", "goarch": "arm64", "interpreter": "/system/bin/linker64", "libc": "bionic"}
    build = go_build(
        observed={**linked, "linkage": "dynamic", "needed": ("libc.so",)}, traits={"load_alignment": alignment}
    )
    assert of(build) == expected


@pytest.mark.parametrize("build", [wasm(), wasm("wasip1"), linux(goos="freebsd"), linux(goos="plan9")])
def test_systems_without_profiles(build):
    assert of(build) is None


# --- it is the file that is judged ---------------------------------------------------------------------------


def test_what_was_meant_changes_nothing():
    meant = {
        "goos": Declared("windows", "option --goos"),
        "tzdata": Declared("embedded", "option --tzdata"),
        "libc": Declared("musl", "option --profile musl"),
        "interpreters": Declared(("*",), "policy p.toml:all.allow-interpreters"),
    }
    for build in (linux(), with_zones(True), with_glibc("2.34"), with_glibc("2.34", interpreter="/opt/ld.so")):
        assert of(build, **meant) == of(build)


def test_the_ladder_goes_from_the_strictest_of_a_system_down():
    order = list(profiles())
    for name, stricter in next_stricter().items():
        assert profiles()[name].goos == profiles()[stricter].goos
        assert order.index(stricter) < order.index(name)


def test_a_profile_satisfied_says_that_every_laxer_one_is():
    """The relation in the table is true of the rules, not of the names alone."""
    builds = [linux(), with_zones(True), *(with_glibc(floor) for floor in (None, "2.17", "2.18", "2.28", "2.35"))]
    checked = 0
    for build in builds:
        for name, stricter in next_stricter().items():
            if holds(build, stricter):
                assert holds(build, name), (name, stricter)
                checked += 1
    assert checked > 8


def holds(build: GoBuild, profile: str) -> bool:
    """Whether all rules, not the bound ones alone, find no error under the profile."""
    meant = from_profile(profile, Intent())
    outcomes = judge(msgspec.structs.replace(subject(build), intent=meant), all_rules())
    return not any(o.status is Status.FAIL and o.severity is Severity.ERROR for o in outcomes)
