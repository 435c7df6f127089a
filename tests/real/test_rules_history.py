"""The rules that hold a program against Go's history, on the built samples and on Go's own word."""

import subprocess
from pathlib import Path

import pytest

from inspector.godebugs import origin, parse, spelled
from inspector.model import Outcome, Recorded, Status
from inspector.osfloors import floor, ordered
from inspector.releases import known_releases, supported_lines
from inspector.releases import parse as parse_release
from inspector.tzreleases import newest
from scripts.sample_manifest import default_cache
from scripts.toolchains import build_environment
from tests.real.gorecord import recorded
from tests.real.inspected import build_of, outcomes_of
from tests.samples import Sample, Samples

PASS, FAIL, NOT_APPLICABLE, UNKNOWN = Status.PASS, Status.FAIL, Status.NOT_APPLICABLE, Status.UNKNOWN
NOTES = ("tzdata-stale", "no-vcs", "godebug-override", "old-go", "local-replace")


def settings_of(sample: Sample, samples: Samples) -> dict[str, str]:
    """The recorded settings by the go command's own reader."""
    lines = recorded(sample, samples).splitlines()
    pairs = (line.removeprefix("\tbuild\t").partition("=") for line in lines if line.startswith("\tbuild\t"))
    return {key: value.strip('"') for key, _, value in pairs}


def test_every_sample_gets_the_notes_it_deserves(sample: Sample, samples: Samples):
    outcomes = outcomes_of(sample.path)
    settings = settings_of(sample, samples)
    assert all(outcomes[name].severity == "note" for name in NOTES)
    assert (outcomes["no-vcs"].status is PASS) is ("vcs.revision" in settings)
    assert (outcomes["old-go"].status is PASS) is (sample.minor[1] >= supported_lines()[0])
    replaced = [line.split("\t") for line in recorded(sample, samples).splitlines() if line.startswith("\t=>\t")]
    assert (outcomes["local-replace"].status is FAIL) is any(fields[3] == "(devel)" for fields in replaced)
    reverts = settings.get("DefaultGODEBUG", "") not in {"", "fips140=on"}
    expected = FAIL if reverts else PASS if settings else UNKNOWN
    assert outcomes["godebug-override"].status is expected
    stale = outcomes["tzdata-stale"].status
    embedded = build_of(sample.path).observed.tzdata
    assert stale is (PASS if embedded.release == newest().release else FAIL if embedded.embedded else NOT_APPLICABLE)


@pytest.mark.parametrize("name", ["hello-linux-amd64-go1.21", "hello-linux-amd64-go1.27", "hello-js-wasm-go1.27"])
def test_whatever_fails_shows_a_place_in_the_file(name: str, samples: Samples):
    path = samples[name].path
    data = path.read_bytes()
    failed = [outcome for rule, outcome in outcomes_of(path).items() if rule in NOTES and outcome.status is FAIL]
    assert failed
    for outcome in failed:
        assert outcome.evidence, outcome.rule
        for evidence in outcome.evidence:
            assert evidence.offset is not None
            assert evidence.offset < len(data)


def test_the_newest_release_and_an_old_one(samples: Samples):
    old = outcomes_of(samples["hello-linux-amd64-go1.21"].path)["old-go"]
    assert old.status is FAIL
    # go.dev/doc/devel/release: 1.21.13 of 2024-08-06, 1.23 of 2024-08-13
    assert "go1.21.13 of 2024-08-06" in old.message
    assert "no fixes since go1.23.0 came out on 2024-08-13" in old.message
    new = outcomes_of(samples["hello-linux-amd64-go1.27"].path)["old-go"]
    assert new.status is (PASS if supported_lines()[0] <= 27 else FAIL)


def test_the_go_line_of_the_samples_is_told(samples: Samples):
    # Every sample's go.mod says go 1.21.
    found = outcomes_of(samples["hello-linux-amd64-go1.27"].path)["godebug-override"]
    assert "defaults are those of Go 1.21, as with `go 1.21` in go.mod" in found.message
    text = settings_of(samples["hello-linux-amd64-go1.27"], samples)["DefaultGODEBUG"]
    shown = {pair for e in found.evidence for pair in e.value.partition(" (")[0].split(", ")}
    assert shown == set(text.split(","))


