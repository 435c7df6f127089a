"""The Python interface: docs/api.md is true, types hold, and what goes wrong is one of its errors."""

from __future__ import annotations

import doctest
import inspect as signatures
import io
import multiprocessing
import pickle
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

import inspector
from inspector.batch.limits import KEPT_FILES
from inspector.intent import from_options
from tests.build import macho
from tests.cli.process import environment

ROOT = Path(__file__).resolve().parent.parent
RELEASE = ROOT / "samples" / "release"
PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")


def archive_of(path: Path, **members: bytes) -> Path:
    """A tar archive of these files, every one executable."""
    with tarfile.open(path, "w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), 0o755
            archive.addfile(info, io.BytesIO(content))
    return path


def test_every_example_of_the_page_is_true(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    test = doctest.DocTestParser().get_doctest(PAGE, {}, "docs/api.md", "docs/api.md", 0)
    assert len(test.examples) > 20
    said: list[str] = []
    assert doctest.DocTestRunner(verbose=False).run(test, out=said.append).failed == 0, "".join(said)


def test_the_page_tells_every_name_that_is_offered():
    words = set(re.findall(r"\w+", PAGE))
    taken_for_granted = {"Evidence", "GoBuild", "Observed", "Portability", "Recorded", "Skipped", "Waiver"}  # of fields
    assert set(inspector.__all__) - taken_for_granted <= words
    assert set(inspector.__all__) <= set(dir(inspector))
    assert all(getattr(inspector, name) is not None for name in inspector.__all__)
    with pytest.raises(AttributeError, match="module 'inspector' has no attribute 'inspekt'"):
        inspector.inspekt  # noqa: B018


def test_the_page_shows_the_signatures_as_they_are():
    for function in (inspector.inspect, inspector.inspect_all):
        parameters = [
            parameter.replace(annotation=parameter.empty)
            for parameter in signatures.signature(function).parameters.values()
        ]
        shown = re.sub(r"(?<=\w) = ", "=", str(signatures.Signature(parameters)))
        assert f"`{function.__name__}{shown} -> {function.__annotations__['return']}`" in PAGE


def test_importing_the_package_imports_nothing_else():
    script = "import sys; before = set(sys.modules); import inspector; print(*set(sys.modules) - before)"
    done = subprocess.run(
        [sys.executable, "-S", "-c", script], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["inspector"]


USER = """\
import os
from pathlib import Path

import inspector
from inspector import FileReport, Intent, Outcome, Report, Unknown, declare, inspect_all

meant: Intent = declare(goos="linux", cgo=False)
file: FileReport = inspector.inspect(Path("app"), meant, ignore=["GBI6"])
report: Report = inspect_all(["dist", Path("other")], policy="gobin-inspect.toml", profile="musl")
failed: list[Outcome] = [o for image in file.images for o in image.outcomes if o.counts]
goos = file.images[0].build.observed.goos
print(goos.reason if isinstance(goos, Unknown) else goos.upper())
try:
    inspector.inspect("app")
except inspector.NotInspectedError as error:
    print(error.name.upper(), error.kind is inspector.SkipKind.NOT_GO, error.reason.upper())
"""
CARELESS = """\
import inspector

file = inspector.inspect("app", "linux/amd64")
print(file.images[0].build.observed.goos.upper())
inspector.declare(cgo="0")
inspector.inspekt("app")
"""


@pytest.mark.wide  # mypy takes seconds to read the whole package
def test_a_type_checker_agrees_with_a_careful_user_and_warns_a_careless_one(tmp_path: Path):
    for name, script in (("careful", USER), ("careless", CARELESS)):
        (tmp_path / f"{name}.py").write_text(script)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file="]
    done = subprocess.run(
        [*command, "careful.py", "careless.py"],
        cwd=tmp_path,
        env=environment(MYPYPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    # Without the project's settings mypy minds what it need not know: the untyped libraries below the package.
    complaints = [line for line in done.stdout.splitlines() if line.startswith("care")]
    found = [re.fullmatch(r"careless\.py:(\d+): error: .*\[([a-z-]+)\]", line) for line in complaints]
    assert [(int(line[1]), line[2]) if line else None for line in found] == [
        (3, "arg-type"),
        (4, "union-attr"),
        (5, "arg-type"),
        (6, "attr-defined"),
    ]


def test_declare_takes_the_options_that_say_what_was_meant():
    assert (
        signatures.signature(inspector.declare).parameters.keys()
        == signatures.signature(from_options).parameters.keys()
    )
    meant = inspector.declare(goos="linux", goarch="arm", goarm="7", cgo=True, static=False, tags="netgo,osusergo")
    assert meant.microarch == {"GOARM": inspector.Declared("7", "argument goarm")}
    assert meant.cgo == inspector.Declared(True, "argument cgo")
    assert meant.static == inspector.Declared(False, "argument static")
    assert meant.tags == inspector.Declared(("netgo", "osusergo"), "argument tags")
    assert inspector.declare() == inspector.Intent()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"goos": "lunix"}, "--goos"),
        ({"target": "linux"}, "GOOS/GOARCH"),
        ({"goarch": "arm64", "goamd64": "v3"}, "--goamd64 is for GOARCH amd64"),
        ({"target": "plan9/386", "cgo": True}, "--cgo 1"),
    ],
)
def test_what_nobody_can_mean_is_an_intent_error(arguments: dict[str, object], said: str):
    with pytest.raises(inspector.IntentError, match=said):
        inspector.declare(**arguments)


def test_a_profile_that_contradicts_the_intent_is_an_intent_error(good: Path):
    with pytest.raises(inspector.IntentError, match="windows-10 is for windows, but argument goos says linux"):
        inspector.inspect(good, inspector.declare(goos="linux"), profile="windows-10")


def test_one_and_all_say_the_same(good: Path):
    meant = inspector.declare(target="linux/amd64", cgo=False)
    assert inspector.inspect_all([good], meant).files == (inspector.inspect(str(good), meant),)


def test_rules_are_selected_and_ignored(good: Path):
    file = inspector.inspect(good, select=["GBI1"], ignore=["wrong-goos"])
    rules = [outcome.rule for outcome in file.images[0].outcomes]
    assert "wrong-goarch" in rules
    assert "wrong-goos" not in rules
    assert {outcome.id[:4] for outcome in file.images[0].outcomes} == {"GBI1"}
    with pytest.raises(inspector.RuleNameError, match="no-such-rule"):
        inspector.inspect(good, ignore=["no-such-rule"])


def test_a_policy_is_read_where_it_is_named(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    policy = tmp_path / "gobin-inspect.toml"
    policy.write_text('ignore = ["GBI6"]\n[all]\ncgo = true\n')
    file = inspector.inspect(good, policy=policy)
    assert [outcome.rule for outcome in file.images[0].outcomes if outcome.counts] == ["wrong-cgo"]
    assert inspector.inspect(good).images[0].intent.cgo is None, "a policy is never looked for"
    policy.write_text("[all\n")
    with pytest.raises(inspector.PolicyError, match=r"gobin-inspect\.toml"):
        inspector.inspect(good, policy=policy)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("missing", inspector.SkipKind.UNREADABLE),
        ("text", inspector.SkipKind.NOT_EXECUTABLE),
        ("python", inspector.SkipKind.NOT_GO),
        ("half", inspector.SkipKind.TRUNCATED),
    ],
)
def test_what_cannot_be_inspected_raises_with_its_kind(tmp_path: Path, good: Path, name: str, kind: inspector.SkipKind):
    (tmp_path / "text").write_text("no program\n")
    (tmp_path / "python").write_bytes(Path(sys.executable).resolve().read_bytes())
    (tmp_path / "half").write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    with pytest.raises(inspector.NotInspectedError) as caught:
        inspector.inspect(tmp_path / name)
    assert (caught.value.name, caught.value.kind) == (str(tmp_path / name), kind)
    assert str(caught.value) == f"{tmp_path / name}: {kind}: {caught.value.reason}"
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again)) == (inspector.NotInspectedError, str(caught.value))


