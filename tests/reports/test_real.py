"""Reports on real programs."""

import io
import json

import jsonschema
import pytest

from inspector.batch import inspect_paths
from inspector.pipeline import Options
from inspector.reports import View, json_v1, text
from inspector.rules import select

VALIDATOR = jsonschema.Draft202012Validator(json_v1.schema())


@pytest.fixture
def report(sample, monkeypatch):
    """The report on one sample, called by its name alone."""
    monkeypatch.chdir(sample.path.parent)
    return inspect_paths([sample.path.name], Options(rules=select()))


def test_the_json_of_every_sample_is_valid(report, sample):
    out = io.StringIO()
    json_v1.render(report, out, View())
    document = json.loads(out.getvalue())
    VALIDATOR.validate(document)
    (file,) = document["files"]
    assert (file["size"], file["sha256"]) == (sample.path.stat().st_size, sample.sha256)
    (image,) = file["images"]
    assert (image["observed"]["goos"], image["observed"]["goarch"]) == (sample.goos, sample.goarch)


def test_the_page_of_every_sample_fits_80_columns(report, sample):
    out = io.StringIO()
    text.render(report, out, View())
    page = out.getvalue()
    assert sample.path.name in page.splitlines()[0]
    assert f"  target    {sample.port} " in page
    assert [line for line in page.splitlines() if len(line) > 80] == []
