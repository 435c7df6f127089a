"""Hold inspector/data/os_floors.json against Go's release notes.

    check_os_floors.py NOTES

NOTES is the folder _content/doc of golang.org/x/website, of which go.dev/doc is made. Each row of the table names its
source. Where that begins with the notes of a release (go1.N.md), a sentence there must name the row's system and its
version. Fails and names the rows of which none does; rows with another source are left to people, and named too.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

TABLE = Path(__file__).resolve().parent.parent / "inspector" / "data" / "os_floors.json"
SOURCE = re.compile(r"Go (1\.\d+) release notes")
SYSTEM = re.compile(r"(?P<words>[A-Za-z ]+?) (?P<version>\d[\d.]*|XP)(?!\w)")
ALSO = {"OS X": "macOS", "Linux": "kernel"}  # what the notes call them as well


def sentences(page: Path) -> list[str]:
    """Return the page's sentences, and cells of its tables, without marks of HTML and Markdown."""
    text = re.sub(r"<!--.*?-->|<[^>]*>", " ", page.read_text("utf-8"), flags=re.DOTALL)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return [" ".join(part.split()) for part in re.split(r"(?<=[.;])\s|\n\s*\n", text)]


def says(sentence: str, name: str) -> bool:
    """Tell whether a sentence names a system, "macOS 10.15 Catalina", with this version, "10.15"."""
    system = SYSTEM.match(name)
    if system is None:
        return False
    words = system["words"]
    version = re.escape(system["version"].removesuffix(".0"))
    return bool(re.search(rf"\b({words}|{ALSO.get(words, words)})\b.*(?<![\d.]){version}(?:\.0)?(?!\.?\d)", sentence))


def judged(notes: Path) -> Iterator[tuple[str, bool | None]]:
    """Yield each row in words, and whether its notes say so; None where its source is none. Raises OSError."""
    for goos, rows in json.loads(TABLE.read_text("utf-8"))["floors"].items():
        for row in rows:
            release = SOURCE.match(row["source"])
            pages = [sentences(notes / f"go{release[1]}.md")] if release else []
            said = any(says(sentence, row["name"]) for page in pages for sentence in page)
            yield f"{goos} {row['releases']}: {row['name']} ({row['source']})", said if release else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("notes", type=Path, metavar="NOTES", help="_content/doc of golang.org/x/website")
    try:
        rows = list(judged(parser.parse_args().notes))
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    for words, said in rows:
        if not said:
            print(f"{'by hand' if said is None else 'NOT SAID'}: {words}", file=sys.stderr)
    return int(any(said is False for _, said in rows))


if __name__ == "__main__":
    sys.exit(main())
