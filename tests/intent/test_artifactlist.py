"""What the rows of GoReleaser's lists say."""

import pytest

from inspector.model import Intent, Row
from tests.intent.lists import archive, intent_of, only, row, rows_of, said, write


def test_a_program(tmp_path):
    (found,) = rows_of(tmp_path / "dist", row()).values()
    assert found == Row(
        path=str((tmp_path / "dist" / "demo_linux_amd64_v1" / "demo").resolve()),
        name=str(tmp_path / "dist" / "demo_linux_amd64_v1" / "demo"),
        target="linux_amd64_v1",
        intent=Intent(goos=said("linux"), goarch=said("amd64"), microarch={"GOAMD64": said("v1")}),
        expected=True,
        program=True,
    )


@pytest.mark.parametrize(
    ("goarch", "fields", "level"),
    [
        ("386", {"go386": "sse2"}, {"GO386": "sse2"}),
        ("arm64", {"goarm64": "v8.0"}, {"GOARM64": "v8.0"}),
        ("arm", {"goarm": "7"}, {"GOARM": "7"}),
        ("arm", {"goarm": "7", "target": "linux_arm_7,softfloat"}, {"GOARM": "7,softfloat"}),
        ("arm", {"goarm": "6", "extra": {"Abi": "hardfloat"}}, {"GOARM": "6,hardfloat"}),
        ("mipsle", {"gomips": "softfloat"}, {"GOMIPS": "softfloat"}),
        ("mips64", {"gomips": "hardfloat"}, {"GOMIPS64": "hardfloat"}),
        ("ppc64le", {"goppc64": "power8"}, {"GOPPC64": "power8"}),
        ("riscv64", {"goriscv64": "rva20u64"}, {"GORISCV64": "rva20u64"}),
        # A level of another processor says nothing: GoReleaser's own golden file has goarm for amd64.
        ("amd64", {"goarm": "7"}, {}),
        ("loong64", {}, {}),
    ],
)
def test_the_level_of_each_processor(tmp_path, goarch, fields, level):
    extra = {"Builder": "go", **fields.pop("extra", {})}
    program = row(extra=extra, goarch=goarch, **{"goamd64": None, "target": None, **fields})
    found = intent_of(tmp_path / "dist", program)
    assert found == Intent(
        goos=said("linux"),
        goarch=said(goarch),
        microarch={key: said(value) for key, value in level.items()},
    )


@pytest.mark.parametrize(
    ("kind", "mode"), [("C Shared Library", "c-shared"), ("C Archive Library", "c-archive"), ("Binary", None)]
)
def test_a_librarys_build_mode(tmp_path, kind, mode):
    found = intent_of(tmp_path / "dist", row("lib_linux_amd64_v1/lib", kind, {"Builder": "go"}))
    assert found.buildmode == (said(mode) if mode else None)
    assert found.goarch == said("amd64")


def test_a_dynamic_program_is_no_static_one_and_silence_says_nothing(tmp_path):
    assert intent_of(tmp_path / "dist", row()).static is None
    assert intent_of(tmp_path / "dist", row(extra={"DynamicallyLinked": True})).static == said(False)
    # GoReleaser marks an archive when any program in it is dynamic.
    one = archive(extra={"DynamicallyLinked": True})
    two = archive(holds=("demo", "other"), extra={"DynamicallyLinked": True})
    assert intent_of(tmp_path / "dist", one).static == said(False)
    assert intent_of(tmp_path / "dist", two).static is None


def test_a_universal_program_and_its_archive(tmp_path):
    mac = {"goos": "darwin", "goarch": "all", "goamd64": None, "target": None}
    found = rows_of(tmp_path / "dist", row("demo_darwin_all/demo", **mac), archive("demo_darwin_all.tar.gz", **mac))
    assert [r.intent for r in found.values()] == [Intent(goos=said("darwin"), universal=said(True))] * 2
    assert [r.target for r in found.values()] == ["darwin_all"] * 2


