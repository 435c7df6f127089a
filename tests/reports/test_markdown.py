"""The Markdown report, as a renderer of GitHub's Markdown shows it."""

import re
from functools import partial
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace

from inspector.model import Evidence, Status
from inspector.reports.fitting import COMMENT
from inspector.reports.markdown import document, render
from inspector.reports.prose import LONGEST, code, html_code, prose
from inspector.reports.safe import neutral
from tests.reports import made
from tests.reports.gates import CUT, GATES, LINUX, MISSING, WAIVED, ZIP, many, one
from tests.reports.test_hostile import poisoned

MARKDOWN = MarkdownIt("gfm-like", {"html": True})
OURS = {"p", "strong", "code", "ul", "li", "details", "summary", "table", "thead", "tbody", "tr", "th", "td"}
HOSTILE = [
    "a|b",
    "a\\|b|c",
    "`x`",
    "``",
    "``` ` ```",
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "</code></summary></details><b>x</b>",
    "<!-- -->",
    "[x](http://evil.example)",
    "![x](http://evil.example/x.png)",
    "[x]: http://evil.example",
    "<http://evil.example>",
    "http://evil.example/x",
    "www.evil.example",
    "(www.evil.example).",
    "a@evil.example",
    "@octocat",
    "cc @org/team, please",
    "#123",
    "org/repo#1",
    "GH-12",
    "gh-12 GL-3",
    "!1 ~label %mile &epic $x$",
    "*bold* **bold** _em_ ~~no~~ :smile:",
    "&lt;b&gt; &#64;x &amp;",
    "a\n\n# head\n\n- x",
    "| a | b |",
    "\\",
    "a\\",
    "\\`x\\`",
    "- [ ] x",
    "1. x",
    "+ x",
    "=== x",
    "/close",
    "é日本\u202e\x1b[31m\udcff",
    " ",
]
CALLS = re.compile(r"[@#!~%&$][\w]|\bG[HL]-\d", re.IGNORECASE)
"""What calls a person, an issue or a label on GitHub or GitLab, in text that is no code."""


class Page(HTMLParser):
    """The tags of a page, its cells by rows, its text, and that in and out of code."""

    def __init__(self, markdown):
        super().__init__()
        self.tags, self.attributes, self.rows, self.codes, self.rest, self.text = [], [], [], [], "", ""
        self._in_code = False
        self.feed(MARKDOWN.render(markdown))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.extend(attrs)
        if tag == "code":
            self._in_code = True
            self.codes.append("")
        elif tag == "tr":
            self.rows.append(0)
        elif tag == "td":
            self.rows[-1] += 1

    def handle_endtag(self, tag):
        self._in_code = self._in_code and tag != "code"

    def handle_comment(self, data):
        self.tags.append(f"<!-- {data}")

    def handle_data(self, data):
        self.text += data
        if self._in_code:
            self.codes[-1] += data
        else:
            self.rest += data


written = partial(made.written, render)


def first_line(report):
    return written(report).splitlines()[0]


def everywhere(name):
    """A report that has a name in every place."""
    finding = made.outcome(
        "wrong-goarch", "GBI102", Status.FAIL, message=name, evidence=[Evidence(name, name)], fix=name
    )
    build = made.go_build(observed={"goos": name, "linkage": name})
    waived = replace(finding, waiver=replace(WAIVED.waiver, reason=name, source=name))
    report = made.report(
        made.file(name, made.image(build, finding, waived), members=(name,)),
        skipped=[replace(CUT, path=name, reason=name)],
    )
    return replace(report, release=(finding,), threshold=GATES["verify"].report.threshold)


def test_the_first_line_is_the_verdict():
    assert first_line(GATES["warned"].report) == "⚠️ **gobin-inspect** inspected 1 artifact: 1 with warnings"
    assert first_line(GATES["error"].report) == (
        "❌ **gobin-inspect** inspected 4 artifacts: 1 failed, 3 ok; the release as a whole failed; 1 not inspected"
    )
    assert first_line(GATES["nothing"].report) == "❌ **gobin-inspect** inspected nothing"
    assert first_line(GATES["waived"].report) == (
        "✅ **gobin-inspect** verified 1 binary for 1 target: 0 as meant, 1 of which nothing was declared"
    )
    assert first_line(GATES["crash"].report) == "❌ **gobin-inspect** inspected 1 artifact: 1 failed"


