"""PE facts in words, and the evidence for each."""

import struct

import pytest

from formats import Window, read
from formats.image import Image
from inspector.facts.authenticode import UNSIGNED, Signed
from inspector.facts.pe import pe_facts, pe_proofs
from inspector.model import Evidence, PeChecksum, PeFacts
from tests.build.macho import program as macho_program
from tests.build.pe import DLL, SECURITY, Pe, program

CHECKSUM = PeChecksum(stored=0, computed=0x12345, state="absent")
OPTIONAL = 0x80 + 24


def image(pe: Pe, tail: bytes = b"") -> Image:
    (found,) = read(Window.of_bytes(pe.build() + tail))
    assert isinstance(found, Image)
    return found


def facts(pe: Pe) -> PeFacts:
    return pe_facts(image(pe), CHECKSUM, UNSIGNED)


def proof(pe: Pe, fact: str) -> Evidence:
    return pe_proofs(image(pe))[fact][0]


def test_a_program_as_go_links_it():
    assert facts(program()) == PeFacts(
        machine="amd64",
        checksum=CHECKSUM,
        reloc=True,
        reloc_size=12,
        relocs_stripped=False,
        dynamic_base=True,
        high_entropy_va=True,
        nx_compat=True,
        subsystem="console",
        os_version="10.0",
        signature="absent",
        signer=None,
    )


@pytest.mark.parametrize(
    ("machine", "name"), [(0x14C, "i386"), (0xAA64, "arm64"), (0x1C4, "armnt"), (0x8664, "amd64"), (0x200, "0x200")]
)
def test_machines(machine, name):
    pe = program(machine=machine)
    assert facts(pe).machine == name
    assert proof(pe, "goarch") == Evidence("COFF machine", f"{machine:#x} ({name})", 0x84)


@pytest.mark.parametrize(
    ("number", "name"), [(1, "native"), (2, "gui"), (3, "console"), (10, "efi-application"), (99, "99")]
)
def test_subsystems(number, name):
    pe = program(fields={"Subsystem": number})
    assert facts(pe).subsystem == name
    assert proof(pe, "pe.subsystem") == Evidence("subsystem", f"{number} ({name})", OPTIONAL + 68)


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        (0x0000, (False, False, False)),
        (0x8100, (False, False, True)),
        (0x8140, (True, False, True)),
        (0x8160, (True, True, True)),
    ],
)
def test_dll_characteristics(bits, expected):
    found = facts(program(fields={"DllCharacteristics": bits}))
    assert (found.dynamic_base, found.high_entropy_va, found.nx_compat) == expected


@pytest.mark.parametrize(
    ("fact", "name"),
    [("pe.dynamic_base", "DYNAMIC_BASE"), ("pe.high_entropy_va", "HIGH_ENTROPY_VA"), ("pe.nx_compat", "NX_COMPAT")],
)
def test_flags_are_proven_by_their_field(fact, name):
    assert proof(program(), fact) == Evidence("DllCharacteristics", f"0x8160, {name} set", OPTIONAL + 70)
    bare = program(fields={"DllCharacteristics": 0x8000})
    assert proof(bare, fact) == Evidence("DllCharacteristics", f"0x8000, {name} not set", OPTIONAL + 70)


def test_stripped_relocations():
    pe = Pe(characteristics=0x23)
    pe.add(".text", b"\x90", 0x60000020)
    found = facts(pe)
    assert (found.reloc, found.reloc_size, found.relocs_stripped) == (False, 0, True)
    directory = OPTIONAL + 112 + 5 * 8
    assert proof(pe, "pe.reloc") == Evidence("base relocations", "absent", directory)
    assert proof(pe, "pe.relocs_stripped") == Evidence("Characteristics", "0x0023, RELOCS_STRIPPED set", 0x80 + 22)


def test_relocations_are_proven_by_their_bytes():
    assert proof(program(), "pe.reloc") == Evidence("base relocations", "12 bytes", 0xA00)


def test_absent_relocations_without_a_directory():
    pe = program(fields={"NumberOfRvaAndSizes": 2})
    assert proof(pe, "pe.reloc") == Evidence("base relocations", "absent", None)


def test_the_checksum_and_the_versions_are_located():
    pe = program(fields={"CheckSum": 0x1234, "MajorOperatingSystemVersion": 6, "MinorOperatingSystemVersion": 1})
    raw = pe.build()
    checksum = proof(pe, "pe.checksum")
    assert checksum == Evidence("CheckSum", "0x1234", OPTIONAL + 64)
    assert struct.unpack_from("<I", raw, checksum.offset) == (0x1234,)
    assert facts(pe).os_version == "6.1"
    assert proof(pe, "pe.os_version") == Evidence("OS version", "6.1", OPTIONAL + 40)
    assert raw[OPTIONAL + 40] == 6


def test_what_is_known_of_a_signature_is_told_and_its_table_located():
    pe = program()
    end = len(pe.build())
    pe.directories[SECURITY] = (end, 24)
    found = image(pe, bytes(24))
    told = pe_facts(found, CHECKSUM, Signed(state="invalid", signer="CN=Example"))
    assert (told.signature, told.signer) == ("invalid", "CN=Example")
    assert pe_proofs(found)["pe.signature"] == (Evidence("certificate table", "24 bytes", end),)
    assert proof(program(), "pe.signature") == Evidence("certificate table", "absent")


def test_layout_defects_are_evidence():
    pe = program(fields={"SizeOfHeaders": 0x548})
    (found,) = pe_proofs(image(pe))["pe.layout"]
    assert found == Evidence("SizeOfHeaders", "0x548 is not a multiple of FileAlignment 0x200", OPTIONAL + 60)
    assert pe_proofs(image(program()))["pe.layout"] == ()


def test_what_shows_the_build_mode():
    labels = [(e.label, e.value) for e in pe_proofs(image(program(characteristics=0x22 | DLL)))["buildmode"]]
    assert labels == [
        ("Characteristics", "0x2022, DLL set"),
        ("DllCharacteristics", "0x8160, DYNAMIC_BASE set"),
        ("base relocations", "12 bytes"),
    ]


def test_offsets_count_from_the_start_of_the_artifact():
    raw = b"front" + program().build()
    (found,) = read(Window.of_bytes(raw).sub(5, len(raw) - 5))
    assert pe_proofs(found)["goarch"][0].offset == 5 + 0x84
    assert pe_proofs(found)["pe.reloc"][0].offset == 5 + 0xA00


def test_a_mach_o_has_no_pe_facts():
    (found,) = read(Window.of_bytes(macho_program().build()))
    with pytest.raises(TypeError):
        pe_facts(found, CHECKSUM, UNSIGNED)
