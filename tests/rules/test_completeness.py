"""Every rule: its permanent id and name, its page, its own test file; and nothing that only looks like a rule."""

import re
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from msgspec.structs import replace

import inspector.rules
from inspector.engine import judge
from inspector.model import AnyRule, Declared, GoBuild, Intent, Rule, Severity, Status, Subject, Unknown
from inspector.rules import all_rules, page
from tests.build.facts import darwin, go_build, wasm, windows

RULES = Path(inspector.rules.__file__).parent
TESTS = Path(__file__).parent

# Ids and names are for ever: reports, policies and waivers name them. A rule that goes leaves its line here as a
# comment; a gap is an id that another rule has been promised.
PERMANENT = {
    "GBI101": "wrong-goos",
    "GBI102": "wrong-goarch",
    "GBI103": "wrong-cgo",
    "GBI104": "wrong-microarch",
    "GBI105": "record-contradicts-binary",
    "GBI106": "wrong-buildmode",
    "GBI107": "unknown-port",
    "GBI108": "wrong-tags",
    "GBI109": "wrong-go",
    "GBI201": "dynamic-not-static",
    "GBI202": "libc-needed",
    "GBI203": "hidden-cgo",
    "GBI204": "wrong-libc",
    "GBI205": "glibc-too-new",
    "GBI206": "insecure-rpath",
    "GBI207": "odd-interpreter",
    "GBI208": "cgo-stub",
    "GBI209": "static-glibc-nss",
    "GBI210": "static-not-dynamic",
    "GBI211": "writable-code",
    "GBI212": "executable-stack",
    "GBI301": "pe-checksum-mismatch",
    "GBI302": "pe-checksum-stale",
    "GBI303": "pe-checksum-absent",
    "GBI304": "pe-reloc-missing",
    "GBI305": "pe-no-aslr",
    "GBI306": "pe-no-nx",
    "GBI307": "pe-no-high-entropy-va",
    "GBI308": "pe-wrong-subsystem",
    "GBI309": "authenticode-invalid",
    "GBI310": "authenticode-absent",
    "GBI311": "pe-os-version-lies",
    "GBI312": "pe-malformed-layout",
    "GBI401": "macho-unsigned-arm64",
    "GBI402": "macho-signature-broken",
    "GBI403": "macho-no-uuid",
    "GBI404": "macho-min-os",
    "GBI405": "foreign-dylib",
    "GBI406": "macho-not-pie",
    "GBI407": "macho-load-commands",
    "GBI408": "macho-wrong-platform",
    "GBI409": "macho-slice-mismatch",
    "GBI410": "codesign-absent",
    "GBI501": "tzdata-missing",
    "GBI502": "tzdata-unwanted",
    "GBI503": "tzdata-corrupt",
    "GBI504": "tzdata-stale",
    "GBI505": "ca-roots-missing",
    "GBI506": "user-lookup-needs-passwd",
    "GBI507": "pure-go-resolver",
    "GBI508": "exec-lookup-on-windows",
    "GBI509": "cpu-profile-on-wasm",
    "GBI510": "wasm-exec-mismatch",
    "GBI601": "path-leak",
    "GBI602": "dirty-tree",
    "GBI603": "no-vcs",
    "GBI604": "devel-version",
    "GBI605": "revision-mismatch",
    "GBI606": "instrumented-build",
    "GBI607": "godebug-override",
    "GBI608": "old-go",
    "GBI609": "local-replace",
    "GBI610": "packed",
    "GBI611": "modified-after-link",
    "GBI612": "identity-chain-broken",
    "GBI613": "wrong-module",
    "GBI614": "wrong-version",
    "GBI615": "debug-info-shipped",
    "GBI616": "mode-not-executable",
    "GBI617": "odd-extension",
    "GBI618": "too-large",
    "GBI619": "wrong-fips140",
    "GBI701": "missing-target",
    "GBI702": "unexpected-target",
    "GBI703": "same-content-two-targets",
    "GBI704": "mixed-go-versions",
    "GBI705": "mixed-revisions",
    "GBI706": "mixed-module-versions",
    "GBI707": "mixed-linkage",
    "GBI708": "checksum-file-mismatch",
    "GBI709": "unlisted-artifact",
    "GBI710": "stale-waiver",
    "GBI711": "mixed-settings",
    "GBI802": "android-page-size",
    "GBI901": "no-build-info",
    "GBI902": "obfuscated",
    "GBI903": "rule-crashed",
}