def defaults_by_go(go: Path, release: str, line: int, folder: Path) -> str:
    """What the go command would compile in for a module with that go line."""
    (folder / "go.mod").write_text(f"module example.com/x\n\ngo 1.{line}\n", encoding="utf-8")
    (folder / "main.go").write_text("package main\n\nfunc main() {}\n", encoding="utf-8")
    command = [go, "list", "-f", "{{.DefaultGODEBUG}}", "."]
    environment = build_environment(default_cache(), release)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def told(go: Path, release: str, folder: Path) -> None:
    """Hold the go line that is told against the one that was given, for every line of a toolchain."""
    version = parse_release(release)
    assert version is not None
    for line in range(17, version[1] + 1):
        text = defaults_by_go(go, release, line, folder)
        found = origin(parse(text), version[1])
        assert spelled(found.line) == spelled(line), text
        assert found.explicit == {}
        assert set(found.reverted) == set(parse(text))


@pytest.mark.parametrize("release", ["1.21.13", "1.27.3"])
def test_every_go_line_is_told_from_what_go_makes_of_it(release: str, samples: Samples, tmp_path: Path):
    told(samples.go(release), release, tmp_path)


@pytest.mark.wide
@pytest.mark.parametrize("release", ["1.22.10", "1.23.9", "1.24.11", "1.25.5", "1.26.6"])
def test_every_go_line_of_every_release(release: str, samples: Samples, tmp_path: Path):
    told(samples.go(release), release, tmp_path)


# --- programs built on the spot ---------------------------------------------------------------------------


def built(samples: Samples, folder: Path, *flags: str, go_mod: str = "", main: str = "") -> dict[str, Outcome]:
    """The outcomes on a little program of Go 1.27.3 with these lines in go.mod and before its package clause."""
    (folder / "go.mod").write_text(f"module example.com/x\n\ngo 1.27\n\n{go_mod}\n", encoding="utf-8")
    (folder / "main.go").write_text(f"{main}\npackage main\n\nfunc main() {{}}\n", encoding="utf-8")
    command = [samples.go("1.27.3"), "build", "-buildvcs=false", "-o", "app", *flags, "."]
    environment = build_environment(default_cache(), "1.27.3")
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    return outcomes_of(folder / "app")


@pytest.mark.wide
def test_settings_of_go_mod_and_of_the_source(samples: Samples, tmp_path: Path):
    found = built(samples, tmp_path, go_mod="godebug netdns=cgo", main="//go:debug panicnil=1\n")["godebug-override"]
    assert found.message == "set by hand: netdns=cgo, panicnil=1"
    default = built(samples, tmp_path, go_mod="godebug default=go1.24")["godebug-override"]
    assert "defaults are those of Go 1.24" in default.message
    assert built(samples, tmp_path)["godebug-override"].status is PASS


@pytest.mark.wide
def test_asynchronous_preemption_turned_off(samples: Samples, tmp_path: Path):
    """Go refuses asyncpreemptoff in go.mod and in //go:debug: the linker's -X is the way in, and it wins."""
    flags = "-ldflags=-X runtime.godebugDefault=asyncpreemptoff=1"
    found = built(samples, tmp_path, flags, main="//go:debug panicnil=1\n")["godebug-override"]
    assert found.status is FAIL
    assert "asyncpreemptoff=1" in found.message
    assert "not preempted asynchronously" in found.message
    with pytest.raises(subprocess.CalledProcessError) as refused:
        built(samples, tmp_path, main="//go:debug asyncpreemptoff=1\n")
    assert 'unknown //go:debug setting "asyncpreemptoff"' in refused.value.stderr


