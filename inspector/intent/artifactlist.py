"""The rows of GoReleaser's artifacts.json, and what each says of its file.

Fields, types and the meaning of both are those of GoReleaser's internal/artifact/artifact.go (version 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeVar

import msgspec

from inspector.errors import IntentError, PolicyError
from inspector.intent import values
from inspector.microarch import VARIABLES
from inspector.model import Declared, Intent

T = TypeVar("T")

Platform = tuple[str, ...]

SOURCE: Final = "artifacts.json"

BINARY: Final = "Binary"
ARCHIVE: Final = "Archive"
LIBRARIES: Final = {"C Shared Library": "c-shared", "C Archive Library": "c-archive"}
"""Types of libraries, and the build mode that makes them."""

UPLOADED: Final = frozenset(
    {"DMG", "Flatpak", "Linux Package", "MSI", "MSIX", "MacOS Package", "Makeself Package", "NSIS"}
)
"""Types of packages that hold programs of one target and are part of a published release."""

STAGED: Final = frozenset({"App Bundle", "Chocolatey", "NPM Package", "Snap"})
"""Those that are not, or that stand as a directory in dist."""

WITHOUT_PROGRAMS: Final = frozenset(
    {
        "C Header",
        "Certificate",
        "Checksum",
        "File",
        "Homebrew Cask",
        "Homebrew Formula",
        "Krew Plugin Manifest",
        "Metadata",
        "Nixpkg",
        "PKGBUILD",
        "SBOM",
        "SRCINFO",
        "Scoop Manifest",
        "Signature",
        "Source",
        "Source Dist",
        "Source RPM",
        "Wheel",
        "Winget Manifest",
    }
)
"""Other types of files; images and manifests of containers are none."""

TYPES: Final = frozenset({BINARY, ARCHIVE, *LIBRARIES}) | UPLOADED | STAGED | WITHOUT_PROGRAMS

_OPENED: Final = (".gz", ".tar", ".tgz", ".txz", ".tzst", ".xz", ".zip", ".zst")
"""Endings of archives that this tool looks into."""

_LEVELS: Final = {
    "GO386": "go386",
    "GOAMD64": "goamd64",
    "GOARM": "goarm",
    "GOARM64": "goarm64",
    "GOMIPS": "gomips",
    "GOMIPS64": "gomips",  # GoReleaser sets both variables to one value
    "GOPPC64": "goppc64",
    "GORISCV64": "goriscv64",
}


class Extra(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """What a row says that only some types have."""

    abi: str | None = None  # "softfloat", the second half of a GOARM
    binaries: tuple[str, ...] | None = None  # programs in an archive
    builder: str | None = None  # "go", "rust"; of programs and libraries alone
    checksum: str | None = None
    dynamically_linked: bool | None = None  # an ELF file that asks for an interpreter, or an archive with one
    format: str | None = None  # of an archive or package; "binary": a program that is published as it is
    replaces: bool | None = None  # a universal program that stands for the thin ones, whose rows are gone


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """One row."""

    name: str = ""
    path: str = ""
    goos: str = ""
    goarch: str = ""
    goamd64: str = ""
    go386: str = ""
    goarm: str = ""
    goarm64: str = ""
    gomips: str = ""
    goppc64: str = ""
    goriscv64: str = ""
    target: str = ""
    type: str = ""
    extra: Extra | None = None

    @property
    def more(self) -> Extra:
        """What only some types have."""
        return self.extra or Extra()

    @property
    def platform(self) -> Platform:
        """What GoReleaser groups programs by to pack them (Artifacts.GroupByPlatform); packages record no more."""
        return self.goos, self.goarch, self.goarm, self.gomips, self.goamd64

    @property
    def is_universal(self) -> bool:
        """Whether it is for every processor of a Mac at once."""
        return (self.goos, self.goarch) == ("darwin", "all")

    @property
    def is_program(self) -> bool:
        """Whether it is a program or a library itself."""
        return self.type == BINARY or self.type in LIBRARIES

    @property
    def is_uploaded(self) -> bool:
        """Whether it is published under its name; it then need not lie where it was built."""
        return self.more.format == "binary" if self.is_program else self.type not in STAGED

    @property
    def opens(self) -> bool:
        """Whether it is an archive and what it holds can be seen. A package may hold what fetches the program."""
        return self.type == ARCHIVE and self.name.endswith(_OPENED)

    @property
    def port(self) -> str | None:
        """The target as GoReleaser calls it; None for what is for no target in particular."""
        return self.target or "_".join(filter(None, (self.goos, self.goarch))) or None

    def intent(self, where: str) -> Intent:
        """Return what the row says of a Go program that is this file, or in it.

        ``where`` begins the message of the PolicyError when no Go has such a target.
        """
        if self.is_universal:
            return Intent(goos=_said(self.goos), universal=_said(True))
        if not self.goos or not self.goarch or self.goarch == "all":
            return Intent()
        try:
            values.pair(self.goos, self.goarch, where)
            levels = {key: _said(values.microarch(key, level, where)) for key, level in self._levels().items()}
        except IntentError as error:
            raise PolicyError(str(error)) from None
        mode = LIBRARIES.get(self.type)
        return Intent(
            goos=_said(self.goos),
            goarch=_said(self.goarch),
            microarch=levels,
            buildmode=_said(mode) if mode else None,
            static=_said(False) if self._is_dynamic else None,
        )

    @property
    def _is_dynamic(self) -> bool:
        # Of an archive it is said when any of its programs is.
        only = self.type != ARCHIVE or len(self.more.binaries or ()) == 1
        return bool(self.more.dynamically_linked) and only

    def _levels(self) -> dict[str, str]:
        found = {key: getattr(self, field) for key, field in _LEVELS.items() if self.goarch in VARIABLES[key]}
        if found.get("GOARM"):
            found["GOARM"] = self._goarm()
        return {key: level for key, level in found.items() if level}

    def _goarm(self) -> str:
        """Return the whole GOARM; a package's row has lost what follows the comma."""
        if self.type in UPLOADED | STAGED and not self.target:
            return ""
        full = self.target.rpartition("_")[2]
        return full if full.startswith(f"{self.goarm},") else ",".join(filter(None, (self.goarm, self.more.abi)))


