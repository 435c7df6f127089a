"""Self-hash, page hashes and PE checksum of real programs, against the go command and pefile.

`go tool buildid FILE` prints the ID that is in a file, `go tool buildid -w FILE` writes the one its bytes call for:
what it writes must be what we compute, before for the changed file and after for the finished one.
"""

import hashlib
import io
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import lief
import pefile
import pytest

import formats
from formats import Image, Window
from formats.image import MachoNative
from inspector.facts.buildid import BuildIds, build_ids
from inspector.facts.digests import Digests, ImageDigests, digest
from scripts.sample_manifest import default_cache
from scripts.toolchains import build_environment
from tests.build import macho
from tests.samples import Sample, Samples

NEWEST = "1.27.3"
CHANGED = ("uses-linux-amd64-go1.27", "hello-linux-s390x-go1.27", "uses-linux-amd64-go1.27-glibc",
           "uses-windows-386-go1.21", "hello-darwin-amd64-go1.27", "uses-darwin-arm64-go1.27")  # fmt: skip


def read(path: Path) -> tuple[tuple[Image, ...], list[BuildIds], Digests]:
    with path.open("rb") as file:
        window = Window.of_file(file)
        images = formats.read(window)
        ids = [build_ids(image) for image in images]
        return images, ids, digest(window, images, ids)


def one(path: Path) -> tuple[Image, BuildIds, ImageDigests]:
    (image,), (ids,), digests = read(path)
    return image, ids, digests.images[0]


BuildId = Callable[..., str]


