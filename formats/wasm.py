"""WebAssembly reader: sections, imports, exports and who produced it; wasm_memory puts its data together.

Format: WebAssembly core specification, 5 Binary Format; the custom sections: appendix A.4 (name) and
WebAssembly/tool-conventions, ProducersSection.md and Dynamic Linking. No library on the index reads it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from formats.errors import FormatError, LimitExceeded, Malformed, NotRecognised, Truncated
from formats.image import Format, Image, Section, Segment, WasmImport, WasmNative
from formats.leb128 import Cursor
from formats.wasm_memory import linear_memory
from formats.window import MAX_HEADERS, Window

ERRORS: Final = ()
"""Nothing but FormatError is raised here."""

MAX_ENTRIES: Final = 100_000
"""Imports or exports of a module: the limit of the WebAssembly JavaScript Interface."""

MAX_SECTION: Final = 16 << 20
"""Bytes of a section that is read whole: imports, exports. Go's have under 16 KiB, the largest C++
modules, which export every function for their dynamic libraries, some 5 MiB."""

_MAX_PRODUCERS: Final = 64 << 10  # bytes of the producers section; Go's and Rust's have under 100
_MODULE: Final = b"\1\0\0\0"
_COMPONENT_LAYER: Final = b"\1\0"  # after the version: WebAssembly/component-model, design/mvp/Binary.md
_HEADER: Final = 8
_SECTION_HEADER: Final = 11  # an id, and a number of the most bytes that Cursor takes
_IDS: Final = (
    "custom",
    "type",
    "import",
    "function",
    "table",
    "memory",
    "global",
    "export",
    "start",
    "element",
    "code",
    "data",
    "data count",
    "tag",
)
_CUSTOM: Final = 0
_KINDS: Final = ("func", "table", "memory", "global", "tag")
_HEAP_TYPED: Final = {0x63, 0x64}  # (ref null ht) and (ref ht): a heap type follows


def read(window: Window) -> tuple[Image, ...]:
    """Parse a module's sections and its data. Raises FormatError."""
    if window.read(4, 4, "wasm version") != _MODULE:
        raise NotRecognised(_other(window), window.base)
    sections = _sections(window)
    data = _one(sections, "data")
    memory = linear_memory(window, data.offset, data.size) if data else Window.of_bytes(b"")
    custom = {section.name: section for section in reversed(sections) if section.flags == _CUSTOM}
    native = WasmNative(
        imports=_imports(window, _one(sections, "import")),
        exports=_exports(window, _one(sections, "export")),
        producers=_producers(window, custom.get("producers")),
        symbols="name" in custom,
        dwarf=any(name.startswith(".debug_") for name in custom),
    )
    # WebAssembly's own addresses have 32 bits, but a Go pointer has 64 there (internal/goarch, goarch_wasm.go).
    return (
        Image(
            format=Format.WASM,
            machine="wasm",
            bits=64,
            byteorder="little",
            slice=None,
            window=window,
            machine_offset=4,
            segments=_segments(memory),
            sections=sections,
            native=native,
            memory=memory,
        ),
    )


def _other(window: Window) -> str:
    if window.read(6, 2, "wasm layer") == _COMPONENT_LAYER:
        return "a WebAssembly component, not a module"
    return f"WebAssembly of version {window.integer(4, 4, 'little', 'wasm version')}"


def _segments(memory: Window) -> tuple[Segment, ...]:
    """Return linear memory as one segment: all of it may be read and written, and code is elsewhere."""
    if not memory.size:
        return ()
    size = memory.size
    return (
        Segment(
            name="memory",
            address=0,
            offset=0,
            file_size=size,
            memory_size=size,
            readable=True,
            writable=True,
            executable=False,
        ),
    )


