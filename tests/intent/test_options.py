"""Intent from the command line."""

import pytest

from inspector.errors import IntentError
from inspector.intent import from_options
from inspector.model import Declared, Intent


def refusal(**options: object) -> str:
    with pytest.raises(IntentError) as caught:
        from_options(**options)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_nothing_given_declares_nothing():
    assert from_options() == Intent()


def test_target_gives_both_with_its_own_source():
    assert from_options(target="linux/arm64") == Intent(
        goos=Declared("linux", "option --target"), goarch=Declared("arm64", "option --target")
    )


def test_goos_and_goarch_stand_alone():
    assert from_options(goos="windows") == Intent(goos=Declared("windows", "option --goos"))
    assert from_options(goarch="386") == Intent(goarch=Declared("386", "option --goarch"))


def test_everything_else_keeps_its_source():
    intent = from_options(
        cgo="0",
        goamd64="v3",
        static=True,
        buildmode="pie",
        tags="netgo, osusergo,netgo",
        tzdata="embedded",
        go="go1.27.3",
    )
    assert intent == Intent(
        cgo=Declared(False, "option --cgo"),
        microarch={"GOAMD64": Declared("v3", "option --goamd64")},
        static=Declared(True, "option --static"),
        buildmode=Declared("pie", "option --buildmode"),
        tags=Declared(("netgo", "osusergo"), "option --tags"),
        tzdata=Declared("embedded", "option --tzdata"),
        go=Declared("1.27.3", "option --go"),
    )


def test_no_static_is_a_statement_of_its_own():
    assert from_options(static=False).static == Declared(False, "option --no-static")


@pytest.mark.parametrize("go", ["1.27", "go1.27", "1.27.3"])
def test_go_releases(go):
    assert from_options(go=go).go == Declared(go.removeprefix("go"), "option --go")


@pytest.mark.parametrize("go", ["", "1", "27", "1.27.3.4", "1.x", "2.0", "go", "1.27rc1", "devel", "1.27\n"])
def test_no_go_releases(go):
    assert "1.27 or 1.27.3" in refusal(go=go)