# Which rules a declared key binds: under the release gate their `unknown` counts as failure.
BOUND = {
    "goos": {"wrong-goos"},
    "goarch": {"wrong-goarch"},
    "universal": {"wrong-goarch"},
    "cgo": {"wrong-cgo", "hidden-cgo"},
    "microarch": {"wrong-microarch"},
    "static": {"dynamic-not-static", "libc-needed", "static-not-dynamic"},
    "buildmode": {"wrong-buildmode"},
    "tags": {"wrong-tags"},
    "tzdata": {"tzdata-missing", "tzdata-unwanted"},
    "go": {"wrong-go"},
    "libc": {"wrong-libc", "odd-interpreter"},
    "glibc": {"glibc-too-new"},
    "min_os": {"macho-min-os", "macho-no-uuid", "pe-os-version-lies"},
    "platform": {"macho-wrong-platform"},
    "absent": {"tzdata-missing", "ca-roots-missing", "user-lookup-needs-passwd"},
    "page_size": {"android-page-size"},
    "module": {"wrong-module"},
    "version": {"wrong-version"},
    "revision": {"revision-mismatch"},
    "clean": {"dirty-tree"},
    "trimpath": {"path-leak"},
    "pristine": {"modified-after-link"},
    "debug_info": {"debug-info-shipped"},
    "symbols": {"debug-info-shipped"},
    "fips140": {"wrong-fips140"},
    "max_size": {"too-large"},
    "subsystem": {"pe-wrong-subsystem"},
    "pe_checksum": {"pe-checksum-absent"},
    "aslr": {"pe-reloc-missing", "pe-no-aslr"},
    "signature": {"authenticode-absent", "codesign-absent"},
    "dylibs": {"foreign-dylib"},
    "interpreters": {"odd-interpreter"},
}

# Rules that judge only what a finished image always has, or the lack of a fact itself.
NEVER_UNKNOWN = {
    "foreign-dylib": "a Mach-O image without its list of dylibs is no image",
    "macho-no-uuid": "load commands are read whole or the slice is skipped",
    "pe-malformed-layout": "section headers are read whole or the file is skipped",
    "pe-no-aslr": "the optional header is read whole or the file is skipped",
    "writable-code": "an image without segments is none",
    "packed": "what a packer leaves is in the headers, or is not told at all",
    "no-build-info": "an unread record is what it reports",
    "missing-target": "a file is there or is not",
    "unexpected-target": "a program is in a list or is not",
    "unlisted-artifact": "a file is in a list or is not",
    "stale-waiver": "it reads the policy and findings",
    "rule-crashed": "it reads no fact",
    "too-large": "a file that is read has a size",
}

SECTIONS = ["What it means", "Why it matters", "How it looks in the bytes", "How to fix it"]

IMAGE_RULES = [rule for rule in all_rules() if isinstance(rule, Rule)]

each_rule = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.name)
each_image_rule = pytest.mark.parametrize("rule", IMAGE_RULES, ids=lambda rule: rule.name)


def test_ids_and_names_are_the_permanent_ones():
    assert {rule.id: rule.name for rule in all_rules()} == PERMANENT


def test_rules_run_in_the_order_of_their_ids_and_rule_crashed_runs_last():
    ids = [rule.id for rule in all_rules()]
    assert ids == sorted(set(ids))
    assert all_rules()[-1].name == "rule-crashed"


@each_rule
def test_the_module_is_named_after_its_rule(rule: AnyRule):
    assert re.fullmatch(r"GBI[1-9]\d\d", rule.id)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert (RULES / f"{_module(rule)}.py").is_file()


@each_rule
def test_the_page_has_every_part_in_order(rule: AnyRule):
    title, blank, *_ = page(rule).splitlines()
    assert re.fullmatch(r"[A-Z].*[^.]\.", title)
    assert ". " not in title
    assert blank == ""
    assert re.findall(r"^## (.+)$", page(rule), re.MULTILINE) == SECTIONS
    for section in re.split(r"^## .+$", page(rule), flags=re.MULTILINE)[1:]:
        assert section.strip()


@each_rule
def test_the_page_is_wrapped_at_79_columns(rule: AnyRule):
    assert [line for line in page(rule).splitlines() if len(line) > 79 or line != line.rstrip()] == []


@each_rule
def test_the_page_tells_the_severity_the_rule_has_and_since_when(rule: AnyRule):
    (severity,) = re.findall(r"^Severity: (\w+)[.;]", page(rule), re.MULTILINE)
    assert Severity(severity) is rule.severity
    (since,) = re.findall(r"^Since: (.+)$", page(rule), re.MULTILINE)
    assert since


@each_image_rule
def test_a_rule_that_yields_names_rules_and_one_that_is_bound_names_intent(rule: Rule):
    names = {other.name for other in all_rules()}
    assert set(rule.yields_to) <= names - {rule.name}
    assert set(rule.keys) <= set(Intent.__struct_fields__)


def test_declared_keys_bind_the_rules_that_judge_them():
    bound = {key: {rule.name for rule in IMAGE_RULES if key in rule.keys} for key in Intent.__struct_fields__}
    assert {key: names for key, names in bound.items() if names} == BOUND