@pytest.mark.parametrize("builder", ["rust", "zig", "deno", "bun", "node", "uv", "poetry"])
def test_another_builders_program_is_claimed_and_nothing_is_demanded(tmp_path, builder):
    said_by = {"goos": "linux", "goarch": "sparcv9", "goamd64": None, "target": "any-thing"}
    program = row(extra={"Builder": builder, "DynamicallyLinked": True}, **said_by)
    found = rows_of(tmp_path / "dist", program, archive(**said_by))
    assert [(r.intent, r.expected, r.program) for r in found.values()] == [(Intent(), False, False)] * 2


def test_of_programs_packed_together_gos_must_be_in_the_archive(tmp_path):
    rust = row("helper_linux/helper", extra={"Builder": "rust"})
    found = rows_of(tmp_path / "dist", row(), rust, archive(holds=("demo", "helper")))
    assert found["demo_1.2.3_linux_amd64.tar.gz"].holds == ("demo",)


@pytest.mark.parametrize(
    ("extra", "opens", "holds"),
    [
        ({}, True, ("demo",)),
        ({"Binaries": ["bin/demo"]}, True, ("demo",)),
        ({"Format": "gz", "name": "demo.gz"}, True, ()),
        ({"Format": "tar.zst", "name": "demo.tar.zst"}, True, ("demo",)),
        ({"Format": "7z", "name": "demo.7z"}, False, ("demo",)),
    ],
)
def test_what_an_archive_must_hold(tmp_path, extra, opens, holds):
    (found,) = rows_of(tmp_path / "dist", archive(extra.pop("name", "demo.tar.gz"), extra=extra)).values()
    assert (found.expected, found.program, found.holds) == (True, opens, holds)


@pytest.mark.parametrize(
    "listed",
    [
        row("checksums.txt", "Checksum", goos=None, goarch=None, target=None),
        row("demo.sig", "Signature"),
        row("demo.sbom.json", "SBOM"),
        row("demo_linux_amd64_v1/demo.h", "C Header"),
        row("demo-1.2.3.tar.gz", "Source", goos=None, goarch=None, target=None),
        archive("docs.tar.gz", holds=(), goos=None, goarch=None, target=None),
        row("meta_1.2.3_all.deb", "Linux Package", goarch="all", target=None),
        row("demo_1.2.3_linux_amd64.snap", "Snap"),
        row("npm/demo.tgz", "NPM Package"),
    ],
    ids=lambda listed: listed["path"],
)
def test_what_holds_no_program_for_sure_is_not_missed(tmp_path, listed):
    found = rows_of(tmp_path / "dist", listed)[listed["path"].removeprefix("dist/")]
    assert not found.expected
    assert not found.program


@pytest.mark.parametrize(
    "other",
    [
        archive(),
        row("demo_1.2.3_linux_amd64.deb", "Linux Package", {"Format": "deb"}, target=None),
        row(kind="Binary", extra={"Format": "binary", "Binary": "demo"}, name="demo_linux_amd64"),
    ],
    ids=["archive", "package", "published as it is"],
)
def test_a_program_that_others_hold_is_not_missed_itself(tmp_path, other):
    dist = only(write(tmp_path / "dist", row(), other))
    assert sorted((r.target, r.expected) for r in dist.rows if r.target) == [
        ("linux_amd64", True) if other["type"] == "Linux Package" else ("linux_amd64_v1", False),
        ("linux_amd64_v1", other["type"] != "Linux Package"),
    ]


def test_a_package_has_lost_the_second_half_of_a_goarm(tmp_path):
    package = row("demo.apk", "Linux Package", {}, goarch="arm", goarm="7", goamd64=None, target=None)
    assert intent_of(tmp_path / "dist", package).microarch == {}


@pytest.mark.parametrize("kind", ["Docker Image", "Published Docker Image", "Docker Manifest", "unknown"])
def test_what_is_no_file_has_no_row(tmp_path, kind):
    assert rows_of(tmp_path / "dist", {**row("x", kind), "path": "ghcr.io/me/demo:v1.2.3"}) == {}