def test_the_verdict_of_the_gate_names_what_failed_in_words():
    assert first_line(GATES["verify"].report).startswith("❌ **gobin-inspect** verified 4 binaries for ")
    assert "dist/app.zip -> app.exe: wrong-goarch" in first_line(GATES["verify"].report)


def test_a_verdict_that_names_too_much_counts():
    names = [f"dist/{'x_' * 180}{n}" for n in range(9)]
    report = made.report(*(made.file(name, made.image(None, made.WRONG)) for name in names), skipped=[CUT])
    strict = replace(report, threshold=GATES["verify"].report.threshold)
    assert first_line(strict) == "❌ **gobin-inspect** inspected 9 artifacts: 9 failed; 1 not inspected"


def test_what_fails_comes_first_in_the_table():
    lines = [line for line in written(GATES["error"].report).splitlines() if line.startswith("| ")]
    assert lines == [
        "| verdict | artifact | target | cgo | linkage | findings |",
        f"| ❌ fails | `{ZIP}` | linux/amd64 | no | static | **wrong-goarch**, tzdata-missing |",
        "| ✅ ok | `dist/app-darwin (arm64)` | darwin/arm64 | no | dynamic | 1 waived |",
        f"| ✅ ok | `{LINUX}` | linux/amd64 | no | static | 1 note |",
        "| ✅ ok | `dist/app_plan9` | linux/amd64 | no | static |  |",
    ]


def test_a_finding_has_its_evidence_and_its_fix_folded():
    text = written(GATES["error"].report)
    assert (
        "<details><summary>❌ <code>dist/app.zip -&gt; app.exe</code></summary>\n\n"
        "- ❌ **wrong-goarch** (GBI102, error): built for amd64, but 386 was meant (file name)\n"
        "  - COFF machine: `0x8664 (amd64)` at 0x84\n"
        "  - recorded GOARCH: `amd64` at 0x1c4010\n"
        "  - fix: GOARCH=386 go build ...\n"
        "- **tzdata-missing** (GBI501, warning): Windows has no zone database for Go to read\n"
    ) in text


def test_what_fails_comes_first_in_an_artifact():
    text = written(one(made.NOTE, made.ZONES, made.WRONG))
    assert re.findall(r"^- (.*?)\*\* ", text, re.MULTILINE) == ["❌ **wrong-goarch", "**tzdata-missing", "**dirty-tree"]


def test_the_release_what_was_not_inspected_and_waivers_have_parts_of_their_own():
    text = written(GATES["error"].report)
    assert (
        "\n**The release as a whole**\n\n- ❌ **missing-target** (GBI701, error): 1 of 5 targets is missing\n" in text
    )
    assert "\n**Not inspected**\n\n- ❌ `dist/cut.tar.gz`: truncated: the archive ends inside a member\n" in text
    waived = "wrong-goarch (GBI102): ships in May (policy `p.toml:waivers[0]` until 2027-05-01)"
    assert f"\n**Waived**\n\n- `dist/app-darwin (arm64)`: {waived}\n" in text
    assert "README" not in text
    healthy = written(one(made.PASSED))
    assert [part for part in ("release", "Not inspected", "Waived", "details") if part in healthy] == []


@pytest.mark.parametrize("name", GATES)
@pytest.mark.parametrize("change", [lambda report: report, poisoned], ids=["as it is", "hostile"])
def test_the_page_is_ours(name, change):
    report = change(GATES[name].report)
    page = Page(written(report))
    assert set(page.tags) <= OURS
    assert page.attributes == []
    images = sum(len(file.images) for file in report.files)
    assert page.rows[1:] == [6] * images
    assert page.tags.count("details") <= images


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text(name):
    page, harmless = Page(written(everywhere(name))), Page(written(everywhere("name")))
    assert set(page.tags) <= OURS
    assert page.attributes == []
    assert page.rows == harmless.rows == [0, 6]
    for tag in OURS - {"code"}:
        assert page.tags.count(tag) == harmless.tags.count(tag), tag
    assert CALLS.search(page.rest) is None
    shown = neutral(f"{name} -> {name}")
    assert shown in page.codes, "in <summary>, as it is"
    assert shown.replace("`", r"\x60").replace("|", r"\x7c") in page.codes, "in the table"


