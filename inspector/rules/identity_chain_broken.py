"""Two identities in the file that Go derives from one another do not fit.

## What it means
Go writes who the program is more than once. One of these links is broken: the
GNU build ID or LC_UUID is not what Go makes of the Go build ID; the build
settings that `go version -m` shows are not those the program itself would
print; or the Go version in the build info is not the runtime's own.

## Why it matters
Debuggers, symbol servers and scanners go by these fields, each by its own.
One that was edited or taken from another program sends them astray. The hash
in the Go build ID does not cover the GNU build ID and LC_UUID, so a file can
be pristine and still carry a foreign one.

## How it looks in the bytes
Since Go 1.24 the GNU build ID is the SHA-256 of the Go build ID as it was
while linking (its first part in the place of the last), the first byte changed
by 1 (Go 1.24) or 0xff, cut to 20 bytes; LC_UUID the same, cut to 16 and marked
as version 3. The settings text is in the build info and again in read-only
data, between the same two 16-byte marks. The runtime's version is the string
that runtime.buildVersion points to.

A GNU build ID given with `-ldflags=-B=0x...` is left alone. With -trimpath Go
does not record -ldflags, so there, and without a record, nothing tells whether
a foreign ID was given on purpose.

## How to fix it
Take the file from the build that made it, or rebuild it. Tools that rewrite
the GNU build ID after linking, such as debugedit, break the link on purpose.

Severity: note.
Since: Go 1.24, the first to derive all of them.
"""

import re

from inspector.ldflags import linker_flag
from inspector.model import (
    Evidence,
    GoBuild,
    Rule,
    Severity,
    Subject,
    Unknown,
    Verdict,
    failed,
    known,
    not_applicable,
    passed,
    undecided,
)

SINCE = 24
"""The Go 1.x whose linker first wrote a GNU build ID or LC_UUID that it makes of the Go build ID."""

HOST = "the GNU build ID or LC_UUID is not the one that Go makes of its build ID"
SETTINGS = "the settings in the build info are not those of the runtime"


def check(subject: Subject) -> Verdict:
    """Name every link that does not hold."""
    build = subject.build
    if build.setting("-buildmode") == "c-archive":
        return not_applicable("a C linker made the program of a Go archive")
    if build.observed.compiler in {"gccgo", "tinygo"}:
        return not_applicable(f"{build.observed.compiler} derives no identity from another")
    minor = known(build.traits.go_minor)
    if minor < SINCE:
        return not_applicable(f"Go 1.{minor} does not derive its identities from one another")
    chain = build.traits.identity
    broken: list[str] = []
    proof: list[Evidence] = []
    custom = _custom(build) if chain.host_id is False else False
    if chain.host_id is False and custom is False:
        broken.append(HOST)
        proof += build.proof("identity.host_id")
    if chain.settings is False:
        broken.append(SETTINGS)
        proof += build.proof("identity.settings")
    version = _version(build)
    if version is not None:
        broken.append(version)
        proof += (*build.proof("recorded"), *build.proof("go_version"))
    if broken:
        return failed("; ".join(broken), *proof, fix="compare the file with the one that go build made")
    if isinstance(custom, Unknown):
        return undecided(custom.reason, *build.proof("identity.host_id"))
    held = build.proof("identity.host_id", "identity.settings")
    if chain.host_id is None and chain.settings is None:
        return not_applicable("the file holds no two identities that Go derives from one another")
    return passed("every identity fits the one it was made of", *held)


def _version(build: GoBuild) -> str | None:
    """Compare the version of the record with the runtime's, where both are known."""
    runtime = build.observed.go_version
    recorded = build.recorded if isinstance(build.recorded, Unknown) else build.recorded.go_version
    if isinstance(recorded, Unknown) or isinstance(runtime, Unknown):
        return None
    return None if recorded == runtime else f"{recorded} is recorded, but the runtime is {runtime}"


def _custom(build: GoBuild) -> bool | Unknown:
    """Tell whether the host's ID was given to the linker; Unknown where its flags are not recorded."""
    flags = build.setting("-ldflags")
    if flags is not None:
        return re.match("0x", linker_flag(flags, "B") or "") is not None
    if isinstance(build.recorded, Unknown) or build.setting("-trimpath") == "true" or not build.recorded.settings:
        return Unknown("a foreign GNU build ID or LC_UUID; no record tells whether it was given with -ldflags=-B")
    return False


RULE = Rule(id="GBI612", name="identity-chain-broken", severity=Severity.NOTE, check=check)
