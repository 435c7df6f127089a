"""What a person sees of a long run while it goes on: a changing display on a terminal, a line now and then in a log."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TextIO

from inspector import PROGRAM

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.live import Live

PATIENCE: Final = 1.0
"""Seconds before the display appears: most runs end sooner, and rich takes a twentieth of that to import."""
FRAME: Final = 0.1
"""Seconds between two states of the display."""
PAUSE: Final = 30.0
"""Seconds between two lines of a log."""

_FILE: Final = 4_000_000
"""Bytes that are read and hashed in the time a file takes whatever its size: about 20 ms. The largest files come
first, so that by bytes alone the thousands of small ones at the end would take no time."""
_BAR: Final = 20
"""Columns of the bar."""
_NOT_A_SCREEN: Final = frozenset({"dumb", "unknown"})
"""Values of TERM that say: nothing that was written can be changed."""


class Progress:
    """Takes note of what a run does, and shows it once that takes long. A context manager.

    Nothing is shown with ``quiet``. Nothing here raises when the stream takes no more: who left cannot be told, and
    the run goes on. ``clock`` gives seconds.
    """

    def __init__(
        self, stream: TextIO | None, *, quiet: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._tally = Tally(clock())
        self._running: dict[str, None] = {}
        self._stream = None if quiet else stream
        self._screen: _Screen | None = None
        self._on_screen = self._stream is not None and _is_screen(self._stream)
        self._due = clock() + (PATIENCE if self._on_screen else PAUSE)

    def found(self, files: int, size: int, *, complete: bool) -> None:
        """Take note of how many files were found so far, of how many bytes, and whether these are all."""
        self._tally.files, self._tally.size, self._tally.complete = files, size, complete

    def started(self, name: str) -> None:
        """Take note of a path that is about to be inspected."""
        self._running[name] = None
        self.tick()

    def done(self, name: str, files: int, size: int, findings: int) -> None:
        """Take note of a path that was inspected: how many names and bytes its file has, how many findings."""
        self._running.pop(name, None)
        self._tally.done(files, size, findings)
        if self._running:  # else the next one starts at once, and is what is to be named while it runs
            self.tick()

    def tick(self) -> None:
        """Show how things stand, if it is time to."""
        if self._stream is None or (now := self._clock()) < self._due:
            return
        self._due = now + (FRAME if self._on_screen else PAUSE)
        try:
            self._show(self._stream, now)
        except (OSError, ValueError):  # ValueError: it was closed
            self._leave()

    def reached(self) -> str:
        """Say how far the run is: "1,234 of 10,000 files"."""
        return self._tally.reached()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._screen is None:
            return
        try:
            self._screen.clear()
        except (OSError, ValueError):
            self._leave()

    def _show(self, stream: TextIO, now: float) -> None:
        said = self._tally.said(now)
        if not self._on_screen:
            stream.write(f"{PROGRAM}: {said}\n")
            stream.flush()
            return
        if self._screen is None:
            self._screen = _Screen(stream)
        # What runs longest is what the others wait for.
        self._screen.show(said, self._tally.share(), next(iter(self._running), ""))

    def _leave(self) -> None:
        """Show no more, and see that Python does not fail at its end for what the stream did not take."""
        from inspector.reports.output import discard

        stream, self._stream, self._screen = self._stream, None, None
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):  # it is closed, or no file
                discard(stream)


class Tally:
    """How far a run is. ``files`` and ``size`` are what was found, ``complete`` when nothing more is to come."""

    def __init__(self, started: float) -> None:
        self.files = self.size = 0
        self.complete = False
        self._started = started
        self._files = self._size = self._findings = 0

    def done(self, files: int, size: int, findings: int) -> None:
        """Count a file that was inspected, under all its names."""
        self._files += files
        self._size += size
        self._findings += findings

    def reached(self) -> str:
        """Say how many files were inspected: "1,234 of 10,000 files"; 10,000+ as long as there may be more."""
        more = "" if self.complete else "+"
        return f"{self._files:,} of {max(self.files, self._files):,}{more} files"

    def said(self, now: float) -> str:
        """Say it: "1,234 of 10,000 files, 3.4 GB of 12 GB, 210 MB/s, 2 min left, 5 findings"."""
        elapsed = max(now - self._started, 0.001)
        more = "" if self.complete else "+"
        share = self.share()
        parts = [
            self.reached(),
            f"{_bytes(self._size)} of {_bytes(max(self.size, self._size))}{more}",
            f"{self._size / elapsed / 1e6:,.0f} MB/s",
            f"{_duration(elapsed / share - elapsed)} left" if share else "",
            f"{self._findings:,} finding{'' if self._findings == 1 else 's'}",
        ]
        return ", ".join(filter(None, parts))

    def share(self) -> float | None:
        """Return how much of the work is done, above 0 and up to 1; None as long as that cannot be told."""
        if not self.complete or not self._files:
            return None
        return min(1.0, (self._size + _FILE * self._files) / (self.size + _FILE * self.files))


class _Screen:
    """The lower end of a terminal: how far things are, and what is being inspected."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.live import Live

        self._console: Console = Console(file=stream)
        self._live: Live = Live(
            console=self._console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        self._live.start()

    def show(self, said: str, share: float | None, name: str) -> None:
        """Replace what is shown."""
        self._live.update(self._lines(said, share, name), refresh=True)

    def clear(self) -> None:
        """Leave the terminal as it was."""
        self._live.stop()

    def _lines(self, said: str, share: float | None, name: str) -> Group:
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        from inspector.reports.safe import neutral

        below = Table.grid(padding=(0, 2))
        bar = ProgressBar(total=1.0, completed=share or 0.0, width=_BAR, pulse=share is None)
        room = max(self._console.width - _BAR - 2, 4)
        below.add_row(bar, Text(_end(neutral(name), room), no_wrap=True, overflow="crop"))
        return Group(Text(said), below)


def _is_screen(stream: TextIO) -> bool:
    try:
        return stream.isatty() and os.environ.get("TERM") not in _NOT_A_SCREEN
    except ValueError:  # it was closed
        return False


def _end(name: str, room: int) -> str:
    """Return as much of a name's end, which tells more than where it begins, as there is room for."""
    return name if len(name) <= room else f"...{name[3 - room :]}"


def _bytes(number: int) -> str:
    """Return a number of bytes in powers of 1000, as rates are given."""
    for unit, factor in (("TB", 10**12), ("GB", 10**9)):
        if number >= factor:
            return f"{number / factor:,.1f} {unit}"
    return f"{number / 10**6:,.0f} MB"


def _duration(seconds: float) -> str:
    """Return a time for people, no more exact than an estimate is."""
    if seconds < 60:  # a minute
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:  # an hour
        return f"{minutes} min"
    return f"{minutes // 60:,} h {minutes % 60} min"
