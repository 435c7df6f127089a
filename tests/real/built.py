"""A sample opened for checking by other means than this product: its bytes, lief's reading and Go's own record."""

from __future__ import annotations

import io
import re

import lief

from tests.real.gorecord import recorded
from tests.samples import Sample, Samples


class Built:
    """`binary` is None for wasm, XCOFF and Plan 9, which lief does not read."""

    def __init__(self, sample: Sample, samples: Samples) -> None:
        self.sample = sample
        data = sample.path.read_bytes()
        self.binary = lief.parse(io.BytesIO(data)) if sample.format in {"elf", "pe", "macho"} else None
        # What is searched for texts is the program itself, not what it carries.
        self.bytes = data.replace(samples[sample.payload].path.read_bytes(), b"") if sample.payload else data
        lines = recorded(sample, samples).splitlines()
        self.version = lines[0]
        self.path = next((line.split("\t")[2] for line in lines if line.startswith("\tpath\t")), None)
        self.main = next((line.split("\t")[3] for line in lines if line.startswith("\tmod\t")), None)
        settings = (line.removeprefix("\tbuild\t").partition("=") for line in lines if line.startswith("\tbuild\t"))
        self.settings = {key: value.strip('"') for key, _, value in settings}

    @property
    def interpreter(self) -> str | None:
        return self.binary.interpreter if self.binary.has_interpreter else None

    @property
    def needed(self) -> list[str]:
        return list(self.binary.libraries)

    @property
    def glibc(self) -> tuple[int, ...]:
        """The highest glibc release whose symbols are asked for."""
        found = re.findall(rb"GLIBC_(\d+(?:\.\d+)+)\0", self.section(".dynstr"))
        return max((tuple(int(part) for part in text.split(b".")) for text in found), default=())

    def section(self, name: str) -> bytes:
        return bytes(self.binary.get_section(name).content)

    def has_section(self, name: str) -> bool:
        return any(section.name == name for section in self.binary.sections)

    def symbol(self, name: str, size: int) -> bytes:
        """The stored bytes of a data symbol."""
        found = self.binary.get_symbol(name)
        return bytes(self.binary.get_content_from_virtual_address(found.value, size))
