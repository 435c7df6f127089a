"""Hand orders to the workers of an executor, and survive the death of any of them.

When a process of a concurrent.futures pool dies, the pool fails every future it still has, and tells nothing of
who was at fault. So what was handed out is done again, each file alone in a process of its own: what dies there
twice, for once may be the doing of another, is the culprit, and the rest has lost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from typing import Final, Protocol

from inspector.batch.limits import IN_FLIGHT
from inspector.batch.queue import Order
from inspector.batch.worker import Result, failed, mishap
from inspector.model import SkipKind

_TICK: Final = 0.5
"""Seconds after which a wait without news ends, so that someone who watches sees that time goes on."""

_TRIES: Final = 2
"""Deaths of a file's own worker that prove it: the system may kill any process when memory runs out."""

_NO_PROCESS: Final = (OSError, RuntimeError)
"""What the system's refusal of another process or thread raises: EAGAIN, ENOMEM, "can't start new thread"."""


class Workers(Protocol):
    """An executor and the task to submit to it. Both may be asked for again after ``discard``."""

    jobs: int

    @property
    def task(self) -> Callable[[Order], Result]:
        """What inspects one order; another process can import it."""

    def executor(self, jobs: int) -> Executor:
        """Return an executor with room for ``jobs`` tasks at a time; the one in use, or a new one."""

    def here(self, order: Order) -> Result:
        """Inspect one order in this process: no other can be started."""

    def autopsy(self) -> tuple[SkipKind, str]:
        """Say of a broken executor's only worker how it ended: the kind and the reason of its file's row."""

    def discard(self) -> None:
        """Give up the executor at once, whatever it is doing."""


def run(orders: Iterable[Order], workers: Workers, tick: Callable[[], None]) -> Iterator[tuple[Order, Result]]:
    """Yield every order with its result, in the order in which they are done.

    Orders are taken only as workers get free. ``tick`` is called while nothing happens.
    """
    source = iter(orders)
    flying: dict[Future[Result], Order] = {}
    suspects: list[Order] = []
    drained = False
    try:
        while flying or suspects or not drained:
            while not suspects and not drained and len(flying) < IN_FLIGHT * workers.jobs:
                order = next(source, None)
                if order is None:
                    drained = True
                elif not _submit(order, workers, flying):
                    suspects.append(order)
            done, _ = wait(flying, _TICK, FIRST_COMPLETED) if flying else (set(), set())
            if not done and not suspects:
                tick()
            for future in done:
                order = flying.pop(future)
                if isinstance(future.exception(), BrokenExecutor):
                    suspects.append(order)
                else:
                    yield order, _result(order, future)
            if suspects and not flying:
                workers.discard()
                for order in suspects:
                    yield order, _alone(order, workers, tick)
                suspects = []
    finally:
        workers.discard()


def _submit(order: Order, workers: Workers, flying: dict[Future[Result], Order]) -> bool:
    """Hand out an order; return whether the executor still takes any."""
    try:
        flying[workers.executor(workers.jobs).submit(workers.task, order)] = order
    except BrokenExecutor:
        return False
    except _NO_PROCESS:
        workers.jobs = 1  # fewer may still be had
        return False
    return True


def _alone(order: Order, workers: Workers, tick: Callable[[], None]) -> Result:
    """Do one order in a worker of its own; one that dies of it has the file for its reason."""
    for _ in range(_TRIES):
        try:
            future = workers.executor(1).submit(workers.task, order)
        except _NO_PROCESS:
            workers.discard()
            return workers.here(order)
        while not wait((future,), _TICK).done:
            tick()
        if not isinstance(future.exception(), BrokenExecutor):
            return _result(order, future)
        kind, reason = workers.autopsy()
        workers.discard()
        if kind is SkipKind.LIMIT:  # which takes minutes
            break
    return Result(skipped=tuple(failed(order, kind, reason)))


def _result(order: Order, future: Future[Result]) -> Result:
    """Return what a task gave, or the row that says why it could not be handed over."""
    error = future.exception()
    return future.result() if error is None else Result(skipped=tuple(failed(order, *mishap(error))))
