"""Artifacts seen together: what a release lists and what of it was met, its programs side by side, its checksums."""

from __future__ import annotations

from inspector.release.outcomes import Listed, release_outcomes

__all__ = ["Listed", "release_outcomes"]
