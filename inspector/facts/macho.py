"""Mach-O header facts for people, reports and rules."""

from __future__ import annotations

from typing import Final

from formats.image import Image, MachoNative, Unknown
from inspector.model import Evidence, MachoFacts, MachoSignature

Proofs = dict[str, tuple[Evidence, ...]]

_PIE: Final = 0x200000  # MH_PIE, mach-o/loader.h
_PLATFORMS: Final = {
    1: "macos",
    2: "ios",
    3: "tvos",
    4: "watchos",
    5: "bridgeos",
    6: "maccatalyst",
    7: "iossimulator",
    8: "tvossimulator",
    9: "watchossimulator",
    10: "driverkit",
    11: "visionos",
    12: "visionossimulator",
    13: "firmware",
    14: "sepos",
}  # PLATFORM_*, mach-o/loader.h
_HASHES: Final = {1: "SHA-1", 2: "SHA-256", 3: "SHA-256 cut to 20 bytes", 4: "SHA-384"}  # CS_HASHTYPE_*
_FILE_TYPE_OFFSET: Final = 12  # of filetype in mach_header


def macho_facts(image: Image, signature: MachoSignature) -> MachoFacts:
    """Return the facts that only Mach-O has, in words; ``image`` is a Mach-O slice."""
    native = _native(image)
    return MachoFacts(
        cputype=native.architecture,
        file_type=native.file_type,
        load_commands=tuple(command.name for command in native.load_commands),
        segments=tuple(segment.name for segment in image.segments),
        platform=_platform(native),
        min_os=native.min_os,
        sdk=native.sdk,
        uuid=native.uuid,
        pie=bool(native.flags & _PIE),
        dylibs=tuple(dylib.value for dylib in native.dylibs),
        entry=native.entry,
        signature=signature,
    )


def macho_proofs(image: Image) -> Proofs:
    """Return the evidence for header facts; offsets count from the start of the artifact, not of the slice."""
    native, base = _native(image), image.window.base
    machine = Evidence("Mach-O cputype", f"{native.cpu_type:#x} ({native.architecture})", base + image.machine_offset)
    pie = "PIE set" if native.flags & _PIE else "PIE not set"
    flags = Evidence("Mach-O flags", f"{native.flags:#x}, {pie}", base + native.flags_offset)
    version = _build_version(image)
    return {
        "goarch": (machine,),
        "buildmode": (Evidence("Mach-O filetype", native.file_type, base + _FILE_TYPE_OFFSET), flags),
        "macho.uuid": () if native.uuid is None else (Evidence("LC_UUID", native.uuid, _at(base, native.uuid_offset)),),
        "macho.signature": _signature(image),
        "macho.pie": (flags,),
        "macho.dylibs": tuple(Evidence("dylib", d.value, _at(base, d.offset)) for d in native.dylibs),
        "macho.platform": version,
        "macho.min_os": version,
        "macho.load_commands": _load_commands(image),
    }


def _native(image: Image) -> MachoNative:
    if not isinstance(image.native, MachoNative):
        raise TypeError(f"{image.format} is not Mach-O")
    return image.native


def _at(base: int, offset: int | None) -> int | None:
    return None if offset is None else base + offset


def _platform(native: MachoNative) -> str | None:
    return None if native.platform is None else _PLATFORMS.get(native.platform, str(native.platform))


def _build_version(image: Image) -> tuple[Evidence, ...]:
    native = _native(image)
    if native.platform is None:
        return ()
    words = [f"{_platform(native)} {native.min_os or ''}".rstrip(), *([f"SDK {native.sdk}"] if native.sdk else ())]
    return (Evidence("minimum OS", ", ".join(words), _at(image.window.base, native.platform_offset)),)


def _signature(image: Image) -> tuple[Evidence, ...]:
    """Say what the signature is; nothing when there is none."""
    native, base = _native(image), image.window.base
    if native.signature_range is None:
        return ()
    at, size = native.signature_range
    found = Evidence("LC_CODE_SIGNATURE", f"{size} bytes", base + at)
    signature = native.signature
    if signature is None or isinstance(signature, Unknown):
        return (found,)
    digest = _HASHES.get(signature.hash_type, f"hash type {signature.hash_type}")
    value = f"{signature.kind}, {digest}, identifier {signature.identifier or 'empty'}, flags {signature.flags:#x}"
    return (found, Evidence("CodeDirectory", value, base + signature.directory_offset))


def _load_commands(image: Image) -> tuple[Evidence, ...]:
    commands = _native(image).load_commands
    if not commands:
        return ()
    size = sum(command.size for command in commands)
    return (Evidence("load commands", f"{len(commands)} of {size} bytes", image.window.base + commands[0].offset),)
