"""The text report of an audit: a table of all artifacts, and each kind of finding once."""

import io
import re

import pytest
from msgspec.structs import replace

from inspector.model import Report, Severity, SkipKind, Status, Unknown
from inspector.reports import View, text
from inspector.reports.closing import INTERRUPTED
from inspector.reports.grid import ROWS, RULES, SMALL, UNSEEN
from inspector.reports.places import places
from tests.build.facts import go_build
from tests.reports import made
from tests.reports.gates import CUT, GATES, WAIVED, many

RELEASE = """\
skipped  dist/app_1.2.3_linux_386.tar.gz: truncated: the archive ends inside a
         member

         target         cgo  linkage  pristine  artifact
dist  4 artifacts · 4 targets · cgo off · 1 with errors
error    windows/amd64  off  dynamic  yes       app_1.2.3_windows_386.zip
                                                -> app.exe
         wrong-goarch · tzdata-missing
ok       linux/amd64    off  static   yes       app_1.2.3_linux_amd64.tar.gz
                                                -> app_1.2.3_linux_amd64/app
ok       linux/arm64    off  static   yes       app_1.2.3_linux_arm64.tar.gz
                                                -> app_1.2.3_linux_arm64/app
ok       linux/riscv64  off  static   yes       app_1.2.3_linux_riscv64.tar.gz
                                                -> app_1.2.3_linux_riscv64/app

findings, by rule     gobin-inspect explain RULE says more
  error     wrong-goarch (GBI102)  dist/app_1.2.3_windows_386.zip -> app.exe:
            built for amd64, but 386 was meant (file name)
            COFF machine: 0x8664 (amd64) at 0x84
            recorded GOARCH: amd64 at 0x1c4010
            fix: GOARCH=386 go build ...
  warning   tzdata-missing (GBI501)  dist/app_1.2.3_windows_386.zip -> app.exe:
            Windows has no zone database for Go to read
            function: time.LoadLocation at 0x1234
            file table: no time/tzdata
            fix: go build -tags timetzdata, or import _ "time/tzdata"

2 other files are no executables, 1 executable is no Go program; -v lists them

notes    dirty-tree (3)
4 files, 13.0 MiB: 3 ok, 1 with errors
3 rules passed, 5 failed (1 error, 1 warning, 3 notes), 0 not applicable,
0 unknown      -v shows every artifact and finding
"""


def shown(report: Report, **view) -> str:
    out = io.StringIO()
    text.render(report, out, View(grid=True, **view))
    return out.getvalue()


def app(path, *outcomes, members=(), **observed):
    settings = {"GOARCH": observed["goarch"]} if "goarch" in observed else {}
    build = go_build(observed=observed, settings=settings)
    return made.file(path, made.image(build, *(outcomes or (made.PASSED,))), members=members)


def store(*broken: int, places: int = 10, each: int = 10) -> Report:
    """Releases of as many artifacts each, one in a directory; the broken ones by their number."""
    return made.report(
        *(
            app(
                f"store/app-{n // each:04}/app_{n % each:02}",
                made.WRONG if n in broken else made.PASSED,
                goarch="amd64" if n % 2 else "arm64",
            )
            for n in range(places * each)
        )
    )


def test_a_release_is_one_table_with_its_findings_below():
    assert shown(made.release()) == RELEASE


def test_quiet_shows_what_failed_alone():
    lines = shown(made.release(), quiet=True).splitlines()
    assert [line for line in lines if line.startswith("ok ")] == []
    assert lines == [
        line
        for line in RELEASE[: RELEASE.index("\n2 other files")].splitlines()
        if not (line.startswith("ok ") or re.search("-> app_1.2.3_linux_[a-z]+[0-9]+/app", line))
    ]
    assert shown(made.report(app("app")), quiet=True) == ""


def test_verbose_shows_every_row_with_its_findings_in_full():
    full = shown(store(7, places=20), verbose=True, width=100)
    assert len(re.findall("^(ok|error) +linux/", full, re.MULTILINE)) == 200
    assert "app_07\n  error     wrong-goarch (GBI102)  built for amd64, but 386 was meant (file name)\n" in full
    assert "findings, by rule" not in full
    assert "-v shows" not in full
    assert "\n  note      dirty-tree (GBI602)  built from a tree" in shown(made.release(), verbose=True)


