"""Rules of target, linkage and record on real programs, and on real programs changed in one point.

What each sample is comes from the manifest that built it; what a damaged one is, from the bytes changed here.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from inspector.batch import inspect_paths
from inspector.intent import Plan, from_options
from inspector.model import Outcome, Severity, Status
from inspector.pipeline import Options
from inspector.rules import select
from tests.real import edited
from tests.real.edited import replaced, saved
from tests.samples import Sample, Samples

PASS, FAIL, NOT_APPLICABLE = Status.PASS, Status.FAIL, Status.NOT_APPLICABLE
ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

GLIBC = "uses-linux-amd64-go1.27-glibc"
MUSL = "uses-linux-amd64-go1.27-musl"
PIE = "uses-linux-amd64-go1.27-pie"
STATIC = "uses-linux-amd64-go1.27"
MIPS = "hello-linux-mips-go1.27"

RULES = select(("GBI1", "GBI2", "GBI9"))
"""None of these needs a hash of the whole file."""

TARGET_RULES = ("wrong-goos", "wrong-goarch", "unknown-port", "wrong-go")
STATIC_SYSTEMS = {"linux", "freebsd", "netbsd", "dragonfly", "plan9"}


def judged(path: Path, **meant: Any) -> dict[str, Outcome]:
    """The outcomes on a file when these options were given; a failure's evidence really stands where it says."""
    report = inspect_paths([str(path)], Options(plan=Plan(declared=from_options(**meant)), rules=RULES, hashes=False))
    ((image,),) = (file.images for file in report.files)
    outcomes = {outcome.rule: outcome for outcome in image.outcomes}
    data = path.read_bytes()
    for outcome in outcomes.values():
        if outcome.status is FAIL:
            assert outcome.evidence, outcome.rule
            for evidence in outcome.evidence:
                assert evidence.offset is None or evidence.offset < len(data)
                if evidence.label in {"interpreter", "needed", "rpath"} and evidence.offset is not None:
                    assert data[evidence.offset :].startswith(evidence.value.encode() + b"\0")
    return outcomes


def verdict(outcome: Outcome) -> tuple[Status, Severity]:
    return outcome.status, outcome.severity


# --- every sample ----------------------------------------------------------------------------------------


def test_what_was_built_is_what_was_meant(sample: Sample):
    cgo = {"cgo": "1"} if sample.cgo_enabled else {"cgo": "0"}
    minor = ".".join(sample.go.split(".")[:2])
    outcomes = judged(sample.path, target=sample.port, go=minor, **cgo)
    for rule in (*TARGET_RULES, "wrong-cgo"):
        assert outcomes[rule].status is PASS, outcomes[rule].message
    assert outcomes["no-build-info"].status is (FAIL if sample.way == "tools" else PASS)
    assert outcomes["rule-crashed"].status is PASS


def test_another_target_or_a_newer_go_fails(sample: Sample):
    goos = "linux" if sample.goos != "linux" else "windows"
    goarch = "arm64" if sample.goarch != "arm64" else "amd64"
    outcomes = judged(sample.path, target=f"{goos}/{goarch}", go="1.99")
    for rule in ("wrong-goos", "wrong-goarch", "wrong-go"):
        assert outcomes[rule].status is FAIL
    assert sample.goos in outcomes["wrong-goos"].message
    assert sample.goarch in outcomes["wrong-goarch"].message
    assert sample.go in outcomes["wrong-go"].message


def test_a_port_that_this_go_never_had_or_lost(sample: Sample):
    minor = sample.minor[1]
    lost = judged(sample.path, target="windows/arm")["unknown-port"]
    assert lost.status is (FAIL if minor >= 26 else PASS)
    late = judged(sample.path, target="openbsd/riscv64")["unknown-port"]
    assert late.status is (FAIL if minor <= 21 else PASS)


def test_the_default_build_mode(sample: Sample):
    """Every sample without -buildmode is what `default` means to go build, and -buildmode=pie is `pie`."""
    modes = [flag.removeprefix("-buildmode=") for flag in sample.flags if flag.startswith("-buildmode=")]
    linked_by_c = any("extldflags" in flag or "linkmode" in flag for flag in sample.flags)
    if not modes and not linked_by_c and sample.way != "tools":
        assert judged(sample.path, buildmode="default")["wrong-buildmode"].status is PASS
    for mode in set(modes) - {"exe"}:
        assert judged(sample.path, buildmode=mode)["wrong-buildmode"].status is PASS


