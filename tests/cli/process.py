"""Run the tool as a script does: a process, its exit code, its streams."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PROGRAM = [sys.executable, "-m", "inspector"]


def environment(**more):
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GO", "CGO_", "GITHUB_"))}
    for name in ("NO_COLOR", "TERM", "COLUMNS"):
        kept.pop(name, None)
    return {**kept, "PYTHONPATH": str(ROOT), "TERM": "xterm", **more}


def run(*args, cwd=None, env=None, **settings):
    """Run the tool; standard output and error as text."""
    settings = {"stdout": subprocess.PIPE, "stdin": subprocess.DEVNULL, **settings}
    done = subprocess.run(
        [*PROGRAM, *map(str, args)],
        cwd=cwd,
        env=environment(**(env or {})),
        stderr=subprocess.PIPE,
        encoding="utf-8",
        timeout=60,
        check=False,
        **settings,
    )
    assert "Traceback" not in done.stderr
    return done
