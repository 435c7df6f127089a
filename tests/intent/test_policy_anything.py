"""Any text at all is a policy or gives one clear line."""

import contextlib
import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inspector.errors import PolicyError
from inspector.intent.policy import load, parse
from inspector.intent.policy_keys import ALL, POLICY, PROFILE, TARGET, WAIVER
from inspector.model import Policy
from inspector.rules import all_rules, named
from tests.intent.policies import FILE
from tests.intent.tomls import dumped

WORDS = st.sampled_from(
    [
        *("linux/amd64", "linux/arm64", "windows/386", "darwin/arm64", "js/wasm", "linux/arm", "plan9/386", "linux"),
        *("v1", "v3", "7", "6,softfloat", "v8.0", "1.27", "2.28", "10.0", "musl", "glibc", "embedded", "absent", "pie"),
        *("glibc-2.28", "static-scratch", "mine", "yours", "error", "note", "20 MiB", "gui", "codesign", "abcdef0"),
        *(
            "*.exe",
            "dist/**",
            "zones",
            "2027-01-31",
            "example.com/app",
            "off",
            "latest",
            "\x1b[2J",
            "a\nb",
            "\u202e",
            "",
        ),
        *(word for rule in all_rules()[:5] for word in (rule.name, rule.id)),
        *("GBI1", "GBI9", "nothing"),
    ]
)
SCALARS = (
    WORDS
    | st.text(max_size=8)
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates(min_value=datetime.date(1, 1, 1))
    | st.datetimes()
    | st.times()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)


def tables(table):
    """A table with some of its keys, seldom one that it has not, and values that fit more often than not."""
    names = st.sampled_from([key.name for key in table.keys])
    return st.dictionaries(st.one_of(*[names] * 9, st.text(max_size=6)), st.booleans() | WORDS | VALUES, max_size=6)


NAMES = st.sampled_from(["mine", "yours", "musl", "a.b", ""])
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "all": tables(ALL),
        "targets": st.lists(tables(TARGET), max_size=4),
        "severity": st.dictionaries(WORDS, WORDS, max_size=3),
        "select": st.lists(WORDS, max_size=3),
        "ignore": st.lists(WORDS, max_size=3),
        "waivers": st.lists(tables(WAIVER), max_size=3),
        "profiles": st.dictionaries(NAMES, tables(PROFILE), max_size=3),
    },
) | st.dictionaries(st.sampled_from([key.name for key in POLICY.keys]) | st.text(max_size=6), VALUES, max_size=4)


def policy_or_line(text):
    try:
        policy = parse(text, FILE, named)
    except PolicyError as error:
        line = str(error)
        assert line.isprintable(), "one line, nothing in it that moves a terminal's cursor"
        assert line.startswith(f"{FILE}:")
        assert len(line) < 600
        return None
    assert isinstance(policy, Policy)
    return policy


@settings(max_examples=200)
@given(DOCUMENTS)
@example({"all": {"max-size": 2**70}})
@example({"all": {"go": float("nan")}})
@example({"profiles": {"mine": {"extends": "mine"}}})
@example({"targets": [[]]})
@example({"targets": [{"target": "linux/amd64", "goamd64": "v1\n"}]})
def test_any_document_is_a_policy_or_one_line(document):
    policy_or_line(dumped(document))


@settings(max_examples=200)
@given(st.text(alphabet=st.sampled_from("[]{}=\"'.,#\\\n\r\t alcgo10-_:\x00\x1b\u202eé")) | st.text())
@example("[[[")
@example("a.b.c = 1\na.b = 2")
@example('"""')
@example("[all]\n[all.go]\n")
def test_any_text_is_a_policy_or_one_line(text):
    policy_or_line(text)


@settings(max_examples=200)
@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbf[all]")
@example(b"\xff\xfe[\x00")
def test_any_bytes_are_a_policy_or_one_line(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(data)
    with contextlib.suppress(PolicyError):
        assert isinstance(load(str(path), named), Policy)


@settings(max_examples=60)
@given(st.data())
def test_a_good_policy_with_one_defect_names_its_line(data):
    """Whatever stands before and behind it, on however many lines."""
    filler = st.sampled_from(
        [
            "# [[targets]]",
            "",
            '[[targets]]\nfiles = ["{n}",\n"x"]',
            '[profiles.p{n}]\ntitle = """\n[all]\n"""\ngoos="linux"',
        ]
    )
    before = [text.format(n=n) for n, text in enumerate(data.draw(st.lists(filler, max_size=8)))]
    behind = [text.format(n=100 + n) for n, text in enumerate(data.draw(st.lists(filler, max_size=8)))]
    defect = data.draw(
        st.sampled_from(["trimpth = true", "go = 1.27", 'buildmode = """\npies"""', "symbols = [\n1,\n]"])
    )
    text = "\n".join([*before, "[all]", defect, *behind])
    line = "\n".join([*before, "[all]"]).count("\n") + 2
    with pytest.raises(PolicyError, match=rf"^{FILE}:{line}: all\."):
        parse(text, FILE, named)
