"""Real programs side by side in one directory: healthy releases say nothing, and a mixed one is told by its odd part.

How the programs differ is the samples' manifest's word, or another reader's, and not that of the code under test.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from shutil import copyfile

import pytest

from inspector.batch import inspect_paths
from inspector.model import ReleaseRule, Status
from inspector.pipeline import Options
from inspector.rules import all_rules
from tests.real import release as dist
from tests.real.built import Built
from tests.real.published import load
from tests.samples import Samples

RULES = tuple(rule for rule in all_rules() if isinstance(rule, ReleaseRule))

Found = dict[str, set[str]]
"""Every rule that failed, and the names of what its evidence is about."""


def judged(root: Path, *, hashes: bool = True) -> Found:
    report = inspect_paths([str(root)], Options(rules=RULES, together=True, hashes=hashes))
    failed = [outcome for outcome in report.release if outcome.status is Status.FAIL]
    return {o.rule: {os.path.relpath(proof.label, root) for proof in o.evidence} for o in failed}


class Store:
    """A directory to put samples in, under names that say nothing of how they were built."""

    def __init__(self, root: Path, samples: Samples) -> None:
        self.root, self._samples = root, samples

    def put(self, sample: str, name: str | None = None) -> None:
        """Put a sample there, as a release of ``app`` would call it."""
        found = self._samples[sample]
        ending = {"windows": ".exe"}.get(found.goos, "")
        place = self.root / (name or f"app_{found.goos}_{found.goarch}{ending}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(found.path.read_bytes())

    def put_all(self, *samples: str) -> None:
        for sample in samples:
            self.put(sample)

    def built(self, sample: str) -> Built:
        return Built(self._samples[sample], self._samples)


@pytest.fixture
def store(tmp_path: Path, samples: Samples) -> Store:
    return Store(tmp_path / "dist", samples)


def hello(*ports: str) -> Iterable[str]:
    return (f"hello-{port}-go1.27" for port in ports)


def test_the_same_program_for_every_port_of_the_tier(store: Store, samples: Samples):
    baseline = [s.name for s in samples if s.program == "hello" and s.minor == (1, 27) and s.variant is None]
    assert len(baseline) >= 15
    store.put_all(*(name for name in baseline if samples[name].cc is None))
    assert judged(store.root) == {}


def test_another_release_of_go(store: Store):
    store.put_all(*hello("linux-arm64", "linux-s390x", "windows-amd64"), "hello-linux-amd64-go1.21")
    assert store.built("hello-linux-amd64-go1.21").version.endswith("go1.21.13")
    assert judged(store.root) == {"mixed-go-versions": {"app_linux_amd64"}}


def test_cgo_that_slipped_in(store: Store):
    store.put_all("uses-linux-amd64-go1.27-glibc", "uses-linux-arm64-go1.27", "uses-linux-s390x-go1.27")
    assert store.built("uses-linux-amd64-go1.27-glibc").needed
    assert not store.built("uses-linux-arm64-go1.27").needed
    assert judged(store.root) == {"mixed-linkage": {"app_linux_amd64"}}


def test_a_loader_without_a_library_is_no_cgo(store: Store):
    """-buildmode=pie is a setting of its own, which not every Go has for s390x without cgo: one has it, one has not."""
    store.put_all("uses-linux-amd64-go1.27-pie", "uses-linux-arm64-go1.27", "uses-linux-s390x-go1.27")
    assert store.built("uses-linux-amd64-go1.27-pie").interpreter
    assert judged(store.root) == {"mixed-settings": {"app_linux_arm64"}}


@pytest.mark.wide
def test_pie_where_go_makes_it_without_a_c_compiler(store: Store):
    """``go build -buildmode=pie`` for linux/386 fails without cgo: a release has it for the others alone."""
    store.put_all(*hello("linux-386", "linux-riscv64"), *(f"hello-linux-{p}-go1.27-pie" for p in ("arm64", "ppc64le")))
    assert store.built("hello-linux-arm64-go1.27-pie").settings["-buildmode"] == "pie"
    assert judged(store.root) == {}
    store.put("hello-linux-arm64-go1.27")
    assert judged(store.root) == {"mixed-settings": {"app_linux_arm64"}}


@pytest.mark.parametrize("variant", ["timetzdata", "trimpath", "stripped"])
def test_another_flag(variant: str, store: Store):
    odd = f"uses-linux-amd64-go1.27-{variant}"
    store.put_all(odd, "uses-linux-arm64-go1.27", "uses-linux-s390x-go1.27", "uses-darwin-arm64-go1.27")
    settings = [store.built(name).settings for name in (odd, "uses-linux-arm64-go1.27")]
    assert {key for key in settings[0].keys() ^ settings[1].keys() if key[0] == "-"} in (
        {"-tags"},
        {"-trimpath"},
        {"-ldflags"},
    )
    assert judged(store.root) == {"mixed-settings": {"app_linux_amd64"}}


def test_one_content_under_two_names(store: Store):
    store.put_all(*hello("linux-arm64", "windows-386"))
    store.put("hello-linux-arm64-go1.27", "app_linux_s390x")
    store.put("hello-linux-arm64-go1.27", "linux_arm64/bin/app")  # for the same target
    wrong = {"app_linux_arm64", "app_linux_s390x", "linux_arm64/bin/app"}
    assert judged(store.root) == {"same-content-two-targets": wrong}
    assert judged(store.root, hashes=False) == {}


def test_old_beside_new_and_variants_are_no_mixture(store: Store):
    for version, go in (("1.0.0", "1.21"), ("1.1.0", "1.27")):
        for port, ending in (("linux-amd64", ""), ("windows-386", ".exe"), ("darwin-arm64", "")):
            store.put(f"hello-{port}-go{go}", f"app_{version}_{port}{ending}")
    store.put("hello-linux-amd64-go1.21", "app-legacy_linux_amd64")
    store.put("uses-linux-amd64-go1.27", "tool_linux_amd64")
    store.put("uses-linux-arm64-go1.27", "tool_linux_arm64")
    store.put("uses-linux-amd64-go1.27-glibc", "tool-glibc_linux_amd64")
    store.put("uses-linux-amd64-go1.27-musl", "tool-musl_linux_amd64")
    assert judged(store.root) == {}


def test_programs_of_one_name_are_told_apart_by_what_they_record(store: Store):
    store.put("hello-linux-amd64-go1.21", "linux_amd64/app")
    store.put("uses-linux-arm64-go1.27", "linux_arm64/app")
    assert judged(store.root) == {}


@pytest.mark.parametrize(
    ("variant", "rules"),
    [
        ("dirty", {"mixed-revisions"}),
        ("previous-tag", {"mixed-revisions", "mixed-module-versions"}),
        ("goamd64-v3", set()),
    ],
)
def test_a_part_of_a_release_that_was_built_from_something_else(variant: str, rules: set[str], tmp_path: Path):
    release = dist.Release.copied(tmp_path)
    for name in ("artifacts.json", "metadata.json", "checksums.txt"):
        release.remove(name)
    assert judged(tmp_path / "dist") == {}
    release.swap("demo_linux_amd64_v1/demo", variant)
    assert judged(tmp_path / "dist") == {rule: {"demo_linux_amd64_v1/demo"} for rule in rules}


@pytest.mark.wide
def test_published_packages_of_several_platforms(tmp_path: Path):
    """As npm and pip lay them out. What is found is what published.toml says of these files."""
    for published in load():
        package = published.package
        below = package.name if package.index == "npm" else f"{package.name}-py3-none-{package.platform}"
        place = tmp_path / package.index / package.version / below / published.path
        if published.kind == "go" and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                place.hardlink_to(published.file)
            except OSError:  # another disk
                copyfile(published.file, place)
    report = inspect_paths([str(tmp_path)], Options(rules=RULES, together=True))
    found = {o.rule: [(Path(e.label).name, e.value) for e in o.evidence] for o in report.release if o.counts}
    assert len(report.briefs) > 100
    # A library for linux/amd64 that was built by Go 1.20.4; the others of its package are of Go 1.20.
    assert found == {"mixed-go-versions": [("tls-client-amd64.so", "go1.20.4; the rest: go1.20")]}


@pytest.mark.wide
def test_a_dependency_of_another_version(tmp_path: Path):
    """Three programs of one published release; in one of them the record of a module is changed."""
    together = [one for one in load() if one.package.name.startswith("lefthook-") and one.package.version == "2.2.2"]
    places = [tmp_path / one.package.name / Path(one.path).name for one in together]
    for one, place in zip(together, places, strict=True):
        place.parent.mkdir()
        copyfile(one.file, place)
    assert len(places) == 3
    assert judged(tmp_path) == {}
    whole = places[1].read_bytes()
    other, copies = re.subn(rb"(\ndep\tgolang.org/x/sys\tv0\.)[0-9]", rb"\g<1>0", whole)
    assert copies  # one that Go reads from outside, one that the program reads itself
    places[1].write_bytes(other)
    assert judged(tmp_path) == {"mixed-module-versions": {os.path.relpath(places[1], tmp_path)}}
