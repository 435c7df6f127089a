"""Hand orders to the workers of an executor, and survive the death of any of them.

When a process of a concurrent.futures pool dies, the pool fails every future it still has, and tells nothing of
who was at fault. So what was handed out is done again, each file alone in a process of its own: what dies there
too is the culprit, and the rest has lost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from typing import Final, Protocol

from inspector.batch.limits import IN_FLIGHT
from inspector.batch.queue import Order
from inspector.batch.worker import Result, failed
from inspector.model import SkipKind

_TICK: Final = 0.5
"""Seconds after which a wait without news ends, so that someone who watches sees that time goes on."""


class Workers(Protocol):
    """An executor and the task to submit to it. Both may be asked for again after ``discard``."""

    jobs: int

    @property
    def task(self) -> Callable[[Order], Result]:
        """What inspects one order; another process can import it."""

    def executor(self, jobs: int) -> Executor:
        """Return an executor with room for ``jobs`` tasks at a time; the one in use, or a new one."""

    def autopsy(self) -> str:
        """Say how the only worker of a broken executor ended: "was ended by SIGSEGV"."""

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
                    yield order, future.result()
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
    return True


def _alone(order: Order, workers: Workers, tick: Callable[[], None]) -> Result:
    """Do one order in a worker of its own; one that dies of it has the file for its reason."""
    future = workers.executor(1).submit(workers.task, order)
    while not wait((future,), _TICK).done:
        tick()
    if isinstance(future.exception(), BrokenExecutor):
        reason = f"the process that read it {workers.autopsy()}"
        workers.discard()
        return Result(skipped=tuple(failed(order, SkipKind.UNREADABLE, reason)))
    return future.result()
