"""From one image's bytes to a GoBuild: headers, tables and record first, then what whole-file passes add."""

from __future__ import annotations

from formats.image import ElfNative, Image, MachoNative, ObjectNative, PeNative, Unknown, WasmNative
from inspector.facts import linkage, origin, target
from inspector.facts.cgostub import cgo_stubs
from inspector.facts.debuginfo import debug_proofs
from inspector.facts.digests import ImageDigests
from inspector.facts.elf import elf_facts, elf_proofs, load_alignment, sections_moved, stack_trait
from inspector.facts.functab import FunctionTable
from inspector.facts.glibc import floor_proof
from inspector.facts.goversion import go_minor
from inspector.facts.identity import identity
from inspector.facts.instrumentation import instrumentation, instrumentation_proof
from inspector.facts.linked import linked, linked_proofs
from inspector.facts.macho import macho_facts, macho_proofs
from inspector.facts.microarch import microarch
from inspector.facts.nss import static_nss
from inspector.facts.objects import object_proofs, unlinked
from inspector.facts.packer import conceal
from inspector.facts.paths import build_paths, trimpath
from inspector.facts.pe import pe_facts, pe_proofs
from inspector.facts.survey import Survey
from inspector.facts.tzdata import tzdata
from inspector.facts.wasm import imported_functions, wasm_facts
from inspector.model import Evidence, GoBuild, Observed, Recorded, Traits

Proofs = dict[str, tuple[Evidence, ...]]


def collect(survey: Survey, digests: ImageDigests) -> GoBuild:
    """Put every fact of one image together."""
    image, table = survey.image, survey.table
    recorded = survey.info if isinstance(survey.info, Unknown) else survey.info.recorded
    recorded_version = None if isinstance(recorded, Unknown) else recorded.go_version
    goos, goos_proof = origin.goos(survey)
    cgo, cgo_proof = origin.cgo(survey)
    link_mode, link_proof = origin.link_mode(survey)
    version, version_proof = origin.version(survey)
    made_by, made_by_proof = survey.made_by
    resolver, resolver_file = target.resolver(table)
    user_lookup, user_file = target.user_lookup(table)
    levels, level_proof = microarch(image, table, goos=goos, link_mode=link_mode, version=version)
    chain, chain_proofs = identity(image, survey.ids, survey.info)
    zones, zone_proofs = tzdata(image, table)
    loader = linkage.interpreter(image)
    needed = linkage.needed(image)
    rpath = linkage.rpath(image)
    names = needed if isinstance(needed, Unknown) else tuple(library.value for library in needed)
    libc = linkage.libc(goos, loader.value if loader else None, names)
    floor = linkage.glibc_floor(image, libc)
    watched = linked(table)
    alignment = load_alignment(image) if isinstance(image.native, ElfNative) else None
    proofs: Proofs = {
        "goos": goos_proof,
        "cgo": cgo_proof,
        "link_mode": link_proof,
        "go_version": version_proof,
        "compiler": made_by_proof,
        "packer": survey.packer.proof if survey.packer else (),
        "interpreter": _located("interpreter", (loader,) if loader else (), image),
        "needed": _located("needed", needed, image),
        "rpath": _located("rpath", rpath, image),
        "resolver": _file(image, table, resolver_file),
        "user_lookup": _file(image, table, user_file),
        "recorded": _record_proof(survey),
        "microarch": level_proof,
        "instrumentation": instrumentation_proof(image, table),
        **survey.ids.proofs,
        **zone_proofs,
        **chain_proofs,
        **debug_proofs(image),
        **linked_proofs(image, table, watched),
        "glibc_floor": floor_proof(image, floor),
        "load_alignment": () if alignment is None else (alignment[1],),
        **_native_proofs(image),
    }
    for fact, proof in digests.proofs.items():
        proofs[fact] = proofs.get(fact, ()) + proof
    proofs["linkage"] = proofs["interpreter"] + proofs["needed"]
    proofs["libc"] = proofs["needed"]
    native = image.native
    observed = Observed(
        goos=goos,
        goarch=target.goarch(image),
        go_version=version,
        compiler=made_by,
        cgo=cgo,
        link_mode=link_mode,
        buildmode=linkage.buildmode(image, table),
        linkage=linkage.linkage(image),
        interpreter=loader.value if loader else None,
        needed=names,
        rpath=rpath if isinstance(rpath, Unknown) else tuple(path.value for path in rpath),
        libc=libc,
        glibc_floor=floor,
        resolver=resolver,
        user_lookup=user_lookup,
        tags=target.tags(table, resolver, user_lookup),
        trimpath=trimpath(table),
        symbols=native.symtab if isinstance(native, ElfNative) else native.symbols,
        dwarf=native.dwarf,
        build_id=survey.ids.go,
        gnu_build_id=survey.ids.gnu,
        uuid=native.uuid if isinstance(native, MachoNative) else None,
        pristine=_pristine(image, digests.pristine, recorded),
        tzdata=zones,
        microarch=levels,
        elf=elf_facts(image, native) if isinstance(native, ElfNative) else None,
        pe=pe_facts(image, digests.pe_checksum, digests.authenticode) if digests.pe_checksum else None,
        macho=macho_facts(image, digests.macho_signature) if digests.macho_signature else None,
        wasm=wasm_facts(native) if isinstance(native, WasmNative) else None,
    )
    if isinstance(native, ObjectNative):
        observed = unlinked(observed)
    return GoBuild(
        format=image.format,
        slice=image.slice,
        observed=conceal(observed, survey.packer) if survey.packer else observed,
        recorded=recorded,
        traits=Traits(
            go_minor=go_minor(version, recorded_version),
            build_paths=build_paths(image, table),
            instrumentation=instrumentation(table, recorded),
            writable_code=_writable_code(image),
            stack=stack_trait(native) if isinstance(native, ElfNative) else None,
            pe_layout=_defects(native.layout_defects, image) if isinstance(native, PeNative) else (),
            macho_commands=_defects(native.command_defects, image) if isinstance(native, MachoNative) else (),
            packer=survey.packer.name if survey.packer else None,
            obfuscation=survey.scrambled,
            wasm_imports=imported_functions(image),
            linked=watched,
            load_alignment=None if alignment is None else alignment[0],
            cgo_stubs=cgo_stubs(image, table),
            static_nss=static_nss(image, linkage.linkage(image), resolver, user_lookup),
            identity=chain,
            edit=digests.edit,
            sections_moved=sections_moved(image, native) if isinstance(native, ElfNative) else None,
        ),
        proofs={fact: proof for fact, proof in proofs.items() if proof},
    )