@pytest.mark.parametrize(
    ("options", "accepted", "refused"),
    [
        ("goamd64", ["v1", "v2", "v3", "v4"], ["v0", "v5", "3", "V3", "v3,", ""]),
        (
            "goarm",
            ["5", "6", "7", "7,softfloat", "5,hardfloat"],
            ["4", "8", "v7", "7,", "7,soft", "7,softfloat,hardfloat"],
        ),
        (
            "goarm64",
            ["v8.0", "v8.9", "v9.5", "v8.0,lse", "v8.0,crypto,lse", "v9.0,lse,crypto"],
            ["v8", "8.0", "v8.10", "v9.6", "v8.0,", "v8.0,sve", "v10.0"],
        ),
        ("go386", ["sse2", "softfloat"], ["387", "sse", ""]),
        ("gomips", ["hardfloat", "softfloat"], ["soft", "sse2"]),
        ("gomips64", ["hardfloat", "softfloat"], ["soft"]),
        ("goppc64", ["power8", "power9", "power10"], ["power7", "8", "power11"]),
        ("goriscv64", ["rva20u64", "rva22u64", "rva23u64"], ["rva21u64", "rva20", "rva23s64"]),
    ],
)
def test_microarchitecture_values_are_those_of_go(options, accepted, refused):
    for value in accepted:
        assert from_options(**{options: value}).microarch == {options.upper(): Declared(value, f"option --{options}")}
    for value in refused:
        assert options.upper() in refusal(**{options: value})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"target": "nacl/amd64p32"}, "--target nacl/amd64p32: nacl/amd64p32 was removed in Go 1.14"),
        ({"target": "nacl/amd64"}, "--target nacl/amd64: nacl was removed in Go 1.14"),
        ({"goos": "nacl"}, "--goos: nacl was removed in Go 1.14"),
        ({"goarch": "amd64p32"}, "--goarch: amd64p32 was removed in Go 1.14"),
        ({"target": "darwin/386"}, "--target darwin/386: darwin/386 was removed in Go 1.15"),
        ({"target": "darwin/arm"}, "--target darwin/arm: darwin/arm was removed in Go 1.15"),
        ({"goos": "dragonfly", "goarch": "386"}, "--goos and --goarch: dragonfly/386 was removed in Go 1.5"),
        ({"target": "linux/sparc64"}, "no Go release has GOARCH sparc64"),
        ({"target": "windows/mips"}, "no Go release has windows/mips; windows has 386, amd64, arm, arm64"),
        ({"target": "plan10/amd64"}, "no Go release has GOOS plan10; did you mean plan9?"),
        ({"goos": "osx"}, "Go spells it darwin"),
        ({"goos": "macOS"}, "Go spells it darwin"),
        ({"goos": "win"}, "Go spells it windows"),
        ({"goos": "Linux"}, "Go spells it linux"),
        ({"goos": "lunix"}, "did you mean linux?"),
        ({"target": "linux/x86_64"}, "Go spells it amd64"),
        ({"goarch": "aarch64"}, "Go spells it arm64"),
        ({"goarch": "i386"}, "Go spells it 386"),
        ({"goarch": "armv7"}, "Go spells it arm, with GOARM"),
        ({"goarch": "amd46"}, "did you mean amd64?"),
        ({"goarch": "ppc64el"}, "Go spells it ppc64le"),
        ({"goos": "toaster"}, "no Go release has GOOS toaster; known are aix, android, darwin"),
        ({"goos": ""}, "GOOS ''"),
        ({"goos": "li\nnux"}, "'li\\nnux'"),
        ({"target": "linux"}, "--target is GOOS/GOARCH, such as linux/arm64, not linux"),
        ({"target": "linux/arm/v7"}, "--target linux/arm --goarm 7"),
        ({"target": "linux/amd64/v3"}, "--target linux/amd64/v3: no Go release has GOARCH amd64/v3"),
        ({"target": "linux/arm64", "goos": "windows"}, "--target linux/arm64 and --goos windows contradict"),
        ({"target": "linux/arm64", "goarch": "amd64"}, "--target linux/arm64 and --goarch amd64 contradict"),
        ({"target": "linux/arm64", "goamd64": "v3"}, "--goamd64 is for GOARCH amd64, but --target says arm64"),
        ({"goarch": "386", "gomips": "softfloat"}, "--gomips is for GOARCH mips and mipsle, but --goarch says 386"),
        ({"target": "js/wasm", "cgo": "1"}, "--cgo 1: no known Go release has cgo on js/wasm"),
        ({"target": "windows/arm", "cgo": "1"}, "no known Go release has cgo on windows/arm"),
        ({"target": "openbsd/ppc64", "cgo": "1"}, "cgo on openbsd/ppc64"),
        ({"goos": "plan9", "cgo": "1"}, "cgo on plan9"),
        ({"goarch": "wasm", "cgo": "1"}, "cgo on wasm"),
        ({"target": "plan9/386", "buildmode": "pie"}, "--buildmode pie: no known Go release makes one for plan9/386"),
        ({"cgo": "yes"}, "--cgo: yes is none of 0, 1"),
        ({"buildmode": "static"}, "--buildmode: static is none of default, exe, pie"),
        ({"tzdata": "yes"}, "--tzdata: yes is none of embedded, absent"),
        ({"tags": "a,,b"}, "'' is no build tag"),
        ({"tags": "netgo osusergo"}, "separated by commas"),
        ({"tags": "!cgo"}, "!cgo is no build tag"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(options, words):
    assert words in refusal(**options)


@pytest.mark.parametrize(
    "options",
    [
        {"target": "windows/arm"},  # gone in 1.26, there in 1.21
        {"target": "openbsd/mips64"},  # marked broken, and gone in 1.26
        {"target": "freebsd/riscv64"},  # marked broken since 1.26
        {"target": "linux/ppc64", "cgo": "1"},  # since 1.27
        {"target": "openbsd/riscv64", "cgo": "1"},
        {"target": "linux/arm64", "goos": "linux", "goarch": "arm64"},
        {"target": "js/wasm", "cgo": "0"},
        {"goos": "linux", "cgo": "1"},
        {"target": "linux/mipsle", "gomips": "softfloat"},
        {"goarch": "ppc64le", "goppc64": "power9"},
        {"target": "openbsd/arm64", "buildmode": "pie"},
        {"buildmode": "pie"},
    ],
)
def test_what_some_known_release_builds_can_be_meant(options):
    assert from_options(**options) != Intent()


def test_a_long_word_is_cut_in_the_message():
    assert len(refusal(goos="x" * 100_000)) < 400
