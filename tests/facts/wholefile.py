"""From bytes to build IDs and digests; and what Go does to a file after linking it, done by hand."""

import base64
import hashlib

import formats
from formats import Image, Window
from inspector.facts.buildid import BuildIds, build_ids
from inspector.facts.digests import Digests, ImageDigests, digest
from tests.build.elf import Elf

ACTION, MAIN_ACTION, MAIN_CONTENT = "A" * 18 + "_-", "B" * 20, "C" * 20
LINKED = f"{ACTION}/{MAIN_ACTION}/{MAIN_CONTENT}/{ACTION}"
"""The ID while the program is linked: the content is not known yet, the action ID stands in its place."""


def images_of(data: bytes) -> tuple[Image, ...]:
    return formats.read(Window.of_bytes(data))


def ids_of(data: bytes) -> BuildIds:
    (image,) = images_of(data)
    return build_ids(image)


def digests_of(data: bytes) -> Digests:
    images = images_of(data)
    return digest(Window.of_bytes(data), images, [build_ids(image) for image in images])


def image_digests(data: bytes) -> ImageDigests:
    (one,) = digests_of(data).images
    return one


def finish(data: bytes, *blank: tuple[int, int], linked: str = LINKED) -> bytes:
    """Write the content ID into a linked file as the go command does, with these (offset, size) as zeros."""
    hashed = bytearray(data)
    for at, size in blank:
        hashed[at : at + size] = bytes(size)
    zeros = bytes(hashed).replace(linked.encode(), bytes(len(linked)))
    content = base64.urlsafe_b64encode(hashlib.sha256(zeros).digest())[:20].decode()
    kept = {at: data[at : at + size] for at, size in blank}
    done = bytearray(bytes(hashed).replace(linked.encode(), f"{linked[:-20]}{content}".encode()))
    for at, content_before in kept.items():
        done[at : at + len(content_before)] = content_before
    return bytes(done)


def raw_id(build_id: str) -> bytes:
    """The ID as it stands at the start of the text of files other than ELF."""
    return b'\xff Go build ID: "' + build_id.encode() + b'"\n \xff'


def program(build_id: str = LINKED, gnu: bytes | None = None, body: bytes = b"", **changes: object) -> Elf:
    """An ELF file with a Go build ID note, and a GNU one where asked for."""
    elf = Elf(**changes)
    elf.note(b"Go", 4, build_id.encode())
    if gnu is not None:
        elf.note(b"GNU", 3, gnu)
        at = elf.head_size + len(elf.body) - 16 - len(gnu)
        elf.section(".note.gnu.build-id", 7, at, 16 + len(gnu))
    elf.add(body)
    elf.load_all()
    return elf
