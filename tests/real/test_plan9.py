"""Plan 9 programs: the reader against `go tool nm` and debug/plan9obj, the report against what was built."""

from __future__ import annotations

import struct

import pytest

from formats import Image, Window, read
from inspector.batch import inspect_paths
from inspector.facts.buildid import build_ids
from inspector.facts.buildinfo import MAGIC, read_build_info
from inspector.facts.functab import FunctionTable, find_table
from inspector.model import SkipKind
from inspector.pipeline import Options
from tests.real.gorecord import NEWEST_GO
from tests.real.inspected import build_of, image_of
from tests.real.symbols import symbols
from tests.samples import Sample, Samples

GOARCH = {0x1EB: "386", 0x8A97: "amd64", 0x647: "arm"}  # Magic386, MagicAMD64, MagicARM of debug/plan9obj


def programs(samples: Samples) -> list[Sample]:
    return [sample for sample in samples if sample.goos == "plan9"]


def image(sample: Sample) -> Image:
    (found,) = read(Window.of_bytes(sample.path.read_bytes()))
    assert isinstance(found, Image)
    return found


def test_segments_map_what_the_symbol_table_says(samples: Samples):
    checked = set()
    for sample in programs(samples):
        found = image(sample)
        if not found.native.symbols:
            continue
        places = symbols(samples, sample.path)
        text, data = found.segments
        assert text.address <= places["runtime.text"] < text.address + 64, sample.name
        assert text.address < places["runtime.etext"] <= text.address + text.file_size, sample.name
        # The data segment begins with the build info, or what was sorted before it.
        assert data.address <= places["runtime.noptrdata"] < data.address + data.file_size, sample.name
        assert data.address + data.memory_size == places["runtime.end"], sample.name
        version = f"go{sample.go}".encode()
        assert found.read_at(places["runtime.buildVersion.str"], len(version) + 1) == version + b"\0", sample.name
        word = "Q" if found.bits == 64 else "I"
        header = struct.pack(f"<2{word}", places["runtime.buildVersion.str"], len(version))
        assert found.read_at(places["runtime.buildVersion"], len(header)) == header, sample.name
        table = find_table(found)
        assert isinstance(table, FunctionTable), sample.name
        assert table.offset == found.offset_of(places["runtime.pclntab"]), sample.name
        entry = next(places[name] for name in places if name.startswith("_rt0_") and name.endswith("_plan9"))
        assert found.native.entry == entry, sample.name
        checked.add(found.machine)
    assert checked >= {"i386", "x86-64"}


def test_the_record_is_found_wherever_it_lies_in_the_file(samples: Samples):
    aligned = set()
    for sample in programs(samples):
        found = image(sample)
        info = read_build_info(found)
        assert found.window.read(info.offset, len(MAGIC)) == MAGIC, sample.name
        # Where the linker aligned it is the address; the file has a header of 32 or 40 bytes before the text.
        assert found.address_of(info.offset) % 16 == 0, sample.name
        aligned.add(info.offset % 16 == 0)
    assert False in aligned


def test_facts(samples: Samples):
    for sample in programs(samples):
        found, observed = image(sample), build_of(sample.path).observed
        assert (observed.goos, observed.goarch) == ("plan9", GOARCH[found.native.magic]), sample.name
        assert (observed.linkage, observed.needed, observed.libc) == ("static", (), None), sample.name
        assert (observed.link_mode, observed.buildmode, observed.cgo) == ("internal", "exe", False), sample.name
        assert observed.pristine == "pristine", sample.name
        # The system's own, through /net/dns and /net/cs, and the file /dev/user.
        expected = "system" if sample.program == "uses" else None
        assert (observed.resolver, observed.user_lookup) == (expected, expected), sample.name
        assert observed.tags == (), sample.name
        assert observed.dwarf is False, sample.name


def test_the_build_id_begins_the_text(samples: Samples):
    for sample in programs(samples):
        found = image(sample)
        at = build_ids(found).go_offset
        assert at is not None, sample.name
        assert found.window.read(at - 16, 16) == b'\xff Go build ID: "', sample.name
        assert at - 16 in range(found.segments[0].offset, found.segments[0].offset + 64), sample.name


def test_no_outcome_is_worse_than_a_note(samples: Samples):
    for sample in programs(samples):
        # The one thing that Plan 9 lacks (platformZoneSources in src/time/zoneinfo_plan9.go).
        excused = {"tzdata-missing"} if sample.program == "uses" else set()
        outcomes = [o for o in image_of(sample.path).outcomes if o.rule not in excused]
        worse = [o for o in outcomes if o.status in {"unknown", "error"}]
        worse += [o for o in outcomes if o.status == "fail" and o.severity != "note"]
        assert not worse, (sample.name, worse)


@pytest.mark.parametrize(("name", "machine"), [("386-plan9-exec", "i386"), ("amd64-plan9-exec", "x86-64")])
def test_a_program_of_plan_9s_own_linker(samples: Samples, name: str, machine: str):
    """Go's own test data; the sizes are those that src/debug/plan9obj/file_test.go expects."""
    path = samples.go(NEWEST_GO).parent.parent / "src/debug/plan9obj/testdata" / name
    (found,) = read(Window.of_bytes(path.read_bytes()))
    assert isinstance(found, Image)
    sizes = {
        "i386": {"text": (0x4C5F, 0x20), "data": (0x94C, 0x4C7F), "syms": (0x2C2B, 0x55CB), "spsz": (0, 0x81F6),
                 "pcsz": (0xF7A, 0x81F6)},
        "x86-64": {"text": (0x4213, 0x28), "data": (0xA80, 0x423B), "syms": (0x2C8C, 0x4CBB), "spsz": (0, 0x7947),
                   "pcsz": (0xCA0, 0x7947)},
    }[machine]  # fmt: skip
    assert found.machine == machine
    assert {section.name: (section.size, section.offset) for section in found.sections} == sizes
    (row,) = inspect_paths([str(path)], Options(rules=())).skipped
    assert row.kind is SkipKind.NOT_GO
    assert f"a Plan 9 program for {machine}, but not Go" in row.reason
