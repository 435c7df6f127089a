"""What `policy init` writes for programs of every kind asks nothing of them that they are not."""

import os
from pathlib import Path

import pytest

from inspector.batch import inspect_paths
from inspector.intent import Plan, planned
from inspector.intent.policy import parse
from inspector.model import Intent, Severity, Threshold
from inspector.pipeline import Options
from inspector.policydraft import draft
from inspector.rules import all_rules, named
from tests.real.release import built


def refused(report):
    """What the gate has against a report: artifacts and rules."""
    images = {
        (file.path, outcome.rule)
        for file in report.files
        for image in file.images
        for outcome in image.outcomes
        if report.threshold.counts(outcome)
    }
    return images | {("the release", outcome.rule) for outcome in report.release if report.threshold.counts(outcome)}


def inspected(folder, plan, *, strict):
    threshold = Threshold(fail_on=Severity.ERROR, strict=strict)
    return inspect_paths((str(folder),), Options(plan=plan, rules=all_rules(), threshold=threshold))


def held_against_itself(folder):
    """Inspect without a policy, make one of what is seen, and verify with it."""
    before = inspected(folder, Plan(), strict=False)
    policy = parse(draft(before), str(folder / "gobin-inspect.toml"), named)
    return before, policy, inspected(folder, planned(Intent(), None, policy, (str(folder),)), strict=True)


@pytest.fixture(scope="module")
def everything(samples, tmp_path_factory):
    """All samples in one directory."""
    folder = tmp_path_factory.mktemp("init")
    for sample in samples.all():
        copy = folder / f"{sample.name}{sample.path.suffix}"
        copy.write_bytes(sample.path.read_bytes())
        copy.chmod(0o755)
    return folder


def test_of_every_sample(everything):
    before, policy, after = held_against_itself(everything)
    assert refused(after) == refused(before)
    assert len(policy.targets) > 20
    claims = [claim for file in after.files for image in file.images for claim in image.claimed_by]
    assert set(claims) == {target.source for target in policy.targets}
    assert len(claims) == sum(len(file.images) for file in after.files)


def test_of_a_release_as_goreleaser_leaves_it():
    dist = Path(os.path.relpath(built() / "dist"))
    before, policy, after = held_against_itself(dist)
    assert len(before.files) == 22
    assert refused(after) == set()
    ports = {(t.intent.goos.value, t.intent.goarch.value, t.intent.cgo.value) for t in policy.targets}
    assert ("linux", "amd64", True) in ports
    assert ("linux", "amd64", False) in ports
    assert len(ports) == 10, "nine ports, one of them also with cgo"
