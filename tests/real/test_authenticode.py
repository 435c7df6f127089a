"""Signed programs: one that Microsoft publishes, and ones signed here with osslsigncode, which also judges them."""

import io
import re
import subprocess
from pathlib import Path

import lief
import pytest

from inspector.model import Severity, Status
from tests.real.edited import flipped, pe_headers, put, saved
from tests.real.indexes import member, npm
from tests.real.inspected import build_of, outcomes_of
from tests.samples import Samples

pytestmark = pytest.mark.wide

PUBLISHED = "@typescript/native-preview-win32-x64@7.0.0-dev.20260707.2"
MICROSOFT = "C=US, ST=Washington, L=Redmond, O=Microsoft Corporation, CN=Microsoft Corporation"
HASHES = {"sha1": lief.PE.ALGORITHMS.SHA_1, "sha256": lief.PE.ALGORITHMS.SHA_256,
          "sha384": lief.PE.ALGORITHMS.SHA_384, "sha512": lief.PE.ALGORITHMS.SHA_512}  # fmt: skip
KEYS = {"rsa": ["-newkey", "rsa:2048"], "ec": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The TypeScript compiler in Go, as Microsoft builds and signs it."""
    data, _ = member(npm(PUBLISHED), "package/lib/tsgo.exe")
    return saved(tmp_path_factory.mktemp("npm"), "tsgo.exe", data)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys with certificates that signed themselves."""
    folder = tmp_path_factory.mktemp("keys")
    for name, made in KEYS.items():
        request = [
            "openssl",
            "req",
            "-x509",
            *made,
            "-nodes",
            "-days",
            "2",
            "-subj",
            f"/O=Example, Inc./CN={name} signer",
        ]
        files = ["-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"]
        subprocess.run([*request, *files, "-addext", "extendedKeyUsage=codeSigning"], check=True, capture_output=True)
    return folder


def sign(source: Path, target: Path, keys: Path, key: str = "rsa", *options: str) -> Path:
    command = ["osslsigncode", "sign", "-certs", keys / f"{key}.pem", "-key", keys / f"{key}.key", *options,
               "-in", source, "-out", target]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return target


def digest_fits(path: Path, keys: Path) -> bool:
    """What osslsigncode says: it prints the digest that each signature names, and the file's."""
    command = ["osslsigncode", "verify", "-CAfile", keys / "rsa.pem", path]
    text = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    named, computed = (re.findall(rf"{word} message digest *: (\w+)", text) for word in ("Current", "Calculated"))
    assert named
    return named == computed


def certificate_table(path: Path) -> int:
    (proof, *_) = [p for p in build_of(path).proofs["pe.signature"] if p.label == "certificate table"]
    return proof.offset


def test_microsoft_s_signature_is_valid_and_names_its_chain(published: Path):
    build = build_of(published)
    assert (build.observed.pe.signature, build.observed.pe.signer) == ("valid", MICROSOFT)
    shown = {(proof.label, proof.value) for proof in build.proofs["pe.signature"]}
    assert ("certificate", "C=US, O=Microsoft Corporation, CN=Microsoft Code Signing PCA 2024") in shown
    assert any(label == "time stamp by" for label, _ in shown)
    other = lief.PE.parse(str(published))
    assert other.verify_signature() == lief.PE.Signature.VERIFICATION_FLAGS.OK
    assert ("sha256 of the file", bytes(other.authentihash_sha256).hex()) in shown
    assert outcomes_of(published)["authenticode-invalid"].status is Status.PASS


def test_one_changed_byte_of_it_is_an_error(published: Path, tmp_path: Path):
    data = published.read_bytes()
    path = saved(tmp_path, "tsgo.exe", flipped(data, len(data) // 2))
    outcome = outcomes_of(path)["authenticode-invalid"]
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.ERROR)
    assert build_of(path).observed.pe.signer == MICROSOFT


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("algorithm", HASHES)
def test_every_hash_and_key(key, algorithm, samples: Samples, keys: Path, tmp_path: Path):
    source = samples["hello-windows-386-go1.27"].path
    path = sign(source, tmp_path / "app.exe", keys, key, "-h", algorithm)
    build = build_of(path)
    assert build.observed.pe.signature == "valid"
    assert build.observed.pe.signer == f"O=Example\\, Inc., CN={key} signer"
    digest = bytes(lief.PE.parse(io.BytesIO(path.read_bytes())).authentihash(HASHES[algorithm])).hex()
    shown = {proof.label: proof.value for proof in build.proofs["pe.signature"]}
    assert shown[f"{algorithm} that was signed"] == shown[f"{algorithm} of the file"] == digest
    assert digest_fits(path, keys)


@pytest.mark.parametrize(
    "name", ["uses-windows-amd64-go1.21", "hello-windows-arm64-go1.27", "cgo-windows-amd64-go1.27-mingw",
             "uses-windows-386-go1.27-stripped"],
)  # fmt: skip
def test_nested_and_side_by_side(name, samples: Samples, keys: Path, tmp_path: Path):
    once = sign(samples[name].path, tmp_path / "once.exe", keys, "rsa", "-h", "sha1")
    twice = sign(once, tmp_path / "twice.exe", keys, "ec", "-h", "sha256", "-nest")
    assert build_of(twice).observed.pe.signature == "valid"
    labels = [proof.label for proof in build_of(twice).proofs["pe.signature"]]
    assert labels.count("signer") == 2
    data = twice.read_bytes()
    broken = saved(tmp_path, "broken.exe", flipped(data, certificate_table(twice) // 2))
    assert build_of(broken).observed.pe.signature == "invalid"
    assert not digest_fits(broken, keys)


def test_the_checksum_may_change_and_nothing_else(samples: Samples, keys: Path, tmp_path: Path):
    path = sign(samples["hello-windows-amd64-go1.27"].path, tmp_path / "app.exe", keys)
    data = path.read_bytes()
    checksum = pe_headers(data)[1] + 64
    assert outcomes_of(saved(tmp_path, "sum.exe", put(data, checksum, bytes(4))))["authenticode-invalid"].status is (
        Status.PASS
    )
    longer = saved(tmp_path, "longer.exe", data + bytes(8))
    assert outcomes_of(longer)["authenticode-invalid"].status is Status.FAIL
