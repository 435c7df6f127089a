"""The release as a whole: what of it was met, what stands there beside it, its checksums, its waivers."""

import datetime
import json
import os
import shutil
import time

import pytest
from msgspec.structs import replace

from inspector.batch import inspect_paths
from inspector.intent import Plan, find_dists
from inspector.model import (
    Declared,
    Intent,
    ReleaseRule,
    Severity,
    SkipKind,
    Status,
    Unknown,
    WaiverClause,
)
from inspector.pipeline import Options
from inspector.release import Listed, release_outcomes
from inspector.rules import all_rules, select
from inspector.ruling import Ruling
from scripts.goreleaser import Target, archive_row, binary_row, checksum_row
from tests.build.facts import go_build, windows
from tests.cli.process import ROOT
from tests.cli.process import run as gobin_inspect
from tests.releases import AMD64, ARM64, ARM_BUILD, NO_BYTES, TODAY, Run, policy, target
from tests.reports.made import WRONG, file, image
from tests.reports.made import report as report_of

RELEASE = ROOT / "samples" / "release"
RELEASE_RULES = {rule.name for rule in all_rules() if isinstance(rule, ReleaseRule)}


@pytest.fixture
def run(tmp_path) -> Run:
    return Run(tmp_path)


# --- when there is anything to judge ------------------------------------------------------------------------


def test_without_a_list_or_a_policy_with_targets_there_are_no_outcomes(run):
    program = RELEASE / "demo_1.2.3_linux_amd64.tar.gz"
    alone = run.put(program.name, program.read_bytes())
    assert inspect_paths([str(alone)], Options(rules=all_rules())).release == ()
    plan = Plan(policy=policy(run))
    assert inspect_paths([str(alone)], Options(plan=plan, rules=all_rules())).release == ()
    plan = Plan(policy=policy(run, target(0, "amd64")))
    assert len(inspect_paths([str(alone)], Options(plan=plan, rules=all_rules())).release) == len(RELEASE_RULES)


def test_a_list_wakes_every_release_wide_rule_that_is_selected(run):
    assert set(run.outcomes()) == RELEASE_RULES
    assert set(run.outcomes(rules=["missing-target", "wrong-goos"])) == {"missing-target"}
    assert run.outcomes(rules=["wrong-goos"]) == {}


# --- missing: a release's own list --------------------------------------------------------------------------


def test_a_full_dist_and_a_downloaded_one_miss_nothing(run):
    run.archive(AMD64, "amd64.tar.gz")
    run.rows.append(checksum_row())
    run.met("amd64.tar.gz", go_build(), "demo")
    assert run.outcomes()["missing-target"].message == "what must be there is there"
    run.met("demo_linux_amd64_v1/demo")
    assert run.outcomes()["missing-target"].message == "all 2 that must be there are there"


def test_a_missing_archive(run):
    run.archive(AMD64, "amd64.tar.gz")
    run.archive(ARM64, "arm64.tar.gz")
    run.met("amd64.tar.gz", go_build(), "demo")
    assert run.proofs("missing-target") == [("arm64.tar.gz", "linux_arm64_v8.0: no such file")]


def test_a_missing_program_that_nothing_else_holds(run):
    run.rows.append(binary_row(AMD64, "demo", "demo"))
    assert run.proofs("missing-target") == [("demo_linux_amd64_v1/demo", "linux_amd64_v1: no such file")]


def test_a_listed_program_that_is_none(run):
    run.archive(AMD64, "amd64.tar.gz")
    run.met("amd64.tar.gz", go_build(), "demo")
    run.skip("demo_linux_amd64_v1/demo", SkipKind.NOT_GO, "an ELF program, but not Go")
    proof = ("demo_linux_amd64_v1/demo", "linux_amd64_v1: an ELF program, but not Go")
    assert run.proofs("missing-target") == [proof]


def test_an_archive_without_its_program(run):
    run.archive(AMD64, "amd64.tar.gz")
    run.skip("amd64.tar.gz", SkipKind.NOT_EXECUTABLE, "a text", "README.md")
    assert run.proofs("missing-target") == [("amd64.tar.gz", "linux_amd64_v1: no Go program called demo in it")]
    run.met("amd64.tar.gz", go_build(), "other")
    assert run.proofs("missing-target") == [("amd64.tar.gz", "linux_amd64_v1: no Go program called demo in it")]
    run.met("amd64.tar.gz", go_build(), "amd64/demo")
    assert run.proofs("missing-target") == []


