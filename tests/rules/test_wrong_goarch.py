"""wrong-goarch."""

from msgspec.structs import replace

from inspector.model import Declared, Evidence, GoBuild, Status, Subject, Unknown
from inspector.rules import wrong_goarch as rule
from tests.build.facts import darwin, go_build, subject
from tests.rules.outcome import status_of

ARM64 = Declared("arm64", "option --goarch")


def test_the_meant_architecture_passes_with_its_proof():
    proof = Evidence("ELF e_machine", "0xb7 (aarch64)", 18)
    build = go_build(observed={"goarch": "arm64"}, proofs={"goarch": (proof,)})
    verdict = rule.check(subject(build, goarch=ARM64))
    assert verdict.status is Status.PASS
    assert verdict.evidence == (proof, Evidence("recorded GOARCH", "amd64", None))


def test_another_architecture_fails_and_names_both():
    verdict = rule.check(subject(go_build(observed={"goarch": "amd64"}), goarch=ARM64))
    assert verdict.status is Status.FAIL
    assert "amd64" in verdict.message
    assert "arm64" in verdict.message
    assert "--goarch" in verdict.message


def test_nothing_declared_is_not_applicable():
    assert rule.check(subject()).status is Status.NOT_APPLICABLE


def test_an_unread_machine_is_unknown():
    build = go_build(observed={"goarch": Unknown("no machine field")})
    assert status_of(rule, subject(build, goarch=ARM64)) is Status.UNKNOWN


UNIVERSAL = Declared(True, "artifacts.json")
ARM, AMD = (replace(darwin(goarch), slice=name) for goarch, name in (("arm64", "arm64"), ("amd64", "x86_64")))


def of_slices(*builds: GoBuild, **meant: Declared) -> Subject:
    return replace(subject(builds[0], **meant), slices=builds)


def test_a_universal_file_that_was_meant_passes():
    verdict = rule.check(of_slices(ARM, AMD, universal=UNIVERSAL))
    assert verdict.status is Status.PASS
    assert verdict.message == "universal, with slices for arm64 and amd64, as intended by artifacts.json"


def test_a_file_for_one_processor_fails_where_a_universal_one_was_meant():
    thin = rule.check(of_slices(darwin(), universal=UNIVERSAL))
    assert thin.status is Status.FAIL
    assert thin.message == "a thin arm64 file, but a universal one was meant (artifacts.json)"
    lone = rule.check(of_slices(AMD, universal=UNIVERSAL, goarch=Declared("amd64", "option --goarch")))
    assert lone.status is Status.FAIL
    assert lone.message == (
        "a universal file with a Go program for amd64 alone, but one for several processors was meant (artifacts.json)"
    )


def test_each_slice_of_a_universal_file_is_held_against_a_declared_processor():
    assert rule.check(of_slices(ARM, AMD, universal=UNIVERSAL, goarch=ARM64)).status is Status.PASS
    assert rule.check(of_slices(AMD, ARM, universal=UNIVERSAL, goarch=ARM64)).status is Status.FAIL


def test_an_unread_machine_is_unknown_in_a_universal_file_too():
    unread = {"goarch": Unknown("no machine field")}
    blind = replace(ARM, observed=replace(ARM.observed, **unread))
    assert status_of(rule, of_slices(blind, universal=UNIVERSAL)) is Status.UNKNOWN
    assert status_of(rule, of_slices(AMD, blind, universal=UNIVERSAL)) is Status.UNKNOWN