@pytest.mark.parametrize("report", [*(gate.report for gate in GATES.values()), made.release(), many(), store(3, 44)])
@pytest.mark.parametrize("view", [{}, {"verbose": True}, {"quiet": True}, {"width": 60}, {"width": 120}])
def test_no_line_is_wider_than_asked(report, view):
    lines = shown(replace(report, threshold=replace(report.threshold, strict=False)), **view).splitlines()
    assert [line for line in lines if len(line) > view.get("width", 80)] == []
    assert not any(line.endswith(" ") for line in lines)
    assert "\n\n\n" not in "\n".join(lines)


@pytest.mark.parametrize("report", [made.release(), made.universal(), store(3, places=50), GATES["verify"].report])
@pytest.mark.parametrize("view", [{}, {"verbose": True}, {"quiet": True}])
def test_colour_changes_the_looks_alone(report, view):
    coloured = shown(report, colour=True, **view)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(report, **view)


# --- rows ---------------------------------------------------------------------------------------------------


def row_of(file) -> list[str]:
    """The cells of an artifact's row: verdict, target, cgo, linkage, pristine, name."""
    lines = shown(made.report(file)).splitlines()
    return re.split(" {2,}", lines[1])


@pytest.mark.parametrize(
    ("goarch", "settings", "target"),
    [
        ("amd64", {"GOAMD64": "v1"}, "linux/amd64"),
        ("amd64", {"GOAMD64": "v3"}, "linux/amd64 v3"),
        ("arm", {"GOARM": "7"}, "linux/arm v7"),
        ("arm", {"GOARM": "7,hardfloat"}, "linux/arm v7"),
        ("arm", {"GOARM": "7,softfloat"}, "linux/arm v7,softfloat"),
        ("arm", {"GOARM": "5"}, "linux/arm v5"),
        ("arm64", {"GOARM64": "v8.0"}, "linux/arm64"),
        ("arm64", {"GOARM64": "v9.0,crypto"}, "linux/arm64 v9.0,crypto"),
        ("386", {"GO386": "softfloat"}, "linux/386 softfloat"),
        ("mipsle", {"GOMIPS": "hardfloat"}, "linux/mipsle"),
        ("amd64", {"GOAMD64": "v" * 99}, "linux/amd64 vvvvvvvvvvvvv..."),
    ],
)
def test_a_target_is_spelled_with_a_level_that_is_not_the_usual(goarch, settings, target):
    build = go_build(observed={"goarch": goarch}, settings={"GOARCH": goarch, "GOAMD64": None, **settings})
    assert row_of(made.file("app", made.image(build, made.PASSED)))[1] == target


def test_a_universal_file_has_one_row_that_names_the_slice_which_is_wrong():
    assert row_of(made.universal().files[0])[1] == "darwin/arm64+amd64"
    assert "\n         wrong-goarch (x86_64)\n" in shown(made.universal())
    assert "wrong-goarch (GBI102)  dist/app-darwin (x86_64): built for amd64" in shown(made.universal())


@pytest.mark.parametrize(
    ("observed", "cells"),
    [
        ({}, ["off", "static", "yes"]),
        ({"cgo": True, "linkage": "static-pie"}, ["on", "static-pie", "yes"]),
        ({"pristine": "modified"}, ["off", "static", "no"]),
        ({"cgo": Unknown("x"), "pristine": Unknown("not computed (--no-hash)")}, ["?", "static", "?"]),
        ({"pristine": "unverifiable"}, ["off", "static", "?"]),
    ],
)
def test_the_cells_of_a_row(observed, cells):
    assert row_of(app("app", **observed)) == ["ok", "linux/amd64", *cells, "app"]


def test_a_name_without_room_is_put_below_and_not_broken():
    name = f"{'long-' * 12}name"
    assert f" yes\n         {name}\n" in shown(made.report(app(name)))
    inner = shown(made.report(app("dist/a.tar.gz", members=(name,))))
    assert f" yes\n         dist/a.tar.gz\n         -> {name}\n" in inner


def test_what_is_undecided_or_crashed_is_named_as_that():
    assert "\n         wrong-cgo unknown\n" in shown(GATES["verify"].report)
    crashed = shown(made.report(app("app", made.CRASH)))
    assert crashed.splitlines()[1].startswith("crashed  linux/amd64")
    assert "\n         wrong-go crashed\n" in crashed
    assert "\n  crashed   wrong-go (GBI109)  app: the rule crashed: KeyError: 'go'\n" in crashed


