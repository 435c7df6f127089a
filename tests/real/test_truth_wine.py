"""windows samples really started in Wine, with a C drive that holds nothing but Wine's own Windows and themselves.

Debian 12's Wine has no bcryptprimitives.dll, from which every Go program since 1.21 takes its random numbers: the test
makes one that passes the question on. Without it Wine is what Windows 8 is to such a program.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from inspector.model import Declared, Intent
from tests.real.inspected import build_of, outcomes_of
from tests.real.published import of_package
from tests.real.running import TIMEOUT, capabilities
from tests.samples import Samples

pytestmark = pytest.mark.wide

WINE = Path("/usr/lib/wine/wine64")
"""Where Debian's wine64 puts it; the command `wine` is of another package."""

GCC = "x86_64-w64-mingw32-gcc"
RANDOM = """LIBRARY bcryptprimitives
EXPORTS
  ProcessPrng=advapi32.SystemFunction036
"""
ENTRY = "int __stdcall DllMain(void *module, unsigned reason, void *reserved) { return 1; }\n"
LOADER = """#include <windows.h>
int main(int count, char **arguments) { return LoadLibraryA(arguments[1]) ? 42 : 1; }
"""
GO = ("1.21", "1.22", "1.23", "1.24", "1.25", "1.26", "1.27")
AMD64 = Intent(goos=Declared("windows", "option --goos"), goarch=Declared("amd64", "option --goarch"))


class Windows:
    """A Wine prefix without the drive Z:, by which a program would see this machine's files."""

    def __init__(self, prefix: Path) -> None:
        self.drive = prefix / "drive_c"
        self.random = self.drive / "windows" / "system32" / "bcryptprimitives.dll"
        self._environment = {
            "PATH": os.defpath,
            "HOME": str(prefix),
            "WINEPREFIX": str(prefix),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",  # no .NET and no browser: nothing is asked for and fetched
        }
        self._run(WINE, "wineboot", "--init")
        (prefix / "dosdevices" / "z:").unlink()

    def _run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.drive if self.drive.is_dir() else None,
            env=self._environment,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT,
            check=False,
        )

    def start(self, program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Start a copy of a program that lies on C:."""
        shutil.copy(program, self.drive / "app.exe")
        return self._run(WINE, "C:\\app.exe", *arguments)


def mingw(folder: Path, source: str, target: Path, *options: str | Path) -> None:
    (folder / "source.c").write_text(source, encoding="utf-8")
    subprocess.run([GCC, *options, "-o", target, folder / "source.c"], check=True)


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Windows:
    folder = tmp_path_factory.mktemp("wine")
    made = Windows(folder / "prefix")
    (folder / "random.def").write_text(RANDOM, encoding="utf-8")
    mingw(folder, ENTRY, made.random, "-shared", "-nostdlib", "-e", "DllMain", folder / "random.def")
    return made


def test_a_program_starts_exactly_where_its_target_says(windows: Windows, samples: Samples):
    for name in ("hello-windows-386-go1.27", "hello-windows-arm64-go1.27"):
        path = samples[name].path
        assert outcomes_of(path, AMD64)["wrong-goarch"].status == "fail"
        assert "hello" not in windows.start(path).stdout, name  # Wine exits with 0 all the same
    path = samples["hello-windows-amd64-go1.27"].path
    outcomes = outcomes_of(path, AMD64)
    assert (outcomes["wrong-goos"].status, outcomes["wrong-goarch"].status) == ("pass", "pass")
    assert windows.start(path).stdout == "hello from windows/amd64\n"


@pytest.mark.parametrize("go", GO)
def test_a_header_that_says_windows_7_lies_where_windows_10_is_needed(go: str, windows: Windows, samples: Samples):
    path = samples[f"hello-windows-amd64-go{go}"].path
    assert windows.start(path).stdout == "hello from windows/amd64\n"
    hidden = windows.random.rename(windows.random.with_suffix(".hidden"))
    done = windows.start(path)
    hidden.rename(windows.random)
    needs_windows_10 = done.returncode != 0 and "bcryptprimitives.dll" in done.stderr
    assert needs_windows_10
    says_windows_10 = build_of(path).observed.pe.os_version == "10.0"
    lies = outcomes_of(path)["pe-os-version-lies"].status == "fail"
    assert lies is (needs_windows_10 and not says_windows_10)


def test_a_program_of_go_1_20_needs_no_windows_10(windows: Windows):
    path = of_package("@esbuild/win32-x64", "0.17.19").file
    assert build_of(path).observed.go_version == "go1.20.4"
    hidden = windows.random.rename(windows.random.with_suffix(".hidden"))
    done = windows.start(path, "--version")
    hidden.rename(windows.random)
    assert (done.returncode, done.stdout) == (0, "0.17.19\n")
    assert outcomes_of(path)["pe-os-version-lies"].status == "pass"


@pytest.mark.parametrize("variant", ["", "-timetzdata", "-trimpath"])
def test_zones_and_commands(variant: str, windows: Windows, samples: Samples):
    path = samples[f"uses-windows-amd64-go1.27{variant}"].path
    observed, outcomes = build_of(path).observed, outcomes_of(path)
    said = capabilities(windows.start(path))
    assert (said["zone"] == "ok") is observed.tzdata.embedded
    assert (outcomes["tzdata-missing"].status == "fail") is (said["zone"] == "error")
    assert (outcomes["exec-lookup-on-windows"].status == "fail") is (said["lookpath"] == "error")
    assert (observed.user_lookup, said["user"]) == ("system", "ok")


def test_a_library_is_loaded_and_not_started(windows: Windows, samples: Samples, tmp_path: Path):
    path = samples["cgo-windows-amd64-go1.27-mingw-cshared"].path
    assert build_of(path).observed.buildmode == "c-shared"
    assert "cgo:" not in windows.start(path).stdout
    shutil.copy(path, windows.drive / "library.dll")
    mingw(tmp_path, LOADER, tmp_path / "loader.exe")
    assert windows.start(tmp_path / "loader.exe", "C:\\library.dll").returncode == 42
