"""What the release gate lets through and what not, on small real programs."""

import datetime
import json
import subprocess
import sys

import pytest

from tests.cli.process import environment
from tests.real.edited import replaced, saved
from tests.real.gate import asked, gate

pytestmark = pytest.mark.usefixtures("bytecode")

TODAY = datetime.date.today()
DAY = datetime.timedelta(days=1)
AS_MEANT = "verified 1 binary for 1 target: 1 as meant"


@pytest.fixture
def place(samples, tmp_path):
    """A linux/amd64 program, a windows/386 one, and a directory with nothing to inspect."""
    saved(tmp_path, "app", samples["hello-linux-amd64-go1.27"].path.read_bytes())
    saved(tmp_path, "app.exe", samples["hello-windows-386-go1.27"].path.read_bytes())
    (tmp_path / "empty").mkdir()
    return tmp_path


def policy(place, text):
    (place / "gobin-inspect.toml").write_text(text, encoding="utf-8")


# ---- something must be declared ----------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["app"],
        ["app.exe", "app"],
        ["--from-env", "app"],
        ["--no-config", "app"],
        ["--fail-on", "never", "app"],
        ["missing"],
        ["empty"],
    ],
    ids=" ".join,
)
def test_nothing_declared_is_wrong_usage(arguments, place):
    done = asked(place, "verify", "-f", "json=report.json", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing declares what is meant: give an option such as --target linux/amd64, --from-env" in done.stderr
    assert not (place / "report.json").exists()


@pytest.mark.parametrize("name", ["app_linux_amd64", "app-v1.2.3-linux-amd64v1", "linux_amd64/app"])
def test_a_name_alone_declares_nothing(name, place):
    (place / "linux_amd64").mkdir()
    (place / "app").rename(place / name)
    assert asked(place, name).returncode == 0
    assert asked(place, "verify", name).returncode == 2


def test_a_name_still_counts_beside_a_declaration(place):
    (place / "app").rename(place / "app_linux_arm64")
    done = gate(place, "--cgo", "0", "app_linux_arm64")
    assert (done.code, done.errors) == (1, {("wrong-goarch", "app_linux_arm64")})


# ---- what the build step had -------------------------------------------------


def test_the_variables_of_the_build_step_are_the_whole_story(place):
    done = gate(place, "--from-env", "app.exe", env={"GOOS": "windows", "GOARCH": "386", "CGO_ENABLED": "0"})
    assert (done.code, done.closing, done.failed - done.notes) == (0, AS_MEANT, set())
    intended = done.report["files"][0]["images"][0]["intended"]
    assert {key: (value["value"], value["source"]) for key, value in intended.items() if key != "microarch"} == {
        "goos": ("windows", "environment GOOS"),
        "goarch": ("386", "environment GOARCH"),
        "cgo": (False, "environment CGO_ENABLED"),
    }


@pytest.mark.parametrize(
    ("variables", "rule"),
    [
        ({"GOOS": "windows", "GOARCH": "amd64"}, "wrong-goarch"),
        ({"GOOS": "linux"}, "wrong-goos"),
        ({"CGO_ENABLED": "1"}, "wrong-cgo"),
        ({"GO386": "softfloat"}, "wrong-microarch"),
    ],
)
def test_another_variable_is_another_program(variables, rule, place):
    done = gate(place, "--from-env", "app.exe", env=variables)
    assert (done.code, done.errors) == (1, {(rule, "app.exe")})
    assert done.closing == f"verified 1 binary for 1 target: 0 as meant, 1 not (app.exe: {rule})"


def test_an_option_is_stronger_than_the_environment(place):
    done = gate(place, "--from-env", "--goos", "linux", "app", env={"GOOS": "windows", "GOARCH": "amd64"})
    assert done.code == 0


# ---- what cannot be decided --------------------------------------------------


@pytest.fixture
def unrecorded(place):
    """The program without its build information, so that nobody can tell whether cgo was on."""
    data = replaced((place / "app").read_bytes(), b"\xff Go buildinf:", b"\0" * 14)
    saved(place, "app", data)
    return place


def test_unknown_fails_where_its_key_was_declared(unrecorded):
    done = gate(unrecorded, "--cgo", "1", "app")
    assert done.of("wrong-cgo")["status"] == "unknown"
    assert (done.code, done.errors) == (1, set())
    assert done.closing == "verified 1 binary for 1 target: 0 as meant, 1 not (app: wrong-cgo)"


def test_the_same_is_no_failure_of_an_inspection(unrecorded):
    done = gate(unrecorded, "--cgo", "1", "app", command="inspect")
    assert done.of("wrong-cgo")["status"] == "unknown"
    assert done.code == 0
    assert "verified" not in done.text + done.messages


def test_what_was_not_declared_may_stay_unknown(unrecorded):
    done = gate(unrecorded, "--goos", "linux", "app")
    assert done.report["summary"]["unknown"] > 0
    assert (done.code, done.closing) == (0, AS_MEANT)


def test_a_go_version_that_names_no_release_fails(place):
    saved(place, "app", replaced((place / "app").read_bytes(), b"go1.27.3", b"gosecret"))
    assert gate(place, "--go", "1.27", "app", command="inspect").code == 0
    done = gate(place, "--go", "1.27", "app")
    assert done.of("wrong-go")["status"] == "unknown"
    assert (done.code, done.closing.partition(": ")[2]) == (1, "0 as meant, 1 not (app: wrong-go)")


def test_never_lets_the_undecided_through_and_still_says_so(unrecorded):
    done = gate(unrecorded, "--cgo", "1", "--fail-on", "never", "app")
    assert (done.code, done.closing) == (0, "verified 1 binary for 1 target: 0 as meant, 1 not (app: wrong-cgo)")


# ---- exit codes --------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("--goos linux app", 0),
        ("--goos linux app app.exe", 1),
        ("--goos linux empty", 3),
        ("--goos linux missing", 3),
        ("--goos linux app missing", 3),
        ("--goos windows app missing", 1),
        ("--goos windows --fail-on never app", 0),
        ("--goos windows --fail-on never app missing", 3),
        ("--goos linux --fail-on note app", 1),
        ("--goos linux -f json=no/such/place.json app", 4),
        ("--goos linux --goarch sparc app", 2),
        ("--config missing.toml app", 2),
        ("--no-config --config missing.toml app", 2),
        ("--goos linux", 2),
    ],
)
def test_exit_codes(arguments, code, place):
    done = asked(place, "verify", *arguments.split())
    assert done.returncode == code, done.stdout + done.stderr


