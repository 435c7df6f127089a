"""The chain of identities in every sample, and after one link of it was changed."""

import hashlib
import re
from pathlib import Path

import pytest

from inspector.model import Outcome, Severity, Status
from tests.real.edited import GO_ID, put, saved
from tests.real.inspected import build_of, image_of
from tests.samples import Sample, Samples

TEXT = re.compile(bytes.fromhex("3077af0c9274080241e1c107e6d618e6") + rb".*?" +
                  bytes.fromhex("f932433186182072008242104116d8f2"), re.DOTALL)  # fmt: skip


def outcome(path: Path) -> Outcome:
    return next(o for o in image_of(path).outcomes if o.rule == "identity-chain-broken")


def has_host_id(sample: Sample) -> bool:
    """Whether Go's linker, or a C linker that it told to, wrote a GNU build ID or LC_UUID."""
    if sample.variant in {"nobuildid", "nouuid", "tools"}:
        return False
    if sample.goos == "darwin":
        return True
    # zig's C linker writes no build ID whatever it is asked for.
    return sample.goos not in {"windows", "plan9", "aix", "js", "wasip1"} and not (
        sample.cc == "zig" and linked(sample)
    )


def linked(sample: Sample) -> bool:
    """Whether a C linker made the file: it did when the program has C code of its own."""
    return sample.program == "cgo"


def test_every_sample(sample: Sample):
    found = outcome(sample.path)
    chain = build_of(sample.path).traits.identity
    one_copy = sample.goarch == "wasm" or "plugin" in (sample.variant or "").split("-")
    assert chain.settings is (None if one_copy or sample.variant == "tools" else True)
    if sample.minor < (1, 24):  # what GNU build ID there is a C linker made
        assert chain.host_id is not True
        assert found.status is Status.NOT_APPLICABLE
        return
    assert chain.host_id is (True if has_host_id(sample) else None)
    linked_without = chain.settings is None and chain.host_id is None
    assert found.status is (Status.NOT_APPLICABLE if linked_without else Status.PASS)


def before(build_id: bytes) -> bytes:
    parts = build_id.split(b"/")
    return b"/".join([*parts[:3], parts[0]])


@pytest.mark.parametrize(
    ("name", "flip"),
    [pytest.param("hello-linux-amd64-go1.24", 1, marks=pytest.mark.wide),
     pytest.param("hello-linux-amd64-go1.25", 0xFF, marks=pytest.mark.wide),
     pytest.param("hello-darwin-arm64-go1.24", 1, marks=pytest.mark.wide),
     ("hello-linux-amd64-go1.27", 0xFF), ("hello-darwin-arm64-go1.27", 0xFF)],
)  # fmt: skip
def test_what_go_makes_of_its_id(name, flip, samples: Samples):
    data = samples[name].path.read_bytes()
    digest = bytearray(hashlib.sha256(before(GO_ID.search(data)[0])).digest())
    digest[0] ^= flip
    (host, _) = build_of(samples[name].path).proofs["identity.host_id"]
    if "darwin" not in name:
        assert host.value == digest[:20].hex()
        assert data[host.offset : host.offset + 20] == digest[:20]
    else:
        digest[6] = digest[6] & 0x0F | 0x30
        digest[8] = digest[8] & 0x3F | (0xC0 if "1.24" in name else 0x80)
        assert host.value == digest[:16].hex()


NEWEST = ["uses-linux-amd64-go1.27", "hello-linux-s390x-go1.27", "hello-openbsd-amd64-go1.27",
          "uses-windows-386-go1.27", "uses-darwin-arm64-go1.27", "uses-darwin-amd64-go1.27"]  # fmt: skip


@pytest.mark.parametrize("name", NEWEST)
def test_another_version_in_the_build_info(name, samples: Samples, tmp_path: Path):
    data = samples[name].path.read_bytes()
    at = data.index(b"\xff Go buildinf:") + 32
    assert data[at : at + 9] == b"\x08go1.27.3"
    found = outcome(saved(tmp_path, "app", put(data, at, b"\x08go1.27.1")))
    assert (found.status, found.severity) == (Status.FAIL, Severity.NOTE)
    assert found.message == "go1.27.1 is recorded, but the runtime is go1.27.3"


@pytest.mark.parametrize("name", NEWEST)
def test_another_setting_in_one_copy(name, samples: Samples, tmp_path: Path):
    data = samples[name].path.read_bytes()
    copies = [match.start() + match[0].index(b"CGO_ENABLED=0") for match in TEXT.finditer(data)]
    assert len(copies) == 2
    for at in copies:
        found = outcome(saved(tmp_path, "app", put(data, at, b"CGO_ENABLED=1")))
        assert found.status is Status.FAIL
        assert found.message == "the settings in the build info are not those of the runtime"
        assert {proof.offset for proof in found.evidence} == {copy - len("build\t") for copy in copies}
        assert {proof.value for proof in found.evidence} == {"build\tCGO_ENABLED=0", "build\tCGO_ENABLED=1"}
    both = data.replace(b"CGO_ENABLED=0\n", b"CGO_ENABLED=1\n")
    assert outcome(saved(tmp_path, "both", both)).status is Status.PASS


@pytest.mark.parametrize(("name", "other"), [
    ("uses-linux-amd64-go1.27", "hello-linux-amd64-go1.27"),
    ("uses-darwin-arm64-go1.27", "hello-darwin-arm64-go1.27"),
])  # fmt: skip
def test_an_id_of_another_program(name, other, samples: Samples, tmp_path: Path):
    donor = build_of(samples[other].path).proofs["identity.host_id"][0].value
    place = build_of(samples[name].path).proofs["identity.host_id"][0].offset
    path = saved(tmp_path, "app", put(samples[name].path.read_bytes(), place, bytes.fromhex(donor)))
    assert build_of(path).observed.pristine == "pristine"  # the hash leaves it out
    found = outcome(path)
    assert found.status is Status.FAIL
    assert found.evidence[0].value == donor
    assert found.evidence[0].offset == place


def test_a_trimmed_build_may_have_been_given_one(samples: Samples, tmp_path: Path):
    sample = samples["uses-linux-amd64-go1.27-trimpath"]
    place = build_of(sample.path).proofs["identity.host_id"][0].offset
    path = saved(tmp_path, "app", put(sample.path.read_bytes(), place, bytes(20)))
    assert outcome(path).status is Status.UNKNOWN


def test_a_program_without_build_id_has_no_chain_to_its_host_id(samples: Samples):
    assert build_of(samples["hello-linux-amd64-go1.27-nobuildid"].path).traits.identity.host_id is None