def test_static_is_demanded(sample: Sample):
    """Go alone links fully static programs on five systems, and no others."""
    outcomes = judged(sample.path, static=True)
    rules = (outcomes["dynamic-not-static"].status, outcomes["libc-needed"].status)
    if sample.goos not in STATIC_SYSTEMS:
        assert rules == (NOT_APPLICABLE, NOT_APPLICABLE)
        reason = "has no dynamic linking" if sample.goarch == "wasm" else "programs are always dynamic"
        assert outcomes["dynamic-not-static"].reason == f"{sample.goos} {reason}"
    elif sample.cc is None and "-buildmode=pie" not in sample.flags:
        assert rules == (PASS, PASS)
        assert judged(sample.path, static=False)["static-not-dynamic"].status is FAIL
    else:
        dynamic = judged(sample.path, static=False)["static-not-dynamic"].status
        assert (outcomes["dynamic-not-static"].status, dynamic) in {(PASS, FAIL), (FAIL, PASS)}


def test_tags_by_their_effects(sample: Sample):
    tags = next((flag.removeprefix("-tags=") for flag in sample.flags if flag.startswith("-tags=")), "")
    if tags:
        assert judged(sample.path, tags=tags)["wrong-tags"].status is PASS
    if "race" not in " ".join(sample.flags):
        assert judged(sample.path, tags=f"{tags},race".strip(","))["wrong-tags"].status is FAIL
    # Only the record tells of such a tag, and only the go command writes one.
    unrecorded = judged(sample.path, tags=f"{tags},nobodys".strip(","))["wrong-tags"]
    assert unrecorded.status is (Status.UNKNOWN if sample.way == "tools" else FAIL)


# --- linkage: what was really linked ---------------------------------------------------------------------


def test_a_pie_without_cgo_still_needs_a_loader(samples: Samples):
    path = samples[PIE].path
    assert verdict(judged(path, cgo="0")["dynamic-not-static"]) == (FAIL, WARNING)
    assert verdict(judged(path, static=True)["dynamic-not-static"]) == (FAIL, ERROR)
    assert judged(path, cgo="0", buildmode="pie")["dynamic-not-static"].status is NOT_APPLICABLE
    demanded = judged(path, cgo="0", static=True)
    assert "/lib64/ld-linux-x86-64.so.2" in demanded["dynamic-not-static"].message
    assert demanded["libc-needed"].status is PASS
    assert demanded["hidden-cgo"].status is PASS
    assert judged(path)["dynamic-not-static"].status is NOT_APPLICABLE


@pytest.mark.parametrize(("name", "libc"), [(GLIBC, "glibc"), (MUSL, "musl")])
def test_cgo_left_on(samples: Samples, name: str, libc: str):
    path = samples[name].path
    meant = judged(path, cgo="0")
    assert verdict(meant["wrong-cgo"]) == (FAIL, ERROR)
    assert verdict(meant["dynamic-not-static"]) == (FAIL, WARNING)
    assert verdict(meant["libc-needed"]) == (FAIL, WARNING)
    assert f"needs {libc}" in meant["libc-needed"].message
    assert meant["hidden-cgo"].status is NOT_APPLICABLE
    demanded = judged(path, static=True)
    assert verdict(demanded["dynamic-not-static"]) == (FAIL, ERROR)
    assert verdict(demanded["libc-needed"]) == (FAIL, ERROR)
    fine = judged(path, cgo="1", static=False)
    for rule in ("wrong-cgo", "static-not-dynamic", "odd-interpreter", "insecure-rpath", "executable-stack"):
        assert fine[rule].status is PASS, rule


def test_netgo_and_osusergo_are_absent_from_a_cgo_program_and_present_without_cgo(samples: Samples):
    assert judged(samples[GLIBC].path, tags="netgo,osusergo")["wrong-tags"].status is FAIL
    assert judged(samples[STATIC].path, tags="netgo,osusergo")["wrong-tags"].status is PASS
    nothing = judged(samples["hello-linux-amd64-go1.27"].path, tags="netgo,osusergo")["wrong-tags"]
    assert nothing.status is PASS
    assert "is not linked" in nothing.message


def test_timetzdata(samples: Samples):
    for name in ("uses-linux-amd64-go1.27", "uses-windows-amd64-go1.27"):
        assert judged(samples[f"{name}-timetzdata"].path, tags="timetzdata")["wrong-tags"].status is PASS
        assert judged(samples[name].path, tags="timetzdata")["wrong-tags"].status is FAIL


