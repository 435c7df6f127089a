"""The three witnesses side by side: what the bytes show, what Go recorded, what was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from inspector.ldflags import asks_static
from inspector.model import NOT_LINKED, Declared, ImageReport, Recorded, Severity, Status, Unknown
from inspector.reports.layout import Line, Span, Style, flow, size_text, span

NOTHING: Final = "-"
UNREAD: Final = "?"
LABEL: Final = 10
"""Columns of the labels at the left of a page."""
GAP: Final = "   "
BETWEEN: Final = ", "
"""Stands between the sources of a row."""
_COMMIT: Final = 12
"""Characters of a commit that are shown."""
NARROWEST: Final = 12
"""Characters that a shortened cell keeps."""


_DEMANDS: Final = (
    *("clean", "trimpath", "debug_info", "symbols", "pristine", "fips140", "max_size"),
    *("subsystem", "pe_checksum", "aslr", "signature"),
)
"""Keys of an intent that no row of the table shows."""
_UNWANTED: Final = frozenset({"debug_info", "symbols"})
"""Those that are asked for by False."""


class Row(NamedTuple):
    """One fact as the three witnesses tell it; ``differs`` when they contradict each other."""

    label: str
    observed: str
    recorded: str
    intended: str
    source: str
    differs: bool


def table(image: ImageReport, width: int) -> Iterator[Line]:
    """Yield the table's lines, contradictions marked by a ``!`` in the margin."""
    rows = list(_rows(image))
    heads = ("observed", "recorded", "intended")
    cells = [(row.observed, row.recorded, row.intended) for row in rows]
    widest = [max(len(column[i]) for column in (heads, *cells)) for i in range(3)]
    spare = width - 2 - LABEL - len(GAP) * 3
    columns = _narrowed(widest, spare - max(len(source) for row in rows for source in _broken(row.source)))
    room = spare - sum(columns)
    yield (Span("  " + " " * LABEL), *_cells(heads, columns, "faint"))
    for row, texts in zip(rows, cells, strict=True):
        style: Style = "error" if row.differs else "plain"
        first, *others = (row.source,) if len(row.source) <= room else _broken(row.source)
        yield (
            Span("! " if row.differs else "  ", "error"),
            span(row.label.ljust(LABEL), "faint"),
            *_cells(texts, columns, style),
            span(first, "faint"),
        )
        for source in others:
            yield (Span(" " * (width - room)), span(source, "faint"))
    yield from _lacking(image, width)
    yield from _asked(image, width)


def _broken(source: str) -> list[str]:
    """Return the sources of a row a line each."""
    return source.replace(BETWEEN, f",{BETWEEN}").split(BETWEEN)


def _lacking(image: ImageReport, width: int) -> Iterator[Line]:
    """Yield what the target was said to be without: neither bytes nor record have a word on that."""
    absent = image.intent.absent
    if absent is not None:
        yield from _line("without", absent.value, _sources(absent), width)


def _asked(image: ImageReport, width: int) -> Iterator[Line]:
    """Yield what else was asked for, in the policy's words."""
    intent = image.intent
    asked: dict[str, Declared[Any]] = {}
    for key in _DEMANDS:
        declared: Declared[Any] | None = getattr(intent, key)
        if declared is None:
            continue
        name = key.replace("_", "-")
        if isinstance(declared.value, bool):
            if declared.value is not (key in _UNWANTED):
                asked[f"no {name}" if key in _UNWANTED else name] = declared
        else:
            value = size_text(declared.value) if key == "max_size" else declared.value
            asked[f"{name} {value}"] = declared
    if asked:
        yield from _line("asked", tuple(asked), _sources(*asked.values()), width)


def _line(label: str, values: Sequence[str], source: str, width: int) -> Iterator[Line]:
    units = (*(span(f"{value},") for value in values[:-1]), span(values[-1] + GAP[:-1]), span(source, "faint"))
    yield from flow((Span("  "), span(label.ljust(LABEL), "faint")), units, width)


def _cells(texts: Sequence[str], columns: Sequence[int], style: Style) -> Iterator[Span]:
    for text, column in zip(texts, columns, strict=True):
        shown = text if len(text) <= column else text[: column - 3] + "..."
        yield span(shown.ljust(column) + GAP, style)


