"""List the files of a Debian package: an ar archive of a version, a tar of control files and a tar of what it installs.

The control files are the package manager's and are not looked into. Layout: deb(5).

python-debian is not used: it starts a program for zstd and holds in memory all that this gives, and leaves the tar to
tarfile (see ``tars``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from formats import Truncated, Window, ar
from inspector.sources import tars
from inspector.sources.limits import Budget
from inspector.sources.member import Member
from inspector.sources.packages import installed, unpacked
from inspector.sources.trouble import Unreadable


@contextmanager
def opened(package: Window, budget: Budget) -> Iterator[Iterator[Member]]:
    """Offer the regular files in the order they are stored; listing them raises what ``tars.members`` does.

    Raises Truncated, Malformed or LimitExceeded when the tar cannot be unpacked, Unreadable for a package of another
    version.
    """
    data = _data(package)
    packed = package.sub(data.offset, data.size, data.name)
    with unpacked(packed, lzma=data.name.endswith(".lzma"), budget=budget) as tar:
        yield installed(f"in {data.name}", tars.members(tar))


def _data(package: Window) -> ar.Member:
    for index, member in enumerate(ar.members(package)):
        if index == 0:
            version = package.read(member.offset, min(member.size, 8))
            if not version.startswith(b"2."):
                number = version.split(b"\n", 1)[0].decode("ascii", "backslashreplace")
                raise Unreadable(f"a Debian package of version {number}, not of version 2")
        # dpkg stops at the first one, too (src/deb/extract.c, extracthalf).
        elif member.name.startswith("data.tar"):
            return member
    raise Truncated("the Debian package ends before its data.tar", package.size)
