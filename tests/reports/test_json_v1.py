"""JSON version 1 is what the contract says: keys, their order, values, schema."""

import json
from functools import partial

import jsonschema
import pytest

from inspector.model import Declared, Unknown
from inspector.reports import json_v1
from tests.build.facts import darwin, go_build, windows
from tests.reports import made

REPORTS = [made.warned, made.universal, made.release, made.unread]
VALIDATOR = jsonschema.Draft202012Validator(json_v1.schema())

# Copied from the published contract, in its order.
OBSERVED = (
    "goos goarch go_version compiler cgo link_mode buildmode linkage interpreter needed rpath libc glibc_floor "
    "resolver user_lookup tags trimpath symbols dwarf build_id gnu_build_id uuid pristine tzdata "
    "microarch elf pe macho wasm"
)
PE = (
    "machine checksum reloc relocs_stripped dynamic_base high_entropy_va nx_compat subsystem os_version "
    "signature signer"
)
MACHO = "cputype load_commands platform min_os sdk uuid pie dylibs signature"
ELF = "type machine osabi pie relro nx_stack symbol_versions notes"


def keys(value):
    return " ".join(value)


written = partial(made.written, json_v1.render)


def document(report):
    return json.loads(written(report))


def observed(build):
    return document(made.report(made.file("app", made.image(build))))["files"][0]["images"][0]["observed"]


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(json_v1.schema())


@pytest.mark.parametrize("make", REPORTS)
def test_every_report_is_valid(make):
    VALIDATOR.validate(document(make()))


def test_keys_are_the_contracts_in_its_order():
    top = document(made.warned())
    assert keys(top) == "schema_version tool summary files release skipped interrupted"
    assert keys(top["tool"]) == "name version"
    assert keys(top["summary"]) == "files images skipped pass fail not_applicable unknown error worst"
    assert keys(top["files"][0]) == "path members size sha256 images"
    image = top["files"][0]["images"][0]
    assert keys(image) == "slice format observed recorded intended portability outcomes"
    assert keys(image["observed"]) == OBSERVED
    assert keys(image["observed"]["tzdata"]) == "embedded zones release load_location"
    assert keys(image["observed"]["pe"]) == PE
    assert keys(image["observed"]["pe"]["checksum"]) == "stored computed state"
    assert keys(image["recorded"]) == "go_version path main deps settings"
    assert keys(image["recorded"]["main"]) == "path version sum replace"
    assert keys(image["outcomes"][0]) == "rule id status severity waiver message reason evidence fix"
    assert keys(image["outcomes"][0]["evidence"][0]) == "label value offset"
    assert keys(observed(go_build())["elf"]) == ELF
    macho = observed(darwin())["macho"]
    assert keys(macho) == MACHO
    assert keys(macho["signature"]) == "kind state identifier flags bad_pages"
    assert keys(document(made.release())["skipped"][0]) == "path members slice kind reason"


def test_the_summary_counts():
    assert document(made.release())["summary"] == {
        "files": 4,
        "images": 4,
        "skipped": 4,
        "pass": 3,
        "fail": 5,
        "not_applicable": 0,
        "unknown": 0,
        "error": 0,
        "worst": "error",
    }
    assert document(made.unread())["summary"]["worst"] is None
    crashed = document(made.report(made.file("app", made.image(None, made.CRASH, made.ABSENT))))
    assert (crashed["summary"]["error"], crashed["summary"]["not_applicable"]) == (1, 1)
    assert crashed["summary"]["worst"] is None


def test_what_is_unknown_is_an_object_with_its_reason():
    image = document(made.unread())["files"][0]["images"][0]
    assert image["recorded"] == {"unknown": "no build info"}
    assert image["observed"]["goos"] == {"unknown": "no function table"}
    assert image["observed"]["go_version"] == {"unknown": "between go1.20 and go1.27"}
    assert observed(go_build(observed={"microarch": Unknown("no code")}))["microarch"] == {"unknown": "no code"}


def test_a_signature_that_nobody_verified_is_unknown():
    present = windows(pe={"signature": Unknown("present, not verified")})
    assert observed(present)["pe"]["signature"] == {"unknown": "present, not verified"}
    VALIDATOR.validate(document(made.report(made.file("app", made.image(present)))))


def test_only_what_was_declared_is_intended():
    declared = made.image(
        None,
        goos=Declared("linux", "option --goos"),
        cgo=Declared(False, "environment CGO_ENABLED"),
        microarch={"GOARM": Declared("7", "option --goarm"), "GOAMD64": Declared("v1", "file name", by_name=True)},
        tags=Declared(("netgo", "x"), "option --tags"),
    )
    report = made.report(made.file("app", declared))
    assert document(report)["files"][0]["images"][0]["intended"] == {
        "goos": {"value": "linux", "source": "option --goos"},
        "cgo": {"value": False, "source": "environment CGO_ENABLED"},
        "microarch": {"value": {"GOARM": "7", "GOAMD64": "v1"}, "source": "option --goarm, file name"},
        "tags": {"value": ["netgo", "x"], "source": "option --tags"},
    }
    VALIDATOR.validate(document(report))
    assert document(made.unread())["files"][0]["images"][0]["intended"] == {}


def test_undecodable_bytes_are_spelled():
    report = made.report(made.file("dist/\udcff\udc80é", made.image()))
    assert document(report)["files"][0]["path"] == "dist/\\xff\\x80é"


def test_the_same_report_is_the_same_text():
    assert written(made.release()) == written(made.release())


@pytest.mark.parametrize("make", REPORTS)
def test_it_is_indented_as_one_document(make):
    """Though its files are written one by one."""
    text = written(make())
    assert text == json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema_version",), 2),
        (("summary", "worst"), "fatal"),
        (("files", 0, "images", 0, "format"), "coff"),
        (("files", 0, "images", 0, "observed", "pristine"), "maybe"),
        (("files", 0, "images", 0, "observed", "linkage"), "shared"),
        (("files", 0, "images", 0, "observed", "uuid"), {"unknown": "not a place for it"}),
        (("files", 0, "images", 0, "observed", "microarch"), {"GOAMD64": 3}),
        (("files", 0, "images", 0, "recorded"), {"go_version": "go1.27"}),
        (("files", 0, "images", 0, "outcomes", 0, "status"), "skipped"),
        (("files", 0, "images", 0, "outcomes", 0, "evidence", 0, "offset"), "0x10"),
    ],
)
def test_the_schema_refuses_what_the_contract_does_not_have(path, value):
    wrong = document(made.warned())
    at = wrong
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert not VALIDATOR.is_valid(wrong)


def test_the_schema_refuses_a_missing_key():
    for key in OBSERVED.split():
        wrong = document(made.warned())
        del wrong["files"][0]["images"][0]["observed"][key]
        assert not VALIDATOR.is_valid(wrong), key
