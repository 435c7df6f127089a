"""Verdicts under a profile against linux/amd64 programs really started in a root that is as the profile says.

An empty root is `static-scratch`; one with glibc's loader and libraries, or musl's, is what `glibc-*` and `musl` name.
"""

from __future__ import annotations

import errno
import os
import shutil
import struct
import subprocess
import time
from pathlib import Path

import pytest

from inspector.batch import inspect_paths
from inspector.intent import Plan, from_profile
from inspector.model import Declared, Intent, Outcome, Status
from inspector.pipeline import Options
from inspector.rules import select
from tests.real.edited import saved
from tests.real.inspected import image_of
from tests.samples import Samples

pytestmark = pytest.mark.root

GLIBC_LOADER = Path("/lib64/ld-linux-x86-64.so.2")
MUSL_LOADER = Path("/lib/ld-musl-x86_64.so.1")
EMPTY_PROGRAMS = [
    "uses-linux-amd64-go1.27",
    "uses-linux-amd64-go1.27-trimpath",
    "uses-linux-amd64-go1.27-timetzdata",
    "uses-linux-amd64-go1.27-gcc-static",
    "uses-linux-amd64-go1.27-musl-gcc-static",
    "uses-linux-amd64-go1.21",
    "tz-linux-amd64-go1.27",
    "hello-linux-amd64-go1.27",
    "roots-linux-amd64-go1.27",
    "roots-linux-amd64-go1.27-fallback",
]
LIBC_PROGRAMS = [
    "uses-linux-amd64-go1.27",
    "uses-linux-amd64-go1.27-pie",
    "uses-linux-amd64-go1.27-gcc",
    "uses-linux-amd64-go1.27-glibc",
    "uses-linux-amd64-go1.27-musl",
    "cgo-linux-amd64-go1.27-glibc",
    "cgo-linux-amd64-go1.27-musl",
    "cgo-linux-amd64-go1.27-gcc-static",
]


def judged(path: Path, profile: str | None = None, intent: Intent | None = None) -> dict[str, Outcome]:
    declared = intent or Intent()
    meant = from_profile(profile, declared) if profile else Intent()
    report = inspect_paths(
        [str(path)], Options(plan=Plan(declared=declared, profile=meant), rules=select(), hashes=False)
    )
    ((image,),) = (file.images for file in report.files)
    return {outcome.rule: outcome for outcome in image.outcomes}


