"""Port, cgo, linker and version of any surveyed program, each by the witness that this kind of program has."""

from __future__ import annotations

from formats.image import Unknown
from inspector.facts import compiler, obfuscation, target
from inspector.facts.goversion import observed_version
from inspector.facts.survey import Survey
from inspector.model import Evidence


def goos(survey: Survey) -> target.Fact:
    """Return GOOS and its proof."""
    image = survey.image
    if survey.compiler is not None:
        return compiler.goos(image, survey.compiler)
    return target.goos(image, survey.obfuscation.table if survey.obfuscation else survey.table)


def cgo(survey: Survey) -> tuple[bool | Unknown, tuple[Evidence, ...]]:
    """Tell whether cgo took part, with the proof."""
    if survey.obfuscation is not None:
        return obfuscation.cgo(survey.image, survey.obfuscation)
    return target.cgo(survey.image, survey.table)


def link_mode(survey: Survey) -> target.Fact:
    """Tell who linked, with the proof."""
    if survey.obfuscation is not None:
        return target.linker(survey.image)
    if survey.compiler is not None and survey.compiler.name == "gccgo":
        return "external", survey.compiler.proof  # it has no linker of its own
    return target.link_mode(survey.image, survey.table)


def version(survey: Survey) -> target.Fact:
    """Return the version the runtime would print, with its place."""
    if survey.packer is not None:
        return survey.packer.hidden, ()
    if survey.compiler is not None:
        return survey.compiler.no_version, ()
    if survey.obfuscation is not None:
        found, proof = observed_version(survey.image, survey.table, survey.info)
        return (Unknown(survey.obfuscation.releases), ()) if isinstance(found, Unknown) else (found, proof)
    return observed_version(survey.image, survey.table, survey.info)
