"""Whether a signature is that of the file."""

import subprocess
import sys
from pathlib import Path

import pytest

from formats.image import Unknown
from inspector.facts.authenticode import UNSIGNED, AuthenticodeHash
from inspector.facts.digests import undigested
from tests.build.authenticode import SIGNER, TABLE, certificate, signed
from tests.build.pe import program
from tests.facts.wholefile import image_digests, images_of

ROOT = Path(__file__).parents[2]
DATA = signed()
(IMAGE,) = images_of(DATA)
CHECKSUM, ENTRY = IMAGE.native.checksum_offset, IMAGE.native.certificates_offset
END = len(DATA) - len(TABLE)


def flipped(at: int) -> bytes:
    return DATA[:at] + bytes([DATA[at] ^ 0xFF]) + DATA[at + 1 :]


def state(data: bytes) -> str | Unknown:
    return image_digests(data).authenticode.state


def test_a_file_as_it_was_signed_is_valid():
    found = image_digests(DATA)
    assert (found.authenticode.state, found.authenticode.signer) == ("valid", SIGNER)
    labels = [proof.label for proof in found.proofs["pe.signature"]]
    once = ["signer", "sha1 that was signed", "sha1 of the file", "certificate"]
    assert labels == [*once, *(label.replace("sha1", "sha256") for label in once)]
    assert {proof.offset for proof in found.proofs["pe.signature"]} == {END + 8, None}


@pytest.mark.parametrize("at", [0x40, CHECKSUM - 1, CHECKSUM + 4, ENTRY + 8, 0x400, END - 1])
def test_one_other_byte_anywhere_is_invalid(at):
    found = image_digests(flipped(at))
    assert (found.authenticode.state, found.authenticode.signer) == ("invalid", SIGNER)


@pytest.mark.parametrize("at", range(CHECKSUM, CHECKSUM + 4))
def test_the_checksum_is_not_signed(at):
    assert state(flipped(at)) == "valid"


def test_what_follows_the_table_counts():
    assert state(DATA + b"more") == "invalid"


def test_a_signature_whose_attributes_were_changed_is_invalid_though_the_digest_fits():
    place = DATA.index(bytes.fromhex("06092a864886f70d010904")) + 20
    found = image_digests(flipped(place))
    assert found.authenticode.state == "invalid"
    assert "what was signed has been changed" in {proof.value for proof in found.proofs["pe.signature"]}


def test_a_table_that_is_none_is_invalid():
    found = image_digests(signed(bytes(16)))
    assert (found.authenticode.state, found.authenticode.signer) == ("invalid", None)
    (proof,) = found.proofs["pe.signature"]
    assert proof.label == "certificate table"


def test_a_signature_that_cannot_be_parsed_is_unknown():
    found = image_digests(signed(certificate(b"\x30\x03\x02\x01\x01"))).authenticode
    assert found.state == found.signer == Unknown("the signature cannot be parsed")


def test_no_table_is_no_signature():
    assert image_digests(program().build()).authenticode == UNSIGNED


def test_pieces_of_any_size_give_the_same():
    for step in (1, 3, 64, 1000):
        fed = AuthenticodeHash(IMAGE, IMAGE.native)
        for at in range(0, len(DATA), step):
            fed.update(DATA[at : at + step])
        assert fed.finish().state == "valid"


def test_without_reading_every_byte_only_absence_is_told():
    images = images_of(DATA)
    (one,) = undigested(images, "--no-hash").images
    assert one.authenticode.state == one.authenticode.signer == Unknown("--no-hash")
    (none,) = undigested(images_of(program().build()), "--no-hash").images
    assert none.authenticode == UNSIGNED


def test_lief_is_imported_for_a_signature_alone(tmp_path: Path):
    seen = []
    for name, data in (("unsigned", program().build()), ("signed", DATA)):
        path = tmp_path / name
        path.write_bytes(data)
        code = (
            "import pathlib, sys; from tests.facts.wholefile import image_digests;"
            "image_digests(pathlib.Path(sys.argv[1]).read_bytes()); print('lief' in sys.modules)"
        )
        command = [sys.executable, "-c", code, str(path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        seen.append((name, done.stdout.strip(), done.stderr))
    assert seen == [("unsigned", "False", ""), ("signed", "True", "")]
