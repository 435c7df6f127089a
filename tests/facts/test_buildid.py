"""Where each format keeps its build IDs."""

import pytest

from formats import Unknown
from inspector.facts.buildid import build_ids
from inspector.model import Evidence
from tests.build import macho, pe
from tests.build.elf import Elf
from tests.facts.wholefile import LINKED, ids_of, images_of, program, raw_id

GNU = bytes(range(0xE0, 0xF4))


@pytest.mark.parametrize(("bits", "order"), [(64, "little"), (64, "big"), (32, "little"), (32, "big")])
@pytest.mark.parametrize("sections", [True, False], ids=["sections", "no sections"])
def test_elf_notes(bits, order, sections):
    data = program(gnu=GNU, bits=bits, order=order).build(with_sections=sections)
    ids = ids_of(data)
    assert ids.go == LINKED
    assert ids.gnu == "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3"
    assert ids.go_offset == data.index(LINKED.encode())
    assert ids.host == (data.index(GNU), len(GNU))
    assert ids.proofs["build_id"] == (Evidence("Go build ID", LINKED, ids.go_offset),)
    assert ids.proofs["gnu_build_id"] == (Evidence("GNU build ID note", ids.gnu, data.index(GNU)),)


def test_the_host_id_goes_by_the_sections_name_as_in_go():
    elf = program()
    elf.note(b"GNU", 3, GNU)
    elf.section(".note.of.another.name", 7, 0x1000, 16)
    ids = ids_of(elf.build())
    assert ids.gnu == GNU.hex()
    assert ids.host == (elf.build().index(GNU), len(GNU))
    elf = program()
    elf.section(".note.gnu.build-id", 7, 0x1000, 16)
    assert ids_of(elf.build()).host is None


def test_elf_without_notes_or_with_other_ones():
    elf = Elf()
    elf.note(b"Go", 1, b"a package list")
    elf.note(b"GNU", 1, b"an ABI tag")
    elf.load_all()
    ids = ids_of(elf.build())
    assert (ids.go, ids.gnu, ids.host) == (None, None, None)
    assert not ids.proofs


def test_an_empty_note_is_no_id():
    assert ids_of(program(build_id="").build()).go is None


def windows(text: bytes, data: bytes = b"d" * 0x80) -> bytes:
    exe = pe.Pe()
    exe.add(".text", text, pe.CODE)
    exe.add(".data", data)
    return exe.build()


def test_pe_has_it_at_the_start_of_the_text():
    data = windows(raw_id(LINKED) + b"\x90" * 0x100)
    ids = ids_of(data)
    assert ids.go == LINKED
    assert ids.proofs["build_id"] == (Evidence("Go build ID", LINKED, data.index(LINKED.encode())),)
    assert (ids.gnu, ids.host) == (None, None)


def test_pe_from_a_c_linker_has_start_up_code_before():
    assert ids_of(windows(b"\x90" * 0x6000 + raw_id(LINKED))).go == LINKED


def test_anywhere_in_the_files_first_bytes_as_go_looks_there():
    assert ids_of(windows(b"\x90" * 0x100, raw_id(LINKED))).go == LINKED


def test_beyond_what_go_reads_there_is_none():
    text = b"\x90" * 0x10000
    assert ids_of(windows(text, raw_id(LINKED))).go is None
    assert ids_of(windows(text + raw_id(LINKED))).go is None


def test_text_that_starts_far_into_the_file():
    exe = pe.Pe()
    exe.add(".rdata", bytes(0x10000), pe.DEBUG)
    exe.add(".code", raw_id(LINKED), pe.CODE)
    assert ids_of(exe.build()).go == LINKED


def test_an_id_without_its_end_is_unknown():
    assert ids_of(windows(b'\xff Go build ID: "abc' + b"\x90" * 0x100)).go == Unknown("the Go build ID has no end")


@pytest.mark.parametrize(
    ("quoted", "plain"),
    [(b"foo", "foo"), (rb"say \"hi\"", 'say "hi"'), (rb"tab\tA", "tab\tA"), ("größe".encode(), "größe"), (b"", None)],
)
def test_a_custom_id_is_unquoted(quoted, plain):
    assert ids_of(windows(b'\xff Go build ID: "' + quoted + b'"\n \xff')).go == plain


def test_macho_text_and_uuid():
    built = macho.program()
    built.contents[0x1000] = raw_id(LINKED)
    data = built.build()
    ids = ids_of(data)
    assert ids.go == LINKED
    assert ids.host == (data.index(bytes(range(16))), 16)
    (proof,) = ids.proofs["uuid"]
    assert proof.offset == ids.host[0]
    assert proof.value.replace("-", "").lower() == bytes(range(16)).hex()


def test_a_slice_counts_from_its_own_start_and_its_evidence_from_the_files():
    built = macho.program()
    built.contents[0x1000] = raw_id(LINKED)
    intel = macho.program(cpu_type=macho.X86_64, cpu_subtype=3)
    intel.contents[0x1000] = raw_id(LINKED)
    data = macho.fat((macho.X86_64, 3, intel.build()), (macho.ARM64, 0, built.build()))
    first, second = (build_ids(image) for image in images_of(data))
    assert first.go_offset == second.go_offset == 0x1000 + len(b'\xff Go build ID: "')
    assert first.host == second.host
    (proof,) = second.proofs["build_id"]
    assert data[proof.offset :].startswith(LINKED.encode())
    assert proof.offset > len(built.build())
