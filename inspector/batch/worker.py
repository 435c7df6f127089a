"""Inspect one found file within bounds of time and memory; in this process, or as a task in another one."""

from __future__ import annotations

import os
import pickle
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import msgspec

from inspector.batch.limits import GRACE, KEPT_FILES, MEMORY, PACKED, SECONDS
from inspector.batch.queue import Order
from inspector.batch.shelf import Inspected
from inspector.errors import internal
from inspector.model import SkipKind, Skipped, Sum, Unlisted
from inspector.pipeline import Options, inspect


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What one found file may take: seconds, bytes of a worker's address space, and bytes of packed reports."""

    seconds: float = SECONDS
    memory: int = MEMORY
    packed: int = PACKED


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one found file gave, under all its names; ``sums`` and ``unlisted``: what lists say of it."""

    reports: tuple[Inspected, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    sums: tuple[Sum, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()


class OutOfTime(BaseException):
    """The time for one file is over. No Exception, so that nothing on the way takes it for a defect of the file."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds

    def __str__(self) -> str:
        return f"took longer than {self.seconds:g} s"


def work(order: Order, options: Options, bounds: Bounds, *, packed: bool) -> Result:
    """Inspect a found file; ``packed``: the reports are for another process.

    Whatever goes wrong becomes a row, and what was found before it is kept.
    """
    reports: list[Inspected] = []
    rows: list[Skipped] = []
    listed: tuple[tuple[Sum, ...], tuple[Unlisted, ...]] = ((), ())
    room = bounds.packed
    try:
        with _limited(bounds.seconds):
            for met in inspect(order, options):
                if isinstance(met, Skipped):
                    rows.append(met)
                    continue
                one = Inspected.of(met, packed=packed or len(reports) >= KEPT_FILES)
                room -= one.size
                if room < 0:
                    rows += failed(order, SkipKind.LIMIT, _crowded(reports))
                    break
                reports.append(one)
            if options.judges_releases:
                listed = _listed(order, reports, options)
    except (OutOfTime, Exception) as error:  # noqa: BLE001  # our own defect must not cost the other files of a batch
        rows += failed(order, *mishap(error))
    return Result(reports=tuple(reports), skipped=tuple(rows), sums=listed[0], unlisted=listed[1])


def _crowded(reports: Sequence[Inspected]) -> str:
    return f"only the first {len(reports)} Go programs in it were inspected, there is no room for more: unpack it"


def _listed(
    order: Order, reports: Sequence[Inspected], options: Options
) -> tuple[tuple[Sum, ...], tuple[Unlisted, ...]]:
    """Hold a found file against the lists that name it, while its bytes are still at hand."""
    from inspector.release.listed import held  # takes 2 ms to import

    briefs = [one.brief for one in reports]
    programs = {brief.path for brief in briefs}
    known = next((b.sha256 for b in briefs if not b.members and isinstance(b.sha256, str)), None)
    digests = {} if known is None else {"sha256": known}
    sums: list[Sum] = []
    unlisted: list[Unlisted] = []
    for found in order:
        said = held(found.path, options.plan, digests, hashes=options.hashes, below=found.below)
        sums += said.sums
        name = found.place.path
        if said.unlisted_by and name in programs:
            unlisted.append(Unlisted(artifact=name, source=", ".join(said.unlisted_by)))
    return tuple(sums), tuple(unlisted)


def mishap(error: BaseException) -> tuple[SkipKind, str]:
    """Return the kind and the reason of the row that something makes which is no defect of the file."""
    if isinstance(error, OutOfTime):
        return SkipKind.LIMIT, str(error)
    if isinstance(error, MemoryError):
        return SkipKind.LIMIT, "takes more memory than there is"
    return SkipKind.UNREADABLE, internal(error)


def failed(order: Order, kind: SkipKind, reason: str) -> list[Skipped]:
    """Return a row for each name of a file that could not be inspected."""
    return [found.place.skipped(kind, reason) for found in order]


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise OutOfTime here when the time is over; in threads and on Windows nothing can."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    over = False

    def ring(*_: object) -> None:
        if not over:
            raise OutOfTime(seconds)

    before = signal.signal(signal.SIGALRM, ring)
    # Again every second: where it is raised in a destructor, Python drops it.
    callers = signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)
    try:
        yield
    finally:
        over = True  # first of all: from here on an alarm would leave the timer running
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *callers)  # a script that calls this may have a timer of its own


_prepared: tuple[Options, Bounds] | None = None


def prepare(settings: bytes) -> None:
    """Make this process a worker: what every task shares is sent once."""
    _be_silent()
    global _prepared  # noqa: PLW0603  # the one state a process pool's initializer can leave behind
    _prepared = _, bounds = pickle.loads(settings)  # noqa: S301  # from the process that started this one
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the starting process' affair
    _bound_memory(bounds.memory)
    _end_with_parent()


def task(order: Order) -> Result:
    """Do a worker's work."""
    import faulthandler

    assert _prepared is not None
    options, bounds = _prepared
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123  # a stuck worker's stack is nobody's reading
        with suppress(RuntimeError):  # no thread can be had for it; there is still the time limit for Python's code
            faulthandler.dump_traceback_later(bounds.seconds + GRACE, exit=True, file=nowhere)
        try:
            return work(order, options, bounds, packed=True)
        finally:
            faulthandler.cancel_dump_traceback_later()


def _be_silent() -> None:
    """Drop what Python and native libraries write to standard error as they die: a row says how this process ended."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _bound_memory(size: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has none
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = size if hard == resource.RLIM_INFINITY else min(size, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (ValueError, OSError):  # macOS refuses a limit below what is mapped already
        return


def _end_with_parent() -> None:
    """End this process when the one that started it is gone, however it went."""
    from multiprocessing import connection, parent_process

    parent: Any = parent_process()
    if parent is None:  # a thread of an executor that starts no processes
        return

    def watch() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
