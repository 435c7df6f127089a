"""Build the samples of samples/manifest.toml into a cache outside the work tree.

    build_samples.py [--tier core|wide] [--only GLOB] [--jobs N] [--cache DIR]

A sample lies under a key made of its source, toolchain, flags and environment, so one that is there need
not be built again. `index-TIER.json` in the cache maps sample names to files; by-name/ holds links to them.
"""

from __future__ import annotations

import argparse
import fnmatch
import hashlib
import json
import os
import shutil
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from build_cache import only_one, tree_digest
from building import BuildError, build_with_tools, make_work_tree, run
from sample_manifest import SAMPLES, TIERS, Manifest, ManifestError, Spec, default_cache, load
from toolchains import STUBS, ToolchainError, Toolchains, build_environment, cc_identity, go_cache

# Part of every key: a change in how samples are built makes them all anew.
RECIPE = 1


@dataclass(frozen=True)
class Job:
    """A sample with all that decides its bytes."""

    spec: Spec
    key: str


class Builder:
    """Builds samples into one cache. Samples that share a standard library build must not run side by side."""

    def __init__(self, cache: Path, manifest: Manifest, threads: int) -> None:
        self.cache = cache
        self._manifest = manifest
        self._toolchains = Toolchains(cache)
        self._threads = threads
        self._by_name = {spec.name: spec for spec in manifest.specs}
        self._jobs: dict[str, Job] = {}

    def job(self, spec: Spec) -> Job:
        """Name the compiler and compute the key; installs nothing. Raises ToolchainError."""
        if spec.name not in self._jobs:
            compiler = None
            if spec.cc is not None:
                compiler = cc_identity(spec.cc, spec.goarch, spec.target, self._manifest.zig)
            parts = {
                "recipe": RECIPE,
                "source": tree_digest(SAMPLES / "src" / spec.program),
                "spec": _what_decides(spec),
                "compiler": compiler,
                "stubs": tree_digest(STUBS) if "{stubs}" in (spec.target or "") else None,
                "payload": self.job(self._by_name[spec.payload]).key if spec.payload else None,
            }
            text = json.dumps(parts, sort_keys=True)
            key = hashlib.sha256(text.encode()).hexdigest()[:20]
            self._jobs[spec.name] = Job(spec, key)
        return self._jobs[spec.name]

    def path(self, job: Job) -> Path:
        """Where the sample's file is, or will be."""
        return self.cache / "samples" / job.key / job.spec.filename

    def install_compilers(self, jobs: Iterable[Job]) -> None:
        """Install zig if a job needs it, before jobs that share it run side by side. Raises ToolchainError."""
        if any(job.spec.cc == "zig" for job in jobs):
            self._toolchains.zig(self._manifest.zig)

    def install(self, release: str) -> Path:
        """Return the go command of a release, installed on first use. Raises ToolchainError."""
        return self._toolchains.go(release)

    def build(self, job: Job) -> None:
        """Build one sample in a scratch copy of its source. Raises BuildError."""
        spec = job.spec
        scratch = self.cache / "work" / job.key
        shutil.rmtree(scratch, ignore_errors=True)
        source, out = scratch / spec.program, scratch / "out"
        shutil.copytree(SAMPLES / "src" / spec.program, source)
        out.mkdir()
        if spec.payload is not None:
            payload = self.path(self.job(self._by_name[spec.payload]))
            shutil.copyfile(payload, source / "payload.bin")
        base = build_environment(self.cache, spec.go)
        if spec.vcs is not None:
            make_work_tree(spec.name, source, base)
            if spec.vcs == "dirty":  # go counts untracked files too
                (source / "untracked.txt").write_text("not committed\n", encoding="utf-8")
        cc = None
        if spec.cc is not None:
            cc = self._toolchains.cc(spec.cc, spec.goarch, spec.target, self._manifest.zig)
        settings = {
            "GOOS": spec.goos,
            "GOARCH": spec.goarch,
            "CGO_ENABLED": "0" if cc is None else "1",
            **({} if cc is None else {"CC": cc}),
            **spec.env,
        }
        vcs = "-buildvcs=false" if spec.vcs is None else "-buildvcs=true"
        go = str(self.install(spec.go))
        target = str(out / spec.filename)
        arguments = [f"-p={self._threads}", vcs, *spec.flags]
        if spec.way == "tools":
            build_with_tools(spec.name, go, arguments, target, source, base, settings)
        else:
            what = "main.go" if spec.way == "file" else "."
            if spec.way == "gopath":
                settings["GO111MODULE"] = "off"
            run(spec.name, [go, "build", *arguments, "-o", target, what], source, base, settings)
        # A C library leaves a header beside it; the sample is the library alone.
        for extra in out.iterdir():
            if extra.name != spec.filename:
                extra.unlink()
        home = self.cache / "samples" / job.key
        home.parent.mkdir(parents=True, exist_ok=True)
        out.rename(home)
        shutil.rmtree(scratch, ignore_errors=True)


def _what_decides(spec: Spec) -> dict[str, object]:
    """All of a spec that its bytes depend on."""
    decides = {k: v for k, v in asdict(spec).items() if k not in ("name", "tier", "variant")}
    if spec.way is None:  # the usual way has no part in the key, as in keys made before there were others
        del decides["way"]
    return decides


