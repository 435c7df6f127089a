"""The text of a policy file made a Policy, or one line that says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from inspector.errors import PolicyError, RuleNameError
from inspector.intent.policy import Named
from inspector.intent.policy_keys import POLICY
from inspector.intent.policy_places import Fault, Place, line_of, spelled
from inspector.intent.policy_profiles import own_profiles
from inspector.intent.policy_targets import Declarations, told_apart
from inspector.intent.profiles import profiles
from inspector.intent.values import quoted
from inspector.model import Policy, Severity, WaiverClause

_DEEPEST: Final = 16
# tomllib's time grows with the square of the parts of one key.
_DEEP: Final = re.compile(
    r"""(?<![\w"'-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){%d}""" % _DEEPEST,  # noqa: UP031  # has braces
)
_AT_LINE: Final = re.compile(r"(?P<what>.*) \(at line (?P<line>\d+), column \d+\)", re.DOTALL)


def read(text: str, path: str, named: Named) -> Policy:
    """Return what the text of a policy file says; ``path`` is where it is, or will be. Raises as ``load`` does."""
    try:
        return _policy(path, POLICY.read(_parsed(path, text), ()), named)
    except Fault as wrong:
        line = line_of(text, wrong.place)
        raise PolicyError(f"{path}:{line}: {wrong}" if line else f"{path}: {wrong}") from wrong


def _parsed(path: str, text: str) -> dict[str, Any]:
    import tomllib

    deep = _DEEP.search(text)
    if deep is not None:
        raise PolicyError(f"{path}:{text.count(chr(10), 0, deep.start()) + 1}: a key of more than {_DEEPEST} parts")
    try:
        return tomllib.loads(f"{text}\n")  # of an error in a last line without an end it tells no line
    except RecursionError as error:
        raise PolicyError(f"{path}: arrays or tables are nested too deeply") from error
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.fullmatch(str(error))
        what, line = (found["what"], found["line"]) if found else (str(error), text.rstrip().count("\n") + 1)
        raise PolicyError(f"{path}:{line}: no TOML: {quoted(what)}") from error
    except ValueError as error:  # int() reads no more than 4300 digits
        raise PolicyError(f"{path}: no TOML: a number has too many digits") from error


def _policy(path: str, found: Mapping[str, Any], named: Named) -> Policy:
    own = own_profiles(found.get("profiles", {}), path)
    declarations = Declarations(path, {**profiles(), **own})
    common = found.get("all", {})
    everything, profile = declarations.needs(common, ("all",)), declarations.profile(common, ("all",))
    return Policy(
        path=path,
        everything=everything,
        profile=profile,
        targets=told_apart(
            [
                declarations.target(target, index, everything, profile)
                for index, target in enumerate(found.get("targets", ()))
            ]
        ),
        severities=_severities(found.get("severity", {}), named),
        select=_words(found.get("select", ()), ("select",), named),
        ignore=_words(found.get("ignore", ()), ("ignore",), named),
        waivers=tuple(
            _waiver(clause, index, declarations, named) for index, clause in enumerate(found.get("waivers", ()))
        ),
        profiles=own,
    )


def _severities(found: Mapping[str, str], named: Named) -> Mapping[str, Severity]:
    """Return severities by rule's name; that of a name or id counts, whatever a band of the rule says."""
    meant = [(_rules(word, ("severity", word), named), Severity(severity)) for word, severity in found.items()]
    widest_first = sorted(meant, key=lambda pair: -len(pair[0]))
    return {rule: severity for rules, severity in widest_first for rule in rules}


def _words(found: Sequence[str], place: Place, named: Named) -> tuple[str, ...]:
    for index, word in enumerate(found):
        _rules(word, (*place, index), named)
    return tuple(found)


def _waiver(found: Mapping[str, Any], index: int, declarations: Declarations, named: Named) -> WaiverClause:
    place = ("waivers", index)
    rules = _rules(found["rule"], (*place, "rule"), named)
    if len(rules) != 1:
        where = (*place, "rule")
        raise Fault(where, f"{spelled(where)}: a waiver is for one rule; {found['rule']} means {len(rules)} rules")
    return WaiverClause(
        rule=rules[0],
        artifact=found["artifact"],
        reason=found["reason"],
        until=found.get("until"),
        source=declarations.source(place),
    )


def _rules(word: str, place: Place, named: Named) -> tuple[str, ...]:
    try:
        return named(word)
    except RuleNameError as error:
        raise Fault(place, f"{spelled(place)}: {error}") from error
