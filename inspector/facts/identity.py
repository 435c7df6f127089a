"""The chain of identities in a linked program: what the linker derived from one another must still fit.

Since Go 1.24 the linker makes the GNU build ID or LC_UUID from the Go build ID as it was while linking
(cmd/link/internal/ld/elf.go, addbuildinfo; macho_update_uuid.go, uuidFromHash), and the go command writes the hash of
the file into the Go ID afterwards. Since Go 1.18 the settings text is in the file twice: as runtime.modinfo, which
the program itself reads, and in the build info blob, which `go version -m` reads (data.go, buildinfo).
"""

from __future__ import annotations

import hashlib
from itertools import islice
from typing import Final

from formats.image import Format, Image, MachoNative, Unknown
from inspector.facts.buildid import BuildIds
from inspector.facts.buildinfo import INFO_END, INFO_START, MAX_TEXT, BuildInfo
from inspector.facts.rodata import read_only
from inspector.facts.selfhash import before_hashing, content_id
from inspector.model import Evidence, Identity

Proofs = dict[str, tuple[Evidence, ...]]

_HEAD: Final = 512  # bytes of the blob in which its settings text begins: 32 and the version
_MAX_TEXTS: Final = 64  # framed texts to compare with; a program that embeds others has theirs too
_SHOWN: Final = 200  # characters of a line that differs

_NOT_SHA256: Final = (0xFF, 0x01)  # what the first byte is changed by: since Go 1.25, and in 1.24 (cmd/internal/hash)
_VARIANTS: Final = (0x80, 0xC0)  # of the UUID: since Go 1.27, and before
_GNU_SIZE: Final = 20
_MAX_HOST: Final = 64  # bytes of a host's ID to look at; the longest that linkers make is a SHA-512


def identity(image: Image, ids: BuildIds, info: BuildInfo | Unknown) -> tuple[Identity, Proofs]:
    """Hold the identities of one image against each other, with the evidence under "identity.<link>"."""
    host, host_proof = _host(image, ids)
    settings, settings_proof = _settings(image, info)
    proofs = {"identity.host_id": host_proof, "identity.settings": settings_proof}
    return Identity(host_id=host, settings=settings), {fact: proof for fact, proof in proofs.items() if proof}


# --- the host's ID -----------------------------------------------------------------------------------------


def _host(image: Image, ids: BuildIds) -> tuple[bool | None, tuple[Evidence, ...]]:
    if not isinstance(ids.go, str) or content_id(ids.go) is None or ids.host is None:
        return None, ()
    offset, size = ids.host
    found = image.window.read_upto(offset, min(size, _MAX_HOST))
    is_uuid = isinstance(image.native, MachoNative)
    made = derived(ids.go, uuid=is_uuid)
    label = "LC_UUID" if is_uuid else "GNU build ID"
    proof = [
        Evidence(label, found.hex(), image.window.base + offset),
        Evidence("Go build ID", ids.go, None if ids.go_offset is None else image.window.base + ids.go_offset),
    ]
    if found in made:
        return True, tuple(proof)
    return False, (*proof, Evidence(f"{label} that Go makes of its ID", " or ".join(one.hex() for one in made)))


def derived(build_id: str, *, uuid: bool) -> tuple[bytes, ...]:
    """Return what each release since Go 1.24 makes of a Go build ID, newest first: a UUID or a GNU build ID."""
    digest = hashlib.sha256(before_hashing(build_id)).digest()
    made = [bytes([digest[0] ^ flip]) + digest[1:] for flip in _NOT_SHA256]
    if not uuid:
        return tuple(one[:_GNU_SIZE] for one in made)
    return tuple(
        one[:6] + bytes([one[6] & 0x0F | 0x30, one[7], one[8] & 0x3F | variant]) + one[9:16]
        for one in made
        for variant in _VARIANTS
    )


# --- the settings text -------------------------------------------------------------------------------------


def _settings(image: Image, info: BuildInfo | Unknown) -> tuple[bool | None, tuple[Evidence, ...]]:
    copies = settings_copies(image, info)
    if copies is None:
        return None, ()
    blob, runtime = copies
    if image.mapped.read(*blob, "settings text") != image.mapped.read(*runtime, "settings text"):
        return False, _difference(image, blob, runtime)
    return True, tuple(
        Evidence(f"settings in {label}", f"{size} bytes", image.place(offset))
        for label, (offset, size) in (("the build info", blob), ("runtime.modinfo", runtime))
    )


def settings_copies(image: Image, info: BuildInfo | Unknown) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return (offset, size) of the settings text in the build info and in runtime.modinfo, marks included.

    The one that equals the build info's is the runtime's; where none does, the only one. None when there are not
    two to compare, or nothing tells which of several is the program's own.
    """
    if isinstance(info, Unknown) or info.points_at_runtime or image.format is Format.WASM:
        return None
    blob = _framed(image, info.offset, _HEAD)
    if blob is None:
        return None
    start, size = blob
    text = image.mapped.read(start, size, "settings text")
    others: list[int] = []
    ranges = read_only(image)
    starts = (at for first, length in ranges for at in image.mapped.find_all(INFO_START, first, first + length))
    for at in islice(starts, _MAX_TEXTS):
        if info.offset <= at < start + size:
            continue
        if image.mapped.read_upto(at, size) == text:
            return blob, (at, size)
        others.append(at)
    other = _framed(image, others[0], len(INFO_START)) if len(others) == 1 else None
    return None if other is None else (blob, other)


def _framed(image: Image, offset: int, within: int) -> tuple[int, int] | None:
    """Return (offset, size) of the text between the two sentinels, both included, that begins near ``offset``."""
    first = image.mapped.read_upto(offset, within).find(INFO_START)
    if first < 0:
        return None
    start = offset + first
    end = next(image.mapped.find_all(INFO_END, start, min(start + MAX_TEXT, image.mapped.size)), None)
    return None if end is None else (start, end + len(INFO_END) - start)


def _difference(image: Image, blob: tuple[int, int], runtime: tuple[int, int]) -> tuple[Evidence, ...]:
    """Show the first line in which the two copies differ, each at its place."""
    starts = [start + len(INFO_START) for start, _ in (blob, runtime)]
    sizes = [size - len(INFO_START) - len(INFO_END) for _, size in (blob, runtime)]
    texts = [image.mapped.read(*place, "settings text") for place in zip(starts, sizes, strict=True)]
    shared = 0
    for one, other in zip(*(text.split(b"\n") for text in texts), strict=False):
        if one != other:
            break
        shared += len(one) + 1
    return tuple(
        Evidence(
            f"settings in {label}",
            text[shared:].split(b"\n")[0].decode("utf-8", "backslashreplace")[:_SHOWN],
            image.place(start + shared),
        )
        for label, text, start in zip(("the build info", "runtime.modinfo"), texts, starts, strict=True)
    )
