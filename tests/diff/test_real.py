"""Real releases held against each other, as someone does it on the command line."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from inspector.diff.document import schema
from tests.cli.process import run
from tests.diff.releases import NEW, OLD, archive, release
from tests.real.built import Built

RELEASE = Path(__file__).parents[2] / "samples" / "release"
VALIDATOR = jsonschema.Draft202012Validator(schema())


@pytest.fixture(scope="module", autouse=True)
def ready(bytecode):
    """Every test here runs the tool as at a user's."""


@pytest.fixture(scope="module")
def place(tmp_path_factory, samples):
    """Two releases of one program: built by Go 1.21 and by Go 1.27."""
    root = tmp_path_factory.mktemp("releases")
    release(root / "old", "1.2.3", OLD, samples)
    release(root / "new", "1.3.0", NEW, samples)
    return root


def diff(*args, cwd, code):
    done = run("diff", *args, cwd=cwd)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def document(*args, cwd, code):
    found = json.loads(diff("-f", "json", *args, cwd=cwd, code=code).stdout)
    VALIDATOR.validate(found)
    return found


def facts(found):
    """The facts that changed, of all artifacts: fact, before, after, whether that is worse."""
    return {
        (fact["fact"], json.dumps(fact["before"]), json.dumps(fact["after"]), fact["worse"])
        for pair in found["paired"]
        for fact in pair["facts"]
    }


def port(target):
    return f"{target['goos']}/{target['goarch']}"


def test_globs_choose_on_both_sides(place):
    chosen = ("--include", "*64.tar.gz", "--exclude", "old/*_arm64*", "--exclude", "*_openbsd_*")
    found = document(*chosen, "old", "new", cwd=place, code=1)  # linux: the oldest kernel rose, see below
    assert [port(pair["target"]) for pair in found["paired"]] == ["linux/amd64"]
    assert [port(one["target"]) for one in found["gained"]] == ["darwin/arm64"]
    assert found["lost"] == []


def test_two_releases_of_a_program(place, samples):
    found = document("old", "new", cwd=place, code=1)
    assert [port(one["target"]) for one in found["lost"]] == ["linux/arm64"]
    assert [port(one["target"]) for one in found["gained"]] == ["openbsd/amd64"]
    assert {port(pair["target"]) for pair in found["paired"]} == {"linux/amd64", "darwin/arm64", "windows/386"}
    for pair in found["paired"]:
        target = f"{pair['target']['goos']}_{pair['target']['goarch']}"
        old, new = samples[OLD[target]], samples[NEW[target]]
        assert (pair["old"]["sha256"], pair["new"]["sha256"]) == (old.sha256, new.sha256)
        told = {fact["fact"]: (fact["before"], fact["after"]) for fact in pair["facts"]}
        # By Go's own record, and by the file system.
        assert told["go_version"] == (Built(old, samples).version.split()[-1], Built(new, samples).version.split()[-1])
        assert told["size"] == (old.path.stat().st_size, new.path.stat().st_size)
    # Linux 3.2 since Go 1.24, macOS 13 since Go 1.27 (release notes); Windows 10 already for Go 1.21.
    rose = {fact[1:3] for fact in facts(found) if fact[3]}
    assert rose == {('"2.6.32"', '"3.2"'), ('"11.0"', '"13.0"')}


def test_the_mirror(place):
    there = document("old", "new", cwd=place, code=1)
    back = document("new", "old", cwd=place, code=1)
    assert [one["artifact"] for one in there["lost"]] == [one["artifact"] for one in back["gained"]]
    assert [one["artifact"] for one in there["gained"]] == [one["artifact"] for one in back["lost"]]
    assert {fact[:3] for fact in facts(there)} == {(name, after, before) for name, before, after, _ in facts(back)}
    for kind, mirrored in (("new", "fixed"), ("fixed", "new"), ("changed", "changed")):
        rules = [[change["rule"] for change in pair["findings"][kind]] for pair in there["paired"]]
        assert rules == [[change["rule"] for change in pair["findings"][mirrored]] for pair in back["paired"]]


