"""The real programs a store is made of, and the healthy releases they come in.

Why nothing but the notes of store_notes.py may be said of them: each was built for the port that its name says, by the
default way of its Go release or with a switch that harms nobody, and what rightly earns a warning was left out: what
looks zones up on windows, wasip1 or js without having any, Mach-O files of a Go before 1.24 (no UUID), the stub of a
package that needs cgo.
"""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

from tests.build import macho
from tests.real.store import Content, Entry, Finding, Image, noise, program
from tests.real.store_archives import CONTAINERS, compressed, npm, tar, tar_bz2, tar_gz, tar_xz, tar_zst, wheel, zipped
from tests.real.store_notes import notes_of
from tests.samples import Samples

RELEASE = Path(__file__).parents[2] / "samples" / "release"
README = noise("What this is, and how to start it.\n")
LICENSE = noise("Do what you want.\n")


@dataclass(frozen=True)
class Product:
    """One program as one switch and one Go release make it, for every port that the core tier has it for."""

    name: str
    ports: tuple[str, ...]
    program: str
    go: str = "1.27"
    variant: str = ""

    def sample(self, port: str) -> str:
        """The name of the sample for a port."""
        tail = f"-{self.variant}" if self.variant else ""
        return f"{self.program}-{port.replace('/', '-')}-go{self.go}{tail}"


UNIX = ("linux/amd64", "linux/arm64", "linux/s390x", "linux/mips", "freebsd/amd64", "openbsd/amd64", "aix/ppc64")
WASM = ("js/wasm", "wasip1/wasm")
PRODUCTS = (
    Product(
        "hello",
        (*UNIX, "darwin/amd64", "darwin/arm64", "windows/386", "windows/amd64", "plan9/386", "plan9/amd64", *WASM),
        "hello",
    ),
    Product("hello-lts", ("linux/amd64", "windows/386", "js/wasm", "plan9/386"), "hello", go="1.21"),
    Product("hello-stamped", ("linux/amd64",), "hello", variant="xversion"),
    Product(
        "uses",
        ("linux/amd64", "linux/arm64", "linux/s390x", "openbsd/amd64", "darwin/amd64", "darwin/arm64"),
        "uses",
    ),
    Product("uses-zones", ("linux/amd64", "windows/amd64"), "uses", variant="timetzdata"),
    Product("uses-small", ("linux/amd64", "darwin/arm64"), "uses", variant="stripped"),
    Product("uses-clean", ("linux/amd64",), "uses", variant="trimpath"),
    Product("uses-native", ("linux/amd64",), "uses", variant="glibc"),
    Product("uses-alpine", ("linux/amd64",), "uses", variant="musl"),
    Product("uses-loaded", ("linux/amd64",), "uses", variant="pie"),
    Product("native", ("linux/amd64",), "cgo", variant="glibc"),
    Product("alpine", ("linux/amd64",), "cgo", variant="musl"),
    Product("holder", ("linux/amd64", "windows/386", "darwin/arm64"), "embed"),
    Product("keeper", ("linux/arm64", "windows/amd64"), "embedbytes"),
    Product("demo", ("linux/amd64", "linux/386", "darwin/amd64", "windows/386"), "demo"),
    Product("zones", ("linux/amd64",), "tz"),
    Product("roots", ("linux/amd64",), "roots"),
    Product("roots-inside", ("linux/amd64",), "roots", variant="fallback"),
)
SYSTEMS = {"linux/s390x": ".deb", "linux/arm64": ".rpm", "linux/mips": ".apk"}
"""What programs for these ports are packed in: packages of systems."""

PACKED = [(product, port) for product in PRODUCTS for port in product.ports]
UNIVERSAL = ("hello", "uses")
"""Products whose two programs for macOS are shipped as one file too."""


def extension(port: str) -> str:
    """What a file's name ends in for a port."""
    return {"windows": ".exe"}.get(port.partition("/")[0], ".wasm" if port.endswith("wasm") else "")


