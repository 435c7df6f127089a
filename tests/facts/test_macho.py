"""Mach-O facts in words, and the evidence for each."""

import pytest

from formats import Window, read
from formats.image import Image
from inspector.facts.macho import macho_facts, macho_proofs
from inspector.model import Evidence, MachoFacts, MachoSignature
from tests.build.macho import ARM64, BASE, RX, X86_64, Macho, fat, program
from tests.build.pe import program as pe_program

SIGNATURE = MachoSignature(kind="adhoc", state="valid", identifier="a.out", flags=0x20002, bad_pages=())


def image(macho: Macho) -> Image:
    (found,) = read(Window.of_bytes(macho.build()))
    assert isinstance(found, Image)
    return found


def facts(macho: Macho) -> MachoFacts:
    return macho_facts(image(macho), SIGNATURE)


def proofs(macho: Macho) -> dict[str, tuple[Evidence, ...]]:
    return macho_proofs(image(macho))


def test_a_program_as_go_links_it():
    assert facts(program()) == MachoFacts(
        cputype="arm64",
        file_type="MH_EXECUTE",
        load_commands=(
            "LC_SEGMENT_64",
            "LC_SEGMENT_64",
            "LC_SEGMENT_64",
            "LC_SYMTAB",
            "LC_DYSYMTAB",
            "LC_LOAD_DYLINKER",
            "LC_UUID",
            "LC_BUILD_VERSION",
            "LC_MAIN",
            "LC_LOAD_DYLIB",
            "LC_CODE_SIGNATURE",
        ),
        segments=("__PAGEZERO", "__TEXT", "__LINKEDIT"),
        platform="macos",
        min_os="13.0",
        sdk="26.2",
        uuid="00010203-0405-0607-0809-0A0B0C0D0E0F",
        pie=True,
        dylibs=("/usr/lib/libSystem.B.dylib",),
        entry="LC_MAIN",
        signature=SIGNATURE,
    )


@pytest.mark.parametrize(
    ("number", "name"),
    [(1, "macos"), (2, "ios"), (3, "tvos"), (4, "watchos"), (6, "maccatalyst"), (7, "iossimulator"), (11, "visionos")],
)
def test_platforms(number, name):
    macho = Macho()
    macho.build_version(platform=number, minimum=0x000F0401, sdk=0)
    assert facts(macho).platform == name
    (found,) = proofs(macho)["macho.platform"]
    assert found == Evidence("minimum OS", f"{name} 15.4.1", 40)


def test_a_platform_without_a_name():
    macho = Macho()
    macho.build_version(platform=77)
    assert facts(macho).platform == "77"


def test_a_program_without_a_version():
    found = facts(Macho())
    assert (found.platform, found.min_os, found.sdk) == (None, None, None)
    assert proofs(Macho())["macho.min_os"] == ()


def test_position_independence():
    assert facts(Macho(flags=0x200000)).pie
    assert not facts(Macho(flags=0x85)).pie
    assert proofs(Macho(flags=0x85))["macho.pie"] == (Evidence("Mach-O flags", "0x85, PIE not set", 24),)


def test_the_evidence_of_a_healthy_program():
    raw = program().build()
    found = proofs(program())
    assert found["goarch"] == (Evidence("Mach-O cputype", "0x100000c (arm64)", 4),)
    (uuid,) = found["macho.uuid"]
    assert raw[uuid.offset : uuid.offset + 16] == bytes(range(16))
    (dylib,) = found["macho.dylibs"]
    assert dylib.value == "/usr/lib/libSystem.B.dylib"
    assert raw[dylib.offset :].startswith(b"/usr/lib/libSystem.B.dylib\0")
    (commands,) = found["macho.load_commands"]
    assert (commands.value, commands.offset) == (f"11 of {int.from_bytes(raw[20:24], 'little')} bytes", 32)
    (version,) = found["macho.min_os"]
    assert version.value == "macos 13.0, SDK 26.2"
    assert raw[version.offset : version.offset + 4] == b"\1\0\0\0"
    assert [e.value for e in found["buildmode"]] == ["MH_EXECUTE", "0x200085, PIE set"]


def test_the_evidence_of_a_signature():
    blob, directory = proofs(program())["macho.signature"]
    assert blob == Evidence("LC_CODE_SIGNATURE", "4096 bytes", 0x7000)
    assert directory == Evidence("CodeDirectory", "adhoc, SHA-256, identifier a.out, flags 0x20002", 0x7014)


def test_a_signature_that_cannot_be_parsed_is_still_located():
    macho = program(signed=False)
    macho.data(0x1D, 0x7000, 0x1000)
    assert proofs(macho)["macho.signature"] == (Evidence("LC_CODE_SIGNATURE", "4096 bytes", 0x7000),)


def test_what_is_absent_has_no_evidence():
    found = proofs(Macho())
    assert found["macho.uuid"] == found["macho.signature"] == found["macho.dylibs"] == ()
    assert found["macho.load_commands"] == ()


def test_offsets_in_a_slice_count_from_the_start_of_the_file():
    raw = fat((X86_64, 3, program(cpu_type=X86_64, cpu_subtype=3).build()), (ARM64, 0, program().build()))
    for found in read(Window.of_bytes(raw)):
        base = found.window.base
        evidence = macho_proofs(found)
        assert evidence["goarch"][0].offset == base + 4
        assert raw[evidence["macho.uuid"][0].offset :][:16] == bytes(range(16))
        assert evidence["macho.signature"][0].offset == base + 0x7000
        assert raw[evidence["macho.signature"][1].offset :][:4] == b"\xfa\xde\x0c\x02"
        assert evidence["macho.load_commands"][0].offset == base + 32


def test_big_endian_slices():
    macho = Macho(bits=32, order="big", cpu_type=18)
    macho.segment("__TEXT", BASE & 0xFFFF0000, 0x1000, 0, 0x1000, RX)
    assert facts(macho).cputype == "ppc"
    assert facts(macho).segments == ("__TEXT",)


def test_a_pe_has_no_mach_o_facts():
    (found,) = read(Window.of_bytes(pe_program().build()))
    with pytest.raises(TypeError):
        macho_facts(found, SIGNATURE)
