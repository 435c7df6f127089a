"""What was meant for each program: the order of what declares something, and who claims a program."""

from typing import Any

import pytest

from inspector.intent import Plan, from_options
from inspector.model import Declared, Dist, GoBuild, Intent, Policy, PolicyTarget, Row
from tests.build.facts import darwin, go_build, wasm, windows


def declared(source: str, **values: Any) -> Intent:
    """An intent of one source; ``microarch`` is a dict of plain values."""
    levels = {key: Declared(value, source) for key, value in values.pop("microarch", {}).items()}
    return Intent(**{key: Declared(value, source) for key, value in values.items()}, microarch=levels)


def target(number: int, goos: str, goarch: str, *files: str, **more: Any) -> PolicyTarget:
    source = f"policy p.toml:targets[{number}]"
    intent = declared(source, goos=goos, goarch=goarch, **more)
    return PolicyTarget(name=f"{goos}/{goarch}", source=source, files=files, intent=intent)


def policy(*targets: PolicyTarget, everything: Intent | None = None) -> Policy:
    return Policy(path="p.toml", everything=everything or Intent(), targets=targets)


def listed(path: str, goos: str, goarch: str, **more: Any) -> Row:
    intent = declared("artifacts.json", goos=goos, goarch=goarch, **more)
    return Row(path=path, name=path, target=f"{goos}_{goarch}", intent=intent)


def dist(directory: str, *rows: Row, intent: Intent | None = None) -> Dist:
    ordered = tuple(sorted(rows, key=lambda row: row.path))
    return Dist(directory=directory, source=f"{directory}/artifacts.json", intent=intent or Intent(), rows=ordered)


def claimant(plan: Plan, path: str = "app", build: GoBuild | None = None, *members: str, name: str = "") -> str | None:
    """The number of the policy's target that claims a program; None when the policy has it unclaimed."""
    meant = plan.meant(path, members, (("file name", name or path),), build or go_build())
    assert len(meant.claimed_by) + len(meant.unclaimed_by) == 1
    return meant.claimed_by[0].removeprefix("policy p.toml:targets") if meant.claimed_by else None


# --- the order ---------------------------------------------------------------------------------------------

NAMES = (("file name", "app_linux_arm64"),)
LEVEL = declared("option --goamd64", microarch={"GOAMD64": "v3"})


def test_without_any_declaration_the_names_speak():
    meant = Plan().meant("app_linux_arm64", (), NAMES, go_build())
    assert (meant.intent.goarch.value, meant.intent.goarch.source) == ("arm64", "file name")
    assert (meant.claimed_by, meant.unclaimed_by) == ((), ())


def test_each_source_gives_way_to_the_ones_before_it():
    sources = {
        "option --goarch": {"declared": declared("option --goarch", goarch="386")},
        "profile": {"profile": declared("profile", goarch="riscv64", libc="musl")},
        "policy p.toml:targets[0]": {"policy": policy(target(0, "linux", "s390x", "app_*", libc="glibc", cgo=False))},
        "artifacts.json": {"dists": (dist("/d", listed("/d/app_linux_arm64", "linux", "loong64", static=False)),)},
        "file name": {},
    }
    for skipped in range(len(sources)):
        given = list(sources.items())[skipped:]
        plan = Plan(**{key: value for _, part in given for key, value in part.items()})
        assert plan.meant("/d/app_linux_arm64", (), NAMES, go_build()).intent.goarch.source == given[0][0]
    every = Plan(**{key: value for part in sources.values() for key, value in part.items()})
    intent = every.meant("/d/app_linux_arm64", (), NAMES, go_build()).intent
    assert {key: getattr(intent, key).source for key in ("goarch", "libc", "cgo", "static")} == {
        "goarch": "option --goarch",
        "libc": "profile",
        "cgo": "policy p.toml:targets[0]",
        "static": "artifacts.json",
    }


def test_a_profile_of_another_system_says_nothing_of_what_a_list_or_a_name_says():
    plan = Plan(
        profile=declared("profile", goos="linux", static=True),
        dists=(dist("/d", listed("/d/app", "windows", "amd64")),),
    )
    assert plan.meant("/d/app", (), (("file name", "app"),), windows()).intent.static is None
    assert plan.meant("/x/app", (), (("file name", "app"),), windows()).intent.static.value is True
    assert plan.meant("/x/app.exe", (), (("file name", "app_windows_amd64"),), windows()).intent.static is None


def test_what_holds_for_all_holds_for_what_no_target_claims():
    plan = Plan(policy=policy(target(0, "linux", "arm64"), everything=declared("policy p.toml:all", trimpath=True)))
    meant = plan.meant("app", (), (("file name", "app"),), go_build())
    assert meant.intent == declared("policy p.toml:all", trimpath=True)
    assert meant.unclaimed_by == ("policy p.toml",)


# --- a policy's targets ------------------------------------------------------------------------------------


