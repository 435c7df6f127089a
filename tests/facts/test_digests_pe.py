"""The PE checksum: against a sum word by word, against pefile's, and after what Go writes behind a C linker's back."""

import struct

import pefile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formats import Unknown
from inspector.facts.digests import undigested
from inspector.facts.pechecksum import PeSum
from inspector.model import Evidence, PeChecksum
from tests.build import pe
from tests.facts.wholefile import LINKED, finish, image_digests, images_of, raw_id

FIPS = b"\xff Go fipsinfo \xff\0"
FIPS_SUM = bytes(range(0x41, 0x61))


def word_by_word(data: bytes) -> int:
    """CheckSumMappedFile's sum as imagehlp does it: 16-bit words, the carry added back at every step."""
    total = 0
    for (word,) in struct.iter_unpack("<H", data + bytes(len(data) & 1)):
        total += word
        total = (total & 0xFFFF) + (total >> 16)
    return total


def summed(data: bytes, sizes: list[int]) -> int:
    one, at = PeSum(), 0
    for size in sizes:
        one.update(data[at : at + size])
        at += size
    one.update(data[at:])
    return one.words()


@given(st.binary(max_size=300), st.lists(st.integers(0, 60), max_size=8))
def test_any_split_gives_the_sum_of_the_words(data, sizes):
    assert summed(data, sizes) == word_by_word(data)


@pytest.mark.parametrize("data", [b"", bytes(9), b"\xff" * 64, b"\xff" * 65, b"\1\0\xfe\xff", b"\xff\xff"])
def test_the_ends_of_the_range(data):
    assert summed(data, []) == word_by_word(data)


def test_more_than_one_step():
    data = bytes(range(251)) * 700
    assert summed(data, [100_001]) == word_by_word(data)


def field_of(data: bytes) -> int:
    (image,) = images_of(data)
    return image.native.checksum_offset


def stamped(data: bytes) -> bytes:
    """The file with its checksum set, as a C linker leaves it."""
    at = field_of(data)
    blank = data[:at] + bytes(4) + data[at + 4 :]
    return data[:at] + struct.pack("<I", word_by_word(blank) + len(data)) + data[at + 4 :]


def executable(build_id: str | None = LINKED, fips: bytes | None = None, before_fips: bytes = b"", **changes) -> bytes:
    exe = pe.Pe(**changes)
    exe.add(".text", (raw_id(build_id) if build_id is not None else b"") + b"\x90" * 0x123, pe.CODE)
    exe.add(".data", before_fips + (b"d" * 0x20 if fips is None else FIPS + fips + b"d" * 40))
    return exe.build()


def checksum(data: bytes) -> PeChecksum:
    found = image_digests(data).pe_checksum
    assert found is not None
    return found


def pefiles(data: bytes) -> int:
    with pefile.PE(data=data, fast_load=True) as other:
        return other.generate_checksum()


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("extra", range(5), ids="{} bytes more".format)
def test_valid_and_what_pefile_computes(wide, extra):
    changes = {} if wide else {"bits": 32, "machine": 0x14C, "image_base": 0x400000}
    data = stamped(executable(**changes) + b"\xfe" * extra)
    found = checksum(data)
    assert found.computed == pefiles(data)
    assert (found.stored, found.state) == (found.computed, "valid")


def test_the_proof_adds_what_is_right_to_what_the_reader_shows():
    data = stamped(executable())
    assert image_digests(data).proofs["pe.checksum"] == (Evidence("computed", hex(pefiles(data))),)


def test_nothing_stored_is_absent_and_not_wrong():
    data = executable()
    assert checksum(data) == PeChecksum(stored=0, computed=pefiles(data), state="absent")


def with_fips(data: bytes) -> bytes:
    return data.replace(FIPS + bytes(32), FIPS + FIPS_SUM)


def test_stale_by_the_build_id():
    data = finish(stamped(executable()))
    assert checksum(data).state == "stale"
    assert checksum(data).computed == pefiles(data)


def test_stale_by_the_build_id_at_an_odd_place():
    exe = pe.Pe()
    exe.add(".text", b"\x90" + raw_id(LINKED), pe.CODE)
    assert checksum(finish(stamped(exe.build()))).state == "stale"


def test_stale_by_every_copy_of_the_build_id():
    data = stamped(executable(fips=bytes(32), before_fips=LINKED.encode() + bytes(13)))
    assert checksum(finish(data)).state == "stale"


def test_stale_by_both():
    assert checksum(finish(with_fips(stamped(executable(fips=bytes(32)))))).state == "stale"


@pytest.mark.parametrize("build_id", [None, "foo"])
def test_stale_by_the_fips_sum_alone(build_id):
    data = with_fips(stamped(executable(build_id, bytes(32))))
    assert FIPS_SUM in data
    assert checksum(data).state == "stale"


def test_stale_before_there_was_a_fips_sum_although_the_magic_is_data():
    data = finish(stamped(executable(fips=FIPS_SUM)))
    assert checksum(data).state == "stale"


def test_only_the_programs_own_fips_sum_counts():
    """A magic off its 16 bytes is somebody's data; pefips of Go's linker steps over it."""
    decoy = b"x" + FIPS + b"e" * 31
    data = with_fips(stamped(executable(fips=bytes(32), before_fips=decoy)))
    assert checksum(finish(data)).state == "stale"


@pytest.mark.parametrize("make", [lambda: finish(stamped(executable())), lambda: stamped(executable())])
def test_any_other_change_is_a_mismatch(make):
    data = bytearray(make())
    data[data.index(b"\x90") + 1] ^= 0x40
    assert checksum(bytes(data)).state == "mismatch"


def test_a_wrong_value_without_anything_to_undo_is_a_mismatch():
    data = bytearray(stamped(executable(None)))
    data[-1] ^= 1
    assert checksum(bytes(data)).state == "mismatch"


def test_without_hashing_only_an_absent_checksum_has_a_state():
    images = [*images_of(executable()), *images_of(stamped(executable()))]
    absent, stored = undigested(images, "not asked for").images
    unknown = Unknown("not asked for")
    assert absent.pe_checksum == PeChecksum(stored=0, computed=unknown, state="absent")
    assert stored.pe_checksum.state == stored.pe_checksum.computed == stored.pristine == unknown
    assert stored.pe_checksum.stored == pefiles(stamped(executable()))
