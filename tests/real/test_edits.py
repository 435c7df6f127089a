"""What changed a real program, told after the change; each edit made by the tool that makes it in a release."""

import struct
import subprocess
from pathlib import Path

import pytest

from inspector.model import Edit, Status
from tests.real.edited import flipped, put, saved, stamped
from tests.real.indexes import member, npm
from tests.real.inspected import build_of, outcomes_of
from tests.samples import Sample, Samples

APPENDED = b"What an installer adds to its stub.\n" * 100


def edit(path: Path) -> Edit | None:
    build = build_of(path)
    assert build.observed.pristine == "modified"
    return build.traits.edit


def told(path: Path) -> str:
    outcome = outcomes_of(path)["modified-after-link"]
    assert outcome.status is Status.FAIL
    return outcome.message


def appendable(sample: Sample) -> bool:
    """Formats whose headers say where the file ends, and files that the go command wrote a hash into."""
    return sample.goos != "aix" and sample.variant not in {"nobuildid", "tools"}


def test_data_appended_to_any_sample(sample: Sample, tmp_path: Path):
    if sample.goarch == "wasm":
        return  # what follows its last section is no WebAssembly any more
    changed = edit_or_none(saved(tmp_path, sample.path.name, sample.path.read_bytes() + APPENDED))
    expected = Edit(kind="appended", what="3,600 bytes were appended") if appendable(sample) else None
    assert changed == expected


def edit_or_none(path: Path) -> Edit | None:
    return build_of(path).traits.edit


def test_it_is_told_as_proven(samples: Samples, tmp_path: Path):
    path = saved(tmp_path, "app", samples["hello-linux-amd64-go1.27"].path.read_bytes() + bytes(1024))
    assert told(path) == "changed after linking, and only so: 1,024 bytes were appended"


