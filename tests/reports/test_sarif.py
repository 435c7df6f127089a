"""SARIF is valid, says what the JSON report says, and is known again by a service that follows alerts."""

import datetime
import io
import json
import re
from urllib.parse import unquote

import jsonschema
import pytest
from msgspec.structs import replace

from inspector import __version__
from inspector.batch import inspect_paths
from inspector.model import (
    Evidence,
    Intent,
    Policy,
    SkipKind,
    Status,
    Unknown,
    WaiverClause,
)
from inspector.pipeline import Options
from inspector.reports import View, json_v1, sarif
from inspector.reports.sarif import BANDS, SCHEMA, uri_of
from inspector.rules import all_rules, page, select
from inspector.ruling import Ruling
from tests.reports import made
from tests.reports.gates import CUT, GATES, MISSING, REPORTS, UNDECIDED, WAIVED, one
from tests.reports.sarifs import PAGES, PUBLISHED, ROOT, release, result_of, run_of, uri
from tests.reports.test_hostile import poisoned

# RFC 3986, appendix A: what may stand in a URI reference without a query and a fragment.
PATH = re.compile(r"(?:file://)?(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})+")


@pytest.fixture(scope="module")
def shipped():
    """The committed release, as it is met from the directory it is in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT / "samples")
        return inspect_paths(["release"], Options(rules=select()))


def test_the_schema_is_the_published_one_and_whole():
    jsonschema.Draft4Validator.check_schema(PUBLISHED)
    assert PUBLISHED["id"] == SCHEMA
    references = re.findall(r'"\$ref": "([^"]+)"', json.dumps(PUBLISHED))
    assert len(references) > 100
    assert {reference[0] for reference in references} == {"#"}


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("change", [lambda report: report, poisoned], ids=["as it is", "hostile"])
def test_the_document_is_valid(name, change):
    run = run_of(replace(change(REPORTS[name]), rules=PAGES[:3]))
    # What the standard's prose asks and its schema cannot: each index is of the artifact with that URI (3.4.2), a
    # container comes with no byte of its parent's path (3.24.2), and a level is for failures (3.27.10).
    for artifact in run["artifacts"]:
        assert PATH.fullmatch(artifact["location"]["uri"])
        assert artifact["location"]["uri"].startswith("/") == ("parentIndex" in artifact)
    for result in run["results"]:
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            named = location["physicalLocation"]["artifactLocation"]
            assert run["artifacts"][named["index"]]["location"]["uri"] == named["uri"]
            assert "region" not in location["physicalLocation"]
        assert (result["kind"] == "fail") == (result["level"] != "none")
        # GitHub refuses the whole file for one result without (locationFromSarifResult).
        assert (
            "parentIndex"
            not in run["artifacts"][result["locations"][0]["physicalLocation"]["artifactLocation"]["index"]]
        )


@pytest.mark.parametrize("name", REPORTS)
def test_what_fails_is_what_the_json_report_says_fails(name):
    report = REPORTS[name]
    out = io.StringIO()
    json_v1.render(report, out, View())
    document = json.loads(out.getvalue())
    failing = [
        (file["path"], *file["members"], image["slice"], outcome["id"], outcome["severity"], bool(outcome["waiver"]))
        for file in document["files"]
        for image in file["images"]
        for outcome in image["outcomes"]
        if outcome["status"] == "fail"
    ]
    failing += [(proof["label"], o["id"], o["severity"]) for o in document["release"] for proof in o["evidence"]]
    assert [_said(result) for result in run_of(report)["results"] if result["kind"] == "fail"] == failing


def _said(result):
    if result["ruleId"].startswith("GBI7"):
        return (result["properties"]["evidence"][0]["label"], result["ruleId"], result["level"])
    about = result["properties"]
    return (
        unquote(uri(result)),
        *about["members"],
        about["slice"],
        result["ruleId"],
        result["level"],
        bool(result["suppressions"]),
    )


@pytest.mark.parametrize("name", GATES)
def test_what_refuses_is_there_and_marked(name):
    report, refused, _ = GATES[name]
    run = run_of(report)
    undecided = {(r["ruleId"], r["level"]) for r in run["results"] if r["kind"] == "open"}
    by_name = {"wrong-cgo": "GBI103", "wrong-go": "GBI109"}
    assert undecided == {(by_name[rule], "none") for _, rule in refused if rule in by_name}


def test_the_committed_release_is_valid_and_agrees(shipped):
    run = run_of(shipped)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in all_rules()]
    # The planted defects, by samples/README.md's own list of them.
    found = {(uri(result).removeprefix("release/"), rules[result["ruleIndex"]]["name"]) for result in run["results"]}
    assert found >= {
        ("demo_1.2.3_linux_arm64.tar.gz", "wrong-goarch"),
        ("demo_1.2.3_darwin_arm64.tar.gz", "macho-signature-broken"),
        ("demo_1.2.3_linux_386.tar.gz", "mode-not-executable"),
        ("demo_1.2.3_windows_amd64.zip", "pe-reloc-missing"),
    }
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    programs = {a["location"]["uri"]: a for a in run["artifacts"] if "hashes" in a}
    assert set(programs) == {"/demo", "/demo.exe"}


def test_every_rule_is_described_as_github_shows_it():
    driver = run_of(replace(made.report(), rules=PAGES))["tool"]["driver"]
    assert driver["semanticVersion"] == "0.1.0"
    for rule, shown in zip(all_rules(), driver["rules"], strict=True):
        title = page(rule).strip().splitlines()[0]
        assert (shown["id"], shown["name"], shown["shortDescription"]["text"]) == (rule.id, rule.name, title)
        assert shown["defaultConfiguration"]["level"] == rule.severity
        assert shown["help"]["markdown"] == page(rule).strip()
        # "SARIF support for code scanning": 1,024 characters of a description, 255 of a name, 10 tags shown.
        assert 20 < len(shown["fullDescription"]["text"]) <= 1024
        assert "\n" not in shown["fullDescription"]["text"]
        assert "#" not in shown["fullDescription"]["text"]
        assert shown["properties"]["tags"] == ["go", "release", BANDS[rule.id[:4]]]
        assert shown["properties"]["problem.severity"] in {"error", "warning", "recommendation"}


def test_the_version_is_a_semantic_one():
    assert re.fullmatch(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?", __version__)


def test_a_result_says_what_is_wrong_then_how_to_mend_it_then_why():
    assert result_of(made.WRONG)["message"]["text"] == (
        "built for amd64, but 386 was meant (file name). Fix: GOARCH=386 go build ... "
        "Evidence: COFF machine: 0x8664 (amd64) at 0x84; recorded GOARCH: amd64 at 0x1c4010."
    )


def test_a_member_is_an_artifact_in_another():
    run = run_of(
        made.report(
            made.file("a b/x.zip", made.image(None, made.WRONG), members=("in/y.tar", "bin/app é"), size=7),
        )
    )
    assert run["artifacts"] == [
        {"location": {"uri": "a%20b/x.zip"}, "roles": ["analysisTarget"]},
        {"location": {"uri": "/in/y.tar"}, "roles": ["analysisTarget"], "parentIndex": 0},
        {
            "location": {"uri": "/bin/app%20%C3%A9"},
            "roles": ["analysisTarget"],
            "parentIndex": 1,
            "length": 7,
            "hashes": {"sha-256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        },
    ]
    (result,) = run["results"]
    assert uri(result) == "a%20b/x.zip"
    (within,) = result["relatedLocations"]
    assert within["physicalLocation"]["artifactLocation"] == {"uri": "/bin/app%20%C3%A9", "index": 2}
    assert result["message"]["text"].startswith("in/y.tar -> bin/app é: built for amd64, but 386 was meant")


def test_a_slice_is_named():
    (result,) = run_of(made.universal())["results"]
    assert result["properties"]["slice"] == "x86_64"
    assert result["message"]["text"].startswith("slice x86_64: built for amd64")


def test_a_digest_that_was_not_computed_is_absent():
    file = replace(made.file("app", made.image()), sha256=Unknown("not computed (--no-hash)"))
    assert run_of(made.report(file))["artifacts"] == [
        {"location": {"uri": "app"}, "roles": ["analysisTarget"], "length": 3_399_168}
    ]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("dist/app", "dist/app"),
        ("C:relative", "C%3Arelative"),
        ("a%b#c?d", "a%25b%23c%3Fd"),
        ("/srv/dist/a b", "file:///srv/dist/a%20b"),
        ("C:/dist/a b", "file:///C:/dist/a%20b"),
        ("</script>\n\x1b\u202e", "%3C/script%3E%0A%1B%E2%80%AE"),
        ("\udcff", "%5Cxff"),
    ],
)
def test_a_path_is_a_uri(path, wanted):
    assert uri_of(path) == wanted


def test_nothing_in_a_message_is_a_link_or_a_placeholder():
    bait = made.outcome(status=Status.FAIL, message="{0} [look here](https://example.com) \\[1](2)")
    text = result_of(bait)["message"]["text"]
    assert "](" not in text
    assert text == "{{0}} [look here] (https://example.com) \\[1] (2)."


def test_a_text_is_no_longer_than_github_shows():
    long = made.outcome(status=Status.FAIL, message="m" * 3000)
    text = result_of(long)["message"]["text"]
    assert len(text) == 1024
    assert text.endswith("m…")


def test_a_waived_finding_is_a_suppressed_result():
    result = result_of(WAIVED)
    assert (result["kind"], result["level"]) == ("fail", "error")
    assert result["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "ships in May",
            "properties": {"source": "policy p.toml:waivers[0]", "until": "2027-05-01"},
        }
    ]
    # All results have the property or none has it (3.27.23).
    assert result_of(made.WRONG)["suppressions"] == []


def test_undecided_is_open_where_it_counts_and_else_absent():
    result = result_of(UNDECIDED, strict=True)
    assert (result["kind"], result["level"], result["suppressions"]) == ("open", "none", [])
    assert run_of(one(UNDECIDED))["results"] == []
    assert run_of(one(made.UNREAD, made.ABSENT, made.PASSED))["results"] == []


def test_what_was_not_inspected_means_that_results_may_be_missing():
    run = run_of(made.report(skipped=[CUT, made.skip("dist/README", SkipKind.NOT_EXECUTABLE, "not an executable")]))
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (notice,) = invocation["toolExecutionNotifications"]
    assert notice == {
        "descriptor": {"id": "truncated"},
        "level": "error",
        "message": {"text": "the archive ends inside a member."},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": "dist/cut.tar.gz", "index": 0}}}],
    }
    assert run["results"] == []
    assert run_of(made.warned())["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_a_crash_is_told_and_left_open():
    run = run_of(one(made.CRASH))
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert (notice["descriptor"], notice["associatedRule"]) == ({"id": "rule-crashed"}, {"id": "GBI109"})
    assert run["invocations"][0]["executionSuccessful"] is False
    assert [result["kind"] for result in run["results"]] == ["open"]


def test_a_release_has_a_result_for_each_artifact_or_target():
    proofs = [
        Evidence("linux/arm64", "no artifact is for it (p.toml)"),
        Evidence("dist/app.zip -> app.exe", "windows/386: not in p.toml"),
        Evidence("dist/cut.tar.gz", "sha256 00, listed is 11"),
    ]
    zipped = made.file("dist/app.zip", made.image(), members=("app.exe",))
    run = run_of(release(replace(MISSING, evidence=tuple(proofs)), files=[zipped], skipped=[CUT]))
    assert [uri(result) for result in run["results"]] == ["dist", "dist/app.zip", "dist/cut.tar.gz"]
    assert [result["properties"]["members"] for result in run["results"]] == [[], ["app.exe"], []]
    assert run["results"][0]["message"]["text"] == (
        "linux/arm64: no artifact is for it (p.toml). 1 of 5 targets is missing. Fix: build it."
    )
    assert run["artifacts"][-1] == {"location": {"uri": "dist"}, "roles": ["directory"]}


def test_a_file_that_no_rule_looked_into_is_no_directory():
    readme = made.skip("dist/README", SkipKind.NOT_EXECUTABLE, "not an executable")
    proofs = (Evidence("dist/README", "sha256 00, listed is 11"), Evidence("linux/arm64", "no artifact is for it"))
    report = release(replace(MISSING, evidence=proofs), files=[made.file("dist/app", made.image())], skipped=[readme])
    roles = {artifact["location"]["uri"]: artifact["roles"] for artifact in run_of(report)["artifacts"]}
    assert roles == {"dist/app": ["analysisTarget"], "dist/README": ["analysisTarget"], "dist": ["directory"]}


@pytest.mark.parametrize(
    ("paths", "wanted"),
    [
        (["dist/a/app", "dist/b/app"], "dist"),
        (["./dist/app"], "dist"),
        (["app", "dist/app"], "app"),  # they have no directory in common that has a name
        (["/srv/x/app", "/srv/y/app"], "file:///srv"),
        (["/srv/app", "dist/app"], "file:///srv/app"),
        ([], "."),
    ],
)
def test_what_is_missing_is_missing_in_the_directory_of_the_release(paths, wanted):
    files = [made.file(path, made.image()) for path in paths]
    (result,) = run_of(release(MISSING, files=files))["results"]
    assert uri(result) == wanted


def test_a_past_waiver_is_told_with_each_result_and_is_none():
    clause = WaiverClause(
        rule="missing-target",
        artifact="linux/*",
        reason="later",
        until=datetime.date(2026, 1, 1),
        source="policy p.toml:waivers[0]",
    )
    policy = Policy(path="p.toml", everything=Intent(), waivers=(clause,))
    (result,) = run_of(release(*Ruling(policy, datetime.date(2026, 1, 2)).on_release([MISSING])))["results"]
    assert result["message"]["text"].endswith("Evidence: waiver: ended on 2026-01-01 (policy p.toml:waivers[0]).")
    alone = run_of(release(replace(MISSING, evidence=())))
    assert [result["message"]["text"] for result in alone["results"]] == ["1 of 5 targets is missing. Fix: build it."]


def test_what_github_would_refuse_is_left_out_worst_last(monkeypatch):
    assert sarif.MAX_RESULTS == 25_000
    monkeypatch.setattr(sarif, "MAX_RESULTS", 50)
    notes = made.image(None, *[made.NOTE] * 49)
    worse = made.image(None, made.ZONES, made.WRONG, WAIVED)
    run = run_of(made.report(made.file("a", notes), made.file("b", worse)))
    levels = [result["level"] for result in run["results"]]
    assert len(levels) == 50
    assert levels[-2:] == ["warning", "error"]
    assert not any(result["suppressions"] for result in run["results"])
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert (notice["descriptor"]["id"], notice["level"]) == ("limit", "warning")
    assert notice["message"]["text"].startswith("2 more results were left out")
    assert run["invocations"][0]["executionSuccessful"] is True
