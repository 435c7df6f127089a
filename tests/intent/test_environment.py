"""Intent from the build step's variables."""

import pytest

from inspector.errors import IntentError
from inspector.intent import from_environment
from inspector.model import Declared, Intent


def test_an_environment_without_go_declares_nothing():
    assert from_environment({"PATH": "/bin", "GOFLAGS": "-mod=mod", "GOROOT": "/usr/local/go"}) == Intent()


def test_every_variable_is_its_own_source():
    assert from_environment({"GOOS": "linux", "GOARCH": "arm", "CGO_ENABLED": "0", "GOARM": "6"}) == Intent(
        goos=Declared("linux", "environment GOOS"),
        goarch=Declared("arm", "environment GOARCH"),
        cgo=Declared(False, "environment CGO_ENABLED"),
        microarch={"GOARM": Declared("6", "environment GOARM")},
    )


def test_an_empty_value_is_unset():
    assert from_environment({"GOOS": "", "GOARCH": "", "CGO_ENABLED": "", "GOAMD64": ""}) == Intent()


def test_only_the_variable_of_the_goarch_counts():
    environ = {"GOARCH": "amd64", "GOAMD64": "v2", "GOARM": "nonsense", "GOMIPS": "softfloat"}
    assert from_environment(environ).microarch == {"GOAMD64": Declared("v2", "environment GOAMD64")}


def test_without_goarch_they_all_count():
    assert set(from_environment({"GOAMD64": "v2", "GOARM": "5", "GORISCV64": "rva22u64"}).microarch) == {
        "GOAMD64",
        "GOARM",
        "GORISCV64",
    }


def test_cgo_enabled_where_there_is_no_cgo_is_no_error_as_for_go():
    # go build with CGO_ENABLED=1 for plan9/386 builds without a word (Go 1.27.3).
    environ = {"GOOS": "plan9", "GOARCH": "386", "CGO_ENABLED": "1"}
    assert from_environment(environ).cgo == Declared(True, "environment CGO_ENABLED")


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"GOOS": "nacl"}, "environment GOOS: nacl was removed in Go 1.14"),
        ({"GOOS": "nacl", "GOARCH": "arm"}, "environment GOOS and GOARCH: nacl/arm was removed in Go 1.14"),
        ({"GOOS": "darwin", "GOARCH": "386"}, "darwin/386 was removed in Go 1.15"),
        ({"GOOS": "macos"}, "environment GOOS: no Go release has GOOS macos; Go spells it darwin"),
        ({"GOARCH": "x64"}, "environment GOARCH: no Go release has GOARCH x64; Go spells it amd64"),
        ({"GOARCH": "arm", "GOARM": "8"}, "environment GOARM: GOARM is 5, 6 or 7"),
        ({"GOAMD64": "3"}, "environment GOAMD64: GOAMD64 is v1, v2, v3 or v4, not 3"),
        ({"CGO_ENABLED": "true"}, "environment CGO_ENABLED: Go takes 0 or 1 and ignores true"),
    ],
)
def test_what_go_refuses_or_ignores_is_refused(environ, words):
    with pytest.raises(IntentError, match=words):
        from_environment(environ)
