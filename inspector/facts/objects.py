"""A C archive: what is said of a program only once it is linked is not said of its objects."""

from __future__ import annotations

import msgspec

from formats.image import Image, ObjectNative
from inspector.model import NOT_LINKED, Evidence, Observed


def unlinked(observed: Observed) -> Observed:
    """Return the facts of an object without those that the link decides."""
    return msgspec.structs.replace(
        observed,
        buildmode="c-archive",
        link_mode=NOT_LINKED,
        linkage=NOT_LINKED,
        interpreter=NOT_LINKED,
        needed=NOT_LINKED,
        rpath=NOT_LINKED,
        libc=NOT_LINKED,
        glibc_floor=NOT_LINKED,
    )


def object_proofs(image: Image, native: ObjectNative) -> dict[str, tuple[Evidence, ...]]:
    """Return the evidence for what the object's header says; offsets count from the start of the archive."""
    machine = Evidence(f"{native.member}'s machine", image.machine, image.window.base + image.machine_offset)
    return {
        "goarch": (machine,),
        "buildmode": (Evidence("archive member", native.member, image.window.base),),
    }
