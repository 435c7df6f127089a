"""An audit of a whole store finds everything that was planted in it, and nothing else."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Hashable, Iterable
from pathlib import Path

import msgspec
import pytest

from inspector.rules import all_rules
from inspector.sources.limits import MAX_DEPTH
from tests.cli.process import environment
from tests.real import store_plan, store_policy
from tests.real.store import Finding, Place, Plan
from tests.real.store_archives import CONTAINERS, SINGLE
from tests.real.store_products import PACKED
from tests.samples import Samples

STORE = "store"
TEN_THOUSAND = 10_000
REAL_PROGRAMS = 40
MEBIBYTES = 150
"""What a process may hold at most; ten thousand reports take 400 MB."""

SARIF_RESULTS = 25_000
"""What GitHub takes of one run (docs.github.com, "SARIF support for code scanning")."""

OTHERS = ("text", "markdown", "sarif")

NEVER_PLANTED = {"rule-crashed": "a defect of the tool itself, which no file and no policy brings about"}

LEFT_OUT = """no store here has a program in which these rules fail: {}. Plant one: a line in PROGRAMS of
tests/real/store_defects.py, in CASES of tests/real/store_policy.py where a policy must ask for it, or a method of
tests/real/store_plan.py where it takes a whole release. docs/adding-a-rule.md shows how."""


# --- what is read of a report: it has 400 MB for ten thousand artifacts -----------------------------------------


class Evidence(msgspec.Struct):
    label: str


class Outcome(msgspec.Struct):
    rule: str
    status: str
    severity: str
    waiver: dict[str, str | None] | None
    evidence: list[Evidence]


class Brief(msgspec.Struct):
    """An outcome without its evidence."""

    rule: str
    status: str
    severity: str
    waiver: dict[str, str | None] | None


class Observed(msgspec.Struct):
    goos: str | dict[str, str]
    goarch: str | dict[str, str]

    @property
    def port(self) -> str:
        return "/".join("?" if isinstance(fact, dict) else fact for fact in (self.goos, self.goarch))


class Image(msgspec.Struct):
    slice: str | None
    observed: Observed
    outcomes: list[Brief]

    @property
    def failed(self) -> list[Finding]:
        return [(o.rule, o.severity) for o in self.outcomes if o.status == "fail" and not o.waiver]


class File(msgspec.Struct):
    path: str
    members: list[str]
    images: list[Image]


class Row(msgspec.Struct):
    path: str
    members: list[str]
    slice: str | None
    kind: str


class Report(msgspec.Struct):
    summary: dict[str, int | str | None]
    files: list[File]
    release: list[Outcome]
    skipped: list[Row]

    @property
    def images(self) -> dict[Place, Image]:
        return {(below(f.path), tuple(f.members), image.slice): image for f in self.files for image in f.images}

    @property
    def skips(self) -> dict[Place, str]:
        return {(below(row.path), tuple(row.members), row.slice): row.kind for row in self.skipped}

    @property
    def of_release(self) -> dict[Finding, list[str]]:
        """The artifacts that each finding of a release-wide rule is about, once for each of its evidence."""
        failed = [outcome for outcome in self.release if outcome.status == "fail"]
        return {(o.rule, o.severity): [proof.label for proof in o.evidence] for o in failed}


def below(path: str) -> str:
    return path.partition("/")[2]


def audited(folder: Path, *arguments: str, jobs: int = 2) -> Report:
    """Run the tool as a process of its own; whatever the number of artifacts, none of its processes gets large."""
    command = [sys.executable, "-m", "tests.real.measured", "audit", "-j", str(jobs), "-f", "json=report.json"]
    done = subprocess.run(
        [*command, *arguments, STORE],
        cwd=folder, env=environment(), capture_output=True, text=True, timeout=1800, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    peaks = [int(mebibytes) for mebibytes in done.stdout.split()]
    assert len(peaks) == 2
    assert max(peaks) < MEBIBYTES
    return msgspec.json.decode((folder / "report.json").read_bytes(), type=Report)


def unlike(seen: Iterable[Hashable], planted: Iterable[Hashable]) -> dict[str, list[Hashable]]:
    """What differs, as often as it does: empty when nothing does."""
    here, there = Counter(seen), Counter(planted)
    found = {"not planted": here - there, "not found": there - here}
    return {what: sorted(difference.elements(), key=str) for what, difference in found.items() if difference}


def agree(report: Report, plan: Plan) -> None:
    """Hold everything that was said against everything that was planted."""
    seen, planted = report.images, plan.images
    assert unlike(((p, i.observed.port) for p, i in seen.items()), ((p, i.port) for p, i in planted.items())) == {}
    assert unlike(report.skips.items(), plan.skips.items()) == {}
    found = ((place, finding) for place, image in seen.items() for finding in image.failed)
    assert unlike(
        found,
        ((place, finding) for place, image in planted.items() for finding in image.findings),
    ) == {}  # fmt: skip
    assert unlike(
        ((finding, name) for finding, names in report.of_release.items() for name in names),
        (((one.rule, one.severity), name) for one in plan.release for name in one.artifacts),
    ) == {}  # fmt: skip


def counts(plan: Plan) -> Counter[str]:
    """What the plan makes of totals by severity: one for each rule and image, or for the release."""
    findings = [finding for image in plan.images.values() for finding in image.findings]
    return Counter(severity for _, severity in (*findings, *{(one.rule, one.severity) for one in plan.release}))


def worst_of(plan: Plan) -> Counter[str]:
    """How many artifacts have an error, at most a warning, or neither."""
    worst: dict[tuple[str, tuple[str, ...]], str] = {}
    for (path, members, _), image in plan.images.items():
        severities = {severity for _, severity in image.findings} | {"ok"}
        before = worst.get((path, members), "ok")
        worst[path, members] = next(s for s in ("error", "warning", "ok") if s in severities | {before})
    return Counter(worst.values())


@pytest.mark.parametrize(
    "artifacts", [0, pytest.param(TEN_THOUSAND, marks=pytest.mark.wide)], ids=["planted", "ten-thousand"]
)
def test_everything_that_was_planted_in_a_store_is_found_and_nothing_else(
    artifacts: int, samples: Samples, tmp_path: Path
):
    plan = store_plan.planned(samples, artifacts, STORE)
    assert len(plan.artifacts) == artifacts or artifacts == 0
    assert len(PACKED) >= REAL_PROGRAMS
    assert len(plan.broken) >= len(plan.artifacts) / 100
    plan.make(tmp_path / STORE)
    others = [word for name in OTHERS for word in ("-f", f"{name}=report.{name}")]
    report = audited(tmp_path, "--no-config", *others)
    agree(report, plan)
    agree_in_numbers(report, plan)
    agree_elsewhere(tmp_path, report, plan)
    before = digest(tmp_path)
    for jobs in (1, 2) if artifacts else (1,):
        audited(tmp_path, "--no-config", jobs=jobs)
        assert digest(tmp_path) == before


def test_a_policy_that_is_disappointed_in_every_way(samples: Samples, tmp_path: Path):
    plan, policy = store_policy.planned(samples, STORE)
    plan.make(tmp_path / STORE)
    (tmp_path / "gobin-inspect.toml").write_text(policy, encoding="utf-8")
    report = audited(tmp_path)
    agree(report, plan)
    agree_in_numbers(report, plan)
    (waived,) = [o.rule for image in report.images.values() for o in image.outcomes if o.waiver]
    assert waived == store_policy.WAIVED.waived


def test_no_rule_is_left_out(samples: Samples):
    """The two tests above audit what these plans say, and find every rule that can fail to do so."""
    plans = (store_plan.planned(samples, 0, STORE), store_policy.planned(samples, STORE)[0])
    planted = {rule for plan in plans for image in plan.images.values() for rule, _ in image.findings}
    planted |= {one.rule for plan in plans for one in plan.release}
    left_out = {rule.name for rule in all_rules()} - planted
    assert left_out == set(NEVER_PLANTED), LEFT_OUT.format(", ".join(sorted(left_out - set(NEVER_PLANTED))))


def test_no_kind_of_archive_is_left_out(samples: Samples):
    """Programs stand in archives of every kind, alone and in one another, down to the stated depth."""
    chains = [(path, *members) for path, members, _ in store_plan.planned(samples, 0, STORE).images]
    kinds = {*CONTAINERS, *SINGLE}
    holders = {name for chain in chains for name in chain[:-1]}
    seen = {end for end in kinds for name in holders if name.endswith(end) and not name.endswith(f".tar{end}")}
    assert seen == kinds
    assert {len(chain) - 1 for chain in chains} == set(range(MAX_DEPTH + 1))


def agree_in_numbers(report: Report, plan: Plan) -> None:
    """Hold the summary of a report against the plan, and against what it is a summary of."""
    total, planted = report.summary, counts(plan)
    assert (total["files"], total["images"], total["skipped"]) == (
        len(plan.artifacts), len(plan.images), len(plan.skips),
    )  # fmt: skip
    assert (total["error"], total["worst"]) == (0, "error")
    outcomes = [outcome for image in report.images.values() for outcome in image.outcomes] + report.release
    by_status = Counter(outcome.status.replace("-", "_") for outcome in outcomes)
    assert {status: total[status] for status in by_status} == by_status
    by_severity = Counter(outcome.severity for outcome in outcomes if outcome.status == "fail" and not outcome.waiver)
    assert by_severity == planted


def agree_elsewhere(folder: Path, report: Report, plan: Plan) -> None:
    """Hold what the other formats say in numbers against the plan."""
    total, planted, worst = report.summary, counts(plan), worst_of(plan)
    text = numbers((folder / "report.text").read_text(encoding="utf-8"))
    assert f"{total['files']} files ({total['images']} images)" in text
    assert f": {worst['ok']} ok, {worst['warning']} with warnings, {worst['error']} with errors" in text
    assert f"{total['fail']} failed ({planted['error']} errors, {planted['warning']} warnings," in text
    markdown = numbers((folder / "report.markdown").read_text(encoding="utf-8"))
    assert f"{total['files']} artifacts: {worst['error']} failed, {worst['warning']} with warnings" in markdown
    (run,) = json.loads((folder / "report.sarif").read_bytes())["runs"]
    # Of the release it has a result for each artifact.
    expected = planted + Counter(how for (_, how), names in report.of_release.items() for _ in names[1:])
    left_out = max(0, expected.total() - SARIF_RESULTS)
    levels = Counter(result["level"] for result in run["results"] if result["kind"] == "fail")
    assert levels == expected - Counter(note=left_out)
    told = " ".join(said["message"]["text"] for said in run["invocations"][0]["toolExecutionNotifications"])
    assert (f"{left_out} more results were left out" in told) is bool(left_out)


def digest(folder: Path) -> str:
    with (folder / "report.json").open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def numbers(text: str) -> str:
    """Take a text's line breaks and the commas in its numbers out."""
    return re.sub(r"(?<=\d),(?=\d{3})", "", " ".join(text.split()))
