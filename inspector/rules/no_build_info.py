r"""The program carries no record of how it was built.

## What it means
Neither the module versions nor the build settings can be read from the file,
at most the Go version: one of the three witnesses is missing.

## Why it matters
`go version -m` says nothing, and vulnerability scanners and bills of
materials see no modules. What was meant can be held against the bytes alone,
so rules that need the record say "unknown": `gobin-inspect verify` takes that
for a failure where it was declared what they judge.

## How it looks in the bytes
No valid `\xff Go buildinf:` header in section `.go.buildinfo`
(`__go_buildinfo`) or in the data segment. Go before 1.13 wrote none; packers
hide it. A program that was linked without the go command (`go tool link`,
Bazel, some distributions' builds) has the header and the Go version in it, and
no text: no path, no modules, no settings.

## How to fix it
Build with the go command, in module mode, and do not pack the file. Linker
flags (`-s -w`) and `strip` leave the record in place.

Severity: note.
Since: Go 1.13 wrote the first record; settings are in it since Go 1.18.
"""

from inspector.model import Evidence, Rule, Severity, Subject, Unknown, Verdict, failed, passed

FIX = "go build ... in module mode, and ship the file unpacked"


def check(subject: Subject) -> Verdict:
    """Report a record that could not be read."""
    record = subject.build.recorded
    if isinstance(record, Unknown):
        told = "no build info" in record.reason  # "no build info", "TinyGo 0.42.0 records no build info"
        return failed(
            record.reason if told else f"the build info cannot be read: {record.reason}",
            Evidence("build info", "none"),
            fix=None if subject.build.observed.compiler == "tinygo" else FIX,
        )
    if record.path is None and record.main is None and not record.settings:
        return failed(
            f"the build info holds the version {record.go_version} and nothing else: not linked by the go command",
            *subject.build.proof("recorded"),
            fix="go build ... in module mode",
        )
    by = "the go command" if isinstance(record.go_version, Unknown) else record.go_version
    return passed(f"recorded by {by}", *subject.build.proof("recorded"))


RULE = Rule(id="GBI901", name="no-build-info", severity=Severity.NOTE, check=check, yields_to=("packed", "obfuscated"))