@pytest.mark.wide
def test_directories_in_place_of_modules(samples: Samples, tmp_path: Path):
    library, program = tmp_path / "lib", tmp_path / "app"
    for folder in (library, program):
        folder.mkdir()
    (library / "go.mod").write_text("module example.com/lib\n\ngo 1.27\n", encoding="utf-8")
    (library / "lib.go").write_text("package lib\n", encoding="utf-8")
    use = 'package main\n\nimport _ "example.com/lib"\n\nfunc main() {}\n'
    required = "module example.com/app\n\ngo 1.27\n\nrequire example.com/lib v0.1.0\n"

    def local(**env: str) -> Outcome:
        (program / "main.go").write_text(use, encoding="utf-8")
        command = [samples.go("1.27.3"), "build", "-buildvcs=false", "-o", "x", "."]
        environment = {**build_environment(default_cache(), "1.27.3"), **env}
        subprocess.run(command, cwd=program, env=environment, check=True, capture_output=True)
        return outcomes_of(program / "x")["local-replace"]

    for path in ("../lib", str(library)):
        (program / "go.mod").write_text(f"{required}\nreplace example.com/lib => {path}\n", encoding="utf-8")
        found = local()
        assert found.status is FAIL
        assert [e.value for e in found.evidence] == [f"v0.1.0 => {path}"]
    (program / "go.mod").write_text(required, encoding="utf-8")
    (tmp_path / "go.work").write_text("go 1.27\n\nuse (\n\t./app\n\t./lib\n)\n", encoding="utf-8")
    found = local(GOWORK=str(tmp_path / "go.work"))
    assert found.status is FAIL
    assert [e.value for e in found.evidence] == ["(devel), a directory of the workspace"]


@pytest.mark.wide
def test_the_module_of_named_files_is_no_replacement(samples: Samples, tmp_path: Path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "lib.go").write_text("package lib\n", encoding="utf-8")
    (tmp_path / "go.mod").write_text("module example.com/app\n\ngo 1.27\n", encoding="utf-8")
    use = 'package main\n\nimport _ "example.com/app/lib"\n\nfunc main() {}\n'
    (tmp_path / "main.go").write_text(use, encoding="utf-8")
    command = [samples.go("1.27.3"), "build", "-buildvcs=false", "-o", "x", "main.go"]
    environment = build_environment(default_cache(), "1.27.3")
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    build = build_of(tmp_path / "x")
    assert isinstance(build.recorded, Recorded)
    assert [(dep.path, dep.version) for dep in build.recorded.deps] == [("example.com/app", "(devel)")]
    assert outcomes_of(tmp_path / "x")["local-replace"].status is PASS


@pytest.mark.wide
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("hello-linux-amd64-go1.27", "-buildvcs=false"),
        ("hello-linux-amd64-go1.27-file", "files were named on the command line"),
        ("hello-linux-amd64-go1.27-gopath", "outside of a module"),
        ("hello-linux-amd64-go1.27-tools", "the go command did not link this"),
    ],
)
def test_why_there_is_no_commit(name: str, reason: str, samples: Samples):
    assert reason in outcomes_of(samples[name].path)["no-vcs"].message


# --- the tables against what the linker itself says -------------------------------------------------------


def test_no_program_says_it_runs_on_more_than_go_supports_from_go_1_23_on(samples: Samples):
    """Since then darwin headers say what the release notes say (cmd/link, macho.go); before they said too little."""
    linked_by_go = [sample for sample in samples if sample.goos == "darwin" and sample.cc is None]
    assert linked_by_go
    for sample in linked_by_go:
        header, least = build_of(sample.path).observed.macho, floor("darwin", sample.minor[1], sample.goarch)
        assert header is not None
        assert header.min_os is not None
        assert least is not None
        assert ordered(header.min_os) <= ordered(least), sample.name
        assert sample.minor[1] < 23 or ordered(header.min_os) == ordered(least), sample.name


def test_every_toolchain_of_the_samples_is_dated(samples: Samples):
    assert {parse_release(sample.go) for sample in samples} <= set(known_releases())
