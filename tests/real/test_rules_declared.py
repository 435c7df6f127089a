"""The rules that only a declaration wakes, and those that it makes stricter, on real programs."""

import subprocess
from pathlib import Path

import pytest

from inspector.model import Declared, Intent, Outcome, Severity, Status
from scripts.building import make_work_tree
from scripts.sample_manifest import default_cache
from scripts.toolchains import build_environment
from tests.real.edited import flipped, saved
from tests.real.gorecord import go_version_m
from tests.real.inspected import outcomes_of
from tests.samples import Samples

PASS, FAIL, NOT_APPLICABLE, UNKNOWN = Status.PASS, Status.FAIL, Status.NOT_APPLICABLE, Status.UNKNOWN
ERROR, NOTE = Severity.ERROR, Severity.NOTE

NEWEST = "1.27.3"
HELLO, WRITTEN = "hello-linux-amd64-go1.27", "hello-linux-amd64-go1.27-xversion"
CODE = 0x8000 + 100


def judged(path: Path, **meant: object) -> dict[str, Outcome]:
    """The outcomes on a file for an intent; whatever fails shows evidence that lies inside the file."""
    intent = Intent(**{key: Declared(value, f"policy p:all.{key}") for key, value in meant.items()})
    outcomes = outcomes_of(path, intent)
    for outcome in outcomes.values():
        if outcome.status is FAIL:
            assert outcome.evidence, outcome.rule
            assert all(e.offset is None or e.offset < path.stat().st_size for e in outcome.evidence)
    return outcomes


def verdict(outcome: Outcome) -> tuple[Status, Severity]:
    return outcome.status, outcome.severity


# --- what the program says of itself ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [HELLO, "hello-windows-386-go1.21", "hello-darwin-arm64-go1.27", "hello-js-wasm-go1.27"]
)
def test_the_module_is_held_against_the_record(name: str, samples: Samples):
    path = samples[name].path
    assert judged(path, module="example.com/hello")["wrong-module"].status is PASS
    outcome = judged(path, module="example.com/shop")["wrong-module"]
    assert verdict(outcome) == (FAIL, ERROR)
    assert "example.com/hello, but example.com/shop was meant (policy p:all.module)" in outcome.message
    assert judged(path)["wrong-module"].status is NOT_APPLICABLE


@pytest.mark.wide
@pytest.mark.parametrize(
    ("variant", "module", "expected"),
    [
        ("file", "example.com/hello", UNKNOWN),
        ("gopath", "example.com/hello", FAIL),  # the path of package main is that of the directory
        ("tools", "example.com/hello", UNKNOWN),
    ],
)
def test_programs_built_outside_of_a_module(variant: str, module: str, expected: Status, samples: Samples):
    assert judged(samples[f"{HELLO}-{variant}"].path, module=module)["wrong-module"].status is expected


@pytest.mark.parametrize("version", ["v1.2.3", "1.2.3", "v1.2.3+other"])
def test_the_version_that_the_linker_wrote_passes(version: str, samples: Samples):
    outcome = judged(samples[WRITTEN].path, version=version)["wrong-version"]
    assert outcome.status is PASS
    assert "-X main.version and -X main.Version" in outcome.message


def test_another_version_than_the_linker_wrote_fails(samples: Samples):
    outcomes = judged(samples[WRITTEN].path, version="v1.2.4")
    assert verdict(outcomes["wrong-version"]) == (FAIL, ERROR)
    assert "-X main.version is 1.2.3 (sample); -X main.Version is v1.2.3" in outcomes["wrong-version"].message
    assert outcomes["devel-version"].status is NOT_APPLICABLE


def test_a_program_that_says_no_version_is_unknown(samples: Samples):
    outcomes = judged(samples[HELLO].path, version="v1.2.3")
    assert outcomes["wrong-version"].status is UNKNOWN
    assert outcomes["wrong-version"].bound
    assert "-buildvcs=false" in outcomes["wrong-version"].message
    assert verdict(outcomes["devel-version"]) == (FAIL, ERROR)
    old = judged(samples["hello-linux-amd64-go1.21"].path, version="v1.2.3")
    assert "Go before 1.24 stamps no version" in old["wrong-version"].message
    assert verdict(old["devel-version"]) == (FAIL, NOTE)
    trimmed = judged(samples["uses-linux-amd64-go1.27-trimpath"].path, version="v1.2.3")
    assert "with -trimpath Go does not record" in trimmed["wrong-version"].message


@pytest.mark.wide
@pytest.mark.parametrize("kind", ["vcs", "dirty"])
def test_the_version_and_the_commit_of_a_tag(kind: str, samples: Samples):
    path = samples[f"{HELLO}-{kind}"].path
    (commit,) = (
        line.partition("vcs.revision=")[2]
        for line in go_version_m(samples.go(NEWEST), path).splitlines()
        if "vcs.revision=" in line
    )
    right = judged(path, version="1.2.3", revision=commit, clean=True)
    assert right["wrong-version"].status is right["devel-version"].status is PASS
    assert right["revision-mismatch"].status is PASS
    assert judged(path, revision=commit[:7])["revision-mismatch"].status is PASS
    assert verdict(right["dirty-tree"]) == ((PASS, NOTE) if kind == "vcs" else (FAIL, ERROR))
    wrong = judged(path, version="v1.2.4", revision=commit[::-1])
    assert verdict(wrong["wrong-version"]) == (FAIL, ERROR)
    assert verdict(wrong["revision-mismatch"]) == (FAIL, ERROR)
    assert commit[:12] in wrong["revision-mismatch"].message


