"""Authenticode signatures: what is read of them, and what malformed ones give."""

import hashlib
import random

import pytest

from formats.errors import FormatError, LimitExceeded, Malformed
from formats.image import PeNative, Unknown
from formats.signing import read_authenticode
from formats.window import Window
from tests.build.authenticode import SIGNER, TABLE, certificate, signed
from tests.facts.wholefile import images_of

PKCS7 = TABLE[8:]
NESTING = {
    "nested signatures": "2b060104018237020401",
    "RFC 3161 time stamps": "2b060104018237030301",
    "counter signatures": "2a864886f70d010906",
}


def read(table: bytes):
    return read_authenticode(Window.of_bytes(b"!" * 5 + table), (5, len(table)))


def image_hash(name: str) -> bytes:
    """The hash of the file by the specification, done by hand: three pieces between what is left out."""
    data = signed()
    (image,) = images_of(data)
    native = image.native
    assert isinstance(native, PeNative)
    checksum, entry, table = native.checksum_offset, native.certificates_offset, native.certificates[0]
    assert data[entry : entry + 8] == table.to_bytes(4, "little") + len(TABLE).to_bytes(4, "little")
    pieces = data[:checksum], data[checksum + 4 : entry], data[entry + 8 : table]
    return hashlib.new(name, b"".join(pieces)).digest()


def test_both_signatures_with_what_they_signed():
    outer, nested = read(TABLE)
    assert (outer.algorithm, nested.algorithm) == ("sha1", "sha256")
    assert outer.digest == image_hash("sha1")
    assert nested.digest == image_hash("sha256")
    for one in (outer, nested):
        assert one.signer == SIGNER
        assert one.certificates == (SIGNER,)
        assert one.countersigners == ()
        assert one.defect is None
        assert one.offset == 5 + 8


def test_several_certificates_one_after_the_other():
    found = read(certificate(b"X.509", kind=1) + TABLE + TABLE)
    assert [one.offset for one in found] == [5 + 16 + 8] * 2 + [5 + 16 + len(TABLE) + 8] * 2


def test_changed_signed_attributes_are_a_defect():
    digest_of_content = PKCS7.index(bytes.fromhex("06092a864886f70d010904"))  # the messageDigest attribute
    changed = bytearray(TABLE)
    changed[8 + digest_of_content + 20] ^= 1
    outer, *_ = read(bytes(changed))
    assert outer.defect == "what was signed has been changed"


def test_a_changed_signature_is_a_defect():
    changed = bytearray(TABLE)
    changed[8 + PKCS7.index(bytes.fromhex("060a" + NESTING["nested signatures"])) - 20] ^= (
        1  # the outer signature's last bytes stand right before
    )
    outer, *_ = read(bytes(changed))
    assert outer.defect == "what was signed has been changed"


def test_a_changed_digest_of_the_file_is_a_defect():
    outer, _ = read(TABLE)
    assert TABLE.count(outer.digest) == 1
    other = read(TABLE.replace(outer.digest, bytes(20)))
    assert (other[0].digest, other[0].defect) == (bytes(20), "the digest is not the one that was signed")


@pytest.mark.parametrize("length", [0, 7, 8, len(TABLE) + 1, 0xFFFFFFFF])
def test_a_certificate_that_does_not_fit_is_malformed(length):
    with pytest.raises(Malformed, match=f"certificate of {length} bytes"):
        read(length.to_bytes(4, "little") + TABLE[4:])


@pytest.mark.parametrize("table", [b"", b"\x10\0\0"])
def test_a_table_too_small_for_a_certificate_is_refused(table):
    with pytest.raises(FormatError):
        read(table)


def test_a_certificate_of_another_kind_is_unknown():
    assert read(certificate(PKCS7, kind=1)) == Unknown("the certificate table holds no PKCS #7 signature")


@pytest.mark.parametrize("pkcs7", [b"\x30\x03\x02\x01\x01", b"not DER at all", PKCS7[:700]])
def test_what_is_no_pkcs7_is_unknown(pkcs7):
    assert read(certificate(pkcs7)) == Unknown("the signature cannot be parsed")


def test_a_huge_signature_is_refused():
    with pytest.raises(LimitExceeded):
        read(certificate(bytes(1 << 20) + b"!"))


def test_a_table_of_many_certificates_is_refused():
    with pytest.raises(LimitExceeded):
        read(certificate(b"12345678", kind=1) * 17)


@pytest.mark.parametrize("what", NESTING)
@pytest.mark.parametrize("length", ["0a", "810a", "82000a"], ids=["short", "long", "longer"])
def test_signatures_nested_without_end_are_not_parsed(what, length):
    identifier = bytes.fromhex(f"06{length}{NESTING[what]}")
    assert read(certificate(PKCS7 + identifier * 9)) == Unknown(f"more than 8 {what}")


def test_damage_gives_signatures_unknown_or_a_format_error(capfd):
    chance = random.Random(309)
    for _ in range(300):
        damaged = bytearray(TABLE)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            found = read(bytes(damaged[: chance.choice([len(TABLE), len(TABLE), chance.randrange(len(TABLE))])]))
        except FormatError:
            continue
        assert isinstance(found, (Unknown, tuple))
    assert capfd.readouterr() == ("", "")
