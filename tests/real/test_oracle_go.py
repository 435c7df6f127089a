"""The record against `go version -m` of the newest Go, on every sample and on the toolchain's own programs."""

import subprocess
from pathlib import Path

import formats
from formats import Window
from inspector.facts.buildinfo import read_build_info
from inspector.model import Recorded
from tests.samples import Sample, Samples

NEWEST = "1.27.3"


def go_version_m(go: Path, file: Path) -> str:
    """What the go command prints for a file, without the file's name."""
    done = subprocess.run([go, "version", "-m", file], capture_output=True, text=True, check=True)
    return done.stdout.removeprefix(f"{file}: ")


def as_go_prints(record: Recorded) -> str:
    """The record in the layout of `go version -m` (cmd/go/internal/version and debug.BuildInfo.String)."""
    lines = [record.go_version]
    if record.path:
        lines.append(f"\tpath\t{record.path}")
    for kind, module in [("mod", record.main), *(("dep", dep) for dep in record.deps)]:
        if module is None:
            continue
        lines.append(f"\t{kind}\t{module.path}\t{module.version or ''}\t{module.sum or ''}")
        if module.replace:
            new = module.replace
            lines[-1] = f"\t{kind}\t{module.path}\t{module.version or ''}"
            lines.append(f"\t=>\t{new.path}\t{new.version or ''}\t{new.sum or ''}")
    lines += [f"\tbuild\t{key}={quoted(value)}" for key, value in record.settings.items()]
    return "\n".join(lines) + "\n"


def quoted(value: str) -> str:
    """strconv.Quote where the go command uses it (debug.quoteValue): blanks and quotes."""
    if not any(c in value for c in ' \t\r\n"`'):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


def record_of(path: Path) -> Recorded:
    with path.open("rb") as file:
        (image, *_) = formats.read(Window.of_file(file))
        return read_build_info(image).recorded


def test_every_sample(sample: Sample, samples: Samples):
    assert as_go_prints(record_of(sample.path)) == go_version_m(samples.go(NEWEST), sample.path)


def test_the_toolchains_own_programs(samples: Samples):
    go = samples.go(NEWEST)
    programs = [go, go.parent / "gofmt", *sorted((go.parent.parent / "pkg" / "tool" / "linux_amd64").iterdir())]
    assert len(programs) > 5
    for program in programs:
        assert as_go_prints(record_of(program)) == go_version_m(go, program), program