def test_a_target_without_files_claims_what_is_for_its_port():
    plan = Plan(policy=policy(target(0, "linux", "arm64"), target(1, "linux", "amd64"), target(2, "darwin", "arm64")))
    assert claimant(plan) == "[1]"
    assert claimant(plan, build=darwin()) == "[2]"
    assert claimant(plan, build=windows()) is None


def test_what_was_meant_counts_before_what_a_program_is():
    # So that the wrong program under the right name is that target's, and wrong.
    plan = Plan(policy=policy(target(0, "linux", "amd64"), target(1, "linux", "arm64")))
    assert claimant(plan, "app_linux_arm64") == "[1]"
    by_list = dist("/d", listed("/d/app", "linux", "arm64"))
    meant = Plan(policy=plan.policy, dists=(by_list,)).meant("/d/app", (), (("file name", "app"),), go_build())
    assert meant.claimed_by == ("/d/artifacts.json", "policy p.toml:targets[1]")
    assert claimant(Plan(policy=plan.policy, declared=declared("option --goarch", goarch="arm64"))) == "[1]"
    assert claimant(plan, "app_windows_amd64") is None


def test_a_glob_claims_whatever_the_program_is_for():
    plan = Plan(policy=policy(target(0, "linux", "arm64", "/srv/app"), target(1, "linux", "amd64")))
    assert claimant(plan, "/srv/app") == "[0]"
    assert claimant(plan, "/srv/app", windows()) == "[0]"
    assert claimant(plan, "/srv/other") == "[1]"


def test_among_several_globs_the_port_decides_then_their_order():
    both = policy(target(0, "linux", "arm64", "*.zip"), target(1, "linux", "amd64", "*.zip"))
    plan = Plan(policy=both)
    assert claimant(plan, "a.zip", go_build(), "app") == "[1]"
    assert claimant(plan, "a.zip", windows(), "app") == "[0]"


def test_a_target_with_files_claims_nothing_else():
    assert claimant(Plan(policy=policy(target(0, "linux", "amd64", "dist/*")))) is None


def test_among_targets_of_one_port_the_level_decides():
    levels = [target(number, "linux", "amd64", microarch={"GOAMD64": f"v{number + 1}"}) for number in range(3)]
    plan = Plan(policy=policy(*levels))
    assert claimant(plan, build=go_build(settings={"GOAMD64": "v3"})) == "[2]"
    assert claimant(plan, build=go_build(settings={"GOAMD64": None})) == "[0]"
    assert claimant(plan, "app_linux_amd64_v2", go_build(settings={"GOAMD64": "v3"})) == "[1]"
    # Nobody meant level 4, and the level it was built for is then wrong for the first target.
    assert claimant(plan, build=go_build(settings={"GOAMD64": "v4"})) == "[0]"


def test_a_level_that_an_option_declares_wins_over_the_one_of_the_only_target():
    plan = Plan(declared=LEVEL, policy=policy(target(0, "linux", "amd64", microarch={"GOAMD64": "v1"})))
    assert claimant(plan) == "[0]"
    assert plan.meant("app", (), (), go_build()).intent.microarch == LEVEL.microarch
    two = policy(*(target(number, "linux", "amd64", microarch={"GOAMD64": f"v{number + 2}"}) for number in range(2)))
    assert claimant(Plan(declared=LEVEL, policy=two)) == "[1]"


def test_levels_are_the_same_however_they_are_spelled():
    plan = Plan(policy=policy(target(0, "linux", "arm", microarch={"GOARM": "7,hardfloat"})))
    build = go_build(observed={"goarch": "arm"}, settings={"GOARCH": "arm", "GOARM": "7", "GOAMD64": None})
    assert claimant(plan, "app_linux_armv7", build) == "[0]"
    assert claimant(plan, "app_linux_armv6", build) is None


def test_what_could_not_be_read_is_claimed_by_its_path_or_its_names():
    plan = Plan(policy=policy(target(0, "linux", "arm64"), target(1, "linux", "amd64", "special")))
    assert plan.target_of("x", (), (("file name", "app_linux_arm64"),)) == plan.policy.targets[0]
    assert plan.target_of("special", (), (("file name", "special"),)) == plan.policy.targets[1]
    assert plan.target_of("x", (), (("file name", "x"),)) is None
    by_list = Plan(policy=plan.policy, dists=(dist("/d", listed("/d/x", "linux", "arm64")),))
    assert by_list.target_of("/d/x", (), (("file name", "x"),)) == plan.policy.targets[0]
    assert Plan().target_of("x", (), ()) is None


# --- a release's list --------------------------------------------------------------------------------------


def by_list(plan: Plan, path: str, build: GoBuild | None = None, *members: str) -> tuple[str, str | None]:
    """Whether a list claims a program, and the processor it says it is for."""
    meant = plan.meant(path, members, (("file name", "x"),), build or go_build())
    assert len(meant.claimed_by) + len(meant.unclaimed_by) == 1
    goarch = meant.intent.goarch
    return "claimed" if meant.claimed_by else "unclaimed", goarch.value if goarch else None


