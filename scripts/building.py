"""Running one build step for a sample, the git work tree that version stamping needs, and a build without go build."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

# Nothing of the user's git settings, and the same commit hash wherever and whenever it is made.
_GIT_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Sample",
    "GIT_AUTHOR_EMAIL": "sample@example.com",
    "GIT_AUTHOR_DATE": "2025-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "Sample",
    "GIT_COMMITTER_EMAIL": "sample@example.com",
    "GIT_COMMITTER_DATE": "2025-01-01T00:00:00Z",
}


class BuildError(Exception):
    """A sample could not be built; the message names it, the command and what the command said."""


def run(name: str, command: Sequence[str], where: Path, base: Mapping[str, str], settings: Mapping[str, str]) -> str:
    """Run a step of the sample `name`; return its standard output. Raises BuildError.

    The command sees `base` and `settings` and nothing else; the message shows `settings` alone.
    """
    shown = shlex.join([*(f"{key}={value}" for key, value in settings.items()), *command])
    try:
        result = subprocess.run(
            command,
            cwd=where,
            env={**base, **settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise BuildError(f"{name}: cannot run the command\n  {shown}\n{error}") from error
    if result.returncode != 0:
        raise BuildError(f"{name}: exit {result.returncode} from\n  {shown}\n{result.stderr.strip()}")
    return result.stdout


def make_work_tree(name: str, source: Path, base: Mapping[str, str], tag: str = "v1.2.3") -> str:
    """Make `source` a git work tree with one tagged commit; return its hash. Raises BuildError."""
    run(name, ["git", "init", "--quiet", "--initial-branch=main"], source, base, _GIT_ENVIRONMENT)
    return commit_all(name, source, base, tag)


def commit_all(name: str, source: Path, base: Mapping[str, str], tag: str) -> str:
    """Commit what is in a git work tree and tag it; return the commit's hash. Raises BuildError."""
    for arguments in (["add", "--all"], ["commit", "--quiet", "--message=sample"], ["tag", tag]):
        run(name, ["git", *arguments], source, base, _GIT_ENVIRONMENT)
    return run(name, ["git", "rev-parse", "HEAD"], source, base, _GIT_ENVIRONMENT).strip()


def build_with_tools(
    name: str,
    go: str,
    arguments: Sequence[str],
    target: str,
    source: Path,
    base: Mapping[str, str],
    settings: Mapping[str, str],
) -> None:
    """Compile and link main.go without `go build`, as Bazel's rules_go does. Raises BuildError.

    It is `go build` that hands the linker the module and build settings to record (cmd/go/internal/load.setBuildInfo):
    without it the record is the Go version alone, and there is no build ID but one the caller makes up.
    """

    def step(*command: str) -> str:
        return run(name, [go, *command], source, base, settings)

    exported = "{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}"
    packages = step("list", *arguments, "-deps", "-export", "-f", exported, ".")
    config, compiled = source / "importcfg", source / "main.a"
    config.write_text(packages, encoding="utf-8")
    step("tool", "compile", "-p=main", f"-importcfg={config}", "-o", str(compiled), "main.go")
    step("tool", "link", f"-importcfg={config}", "-o", target, str(compiled))