def test_a_waived_finding_is_counted_and_shown_when_all_is():
    report = made.report(app("app", WAIVED))
    assert row_of(report.files[0])[0] == "ok"
    assert "findings" not in shown(report).replace("and finding", "")
    assert "\nwaived   wrong-goarch (1)\n" in shown(report)
    assert "waived until 2027-05-01: ships in May (policy p.toml:waivers[0])" in shown(report, verbose=True)


# --- many artifacts -----------------------------------------------------------------------------------------


def test_of_many_those_that_failed_have_rows_and_a_place_where_all_is_well_a_line():
    lines = shown(store(23, 29, 30)).splitlines()
    fine = [line for line in lines if line.startswith("ok ")]
    assert fine == [
        f"ok       store/app-{n:04}  10 artifacts · 2 targets · cgo off · static" for n in range(10) if n not in {2, 3}
    ]
    start = lines.index("store/app-0002  10 artifacts · 2 targets · cgo off · static · 2 with errors")
    assert lines[start + 1 : start + 5] == [
        "error    linux/amd64  off  static   yes       app_03",
        "         wrong-goarch",
        "error    linux/amd64  off  static   yes       app_09",
        "         wrong-goarch",
    ]
    assert "error    linux/arm64  off  static   yes       app_00" in lines
    assert "100 files, 324.2 MiB: 97 ok, 3 with errors" in lines


def test_of_many_places_where_all_is_well_only_the_number_is_told():
    few, more = (shown(store(5, places=count)) for count in (SMALL + 1, SMALL + 2))
    assert few.count("\nok ") == SMALL
    assert "\nok       410 artifacts in 41 more places; -v shows them\n" in more
    assert more.count("\nok ") == 1
    assert "\nstore/app-0000  10 artifacts · 2 targets · cgo off · static · 1 with errors\n" in more


def test_the_worst_place_comes_first_and_in_it_the_worst_row():
    mild = [app(f"store/mild/app_{n}", made.ZONES if n == 5 else made.PASSED) for n in range(6)]
    wrong = [app(f"store/wrong/app_{n}", (made.PASSED, made.ZONES, made.WRONG)[n % 3]) for n in range(6)]
    page = shown(made.report(app("alone"), *mild, *wrong, app("zealous", made.WRONG)))
    names = re.findall(r"^(?:ok|warning|error) .* (\S+)$|^(store/\S+)", page, re.MULTILINE)
    assert [name or place for name, place in names] == [
        *("store/wrong", "app_2", "app_5", "app_1", "app_4", "app_0", "app_3"),
        "zealous",
        *("store/mild", "app_5", "app_0", "app_1", "app_2", "app_3", "app_4"),
        "alone",
    ]


def test_a_store_where_all_is_well_is_one_line():
    lines = shown(store(places=SMALL + 1)).splitlines()
    assert lines[:2] == ["ok       410 artifacts in 41 places; -v shows them", ""]


def test_of_very_many_rows_the_worst_are_shown():
    warned = [app(f"bin/a{n:04}", made.ZONES) for n in range(ROWS)]
    wrong = [app(f"bin/b{n:04}", made.WRONG) for n in range(3)]
    report = made.report(*warned, *wrong)
    page = shown(report)
    assert page.count("\nerror    linux") == 3
    assert page.count("\nwarning  linux") == ROWS - 3
    assert "\n+3 more artifacts: 3 with warnings; -q shows these, -v all\n" in page
    assert shown(report, quiet=True).count("\nwarning  linux") == ROWS


def test_a_rule_is_explained_once_by_its_worst_example():
    mild = replace(made.WRONG, severity=Severity.WARNING, message="mild")
    page = shown(made.report(app("a", mild), app("b", made.WRONG), app("c", mild), app("d")))
    assert page.count("wrong-goarch (GBI102)") == 1
    assert "  error     wrong-goarch (GBI102)  3 artifacts, such as b: built for amd64" in page


def test_rules_are_ordered_by_severity_then_by_number_of_artifacts():
    rare, frequent = (made.outcome(name, "GBI300", Status.FAIL, Severity.WARNING) for name in ("a-rare", "z-frequent"))
    page = shown(made.report(app("a", frequent, rare), app("b", frequent), app("c", made.WRONG)))
    assert re.findall(r"^  (?:error|warning) +(\S+)", page, re.MULTILINE) == ["wrong-goarch", "z-frequent", "a-rare"]


