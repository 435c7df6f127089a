"""Damaged real programs: nothing but rows and reports comes out, in bounded time and memory.

Bounds are those a user may rely on: 2 s of processor time and 300 MiB for any one file of this size.
"""

from __future__ import annotations

import json
import resource
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats import Window
from inspector.cli import main
from inspector.model import FileReport, Skipped
from inspector.pipeline import Options, inspect_artifact
from inspector.rules import select
from inspector.sources import Artifact, Place
from tests.build.elf import DYN, EXEC, PT_NOTE, Elf
from tests.real.edited import without_section_headers
from tests.samples import Samples

NAMES = [
    "hello-linux-amd64-go1.27",
    "hello-linux-mips-go1.27",
    "uses-linux-amd64-go1.27-glibc",
    "hello-windows-386-go1.27",
    "hello-windows-amd64-go1.27",
    "hello-darwin-arm64-go1.27",
    "hello-darwin-amd64-go1.27",
    "hello-aix-ppc64-go1.27",
    "hello-plan9-386-go1.27",
    "hello-plan9-amd64-go1.27",
]
BARE = " without section headers"
BARE_NAMES = [name + BARE for name in ("hello-linux-mips-go1.27", "uses-linux-amd64-go1.27-glibc")]
WASM = "hello-wasip1-wasm-go1.27"  # reads ten times as long as the others: not for every word of the header
OPTIONS = Options(rules=select())
SECONDS, MEBIBYTES = 2, 300


def program(name: str, samples: Samples) -> bytes:
    data = samples[name.removesuffix(BARE)].path.read_bytes()
    return without_section_headers(data, cut=True) if name.endswith(BARE) else data


def inspect_bytes(data: bytes) -> None:
    """Inspect bytes as a file; assert that what comes out is whole, and the bounds."""
    artifact = Artifact(place=Place("app", True, "app", ()), window=Window.of_bytes(data), mode=0o755)
    start, peak = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    met = list(inspect_artifact(artifact, OPTIONS))
    assert time.process_time() - start < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak < MEBIBYTES * 1024
    assert met
    for row in met:
        assert not isinstance(row, Skipped) or "\n" not in row.reason
    for image in (image for one in met if isinstance(one, FileReport) for image in one.images):
        crashed = [outcome.message for outcome in image.outcomes if outcome.status == "error"]
        assert not crashed, crashed


# Where a flipped byte does the most: the headers, and the tables they lead to.
place = st.one_of(st.integers(0, 4096), st.floats(0, 1))
damage = st.lists(st.tuples(place, st.binary(min_size=1, max_size=16)), min_size=1, max_size=12)


@pytest.mark.parametrize("name", [*NAMES, *BARE_NAMES, WASM])
def test_flipped_bytes(name: str, samples: Samples):
    original = program(name, samples)

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(damage)
    def check(edits):
        data = bytearray(original)
        for where, what in edits:
            at = where if isinstance(where, int) else int(where * (len(data) - 1))
            data[at : at + len(what)] = what
        inspect_bytes(bytes(data))

    check()


@pytest.mark.parametrize("name", [*NAMES, *BARE_NAMES])
def test_every_header_word_set_to_extremes(name: str, samples: Samples):
    original = program(name, samples)
    for at in range(0, 640, 4):
        for extreme in (b"\xff\xff\xff\xff", b"\0\0\0\0"):
            data = bytearray(original)
            data[at : at + 4] = extreme
            inspect_bytes(bytes(data))


@pytest.mark.parametrize("name", [*NAMES, *BARE_NAMES, WASM])
def test_a_table_of_any_kind_filled_with_one_byte(name: str, samples: Samples):
    original = program(name, samples)
    step = len(original) // 16
    for start in range(0, len(original), step):
        for byte in (b"\xff", b"\0", b"\x08"):
            inspect_bytes(original[:start] + byte * step + original[start + step :])


LOOK_ALIKES = {
    "tables": b"\xf1\xff\xff\xff\0\0\1\x08" + (8).to_bytes(8, "little") * 8,
    "old tables": b"\xfb\xff\xff\xff\0\0\1\x08" + (1).to_bytes(8, "little") * 3,
    "pointers": (0x401000).to_bytes(8, "little") * 2,
    "versions": b"go1.8.3\0" + (0x401008).to_bytes(8, "little") + (7).to_bytes(8, "little"),
    "records": b"\xff Go buildinf:\x08\0" + (0x401010).to_bytes(8, "little") * 2,
    "notes": (4).to_bytes(4, "little") * 2 + (3).to_bytes(4, "little") + b"GNU\0" + bytes(4),
}


@pytest.mark.parametrize("kind", LOOK_ALIKES)
@pytest.mark.parametrize("relocated", [False, True], ids=["plain", "relocated"])
def test_an_elf_file_of_nothing_but_look_alikes(kind: str, relocated: bool):
    elf = Elf(type=DYN if relocated else EXEC)
    unit = LOOK_ALIKES[kind]
    at = elf.add(unit * ((4 << 20) // len(unit)))
    elf.program(PT_NOTE, at, len(unit), align=4)
    if relocated:  # the data is the table of relocations as well
        elf.dynamic([(7, elf.base + at), (8, 4 << 20)])
    elf.load_all()
    inspect_bytes(elf.build())


def test_the_json_of_a_damaged_file_is_valid(samples: Samples, tmp_path: Path, capsysbinary):
    # Both copies of the module text, the runtime's and the record's.
    data = samples["hello-linux-amd64-go1.27"].path.read_bytes()
    file = tmp_path / "app"
    file.write_bytes(data.replace(b"path\texample", b"path\t\x1b[31m\xff\xfe"))
    main(["-f", "json", str(file)])
    printed = capsysbinary.readouterr().out
    assert b"\x1b" not in printed
    (image,) = json.loads(printed)["files"][0]["images"]
    assert image["recorded"]["path"].startswith("\x1b[31m\\xff\\xfe")
