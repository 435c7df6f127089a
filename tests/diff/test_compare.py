"""What changed between two artifacts, and what of it is worse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from inspector.diff.compare import compare
from inspector.model import Severity, Status, Unknown, Waiver
from tests.build.facts import darwin, windows
from tests.diff.sides import build, compared, cut_off, file, outcome, read
from tests.reports import made

LOST = Unknown("no function table")
RULES = ("wrong-cgo", "tzdata-missing", "path-leak")


def one(old, new, *, before=(), after=(), fail_on=Severity.ERROR):
    """What comes of one artifact."""
    found = compared([file("d/app", old, *before)], [file("e/app", new, *after)], fail_on)
    return found.compared[0], found


def facts(old, new):
    return {change.fact: (change.before, change.after, change.worse) for change in one(old, new)[0].facts}


@pytest.mark.parametrize(
    ("before", "after", "worse"),
    [
        ({"linkage": "static"}, {"linkage": "dynamic"}, {"linkage"}),
        ({"linkage": "static-pie"}, {"linkage": "dynamic"}, {"linkage"}),
        ({"linkage": "dynamic"}, {"linkage": "static"}, set()),
        ({"linkage": "static"}, {"linkage": "static-pie"}, set()),
        ({"linkage": LOST}, {"linkage": "dynamic"}, set()),
        ({"linkage": "static"}, {"linkage": LOST}, set()),
        ({"glibc_floor": "2.9"}, {"glibc_floor": "2.17"}, {"glibc_floor"}),
        ({"glibc_floor": "2.17"}, {"glibc_floor": "2.9"}, set()),
        ({"glibc_floor": None}, {"glibc_floor": "2.34"}, {"glibc_floor"}),
        ({"glibc_floor": "2.34"}, {"glibc_floor": None}, set()),
        ({"glibc_floor": LOST}, {"glibc_floor": "2.34"}, set()),
        ({"glibc_floor": "2.2.5"}, {"glibc_floor": "2.3"}, {"glibc_floor"}),
        ({"glibc_floor": "x"}, {"glibc_floor": "2.3"}, set()),
        ({"tags": ("timetzdata",)}, {"tags": ()}, set()),
        ({"go_version": "go1.27.3"}, {"go_version": "go1.26.9"}, set()),
        ({"trimpath": True}, {"trimpath": False}, set()),
        ({"needed": ()}, {"needed": ("libc.so.6",)}, set()),
        ({"needed": ("libc.so.6",)}, {"needed": ("libc.so.6", "libsqlite3.so.0")}, {"needed"}),
        ({"needed": ("libc.so.6", "libssl.so.1.1")}, {"needed": ("libc.so.6", "libssl.so.3")}, {"needed"}),
        ({"needed": ("libc.so.6", "libssl.so.3")}, {"needed": ("libc.so.6",)}, set()),
        # glibc 2.34 has what these had; a program built before needs them by name
        ({"needed": ("libc.so.6",)}, {"needed": ("libresolv.so.2", "libpthread.so.0", "libc.so.6")}, set()),
        ({"needed": ("libc.so.6",)}, {"needed": ("ld-linux-x86-64.so.2", "libc.so.6")}, set()),
        ({"needed": ("libc.so.6",)}, {"needed": ("libc.musl-x86_64.so.1",)}, set()),
        ({"needed": ("kernel32.dll",)}, {"needed": ("kernel32.dll", "bcryptprimitives.dll")}, set()),
        ({"needed": LOST}, {"needed": ("libssl.so.3",)}, set()),
        ({"libc": "glibc"}, {"libc": "musl"}, {"libc"}),
        ({"libc": "musl"}, {"libc": "glibc"}, {"libc"}),
        ({"libc": None}, {"libc": "glibc"}, set()),
        ({"libc": "glibc"}, {"libc": None}, set()),
        ({"libc": "msvcrt"}, {"libc": "ucrt"}, set()),
        ({"libc": "glibc"}, {"libc": LOST}, set()),
    ],
)
def test_a_fact_that_changed_is_told_and_some_are_worse(before, after, worse):
    found = facts(build(**before), build(**after))
    assert {name for name, (_, _, is_worse) in found.items() if is_worse} == worse
    assert set(before) <= set(found)


@pytest.mark.parametrize(
    ("before", "after", "rose"),
    [
        # By the release notes Go 1.27 needs macOS 13 and Windows 10, and Linux 3.2 since Go 1.24.
        (darwin("arm64", macho={"min_os": "13.0"}), darwin("arm64", macho={"min_os": "15.0"}), True),
        (darwin("arm64", macho={"min_os": "14.0"}), darwin("arm64", macho={"min_os": "13.0"}), False),
        (darwin("arm64", macho={"min_os": "9.9"}), darwin("arm64", macho={"min_os": "12.0"}), False),  # 13.0 by Go
        (windows(pe={"os_version": "6.1"}), windows(pe={"os_version": "10.0"}), False),  # Go 1.27 needs 10 anyway
        (build(go_version="go1.23.4"), build(go_version="go1.24.1"), True),
        (build(go_version="go1.24.1"), build(go_version="go1.27.3"), False),
    ],
)
def test_the_oldest_system_is_what_the_header_and_go_say_together(before, after, rose):
    found = facts(before, after)
    assert ("min_os" in found and found["min_os"][2]) is rose


def test_that_something_is_unknown_for_another_reason_is_no_change():
    assert not facts(build(linkage=LOST), build(linkage=Unknown("no program headers")))


def test_a_lost_record_is_one_change():
    bare = replace(build(), recorded=Unknown("no build info"))
    assert facts(build(), bare) == {"recorded": ("build info", made_unknown("no build info"), False)}


def made_unknown(reason):
    from inspector.reports.json_v1_types import Unknown as Told

    return Told(reason)


def test_settings_are_facts_but_for_what_others_tell():
    old, new = build(settings={"-ldflags": "-s", "vcs.time": "1"}), build(settings={"-tags": "x", "vcs.time": "2"})
    assert facts(old, new) == {
        "recorded.settings.-ldflags": ("-s", None, False),
        "recorded.settings.-tags": (None, "x", False),
    }


def test_size_is_a_fact():
    found = compared([file("d/app", size=100)], [file("e/app", size=150)])
    assert [(c.fact, c.before, c.after, c.worse) for c in found.compared[0].facts] == [("size", 100, 150, False)]


def test_modules_are_added_removed_and_changed():
    old = build(deps={"example.com/a": "v1.0.0", "example.com/b": "v1.0.0", "example.com/same": "v1.0.0"})
    new = build(deps={"example.com/b": "v2.0.0", "example.com/c": "v0.1.0", "example.com/same": "v1.0.0"})
    changes = [(dep.module, dep.before, dep.after) for dep in one(old, new)[0].deps]
    assert changes == [
        ("example.com/a", "v1.0.0", None),
        ("example.com/b", "v1.0.0", "v2.0.0"),
        ("example.com/c", None, "v0.1.0"),
    ]


FAILED, WARNED = outcome("wrong-cgo"), outcome("wrong-cgo", severity=Severity.WARNING)
PASSED, UNDECIDED = outcome("wrong-cgo", Status.PASS), outcome("wrong-cgo", Status.UNKNOWN)
WAIVED = replace(FAILED, waiver=Waiver(reason="known", until=None, source="policy p.toml:waivers[0]"))


@pytest.mark.parametrize(
    ("before", "after", "kind", "worse"),
    [
        (PASSED, FAILED, "new", True),
        (PASSED, WARNED, "new", False),
        (FAILED, PASSED, "fixed", False),
        (WARNED, FAILED, "changed", True),
        (FAILED, WARNED, "changed", False),
        (WAIVED, FAILED, "changed", True),
        (FAILED, WAIVED, "changed", False),
        (UNDECIDED, FAILED, "changed", True),
        (FAILED, UNDECIDED, "changed", False),
        (PASSED, WAIVED, None, False),
        (PASSED, UNDECIDED, None, False),
        (FAILED, FAILED, None, False),
    ],
)
def test_what_becomes_of_a_finding(before, after, kind, worse):
    compared_one, found = one(build(), build(), before=[before], after=[after])
    assert [change.kind for change in compared_one.findings] == ([kind] if kind else [])
    assert found.worse is worse


@pytest.mark.parametrize(
    ("fail_on", "worse"), [(Severity.ERROR, False), (Severity.WARNING, True), (Severity.NOTE, True), (None, False)]
)
def test_the_threshold_decides_which_new_findings_are_worse(fail_on, worse):
    assert one(build(), build(), before=[PASSED], after=[WARNED], fail_on=fail_on)[1].worse is worse


def test_a_finding_is_not_new_where_nobody_asked_before():
    compared_one, found = one(build(), build(), before=[outcome("path-leak", Status.PASS)], after=[FAILED])
    assert not compared_one.findings
    assert found.only_new == ("wrong-cgo",)
    assert not found.worse


def test_a_target_that_comes_with_a_finding_is_worse():
    old, new = [file("d/a", build(), PASSED)], [file("e/a", build(), PASSED)]
    bad, good = (file("e/b", build(goarch="arm64"), finding) for finding in (FAILED, PASSED))
    assert compared(old, [*new, bad]).worse
    assert not compared(old, [*new, good]).worse


def test_findings_of_the_release_are_compared():
    old, new = read("old", file("d/a")), read("new", file("e/a"))
    asked = frozenset({"missing-target"})
    from inspector.diff.rows import Finding

    found = {"missing-target": Finding("missing-target", "GBI701", "error", "one is missing")}
    broken = replace(new, release=found, release_judged=asked)
    whole = replace(old, release_judged=asked)
    assert [change.kind for change in compare(whole, broken, Severity.ERROR).release] == ["new"]
    assert compare(whole, broken, Severity.ERROR).worse
    assert [change.kind for change in compare(broken, whole, Severity.ERROR).release] == ["fixed"]
    assert compare(old, broken, Severity.ERROR).only_new == ("missing-target",)


STATUSES = st.sampled_from([Status.PASS, Status.FAIL, Status.UNKNOWN, Status.NOT_APPLICABLE])
OUTCOMES = st.tuples(*(st.builds(outcome, st.just(rule), STATUSES, st.sampled_from([*Severity])) for rule in RULES))
FACTS = st.fixed_dictionaries(
    {
        "linkage": st.sampled_from(["static", "dynamic", LOST]),
        "glibc_floor": st.sampled_from([None, "2.9", "2.34", LOST]),
        "tags": st.sampled_from([(), ("netgo",), LOST]),
        "deps": st.sampled_from([{}, {"example.com/a": "v1"}, {"example.com/a": "v2", "example.com/b": "v1"}]),
    }
)


@given(FACTS, FACTS, OUTCOMES, OUTCOMES)
def test_swapping_the_sides_swaps_new_and_fixed(old, new, before, after):
    there, found = one(build(**dict(old)), build(**dict(new)), before=before, after=after)
    back, reverse = one(build(**dict(new)), build(**dict(old)), before=after, after=before)
    assert [(c.fact, c.before, c.after) for c in there.facts] == [(c.fact, c.after, c.before) for c in back.facts]
    assert [(c.module, c.before, c.after) for c in there.deps] == [(c.module, c.after, c.before) for c in back.deps]
    mirrored = {"new": "fixed", "fixed": "new", "changed": "changed"}
    assert [(c.rule, c.before, c.after, c.kind) for c in there.findings] == [
        (c.rule, c.after, c.before, mirrored[c.kind]) for c in back.findings
    ]
    worse = {(c.rule, c.worse) for c in there.findings if c.worse} & {(c.rule, c.worse) for c in back.findings}
    assert not worse  # nothing is worse both ways
    assert not ({c.fact for c in there.facts if c.worse} & {c.fact for c in back.facts if c.worse})
    assert found.differs is reverse.differs


def test_what_could_not_be_read_on_both_sides_is_no_difference():
    old = read("old", made.file("d/a", made.image()), skipped=[cut_off("d/b")])
    new = read("new", made.file("e/a", made.image()), skipped=[cut_off("e/b")])
    found = compare(old, new, Severity.ERROR)
    assert not found.differs
    assert found.old.unseen
    assert found.new.unseen
