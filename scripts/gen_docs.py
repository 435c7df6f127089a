"""Make the generated documents.

They are docs/rules/ (from the rules' own docstrings), docs/schema.json and docs/diff-schema.json (from the types of the
report and of a difference), the tables of docs/policy.md and docs/policy-schema.json (from the policy's keys), and the
output that the README shows (from runs on the committed release).

    gen_docs.py            write what differs
    gen_docs.py --check    write nothing; exit 1 and name what differs
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from inspector.diff.document import schema as diff_schema  # noqa: E402  # importable from here on
from inspector.intent.policy_keys import ALL, PROFILE, TARGET, WAIVER, Key  # noqa: E402
from inspector.intent.profiles import profiles  # noqa: E402
from inspector.kinds import KINDS, kind_page  # noqa: E402
from inspector.microarch import VARIABLES  # noqa: E402
from inspector.model import Rule  # noqa: E402
from inspector.policycommands import schema as policy_schema  # noqa: E402
from inspector.reports.json_v1 import schema  # noqa: E402
from inspector.rules import all_rules, page  # noqa: E402

NOTICE = "<!-- Made by scripts/gen_docs.py from the rule's module; edit that. -->\n"
TABLE = re.compile(r"<!-- table: (?P<name>\w+) -->\n.*?<!-- end -->\n", re.DOTALL)
PROSE = {"title", "source"}
EXAMPLE = re.compile(r"<!-- output -->\n```\n\$ (?P<command>[^\n]+)\n.*?```\n", re.DOTALL)


def main() -> int:
    """Write or check every generated file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when something differs")
    check = parser.parse_args().check
    wanted = dict(pages())
    folder = ROOT / "docs" / "rules"
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    extra = [path for path in sorted(folder.glob("*.md")) if path not in wanted]
    for path in stale + extra:
        print(f"{'differs' if check else 'written' if path in wanted else 'removed'}: {path.relative_to(ROOT)}")
    if check:
        if stale or extra:
            print("generated files are out of date; run: python scripts/gen_docs.py", file=sys.stderr)
        return 1 if stale or extra else 0
    folder.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.write_text(wanted[path], "utf-8")
    for path in extra:
        path.unlink()
    return 0


def pages() -> list[tuple[Path, str]]:
    """Return every generated file and its text."""
    folder = ROOT / "docs" / "rules"
    made = [(folder / f"{rule.name}.md", titled(f"{rule.name} ({rule.id})", page(rule))) for rule in all_rules()]
    made += [(folder / f"{kind}.md", titled(kind, kind_text(kind))) for kind in KINDS]
    made.append((folder / "README.md", index()))
    made.append((ROOT / "docs" / "schema.json", json.dumps(schema(), indent=2, sort_keys=True) + "\n"))
    made.append((ROOT / "docs" / "diff-schema.json", json.dumps(diff_schema(), indent=2) + "\n"))
    made.append((ROOT / "docs" / "policy-schema.json", json.dumps(policy_schema(), indent=2) + "\n"))
    policy = ROOT / "docs" / "policy.md"
    made.append((policy, TABLE.sub(lambda match: table(match["name"]), policy.read_text("utf-8"))))
    readme = ROOT / "README.md"
    made.append((readme, EXAMPLE.sub(lambda match: example(match["command"]), readme.read_text("utf-8"))))
    return made


def example(command: str) -> str:
    """Return a README block with the command and what it prints, 80 columns wide."""
    run = [sys.executable, "-m", "inspector", *command.split()[1:]]
    environment = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run(run, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1}:
        raise SystemExit(f"{command}: exit code {done.returncode}: {done.stderr}")
    return f"<!-- output -->\n```\n$ {command}\n{done.stdout.rstrip()}\n```\n"


def table(name: str) -> str:
    """Return a table of docs/policy.md between its marks."""
    rows = {
        "needs": lambda: keys(ALL.keys),
        "targets": lambda: keys([key for key in TARGET.keys if key not in ALL.keys]),
        "waivers": lambda: keys(WAIVER.keys),
        "profile": lambda: keys(PROFILE.keys),
        "profiles": profile_rows,
    }[name]()
    return "\n".join([f"<!-- table: {name} -->", *rows, "<!-- end -->", ""])


def keys(shown: Iterable[Key]) -> list[str]:
    """Return a table of keys: what they take, what they declare, and the rules that go by them."""
    rows = ["| key | value | declares | rules |", "|---|---|---|---|"]
    for key in shown:
        meant = "microarch" if key.means in VARIABLES else key.means
        woken = [rule.name for rule in all_rules() if isinstance(rule, Rule) and meant in rule.keys] + list(key.wakes)
        links = ", ".join(f"[{rule}](rules/{rule}.md)" for rule in dict.fromkeys(woken))
        required = " (required)" if key.required else ""
        rows.append(f"| `{key.name}` | {key.kind.said}{required} | {key.about} | {links} |")
    return rows


def profile_rows() -> list[str]:
    """Return a table of the profiles that are built in."""
    rows = ["| profile | systems | needs |", "|---|---|---|"]
    for name, profile in profiles().items():
        said = {key: value for key, value in msgspec.structs.asdict(profile).items() if value is not None}
        needs = ", ".join(f"`{key.replace('_', '-')} = {json.dumps(said[key])}`" for key in said if key not in PROSE)
        rows.append(f"| `{name}` | {profile.title} | {needs} |")
    return rows


def kind_text(kind: str) -> str:
    """Return the page of a kind of skipped row, without the name it begins with."""
    return (kind_page(kind) or "").strip().removeprefix(f"{kind}: ")


def titled(title: str, text: str) -> str:
    """Return a page with its heading."""
    return f"{NOTICE}# {title}\n\n{text.strip()}\n"


def index() -> str:
    """Return the table of all rules, and of the kinds of skipped row."""
    rows = [
        f"| [{rule.name}]({rule.name}.md) | {rule.id} | {rule.severity.value} | {first_line(page(rule))} |"
        for rule in all_rules()
    ]
    kinds = [f"| [{kind}]({kind}.md) | {first_line(kind_text(kind))} |" for kind in KINDS]
    return "\n".join(
        [
            NOTICE + "# Rules",
            "",
            "| rule | id | default severity | defect |",
            "|---|---|---|---|",
            *rows,
            "",
            "# Why something was not inspected",
            "",
            "| kind | meaning |",
            "|---|---|",
            *kinds,
            "",
        ]
    )


def first_line(text: str) -> str:
    """Return a page's title sentence."""
    return text.strip().splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())