@pytest.mark.parametrize("name", ["hello-linux-amd64-go1.27", "uses-windows-386-go1.27", "hello-darwin-arm64-go1.27"])
def test_another_change_beside_it_is_not_explained(name, samples: Samples, tmp_path: Path):
    data = samples[name].path.read_bytes()
    assert edit(saved(tmp_path, "app", flipped(data, len(data) // 3) + APPENDED)) is None
    assert edit(saved(tmp_path, "other", flipped(data, len(data) // 3))) is None


def test_a_checksum_that_was_set(samples: Samples, tmp_path: Path):
    data = samples["hello-windows-amd64-go1.27"].path.read_bytes()
    assert edit(saved(tmp_path, "app.exe", stamped(data))) == Edit(kind="checksum", what="its CheckSum was set")
    both = saved(tmp_path, "both.exe", stamped(data + APPENDED))
    assert edit(both) == Edit(kind="appended", what="its CheckSum was set, and 3,600 bytes were appended")


@pytest.mark.parametrize("name", ["uses-linux-amd64-go1.27", "uses-windows-386-go1.27", "uses-darwin-arm64-go1.27"])
def test_one_copy_of_the_settings_edited(name, samples: Samples, tmp_path: Path):
    data = samples[name].path.read_bytes()
    blob = data.index(b"\xff Go buildinf:")
    first, second = data.index(b"CGO_ENABLED=0\n"), data.rindex(b"CGO_ENABLED=0\n")
    assert first < second
    info, runtime = (first, second) if first > blob else (second, first)
    assert edit(saved(tmp_path, "info", put(data, info, b"CGO_ENABLED=1\n"))) == Edit(
        kind="record", what="the settings in its build info were edited"
    )
    assert edit(saved(tmp_path, "runtime", put(data, runtime, b"CGO_ENABLED=1\n"))) == Edit(
        kind="record", what="the settings that the program itself reads were edited"
    )


@pytest.mark.parametrize("name", ["uses-linux-amd64-go1.27", "uses-windows-386-go1.27", "uses-darwin-arm64-go1.27"])
def test_another_version_in_the_build_info(name, samples: Samples, tmp_path: Path):
    data = samples[name].path.read_bytes()
    at = data.index(b"\x08go1.27.3", data.index(b"\xff Go buildinf:"))
    path = saved(tmp_path, "app", put(data, at, b"\x08go1.26.9"))
    assert edit(path) == Edit(kind="record", what="the Go version in its build info was edited")


# --- Mach-O signatures -------------------------------------------------------------------------------------

RESIGNED = [
    ("@typescript/native-preview-darwin-arm64@7.0.0-dev.20260707.2", "it was signed again, as tsgo"),
    ("@typescript/native-preview-darwin-x64@7.0.0-dev.20260707.2", "it was signed, as tsgo"),
]


@pytest.mark.wide
@pytest.mark.parametrize(("package", "what"), RESIGNED)
def test_programs_that_microsoft_signs_for_macos(package, what, tmp_path: Path):
    path = published(package, "package/lib/tsgo", tmp_path)
    assert edit(path) == Edit(kind="signature", what=what)


def published(package: str, path: str, folder: Path) -> Path:
    data, _ = member(npm(package), path)
    return saved(folder, Path(path).name, data)


def commands(data: bytes) -> dict[int, int]:
    """The place of the load commands of a thin 64-bit Mach-O, by number; of segments the last, __LINKEDIT."""
    found, at = {}, 32
    for _ in range(struct.unpack_from("<I", data, 16)[0]):
        number, size = struct.unpack_from("<2I", data, at)
        found[number] = at
        at += size
    return found


def grown(data: bytes, start: int, size: int) -> bytes:
    """A signature of another size, and __LINKEDIT that holds it, its size in memory whole pages as codesign has it."""
    places = commands(data)
    segment = places[0x19]
    assert data[segment + 8 : segment + 24].rstrip(b"\0") == b"__LINKEDIT"
    (offset,) = struct.unpack_from("<Q", data, segment + 40)
    length = start + size - offset
    data = put(data, segment + 32, struct.pack("<Q", -(-length // 0x4000) * 0x4000))
    data = put(data, segment + 48, struct.pack("<Q", length))
    data = put(data, places[0x1D], struct.pack("<4I", 0x1D, 16, start, size))
    return data[:start].ljust(start, b"\0") + b"\xfa\xde\x0c\xc0" + bytes(size - 4)


@pytest.mark.parametrize("name", ["hello-darwin-arm64-go1.27", "uses-darwin-arm64-go1.27-stripped"])
def test_a_signature_of_another_size(name, samples: Samples, tmp_path: Path):
    data = samples[name].path.read_bytes()
    start, size = struct.unpack_from("<2I", data, commands(data)[0x1D] + 8)
    assert start + size == len(data)
    path = saved(tmp_path, "app", grown(data, start, size + 0x2345))
    assert edit(path).kind == "signature"


@pytest.mark.parametrize(
    "name",
    ["hello-darwin-amd64-go1.27", pytest.param("uses-darwin-amd64-go1.27-stripped", marks=pytest.mark.wide)],
)
def test_a_signature_where_the_linker_makes_none(name, samples: Samples, tmp_path: Path):
    data = samples[name].path.read_bytes()
    count, size = struct.unpack_from("<2I", data, 16)
    assert not any(data[32 + size : 48 + size])
    data = put(data, 32 + size, struct.pack("<4I", 0x1D, 16, 0, 0))
    data = put(data, 16, struct.pack("<2I", count + 1, size + 16))
    path = saved(tmp_path, "app", grown(data, -(-len(data) // 16) * 16, 0x4000))
    assert edit(path).kind == "signature"


# --- tools -------------------------------------------------------------------------------------------------


@pytest.mark.wide
@pytest.mark.parametrize(
    "name",
    ["uses-windows-amd64-go1.21", "hello-windows-arm64-go1.27", "uses-windows-386-go1.27-stripped",
     "cgo-windows-amd64-go1.27-mingw", "cgo-windows-386-go1.27-mingw", "cgo-windows-amd64-go1.23-mingw",
     "cgo-windows-amd64-go1.27-zig", "hello-windows-amd64-go1.27-mingw-race"],
)  # fmt: skip
def test_authenticode_by_osslsigncode(name, samples: Samples, tmp_path: Path):
    key, certificate, path = tmp_path / "key.pem", tmp_path / "certificate.pem", tmp_path / "app.exe"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Example",
         "-keyout", key, "-out", certificate], check=True, capture_output=True,
    )  # fmt: skip
    command = ["osslsigncode", "sign", "-certs", certificate, "-key", key, "-in", samples[name].path, "-out", path]
    subprocess.run(command, check=True, capture_output=True)
    assert edit(path) == Edit(kind="authenticode", what="an Authenticode signature was added")


@pytest.mark.wide
def test_a_program_that_microsoft_signs_for_windows(tmp_path: Path):
    package = "@typescript/native-preview-win32-x64@7.0.0-dev.20260707.2"
    path = published(package, "package/lib/tsgo.exe", tmp_path)
    assert told(path) == "changed after linking, and only so: an Authenticode signature was added"


@pytest.mark.wide
@pytest.mark.parametrize(
    "name", ["uses-linux-amd64-go1.27", "uses-linux-amd64-go1.21-stripped", "hello-linux-386-go1.27"]
)
@pytest.mark.parametrize(
    ("tool", "cause"),
    [
        (["strip"], "probably its symbols were stripped"),
        (["objcopy", "--strip-all"], "probably its symbols were stripped"),
        (["objcopy", "--strip-debug"], "its section headers were written anew, as objcopy and patchelf do"),
    ],
)
def test_strip_and_objcopy_are_likely_and_not_proven(name, tool, cause, samples: Samples, tmp_path: Path):
    path = saved(tmp_path, "app", samples[name].path.read_bytes())
    subprocess.run([*tool, path], check=True)
    assert edit(path) is None
    if "stripped" in name:  # there was nothing to keep
        cause = "probably its symbols were stripped"
    assert told(path) == f"changed after linking: {cause}"
