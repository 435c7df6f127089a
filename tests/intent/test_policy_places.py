"""On which line of a policy a key is, which tomllib does not tell."""

import tomllib

import pytest

from inspector.intent import policy_places
from inspector.intent.policy import LARGEST
from inspector.intent.policy_places import line_of, spelled
from tests.intent.policies import refused

DOCUMENT = '''\
# a comment with [[targets]] in it
[all]
module = """
[[targets]]
cgo = 1
"""
"quoted key" = 1
go = "1.27"   # go = 2

[[targets]]
target = "linux/amd64"

[[targets]]
target = "linux/arm64"
files = [
  "a",  # ]
  """
b""",
  "c"]
optional = \'\'\'
\'\'\'

[profiles]
x.goos = "linux"
x.absent = ["zones",
  "users"]
y = { goos = "linux", absent = [
  "zones",
  "users",
] }
[profiles.z]
nested = [{a = [[1,
  2], [
  3]]}]
'''


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("all",), 2),
        (("all", "module"), 3),
        (("all", "quoted key"), 7),
        (("all", "go"), 8),
        (("targets",), 10),
        (("targets", 0), 10),
        (("targets", 0, "target"), 11),
        (("targets", 1), 13),
        (("targets", 1, "target"), 14),
        (("targets", 1, "files"), 15),
        (("targets", 1, "files", 0), 16),
        (("targets", 1, "files", 1), 17),
        (("targets", 1, "files", 2), 19),
        (("targets", 1, "optional"), 20),
        (("profiles",), 23),
        (("profiles", "x", "goos"), 24),
        (("profiles", "x", "absent", 1), 26),
        (("profiles", "y", "goos"), 27),
        (("profiles", "y", "absent", 0), 28),
        (("profiles", "y", "absent", 1), 29),
        (("profiles", "z"), 31),
        (("profiles", "z", "nested"), 32),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["unix", "dos"])
def test_each_key_is_on_the_line_where_a_reader_finds_it(place, line, ending):
    document = DOCUMENT.replace("\n", ending)
    assert tomllib.loads(document)
    assert line_of(document, place) == line


def test_every_line_of_a_long_file_is_found():
    document = "".join(f'[[targets]]\ntarget = "linux/amd64"\nfiles = ["{n}"]\n\n' for n in range(60))
    assert [line_of(document, ("targets", n, "files")) for n in range(60)] == [4 * n + 3 for n in range(60)]


def test_a_search_that_would_take_long_is_given_up(monkeypatch):
    """Lines that nothing closes in the middle: with as many as a policy may have, each would have to be tried."""
    deep = "a = [[[[[\n" + "1,\n" * 20 + "]]]]]\nb = 1\n"
    assert line_of(deep, ("b",)) == 23
    monkeypatch.setattr(policy_places, "_BUDGET", 10_000)
    assert line_of(deep, ("b",)) is None


def test_the_last_line_of_the_largest_file_is_found():
    document = f"# {'x' * 100}\n" * (LARGEST // 103)
    assert line_of(f"{document}cgo = 1", ("cgo",)) == document.count("\n") + 1


def test_a_place_is_spelled_as_one_would_write_it():
    assert spelled(("targets", 0, "cgo")) == "targets[0].cgo"
    assert spelled(("profiles", "glibc-2.28", "goos")) == 'profiles."glibc-2.28".goos'
    assert spelled(("all", "\x1b[2J\nx")) == "all.\"'\\x1b[2J\\nx'\""
    assert len(spelled(("all", "x" * 5000))) < 80


@pytest.mark.parametrize(
    "text",
    [
        '"\\u001b]0;x\\u0007" = 1',
        '[all]\n"\\u202Etxt" = 1',
        '[all]\ngo = "\\u001b[31m\\n1"',
        '[all]\nlibc = "a\\r\\nb"',
        '[[targets]]\ntarget = "linux/\\u2028"',
        '[severity]\n"\\u009b31m" = "note"',
        '[[waivers]]\nrule = "\\u001b"\nartifact = "x"\nreason = "x"',
        '[profiles."\\u001b"]\nextends = "\\u001b[0m"',
        '[all]\nprofile = "\\u0085"',
        "\u202e = 1",
        "a = \x1b",
    ],
)
def test_nothing_in_a_message_moves_a_terminal(text):
    assert refused(text).startswith("gobin-inspect.toml:")
