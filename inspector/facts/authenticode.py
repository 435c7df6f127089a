"""Whether an Authenticode signature is that of this file: its digest, recomputed.

Microsoft, "Windows Authenticode Portable Executable Signature Format", Calculating the PE Image Hash: everything but
the CheckSum, the certificate table's entry in the data directories, and that table.
"""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from formats.errors import FormatError
from formats.image import Image, PeNative, Unknown
from formats.signing import Authenticode, read_authenticode
from inspector.model import Evidence

_CHECKSUM: Final = 4  # bytes of CheckSum
_ENTRY: Final = 8  # bytes of a data directory's entry


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the signature. ``state`` is absent, valid or invalid; ``signer`` the certificate's subject."""

    state: str | Unknown
    signer: str | Unknown | None
    proofs: tuple[Evidence, ...] = ()


UNSIGNED: Final = Signed(state="absent", signer=None)


class AuthenticodeHash:
    """Feed it an image's bytes in order; ``finish`` then judges the signatures that the image carries."""

    def __init__(self, image: Image, native: PeNative) -> None:
        self._base = image.window.base
        self._offset = 0
        self._left_out: list[tuple[int, int]] = []
        self._hashes = {}
        self._signatures: tuple[Authenticode, ...] | Unknown = ()
        self._defect: str | None = None
        if native.certificates is None or native.certificates_offset is None:
            return
        try:
            self._signatures = read_authenticode(image.window, native.certificates)
        except FormatError as error:
            self._defect = error.what
            return
        if isinstance(self._signatures, Unknown):
            return
        self._hashes = {one.algorithm: hashlib.new(one.algorithm, usedforsecurity=False) for one in self._signatures}
        out = [(native.checksum_offset, _CHECKSUM), (native.certificates_offset, _ENTRY), native.certificates]
        self._left_out = sorted((at, at + size) for at, size in out)

    def update(self, chunk: bytes) -> None:
        """Take the next bytes of the image."""
        start, end = self._offset, self._offset + len(chunk)
        self._offset = end
        at = start
        view = memoryview(chunk)
        for first, last in (*self._left_out, (end, end)):
            part = view[at - start : max(min(first, end), at) - start]
            for one in self._hashes.values():
                one.update(part)
            at = max(at, min(last, end))

    def finish(self) -> Signed:
        """Judge: valid when every signature holds together and is of this file."""
        if self._defect is not None:
            return Signed(state="invalid", signer=None, proofs=(Evidence("certificate table", self._defect),))
        if isinstance(self._signatures, Unknown):
            return Signed(state=self._signatures, signer=self._signatures)
        if not self._signatures:
            return UNSIGNED
        proofs: list[Evidence] = []
        valid = True
        for one in self._signatures:
            found = self._hashes[one.algorithm].hexdigest()
            place = self._base + one.offset
            valid = valid and found == one.digest.hex() and one.defect is None
            proofs.append(Evidence("signer", one.signer or "its certificate is not in the signature", place))
            proofs.append(Evidence(f"{one.algorithm} that was signed", one.digest.hex(), place))
            proofs.append(Evidence(f"{one.algorithm} of the file", found))
            if one.defect is not None:
                proofs.append(Evidence("signature", one.defect, place))
            proofs += [Evidence("certificate", subject, place) for subject in one.certificates]
            proofs += [Evidence("time stamp by", name, place) for name in one.countersigners]
        state = "valid" if valid else "invalid"
        return Signed(state=state, signer=self._signatures[0].signer, proofs=tuple(proofs))