def _pristine(image: Image, found: str | Unknown, recorded: Recorded | Unknown) -> str | Unknown:
    """Return what the hash says; where a C linker made a program of a Go archive it says nothing of the program.

    The build ID, and with it the hash, is that of the archive.
    """
    archive = isinstance(recorded, Recorded) and recorded.settings.get("-buildmode") == "c-archive"
    return "unverifiable" if found == "modified" and archive and image.archive is None else found


def _native_proofs(image: Image) -> Proofs:
    native = image.native
    if isinstance(native, ObjectNative):
        return object_proofs(image, native)
    if isinstance(native, ElfNative):
        return elf_proofs(image, native)
    if isinstance(native, PeNative):
        return pe_proofs(image)
    return macho_proofs(image) if isinstance(native, MachoNative) else {}


def _located(label: str, found: object, image: Image) -> tuple[Evidence, ...]:
    """Return one evidence per string the reader located; none when the list is Unknown."""
    if not isinstance(found, tuple):
        return ()
    base = image.window.base
    return tuple(Evidence(label, s.value, None if s.offset is None else base + s.offset) for s in found)


def _file(image: Image, table: FunctionTable | Unknown, file: str | None) -> tuple[Evidence, ...]:
    if file is None or isinstance(table, Unknown):
        return ()
    return (target.file_proof(image, table, file),)


def _record_proof(survey: Survey) -> tuple[Evidence, ...]:
    if isinstance(survey.info, Unknown):
        return ()
    version = survey.info.recorded.go_version
    said = "module text" if isinstance(version, Unknown) else version
    return (Evidence("build info", said, survey.image.place(survey.info.offset)),)


def _writable_code(image: Image) -> tuple[Evidence, ...]:
    """Return the segments (PE: sections) that are mapped both writable and executable."""
    return tuple(
        Evidence(
            f"{segment.name} at {segment.address:#x}",
            "writable and executable",
            None if segment.header_offset is None else image.window.base + segment.header_offset,
        )
        for segment in image.segments
        if segment.writable and segment.executable
    )


def _defects(defects: tuple[tuple[str, str, int], ...], image: Image) -> tuple[Evidence, ...]:
    return tuple(Evidence(label, value, image.window.base + offset) for label, value, offset in defects)
