"""tzdata-stale."""

import pytest

from inspector.model import Evidence, Severity, Status, Tzdata, Unknown
from inspector.rules import tzdata_stale as rule
from inspector.tzreleases import newest
from tests.build.facts import go_build, subject
from tests.rules.outcome import outcome_of, status_of

PROOF = (Evidence("file table", "time/tzdata/tzdata.go", 0x100), Evidence("zip of zones", "597 zones", 0x200))


def outcome(release: str | Unknown | None, embedded: bool | Unknown = True):
    tzdata = Tzdata(embedded=embedded, zones=597, release=release, load_location=True)
    return outcome_of(rule, subject(go_build(observed={"tzdata": tzdata}, proofs={"tzdata": PROOF})))


@pytest.mark.parametrize("release", ["2020a", "2023c", "2025c", "1999z"])
def test_an_older_database_is_a_note(release):
    found = outcome(release)
    assert found.status is Status.FAIL
    assert found.severity is Severity.NOTE
    assert found.message.startswith(f"zones of {release} are embedded; Go 1.")
    assert found.message.endswith(f" pack {newest().release}")
    assert found.evidence == PROOF


@pytest.mark.parametrize("release", [newest().release, "2099a"])
def test_the_newest_or_a_newer_one_passes(release):
    assert outcome(release).status is Status.PASS


def test_nothing_embedded_is_not_applicable():
    assert status_of(rule, subject()) is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("release", "embedded"),
    [(Unknown("not a release the table knows"), True), ("2023c", Unknown("no table")), ("today", True), (None, True)],
)
def test_an_unread_release_is_unknown(release, embedded):
    assert outcome(release, embedded).status is Status.UNKNOWN
