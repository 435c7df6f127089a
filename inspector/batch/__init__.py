"""Inspect everything that paths lead to, in this process or in several, and put it together to one report."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Protocol

import msgspec

from inspector import __version__
from inspector.batch.limits import POOL_BYTES, POOL_FILES
from inspector.batch.queue import Order, Queue
from inspector.batch.shelf import Shelf
from inspector.batch.worker import Bounds, Result, work
from inspector.model import Report, RulePage, Severity, Sum, Unlisted
from inspector.pipeline import Options
from inspector.rules import page
from inspector.sources import EVERYTHING, STDIN, Chosen, find, gathered

__all__ = ["Bounds", "Watch", "inspect_paths"]


class Watch(Protocol):
    """Who watches a run. While other processes work, ``tick`` is called at least every second."""

    def found(self, files: int, size: int, *, complete: bool) -> None:
        """Take note of how many files were found so far, of how many bytes, and whether these are all."""

    def started(self, name: str) -> None:
        """Take note of a path that is about to be inspected."""

    def done(self, name: str, files: int, size: int, findings: int) -> None:
        """Take note of a path that was inspected, with all names of its file, and how many those are."""

    def tick(self) -> None:
        """Take note that time goes on."""


class _Nobody:
    def found(self, files: int, size: int, *, complete: bool) -> None: ...
    def started(self, name: str) -> None: ...
    def done(self, name: str, files: int, size: int, findings: int) -> None: ...
    def tick(self) -> None: ...


def inspect_paths(
    paths: Sequence[str],
    options: Options,
    *,
    jobs: int = 1,
    bounds: Bounds | None = None,
    watch: Watch | None = None,
    chosen: Chosen = EVERYTHING,
    apart: bool = False,
) -> Report:
    """Inspect everything the paths name or hold, below directories what is ``chosen``.

    Worker processes, at most ``jobs``, are started when there is enough for them to do. ``apart``: one at least, so
    that a file costs itself alone even when its reader crashes or takes all memory. Bad input becomes a row of
    ``skipped``; nothing that a file holds raises from here. Ctrl-C ends it with what is known so far. Raises
    ReportWriteError when there is no room for what was found.
    """
    watch = watch or _Nobody()
    shelf = Shelf()
    queue = Queue(gathered(find(paths, chosen)))
    sums: list[Sum] = []
    unlisted: list[Unlisted] = []
    interrupted = False
    try:
        queue.look_ahead()
        workers = _workers(queue, jobs, apart=apart)
        with closing(_results(queue, options, workers, bounds or Bounds(), watch)) as results:
            for order, result in results:
                shelf.put(result.reports, result.skipped)
                shelf.put((), queue.skipped())
                sums += result.sums
                unlisted += result.unlisted
                watch.done(_name(order), len(order), order[0].size, _findings(result))
    except KeyboardInterrupt:
        interrupted = True
    shelf.put((), queue.skipped())
    report = Report(
        version=__version__,
        files=shelf.files,
        skipped=shelf.skipped,
        briefs=shelf.briefs,
        unseen=shelf.unseen,
        threshold=options.threshold,
        rules=tuple(RulePage(id=r.id, name=r.name, severity=r.severity, page=page(r)) for r in options.rules),
        interrupted=interrupted,
    )
    if interrupted or not options.judges_releases:
        return report
    try:
        from inspector.release import Listed, release_outcomes  # takes 5 ms to import

        listed = Listed(sums=tuple(sorted(sums, key=_about)), unlisted=tuple(sorted(unlisted, key=_about)))
        release = release_outcomes(report, listed, paths, options.plan, options.rules, options.today, chosen)
    except KeyboardInterrupt:
        return msgspec.structs.replace(report, interrupted=True)
    return msgspec.structs.replace(report, release=release)


def _workers(queue: Queue, jobs: int, *, apart: bool) -> int:
    """Return how many worker processes to start; with none, this process does the work."""
    enough = jobs > 1 and len(queue) > 1 and (queue.files >= POOL_FILES or queue.size >= POOL_BYTES)
    return min(jobs if enough else int(apart), len(queue))


def _results(
    queue: Queue, options: Options, workers: int, bounds: Bounds, watch: Watch
) -> Generator[tuple[Order, Result], None, None]:
    """Yield every order of the queue with its result."""
    here: Iterable[Order] = queue
    if workers:
        from inspector.batch.pool import run
        from inspector.batch.processes import Processes

        here = aside = list[Order]()
        orders = _elsewhere(_watched(queue, watch), aside)
        yield from run(orders, Processes(workers, options, bounds), watch.tick)
    for order in _watched(here, watch):
        yield order, work(order, options, bounds, packed=False)


def _elsewhere(orders: Iterable[Order], aside: list[Order]) -> Iterator[Order]:
    """Yield what another process can inspect; standard input, which no other has, is put aside."""
    for order in orders:
        if order[0].path == STDIN:
            aside.append(order)
        else:
            yield order


def _watched(orders: Iterable[Order], watch: Watch) -> Iterator[Order]:
    for order in orders:
        if isinstance(orders, Queue):
            watch.found(orders.files, orders.size, complete=orders.complete)
        watch.started(_name(order))
        yield order


def _about(one: Sum | Unlisted) -> tuple[str, str]:
    return one.artifact, one.source


def _name(order: Order) -> str:
    return order[0].place.path


def _findings(result: Result) -> int:
    """Return how many findings of a result are more than notes."""
    outcomes = (outcome for one in result.reports for outcome in one.brief.notable)
    return sum(outcome.counts and outcome.severity is not Severity.NOTE for outcome in outcomes)
