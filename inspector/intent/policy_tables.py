"""Tables of a policy file: read against their keys, and described to editors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from inspector.intent.policy_kinds import Kind
from inspector.intent.policy_places import Place, fault

_FEW: Final = 10
_LIKENESS: Final = 0.6
"""How alike a misspelled key must be to what it may mean (difflib's ratio)."""


class Key(NamedTuple):
    """One key of a table.

    ``field`` is the Intent's where it has another name; ``goos`` are the systems whose programs have such a thing,
    none where all do; ``wakes`` are rules that it changes without binding them.
    """

    name: str
    kind: Kind
    about: str
    required: bool = False
    field: str = ""
    goos: tuple[str, ...] = ()
    wakes: tuple[str, ...] = ()

    @property
    def means(self) -> str:
        """The Intent's field that it declares."""
        return self.field or self.name.replace("-", "_")


class Table(NamedTuple):
    """The keys of one table, and what it is for.

    ``hints`` is what to say to those who write something else (in lower case); one of the keys ``any_of`` is required.
    """

    keys: tuple[Key, ...]
    about: str
    hints: Mapping[str, str] = MappingProxyType({})
    any_of: tuple[str, ...] = ()

    def read(self, value: Any, place: Place) -> dict[str, Any]:
        """Return the values by key. Raises Fault for a value that no kind takes, and for unknown and missing keys."""
        if not isinstance(value, dict):
            raise fault(place, "a table is wanted")
        known = {key.name: key for key in self.keys}
        for name in value:
            if name not in known:
                raise fault((*place, name), f"unknown key{self._hint(name)}")
        for key in self.keys:
            if key.required and key.name not in value:
                raise fault(place, f"{key.name} is missing")
        if self.any_of and not value.keys() & self.any_of:
            raise fault(place, f"{' or '.join(self.any_of)} is missing")
        return {name: known[name].kind.read(given, (*place, name)) for name, given in value.items()}

    @property
    def kind(self) -> Kind:
        """The kind of a value that is such a table."""
        return Kind(self.read, self.schema, "a table")

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the table."""
        required = [key.name for key in self.keys if key.required]
        return {
            "description": self.about,
            "type": "object",
            "properties": {key.name: {"description": key.about, **key.kind.schema} for key in self.keys},
            **({"required": required} if required else {}),
            **({"anyOf": [{"required": [name]} for name in self.any_of]} if self.any_of else {}),
            "additionalProperties": False,
        }

    def _hint(self, name: str) -> str:
        """Say which key was probably meant, or which there are if they are few."""
        from difflib import get_close_matches

        known = [key.name for key in self.keys]
        spelling = name.lower().replace("_", "-")
        if spelling in self.hints:
            return f"; {self.hints[spelling]}"
        near = next(iter(get_close_matches(spelling[:60], [*known, *self.hints], 1, _LIKENESS)), None)
        if near is None:
            return f"; there are: {', '.join(known)}" if len(known) <= _FEW else ""
        return f"; {self.hints.get(near, f'did you mean {near}?')}"


def tables(table: Table) -> Kind:
    """Return the kind of an array of tables, read with each table's place in it."""

    def read(value: Any, place: Place) -> tuple[dict[str, Any], ...]:
        if not isinstance(value, list):
            raise fault(place, f"an array of tables is wanted; write [[{place[-1]}]]")
        return tuple(table.read(one, (*place, index)) for index, one in enumerate(value))

    return Kind(read, {"description": table.about, "type": "array", "items": table.schema}, "an array of tables")


def named(item: Kind, names: Mapping[str, Any], about: str) -> Kind:
    """Return the kind of a table whose keys are names; ``names`` is their JSON Schema."""

    def read(value: Any, place: Place) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise fault(place, "a table is wanted")
        return {name: item.read(given, (*place, name)) for name, given in value.items()}

    schema = {"type": "object", "propertyNames": names, "additionalProperties": item.schema}
    return Kind(read, {"description": about, **schema}, "a table")
