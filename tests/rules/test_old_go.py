"""old-go."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from inspector import releases
from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import old_go as rule
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

AS_OF = "2026-11-10"
PROOF = Evidence("runtime.buildVersion", "x", 0x2000)


@pytest.fixture(autouse=True)
def as_of(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The table as it was on that day: later releases must not change what these tests say."""
    table = releases._table()
    rows = {name: row for name, row in table.releases.items() if row.date <= AS_OF}
    monkeypatch.setattr(releases, "_table", lambda: replace(table, releases=rows, known_until=AS_OF))
    derived = (releases.known_releases, releases.supported_lines)
    for function in derived:
        function.cache_clear()
    yield
    for function in derived:
        function.cache_clear()


def outcome(version: str, **observed: object):
    build = go_build(observed={"go_version": version, **observed}, proofs={"go_version": (PROOF,)})
    return outcome_of(rule, subject(build))


def test_a_line_that_ended_is_a_note_with_its_dates():
    # go.dev/doc/devel/release: 1.24.11 of 2025-12-02; "supported until there are two newer major releases"
    found = outcome("go1.24.11")
    assert found.status is Status.FAIL
    assert found.severity is Severity.NOTE
    assert found.message == (
        "built with go1.24.11 of 2025-12-02; Go 1.24 has had no fixes since go1.26.0 came out on 2026-02-10; "
        "supported are go1.27.4 (2026-11-10) and go1.26.11 (2026-11-10)"
    )
    assert found.evidence == (PROOF,)
    assert found.fix


@pytest.mark.parametrize(
    ("version", "since"),
    [
        ("go1.25.14", "go1.27.0 came out on 2026-08-19"),  # the newest of its line is no excuse
        ("go1.25.0 X:jsonv2", "go1.27.0 came out on 2026-08-19"),
        ("go1.22.1-fips", "go1.24.0 came out on 2025-02-11"),
        ("go1.20.3 X:nocoverageredesign", "go1.22.0 came out on 2024-02-06"),
        ("go1.15.8b5", "go1.17 came out on 2021-08-16"),
        ("go1.7.2", "go1.9 came out on 2017-08-24"),  # withdrawn: it has no date of its own
        ("go1.4", "go1.6 came out on 2016-02-17"),
        ("devel go1.18-2d1d548 Tue Dec 21 03:55:43 2021 +0000", "go1.20 came out on 2023-02-01"),
        ("go1.21rc2", "go1.23.0 came out on 2024-08-13"),
    ],
)
def test_every_spelling_of_an_old_release(version, since):
    found = outcome(version)
    assert found.status is Status.FAIL
    assert since in found.message


@pytest.mark.parametrize(
    ("version", "what"),
    [
        ("go1.27rc1", "a test version of what came out as go1.27.0 on 2026-08-19"),
        ("go1.26beta1", "a test version of what came out as go1.26.0 on 2026-02-10"),
        ("go1.27-devel_0f1e2d3c4b", "a development version of what came out as go1.27.0 on 2026-08-19"),
    ],
)
def test_what_led_to_a_release_is_superseded_by_it(version, what):
    found = outcome(version)
    assert found.status is Status.FAIL
    assert what in found.message


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ("go1.27.4", "go1.27.4 of 2026-11-10, the newest known release of a supported line"),
        ("go1.27.3", "of a supported line; 1 patch release behind go1.27.4 of 2026-11-10"),
        ("go1.26.0", "of a supported line; 11 patch releases behind go1.26.11 of 2026-11-10"),
        ("go1.26-custom", "of a supported line; 11 patch releases behind go1.26.11 of 2026-11-10"),
        ("go1.27.99", "newer than every release of its line that is known (as of 2026-11-10)"),
        ("go1.26.99", "newer than every release of its line that is known"),
        ("go1.28.0", "newer than every release that is known"),
        ("go1.28rc1", "newer than every release that is known"),
        ("go1.28-devel_0f1e2d3c4b Mon Nov 2 10:00:00 2026 -0800", "newer than every release that is known"),
        ("go2.0", "newer than every release that is known"),
    ],
)
def test_a_supported_or_newer_release_passes_and_says_how_far_behind_it_is(version, state):
    found = outcome(version)
    assert found.status is Status.PASS
    assert state in found.message
    assert "2026-11-10)" in found.message


@pytest.mark.parametrize("version", ["devel +a1b2c3d4e5 Mon Jan 6 10:00:00 2020 +0000", "go1.27.3.4", "unknown"])
def test_a_version_that_names_no_release_is_unknown(version):
    found = outcome(version)
    assert found.status is Status.UNKNOWN
    assert found.evidence == (PROOF,)


def test_no_version_anywhere_is_unknown():
    unread = Unknown("between go1.20 and go1.27")
    build = go_build(observed={"go_version": unread}, recorded=Unknown("no build info"))
    assert status_of(rule, subject(build)) is Status.UNKNOWN


def test_the_record_speaks_where_the_runtime_does_not():
    build = go_build(observed={"go_version": Unknown("x")}, recorded={"go_version": "go1.25.5"})
    assert status_of(rule, subject(build)) is Status.FAIL


@pytest.mark.parametrize("compiler", ["gccgo", "tinygo"])
def test_other_compilers_have_other_releases(compiler):
    assert outcome("go1.18", compiler=compiler).status is Status.NOT_APPLICABLE
    silent = go_build(
        observed={"go_version": Unknown("unknown to it"), "compiler": compiler}, recorded=Unknown("no build info")
    )
    assert status_of(rule, subject(silent)) is Status.NOT_APPLICABLE
