"""The text report, page by page."""

import io
import re

import msgspec
import pytest

from inspector.model import NOT_LINKED, Declared, Edit, Evidence, Report, Severity, SkipKind, Status, Tzdata, Unknown
from inspector.reports import View, text
from tests.build.facts import MACHO, darwin, go_build, windows
from tests.reports import made

PAGE = """\
warning  app.exe  PE i386 · 3.2 MiB · go1.27.3 · example.com/app v1.2.3
            observed      recorded      intended
  target    windows/386   windows/386   windows/386   --target
  cgo       off           0             -
  linkage   dynamic       -             -
  needs     kernel32.dll
  PE        checksum absent · .reloc 16.0 KiB · ASLR · NX · console ·
            Windows 10+ · not signed
  build     internal link · no -trimpath · symbols · DWARF
  tzdata    not embedded · time.LoadLocation not linked
  pristine  yes, as the linker wrote it

  warning   tzdata-missing (GBI501)  Windows has no zone database for Go to read
            function: time.LoadLocation at 0x1234
            file table: no time/tzdata
            fix: go build -tags timetzdata, or import _ "time/tzdata"

  notes     dirty-tree
  unknown   modified-after-link

  1 rule passed, 2 failed (1 warning, 1 note), 1 not applicable, 1 unknown
  -v shows all
"""

MANY = """\
ok       linux/amd64    static   dist/app_1.2.3_linux_amd64.tar.gz
                                 -> app_1.2.3_linux_amd64/app
ok       linux/arm64    static   dist/app_1.2.3_linux_arm64.tar.gz
                                 -> app_1.2.3_linux_arm64/app
ok       linux/riscv64  static   dist/app_1.2.3_linux_riscv64.tar.gz
                                 -> app_1.2.3_linux_riscv64/app
error    windows/amd64  dynamic  dist/app_1.2.3_windows_386.zip -> app.exe
  error     wrong-goarch (GBI102)  built for amd64, but 386 was meant (file
            name)
            COFF machine: 0x8664 (amd64) at 0x84
            recorded GOARCH: amd64 at 0x1c4010
            fix: GOARCH=386 go build ...
  warning   tzdata-missing (GBI501)  Windows has no zone database for Go to read
            function: time.LoadLocation at 0x1234
            file table: no time/tzdata
            fix: go build -tags timetzdata, or import _ "time/tzdata"

skipped  dist/app_1.2.3_linux_386.tar.gz: truncated: the archive ends inside a
         member
2 other files are no executables, 1 executable is no Go program; -v lists them

notes    dirty-tree (3)
4 files: 3 ok, 1 with errors
3 rules passed, 5 failed (1 error, 1 warning, 3 notes), 0 not applicable,
0 unknown      -v shows full pages
"""


def shown(report: Report, **view) -> str:
    out = io.StringIO()
    text.render(report, out, View(**view))
    return out.getvalue()


def page(image, **view) -> str:
    return shown(made.report(made.file("app", image)), **view)


def line(shown_page: str, label: str) -> str:
    return next(row for row in shown_page.splitlines() if row[2:].startswith(label))


def test_one_file_is_a_page():
    assert shown(made.warned()) == PAGE


def test_many_files_are_a_line_each_with_their_findings():
    assert shown(made.release()) == MANY


def test_quiet_shows_what_failed_alone():
    lines = MANY.splitlines()
    first = next(n for n, row in enumerate(lines) if row.startswith("error"))
    last = next(n for n, row in enumerate(lines) if row.startswith("2 other files"))
    assert shown(made.release(), quiet=True).splitlines() == lines[first:last]
    assert shown(made.report(made.file("app", made.image(None, made.PASSED, made.NOTE))), quiet=True) == ""


@pytest.mark.parametrize("make", [made.warned, made.universal, made.release, made.unread])
@pytest.mark.parametrize("view", [{}, {"verbose": True}, {"quiet": True}, {"width": 100}])
def test_no_line_is_wider_than_asked(make, view):
    wide = [row for row in shown(make(), **view).splitlines() if len(row) > view.get("width", 80)]
    assert wide == []