def copy(source: Path, root: Path, target: Path | None = None) -> None:
    place = root / (target or source).relative_to("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, place)


def with_glibc(root: Path) -> Path:
    copy(GLIBC_LOADER, root)
    for library in ("libc.so.6", "libpthread.so.0", "libresolv.so.2", "libdl.so.2"):
        copy(GLIBC_LOADER.resolve().parent / library, root, Path("/lib/x86_64-linux-gnu") / library)
    return root


def with_musl(root: Path) -> Path:
    copy(MUSL_LOADER, root)
    return root


def command(binary: Path, root: Path) -> list[str]:
    shutil.copy(binary, root / "app")
    return ["chroot", str(root), "/app"]


def start(binary: Path, root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **environment}
    return subprocess.run(command(binary, root), check=False, env=env, capture_output=True, text=True, timeout=30)


def said(done: subprocess.CompletedProcess[str]) -> dict[str, bool]:
    """What a sample says of each capability."""
    lines = (line.partition(": ") for line in done.stdout.splitlines())
    return {name: rest.startswith("ok") for name, _, rest in lines}


@pytest.mark.parametrize("name", EMPTY_PROGRAMS)
def test_an_empty_root_is_as_static_scratch_says(name: str, samples: Samples, tmp_path: Path):
    path = samples[name].path
    outcomes = judged(path, "static-scratch")
    done = start(path, tmp_path)
    assert done.returncode == 0
    assert outcomes["dynamic-not-static"].status is Status.PASS
    works = said(done)
    rules = {"zone": "tzdata-missing", "user": "user-lookup-needs-passwd", "roots": "ca-roots-missing"}
    for what, rule in rules.items():
        assert (outcomes[rule].status is Status.PASS) == works.get(what, True), rule
        assert outcomes[rule].status in {Status.PASS, Status.FAIL}


def test_a_dynamic_program_does_not_start_in_an_empty_root(samples: Samples, tmp_path: Path):
    path = samples["uses-linux-amd64-go1.27-gcc"].path
    assert judged(path, "static-scratch")["dynamic-not-static"].status is Status.FAIL
    done = start(path, tmp_path)
    assert done.returncode == 127
    assert "No such file or directory" in done.stderr


@pytest.mark.parametrize("name", ["uses-linux-amd64-go1.27", "uses-linux-amd64-go1.27-gcc-static"])
def test_what_the_fix_for_users_promises_holds(name: str, samples: Samples, tmp_path: Path):
    path = samples[name].path
    fix = judged(path, "static-scratch")["user-lookup-needs-passwd"].fix or ""
    assert said(start(path, tmp_path, USER="ada", HOME="/"))["user"] == ("USER and HOME" in fix)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    assert said(start(path, tmp_path))["user"]


@pytest.mark.parametrize("name", LIBC_PROGRAMS)
def test_it_starts_exactly_where_its_c_library_is(name: str, samples: Samples, tmp_path: Path):
    path = samples[name].path
    roots = {"glibc": with_glibc(tmp_path / "glibc"), "musl": with_musl(tmp_path / "musl")}
    for libc, root in roots.items():
        right = judged(path, None, Intent(libc=Declared(libc, "profile")))["wrong-libc"].status
        assert right in {Status.PASS, Status.FAIL}
        assert (right is Status.PASS) == (start(path, root).returncode == 0), libc


@pytest.mark.parametrize("name", sorted({*EMPTY_PROGRAMS, *LIBC_PROGRAMS}))
def test_the_profile_that_a_program_is_said_to_satisfy_is_the_strictest_root_where_all_of_it_works(
    name: str, samples: Samples, tmp_path: Path
):
    """That no user is found in an empty root is a warning, and keeps no program from starting."""
    path = samples[name].path
    found = image_of(path).portability
    assert found is not None
    empty = tmp_path / "empty"
    empty.mkdir()
    done = start(path, empty)
    works = done.returncode == 0 and all(ok for what, ok in said(done).items() if what in {"zone", "roots"})
    assert (found.satisfied == "static-scratch") == works
    started = {
        libc: start(path, root).returncode == 0
        for libc, root in {"glibc": with_glibc(tmp_path / "glibc"), "musl": with_musl(tmp_path / "musl")}.items()
    }
    if not works:
        assert found.satisfied is not None
        assert started[found.satisfied.partition("-")[0]]
    if found.satisfied == "musl":
        assert not started["glibc"]


def elf_hash(name: bytes) -> int:
    """How the loader hashes a version's name (gABI, chapter 5, Hash Table)."""
    value = 0
    for byte in name:
        value = (value << 4) + byte
        high = value & 0xF0000000
        value = (value ^ high >> 24) & ~high
    return value & 0xFFFFFFFF


def test_the_loader_refuses_a_glibc_that_is_too_old(samples: Samples, tmp_path: Path):
    """The same program twice, the second asking for a version that no glibc has."""
    path = samples["uses-linux-amd64-go1.27-gcc"].path
    here = os.confstr("CS_GNU_LIBC_VERSION")
    assert here is not None
    meant = Intent(glibc=Declared(here.removeprefix("glibc "), "this machine"))
    root = with_glibc(tmp_path / "root")
    assert judged(path, None, meant)["glibc-too-new"].status is Status.PASS
    assert start(path, root).returncode == 0

    old, new = b"GLIBC_2.34", b"GLIBC_2.99"
    data = path.read_bytes()
    assert data.count(old + b"\0") == 1
    assert data.count(struct.pack("<I", elf_hash(old))) == 1
    data = data.replace(old + b"\0", new + b"\0").replace(
        struct.pack("<I", elf_hash(old)), struct.pack("<I", elf_hash(new))
    )
    edited = saved(tmp_path, "app", data)
    outcome = judged(edited, None, meant)["glibc-too-new"]
    assert outcome.status is Status.FAIL
    assert "needs glibc 2.99" in outcome.message
    done = start(edited, root)
    assert done.returncode != 0
    assert f"version `{new.decode()}' not found" in done.stderr


def opens(fifo: Path, program: list[str]) -> bool:
    """Whether a program opens a pipe for reading; what opens it waits until someone writes."""
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                os.close(os.open(fifo, os.O_WRONLY | os.O_NONBLOCK))
            except OSError as error:
                if error.errno != errno.ENXIO:  # nobody reads it
                    raise
            else:
                return True
            if process.poll() is not None:
                return False
            time.sleep(0.01)
        raise AssertionError("neither ended nor opened it")
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("name", "failed"),
    [
        ("uses-linux-amd64-go1.27-gcc-static", True),
        ("uses-linux-amd64-go1.27-musl-gcc-static", False),
        ("uses-linux-amd64-go1.27", False),
    ],
)
def test_a_static_glibc_loads_what_the_target_s_nsswitch_names(
    name: str, failed: bool, samples: Samples, tmp_path: Path
):
    path = samples[name].path
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "nsswitch.conf").write_text("passwd: odd\nhosts: odd\n")
    fifo = tmp_path / "lib" / "libnss_odd.so.2"
    fifo.parent.mkdir()
    os.mkfifo(fifo)
    assert (judged(path)["static-glibc-nss"].status is Status.FAIL) == failed
    assert opens(fifo, command(path, tmp_path)) == failed


@pytest.mark.parametrize("name", ["sqlite-linux-amd64-go1.27", "sqlite-linux-amd64-go1.27-gcc"])
def test_a_stub_only_fails(name: str, samples: Samples):
    path = samples[name].path
    done = subprocess.run([path], capture_output=True, text=True, check=True)
    assert (judged(path)["cgo-stub"].status is Status.PASS) == (done.stdout == "sqlite: ok\n")