def test_cgo_lost_where_it_was_meant(samples: Samples):
    outcome = judged(samples["hello-darwin-arm64-go1.27"].path, cgo="1")["wrong-cgo"]
    assert outcome.status is FAIL
    assert outcome.message == "built with CGO_ENABLED=0, but CGO_ENABLED=1 was meant (option --cgo)"


MICROARCH = [
    ("hello-linux-amd64-go1.27", "goamd64", "v1", "v3"),
    ("hello-windows-386-go1.27", "go386", "sse2", "softfloat"),
    (MIPS, "gomips", "hardfloat", "softfloat"),
    ("hello-linux-arm64-go1.27", "goarm64", "v8.0", "v8.1"),
    ("hello-darwin-arm64-go1.21", "goarm64", "v8.0", "v9.0"),
]


@pytest.mark.parametrize(("name", "option", "right", "wrong"), MICROARCH)
def test_microarchitecture(samples: Samples, name: str, option: str, right: str, wrong: str):
    path = samples[name].path
    assert judged(path, **{option: right})["wrong-microarch"].status is PASS
    assert judged(path, **{option: wrong})["wrong-microarch"].status is FAIL


# --- the wider tier: what needs another C toolchain or another level ----------------------------------------


@pytest.mark.wide
def test_the_founding_command_is_ignored_in_silence(samples: Samples):
    """CGO_ENABLED=1 go build -ldflags '-extldflags "-static"' with net and os/user: dynamic all the same."""
    path = samples["uses-linux-amd64-go1.27-gcc-extldflags-static"].path
    alone = judged(path)["record-contradicts-binary"]
    assert verdict(alone) == (FAIL, ERROR)
    assert "-extldflags -static" in alone.message
    assert verdict(judged(path, static=True)["dynamic-not-static"]) == (FAIL, ERROR)


@pytest.mark.wide
@pytest.mark.parametrize("program", ["uses", "cgo"])
def test_a_real_static_link_with_cgo(samples: Samples, program: str):
    outcomes = judged(samples[f"{program}-linux-amd64-go1.27-gcc-static"].path, static=True, cgo="1")
    for rule in ("record-contradicts-binary", "dynamic-not-static", "libc-needed", "wrong-cgo"):
        assert outcomes[rule].status is PASS, rule


@pytest.mark.wide
def test_a_pure_program_built_with_cgo_on_is_static_and_satisfies_both(samples: Samples):
    path = samples["hello-linux-amd64-go1.27-gcc"].path
    assert "nothing imported uses" in judged(path, cgo="0", static=True)["wrong-cgo"].message
    assert judged(path, cgo="1", static=True)["wrong-cgo"].status is PASS
    assert judged(path, cgo="1", static=True)["dynamic-not-static"].status is PASS


@pytest.mark.wide
def test_tags_make_a_cgo_build_static(samples: Samples):
    path = samples["uses-linux-amd64-go1.27-glibc-netgo-osusergo"].path
    outcomes = judged(path, static=True, tags="netgo,osusergo")
    assert outcomes["dynamic-not-static"].status is PASS
    assert outcomes["wrong-tags"].status is PASS


@pytest.mark.wide
@pytest.mark.parametrize(
    ("name", "option", "right", "wrong"),
    [
        ("hello-linux-amd64-go1.27-goamd64-v3", "goamd64", "v3", "v1"),
        ("hello-windows-amd64-go1.27-goamd64-v3", "goamd64", "v3", "v2"),
        ("hello-linux-arm-go1.27-goarm-5", "goarm", "5,softfloat", "7"),
        ("hello-linux-arm-go1.27-goarm-6", "goarm", "6", "5"),
        ("hello-linux-arm-go1.27-goarm-7", "goarm", "7,hardfloat", "7,softfloat"),
        ("hello-linux-386-go1.27-go386-softfloat", "go386", "softfloat", "sse2"),
        ("hello-linux-mips-go1.27-gomips-softfloat", "gomips", "softfloat", "hardfloat"),
        ("hello-linux-arm64-go1.27-goarm64-lse", "goarm64", "v8.1,lse", "v8.0"),
    ],
)
def test_levels_that_were_set(samples: Samples, name: str, option: str, right: str, wrong: str):
    path = samples[name].path
    assert judged(path, **{option: right})["wrong-microarch"].status is PASS
    assert judged(path, **{option: wrong})["wrong-microarch"].status is FAIL


# --- one change to real bytes -------------------------------------------------------------------------------


