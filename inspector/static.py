"""Which systems have fully static Go programs at all.

Measured on Go 1.21 to 1.27: with CGO_ENABLED=0 these five give a file without interpreter and without needed
libraries. Everywhere else the system's library is the system call interface (openbsd since Go 1.16, solaris, illumos,
aix, darwin, ios, windows), or the loader must run first (android).
"""

from __future__ import annotations

from typing import Final

CAN_BE_STATIC: Final = frozenset({"linux", "freebsd", "netbsd", "dragonfly", "plan9"})

ALWAYS_DYNAMIC: Final = frozenset(
    {"android", "aix", "darwin", "illumos", "ios", "openbsd", "solaris", "windows"},
)


def never_static(goos: str) -> str | None:
    """Say why static linking is no question for ``goos``; None where it is one."""
    if goos in CAN_BE_STATIC:
        return None
    return f"{goos} programs are always dynamic" if goos in ALWAYS_DYNAMIC else f"{goos} has no dynamic linking"
