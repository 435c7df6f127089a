"""Tell inspector/data/ports.json which GOOS/GOARCH pairs a Go release has, by real Go distributions.

    update_ports.py [--check] GOROOT...

Of each distribution, `go tool dist list` says which ports there are, which are broken and which have cgo;
src/runtime says which it can really build for; src/internal/platform/supported.go and the linker's config.go say
where programs are position-independent. What the table says of other releases stays; a release newer than the
table opens and closes its ranges. --check writes nothing and fails when the table does not say so already.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from inspector.ports import Span, parse_span, within  # noqa: E402  # the checkout is importable only from here on

TABLE = ROOT / "inspector" / "data" / "ports.json"
FACTS = ("releases", "broken", "cgo", "pie", "default_pie", "always_pie")

# One entry point in the runtime's source serves several ports: its build constraint names them.
SHARED = {
    "linux/mipsx": ("linux/mips", "linux/mipsle"),
    "linux/mips64x": ("linux/mips64", "linux/mips64le"),
    "linux/ppc64x": ("linux/ppc64", "linux/ppc64le"),
}


class GorootError(Exception):
    """A directory is no Go distribution, or one that is written in another way than this script reads."""


@dataclass(frozen=True)
class Release:
    """What one Go release says: the pairs ("linux/amd64") for which each fact of the table holds."""

    minor: int
    facts: Mapping[str, frozenset[str]]
    race_exe: frozenset[str]


def observe(goroot: Path) -> Release:
    """Read one distribution. Raises GorootError."""
    version = re.match(r"go1\.(\d+)", _source(goroot, "VERSION"))
    if version is None:
        raise GorootError(f"{goroot}: VERSION names no release")
    listed = {f"{port['GOOS']}/{port['GOARCH']}": port for port in _dist_list(goroot)}
    entries = {path.name[4:-2].replace("_", "/") for path in (goroot / "src" / "runtime").glob("rt0_*_*.s")}
    built = frozenset(pair for entry in entries for pair in SHARED.get(entry, (entry,)))
    if not built <= set(listed):
        raise GorootError(f"{goroot}: the runtime has ports that dist does not list: {sorted(built - set(listed))}")
    supported = _source(goroot, "src/internal/platform/supported.go")
    config = _source(goroot, "src/cmd/link/internal/ld/config.go")
    default, race_exe = _default_pie(supported, built)
    facts = {
        "releases": built,
        "broken": frozenset(pair for pair in built if listed[pair].get("Broken")),
        "cgo": frozenset(pair for pair in built if listed[pair]["CgoSupported"]),
        "pie": _pairs(_block(supported, r'case "pie":', r"return false")) & built,
        "default_pie": default,
        "always_pie": _pairs(_block(config, r'case "exe":', r"everything is PIE")) & built,
    }
    return Release(int(version[1]), facts, race_exe)


def differences(table: Mapping[str, Any], release: Release) -> list[str]:
    """Say where the table and a release disagree, one line each."""
    ports, minor = table["ports"], release.minor
    lines = []
    for fact in FACTS:
        said = {pair for pair, row in ports.items() if within(parse_span(row.get(fact, "")), minor)}
        lines += [f"1.{minor}: {pair} lacks {fact}" for pair in sorted(release.facts[fact] - said)]
        lines += [f"1.{minor}: {pair} has {fact} too much" for pair in sorted(said - release.facts[fact])]
    exempt = {goos for goos, span in table["race_exe"].items() if within(parse_span(span), minor)}
    lines += [f"1.{minor}: race_exe differs for {goos}" for goos in sorted(exempt ^ release.race_exe)]
    if not within(parse_span(table["known"]), minor):
        lines.append(f"1.{minor}: not among the known releases, {table['known']}")
    return lines


def fold(table: dict[str, Any], release: Release) -> None:
    """Write a release that follows the known ones into the table."""
    minor = release.minor
    known = parse_span(table["known"])
    if known[-1][1] not in {minor - 1, minor}:
        raise GorootError(f"1.{minor} does not follow the known releases, {table['known']}; correct the table by hand")
    table["known"] = f"1.{known[0][0]}-1.{minor}"
    for pair in sorted(release.facts["releases"] - set(table["ports"])):
        table["ports"][pair] = {}
    for pair, row in table["ports"].items():
        for fact in FACTS:
            row[fact] = _text(_continued(parse_span(row.get(fact, "")), minor, pair in release.facts[fact]))
    for goos in sorted(set(table["race_exe"]) | release.race_exe):
        span = parse_span(table["race_exe"].get(goos, ""))
        table["race_exe"][goos] = _text(_continued(span, minor, goos in release.race_exe))


def written(table: Mapping[str, Any]) -> str:
    """Return the table as JSON, one port a line."""
    about = [f"    {json.dumps(key)}: {json.dumps(text)}" for key, text in table["about"].items()]
    rows = []
    for pair, row in sorted(table["ports"].items()):
        kept = {key: row[key] for key in (*FACTS, "source") if row.get(key)}
        rows.append(f"    {json.dumps(pair)}: {json.dumps(kept)}")
    lines = [
        "{",
        '  "about": {',
        ",\n".join(about),
        "  },",
        f'  "known": {json.dumps(table["known"])},',
        f'  "race_exe": {json.dumps(table["race_exe"])},',
        '  "ports": {',
        ",\n".join(rows),
        "  }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _continued(span: Span, minor: int, holds: bool) -> Span:
    *before, last = span or [(0, -1)]
    first, end = last
    if holds == within(span, minor):
        return span
    if holds:
        return (*span, (minor, None))
    if end is not None:
        raise GorootError(f"1.{minor} lies inside a range that has an end; correct the table by hand")
    return (*before, (first, minor - 1)) if first < minor else tuple(before)


def _text(span: Span) -> str:
    return ", ".join(
        f"1.{first}" if first == last else f"1.{first}-" + ("" if last is None else f"1.{last}") for first, last in span
    )


def _dist_list(goroot: Path) -> list[dict[str, Any]]:
    environment = {**os.environ, "GOROOT": str(goroot), "GOTOOLCHAIN": "local", "GOENV": "off", "GOFLAGS": ""}
    command = [str(goroot / "bin" / "go"), "tool", "dist", "list", "-json", "-broken"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    except (OSError, subprocess.CalledProcessError) as error:
        raise GorootError(f"{' '.join(command)}: {getattr(error, 'stderr', '') or error}") from error
    ports: list[dict[str, Any]] = json.loads(result.stdout)
    return ports


def _source(goroot: Path, name: str) -> str:
    try:
        return (goroot / name).read_text("utf-8")
    except OSError as error:
        raise GorootError(f"{error.filename}: {error.strerror}") from error


def _block(source: str, start: str, end: str) -> str:
    found = re.search(f"{start}(.*?){end}", source, re.DOTALL)
    if found is None:
        raise GorootError(f"no {start} before {end}: Go's source is written in another way now")
    return found[1]


def _pairs(block: str) -> frozenset[str]:
    return frozenset(re.findall(r'"([a-z0-9]+/[a-z0-9]+)"', block))


def _default_pie(supported: str, built: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return what DefaultPIE says of every port, and of which GOOS it says otherwise with the race detector."""
    body = _block(supported, r"func DefaultPIE\(", r"\n}\n")
    pairs: set[str] = set()
    race: set[str] = set()
    for names, answer in re.findall(r"case ([^:]+):\n(.*?)(?=\n\tcase|\n\t})", body, re.DOTALL):
        goos = set(re.findall(r'"(\w+)"', names))
        of_goos = {pair for pair in built if pair.split("/")[0] in goos}
        if only := re.fullmatch(r'\s*return goarch == "(\w+)"', answer):
            pairs |= {pair for pair in of_goos if pair.endswith(f"/{only[1]}")}
        elif answer.rstrip().endswith("return true"):
            pairs |= of_goos
            race |= goos if "isRace" in answer else set()
        else:
            raise GorootError("DefaultPIE is written in another way now")
    return frozenset(pairs), frozenset(race)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when something differs")
    parser.add_argument("goroot", nargs="+", type=Path)
    options = parser.parse_args()
    table = json.loads(TABLE.read_text("utf-8"))
    try:
        releases = sorted(map(observe, options.goroot), key=lambda release: release.minor)
        for release in releases:
            if not options.check and differences(table, release):
                fold(table, release)
    except GorootError as error:
        print(error, file=sys.stderr)
        return 2
    lines = [line for release in releases for line in differences(table, release)]
    for line in lines:
        print(line, file=sys.stderr)
    if not lines and not options.check:
        TABLE.write_text(written(table), "utf-8")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
