"""C libraries and plugins: the build mode by the bytes, and no rule of programs held against them."""

from pathlib import Path

import lief
import pytest

import formats
from inspector.facts.pointers import word_at
from inspector.model import Unknown
from tests.real import ld64
from tests.real.edited import saved, without_section_headers
from tests.real.inspected import build_of, outcomes_of
from tests.samples import Samples

pytestmark = pytest.mark.wide

# Each sample's build mode, by the flag it was built with, and the name a release gives such a file.
LIBRARIES = [
    ("cgo-linux-amd64-go1.27-glibc-cshared", "c-shared", "libapp.so"),
    ("cgo-linux-amd64-go1.27-gcc-plugin", "plugin", "app.so"),
    ("cgo-windows-amd64-go1.27-mingw-cshared", "c-shared", "app.dll"),
    ("cgo-darwin-arm64-go1.27-zig-cshared", "c-shared", "libapp.dylib"),
]
each_library = pytest.mark.parametrize(("name", "mode", "called"), LIBRARIES)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Darwin files that only Apple's linker and LLVM's make."""
    folder = tmp_path_factory.mktemp
    external = "-ldflags=-w -linkmode=external"  # -w: no dsymutil needed
    return {
        "plugin": ld64.build(folder("plugin"), "cgo", "arm64", "-buildmode=plugin", external),
        "c-shared": ld64.build(
            folder("shared"), "cgo", "arm64", "-buildmode=c-shared", external, linker="-fixup_chains"
        ),
        "arm64": ld64.build(folder("arm64"), "cgo", "arm64", external, linker="-fixup_chains"),
        "amd64": ld64.build(folder("amd64"), "cgo", "amd64", external, linker="-fixup_chains"),
    }


def worse_than_notes(path: Path) -> set[str]:
    return {o.rule for o in outcomes_of(path).values() if o.status == "fail" and o.severity != "note"}


@each_library
def test_the_build_mode_is_the_one_recorded(name, mode, called, samples: Samples, tmp_path):
    path = saved(tmp_path, called, samples[name].path.read_bytes(), 0o644)
    build = build_of(path)
    assert build.observed.buildmode == mode == build.recorded.settings["-buildmode"]
    assert (build.observed.cgo, build.observed.link_mode) == (True, "external")
    assert f"{build.observed.goos}/{build.observed.goarch}" == samples[name].port
    assert build.observed.pristine == "pristine"
    assert isinstance(build.observed.go_version, Unknown) is (mode == "plugin")  # the program that loads it has one
    assert worse_than_notes(path) == set()


@pytest.mark.parametrize(("name", "mode"), [(name, mode) for name, mode, called in LIBRARIES if called.endswith(".so")])
def test_an_elf_library_without_section_headers(name, mode, samples: Samples, tmp_path):
    bare = saved(tmp_path, "libapp.so", without_section_headers(samples[name].path.read_bytes(), cut=True), 0o644)
    build = build_of(bare)
    assert (build.observed.buildmode, build.observed.goos, build.observed.cgo) == (mode, "linux", True)
    assert build.recorded.settings["-buildmode"] == mode


@pytest.mark.parametrize("mode", ["plugin", "c-shared"])
def test_the_build_mode_of_a_dylib(mode, made, tmp_path):
    fat = lief.MachO.parse(made[mode])
    assert fat.at(0).header.file_type == lief.MachO.Header.FILE_TYPE.DYLIB
    path = saved(tmp_path, "app.so" if mode == "plugin" else "libapp.dylib", made[mode].read_bytes(), 0o644)
    build = build_of(path)
    assert build.observed.buildmode == mode == build.recorded.settings["-buildmode"]
    assert (build.observed.goos, build.observed.goarch, build.observed.cgo) == ("darwin", "arm64", True)
    assert build.observed.pristine == "pristine"
    assert worse_than_notes(path) == set()


@pytest.mark.parametrize("goarch", ["arm64", "amd64"])
def test_a_program_with_chained_fixups(goarch, made):
    assert "LC_DYLD_CHAINED_FIXUPS" in build_of(made[goarch]).observed.macho.load_commands
    observed = build_of(made[goarch]).observed
    assert (observed.goos, observed.goarch, observed.go_version) == ("darwin", goarch, "go1.27.3")
    assert (observed.link_mode, observed.buildmode) == ("external", "pie")
    assert worse_than_notes(made[goarch]) == set()


@pytest.mark.parametrize("goarch", ["arm64", "amd64"])
def test_every_chained_pointer_leads_where_lief_says(goarch, made):
    fat = lief.MachO.parse(made[goarch])  # what it yields dies with it
    fixups = [r for r in fat.at(0).relocations if isinstance(r, lief.MachO.RelocationFixup)]
    chained = {fixup.address: fixup.target for fixup in fixups}
    assert len(chained) > 1000
    with made[goarch].open("rb") as file:
        (image,) = formats.read(formats.Window.of_file(file))
        assert {address: word_at(image, address) for address in chained} == chained
