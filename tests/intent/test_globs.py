"""A policy's globs: gitignore's patterns on paths as reports show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.errors import IntentError
from inspector.intent.globs import Globs, accepted
from inspector.intent.places import is_below, located


@pytest.fixture
def project(tmp_path, monkeypatch):
    folder = tmp_path / "project"
    (folder / "dist").mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("pattern", "path", "members"),
    [
        ("dist/app", "dist/app", ()),
        ("dist/app", "./dist/app", ()),
        ("dist/app", "dist//x/../app", ()),
        ("/dist/app", "dist/app", ()),
        ("dist", "dist/app", ()),
        ("dist/", "dist/app", ()),
        ("app", "dist/app", ()),
        ("*.exe", "dist/app.exe", ()),
        ("dist/*_linux_*", "dist/app_linux_arm64", ()),
        ("**/app", "dist/a/b/app", ()),
        ("dist/a.zip", "dist/a.zip", ("app.exe",)),
        ("*.exe", "dist/a.zip", ("app.exe",)),
        ("dist/a.zip/app.exe", "dist/a.zip", ("app.exe",)),
        ("dist/a.tar.gz/app", "dist/a.tar.gz", ("./app",)),
        ("dist/*.zip/inner.zip/app", "dist/a.zip", ("inner.zip", "app")),
        ("linux/arm64", "linux/arm64", ()),  # a target, as missing-target names it
    ],
)
def test_matches(project, pattern, path, members):
    assert Globs(str(project)).matches(pattern, path, members)


@pytest.mark.parametrize(
    ("pattern", "path", "members"),
    [
        ("dist/app", "other/dist/app", ()),
        ("/app", "dist/app", ()),
        ("dist/app", "dist/app2", ()),
        ("*.exe", "dist/app", ()),
        ("dist/*/app", "dist/app", ()),
        ("dist/*", "app", ()),
        ("a.zip/app.exe", "dist/a.zip", ("app.exe",)),
        ("!dist/app", "dist/app", ()),
        ("# dist/app", "dist/app", ()),
    ],
)
def test_does_not_match(project, pattern, path, members):
    assert not Globs(str(project)).matches(pattern, path, members)


def test_a_path_is_taken_from_the_policys_directory_and_from_the_current_one(project, monkeypatch):
    monkeypatch.chdir(project / "dist")
    globs = Globs(str(project))
    assert globs.matches("/dist/app", "app")
    assert globs.matches("/dist/app", "../dist/app")
    assert globs.matches("/app", "app")
    assert globs.matches("/dist/app", str(project / "dist" / "app"))
    assert not globs.matches("/project/dist/app", "app")


@pytest.mark.usefixtures("project")
def test_a_policy_elsewhere_and_an_artifact_elsewhere(tmp_path):
    globs = Globs(str(tmp_path / "policies"))
    assert globs.matches("/dist/app", "dist/app")
    assert globs.matches("app", "/srv/app")
    assert globs.matches("/srv/app", "/srv/app")
    assert not globs.matches("/app", "/srv/app")


def test_directories_that_are_links(project, tmp_path):
    # macOS: /tmp is /private/tmp, which is what the current directory is called.
    (tmp_path / "short").symlink_to("project")
    (project / "latest").symlink_to("dist")
    globs = Globs(str(project))
    assert globs.matches("/dist/app", str(tmp_path / "short" / "dist" / "app"))
    assert globs.matches("/dist/app", "latest/app")
    assert globs.matches("/latest/app", "latest/app")
    assert Globs(str(tmp_path / "short")).matches("/dist/app", str(project / "dist" / "app"))


@pytest.mark.usefixtures("project")
def test_names_are_matched_as_reports_show_them(tmp_path, monkeypatch):
    odd = tmp_path / "no\u00a0break"
    (odd / "dist").mkdir(parents=True)
    shown = str(tmp_path / "no\\u00a0break" / "dist" / "app")
    assert Globs(str(odd)).matches("/dist/app", shown)
    monkeypatch.chdir(odd)
    assert Globs(".").matches("/dist/app", "dist/app")
    assert Globs(".").matches("a\\\\x0ab", "dist/a\\x0ab")


def test_located_is_one_name_for_one_file(project, tmp_path, monkeypatch):
    (tmp_path / "short").symlink_to("project")
    (project / "dist" / "current").symlink_to("app")
    place = str((project / "dist" / "app").resolve())
    paths = ["dist/app", "./dist/../dist/app", str(tmp_path / "short" / "dist" / "app")]
    assert {located(path) for path in paths} == {place}
    monkeypatch.chdir(project / "dist")
    assert located("app") == place
    assert located(located("app")) == place
    # A link is listed, and reported, by its own name.
    assert located("current") == str((project / "dist").resolve() / "current")


def test_is_below():
    assert is_below("/a/b", "/a")
    assert is_below("/a/b", "/a/")
    assert is_below("/a", "/")
    assert not is_below("/a", "/a")
    assert not is_below("/ab", "/a")


@pytest.mark.parametrize("pattern", ["dist/*", "*.exe", "a[bc]", "[[a]", "a**b", "\\!x", " x"])
def test_a_glob_that_can_match_is_accepted(pattern):
    assert accepted(pattern, "here") == pattern


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("", "here: '' matches nothing, as .gitignore reads it"),
        (" ", "here: ' ' matches nothing"),
        ("!dist/app", "here: !dist/app matches nothing"),
        ("# dist", "here: # dist matches nothing"),
        ("/", "here: / matches nothing"),
        ("!", "here: ! matches nothing"),
        ("//", "here: // matches nothing"),
        ("dist//app", "here: dist//app matches nothing"),
        ("./dist/app", "here: ./dist/app matches nothing: a glob begins at the policy's directory or at the current"),
        ("../dist/**", "here: ../dist/** matches nothing: a glob begins at the policy's directory"),
        (".", "here: . matches nothing"),
        ("[", "here: [ is no glob as .gitignore has them"),
        ("a\\", "here: a\\ is no glob as .gitignore has them"),
        ("[z-a]", "here: [z-a] is no glob as .gitignore has them"),
    ],
)
def test_one_that_cannot_is_refused(pattern, why):
    with pytest.raises(IntentError) as error:
        accepted(pattern, "here")
    assert str(error.value).startswith(why)


@given(st.text(max_size=12) | st.text("!#*?[]a-z^\\/ \n", max_size=12))
def test_any_text_is_a_glob_or_refused(pattern):
    refused = refusal(pattern)
    assert refused is None or refused.isprintable()
    assert refused is not None or Globs(".").matches(pattern, "dist/app") in {True, False}


def refusal(pattern: str) -> str | None:
    try:
        accepted(pattern, "here")
    except IntentError as error:
        return str(error)
    return None