def waves(jobs: Iterable[Job]) -> Iterator[tuple[str, list[list[Job]]]]:
    """Jobs in the order to build them: (Go release, groups that may run side by side).

    One release after the other, so that its build cache can go when it is done; what embeds another
    sample comes last. A group is one port: its samples share the compiled standard library, and two at
    once would compile it twice. The longest group starts first, so that no core waits at the end.
    """
    ordered: dict[tuple[bool, tuple[int, ...], str], dict[tuple[str, str], list[Job]]] = {}
    for job in jobs:
        release = tuple(int(part) for part in job.spec.go.split("."))
        wave = ordered.setdefault((job.spec.payload is not None, release, job.spec.go), defaultdict(list))
        wave[job.spec.goos, job.spec.goarch].append(job)
    for (_, _, go), groups in sorted(ordered.items()):
        yield go, sorted(groups.values(), key=len, reverse=True)


def build_all(builder: Builder, specs: Sequence[Spec], jobs: int, drop_caches: bool) -> list[str]:
    """Build what is missing, all that can be; return one message for each sample that failed."""
    failures: list[str] = []
    missing: list[Job] = []
    for spec in specs:
        try:
            job = builder.job(spec)
        except ToolchainError as error:
            failures.append(f"{spec.name}: {error}")
            continue
        if not builder.path(job).is_file():
            missing.append(job)
    done = 0
    lock = threading.Lock()

    def build_group(group: list[Job]) -> None:
        nonlocal done
        for job in group:
            started = time.monotonic()
            try:
                builder.build(job)
                word = f"{time.monotonic() - started:5.1f} s"
            except (BuildError, ToolchainError, OSError) as error:
                word = " FAILED"
                with lock:
                    failures.append(str(error) if isinstance(error, BuildError) else f"{job.spec.name}: {error}")
            with lock:
                done += 1
                print(f"[{done}/{len(missing)}] {word}  {job.spec.name}", file=sys.stderr, flush=True)

    builder.install_compilers(missing)
    planned = list(waves(missing))
    for number, (go, groups) in enumerate(planned):
        builder.install(go)
        with ThreadPoolExecutor(jobs) as pool:
            for future in [pool.submit(build_group, group) for group in groups]:
                future.result()
        if drop_caches and all(later != go for later, _ in planned[number + 1 :]):
            shutil.rmtree(go_cache(builder.cache, go), ignore_errors=True)
    return failures


def write_index(builder: Builder, specs: Sequence[Spec], tier: str) -> None:
    """Map each sample of the tier that is there to its file and facts, each Go release to its go command."""
    index: dict[str, object] = {}
    releases: set[str] = set()
    for spec in specs:
        try:
            job = builder.job(spec)
        except ToolchainError:  # reported by build_all, when it was asked to build this one
            continue
        path = builder.path(job)
        if path.is_file():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            index[spec.name] = {"path": str(path), "sha256": digest, **asdict(spec)}
            releases.add(spec.go)
            _link(builder.cache / "by-name", spec, path)
    go = {release: str(builder.install(release)) for release in releases}
    document = {"tier": tier, "go": go, "samples": index}
    text = json.dumps(document, indent=1, sort_keys=True) + "\n"
    target = builder.cache / f"index-{tier}.json"
    partial = target.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(target)


def _link(folder: Path, spec: Spec, path: Path) -> None:
    folder.mkdir(exist_ok=True)
    link = folder / (spec.name + path.suffix)
    link.unlink(missing_ok=True)
    link.symlink_to(path)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Build the samples of samples/manifest.toml.")
    parser.add_argument("--tier", choices=TIERS, default="core", help="wide includes core (default: core)")
    parser.add_argument("--only", metavar="GLOB", default="*", help="build only samples whose name matches")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="default: cores")
    parser.add_argument("--cache", type=Path, default=default_cache(), metavar="DIR", help="default: %(default)s")
    arguments = parser.parse_args(argv)
    if arguments.jobs < 1:
        parser.error("--jobs must be at least 1")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code: 0 every sample asked for is there, 1 something failed."""
    arguments = _arguments(argv)
    cache = arguments.cache.absolute()
    try:
        manifest = load()
        tier = manifest.of_tier(arguments.tier)
        wanted = [spec for spec in tier if fnmatch.fnmatchcase(spec.name, arguments.only)]
        if not wanted:
            print(f"no sample of the {arguments.tier} tier matches {arguments.only}", file=sys.stderr)
            return 1
        names = {spec.name for spec in wanted}
        payloads = {spec.payload for spec in wanted if spec.payload}
        wanted += [spec for spec in tier if spec.name in payloads - names]
        cores = os.cpu_count() or 1
        builder = Builder(cache, manifest, threads=max(1, cores // arguments.jobs))
        started = time.monotonic()
        with only_one(cache):
            failures = build_all(builder, wanted, arguments.jobs, drop_caches=arguments.tier == "wide")
            write_index(builder, tier, arguments.tier)
    except (ManifestError, ToolchainError, OSError) as error:
        print(f"build_samples: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    for failure in failures:
        print(f"\nbuild_samples: {failure}", file=sys.stderr)
    count = len(wanted) - len(failures)
    print(f"{count} of {len(wanted)} samples ready in {time.monotonic() - started:.0f} s: {cache}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
