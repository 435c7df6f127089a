"""Several witnesses of what was meant, made one."""

import pytest

from inspector.errors import IntentError
from inspector.intent import from_environment, from_names, from_options, merge
from inspector.model import Declared, Intent

ARM_NAME = from_names([("file name", "app-linux-armv6")])


def test_nothing_and_nothing_is_nothing():
    assert merge() == merge(Intent(), Intent()) == Intent()


def test_per_value_the_first_wins():
    merged = merge(
        from_options(goarch="arm64"),
        from_environment({"GOOS": "linux", "GOARCH": "amd64", "CGO_ENABLED": "0"}),
        from_names([("file name", "app-windows-386.exe")]),
    )
    assert merged == Intent(
        goos=Declared("linux", "environment GOOS"),
        goarch=Declared("arm64", "option --goarch"),
        cgo=Declared(False, "environment CGO_ENABLED"),
    )


def test_microarchitectures_are_merged_by_variable():
    merged = merge(from_options(goarm="7"), from_environment({"GOARM": "6", "GOAMD64": "v2"}))
    assert {key: level.source for key, level in merged.microarch.items()} == {
        "GOARM": "option --goarm",
        "GOAMD64": "environment GOAMD64",
    }


def test_a_name_adds_what_nobody_declared():
    merged = merge(from_options(cgo="0"), ARM_NAME)
    assert merged.goarch == Declared("arm", "file name", by_name=True)
    assert merged.microarch["GOARM"].value == "6"


def test_a_level_from_a_name_goes_with_its_processor():
    merged = merge(from_options(goarch="arm64"), ARM_NAME)
    assert merged.microarch == {}
    assert merged.goos == Declared("linux", "file name", by_name=True)


def test_a_variable_of_another_processor_than_the_option_is_dropped():
    merged = merge(from_options(goarch="arm64"), from_environment({"GOARCH": "amd64", "GOAMD64": "v3"}))
    assert merged.microarch == {}


def test_a_name_that_makes_no_port_with_what_was_declared_gives_way():
    merged = merge(from_options(goos="windows"), from_names([("file name", "app-linux-s390x")]))
    assert (merged.goos.value, merged.goarch) == ("windows", None)
    merged = merge(from_options(goarch="s390x"), from_names([("file name", "app-windows-amd64")]))
    assert (merged.goos, merged.goarch.value) == (None, "s390x")


def test_a_level_from_a_name_does_not_outlive_its_processor():
    merged = merge(from_options(goos="solaris"), ARM_NAME)
    assert (merged.goarch, merged.microarch) == (None, {})


def test_an_option_is_kept_beside_a_name_for_another_processor():
    # One call inspects many targets: the rule says that the level does not matter to this one.
    merged = merge(from_options(goamd64="v3"), from_names([("file name", "app-linux-arm64")]))
    assert merged.microarch == {"GOAMD64": Declared("v3", "option --goamd64")}


@pytest.mark.parametrize(
    ("options", "environ", "words"),
    [
        ({"goos": "windows"}, {"GOARCH": "s390x"}, "--goos and environment GOARCH: no Go release has windows/s390x"),
        ({"goarch": "386"}, {"GOOS": "darwin"}, "environment GOOS and --goarch: darwin/386 was removed in Go 1.15"),
        ({"goamd64": "v3"}, {"GOARCH": "arm64"}, "--goamd64 is for GOARCH amd64, but environment GOARCH says arm64"),
        ({"cgo": "1"}, {"GOOS": "js", "GOARCH": "wasm"}, "no known Go release has cgo on js/wasm"),
        ({"buildmode": "pie"}, {"GOOS": "netbsd"}, "--buildmode pie: no known Go release makes one for netbsd"),
    ],
)
def test_what_was_declared_in_two_places_must_go_together(options, environ, words):
    with pytest.raises(IntentError, match=words):
        merge(from_options(**options), from_environment(environ))


def test_no_name_makes_a_declared_intent_an_error():
    declared = from_options(goos="windows", cgo="1")
    for name in ("app-js-wasm", "app-plan9-arm", "app-nacl-386", "app-linux-mips_softfloat"):
        assert merge(declared, from_names([("file name", name)])).goos == declared.goos
