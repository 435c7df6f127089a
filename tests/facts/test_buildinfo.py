"""Build info in both encodings, its text, and what only looks like it."""

import pytest

import formats
from formats import Unknown, Window
from inspector.facts.buildinfo import BuildInfo, parse_text, read_build_info, unquote
from inspector.model import Module
from tests.build.elf import Elf
from tests.build.gotables import framed, inline_blob, pointer_blob

TEXT = "path\texample.com/app\nmod\texample.com/app\t(devel)\t\nbuild\tGOOS=linux\n"


def info_of(elf: Elf) -> BuildInfo | Unknown:
    (image,) = formats.read(Window.of_bytes(elf.build()))
    return read_build_info(image)


@pytest.mark.parametrize("named", [True, False], ids=["section", "writable data"])
def test_the_inline_encoding(named):
    elf = Elf()
    blob = inline_blob("go1.27.3", framed(TEXT))
    at = elf.add(blob)
    if named:
        elf.section(".go.buildinfo", 1, at, len(blob))
    elf.load_all()
    info = info_of(elf)
    assert info.recorded.go_version == "go1.27.3"
    assert info.recorded.settings == {"GOOS": "linux"}
    assert info.recorded.main == Module(path="example.com/app", version="(devel)", sum=None, replace=None)
    assert info.offset == at
    assert not info.points_at_runtime


@pytest.mark.parametrize(("bits", "order"), [(64, "little"), (64, "big"), (32, "little"), (32, "big")])
def test_the_pointer_encoding(bits, order):
    elf = Elf(bits=bits, order=order)
    at = pointer_blob(elf, "go1.14.2", framed(TEXT))
    elf.load_all()
    info = info_of(elf)
    assert info.recorded.go_version == "go1.14.2"
    assert info.recorded.path == "example.com/app"
    assert info.offset == at
    assert info.points_at_runtime


def test_read_only_data_is_no_record():
    elf = Elf()
    elf.add(inline_blob("go1.27.3", framed(TEXT)))
    elf.load_all(flags=4)
    assert info_of(elf) == Unknown("no build info")


def test_a_hit_with_module_text_is_preferred_to_an_earlier_one_without():
    elf = Elf()
    elf.add(inline_blob("go1.20", b""))
    elf.add(inline_blob("go1.27.3", framed(TEXT)))
    elf.load_all()
    assert info_of(elf).recorded.go_version == "go1.27.3"


@pytest.mark.parametrize("version", ["", "1.27.3", "\x1b[31mgo1.27", "go"])
def test_an_implausible_version_is_a_look_alike(version):
    elf = Elf()
    elf.add(inline_blob(version, framed(TEXT)))
    elf.load_all()
    assert info_of(elf) == Unknown("no build info")


def test_lengths_past_the_end_are_a_look_alike():
    elf = Elf()
    elf.add(b"\xff Go buildinf:\x08\x02" + bytes(16) + b"\xff\xff\xff\xff\x7f")
    elf.load_all()
    assert info_of(elf) == Unknown("no build info")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("path\tx\n" + "dep\ta\tv1\n" * 20_000, "build info of 20001 lines is over the limit of 20000"),
        ("path\t" + "x" * (2 << 20) + "\n", "build info of 2097190 bytes is over the limit of 2097152"),
    ],
    ids=["lines", "bytes"],
)
def test_more_than_any_program_records_is_not_read(text, reason):
    elf = Elf()
    elf.add(inline_blob("go1.27.3", framed(text)))
    elf.load_all()
    assert info_of(elf) == Unknown(reason)


def test_settings_without_the_sentinels_are_not_the_go_commands():
    elf = Elf()
    elf.add(inline_blob("go1.27.3", TEXT.encode() * 3))
    elf.load_all()
    assert info_of(elf).recorded.settings == {}


def test_modules_and_their_replacements():
    record = parse_text(
        "go1.27",
        "path\tx\nmod\tx\tv1.2.3\th1:m=\ndep\ta\tv1.0.0\th1:a=\ndep\tb\tv2.0.0\n=>\t./local\t(devel)\t\n",
    )
    assert record.deps == (
        Module(path="a", version="v1.0.0", sum="h1:a=", replace=None),
        Module(
            path="b",
            version="v2.0.0",
            sum=None,
            replace=Module(path="./local", version="(devel)", sum=None, replace=None),
        ),
    )
    assert record.main.sum == "h1:m="


@pytest.mark.parametrize(
    ("line", "key", "value"),
    [
        ("-trimpath=true", "-trimpath", "true"),
        ('-ldflags="-s -w -X main.v=1"', "-ldflags", "-s -w -X main.v=1"),
        (r'-ldflags="-X \"main.v=a b\""', "-ldflags", '-X "main.v=a b"'),
        ('"odd key"=1', "odd key", "1"),
        ("CGO_CFLAGS=", "CGO_CFLAGS", ""),
        ("-tags=`a b`", "-tags", "a b"),
        ("a=b=c", "a", "b=c"),
    ],
)
def test_settings_are_unquoted(line, key, value):
    assert parse_text("go1.27", f"build\t{line}\n").settings == {key: value}


@pytest.mark.parametrize(
    ("quoted", "plain"),
    [
        (r'"a\tb\n"', "a\tb\n"),
        (r'"\u00e9\U0001F600"', "é😀"),
        (r'"\xc3\xa9"', "é"),
        (r'"\xff"', r"\xff"),
        (r'"\\ \""', '\\ "'),
        (r'"\ud800"', "\ufffd"),
        ('"', '"'),
        ("plain", "plain"),
    ],
)
def test_go_quoting(quoted, plain):
    assert unquote(quoted) == plain
