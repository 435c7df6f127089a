"""The notes that samples deserve for the way they were built, told by how that was, never by what reads them."""

from __future__ import annotations

from collections.abc import Callable

from inspector.releases import supported_lines
from inspector.tzreleases import newest
from tests.real.store import Finding
from tests.samples import Sample

GO_LINE = (1, 21)  # `go 1.21` in go.mod of all but the newest programs of samples/src, which no store has
SAYS_WINDOWS_10 = (1, 27)  # cmd/link/internal/ld/pe.go; 6.1 before, though Go 1.21 needs Windows 10


def embeds_zones(sample: Sample) -> bool:
    return sample.program == "tz" or "-tags=timetzdata" in sample.flags


DESERVE: dict[str, Callable[[Sample], bool]] = {
    "no-vcs": lambda _: True,  # every sample is built with -buildvcs=false
    "devel-version": lambda _: True,
    "path-leak": lambda sample: "-trimpath" not in sample.flags,
    "godebug-override": lambda sample: sample.minor > GO_LINE,
    "old-go": lambda sample: sample.minor[1] < supported_lines()[0],
    "tzdata-stale": lambda sample: embeds_zones(sample) and sample.go not in newest().go,
    "tzdata-missing": lambda sample: sample.program == "uses" and sample.format == "elf" and not embeds_zones(sample),
    "pure-go-resolver": lambda sample: sample.program == "uses" and sample.format == "elf" and not sample.cgo_enabled,
    "exec-lookup-on-windows": lambda sample: sample.program == "uses" and sample.goos == "windows",
    "pe-os-version-lies": lambda sample: sample.goos == "windows" and sample.minor < SAYS_WINDOWS_10,
    "local-replace": lambda sample: sample.program == "sqlite",
}
"""Which sample deserves which note; `uses` is the program that looks hosts, zones and commands up."""


def notes_of(sample: Sample) -> frozenset[Finding]:
    """Return every note that is right for a sample as it was built."""
    return frozenset((rule, "note") for rule, deserves in DESERVE.items() if deserves(sample))
