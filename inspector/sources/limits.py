"""Every bound on what unpacking may cost, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from formats.errors import LimitExceeded

HEAD: Final = 512
"""Bytes that tell what a file is: one tar header; every other magic is shorter."""

STEP: Final = 256 << 10
"""Bytes per step of unpacking: larger is no faster, and several steps are alive at once."""

FIRST_STEP: Final = 4 << 10
"""Bytes of the first step: most members are only told by their head, and 100,000 of them must stay cheap."""

MAX_MEMORY: Final = 32 << 20
"""Unpacked bytes held in memory at one time for one path; what is beyond goes to unnamed temporary files. A Go
program of usual size stays in memory, and a process stays far below 150 MiB even with archives in archives."""

MAX_MEMBER: Final = 2 << 30
"""Bytes of one member. A PE image and a Mach-O slice cannot be larger, GitHub takes no larger release file, and
the largest Go program in use (Kubernetes' hyperkube) had 600 MiB."""

MAX_TOTAL: Final = 8 << 30
"""Bytes unpacked below one path, nested archives included: room for any release, and less than a minute of
inflating and of temporary disk for a bomb that got past the ratio."""

RATIO: Final = 1000
"""Unpacked bytes per packed byte. Go programs pack 2:1 to 5:1, ten alike in one solid .tar.xz some 40:1;
deflate cannot pass 1032:1, bzip2 reaches 700,000:1."""

RATIO_FROM: Final = 64 << 20
"""Unpacked bytes before the ratio counts: a sparse file or a zeroed data segment may well start with that."""

MAX_MEMBERS: Final = 100_000
"""Members of one archive that are looked at. The Linux sources have 90,000."""

MAX_STREAMS: Final = 100_000
"""Compressed streams in a row in one file: bgzip makes one of 64 KiB, so this is 6 GiB of them."""

MAX_HEADERS: Final = 3 * MAX_MEMBERS
"""Tar or cpio headers in one archive: a member of a tar takes at most three, for its attributes, its long name and
itself. Directories and links have one each."""

MAX_NAME: Final = 4096
"""Bytes of a member's name: PATH_MAX on Linux."""

MAX_NAMES: Final = 16 << 20
"""Bytes of all names of one archive, since its list is sorted in memory: 100,000 of 160 bytes."""

MAX_TOLD: Final = 96 << 20
"""Bytes of what is told of one path's members, nested archives included: for each its chain of names, and TOLD. An
image of a root file system with 300,000 files has 90 MiB; archives in archives may have 10**25 members."""

TOLD: Final = 192
"""Bytes of a row but for its names."""

MAX_REFUSED: Final = 16
"""Members below one path that are over a limit: with more of them it is a bomb, as 42.zip with a million."""

MAX_DIRECTORY: Final = 8 << 20
"""Bytes of a zip's central directory: some 70,000 members as Info-ZIP writes them. zipfile keeps about half a
KiB for each of at most 180,000."""

MAX_EXTENSION: Final = 1 << 20
"""Bytes of one tar extension header, the bound of Go's archive/tar (maxSpecialFileSize)."""

MAX_BESIDE: Final = 1 << 20
"""Bytes of a file that is read because of what it stands beside: Go's wasm_exec.js has 17 KB, a bundle some 200."""

MAX_HOLES: Final = 1 << 18
"""Data ranges of the sparse members of one tar, since its list is held in memory: 130 bytes each."""

MAX_DEPTH: Final = 5
"""Containers in one another: a pipeline's zip around a release's tar around a package that installs a tar of a
compressed program. Quines such as droste.zip never end."""

MAX_DICTIONARY: Final = 96 << 20
"""Bytes liblzma may take: `xz -9`, the largest preset, needs 65 MiB to unpack; the format allows 1.5 GiB."""

MAX_WINDOW_LOG: Final = 27
"""Of the bytes a zstd frame may make its reader keep, 128 MiB: what `zstd -d` takes unasked, and `--ultra -22` and
`--long` need; level 19 needs 8 MiB. The format allows 3.75 TiB."""

MAX_TAGS: Final = 0xFFFF
"""Entries of an RPM header's index, rpm's own bound (HEADER_TAGS_MAX in lib/header.cc)."""

MAX_TAG_DATA: Final = 0x0FFFFFFF
"""Bytes of an RPM header's data, rpm's own bound (HEADER_DATA_MAX). They are read by the piece."""

MAX_DIRECTORIES: Final = 3
"""Directory names that count as intent, the nearest ones: `linux/arm64/bin/app` is the deepest layout in use.
What lies farther up is the user's home or a project, not a statement about the file."""


class Budget:
    """What it may still cost to unpack, and to tell of, what is below one path.

    ``ended``: no further member is looked at.
    """

    __slots__ = ("ended", "left", "memory", "refused", "told")

    def __init__(self) -> None:
        self.left = MAX_TOTAL
        self.memory = MAX_MEMORY
        self.told = MAX_TOLD
        self.refused = 0
        self.ended = False

    def end(self, names: Sequence[str]) -> str | None:
        """Count what is told of a member with this chain of names; say why it is not looked at, nor any other."""
        self.told -= TOLD + sum(len(name) if name.isascii() else 4 * len(name) for name in names)
        if self.told < 0:
            why = f"more members below one path than {MAX_TOLD} bytes can tell of"
        elif self.refused > MAX_REFUSED:
            why = f"more than {MAX_REFUSED} members below one path are over a limit"
        else:
            return None
        self.ended = True
        return f"{why}; the rest was not looked at"

    def spend(self, size: int) -> None:
        """Count ``size`` unpacked bytes; raise LimitExceeded when all are spent."""
        self.left -= size
        if self.left < 0:
            raise LimitExceeded(f"more than {MAX_TOTAL} bytes to unpack below one path")


def check_ratio(unpacked: int, packed: int, offset: int | None = None) -> None:
    """Raise LimitExceeded when so few packed bytes cannot honestly give so many."""
    if unpacked > RATIO_FROM and unpacked > RATIO * packed:
        raise LimitExceeded(f"{packed} packed bytes give more than {unpacked - 1}: over {RATIO} to 1", offset)
