"""What GitHub's runner makes of a line of output: actions/runner, src/Runner.Common/ActionCommand.cs, step by step."""

import re
from typing import NamedTuple

# The commands that the runner registers, those it has disabled too.
COMMANDS = {
    "add-mask",
    "add-matcher",
    "add-path",
    "debug",
    "echo",
    "endgroup",
    "error",
    "group",
    "notice",
    "remove-matcher",
    "save-state",
    "set-env",
    "set-output",
    "stop-commands",
    "warning",
}


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def obeyed(output):
    """The commands in an output, whose lines end as .NET's StreamReader ends them."""
    return [command for line in re.split("\r\n|\r|\n", output) if (command := _parsed(line) or _parsed_v1(line))]


def _parsed(line):
    line = line.lstrip()
    if not line.startswith("::") or (end := line.find("::", 2)) < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    if name.lower() not in COMMANDS:
        return None
    pairs = (pair.split("=", 1) for pair in rest.strip().split(",") if "=" in pair)
    properties = {key: _unescaped(value, ("%3A", ":"), ("%2C", ",")) for key, value in pairs if value}
    return Command(name, properties, _unescaped(line[end + 2 :]))


def _parsed_v1(line):
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    name, _, _ = line[start + 3 : end].partition(" ")
    return Command(name, {}, line[end + 1 :]) if name.lower() in COMMANDS else None


def _unescaped(text, *more):
    for written, meant in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
        text = text.replace(written, meant)
    return text