class Contents:
    """Which programs of a list are Go's, and which of its files hold them; every question costs a look-up."""

    def __init__(self, artifacts: Iterable[Artifact]) -> None:
        self._by_name: dict[Platform, dict[str, bool]] = {}  # whether Go made it
        self._by_path: dict[str, bool] = {}
        self._packed: set[tuple[Platform, str]] = set()
        self._packaged: set[Platform] = set()
        self._published: set[str] = set()
        for artifact in artifacts:
            if artifact.is_program and artifact.is_uploaded:
                self._published.add(artifact.path)
            elif artifact.is_program:
                named = self._by_name.setdefault(artifact.platform, {})
                named[artifact.name] = self._by_path[artifact.path] = _go_made(artifact)
            elif artifact.type == ARCHIVE:
                self._packed |= {(artifact.platform, name) for name in artifact.more.binaries or ()}
            elif artifact.type in UPLOADED:
                self._packaged.add(artifact.platform)

    def is_gos(self, artifact: Artifact) -> bool:
        """Say whether a file is a Go program of one target, or holds one; so it is where nothing says otherwise."""
        if artifact.port is None or (artifact.goarch == "all" and not artifact.is_universal):
            return False
        if artifact.is_program:
            return self._by_path.get(artifact.path, True) if artifact.is_uploaded else _go_made(artifact)
        if artifact.type == ARCHIVE and not artifact.more.binaries:
            return False
        known = self._known(artifact)
        return artifact.type in {ARCHIVE} | UPLOADED | STAGED and (any(known.values()) or not known)

    def is_packed(self, artifact: Artifact) -> bool:
        """Say whether other files, which speak for themselves, hold the same program."""
        if not artifact.is_program or artifact.is_uploaded:
            return False
        named = (artifact.platform, artifact.name) in self._packed
        return named or artifact.platform in self._packaged or artifact.path in self._published

    def names_in(self, artifact: Artifact) -> tuple[str, ...]:
        """Return the base names of Go's programs in an archive; a compressed program alone has no certain name."""
        if artifact.type != ARCHIVE or artifact.more.format in {"gz", "xz"}:
            return ()
        known = self._known(artifact)
        names = [name for name in artifact.more.binaries or () if known.get(name, not known)]
        return tuple(dict.fromkeys(name.rpartition("/")[2] for name in names))

    def _known(self, artifact: Artifact) -> Mapping[str, bool]:
        """Return the programs that the list knows to be in a file: those of its platform, in an archive those named."""
        built = self._by_name.get(artifact.platform, {})
        if artifact.type != ARCHIVE:
            return built
        return {name: built[name] for name in artifact.more.binaries or () if name in built}


def _go_made(program: Artifact) -> bool:
    """Say whether Go made a program; older releases of GoReleaser had no other builder and named none."""
    return program.more.builder in {None, "", "go"}


def _said(value: T) -> Declared[T]:
    return Declared(value, SOURCE)
