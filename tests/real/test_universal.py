"""Universal files joined from real programs: every slice is inspected, and macho-slice-mismatch compares them."""

import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from inspector.batch import inspect_paths
from inspector.model import Outcome, Report, SkipKind
from inspector.pipeline import Options
from inspector.rules import select
from tests.build import macho
from tests.real.edited import put, replaced, saved
from tests.real.inspected import report_on
from tests.samples import Samples

RULE = "macho-slice-mismatch"
ARM64E = 0x80000002  # CPU_SUBTYPE_ARM64E with the ABI's version bit (mach/machine.h)
RELEASE = Path(__file__).parents[2] / "samples" / "release"

Parts = dict[str, bytes]


def joined(folder: Path, *programs: bytes, wide: bool = False) -> Path:
    """A universal file of thin programs, the architectures as each program's own header has them."""
    slices = [(int.from_bytes(p[4:8], "little"), int.from_bytes(p[8:12], "little"), p) for p in programs]
    return saved(folder, "app", macho.fat(*slices, wide=wide))


def judged(path: Path) -> dict[str, Outcome]:
    """The rule's outcome on each slice of a file that is read whole."""
    images = report_on(path).images
    return {image.build.slice: outcome for image in images for outcome in image.outcomes if outcome.rule == RULE}


def inspected(path: Path) -> Report:
    return inspect_paths([str(path)], Options(rules=select()))


@pytest.fixture
def parts(samples: Samples) -> Callable[[str], bytes]:
    return lambda name: samples[name].path.read_bytes()


@pytest.fixture
def demo() -> Parts:
    """The two darwin programs of the sample release, which one commit made."""
    found = {}
    for goarch in ("amd64", "arm64"):
        with tarfile.open(RELEASE / f"demo_1.2.3_darwin_{goarch}.tar.gz") as archive:
            member = archive.extractfile("demo")
            assert member is not None
            found[goarch] = member.read()
    return found


@pytest.mark.parametrize("wide", [False, True], ids=["fat", "fat64"])
def test_slices_of_one_build_pass(wide, parts, tmp_path):
    app = joined(tmp_path, parts("uses-darwin-amd64-go1.27"), parts("uses-darwin-arm64-go1.27"), wide=wide)
    assert {name: outcome.status for name, outcome in judged(app).items()} == {"x86_64": "pass", "arm64": "pass"}


def test_slices_of_one_commit_pass(demo, tmp_path):
    app = joined(tmp_path, demo["amd64"], demo["arm64"])
    assert {outcome.status for outcome in judged(app).values()} == {"pass"}


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ((b"vcs.modified=false\n", b"vcs.modified=true\n\n"), "vcs.modified true here, false there"),
        ((b"build\tvcs.revision=", b"build\tvcs_revision="), "vcs.revision not recorded here, "),
    ],
    ids=["dirty", "revision"],
)
def test_slices_of_two_states_of_the_source(edit, words, demo, tmp_path):
    outcomes = judged(joined(tmp_path, demo["amd64"], replaced(demo["arm64"], *edit)))
    assert outcomes["x86_64"].status == "pass"
    assert (outcomes["arm64"].status, outcomes["arm64"].severity) == ("fail", "warning")
    assert words in outcomes["arm64"].message


def test_slices_of_two_releases_of_go(parts, tmp_path):
    app = joined(tmp_path, parts("hello-darwin-amd64-go1.27"), parts("hello-darwin-arm64-go1.21"))
    outcomes = judged(app)
    assert outcomes["x86_64"].status == "pass"
    assert outcomes["arm64"].message == "arm64 was not built like x86_64: Go version go1.21.13 here, go1.27.3 there"
    data = app.read_bytes()
    for evidence in outcomes["arm64"].evidence:
        assert data[evidence.offset :].startswith(evidence.value.encode())


def test_slices_of_two_programs_with_other_flags(parts, tmp_path):
    app = joined(tmp_path, parts("hello-darwin-amd64-go1.27"), parts("uses-darwin-arm64-go1.27-stripped"))
    message = judged(app)["arm64"].message
    assert "main package example.com/uses here, example.com/hello there" in message
    assert "-ldflags -s -w here, not recorded there" in message


def test_of_three_slices_the_odd_one_is_named(parts, tmp_path):
    arm = parts("hello-darwin-arm64-go1.27")
    second = put(arm, 8, ARM64E.to_bytes(4, "little"))
    odd = parts("uses-darwin-amd64-go1.27")
    outcomes = judged(joined(tmp_path, odd, arm, second, wide=True))
    assert {name for name, outcome in outcomes.items() if outcome.status == "fail"} == {"x86_64"}


def test_a_slice_that_is_not_go_is_told_and_not_compared(parts, tmp_path):
    other = macho.program(cpu_type=macho.X86_64, cpu_subtype=3).build()
    report = inspected(joined(tmp_path, other, parts("hello-darwin-arm64-go1.27")))
    assert [(row.slice, row.kind) for row in report.skipped] == [("x86_64", SkipKind.NOT_GO)]
    ((image,),) = (file.images for file in report.files)
    assert image.build.slice == "arm64"
    assert next(o for o in image.outcomes if o.rule == RULE).status == "not-applicable"


def test_a_slice_that_cannot_be_read_is_told_and_the_others_are_compared(parts, tmp_path):
    arm = parts("hello-darwin-arm64-go1.27")
    bad = put(put(arm, 8, ARM64E.to_bytes(4, "little")), 16, (0xFFFF).to_bytes(4, "little"))  # ncmds
    report = inspected(joined(tmp_path, parts("hello-darwin-amd64-go1.27"), arm, bad))
    assert [row.slice for row in report.skipped] == ["arm64e"]
    (file,) = report.files
    assert [image.build.slice for image in file.images] == ["arm64", "x86_64"]
    assert {o.status for image in file.images for o in image.outcomes if o.rule == RULE} == {"pass"}


@pytest.mark.wide
@pytest.mark.parametrize(
    ("other", "words"),
    [
        ("cgo-darwin-amd64-go1.27-zig", "cgo linked here, not linked there"),
        ("hello-darwin-amd64-go1.25", "Go version go1.25.5 here, go1.27.3 there"),
    ],
)
def test_what_only_one_slice_has(other, words, parts, tmp_path):
    app = joined(tmp_path, parts("hello-darwin-arm64-go1.27"), parts(other))
    assert words in judged(app)["x86_64"].message


def test_a_thin_program_is_compared_with_none(samples: Samples):
    (outcome,) = (o for o in report_on(samples["hello-darwin-arm64-go1.27"].path).images[0].outcomes if o.rule == RULE)
    assert outcome.status == "not-applicable"
