"""The JSON Schema of the policy says what the reader says, as far as a schema can."""

import datetime
import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from inspector.errors import PolicyError
from inspector.intent.policy_keys import ALL, NEEDS, PROFILE, TARGET, WAIVER
from inspector.microarch import VARIABLES
from inspector.model import Intent, Profile, Rule
from inspector.policycommands import schema
from inspector.rules import all_rules
from tests.intent.policies import read

VALIDATOR = jsonschema.Draft202012Validator(schema())
REFERENCE = Path(__file__).parent.parent.parent / "docs" / "policy.md"


def plain(value):
    """What an editor's schema engine sees: a date is its text."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def accepted_by_schema(text):
    return VALIDATOR.is_valid(plain(tomllib.loads(text)))


def accepted_by_reader(text):
    try:
        read(text)
    except PolicyError:
        return False
    return True


GOOD = {
    "nothing": "",
    "all": '[all]\ncgo = true\ngo = "1.27"\nmax-size = "20 MiB"\ntags = ["a"]\nprofile = "musl"',
    "all, otherwise": '[all]\ngo = "go1.27.3"\nmax-size = 20\ntags = "a, b"\nfips140 = "v1.0.0-c2097c7c"',
    "levels": '[all]\ngo386="sse2"\ngoamd64="v4"\ngoarm="5"\ngoarm64="v9.0,lse"\ngomips="softfloat"\ngoppc64="power8"',
    "targets": '[[targets]]\ntarget = "linux/amd64"\nfiles = "*"\noptional = true\n[[targets]]\nfiles = ["a"]',
    "a full target": '[[targets]]\ntarget = "darwin/arm64"\nsignature = "codesign"\nmin-os = "13"',
    "rules": 'select = ["GBI1", "wrong-cgo", "GBI101"]\nignore = ["GBI60"]\n[severity]\nGBI6 = "error"',
    "a waiver": '[[waivers]]\nrule = "GBI103"\nartifact = "x"\nreason = "y"\nuntil = 2027-01-31',
    "a waiver for ever": '[[waivers]]\nrule = "wrong-cgo"\nartifact = "x"\nreason = "y"',
    "profiles": '[profiles.a]\nextends = "musl"\n[profiles.b]\ngoos = "linux"\nabsent = ["zones"]\npage-size = 65536',
}
BAD = {
    "unknown at the top": "al = 1",
    "a tool table": "[tool.gobin-inspect.all]\ncgo = true",
    "unknown in all": "[all]\ncgoo = true",
    "a target's in all": '[all]\ntarget = "linux/amd64"',
    "unknown in a target": '[[targets]]\ntarget = "linux/amd64"\ngoos = "linux"',
    "neither port nor files": "[[targets]]\ncgo = true",
    "no globs": "[[targets]]\nfiles = []",
    "a table for an array": '[targets]\ntarget = "linux/amd64"',
    "half a port": '[[targets]]\ntarget = "linux"',
    "a number for a flag": "[all]\ncgo = 0",
    "a flag for a string": "[all]\ngo = true",
    "a float for a version": "[all]\nglibc = 2.28",
    "no Go release": '[all]\ngo = "2.0"',
    "no level": '[all]\ngoamd64 = "v5"',
    "two levels on lines": '[all]\ngoamd64 = "v1\\nv2"',
    "no build mode": '[all]\nbuildmode = "shared"',
    "no size": '[all]\nmax-size = "20"',
    "less than nothing": "[all]\nmax-size = -1",
    "no tag": '[all]\ntags = ["a b"]',
    "no severity": '[severity]\nwrong-cgo = "off"',
    "no rule in severity": '[severity]\nwrong-cgoo = "note"',
    "no rule in select": 'select = ["wrong-cgoo"]',
    "a waiver for a band": '[[waivers]]\nrule = "GBI1"\nartifact = "x"\nreason = "y"',
    "a waiver without reason": '[[waivers]]\nrule = "wrong-cgo"\nartifact = "x"',
    "a waiver with an empty reason": '[[waivers]]\nrule = "wrong-cgo"\nartifact = "x"\nreason = " "',
    "a waiver without artifact": '[[waivers]]\nrule = "wrong-cgo"\nreason = "x"',
    "a waiver until noon": '[[waivers]]\nrule = "wrong-cgo"\nartifact = "x"\nreason = "y"\nuntil = 2027-01-31T12:00:00',
    "a profile of nothing": "[profiles.a]\nstatic = true",
    "a profile lacking what nobody has": '[profiles.a]\ngoos = "linux"\nabsent = ["shell"]',
    "a profile with cgo": '[profiles.a]\ngoos = "linux"\ncgo = true',
}


def test_it_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_both_accept(text):
    assert accepted_by_reader(text)
    assert accepted_by_schema(text)


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_both_refuse(text):
    assert not accepted_by_reader(text)
    assert not accepted_by_schema(text)


@pytest.mark.parametrize("key", NEEDS, ids=lambda key: key.name)
@pytest.mark.parametrize("value", ["true", "1", "0", "1.5", '""', '" "', '"x y"', "[]", "{}", '["\\n"]'])
def test_both_say_the_same_of_odd_values(key, value):
    text = f"[all]\n{key.name} = {value}\n"
    assert accepted_by_reader(text) == accepted_by_schema(text)


def test_every_key_is_described():
    def described(properties):
        return all(
            prop.get("description") and all(described(part.get("properties", {})) for part in _parts(prop))
            for prop in properties.values()
        )

    assert described(schema()["properties"])


def _parts(prop):
    return [part for part in (prop, prop.get("items"), prop.get("additionalProperties")) if isinstance(part, dict)]


def test_every_key_declares_something_and_everything_that_can_be_meant_has_a_key():
    by_artifact_lists_alone = {"goos", "goarch", "universal", "platform", "microarch", "absent", "page_size"}
    fields = {key.means for key in NEEDS} - set(VARIABLES)
    assert fields == set(Intent.__struct_fields__) - by_artifact_lists_alone
    assert set(VARIABLES) <= {key.means for key in NEEDS}
    assert {key.means for key in PROFILE.keys} - {"extends"} == set(Profile.__struct_fields__) - {"source"}


def test_the_rules_it_names_are_there():
    keys = [*ALL.keys, *TARGET.keys, *WAIVER.keys, *PROFILE.keys]
    assert {rule for key in keys for rule in key.wakes} <= {rule.name for rule in all_rules()}
    bound = {field for rule in all_rules() if isinstance(rule, Rule) for field in rule.keys}
    silent = [key.name for key in NEEDS if not key.wakes and key.means not in bound and key.means not in VARIABLES]
    assert silent == [], "a key that wakes no rule declares nothing"


def test_the_example_of_the_reference_is_a_policy():
    example = REFERENCE.read_text("utf-8").split("```toml\n")[1].split("```")[0]
    policy = read(example)
    assert [target.name for target in policy.targets] == [
        "linux/amd64 v1",
        "linux/amd64 *-glibc, *-glibc.tar.gz",
        "windows/amd64",
    ]
    assert accepted_by_schema(example)


def test_the_published_schema_is_this_one():
    published = REFERENCE.with_name("policy-schema.json").read_text("utf-8")
    assert json.loads(published) == schema()
