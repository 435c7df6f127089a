"""The record against `go version -m` of the newest Go, on every sample and on the toolchain's own programs."""

import base64
import gzip
import subprocess
from pathlib import Path

from inspector.batch import inspect_paths
from inspector.model import Recorded, Unknown
from inspector.pipeline import Options
from tests.real.gorecord import NEWEST_GO, go_version_m, recorded
from tests.real.inspected import build_of
from tests.samples import Sample, Samples


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
            lines.append("\t")  # both modules end their line (debug.BuildInfo.String)
    lines += [f"\tbuild\t{key}={quoted(value)}" for key, value in record.settings.items()]
    return "\n".join(lines) + "\n"


def quoted(value: str) -> str:
    """strconv.Quote where the go command uses it (debug.quoteValue): blanks and quotes."""
    if not any(c in value for c in ' \t\r\n"`'):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


def record_of(path: Path) -> Recorded:
    recorded = build_of(path).recorded
    assert not isinstance(recorded, Unknown), recorded
    return recorded


def test_every_sample(sample: Sample, samples: Samples):
    assert as_go_prints(record_of(sample.path)) == recorded(sample, samples)


def test_the_toolchains_own_programs(samples: Samples):
    go = samples.go(NEWEST_GO)
    programs = [go, go.parent / "gofmt", *sorted((go.parent.parent / "pkg" / "tool" / "linux_amd64").iterdir())]
    assert len(programs) > 5
    for program in programs:
        assert as_go_prints(record_of(program)) == go_version_m(go, program), program


FOLDERS = ("debug/buildinfo", "debug/dwarf", "debug/elf", "debug/macho", "debug/pe", "cmd/internal/buildid")
"""Where the toolchain keeps executables to test its own readers on: Go and C, whole, odd and broken."""


def toolchain_test_data(go: Path, folder: Path) -> list[Path]:
    """The toolchain's own test files, decoded into ``folder`` where they are stored as text or packed."""
    found = []
    for parent in FOLDERS:
        for path in sorted((go.parent.parent / "src" / parent / "testdata").rglob("*")):
            if path.suffix in {".base64", ".gz"}:
                decoded = folder / path.stem
                raw = path.read_bytes()
                decoded.write_bytes(base64.b64decode(raw) if path.suffix == ".base64" else gzip.decompress(raw))
                path = decoded
            if path.is_file():
                found.append(path)
    return found


def test_the_toolchains_own_test_data(samples: Samples, tmp_path: Path):
    go = samples.go(NEWEST_GO)
    files = toolchain_test_data(go, tmp_path)
    assert len(files) > 60
    with_record = 0
    for path in files:
        done = subprocess.run([go, "version", "-m", path], capture_output=True, text=True, check=False)
        theirs = done.stdout.removeprefix(f"{path}: ") if done.returncode == 0 and done.stdout else None
        report = inspect_paths([str(path)], Options(rules=()))
        file = next(iter(report.files), None)
        ours = None
        if file is not None:
            record = file.images[0].build.recorded
            ours = None if isinstance(record, Unknown) else as_go_prints(record)
        assert file is not None or report.skipped, path
        with_record += theirs is not None
        assert ours == theirs, path
    assert with_record >= 1
