"""Named sets of needs: what the systems behind a name have and lack; the table is data/profiles.json."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import islice
from types import MappingProxyType
from typing import Final

import msgspec

from inspector.errors import IntentError
from inspector.intent.consistency import label
from inspector.intent.values import quoted
from inspector.model import Declared, Intent, Profile
from inspector.tables import read_table

_LISTED: Final = 12
"""Names that a message lists at most; a policy may have made any number."""
_LIKENESS: Final = 0.5
"""How alike a misspelled name must be to what it may mean (difflib's ratio)."""


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    about: dict[str, str]
    stricter: dict[str, str]
    profiles: dict[str, Profile]


def from_profile(name: str, declared: Intent, own: Mapping[str, Profile] = MappingProxyType({})) -> Intent:
    """Return what the profile declares, beside what options and environment already do.

    ``own`` are the policy's profiles. Raises IntentError for an unknown name, and when the profile is for another
    system than the one declared.
    """
    profile = called(name, {**profiles(), **own}, "--profile")
    goos = declared.goos
    if goos and goos.value != profile.goos:
        raise IntentError(f"--profile {name} is for {profile.goos}, but {label(goos)} says {goos.value}")
    return needs(profile, f"option --profile {name}")


def called(name: str, known: Mapping[str, Profile], where: str) -> Profile:
    """Return the profile of a name. Raises IntentError, which begins with ``where``, when there is none."""
    profile = known.get(name)
    if profile is None:
        raise IntentError(f"{where}: no profile is called {quoted(name)}; {_hint(name, known)}")
    return profile


def needs(profile: Profile, source: str) -> Intent:
    """Return what a profile declares."""
    said = msgspec.structs.asdict(profile)
    keys = (key for key in said if key in Intent.__struct_fields__ and said[key] is not None)
    return msgspec.structs.replace(Intent(), **{key: Declared(said[key], source) for key in keys})


def suiting(profile: Intent, names: Intent) -> Intent:
    """Return the profile, or nothing where an artifact's names say that it is for another system.

    A directory of releases holds programs for many systems, and a profile of one of them says nothing of the others.
    Without such a name it does: a windows program starts in no container image, whatever it is called.
    """
    meant, named = profile.goos, names.goos
    return Intent() if meant and named and meant.value != named.value else profile


def profiles() -> Mapping[str, Profile]:
    """Return every built-in profile by name, of each system the strictest first."""
    return _table().profiles


def next_stricter() -> Mapping[str, str]:
    """Return, by the name of a built-in profile, the one whose programs run wherever its own do; none for many."""
    return _table().stricter


@cache
def _table() -> _Table:
    return read_table("profiles.json", _Table)


def _hint(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = next(iter(get_close_matches(name.lower(), known, 1, _LIKENESS)), None)
    return f"did you mean {near}?" if near else f"there are: {', '.join(map(quoted, islice(known, _LISTED)))}"
