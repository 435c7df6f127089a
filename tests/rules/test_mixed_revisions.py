"""mixed-revisions."""

from inspector.model import Status
from inspector.rules import mixed_revisions as rule
from tests.rules.release import healthy, of, outcome_of, part, together

ONE, OTHER = "1111111111111111111111111111111111111111", "2222222222222222222222222222222222222222"


def built(target: str, revision: str = ONE, modified: str = "false"):
    return part(target, settings={"vcs": "git", "vcs.revision": revision, "vcs.modified": modified})


def test_one_commit_passes():
    found = outcome_of(rule, of(together(built("linux/amd64"), built("linux/arm64"))))
    assert found.status is Status.PASS


def test_another_commit_fails():
    found = outcome_of(rule, of(together(built("linux/amd64"), built("linux/arm64"), built("windows/386", OTHER))))
    assert found.status is Status.FAIL
    assert found.severity == "warning"
    assert found.message == f"windows/386 was built from {OTHER}, the other 2 from {ONE}"
    assert [(proof.label, proof.value) for proof in found.evidence] == [
        ("dist/app_windows_386", f"{OTHER}; the rest: {ONE}")
    ]


def test_a_changed_tree_is_no_commit():
    changed = built("windows/386", modified="true")
    found = outcome_of(rule, of(together(built("linux/amd64"), built("linux/arm64"), changed)))
    assert found.message == (f"windows/386 was built from {ONE} with uncommitted changes, the other 2 from {ONE}")
    assert outcome_of(rule, of(together(changed, built("linux/386", modified="true")))).status is Status.PASS


def test_one_without_a_commit_may_be_of_any():
    found = outcome_of(rule, of(together(built("linux/amd64"), part("linux/arm64"))))
    assert found.status is Status.UNKNOWN
    assert found.reason == "no commit is recorded"
    assert [proof.label for proof in found.evidence] == ["dist/app_linux_arm64"]
    both = together(built("linux/amd64"), built("linux/386", OTHER), part("linux/arm64"))
    assert outcome_of(rule, of(both)).status is Status.FAIL


def test_where_none_records_a_commit_there_is_nothing_to_compare():
    found = outcome_of(rule, healthy())
    assert found.status is Status.NOT_APPLICABLE
    assert found.reason == "no program that has others beside it records its commit"
    # Nor does the commit of another program's set make it unknown.
    other = together(built("linux/amd64"), built("linux/arm64"), program="example.com/tool")
    assert outcome_of(rule, of(together(part(), part("linux/arm64")), other)).status is Status.PASS
    assert outcome_of(rule, of()).status is Status.NOT_APPLICABLE
