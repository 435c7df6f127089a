"""PE header facts for people, reports and rules."""

from __future__ import annotations

from typing import Final

from formats.image import Image, PeNative
from inspector.facts.authenticode import Signed
from inspector.model import Evidence, PeChecksum, PeFacts

Proofs = dict[str, tuple[Evidence, ...]]

_RELOCS_STRIPPED, _DLL = 0x0001, 0x2000  # Characteristics (PE format, "Characteristics")
_HIGH_ENTROPY_VA, _DYNAMIC_BASE, _NX_COMPAT = 0x0020, 0x0040, 0x0100  # DllCharacteristics
_MACHINES: Final = {
    0x14C: "i386",
    0x1C0: "arm",
    0x1C4: "armnt",
    0x5032: "riscv32",
    0x5064: "riscv64",
    0x6264: "loongarch64",
    0x8664: "amd64",
    0xA641: "arm64ec",
    0xAA64: "arm64",
}  # PE format, "Machine types": IMAGE_FILE_MACHINE_*
_SUBSYSTEMS: Final = {
    1: "native",
    2: "gui",
    3: "console",
    5: "os2",
    7: "posix",
    8: "native-windows",
    9: "windows-ce",
    10: "efi-application",
    11: "efi-boot-service-driver",
    12: "efi-runtime-driver",
    13: "efi-rom",
    14: "xbox",
    16: "boot-application",
}  # PE format, "Windows subsystem": IMAGE_SUBSYSTEM_*


def pe_facts(image: Image, checksum: PeChecksum, signed: Signed) -> PeFacts:
    """Return the facts that only PE has, in words; ``image`` is a PE."""
    native = _native(image)
    return PeFacts(
        machine=_machine(native),
        checksum=checksum,
        reloc=native.relocations is not None,
        reloc_size=native.relocations[1] if native.relocations else 0,
        relocs_stripped=bool(native.characteristics & _RELOCS_STRIPPED),
        dynamic_base=bool(native.dll_characteristics & _DYNAMIC_BASE),
        high_entropy_va=bool(native.dll_characteristics & _HIGH_ENTROPY_VA),
        nx_compat=bool(native.dll_characteristics & _NX_COMPAT),
        subsystem=_subsystem(native),
        os_version=_version(native.os_version),
        signature=signed.state,
        signer=signed.signer,
    )


def pe_proofs(image: Image) -> Proofs:
    """Return the evidence for header facts; offsets count from the start of the artifact."""
    native, base = _native(image), image.window.base
    machine = Evidence("COFF machine", f"{native.machine:#x} ({_machine(native)})", base + native.machine_offset)
    dynamic_base = _dll_flag(image, _DYNAMIC_BASE, "DYNAMIC_BASE")
    relocations = _relocations(image)
    subsystem = f"{native.subsystem} ({_subsystem(native)})"
    return {
        "goarch": (machine,),
        "buildmode": (_flag(image, _DLL, "DLL"), dynamic_base, relocations),
        "pe.checksum": (Evidence("CheckSum", f"{native.checksum:#x}", base + native.checksum_offset),),
        "pe.reloc": (relocations,),
        "pe.relocs_stripped": (_flag(image, _RELOCS_STRIPPED, "RELOCS_STRIPPED"),),
        "pe.dynamic_base": (dynamic_base,),
        "pe.high_entropy_va": (_dll_flag(image, _HIGH_ENTROPY_VA, "HIGH_ENTROPY_VA"),),
        "pe.nx_compat": (_dll_flag(image, _NX_COMPAT, "NX_COMPAT"),),
        "pe.subsystem": (Evidence("subsystem", subsystem, base + native.subsystem_offset),),
        "pe.os_version": (
            Evidence("OS version", _version(native.os_version), base + native.os_version_offset),
            Evidence("linker version", _version(native.linker_version), base + native.linker_version_offset),
        ),
        "pe.signature": (_signature(image),),
        "pe.layout": tuple(Evidence(label, value, base + at) for label, value, at in native.layout_defects),
    }


def _native(image: Image) -> PeNative:
    if not isinstance(image.native, PeNative):
        raise TypeError(f"{image.format} is not PE")
    return image.native


def _machine(native: PeNative) -> str:
    return _MACHINES.get(native.machine, f"{native.machine:#x}")


def _subsystem(native: PeNative) -> str:
    return _SUBSYSTEMS.get(native.subsystem, str(native.subsystem))


def _version(pair: tuple[int, int]) -> str:
    return f"{pair[0]}.{pair[1]}"


def _flag(image: Image, bit: int, name: str) -> Evidence:
    native = _native(image)
    value = f"{native.characteristics:#06x}, {name} {_set(native.characteristics & bit)}"
    return Evidence("Characteristics", value, image.window.base + native.characteristics_offset)


def _dll_flag(image: Image, bit: int, name: str) -> Evidence:
    native = _native(image)
    value = f"{native.dll_characteristics:#06x}, {name} {_set(native.dll_characteristics & bit)}"
    return Evidence("DllCharacteristics", value, image.window.base + native.dll_characteristics_offset)


def _set(bit: int) -> str:
    return "set" if bit else "not set"


def _relocations(image: Image) -> Evidence:
    """Name the relocations themselves, or where the header says there are none."""
    native, base = _native(image), image.window.base
    if native.relocations is not None:
        at, size = native.relocations
        return Evidence("base relocations", f"{size} bytes", base + at)
    entry = native.relocations_offset
    return Evidence("base relocations", "absent", None if entry is None else base + entry)


def _signature(image: Image) -> Evidence:
    certificates = _native(image).certificates
    if certificates is None:
        return Evidence("certificate table", "absent")
    return Evidence("certificate table", f"{certificates[1]} bytes", image.window.base + certificates[0])
