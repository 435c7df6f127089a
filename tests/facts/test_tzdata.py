"""The embedded zone database, in programs built around zips that zipfile packs."""

import io
import re
import struct
import zipfile
from collections.abc import Mapping

import pytest

from formats import Unknown, Window, read
from formats.image import Image
from inspector.facts.functab import find_table
from inspector.facts.tzdata import Proofs, tzdata
from inspector.facts.zonezip import MAX_MEMBERS, MAX_ZIP, read_zones
from inspector.model import Evidence, Tzdata
from tests.build import macho, pe
from tests.build.elf import Elf
from tests.build.gotables import pclntab

NAMES = ("Africa/Abidjan", "America/New_York", "Asia/Tokyo", "Etc/UTC", "Europe/London", "Zulu")
ZONES = {name: b"TZif2" + name.encode() * 9 for name in NAMES}
FILES = ["runtime/proc.go", "time/zoneinfo.go"]
WITH_ZONES = [*FILES, "time/tzdata/tzdata.go"]


def packed(zones: Mapping[str, bytes] = ZONES, **options: object) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **options) as pack:
        for name, data in zones.items():
            pack.writestr(name, data)
    return out.getvalue()


def program(*parts: bytes, files: list[str] = WITH_ZONES, functions: tuple[str, ...] = ()) -> bytes:
    elf = Elf()
    for part in parts:
        elf.add(part, 1)
    table = pclntab("1.20", ["runtime.main", *functions], files, elf)
    elf.section(".gopclntab", 1, elf.add(table), len(table))
    elf.load_all()
    return elf.build()


def facts_of(data: bytes) -> tuple[Tzdata, Proofs]:
    (image,) = read(Window.of_bytes(data))
    assert isinstance(image, Image)
    return tzdata(image, find_table(image))


def defect_of(pack: bytes) -> str:
    found, proofs = facts_of(program(pack))
    assert found.embedded is True
    assert found.defect is not None
    assert found.release == Unknown(found.defect)
    assert [proof.value for proof in proofs["tzdata"][1:]] == [found.defect]
    return found.defect


def test_a_sound_database():
    pack = packed()
    data = program(b"before", pack, b"after")
    found, proofs = facts_of(data)
    assert found.embedded is True
    assert found.zones == len(NAMES)
    assert found.defect is None
    assert found.release == Unknown("not a release the table knows")
    assert proofs["tzdata"] == (
        Evidence("file table", "time/tzdata/tzdata.go", data.index(b"time/tzdata/tzdata.go")),
        Evidence("zip of zones", f"{len(NAMES)} zones, release unknown", data.index(pack)),
    )


def test_directories_are_no_zones():
    assert facts_of(program(packed({"Africa/": b"", **ZONES})))[0].zones == len(NAMES)


def test_repacking_keeps_the_digest_and_a_changed_zone_does_not():
    digest = read_zones(packed()).digest
    backwards = dict(reversed(ZONES.items()))
    assert read_zones(packed({"Etc/": b"", **backwards})).digest == digest
    assert read_zones(packed({**ZONES, "Zulu": b"TZif2other"})).digest != digest
    assert read_zones(packed({**ZONES, "Zulv": ZONES["Zulu"]})).digest != digest


def test_nothing_embedded():
    found, proofs = facts_of(program(packed(), files=FILES))
    assert found == Tzdata(embedded=False, zones=None, release=None, load_location=False)
    assert proofs == {}


def test_another_modules_folder_of_that_name():
    files = ["/go/src/runtime/proc.go", "/home/me/time/tzdata/tzdata.go"]
    assert facts_of(program(files=files))[0].embedded is False
    assert facts_of(program(files=[*files, "/go/src/time/tzdata/tzdata.go"]))[0].embedded is True


def test_load_location():
    data = program(files=FILES, functions=("time.LoadLocation",))
    found, proofs = facts_of(data)
    assert found.load_location is True
    assert proofs["tzdata.load_location"] == (
        Evidence("function table", "time.LoadLocation", data.index(struct.pack("<I", 0xFFFFFFF1))),
    )
    other, proofs = facts_of(program(files=FILES, functions=("time.LoadLocationFromTZData", "x/time.LoadLocation")))
    assert other.load_location is False
    assert "tzdata.load_location" not in proofs


def test_no_function_table_leaves_everything_unknown():
    elf = Elf()
    elf.add(packed())
    elf.load_all()
    found, _ = facts_of(elf.build())
    unknown = Unknown("no function table (pclntab) found")
    assert found == Tzdata(embedded=unknown, zones=unknown, release=unknown, load_location=unknown)


def test_a_file_table_without_the_runtime_does_not_tell():
    found, _ = facts_of(program(packed(), files=["time/tzdata/tzdata.go"], functions=("time.LoadLocation",)))
    assert isinstance(found.embedded, Unknown)
    assert found.load_location is True


def test_the_magics_alone_and_other_zips_are_passed_over():
    other = packed({f"asset{i}": bytes(40) for i in range(200)})
    decoys = (b"PK\3\4", b"PK\5\6", b"PK\5\6" + bytes(18), b"PK\5\6" + b"\xff" * 18, packed({}), other, b"PK\5\6\0\0")
    pack = packed()
    data = program(*decoys, pack, *decoys)
    found, proofs = facts_of(data)
    assert found.zones == len(NAMES)
    assert proofs["tzdata"][-1].offset == data.index(pack)


