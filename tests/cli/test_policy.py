"""The commands about policy files, and what a policy is to the other commands."""

import json
import shutil
import tomllib

import jsonschema
import pytest

from inspector.intent.policy import load
from inspector.rules import named
from tests.cli.process import ROOT, run

RELEASE = ROOT / "samples" / "release"
PROGRAMS = {
    "app_linux_amd64": "hello-linux-amd64-go1.27",
    "app_linux_arm64": "embedbytes-linux-arm64-go1.27",
    "app_windows_386.exe": "embed-windows-386-go1.27",
    "app_darwin_arm64": "embed-darwin-arm64-go1.27",
}


@pytest.fixture
def release(tmp_path, samples):
    """A small good release."""
    folder = tmp_path / "dist"
    folder.mkdir()
    for name, sample in PROGRAMS.items():
        shutil.copy(samples[sample].path, folder / name)
        (folder / name).chmod(0o755)
    return folder


class TestInit:
    def test_a_good_release_satisfies_what_is_written_for_it(self, release):
        made = run("policy", "init", "dist", cwd=release.parent)
        assert (made.returncode, made.stderr) == (0, "")
        (release.parent / "gobin-inspect.toml").write_text(made.stdout, "utf-8")
        verified = run("verify", "dist", cwd=release.parent)
        assert verified.stdout.splitlines()[-1] == "verified 4 binaries for 4 targets: 4 as meant"
        assert verified.returncode == 0
        found = {target["target"]: target for target in tomllib.loads(made.stdout)["targets"]}
        assert set(found) == {"linux/amd64", "linux/arm64", "windows/386", "darwin/arm64"}
        assert found["linux/amd64"]["static"] is True
        assert found["windows/386"]["subsystem"] == "console"
        assert all(target["cgo"] is False and "files" not in target for target in found.values())

    @pytest.mark.parametrize(
        ("name", "sample", "rule"),
        [
            ("app_linux_amd64", "cgo-linux-amd64-go1.27-glibc", "wrong-cgo"),
            ("app_linux_arm64", "hello-linux-amd64-go1.27", "wrong-goarch"),
            ("app_freebsd_amd64", "hello-freebsd-amd64-go1.27", "unexpected-target"),
            ("app_windows_386.exe", None, "missing-target"),
        ],
    )
    def test_another_release_does_not(self, release, samples, name, sample, rule):
        assert run("policy", "init", "dist", "-o", "gobin-inspect.toml", cwd=release.parent).returncode == 0
        if sample is None:
            (release / name).unlink()
        else:
            shutil.copy(samples[sample].path, release / name)
            (release / name).chmod(0o755)
        verified = run("verify", "-f", "json", "dist", cwd=release.parent)
        document = json.loads(verified.stdout)
        outcomes = [o for file in document["files"] for image in file["images"] for o in image["outcomes"]]
        failed = {o["rule"] for o in (*outcomes, *document["release"]) if o["status"] == "fail"}
        assert rule in failed
        assert verified.returncode == 1

    def test_defects_are_no_policy_and_are_told(self, tmp_path):
        made = run("policy", "init", RELEASE, "-o", "p.toml", cwd=tmp_path)
        assert (made.returncode, made.stdout) == (0, "")
        told = made.stderr.splitlines()
        assert all(line.startswith("gobin-inspect: verify refuses ") for line in told)
        for rule in ("macho-signature-broken", "mode-not-executable", "wrong-goarch"):
            assert sum(rule in line for line in told) == 1
        assert len(load(str(tmp_path / "p.toml"), named).targets) == 6

    def test_a_file_is_replaced_by_force_alone(self, release):
        policy = release.parent / "p.toml"
        policy.write_text("precious")
        refused = run("policy", "init", "dist", "-o", "p.toml", cwd=release.parent)
        assert refused.returncode == 2
        assert "p.toml is there already; --force replaces it" in refused.stderr
        assert policy.read_text() == "precious"
        assert run("policy", "init", "dist", "-o", "p.toml", "--force", cwd=release.parent).returncode == 0
        assert policy.read_text().startswith("# What a release must be like")

    def test_where_it_cannot_be_written(self, release):
        done = run("policy", "init", "dist", "-o", "no/p.toml", cwd=release.parent)
        assert done.returncode == 4
        assert done.stderr == "gobin-inspect: error: cannot write no/p.toml: No such file or directory\n"

    @pytest.mark.parametrize(
        ("what", "says"),
        [
            ("empty", "gobin-inspect: empty: not-executable: the directory holds no files\n"),
            ("texts", "gobin-inspect: nothing to inspect in texts\n"),
            ("nowhere", "gobin-inspect: nowhere: unreadable: no such file or directory\n"),
            ("dist/notes.txt", "gobin-inspect: dist/notes.txt: not-executable: "),
        ],
    )
    def test_nothing_to_inspect_is_no_policy(self, release, what, says):
        for folder in ("empty", "texts"):
            (release.parent / folder).mkdir()
        for folder in (release, release.parent / "texts"):
            (folder / "notes.txt").write_text("no program\n")
        done = run("policy", "init", what, "-o", "p.toml", cwd=release.parent)
        assert done.returncode == 3
        assert done.stderr.lower().startswith(says.lower())
        assert not (release.parent / "p.toml").exists()

    def test_what_could_not_be_inspected_is_told(self, release):
        (release / "cut").write_bytes((release / "app_linux_amd64").read_bytes()[:500_000])
        done = run("policy", "init", "dist", cwd=release.parent)
        assert done.returncode == 3
        assert done.stderr.startswith("gobin-inspect: dist/cut: truncated: ")
        assert "[[targets]]" in done.stdout

    def test_a_hostile_name_stays_in_its_string(self, release, samples):
        """Two programs of one port are told apart by their names, which can hold anything but a slash and NUL."""
        name = 'x"]\ncgo = true # \x1b[2J\u202e'
        shutil.copy(samples["cgo-linux-amd64-go1.27-glibc"].path, release / name)
        (release / name).chmod(0o755)
        made = run("policy", "init", "dist", "-o", "gobin-inspect.toml", cwd=release.parent)
        assert made.returncode == 0
        text = (release.parent / "gobin-inspect.toml").read_text("utf-8")
        assert text.replace("\n", "").isprintable()
        assert len(tomllib.loads(text)["targets"]) == 5
        assert run("verify", "dist", cwd=release.parent).returncode == 0


