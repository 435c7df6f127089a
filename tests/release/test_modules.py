"""The modules of programs, read from full reports where they differ, and bounded."""

import pytest
from msgspec.structs import replace

from inspector.intent import Plan
from inspector.model import Module
from inspector.release import modules
from inspector.release.groups import groups
from tests.build.facts import darwin, go_build
from tests.reports.made import file, image
from tests.reports.made import report as report_of

ARM64 = go_build(observed={"goarch": "arm64"}, settings={"GOARCH": "arm64", "GOAMD64": None})


def module(path: str, version: str | None, to: Module | None = None) -> Module:
    return Module(path=path, version=version, sum=None, replace=to)


def holding(build, *deps: Module):
    return image(replace(build, recorded=replace(build.recorded, path="example.com/app", deps=deps)))


def held(*images_of_files):
    files = [file(f"dist/app_{at}", *images) for at, images in enumerate(images_of_files)]
    (group,) = groups(report_of(*files), Plan())
    return [dict(part.modules) for part in group.parts]


NET, SYS, OTHER = module("x/net", "v0.40.0"), module("x/sys", "v0.30.0"), module("x/net", "v0.39.0")


def test_modules_are_read_where_programs_differ_in_them():
    assert held([holding(go_build(), NET)], [holding(ARM64, NET)]) == [{}, {}]
    assert held([holding(go_build(), NET)], [holding(ARM64, OTHER, SYS)], [holding(darwin())]) == [
        {"x/net": "v0.40.0"},
        {"x/net": "v0.39.0", "x/sys": "v0.30.0"},
        {},
    ]


def test_each_slice_has_its_own():
    universal = [holding(darwin("amd64"), NET), holding(darwin("arm64"), OTHER)]
    assert held([holding(go_build(), NET)], universal) == [
        {"x/net": "v0.40.0"},
        {"x/net": "v0.40.0"},
        {"x/net": "v0.39.0"},
    ]


def test_a_replacement_counts_and_where_a_directory_is_does_not():
    fork = module("x/net", "v0.40.0", module("example.com/net", "v0.1.0"))
    here, there = (module("x/net", "v0.40.0", module(path, None)) for path in ("/home/a/net", "/Users/b/net"))
    assert held([holding(go_build(), fork)], [holding(ARM64, here)], [holding(darwin(), there)]) == [
        {"x/net": "v0.40.0 => example.com/net v0.1.0"},
        {"x/net": "v0.40.0 => a directory"},
        {"x/net": "v0.40.0 => a directory"},
    ]


def test_what_is_read_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(modules, "MAX_MODULES", 3)
    many = [module(f"x/{at}", "v1.0.0") for at in range(3)]
    assert held([holding(go_build(), NET)], [holding(ARM64, *many)], [holding(darwin(), OTHER, SYS)]) == [
        {"x/net": "v0.40.0"},
        {},
        {"x/net": "v0.39.0", "x/sys": "v0.30.0"},
    ]
