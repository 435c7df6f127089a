"""Reading a recorded -ldflags."""

import pytest

from inspector.ldflags import asks_static, split, switches, variables

# The table of cmd/internal/quoted's own test (TestSplit), and what flags of real builds add.
SPLITS = [
    ("", []),
    (" ", []),
    ("a", ["a"]),
    (" a", ["a"]),
    ("a ", ["a"]),
    ("a b", ["a", "b"]),
    ("a  b", ["a", "b"]),
    ("a\tb", ["a", "b"]),
    ("a\nb", ["a", "b"]),
    ("'a b'", ["a b"]),
    ('"a b"', ["a b"]),
    ("'a '\"b \"", ["a ", "b "]),
    ("'a \"'\"'b\"", ['a "', "'b"]),
    ("\\'", ["\\'"]),
    ("''", [""]),
    ("-X=main.v='1 2'", ["-X=main.v='1", "2'"]),
    ("'-X=main.v=1 2'", ["-X=main.v=1 2"]),
    ("a 'never ends", ["a"]),
]


@pytest.mark.parametrize(("text", "fields"), SPLITS)
def test_split_as_go_does(text, fields):
    assert split(text) == fields


@pytest.mark.parametrize(
    "ldflags",
    [
        '-extldflags "-static"',
        "-extldflags '-static'",
        "-extldflags -static",
        "-extldflags=-static",
        "--extldflags=-static",
        "-s '-extldflags=-O2 -static'",
        '-s -w -linkmode external -extldflags "-static -lm"',
        '-extldflags "-lm -static-pie"',
        'all=-extldflags "-static"',
        '  ./...=-w -extldflags "-static" ',
        '-extldflags "-lm" -extldflags "-static"',
    ],
)
def test_static_is_asked(ldflags):
    assert asks_static(ldflags)


@pytest.mark.parametrize(
    "ldflags",
    [
        "",
        "-s -w",
        "-static",
        "-X main.flags=-static",
        "'-X main.flags=-extldflags -static'",
        '-extldflags "-static-libgcc"',
        '-extldflags "-Wl,-z,now"',
        '-extldflags "-static" -extldflags "-lm"',
        "-extldflags",
        "-extldflags '-static",
    ],
)
def test_static_is_not_asked(ldflags):
    assert not asks_static(ldflags)


def test_a_long_value_is_read_in_linear_time():
    assert len(split("a 'b' " * 200_000)) == 400_000


@pytest.mark.parametrize(
    ("ldflags", "expected"),
    [
        ("", {}),
        ("-s -w", {}),
        ("-X main.v=1", {"main.v": "1"}),
        ("-X=main.v=1 --X=main.w=2 --X main.x=3", {"main.v": "1", "main.w": "2", "main.x": "3"}),
        ("-X 'main.v=a b' -X \"main.w=c\"", {"main.v": "a b", "main.w": "c"}),
        ("-X runtime.godebugDefault=panicnil=1,netdns=cgo", {"runtime.godebugDefault": "panicnil=1,netdns=cgo"}),
        ("-X main.v=1 -X main.v=2", {"main.v": "2"}),
        ("-X main.v=", {"main.v": ""}),
        ("-X main.v -X", {}),
        ("all=-X main.v=1", {"main.v": "1"}),
        ("-extldflags '-X main.v=1'", {}),
    ],
)
def test_variables(ldflags, expected):
    assert variables(ldflags) == expected


@pytest.mark.parametrize(
    ("ldflags", "found"),
    [
        ("", set()),
        ("-s -w", {"s", "w"}),
        ("--s=true -w=0", {"s"}),
        ("-X main.v=1 -s", {"s"}),
        ("-extldflags -s", set()),
        ("-extldflags '-static -s' -w", {"w"}),
        ("-extldflags=-s -w", {"w"}),
        ("-H windowsgui", set()),
        ("all=-w", {"w"}),
        ("-X", set()),
        ("-s w", {"s"}),
    ],
)
def test_switches_of_the_linker(ldflags, found):
    assert switches(ldflags) == found
