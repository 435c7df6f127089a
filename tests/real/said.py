"""What each report format says keeps the exit code from 0, read back by that format's own rules: rule and artifact."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from urllib.parse import unquote
from xml.etree import ElementTree

from inspector.model import ReleaseRule, SkipKind
from inspector.rules import all_rules
from tests.real.gate import RELEASE, Findings

RELEASE_WIDE = {rule.name for rule in all_rules() if isinstance(rule, ReleaseRule)}

_TITLE = re.compile(r"(?P<rule>[a-z0-9-]+) \(GBI\d{3}\)")
_MEMBER = re.compile(r"(?P<name>\S+)(?: -> slice \S+)?: ")
_SLICE = re.compile(r" \((arm64|x86_64)\)$")
_BULLET = re.compile(r"- ❌ \*\*(?P<rule>[a-z0-9-]+)\*\* \(")
_SUMMARY = re.compile(r"<details><summary>\S+ <code>(?P<name>.*)</code></summary>")
_CLOSING = re.compile(r"verified \d+ binar\S+ for \d+ targets?: \d+ as meant")


def _rule(title: str) -> str:
    found = _TITLE.fullmatch(title)
    assert found is not None, title
    return found["rule"]


def _junit(text: str) -> Findings:
    """A test case that failed."""
    return {
        (_rule(case.attrib["name"]), _SLICE.sub("", case.attrib["classname"]))
        for case in ElementTree.fromstring(text).iter("testcase")
        if case.find("failure") is not None
    }


def _github(text: str) -> Findings:
    """An ::error command, which makes a step red."""
    found = set()
    for line in text.splitlines():
        command, _, _ = line.removeprefix("::").partition("::")
        level, _, properties = command.partition(" ")
        title = unquote(dict(part.split("=", 1) for part in properties.split(","))["title"])
        if level == "error" and not title.startswith("not inspected: "):
            rule, _, artifact = title.partition(": ")
            found.add((_rule(rule), _SLICE.sub("", artifact)))
    return found


def _markdown(text: str) -> Findings:
    """A bullet with a cross, below the artifact it is folded under or the release as a whole."""
    found, below = set(), ""
    for line in text.splitlines():
        if line == "**The release as a whole**":
            below = RELEASE
        elif summary := _SUMMARY.match(line):
            below = _SLICE.sub("", unescape(summary["name"]))
        elif bullet := _BULLET.match(line):
            found.add((bullet["rule"], below))
    return found


def _sarif(text: str) -> Findings:
    """A result that failed with level error and is not suppressed. Its message begins with the member it is about."""
    (run,) = json.loads(text)["runs"]
    rules, found = run["tool"]["driver"]["rules"], set()
    for result in run["results"]:
        if (result["kind"], result["level"], result["suppressions"]) == ("fail", "error", []):
            (location,) = result["locations"]
            path = unquote(location["physicalLocation"]["artifactLocation"]["uri"])
            rule = rules[result["ruleIndex"]]
            of_release = "release-set" in rule["properties"]["tags"]
            artifact = RELEASE if of_release else " -> ".join((path, *result["properties"]["members"]))
            found.add((rule["name"], artifact))
    return found


def _gitlab(text: str) -> Findings:
    """An entry as severe as an error, of a rule. Of what is in an archive, its description begins with the name."""
    found = set()
    for entry in json.loads(text):
        rule, path = entry["check_name"], entry["location"]["path"]
        if entry["severity"] == "critical" and rule not in set(SkipKind):
            of_release = rule in RELEASE_WIDE
            member = _MEMBER.match(entry["description"].removeprefix(f"{rule}: "))
            artifact = f"{path} -> {member['name']}" if member and path.endswith((".gz", ".zip")) else path
            found.add((rule, RELEASE if of_release else artifact))
    return found


def closing_says(line: str) -> Findings:
    """What the closing line names: the files that are not as meant, of which it names three, and the release."""
    assert _CLOSING.match(line), line
    found = set()
    files, _, release = line.partition("; the release: ")
    for part in _named(files.partition(" not (")[2]):
        artifact, _, rules = part.rpartition(": ")
        found |= {(rule, artifact) for rule in rules.split(", ")}
    rules = release.partition(";")[0]
    return found | {(rule, RELEASE) for rule in rules.split(", ") if rule}


def _named(refused: str) -> Iterator[str]:
    parts = refused.partition(")")[0].split("; ")
    return (part for part in parts if part and not part.startswith("+"))


READERS: dict[str, Callable[[str], Findings]] = {
    "junit": _junit,
    "github": _github,
    "markdown": _markdown,
    "sarif": _sarif,
    "gitlab": _gitlab,
}
