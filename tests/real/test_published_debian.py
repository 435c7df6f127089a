"""Go programs of the Debian release this runs on: linked with cgo, then stripped, in whatever version it has today.

Not pinned, because a mirror keeps none but the newest: what is expected comes from `go version -m` and readelf.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from inspector.model import Unknown
from tests.real.gorecord import NEWEST_GO, go_version_m
from tests.real.inspected import image_of
from tests.real.test_oracle_go import as_go_prints
from tests.samples import Samples

pytestmark = pytest.mark.wide

PROGRAMS = {"age": "usr/bin/age", "fzf": "usr/bin/fzf", "runc": "usr/sbin/runc", "shfmt": "usr/bin/shfmt"}


@pytest.mark.parametrize("package", PROGRAMS)
def test_a_distributions_program(package: str, samples: Samples, tmp_path: Path):
    folder = tmp_path / "package"
    folder.mkdir(mode=0o777)
    subprocess.run(["apt-get", "download", "-qq", package], cwd=folder, capture_output=True, check=True)
    (archive,) = folder.glob("*.deb")
    subprocess.run(["dpkg-deb", "--extract", archive, tmp_path / "root"], check=True)
    path = tmp_path / "root" / PROGRAMS[package]
    image = image_of(path)
    build, observed = image.build, image.build.observed
    assert not isinstance(build.recorded, Unknown)
    assert as_go_prints(build.recorded) == go_version_m(samples.go(NEWEST_GO), path)
    settings = build.recorded.settings
    assert (observed.goos, observed.goarch) == (settings["GOOS"], settings["GOARCH"])
    assert observed.go_version == build.recorded.go_version
    read = subprocess.run(
        ["readelf", "--wide", "-l", "-d", "-S", path], capture_output=True, text=True, check=True
    ).stdout
    assert observed.needed == tuple(re.findall(r"\(NEEDED\)\s+Shared library: \[(.*)\]", read))
    interpreter = re.search(r"Requesting program interpreter: (.*)\]", read)
    assert observed.interpreter == (interpreter[1] if interpreter else None)
    assert observed.symbols is (".symtab" in read)
    assert observed.pristine == "modified"  # Debian strips what Go linked
    worse = {
        o.rule: o.message
        for o in image.outcomes
        if o.status == "error" or (o.status == "fail" and o.severity != "note")
    }
    assert worse == {}
