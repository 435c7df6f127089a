"""checksum-file-mismatch."""

from inspector.model import Evidence, Status, Sum, Unknown
from inspector.rules import checksum_file_mismatch as rule
from tests.rules.release import LIST, outcome_of, release

UNREAD = Unknown("not computed (--no-hash)")


def listed(artifact: str, value: str = "00ff", computed: str | Unknown = "00ff") -> Sum:
    return Sum(artifact=artifact, algorithm="crc32", listed=value, computed=computed, source=LIST)


def test_a_file_with_its_checksum_passes():
    assert rule.check(release(sums=(listed("a"),))).message == "the listed checksum is the file's"
    assert rule.check(release(sums=(listed("a"), listed("b")))).status is Status.PASS


def test_another_checksum_fails_with_both():
    found = outcome_of(rule, release(sums=(listed("a"), listed("b", computed="aa"), listed("c", computed=UNREAD))))
    assert found.status is Status.FAIL
    assert found.message == "1 of 3 listed checksums is not the file's"
    assert found.evidence == (Evidence("b", f"crc32 aa, listed is 00ff ({LIST})"),)


def test_one_that_was_not_computed_is_unknown():
    found = outcome_of(rule, release(sums=(listed("a"), listed("b", computed=UNREAD), listed("c", computed=UNREAD))))
    assert found.status is Status.UNKNOWN
    assert found.reason == UNREAD.reason
    assert [proof.label for proof in found.evidence] == ["b", "c"]


def test_without_a_listed_checksum_it_does_not_apply():
    assert outcome_of(rule, release()).status is Status.NOT_APPLICABLE
