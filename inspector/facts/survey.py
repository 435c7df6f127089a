"""What an image is: a program of Go's own toolchain, of another Go compiler, scrambled, packed, or not Go at all.

Evidence is weighed so that a program that merely holds Go's marks as data, as any inspector does, is not taken for
one: the function table counts because runtime.moduledata points to it; a record and a build ID are plain bytes, and
count without a table only together and where Go's linker puts them.
"""

from __future__ import annotations

import msgspec

from formats.image import Image, Unknown, WasmNative
from inspector.facts import compiler
from inspector.facts.buildid import BuildIds, build_ids
from inspector.facts.buildinfo import BuildInfo, read_build_info, record_section
from inspector.facts.compiler import Compiler, other_compiler
from inspector.facts.functab import Ambiguous, FunctionTable, find_table
from inspector.facts.obfuscation import Obfuscation, find_obfuscation
from inspector.facts.packer import Packer, find_packer
from inspector.facts.wasm import wasm_record
from inspector.model import Evidence


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What tells whether an image is a Go program, and what the whole-file passes need to know of it.

    ``table`` is Unknown, with the reason to show, for every program that is packed, scrambled or of another compiler.
    """

    image: Image
    table: FunctionTable | Unknown
    info: BuildInfo | Unknown
    ids: BuildIds
    packer: Packer | None = None
    compiler: Compiler | None = None
    obfuscation: Obfuscation | None = None

    @property
    def is_go(self) -> bool:
        """Whether this is a Go program, or is packed, so that nobody can tell."""
        if self.packer or self.compiler or self.obfuscation or not isinstance(self.table, Unknown):
            return True
        return isinstance(self.table, Ambiguous) or self._is_recorded

    @property
    def _is_recorded(self) -> bool:
        """Whether a record in its own section and a build ID stand in for a table that is damaged."""
        section = record_section(self.image)
        if section is None or isinstance(self.info, Unknown) or not isinstance(self.ids.go, str):
            return False
        return self.info.offset == section.offset

    @property
    def scrambled(self) -> tuple[Evidence, ...] | Unknown:
        """The signs that names were scrambled; Unknown where there are no names to look at."""
        if self.obfuscation is not None:
            return self.obfuscation.signs
        return self.table if isinstance(self.table, Unknown) else ()

    @property
    def made_by(self) -> tuple[str | Unknown, tuple[Evidence, ...]]:
        """The compiler, and what proves it."""
        if self.compiler is not None:
            return self.compiler.name, self.compiler.proof
        if self.obfuscation is not None:
            return "gc", self.obfuscation.signs[:1]
        return (self.table, ()) if isinstance(self.table, Unknown) else ("gc", ())


def survey(image: Image) -> Survey:
    """Find the tables, the record and the build IDs of one image, and what stands in their place."""
    table = find_table(image)
    info = _record(image, table)
    ids = build_ids(image)
    if isinstance(table, Unknown):
        packer = find_packer(image)
        if packer is not None:
            return Survey(image=image, table=packer.hidden, info=packer.hidden, ids=ids, packer=packer)
        made = other_compiler(image)
        if made is not None:
            info = compiler.record(image, made)
            own = compiler.build_id(ids, made, image)
            return Survey(image=image, table=made.hidden, info=info, ids=own, compiler=made)
    scrambled = find_obfuscation(image, table, info)
    if scrambled is not None:
        return Survey(image=image, table=scrambled.hidden, info=info, ids=ids, obfuscation=scrambled)
    return Survey(image=image, table=table, info=info, ids=ids)


def _record(image: Image, table: FunctionTable | Unknown) -> BuildInfo | Unknown:
    native = image.native
    return wasm_record(image, native, table) if isinstance(native, WasmNative) else read_build_info(image)
