"""Each sample is what its name claims, by `go version -m`, lief and its own bytes, never by this product.

A sample that silently lacked its property would let every test that leans on it pass for nothing.
"""

import hashlib
import platform
import re
import subprocess
import sys
from pathlib import Path

import lief
import pytest

from scripts.sample_manifest import load
from tests.real.variants import VARIANTS, Built
from tests.samples import Sample, Samples


@pytest.fixture
def built(sample: Sample, samples: Samples) -> Built:
    return Built(sample, samples)


def test_bytes_are_the_indexed_ones(sample: Sample):
    assert hashlib.sha256(sample.path.read_bytes()).hexdigest() == sample.sha256


def test_record_is_what_was_asked(built: Built):
    sample = built.sample
    assert built.version == f"go{sample.go}"
    assert built.path == f"example.com/{sample.program}"
    assert (built.settings["GOOS"], built.settings["GOARCH"]) == (sample.goos, sample.goarch)
    assert built.settings["CGO_ENABLED"] == ("1" if sample.cc else "0")
    for key, value in sample.env.items():
        assert built.settings[key] == value


def test_name_is_made_of_the_facts(sample: Sample):
    minor = ".".join(sample.go.split(".")[:2])
    stem = f"{sample.program}-{sample.goos}-{sample.goarch}-go{minor}"
    assert sample.name == (f"{stem}-{sample.variant}" if sample.variant else stem)


def test_format_and_width_are_the_ports(built: Built):
    sample = built.sample
    formats = {"windows": lief.Binary.FORMATS.PE, "darwin": lief.Binary.FORMATS.MACHO}
    assert built.binary.format == formats.get(sample.goos, lief.Binary.FORMATS.ELF)
    narrow = sample.goarch in {"386", "arm", "mips", "mipsle"}
    assert built.binary.abstract.header.is_32 is narrow
    big_endian = sample.goarch in {"s390x", "ppc64", "mips", "mips64"}
    assert (built.binary.abstract.header.endianness == lief.Header.ENDIANNESS.BIG) is big_endian


def test_payload_is_where_it_should_be(built: Built, samples: Samples):
    sample = built.sample
    if sample.program not in {"embed", "embedbytes"}:
        assert sample.payload is None
        return
    inner = samples[sample.payload]
    assert (inner.port, inner.go, inner.cgo_enabled) != (sample.port, sample.go, sample.cgo_enabled)
    offset = sample.path.read_bytes().find(inner.path.read_bytes())
    assert offset > 0
    assert _is_writable(built.binary, offset) is (sample.program == "embedbytes")


def _is_writable(binary: lief.Binary, offset: int) -> bool:
    if isinstance(binary, lief.PE.Binary):
        (section,) = [s for s in binary.sections if s.offset <= offset < s.offset + s.sizeof_raw_data]
        return section.has_characteristic(lief.PE.Section.CHARACTERISTICS.MEM_WRITE)
    if isinstance(binary, lief.MachO.Binary):
        (segment,) = [s for s in binary.segments if s.file_offset <= offset < s.file_offset + s.file_size]
        return bool(segment.init_protection & 2)
    # By section: lief's enum of segment types warns of openbsd's own (PT_OPENBSD_NOBTCFI).
    kinds = lief.ELF.Section.TYPE
    (section,) = [s for s in binary.sections if s.type != kinds.NOBITS and s.offset <= offset < s.offset + s.size]
    return lief.ELF.Section.FLAGS.WRITE in section


def test_variant_took(built: Built):
    for check in VARIANTS[built.sample.variant]:
        check(built)


def test_no_other_sample_shows_a_microarchitecture_text(built: Built):
    """The two texts are proof of a level only if a baseline has neither."""
    if built.sample.variant not in {"goamd64-v3", "goarm64-lse"}:
        assert b"microarchitecture support" not in built.bytes
        assert b"processors with LSE support" not in built.bytes


def test_every_variant_of_the_manifest_has_a_check():
    assert {spec.variant for spec in load().specs} == set(VARIANTS)


@pytest.mark.wide
def test_linux_amd64_samples_run(samples: Samples):
    """On the machine the wider tier is for, what can start there starts and says what its source says."""
    assert (sys.platform, platform.machine()) == ("linux", "x86_64")
    ran = set()
    for sample in samples:
        if sample.port != "linux/amd64" or sample.path.suffix == ".so" or sample.variant in ("musl", "musl-gcc"):
            continue
        done = subprocess.run([sample.path], capture_output=True, text=True, timeout=30, check=True)
        assert _expected(sample).search(done.stdout), (sample.name, done.stdout)
        ran.add(sample.program)
    assert ran == {"hello", "uses", "tz", "cgo", "embed", "embedbytes"}


def _expected(sample: Sample) -> re.Pattern[str]:
    texts = {
        "hello": r"^hello from linux/amd64\n$",
        "uses": r"^user: .*\nzone: .*\nlookpath: ok .*\nnet: ok 127\.0\.0\.1:443\n$",
        "tz": r"^zone: ok Asia/Shanghai\n$",
        "cgo": r"^cgo: 42\n$",
        "embed": r"^payload: \d{7} bytes\n$",
        "embedbytes": r"^payload: \d{7} bytes\n$",
    }
    return re.compile(texts[sample.program])


def test_programs_need_no_module_and_old_go():
    sources = Path(__file__).parents[2] / "samples" / "src"
    for name in {spec.program for spec in load().specs}:
        text = (sources / name / "go.mod").read_text(encoding="utf-8")
        assert text == f"module example.com/{name}\n\ngo 1.21\n"