class TestCheck:
    def test_the_nearest_or_the_given_one(self, tmp_path):
        (tmp_path / "below").mkdir()
        (tmp_path / "gobin-inspect.toml").write_text(
            '[[targets]]\ntarget = "linux/amd64"\n'
            '[[waivers]]\nrule = "wrong-cgo"\nartifact = "x"\nreason = "y"\nuntil = 2020-01-31\n'
            '[[waivers]]\nrule = "GBI103"\nartifact = "y"\nreason = "z"\n'
        )
        done = run("policy", "check", cwd=tmp_path / "below")
        assert done.stdout == "../gobin-inspect.toml: 1 target, 2 waivers (1 ended), no problem found\n"
        assert done.stderr == "gobin-inspect: ../gobin-inspect.toml:waivers[0]: ended on 2020-01-31: wrong-cgo\n"
        assert done.returncode == 0
        (tmp_path / "other.toml").write_text("[all]\ncgo = false\n")
        done = run("policy", "check", "other.toml", cwd=tmp_path)
        assert (done.stdout, done.stderr, done.returncode) == ("other.toml: no problem found\n", "", 0)

    @pytest.mark.parametrize(
        "command", [("policy", "check", "p.toml"), ("verify", "--config", "p.toml", "x"), ("--config", "p.toml", "x")]
    )
    def test_a_defect_is_one_line(self, tmp_path, command):
        (tmp_path / "p.toml").write_text('[all]\n"trim\\u001b" = true\n')
        done = run(*command, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stdout == ""
        assert (
            done.stderr == "gobin-inspect: error: p.toml:2: all.\"'trim\\x1b'\": unknown key; did you mean trimpath?\n"
        )

    def test_none_is_there(self, tmp_path):
        done = run("policy", "check", cwd=tmp_path)
        assert done.returncode == 2
        assert "there is no gobin-inspect.toml here or above" in done.stderr
        done = run("policy", "check", "no.toml", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (
            2,
            "gobin-inspect: error: no.toml: cannot be read: No such file or directory\n",
        )


def test_the_schema_for_editors():
    done = run("schema", "--policy")
    schema = json.loads(done.stdout)
    jsonschema.Draft202012Validator(schema).validate({"all": {"cgo": False}})
    assert not jsonschema.Draft202012Validator(schema).is_valid({"all": {"cgoo": False}})


class TestInspecting:
    @pytest.mark.parametrize(
        ("options", "code"), [((), 1), (("--no-config",), 0), (("--config", "mild.toml"), 0), (("--cgo", "0"), 0)]
    )
    def test_the_policy_found_holds_unless_something_stronger_does(self, release, options, code):
        (release / "gobin-inspect.toml").write_text("[all]\ncgo = true\n")
        (release / "mild.toml").write_text("[all]\ncgo = false\n")
        done = run("-f", "json", *options, "app_linux_amd64", cwd=release)
        assert done.returncode == code
        intended = json.loads(done.stdout)["files"][0]["images"][0]["intended"]
        if code:
            assert intended["cgo"] == {"value": True, "source": "policy gobin-inspect.toml:all.cgo"}

    def test_severities_select_ignore_and_waivers(self, release):
        policy = release / "gobin-inspect.toml"
        policy.write_text('select = ["no-vcs", "wrong-cgo"]\n[all]\ncgo = true\n[severity]\nno-vcs = "error"\n')
        assert run("app_linux_amd64", cwd=release).returncode == 1
        policy.write_text('ignore = ["GBI103"]\n[all]\ncgo = true\n')
        assert run("app_linux_amd64", cwd=release).returncode == 0
        waiver = '[[waivers]]\nrule = "wrong-cgo"\nartifact = "app_*"\nreason = "no compiler yet"\n'
        policy.write_text(f"[all]\ncgo = true\n{waiver}")
        assert run("app_linux_amd64", cwd=release).returncode == 0
        policy.write_text(f"[all]\ncgo = true\n{waiver}until = 2020-01-01\n")
        assert run("app_linux_amd64", cwd=release).returncode == 1

    def test_the_profile_of_all_is_for_programs_of_its_system(self, release):
        (release / "gobin-inspect.toml").write_text('[all]\nprofile = "static-scratch"\n')
        done = run("-f", "json", ".", cwd=release)
        intended = {file["path"]: file["images"][0]["intended"] for file in json.loads(done.stdout)["files"]}
        source = "policy gobin-inspect.toml:all.profile static-scratch"
        assert intended["./app_linux_amd64"]["static"] == {"value": True, "source": source}
        assert "static" not in intended["./app_windows_386.exe"]
        assert "static" not in intended["./app_darwin_arm64"]
        assert done.returncode == 0
