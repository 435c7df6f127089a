"""Telling by first bytes what a file is."""

import bz2
import gzip
import lzma
import tarfile

import pytest

from formats import Bundle, Format
from inspector.sources.kinds import Container, classify, describe
from tests.sources.containers import ELF, PE, TAR_END, padded, tar_header, tar_of, zip_of

V7 = tar_header(b"app", 3, at257=bytes(8)) + padded(b"abc") + TAR_END


CASES = {
    "ELF": (ELF, Format.ELF),
    "PE": (PE, Format.PE),
    "C archive": (b"!<arch>\ngo.o/           ", Bundle.C_ARCHIVE),
    "Debian package": (b"!<arch>\ndebian-binary   ", Container.DEB),
    "RPM package": (b"\xed\xab\xee\xdb\3\0", Container.RPM),
    "zstd": (b"\x28\xb5\x2f\xfd", Container.ZSTD),
    "zstd behind a frame to skip": (b"\x5f\x2a\x4d\x18\0\0\0\0", Container.ZSTD),
    "zip": (zip_of({"a": b"x"}), Container.ZIP),
    "empty zip": (zip_of({}), Container.ZIP),
    "gzip": (gzip.compress(b"x"), Container.GZIP),
    "bzip2": (bz2.compress(b"x"), Container.BZIP2),
    "empty bzip2": (bz2.compress(b""), Container.BZIP2),
    "xz": (lzma.compress(b"x"), Container.XZ),
    "V7 tar": (V7, Container.TAR),
    "ustar tar": (tar_of({"a": b"x"}, tarfile.USTAR_FORMAT), Container.TAR),
    "GNU tar": (tar_of({"a": b"x"}, tarfile.GNU_FORMAT), Container.TAR),
    "pax tar": (tar_of({"ä": b"x"}, tarfile.PAX_FORMAT), Container.TAR),
    "prose that starts like bzip2": (b"BZh is how this sentence starts", None),
    "Java 21 class": (b"\xca\xfe\xba\xbe\0\0\0\x41", None),
    "nothing": (b"", None),
    "zeros": (bytes(512), None),
    "text": (b"text " * 200, None),
}


@pytest.mark.parametrize(("data", "kind"), CASES.values(), ids=CASES.keys())
def test_content_decides(data, kind):
    assert classify(data[:512]) is kind


def test_a_tar_whose_first_name_looks_like_an_executable_is_a_tar():
    assert classify(tar_of({"MZ-tools/readme": b"x"}, tarfile.USTAR_FORMAT)[:512]) is Container.TAR


def test_a_tar_header_with_a_wrong_checksum_is_still_told_by_its_magic():
    damaged = bytearray(tar_of({"a": b"x"}, tarfile.USTAR_FORMAT))
    damaged[0] ^= 1
    assert classify(bytes(damaged[:512])) is Container.TAR


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"", "the file is empty"),
        (b"#!/bin/sh\n", "a script (#!)"),
        (b"ADBd\0", "an Alpine package in the format of apk 3 (ADB)"),
        (b"<bigaf>\n", "an archive of AIX objects"),
        (b"hello", "not an executable"),
    ],
    ids=["empty", "script", "apk 3", "AIX archive", "text"],
)
def test_the_reason_says_what_it_is(head, words):
    assert words in describe(head)
