"""What the headers and tables of one image say, a line a subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from inspector.model import (
    NOT_LINKED,
    ElfFacts,
    Format,
    GoBuild,
    ImageReport,
    MachoFacts,
    Module,
    Observed,
    PeFacts,
    Portability,
    Recorded,
    Unknown,
    WasmFacts,
)
from inspector.reports.layout import Line, Span, facts, flow, listed, size_text, span, words
from inspector.reports.view import View
from inspector.reports.witnesses import LABEL

FORMATS = {
    Format.ELF: "ELF",
    Format.PE: "PE",
    Format.MACHO: "Mach-O",
    Format.WASM: "WebAssembly",
    Format.XCOFF: "XCOFF",
    Format.PLAN9: "Plan 9 a.out",
}
LIBRARIES = 4
"""Needed libraries that a page names before it counts: most Go programs need one to four."""

# The first Windows with that version, by Microsoft's table "Operating System Version".
_WINDOWS = {"6.0": "Vista", "6.1": "7", "6.2": "8", "6.3": "8.1", "10.0": "10"}
_PLATFORMS = {"macos": "macOS", "ios": "iOS", "tvos": "tvOS", "watchos": "watchOS", "visionos": "visionOS"}
_NO_PROGRAMS = {"c-shared": "c-shared library", "plugin": "plugin"}
_LOOKUPS = {"go": "Go's own", "cgo": "libc through cgo", "system": "the system's"}
_PRISTINE = {
    "pristine": "yes, as the linker wrote it",
    "modified": "no, changed after the link",
    "unverifiable": "not verifiable: no build ID of Go's own for this file",
}


def identity(build: GoBuild) -> tuple[str, ...]:
    """Return format and machine, Go version, module and version."""
    container = f"{FORMATS[build.format]} {_machine(build.observed)}".strip()
    if build.observed.buildmode == "c-archive":
        container = f"C archive, {container}"
    return (container, _go(build.observed), _module(build.recorded))


def facts_lines(image: ImageReport, view: View) -> Iterator[Line]:
    """Yield the lines about one image, each with its label; a subject without facts has no line."""
    observed = image.build.observed
    subjects: tuple[tuple[str, Iterable[str | Span]], ...] = (
        ("needs", _needs(observed, view)),
        ("ELF", _elf(observed.elf, view)),
        ("PE", _pe(observed.pe)),
        ("Mach-O", _macho(observed.macho, view)),
        ("wasm", _wasm(observed.wasm, view)),
        ("build", _build(observed)),
        ("source", _source(image.build.recorded)),
        ("lookups", _lookups(observed)),
        ("tzdata", _tzdata(image)),
        ("pristine", _pristine(image.build)),
        ("portable", _portable(image.portability)),
    )
    for label, items in subjects:
        units = facts(items)
        if units:
            yield from flow(labelled(label), units, view.width)
    if view.verbose:
        yield from _in_full(image.build, view)
    yield from _unread(image.build, view)


def labelled(label: str) -> Line:
    """Return the start of a line of facts."""
    return (Span("  "), span(label.ljust(LABEL), "faint"))


def _machine(observed: Observed) -> str:
    if observed.elf:
        return observed.elf.machine
    if observed.pe:
        return observed.pe.machine
    if observed.macho:
        return observed.macho.cputype
    # One machine a format has (wasm, XCOFF), or the port's own word for it (Plan 9): no headers of theirs to quote.
    return "" if observed.wasm or isinstance(observed.goarch, Unknown) else observed.goarch


def _go(observed: Observed) -> str:
    version = observed.go_version
    if isinstance(version, Unknown) and version == observed.compiler:
        return version.reason  # the one that hides everything: a packer
    special = observed.compiler != "gc" and not isinstance(observed.compiler, Unknown)
    if not isinstance(version, Unknown):
        return f"{version} ({observed.compiler})" if special else version
    if special:
        return f"Go version {version.reason}"  # which names the compiler: "unknown to TinyGo 0.42.0"
    return version.reason if version.reason.startswith("go1.") else f"Go {version.reason}"


def _module(recorded: Recorded | Unknown) -> str:
    if isinstance(recorded, Unknown):
        return ""
    version = recorded.main.version if recorded.main else None
    path = recorded.path or (recorded.main.path if recorded.main else "")
    return " ".join(part for part in (path, version) if part)


def _needs(observed: Observed, view: View) -> Iterator[str | Span]:
    if not isinstance(observed.interpreter, Unknown):
        yield observed.interpreter or ""
    if not isinstance(observed.needed, Unknown):
        yield listed(observed.needed, limit=None if view.verbose else LIBRARIES)
    if observed.glibc_floor is not None and not isinstance(observed.glibc_floor, Unknown):
        yield f"glibc {observed.glibc_floor}+"
    elif observed.libc is not None and not isinstance(observed.libc, Unknown) and observed.elf:
        yield observed.libc
    if not isinstance(observed.rpath, Unknown) and observed.rpath:
        yield "rpath " + ":".join(observed.rpath)


def _elf(elf: ElfFacts | None, view: View) -> Iterator[str | Span]:
    if elf is None:
        return
    yield elf.type
    if not isinstance(elf.pie, Unknown):
        yield "PIE" if elf.pie else "not PIE"
    yield {"none": "no RELRO", "partial": "partial RELRO", "full": "full RELRO"}.get(elf.relro, elf.relro)
    yield {True: "NX stack", False: "executable stack", None: "no PT_GNU_STACK"}[elf.nx_stack]
    if view.verbose:
        yield f"OS ABI {elf.osabi}"
        if not isinstance(elf.symbol_versions, Unknown):
            yield from (f"{library}: {', '.join(versions)}" for library, versions in elf.symbol_versions.items())
        yield from elf.notes


def _pe(pe: PeFacts | None) -> Iterator[str | Span]:
    if pe is None:
        return
    state = pe.checksum.state
    yield "checksum not recomputed" if isinstance(state, Unknown) else f"checksum {state}"
    yield f".reloc {size_text(pe.reloc_size)}" if pe.reloc else "no .reloc"
    yield ("ASLR, high entropy" if pe.high_entropy_va else "ASLR") if pe.dynamic_base else "no ASLR"
    yield "NX" if pe.nx_compat else "no NX"
    yield pe.subsystem
    yield f"Windows {_WINDOWS.get(pe.os_version, pe.os_version)}+"
    if isinstance(pe.signature, Unknown):
        yield "Authenticode not verified"
    else:
        yield "not signed" if pe.signature == "absent" else f"Authenticode {pe.signature}"


def _macho(macho: MachoFacts | None, view: View) -> Iterator[str | Span]:
    if macho is None:
        return
    if macho.platform or macho.min_os:
        platform = _PLATFORMS.get((macho.platform or "").lower(), macho.platform or "OS")
        yield f"{platform} {macho.min_os}+" if macho.min_os else platform
    yield f"SDK {macho.sdk}" if macho.sdk else ""
    yield "PIE" if macho.pie else "not PIE"
    yield "" if macho.uuid else "no UUID"
    yield _signature(macho)
    if view.verbose:
        commands = Counter(macho.load_commands)
        yield ", ".join(name if count == 1 else f"{count} {name}" for name, count in commands.items())


def _wasm(wasm: WasmFacts | None, view: View) -> Iterator[str | Span]:
    if wasm is None:
        return
    yield f"imports from {listed(wasm.imports, limit=None if view.verbose else LIBRARIES)}" if wasm.imports else ""
    if view.verbose:
        for field, values in wasm.producers.items():
            yield f"{field} {', '.join(f'{name} {version}'.strip() for name, version in values.items())}"


def _signature(macho: MachoFacts) -> str:
    signature = macho.signature
    kind = "ad hoc signature" if signature.kind == "adhoc" else "signature"
    if isinstance(signature.state, Unknown):
        return f"{kind} not verified"
    if signature.state == "absent":
        return "not signed"
    pages = () if isinstance(signature.bad_pages, Unknown) else signature.bad_pages
    count = f" ({len(pages)} bad {'page' if len(pages) == 1 else 'pages'})" if pages else ""
    return f"{kind} {signature.state}{count}"


def _build(observed: Observed) -> Iterator[str | Span]:
    if not isinstance(observed.buildmode, Unknown):
        yield _NO_PROGRAMS.get(observed.buildmode, "")
    if observed.link_mode == NOT_LINKED:
        yield "not linked yet"
    elif not isinstance(observed.link_mode, Unknown):
        yield f"{observed.link_mode} link"
    yield from _present("-trimpath", observed.trimpath)
    yield from _present("symbols", observed.symbols)
    yield from _present("DWARF", observed.dwarf)
    if not isinstance(observed.tags, Unknown) and observed.tags:
        yield f"tags {','.join(observed.tags)}"


def _present(what: str, fact: bool | Unknown) -> Iterator[str]:
    if not isinstance(fact, Unknown):
        yield what if fact else f"no {what}"


def _source(recorded: Recorded | Unknown) -> Iterator[str | Span]:
    if isinstance(recorded, Unknown) or "vcs.revision" not in recorded.settings:
        return
    settings = recorded.settings
    yield f"{settings.get('vcs', 'vcs')} {settings['vcs.revision'][:12]}"
    yield settings.get("vcs.time", "")
    yield "modified files" if settings.get("vcs.modified") == "true" else ""


def _lookups(observed: Observed) -> Iterator[str | Span]:
    for what, fact in (("hosts", observed.resolver), ("users", observed.user_lookup)):
        if fact is not None and not isinstance(fact, Unknown):
            yield f"{what}: {_LOOKUPS.get(fact, fact)}"


def _tzdata(image: ImageReport) -> Iterator[str | Span]:
    tzdata = image.build.observed.tzdata
    if tzdata.embedded is True:
        yield "embedded"
        yield f"{tzdata.zones} zones" if isinstance(tzdata.zones, int) else ""
        yield tzdata.release if isinstance(tzdata.release, str) else ""
        yield span(tzdata.defect or "", "error")
    elif tzdata.embedded is False:
        yield "not embedded"
    if not isinstance(tzdata.load_location, Unknown):
        yield "time.LoadLocation linked" if tzdata.load_location else "time.LoadLocation not linked"


def _portable(portability: Portability | None) -> Iterator[str | Span]:
    if portability is None:
        return
    yield f"as {portability.satisfied}" if portability.satisfied else "to no profile"
    if portability.stricter:
        yield f"{portability.stricter} needs more: {', '.join(portability.blocked_by)}"


def _pristine(build: GoBuild) -> Iterator[str | Span]:
    observed = build.observed
    if isinstance(observed.pristine, Unknown):
        return
    # Go's hash leaves the code signature out (cmd/internal/buildid/rewrite.go), so it can fit while that is broken.
    if observed.pristine == "pristine" and observed.macho is not None and observed.macho.signature.state == "broken":
        yield "yes, but for its code signature"
    else:
        yield _PRISTINE.get(observed.pristine, observed.pristine)
        if build.traits.edit is not None:
            yield f"only so: {build.traits.edit.what}"


def _in_full(build: GoBuild, view: View) -> Iterator[Line]:
    observed = build.observed
    for label, identifier in (
        ("Go ID", observed.build_id),
        ("GNU ID", observed.gnu_build_id),
        ("UUID", observed.uuid),
    ):
        if isinstance(identifier, str):
            yield (*labelled(label), span(identifier))
    if isinstance(build.recorded, Unknown):
        return
    settings = (f"{name}={value}" for name, value in build.recorded.settings.items())
    yield from flow(labelled("settings"), facts(settings), view.width)
    for index, module in enumerate(build.recorded.deps):
        yield from flow(labelled("" if index else "modules"), words(_dependency(module)), view.width)


def _dependency(module: Module) -> str:
    own = f"{module.path} {module.version or ''}".strip()
    return f"{own} => {_dependency(module.replace)}" if module.replace else own


def _unread(build: GoBuild, view: View) -> Iterator[Line]:
    """Yield what could not be read, reason by reason."""
    by_reason: dict[str, list[str]] = {}
    for name, fact in _every_fact(build):
        if isinstance(fact, Unknown) and fact != NOT_LINKED:
            by_reason.setdefault(fact.reason, []).append(name)
    for index, (reason, names) in enumerate(by_reason.items()):
        said = words(f"{listed(names, limit=None if view.verbose else 6)}: {reason}")
        yield from flow(labelled("" if index else "unread"), said, view.width)


def _every_fact(build: GoBuild) -> Iterator[tuple[str, object]]:
    """Yield every fact by its name in the JSON report, but the Go version: the page's first line explains it."""
    observed = build.observed
    holders: tuple[tuple[str, msgspec.Struct | None], ...] = (
        ("", observed),
        ("tzdata.", observed.tzdata),
        ("elf.", observed.elf),
        ("pe.checksum.", observed.pe.checksum if observed.pe else None),
        ("signature.", observed.macho.signature if observed.macho else None),
    )
    for prefix, holder in holders:
        names = () if holder is None else holder.__struct_fields__
        yield from ((prefix + name, getattr(holder, name)) for name in names if name != "go_version")
    yield "recorded", build.recorded