@pytest.fixture
def changed(samples: Samples, tmp_path: Path) -> Callable[[str, Callable[[bytes], bytes]], Path]:
    """A copy of a sample with one change."""

    def make(name: str, change: Callable[[bytes], bytes]) -> Path:
        before = samples[name].path.read_bytes()
        data = change(before)
        assert len(data) == len(before)
        assert data != before
        return saved(tmp_path, "app", data)

    return make


def replacing(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: replaced(data, old, new)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (STATIC, b"GOARCH=amd64", b"GOARCH=arm64", "GOARCH=arm64 is recorded"),
        (STATIC, b"GOOS=linux", b"GOOS=plan9", "GOOS=plan9 is recorded"),
        (GLIBC, b"CGO_ENABLED=1", b"CGO_ENABLED=0", "CGO_ENABLED=0 is recorded, but cgo is linked"),
    ],
)
def test_an_edited_record_contradicts(changed, name: str, old: bytes, new: bytes, said: str):
    outcome = judged(changed(name, replacing(old, new)))["record-contradicts-binary"]
    assert verdict(outcome) == (FAIL, ERROR)
    assert said in outcome.message


def test_a_libc_without_cgo_in_the_table_is_hidden_cgo(changed):
    """What purego's fakecgo looks like: libc needed, no file of runtime/cgo, CGO_ENABLED=0 recorded."""
    path = changed(GLIBC, edited.without_cgo_files)
    alone = judged(path)
    assert verdict(alone["hidden-cgo"]) == (FAIL, WARNING)
    assert alone["record-contradicts-binary"].status is PASS
    demanded = judged(path, static=True)
    assert verdict(demanded["hidden-cgo"]) == (FAIL, ERROR)
    assert demanded["libc-needed"].reason == "same cause as hidden-cgo"


def test_a_loader_of_a_private_prefix_is_odd(changed):
    outcome = judged(changed(GLIBC, replacing(b"/lib64/ld-linux-x86-64.so.2\0", b"/opt/x/ld-linux-x86-64.so.2\0")))
    assert verdict(outcome["odd-interpreter"]) == (FAIL, ERROR)
    assert outcome["odd-interpreter"].evidence[0].value == "/opt/x/ld-linux-x86-64.so.2"


def test_a_loader_of_another_processor_is_odd(changed):
    swap = replacing(b"/lib64/ld-linux-x86-64.so.2\0", b"/lib/ld-linux-aarch64.so.1\0\0")
    assert judged(changed(GLIBC, swap))["odd-interpreter"].status is FAIL


def test_a_relative_run_path(changed):
    """One DT_NEEDED (1) becomes DT_RUNPATH (29), so a library's name is taken for a directory."""
    outcome = judged(changed(GLIBC, edited.with_run_path))["insecure-rpath"]
    assert verdict(outcome) == (FAIL, WARNING)
    assert [e.value for e in outcome.evidence] == ["libpthread.so.0"]


@pytest.mark.parametrize(("name", "severity"), [(STATIC, WARNING), (MIPS, NOTE)])
def test_an_executable_stack(changed, name: str, severity: Severity):
    stack = partial(edited.with_segment_flags, kind=edited.PT_GNU_STACK, old=edited.RW, new=edited.RWX)
    path = changed(name, stack)
    assert verdict(judged(path)["executable-stack"]) == (FAIL, severity)


@pytest.mark.parametrize(("name", "severity"), [(STATIC, WARNING), (MIPS, NOTE)])
def test_a_stack_without_a_word(changed, name: str, severity: Severity):
    unsaid = partial(edited.without_segment, kind=edited.PT_GNU_STACK)
    assert verdict(judged(changed(name, unsaid))["executable-stack"]) == (FAIL, severity)


@pytest.mark.parametrize("name", [STATIC, MIPS])
def test_a_writable_code_segment(changed, name: str):
    code = partial(edited.with_segment_flags, kind=edited.PT_LOAD, old=edited.RW, new=edited.RWX)
    outcome = judged(changed(name, code))["writable-code"]
    assert verdict(outcome) == (FAIL, ERROR)
    assert outcome.evidence


def test_a_writable_code_section_of_pe(changed):
    assert judged(changed("hello-windows-386-go1.27", edited.with_writable_text))["writable-code"].status is FAIL


def test_no_build_info(changed):
    outcome = judged(changed(STATIC, replacing(b"\xff Go buildinf:", b"\xff No buildinf:")), target="linux/amd64")
    assert verdict(outcome["no-build-info"]) == (FAIL, NOTE)
    assert outcome["wrong-goos"].status is PASS
    assert outcome["record-contradicts-binary"].status is Status.UNKNOWN
