"""What is read from one image: observed, recorded, and the proofs of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

import msgspec

from formats.image import Format, Unknown

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


FROM_FILES: Final = "command-line-arguments"
"""What Go records as the path of the main package where it was given files (cmd/go/internal/load, GoFilesPackage).

No main module is recorded then.
"""

NOT_LINKED: Final = Unknown("an archive of objects is not linked")
"""What a C archive says of facts that a linker decides. A rule that needs one does not apply to it."""


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
