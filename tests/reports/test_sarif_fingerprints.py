"""A service that follows alerts knows a finding again, and takes no two for one."""

import re

import pytest
from msgspec.structs import replace

from inspector.model import (
    Evidence,
    Severity,
)
from tests.reports import made
from tests.reports.gates import MISSING, REPORTS
from tests.reports.sarifs import PAGES, prints, release, run_of


def test_a_fingerprint_outlives_what_a_rebuild_changes():
    rebuilt = replace(
        made.WRONG,
        message="built for riscv64, but 386 was meant (option --goarch)",
        severity=Severity.WARNING,
        evidence=(Evidence("COFF machine", "0x5064", 0x99),),
        fix=None,
    )
    before = made.report(made.file("dist/app", made.image(None, made.WRONG)))
    after = made.report(
        made.file("aaa", made.image(None, made.ZONES)),
        replace(made.file("./dist//app", made.image(None, made.NOTE, rebuilt), size=1), sha256="0" * 64),
    )
    after = replace(after, version="9.9.9", rules=PAGES)
    assert prints(before)[0] in prints(after)
    assert prints(before) == prints(before)


def test_what_differs_in_place_or_rule_differs_in_its_fingerprint():
    wrong, zones = made.image(None, made.WRONG), made.image(None, made.ZONES)
    sliced = [made.image(made.sliced("arm64", name), made.WRONG) for name in ("arm64", "x86_64")]
    files = [
        made.file("a", wrong),
        made.file("b", wrong),
        made.file("a", zones),
        made.file("a", wrong, members=("b",)),
        made.file("a", wrong, members=("b", "c")),
        made.file("a", wrong, members=("b -> c",)),
        made.file("a", *sliced),
        made.file("a", wrong),  # once more, as an archive may hold a name twice
    ]
    lists = replace(MISSING, evidence=(*MISSING.evidence, *MISSING.evidence, Evidence("linux/386", "p.toml")))
    made_prints = prints(release(lists, files=files))
    assert len(made_prints) == len(files) + 1 + 3
    assert len(set(made_prints)) == len(made_prints)
    assert made_prints[0].removesuffix(":1") == made_prints[8].removesuffix(":2")


@pytest.mark.parametrize("name", REPORTS)
def test_github_and_others_read_the_same_fingerprint(name):
    for result in run_of(REPORTS[name])["results"]:
        known = result["partialFingerprints"]
        assert known["primaryLocationLineHash"] == known["gobinInspect/v1"]
        assert re.fullmatch(r"[0-9a-f]{64}:[1-9]\d*", known["gobinInspect/v1"])
