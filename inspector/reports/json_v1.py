"""The report as JSON, version 1: the model's values in the contract's types (json_v1_types)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TextIO, TypeVar

import msgspec

from inspector import PROGRAM, model
from inspector.reports.documents import write_json
from inspector.reports.json_v1_types import (
    Checksum,
    Declared,
    Document,
    Elf,
    Evidence,
    File,
    Image,
    Intended,
    Macho,
    Module,
    Observed,
    Outcome,
    Pe,
    Portability,
    Recorded,
    Signature,
    Skipped,
    Summary,
    Tool,
    Tzdata,
    Unknown,
    Waiver,
    Wasm,
)
from inspector.reports.json_v1_types import schema as schema
from inspector.reports.summary import summarise
from inspector.reports.view import View

S = TypeVar("S", bound=msgspec.Struct)

SCHEMA_VERSION: Final = 1


def render(report: model.Report, out: TextIO, view: View) -> None:  # noqa: ARG001  # one document for every view
    """Write the report as one indented JSON object, its long lists item by item: there may be too many for memory."""
    document = msgspec.structs.asdict(_without_long_lists(report))
    skipped = (_fill(Skipped, row) for row in report.skipped)
    write_json(document | {"files": map(of_file, report.files), "skipped": skipped}, out)


def _without_long_lists(report: model.Report) -> Document:
    totals = summarise(report)
    return Document(
        schema_version=SCHEMA_VERSION,
        tool=Tool(PROGRAM, report.version),
        interrupted=report.interrupted,
        summary=Summary(
            files=totals.files,
            images=totals.images,
            skipped=totals.skipped,
            passed=totals.by_status[model.Status.PASS],
            fail=totals.by_status[model.Status.FAIL],
            not_applicable=totals.by_status[model.Status.NOT_APPLICABLE],
            unknown=totals.by_status[model.Status.UNKNOWN],
            error=totals.by_status[model.Status.ERROR],
            worst=totals.worst.value if totals.worst else None,
        ),
        files=(),
        release=tuple(of_outcome(outcome) for outcome in report.release),
        skipped=(),
    )


def of_file(file: model.FileReport) -> File:
    """Return what is said of one file in the contract's types."""
    return _fill(File, file, images=tuple(_image(image) for image in file.images))


def _fill(kind: type[S], source: object, **given: object) -> S:
    """Make a contract value of the model's fields of the same names, but for those given."""
    values = {name: given[name] if name in given else getattr(source, name) for name in kind.__struct_fields__}
    return kind(**{name: _unknown(value) for name, value in values.items()})


def _unknown(value: object) -> object:
    return Unknown(value.reason) if isinstance(value, model.Unknown) else value


def _image(image: model.ImageReport) -> Image:
    build = image.build
    return Image(
        slice=build.slice,
        format=build.format.value,
        observed=_observed(build.observed),
        recorded=_recorded(build.recorded),
        intended=_intended(image.intent),
        portability=_fill(Portability, image.portability) if image.portability else None,
        outcomes=tuple(of_outcome(outcome) for outcome in image.outcomes),
    )


def _observed(observed: model.Observed) -> Observed:
    return _fill(
        Observed,
        observed,
        tzdata=_fill(Tzdata, observed.tzdata),
        elf=_fill(Elf, observed.elf) if observed.elf else None,
        pe=_pe(observed.pe) if observed.pe else None,
        macho=_macho(observed.macho) if observed.macho else None,
        wasm=_fill(Wasm, observed.wasm) if observed.wasm else None,
    )


def _pe(pe: model.PeFacts) -> Pe:
    return _fill(Pe, pe, checksum=_fill(Checksum, pe.checksum))


def _macho(macho: model.MachoFacts) -> Macho:
    return _fill(Macho, macho, signature=_fill(Signature, macho.signature))


def _recorded(recorded: model.Recorded | model.Unknown) -> Recorded | Unknown:
    if isinstance(recorded, model.Unknown):
        return Unknown(recorded.reason)
    return _fill(
        Recorded,
        recorded,
        main=_module(recorded.main),
        deps=tuple(_module(dep) for dep in recorded.deps),
        settings=dict(recorded.settings),
    )


def _module(module: model.Module | None) -> Module | None:
    return _fill(Module, module, replace=_module(module.replace)) if module else None


def _intended(intent: model.Intent) -> Intended:
    declared = {
        name: Declared(value.value, value.source)
        for name in Intended.__struct_fields__
        if name != "microarch" and (value := getattr(intent, name)) is not None
    }
    return Intended(**declared, microarch=_microarch(intent.microarch))


def _microarch(meant: Mapping[str, model.Declared[str]]) -> Declared[dict[str, str]] | msgspec.UnsetType:
    if not meant:
        return msgspec.UNSET
    sources = dict.fromkeys(value.source for value in meant.values())
    return Declared({name: value.value for name, value in meant.items()}, ", ".join(sources))


def of_outcome(outcome: model.Outcome) -> Outcome:
    """Return one outcome in the contract's types."""
    evidence = tuple(_fill(Evidence, proof) for proof in outcome.evidence)
    return _fill(Outcome, outcome, waiver=_waiver(outcome.waiver), evidence=evidence)


def _waiver(waiver: model.Waiver | None) -> Waiver | None:
    return _fill(Waiver, waiver, until=waiver.until and waiver.until.isoformat()) if waiver else None
