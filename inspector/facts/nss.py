"""The name service switch inside a static program: glibc's code that loads libnss_*.so from the target at run time.

nss/nss_module.c (glibc 2.34 and later) makes the library's name from "libnss_%s.so%s"; nss/nsswitch.c before that began
it with "libnss_". As C strings they end in NUL and follow the NUL of another one, which Go's strings do not. musl and
uClibc have no such switch.
"""

from __future__ import annotations

from typing import Final

from formats.image import ElfNative, Image, Unknown
from inspector.model import Evidence

_NAMES: Final = (b"\0libnss_%s.so%s\0", b"\0libnss_\0")
_ABI_TAG: Final = 1  # NT_GNU_ABI_TAG of glibc's start files (csu/abi-note.c)


def static_nss(
    image: Image, linkage: str | Unknown, resolver: str | Unknown | None, users: str | Unknown | None
) -> tuple[Evidence, ...] | Unknown:
    """Return the proof that a static program asks glibc's switch for hosts or users; nothing when it does not."""
    if not isinstance(image.native, ElfNative) or linkage == "dynamic":
        return ()
    for fact in (linkage, resolver, users):
        if isinstance(fact, Unknown):
            return fact
    if "cgo" not in {resolver, users}:
        return ()
    found = next(((at, name) for name in _NAMES for at in image.find_all(name)), None)
    if found is None:
        return ()
    at, name = found
    tag = next((note for note in image.native.notes if (note.owner, note.type) == ("GNU", _ABI_TAG)), None)
    text = Evidence("C string", name.strip(b"\0").decode(), image.place(at + 1))
    return (text,) if tag is None else (text, Evidence("ELF note", "GNU ABI tag", image.place(tag.offset)))
