"""What a sample records, by other means than this product, in the layout of `go version -m`."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.samples import Sample, Samples

NEWEST_GO = "1.27.3"
PLAN9_READER = "1.21.13"
"""Newer ones look for the record at aligned offsets only, where a Plan 9 file need not have it (cmd/go of 1.24)."""

FRAME = (bytes.fromhex("3077af0c9274080241e1c107e6d618e6"), bytes.fromhex("f932433186182072008242104116d8f2"))
"""The 16 bytes before and after the recorded text (cmd/go/internal/modload.ModInfoProg)."""


def go_version_m(go: Path, file: Path) -> str:
    """What the go command prints for a file, without the file's name."""
    done = subprocess.run([go, "version", "-m", file], capture_output=True, text=True, check=True)
    return done.stdout.removeprefix(f"{file}: ")


def recorded(sample: Sample, samples: Samples) -> str:
    """The record of a sample: by the go command where there is one that reads such a file, else by its frame."""
    if sample.format == "wasm" or (sample.format == "xcoff" and "stripped" in (sample.variant or "")):
        return framed(sample)
    reader = PLAN9_READER if sample.format == "plan9" else NEWEST_GO
    return go_version_m(samples.go(reader), sample.path)


def framed(sample: Sample) -> str:
    """The text between the frame's two halves, found in the plain bytes of the file."""
    data = sample.path.read_bytes()
    start, end = (re.escape(half) for half in FRAME)
    texts = {found[1].decode() for found in re.finditer(start + b"(.*?)" + end, data, re.DOTALL)}
    # A sample may carry another program, whose text is there as well.
    (text,) = (text for text in texts if text.startswith(f"path\texample.com/{sample.program}\n"))
    version = _producer(data) if sample.format == "wasm" else f"go{sample.go}"
    return f"{version}\n" + "".join(f"\t{line}\n" for line in text.splitlines())


def _producer(data: bytes) -> str:
    """The Go version of the custom section `producers`: names and values with a length before each."""
    (found,) = re.findall(rb"\x0eGo cmd/compile.(go1[.\d]+|devel[^\0]+)", data, re.DOTALL)
    return found.decode()
