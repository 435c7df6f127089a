"""A side that is a report: any JSON gives a side or one line, and a report gives what a look at the files gives."""

import io
import json
import re
import sys
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from inspector.diff.compare import compare
from inspector.diff.sides import LARGEST, side
from inspector.errors import UsageError
from inspector.model import Severity
from inspector.reports import View, json_v1
from tests.diff.sides import RENDERERS, build, cut_off, file, outcome, read, written
from tests.reports import made
from tests.reports.test_hostile import HOSTILE


def never(path):
    raise AssertionError(f"{path} was inspected")


def hostile(path="d/app", number=1):
    """A report with everything hostile that a file may choose."""
    said = f"{number} {HOSTILE}"
    program = build(
        program=said,
        go_version=f"go1.27.{said}",
        interpreter=said,
        needed=(said,),
        rpath=(said,),
        tags=(said,),
        glibc_floor=said,
        settings={said: said, "-ldflags": said},
        deps={said: said, f"example.com/{HOSTILE}": said},
    )
    shown = replace(outcome(HOSTILE, severity=Severity.WARNING), message=said)
    files = (file(f"{path} {HOSTILE}.zip", program, shown, members=(HOSTILE, "b")), file(f"{path} {HOSTILE}"))
    return made.report(*files, skipped=[cut_off(f"{path}-{said}", said)])


MAKERS = [made.warned, made.universal, made.release, made.unread, hostile]


def report_text(report) -> str:
    out = io.StringIO()
    json_v1.render(report, out, View())
    return out.getvalue()


def read_text(path, text: str | bytes):
    path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    return side(str(path), lambda _: True, never)


@pytest.mark.parametrize("make", MAKERS)
def test_a_report_is_read_as_what_it_was_written_from(make, tmp_path):
    report = make()
    written_then = read_text(tmp_path / "report.json", report_text(report))
    now = side("no/such/file", lambda _: True, lambda _: report)
    assert written_then.written
    assert (written_then.rows, written_then.release, written_then.judged) == (now.rows, now.release, now.judged)
    harmless = {"not-executable", "not-go"}
    assert written_then.unseen == tuple(row for row in now.unseen if row.kind not in harmless)


@pytest.mark.parametrize("prefix", ["", "\ufeff", " \n\t\r"])
def test_blanks_and_a_mark_before_a_report_do_no_harm(prefix, tmp_path):
    assert read_text(tmp_path / "report.json", prefix + report_text(made.release())).rows


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "no report of gobin-inspect: Object missing required field `schema_version`"),
        ("[]", "no report of gobin-inspect: Expected `object`, got `array`"),
        ("{", "no report of gobin-inspect: Input data was truncated"),
        ('{"schema_version": 1}', "no report of gobin-inspect: Object missing required field `tool`"),
        (
            '{"schema_version": 2, "tool": {"name": "x", "version": "9"}}',
            "schema version 2; this gobin-inspect reads version 1",
        ),
        ('{"schema_version": 1, "tool": {"name": "x", "version": "9"}}', "missing required field `files`"),
        ('{"schema_version": "1", "tool": {"name": "x", "version": "9"}}', "Expected `int`, got `str`"),
        ('{"a": "\\ud800"}', "no report of gobin-inspect"),
        (b'{"a": "\xff"}', "no report of gobin-inspect"),
        ("[" * 100_000, "no report of gobin-inspect"),
        ('{"schema_version": 1, "x": ' + "[" * 100_000, "no report of gobin-inspect"),
    ],
)
def test_json_that_is_no_report_is_refused_in_one_line(text, said, tmp_path):
    with pytest.raises(UsageError) as caught:
        read_text(tmp_path / "x.json", text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_modules_replaced_by_modules_without_end_are_refused(tmp_path):
    document = json.loads(report_text(made.warned()))
    text = json.dumps(document).replace(
        '"deps": []', '"deps": [' + '{"path":"a","version":null,"sum":null,"replace":' * 50_000
    )
    with pytest.raises(UsageError):
        read_text(tmp_path / "x.json", text)


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"PK\x03\x04", b"\x1f\x8b", b"hello"])
def test_what_is_no_json_is_inspected(content, tmp_path):
    path = tmp_path / "x"
    path.write_bytes(content)
    asked = []

    def inspect(path):
        asked.append(path)
        return made.report(file("x"))

    assert not side(str(path), lambda _: True, inspect).written
    assert asked == [str(path)]


