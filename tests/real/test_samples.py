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
from tests.real.built import Built
from tests.real.variants import VARIANTS
from tests.samples import Sample, Samples

ARCHIVES = {"gcc-carchive", "mingw-carchive", "zig-carchive"}


@pytest.fixture
def built(sample: Sample, samples: Samples) -> Built:
    return Built(sample, samples)


def test_bytes_are_the_indexed_ones(sample: Sample):
    assert hashlib.sha256(sample.path.read_bytes()).hexdigest() == sample.sha256


def test_record_is_what_was_asked(built: Built):
    sample = built.sample
    assert built.version == f"go{sample.go}"
    if sample.way is not None:
        return  # what of the record is then missing is what the variant's own check says
    assert built.path == f"example.com/{sample.program}"
    assert (built.settings["GOOS"], built.settings["GOARCH"]) == (sample.goos, sample.goarch)
    assert built.settings["CGO_ENABLED"] == str(int(sample.cgo_enabled))
    for key, value in sample.env.items():
        assert built.settings[key] == value


def test_name_is_made_of_the_facts(sample: Sample):
    minor = ".".join(sample.go.split(".")[:2])
    stem = f"{sample.program}-{sample.goos}-{sample.goarch}-go{minor}"
    assert sample.name == (f"{stem}-{sample.variant}" if sample.variant else stem)


MAGICS = {
    "js/wasm": "00 61 73 6d 01 00 00 00",  # WebAssembly 1
    "wasip1/wasm": "00 61 73 6d 01 00 00 00",
    "aix/ppc64": "01 f7",  # U64_TOCMAGIC
    "plan9/386": "00 00 01 eb",  # a.out(6) of each machine
    "plan9/amd64": "00 00 8a 97",
    "plan9/arm": "00 00 06 47",
}


def test_format_and_width_are_the_ports(built: Built):
    sample = built.sample
    if built.binary is None:
        assert built.bytes.startswith(bytes.fromhex(MAGICS[sample.port]))
        return
    formats = {"pe": lief.Binary.FORMATS.PE, "macho": lief.Binary.FORMATS.MACHO, "elf": lief.Binary.FORMATS.ELF}
    assert built.binary.format == formats[sample.format]
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
    whole, payload = sample.path.read_bytes(), inner.path.read_bytes()
    if sample.format == "wasm":  # its data segments leave runs of zeros out (cmd/link/internal/wasm.writeDataSec)
        pieces = [piece for piece in payload.split(bytes(8)) if len(piece) > 64]
        assert sum(piece.strip(b"\0") in whole for piece in pieces) > 0.9 * len(pieces) > 100
        return
    offset = whole.find(payload)
    assert offset > 0
    if built.binary is not None:
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
    if built.sample.variant not in {"goamd64-v2", "goamd64-v3", "goarm64-lse", "goarm64-v8.0-lse"}:
        assert b"microarchitecture support" not in built.bytes
        assert b"processors with LSE support" not in built.bytes


def test_every_variant_of_the_manifest_has_a_check():
    assert {spec.variant for spec in load().specs} == set(VARIANTS) | ARCHIVES


@pytest.mark.wide
@pytest.mark.parametrize("name", [spec.name for spec in load().specs if spec.variant in ARCHIVES])
def test_a_c_archive_is_objects_for_a_linker(name: str, samples: Samples):
    path = samples[name].path
    assert path.read_bytes().startswith(b"!<arch>\n")
    members = subprocess.run(["ar", "t", path], capture_output=True, text=True, check=True).stdout.split()
    assert "go.o" in members
    assert len(members) > 3


@pytest.mark.wide
def test_linux_amd64_samples_run(samples: Samples):
    """On the machine the wider tier is for, what can start there starts and says what its source says."""
    assert (sys.platform, platform.machine()) == ("linux", "x86_64")
    ran = set()
    for sample in samples:
        if sample.port != "linux/amd64" or sample.path.suffix == ".so" or sample.variant in STARTS_ELSEWHERE:
            continue
        done = subprocess.run([sample.path], capture_output=True, text=True, timeout=30, check=True)
        assert re.search(EXPECTED[sample.program], done.stdout), (sample.name, done.stdout)
        ran.add(sample.program)
    assert ran == set(EXPECTED)


STARTS_ELSEWHERE = {
    "musl",  # where musl's loader is
    "musl-gcc",
    "gcc-mold-pie",  # glibc refuses DT_RELR without GLIBC_ABI_DT_RELR, which Debian 12's mold does not ask for
}
EXPECTED = {
    "hello": r"^hello from linux/amd64\n$",
    "modern": r"^hello from linux/amd64\n$",
    "uses": r"^user: .*\nzone: .*\nlookpath: ok .*\nnet: ok 127\.0\.0\.1:443\n$",
    "tz": r"^zone: ok Asia/Shanghai\n$",
    "cgo": r"^cgo: 42\n$",
    "embed": r"^payload: \d{7} bytes\n$",
    "embedbytes": r"^payload: \d{7} bytes\n$",
    "https": r"^https: true\n$",
    "replaced": r"^answer: 42\n$",
    "roots": r"^roots: (ok|error there are none)\n$",
    "sqlite": r"^sqlite: (ok|error .* This is a stub)\n$",
}


def test_programs_need_no_module_and_old_go():
    sources = Path(__file__).parents[2] / "samples" / "src"
    own_go_mod = {"export", "modern", "replaced", "sqlite"}  # go:wasmexport, GODEBUG, a replaced module
    for name in {spec.program for spec in load().specs} - own_go_mod:
        text = (sources / name / "go.mod").read_text(encoding="utf-8")
        assert text == f"module example.com/{name}\n\ngo 1.21\n"
