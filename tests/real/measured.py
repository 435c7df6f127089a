"""`python -m tests.real.measured ARGUMENT...`: run the tool, then write the peak memory of its processes, in MiB.

The largest of the workers counts as well what this process held when it started them.
"""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

from inspector.__main__ import main

if __name__ == "__main__":
    code = main()
    peak = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert peak is not None
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    sys.stdout.write(f"{int(peak[1]) >> 10} {workers >> 10}\n")
    sys.exit(code)
