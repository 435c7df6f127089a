"""A task for workers that goes wrong by the name of what it is given; a spawned process imports it from here."""

import os
import signal
import time

from inspector.batch.queue import Order
from inspector.batch.worker import Result
from inspector.model import SkipKind, Skipped
from inspector.sources import Found


def found(name: str, size: int = 1) -> Found:
    return Found(name, named=False, parts=(name,), size=size)


def done(order: Order) -> Result:
    """Say who did it, in a row of its own."""
    return Result(skipped=(Skipped(path=order[0].path, kind=SkipKind.NOT_GO, reason=f"by {os.getpid()}"),))


def perilous(order: Order) -> Result:
    """Die of what is called so; ``once-...`` is a file that is there at the first try alone."""
    name = os.path.basename(order[0].path)  # noqa: PTH119
    if name.startswith("kill"):
        os.kill(os.getpid(), signal.SIGKILL)
    if name.startswith("bus"):
        os.kill(os.getpid(), signal.SIGBUS)
    if name.startswith("exit"):
        os._exit(3)
    if name.startswith("slow"):
        time.sleep(0.2)
    if name.startswith("once") and os.path.exists(order[0].path):  # noqa: PTH110
        os.unlink(order[0].path)  # noqa: PTH108
        os.kill(os.getpid(), signal.SIGKILL)
    return done(order)
