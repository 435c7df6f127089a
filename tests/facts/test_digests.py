"""One pass over the artifact: its sha256, and for every image whether it is as the linker left it."""

import hashlib
import re

import pytest

from formats import Unknown, Window
from formats.window import CHUNK
from inspector.facts.buildid import BuildIds, build_ids
from inspector.facts.digests import digest, undigested
from inspector.model import Evidence
from tests.build import macho
from tests.facts.wholefile import LINKED, digests_of, finish, image_digests, images_of, program, raw_id

GNU = bytes(range(0xC0, 0xD4))
UUID = bytes(range(16))


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]


def test_the_artifacts_sha256_over_several_steps():
    data = program(body=bytes(range(256)) * 12_288).build()
    assert len(data) > 3 * CHUNK
    assert digests_of(data).sha256 == hashlib.sha256(data).hexdigest()


def test_pristine_and_its_proof():
    data = finish(program().build())
    found = image_digests(data)
    assert found.pristine == "pristine"
    (proof,) = found.proofs["pristine"]
    (image,) = images_of(data)
    recorded = build_ids(image).go[-20:]
    assert proof == Evidence(
        "content hash in the Go build ID", f"{recorded}, the file's is {recorded}", data.index(LINKED[:60].encode())
    )


def test_one_changed_bit_anywhere():
    data = finish(program(body=b"code" * 0x100).build())
    for at in (15, data.index(b"code"), len(data) - 1, data.index(LINKED[:60].encode()) - 1):
        assert image_digests(flipped(data, at)).pristine == "modified"


def test_a_change_in_the_id_itself():
    data = finish(program().build())
    at = data.index(LINKED[:60].encode())
    assert image_digests(data[: at + 65] + b"zz" + data[at + 67 :]).pristine == "modified"


@pytest.mark.parametrize("cut", [0, 1, 41, 82, 83])
def test_a_copy_of_the_id_across_two_steps(cut):
    body = bytearray(2 * CHUNK)
    plain = program(body=bytes(body)).build()
    start = len(plain) - len(body)
    at = CHUNK - start - cut
    body[at : at + len(LINKED)] = LINKED.encode()
    assert image_digests(finish(program(body=bytes(body)).build())).pristine == "pristine"


def test_the_host_id_is_left_out_since_go_124():
    data = program(gnu=GNU).build()
    done = finish(data, (data.index(GNU), len(GNU)))
    assert image_digests(done).pristine == "pristine"
    assert image_digests(done.replace(GNU, bytes(20))).pristine == "pristine"


def test_the_host_id_was_part_of_it_before():
    done = finish(program(gnu=GNU).build())
    assert image_digests(done).pristine == "pristine"
    assert image_digests(done.replace(GNU, GNU[::-1])).pristine == "modified"


def mach_o(build_id: str = LINKED, **changes: int) -> macho.Macho:
    built = macho.program(signed=False, **changes)
    built.contents[0x1000] = raw_id(build_id)
    return built


def signed(build_id: str = LINKED, **changes: int) -> bytes:
    """A signed program whose signature fits the file as it is finished."""
    built = mach_o(build_id, **changes)
    built.data(0x1D, 0x7000, 0x1000)
    done = finish(built.build(), (0x7000, 0x1000), (built.build().index(UUID), 16))
    return done[:0x7000] + macho.superblob((0, macho.code_directory(done, 0x7000))).ljust(0x1000, b"\0")


def test_the_macho_signature_and_uuid_are_left_out():
    data = signed()
    found = image_digests(data)
    assert found.pristine == "pristine"
    assert found.macho_signature.state == "valid"
    assert image_digests(data.replace(UUID, UUID[::-1])).pristine == "pristine"
    assert image_digests(flipped(data, 0x7FFF)).pristine == "pristine"
    assert image_digests(flipped(data, 0x6FFF)).pristine == "modified"


def test_bad_pages_with_their_places():
    found = image_digests(flipped(flipped(signed(), 0x2345), 0x6FFF))
    assert found.macho_signature.state == "broken"
    assert found.macho_signature.bad_pages == (2, 6)
    assert found.macho_signature.defect is None
    assert found.proofs["macho.signature"] == (
        Evidence("page 2", "hash differs", 0x2000),
        Evidence("page 6", "hash differs", 0x6000),
    )


def test_hundreds_of_bad_pages_are_counted_but_not_all_shown():
    wide = mach_o(size=0x103000)
    wide.data(0x1D, 0x100000, 0x3000)
    wide.contents[0x8000] = b"\1" * 0xF8000
    wide.contents[0x100000] = macho.superblob((0, macho.code_directory(bytes(0x100000), 0x100000)))
    data = wide.build()
    found = image_digests(data)
    bad = tuple(page for page in range(0x100) if any(data[page << 12 : (page + 1) << 12]))
    assert found.macho_signature.bad_pages == bad
    *shown, rest = found.proofs["macho.signature"]
    assert [proof.label for proof in shown] == [f"page {page}" for page in bad[:64]]
    assert rest == Evidence("further pages", f"{len(bad) - 64} whose hash differs")


