"""JSON, version 1: a written contract with its own types, not a dump of the model.

The types below, in this order of keys, are what scripts rely on. Fields may be added; what is here keeps its
name and meaning. A fact that could not be read is ``{"unknown": "<reason>"}`` in place of its value; the
schema says where that may stand.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Generic, Literal, TypeVar

import msgspec

T = TypeVar("T")


class Unknown(msgspec.Struct, frozen=True):
    """A fact that could not be read, and why."""

    reason: str = msgspec.field(name="unknown")


def _or_unknown(schema: dict[str, Any]) -> msgspec.Meta:
    """Say that an object or an Unknown stands here; msgspec cannot tell two untagged objects apart by itself."""
    return msgspec.Meta(extra_json_schema={"anyOf": [schema, {"$ref": "#/$defs/Unknown"}]})


_TEXTS: Final = {"type": "object", "additionalProperties": {"type": "string"}}
_TEXT_LISTS: Final = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}

Severity = Literal["error", "warning", "note"]
Lookup = Literal["go", "cgo", "system"]
Libc = Literal[
    "glibc",
    "musl",
    "bionic",
    "uclibc",
    "libSystem",
    "freebsd",
    "netbsd",
    "openbsd",
    "dragonfly",
    "solaris",
    "illumos",
    "aix",
    "msvcrt",
    "ucrt",
]


class Tool(msgspec.Struct, frozen=True):
    """Who wrote this document."""

    name: str
    version: str


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of files, images, skipped rows and outcomes; the highest severity among failed outcomes."""

    files: int
    images: int
    skipped: int
    passed: int = msgspec.field(name="pass")
    fail: int
    not_applicable: int
    unknown: int
    error: int
    worst: Severity | None


class Tzdata(msgspec.Struct, frozen=True, kw_only=True):
    """The embedded time zone database."""

    embedded: bool | Unknown
    zones: int | Unknown | None
    release: str | Unknown | None
    load_location: bool | Unknown


class Elf(msgspec.Struct, frozen=True, kw_only=True):
    """Facts only ELF has."""

    type: str
    machine: str
    osabi: str
    pie: bool | Unknown
    relro: Literal["none", "partial", "full"]
    nx_stack: bool | None
    symbol_versions: Annotated[Any, _or_unknown(_TEXT_LISTS)]
    notes: tuple[str, ...]


class Checksum(msgspec.Struct, frozen=True, kw_only=True):
    """The PE checksum."""

    stored: int
    computed: int | Unknown
    state: Literal["absent", "valid", "stale", "mismatch"] | Unknown


class Pe(msgspec.Struct, frozen=True, kw_only=True):
    """Facts only PE has."""

    machine: str
    checksum: Checksum
    reloc: bool
    relocs_stripped: bool
    dynamic_base: bool
    high_entropy_va: bool
    nx_compat: bool
    subsystem: str
    os_version: str
    signature: Literal["absent", "valid", "invalid"] | Unknown
    signer: str | Unknown | None


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """The Mach-O code signature."""

    kind: Literal["none", "adhoc", "cms"] | Unknown
    state: Literal["absent", "valid", "broken"] | Unknown
    identifier: str | None
    flags: int | None
    bad_pages: tuple[int, ...] | Unknown


class Macho(msgspec.Struct, frozen=True, kw_only=True):
    """Facts only Mach-O has."""

    cputype: str
    load_commands: tuple[str, ...]
    platform: str | None
    min_os: str | None
    sdk: str | None
    uuid: str | None
    pie: bool
    dylibs: tuple[str, ...]
    signature: Signature


