"""What a policy file declares of programs: the values of its tables made intents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec

from inspector.intent import values
from inspector.intent.consistency import refusals
from inspector.intent.merge import overlay
from inspector.intent.policy_keys import NEEDS, SIGNED
from inspector.intent.policy_kinds import checked
from inspector.intent.policy_places import Place, fault, spelled
from inspector.intent.profiles import called, needs
from inspector.microarch import VARIABLES, meaning
from inspector.model import Declared, Intent, PolicyTarget, Profile

T = TypeVar("T")

_TABLE: Final = "targets"


class Declarations:
    """Makes intents of what tables say; ``file`` is the policy's path as reports show it."""

    def __init__(self, file: str, profiles: Mapping[str, Profile]) -> None:
        self._file = file
        self._profiles = profiles
        self._places: dict[str, Place] = {}  # by source

    def needs(self, found: Mapping[str, Any], place: Place) -> Intent:
        """Return what the keys of one table declare."""
        levels: dict[str, Declared[str]] = {}
        others: dict[str, Declared[Any]] = {}
        for key in NEEDS:
            if key.name in found:
                into = levels if key.means in VARIABLES else others
                into[key.means] = self._declared(found[key.name], (*place, key.name))
        return msgspec.structs.replace(Intent(), microarch=levels, **others)

    def profile(self, found: Mapping[str, Any], place: Place) -> Intent:
        """Return what the profile that a table names declares. Raises Fault for an unknown one."""
        if "profile" not in found:
            return Intent()
        place, name = (*place, "profile"), found["profile"]
        profile: Profile = checked(lambda name, where: called(name, self._profiles, where), name, place)
        return needs(profile, f"{self.source(place)} {name}")

    def target(self, found: Mapping[str, Any], index: int, everything: Intent, common: Intent) -> PolicyTarget:
        """Return one target; ``everything`` is what holds for all, ``common`` what the profile of all declares.

        Raises Fault when no known Go release builds what is declared.
        """
        place = (_TABLE, index)
        own = msgspec.structs.replace(self.needs(found, place), **self._port(found, place))
        self._check(own, place)
        profile = self.profile(found, place)
        _check_systems(own, profile, found, place)
        meant = overlay(own, profile)
        suits = meant.goos and common.goos and meant.goos.value == common.goos.value
        meant = overlay(meant, everything, common if suits else Intent())
        self._check(meant, place)
        return PolicyTarget(
            name=found.get("target", ""),
            source=self.source(place),
            files=found.get("files", ()),
            intent=meant,
            optional=found.get("optional", False),
        )

    def source(self, place: Place) -> str:
        """Return how reports name a place of this policy."""
        return f"policy {self._file}:{spelled(place)}"

    def _port(self, found: Mapping[str, Any], place: Place) -> dict[str, Declared[str]]:
        if "target" not in found:
            return {}
        place = (*place, "target")
        goos, goarch = checked(_port, found["target"], place)
        return {"goos": self._declared(goos, place), "goarch": self._declared(goarch, place)}

    def _check(self, meant: Intent, place: Place) -> None:
        """Raise Fault for what no known Go release builds for the target's port."""
        for declared, _, why in refusals(meant, lambda _: True):
            where = self._places[declared.source]
            inherited = "" if where[:2] == place else f", the port of {spelled(place)}; say otherwise there"
            raise fault(where, why.replace(self.source(()), "") + inherited)

    def _declared(self, value: T, place: Place) -> Declared[T]:
        source = self.source(place)
        self._places[source] = place
        return Declared(value, source)


def told_apart(targets: Sequence[PolicyTarget]) -> tuple[PolicyTarget, ...]:
    """Return the targets with names that differ: by level or globs where the port does not do.

    Raises Fault for two that would claim the same artifacts.
    """
    met: dict[Hashable, int] = {}
    for index, target in enumerate(targets):
        levels = frozenset((key, meaning(key, level.value)) for key, level in target.intent.microarch.items())
        before = met.setdefault((target.name, levels, target.files), index)
        if before != index:
            raise fault(
                (_TABLE, index),
                f"would claim the same artifacts as {spelled((_TABLE, before))}; tell them apart by files",
            )
    ports = Counter(target.name for target in targets)
    named = []
    for target in targets:
        words = [target.name] if target.name else []
        if ports[target.name] > 1 or not target.name:
            words += [_level(target), ", ".join(target.files)]
        named.append(msgspec.structs.replace(target, name=" ".join(filter(None, words))))
    return tuple(named)


def _level(target: PolicyTarget) -> str:
    return " ".join(level.value for level in target.intent.microarch.values())


def _check_systems(own: Intent, profile: Intent, found: Mapping[str, Any], place: Place) -> None:
    """Raise Fault for a key, or a profile, of another system than the target's."""
    if own.goos is None:
        return
    goos = own.goos.value
    systems = {key.name: key.goos for key in NEEDS if key.name in found and key.goos}
    if own.signature:
        systems["signature"] = SIGNED[own.signature.value]
    if profile.goos:
        systems["profile"] = (profile.goos.value,)
    for name, belongs in systems.items():
        if goos not in belongs:
            raise fault((*place, name), f"is for {' and '.join(belongs)}, but the target is {goos}")


def _port(target: str, where: str) -> tuple[str, str]:
    goos, goarch = values.halves(target, where, arm='target = "{}/arm" and goarm = "{}"')
    values.pair(goos, goarch, where)
    return goos, goarch
