"""The oldest systems of every Go release."""

import itertools

import pytest

from inspector.osfloors import _table, floor, last_release, ordered, requirement
from inspector.ports import all_ports, known_releases, parse_span, within
from scripts.check_os_floors import says, sentences

# Each from the release notes of the release that changed it (go.dev/doc/go1.N, Ports), first and last release.
NOTES = [
    ("darwin", "amd64", 10, "10.8"),
    ("darwin", "amd64", 11, "10.10"),
    ("darwin", "amd64", 16, "10.12"),
    ("darwin", "amd64", 17, "10.13"),
    ("darwin", "amd64", 20, "10.13"),
    ("darwin", "amd64", 21, "10.15"),
    ("darwin", "amd64", 22, "10.15"),
    ("darwin", "amd64", 23, "11.0"),
    ("darwin", "amd64", 24, "11.0"),
    ("darwin", "amd64", 25, "12.0"),
    ("darwin", "amd64", 27, "13.0"),
    ("darwin", "arm64", 16, "11.0"),
    ("darwin", "arm64", 21, "11.0"),
    ("darwin", "arm64", 26, "12.0"),
    ("ios", "arm64", 18, "12.0"),
    ("windows", "amd64", 2, "5.0"),
    ("windows", "386", 10, "5.1"),
    ("windows", "386", 11, "6.1"),
    ("windows", "amd64", 20, "6.1"),
    ("windows", "amd64", 21, "10.0"),
    ("windows", "arm64", 17, "10.0"),
    ("linux", "amd64", 17, "2.6.23"),
    ("linux", "amd64", 23, "2.6.32"),
    ("linux", "arm64", 24, "3.2"),
    ("linux", "loong64", 23, "5.19"),
    ("linux", "ppc64", 26, "3.2"),
    ("linux", "ppc64", 27, "3.13"),
    ("freebsd", "amd64", 12, "10.3"),
    ("freebsd", "arm64", 14, "12.0"),
    ("freebsd", "amd64", 19, "12.2"),
    ("openbsd", "amd64", 10, "6.0"),
    ("netbsd", "amd64", 9, "6.0"),
    ("aix", "ppc64", 12, "7.2"),
]


@pytest.mark.parametrize(("goos", "goarch", "minor", "version"), NOTES)
def test_the_floor_is_that_of_the_release_notes(goos, goarch, minor, version):
    assert floor(goos, minor, goarch) == version


def test_the_source_and_the_name_come_with_it():
    found = requirement("darwin", 21, "amd64")
    assert found is not None
    assert (found.name, found.source) == ("macOS 10.15 Catalina", "Go 1.21 release notes")


def test_without_an_architecture_it_is_what_every_port_needs():
    assert floor("darwin", 21) == "10.15"
    assert floor("linux", 27) == "3.2"


@pytest.mark.parametrize(
    ("goos", "goarch", "minor"),
    [
        ("android", "arm64", 27),  # Go names no least Android
        ("darwin", "arm64", 15),  # iOS, until GOOS=ios came
        ("darwin", "arm", 10),
        ("ios", "arm64", 17),
        ("solaris", "amd64", 2),  # no such port yet
        ("js", "wasm", 27),
        ("nosuch", "amd64", 27),
    ],
)
def test_where_go_names_none_there_is_none(goos, goarch, minor):
    assert floor(goos, minor, goarch) is None


def test_a_release_after_the_table_needs_no_less():
    assert floor("darwin", 99, "amd64") == "13.0"
    assert floor("windows", 99, "amd64") == "10.0"


def test_no_floor_ever_falls():
    for name in _table().floors:
        goos, _, goarch = name.partition("/")
        found = [floor(goos, minor, goarch or None) for minor in range(30)]
        known = [ordered(version) for version in found if version]
        assert known == sorted(known), name


def test_one_row_holds_for_one_release():
    for name, rows in _table().floors.items():
        for minor in range(30):
            assert sum(within(parse_span(row.releases), minor) for row in rows) <= 1, (name, minor)


def test_the_table_knows_every_release_and_port_that_the_ports_table_knows():
    assert within(parse_span(_table().known), known_releases()[-1])
    for name in _table().floors:
        goos, _, goarch = name.partition("/")
        assert any(goos == known and goarch in {"", arch} for known, arch in all_ports()), name


@pytest.mark.parametrize(
    ("goos", "goarch", "version", "last"),
    [
        ("windows", "amd64", "6.1", 20),  # Go 1.21 release notes: Windows 10 at least
        ("windows", "386", "6.3", 20),
        ("windows", "386", "5.1", 10),
        ("windows", "amd64", "4.0", None),
        ("windows", "arm64", "6.1", None),
        ("darwin", "amd64", "10.14", 20),
        ("darwin", "arm64", "11.0", 24),
        ("darwin", "arm64", "10.15", None),
        ("android", "arm64", "14", None),
    ],
)
def test_the_last_release_that_runs_on_an_older_system(goos, goarch, version, last):
    assert last_release(goos, version, goarch) == last


def test_the_newest_release_runs_on_a_system_of_the_future():
    assert last_release("darwin", "99", "arm64") == known_releases()[-1]


def test_versions_compare_as_numbers():
    rising = ["2.6.23", "2.6.32", "3.2", "3.13", "10.9", "10.10", "10.15", "11", "11.0.1", "12.0"]
    assert all(ordered(a) < ordered(b) for a, b in itertools.pairwise(rising))
    assert ordered("11") == ordered("11.0") == ordered("11.0.0")
    with pytest.raises(ValueError, match="invalid literal"):
        ordered("any")


# Sentences of go.dev/doc/go1.21, go1.11, go1.19 and go1.10.
@pytest.mark.parametrize(
    ("sentence", "name", "said"),
    [
        ("Go 1.21 requires macOS 10.15 Catalina or later", "macOS 10.15 Catalina", True),
        ("Go 1.21 requires macOS 10.15 Catalina or later", "macOS 10.1 Puma", False),
        ("OpenBSD 6.2 or later, macOS 10.10 Yosemite or later", "OS X 10.10 Yosemite", True),
        ("OpenBSD 6.2 or later, macOS 10.10 Yosemite or later", "FreeBSD 10.10", False),
        ("Minimum kernel version supported is 5.19.", "Linux 5.19", True),
        ("Go now runs on NetBSD again but requires the unreleased NetBSD 8.", "NetBSD 8.0", True),
    ],
)
def test_the_script_knows_a_sentence_that_names_a_system(sentence, name, said):
    assert says(sentence, name) is said


def test_the_script_reads_pages_as_people_do(tmp_path):
    page = tmp_path / "go1.13.md"
    page.write_text(
        "## Ports\n\nGo 1.13 [now](go1.12#darwin) requires\nmacOS 10.11 <!-- CL 1 --> or later;\nnot before."
    )
    assert sentences(page) == ["## Ports", "Go 1.13 now requires macOS 10.11 or later;", "not before."]
