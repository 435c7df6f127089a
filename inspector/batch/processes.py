"""Workers that are processes of this machine, started afresh ("spawn") so that they share nothing with this one."""

from __future__ import annotations

import pickle
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, Final

from inspector.batch.limits import GRACE
from inspector.batch.queue import Order
from inspector.batch.worker import Bounds, OutOfTime, Result, mishap, prepare, task, work
from inspector.model import SkipKind
from inspector.pipeline import Options

_PATIENCE: Final = 5.0
"""Seconds in which a process that was told to end is gone."""

_PAUSE: Final = 0.01
"""Seconds between two looks at a process that is about to be gone."""

_MEANING: Final = {
    "SIGKILL": "as the system does when memory runs out",
    "SIGBUS": "as when a file shrinks while it is read",
}


class _Deaf(SpawnProcess):
    """A process that never hears of Ctrl-C, which a terminal sends to all: it would die of it while it starts."""

    def start(self) -> None:
        """Start it."""
        with _deaf():
            super().start()


@contextmanager
def _deaf() -> Iterator[None]:
    """Hold back SIGINT, for who is started here inherits that; this process gets it at the end."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # to start it later would let the signal through (bpo-33613)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Context(SpawnContext):
    """A spawn context that remembers the processes it started: an executor does not show them."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802  # its name there
        """Make a process."""
        process = _Deaf(*args, **kwargs)
        self.started.append(process)
        return process


class Processes:
    """A process pool that can be given up at once."""

    def __init__(self, jobs: int, options: Options, bounds: Bounds) -> None:
        self.jobs = jobs
        self._options, self._bounds = options, bounds
        self._settings = pickle.dumps((options, bounds), pickle.HIGHEST_PROTOCOL)
        self._context = _Context()
        self._executor: ProcessPoolExecutor | None = None
        self._started = 0.0

    @property
    def task(self) -> Callable[[Order], Result]:
        """What inspects one order."""
        return task

    def executor(self, jobs: int) -> Executor:
        """Return the pool, started if there is none."""
        if self._executor is None:
            self._context, self._started = _Context(), time.monotonic()
            self._executor = ProcessPoolExecutor(
                jobs, mp_context=self._context, initializer=prepare, initargs=(self._settings,)
            )
        return self._executor

    def here(self, order: Order) -> Result:
        """Inspect one order in this process."""
        return work(order, self._options, self._bounds, packed=True)

    def autopsy(self) -> tuple[SkipKind, str]:
        """Say how the only process of a broken pool ended."""
        (process,) = self._context.started
        # A pool tells of a death before the process is quite gone, and waits for it in a thread of its own: asked at
        # the same time, the system tells only one of the two.
        end = time.monotonic() + _PATIENCE
        while process.exitcode is None and time.monotonic() < end:
            time.sleep(_PAUSE)
        # The watchdog of native code has one exit code, and so have others; but they do not take so long.
        if process.exitcode == 1 and time.monotonic() - self._started > self._bounds.seconds + GRACE:
            return mishap(OutOfTime(self._bounds.seconds))
        how = "is gone" if process.exitcode is None else _how(process.exitcode)
        return SkipKind.UNREADABLE, f"the process that read it {how}"

    def discard(self) -> None:
        """End the processes."""
        executor, self._executor = self._executor, None
        if executor is None:
            return
        started = [process for process in self._context.started if process.pid is not None]  # Ctrl-C may come between
        for process in started:
            process.kill()
        executor.shutdown(wait=True, cancel_futures=True)
        for process in started:
            process.join(_PATIENCE)


def _how(code: int) -> str:
    """Say how a process ended, by its exit code."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    meaning = f", {_MEANING[name]}" if name in _MEANING else ""
    return f"was ended by {name}{meaning}"
