"""insecure-rpath."""

import pytest

from inspector.model import Evidence, Status, Unknown
from inspector.rules import insecure_rpath as rule
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import status_of

SAFE = [
    "/usr/lib/x86_64-linux-gnu",
    "/opt/app/lib",
    "/nix/store/0c5g-glibc/lib",
    "$ORIGIN",
    "$ORIGIN/../lib",
    "${ORIGIN}/lib",
    "@executable_path/../Frameworks",
    "@loader_path",
    "/tmpfiles/lib",
    "/rootfs/lib",
    "/homework/lib",
    "/usr/lib/builds/x",
]
UNSAFE = [
    ("", "empty"),
    (".", "relative"),
    ("lib", "relative"),
    ("../lib", "relative"),
    ("$LIB/x", "relative"),
    ("$ORIGINAL/lib", "relative"),
    ("@rpath/x", "relative"),
    ("/tmp", "everyone"),
    ("/tmp/lib", "everyone"),
    ("//tmp/lib", "everyone"),
    ("/usr/lib/../../tmp", "everyone"),
    ("/var/tmp/x", "everyone"),
    ("/dev/shm/x", "everyone"),
    ("/Users/Shared/x", "everyone"),
    ("/private/tmp/x", "everyone"),
    ("/home/joe/lib", "home"),
    ("/home/runner/work/app/app/lib", "home"),
    ("/root/go/lib", "home"),
    ("/root", "home"),
    ("/Users/joe/lib", "home"),
    ("/usr/home/joe", "home"),
    ("/builds/group/app/lib", "workspace"),
    ("/__w/app/app/lib", "workspace"),
    ("/github/workspace/lib", "workspace"),
    ("/workspace", "workspace"),
    ("/var/lib/jenkins/x", "workspace"),
]


@pytest.mark.parametrize("entry", SAFE)
def test_a_directory_of_the_system_or_the_program_passes(entry):
    assert status_of(rule, subject(go_build(observed={"rpath": (entry,)}))) is Status.PASS


@pytest.mark.parametrize(("entry", "defect"), UNSAFE)
def test_a_directory_others_can_fill_fails(entry, defect):
    verdict = rule.check(subject(go_build(observed={"rpath": ("/usr/lib", entry)})))
    assert verdict.status is Status.FAIL
    assert defect in verdict.message
    assert [e.value for e in verdict.evidence] == [entry]


def test_each_bad_entry_is_one_proof_with_its_offset():
    proofs = {"rpath": (Evidence("rpath", "/usr/lib", 10), Evidence("rpath", "", 19), Evidence("rpath", "/tmp/x", 20))}
    build = go_build(observed={"rpath": ("/usr/lib", "", "/tmp/x")}, proofs=proofs)
    assert [(e.value, e.offset) for e in rule.check(subject(build)).evidence] == [("", 19), ("/tmp/x", 20)]


def test_no_run_path_passes():
    assert status_of(rule, subject()) is Status.PASS


def test_a_mach_o_run_path_is_judged_alike():
    assert status_of(rule, subject(darwin(observed={"rpath": ("/Users/joe/lib",)}))) is Status.FAIL


def test_pe_has_none():
    assert status_of(rule, subject(windows())) is Status.NOT_APPLICABLE


def test_an_unread_dynamic_section_is_unknown():
    assert status_of(rule, subject(go_build(observed={"rpath": Unknown("cut off")}))) is Status.UNKNOWN
