"""Checksum files as the tools that are here write them."""

import hashlib
import shutil
import subprocess

import pytest

from inspector.release.sumfiles import listed, named

CONTENT = b"what is in the file"

NAMES = ["app", "an app.zip", "new\nline", "back\\slash", "a) = b", "*star", "caf\u00e9", "-dash", "tab\t", "cr\r"]
TOOLS = {
    "sha256sum": ("checksums.txt", "sha256"),
    "sha256sum --tag": ("checksums.txt", "sha256"),
    "sha256sum --binary": ("checksums.txt", "sha256"),
    "sha512sum": ("checksums.txt", "sha512"),
    "sha224sum": ("SHA224SUMS", "sha224"),
    "sha384sum": ("SHA384SUMS", "sha384"),
    "md5sum": ("MD5SUMS", "md5"),
    "sha1sum": ("SHA1SUMS", "sha1"),
    "b2sum": ("b2sums.txt", "blake2b"),
    "b2sum --tag": ("checksums.txt", "blake2b"),
    "cksum -a sha256": ("checksums.txt", "sha256"),
    "cksum -a sha384 --untagged": ("checksums.txt", "sha384"),
    "shasum -a 256": ("checksums.txt", "sha256"),
    "shasum -a 512 --tag": ("checksums.txt", "sha512"),
    "openssl dgst -sha256": ("checksums.txt", "sha256"),
    "openssl dgst -sha3-256": ("checksums.txt", "sha3-256"),
    "openssl dgst -blake2s256": ("checksums.txt", "blake2s"),
    "openssl dgst -sha512 -r": ("checksums.txt", "sha512"),
    "openssl dgst -md5": ("checksums.txt", "md5"),
}


# Coreutils are everywhere; perl's and OpenSSL's tools are asked where they are.
@pytest.mark.parametrize("tool", [tool for tool in TOOLS if shutil.which(tool.split()[0])])
def test_what_the_tools_write(tmp_path, tool):
    name, algorithm = TOOLS[tool]
    # OpenSSL and shasum escape nothing.
    names = NAMES if "openssl" not in tool and "shasum" not in tool else ["app", "an app.zip", "a) = b", "caf\u00e9"]
    for number, each in enumerate(names):
        (tmp_path / each).write_bytes(CONTENT * number)
    arguments = [*tool.split(), *(() if "openssl" in tool else ("--",)), *names]
    if "openssl" in tool:
        arguments = [*tool.split(), *(each for each in names if each[0] != "-")]
    written = subprocess.run(arguments, cwd=tmp_path, capture_output=True, check=True).stdout
    found = list(listed(written, named(name)))
    new = hashlib.new(algorithm.replace("-", "_"), CONTENT).name
    expected = {each: hashlib.new(new, CONTENT * number).hexdigest() for number, each in enumerate(names)}
    read_back = {one.path if one.path in expected else one.path.replace("/", "\\"): one.digest for one in found}
    assert read_back == expected
    assert {algorithm} <= {kind for one in found for kind in one.algorithms}
