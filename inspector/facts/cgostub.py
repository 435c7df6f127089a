"""Packages that cgo=off turned into stubs: they compile, and fail at run time.

github.com/mattn/go-sqlite3 and its forks build static_mock.go in place of everything else ("//go:build !cgo"); its
driver answers every Open with one error. The file's name in the file table proves that its code is linked; the error's
text alone proves nothing, for a scanner or a test may hold it as well.
"""

from __future__ import annotations

from typing import Final

from formats.image import Image, Unknown
from inspector.facts.functab import FunctionTable
from inspector.model import Evidence

_FILE: Final = "/static_mock.go"
_TEXT: Final = b"requires cgo to work. This is a stub"


def cgo_stubs(image: Image, table: FunctionTable | Unknown) -> tuple[Evidence, ...] | Unknown:
    """Return the linked stub's file and its error text; nothing when no stub is linked, or its text is not there.

    Of the file's path the last three names are shown: its prefix is the build machine's.
    """
    if isinstance(table, Unknown):
        return table
    file = min((path for path in table.files if path.endswith(_FILE)), default=None)
    if file is None:
        return ()
    at = next(image.find_all(_TEXT), None)
    if at is None:
        return ()
    shown = "/".join(file.split("/")[-3:])
    listed = Evidence("file table", shown, image.place(table.file_offset(shown)))
    return listed, Evidence("text", _TEXT.decode(), image.place(at))