@pytest.fixture
def release(tmp_path, monkeypatch):
    """A directory with a list of three files, and the current directory above it."""
    folder = tmp_path / "dist"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    directory = str(folder.resolve())
    rows = [listed(f"{directory}/{name}", "linux", arch) for name, arch in (("a", "arm64"), ("b.zip", "386"))]
    bundle = listed(f"{directory}/App.app", "darwin", "arm64")
    return Plan(dists=(dist(directory, *rows, bundle, intent=declared("metadata.json", revision="abcd")),))


@pytest.mark.parametrize("path", ["dist/a", "./dist/a", "link/a", "dist/../dist/a", "link/../dist/a"])
def test_a_row_is_found_however_the_path_is_spelled(release, tmp_path, path):
    (tmp_path / "link").symlink_to("dist")
    assert by_list(release, path) == ("claimed", "arm64")
    assert by_list(release, str(tmp_path / path)) == ("claimed", "arm64")


def test_what_an_archive_or_a_bundle_holds_belongs_to_its_row(release):
    assert by_list(release, "dist/b.zip", go_build(), "x/app") == ("claimed", "386")
    assert by_list(release, "dist/App.app/Contents/MacOS/app", darwin()) == ("claimed", "arm64")
    assert by_list(release, "dist/App.apple") == ("unclaimed", None)


def test_what_stands_in_the_directory_without_a_row_is_unclaimed_and_of_the_release(release):
    assert by_list(release, "dist/c") == ("unclaimed", None)
    meant = release.meant("dist/c", (), (("file name", "c"),), go_build())
    assert meant.intent == declared("metadata.json", revision="abcd")


@pytest.mark.parametrize("path", ["a", "distribution/a", "../dist/a", "-"])
def test_a_list_says_nothing_of_what_is_elsewhere(release, path):
    meant = release.meant(path, (), (("file name", "x"),), go_build())
    assert (meant.intent, meant.claimed_by, meant.unclaimed_by) == (Intent(), (), ())


def test_standard_input_is_in_no_directory(release, monkeypatch):
    monkeypatch.chdir("dist")
    assert release.meant("-", (), (), go_build()).unclaimed_by == ()
    assert by_list(release, "./-") == ("unclaimed", None)


def test_the_innermost_list_counts():
    outer, inner = dist("/d", listed("/d/v1/app", "linux", "386")), dist("/d/v1", listed("/d/v1/app", "linux", "arm"))
    for lists in ((outer, inner), (inner, outer)):
        assert by_list(Plan(dists=lists), "/d/v1/app") == ("claimed", "arm")
        assert by_list(Plan(dists=lists), "/d/app") == ("unclaimed", None)


def test_of_two_rows_for_one_path_the_one_for_the_programs_port_counts():
    rows = (listed("/d/app", "linux", "arm64"), listed("/d/app", "linux", "amd64"))
    assert by_list(Plan(dists=(dist("/d", *rows),)), "/d/app") == ("claimed", "amd64")
    assert by_list(Plan(dists=(dist("/d", *rows),)), "/d/app", windows()) == ("claimed", "arm64")


def test_a_directory_whose_name_does_not_print(tmp_path):
    directory = str(tmp_path / "no\u00a0break\n")
    plan = Plan(dists=(dist(directory, listed(f"{directory}/app", "linux", "arm64")),))
    assert by_list(plan, str(tmp_path / "no\\u00a0break\\x0a" / "app")) == ("claimed", "arm64")


# --- what cannot be meant together --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "row", "build", "kept"),
    [
        ({"goamd64": "v3"}, ("linux", "arm64"), go_build(observed={"goarch": "arm64"}), {"microarch"}),
        ({"cgo": "1"}, ("js", "wasm"), wasm(), {"cgo"}),
        ({"goos": "windows"}, ("linux", "s390x"), go_build(observed={"goarch": "s390x"}), {"goos"}),
        ({"goarch": "386"}, ("darwin", "arm64"), darwin(), {"goarch"}),
        ({"buildmode": "pie"}, ("js", "wasm"), wasm(), {"buildmode"}),
    ],
)
def test_options_and_a_list_that_contradict_each_other_are_told_by_rules(options, row, build, kept):
    said = from_options(**options)
    both = policy(target(0, *row, cgo=False, microarch={"GOARM64": "v8.0"}))
    for plan in (
        Plan(declared=said, dists=(dist("/d", listed("/d/app", *row)),)),
        Plan(declared=said, policy=both),
    ):
        intent = plan.meant("/d/app", (), (("file name", "app_linux_amd64"),), build).intent
        assert {key: getattr(intent, key) for key in kept} == {key: getattr(said, key) for key in kept}
