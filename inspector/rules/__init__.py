"""Rules, one a module. A module here that defines RULE is a rule; there is no list to edit."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from inspector.errors import RuleNameError
from inspector.model import AnyRule


@cache
def all_rules() -> tuple[AnyRule, ...]:
    """Return every rule, ordered by id."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    rules: list[AnyRule] = [module.RULE for module in modules]
    return tuple(sorted(rules, key=lambda rule: rule.id))


def page(rule: AnyRule) -> str:
    """Return the rule's page: its module's docstring."""
    return import_module(f"{__name__}.{rule.name.replace('-', '_')}").__doc__ or ""


def select(chosen: tuple[str, ...] = (), ignored: tuple[str, ...] = ()) -> tuple[AnyRule, ...]:
    """Return the rules named by ``chosen`` (all when empty) without those named by ``ignored``.

    A word is a rule's name, its id, or a band: the start of an id such as GBI3. Raises RuleNameError for a
    word that names nothing.
    """
    keep = {rule.name for word in chosen for rule in _named(word)} or {rule.name for rule in all_rules()}
    drop = {rule.name for word in ignored for rule in _named(word)}
    return tuple(rule for rule in all_rules() if rule.name in keep - drop)


def named(word: str) -> tuple[str, ...]:
    """Return the names of the rules that a word means: a name, an id or a band. Raises RuleNameError for none."""
    return tuple(rule.name for rule in _named(word))


def _named(word: str) -> tuple[AnyRule, ...]:
    by_id = word.upper()
    found = tuple(
        rule
        for rule in all_rules()
        if rule.name == word.lower() or rule.id == by_id or (len(by_id) >= 4 and rule.id.startswith(by_id))
    )
    if not found:
        raise RuleNameError(f"no rule, id or band is called {_shown(word)}; {_nearest(word.lower())}")
    return found


def _shown(word: str) -> str:
    short = word if len(word) <= 60 else word[:60] + "…"
    return f"'{short}'" if short.isprintable() else ascii(short)


def _nearest(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word[:60], [rule.name for rule in all_rules()], 1)
    return f"did you mean {near[0]}?" if near else "`gobin-inspect explain` lists them"