def _sections(window: Window) -> tuple[Section, ...]:
    """List the sections, a custom one by its own name and without it; ``flags`` is the id."""
    sections: list[Section] = []
    seen: set[int] = set()
    at = _HEADER
    while at < window.size:
        if len(sections) == MAX_HEADERS:
            raise LimitExceeded(f"more than {MAX_HEADERS} sections", window.base + at)
        head = Cursor(window.read_upto(at, _SECTION_HEADER), window.base + at, "section header")
        kind, size = head.byte(), head.unsigned()
        if kind in seen:
            raise Malformed(f"a second section of kind {kind}", window.base + at)
        start = at + head.at
        at = start + size
        if at > window.size:
            raise Truncated(f"section of kind {kind} reaches past the end of the file", window.base + start)
        if kind == _CUSTOM:
            sections.append(_custom(window, start, size))
        else:
            seen.add(kind)
            name = _IDS[kind] if kind < len(_IDS) else f"section {kind}"
            sections.append(Section(name=name, address=0, offset=start, size=size, flags=kind))
    return tuple(sections)


def _custom(window: Window, start: int, size: int) -> Section:
    cursor = Cursor(window.read_upto(start, min(size, _SECTION_HEADER)), window.base + start, "custom section")
    length = cursor.unsigned()
    if length > size - cursor.at:
        raise Malformed("a custom section's name is longer than the section", window.base + start)
    name = Cursor(
        window.read(start, cursor.at + length, "custom section"), window.base + start, "custom section"
    ).name()
    used = cursor.at + length
    return Section(name=name, address=0, offset=start + used, size=size - used, flags=_CUSTOM)


def _one(sections: tuple[Section, ...], name: str) -> Section | None:
    return next((section for section in sections if section.name == name and section.flags != _CUSTOM), None)


def _cursor(window: Window, section: Section) -> Cursor:
    if section.size > MAX_SECTION:
        what = f"{section.name} section of {section.size} bytes, over the limit of {MAX_SECTION}"
        raise LimitExceeded(what, window.base + section.offset)
    data = window.read(section.offset, section.size, f"{section.name} section")
    return Cursor(data, window.base + section.offset, f"{section.name} section")


def _imports(window: Window, section: Section | None) -> tuple[WasmImport, ...]:
    if section is None:
        return ()
    cursor = _cursor(window, section)
    return tuple(_import(cursor, window.base) for _ in range(cursor.count(MAX_ENTRIES)))


def _import(cursor: Cursor, base: int) -> WasmImport:
    offset = cursor.place - base
    module, name, kind = cursor.name(), cursor.name(), cursor.byte()
    if kind >= len(_KINDS):
        raise Malformed(f"an import of unknown kind {kind}", base + offset)
    match _KINDS[kind]:
        case "func":
            cursor.unsigned()
        case "table":
            _type(cursor)
            _limits(cursor)
        case "memory":
            _limits(cursor)
        case "global":
            _type(cursor)
            cursor.byte()
        case _:  # a tag: an attribute, and its type
            cursor.byte()
            cursor.unsigned()
    return WasmImport(module=module, name=name, kind=_KINDS[kind], offset=offset)


def _type(cursor: Cursor) -> None:
    if cursor.byte() in _HEAP_TYPED:
        cursor.signed()


def _limits(cursor: Cursor) -> None:
    """Pass over the size of a table or memory: bit 0 of the flag says that a maximum follows, bit 3 a page size."""
    flag = cursor.byte()
    cursor.unsigned(64)
    for bit in (1, 8):
        if flag & bit:
            cursor.unsigned(64)


def _exports(window: Window, section: Section | None) -> tuple[str, ...]:
    if section is None:
        return ()
    cursor = _cursor(window, section)
    return tuple(_export(cursor) for _ in range(cursor.count(MAX_ENTRIES)))


def _export(cursor: Cursor) -> str:
    name = cursor.name()
    cursor.byte()
    cursor.unsigned()
    return name


def _producers(window: Window, section: Section | None) -> dict[str, dict[str, str]]:
    """Return field -> name -> version; what is wrong in a custom section keeps no engine from running the module."""
    found: dict[str, dict[str, str]] = {}
    if section is None or section.size > _MAX_PRODUCERS:
        return found
    with suppress(FormatError):
        cursor = _cursor(window, section)
        for _ in range(cursor.count(_MAX_PRODUCERS)):
            values = found.setdefault(cursor.name(), {})
            for _ in range(cursor.count(_MAX_PRODUCERS)):
                name = cursor.name()
                values[name] = cursor.name()
    return found