@pytest.mark.parametrize("hashes", [(), ("--no-hash",)])
def test_a_report_and_the_files_it_is_about_are_no_different(place, hashes):
    report = run("-f", "json=old.json", *hashes, "old", cwd=place)
    assert report.returncode == 0
    assert diff("old.json", "old", *hashes, cwd=place, code=0).stdout == "4 targets, no difference\n"
    assert diff("old", "old.json", *hashes, cwd=place, code=0).stdout == "4 targets, no difference\n"
    mixed = document("old.json", "new", *hashes, cwd=place, code=1)
    live = document("old", "new", *hashes, cwd=place, code=1)
    assert mixed["old"]["report"] is True
    for found in (mixed, live):
        del found["old"]
    assert mixed == live


def test_the_committed_release_and_its_report(tmp_path):
    assert run("-f", f"json={tmp_path}/r.json", RELEASE).returncode == 1
    found = document(tmp_path / "r.json", RELEASE, cwd=tmp_path, code=0)
    assert not any((found["lost"], found["gained"], found["summary"]["artifacts_changed"]))
    assert found["summary"]["artifacts"] == 7


def test_a_release_in_one_archive_is_that_in_a_directory(place, tmp_path):
    shutil.make_archive(str(tmp_path / "old-1.2.3"), "zip", place / "old")
    assert diff(place / "old", "old-1.2.3.zip", cwd=tmp_path, code=0).stdout == "4 targets, no difference\n"


def test_a_damaged_release(tmp_path):
    damaged = tmp_path / "dist"
    damaged.mkdir()
    for path in RELEASE.glob("demo_*"):
        shutil.copy(path, damaged / path.name.replace("1.2.3", "1.3.0"))
    whole = damaged / "demo_1.3.0_darwin_amd64.tar.gz"
    whole.write_bytes(whole.read_bytes()[:-100_000])
    (damaged / "demo_1.3.0_windows_386.zip").unlink()
    found = document("--no-config", RELEASE, "dist", cwd=tmp_path, code=1)
    reasons = {port(one["target"]): one["reason"] for one in found["lost"]}
    assert set(reasons) == {"darwin/amd64", "windows/386"}
    assert reasons["darwin/amd64"].startswith("truncated: ")
    assert reasons["windows/386"] is None
    assert [row["path"] for row in found["not_inspected"]] == ["dist/demo_1.3.0_darwin_amd64.tar.gz"]
    # The other way round they are found again. Nothing got worse, but not everything could be read.
    back = document("--no-config", "dist", RELEASE, cwd=tmp_path, code=3)
    assert {port(one["target"]) for one in back["gained"]} == {"darwin/amd64", "windows/386"}
    assert back["summary"]["worse"] is False


def test_a_lost_execute_bit_is_a_new_finding(tmp_path, samples):
    program = samples["hello-linux-amd64-go1.27"].path.read_bytes()
    archive(tmp_path / "app_1.0_linux_amd64.tar.gz", program)
    archive(tmp_path / "app_1.1_linux_amd64.tar.gz", program, mode=0o644)
    names = ("app_1.0_linux_amd64.tar.gz", "app_1.1_linux_amd64.tar.gz")
    found = document(*names, cwd=tmp_path, code=1)
    assert [change["rule"] for change in found["paired"][0]["findings"]["new"]] == ["mode-not-executable"]
    assert document(*reversed(names), cwd=tmp_path, code=0)["summary"]["findings_fixed"] == 1
    document("--ignore", "mode-not-executable", *names, cwd=tmp_path, code=0)
    document("--fail-on", "never", *names, cwd=tmp_path, code=0)


