"""Names: the file's, the archive's, the directory's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector import ports
from inspector.intent import from_names
from inspector.model import Intent
from tests.intent.release_names import DIRECTORIES, PUBLISHED, SILENT


def said(intent: Intent) -> tuple[str | None, str | None, str | None]:
    """(GOOS, GOARCH, level) of an intent."""
    levels = [f"{key}={level.value}" for key, level in intent.microarch.items()]
    assert len(levels) < 2
    return (
        intent.goos.value if intent.goos else None,
        intent.goarch.value if intent.goarch else None,
        levels[0] if levels else None,
    )


def of_file(name: str) -> tuple[str | None, str | None, str | None]:
    return said(from_names([("file name", name)]))


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_name_says_what_its_project_means(name):
    assert of_file(name) == PUBLISHED[name]


def test_there_are_enough_of_them():
    assert len(PUBLISHED) >= 120


@pytest.mark.parametrize("name", DIRECTORIES)
def test_a_directory_says_what_its_maker_means(name):
    assert said(from_names([("file name", "app"), ("directory name", name)])) == DIRECTORIES[name]


@pytest.mark.parametrize("name", SILENT)
def test_a_name_without_a_target_is_silent(name):
    assert from_names([("file name", name)]) == Intent()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("app-linux-arm64", ("linux", "arm64", None)),
        ("app_1.2.3_windows_386.exe", ("windows", "386", None)),
        ("app_linux_amd64_v1", ("linux", "amd64", "GOAMD64=v1")),
        ("app-darwin-universal", ("darwin", None, None)),
        ("linux-to-windows-tool-linux-amd64", ("linux", "amd64", None)),
        ("app-linux-amd64-windows-arm64", ("windows", "arm64", None)),
        ("app-darwin-amd64-arm64", ("darwin", None, None)),
        ("app-linux_x86_64_v3", ("linux", "amd64", "GOAMD64=v3")),
        ("app-x86-64-v2-linux", ("linux", "amd64", "GOAMD64=v2")),
        ("app-linux-arm-7.1", ("linux", "arm", None)),
        ("app-linux-amd64-v2.0.1", ("linux", "amd64", None)),
        ("APP-LINUX-AMD64", ("linux", "amd64", None)),
        ("app linux amd64", ("linux", "amd64", None)),
        ("app+linux~amd64", ("linux", "amd64", None)),
        ("app-linuxarm64", ("linux", "arm64", None)),
        ("app-macos13-arm64", ("darwin", "arm64", None)),
        ("app-mac-arm", ("darwin", None, None)),
        ("app-win-x64.exe", ("windows", "amd64", None)),
        ("app-win32.exe", ("windows", "386", None)),
        ("app-x86_64-pc-win32.zip", ("windows", "amd64", None)),
        ("app-arm64-win32.exe", ("windows", "arm64", None)),
        ("app-win32-arm64.exe", ("windows", "arm64", None)),
        ("app-linux-armv8", ("linux", None, None)),
        ("app-arm64v8", (None, "arm64", None)),
        ("app-linux-arm64v8", ("linux", "arm64", None)),
        ("app-Linux_aarch64", ("linux", "arm64", None)),
        ("app_linux_loongarch64", ("linux", "loong64", None)),
        ("app-linux-ppc64el", ("linux", "ppc64le", None)),
        ("app-wasip1.wasm", ("wasip1", "wasm", None)),
    ],
)
def test_spellings(name, expected):
    assert of_file(name) == expected


WORDS = ["linux", "win32", "mac", "js", "x86", "64", "arm", "v7", "386", "amd64", "v3", "wasm", "all", "1", "_", "/"]
KNOWN = [pair for pair in ports.all_ports() if ports.is_known(*pair)]


@pytest.mark.parametrize(
    "template", ["app_1.2.3_{}_{}.tar.gz", "app-{}-{}", "{}_{}", "app.{}.{}.exe", "v1.2.3-{}-{}.zip"]
)
@pytest.mark.parametrize("pair", KNOWN, ids="/".join)
def test_every_port_is_read_as_go_spells_it(pair, template):
    assert of_file(template.format(*pair)) == (*pair, None)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["file name", "archive name", "directory name"]),
            st.one_of(
                st.text(max_size=40),
                st.lists(
                    st.sampled_from(WORDS),
                    max_size=8,
                ).map("-".join),
            ),
        ),
        max_size=6,
    )
)
def test_whatever_names_say_is_a_target_of_a_known_release(names):
    intent = from_names(names)
    goos, goarch, level = said(intent)
    if goos and goarch:
        assert ports.is_known(goos, goarch)
    assert goos is None or goos in ports.known_goos()
    assert goarch is None or goarch in ports.known_goarch()
    if level:
        assert level.split("=")[0] == {"arm": "GOARM", "amd64": "GOAMD64"}[goarch]
    sources = {value.source for value in (intent.goos, intent.goarch) if value}
    assert sources <= {source for source, _ in names}


def test_every_value_names_its_source_and_is_by_name():
    intent = from_names([("file name", "app"), ("archive name", "app_linux_armv7.tar.gz")])
    assert {intent.goos.source, intent.goarch.source, intent.microarch["GOARM"].source} == {"archive name"}
    assert intent.goos.by_name
    assert intent.goarch.by_name
    assert intent.microarch["GOARM"].by_name


def test_the_nearest_name_wins_per_value():
    intent = from_names([("file name", "app-linux"), ("archive name", "app-linux-arm64.zip")])
    assert (intent.goos.source, intent.goarch.source) == ("file name", "archive name")
    assert said(intent) == ("linux", "arm64", None)


def test_a_name_that_contradicts_a_nearer_one_is_ignored_whole():
    intent = from_names([("file name", "app-linux"), ("directory name", "windows_arm64")])
    assert said(intent) == ("linux", None, None)


@pytest.mark.parametrize("directory", ["esbuild-android-64-0.14.40", "app_linux_amd64", "linux", "win32-x64"])
def test_a_wasm_file_is_for_no_other_processor_than_its_extension_says(directory):
    assert said(from_names([("file name", "esbuild.wasm"), ("directory name", directory)])) == (None, None, None)
    assert said(from_names([("file name", "esbuild"), ("directory name", directory)])) != (None, None, None)


def test_a_wasm_file_is_what_a_directory_for_wasm_says():
    names = [("file name", "app.wasm"), ("directory name", "app_js_wasm")]
    assert said(from_names(names)) == ("js", "wasm", None)


def test_names_that_make_no_port_together_are_not_put_together():
    intent = from_names([("file name", "app-windows"), ("directory name", "s390x")])
    assert said(intent) == ("windows", None, None)


def test_a_level_comes_with_its_own_processor_only():
    intent = from_names([("file name", "app-linux-arm64"), ("directory name", "app_linux_arm_7")])
    assert said(intent) == ("linux", "arm64", None)


@pytest.mark.parametrize(
    ("directories", "expected"),
    [
        (["arm", "linux"], ("linux", "arm", None)),
        (["386", "windows", "1.2.3"], ("windows", "386", None)),
        (["v7", "arm", "linux"], ("linux", "arm", "GOARM=7")),
        (["bin", "arm", "linux"], ("linux", "arm", None)),
        (["wasm", "js"], ("js", "wasm", None)),
        (["amd64", "linux"], ("linux", "amd64", None)),
        (["linux", "amd64"], ("linux", "amd64", None)),
        (["arm", "tools"], (None, None, None)),
        (["arm", "darwin"], ("darwin", None, None)),  # not a port since Go 1.15: the pair is ignored, not its parts
    ],
)
def test_directories_that_spell_a_target_together(directories, expected):
    names = [("file name", "app"), *(("directory name", name) for name in directories)]
    assert said(from_names(names)) == expected


def test_only_directories_side_by_side_spell_together():
    names = [("file name", "app"), ("directory name", "arm"), ("archive name", "x.zip"), ("directory name", "linux")]
    assert said(from_names(names)) == ("linux", None, None)


@pytest.mark.parametrize("unit", ["linux-amd64-", "x86_64_", "a", "1.", "linux", "ß", "-"])
def test_an_endless_name_is_not_looked_at(unit):
    assert from_names([("file name", unit * (65536 // len(unit)))]) == Intent()


def test_the_longest_name_a_file_system_allows_is_read():
    assert of_file("l" * 243 + "-linux-arm64") == ("linux", "arm64", None)


def test_endless_nesting_is_bounded():
    names = [("directory name", "x")] * 100_000 + [("archive name", "app-linux-amd64.zip")]
    assert from_names(names) == Intent()