def test_the_package_without_its_zip():
    found, proofs = facts_of(program(packed({"a": b"TZif"})))
    assert found.defect == "no zip of zones is where time/tzdata should have one"
    assert found.zones == found.release == Unknown(found.defect)
    assert len(proofs["tzdata"]) == 1


def test_a_zip_that_is_not_mapped_is_not_the_programs():
    found, _ = facts_of(program() + packed())
    assert found.defect == "no zip of zones is where time/tzdata should have one"


def test_two_copies_agree_and_two_databases_do_not():
    assert facts_of(program(packed(), b"between", packed()))[0].zones == len(NAMES)
    found, proofs = facts_of(program(packed(), packed({**ZONES, "Mars/Olympus": b"TZif"})))
    assert found.embedded is True
    assert found.defect is None
    several = Unknown("2 zone databases are inside, and nothing tells which one is time/tzdata's")
    assert found.zones == found.release == several
    assert len(proofs["tzdata"]) == 3


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressed_zones_are_useless_to_go(method):
    zones = {name: data + bytes(500) for name, data in ZONES.items()}
    assert "Africa/Abidjan is compressed" in defect_of(packed(zones, compression=method))


def test_every_single_damaged_byte_of_a_zone_is_found():
    pack = packed()
    at = pack.index(ZONES["Asia/Tokyo"])
    for place in range(at, at + len(ZONES["Asia/Tokyo"])):
        damaged = pack[:place] + bytes([pack[place] ^ 4]) + pack[place + 1 :]
        assert re.fullmatch("Asia/Tokyo (does not fit its checksum|is not in TZif format)", defect_of(damaged))


def test_damage_that_the_checksum_covers_up():
    assert defect_of(packed({**ZONES, "zone.tab": b"# table"})) == "zone.tab is not in TZif format"


def replaced(old: bytes, new: bytes, number: int) -> bytes:
    """The zip with the given occurrence of ``old`` overwritten."""
    pack = packed()
    at = -1
    for _ in range(number + 1):
        at = pack.index(old, at + 1)
    return pack[:at] + new + pack[at + len(new) :]


def test_a_damaged_header():
    assert defect_of(replaced(b"PK\3\4", b"PK\3\5", 2)) == "the header of Asia/Tokyo is damaged"
    assert defect_of(replaced(b"Asia/Tokyo", b"Asia/Kyoto", 0)) == "the header of Asia/Tokyo is damaged"
    assert defect_of(replaced(b"PK\3\4", b"PK\3\5", 0)) == "the header of Africa/Abidjan is damaged"


def test_a_damaged_directory():
    pack = packed()
    at = [m.start() for m in re.finditer(b"PK\1\2", pack)][3]
    assert defect_of(replaced(b"PK\1\2", b"PK\0\0", 3)) == f"the zip's directory is damaged at {at:#x}"


def test_a_member_that_starts_outside():
    pack = bytearray(packed())
    at = pack.index(b"PK\1\2", pack.index(b"PK\1\2") + 1)
    pack[at + 42 : at + 46] = struct.pack("<I", len(pack) - 4)
    assert defect_of(bytes(pack)) == "America/New_York starts past the end of the zip"


def test_members_that_overlap_add_up_to_a_limit():
    """One zone of 15 KiB, listed by a whole directory of names: 45 MiB of zones in a few hundred KiB."""
    body = b"TZif" + bytes(15_000)
    single = packed({"Africa/Abidjan": body})
    start = single.index(b"PK\1\2")
    entry = single[start : single.index(b"PK\5\6")]
    members = 3000
    directory = entry * members
    names = b"America/New_YorkAsia/TokyoEurope/LondonEtc/UTC"
    directory = directory[: -len(b"Africa/Abidjan")] + b"Africa/Abidjan"
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, members, members, len(directory) + len(names), start, 0)
    pack = single[:start] + directory + names + end
    assert defect_of(pack) == f"the zip's members add up to more than {MAX_ZIP} bytes"


def test_more_members_than_a_zip_of_zones_has():
    many = packed({**ZONES, **{f"x{i}": b"TZif" for i in range(MAX_MEMBERS)}})
    assert facts_of(program(many))[0].defect == "no zip of zones is where time/tzdata should have one"


def test_end_records_without_number_that_claim_a_directory_each():
    claim = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 600, 600, 200_000, 100, 0)
    data = program(bytes(300_000), claim * 20_000)
    assert facts_of(data)[0].defect == "no zip of zones is where time/tzdata should have one"


def test_other_containers():
    pack = packed()
    table = pclntab("1.20", ["runtime.main"], WITH_ZONES, Elf())
    exe = pe.Pe()
    exe.add(".rdata", pack + bytes(-len(pack) % 16) + table, pe.DEBUG)
    place = exe.image_base + 0x1000 + len(pack) + (-len(pack) % 16)
    exe.add(".data", struct.pack("<2Q", place, place + 72))  # moduledata: the header, then the names after it
    built = macho.Macho(size=0x4000 + len(pack) + len(table))
    built.segment(
        "__TEXT",
        macho.BASE,
        built.size,
        0,
        built.size,
        macho.RX,
        built.section("__TEXT", "__gopclntab", macho.BASE + 0x1000, len(table), 0x1000),
    )
    built.contents = {0x1000: table, 0x3000: pack}
    for data in (exe.build(), built.build()):
        found, proofs = facts_of(data)
        assert found.zones == len(NAMES)
        assert proofs["tzdata"][-1].offset == data.index(pack)