@each_rule
def test_its_own_test_file_exercises_pass_fail_and_unknown(rule: AnyRule):
    text = (TESTS / f"test_{_module(rule)}.py").read_text(encoding="utf-8")
    assert f"from inspector.rules import {_module(rule)}" in text
    expected = {"PASS", "ERROR" if rule.name == "rule-crashed" else "FAIL", "UNKNOWN"}
    if rule.name in NEVER_UNKNOWN:
        expected.discard("UNKNOWN")
        source = (RULES / f"{_module(rule)}.py").read_text(encoding="utf-8")
        assert not re.search(r"\b(known|undecided)\(", source), "it can be unknown after all"
    assert {word for word in expected if f"Status.{word}" not in text} == set()


def test_every_test_file_belongs_to_a_rule():
    tested = {path.stem.removeprefix("test_") for path in TESTS.glob("test_*.py")} - {"completeness"}
    assert tested == {_module(rule) for rule in all_rules()}


def _module(rule: AnyRule) -> str:
    return rule.name.replace("-", "_")


# --- nothing passes, and nothing crashes, for lack of a fact -----------------------------------------------

UNREAD = Unknown("not read")

EVERYTHING_MEANT = Intent(
    goos=Declared("linux", "option --goos"),
    goarch=Declared("amd64", "option --goarch"),
    cgo=Declared(False, "option --cgo"),
    microarch={"GOAMD64": Declared("v1", "option --goamd64")},
    static=Declared(True, "option --static"),
    buildmode=Declared("default", "option --buildmode"),
    tags=Declared(("netgo", "osusergo", "race", "x"), "option --tags"),
    tzdata=Declared("embedded", "option --tzdata"),
    go=Declared("1.27", "option --go"),
    libc=Declared("musl", "profile x"),
    glibc=Declared("2.17", "profile x"),
    min_os=Declared("26.0", "profile x"),
    platform=Declared("ios", "policy x"),
    absent=Declared(("zones", "ca-roots", "users"), "profile x"),
    page_size=Declared(16384, "profile x"),
    universal=Declared(True, "artifacts.json"),
    module=Declared("example.com/app", "policy x"),
    version=Declared("v1.2.3", "policy x"),
    revision=Declared("0123456789ab", "metadata.json"),
    clean=Declared(True, "policy x"),
    trimpath=Declared(True, "policy x"),
    debug_info=Declared(False, "policy x"),
    symbols=Declared(False, "policy x"),
    pristine=Declared(True, "policy x"),
    fips140=Declared("off", "policy x"),
    max_size=Declared(1 << 20, "policy x"),
    subsystem=Declared("console", "policy x"),
    pe_checksum=Declared(True, "policy x"),
    aslr=Declared(True, "policy x"),
    signature=Declared("authenticode", "policy x"),
    dylibs=Declared(("@rpath/*",), "policy x"),
    interpreters=Declared(("/nix/store/*",), "policy x"),
)


def unreadable(struct: Any) -> list[str]:
    """The fields of a struct that may be Unknown."""
    hints = get_type_hints(type(struct))
    return [name for name, hint in hints.items() if Unknown in get_args(hint)]


def blind(build: GoBuild) -> GoBuild:
    """The same program with every fact unread that can be."""
    observed = replace(build.observed, **dict.fromkeys(unreadable(build.observed), UNREAD))
    tzdata = replace(observed.tzdata, **dict.fromkeys(unreadable(observed.tzdata), UNREAD))
    traits = replace(build.traits, **dict.fromkeys(unreadable(build.traits), UNREAD))
    return replace(build, observed=replace(observed, tzdata=tzdata), traits=traits, recorded=UNREAD)


@pytest.mark.parametrize("build", [go_build(), windows(), darwin(), wasm()], ids=["elf", "pe", "macho", "wasm"])
def test_any_single_unread_fact_crashes_no_rule(build: GoBuild):
    variants = [replace(build, observed=replace(build.observed, **{f: UNREAD})) for f in unreadable(build.observed)]
    variants += [replace(build, traits=replace(build.traits, **{f: UNREAD})) for f in unreadable(build.traits)]
    variants.append(replace(build, recorded=UNREAD))
    assert len(variants) > 20
    for variant in variants:
        for intent in (Intent(), EVERYTHING_MEANT):
            seen = Subject(build=variant, intent=intent, name="app", mode=0o755)
            crashed = [o.rule for o in judge(seen, all_rules()) if o.status is Status.ERROR]
            assert crashed == []


@pytest.mark.parametrize("intent", [Intent(), EVERYTHING_MEANT], ids=["nothing-meant", "everything-meant"])
def test_a_declared_key_never_passes_on_unread_facts(intent: Intent):
    outcomes = judge(Subject(build=blind(go_build()), intent=intent, name="app", mode=UNREAD), all_rules())
    bound = {rule.name for rule in IMAGE_RULES if rule.keys} - set(NEVER_UNKNOWN)
    passing = {outcome.rule for outcome in outcomes if outcome.status is Status.PASS}
    assert passing & bound == set()