def test_an_archive_is_one_program_or_none_of_this_call(tmp_path: Path, good: Path):
    program = good.read_bytes()
    one = inspector.inspect(archive_of(tmp_path / "one.tar", app=program, README=b"no program\n"))
    assert one.members == ("app",)
    with pytest.raises(inspector.UsageError, match=r"two\.tar holds 2 programs; inspect_all takes it"):
        inspector.inspect(archive_of(tmp_path / "two.tar", app=program, tool=program))
    with pytest.raises(inspector.UsageError, match="is a directory; inspect_all takes it"):
        inspector.inspect(tmp_path)
    with pytest.raises(inspector.NotInspectedError, match=r"texts\.tar: not-go: holds no Go program"):
        inspector.inspect(archive_of(tmp_path / "texts.tar", README=b"no program\n"))
    with pytest.raises(inspector.NotInspectedError, match=r"half\.tar -> tool: truncated: "):
        inspector.inspect(archive_of(tmp_path / "half.tar", app=program, tool=program[: len(program) // 2]))


def test_half_of_a_universal_file_is_no_file(tmp_path: Path, samples):
    arm64 = samples["hello-darwin-arm64-go1.27"].path.read_bytes()
    amd64 = samples["hello-darwin-amd64-go1.27"].path.read_bytes()
    (tmp_path / "whole").write_bytes(macho.fat((0x01000007, 3, amd64), (0x0100000C, 0, arm64)))
    assert [image.build.slice for image in inspector.inspect(tmp_path / "whole").images] == ["arm64", "x86_64"]
    (tmp_path / "bad").write_bytes(macho.fat((0x01000007, 3, amd64[: len(amd64) // 2]), (0x0100000C, 0, arm64)))
    with pytest.raises(inspector.NotInspectedError, match=r"bad.*x86_64.*: truncated: "):
        inspector.inspect(tmp_path / "bad")


def test_reports_can_be_pickled():
    report = inspector.inspect_all([RELEASE], inspector.declare(cgo=False))
    assert len(report.files) == 7
    assert pickle.loads(pickle.dumps(report)) == report


def many(folder: Path, program: Path) -> Path:
    """More copies of a program than reports are held in memory."""
    for number in range(KEPT_FILES + 6):
        shutil.copyfile(program, folder / f"app{number:02}")
    return folder


def test_so_can_a_report_of_many_files_which_any_thread_may_read(tmp_path: Path, good: Path):
    folder = many(tmp_path, good)
    with ThreadPoolExecutor(1) as thread:
        report = thread.submit(inspector.inspect_all, [folder], hashes=False).result()
    again = pickle.loads(pickle.dumps(report))
    assert [file.path for file in report.files] == sorted(str(path) for path in folder.iterdir())
    assert list(again.files) == list(report.files)
    assert again.briefs == report.briefs


def test_files_are_chosen_and_judged_together_and_by_several_processes(tmp_path: Path, good: Path):
    folder = many(tmp_path, good)
    shutil.copyfile(good, folder / "app_linux_arm64")
    shutil.copyfile(good, folder / "app_linux_amd64")
    shutil.copyfile(good, folder / "app.old")
    alone = inspector.inspect_all([folder], exclude=["*.old"], hashes=True)
    assert alone.release == ()
    assert len(alone.files) == KEPT_FILES + 8
    report = inspector.inspect_all([folder], include=["app_*"], together=True)
    assert [outcome.rule for outcome in report.release if outcome.counts] == ["same-content-two-targets"]
    shared = inspector.inspect_all([folder], exclude=["*.old"], jobs=2)
    assert list(shared.files) == list(alone.files)
    with pytest.raises(inspector.UsageError, match="--include"):
        inspector.inspect_all([folder], include=["["])


class Interrupted:
    """Standard input at which someone presses Ctrl-C."""

    @property
    def buffer(self) -> Interrupted:
        return self

    def read(self, _: int) -> bytes:
        raise KeyboardInterrupt


@pytest.mark.parametrize("call", [inspector.inspect, lambda path: inspector.inspect_all([path])])
def test_an_interrupt_is_the_callers(monkeypatch: pytest.MonkeyPatch, call: Callable[[str], object]):
    monkeypatch.setattr(sys, "stdin", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        call("-")


def test_a_timer_of_the_callers_goes_on(good: Path):
    before = signal.signal(signal.SIGALRM, lambda *_: None)
    try:
        signal.setitimer(signal.ITIMER_REAL, 1000)
        inspector.inspect(good)
        assert 900 < signal.getitimer(signal.ITIMER_REAL)[0] <= 1000
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_it_runs_in_threads_and_in_processes():
    paths = sorted(RELEASE.glob("demo_*"))
    one_by_one = [inspector.inspect(path) for path in paths]
    assert len(one_by_one) == 7
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(inspector.inspect, paths)) == one_by_one
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as processes:
        assert list(processes.map(inspector.inspect, paths)) == one_by_one
        with pytest.raises(inspector.NotInspectedError, match="not-executable"):
            processes.submit(inspector.inspect, RELEASE / "checksums.txt").result()


@pytest.fixture(scope="module")
def good(samples) -> Path:
    """A static linux/amd64 program without any warning."""
    return samples["hello-linux-amd64-go1.27"].path
