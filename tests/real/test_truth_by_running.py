"""Linux/amd64 samples really started, in roots that hold what their verdicts say they need, or not.

Each root is a directory of its own that a chroot makes the whole world: empty but for the program; with glibc's
loader and libraries; with musl's. The programs are those whose file the facts call static, PIE without libc, glibc
and musl.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from inspector.model import Declared, Intent
from tests.real.inspected import build_of, outcomes_of
from tests.real.running import capabilities, start_in
from tests.samples import Samples

pytestmark = pytest.mark.root

GLIBC_LOADER = Path("/lib64/ld-linux-x86-64.so.2")
MUSL_LOADER = Path("/lib/ld-musl-x86_64.so.1")
PROGRAMS = [
    "uses-linux-amd64-go1.27",
    "uses-linux-amd64-go1.27-trimpath",
    "uses-linux-amd64-go1.27-timetzdata",
    "uses-linux-amd64-go1.27-pie",
    "uses-linux-amd64-go1.27-glibc",
    "uses-linux-amd64-go1.27-musl",
    "cgo-linux-amd64-go1.27-glibc",
    "cgo-linux-amd64-go1.27-musl",
]
program = pytest.mark.parametrize("name", PROGRAMS)


@pytest.fixture
def roots(tmp_path: Path) -> dict[str, Path]:
    """An empty root, one with glibc, one with musl."""
    made = {kind: tmp_path / kind for kind in ("empty", "glibc", "musl")}
    for root in made.values():
        root.mkdir()
    copy(GLIBC_LOADER, made["glibc"])
    libraries = GLIBC_LOADER.resolve().parent
    for library in ("libc.so.6", "libpthread.so.0", "libresolv.so.2", "libdl.so.2"):
        copy(libraries / library, made["glibc"], Path("/lib/x86_64-linux-gnu") / library)
    copy(MUSL_LOADER, made["musl"])
    return made


def copy(source: Path, root: Path, target: Path | None = None) -> None:
    place = root / (target or source).relative_to("/")
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, place)


def start(binary: Path, root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return start_in(root, binary, environment=environment)


@program
def test_it_starts_exactly_where_its_interpreter_and_libraries_are(name: str, samples: Samples, roots: dict[str, Path]):
    path = samples[name].path
    observed = build_of(path).observed
    starts = {kind for kind, root in roots.items() if start(path, root).returncode == 0}
    if observed.interpreter is None:
        assert observed.linkage == "static"
        assert starts == {"empty", "glibc", "musl"}
    else:
        wanted = {str(GLIBC_LOADER): "glibc", str(MUSL_LOADER): "musl"}[observed.interpreter]
        assert starts == {wanted}
        assert observed.libc in {wanted, None}


@program
def test_the_static_verdict_says_whether_it_starts_in_an_empty_root(
    name: str, samples: Samples, roots: dict[str, Path]
):
    path = samples[name].path
    outcome = outcomes_of(path, Intent(static=Declared(True, "option --static")))["dynamic-not-static"]
    assert (outcome.status == "pass") == (start(path, roots["empty"]).returncode == 0)


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name.startswith("uses")])
def test_zones_answer_exactly_where_they_are_embedded(name: str, samples: Samples, roots: dict[str, Path]):
    path = samples[name].path
    observed = build_of(path).observed
    assert observed.tzdata.load_location is True
    root = next(root for root in roots.values() if start(path, root).returncode == 0)
    said = capabilities(start(path, root))
    assert (said["zone"] == "ok") == observed.tzdata.embedded
    wanted = Intent(tzdata=Declared("embedded", "option --tzdata"))
    assert (outcomes_of(path, wanted)["tzdata-missing"].status == "pass") == (said["zone"] == "ok")


@pytest.mark.parametrize("name", [name for name in PROGRAMS if name.startswith("uses")])
def test_who_looks_users_up_decides_what_is_needed(name: str, samples: Samples, roots: dict[str, Path]):
    path = samples[name].path
    lookup = build_of(path).observed.user_lookup
    root = next(root for root in roots.values() if start(path, root).returncode == 0)
    # Pure Go asks $USER and $HOME, then /etc/passwd; libc asks /etc/passwd alone.
    assert capabilities(start(path, root))["user"] == "error"
    by_environment = capabilities(start(path, root, USER="ada", HOME="/"))["user"]
    assert (by_environment == "ok") == (lookup == "go")
    (root / "etc").mkdir()
    (root / "etc" / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    assert capabilities(start(path, root))["user"] == "ok"
