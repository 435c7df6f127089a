"""Several intents for one artifact made one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from inspector.intent.consistency import by_option, check
from inspector.microarch import VARIABLES
from inspector.model import Declared, Intent
from inspector.ports import is_known

_NOTHING: Final = Intent()


def merge(*intents: Intent) -> Intent:
    """Return one intent: per value the first that declares it wins, so give the strongest first.

    What a name says gives way where it makes no sense beside the rest. Raises IntentError when values declared in
    different places cannot be meant together.
    """
    merged = overlay(*intents)
    check(merged)
    return merged


def overlay(*intents: Intent) -> Intent:
    """Return what ``merge`` does, whatever comes of it.

    For one artifact of many: where what the user said cannot be meant together with what a policy or a list says of
    it, the rules tell that.
    """
    said = [intent for intent in intents if intent != _NOTHING]  # most of them say nothing, of each of many artifacts
    if not said:
        return _NOTHING
    microarch = {key: level for intent in reversed(said) for key, level in intent.microarch.items()}
    others: dict[str, Any] = {key: _first(key, said) for key in Intent.__struct_fields__ if key != "microarch"}
    return _without_contradictions(Intent(microarch=microarch, **others))


def _first(key: str, intents: Sequence[Intent]) -> Declared[object] | None:
    return next((value for intent in intents if (value := getattr(intent, key)) is not None), None)


def _without_contradictions(intent: Intent) -> Intent:
    goos, goarch = intent.goos, intent.goarch
    if goos and goarch and not is_known(goos.value, goarch.value):
        intent = msgspec.structs.replace(
            intent, goos=None if goos.by_name else goos, goarch=None if goarch.by_name else goarch
        )
        goarch = intent.goarch
    # Go reads the one variable of its GOARCH and ignores the others.
    levels = {
        key: level
        for key, level in intent.microarch.items()
        if by_option(level) or (goarch.value in VARIABLES[key] if goarch else not level.by_name)
    }
    return msgspec.structs.replace(intent, microarch=levels)
