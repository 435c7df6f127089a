"""The keys of a policy file: one table, which the reader, the JSON Schema and the reference all go by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from inspector.intent import values
from inspector.intent.policy_kinds import ARTIFACTS, DAY, FILLED, FLAG, GLOB, SIZE, Kind, either, listed, one_of, text
from inspector.intent.policy_tables import Key, Table, named, tables
from inspector.microarch import VARIABLES

_SPELLINGS: Final[Mapping[str, str]] = {
    "cgo-enabled": "write cgo = true or cgo = false",
    "gofips140": "did you mean fips140?",
    "goos": 'write target = "linux/amd64" in a [[targets]] table',
    "goarch": 'write target = "linux/amd64" in a [[targets]] table',
    "ldflags": 'write debug-info = false and symbols = false for -s -w, version = "v1.2.3" for -X main.version=v1.2.3',
    "linkmode": "write static = true or static = false",
    "macosx-deployment-target": "did you mean min-os?",
}
"""What Go and build scripts call things, and what to write here."""

_RULE: Final = Kind(FILLED.read, {"$ref": "#/$defs/rule"}, "a rule's name or id")
_RULES: Final = listed(
    Kind(FILLED.read, {"$ref": "#/$defs/rules"}, ""), "an array of rules' names, ids or bands (`GBI3`)"
)
_TAGS: Final = either(
    text(values.tags, "build tags with commas between them", r"[^\s,]+(\s*,\s*[^\s,]+)*"),
    listed(text(lambda tag, where: values.tag(tag, f"{where}:"), "a build tag", r"[^\s,]+"), "an array of build tags"),
)
_GLOBS: Final = either(GLOB, listed(GLOB, "an array of globs", least=1))
_FILES: Final = either(ARTIFACTS, listed(ARTIFACTS, "an array of globs", least=1))
SIGNED: Final[Mapping[str, tuple[str, ...]]] = {"authenticode": ("windows",), "codesign": ("darwin", "ios")}
"""Each kind of signature, and the systems that have it."""
_VERSION: Final = "a version such as "
_ELF: Final = ("linux", "android")

_LEVELS: Final = tuple(
    Key(
        variable.lower(),
        text(
            lambda value, where, variable=variable: values.microarch(variable, value, where),  # type: ignore[misc]
            values.MICROARCH[variable][1],
            values.MICROARCH[variable][0],
        ),
        f"{variable} of the build, for {' and '.join(goarches)}",
        field=variable,
    )
    for variable, goarches in VARIABLES.items()
)
_PROFILE: Final = Key(
    "profile", FILLED, "Name of a profile, built in or from [profiles], whose needs hold beneath the keys beside it"
)
NEEDS: Final = (
    Key("cgo", FLAG, "CGO_ENABLED of the build"),
    *_LEVELS,
    Key("static", FLAG, "No loader and no library needed; false: the opposite"),
    Key("buildmode", one_of(*values.BUILDMODES), "-buildmode, compared with the bytes; exe: not position-independent"),
    Key("tags", _TAGS, "Build tags, all of them"),
    Key("tzdata", one_of(*values.TZDATA), "Time zone database inside the program"),
    Key("go", text(values.go, _VERSION + '`"1.27"`', values.GO), "This Go release or a newer one"),
    Key("libc", one_of(*values.LIBCS), "C library of the target system", goos=_ELF),
    Key("glibc", text(values.glibc, _VERSION + '`"2.28"`', values.GLIBC), "Version of glibc there", goos=_ELF),
    Key("min-os", text(values.min_os, _VERSION + '`"10.0"`', values.MIN_OS), "Oldest system that must start it"),
    Key("module", text(values.module, "a module's path", values.MODULE), "Path of the main module"),
    Key(
        "version",
        text(values.version, _VERSION + '`"v1.2.3"`', r"\S+"),
        "Version of the main module, or what -X main.version= set",
    ),
    Key(
        "revision",
        text(values.revision, "a commit's hash, in full or shortened", values.REVISION),
        "Commit it was built from",
    ),
    Key("clean", FLAG, "true: built without uncommitted changes"),
    Key("trimpath", FLAG, "true: built with -trimpath, no path of the build machine inside"),
    Key("debug-info", FLAG, "false: no DWARF debug information inside"),
    Key("symbols", FLAG, "false: no symbol table inside"),
    Key("pristine", FLAG, "true: not one byte changed since Go linked it"),
    Key(
        "fips140",
        text(values.fips140, "`off`, `latest`, `inprocess`, `certified` or a version such as `v1.0.0`", values.FIPS140),
        "GOFIPS140 of the build",
    ),
    Key("max-size", SIZE, "Most bytes that the file may have"),
    Key("subsystem", one_of(*values.SUBSYSTEMS), "Windows subsystem; gui is -ldflags -H=windowsgui", goos=("windows",)),
    Key("pe-checksum", FLAG, "true: the header holds a checksum", goos=("windows",)),
    Key("aslr", FLAG, "true: Windows can load it at any address", goos=("windows",)),
    Key("signature", one_of(*SIGNED), "Signature it must have"),
    Key(
        "allow-dylibs",
        _GLOBS,
        "Libraries from outside macOS that it may need",
        field="dylibs",
        goos=("darwin", "ios"),
    ),
    Key(
        "allow-interpreters",
        _GLOBS,
        "Loaders beside the stock ones that it may name",
        field="interpreters",
    ),
)
"""What can be declared of a program."""

_TARGETS_ALONE: Final = {name: f"{name} belongs into a [[targets]] table" for name in ("target", "files", "optional")}
ALL: Final = Table(
    (*NEEDS, _PROFILE),
    "What holds for every program, where its target says nothing else",
    {**_SPELLINGS, **_TARGETS_ALONE},
)
TARGET: Final = Table(
    (
        Key(
            "target",
            text(lambda value, _: value, "GOOS/GOARCH, such as `linux/arm64`", "[a-z0-9]+/[a-z0-9]+"),
            "Port, as Go spells it",
            wakes=("wrong-goos", "wrong-goarch", "missing-target", "unexpected-target"),
        ),
        Key(
            "files",
            _FILES,
            "Artifacts that are meant; without it, every one that is for the port",
            wakes=("missing-target", "unexpected-target"),
        ),
        *ALL.keys,
        Key("optional", FLAG, "true: nothing is wrong when it is not there", wakes=("missing-target",)),
    ),
    "One thing to be shipped: for which port, as which files, and what holds for it",
    _SPELLINGS,
    any_of=("target", "files"),
)
WAIVER: Final = Table(
    (
        Key("rule", _RULE, "Rule whose findings are let through", required=True),
        Key("artifact", ARTIFACTS, "Artifacts on which they are", required=True),
        Key("reason", FILLED, "Why, for whoever reads the report", required=True),
        Key("until", DAY, "Last day on which the waiver holds"),
    ),
    "Findings of one rule, let through on some artifacts for a reason",
)
PROFILE: Final = Table(
    (
        Key("extends", FILLED, "Profile whose needs it has where it says nothing else"),
        Key("title", FILLED, "The systems, in words"),
        Key("goos", text(values.goos, "a GOOS"), "System whose programs it is for"),
        *(key for key in NEEDS if key.name in {"static", "libc", "glibc", "min-os"}),
        Key(
            "absent",
            listed(one_of("zones", "ca-roots", "users"), "an array of `zones`, `ca-roots`, `users`"),
            "What these systems do not have: time zones, root certificates, user names",
        ),
        Key("page-size", SIZE, "Bytes of a memory page there"),
    ),
    "Needs of one kind of system, by name",
    any_of=("goos", "extends"),
)
SEVERITY: Final = one_of("error", "warning", "note")
POLICY: Final = Table(
    (
        Key("all", ALL.kind, ALL.about),
        Key("targets", tables(TARGET), TARGET.about),
        Key("severity", named(SEVERITY, {"$ref": "#/$defs/rules"}, "Severities by rule"), "Severities by rule"),
        Key("select", _RULES, "Run these rules only"),
        Key("ignore", _RULES, "Do not run these rules"),
        Key("waivers", tables(WAIVER), WAIVER.about),
        Key("profiles", named(PROFILE.kind, {"minLength": 1}, PROFILE.about), PROFILE.about),
    ),
    "What a release must be like, for gobin-inspect",
    {
        **{key.name: f"{key.name} belongs into [all] or a [[targets]] table" for key in ALL.keys},
        **_SPELLINGS,
        **_TARGETS_ALONE,
        "tool": "keys stand at the top of this file: [all], not [tool.gobin-inspect.all]",
    },
)
