"""A policy file that a release satisfies, from what its programs show. What is not known of them is not declared."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from inspector.intent.policy_keys import NEEDS
from inspector.intent.policy_places import Fault
from inspector.intent.values import LIBCS
from inspector.microarch import VARIABLES, meaning
from inspector.model import FileReport, GoBuild, Report, Unknown
from inspector.osfloors import ordered
from inspector.policyglobs import Artifacts
from inspector.ports import cgo_supported, default_buildmode, is_known, pie_supported
from inspector.reports.summary import plural
from inspector.static import never_static

Values = Mapping[str, Any]
"""Values by the policy's keys."""
_LINKED_AS: Final = {"pie", "c-shared", "c-archive", "plugin"}
_HEAD: Final = """\
# What a release must be like. `gobin-inspect verify PATH...` holds one against it, and docs/policy.md has every key.
# Made by `gobin-inspect policy init` from {count} that it took for good. Read it, and correct what was not meant.
"""


class Program(NamedTuple):
    """One image: its artifact's path with the members below, and what was read."""

    path: tuple[str, ...]
    build: GoBuild

    @property
    def port(self) -> tuple[str, str]:
        """GOOS and GOARCH; "" where they could not be read, or are of no release that a policy may name."""
        goos, goarch = _known(self.build.observed.goos), _known(self.build.observed.goarch)
        return (goos, goarch) if goos and goarch and is_known(goos, goarch) else ("", "")


class Target(NamedTuple):
    """Programs of one port and level that have the same to be declared."""

    port: tuple[str, str]
    values: Values
    programs: tuple[Program, ...]

    @property
    def level(self) -> Hashable:
        """What the recorded microarchitecture means; None where none was recorded."""
        levels = (meaning(key, self.values[key.lower()]) for key in VARIABLES if key.lower() in self.values)
        return next(levels, None)

    def rivals(self, other: Target) -> bool:
        """Say whether neither port nor level tell which of two targets a program is for."""
        leveled = None not in {self.level, other.level} and self.level != other.level
        return (self.port == other.port and not leveled) or not all(self.port) or not all(other.port)


def draft(report: Report) -> str:
    """Return the text of a policy for the programs of a report."""
    programs = [Program(_parts(file), image.build) for file in report.files for image in file.images]
    common = _shared(programs, _HYGIENE)
    targets = list(_targets(programs, common))
    artifacts = Artifacts(
        [[program.path for program in target.programs] for target in targets],
        lambda one, other: one != other and targets[one].rivals(targets[other]),
    )
    return "\n".join(
        (
            _HEAD.format(count=plural(len(report.files), "program")),
            "[all]",
            *_lines({**_oldest(programs), **common}),
            *_versions(programs),
            *(
                line
                for target, globs in zip(targets, artifacts.globs(), strict=True)
                for line in _target(target, globs)
            ),
            "",
        )
    )


def _targets(programs: Iterable[Program], common: Values) -> Iterator[Target]:
    """Yield a target per port, level and set of values that a program is built for, ordered by port."""
    groups: dict[tuple[tuple[str, str], tuple[tuple[str, Any], ...]], list[Program]] = {}
    for program in programs:
        values = {key: value for key, value in _values(program.build, _BUILT).items() if key not in common}
        groups.setdefault((program.port, tuple(values.items())), []).append(program)
    for (port, built), members in sorted(groups.items(), key=lambda group: str(group[0])):
        shared = {key: value for key, value in _shared(members, _HYGIENE).items() if key not in common}
        yield Target(port, {**dict(built), **_ceiling(members), **shared}, tuple(members))


def _target(target: Target, globs: Sequence[str]) -> Iterator[str]:
    yield ""
    yield "[[targets]]"
    port = {"target": "/".join(target.port)} if all(target.port) else {}
    yield from _lines({**port, **({"files": tuple(globs)} if globs else {}), **target.values}, told=False)


def _lines(values: Values, *, told: bool = True) -> Iterator[str]:
    about = {key.name: key.about for key in NEEDS}
    for key, value in values.items():
        yield f"{key} = {_toml(value)}" + (f"  # {about[key]}" if told else "")


def _versions(programs: Sequence[Program]) -> Iterator[str]:
    """Yield as a comment what the next release will not have."""
    mains = {main.version for program in programs if (main := _main(program.build)) is not None}
    version = mains.pop() if len(mains) == 1 else None
    if version is not None and version != "(devel)":
        yield f"# version = {_toml(version)}  # the version of these; it would have to be changed for every release"


# What is read of a program. None is what is not known, or not worth declaring.


def _shared(programs: Sequence[Program], reads: Mapping[str, Callable[[GoBuild], Any]]) -> dict[str, Any]:
    """Return the values that all programs have."""
    seen = [_values(program.build, reads) for program in programs]
    return {key: value for key, value in seen[0].items() if all(one.get(key) == value for one in seen)}


