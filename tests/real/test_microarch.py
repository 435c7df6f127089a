"""Processor levels that the bytes prove, against what each sample was built with."""

import io
import struct
from pathlib import Path

import lief
import pytest

from inspector.model import Declared, Intent, Severity, Status, Unknown
from tests.real.edited import put, replaced, saved
from tests.real.inspected import build_of, outcomes_of
from tests.samples import Sample, Samples

MESSAGE = b"This program can only be run on AMD64 processors with v3 microarchitecture support.\n"
LSE = b"This program can only run on ARM64 processors with LSE support.\n"

# What the go command builds when the variable is not set (src/internal/buildcfg).
DEFAULTS = {"386": {"GO386": "sse2"}, "amd64": {"GOAMD64": "v1"}, "arm": {"GOARM": "7"},
            "arm64": {"GOARM64": "v8.0"}, "mips": {"GOMIPS": "hardfloat"}, "mipsle": {"GOMIPS": "hardfloat"},
            "mips64": {"GOMIPS64": "hardfloat"}, "mips64le": {"GOMIPS64": "hardfloat"}}  # fmt: skip
SPELLED = {"5": "5,softfloat", "6": "6,hardfloat", "7": "7,hardfloat", "v8.1": "lse", "v8.0,lse": "lse"}
WITH_CHECK = {"linux", "freebsd"}  # of the arm64 ports, the two whose start-up code reads the feature registers


def expected(sample: Sample) -> dict[str, str]:
    """What the build's environment says, as far as such a file can show it."""
    levels = {key: sample.env.get(key, value) for key, value in DEFAULTS.get(sample.goarch, {}).items()}
    if sample.variant is not None and "plugin" in sample.variant.split("-"):
        return {}  # it has no start-up code
    if sample.goarch == "arm" and "-s" in str(sample.flags):
        return {}  # runtime.goarm is found through the symbol table
    if sample.goarch == "arm64" and (sample.goos not in WITH_CHECK or sample.minor < (1, 25)):
        return {}
    return {key: SPELLED.get(value, value) for key, value in levels.items()}


def test_every_sample(sample: Sample):
    build = build_of(sample.path)
    assert build.observed.microarch == expected(sample)
    assert bool(build.proofs.get("microarch")) is bool(expected(sample))
    data = sample.path.read_bytes()
    for proof in build.proofs.get("microarch", ()):
        if proof.label == "start-up check" and proof.offset is not None:
            level = sample.env.get("GOAMD64", "").encode()
            assert data[proof.offset :].startswith((MESSAGE.replace(b"v3", level), LSE))
        if proof.label.startswith("runtime.goarm"):
            assert data[proof.offset] == int(proof.value)


@pytest.mark.wide
def test_goarm_is_the_byte_that_lief_finds_too(samples: Samples):
    for level in "567":
        sample = samples[f"hello-linux-arm-go1.27-goarm-{level}"]
        binary = lief.ELF.parse(io.BytesIO(sample.path.read_bytes()))
        values = [binary.get_content_from_virtual_address(binary.get_symbol(name).value, 1)[0]
                  for name in ("runtime.goarm", "runtime.goarmsoftfp")]  # fmt: skip
        proofs = build_of(sample.path).proofs["microarch"]
        assert [int(proof.value) for proof in proofs] == values


def rule_on(path: Path, **levels: str) -> Status:
    declared = {key: Declared(value, "option") for key, value in levels.items()}
    return outcomes_of(path, Intent(microarch=declared))["wrong-microarch"].status


@pytest.mark.wide
def test_the_rule_on_each_level(samples: Samples):
    for name, key, right, wrong in (
        ("hello-linux-amd64-go1.27-goamd64-v3", "GOAMD64", "v3", "v1"),
        ("hello-windows-amd64-go1.27-goamd64-v3", "GOAMD64", "v3", "v2"),
        ("hello-linux-arm-go1.27-goarm-6", "GOARM", "6", "7"),
        ("hello-linux-arm-go1.27-goarm-5", "GOARM", "5", "5,hardfloat"),
        ("hello-linux-arm64-go1.27-goarm64-lse", "GOARM64", "v8.1", "v8.0"),
        ("hello-linux-386-go1.27-go386-softfloat", "GO386", "softfloat", "sse2"),
        ("hello-linux-mips-go1.27-gomips-softfloat", "GOMIPS", "softfloat", "hardfloat"),
    ):
        assert rule_on(samples[name].path, **{key: right}) is Status.PASS, name
        assert rule_on(samples[name].path, **{key: wrong}) is Status.FAIL, name


@pytest.mark.wide
def test_a_record_edited_to_a_lower_level_is_found_out(samples: Samples, tmp_path: Path):
    sample = samples["hello-linux-amd64-go1.27-goamd64-v3"]
    path = saved(tmp_path, "app", replaced(sample.path.read_bytes(), b"GOAMD64=v3\n", b"GOAMD64=v1\n"))
    outcome = outcomes_of(path)["record-contradicts-binary"]
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.ERROR)
    assert outcome.message == "GOAMD64=v1 is recorded, but the program is built for v3"
    assert rule_on(path, GOAMD64="v1") is Status.FAIL
    assert rule_on(path, GOAMD64="v3") is Status.PASS


@pytest.mark.parametrize("name", ["uses-linux-amd64-go1.27", "uses-windows-amd64-go1.27", "uses-darwin-amd64-go1.27"])
def test_a_message_that_the_program_only_carries_proves_nothing(name, samples: Samples, tmp_path: Path):
    sample = samples[name]
    binary = lief.parse(str(sample.path))
    section = next(s for s in binary.sections if s.name in {".rodata", ".rdata", "__rodata"})
    data = sample.path.read_bytes()
    # Over a text of the standard library that no header or table needs.
    at = data.index(b"invalid", section.offset)
    assert at < section.offset + section.size
    build = build_of(saved(tmp_path, "app", put(data, at, MESSAGE)))
    assert not isinstance(build.observed.microarch, Unknown)
    assert "GOAMD64" not in build.observed.microarch
    assert "microarch" not in build.proofs


@pytest.mark.wide
def test_a_start_up_code_that_points_elsewhere_proves_nothing(samples: Samples, tmp_path: Path):
    data = samples["hello-linux-amd64-go1.27-goamd64-v3"].path.read_bytes()
    at = data.index(bytes.fromhex("488944240848c744241054000000")) - 4
    (operand,) = struct.unpack_from("<i", data, at)
    moved = saved(tmp_path, "app", put(data, at, struct.pack("<i", operand + 1)))
    assert build_of(moved).observed.microarch == {}


def test_an_abi_flag_against_the_code_proves_nothing(samples: Samples, tmp_path: Path):
    sample = samples["hello-linux-mips-go1.27"]
    (flag, _) = build_of(sample.path).proofs["microarch"]
    assert sample.path.read_bytes()[flag.offset] == 1
    assert build_of(saved(tmp_path, "app", put(sample.path.read_bytes(), flag.offset, b"\3"))).observed.microarch == {}
