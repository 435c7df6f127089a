"""Flags that builds for different targets should have in common."""

import pytest

from inspector.buildflags import common, flags


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({}, set()),
        ({"GOOS": "linux", "GOARCH": "arm", "GOARM": "7", "CGO_ENABLED": "1", "CGO_CFLAGS": "-O2"}, set()),
        ({"-compiler": "gc", "-buildmode": "exe", "vcs.revision": "1", "DefaultGODEBUG": "a=1"}, set()),
        ({"-tags": "netgo,osusergo"}, {"-tags netgo", "-tags osusergo"}),
        ({"-tags": "netgo osusergo"}, {"-tags netgo", "-tags osusergo"}),  # go 1.12 and before took spaces
        ({"-race": "true", "-cover": "true"}, {"-race", "-cover"}),
        ({"-trimpath": "true"}, {"-trimpath"}),
        ({"-buildmode": "pie"}, {"-buildmode=pie"}),
        ({"GOEXPERIMENT": "jsonv2"}, {"GOEXPERIMENT=jsonv2"}),
        ({"-ldflags": "-s -w"}, {"-ldflags -s", "-ldflags -w"}),
        ({"-ldflags": "-s"}, {"-ldflags -s", "-ldflags -w"}),  # -s leaves out DWARF too
        ({"-ldflags": "-w -X main.v=1 -X 'main.d=a b'"}, {"-ldflags -w", "-ldflags -X main.v", "-ldflags -X main.d"}),
        ({"-ldflags": "-linkmode external -extldflags -static -H windowsgui -buildid="}, set()),
    ],
)
def test_flags(settings, found):
    assert flags(settings) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("-trimpath=/home/a/go;/x", "-trimpath=/build/b;/y"),
        ("-trimpath=C:\\go\\src", "-trimpath=D:/a/_work"),
        ("all=-d=x-amd64", "all=-d=x-arm64"),
        ("-x=2026-11-23T10:00:00Z", "-x=2026-11-24T11:30:00+01:00"),
    ],
)
def test_places_dates_and_processors_do_not_differ(one, other):
    assert flags({"-gcflags": one}) == flags({"-gcflags": other}) != flags({})


@pytest.mark.parametrize(("one", "other"), [("all=-N -l", "all=-N"), ("a/b=-l", "a/c=-l"), ("-x=1", "-x=2")])
def test_other_values_do(one, other):
    assert flags({"-gcflags": one}) != flags({"-gcflags": other})


def test_nothing_stays_nothing():
    assert common(None) is None
    assert common("") == ""
