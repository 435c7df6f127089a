"""What needs every byte: sha256, the self-hash, Mach-O page hashes and the PE checksum, in one pass.

The pass reads the artifact in steps of CHUNK and keeps no more than that, whatever the artifact's size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import msgspec

from formats.image import CodeSignature, Image, MachoNative, PeNative, Unknown
from formats.window import Window
from inspector.facts.authenticode import UNSIGNED, AuthenticodeHash, Signed
from inspector.facts.buildid import BuildIds
from inspector.facts.edits import explain
from inspector.facts.pagehash import PageHashes
from inspector.facts.pechecksum import PeSum, pe_checksum
from inspector.facts.selfhash import SelfHash, content_id
from inspector.model import Edit, Evidence, MachoSignature, PeChecksum

_SHOWN_PAGES: Final = 64
"""Bad pages with evidence of their own: a file encrypted or overwritten as a whole has thousands."""

NO_HASH: Final = "not computed (--no-hash)"
"""Why there are no digests where not every byte is to be read."""

_NO_ID: Final = "the file has no Go build ID"
_FOREIGN_ID: Final = "not a hash the go command made"


class ImageDigests(msgspec.Struct, frozen=True, kw_only=True):
    """What the pass says of one image; checksum and signature are None in formats that have no such thing.

    ``pristine`` is "pristine", "modified" or "unverifiable" (no build ID, or not one of Go's own making); ``edit`` is
    the proven change of a modified image.
    ``proofs`` holds what the pass found; where the headers say something is the readers' to prove.
    """

    pristine: str | Unknown
    pe_checksum: PeChecksum | None
    authenticode: Signed
    edit: Edit | None
    macho_signature: MachoSignature | None
    proofs: Mapping[str, tuple[Evidence, ...]]


class Digests(msgspec.Struct, frozen=True, kw_only=True):
    """What the pass says of one artifact and of its images, in their order."""

    sha256: str | Unknown
    images: tuple[ImageDigests, ...]


class _Pass(Protocol):
    """One consumer of an image's bytes, which get them once and in order."""

    def update(self, chunk: bytes, /) -> None: ...


def digest(window: Window, images: Sequence[Image], ids: Sequence[BuildIds]) -> Digests:
    """Read the whole artifact once and say what its bytes prove.

    ``window`` is the artifact's, the images' windows lie within it. Raises FormatError when the artifact
    shrinks meanwhile.
    """
    jobs = [_Job(image, own) for image, own in zip(images, ids, strict=True)]
    whole = hashlib.sha256()
    for offset, chunk in window.chunks():
        whole.update(chunk)
        for job in jobs:
            job.take(window.base + offset, chunk)
    return Digests(sha256=whole.hexdigest(), images=tuple(job.digests() for job in jobs))


def undigested(images: Sequence[Image], reason: str) -> Digests:
    """Return the same shape for a run that does not read every byte; what headers alone tell is told."""
    return Digests(sha256=Unknown(reason), images=tuple(_undigested(image, reason) for image in images))


def _undigested(image: Image, reason: str) -> ImageDigests:
    native, unknown = image.native, Unknown(reason)
    checksum = signature = None
    signed = UNSIGNED
    if isinstance(native, PeNative):
        state = "absent" if native.checksum == 0 else unknown
        checksum = PeChecksum(stored=native.checksum, computed=unknown, state=state)
        signed = UNSIGNED if native.certificates is None else Signed(state=unknown, signer=unknown)
    if isinstance(native, MachoNative):
        signature = _signature(image, native, unknown)
    return ImageDigests(
        pristine=unknown, pe_checksum=checksum, authenticode=signed, edit=None, macho_signature=signature, proofs={}
    )


class _Job:
    """All that is computed over one image."""

    def __init__(self, image: Image, ids: BuildIds) -> None:
        native = image.native
        self._image = image
        self._scope = image.archive or image.window
        self._ids = ids
        self._self_hash = self._pe_sum = self._authenticode = self._pages = None
        if isinstance(ids.go, str) and content_id(ids.go) is not None:
            self._self_hash = SelfHash(ids.go, _blank(image, ids.host))
        if isinstance(native, PeNative):
            self._pe_sum = PeSum()
            self._authenticode = AuthenticodeHash(image, native)
        if isinstance(native, MachoNative) and isinstance(native.signature, CodeSignature):
            self._pages = PageHashes(native.signature)
        passes = (self._self_hash, self._pe_sum, self._authenticode, self._pages)
        self._passes: list[_Pass] = [one for one in passes if one is not None]

    def take(self, offset: int, chunk: bytes) -> None:
        """Feed the part of the artifact's ``chunk`` at ``offset`` that lies in this image."""
        start = self._scope.base - offset
        part = chunk[max(start, 0) : max(start + self._scope.size, 0)]
        if part:
            for one in self._passes:
                one.update(part)

    def digests(self) -> ImageDigests:
        """Conclude."""
        image, native = self._image, self._image.native
        pristine, why = self._pristine()
        proofs: dict[str, tuple[Evidence, ...]] = {"pristine": (why,)}
        checksum = signature = None
        if isinstance(native, PeNative) and self._pe_sum is not None:
            build_id = self._ids.go if isinstance(self._ids.go, str) else None
            checksum = pe_checksum(image, native, self._pe_sum.words(), build_id)
            proofs["pe.checksum"] = (Evidence("computed", f"{checksum.computed:#x}"),)
        signed = UNSIGNED if self._authenticode is None else self._authenticode.finish()
        proofs["pe.signature"] = signed.proofs
        if isinstance(native, MachoNative):
            bad_pages = self._pages.finish() if self._pages is not None else ()
            signature = _signature(image, native, bad_pages)
            if isinstance(native.signature, CodeSignature):
                proofs["macho.signature"] = _pages(image, native.signature, bad_pages)
        return ImageDigests(
            pristine=pristine,
            pe_checksum=checksum,
            authenticode=signed,
            edit=explain(image, self._ids) if pristine == "modified" else None,
            macho_signature=signature,
            proofs=proofs,
        )

    def _pristine(self) -> tuple[str | Unknown, Evidence]:
        build_id = self._ids.go
        if isinstance(build_id, Unknown):
            return build_id, Evidence("Go build ID", build_id.reason)
        place = None if self._ids.go_offset is None else self._image.window.base + self._ids.go_offset
        if build_id is None:
            return "unverifiable", Evidence("Go build ID", _NO_ID)
        recorded = content_id(build_id)
        if recorded is None or self._self_hash is None:
            return "unverifiable", Evidence("Go build ID", f"{build_id}: {_FOREIGN_ID}", place)
        found = self._self_hash.content_id()
        if found != recorded and self._ids.host is not None:
            # Before Go 1.24 the host's ID, as a C linker wrote it, was part of what was hashed.
            older = SelfHash(build_id, _blank(self._image, None))
            for _, chunk in self._scope.chunks():
                older.update(chunk)
            found = recorded if older.content_id() == recorded else found
        verdict = "pristine" if found == recorded else "modified"
        return verdict, Evidence("content hash in the Go build ID", f"{recorded}, the file's is {found}", place)


def _blank(image: Image, host: tuple[int, int] | None) -> list[tuple[int, int]]:
    """Return the ranges that Go blanks beside its own ID."""
    native = image.native
    signature = native.signature_range if isinstance(native, MachoNative) else None
    return [span for span in (signature, host) if span is not None]


def _pages(image: Image, signature: CodeSignature, bad: tuple[int, ...]) -> tuple[Evidence, ...]:
    start = image.window.base
    shown = [Evidence(f"page {n}", "hash differs", start + n * signature.page_size) for n in bad[:_SHOWN_PAGES]]
    if len(bad) > _SHOWN_PAGES:
        shown.append(Evidence("further pages", f"{len(bad) - _SHOWN_PAGES} whose hash differs"))
    return tuple(shown)


def _signature(image: Image, native: MachoNative, bad_pages: tuple[int, ...] | Unknown) -> MachoSignature:
    """Judge the signature. What the reader could not parse the kernel refuses, whatever the pages hold."""
    signature = native.signature
    if signature is None:
        return MachoSignature(kind="none", state="absent", identifier=None, flags=None, bad_pages=())
    if isinstance(signature, Unknown):
        refused = f"unparsable: {signature.reason}"
        return MachoSignature(kind=signature, state="broken", identifier=None, flags=None, bad_pages=(), defect=refused)
    defect = _uncovered(image, signature)
    state: str | Unknown
    if defect is None and isinstance(bad_pages, Unknown):
        state = bad_pages
    else:
        state = "broken" if defect or bad_pages else "valid"
    return MachoSignature(
        kind=signature.kind,
        state=state,
        identifier=signature.identifier,
        flags=signature.flags,
        bad_pages=bad_pages,
        defect=defect,
    )


def _uncovered(image: Image, signature: CodeSignature) -> str | None:
    """Say which code the signature leaves out: the kernel kills a process that runs a page without a hash."""
    end = max((s.offset + s.file_size for s in image.segments if s.executable), default=0)
    if end <= signature.code_limit:
        return None
    return f"the signature's code limit {signature.code_limit:#x} is before the end of the code, {end:#x}"