class Shelf:
    """Every content that healthy releases are made of, each made once."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self.program = cache(self._program)
        self.universal = cache(self._universal)
        self.archive = cache(self._archive)

    def data(self, name: str) -> bytes:
        """Return the bytes of a sample, or of a program of the committed release, which deserves no note."""
        return released(name) if name.startswith("demo-") else self._samples[name].path.read_bytes()

    def port(self, name: str) -> str:
        """Return what a sample was built for."""
        return "/".join(name.split("-")[1:3])

    def findings(self, name: str, *planted: Finding, without: Collection[str] = ()) -> frozenset[Finding]:
        """Return what must be found in a program of a sample: what was planted, and the notes that it deserves anyway.

        Not those of a rule that says something else of it, nor those ``without`` which the edit leaves it.
        """
        usual = frozenset[Finding]() if name.startswith("demo-") else notes_of(self._samples[name])
        told = {rule for rule, _ in planted} | set(without)
        return frozenset(planted) | {note for note in usual if note[0] not in told}

    def go(self, release: str) -> Path:
        """Return the root of a Go distribution."""
        return self._samples.go(release).parent.parent

    def zones(self, release: str) -> bytes:
        """Return the zip of zones that a Go distribution embeds."""
        return (self.go(release) / "lib" / "time" / "zoneinfo.zip").read_bytes()

    def _program(self, product: Product, port: str) -> Content:
        name = product.sample(port)
        return program(partial(self.data, name), port, *self.findings(name))

    def _universal(self, product: Product) -> Content:
        names = {"x86_64": product.sample("darwin/amd64"), "arm64": product.sample("darwin/arm64")}
        images = [Image(self.port(name), self.findings(name), part) for part, name in names.items()]
        data = partial(self._joined, *names.values())
        return Content(data, tuple(((), image) for image in images))

    def _joined(self, *names: str) -> bytes:
        return macho.fat(*(architecture(self.data(name)) for name in names))

    def _archive(self, product: Product, port: str) -> tuple[str, Content]:
        """Return a suffix and an archive of a program, each packed in one of the ways that releases are."""
        binary = f"{product.program}{extension(port)}"
        content = self.program(product, port)
        plain, folded = Entry(binary, content), Entry(f"{product.name}/bin/{binary}", content)
        texts = Entry("README.md", README, 0o644), Entry("LICENSE", LICENSE, 0o644)
        if port.startswith("windows/"):
            return ".zip", zipped(*texts, plain)
        ways = (
            (".tar.gz", lambda: tar_gz(plain, *texts)),
            (".tar.xz", lambda: tar_xz(plain, *texts)),
            (".zip", lambda: zipped(folded, *texts)),
            (".gz", lambda: compressed(content, ".gz")),
            (".tar.gz", lambda: tar_gz(folded)),
            (".tar", lambda: tar(Entry(f"./{binary}", content))),
            (".tar.bz2", lambda: tar_bz2(plain)),
            (".zip", lambda: zipped(plain)),
            (".xz", lambda: compressed(content, ".xz")),
            (".tar.zst", lambda: tar_zst(plain, *texts)),
            (".tgz", lambda: npm(replace(plain, name=f"bin/{binary}"))),
            (".zst", lambda: compressed(content, ".zst")),
            (".whl", lambda: wheel(plain)),
        )
        if port in SYSTEMS:
            suffix = SYSTEMS[port]
            return suffix, CONTAINERS[suffix](Entry(f"usr/bin/{binary}", content))
        suffix, pack = ways[PACKED.index((product, port)) % len(ways)]
        return suffix, pack()


def released(name: str) -> bytes:
    """Return a program of samples/release by the name a sample would have; samples/README.md says which are good."""
    _, goos, goarch, _ = name.split("-")
    archive = RELEASE / f"demo_1.2.3_{goos}_{goarch}{'.zip' if goos == 'windows' else '.tar.gz'}"
    if goos == "windows":
        with zipfile.ZipFile(archive) as opened:
            return opened.read("demo.exe")
    with tarfile.open(archive) as opened:
        return opened.extractfile("demo").read()


def architecture(data: bytes) -> tuple[int, int, bytes]:
    """Return a thin Mach-O's processor and kind of it, as its header has them, and the file."""
    return int.from_bytes(data[4:8], "little"), int.from_bytes(data[8:12], "little"), data


@dataclass(frozen=True)
class Release:
    """One version of a product, and where it stands."""

    product: Product
    version: str

    @property
    def directory(self) -> str:
        """Where it stands below the store."""
        return f"{self.product.name}/v{self.version}"

    def place(self, port: str, suffix: str = "", called: str | None = None) -> str:
        """Return the path of an artifact for a port, or of one that is called as if it were for another target."""
        return f"{self.directory}/{self.product.name}_{self.version}_{called or port.replace('/', '_')}{suffix}"

    def healthy(self, shelf: Shelf, number: int | None, without: frozenset[str] = frozenset()) -> Iterator[Entry]:
        """Yield its artifacts: plain programs, but for those whose turn it is to be packed, by the release's number."""
        for at, port in enumerate(self.product.ports):
            if port in without:
                continue
            if number is not None and (at + number) % 8 == 0:
                suffix, content = shelf.archive(self.product, port)
                yield Entry(self.place(port, suffix), content, 0o644)
            else:
                yield Entry(self.place(port, extension(port)), shelf.program(self.product, port))
        if self.product.name in UNIVERSAL and not without & {"darwin/amd64", "darwin/arm64"}:
            yield Entry(self.place("darwin/all"), shelf.universal(self.product))
