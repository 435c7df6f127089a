"""The program was linked in another build mode than was meant.

## What it means
The headers show another kind of file (executable, position-independent
executable, C shared library, plugin) than the declared `--buildmode`.

## Why it matters
A program that is not position-independent is loaded at the same address every
time, which makes attacks simpler; some systems (Android, iOS, macOS on Apple
silicon) refuse it. A PIE on linux needs a loader that a plain static file
does not. A library cannot be started, an executable cannot be loaded.

## How it looks in the bytes
ELF: ET_EXEC is `exe`; ET_DYN is `pie` with a loader or DF_1_PIE, else a
library or plugin, and a static PIE counts as `pie`. PE: `pie` means
DYNAMIC_BASE with base relocations. Mach-O: MH_PIE. The recorded `-buildmode`
is not asked: Go writes `exe` for its default, also where that is PIE.

`default` stands for what that Go release does for that port: PIE on windows
(since Go 1.15, not with -race), on android, ios and darwin/arm64, and on
darwin/amd64 since Go 1.22; `exe` elsewhere. windows/arm64 and darwin/arm64
programs are always position-independent, also with `-buildmode=exe`.

## How to fix it
`go build -buildmode=pie`, or the mode that was meant; `default` needs no flag.

Severity: error; only against an intent.
Since: every Go release.
"""

from inspector.model import Declared, Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed
from inspector.ports import always_pie, default_buildmode


def check(subject: Subject) -> Verdict:
    """Compare the observed build mode with the intended one."""
    meant = subject.intent.buildmode
    if meant is None:
        return not_applicable("no build mode was declared")
    observed = subject.build.observed
    mode = "pie" if observed.linkage == "static-pie" else known(observed.buildmode)
    wanted = _default(subject) if meant.value == "default" else meant.value
    proof = subject.build.proof("buildmode")
    if mode == wanted:
        return passed(f"{mode}, as intended by {meant.source}", *proof)
    named = wanted if wanted == meant.value else f"the default, {wanted},"
    return failed(
        f"linked as {mode}, but {named} was meant ({meant.source})",
        *proof,
        fix=_fix(subject, meant),
    )


def _default(subject: Subject) -> str:
    observed = subject.build.observed
    goos, goarch, minor = known(observed.goos), known(observed.goarch), known(subject.build.traits.go_minor)
    return default_buildmode(goos, goarch, minor, race="race" in known(observed.tags))


def _fix(subject: Subject, meant: Declared[str]) -> str:
    observed = subject.build.observed
    match meant.value, observed.goos, observed.goarch, subject.build.traits.go_minor:
        case "exe", str(goos), str(goarch), int(minor) if always_pie(goos, goarch, minor):
            return f"declare pie or default: Go 1.{minor} makes nothing else for {goos}/{goarch}"
    return f"go build -buildmode={meant.value} ..."


RULE = Rule(id="GBI106", name="wrong-buildmode", severity=Severity.ERROR, check=check, keys=("buildmode",))