@pytest.mark.parametrize("make", [made.warned, made.universal, made.release, made.unread])
@pytest.mark.parametrize("view", [{}, {"verbose": True}, {"quiet": True}])
def test_colour_changes_the_looks_alone(make, view):
    coloured = shown(make(), colour=True, **view)
    assert "\x1b[" in coloured or coloured == ""
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(make(), **view)


def test_verbose_shows_every_outcome_with_its_reason():
    verbose = shown(made.warned(), verbose=True)
    assert "\n  note      dirty-tree (GBI602)  built from a tree with uncommitted changes\n" in verbose
    assert "\n  pass      wrong-goarch (GBI102)  386, as intended by file name\n" in verbose
    assert "\n  n/a       wrong-cgo (GBI103)  no CGO_ENABLED was declared\n" in verbose
    assert "\n  unknown   modified-after-link (GBI611)  not computed (--no-hash)\n" in verbose
    assert "-v shows" not in verbose


def test_verbose_shows_every_file_as_a_page():
    verbose = shown(made.release(), verbose=True)
    assert verbose.count("  pristine  ") == 4
    assert "skipped  dist/checksums.txt: not-executable: not an executable\n" in verbose


def test_each_slice_of_a_universal_file_is_shown_and_the_wrong_one_marked():
    both = shown(made.universal())
    assert both.startswith("error    dist/app-darwin  2 slices · 7.6 MiB\n\n  arm64  Mach-O arm64 ·")
    assert "\n  target    darwin/arm64   darwin/arm64   */arm64    --goarch\n" in both
    assert "\n  x86_64  Mach-O " in both
    assert "\n! target    darwin/amd64   darwin/amd64   */arm64    --goarch\n" in both


def test_a_finding_of_one_slice_names_it_where_there_is_no_page():
    assert "  error     x86_64: wrong-goarch (GBI102)  built" in shown(made.universal(), quiet=True)


def test_what_could_not_be_read_is_said_with_its_reason():
    lost = shown(made.unread())
    assert lost.startswith("ok       app  ELF x86-64 · 3.2 MiB · Go between go1.20 and go1.27\n")
    assert "  target    ?/amd64    -          -\n" in lost
    assert "  unread    goos, cgo, tags, trimpath: no function table\n" in lost
    assert "            recorded: no build info\n" in lost


def test_a_crashed_rule_is_shown_and_is_the_verdict():
    crashed = page(made.image(None, made.PASSED, made.CRASH))
    assert crashed.startswith("crashed  app")
    assert "  crashed   wrong-go (GBI109)  the rule crashed: KeyError: 'go'\n" in crashed
    assert "0 unknown, 1 crashed" in crashed


def test_notes_are_spelled_out_when_they_decide():
    noted = page(made.image(None, made.NOTE), spelled=Severity.NOTE)
    assert noted.startswith("note     app")
    assert "  note      dirty-tree (GBI602)  built from a tree with uncommitted changes\n" in noted


def test_much_evidence_is_counted_unless_all_is_asked_for():
    proofs = [Evidence("path", f"/home/u/{n}", n) for n in range(6)]
    found = made.outcome("path-leak", "GBI601", Status.FAIL, Severity.WARNING, "paths of the builder", proofs)
    assert "/home/u/2 at 0x2\n            +3 more\n" in page(made.image(None, found))
    assert "/home/u/5 at 0x5\n" in page(made.image(None, found), verbose=True)


@pytest.mark.parametrize(
    ("observed", "recorded", "meant", "row"),
    [
        (True, "1", None, "  cgo       on            1             -"),
        (True, "0", None, "! cgo       on            0             -"),
        (False, "1", False, "  cgo       off           1             0          --cgo"),
        (True, "1", False, "! cgo       on            1             0          --cgo"),
        (False, "0", True, "! cgo       off           0             1          --cgo"),
        (False, "1", True, "  cgo       off           1             1          --cgo"),
    ],
)
def test_cgo_off_with_cgo_enabled_is_no_contradiction(observed, recorded, meant, row):
    build = go_build(observed={"cgo": observed}, settings={"CGO_ENABLED": recorded})
    declared = None if meant is None else Declared(meant, "option --cgo")
    assert line(page(made.image(build, cgo=declared)), "cgo") == row


