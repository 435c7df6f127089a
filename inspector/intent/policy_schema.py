"""The JSON Schema of a policy file, for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inspector.intent.policy_keys import POLICY


def document(rules: Mapping[str, str]) -> dict[str, Any]:
    """Return the schema; ``rules`` are the ids of all rules by name."""
    words = [*rules, *rules.values()]
    bands = sorted({identifier[:length] for identifier in rules.values() for length in (4, 5)})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gobin-inspect.toml",
        **POLICY.schema,
        "$defs": {
            "rule": {"description": "A rule, by name or id", "enum": words},
            "rules": {"description": "Rules, by name, id or band", "enum": [*words, *bands]},
        },
    }
