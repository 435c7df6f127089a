"""AIX programs: the reader against `go tool nm`, the report against what was built, damage to the headers."""

from __future__ import annotations

import struct
from contextlib import suppress
from pathlib import Path

import pytest

from formats import FormatError, Image, Unknown, Window, read
from inspector.batch import inspect_paths
from inspector.facts.functab import FunctionTable, find_table
from inspector.model import Recorded, SkipKind
from inspector.pipeline import Options
from tests.real.gorecord import NEWEST_GO
from tests.real.indexes import member, npm
from tests.real.inspected import build_of, image_of
from tests.real.symbols import symbols
from tests.samples import Sample, Samples


def programs(samples: Samples) -> list[Sample]:
    return [sample for sample in samples if sample.goos == "aix"]


def image(sample: Sample) -> Image:
    (found,) = read(Window.of_bytes(sample.path.read_bytes()))
    assert isinstance(found, Image)
    return found


def test_segments_map_what_the_symbol_table_says(samples: Samples):
    checked = 0
    for sample in programs(samples):
        found = image(sample)
        if not found.native.symbols:
            continue
        places = symbols(samples, sample.path)
        text, data, bss = found.segments
        # From Go 1.24 on the text may begin after padding to the section's alignment.
        assert text.address <= places["runtime.text"] < text.address + 64, sample.name
        assert text.address < places["runtime.etext"] <= text.address + text.file_size, sample.name
        assert data.address <= places["runtime.noptrdata"] < data.address + data.file_size, sample.name
        assert bss.address == places["runtime.bss"], sample.name
        version = f"go{sample.go}".encode()
        assert found.read_at(places["runtime.buildVersion.str"], len(version) + 1) == version + b"\0", sample.name
        header = struct.pack(">2Q", places["runtime.buildVersion.str"], len(version))
        assert found.read_at(places["runtime.buildVersion"], 16) == header, sample.name
        checked += 1
    assert checked > 0


def test_the_function_table_is_the_one_the_symbols_name(samples: Samples):
    for sample in programs(samples):
        found = image(sample)
        table = find_table(found)
        assert isinstance(table, FunctionTable), sample.name
        assert "runtime/rt0_aix_ppc64.s" in table.std, sample.name
        if found.native.symbols:
            places = symbols(samples, sample.path)
            assert table.offset == found.offset_of(places["runtime.pclntab"]), sample.name


def test_facts(samples: Samples):
    for sample in programs(samples):
        observed = build_of(sample.path).observed
        # What package runtime imports (src/runtime/os2_aix.go), in the linker's default path.
        assert observed.needed == ("libc.a(shr_64.o)", "libpthread.a(shr_xpg5_64.o)"), sample.name
        assert observed.rpath == ("/usr/lib", "/lib"), sample.name
        assert (observed.libc, observed.linkage, observed.interpreter) == ("aix", "dynamic", None), sample.name
        assert (observed.link_mode, observed.buildmode, observed.cgo) == ("internal", "exe", False), sample.name
        assert observed.pristine == "pristine", sample.name
        assert observed.resolver == ("go" if sample.program == "uses" else None), sample.name
        assert observed.user_lookup == ("go" if sample.program == "uses" else None), sample.name


def test_no_outcome_is_worse_than_a_note(samples: Samples):
    for sample in programs(samples):
        worse = [o for o in image_of(sample.path).outcomes if o.status in {"unknown", "error"}]
        worse += [o for o in image_of(sample.path).outcomes if o.status == "fail" and o.severity != "note"]
        assert not worse, (sample.name, worse)


def test_a_program_of_aixs_own_linker(samples: Samples):
    """What gcc and ld of AIX 7.2 made for Go's own tests; llvm-readobj prints the same sections and flags."""
    path = samples.go(NEWEST_GO).parent.parent / "src/internal/xcoff/testdata/gcc-ppc64-aix-dwarf2-exec"
    (found,) = read(Window.of_bytes(path.read_bytes()))
    assert isinstance(found, Image)
    assert [(s.name, s.address, s.file_size, s.memory_size) for s in found.segments] == [
        (".text", 0x10000480, 0xAFD, 0xAFD),
        (".data", 0x20000F7D, 0x2F3, 0x2F3),
        (".bss", 0x20001270, 0, 0x428),
    ]
    assert found.native.flags == 0x1002  # F_DYNLOAD | F_EXEC
    assert [library.value for library in found.native.needed] == ["libc.a(shr_64.o)"]
    assert [part.value for part in found.native.rpath][-2:] == ["/usr/lib", "/lib"]
    assert (found.native.symbols, found.native.dwarf) == (True, True)
    (row,) = inspect_paths([str(path)], Options(rules=())).skipped
    assert row.kind is SkipKind.NOT_GO
    assert "an XCOFF program for ppc64, but not Go" in row.reason


FIELDS = (2, 8, 12, 16, 18, 20, *(144 + 72 * section + field for section in range(10) for field in (16, 24, 32, 64)))
"""Counts and offsets of the file header; address, size, offset and type of each section header."""


@pytest.mark.parametrize("value", [b"\xff" * 4, b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\1"])
def test_lying_headers_of_a_real_program(samples: Samples, value: bytes):
    original = samples["hello-aix-ppc64-go1.27"].path.read_bytes()
    for at in FIELDS:
        with suppress(FormatError):
            (found,) = read(Window.of_bytes(original[:at] + value + original[at + 4 :]))
            assert isinstance(found, Image)
            assert isinstance(find_table(found), (FunctionTable, Unknown))


@pytest.mark.wide
@pytest.mark.parametrize(
    ("release", "go", "recorded"),
    # The Go release is what `go version` says of the same esbuild for linux; the last was linked without a record.
    [("0.19.12", "go1.20.12", True), ("0.23.1", "go1.22.5", True), ("0.24.2", "go1.23.1", True),
     ("0.28.2", "go1.26.5", False)],
)  # fmt: skip
def test_published_programs_without_symbols(release: str, go: str, recorded: bool, tmp_path: Path):
    program = tmp_path / "esbuild"
    program.write_bytes(member(npm(f"@esbuild/aix-ppc64@{release}"), "package/bin/esbuild")[0])
    program.chmod(0o755)
    build = build_of(program)
    observed = build.observed
    assert (observed.goos, observed.goarch, observed.go_version) == ("aix", "ppc64", go)
    assert (observed.symbols, observed.trimpath, observed.libc) == (False, True, "aix")
    if recorded:
        assert isinstance(build.recorded, Recorded)
        assert build.recorded.settings["GOOS"] == "aix"
        assert observed.pristine == "pristine"
    else:
        assert build.recorded == Unknown("no build info")
        assert observed.pristine == "unverifiable"
    worse = [o.rule for o in image_of(program).outcomes if o.status == "fail" and o.severity != "note"]
    assert not worse