def test_a_static_wish_that_the_linker_ignored_is_marked():
    build = go_build(observed={"linkage": "dynamic"}, settings={"-ldflags": '-extldflags "-static"'})
    assert line(page(made.image(build)), "linkage").split("  ")[0:1] == ["! linkage"]
    assert "-extldflags -static" in line(page(made.image(build)), "linkage")
    static = go_build(observed={"linkage": "static-pie"})
    declared = page(made.image(static, static=Declared(True, "option --static")))
    assert line(declared, "linkage") == "  linkage   static-pie    -             static     --static"


def test_declared_levels_tags_and_the_rest_have_rows():
    build = go_build(observed={"microarch": {"GOAMD64": "v3"}, "tags": ("netgo",), "buildmode": "pie"})
    wrong = made.outcome("wrong-microarch", "GBI104", Status.FAIL, message="needs v3")
    meant = made.image(
        build,
        wrong,
        microarch={"GOAMD64": Declared("v1", "environment GOAMD64")},
        tags=Declared(("netgo", "osusergo"), "option --tags"),
        buildmode=Declared("exe", "option --buildmode"),
        tzdata=Declared("embedded", "option --tzdata"),
        go=Declared("1.26", "option --go"),
    )
    shown_page = page(meant)
    assert line(shown_page, "GOAMD64").split() == ["!", "GOAMD64", "v3", "v1", "v1", "environment"]
    assert line(shown_page, "tags").split() == ["tags", "netgo", "-", "netgo,osusergo", "--tags"]
    assert line(shown_page, "buildmode").split() == ["buildmode", "pie", "exe", "exe", "--buildmode"]
    assert line(shown_page, "tzdata ").split() == ["tzdata", "absent", "-", "embedded", "--tzdata"]
    assert line(shown_page, "go ").split() == ["go", "go1.27.3", "go1.27.3", "1.26", "or", "newer", "--go"]


def test_a_record_of_another_go_version_is_marked():
    build = go_build(recorded={"go_version": "go1.21.0"})
    assert line(page(made.image(build)), "go ").split() == ["!", "go", "go1.27.3", "go1.21.0", "-"]


def test_what_the_target_has_or_lacks_stands_beside_what_is_needed():
    build = go_build(observed={"libc": "glibc", "glibc_floor": "2.34"})
    musl = page(made.image(build, libc=Declared("musl", "profile musl")))
    assert line(musl, "libc ").split() == ["libc", "glibc", "2.34", "-", "musl", "profile", "musl"]
    meant = {"libc": Declared("glibc", "profile glibc-2.28"), "glibc": Declared("2.28", "profile glibc-2.28")}
    image = made.image(build, made.outcome("glibc-too-new", "GBI205", Status.FAIL), **meant)
    assert line(page(image), "libc ").split()[:7] == ["!", "libc", "glibc", "2.34", "-", "glibc", "2.28"]
    android = page(made.image(go_build(), page_size=Declared(16384, "profile android")))
    assert line(android, "page size").split()[2:5] == ["4096", "-", "16384"]
    scratch = page(made.image(go_build(), absent=Declared(("zones", "users"), "profile static-scratch")))
    assert line(scratch, "without") == "  without   zones, users   profile static-scratch"


def test_the_sources_of_a_row_get_lines_of_their_own_where_one_is_too_short():
    meant = {"goos": Declared("linux", "profile static-scratch"), "goarch": Declared("amd64", "file name")}
    absent = Declared(("zones", "ca-roots", "users"), "profile static-scratch")
    rows = page(made.image(go_build(), **meant, absent=absent)).splitlines()
    at = next(n for n, row in enumerate(rows) if row.startswith("  target "))
    assert rows[at] == "  target    linux/amd64   linux/amd64   linux/amd64   profile static-scratch,"
    assert rows[at + 1] == " " * 54 + "file name"
    assert "  without   zones, ca-roots, users   profile static-scratch" in rows
    assert max(map(len, rows)) <= 80