def test_an_archive_that_is_none(run):
    run.archive(AMD64, "amd64.tar.gz")
    run.skip("amd64.tar.gz", SkipKind.NOT_EXECUTABLE, "a text")
    assert run.proofs("missing-target") == [("amd64.tar.gz", "linux_amd64_v1: a text")]


@pytest.mark.parametrize("kind", [SkipKind.MALFORMED, SkipKind.TRUNCATED, SkipKind.LIMIT, SkipKind.UNREADABLE])
@pytest.mark.parametrize("members", [(), ("demo",)])
def test_what_is_there_and_could_not_be_read_is_reported_as_such(run, kind, members):
    run.archive(AMD64, "amd64.tar.gz")
    run.skip("amd64.tar.gz", kind, "for a reason", *members)
    assert run.proofs("missing-target") == []


def test_a_container_that_is_never_looked_into_must_only_be_there(run):
    package = {**binary_row(AMD64, "demo", "demo"), "name": "d.deb", "path": "dist/d.deb", "type": "Linux Package"}
    run.rows += [package, archive_row(AMD64, "amd64.7z", "demo", NO_BYTES, archive="default")]
    assert [name for name, _ in run.proofs("missing-target")] == ["amd64.7z", "d.deb"]
    run.skip("d.deb", SkipKind.NOT_EXECUTABLE)
    run.skip("amd64.7z", SkipKind.NOT_EXECUTABLE)
    assert run.proofs("missing-target") == []


def test_another_builders_program_may_be_missing_and_may_be_anything(run):
    row = binary_row(AMD64, "demo", "demo")
    run.rows.append({**row, "extra": {**row["extra"], "Builder": "rust"}})
    assert run.outcomes()["missing-target"].reason == "no list demands a target or a file"
    run.skip("demo_linux_amd64_v1/demo", SkipKind.NOT_GO)
    assert run.proofs("missing-target") == []


def test_one_file_for_two_targets(run):
    for each in (AMD64, ARM64):
        run.rows.append({**binary_row(each, "demo", "demo"), "path": "dist/demo"})
    run.met("demo", ARM_BUILD)
    assert run.proofs("missing-target") == [
        ("demo", "linux_amd64_v1: the list names this file for linux_arm64_v8.0 too")
    ]


def test_the_wrong_program_in_the_right_place_is_there(run):
    run.archive(ARM64, "arm64.tar.gz")
    run.met("arm64.tar.gz", windows(), "demo")
    assert run.proofs("missing-target") == []


def test_what_is_missing_shows_only_in_a_whole_directory(run):
    run.archive(AMD64, "amd64.tar.gz")
    run.met("other/demo")
    found = run.outcomes(str(run.dist / "artifacts.json"))["missing-target"]
    assert found.reason == "single files were inspected, and what is missing beside them cannot be told"
    found = run.outcomes(str(run.dist / "artifacts.json"), str(run.dist / "other"))["missing-target"]
    assert found.reason == f"the directory of {run.dist}/artifacts.json was not inspected as a whole"
    for path in (run.dist, run.dist.parent):
        assert [name for name, _ in run.proofs("missing-target", str(path))] == ["amd64.tar.gz"]


def test_a_directory_that_is_reached_by_a_link(run, tmp_path):
    run.archive(AMD64, "amd64.tar.gz")
    (tmp_path / "link").symlink_to("dist")
    (found,) = run.outcomes(str(tmp_path / "link"))["missing-target"].evidence
    assert found.label == str(tmp_path / "link" / "amd64.tar.gz")


# --- missing: a policy's targets ----------------------------------------------------------------------------


def test_a_target_without_a_program(run):
    run.rows = []
    run.policy = policy(run, target(0, "amd64"), target(1, "arm64"), target(2, "386", optional=True))
    run.met("demo")
    (found,) = run.outcomes()["missing-target"].evidence
    assert (found.label, found.value) == ("linux/arm64", "no Go program for it (policy p.toml:targets[1])")
    run.met("other", ARM_BUILD)
    assert run.outcomes()["missing-target"].status is Status.PASS


