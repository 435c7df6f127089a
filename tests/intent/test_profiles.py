"""Profiles: data that makes sense, precedence, and which artifacts one is for."""

import msgspec
import pytest

from inspector.errors import IntentError
from inspector.intent import from_environment, from_names, from_options, from_profile, merge, suiting
from inspector.intent.profiles import Profile, profiles
from inspector.model import Declared, Intent
from inspector.ports import known_goos

NOTHING = Intent()
each_profile = pytest.mark.parametrize("name", list(profiles()))


def test_the_built_in_ones():
    assert set(profiles()) == {
        "static-scratch",
        "glibc-2.17",
        "glibc-2.28",
        "glibc-2.35",
        "musl",
        "android",
        "macos-26",
        "windows-10",
    }


@each_profile
def test_each_declares_something_that_can_be_meant(name):
    profile = profiles()[name]
    assert profile.title
    assert profile.source
    assert profile.goos in known_goos()
    assert profile.libc in {None, "glibc", "musl", "bionic"}
    assert (profile.glibc is not None) == (profile.libc == "glibc")
    assert set(profile.absent or ()) <= {"zones", "ca-roots", "users"}
    assert merge(from_profile(name, NOTHING)) != NOTHING


def test_every_key_but_the_words_is_a_key_of_what_was_meant():
    assert set(Profile.__struct_fields__) - {"title", "source"} <= set(Intent.__struct_fields__)


def test_values_name_their_profile():
    assert from_profile("static-scratch", NOTHING) == Intent(
        goos=Declared("linux", "option --profile static-scratch"),
        static=Declared(True, "option --profile static-scratch"),
        absent=Declared(("zones", "ca-roots", "users"), "option --profile static-scratch"),
    )
    assert from_profile("glibc-2.28", NOTHING) == Intent(
        goos=Declared("linux", "option --profile glibc-2.28"),
        libc=Declared("glibc", "option --profile glibc-2.28"),
        glibc=Declared("2.28", "option --profile glibc-2.28"),
    )
    assert from_profile("android", NOTHING) == Intent(
        goos=Declared("android", "option --profile android"),
        libc=Declared("bionic", "option --profile android"),
        page_size=Declared(16384, "option --profile android"),
    )


def test_options_then_environment_then_profile_then_names():
    declared = merge(from_options(static=False), from_environment({"GOOS": "linux", "GOARCH": "386"}))
    names = from_names([("file name", "app_linux_amd64")])
    merged = merge(declared, suiting(from_profile("static-scratch", declared), names), names)
    assert merged.static == Declared(False, "option --no-static")
    assert merged.goos == Declared("linux", "environment GOOS")
    assert merged.goarch == Declared("386", "environment GOARCH")
    assert merged.absent == Declared(("zones", "ca-roots", "users"), "option --profile static-scratch")
    undeclared = merge(suiting(from_profile("static-scratch", NOTHING), names), names)
    assert undeclared.goos == Declared("linux", "option --profile static-scratch")
    assert undeclared.goarch == Declared("amd64", "file name", by_name=True)


@pytest.mark.parametrize(
    ("file", "applies"),
    [("app", True), ("app_windows_amd64.exe", True), ("app_linux_amd64", False), ("app-darwin-arm64", False)],
)
def test_a_file_named_for_another_system_is_not_what_the_profile_is_about(file, applies):
    profile = from_profile("windows-10", NOTHING)
    assert suiting(profile, from_names([("file name", file)])) == (profile if applies else NOTHING)


@pytest.mark.parametrize(
    ("declared", "says"),
    [
        (from_options(goos="linux"), "--profile windows-10 is for windows, but --goos says linux"),
        (from_environment({"GOOS": "darwin"}), "--profile windows-10 is for windows, but environment GOOS says darwin"),
    ],
)
def test_another_system_declared_is_a_contradiction(declared, says):
    with pytest.raises(IntentError) as raised:
        from_profile("windows-10", declared)
    assert str(raised.value) == says


def test_a_processor_its_system_never_had_is_a_contradiction():
    declared = from_options(goarch="mips")
    with pytest.raises(IntentError, match="no Go release has windows/mips"):
        merge(declared, from_profile("windows-10", declared))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("static-scrach", "did you mean static-scratch?"),
        ("MUSL", "did you mean musl?"),
        ("glibc-2.27", "did you mean glibc-2."),
        ("zzz", "there are: static-scratch, glibc-2.17,"),
        ("", "there are: static-scratch,"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name, hint):
    with pytest.raises(IntentError, match="--profile: no profile is called") as raised:
        from_profile(name, NOTHING)
    assert hint in str(raised.value)


def test_a_profile_takes_no_key_it_does_not_know():
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"title": "x", "source": "y", "colour": "red"}', type=Profile)
