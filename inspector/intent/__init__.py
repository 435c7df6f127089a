"""What was meant for an artifact: options, environment, profile, policy, lists, names; every value with its source."""

from __future__ import annotations

from inspector.intent.environment import from_environment
from inspector.intent.goreleaser import find_dists
from inspector.intent.merge import merge
from inspector.intent.names import from_names
from inspector.intent.options import from_options
from inspector.intent.places import is_below, located, open_unnamed
from inspector.intent.plan import Meant, Plan, planned
from inspector.intent.profiles import from_profile, suiting

__all__ = [
    "Meant",
    "Plan",
    "find_dists",
    "from_environment",
    "from_names",
    "from_options",
    "from_profile",
    "is_below",
    "located",
    "merge",
    "open_unnamed",
    "planned",
    "suiting",
]
