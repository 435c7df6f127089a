"""foreign-dylib."""

import pytest

from inspector.model import Declared, Evidence, Severity, Status, Unknown
from inspector.rules import foreign_dylib as rule
from tests.build.facts import darwin, go_build, subject
from tests.rules.outcome import outcome_of, status_of

SYSTEM = "/usr/lib/libSystem.B.dylib"
FRAMEWORK = "/System/Library/Frameworks/Security.framework/Versions/A/Security"
BREW = "/opt/homebrew/opt/openssl@3/lib/libssl.3.dylib"


def linked(*dylibs: str, file_type: str = "MH_EXECUTE", proofs: tuple[Evidence, ...] = ()):
    return subject(darwin(macho={"dylibs": dylibs, "file_type": file_type}, proofs={"macho.dylibs": proofs}))


def test_libraries_of_the_system_pass():
    proofs = (Evidence("dylib", SYSTEM, 0x500), Evidence("dylib", FRAMEWORK, 0x540))
    verdict = rule.check(linked(SYSTEM, FRAMEWORK, proofs=proofs))
    assert verdict.status is Status.PASS
    assert verdict.evidence == proofs


@pytest.mark.parametrize(
    "name",
    [BREW, "libfoo.dylib", "/usr/local/lib/libfoo.dylib", "/Library/Frameworks/Foo.framework/Foo",
     "/usr/lib/../local/lib/libfoo.dylib", "/usr/libfoo.dylib", "/Systematic/libfoo.dylib", "@rpath/libfoo.dylib"],
)  # fmt: skip
def test_others_are_an_error(name):
    outcome = outcome_of(rule, linked(SYSTEM, name))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert name in outcome.message
    assert [e.value for e in outcome.evidence] == [name]


def test_only_the_foreign_ones_are_evidence():
    proofs = (Evidence("dylib", SYSTEM, 0x500), Evidence("dylib", BREW, 0x540))
    assert outcome_of(rule, linked(SYSTEM, BREW, proofs=proofs)).evidence == (proofs[1],)


def test_a_thousand_libraries_stay_one_sentence():
    outcome = outcome_of(rule, linked(*(f"/opt/lib{n}.dylib" for n in range(1000))))
    assert "/opt/lib0.dylib and 999 more" in outcome.message


@pytest.mark.parametrize("start", ["@rpath", "@loader_path", "@executable_path"])
@pytest.mark.parametrize("file_type", ["MH_DYLIB", "MH_BUNDLE"])
def test_libraries_may_name_what_is_shipped_with_them(start, file_type):
    assert status_of(rule, linked(f"{start}/libfoo.dylib", file_type=file_type)) is Status.PASS
    assert status_of(rule, linked(BREW, file_type=file_type)) is Status.FAIL


@pytest.mark.parametrize(
    ("glob", "name"),
    [
        ("/opt/acme/*", "/opt/acme/lib/libfoo.dylib"),
        ("@rpath/libfoo.?.dylib", "@rpath/libfoo.1.dylib"),
        ("*/lib[fg]oo.dylib", "@executable_path/../Frameworks/libgoo.dylib"),
        ("libfoo.dylib", "libfoo.dylib"),
    ],
)
def test_what_the_policy_allows_passes_and_says_so(glob, name):
    meant = Declared(("nothing", glob), "policy p.toml:all.allow-dylibs")
    outcome = outcome_of(rule, subject(linked(SYSTEM, name).build, dylibs=meant))
    assert outcome.status is Status.PASS
    assert "policy p.toml:all.allow-dylibs" in outcome.message


@pytest.mark.parametrize(
    ("glob", "name"),
    [
        ("/opt/acme/*", BREW),
        ("/opt/acme/*", "/opt/acme/../evil/libfoo.dylib"),
        ("acme/*", "/opt/acme/libfoo.dylib"),
        ("/OPT/*", "/opt/libfoo.dylib"),
        ("@rpath/libfoo.dylib", "@rpath/libfoo.dylib.1"),
    ],
)
def test_what_it_does_not_allow_fails(glob, name):
    meant = Declared((glob,), "policy p.toml:all.allow-dylibs")
    outcome = outcome_of(rule, subject(linked("/opt/acme/ok.dylib", name).build, dylibs=meant))
    assert outcome.status is Status.FAIL
    assert name in [e.value for e in outcome.evidence]


def test_an_empty_list_allows_nothing_more():
    meant = Declared((), "policy p.toml:all.allow-dylibs")
    assert status_of(rule, subject(linked(SYSTEM, BREW).build, dylibs=meant)) is Status.FAIL
    assert status_of(rule, subject(linked(SYSTEM).build, dylibs=meant)) is Status.PASS


def test_headers_decide_even_when_tables_are_unknown():
    build = darwin(macho={"dylibs": (BREW,)}, observed={"goos": Unknown("no table"), "libc": Unknown("no table")})
    assert status_of(rule, subject(build)) is Status.FAIL


def test_other_formats_are_not_applicable():
    assert status_of(rule, subject(go_build())) is Status.NOT_APPLICABLE