@pytest.mark.parametrize(("buildmode", "said"), [("c-shared", "c-shared library ·"), ("plugin", "plugin ·")])
def test_a_library_is_called_one(buildmode, said):
    assert said in line(page(made.image(go_build(observed={"buildmode": buildmode}))), "build ")


@pytest.mark.parametrize(
    ("compiler", "version", "said"),
    [
        ("gc", Unknown("go1.20 or later"), "· go1.20 or later ·"),
        ("gc", Unknown("between go1.20 and go1.27"), "· Go between go1.20 and go1.27 ·"),
        ("gccgo", Unknown("unknown to gccgo"), "· Go version unknown to gccgo ·"),
        ("tinygo", Unknown("unknown to TinyGo 0.42.0"), "· Go version unknown to TinyGo 0.42.0 ·"),
        ("gccgo", "go1.18", "· go1.18 (gccgo) ·"),
    ],
)
def test_the_first_line_says_what_is_known_of_the_go_version(compiler, version, said):
    shown_page = page(made.image(go_build(observed={"compiler": compiler, "go_version": version})))
    assert said in " ".join(shown_page.partition("observed")[0].split())


def test_many_rules_that_one_reason_hides_are_counted():
    packed = "packed with UPX: what is inside cannot be read"
    hidden = [made.outcome(f"rule-{n}", status=Status.UNKNOWN, message=packed) for n in range(7)]
    other = made.outcome("old-go", status=Status.UNKNOWN, message="no version")
    rows = page(made.image(None, *hidden, other)).splitlines()
    at = rows.index("  unknown   old-go")
    assert rows[at + 1] == f"            and 7 rules: {packed}"
    assert f"  unknown   7 rules: {packed}" in page(made.image(None, *hidden)).splitlines()
    six = page(made.image(None, *hidden[:6]))
    assert "  unknown   rule-0, rule-1, rule-2, rule-3, rule-4, rule-5\n" in six


@pytest.mark.parametrize(("severity", "mark"), [(Severity.ERROR, True), (Severity.NOTE, False)])
def test_an_older_header_differs_where_an_older_system_was_meant(severity, mark):
    failure = made.outcome("pe-os-version-lies", "GBI311", Status.FAIL, severity)
    text = page(made.image(windows(), failure, min_os=Declared("6.1", "policy min-os")))
    row = line(text, "oldest OS")
    assert row.startswith("!") == mark
    assert row.removeprefix("!").split()[:5] == ["oldest", "OS", "10.0", "-", "6.1"]
    assert "oldest OS" not in page(made.image(go_build(), min_os=Declared("6.1", "policy min-os")))


def test_a_cell_too_wide_for_the_table_is_cut():
    tags = Declared(tuple(f"feature{n:02}" for n in range(20)), "option --tags")
    rows = page(made.image(go_build(), tags=tags)).splitlines()
    assert max(map(len, rows)) <= 80
    assert "..." in next(row for row in rows if row.startswith("  tags"))


def test_needed_libraries_are_counted_beyond_a_few():
    names = tuple(f"lib{n}.so" for n in range(9))
    observed = {"linkage": "dynamic", "interpreter": "/lib/ld.so", "needed": names}
    build = go_build(observed={**observed, "libc": "glibc", "glibc_floor": "2.34"})
    shortened = line(page(made.image(build)), "needs")
    assert shortened == "  needs     /lib/ld.so · lib0.so, lib1.so, lib2.so, lib3.so, +5 more ·"
    assert "\n            glibc 2.34+\n" in page(made.image(build))
    assert "lib8.so" in page(made.image(build), verbose=True)


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"dynamic_base": False, "high_entropy_va": False}, "no ASLR"),
        ({"reloc": False, "reloc_size": 0}, "no .reloc"),
        ({"nx_compat": False}, "no NX"),
        ({"signature": Unknown("not verified")}, "Authenticode not verified"),
        ({"os_version": "6.1"}, "Windows 7+"),
    ],
)
def test_pe_facts(changes, fact):
    assert fact in page(made.image(windows(pe=changes)))


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"kind": "none", "state": "absent"}, "not signed"),
        ({"state": "broken", "bad_pages": (3,)}, "ad hoc signature broken (1 bad page)"),
        ({"state": "broken", "bad_pages": (3, 4)}, "ad hoc signature broken (2 bad pages)"),
        ({"state": Unknown("--no-hash")}, "ad hoc signature not verified"),
        ({"kind": "cms"}, "signature valid"),
    ],
)
def test_mach_o_signature(changes, fact):
    build = darwin()
    signature = msgspec.structs.replace(build.observed.macho.signature, **changes)
    assert fact in page(made.image(darwin(macho={"signature": signature})))


