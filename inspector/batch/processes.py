"""Workers that are processes of this machine, started afresh ("spawn") so that they share nothing with this one."""

from __future__ import annotations

import pickle
import signal
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, Final

from inspector.batch.queue import Order
from inspector.batch.worker import Bounds, Result, prepare, task
from inspector.pipeline import Options

_PATIENCE: Final = 5.0
"""Seconds in which a process that was told to end is gone."""

_PAUSE: Final = 0.01
"""Seconds between two looks at a process that is about to be gone."""

_MEANING: Final = {
    "SIGKILL": "as the system does when memory runs out",
    "SIGBUS": "as when a file shrinks while it is read",
}


class _Context(SpawnContext):
    """A spawn context that remembers the processes it started: an executor does not show them."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802  # its name there
        """Make a process."""
        process = SpawnProcess(*args, **kwargs)
        self.started.append(process)
        return process


class Processes:
    """A process pool that can be given up at once."""

    def __init__(self, jobs: int, options: Options, bounds: Bounds) -> None:
        self.jobs = jobs
        self._settings = pickle.dumps((options, bounds), pickle.HIGHEST_PROTOCOL)
        self._context = _Context()
        self._executor: ProcessPoolExecutor | None = None

    @property
    def task(self) -> Callable[[Order], Result]:
        """What inspects one order."""
        return task

    def executor(self, jobs: int) -> Executor:
        """Return the pool, started if there is none."""
        if self._executor is None:
            self._context = _Context()
            self._executor = ProcessPoolExecutor(
                jobs, mp_context=self._context, initializer=prepare, initargs=(self._settings,)
            )
        return self._executor

    def autopsy(self) -> str:
        """Say how the only process of a broken pool ended."""
        (process,) = self._context.started
        # A pool tells of a death before the process is quite gone, and waits for it in a thread of its own: asked at
        # the same time, the system tells only one of the two.
        end = time.monotonic() + _PATIENCE
        while process.exitcode is None and time.monotonic() < end:
            time.sleep(_PAUSE)
        return "is gone" if process.exitcode is None else _how(process.exitcode)

    def discard(self) -> None:
        """End the processes."""
        executor, self._executor = self._executor, None
        if executor is None:
            return
        for process in self._context.started:
            process.kill()
        executor.shutdown(wait=True, cancel_futures=True)
        for process in self._context.started:
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