def _narrowed(columns: list[int], spare: int) -> list[int]:
    """Take from the widest column until all fit or all are narrow."""
    columns = list(columns)
    while sum(columns) > spare and max(columns) > NARROWEST:
        columns[columns.index(max(columns))] -= 1
    return columns


def _rows(image: ImageReport) -> Iterator[Row]:
    settings = image.build.recorded.settings if isinstance(image.build.recorded, Recorded) else {}
    failed = {outcome.rule for outcome in image.outcomes if outcome.status is Status.FAIL}
    yield _target(image, settings)
    yield from _microarch(image, settings, failed)
    yield _cgo(image, settings)
    yield _linkage(image, settings)
    yield from _go_version(image, failed)
    yield from _when_declared(image, settings, failed)
    yield from _needs(image, failed)


def _target(image: ImageReport, settings: Mapping[str, str]) -> Row:
    observed = (image.build.observed.goos, image.build.observed.goarch)
    recorded = (settings.get("GOOS"), settings.get("GOARCH"))
    meant = (image.intent.goos, image.intent.goarch)
    differs = any(
        not isinstance(seen, Unknown) and other is not None and other != seen
        for seen, record, declared in zip(observed, recorded, meant, strict=True)
        for other in (record, declared.value if declared else None)
    )
    return Row(
        "target",
        "/".join(UNREAD if isinstance(part, Unknown) else part for part in observed),
        "/".join(part or UNREAD for part in recorded) if any(recorded) else NOTHING,
        "/".join(part.value if part else "*" for part in meant) if any(meant) else NOTHING,
        _sources(*meant),
        differs,
    )


def _microarch(image: ImageReport, settings: Mapping[str, str], failed: set[str]) -> Iterator[Row]:
    proven = {} if isinstance(image.build.observed.microarch, Unknown) else image.build.observed.microarch
    for name in dict.fromkeys((*proven, *image.intent.microarch)):
        meant = image.intent.microarch.get(name)
        observed = proven.get(name, NOTHING)
        intended = meant.value if meant else NOTHING
        differs = "wrong-microarch" in failed and meant is not None and intended != observed
        yield Row(name, observed, settings.get(name, NOTHING), intended, _sources(meant), differs)


def _cgo(image: ImageReport, settings: Mapping[str, str]) -> Row:
    observed, recorded, meant = image.build.observed.cgo, settings.get("CGO_ENABLED"), image.intent.cgo
    # CGO_ENABLED=1 with no cgo in the file is no contradiction: a program that imports no cgo package has none.
    linked = observed is True and (recorded == "0" or (meant is not None and not meant.value))
    missing = observed is False and recorded == "0" and meant is not None and meant.value
    return Row(
        "cgo",
        UNREAD if isinstance(observed, Unknown) else ("on" if observed else "off"),
        recorded or NOTHING,
        NOTHING if meant is None else str(int(meant.value)),
        _sources(meant),
        linked or missing,
    )


def _linkage(image: ImageReport, settings: Mapping[str, str]) -> Row:
    observed, meant = image.build.observed.linkage, image.intent.static
    asked = asks_static(settings.get("-ldflags", ""))
    static = None if isinstance(observed, Unknown) else observed != "dynamic"
    differs = static is not None and ((asked and not static) or (meant is not None and meant.value != static))
    unread = NOTHING if observed == NOT_LINKED else UNREAD
    return Row(
        "linkage",
        unread if isinstance(observed, Unknown) else observed,
        "-extldflags -static" if asked else NOTHING,
        NOTHING if meant is None else ("static" if meant.value else "dynamic"),
        _sources(meant),
        differs,
    )


def _go_version(image: ImageReport, failed: set[str]) -> Iterator[Row]:
    observed, meant = image.build.observed.go_version, image.intent.go
    version = None if isinstance(image.build.recorded, Unknown) else image.build.recorded.go_version
    recorded = None if isinstance(version, Unknown) else version
    contradicts = not isinstance(observed, Unknown) and recorded is not None and observed != recorded
    if meant is None and not contradicts:
        return  # the page's first line says the version
    yield Row(
        "go",
        UNREAD if isinstance(observed, Unknown) else observed,
        recorded or NOTHING,
        NOTHING if meant is None else f"{meant.value} or newer",
        _sources(meant),
        contradicts or "wrong-go" in failed,
    )


