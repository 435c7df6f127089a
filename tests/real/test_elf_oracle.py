"""The ELF reader against lief on every ELF sample, and against readelf in the wider tier."""

import io
import re
import subprocess
import warnings
from pathlib import Path

import lief
import pytest

import formats
from formats import Window
from formats.image import ElfNative, Image
from tests.samples import Sample, Samples

TYPES = {"EXEC": lief.ELF.Header.FILE_TYPE.EXEC, "DYN": lief.ELF.Header.FILE_TYPE.DYN}


def elf(path: Path) -> tuple[Image, ElfNative]:
    with path.open("rb") as file:
        (image,) = formats.read(Window.of_file(file))
    assert isinstance(image.native, ElfNative)
    return image, image.native


def elf_samples(samples: Samples) -> list[Sample]:
    found = [sample for sample in samples if sample.format == "elf"]
    assert found
    return found


def test_headers_equal_liefs(samples: Samples):
    for sample in elf_samples(samples):
        image, native = elf(sample.path)
        other = lief.ELF.parse(io.BytesIO(sample.path.read_bytes()))
        assert TYPES[native.type] == other.header.file_type, sample.name
        assert native.machine == other.header.machine_type.value, sample.name
        assert native.flags == other.header.processor_flag, sample.name
        header = other.header
        programs = header.program_header_offset, header.program_header_size * header.numberof_segments
        assert native.program_headers == programs, sample.name
        sections = header.section_header_offset, header.section_header_size * header.numberof_sections
        assert native.section_headers == sections, sample.name
        assert (native.interpreter.value if native.interpreter else "") == (
            other.interpreter if other.has_interpreter else ""
        ), sample.name
        assert [library.value for library in native.needed] == other.libraries, sample.name
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # lief has no name for PT_OPENBSD_* and says so
            loads = [s for s in other.segments if s.type == lief.ELF.Segment.TYPE.LOAD]
        assert [(s.offset, s.address, s.file_size, s.memory_size, s.alignment) for s in image.segments] == [
            (s.file_offset, s.virtual_address, s.physical_size, s.virtual_size, s.alignment) for s in loads
        ], sample.name
        assert [(s.name, s.offset) for s in image.sections] == [(s.name, s.offset) for s in other.sections][1:]
        versions = {(need.library, need.version) for need in native.version_needs}
        assert versions == {
            (requirement.name, aux.name)
            for requirement in other.symbols_version_requirement
            for aux in requirement.get_auxiliary_symbols()
        }, sample.name
        assert native.symtab is any(s.type == lief.ELF.Section.TYPE.SYMTAB for s in other.sections), sample.name


@pytest.mark.wide
def test_linkage_equals_readelfs(samples: Samples):
    for sample in elf_samples(samples):
        _, native = elf(sample.path)
        done = subprocess.run(
            ["readelf", "--wide", "-l", "-d", "-V", sample.path], capture_output=True, text=True, check=True
        )
        interpreter = re.search(r"Requesting program interpreter: (.*)\]", done.stdout)
        assert (native.interpreter.value if native.interpreter else None) == (
            interpreter[1] if interpreter else None
        ), sample.name
        assert [library.value for library in native.needed] == re.findall(
            r"\(NEEDED\)\s+Shared library: \[(.*)\]", done.stdout
        ), sample.name
        assert {need.version for need in native.version_needs} == set(
            re.findall(r"Name: (\S+)\s+Flags: .*Version: \d+", done.stdout)
        ), sample.name
        stack = re.search(r"GNU_STACK\s+(?:0x\S+\s+){5}(\S+)", done.stdout)
        assert (native.stack_flags is None) == (stack is None), sample.name
        if stack:
            assert bool(native.stack_flags & 1) == ("E" in stack[1]), sample.name
