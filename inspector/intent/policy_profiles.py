"""The profiles that a policy file makes, from those there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from inspector.intent.policy_kinds import checked
from inspector.intent.policy_places import fault
from inspector.intent.profiles import called, profiles
from inspector.model import Profile

_TABLE: Final = "profiles"


def own_profiles(found: Mapping[str, Mapping[str, Any]], file: str) -> Mapping[str, Profile]:
    """Return the policy's profiles by name. Raises Fault for one that cannot be."""
    built_in = profiles()
    known = dict(built_in)
    for name in found:
        if name in built_in:
            raise fault((_TABLE, name), "is built in; give yours another name, and extends = the built-in one")
        line = {name: None}  # from the first one back to what it is made from
        parent = name
        while (parent := str(found[parent].get("extends"))) in found and parent not in known:
            if parent in line:
                raise fault((_TABLE, parent, "extends"), "leads back to itself")
            line[parent] = None
        for one in reversed(line):
            if one not in known:
                known[one] = _made(one, found[one], known, file)
    return {name: known[name] for name in found}


def _made(name: str, values: Mapping[str, Any], known: Mapping[str, Profile], file: str) -> Profile:
    place = (_TABLE, name)
    said = {key.replace("-", "_"): value for key, value in values.items() if key != "extends"}
    said["source"] = f"policy {file}:{_TABLE}.{name}"
    if "extends" not in values:
        return Profile(**{"title": name, **said})
    parent: Profile = checked(lambda word, where: called(word, known, where), values["extends"], (*place, "extends"))
    if said.get("goos", parent.goos) != parent.goos:
        raise fault((*place, "goos"), f"{values['extends']}, which it extends, is for {parent.goos}")
    return msgspec.structs.replace(parent, **said)