@pytest.mark.parametrize(
    ("old", "new", "worse", "more"),
    [
        ("uses-linux-amd64-go1.27", "uses-linux-amd64-go1.27-glibc", {"linkage", "glibc_floor"}, {"cgo", "needed"}),
        ("uses-linux-amd64-go1.27-glibc", "uses-linux-amd64-go1.27", set(), {"cgo", "linkage", "glibc_floor"}),
        ("uses-linux-amd64-go1.27", "uses-linux-amd64-go1.27-timetzdata", set(), {"tags", "tzdata.embedded"}),
        ("uses-linux-amd64-go1.27", "uses-linux-amd64-go1.27-stripped", set(), {"symbols", "dwarf"}),
        ("uses-linux-amd64-go1.27", "uses-linux-amd64-go1.27-trimpath", set(), {"trimpath"}),
        (
            "uses-linux-amd64-go1.27-glibc",
            "uses-linux-amd64-go1.27-musl",
            {"libc"},
            {"libc", "interpreter", "glibc_floor"},
        ),
    ],
)
def test_one_switch(old, new, worse, more, samples, tmp_path):
    found = document(samples[old].path, samples[new].path, cwd=tmp_path, code=1 if worse else 0)
    told = {fact[0] for fact in facts(found)}
    assert {fact[0] for fact in facts(found) if fact[3]} == worse
    assert more <= told
    assert {"go_version", "goos", "goarch", "recorded.path"}.isdisjoint(told)


@pytest.mark.wide
def test_a_glibc_floor_that_rose(samples, tmp_path):
    low, high = samples["cgo-linux-amd64-go1.27-glibc"], samples["cgo-linux-amd64-go1.27-glibc-2.38"]
    floors = [".".join(map(str, Built(sample, samples).glibc)) for sample in (low, high)]
    found = document(low.path, high.path, cwd=tmp_path, code=1)
    assert ("glibc_floor", f'"{floors[0]}"', f'"{floors[1]}"', True) in facts(found)
    document(high.path, low.path, cwd=tmp_path, code=0)


def test_exit_codes(place, tmp_path):
    (tmp_path / "x.json").write_text('{"not": "ours"}')
    (tmp_path / "empty").mkdir()
    (tmp_path / "cut").write_bytes((place / "old" / "app_1.2.3_linux_amd64.tar.gz").read_bytes()[:5000])
    good = place / "old"
    for old, new in (("x.json", good), (good, "x.json")):
        assert "no report of gobin-inspect" in diff(old, new, cwd=tmp_path, code=2).stderr
    for bad in ("nowhere", "empty", "cut"):
        for sides in ((bad, good), (good, bad)):
            done = diff(*sides, cwd=tmp_path, code=3)
            assert bad in done.stderr
            assert done.stdout == ""
    diff("-q", "-v", good, good, cwd=tmp_path, code=2)
    diff("-f", "sarif", good, good, cwd=tmp_path, code=2)
    diff("--include", "[", good, good, cwd=tmp_path, code=2)
    diff("-f", "text", "-f", "json", good, good, cwd=tmp_path, code=2)
    diff("-", "-", cwd=tmp_path, code=2)
    diff(good, cwd=tmp_path, code=2)
    diff("-f", f"text={tmp_path}/no/such/directory/x", good, good, cwd=tmp_path, code=4)


def test_the_schema_is_printed():
    done = run("schema", "--diff")
    assert json.loads(done.stdout) == json.loads(json.dumps(schema()))
    assert run("schema", "--diff", "--policy").returncode == 2


@pytest.mark.wide
def test_another_c_library(samples):
    glibc, musl = (samples[f"cgo-linux-amd64-go1.27-{libc}"] for libc in ("glibc", "musl"))
    loaders = [Built(one, samples).interpreter for one in (glibc, musl)]
    assert ("ld-linux" in loaders[0], "ld-musl" in loaders[1]) == (True, True)
    for old, new in ((glibc, musl), (musl, glibc)):
        worse = {fact[0] for fact in facts(document(old.path, new.path, cwd=None, code=1)) if fact[3]}
        assert "libc" in worse
