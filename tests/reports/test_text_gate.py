"""The text report of a gate: verdicts of undecided files, waivers, the release as a whole, the closing line."""

import datetime
import io

import pytest
from msgspec.structs import replace

from inspector.model import Declared, Evidence, Portability, Report, Severity, SkipKind, Status, Threshold, Waiver
from inspector.reports import View, text
from inspector.reports.closing import closing
from tests.build.facts import darwin, go_build
from tests.reports import made

GATE = Threshold(strict=True)
ENDLESS = Waiver(reason="the vendor ships it so", until=None, source="policy gobin-inspect.toml:waivers[0]")
WAIVER = replace(ENDLESS, until=datetime.date(2027, 1, 31))
UNDECIDED = replace(
    made.outcome("wrong-go", "GBI109", Status.UNKNOWN, message="the version is between go1.20 and go1.27"), bound=True
)
MISSING = made.outcome(
    "missing-target",
    "GBI701",
    Status.FAIL,
    message="1 of 2 targets is missing",
    evidence=(Evidence("linux/arm64", "policy gobin-inspect.toml:targets[1]"),),
)


def gated(*files, release=(), skipped=(), threshold: Threshold = GATE) -> Report:
    return replace(made.report(*files, skipped=skipped), release=tuple(release), threshold=threshold)


def shown(report: Report, **view) -> str:
    out = io.StringIO()
    text.render(report, out, View(**view))
    return out.getvalue()


CGO = Declared(False, "option --cgo")


def app(path: str, *outcomes, build=None, **meant):
    return made.file(path, made.image(build or go_build(), *outcomes, **{"cgo": CGO, **meant}))


# --- the closing line ---------------------------------------------------------------------------------------


def test_all_as_meant():
    arm = go_build(observed={"goarch": "arm64"})
    report = gated(app("dist/a", made.PASSED), app("dist/b", made.NOTE), app("dist/c", made.PASSED, build=arm))
    assert closing(report) == "verified 3 binaries for 2 targets: 3 as meant"
    assert shown(report).splitlines()[-1] == closing(report)


def test_what_is_not_as_meant_is_named_with_its_rules():
    broken = made.outcome("macho-signature-broken", "GBI402", Status.FAIL)
    report = gated(app("dist/app_linux"), app("dist/app_darwin_arm64", broken, made.WRONG, build=darwin()))
    assert closing(report) == (
        "verified 2 binaries for 2 targets: 1 as meant, "
        "1 not (dist/app_darwin_arm64: macho-signature-broken, wrong-goarch)"
    )


def test_a_target_is_the_one_that_was_meant():
    meant = {"goos": Declared("linux", "artifacts.json"), "goarch": Declared("arm64", "artifacts.json")}
    report = gated(app("dist/a", made.WRONG, **meant), app("dist/b", made.PASSED))
    assert closing(report).startswith("verified 2 binaries for 2 targets: 1 as meant, 1 not (dist/a: ")


def test_more_than_three_are_counted():
    report = gated(*(app(f"dist/{n}", made.WRONG) for n in range(5)))
    named = "; ".join(f"dist/{n}: wrong-goarch" for n in range(3))
    assert closing(report) == f"verified 5 binaries for 1 target: 0 as meant, 5 not ({named}; +2 more)"


def test_the_release_and_what_was_not_inspected_have_their_say():
    cut = made.skip("dist/b", SkipKind.TRUNCATED, "it ends early")
    report = gated(app("dist/a", made.PASSED), release=[MISSING], skipped=[cut])
    said = "verified 1 binary for 1 target: 1 as meant; the release: missing-target; 1 not inspected"
    assert closing(report) == said
    assert closing(gated()) == "verified 0 binaries"


def test_what_nothing_was_declared_of_is_not_called_as_meant():
    named = {"cgo": None, "goos": Declared("linux", "file name", by_name=True)}
    report = gated(app("dist/a", made.PASSED), app("b", made.PASSED, **named), app("c", made.WRONG, **named))
    said = "verified 3 binaries for 1 target: 1 as meant, 1 not (c: wrong-goarch), 1 of which nothing was declared"
    assert closing(report) == said
    level = {"cgo": None, "microarch": {"GOAMD64": Declared("v1", "artifacts.json")}}
    assert closing(gated(app("a", made.PASSED, **level))).endswith(": 1 as meant")


def test_the_line_goes_by_the_threshold_and_by_waivers():
    warned = gated(app("a", made.ZONES))
    assert closing(warned) == "verified 1 binary for 1 target: 1 as meant"
    strictly = replace(warned, threshold=Threshold(fail_on=Severity.WARNING, strict=True))
    assert closing(strictly) == "verified 1 binary for 1 target: 0 as meant, 1 not (a: tzdata-missing)"
    never = gated(app("a", made.ZONES), app("b", made.WRONG), threshold=Threshold(fail_on=None, strict=True))
    assert closing(never) == "verified 2 binaries for 1 target: 1 as meant, 1 not (b: wrong-goarch)"
    waived = gated(app("a", replace(made.WRONG, waiver=WAIVER)))
    assert closing(waived) == "verified 1 binary for 1 target: 1 as meant"


def test_it_stands_under_a_quiet_report_and_not_under_a_plain_inspection():
    files = (app("a", made.PASSED), app("b", made.PASSED))
    assert shown(gated(*files), quiet=True) == "verified 2 binaries for 1 target: 2 as meant\n"
    assert "verified" not in shown(gated(*files, threshold=Threshold()))