@pytest.fixture(scope="module")
def buildid(samples: Samples) -> BuildId:
    """`go tool buildid` of the newest Go."""
    environment = {**os.environ, **build_environment(default_cache(), NEWEST)}

    def run(*arguments: object) -> str:
        command = [samples.go(NEWEST), "tool", "buildid", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    return run


def has_mixed_notes(sample: Sample) -> bool:
    """Where mold linked, notes of two alignments share a segment, and Go's own reader takes another one for the ID."""
    return "mold" in (sample.variant or "").split("-")


def id_by_section(sample: Sample) -> str:
    binary = lief.ELF.parse(io.BytesIO(sample.path.read_bytes()))
    return bytes(binary.get_section(".note.go.buildid").content)[16:].rstrip(b"\0").decode()


def test_every_sample(sample: Sample, buildid: BuildId):
    _, ids, found = one(sample.path)
    assert (ids.go or "") == (id_by_section(sample) if has_mixed_notes(sample) else buildid(sample.path))
    without_id = "-ldflags=-buildid=" in sample.flags or sample.way == "tools"
    expected = "unverifiable" if without_id else "pristine"
    assert found.pristine == expected
    assert read(sample.path)[2].sha256 == sample.sha256


def test_the_toolchains_own_programs(samples: Samples):
    folder = samples.go(NEWEST).parent.parent
    for path in [*sorted((folder / "bin").iterdir()), folder / "pkg" / "tool" / "linux_amd64" / "compile"]:
        assert one(path)[2].pristine == "pristine", path


def in_the_middle(path: Path) -> int:
    """The offset of a byte of code: changing it leaves headers, tables and notes alone."""
    (image,) = formats.read(Window.of_bytes(path.read_bytes()))
    code = next(s for s in image.segments if s.executable)
    return code.offset + code.file_size // 2


@pytest.mark.parametrize("name", CHANGED)
def test_a_changed_file_calls_for_the_hash_that_go_writes(name, samples: Samples, buildid: BuildId, tmp_path: Path):
    path = tmp_path / name
    shutil.copyfile(samples[name].path, path)
    data = bytearray(path.read_bytes())
    data[in_the_middle(path)] ^= 0x5A
    path.write_bytes(data)
    _, ids, found = one(path)
    assert found.pristine == "modified"
    (proof,) = found.proofs["pristine"]
    assert data[proof.offset :].startswith(ids.go.encode())
    buildid("-w", path)
    written = buildid(path)
    assert written != ids.go
    assert proof.value.endswith(written[-20:])
    _, ids, found = one(path)
    assert (ids.go, found.pristine) == (written, "pristine")


def test_bytes_added_at_the_end_and_cut_inside_the_last_page(samples: Samples, buildid: BuildId, tmp_path: Path):
    for name in ("hello-linux-amd64-go1.27", "hello-windows-amd64-go1.27", "hello-darwin-arm64-go1.27"):
        path = tmp_path / name
        data = samples[name].path.read_bytes()
        path.write_bytes(data + b"!")
        (proof,) = one(path)[2].proofs["pristine"]
        assert one(path)[2].pristine == "modified"
        buildid("-w", path)
        assert proof.value.endswith(buildid(path)[-20:])


def test_ids_against_lief(samples: Samples):
    for sample in samples:
        image, ids, _ = one(sample.path)
        if isinstance(image.native, MachoNative):
            other = lief.MachO.parse(str(sample.path)).at(0)
            uuid = bytes(other.uuid.uuid).hex() if other.has_uuid else None
            assert (image.native.uuid and image.native.uuid.replace("-", "").lower()) == uuid, sample.name
            if uuid:
                start, size = ids.host
                assert sample.path.read_bytes()[start : start + size].hex() == uuid
        elif sample.format == "elf":
            other = lief.ELF.parse(io.BytesIO(sample.path.read_bytes()))
            notes = {note.name: bytes(note.description) for note in other.notes if note.original_type == 3}
            theirs = notes.get("GNU")
            if theirs is not None and image.byteorder == "big":  # lief swaps the descriptor's 32-bit words there
                theirs = b"".join(theirs[at : at + 4][::-1] for at in range(0, len(theirs), 4))
            assert ids.gnu == (theirs and theirs.hex()), sample.name


# --- Mach-O -----------------------------------------------------------------------------------------------


def arm64(samples: Samples) -> list[Sample]:
    found = [sample for sample in samples if sample.port == "darwin/arm64"]
    assert found
    return found


def test_every_page_of_gos_signature_fits_and_a_changed_one_is_named(samples: Samples, tmp_path: Path):
    for sample in arm64(samples):
        image, _, found = one(sample.path)
        assert found.macho_signature.state == "valid", sample.name
        assert found.macho_signature.bad_pages == ()
        data = bytearray(sample.path.read_bytes())
        signature = image.native.signature
        pages = [0, 3, (signature.code_limit - 1) // signature.page_size]
        for page in pages[1:]:
            data[min(page * signature.page_size + 17, signature.code_limit - 1)] ^= 1
        data[signature.directory_offset + 44 + 44 + len("a.out\0")] ^= 1  # the first hash itself
        path = tmp_path / sample.name
        path.write_bytes(data)
        _, _, found = one(path)
        assert found.macho_signature.state == "broken"
        assert found.macho_signature.bad_pages == tuple(pages)
        assert [proof.offset for proof in found.proofs["macho.signature"]] == [p * 4096 for p in pages]
        # Page by page, without any of our readers.
        slots = [data[i : i + 32] for i in range(signature.directory_offset + 94, len(data), 32)]
        whole = bytes(data[: signature.code_limit])
        hashes = [hashlib.sha256(whole[at : at + 4096]).digest() for at in range(0, len(whole), 4096)]
        ours = [page for page, (mine, slot) in enumerate(zip(hashes, slots, strict=False)) if mine != slot]
        assert ours == pages


def test_gos_own_signing_after_a_rewrite(samples: Samples, buildid: BuildId, tmp_path: Path):
    path = tmp_path / "app"
    shutil.copyfile(samples["hello-darwin-arm64-go1.27"].path, path)
    at = in_the_middle(path)
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    assert one(path)[2].macho_signature.bad_pages == (at // 4096,)
    buildid("-w", path)
    assert one(path)[2].macho_signature.state == "valid"


def test_a_universal_file(samples: Samples, tmp_path: Path):
    intel = samples["hello-darwin-amd64-go1.27"].path.read_bytes()
    arm = samples["uses-darwin-arm64-go1.27"].path.read_bytes()
    data = bytearray(macho.fat((macho.X86_64, 3, intel), (macho.ARM64, 0, arm)))
    path = tmp_path / "app"
    path.write_bytes(data)
    _, _, digests = read(path)
    assert digests.sha256 == hashlib.sha256(data).hexdigest()
    assert [image.pristine for image in digests.images] == ["pristine", "pristine"]
    assert [image.macho_signature.state for image in digests.images] == ["absent", "valid"]
    start = data.index(arm)
    data[start + 5 * 4096 + 1] ^= 1
    path.write_bytes(data)
    first, second = read(path)[2].images
    assert (first.pristine, second.pristine) == ("pristine", "modified")
    (page,) = second.proofs["macho.signature"]
    assert page.offset == start + 5 * 4096


# --- PE ---------------------------------------------------------------------------------------------------


def test_the_pe_checksum_is_what_pefile_computes(samples: Samples):
    """On the smallest samples: pefile takes a second for each 4 MB."""
    files = sorted((s for s in samples if s.goos == "windows"), key=lambda s: s.path.stat().st_size)
    assert len(files) > 2
    for sample in files[:3]:
        found = one(sample.path)[2].pe_checksum
        with pefile.PE(str(sample.path), fast_load=True) as other:
            assert found.computed == other.generate_checksum(), sample.name
            assert found.stored == other.OPTIONAL_HEADER.CheckSum


def by_gnu_ld(sample: Sample) -> bool:
    """Whether GNU ld linked it: the others are Go's own linker, version 3.0, and zig's lld."""
    with pefile.PE(str(sample.path), fast_load=True) as other:
        return sample.cc == "mingw" and other.OPTIONAL_HEADER.MajorLinkerVersion != 3


def test_gos_linker_and_lld_leave_it_absent(samples: Samples):
    for sample in samples:
        if sample.goos == "windows" and not by_gnu_ld(sample):
            assert one(sample.path)[2].pe_checksum.state == "absent", sample.name


@pytest.mark.wide
def test_gnu_lds_is_stale_until_someone_else_writes(samples: Samples, tmp_path: Path):
    files = [sample for sample in samples if sample.goos == "windows" and by_gnu_ld(sample)]
    assert {(sample.goarch, sample.minor) for sample in files} >= {
        ("386", (1, 27)),
        ("amd64", (1, 27)),
        ("amd64", (1, 23)),
    }
    for sample in files:
        assert one(sample.path)[2].pe_checksum.state == "stale", sample.name
        data = bytearray(sample.path.read_bytes())
        data[in_the_middle(sample.path)] ^= 1
        path = tmp_path / sample.name
        path.write_bytes(data)
        assert one(path)[2].pe_checksum.state == "mismatch", sample.name
        with pefile.PE(data=bytes(data), fast_load=True) as other:
            other.OPTIONAL_HEADER.CheckSum = other.generate_checksum()
            other.write(str(path))
        assert one(path)[2].pe_checksum.state == "valid", sample.name