def test_a_crashed_rule_fails_the_gate_and_not_an_inspection(place):
    script = (
        "import sys, msgspec; from inspector import rules; from inspector.cli import main\n"
        "def broken(subject): raise KeyError('x')\n"
        "def select(*names, of=rules.select): return tuple(\n"
        "    msgspec.structs.replace(rule, check=broken) if rule.name == 'no-vcs' else rule for rule in of(*names))\n"
        "rules.select = select; sys.exit(main())"
    )
    codes = {}
    for command in ("verify", "inspect"):
        call = [sys.executable, "-c", script, command, "--goos", "linux", "app"]
        done = subprocess.run(call, cwd=place, env=environment(), capture_output=True, text=True, check=False)
        codes[command] = done.returncode
        assert "Traceback" not in done.stderr
        assert "rule crashed" in done.stdout
    assert codes == {"verify": 1, "inspect": 3}


# ---- the last line -----------------------------------------------------------


def test_the_last_line_counts_binaries_and_targets(place):
    for name in ("one", "two", "three"):
        saved(place, name, (place / "app").read_bytes())
    done = gate(place, "--cgo", "0", "--goos", "linux", ".")
    assert done.closing == "verified 5 binaries for 2 targets: 4 as meant, 1 not (./app.exe: wrong-goos)"


def test_the_last_line_is_the_last_on_a_github_runner_too(place):
    done = asked(place, "verify", "--goos", "linux", "app.exe", env={"GITHUB_ACTIONS": "true"})
    assert "::error file=app.exe,title=wrong-goos" in done.stdout
    assert done.stdout.splitlines()[-1] == "verified 1 binary for 1 target: 0 as meant, 1 not (app.exe: wrong-goos)"


@pytest.mark.parametrize("arguments", [["-f", "json"], ["-f", "text=report.txt"]])
def test_the_last_line_is_on_standard_error_where_no_text_is_on_standard_output(arguments, place):
    done = asked(place, "verify", "--goos", "linux", *arguments, "app")
    assert done.returncode == 0
    assert done.stderr == f"gobin-inspect: {AS_MEANT}\n"
    if "json" in arguments:
        assert json.loads(done.stdout)["summary"]["images"] == 1
    else:
        assert done.stdout == ""


# ---- the policy --------------------------------------------------------------

LINUX = """
[[targets]]
target = "linux/amd64"
files = ["app"]
"""


def test_a_policy_declares_and_is_found_upward(place):
    policy(place, f"[all]\ncgo = false\n{LINUX}")
    below = place / "below"
    below.mkdir()
    done = gate(below, "../app")
    assert (done.code, done.closing) == (0, AS_MEANT)
    assert asked(below, "verify", "--no-config", "../app").returncode == 2


def test_a_policy_is_given(place):
    (place / "strict.toml").write_text(f"[all]\ncgo = true\n{LINUX}", encoding="utf-8")
    done = gate(place, "--config", "strict.toml", "app")
    assert (done.code, done.errors) == (1, {("wrong-cgo", "app")})


def test_an_option_is_stronger_than_the_policy(place):
    policy(place, f"[all]\ncgo = true\n{LINUX}")
    assert gate(place, "--cgo", "0", "app").code == 0