def test_it_is_one_line_however_long():
    report = gated(*(app(f"dist/{'directory/' * n}app", made.WRONG) for n in range(3)))
    assert len(closing(report)) > 120
    assert shown(report).splitlines()[-1] == closing(report)


def test_a_hostile_name_stays_on_its_line():
    report = gated(app("dist/\x1b[2Ja\nverified 1 binary", made.WRONG))
    lines = shown(report, quiet=True).splitlines()
    assert [line for line in lines if line.startswith("verified")] == [lines[-1]]
    assert "\x1b" not in shown(report)


# --- what counts is spelled out -----------------------------------------------------------------------------


@pytest.mark.parametrize("many", [False, True])
def test_the_undecided_is_a_finding_of_the_gate_alone(many: bool):
    files = (app("app", UNDECIDED), app("other", made.PASSED))[: 2 if many else 1]
    gate = shown(gated(*files))
    assert gate.splitlines()[0].split()[0] == "unknown"
    assert "unknown   wrong-go (GBI109)  the version is between" in gate
    plain = shown(gated(*files, threshold=Threshold()))
    assert plain.splitlines()[0].split()[0] == "ok"
    assert "GBI109" not in plain


def test_an_unknown_that_nothing_declared_is_only_named():
    assert "unknown   modified-after-link" in shown(gated(app("app", made.UNREAD)))
    assert shown(gated(app("app", made.UNREAD))).startswith("ok ")


def test_a_waived_finding_is_named_and_with_v_told_in_full():
    report = gated(app("app", replace(made.WRONG, waiver=WAIVER)))
    short = shown(report)
    assert short.startswith("ok ")
    assert "\n  waived    wrong-goarch\n" in short
    assert "GBI102" not in short
    full = shown(report, verbose=True)
    assert "waived    wrong-goarch (GBI102)" in full
    told = "waived until 2027-01-31: the vendor ships it so (policy gobin-inspect.toml:waivers[0])"
    assert told in " ".join(full.split())
    assert "1 failed (1 waived)" in short
    assert "until" not in shown(gated(app("app", replace(made.WRONG, waiver=ENDLESS))), verbose=True)


def test_waivers_of_many_files_are_counted():
    report = gated(*(app(name, replace(made.WRONG, waiver=WAIVER)) for name in ("a", "b")))
    assert "waived   wrong-goarch (2)" in shown(report)


def test_the_release_as_a_whole_has_a_block_of_its_own():
    lines = shown(gated(app("a"), app("b"), release=[MISSING])).splitlines()
    at = lines.index("error    the release as a whole")
    assert lines[at + 1] == "  error     missing-target (GBI701)  1 of 2 targets is missing"
    assert lines[at + 2].split() == ["linux/arm64:", "policy", "gobin-inspect.toml:targets[1]"]
    passed = made.outcome("missing-target", "GBI701", message="2 of 2 targets are there")
    assert "as a whole" not in shown(gated(app("a"), release=[passed]))
    assert "pass      missing-target (GBI701)  2 of 2 targets are there" in shown(
        gated(app("a"), release=[passed]), verbose=True
    )


# --- what a policy asks -------------------------------------------------------------------------------------


def test_what_a_policy_asks_stands_on_one_line():
    source = "policy gobin-inspect.toml:all.x"
    meant = {
        "clean": Declared(True, source),
        "trimpath": Declared(False, source),
        "debug_info": Declared(False, source),
        "symbols": Declared(True, source),
        "max_size": Declared(20 << 20, source),
        "subsystem": Declared("gui", source),
    }
    page = shown(gated(app("app", **meant)))
    assert "  asked     clean, no debug-info, max-size 20.0 MiB, subsystem gui   policy\n" in page


def test_module_version_and_commit_are_rows():
    meant = {
        "module": Declared("example.com/other", "policy x.toml:all.module"),
        "version": Declared("1.2.3", "metadata.json"),
        "revision": Declared("eb004ec6c9263ef078904f1975914afb65927b1f", "metadata.json"),
    }
    wrong = made.outcome("wrong-module", "GBI613", Status.FAIL)
    rows = shown(gated(app("app", wrong, **meant))).splitlines()
    assert "! module    -             example.com/app   example.com/other   policy" in rows
    assert [row.split() for row in rows if row.startswith("  version")] == [
        ["version", "-", "v1.2.3", "1.2.3", "metadata.json"]
    ]
    assert [row.split() for row in rows if row.startswith("  commit")] == [
        ["commit", "-", "-", "eb004ec6c926", "metadata.json"]
    ]


def test_portability_names_the_profile_and_what_blocks_the_next():
    held = Portability(satisfied="glibc-2.35", stricter="glibc-2.28", blocked_by=("glibc-too-new",))
    image = replace(made.image(go_build(), made.PASSED), portability=held)
    page = shown(made.report(made.file("app", image)))
    assert "  portable  as glibc-2.35 · glibc-2.28 needs more: glibc-too-new\n" in page
    best = replace(image, portability=Portability(satisfied="static-scratch", stricter=None, blocked_by=()))
    assert "  portable  as static-scratch\n" in shown(made.report(made.file("app", best)))
    assert "portable" not in shown(made.report(made.file("app", made.image(go_build()))))
