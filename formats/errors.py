"""The only exceptions that leave this package."""


class FormatError(Exception):
    """The bytes are not a container this package can read.

    ``offset`` is where in the artifact the trouble was met, in bytes from its start, or None when no one
    place can be named.
    """

    def __init__(self, what: str, offset: int | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.offset = offset

    def __str__(self) -> str:
        return self.what if self.offset is None else f"{self.what} (at offset {self.offset:#x})"


class NotRecognised(FormatError):
    """No reader knows this magic: the file is no executable."""


class Truncated(FormatError):
    """The file ends before what its own headers promise."""


class Malformed(FormatError):
    """A header contradicts itself or its format."""


class LimitExceeded(FormatError):
    """A count or size is beyond the bound set for hostile input."""