@pytest.mark.wide
def test_a_changed_tree_is_an_error_only_where_a_clean_one_was_asked_for(samples: Samples):
    path = samples[f"{HELLO}-dirty"].path
    asked = judged(path, clean=True)["dirty-tree"]
    assert asked.message.endswith("but a clean tree was asked for (policy p:all.clean)")
    assert verdict(judged(path)["dirty-tree"]) == (FAIL, NOTE)
    assert judged(path, clean=False)["dirty-tree"] == judged(path)["dirty-tree"]


def test_without_version_control_a_clean_tree_and_a_commit_are_unknown(samples: Samples):
    outcomes = judged(samples[HELLO].path, clean=True, revision="0123456789abcdef")
    assert outcomes["dirty-tree"].status is outcomes["revision-mismatch"].status is UNKNOWN
    assert outcomes["dirty-tree"].bound


# --- programs built on the spot, each in a repository with one tag ---------------------------------------


def tagged(samples: Samples, folder: Path, tag: str, *flags: str, module: str = "example.com/tagged") -> Path:
    """A program of Go 1.27.3 that was built in a repository with this tag."""
    source = folder / "source"
    source.mkdir()
    (source / "go.mod").write_text(f"module {module}\n\ngo 1.27\n", encoding="utf-8")
    # The go command remembers what it found for a commit, so that each must be another one.
    body = f'// {tag} {" ".join(flags)}\npackage main\n\nvar version = "none"\n\nfunc main() {{ println(version) }}\n'
    (source / "main.go").write_text(body, encoding="utf-8")
    environment = build_environment(default_cache(), NEWEST)
    make_work_tree("tagged", source, environment, tag)
    command = [samples.go(NEWEST), "build", "-buildvcs=true", *flags, "-o", folder / "app", "."]
    subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=True)
    return folder / "app"


@pytest.mark.wide
@pytest.mark.parametrize(
    ("tag", "version", "module", "wrong", "devel"),
    [
        ("v1.2.3", "v1.2.3", "example.com/tagged", PASS, (PASS, NOTE)),
        ("v2.1.0", "2.1.0", "example.com/tagged/v2", PASS, (PASS, NOTE)),
        # Go wants a v before the number.
        ("1.2.3", "1.2.3", "example.com/tagged", FAIL, (NOT_APPLICABLE, NOTE)),
        # No tag gives such a module these versions: Go stamps a pseudo-version, and nothing is wrong with that.
        ("v2.1.0", "v2.1.0", "example.com/tagged", UNKNOWN, (FAIL, NOTE)),
        ("2026.11", "2026.11", "example.com/tagged", UNKNOWN, (FAIL, NOTE)),
    ],
)
def test_what_go_stamps_for_a_tag(
    tag: str,
    version: str,
    module: str,
    wrong: Status,
    devel: tuple[Status, Severity],
    samples: Samples,
    tmp_path: Path,
):
    outcomes = judged(tagged(samples, tmp_path, tag, module=module), version=version)
    assert outcomes["wrong-version"].status is wrong, outcomes["wrong-version"].message
    assert (outcomes["devel-version"].status, outcomes["devel-version"].severity if devel[0] is FAIL else NOTE) == devel


@pytest.mark.wide
@pytest.mark.parametrize(
    ("flags", "expected", "printed"),
    [
        (["-ldflags=-X main.version=2026.11"], PASS, "2026.11"),
        (["-ldflags=-X main.version="], FAIL, ""),
        (["-ldflags=-X main.version=2026.11 -X main.version=2026.10"], FAIL, "2026.10"),
        (["-ldflags=-X example.com/tagged.version=2026.10"], UNKNOWN, "none"),  # package main is called main
        (["-trimpath", "-ldflags=-X main.version=2026.11"], UNKNOWN, "2026.11"),
    ],
)
def test_what_the_program_prints_is_what_the_rule_takes_for_its_version(
    flags: list[str], expected: Status, printed: str, samples: Samples, tmp_path: Path
):
    app = tagged(samples, tmp_path, "2026.11", *flags)
    assert judged(app, version="2026.11")["wrong-version"].status is expected
    assert subprocess.run([app], capture_output=True, text=True, check=True).stderr == f"{printed}\n"


# --- what is in the file ---------------------------------------------------------------------------------


