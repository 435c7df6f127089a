"""Frozen values that flow one way: facts, intent, outcomes, reports. No logic beyond reading one's own fields."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Final, Generic, TypeVar

import msgspec

from formats.image import Format as Format
from formats.image import Unknown as Unknown

T = TypeVar("T")


class UnknownFactError(Exception):
    """A rule touched an Unknown; the engine turns it into the outcome ``unknown`` with this reason."""


def known(fact: T | Unknown) -> T:
    """Return the fact's value; raise UnknownFactError when it is Unknown."""
    if isinstance(fact, Unknown):
        raise UnknownFactError(fact.reason)
    return fact


class Evidence(msgspec.Struct, frozen=True):
    """One proof: what it is, what it says, and where in the innermost artifact (None when computed)."""

    label: str
    value: str
    offset: int | None = None


NOT_LINKED: Final = Unknown("an archive of objects is not linked")
"""What a C archive says of facts that a linker decides. A rule that needs one does not apply to it."""


# --- observed and recorded -------------------------------------------------------------------------------


class Tzdata(msgspec.Struct, frozen=True, kw_only=True):
    """The IANA time zone database inside the program, and whether anything asks for zones."""

    embedded: bool | Unknown
    zones: int | Unknown | None  # None when not embedded
    release: str | Unknown | None  # "2026c"; None when not embedded
    load_location: bool | Unknown  # time.LoadLocation is linked
    defect: str | None = None  # why the embedded zip cannot be used; None when it can or is absent


class ElfFacts(msgspec.Struct, frozen=True, kw_only=True):
    """ELF header facts for people and reports."""

    type: str
    machine: str
    osabi: str
    pie: bool | Unknown
    relro: str  # none | partial | full
    nx_stack: bool | None  # None when PT_GNU_STACK is absent
    symbol_versions: Mapping[str, tuple[str, ...]] | Unknown  # library -> versions needed, ascending
    notes: tuple[str, ...]  # "Go type 4 (build ID)"


class PeChecksum(msgspec.Struct, frozen=True, kw_only=True):
    """The optional header's CheckSum: stored, recomputed, and what the two say together."""

    stored: int
    computed: int | Unknown
    state: str | Unknown  # absent | valid | stale | mismatch


class PeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """PE header facts for people and reports."""

    machine: str
    checksum: PeChecksum
    reloc: bool
    reloc_size: int
    relocs_stripped: bool
    dynamic_base: bool
    high_entropy_va: bool
    nx_compat: bool
    subsystem: str  # console | gui | native | ...
    os_version: str  # "10.0"
    signature: str | Unknown  # Authenticode: absent | valid | invalid
    signer: str | Unknown | None  # the signing certificate's subject, "C=US, O=Example, CN=Example"; None when unsigned


class MachoSignature(msgspec.Struct, frozen=True, kw_only=True):
    """The embedded code signature, its page hashes recomputed."""

    kind: str | Unknown  # none | adhoc | cms; Unknown when it cannot be parsed
    state: str | Unknown  # absent | valid | broken
    identifier: str | None
    flags: int | None
    bad_pages: tuple[int, ...] | Unknown  # page numbers whose hash differs
    defect: str | None = None  # why it is broken when no page is


class MachoFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Mach-O header facts for people and reports."""

    cputype: str
    file_type: str
    load_commands: tuple[str, ...]
    segments: tuple[str, ...]  # names of LC_SEGMENT and LC_SEGMENT_64, in file order; "__TEXT"
    platform: str | None
    min_os: str | None
    sdk: str | None
    uuid: str | None
    pie: bool
    dylibs: tuple[str, ...]
    entry: str | None
    signature: MachoSignature


class WasmFacts(msgspec.Struct, frozen=True, kw_only=True):
    """WebAssembly facts for people and reports."""

    imports: tuple[str, ...]  # modules, in order: "gojs"
    producers: Mapping[str, Mapping[str, str]]  # field -> name -> version: {"language": {"Go": "go1.27.3"}}


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """What the bytes show of one image. Names and meanings are those of the JSON contract."""

    goos: str | Unknown
    goarch: str | Unknown
    go_version: str | Unknown
    compiler: str | Unknown
    cgo: bool | Unknown
    link_mode: str | Unknown  # internal | external
    buildmode: str | Unknown  # exe | pie | c-shared | plugin | c-archive
    linkage: str | Unknown  # static | static-pie | dynamic
    interpreter: str | Unknown | None
    needed: tuple[str, ...] | Unknown
    rpath: tuple[str, ...] | Unknown
    libc: str | Unknown | None
    glibc_floor: str | Unknown | None
    resolver: str | Unknown | None  # go | cgo | system; None when package net is not linked
    user_lookup: str | Unknown | None  # go | cgo | system; None when os/user is not linked
    tags: tuple[str, ...] | Unknown  # effects proven by the file table, sorted
    trimpath: bool | Unknown
    symbols: bool | Unknown
    dwarf: bool | Unknown
    build_id: str | Unknown | None
    gnu_build_id: str | Unknown | None
    uuid: str | None
    pristine: str | Unknown  # pristine | modified | unverifiable
    tzdata: Tzdata
    microarch: Mapping[str, str] | Unknown
    elf: ElfFacts | None
    pe: PeFacts | None
    macho: MachoFacts | None
    wasm: WasmFacts | None


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """One module of the build info; ``sum`` and ``version`` are None when absent."""

    path: str
    version: str | None
    sum: str | None
    replace: Module | None


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """What Go wrote into the file (debug/buildinfo), unquoted."""

    go_version: str | Unknown  # gccgo records none
    path: str | None
    main: Module | None
    deps: tuple[Module, ...]
    settings: Mapping[str, str]


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Which links of the chain of identities hold; None where there is nothing to hold against each other."""

    host_id: bool | None = None  # the GNU build ID or LC_UUID is what Go makes of the Go build ID since 1.24
    settings: bool | None = None  # both copies of the settings text, the build info's and the runtime's, are the same


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """The one change since the link: undone, the file has the hash that its build ID holds."""

    kind: str  # appended | authenticode | checksum | signature | record
    what: str  # "1,024 bytes were appended"


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """Facts that only rules use; each entry of a list is one defect found in the headers or tables."""

    go_minor: int | Unknown  # the 27 of go1.27.3: from the version string, else recorded, else Unknown
    build_paths: tuple[Evidence, ...] | Unknown  # absolute source paths, first few of each kind
    instrumentation: tuple[str, ...] | Unknown  # race, msan, asan, cover
    writable_code: tuple[Evidence, ...]
    stack: str | None  # ELF: "absent" | "rw" | "rwx"; None elsewhere
    pe_layout: tuple[Evidence, ...]
    macho_commands: tuple[Evidence, ...]
    packer: str | None  # what packed the file, "UPX 3.95"
    obfuscation: tuple[Evidence, ...] | Unknown  # signs that the names were scrambled; none in a healthy program
    wasm_imports: tuple[Evidence, ...]  # functions a WebAssembly program imports: module and name
    linked: frozenset[str] | Unknown  # of the functions that rules ask about (facts/linked.py): "os/exec.LookPath"
    load_alignment: int | None  # ELF: bytes to which the least aligned PT_LOAD is aligned; None elsewhere
    cgo_stubs: tuple[Evidence, ...] | Unknown  # a package that only fails, for cgo was off: its file and its text
    static_nss: tuple[Evidence, ...] | Unknown  # a static program asks glibc's name service switch
    identity: Identity
    edit: Edit | None  # of a modified file, when it is proven
    sections_moved: bool | None  # ELF: section headers are not where Go's own linker puts them; None elsewhere


class GoBuild(msgspec.Struct, frozen=True, kw_only=True):
    """Everything read from one image of a Go program.

    ``proofs`` maps a fact's name ("goos", "pe.reloc") to the evidence for it.
    """

    format: Format
    slice: str | None
    observed: Observed
    recorded: Recorded | Unknown
    traits: Traits
    proofs: Mapping[str, tuple[Evidence, ...]]

    def proof(self, *facts: str) -> tuple[Evidence, ...]:
        """Return the evidence for these facts, in order; nothing for a fact without any."""
        return tuple(e for fact in facts for e in self.proofs.get(fact, ()))

    def setting(self, key: str) -> str | None:
        """Return a build setting as recorded; None when it, or the whole record, is absent."""
        return None if isinstance(self.recorded, Unknown) else self.recorded.settings.get(key)

    def setting_proof(self, *keys: str) -> tuple[Evidence, ...]:
        """Return the evidence for these build settings, at the build info's offset; none for an absent key."""
        found = ((key, self.setting(key)) for key in keys)
        return tuple(self.record_proof(key, value) for key, value in found if value is not None)

    def record_proof(self, key: str, value: str) -> Evidence:
        """Return the evidence that the build info says ``value`` for ``key``, at the build info's offset."""
        return Evidence(f"recorded {key}", value, self.place("recorded"))

    def place(self, fact: str) -> int | None:
        """Return the offset of a fact's first evidence: where to look for what is not there."""
        return next((e.offset for e in self.proof(fact)), None)


# --- intended --------------------------------------------------------------------------------------------


class Declared(msgspec.Struct, Generic[T], frozen=True):
    """One declared value and where it was declared.

    ``source`` is what reports print: "option --goos", "environment GOOS", "profile musl", "file name", "archive name",
    "directory name". ``by_name`` is true for the last three: a name is a weaker witness than a declaration.
    """

    value: T
    source: str
    by_name: bool = False


