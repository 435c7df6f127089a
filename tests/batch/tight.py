"""Run the tool with tight bounds; its worker processes import this module first, and so have them, too.

TIGHT_SECONDS and TIGHT_GRACE are what a file may take, TIGHT_ROOM the bytes of memory that a worker gets beyond what
this process has, TIGHT_ROWS the rows that are held in memory.
"""

import os
import sys
from functools import partial
from pathlib import Path

from inspector import batch
from inspector.batch import processes, shelf, worker
from inspector.batch.limits import GRACE, KEPT_ROWS, MEMORY, SECONDS

worker.GRACE = processes.GRACE = float(os.environ.get("TIGHT_GRACE", GRACE))


def bounds() -> partial[worker.Bounds]:
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGESIZE")
    room = os.environ.get("TIGHT_ROOM")
    memory = MEMORY if room is None else taken + int(room)
    return partial(worker.Bounds, seconds=float(os.environ.get("TIGHT_SECONDS", SECONDS)), memory=memory)


if __name__ == "__main__":
    from inspector.cli import main

    batch.Bounds = bounds()
    shelf.KEPT_ROWS = int(os.environ.get("TIGHT_ROWS", KEPT_ROWS))
    sys.exit(main())