@pytest.mark.parametrize("port", ["linux-amd64", "windows-386", "darwin-arm64"])
def test_debug_info_and_symbols_that_are_to_be_left_out(port: str, samples: Samples):
    whole, stripped = samples[f"uses-{port}-go1.27"].path, samples[f"uses-{port}-go1.27-stripped"].path
    outcome = judged(whole, debug_info=False, symbols=False)["debug-info-shipped"]
    assert verdict(outcome) == (FAIL, ERROR)
    assert "debug information (DWARF) and a symbol table" in outcome.message
    assert "debug" in outcome.evidence[0].value
    assert outcome.evidence[0].offset
    assert judged(stripped, debug_info=False, symbols=False)["debug-info-shipped"].status is PASS
    assert judged(whole, debug_info=True)["debug-info-shipped"].status is NOT_APPLICABLE


def test_formats_without_debug_info_have_symbols(samples: Samples):
    for name in ("hello-js-wasm-go1.27", "hello-plan9-amd64-go1.27"):
        path = samples[name].path
        assert judged(path, debug_info=False)["debug-info-shipped"].status is PASS
        assert verdict(judged(path, symbols=False)["debug-info-shipped"]) == (FAIL, ERROR)


def test_the_size_is_that_of_the_file(samples: Samples):
    path = samples[HELLO].path
    size = path.stat().st_size
    assert judged(path, max_size=size)["too-large"].status is PASS
    outcome = judged(path, max_size=size - 1)["too-large"]
    assert verdict(outcome) == (FAIL, ERROR)
    assert [e.value for e in outcome.evidence] == [f"{size:,} bytes"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("uses-linux-amd64-go1.27", (FAIL, ERROR)),
        ("uses-windows-386-go1.27-stripped", (FAIL, ERROR)),
        ("uses-linux-amd64-go1.27-trimpath", (PASS, NOTE)),
    ],
)
def test_trimpath_that_was_asked_for(name: str, expected: tuple[Status, Severity], samples: Samples):
    path = samples[name].path
    assert verdict(judged(path, trimpath=True)["path-leak"]) == expected
    assert judged(path, trimpath=False)["path-leak"] == judged(path)["path-leak"]


def test_a_file_as_linked_that_was_asked_for(samples: Samples, tmp_path: Path):
    path = samples[HELLO].path
    assert judged(path, pristine=True)["modified-after-link"].status is PASS
    changed = saved(tmp_path, "app", flipped(path.read_bytes(), CODE))
    assert verdict(judged(changed, pristine=True)["modified-after-link"]) == (FAIL, ERROR)
    assert verdict(judged(changed)["modified-after-link"]) == (FAIL, NOTE)
    unknown = judged(samples[f"{HELLO}-nobuildid"].path, pristine=True)["modified-after-link"]
    assert (unknown.status, unknown.bound) == (UNKNOWN, True)


# --- GOFIPS140 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [HELLO, "hello-linux-amd64-go1.21", "hello-windows-386-go1.21"])
def test_without_gofips140_it_is_off(name: str, samples: Samples):
    assert judged(samples[name].path, fips140="off")["wrong-fips140"].status is PASS
    outcome = judged(samples[name].path, fips140="latest")["wrong-fips140"]
    assert verdict(outcome) == (FAIL, ERROR)
    assert "built with GOFIPS140=off, but latest was meant" in outcome.message


@pytest.mark.wide
@pytest.mark.parametrize(
    ("variant", "meant", "expected"),
    [
        ("fips", "latest", PASS),
        ("fips", "off", FAIL),
        ("fips", "v1.0.0", FAIL),
        ("fips", "certified", FAIL),
        ("fips-v1.0.0", "v1.0.0-c2097c7c", PASS),
        ("fips-v1.0.0", "v1.0.0", PASS),
        ("fips-v1.0.0", "latest", FAIL),
        ("fips-v1.0.0", "v1.26.0", FAIL),
        ("fips-v1.0.0", "certified", UNKNOWN),
    ],
)
def test_gofips140_as_it_was_recorded(variant: str, meant: str, expected: Status, samples: Samples):
    path = samples[f"https-linux-amd64-go1.27-{variant}"].path
    assert judged(path, fips140=meant)["wrong-fips140"].status is expected


@pytest.mark.wide
@pytest.mark.parametrize("variant", ["fips", "fips-v1.0.0"])
def test_gofips140_adds_no_tag_that_was_not_meant(variant: str, samples: Samples):
    path = samples[f"https-linux-amd64-go1.27-{variant}"].path
    assert judged(path, tags=())["wrong-tags"].status is PASS


@pytest.mark.wide
@pytest.mark.parametrize("setting", ["v1.0.0", "latest"])
@pytest.mark.parametrize(("mode", "expected"), [("on", PASS), ("off", FAIL)])
def test_a_mode_that_the_source_sets(setting: str, mode: str, expected: Status, samples: Samples, tmp_path: Path):
    source = f"//go:debug fips140={mode}\n\npackage main\n\nfunc main() {{}}\n"
    (tmp_path / "main.go").write_text(source, encoding="utf-8")
    (tmp_path / "go.mod").write_text("module example.com/x\n\ngo 1.27\n", encoding="utf-8")
    environment = {**build_environment(default_cache(), NEWEST), "GOFIPS140": setting}
    command = [samples.go(NEWEST), "build", "-buildvcs=false", "-o", "app", "."]
    subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert judged(tmp_path / "app", fips140=setting)["wrong-fips140"].status is expected
