"""Every bound on what a run keeps and what one file may cost it, each with its reason."""

from __future__ import annotations

from typing import Final

LOOK_AHEAD: Final = 16_384
"""Found files that wait to be inspected, so that the largest come first and what is left can be told: 8 MiB."""

POOL_FILES: Final = 32
POOL_BYTES: Final = 300 << 20
"""Files, or bytes of them, from which worker processes pay: two take 0.3 s to start, as long as ten files of 10 MB."""

IN_FLIGHT: Final = 2
"""Files handed out for each worker: the one it reads, and the next."""

SECONDS: Final = 300.0
"""Time for one found file, all that it holds included: hashing and unpacking at the limits of sources takes 100 s."""

GRACE: Final = 10.0
"""Seconds more before a worker that is stuck in native code, where no exception reaches it, ends itself."""

MEMORY: Final = 4 << 30
"""Bytes of address space of a worker. What is read is bounded everywhere, and stays below 150 MiB; this stops a bug
or a library before the system kills whatever it likes."""

KEPT_FILES: Final = 64
KEPT_ROWS: Final = 8_192
"""Reports and skipped rows that are held in memory; from there on they are put on disk. A report takes 100 KiB."""

PACKED: Final = 64 << 20
"""Bytes of packed reports that one found file may give, for they are sent from process to process in one piece. A
report takes 6 KiB, so these are 10,000 programs in one archive; no release or package holds a tenth."""
