"""Lines hold their width and never break a word."""

from hypothesis import given
from hypothesis import strategies as st

from inspector.reports.layout import Span, facts, flow, listed, plain, span, words

TEXT = st.text(st.sampled_from("ab c"), max_size=120)


def lines(prefix, units, width):
    return [plain(line) for line in flow(prefix, units, width)]


def test_further_lines_are_indented_to_the_end_of_the_prefix():
    assert lines((Span("  fix: "),), words("go build -tags timetzdata"), 18) == [
        "  fix: go build",
        "       -tags",
        "       timetzdata",
    ]


def test_a_word_wider_than_the_line_stays_whole():
    assert lines((Span("> "),), words("a /a/very/long/path b"), 10) == ["> a", "  /a/very/long/path", "  b"]


def test_a_unit_breaks_at_its_spaces_only_when_no_line_could_hold_it():
    assert lines((), (span("x"), span("aa bb")), 6) == ["x", "aa bb"]
    assert lines((), (span("x"), span("aa bb cc")), 6) == ["x aa", "bb cc"]


def test_a_unit_wider_than_the_line_breaks_behind_its_commas_and_loses_nothing():
    assert lines((Span("> "),), (span("a=1,b=2,c=3"),), 9) == ["> a=1,", "  b=2,c=3"]
    assert lines((Span("> "),), words("/a/long/path, /b/long/path, c"), 9) == [
        "> /a/long/path,",
        "  /b/long/path,",
        "  c",
    ]


def test_nothing_to_hold_leaves_the_prefix():
    assert lines((Span("  label  "),), (), 80) == ["  label"]


def test_facts_have_dots_between_them_and_break_behind_commas():
    assert lines((), facts(("ASLR", "", "NX", "a.dll, b.dll")), 80) == ["ASLR · NX · a.dll, b.dll"]
    assert lines((), facts(("NX", "a.dll, b.dll", "x")), 10) == ["NX ·", "a.dll,", "b.dll · x"]


def test_a_list_is_cut_when_that_saves_room():
    assert listed(("a", "b", "c", "d", "e"), limit=3) == "a, b, c, +2 more"
    assert listed(("a", "b", "c", "d"), limit=3) == "a, b, c, d"
    assert listed(("a", "b", "c", "d", "e"), limit=None) == "a, b, c, d, e"


@given(TEXT, st.integers(8, 40))
def test_no_word_is_lost_or_broken_and_no_line_with_two_is_too_wide(text, width):
    shown = lines((Span("  "),), words(text), width)
    assert " ".join(shown).split() == text.split()
    assert all(len(line) <= width for line in shown if len(line.split()) > 1)


def test_a_newline_in_a_word_stays_on_its_line():
    assert lines((), words("a\nb c"), 80) == [r"a\x0ab c"]
