"""wrong-libc."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import wrong_libc as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

GLIBC = Declared("glibc", "profile glibc-2.28")
MUSL = Declared("musl", "profile musl")
BIONIC = Declared("bionic", "profile android")
GLIBC_LOADER = "/lib64/ld-linux-x86-64.so.2"
MUSL_LOADER = "/lib/ld-musl-x86_64.so.1"


def program(loader: str | None, libc: object, needed: tuple[str, ...] = (), goos: str | Unknown = "linux"):
    proofs = {"interpreter": (Evidence("interpreter", loader, 0x270),)} if loader else {}
    return go_build(observed={"goos": goos, "interpreter": loader, "libc": libc, "needed": needed}, proofs=proofs)


@pytest.mark.parametrize(
    ("loader", "libc", "meant"),
    [
        (GLIBC_LOADER, "glibc", GLIBC),
        ("/nix/store/abc-glibc-2.40/lib/ld-linux-x86-64.so.2", "glibc", GLIBC),
        ("/lib64/ld64.so.1", "glibc", GLIBC),
        ("/lib/ld.so.1", None, GLIBC),
        (MUSL_LOADER, "musl", MUSL),
        ("/opt/musl/lib/ld-musl-aarch64.so.1", None, MUSL),
        ("/system/bin/linker64", "bionic", BIONIC),
        ("/system/bin/linker64", None, BIONIC),
        (None, "glibc", GLIBC),  # a shared library has no loader
        (None, None, MUSL),
        (None, None, GLIBC),
    ],
)
def test_the_declared_one_or_none_passes(loader, libc, meant):
    assert status_of(rule, subject(program(loader, libc), libc=meant)) is Status.PASS


@pytest.mark.parametrize(
    ("loader", "libc", "meant"),
    [
        (GLIBC_LOADER, "glibc", MUSL),
        (GLIBC_LOADER, None, MUSL),  # a PIE without cgo
        ("/lib/ld-linux-aarch64.so.1", "glibc", BIONIC),
        (MUSL_LOADER, "musl", GLIBC),
        (MUSL_LOADER, None, GLIBC),
        ("/lib64/ld64-uClibc.so.0", "uclibc", GLIBC),
        (None, "glibc", MUSL),
        ("/odd/loader", "glibc", MUSL),
    ],
)
def test_another_one_is_an_error(loader, libc, meant):
    outcome = outcome_of(rule, subject(program(loader, libc), libc=meant))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert f"{meant.value} was meant ({meant.source})" in outcome.message
    assert (loader or libc) in outcome.message


def test_it_shows_the_loader_and_how_to_do_without():
    outcome = outcome_of(rule, subject(program(GLIBC_LOADER, None), libc=MUSL))
    assert outcome.evidence == (Evidence("interpreter", GLIBC_LOADER, 0x270),)
    assert "without -buildmode=pie" in (outcome.fix or "")
    linked = outcome_of(rule, subject(program(GLIBC_LOADER, "glibc", ("libc.so.6",)), libc=MUSL))
    assert "C compiler" in (linked.fix or "")


def test_nothing_declared_or_no_choice_is_not_applicable():
    assert status_of(rule, subject(program(GLIBC_LOADER, "glibc"))) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(windows(), libc=MUSL)) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(program(None, "freebsd", goos="freebsd"), libc=MUSL)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    "build",
    [
        program(GLIBC_LOADER, "glibc", goos=Unknown("no table")),
        program(None, Unknown("libc.so is ambiguous")),
        program("/odd/loader", None),
        go_build(observed={"interpreter": Unknown("packed")}),
    ],
)
def test_what_does_not_tell_is_unknown(build):
    assert status_of(rule, subject(build, libc=MUSL)) is Status.UNKNOWN
