"""unlisted-artifact."""

from inspector.model import Evidence, Status, Sum, Unlisted
from inspector.rules import unlisted_artifact as rule
from tests.rules.release import outcome_of, release

LISTED = Sum(artifact="dist/a", algorithm="sha256", listed="00", computed="00", source="dist/checksums.txt")


def unlisted(artifact: str, source: str = "dist/checksums.txt") -> Unlisted:
    return Unlisted(artifact=artifact, source=source)


def test_artifacts_that_are_all_listed_pass():
    assert outcome_of(rule, release(sums=(LISTED,))).status is Status.PASS


def test_one_that_is_not_fails():
    found = outcome_of(rule, release(sums=(LISTED,), unlisted=(unlisted("dist/b"),)))
    assert found.status is Status.FAIL
    assert found.severity == "warning"
    assert found.message == "1 artifact is in no checksum file"
    assert found.evidence == (Evidence("dist/b", "not in dist/checksums.txt"),)


def test_one_that_two_checksum_files_leave_out_is_one_artifact():
    both = (unlisted("dist/b"), unlisted("dist/b", "dist/SHA512SUMS"))
    found = outcome_of(rule, release(unlisted=both))
    assert found.message == "1 artifact is in no checksum file"
    assert len(found.evidence) == 2
    found = outcome_of(rule, release(unlisted=(*both, unlisted("dist/c"))))
    assert found.message == "2 artifacts are in no checksum file"


def test_without_a_checksum_file_it_does_not_apply():
    found = outcome_of(rule, release())
    assert found.status is Status.NOT_APPLICABLE
    assert found.reason == "no checksum is listed for a file that is here"
