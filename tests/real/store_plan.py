"""The plan of a whole store: many good releases, and among them everything that is planted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from inspector.sources.limits import MAX_DEPTH
from tests.real.edited import replaced
from tests.real.store import Content, Entry, Image, Plan, ReleaseWide, Special, Sums, noise, program, unusable
from tests.real.store_archives import CONTAINERS, SINGLE, compressed, deb, nested, tar, tar_gz, zipped
from tests.real.store_defects import MODIFIED, PROGRAMS, Defect, archives, error
from tests.real.store_products import LICENSE, PRODUCTS, README, Product, Release, Shelf, extension
from tests.samples import Samples

BY_NAME = {product.name: product for product in PRODUCTS}
HELLO, USES, DEMO = BY_NAME["hello"], BY_NAME["uses"], BY_NAME["demo"]
NOTES = noise("What has changed.\n")
OTHER_COMMIT = b"0123456789abcdef0123456789abcdef01234567"
REVISION = b"vcs.revision="


def planned(samples: Samples, count: int, root: str = "store") -> Plan:
    """Return the plan of a store with this many artifacts, or more where what is planted takes more.

    ``root`` is how the tool is given the store: what it calls artifacts begins so.
    """
    store = _Store(Shelf(samples), root)
    store.defects()
    store.damaged_archives()
    store.nested()
    store.every_kind_of_archive()
    store.scripts_of_wasm()
    store.mixed_releases()
    store.lists_that_lie()
    store.odds_and_ends()
    store.fill(count)
    return store.plan


class _Store:
    def __init__(self, shelf: Shelf, root: str) -> None:
        self.plan = Plan()
        self._shelf = shelf
        self._root = root
        self._versions: dict[str, int] = {}

    # --- what is wrong with one artifact -------------------------------------------------------------------

    def defects(self) -> None:
        """Place every broken program twice, as it is and in an archive, each in a release that is good otherwise."""
        for defect in PROGRAMS:
            content = defect.content(self._shelf)
            for place in (_plain, _packed):
                release = self._release_for(defect)
                port = self._shelf.port(defect.sample)
                self._add(release, [place(release, defect, port, content)], frozenset(release.product.ports) & {port})

    def damaged_archives(self) -> None:
        """Place the archives that cannot be read themselves."""
        for name, (suffix, content) in archives(self._shelf).items():
            release = self._next(HELLO)
            broken = Entry(release.place("linux/amd64", suffix), content, 0o644, why=name)
            self._add(release, [broken], frozenset({"linux/amd64"}))

    def nested(self) -> None:
        """Place archives in archives: whole releases in one, good and not, down to the stated depth and beyond it."""
        archive = self._shelf.archive
        linux, arm, windows = (self._shelf.program(HELLO, p) for p in ("linux/amd64", "linux/arm64", "windows/amd64"))
        good = [
            Entry("hello_1.0.0_linux_arm64.tar.gz", tar_gz(Entry("hello", arm), Entry("README.md", README, 0o644))),
            Entry("hello_1.0.0_windows_amd64.zip", zipped(Entry("hello.exe", windows))),
            Entry("hello_1.0.0_linux_amd64.deb", deb(Entry("usr/bin/hello", linux))),
            Entry(f"hello_1.0.0_freebsd_amd64{archive(HELLO, 'freebsd/amd64')[0]}",
                  archive(HELLO, "freebsd/amd64")[1]),
        ]  # fmt: skip
        self.plan.entries += [
            Entry("bundles/hello-1.0.0.tar.gz", tar_gz(*good, Entry("hello_1.0.0_linux_amd64", linux)), 0o644),
            Entry("bundles/hello-1.0.1.zip", zipped(*good, Entry("NOTES", NOTES, 0o644)), 0o644),
            Entry("bundles/deep.zip", zipped(Entry("in.tar.gz", tar_gz(Entry("in.tar", tar(Entry("hello", linux)))))),
                  0o644),
        ]  # fmt: skip
        broken = [
            Entry("hello_1.0.2_linux_amd64.tar.gz", tar_gz(
                Entry("hello", linux, 0o644, frozenset({error("mode-not-executable")})))),
            Entry("hello_1.0.2_openbsd_arm64.zip", zipped(
                Entry("hello", arm, adds=frozenset({error("wrong-goos")})))),
        ]  # fmt: skip
        too_deep = Entry("hello.zip", unusable(zipped(Entry("hello", linux)).data, "limit"))
        for depth in range(MAX_DEPTH):
            too_deep = Entry(f"bundles/too-deep-{depth}.zip", zipped(too_deep), 0o644, why="too many archives")
        self.plan.entries += [
            Entry("bundles/hello-1.0.2.tar", tar(*good, *broken), 0o644, why="two of its archives are wrong"),
            too_deep,
        ]
        copies = ("hello_1.0.0_linux_arm64.tar.gz", "hello_1.0.2_openbsd_arm64.zip")
        names = [f"bundles/hello-1.0.2.tar -> {copy} -> hello" for copy in copies]
        self._expect("same-content-two-targets", "error", names, "it has the program for linux twice")

    def every_kind_of_archive(self) -> None:
        """Place a good and a broken program in archives of every kind, in one another to every depth there may be."""
        good = self._shelf.program(HELLO, "linux/amd64")
        (broken,) = (defect.content(self._shelf) for defect in PROGRAMS if defect.name == "writable-segment")
        for at, suffix in enumerate(CONTAINERS):
            depth = at % MAX_DEPTH + 1
            single = list(SINGLE)[at % len(SINGLE)] if depth < MAX_DEPTH else ""  # a compressed file is one more
            first = Entry(f"hello{single}", compressed(good, single) if single else good)
            chain = nested(at, depth, first, Entry("broken", broken))
            name = f"chains/{at}-{depth}-deep{suffix}"
            self.plan.entries.append(replace(chain, name=name, why="a broken program far inside"))

    def scripts_of_wasm(self) -> None:
        """Place programs for js/wasm beside the script of their Go, and beside one that lacks a function."""
        script = self._shelf.go("1.27.3") / "lib" / "wasm" / "wasm_exec.js"
        content = self._shelf.program(HELLO, "js/wasm")
        mismatch = frozenset({error("wasm-exec-mismatch")})

        def lacking() -> bytes:
            return script.read_bytes().replace(b'"runtime.walltime"', b'"runtime.wallpaper"')

        for name, data, adds in (("whole", script.read_bytes, frozenset()), ("lacking", lacking, mismatch)):
            beside = Entry("wasm_exec.js", unusable(data, "not-executable"), 0o644)
            app = Entry("app.wasm", content, adds=adds, why="its script lacks a function" if adds else "")
            packed = Entry(f"web/{name}_js_wasm.tar.gz", tar_gz(app, beside), 0o644, why=app.why)
            folder = f"web/{name}"
            self.plan.entries += [packed, *(replace(one, name=f"{folder}/{one.name}") for one in (app, beside))]

    # --- what is wrong with a release ----------------------------------------------------------------------

    def mixed_releases(self) -> None:
        """Place releases of which one artifact was built from other things than the rest."""
        old = self._shelf.program(BY_NAME["hello-lts"], "linux/amd64")
        self._odd(HELLO, "linux/amd64", old, "mixed-go-versions")
        self._odd(DEMO, "linux/386", self._edited(DEMO, "linux/386", _of_another_commit), "mixed-revisions")
        other = partial(replaced, old=b"mod\texample.com/demo\tv1.2.3\t", new=b"mod\texample.com/demo\tv1.2.2\t")
        self._odd(DEMO, "windows/386", self._edited(DEMO, "windows/386", other), "mixed-module-versions")
        for product, rule in (("uses-native", "mixed-linkage"), ("uses-clean", "mixed-settings")):
            self._odd(USES, "linux/amd64", self._shelf.program(BY_NAME[product], "linux/amd64"), rule)
        self._odd(USES, "linux/amd64", self._shelf.program(BY_NAME["uses-small"], "linux/amd64"), "mixed-settings")
        self._twice_the_same()

    def _twice_the_same(self) -> None:
        for pack in (False, True):
            release = self._next(HELLO)
            content = self._shelf.program(HELLO, "linux/amd64")
            wrong = Entry("hello", content, adds=frozenset({error("wrong-goarch")}), why="the same for two targets")
            right = Entry("hello", content)
            entries = [
                replace(entry, name=release.place("linux/amd64", called=called))
                if not pack
                else Entry(release.place("linux/amd64", ".tar.gz", called), tar_gz(entry), 0o644, why=entry.why)
                for entry, called in ((right, "linux_amd64"), (wrong, "linux_riscv64"))
            ]
            self._add(release, entries, frozenset({"linux/amd64"}))
            names = (f"{entry.name} -> hello" if pack else entry.name for entry in entries)
            self._expect("same-content-two-targets", "error", names, "one program under the names of two targets")

    def lists_that_lie(self) -> None:
        """Place checksum files with a wrong checksum, and such as leave an artifact out."""
        for name in ("checksums.txt", "SHA256SUMS", "hello_sha256sums.txt"):
            release = self._next(HELLO)
            entries = tuple(release.healthy(self._shelf, 0))
            self.plan.entries += entries
            lie, unlisted = entries[3].name, entries[5].name
            listed = tuple(entry for entry in entries if entry.name != unlisted)
            self.plan.sums.append(Sums(f"{release.directory}/{name}", listed, lies=(lie,)))
            self._expect("checksum-file-mismatch", "error", [lie], "the list has another checksum")
            self._expect("unlisted-artifact", "warning", [unlisted], "the list leaves it out")
        release = self._next(BY_NAME["keeper"])
        first, second = release.healthy(self._shelf, 1)
        self.plan.entries += (first, second)
        self.plan.sums += [Sums(f"{first.name}.sha256", (first,), lies=(first.name,)),
                           Sums(f"{second.name}.sha256", (second,))]  # fmt: skip
        self._expect("checksum-file-mismatch", "error", [first.name], "its own checksum file lies")

    def _odd(self, product: Product, port: str, content: Content, rule: str) -> None:
        release = self._next(product)
        entry = Entry(release.place(port, extension(port)), content, why=rule)
        # Nothing packed: what is in a package of a system is not compared with what is in none.
        self.plan.entries += [*release.healthy(self._shelf, None, frozenset({port})), entry]
        self._expect(rule, "warning", [entry.name], "it was built from other things than the rest of its release")

    def _expect(self, rule: str, severity: str, names: Iterable[str], why: str) -> None:
        found = frozenset(f"{self._root}/{name}" for name in names)
        self.plan.release.append(ReleaseWide(rule, severity, found, why))

    def _edited(self, product: Product, port: str, edit: Callable[[bytes], bytes]) -> Content:
        name = product.sample(port)
        return program(lambda: edit(self._shelf.data(name)), port, *self._shelf.findings(name, MODIFIED))

    # --- what else lies in a store -------------------------------------------------------------------------

    def odds_and_ends(self) -> None:
        """Place links, a pipe, hidden files, files of everyday names, and one that may not be read."""
        hello = self._shelf.program(HELLO, "linux/amd64")
        self.plan.entries += [
            Entry(".cache/hello_linux_amd64", hello),
            Entry("attic/.hello-linux-amd64.bak", hello),
            Entry("attic/höllo wörld (linux amd64)", hello),
            Entry("attic/hello", hello),
            Entry("index.html", noise("<!doctype html>\n"), 0o644),
            Entry("attic/.DS_Store", unusable(lambda: b"\0\0\0\1Bud1", "not-executable"), 0o644),
        ]
        self.plan.specials += [
            Special("links/latest", lambda path: path.symlink_to("../attic/hello")),
            Special("links/up", lambda path: path.symlink_to("..")),
            Special("links/outside", lambda path: path.symlink_to("/"), "not-executable"),
            Special("links/nowhere", lambda path: path.symlink_to("gone"), "not-executable"),
            Special("links/round", lambda path: path.symlink_to("round"), "not-executable"),
            Special("attic/pipe", os.mkfifo, "not-executable"),
            Special("attic/nothing", Path.mkdir),
        ]
        if os.geteuid():  # root reads everything
            self.plan.specials.append(Special("attic/secret", lambda path: path.touch(0), "unreadable"))

    def fill(self, count: int) -> None:
        """Add good releases, the last of them unfinished, until there are as many artifacts as wanted."""
        entries = self._healthy()
        missing = count - len(self.plan.artifacts)
        while missing > 0:
            entry = next(entries)
            self.plan.entries.append(entry)
            missing -= any(isinstance(what, Image) for _, what in entry.said())

    def _healthy(self) -> Iterator[Entry]:
        number = 0
        while True:
            for product in PRODUCTS:
                number += 1
                release = self._next(product)
                yield from (entries := tuple(release.healthy(self._shelf, number)))
                yield from _noise(release, number)
                if number % 3 == 0:
                    name = ("checksums.txt", "SHA256SUMS")[number % 2]
                    self.plan.sums.append(Sums(f"{release.directory}/{name}", entries))

    # --- releases ------------------------------------------------------------------------------------------

    def _next(self, product: Product) -> Release:
        minor = self._versions[product.name] = self._versions.get(product.name, -1) + 1
        return Release(product, f"1.{minor}.0")

    def _release_for(self, defect: Defect) -> Release:
        port = self._shelf.port(defect.sample)
        if defect.alone:
            return self._next(Product(defect.name, (), defect.sample.partition("-")[0]))
        return self._next(next(product for product in PRODUCTS if product.sample(port) == defect.sample))

    def _add(self, release: Release, planted: list[Entry], without: frozenset[str]) -> None:
        """Add a release with what is planted in it, and a list of checksums in every second."""
        entries = [*release.healthy(self._shelf, len(self.plan.sums), without), *planted]
        self.plan.entries += entries
        if len(self.plan.entries) % 2:
            self.plan.sums.append(Sums(f"{release.directory}/checksums.txt", tuple(entries)))


def _plain(release: Release, defect: Defect, port: str, content: Content) -> Entry:
    suffix = extension(port) if defect.suffix is None else defect.suffix
    return Entry(release.place(port, suffix, defect.called), content, defect.mode, why=defect.name)


def _packed(release: Release, defect: Defect, port: str, content: Content) -> Entry:
    suffix = extension(port) if defect.suffix is None else defect.suffix
    member = Entry(f"{release.product.program}{suffix}", content, defect.mode)
    pack, ending = (zipped, ".zip") if port.startswith("windows/") else (tar_gz, ".tar.gz")
    archive = pack(member, Entry("LICENSE", LICENSE, 0o644))
    return Entry(release.place(port, ending, defect.called), archive, 0o644, why=defect.name)


def _noise(release: Release, number: int) -> Iterator[Entry]:
    if number % 4 == 0:
        yield Entry(f"{release.directory}/CHANGELOG.md", NOTES, 0o644)
    if number % 50 == 0:
        yield Entry(f"{release.directory}/.keep", unusable(bytes, "not-executable"), 0o644)


def _of_another_commit(data: bytes) -> bytes:
    at = data.index(REVISION) + len(REVISION)
    return replaced(data, data[at : at + 40], OTHER_COMMIT)