class Intent(msgspec.Struct, frozen=True, kw_only=True):
    """What was meant for one artifact; None (or an absent key) where nothing was declared."""

    goos: Declared[str] | None = None
    goarch: Declared[str] | None = None
    cgo: Declared[bool] | None = None
    microarch: Mapping[str, Declared[str]] = msgspec.field(default_factory=dict)  # GOAMD64, GOARM, ...
    static: Declared[bool] | None = None
    buildmode: Declared[str] | None = None
    tags: Declared[tuple[str, ...]] | None = None
    tzdata: Declared[str] | None = None  # embedded | absent
    go: Declared[str] | None = None  # at least this release, "1.27" or "1.27.3"
    libc: Declared[str] | None = None  # the C library the target system has: glibc | musl | bionic
    glibc: Declared[str] | None = None  # its version there, "2.28"
    min_os: Declared[str] | None = None  # the oldest system meant to start it: "10.0" (windows), "13.0" (darwin)
    platform: Declared[str] | None = None  # Mach-O platform: "macos", "ios", "iossimulator"
    absent: Declared[tuple[str, ...]] | None = None  # what the target lacks: zones, ca-roots, users
    page_size: Declared[int] | None = None  # bytes of a memory page there, at most: 16384


# --- judged ----------------------------------------------------------------------------------------------


class Severity(enum.StrEnum):
    """How much a failed outcome matters."""

    ERROR = "error"  # will not run, or is not what was declared
    WARNING = "warning"  # a user will be hurt under named conditions
    NOTE = "note"  # worth knowing

    @property
    def rank(self) -> int:
        """Order of severities, the worst highest."""
        return {"note": 1, "warning": 2, "error": 3}[self.value]


class Status(enum.StrEnum):
    """What one rule says of one image."""

    PASS = "pass"  # noqa: S105  # a verdict, not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not-applicable"
    UNKNOWN = "unknown"
    ERROR = "error"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule's check returns; made by passed, failed, not_applicable and undecided."""

    status: Status
    message: str
    evidence: tuple[Evidence, ...] = ()
    fix: str | None = None
    severity: Severity | None = None  # None: the rule's default


def passed(message: str, *evidence: Evidence) -> Verdict:
    """Return the verdict of a rule that looked and found nothing wrong."""
    return Verdict(status=Status.PASS, message=message, evidence=evidence)


def failed(message: str, *evidence: Evidence, fix: str | None = None, severity: Severity | None = None) -> Verdict:
    """Return the verdict of a rule that found its defect; ``severity`` where it differs from the default."""
    return Verdict(status=Status.FAIL, message=message, evidence=evidence, fix=fix, severity=severity)


def not_applicable(reason: str) -> Verdict:
    """Return the verdict of a rule that has nothing to say about this image."""
    return Verdict(status=Status.NOT_APPLICABLE, message=reason)


def undecided(reason: str, *evidence: Evidence) -> Verdict:
    """Return the verdict ``unknown``: what the rule needs could not be read."""
    return Verdict(status=Status.UNKNOWN, message=reason, evidence=evidence)


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule sees: one image's facts, what was meant, and how the artifact is stored."""

    build: GoBuild
    intent: Intent
    name: str  # base name of the innermost artifact
    mode: int | Unknown  # permission bits
    crashed: tuple[str, ...] = ()  # rules that crashed on this image before this one ran
    slices: tuple[GoBuild, ...] = ()  # every Go program of a universal file, this one too, in file order
    wasm_exec: str | Unknown | None = None  # text of the wasm_exec.js in the same directory; None: there is none


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A named defect. The docstring of the module that defines it is its page.

    ``keys`` are the intent keys whose declaration binds the rule: under the release gate its ``unknown``
    then counts as failure. ``yields_to`` names rules that report the same cause: when one of them failed,
    a failure of this rule becomes not-applicable.
    """

    id: str
    name: str
    severity: Severity
    check: Callable[[Subject], Verdict]
    keys: tuple[str, ...] = ()
    yields_to: tuple[str, ...] = ()


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's verdict on one image, as reports print it."""

    rule: str
    id: str
    status: Status
    severity: Severity
    message: str
    reason: str | None  # for not-applicable, unknown, error
    evidence: tuple[Evidence, ...]
    fix: str | None


# --- reported --------------------------------------------------------------------------------------------


class SkipKind(enum.StrEnum):
    """Why something was not inspected."""

    NOT_EXECUTABLE = "not-executable"
    NOT_GO = "not-go"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    LIMIT = "limit"
    UNREADABLE = "unreadable"


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was met and not inspected. ``named``: its path was given on the command line."""

    path: str
    members: tuple[str, ...] = ()
    slice: str | None = None
    kind: SkipKind
    reason: str
    named: bool = False

    @property
    def matters(self) -> bool:
        """False for what a walk over directories and archives meets everywhere: no executable, no Go program."""
        return self.named or self.kind not in {SkipKind.NOT_EXECUTABLE, SkipKind.NOT_GO}


class ImageReport(msgspec.Struct, frozen=True, kw_only=True):
    """One image: its facts, what was meant for it, and what the rules say."""

    build: GoBuild
    intent: Intent
    outcomes: tuple[Outcome, ...]


class FileReport(msgspec.Struct, frozen=True, kw_only=True):
    """One artifact. ``sha256`` is Unknown when hashing was not asked for."""

    path: str
    members: tuple[str, ...]
    size: int
    sha256: str | Unknown
    images: tuple[ImageReport, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one run, in deterministic order: by path, then members, then slice."""

    version: str
    files: tuple[FileReport, ...]
    skipped: tuple[Skipped, ...]
