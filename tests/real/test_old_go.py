"""Programs that Go 1.14 to 1.18 built, published on npm: every older layout of the tables, in real files."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

import pytest

from inspector.facts.functab import FunctionTable, find_table
from tests.real.inspected import build_of, outcomes_of
from tests.real.test_oracle_go import NEWEST, as_go_prints, go_version_m, record_of
from tests.samples import Samples

pytestmark = pytest.mark.wide

# esbuild's linux/amd64 package, the Go that built it, and the function table's layout of that Go.
RELEASES = [
    ("0.3.0", "go1.14.2", "1.2"),
    ("0.8.30", "go1.15.5", "1.2"),
    ("0.12.0", "go1.16.3", "1.16"),
    ("0.14.0", "go1.17.2", "1.16"),
    ("0.14.40", "go1.18.2", "1.18"),
]
old = pytest.mark.parametrize(("release", "go", "layout"), RELEASES)


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each release's program."""
    found = {}
    for release, *_ in RELEASES:
        folder = tmp_path_factory.mktemp("esbuild")
        subprocess.run(
            ["npm", "pack", "--silent", f"esbuild-linux-64@{release}"], cwd=folder, check=True, capture_output=True
        )
        (archive,) = folder.glob("*.tgz")
        with tarfile.open(archive) as packed:
            member = packed.extractfile("package/bin/esbuild")
            assert member is not None
            found[release] = folder / "esbuild"
            found[release].write_bytes(member.read())
            found[release].chmod(0o755)
    return found


@old
def test_the_record_equals_go_version_m(release, go, layout, fetched, samples: Samples):  # noqa: ARG001
    assert as_go_prints(record_of(fetched[release])) == go_version_m(samples.go(NEWEST), fetched[release])


@old
def test_the_facts(release, go, layout, fetched):
    import formats

    build = build_of(fetched[release])
    observed = build.observed
    assert (observed.goos, observed.goarch, observed.cgo) == ("linux", "amd64", False)
    assert (observed.linkage, observed.buildmode, observed.link_mode) == ("static", "exe", "internal")
    assert observed.go_version == go == build.recorded.go_version
    assert observed.pristine == "pristine"
    with fetched[release].open("rb") as file:
        (image,) = formats.read(formats.Window.of_file(file))
        table = find_table(image)
    assert isinstance(table, FunctionTable)
    assert table.layout == layout
    assert table.links("main.main")
    assert table.links("runtime.main")
    assert "runtime/proc.go" in table.std


@old
def test_a_healthy_old_build_gives_no_error_and_no_warning(release, go, layout, fetched):  # noqa: ARG001
    worse = {o.rule for o in outcomes_of(fetched[release]).values() if o.status == "fail" and o.severity != "note"}
    assert worse == set()