@pytest.mark.parametrize("name", ["demo_linux_arm64.tar.gz", "special"])
def test_a_target_whose_artifact_could_not_be_read_was_met(run, name):
    run.rows = []
    run.policy = policy(run, target(0, "arm64", *(["special"] if name == "special" else [])))
    run.skip(name, SkipKind.NOT_GO)
    assert run.outcomes()["missing-target"].status is Status.FAIL
    run.skip(name, SkipKind.TRUNCATED)
    assert run.outcomes()["missing-target"].status is Status.PASS


def test_so_was_one_whose_archive_breaks_off_inside(run):
    run.rows = []
    run.policy = policy(run, target(0, "arm64"))
    run.skip("demo_linux_arm64.tar.gz", SkipKind.TRUNCATED, "cut off", "demo")
    assert run.outcomes()["missing-target"].status is Status.PASS


# --- unexpected ---------------------------------------------------------------------------------------------


def test_a_program_without_a_row(run):
    run.archive(AMD64, "amd64.tar.gz")
    run.met("amd64.tar.gz", go_build(), "demo")
    run.met("demo_linux_amd64_v1/demo")
    assert run.outcomes()["unexpected-target"].message == "all 2 Go programs are listed"
    run.met("extra", ARM_BUILD)
    found = run.outcomes()["unexpected-target"].evidence
    assert [(e.label, e.value) for e in found] == [
        (str(run.dist / "extra"), f"linux/arm64: not in {run.dist}/artifacts.json")
    ]


def test_a_program_without_a_target(run):
    run.rows = []
    run.policy = policy(run, target(0, "amd64"))
    run.met("a.zip", windows(), "demo.exe")
    (found,) = run.outcomes()["unexpected-target"].evidence
    assert found.label == f"{run.dist}/a.zip -> demo.exe"
    assert found.value == f"windows/amd64: not in policy {run.policy.path}"


def test_a_port_that_is_not_known(run):
    run.met("extra", go_build(observed={"goos": Unknown("no file table")}))
    assert run.proofs("unexpected-target") == [("extra", f"?/amd64: not in {run.dist}/artifacts.json")]


def test_the_slices_of_a_file_are_one_program(run):
    path = str(run.put("demo"))
    slices = [replace(image(go_build(observed={"goarch": arch})), unclaimed_by=("list",)) for arch in ("amd64", "386")]
    report = report_of(file(path, *slices))
    plan = Plan(policy=policy(run, target(0, "arm64")))
    outcomes = release_outcomes(report, Listed(), [path], plan, select(("unexpected-target",)), TODAY)
    assert [(e.label, e.value) for e in outcomes[0].evidence] == [(path, "linux/amd64, linux/386: not in list")]


# --- waivers ------------------------------------------------------------------------------------------------


def waiver(rule: str, artifact: str, number: int = 0, until: datetime.date | None = None) -> WaiverClause:
    return WaiverClause(rule=rule, artifact=artifact, reason="why", until=until, source=f"p.toml:waivers[{number}]")


def test_waivers_are_judged_after_they_were_applied_to_the_release(run):
    waivers = (waiver("missing-target", "linux/arm64"), waiver("missing-target", "linux/386", 1))
    run.policy = policy(run, target(0, "arm64"), waivers=waivers)
    run.rows = []
    found = run.outcomes()
    assert found["missing-target"].waiver.source == "p.toml:waivers[0]"
    assert not found["missing-target"].counts
    stale = found["stale-waiver"]
    assert (stale.status, stale.severity, len(stale.evidence)) == (Status.FAIL, Severity.WARNING, 1)
    assert stale.evidence[0].label == "linux/386"


def test_a_waiver_of_an_artifacts_finding_that_this_run_applied(run):
    run.policy = policy(run, waivers=(waiver("wrong-goarch", "demo"),))
    run.rows = []
    path = run.put("demo")
    applied = replace(WRONG, waiver=None)
    (ruled,) = Ruling(run.policy, TODAY).on([applied], str(path), ())
    for one, status in ((ruled, Status.PASS), (applied, Status.FAIL)):
        report = report_of(file(str(path), image(go_build(), one)))
        outcomes = release_outcomes(report, Listed(), [str(path)], Plan(policy=run.policy), all_rules(), TODAY)
        assert {outcome.rule: outcome.status for outcome in outcomes}["stale-waiver"] is status


