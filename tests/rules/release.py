"""Releases made by hand, for one release-wide rule."""

import hashlib
from types import ModuleType
from typing import Any

from inspector.engine import judge_release
from inspector.model import Expected, Group, ImageBrief, Outcome, Part, Release, Stray
from inspector.ports import all_ports, is_known

LIST = "dist/artifacts.json"


def release(**given: Any) -> Release:
    """What a rule sees of a directory with a list."""
    return Release(**{"whole": True, "lists": (LIST,), **given})


def expected(name: str, met: bool, why: str = "") -> Expected:
    """A file that the list names."""
    return Expected(name=name, source=LIST, met=met, why=why)


def stray(artifact: str, target: str = "linux/amd64", source: str = LIST) -> Stray:
    """A Go program that the list does not name."""
    return Stray(artifact=artifact, target=target, source=source)


def outcome_of(rule: ModuleType, seen: Release) -> Outcome:
    """The outcome the engine makes of the rule module's verdict."""
    return judge_release(seen, (rule.RULE,))[0]


def brief(target: str = "linux/amd64", **changes: Any) -> ImageBrief:
    """A healthy static program of Go 1.27.3 for a target; None in ``settings`` takes a key away."""
    goos, _, goarch = target.partition("/")
    settings = {"GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0", "-buildmode": "exe", "-compiler": "gc"}
    merged = {key: value for key, value in {**settings, **changes.pop("settings", {})}.items() if value is not None}
    given = {
        "slice": None,
        "goos": goos,
        "goarch": goarch,
        "buildmode": "exe",
        "cgo": False,
        "linkage": "static" if goos in {"linux", "freebsd", "netbsd", "dragonfly"} else "dynamic",
        "libc": None,
        "pristine": "pristine",
        "go_version": "go1.27.3",
        "trimpath": False,
        "tags": (),
        "program": "example.com/app",
        "module": "example.com/app",
        "version": None,
        "microarch": {},
        "meant_goos": goos,
        "meant_goarch": goarch,
        "meant_microarch": {},
        "declared_keys": (),
        "claimed_by": (),
        "unclaimed_by": (),
        "by_status": {},
        "notable": (),
    }
    return ImageBrief(**{**given, "settings": merged, **changes})


def part(target: str = "linux/amd64", artifact: str | None = None, variant: str = "app", **changes: Any) -> Part:
    """A healthy part of a release, called after its target; ``sha256`` too is of its own."""
    name = artifact or f"dist/app_{target.replace('/', '_')}"
    sha256 = changes.pop("sha256", hashlib.sha256(name.encode()).hexdigest())
    return Part(artifact=name, variant=variant, sha256=sha256, image=brief(target, **changes))


def together(*parts: Part, release_name: str = "dist", program: str = "example.com/app") -> Group:
    """Parts of one program of one release."""
    return Group(release=release_name, program=program, parts=parts)


def of(*groups: Group) -> Release:
    """A release, or several, without a list."""
    return Release(whole=True, groups=groups)


PORTS = tuple(f"{goos}/{goarch}" for (goos, goarch) in all_ports() if is_known(goos, goarch))
"""Every port of the known releases of Go."""


def healthy() -> Release:
    """A release of one program for every port, each by default."""
    return of(together(*map(part, PORTS)))