def test_a_directory_and_a_path_to_nothing_are_inspected(tmp_path):
    for path in (tmp_path, tmp_path / "nothing", "nul\0byte"):
        assert side(str(path), lambda _: True, lambda _: made.report(file("x"))).rows


def test_a_report_beyond_the_bound_is_refused(tmp_path):
    path = tmp_path / "x.json"
    with path.open("wb") as out:
        out.write(b"{")
        out.truncate(4096)
    assert LARGEST == 2 * 1024**3
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("inspector.diff.sides.LARGEST", 4095)
        with pytest.raises(UsageError, match="is larger than"):
            side(str(path), lambda _: True, never)


def test_a_report_comes_from_standard_input(monkeypatch):
    text = report_text(made.release()).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(text))))
    assert side("-", lambda _: True, never).written


def test_only_wanted_rules_are_read(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(report_text(made.release()), encoding="utf-8")
    found = side(str(path), lambda rule: rule == "wrong-goarch", never)
    assert found.judged == {"wrong-goarch"}
    assert {rule for row in found.rows for rule in row.findings} == {"wrong-goarch"}


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def compared_or_refused(old: bytes, new: bytes, tmp_path_factory) -> None:
    """Compare two texts as reports: all formats can tell the difference, or a line says what is wrong."""
    folder = tmp_path_factory.mktemp("sides", numbered=True)
    said: list[str] = []
    sides = []
    for name, text in (("old", old), ("new", new)):
        try:
            sides.append(read_text(folder / name, text))
        except UsageError as error:
            said.append(str(error))
    assert "".join(said).isprintable()
    if said:
        return
    found = compare(*sides, Severity.ERROR)
    for name in RENDERERS:
        text = written(found, name, verbose=True)
        assert [c for c in text if not c.isprintable() and c != "\n"] == []


@given(JSON)
def test_any_json_is_a_side_or_one_line(tmp_path_factory, value):
    compared_or_refused(b" {" + json.dumps(value).encode()[1:], json.dumps({"a": value}).encode(), tmp_path_factory)


PLAIN = json.loads(report_text(made.release()))


@given(st.data())
def test_a_report_with_anything_in_the_place_of_anything_is_a_side_or_one_line(tmp_path_factory, data):
    document = json.loads(json.dumps(PLAIN))
    at: Any = document
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(at[key], (dict, list)) or not at[key] or data.draw(st.integers(0, 4)) == 0:
            break
        at = at[key]
    at[key] = data.draw(JSON | st.just(HOSTILE.replace("\udcff", "")) | st.just("9" * 5000))
    text = json.dumps(document).encode()
    compared_or_refused(text, json.dumps(PLAIN).encode(), tmp_path_factory)
    compared_or_refused(json.dumps(PLAIN).encode(), text, tmp_path_factory)


@given(st.integers(0, len(json.dumps(PLAIN)) - 1))
def test_a_report_that_was_cut_off_is_one_line(tmp_path_factory, end):
    text = json.dumps(PLAIN).encode()[:end]
    if text:
        with pytest.raises(UsageError):
            read_text(tmp_path_factory.mktemp("cut", numbered=True) / "x.json", text)


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize("colour", [False, True])
def test_nothing_unprintable_comes_out(name, colour):
    old = side("no/such/old", lambda _: True, lambda _: hostile())
    new = side("no/such/new", lambda _: True, lambda _: hostile("e/app", 2))
    text = written(compare(old, new, Severity.NOTE), name, verbose=True, colour=colour)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", text) if colour else text
    assert "0;title" in bare
    assert [c for c in bare if not c.isprintable() and c != "\n"] == []
    assert not any(line.startswith("warning fake") for line in bare.splitlines())


def test_the_side_is_decoded_as_the_reports_own_types_have_it(tmp_path):
    """A fact of the wrong kind is no fact: nothing of a report is taken on trust."""
    document = json.loads(report_text(made.release()))
    document["files"][0]["images"][0]["observed"]["linkage"] = "quite static"
    with pytest.raises(UsageError, match="linkage"):
        read_text(tmp_path / "x.json", json.dumps(document))
    assert msgspec.json.decode(json.dumps(PLAIN), type=json_v1.Document)


def test_rows_that_could_not_be_read_have_places(tmp_path):
    found = read_text(
        tmp_path / "x.json",
        report_text(made.report(file("d/app_1.0.zip", members=("app",)), skipped=[cut_off("d/tool_1.0.zip")])),
    )
    assert [row.place for row in found.unseen] == [("tool.zip",)]
    assert [row.place for row in found.rows] == [("app.zip", "app")]
    assert read("x", file("d/app")).rows[0].place == ("app",)
