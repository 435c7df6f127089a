"""Some of a release's programs are linked with C, and others are not.

## What it means
One program was built for several targets where Go makes static programs unless
told otherwise, and for some of them it holds cgo or needs a C library. The
name for it is "cgo slipped in": on the target that is the build machine's own.

## Why it matters
`go build` turns cgo on when it builds for the machine it runs on and finds a C
compiler, and off when it builds for another. So the amd64 program needs the
build machine's glibc ("version `GLIBC_2.34' not found"), does not start in an
image from scratch or Alpine ("no such file or directory"), and looks up names
and users as C does, while the arm64 one does neither. What was tested on one
processor is not what runs on the other.

## How it looks in the bytes
cgo is observed by runtime/cgo in the function table, and linkage by an
interpreter and needed libraries; nothing is taken from the record. Compared
are the artifacts of one release that are one program and whose names say the
same but for the target, on linux, freebsd, netbsd and dragonfly together: cgo
on one system only, for two or more of its processors, takes a cross compiler
and is taken for meant. On systems whose programs are dynamic by default, cgo
is compared between the processors of one system: cgo on darwin and none on
linux is usual. What was declared for a target (`cgo = true` in the policy) is
judged by wrong-cgo, and not here. Position-independent programs that need an
interpreter and no library count as static.

## How to fix it
Set CGO_ENABLED=0 for every target, or build each with a C cross compiler:
`CGO_ENABLED=1 CC="zig cc -target aarch64-linux-gnu.2.28"`. Where only some
targets are meant to have cgo, declare it in the policy.

Severity: warning.
Since: every Go release.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from inspector.mixtures import NOTHING_TOGETHER, Batch, batches, judged, links_pie_itself, port
from inspector.model import Part, Release, ReleaseRule, Severity, Unknown, Verdict
from inspector.static import CAN_BE_STATIC

_COMPARED: Final = CAN_BE_STATIC - {"plan9"}  # where there is no cgo

_FORCED: Final = frozenset({"android", "ios"})
"""Some of their ports are linked by a C linker, with cgo, and others are not (internal/platform, MustLinkExternal)."""

_DECLARED: Final = frozenset({"cgo", "static"})

_PURE: Final = "without cgo"


def check(release: Release) -> Verdict:
    """Compare how what belongs together was linked."""
    return judged(
        [compared for batch in batches(release) for compared in _comparable(batch)],
        _linked,
        done="linked",
        alike="what belongs together was linked alike",
        absent=NOTHING_TOGETHER,
        fix="set CGO_ENABLED=0 for every target, or declare which of them are meant to have cgo",
        prefer=_PURE,
    )


def _comparable(batch: Batch) -> Iterator[Batch]:
    """Yield the parts that Go links alike by default, but for those whose cgo was declared."""
    systems: defaultdict[str, list[Part]] = defaultdict(list)
    for part in batch.parts:
        goos = part.image.goos
        if isinstance(goos, str) and goos not in _FORCED and _DECLARED.isdisjoint(part.image.declared_keys):
            systems[goos].append(part)
    together: list[Part] = []
    for goos, parts in systems.items():
        if goos in _COMPARED and not _is_meant(parts):
            together += parts
        else:
            yield replace(batch, parts=tuple(parts))
    yield replace(batch, parts=tuple(together))


def _is_meant(parts: list[Part]) -> bool:
    """Say whether all programs of a system have cgo, and there are several."""
    return len({port(part) for part in parts}) > 1 and all(part.image.cgo is True for part in parts)


def _linked(part: Part) -> str | Unknown | None:
    image = part.image
    if image.goos in _COMPARED and image.buildmode == "pie" and not links_pie_itself(image):
        return None
    if isinstance(image.cgo, Unknown):
        return image.cgo
    if image.goos not in _COMPARED:
        return "with cgo" if image.cgo else _PURE
    if image.cgo:
        return f"with cgo, {'dynamically' if image.linkage == 'dynamic' else 'statically'}"
    return "without cgo, but with a C library" if isinstance(image.libc, str) else _PURE


RULE = ReleaseRule(id="GBI707", name="mixed-linkage", severity=Severity.WARNING, check=check)