def _when_declared(image: ImageReport, settings: Mapping[str, str], failed: set[str]) -> Iterator[Row]:
    observed, intent = image.build.observed, image.intent
    if intent.buildmode is not None:
        seen = UNREAD if isinstance(observed.buildmode, Unknown) else observed.buildmode
        recorded = settings.get("-buildmode", NOTHING)
        differs = "wrong-buildmode" in failed
        yield Row("buildmode", seen, recorded, intent.buildmode.value, _sources(intent.buildmode), differs)
    if intent.tags is not None:
        seen = UNREAD if isinstance(observed.tags, Unknown) else ",".join(observed.tags) or NOTHING
        recorded = settings.get("-tags", NOTHING)
        differs = "wrong-tags" in failed
        yield Row("tags", seen, recorded, ",".join(intent.tags.value) or NOTHING, _sources(intent.tags), differs)
    recorded_main = image.build.recorded.main if isinstance(image.build.recorded, Recorded) else None
    if intent.module is not None:
        recorded = recorded_main.path if recorded_main else NOTHING
        differs = "wrong-module" in failed
        yield Row("module", NOTHING, recorded, intent.module.value, _sources(intent.module), differs)
    if intent.version is not None:
        recorded = (recorded_main.version if recorded_main else None) or NOTHING
        differs = "wrong-version" in failed
        yield Row("version", NOTHING, recorded, intent.version.value, _sources(intent.version), differs)
    if intent.revision is not None:
        recorded = settings.get("vcs.revision", NOTHING)[:_COMMIT]
        differs = "revision-mismatch" in failed
        yield Row("commit", NOTHING, recorded, intent.revision.value[:_COMMIT], _sources(intent.revision), differs)
    if intent.tzdata is not None:
        embedded = observed.tzdata.embedded
        seen = UNREAD if isinstance(embedded, Unknown) else ("embedded" if embedded else "absent")
        differs = bool(failed & {"tzdata-missing", "tzdata-unwanted"})
        yield Row("tzdata", seen, NOTHING, intent.tzdata.value, _sources(intent.tzdata), differs)


def _needs(image: ImageReport, failed: set[str]) -> Iterator[Row]:
    """Yield what the target was said to have or lack, beside what the program needs of it."""
    observed, intent = image.build.observed, image.intent
    if intent.libc is not None or intent.glibc is not None:
        floor = f" {observed.glibc_floor}" if isinstance(observed.glibc_floor, str) else ""
        seen = UNREAD if isinstance(observed.libc, Unknown) else f"{observed.libc}{floor}" if observed.libc else NOTHING
        meant = intent.libc.value if intent.libc else "glibc"
        meant = f"{meant} {intent.glibc.value}" if intent.glibc and meant == "glibc" else meant
        differs = bool(failed & {"wrong-libc", "glibc-too-new"})
        yield Row("libc", seen, NOTHING, meant, _sources(intent.libc, intent.glibc), differs)
    header = observed.pe.os_version if observed.pe else observed.macho.min_os if observed.macho else None
    if intent.min_os is not None and header is not None:
        errors = {outcome.rule for outcome in image.outcomes if outcome.severity is Severity.ERROR}
        differs = bool(failed & errors & {"macho-min-os", "pe-os-version-lies"})
        yield Row("oldest OS", header, NOTHING, intent.min_os.value, _sources(intent.min_os), differs)
    if intent.page_size is not None and image.build.traits.load_alignment is not None:
        seen, meant = str(image.build.traits.load_alignment), str(intent.page_size.value)
        yield Row("page size", seen, NOTHING, meant, _sources(intent.page_size), "android-page-size" in failed)


def _sources(*declared: Declared[str] | Declared[bool] | Declared[int] | Declared[tuple[str, ...]] | None) -> str:
    """Name where a row's values were declared, short enough for its column: the row's label says which variable."""
    short = (_short(value.source) for value in declared if value is not None)
    return BETWEEN.join(dict.fromkeys(short))


def _short(source: str) -> str:
    kind = source.partition(" ")[0]
    return kind if kind in {"environment", "policy"} else source.removeprefix("option ")
