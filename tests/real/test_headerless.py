"""ELF programs without section headers: what the bytes still tell is told as before, and nothing else is told."""

from msgspec import Struct
from msgspec.structs import replace

from inspector.model import ImageReport, Unknown
from tests.real.edited import saved, without_section_headers
from tests.real.inspected import image_of
from tests.samples import Samples

CHANGED = {"symbols", "dwarf", "pristine"}
"""All that may become different. Symbols and DWARF are not mapped: where the headers were only zeroed nothing says
whether they are there, where the file was cut they are gone. And it was changed after linking, which pristine says.
With the symbols goes what they alone lead to, GOARM."""

GOLD_VERSION = "GNU type 4"  # the one note that is not mapped: which gold linked the file

OF_SECTIONS = {"edit", "sections_moved"}
"""Traits that tell how the file was changed."""


def test_every_fact_but_those_is_the_same_and_no_rule_finds_more_than_the_change(samples: Samples, tmp_path):
    elf = [sample for sample in samples if sample.format == "elf"]
    assert elf
    for sample in elf:
        data, whole = sample.path.read_bytes(), image_of(sample.path)
        for cut in (False, True):
            edited = saved(tmp_path, sample.path.name, without_section_headers(data, cut=cut))
            check(sample.name, whole, image_of(edited), cut=cut)


def check(name: str, whole: ImageReport, bare: ImageReport, *, cut: bool):
    before, after = whole.build.observed, bare.build.observed
    mapped = tuple(note for note in before.elf.notes if note != GOLD_VERSION)
    before = replace(before, elf=replace(before.elf, notes=mapped))
    assert differing(before, after) <= CHANGED | ({"microarch"} if before.goarch == "arm" else set()), name
    assert before.microarch.items() - after.microarch.items() <= {("GOARM", before.microarch.get("GOARM"))}, name
    assert after.microarch.items() <= before.microarch.items(), name
    assert differing(whole.build.traits, bare.build.traits) <= OF_SECTIONS, name
    assert bare.build.recorded == whole.build.recorded, name
    if cut:
        assert (after.symbols, after.dwarf) == (False, False), name
    else:
        assert isinstance(after.symbols, Unknown), name
        assert isinstance(after.dwarf, Unknown), name
    assert after.pristine in {"modified", "unverifiable"}, name
    assert failed(bare) - failed(whole) <= {"modified-after-link"}, name


def differing(before: Struct, after: Struct) -> set[str]:
    return {f for f in before.__struct_fields__ if getattr(before, f) != getattr(after, f)}


def failed(report: ImageReport) -> set[str]:
    return {outcome.rule for outcome in report.outcomes if outcome.status == "fail"}