def test_a_waiver_of_a_rule_that_did_not_run_is_left_out(run):
    run.policy = policy(run, waivers=(waiver("wrong-goos", "demo"), waiver("stale-waiver", "*", 1)))
    run.rows = []
    assert run.outcomes(rules=["stale-waiver"])["stale-waiver"].status is Status.NOT_APPLICABLE
    assert run.outcomes()["stale-waiver"].status is Status.FAIL


def test_a_finding_of_a_stale_waiver_can_be_waived(run):
    run.policy = policy(run, waivers=(waiver("wrong-goos", "demo"), waiver("stale-waiver", "demo", 1)))
    run.rows = []
    assert run.outcomes()["stale-waiver"].waiver.source == "p.toml:waivers[1]"


# --- with a real program ------------------------------------------------------------------------------------


def test_a_real_program_in_a_directory_with_a_list(run, samples):
    sample = samples["hello-linux-amd64-go1.27"].path
    content = sample.read_bytes()
    run.rows.append(binary_row(AMD64, "demo", "demo"))
    for name in ("demo_linux_amd64_v1/demo", "copy"):
        run.put(name, content).chmod(0o755)
    run.put("artifacts.json", json.dumps(run.rows).encode())
    plan = Plan(dists=find_dists([str(run.dist)]))
    report = inspect_paths([str(run.dist)], Options(plan=plan, rules=all_rules()))
    intents = {os.path.relpath(file.path, run.dist): file.images[0].intent for file in report.files}
    assert intents["demo_linux_amd64_v1/demo"].microarch == {"GOAMD64": Declared("v1", "artifacts.json")}
    assert intents["copy"] == Intent()
    told = {o.rule: o.status for o in report.release if o.status is not Status.NOT_APPLICABLE}
    assert told == {"missing-target": Status.PASS, "unexpected-target": Status.FAIL}


@pytest.mark.parametrize(
    ("option", "value", "rule"),
    [
        ("--goamd64", "v3", "wrong-microarch"),
        ("--cgo", "1", "wrong-cgo"),
        ("--goos", "windows", "wrong-goos"),
        ("--buildmode", "pie", "wrong-buildmode"),
    ],
)
def test_options_that_contradict_a_list_are_findings_and_no_errors(option, value, rule, tmp_path):
    dist = tmp_path / "dist"
    shutil.copytree(RELEASE, dist)
    rows = json.loads((dist / "artifacts.json").read_bytes())
    wasm = binary_row(Target("js", "wasm"), "demo", "demo")
    (dist / "artifacts.json").write_text(json.dumps([*rows, wasm]))
    done = gobin_inspect("verify", dist, "-f", "json", option, value)
    assert done.returncode == 1
    said = json.loads(done.stdout)
    found = [outcome for file in said["files"] for image in file["images"] for outcome in image["outcomes"]]
    assert len(said["files"]) == 7
    told = [outcome["message"] for outcome in found if (outcome["rule"], outcome["status"]) == (rule, "fail")]
    assert told
    assert all(f"(option {option})" in message for message in told)
    wrong = [outcome["rule"] for outcome in said["release"] if outcome["status"] == "fail"]
    assert wrong == ["missing-target", "same-content-two-targets"]  # samples/README.md: linux_arm64


def test_a_list_that_names_one_file_ten_thousand_times_takes_no_time(run):
    (run.dist / "demo").write_bytes(bytes(100_000))
    for number in range(10_000):
        row = {**binary_row((AMD64, ARM64)[number % 2], "demo", "demo"), "path": "dist/demo"}
        run.rows.append({**row, "extra": {**row["extra"], "Checksum": "md5:00"}})
    run.met("demo", windows())
    begun = time.process_time()
    assert len(run.proofs("missing-target")) == 10_000
    assert time.process_time() - begun < 15  # the square of the rows took minutes
