"""Facts built by hand: a healthy Go program, to be changed in one point by a test."""

from collections.abc import Mapping
from typing import Any

import msgspec

from inspector.model import (
    ElfFacts,
    Evidence,
    Format,
    GoBuild,
    Identity,
    Intent,
    MachoFacts,
    MachoSignature,
    Module,
    Observed,
    PeChecksum,
    PeFacts,
    Recorded,
    Subject,
    Traits,
    Tzdata,
    Unknown,
    WasmFacts,
)

ELF = ElfFacts(
    type="EXEC",
    machine="x86-64",
    osabi="none",
    pie=False,
    relro="none",
    nx_stack=True,
    symbol_versions={},
    notes=("Go type 4 (build ID)",),
)
PE = PeFacts(
    machine="amd64",
    checksum=PeChecksum(stored=0, computed=0x12345, state="absent"),
    reloc=True,
    reloc_size=0x4000,
    relocs_stripped=False,
    dynamic_base=True,
    high_entropy_va=True,
    nx_compat=True,
    subsystem="console",
    os_version="10.0",
    signature="absent",
    signer=None,
)
MACHO = MachoFacts(
    cputype="arm64",
    file_type="MH_EXECUTE",
    load_commands=("LC_SEGMENT_64", "LC_SYMTAB", "LC_LOAD_DYLINKER", "LC_MAIN", "LC_CODE_SIGNATURE"),
    segments=("__PAGEZERO", "__TEXT", "__DATA_CONST", "__DATA", "__LINKEDIT"),
    platform="macos",
    min_os="13.0",
    sdk="26.2",
    uuid="11111111-2222-3333-8444-555555555555",
    pie=True,
    dylibs=("/usr/lib/libSystem.B.dylib", "/usr/lib/libresolv.9.dylib"),
    entry="LC_MAIN",
    signature=MachoSignature(kind="adhoc", state="valid", identifier="a.out", flags=0x20002, bad_pages=(), defect=None),
)
OBSERVED = Observed(
    goos="linux",
    goarch="amd64",
    go_version="go1.27.3",
    compiler="gc",
    cgo=False,
    link_mode="internal",
    buildmode="exe",
    linkage="static",
    interpreter=None,
    needed=(),
    rpath=(),
    libc=None,
    glibc_floor=None,
    resolver=None,
    user_lookup=None,
    tags=(),
    trimpath=True,
    symbols=True,
    dwarf=True,
    build_id="a/b/c/d",
    gnu_build_id=None,
    uuid=None,
    pristine="pristine",
    tzdata=Tzdata(embedded=False, zones=None, release=None, load_location=False),
    microarch={},
    elf=ELF,
    pe=None,
    macho=None,
    wasm=None,
)
RECORDED = Recorded(
    go_version="go1.27.3",
    path="example.com/app",
    main=Module(path="example.com/app", version="v1.2.3", sum=None, replace=None),
    deps=(),
    settings={
        "-buildmode": "exe",
        "-compiler": "gc",
        "-trimpath": "true",
        "CGO_ENABLED": "0",
        "GOARCH": "amd64",
        "GOOS": "linux",
        "GOAMD64": "v1",
    },
)
TRAITS = Traits(
    go_minor=27,
    build_paths=(),
    instrumentation=(),
    writable_code=(),
    stack="rw",
    pe_layout=(),
    macho_commands=(),
    packer=None,
    obfuscation=(),
    wasm_imports=(),
    linked=frozenset(),
    load_alignment=0x1000,
    cgo_stubs=(),
    static_nss=(),
    identity=Identity(settings=True),
    edit=None,
    sections_moved=False,
)


def go_build(
    *,
    observed: Mapping[str, Any] | None = None,
    settings: Mapping[str, str | None] | None = None,
    recorded: Mapping[str, Any] | Unknown | None = None,
    traits: Mapping[str, Any] | None = None,
    proofs: Mapping[str, tuple[Evidence, ...]] | None = None,
    format: Format = Format.ELF,  # noqa: A002
) -> GoBuild:
    """A healthy static linux/amd64 program of Go 1.27.3, with these facts replaced.

    In ``settings`` a None takes the key away.
    """
    record: Recorded | Unknown
    if isinstance(recorded, Unknown):
        record = recorded
    else:
        merged = {k: v for k, v in {**RECORDED.settings, **(settings or {})}.items() if v is not None}
        record = msgspec.structs.replace(RECORDED, **{"settings": merged, **(recorded or {})})
    return GoBuild(
        format=format,
        slice=None,
        observed=msgspec.structs.replace(OBSERVED, **(observed or {})),
        recorded=record,
        traits=msgspec.structs.replace(TRAITS, **(traits or {})),
        proofs=proofs or {},
    )


def windows(goarch: str = "amd64", pe: Mapping[str, Any] | None = None, **changes: Any) -> GoBuild:
    """A healthy windows program."""
    observed = {
        "goos": "windows",
        "goarch": goarch,
        "buildmode": "pie",
        "linkage": "dynamic",
        "needed": ("kernel32.dll",),
        "elf": None,
        "pe": msgspec.structs.replace(PE, **(pe or {})),
        **changes.pop("observed", {}),
    }
    settings = {"GOOS": "windows", "GOARCH": goarch, **changes.pop("settings", {})}
    traits = {"stack": None, "load_alignment": None, **changes.pop("traits", {})}
    return go_build(observed=observed, settings=settings, traits=traits, format=Format.PE, **changes)


def darwin(goarch: str = "arm64", macho: Mapping[str, Any] | None = None, **changes: Any) -> GoBuild:
    """A healthy darwin program."""
    observed = {
        "goos": "darwin",
        "goarch": goarch,
        "buildmode": "pie",
        "linkage": "dynamic",
        "interpreter": "/usr/lib/dyld",
        "needed": MACHO.dylibs,
        "libc": "libSystem",
        "uuid": MACHO.uuid,
        "elf": None,
        "macho": msgspec.structs.replace(MACHO, cputype=goarch, **(macho or {})),
        **changes.pop("observed", {}),
    }
    settings = {"GOOS": "darwin", "GOARCH": goarch, **changes.pop("settings", {})}
    traits = {"stack": None, "load_alignment": None, **changes.pop("traits", {})}
    return go_build(observed=observed, settings=settings, traits=traits, format=Format.MACHO, **changes)


def wasm(goos: str = "js", **changes: Any) -> GoBuild:
    """A healthy WebAssembly program."""
    modules = {"js": "gojs", "wasip1": "wasi_snapshot_preview1"}
    go = {"language": {"Go": "go1.27.3"}, "processed-by": {"Go cmd/compile": "go1.27.3"}}
    observed = {
        "goos": goos,
        "goarch": "wasm",
        "elf": None,
        "wasm": WasmFacts(imports=(modules[goos],), producers=go),
        **changes.pop("observed", {}),
    }
    settings = {"GOOS": goos, "GOARCH": "wasm", "GOAMD64": None, **changes.pop("settings", {})}
    function = "runtime.wasmExit" if goos == "js" else "proc_exit"
    traits = {
        "stack": None,
        "wasm_imports": (Evidence(modules[goos], function, 0x1A0),),
        **changes.pop("traits", {}),
    }
    return go_build(observed=observed, settings=settings, traits=traits, format=Format.WASM, **changes)


def subject(build: GoBuild | None = None, name: str = "app", mode: int | Unknown = 0o755, **meant: Any) -> Subject:
    """A subject for one rule; keyword arguments are the intent's fields (Declared values)."""
    return Subject(build=build or go_build(), intent=Intent(**meant), name=name, mode=mode)
