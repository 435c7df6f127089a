"""What a person sees while a long run goes on: one changing line on a terminal, nothing anywhere else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Protocol, TextIO

if TYPE_CHECKING:
    from rich.status import Status

PATIENCE: Final = 1.0
"""Seconds before the line appears: most runs end sooner, and rich takes a twentieth of that to import."""


class Met(Protocol):
    """What the pipeline says of an artifact it is about to read."""

    @property
    def path(self) -> str:
        """The path on disk."""

    @property
    def members(self) -> tuple[str, ...]:
        """The chain of containers below it."""


class Progress:
    """Counts artifacts, and shows the count and the current one once a run takes long. A context manager."""

    def __init__(self, stream: TextIO | None) -> None:
        self._terminal = stream if stream is not None and stream.isatty() else None
        self._started = time.monotonic()
        self._count = 0
        self._status: Status | None = None

    def on_artifact(self, artifact: Met) -> None:
        """Take note that an artifact is about to be read."""
        self._count += 1
        if self._terminal is None or time.monotonic() - self._started < PATIENCE:
            return
        from rich.text import Text

        from inspector.reports.safe import neutral
        from inspector.reports.summary import name_of

        name = neutral(name_of(artifact.path, artifact.members))
        line = Text(f"inspecting {self._count:,}: {name}", no_wrap=True, overflow="ellipsis")
        if self._status is None:
            from rich.console import Console

            self._status = Console(file=self._terminal).status(line)
            self._status.start()
        else:
            self._status.update(line)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()