def plain(text):
    """Text without blanks, and without what the renderer is not shown."""
    return re.sub(r"\s", "", neutral(text).replace("`", r"\x60").replace("|", r"\x7c"))


TEXTS = st.text(st.characters() | st.sampled_from("`|<>[]()@#!*_~&\\/:.w- "), max_size=LONGEST // 8)


@given(TEXTS)
def test_any_text_in_a_sentence_is_text(text):
    page = Page(f"- x {prose(text)} x")
    assert set(page.tags) <= {"ul", "li", "code"}
    assert "".join(page.tags).count("li") == 1
    assert CALLS.search(page.rest) is None


@given(TEXTS)
def test_a_sentence_says_what_it_said(text):
    assert re.sub(r"\s", "", Page(f"x {prose(text)}").text) == f"x{plain(text)}"


@given(TEXTS)
def test_any_text_as_code_is_code(text):
    page = Page(f"| a | b |\n|---|---|\n| {code(text)} | x |\n\n<details><summary>{html_code(text)}</summary>\n")
    assert page.rows == [0, 2]
    shown = neutral(text)
    cell, summary = page.codes
    assert summary == shown
    assert cell.strip() == (shown.replace("`", r"\x60").replace("|", r"\x7c").strip() or ("" if text else '""'))


@pytest.mark.parametrize("say", [code, prose, html_code])
def test_a_string_is_cut(say):
    assert len(say("x" * 10_000)) < LONGEST + 20
    assert "…" in say("x" * 10_000)


def test_a_large_release_fits_into_a_comment_and_says_what_does_not():
    text = written(replace(many(2000), release=(MISSING,)))
    assert COMMENT * 0.95 < len(text.encode()) <= COMMENT, "what a short part needs not, the long ones have"
    fails, notes = 286, 857  # every seventh of 2000; every other one of the rest
    rows, details = text.count("\n| ❌ fails"), text.count("<details>")
    left_out = re.findall(r"\n… and ([\d,]+) more (.*), left out to fit\n", text)
    more = {called: int(number.replace(",", "")) for number, called in left_out}
    assert rows == fails, "what fails is not what is left out"
    assert more["artifacts"] == 2000 - rows - text.count("\n| ✅ ok")
    assert more["artifacts with findings"] == fails + notes - details
    assert set(Page(text).tags) <= OURS


def test_three_hundred_files_are_all_named():
    assert written(many(300)).count("\n| ") == 301


@pytest.mark.parametrize("limit", [0, 50, 400, 1000, 3000, 10_000])
@pytest.mark.parametrize("report", [many(60), replace(many(60), release=(MISSING,) * 30, unseen=(CUT,) * 30)])
def test_any_limit_is_kept(report, limit):
    text = document(report, limit)
    assert len(text.encode()) <= limit
    assert bool(text) == (limit > 50)
    assert set(Page(text).tags) <= OURS


def test_one_huge_finding_does_not_hide_the_others():
    huge = replace(made.WRONG, evidence=tuple(Evidence("x" * 900, "y_" * 450) for _ in range(20)))
    several = made.image(None, *(replace(huge, rule=f"rule-{n}") for n in range(9)))
    text = written(made.report(made.file("huge", several), made.file("small", made.image(None, made.WRONG))))
    assert len(text.encode()) <= COMMENT
    assert "<summary>❌ <code>small</code>" in text
    assert "… and 1 more artifacts with findings, left out to fit" in text


def test_an_interrupted_run_fails_and_says_so():
    report = one(made.PASSED)
    assert first_line(report) == "✅ **gobin-inspect** inspected 1 artifact: 1 ok"
    interrupted = first_line(replace(report, interrupted=True))
    assert interrupted == "❌ **gobin-inspect** inspected 1 artifact: 1 ok; interrupted before everything was inspected"
    gate = replace(GATES["verify"].report, interrupted=True)
    assert first_line(gate).endswith("interrupted before everything was inspected")
    assert first_line(replace(made.report(), interrupted=True)).startswith(
        "❌ **gobin-inspect** inspected nothing; int"
    )
