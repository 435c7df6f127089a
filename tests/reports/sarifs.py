"""SARIF as it is written, and checked against the published schema."""

import json
from functools import partial
from pathlib import Path

import jsonschema
from msgspec.structs import replace

from inspector.model import RulePage, Threshold
from inspector.reports.sarif import render
from inspector.rules import all_rules, page
from tests.reports import made
from tests.reports.gates import one

ROOT = Path(__file__).parents[2]
PUBLISHED = json.loads((ROOT / "tests" / "schemas" / "sarif" / "sarif-schema-2.1.0.json").read_bytes())
PAGES = tuple(RulePage(id=rule.id, name=rule.name, severity=rule.severity, page=page(rule)) for rule in all_rules())
VALIDATOR = jsonschema.Draft4Validator(PUBLISHED, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
written = partial(made.written, render)


def run_of(report):
    document = json.loads(written(report))
    VALIDATOR.validate(document)
    (run,) = document["runs"]
    return run


def result_of(outcome, **threshold):
    """The one result of a report with one outcome."""
    (result,) = run_of(replace(one(outcome), threshold=Threshold(**threshold)))["results"]
    return result


def uri(result):
    (location,) = result["locations"]
    return location["physicalLocation"]["artifactLocation"]["uri"]


def prints(report):
    return [result["partialFingerprints"]["gobinInspect/v1"] for result in run_of(report)["results"]]


def release(*outcomes, files=(), skipped=()):
    return replace(made.report(*files, skipped=skipped), release=outcomes)
