"""Authenticode signatures of a PE file, read through lief: what each signed, who signed it, whether it is intact.

lief gets the extracted PKCS #7 alone, never the file: it is native code, reads whole files into memory, and takes
0.4 s and 60 MiB to import, so that happens when the first signature must be read. Whether a digest is that of the
file is for the caller, who reads every byte anyway. Layouts: Microsoft, "PE Format", The Attribute Certificate
Table; "Windows Authenticode Portable Executable Signature Format".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from formats.errors import LimitExceeded, Malformed
from formats.image import Unknown
from formats.window import Window

if TYPE_CHECKING:
    import lief

_HEADER: Final = struct.Struct("<IHH")  # WIN_CERTIFICATE: dwLength, wRevision, wCertificateType
_PKCS7: Final = 2  # WIN_CERT_TYPE_PKCS_SIGNED_DATA
_ALIGN: Final = 8

_MAX_ENTRIES: Final = 16  # entries of the table; signing twice makes two, or nests the second
_MAX_SIZE: Final = 1 << 20  # bytes of one PKCS #7: with chain and time stamp they have 5 to 20 KiB
_NESTING: Final = {  # object identifiers, without tag and length, which may be written in several ways
    bytes.fromhex("2b060104018237020401"): "nested signatures",  # SPC_NESTED_SIGNATURE
    bytes.fromhex("2b060104018237030301"): "RFC 3161 time stamps",  # SPC_RFC3161_OBJID
    bytes.fromhex("2a864886f70d010906"): "counter signatures",  # PKCS #9 countersignature
}
_MAX_NESTED: Final = 8
"""Of each of these in one PKCS #7. They hold signers, which may hold others of them: lief parses that by recursion and
copies what is inside each time, so that 2,900 in one another take it 18 s."""

_HASHES: Final = {"MD5": "md5", "SHA_1": "sha1", "SHA_256": "sha256", "SHA_384": "sha384", "SHA_512": "sha512"}


class Authenticode(msgspec.Struct, frozen=True, kw_only=True):
    """One signature. ``offset`` is that of its PKCS #7 in the window.

    ``algorithm`` is hashlib's name of the hash and ``digest`` what the signer says it makes of the file. ``signer`` is
    the subject of the signing certificate, None when it is not among ``certificates`` (subjects, as stored).
    ``countersigners`` are those whose time stamp it carries. ``defect``: what it signs was changed afterwards.
    """

    offset: int
    algorithm: str
    digest: bytes
    signer: str | None
    certificates: tuple[str, ...]
    countersigners: tuple[str, ...]
    defect: str | None


def read_authenticode(window: Window, table: tuple[int, int]) -> tuple[Authenticode, ...] | Unknown:
    """Return every signature in the attribute certificate table at (offset, size), nested ones after their outer one.

    Unknown when there is something that is not understood. Raises Malformed when the table is none.
    """
    found: list[Authenticode] = []
    for offset, raw in _entries(window, *table):
        parsed = _parse(raw)
        if isinstance(parsed, Unknown):
            return parsed
        for signature in _with_nested(parsed):
            one = _read(signature, offset)
            if isinstance(one, Unknown):
                return one
            found.append(one)
    return tuple(found) or Unknown("the certificate table holds no PKCS #7 signature")


def _entries(window: Window, offset: int, size: int) -> Iterator[tuple[int, bytes]]:
    """Yield the place and the bytes of each PKCS #7 of the table."""
    table = window.sub(offset, size, "certificate table")
    at = 0
    for _ in range(_MAX_ENTRIES):
        length, _, kind = _HEADER.unpack(table.read(at, _HEADER.size, "certificate"))
        if not _HEADER.size < length <= size - at:
            raise Malformed(f"a certificate of {length} bytes does not fit the certificate table", table.base + at)
        if kind == _PKCS7:
            start = at + _HEADER.size
            if length - _HEADER.size > _MAX_SIZE:
                raise LimitExceeded(f"a signature of {length} bytes is over the limit of {_MAX_SIZE}", table.base + at)
            yield offset + start, table.read(start, length - _HEADER.size, "signature")
        at += -(-length // _ALIGN) * _ALIGN
        if at >= size:
            return
    raise LimitExceeded(f"more than {_MAX_ENTRIES} certificates", table.base + at)


def _parse(raw: bytes) -> lief.PE.Signature | Unknown:
    import lief

    for identifier, what in _NESTING.items():
        if raw.count(identifier) > _MAX_NESTED:
            return Unknown(f"more than {_MAX_NESTED} {what}")
    lief.logging.disable()  # it would write to standard error
    signature = lief.PE.Signature.parse(list(raw))
    return signature if isinstance(signature, lief.PE.Signature) else Unknown("the signature cannot be parsed")


def _with_nested(signature: lief.PE.Signature) -> Iterator[lief.PE.Signature]:
    """Yield a signature and those nested in it, which sign the same file with another hash."""
    import lief

    yield signature
    for signer in signature.signers:
        for attribute in signer.unauthenticated_attributes:
            if isinstance(attribute, lief.PE.MsSpcNestedSignature):
                yield from _with_nested(attribute.signature)


def _read(signature: lief.PE.Signature, offset: int) -> Authenticode | Unknown:
    content = signature.content_info
    algorithm = _HASHES.get(content.digest_algorithm.name)
    if algorithm is None:
        return Unknown(f"its hash algorithm, {content.digest_algorithm.name}, is not known")
    signers = list(signature.signers)
    certificate = signers[0].cert if signers else None
    return Authenticode(
        offset=offset,
        algorithm=algorithm,
        digest=bytes(content.digest),
        signer=None if certificate is None else _text(certificate.subject),
        certificates=tuple(_text(one.subject) for one in signature.certificates),
        countersigners=tuple(name for signer in signers for name in _countersigners(signer)),
        defect=_defect(signature, signers),
    )


def _countersigners(signer: lief.PE.SignerInfo) -> Iterator[str]:
    """Yield who put a time stamp on the signature: of Authenticode's own kind, or of RFC 3161."""
    import lief

    for attribute in signer.unauthenticated_attributes:
        if isinstance(attribute, lief.PE.PKCS9CounterSignature):
            stampers = [attribute.signer]
        elif isinstance(attribute, lief.PE.MsCounterSign):
            stampers = list(attribute.signers)
        else:
            continue
        yield from (_text(one.issuer if one.cert is None else one.cert.subject) for one in stampers)


def _defect(signature: lief.PE.Signature, signers: list[lief.PE.SignerInfo]) -> str | None:
    """Say that what is signed was changed. Age and issuer of certificates are not judged."""
    import lief

    flags = lief.PE.Signature.VERIFICATION_FLAGS
    result = signature.check(lief.PE.Signature.VERIFICATION_CHECKS.SKIP_CERT_TIME)
    if flags.BAD_DIGEST in result:
        return "the digest is not the one that was signed"
    understood = all(one.encryption_algorithm is not lief.PE.ALGORITHMS.UNKNOWN for one in signers)
    if flags.BAD_SIGNATURE in result and understood:
        return "what was signed has been changed"
    return None


def _text(name: str | bytes) -> str:
    return name if isinstance(name, str) else name.decode("utf-8", "backslashreplace")