def test_rules_beyond_a_few_are_named():
    wrong = [made.outcome(f"rule-{n:02}", "GBI300", Status.FAIL) for n in range(RULES + 2)]
    page = shown(made.report(app("a", *wrong), app("b", *wrong)))
    assert page.count("(GBI300)") == RULES
    assert f"\n  and       rule-{RULES} (2) · rule-{RULES + 1} (2)\n" in page


def test_what_was_not_inspected_is_counted_beyond_a_few():
    limit = [made.skip(f"b{n:02}", SkipKind.LIMIT, "too large") for n in range(5)]
    report = made.report(app("app"), skipped=[CUT] * UNSEEN + limit)
    page = shown(report)
    assert page.count("skipped  dist/cut.tar.gz: truncated: ") == UNSEEN
    assert "\nskipped  +5 more: 5 limit; -v lists them\n" in page
    for view in ({"verbose": True}, {"quiet": True}):
        assert "skipped  b04: limit: too large" in shown(report, **view)


def test_full_reports_are_read_for_one_example_a_rule():
    report = many()
    files = made.Stored(report.files)
    assert shown(replace(report, files=files)) == shown(report)
    assert files.read == [0]
    shown(replace(report, files=files), verbose=True)
    assert len(files.read) == 1 + sum(bool(file.notable) for file in report.briefs)


# --- places -------------------------------------------------------------------------------------------------


def holders(*files):
    return [(place.holder, place.name) for place in places(made.report(*files).briefs)]


def test_a_place_is_the_nearest_directory_with_more_than_one_artifact():
    assert holders(app("dist/linux_amd64/app"), app("dist/linux_arm64/app"), app("other/a/b/tool")) == [
        (("dist",), ("linux_amd64/app",)),
        (("dist",), ("linux_arm64/app",)),
        ((), ("other/a/b/tool",)),
    ]
    assert holders(app("app"), app("tool")) == [((), ("app",)), ((), ("tool",))]
    assert holders(app("/app"), app("/tool"))[0] == ((), ("/app",))


def test_an_archive_is_a_place_when_it_holds_a_release():
    release = [app("r.tar", members=(f"r/{arch}/app",), goarch=arch) for arch in ("amd64", "arm64")]
    assert holders(*release) == [(("r.tar", "r"), ("amd64/app",)), (("r.tar", "r"), ("arm64/app",))]
    nested = [app("r.tar", members=(f"{arch}.tgz", "app"), goarch=arch) for arch in ("amd64", "arm64")]
    assert holders(*nested) == [(("r.tar",), ("amd64.tgz", "app")), (("r.tar",), ("arm64.tgz", "app"))]


def test_an_archive_of_several_programs_is_how_one_target_is_packed():
    packed = [
        app(f"dist/{arch}.tgz", members=(f"bin/{name}",), goarch=arch) for arch in ("amd64", "arm64") for name in "ab"
    ]
    assert {holder for holder, _ in holders(*packed)} == {("dist",)}


def test_a_name_of_very_many_directories_takes_no_time():
    deep = "/".join("d" * 30_000) + "/app"
    assert holders(app("r.zip", members=(deep,)), app("r.zip", members=(deep,), goarch="arm64"))[0][1] == ("app",)


# --- beginning and end --------------------------------------------------------------------------------------


def test_the_release_as_a_whole_comes_first():
    first, second = shown(GATES["error"].report).splitlines()[:2]
    assert first == "error    artifacts seen together"
    assert second == "  error     missing-target (GBI701)  1 of 5 targets is missing"


def test_that_nothing_was_found_is_said():
    assert shown(made.report()) == "no Go program was found\n"
    assert shown(made.report(skipped=[CUT])).endswith("\n\nno Go program was found\n")
    assert shown(made.report(), quiet=True) == ""
    assert shown(replace(made.report(), interrupted=True)) == f"{INTERRUPTED}\n"


@pytest.mark.parametrize("view", [View(), View(grid=True), View(quiet=True), View(grid=True, quiet=True)])
@pytest.mark.parametrize("report", [made.warned(), made.release(), GATES["verify"].report, made.report()])
def test_an_interrupted_run_says_that_this_is_not_all(report, view):
    whole, part = io.StringIO(), io.StringIO()
    text.render(report, whole, view)
    text.render(replace(report, interrupted=True), part, view)
    assert INTERRUPTED not in whole.getvalue()
    assert INTERRUPTED in part.getvalue().splitlines()[-1]
    assert INTERRUPTED in part.getvalue().splitlines()
