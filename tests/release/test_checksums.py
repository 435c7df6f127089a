"""Listed checksums, held against the bytes of the files they are for."""

import hashlib
import zlib

import pytest

from inspector.model import Status
from scripts.goreleaser import archive_row
from tests.releases import AMD64, ARM64, Run

CONTENT = b"some bytes" * 1000


@pytest.fixture
def run(tmp_path) -> Run:
    return Run(tmp_path)


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("crc32", f"{zlib.crc32(CONTENT):08x}"),
        ("blake2b", hashlib.blake2b(CONTENT, digest_size=64).hexdigest()),
        ("blake2s", hashlib.blake2s(CONTENT, digest_size=32).hexdigest()),
        *((name, hashlib.new(name, CONTENT).hexdigest()) for name in ("md5", "sha1", "sha224", "sha384", "sha512")),
        *((f"sha3-{n}", hashlib.new(f"sha3_{n}", CONTENT).hexdigest()) for n in (224, 256, 384, 512)),
        ("sha256", hashlib.sha256(CONTENT).hexdigest().upper()),
    ],
)
def test_every_algorithm(run, algorithm, digest):
    row = archive_row(AMD64, "amd64.tar.gz", "demo", "", archive="default")
    run.rows.append({**row, "extra": {**row["extra"], "Checksum": f"{algorithm}:{digest}"}})
    run.put("amd64.tar.gz", CONTENT)
    assert run.outcomes()["checksum-file-mismatch"].status is Status.PASS
    run.put("amd64.tar.gz", CONTENT[1:])
    assert run.proofs("checksum-file-mismatch")[0][0] == "amd64.tar.gz"


@pytest.mark.parametrize("algorithm", ["blake3", "rot13"])
def test_an_algorithm_that_is_not_computed(run, algorithm):
    row = archive_row(AMD64, "amd64.tar.gz", "demo", "", archive="default")
    run.rows.append({**row, "extra": {"Checksum": f"{algorithm}:00"}})
    run.put("amd64.tar.gz")
    found = run.outcomes()["checksum-file-mismatch"]
    assert (found.status, found.reason) == (Status.UNKNOWN, f"{algorithm} is no algorithm that this tool computes")


def test_without_hashing_it_is_unknown(run):
    run.archive(AMD64, "amd64.tar.gz")
    run.put("amd64.tar.gz")
    found = run.outcomes(hashes=False)["checksum-file-mismatch"]
    assert (found.status, found.reason) == (Status.UNKNOWN, "not computed (--no-hash)")


def test_only_files_that_are_here_and_that_were_given_are_hashed(run):
    for each, name in ((AMD64, "amd64.tar.gz"), (ARM64, "arm64.tar.gz")):
        run.archive(each, name, digest="00")
    assert run.outcomes()["checksum-file-mismatch"].status is Status.NOT_APPLICABLE
    run.put("amd64.tar.gz")
    run.put("arm64.tar.gz")
    given = str(run.dist / "arm64.tar.gz")
    assert [name for name, _ in run.proofs("checksum-file-mismatch", given)] == ["arm64.tar.gz"]
    assert len(run.proofs("checksum-file-mismatch")) == 2
