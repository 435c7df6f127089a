"""linux samples of every architecture really started, each in an empty root, on the processor its verdict names.

qemu's user emulation (Debian's qemu-user-static) is that processor: it refuses a program of another architecture, and a
processor model that lacks what the program was compiled for shows what a user of such a machine sees.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from inspector.model import Declared, Intent
from tests.real.inspected import build_of, outcomes_of
from tests.real.running import capabilities, start_in
from tests.samples import Samples

pytestmark = pytest.mark.root

# qemu's name of each GOARCH.
MACHINES = {
    "arm": "arm",
    "arm64": "aarch64",
    "loong64": "loongarch64",
    "mips": "mips",
    "mips64": "mips64",
    "mips64le": "mips64el",
    "mipsle": "mipsel",
    "ppc64": "ppc64",
    "ppc64le": "ppc64le",
    "riscv64": "riscv64",
    "s390x": "s390x",
}
machine = pytest.mark.parametrize("goarch", MACHINES)


def emulator(goarch: str) -> str:
    name = f"qemu-{MACHINES.get(goarch, goarch)}-static"
    found = shutil.which(name)
    assert found, f"{name} is not installed (Debian package qemu-user-static)"
    return found


@machine
def test_it_runs_on_the_machine_it_is_told_to_be_for_and_on_no_other(goarch: str, samples: Samples, tmp_path: Path):
    path = samples[f"hello-linux-{goarch}-go1.27"].path
    observed = build_of(path).observed
    assert (observed.goos, observed.goarch, observed.linkage) == ("linux", goarch, "static")
    names = list(MACHINES)
    other = names[names.index(goarch) - 1]
    for wanted in (observed.goarch, other):
        intent = Intent(goarch=Declared(wanted, "option --goarch"), static=Declared(True, "option --static"))
        outcomes = outcomes_of(path, intent)
        done = start_in(tmp_path, path, emulator(wanted))
        runs = (done.returncode, done.stdout) == (0, f"hello from linux/{goarch}\n")
        assert outcomes["dynamic-not-static"].status == "pass"
        assert (outcomes["wrong-goarch"].status == "pass") is runs, (wanted, done.stderr)


def test_a_386_program_runs_on_this_processor(samples: Samples, tmp_path: Path):
    path = samples["hello-linux-386-go1.27"].path
    assert build_of(path).observed.goarch == "386"
    assert start_in(tmp_path, path).stdout == "hello from linux/386\n"


@pytest.mark.parametrize("name", ["uses-linux-arm64-go1.27", "uses-linux-s390x-go1.27"])
def test_what_an_empty_root_lacks_on_other_machines(name: str, samples: Samples, tmp_path: Path):
    sample = samples[name]
    observed = build_of(sample.path).observed
    said = capabilities(start_in(tmp_path, sample.path, emulator(sample.goarch)))
    assert (observed.user_lookup, said["user"]) == ("go", "error")
    assert (observed.tzdata.embedded, said["zone"]) == (False, "error")
    assert (observed.resolver, said["net"]) == ("go", "ok")


# A processor of qemu's: its machine, its own level, and what may be proven of a program that it can run.
PROCESSORS = {
    "core2duo": ("x86_64", "GOAMD64", "v1", {"v1"}),
    "Nehalem": ("x86_64", "GOAMD64", "v2", {"v1", "v2"}),
    "Haswell": ("x86_64", "GOAMD64", "v3", {"v1", "v2", "v3"}),
    "arm926": ("arm", "GOARM", "5", {"5,softfloat"}),
    "arm1176": ("arm", "GOARM", "6", {"5,softfloat", "6,hardfloat"}),
    "cortex-a8": ("arm", "GOARM", "7", {"5,softfloat", "6,hardfloat", "7,hardfloat"}),
    "cortex-a53": ("aarch64", "GOARM64", "v8.0", {"v8.0"}),
    "neoverse-n1": ("aarch64", "GOARM64", "v8.0,lse", {"v8.0", "lse"}),
}
LEVELS = {
    "GOAMD64": ["", "-goamd64-v2", "-goamd64-v3"],
    "GOARM": ["-goarm-5", "-goarm-6", "-goarm-7"],
    "GOARM64": ["", "-goarm64-v8.0-lse"],
}
GOARCH = {"GOAMD64": "amd64", "GOARM": "arm", "GOARM64": "arm64"}


@pytest.mark.parametrize("processor", PROCESSORS)
def test_a_program_runs_exactly_where_the_processor_has_what_it_proves_to_need(
    processor: str, samples: Samples, tmp_path: Path
):
    machine, setting, level, offers = PROCESSORS[processor]
    goarch = GOARCH[setting]
    for variant in LEVELS[setting]:
        path = samples[f"hello-linux-{goarch}-go1.27{variant}"].path
        done = start_in(tmp_path, path, emulator(machine), "-cpu", processor)
        runs = (done.returncode, done.stdout) == (0, f"hello from linux/{goarch}\n")
        needs = build_of(path).observed.microarch.get(setting)
        assert (needs in offers) is runs, (variant, needs, done.stderr)
        intent = Intent(microarch={setting: Declared(level, f"option --{setting.lower()}")})
        if not runs:
            assert outcomes_of(path, intent)["wrong-microarch"].status == "fail", variant
