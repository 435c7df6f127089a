"""Hostile strings are spelled out, and nothing else is touched."""

import json

import pytest

from inspector.reports.safe import json_neutral, neutral, undecoded


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("app-1.2_x86 é 日本.exe", "app-1.2_x86 é 日本.exe"),
        ("C:\\dist\\app", "C:\\dist\\app"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("bell\x07", r"bell\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("exe.\u202ecod", r"exe.\u202ecod"),
        ("two\nlines\r\t", r"two\x0alines\x0d\x09"),
        ("no\u00a0break\u2028\u200b", r"no\xa0break\u2028\u200b"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("byte\udcff", r"byte\xff"),
        ("half\ud800", r"half\ud800"),
        ("::error::fake", r"\x3a:error::fake"),
        ("a,::stop-commands::x", r"a,\x3a:stop-commands::x"),
        ("std::vector C:::x a:b 1:2", "std::vector C:::x a:b 1:2"),
        (":::error::", r"\x3a::error::"),
        ("a ##[add-mask]b", r"a \x23#[add-mask]b"),
        ("###[error] ##vso[task.setvariable]", r"#\x23#[error] \x23#vso[task.setvariable]"),
        ("# ## ##x #[", "# ## ##x #["),
    ],
)
def test_what_is_unprintable_is_spelled_out(raw, shown):
    assert neutral(raw) == shown
    assert neutral(shown) == shown


def test_undecoded_touches_bytes_that_were_no_utf8_alone():
    assert undecoded("a\udc80\udcffé\x1b") == "a\\x80\\xffé\x1b"


@pytest.mark.parametrize(
    "text", ["\x9b\u202e\x7f", "\U000e0041", "é日本", 'quote " and \\', "\\##[add-mask]x", "::error::x"]
)
def test_json_means_the_same_after_neutralising(text):
    safe = json_neutral(json.dumps({"a": text}, ensure_ascii=False))
    assert json.loads(safe) == {"a": text}
    assert safe.isprintable()


def test_json_holds_no_command_to_a_ci_system():
    safe = json_neutral(json.dumps({"a": "x ##[add-mask]y ##vso[task.setvariable]"}))
    assert "##" not in safe
