"""Take a report of one artifact down to what is needed of it once it is put away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from inspector.microarch import VARIABLES
from inspector.model import (
    FROM_FILES,
    FileBrief,
    FileReport,
    ImageBrief,
    ImageReport,
    Intent,
    Module,
    Notable,
    Recorded,
    Status,
)

_PLAIN: Final = frozenset({Status.PASS, Status.NOT_APPLICABLE})


def brief_of(file: FileReport) -> FileBrief:
    """Return one artifact at a glance."""
    return FileBrief(
        path=file.path,
        members=file.members,
        size=file.size,
        sha256=file.sha256,
        images=tuple(map(_image, file.images)),
    )


def _image(image: ImageReport) -> ImageBrief:
    observed, intent = image.build.observed, image.intent
    recorded = image.build.recorded if isinstance(image.build.recorded, Recorded) else None
    main = recorded.main if recorded else None
    settings = recorded.settings if recorded else {}
    return ImageBrief(
        slice=image.build.slice,
        goos=observed.goos,
        goarch=observed.goarch,
        buildmode=observed.buildmode,
        cgo=observed.cgo,
        linkage=observed.linkage,
        libc=observed.libc,
        pristine=observed.pristine,
        go_version=observed.go_version,
        trimpath=observed.trimpath,
        tags=observed.tags,
        program=recorded.path if recorded and recorded.path not in {"", FROM_FILES} else None,
        module=main.path if main else None,
        version=main.version if main else None,
        microarch={key: value for key, value in settings.items() if key in VARIABLES},
        settings={key: value for key, value in settings.items() if key not in VARIABLES},
        meant_goos=intent.goos.value if intent.goos else None,
        meant_goarch=intent.goarch.value if intent.goarch else None,
        meant_microarch={key: level.value for key, level in intent.microarch.items()},
        declared_keys=tuple(_declared(intent)),
        claimed_by=image.claimed_by,
        unclaimed_by=image.unclaimed_by,
        by_status=dict(Counter(outcome.status for outcome in image.outcomes)),
        modules=_modules(recorded.deps) if recorded and recorded.deps else "",
        notable=tuple(
            Notable(
                rule=outcome.rule,
                status=outcome.status,
                severity=outcome.severity,
                bound=outcome.bound,
                waiver=outcome.waiver,
            )
            for outcome in image.outcomes
            if outcome.status not in _PLAIN
        ),
    )


def _modules(modules: Iterable[Module]) -> str:
    """Return what is the same for the same modules in the same versions."""
    from hashlib import blake2b

    made = blake2b(digest_size=16)
    for module in modules:
        made.update(repr((module.path, module.version, module.replace)).encode("utf-8", "surrogateescape"))
    return made.hexdigest()


def _declared(intent: Intent) -> Iterator[str]:
    """Yield the keys of what anything but a name declared."""
    for key in intent.__struct_fields__:
        values = intent.microarch.values() if key == "microarch" else (getattr(intent, key),)
        if any(value is not None and not value.by_name for value in values):
            yield key