def test_a_policy_error_names_file_line_and_key(place):
    policy(place, '[all]\ncgo = false\n\n[[targets]]\ntarget = "linux/amd64"\ngoamd46 = "v1"\n')
    done = asked(place, "verify", "-f", "json=report.json", "app")
    assert (done.returncode, done.stdout) == (2, "")
    assert "gobin-inspect.toml:6: targets[0].goamd46" in done.stderr
    assert "goamd64" in done.stderr
    assert "Usage:" not in done.stderr
    assert not (place / "report.json").exists()


@pytest.mark.parametrize(("severity", "code"), [("error", 1), ("warning", 0), ("note", 0)])
def test_the_policy_sets_severities(severity, code, place):
    policy(place, f'{LINUX}\n[severity]\nno-vcs = "{severity}"\n')
    done = gate(place, "app")
    assert (done.of("no-vcs")["severity"], done.code) == (severity, code)
    assert gate(place, "--fail-on", severity, "app").code == 1


def test_the_policy_selects_and_ignores(place):
    policy(place, f'select = ["GBI1"]\nignore = ["wrong-cgo"]\n[all]\ncgo = true\n{LINUX}')
    done = gate(place, "app")
    rules = {outcome["id"] for outcome in done.report["files"][0]["images"][0]["outcomes"]}
    assert "GBI101" in rules
    assert {name[:4] for name in rules} == {"GBI1"}
    assert "GBI103" not in rules
    assert done.code == 0
    asked_for = gate(place, "--select", "wrong-cgo", "app")
    assert (asked_for.code, asked_for.errors) == (1, {("wrong-cgo", "app")})


def test_what_no_target_claims_is_unexpected(place):
    policy(place, LINUX)
    done = gate(place, ".")
    assert (done.code, done.errors) == (1, {("unexpected-target", "release")})
    (proof,) = done.of("unexpected-target")["evidence"]
    assert (proof["label"], "windows/386" in proof["value"]) == ("./app.exe", True)
    assert done.closing == (
        "verified 2 binaries for 2 targets: 1 as meant, 1 of which nothing was declared; the release: unexpected-target"
    )


def test_a_target_that_is_not_there_is_missing_in_a_directory(place):
    (place / "app.exe").unlink()
    policy(place, f'{LINUX}\n[[targets]]\ntarget = "linux/arm64"\n')
    done = gate(place, ".")
    assert (done.code, done.errors) == (1, {("missing-target", "release")})
    assert [proof["label"] for proof in done.of("missing-target")["evidence"]] == ["linux/arm64"]
    assert gate(place, "app").code == 0
    policy(place, f'{LINUX}\n[[targets]]\ntarget = "linux/arm64"\noptional = true\n')
    assert gate(place, ".").code == 0


# ---- waivers -----------------------------------------------------------------


def waiver(rule, artifact, until):
    return (
        f'[all]\ncgo = true\n{LINUX}\n[[waivers]]\nrule = "{rule}"\nartifact = "{artifact}"\n'
        f'reason = "cgo comes back in 2.0"\nuntil = {until}\n'
    )


def test_a_waiver_lets_a_finding_through(place):
    policy(place, waiver("wrong-cgo", "app", TODAY))  # its last day still counts
    done = gate(place, "app")
    outcome = done.of("wrong-cgo")
    assert (done.code, outcome["status"], done.closing) == (0, "fail", AS_MEANT)
    assert (outcome["waiver"]["reason"], outcome["waiver"]["until"]) == ("cgo comes back in 2.0", TODAY.isoformat())
    assert "waivers[0]" in outcome["waiver"]["source"]
    assert done.report["summary"]["worst"] != "error"


def test_a_waiver_ends_and_says_so(place):
    policy(place, waiver("wrong-cgo", "app", TODAY - DAY))
    done = gate(place, "app")
    outcome = done.of("wrong-cgo")
    assert (done.code, outcome["waiver"], done.errors) == (1, None, {("wrong-cgo", "app")})
    assert any(f"ended on {TODAY - DAY}" in proof["value"] for proof in outcome["evidence"])
    assert f"ended on {TODAY - DAY}" in done.text


@pytest.mark.parametrize(("rule", "artifact"), [("wrong-goos", "app"), ("wrong-cgo", "other")])
def test_a_waiver_that_matches_nothing_is_a_warning(rule, artifact, place):
    policy(place, waiver(rule, artifact, TODAY + DAY).replace("cgo = true", "cgo = false"))
    done = gate(place, ".", "--ignore", "unexpected-target")
    stale = done.of("stale-waiver")
    assert (done.code, stale["status"], stale["severity"]) == (0, "fail", "warning")
    assert any(artifact in proof["label"] + proof["value"] for proof in stale["evidence"])
    assert gate(place, ".", "--ignore", "unexpected-target", "--fail-on", "warning").code == 1


def test_a_waiver_needs_a_reason(place):
    text = waiver("wrong-cgo", "app", TODAY + DAY)
    policy(place, text.replace('reason = "cgo comes back in 2.0"\n', ""))
    done = asked(place, "verify", "app")
    assert done.returncode == 2
    assert "waivers[0]" in done.stderr
    assert "reason" in done.stderr