@pytest.mark.parametrize(
    ("tzdata", "fact"),
    [
        (Tzdata(embedded=True, zones=597, release="2026c", load_location=True), "embedded · 597 zones · 2026c"),
        (
            Tzdata(embedded=False, zones=None, release=None, load_location=True),
            "not embedded · time.LoadLocation linked",
        ),
        (
            Tzdata(embedded=True, zones=Unknown("x"), release=Unknown("x"), load_location=True, defect="no directory"),
            "embedded · no directory · time.LoadLocation linked",
        ),
    ],
)
def test_zones(tzdata, fact):
    assert fact in page(made.image(go_build(observed={"tzdata": tzdata})))


def test_a_proven_edit_is_told_with_the_verdict():
    edit = Edit(kind="appended", what="1,024 bytes were appended")
    build = go_build(observed={"pristine": "modified"}, traits={"edit": edit})
    told = "  pristine  no, changed after the link · only so: 1,024 bytes were appended"
    assert line(page(made.image(build)), "pristine") == told


def test_lookups_and_source():
    settings = {
        "vcs": "git",
        "vcs.revision": "0123456789abcdef",
        "vcs.time": "2026-11-01T10:00:00Z",
        "vcs.modified": "true",
    }
    build = go_build(observed={"resolver": "go", "user_lookup": "cgo"}, settings=settings)
    shown_page = page(made.image(build))
    assert line(shown_page, "source") == "  source    git 0123456789ab · 2026-11-01T10:00:00Z · modified files"
    assert line(shown_page, "lookups") == "  lookups   hosts: Go's own · users: libc through cgo"


UNLINKED = {"buildmode": "c-archive", "link_mode": NOT_LINKED, "linkage": NOT_LINKED, "needed": NOT_LINKED}


def test_a_c_archive_is_said_not_to_be_linked_and_not_to_be_unread():
    shown_page = page(made.image(go_build(observed={**UNLINKED, "elf": None})))
    assert shown_page.startswith("ok       app  C archive, ELF amd64 · ")
    assert line(shown_page, "build").startswith("  build     not linked yet · ")
    assert line(shown_page, "linkage").split() == ["linkage", "-", "-", "-"]
    assert NOT_LINKED.reason not in shown_page


def test_a_c_archive_among_programs_is_called_objects():
    files = (made.file("a", made.image()), made.file("b", made.image(go_build(observed=UNLINKED))))
    assert "ok       linux/amd64  objects  b" in shown(made.report(*files)).splitlines()


def test_a_path_that_gave_nothing_has_one_line():
    missing = made.skip("app", SkipKind.UNREADABLE, "No such file or directory", named=True)
    assert shown(made.report(skipped=(missing,))) == "skipped  app: unreadable: No such file or directory\n"


def test_the_chain_of_containers_is_in_the_skipped_row():
    row = made.skip("a.tar.gz", SkipKind.MALFORMED, "bad", members=("b.zip", "app"))
    assert "skipped  a.tar.gz -> b.zip -> app: malformed: bad\n" in shown(made.report(skipped=(row,)))


def test_a_broken_signature_is_not_called_as_the_linker_wrote_it():
    signature = msgspec.structs.replace(MACHO.signature, state="broken")
    assert "yes, as the linker wrote it" in page(made.image(darwin()))
    assert "yes, but for its code signature" in page(made.image(darwin(macho={"signature": signature})))