class Wasm(msgspec.Struct, frozen=True, kw_only=True):
    """WebAssembly facts."""

    imports: tuple[str, ...]
    producers: dict[str, dict[str, str]]


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """What the bytes show."""

    goos: str | Unknown
    goarch: str | Unknown
    go_version: str | Unknown
    compiler: Literal["gc", "gccgo", "tinygo"] | Unknown
    cgo: bool | Unknown
    link_mode: Literal["internal", "external"] | Unknown
    buildmode: str | Unknown
    linkage: Literal["static", "static-pie", "dynamic"] | Unknown
    interpreter: str | Unknown | None
    needed: tuple[str, ...] | Unknown
    rpath: tuple[str, ...] | Unknown
    libc: Libc | Unknown | None
    glibc_floor: str | Unknown | None
    resolver: Lookup | Unknown | None
    user_lookup: Lookup | Unknown | None
    tags: tuple[str, ...] | Unknown
    trimpath: bool | Unknown
    symbols: bool | Unknown
    dwarf: bool | Unknown
    build_id: str | Unknown | None
    gnu_build_id: str | Unknown | None
    uuid: str | None
    pristine: Literal["pristine", "modified", "unverifiable"] | Unknown
    tzdata: Tzdata
    microarch: Annotated[Any, _or_unknown(_TEXTS)]
    elf: Elf | None
    pe: Pe | None
    macho: Macho | None
    wasm: Wasm | None


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """One module of the build info."""

    path: str
    version: str | None
    sum: str | None
    replace: Module | None


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What Go wrote into the file."""

    go_version: str | Unknown
    path: str | None
    main: Module | None
    deps: tuple[Module, ...]
    settings: dict[str, str]


class Declared(msgspec.Struct, Generic[T], frozen=True):
    """One declared value and where it was declared."""

    value: T
    source: str


class Intended(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was meant; only what was declared is present."""

    goos: Declared[str] | msgspec.UnsetType = msgspec.UNSET
    goarch: Declared[str] | msgspec.UnsetType = msgspec.UNSET
    cgo: Declared[bool] | msgspec.UnsetType = msgspec.UNSET
    microarch: Declared[dict[str, str]] | msgspec.UnsetType = msgspec.UNSET
    static: Declared[bool] | msgspec.UnsetType = msgspec.UNSET
    buildmode: Declared[str] | msgspec.UnsetType = msgspec.UNSET
    tags: Declared[tuple[str, ...]] | msgspec.UnsetType = msgspec.UNSET
    tzdata: Declared[Literal["embedded", "absent"]] | msgspec.UnsetType = msgspec.UNSET
    go: Declared[str] | msgspec.UnsetType = msgspec.UNSET
    libc: Declared[str] | msgspec.UnsetType = msgspec.UNSET
    glibc: Declared[str] | msgspec.UnsetType = msgspec.UNSET
    min_os: Declared[str] | msgspec.UnsetType = msgspec.UNSET
    platform: Declared[str] | msgspec.UnsetType = msgspec.UNSET
    absent: Declared[tuple[str, ...]] | msgspec.UnsetType = msgspec.UNSET
    page_size: Declared[int] | msgspec.UnsetType = msgspec.UNSET
    universal: Declared[bool] | msgspec.UnsetType = msgspec.UNSET
    module: Declared[str] | msgspec.UnsetType = msgspec.UNSET
    version: Declared[str] | msgspec.UnsetType = msgspec.UNSET
    revision: Declared[str] | msgspec.UnsetType = msgspec.UNSET
    clean: Declared[bool] | msgspec.UnsetType = msgspec.UNSET
    trimpath: Declared[bool] | msgspec.UnsetType = msgspec.UNSET
    debug_info: Declared[bool] | msgspec.UnsetType = msgspec.UNSET
    symbols: Declared[bool] | msgspec.UnsetType = msgspec.UNSET
    pristine: Declared[bool] | msgspec.UnsetType = msgspec.UNSET
    fips140: Declared[str] | msgspec.UnsetType = msgspec.UNSET
    max_size: Declared[int] | msgspec.UnsetType = msgspec.UNSET
    subsystem: Declared[Literal["console", "gui"]] | msgspec.UnsetType = msgspec.UNSET
    pe_checksum: Declared[bool] | msgspec.UnsetType = msgspec.UNSET
    aslr: Declared[bool] | msgspec.UnsetType = msgspec.UNSET
    signature: Declared[Literal["authenticode", "codesign"]] | msgspec.UnsetType = msgspec.UNSET
    dylibs: Declared[tuple[str, ...]] | msgspec.UnsetType = msgspec.UNSET
    interpreters: Declared[tuple[str, ...]] | msgspec.UnsetType = msgspec.UNSET


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One proof; ``offset`` counts from the start of the innermost artifact, null when computed."""

    label: str
    value: str
    offset: int | None


class Waiver(msgspec.Struct, frozen=True, kw_only=True):
    """Why a failure is let through; ``until`` is the last day on which it is."""

    reason: str
    until: str | None
    source: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule says of one image, or of the release; a waived failure counts for nothing."""

    rule: str
    id: str
    status: Literal["pass", "fail", "not-applicable", "unknown", "error"]
    severity: Severity
    waiver: Waiver | None
    message: str
    reason: str | None
    evidence: tuple[Evidence, ...]
    fix: str | None


class Portability(msgspec.Struct, frozen=True, kw_only=True):
    """The strictest portability profile that the program satisfies, and which rules keep it from the next stricter."""

    satisfied: str | None
    stricter: str | None
    blocked_by: tuple[str, ...]


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """One architecture of one executable. ``portability`` is null for systems without portability profiles."""

    slice: str | None
    format: Literal["elf", "pe", "macho", "wasm", "xcoff", "plan9"]
    observed: Observed
    recorded: Annotated[Any, _or_unknown({"$ref": "#/$defs/Recorded"})]
    intended: Intended
    portability: Portability | None
    outcomes: tuple[Outcome, ...]


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact; ``members`` is its chain of containers below ``path``, outermost first."""

    path: str
    members: tuple[str, ...]
    size: int
    sha256: str | Unknown
    images: tuple[Image, ...]


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was met and not inspected."""

    path: str
    members: tuple[str, ...]
    slice: str | None
    kind: Literal["not-executable", "not-go", "malformed", "truncated", "limit", "unreadable"]
    reason: str


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """The report of one run of gobin-inspect."""

    schema_version: Literal[1]
    tool: Tool
    summary: Summary
    files: tuple[File, ...]
    release: tuple[Outcome, ...]
    skipped: tuple[Skipped, ...]
    interrupted: bool = False  # the run was ended before everything was inspected


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what ``render`` writes."""
    # Recorded is only referred to by hand, so it has to be asked for by name.
    (top, _), definitions = msgspec.json.schema_components((Document, Recorded), ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gobin-inspect report, version 1",
        **top,
        "$defs": definitions,
    }
