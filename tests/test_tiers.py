"""The two runs of .ci/run together run everything: no test falls between the core tier and what is left after it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def collected(*arguments: str) -> set[str]:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return {line for line in done.stdout.splitlines() if "::" in line}


@pytest.mark.wide
def test_nothing_falls_between_the_tiers():
    core, rest, everything = collected(), collected("--tier=wide", "--after-core"), collected("--tier=wide")
    assert core | rest == everything
    assert len(core & rest) < len(core) / 2  # what asks for samples by name is run again, the bulk is not
    assert not {test for test in rest if test.startswith("tests/rules/")}
