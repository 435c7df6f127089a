"""Real programs edited as garble leaves them: the table's magic, the names, the record. garble itself is not needed.

What each edit does is what mvdan.cc/garble does to a link: linker.go (a magic of its own), main.go (-ldflags
-X=runtime.buildVersion=unknown and an empty modinfo), and its hashed names.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from inspector.model import GoBuild, Severity, Status, Unknown
from tests.real.edited import TABLE_MAGICS, put, saved, with_other_magic
from tests.real.inspected import build_of, is_not_go, outcomes_of
from tests.samples import Sample, Samples

WHY = Unknown("obfuscated: the names in the function table are scrambled")
OF_NAMES = ("resolver", "user_lookup", "tags", "trimpath")
PROGRAMS = [
    "hello-linux-amd64-go1.27",
    "hello-linux-amd64-go1.21",
    "hello-linux-mips-go1.27",
    "hello-linux-s390x-go1.27",
    "hello-openbsd-amd64-go1.27",
    "uses-linux-amd64-go1.27-pie",
    "hello-windows-amd64-go1.27",
    "hello-windows-386-go1.21",
    "hello-darwin-arm64-go1.27",
    "hello-darwin-amd64-go1.27",
]
each = pytest.mark.parametrize("sample", PROGRAMS, indirect=True)


def other_names(data: bytes) -> bytes:
    """Scramble the path of every source file, each as long as it was."""
    return re.sub(rb"(?<=\0)[!-~]+\.(?:go|s)(?=\0)", lambda m: b"x" * (len(m[0]) - 3) + b".go", data)


def emptied_record(data: bytes) -> bytes:
    """Set the recorded version to "unknown" and take the module text away."""
    data = re.sub(rb"go1\.2\d\.\d+(?=\0)", lambda m: b"unknown".ljust(len(m[0]), b"\0"), data)
    at = data.index(b"\xff Go buildinf:") + 32
    end = data.index(bytes.fromhex("f932433186182072008242104116d8f2"), at) + 16
    return put(data, at, b"\x07unknown\0".ljust(end - at, b"\0"))


def signs(build: GoBuild) -> list[str]:
    found = build.traits.obfuscation
    assert not isinstance(found, Unknown)
    return [sign.label for sign in found]


def edited(sample: Sample, folder: Path, *edits: object) -> Path:
    data = sample.path.read_bytes()
    for edit in edits:
        before = data
        data = edit(data)  # type: ignore[operator]
        assert len(data) == len(before)
        assert data != before
    return saved(folder, "app.exe" if sample.goos == "windows" else "app", data)


@each
def test_a_table_is_found_by_its_shape(sample: Sample, tmp_path: Path):
    build = build_of(edited(sample, tmp_path, with_other_magic))
    assert signs(build)[0] == "function table magic"
    observed = build.observed
    # The names are still there: they tell the port.
    assert (observed.goos, observed.goarch, observed.compiler) == (sample.goos, sample.goarch, "gc")
    assert observed.link_mode == "internal"
    assert observed.cgo == WHY
    assert {fact: getattr(observed, fact) for fact in OF_NAMES} == dict.fromkeys(OF_NAMES, WHY)


@each
def test_names_alone(sample: Sample, tmp_path: Path):
    build = build_of(edited(sample, tmp_path, other_names))
    assert signs(build)[0] == "file names"
    assert build.observed.cgo == WHY
    assert build.observed.goarch == sample.goarch
    proven = sample.goos in {"windows", "darwin", "openbsd"}  # by the container or its notes
    assert (build.observed.goos == sample.goos) is proven


@each
def test_all_that_garble_does(sample: Sample, tmp_path: Path):
    path = edited(sample, tmp_path, with_other_magic, other_names, emptied_record)
    outcomes = outcomes_of(path)
    outcome = outcomes["obfuscated"]
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.NOTE)
    assert [e.label for e in outcome.evidence] == ["function table magic", "file names", "build info"]
    assert outcomes["no-build-info"].status is Status.NOT_APPLICABLE
    # Nothing else is held against it but what the edit broke: a signature that no longer fits.
    loud = [o.rule for o in outcomes.values() if o.status is Status.FAIL and o.severity is not Severity.NOTE]
    assert loud == (["macho-signature-broken"] if "darwin-arm64" in sample.name else [])
    build = build_of(path)
    assert isinstance(build.recorded, Unknown)
    assert isinstance(build.observed.go_version, Unknown)
    assert build.observed.linkage == ("static" if sample.goos == "linux" and sample.variant != "pie" else "dynamic")


@each
def test_a_healthy_program_shows_no_sign(sample: Sample):
    assert build_of(sample.path).traits.obfuscation == ()


def test_without_section_headers(samples: Samples, tmp_path: Path):
    data = with_other_magic(samples["hello-linux-amd64-go1.27"].path.read_bytes())
    data = put(put(data, 40, bytes(8)), 58, bytes(6))  # e_shoff; e_shentsize, e_shnum, e_shstrndx
    assert signs(build_of(saved(tmp_path, "app", data)))[0] == "function table magic"


def test_a_table_that_nothing_points_to_is_none(samples: Samples, tmp_path: Path):
    """The embedded program's table, scrambled, inside one that has its own: neither hides the other."""
    sample = samples["embedbytes-linux-arm64-go1.27"]
    data = sample.path.read_bytes()
    inner = samples[sample.payload].path.read_bytes()
    data = data.replace(inner, with_other_magic(inner))
    assert build_of(saved(tmp_path, "app", data)).traits.obfuscation == ()


def test_a_table_cut_to_pieces_is_no_go_program(samples: Samples, tmp_path: Path):
    """PE names no section for the record, which then is bytes like any others."""
    data = samples["hello-windows-amd64-go1.27"].path.read_bytes()
    at = data.index(TABLE_MAGICS[0] + b"\1\10")
    assert is_not_go(saved(tmp_path, "app.exe", put(data, at, bytes(64))))
