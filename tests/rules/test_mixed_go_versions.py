"""mixed-go-versions."""

import pytest

from inspector.model import Evidence, Status, Unknown
from inspector.rules import mixed_go_versions as rule
from tests.rules.release import healthy, of, outcome_of, part, release, together


def old(target: str, *name: str, **more):
    return part(target, *name, go_version="go1.26.4", **more)


def test_one_release_of_go_for_every_port_passes():
    found = outcome_of(rule, healthy())
    assert found.status is Status.PASS
    assert found.message == "what belongs together was built with one release of Go"


def test_the_odd_one_is_named_with_its_version():
    found = outcome_of(rule, of(together(part(), part("linux/arm64"), old("linux/386"))))
    assert found.status is Status.FAIL
    assert found.severity == "warning"
    assert found.message == "linux/386 was built with go1.26.4, the other 2 with go1.27.3"
    assert found.evidence == (Evidence("dist/app_linux_386", "go1.26.4; the rest: go1.27.3"),)
    assert found.fix == "build every target with one release of Go"


def test_several_odd_ones_of_several_releases():
    parts = [*map(part, ("linux/amd64", "linux/arm64", "linux/386", "windows/amd64", "windows/386", "darwin/arm64"))]
    odd = [part(f"freebsd/{arch}", go_version=f"go1.2{n}") for n, arch in enumerate(("386", "amd64", "arm", "arm64"))]
    found = outcome_of(rule, of(together(*parts, *odd)))
    assert found.message == (
        "freebsd/386, freebsd/amd64, freebsd/arm and 1 more were built with go1.20 or go1.21 or go1.22 and 1 more, "
        "the other 6 with go1.27.3"
    )
    assert [proof.value.partition(";")[0] for proof in found.evidence] == ["go1.20", "go1.21", "go1.22", "go1.23"]


def test_of_two_halves_the_later_one_is_odd():
    found = outcome_of(rule, of(together(part(), old("linux/arm64"))))
    assert found.message == "linux/arm64 was built with go1.26.4, the other with go1.27.3"


def test_patch_releases_differ():
    found = outcome_of(rule, of(together(part(), part("linux/arm64"), part("linux/386", go_version="go1.27.2"))))
    assert found.status is Status.FAIL


def test_experiments_are_settings():
    other = part("linux/arm64", go_version="go1.27.3 X:jsonv2")
    assert outcome_of(rule, of(together(part(), other))).status is Status.PASS


def test_programs_of_two_releases_and_variants_are_not_compared():
    one = together(part(), part("linux/arm64"))
    other = together(old("linux/amd64"), old("linux/arm64"), release_name="old")
    variants = together(part(), part("linux/arm64"), *(old(t, variant="app 1.2") for t in ("linux/386", "linux/arm")))
    assert outcome_of(rule, of(one, other, variants)).status is Status.PASS


def test_archives_and_plain_files_of_one_build_are_one_finding():
    plain = [part(), part("linux/arm64"), old("linux/386")]
    packed = [
        part("linux/amd64", "dist/a.gz -> app", "app 1"),
        part("linux/arm64", "dist/b.gz -> app", "app 1"),
        old("linux/386", "dist/c.gz -> app", variant="app 1"),
    ]
    found = outcome_of(rule, of(together(*plain, *packed)))
    assert found.message == "linux/386 was built with go1.26.4, the other 4 with go1.27.3"
    assert [proof.label for proof in found.evidence] == ["dist/app_linux_386", "dist/c.gz -> app"]


def test_where_two_programs_are_at_fault_each_entry_says_whose_it_is():
    one = together(part(), part("linux/arm64"), old("linux/386"))
    odd = part("linux/386", "new/app_386", go_version="go1.25.1")
    other = together(old("linux/amd64"), old("linux/arm64"), odd, release_name="new", program="example.com/tool")
    found = outcome_of(rule, of(one, other))
    assert found.message == "2 programs of 2 sets were not built with what the rest of theirs were"
    assert [(proof.label, proof.value) for proof in found.evidence] == [
        ("dist/app_linux_386", "go1.26.4; the rest: go1.27.3 (example.com/app in dist)"),
        ("new/app_386", "go1.25.1; the rest: go1.26.4 (example.com/tool in new)"),
    ]


def test_a_slice_of_a_universal_file_is_a_part():
    slices = [part(f"darwin/{arch}", "dist/app_all", slice=arch) for arch in ("amd64", "arm64")]
    found = outcome_of(rule, of(together(part(), part("linux/arm64"), slices[0], old("darwin/arm64", slice="arm64"))))
    assert found.evidence == (Evidence("dist/app_darwin_arm64", "slice arm64: go1.26.4; the rest: go1.27.3"),)


def test_slices_of_one_file_alone_are_another_rules():
    slices = part("darwin/amd64", "dist/app"), old("darwin/arm64", "dist/app")
    assert outcome_of(rule, of(together(*slices))).status is Status.NOT_APPLICABLE


def test_a_version_that_could_not_be_read_may_be_another():
    lost = part("linux/386", go_version=Unknown("between go1.20 and go1.27"))
    found = outcome_of(rule, of(together(part(), part("linux/arm64"), lost)))
    assert found.status is Status.UNKNOWN
    assert found.reason == "between go1.20 and go1.27"
    assert found.evidence == (Evidence("dist/app_linux_386", "between go1.20 and go1.27"),)
    assert outcome_of(rule, of(together(part(), old("linux/arm64"), lost))).status is Status.FAIL


@pytest.mark.parametrize(
    "seen",
    [
        release(),
        of(together(part())),
        of(together(part(), old("linux/amd64", "dist/copy"))),
        of(together(part()), together(old("linux/arm64"), program="example.com/tool")),
    ],
)
def test_without_two_targets_of_one_program_there_is_nothing_to_compare(seen):
    found = outcome_of(rule, seen)
    assert found.status is Status.NOT_APPLICABLE
    assert found.reason == "no program was met for several targets of one release"