def _values(build: GoBuild, reads: Mapping[str, Callable[[GoBuild], Any]]) -> dict[str, Any]:
    found = ((key, read(build)) for key, read in reads.items())
    return {key: value for key, value in found if value is not None and _acceptable(key, value)}


def _acceptable(key: str, value: Any) -> bool:
    """Say whether a policy may have the value: what a program records can be anything."""
    kind = next(known.kind for known in NEEDS if known.name == key)
    try:
        kind.read(list(value) if isinstance(value, tuple) else value, (key,))
    except Fault:
        return False
    return True


def _oldest(programs: Sequence[Program]) -> Values:
    minors = [_known(program.build.traits.go_minor) for program in programs]
    known = [minor for minor in minors if minor is not None]
    return {"go": f"1.{min(known)}"} if known and len(known) == len(minors) else {}


def _ceiling(programs: Sequence[Program]) -> Values:
    found = (_known(program.build.observed.glibc_floor) for program in programs if _libc(program.build) == "glibc")
    floors = [floor for floor in found if floor is not None]
    return {"glibc": max(floors, key=ordered)} if floors else {}


def _parts(file: FileReport) -> tuple[str, ...]:
    return (*(part for part in file.path.replace(os.sep, "/").split("/") if part), *file.members)


def _cgo(build: GoBuild) -> bool | None:
    cgo, goos, goarch = _known(build.observed.cgo), _known(build.observed.goos), _known(build.observed.goarch)
    return None if cgo and not cgo_supported(goos or "", goarch or "", None) else cgo


def _clean(build: GoBuild) -> bool | None:
    main = _main(build)
    dirty = main is not None and (main.version or "").endswith(("+dirty", ".dirty"))
    return True if build.setting("vcs.modified") == "false" and not dirty else None


def _module(build: GoBuild) -> str | None:
    main = _main(build)
    return main.path if main else None


def _main(build: GoBuild) -> Any:
    return None if isinstance(build.recorded, Unknown) else build.recorded.main


def _level(variable: str) -> Callable[[GoBuild], str | None]:
    return lambda build: build.setting(variable) if build.observed.goarch in VARIABLES[variable] else None


def _static(build: GoBuild) -> bool | None:
    goos = _known(build.observed.goos)
    can_be = goos is not None and never_static(goos) is None
    return True if can_be and build.observed.linkage in {"static", "static-pie"} else None


def _buildmode(build: GoBuild) -> str | None:
    observed, minor = build.observed, _known(build.traits.go_minor)
    mode, goos, goarch = _known(observed.buildmode), _known(observed.goos), _known(observed.goarch)
    if mode not in _LINKED_AS or minor is None or goos is None or goarch is None:
        return None
    return None if mode in {default_buildmode(goos, goarch, minor), _impossible(goos, goarch)} else mode


def _impossible(goos: str, goarch: str) -> str | None:
    return None if pie_supported(goos, goarch, None) else "pie"


def _libc(build: GoBuild) -> str | None:
    libc = _known(build.observed.libc)
    return libc if libc in LIBCS and build.observed.goos in {"linux", "android"} else None


def _tags(build: GoBuild) -> tuple[str, ...] | None:
    tags = build.setting("-tags")
    return tuple(tag.strip() for tag in tags.replace(" ", ",").split(",") if tag.strip()) if tags else None


def _subsystem(build: GoBuild) -> str | None:
    return build.observed.pe.subsystem if build.observed.pe else None


def _signature(build: GoBuild) -> str | None:
    pe, macho = build.observed.pe, build.observed.macho
    if pe is not None:
        return "authenticode" if pe.signature == "valid" else None
    if macho is not None and macho.signature.kind == "cms":
        return "codesign" if macho.signature.state == "valid" else None
    return None


def _known(fact: Any) -> Any:
    return None if isinstance(fact, Unknown) else fact


_HYGIENE: Final[Mapping[str, Callable[[GoBuild], Any]]] = MappingProxyType(
    {
        "trimpath": lambda build: True if build.traits.build_paths == () else None,
        "clean": _clean,
        "debug-info": lambda build: False if build.observed.dwarf is False else None,
        "symbols": lambda build: False if build.observed.symbols is False else None,
        "fips140": lambda build: build.setting("GOFIPS140"),
        "module": _module,
    }
)
"""What a release usually has in common."""
_BUILT: Final[Mapping[str, Callable[[GoBuild], Any]]] = MappingProxyType(
    {
        **{variable.lower(): _level(variable) for variable in VARIABLES},
        "module": _module,
        "cgo": _cgo,
        "static": _static,
        "libc": _libc,
        "buildmode": _buildmode,
        "tags": _tags,
        "tzdata": lambda build: "embedded" if build.observed.tzdata.embedded is True else None,
        "subsystem": _subsystem,
        "signature": _signature,
    }
)
"""What tells the targets of a release apart."""


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return '"' + "".join(map(_escaped, value)) + '"'


def _escaped(character: str) -> str:
    if character in {'"', "\\"}:
        return f"\\{character}"
    return character if character.isprintable() else f"\\U{ord(character):08x}"
