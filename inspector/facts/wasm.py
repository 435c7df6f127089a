"""What is Go's own way on WebAssembly: facts for people and reports, and a record without a blob.

The linker writes no build info blob there (golang/go#73741). What the go command recorded is still in memory, as the
string runtime.modinfo, and so is the version, in the custom section "producers" (cmd/link/internal/wasm/asm.go,
writeProducerSec).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from formats.errors import LimitExceeded
from formats.image import Image, Unknown, WasmNative
from inspector.facts.buildinfo import INFO_END, INFO_START, MAX_HITS, MAX_TEXT, BuildInfo, parse_text
from inspector.facts.functab import FunctionTable
from inspector.facts.goversion import observed_version
from inspector.facts.pointers import places
from inspector.model import Evidence, WasmFacts

_MAX_HEADERS: Final = 16  # string headers that hold one text's address; a program has one
_NO_RECORD: Final = Unknown("no build info")


def wasm_facts(native: WasmNative) -> WasmFacts:
    """Return the facts that only wasm has: the modules it imports from, in order, each once, and who made it."""
    return WasmFacts(
        imports=tuple(dict.fromkeys(imported.module for imported in native.imports)), producers=native.producers
    )


def imported_functions(image: Image) -> tuple[Evidence, ...]:
    """Return the functions that the host has to offer, as module and name; none in other formats."""
    native, base = image.native, image.window.base
    if not isinstance(native, WasmNative):
        return ()
    return tuple(Evidence(i.module, i.name, base + i.offset) for i in native.imports if i.kind == "func")


def wasm_record(image: Image, native: WasmNative, table: FunctionTable | Unknown) -> BuildInfo | Unknown:
    """Find the module text that the program points to, and the version beside it; Unknown when there is none.

    A program may hold such texts of others as data, or the sentinels alone, as the go command does. Its own is the
    one whose address and length stand in a Go string header, which is runtime.modinfo.
    """
    texts = {text: at for at, text in _texts(image)}
    if len(texts) != 1:
        several = f"{len(texts)} module texts are inside, and the program points to each of them"
        return Unknown(several) if texts else _NO_RECORD
    text, at = texts.popitem()
    version = _version(image, native, table)
    framed = text[len(INFO_START) : -len(INFO_END)]
    try:
        parsed = parse_text(version, framed.decode("utf-8", "backslashreplace"))
    except LimitExceeded as error:
        return Unknown(error.what)
    return BuildInfo(parsed, at, points_at_runtime=False)


def _texts(image: Image) -> Iterator[tuple[int, bytes]]:
    """Yield (offset in memory, text) of every framed text that is the value of a Go string."""
    size = image.pointer_size
    for at in islice(image.mapped.find_all(INFO_START), MAX_HITS):
        for place in islice(places(image, at), _MAX_HEADERS):
            length = int.from_bytes(image.read_at(place + size, size, "string length") or b"", image.byteorder)
            if len(INFO_START) + len(INFO_END) < length <= MAX_TEXT:
                text = image.mapped.read_upto(at, length)
                if len(text) == length and text.endswith(b"\n" + INFO_END):
                    yield at, text


def _version(image: Image, native: WasmNative, table: FunctionTable | Unknown) -> str | Unknown:
    """Return the recorded version; the runtime's own where a tool has stripped the section, or where it says more.

    The section leaves out what the runtime's has of experiments (cmd/link/internal/ld/main.go): "go1.27.3-X:jsonv2".
    """
    recorded = native.producers.get("language", {}).get("Go")
    actual, _ = observed_version(image, table, _NO_RECORD)
    if isinstance(actual, Unknown):
        return recorded or Unknown("the section that names the Go version is gone")
    if recorded is None or actual.startswith((f"{recorded} X:", f"{recorded}-X:")):
        return actual
    return recorded