def test_an_absent_signature():
    found = image_digests(finish(mach_o().build()))
    assert (found.macho_signature.kind, found.macho_signature.state) == ("none", "absent")
    assert "macho.signature" not in found.proofs


def test_a_signature_that_cannot_be_read_is_broken_with_hashes_and_without():
    data = bytearray(signed())
    data[0x7000] = 0
    for found in (image_digests(bytes(data)), undigested(images_of(bytes(data)), "no").images[0]):
        assert found.macho_signature.state == "broken"
        assert found.macho_signature.defect.startswith("unparsable: ")
        assert found.macho_signature.bad_pages == ()
        assert isinstance(found.macho_signature.kind, Unknown)


def test_code_that_the_signature_leaves_out():
    data = signed()
    short = data[:0x7000] + macho.superblob((0, macho.code_directory(data, 0x3000))).ljust(0x1000, b"\0")
    for found in (image_digests(short), undigested(images_of(short), "no").images[0]):
        assert found.macho_signature.state == "broken"
        assert re.search(r"code limit 0x3000 .* 0x4000", found.macho_signature.defect)


@pytest.mark.parametrize("build_id", ["foo", "a/b/c/d", LINKED + "/" + "E" * 20])
def test_an_id_of_anothers_making_proves_nothing(build_id):
    data = program(build_id).build()
    found = image_digests(data)
    assert found.pristine == "unverifiable"
    assert found.proofs["pristine"][0].offset == data.index(build_id.encode())


def test_without_an_id():
    found = image_digests(program("").build())
    assert found.pristine == "unverifiable"
    assert found.proofs["pristine"] == (Evidence("Go build ID", "the file has no Go build ID"),)


def test_an_id_that_could_not_be_read():
    data = program().build()
    (image,) = images_of(data)
    ids = BuildIds(go=Unknown("cut off"), go_offset=5, gnu=None, host=None, proofs={})
    (found,) = digest(Window.of_bytes(data), [image], [ids]).images
    assert found.pristine == Unknown("cut off")


def test_each_slice_of_a_universal_file_is_hashed_by_itself():
    intel = finish(mach_o(cpu_type=macho.X86_64, cpu_subtype=3).build(), (mach_o().build().index(UUID), 16))
    arm = signed()
    data = macho.fat((macho.X86_64, 3, intel), (macho.ARM64, 0, arm))
    whole = digests_of(data)
    assert whole.sha256 == hashlib.sha256(data).hexdigest()
    assert [image.pristine for image in whole.images] == ["pristine", "pristine"]
    assert [image.macho_signature.state for image in whole.images] == ["absent", "valid"]
    at = data.index(arm)
    first, second = digests_of(flipped(data, at + 0x2001)).images
    assert first.pristine == "pristine"
    assert second.pristine == "modified"
    assert second.macho_signature.bad_pages == (2,)
    (page,) = second.proofs["macho.signature"]
    assert page == Evidence("page 2", "hash differs", at + 0x2000)
    assert second.proofs["pristine"][0].offset == data.index(LINKED[:60].encode(), at)


def test_a_large_universal_file_whose_slices_share_a_step():
    small, wide = signed(), mach_o(size=CHUNK + 0x5000)
    data = macho.fat(
        (macho.ARM64, 0, small),
        (macho.X86_64, 3, finish(mach_o(cpu_type=macho.X86_64, cpu_subtype=3, size=CHUNK + 0x123).build())),
        (macho.ARM64, 2, finish(mach_o(cpu_subtype=2, size=wide.size).build())),
    )
    assert [image.pristine for image in digests_of(data).images] == ["pristine"] * 3


def test_an_artifact_inside_a_larger_window():
    data = finish(program().build())
    window = Window.of_bytes(b"p" * 77 + data + b"s" * 33).sub(77, len(data))
    (image,) = images_of(data)
    inside = digest(window, [type(image)(**_fields(image) | {"window": window})], [build_ids(image)])
    assert inside.sha256 == hashlib.sha256(data).hexdigest()
    assert inside.images[0].pristine == "pristine"


def _fields(image) -> dict[str, object]:
    return {name: getattr(image, name) for name in image.__struct_fields__}


def test_without_hashing():
    (elf,) = undigested(images_of(program().build()), "why").images
    assert elf.pristine == Unknown("why")
    assert (elf.pe_checksum, elf.macho_signature) == (None, None)
    whole = undigested(images_of(signed()), "why")
    assert whole.sha256 == Unknown("why")
    signature = whole.images[0].macho_signature
    assert signature.state == signature.bad_pages == Unknown("why")
    assert (signature.kind, signature.identifier, signature.flags) == ("adhoc", "a.out", 0x20002)
