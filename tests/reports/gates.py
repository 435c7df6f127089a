"""Reports and thresholds, with what must come out of every format: which rule refuses what, and the exit code."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from msgspec.structs import replace

from inspector.errors import ExitCode
from inspector.model import Evidence, Outcome, Report, Severity, SkipKind, Status, Threshold, Waiver
from tests.reports import made

ZIP, PLAN9, LINUX = "dist/app.zip -> app.exe", "dist/app_plan9", "dist/app_linux"
WAIVED = replace(
    made.WRONG, waiver=Waiver(reason="ships in May", until=datetime.date(2027, 5, 1), source="policy p.toml:waivers[0]")
)
UNDECIDED = replace(
    made.outcome("wrong-cgo", "GBI103", Status.UNKNOWN, message="the file table cannot be read"), bound=True
)
MISSING = made.outcome(
    "missing-target",
    "GBI701",
    Status.FAIL,
    message="1 of 5 targets is missing",
    evidence=[Evidence("linux/arm64", "policy p.toml:targets[1]", None)],
    fix="build it",
)
CUT = made.skip("dist/cut.tar.gz", SkipKind.TRUNCATED, "the archive ends inside a member")
README = made.skip("dist/README", SkipKind.NOT_EXECUTABLE, "not an executable")


def mixed() -> Report:
    """Everything that an outcome can be, and a file that was not inspected."""
    build = made.go_build()
    files = (
        made.file("dist/app.zip", made.image(build, made.WRONG, made.ZONES), members=("app.exe",)),
        made.file("dist/app-darwin", made.image(made.sliced("arm64", "arm64"), WAIVED)),
        made.file(LINUX, made.image(build, made.PASSED, made.ABSENT, made.NOTE, made.UNREAD)),
        made.file(PLAN9, made.image(build, made.PASSED, UNDECIDED)),
    )
    return replace(made.report(*files, skipped=(CUT, README)), release=(MISSING,))


class Gate(NamedTuple):
    """A report as one threshold judges it. ``refused`` are pairs of artifact and rule."""

    report: Report
    refused: set[tuple[str, str]]
    code: ExitCode


def gate(report: Report, refused: Iterable[tuple[str, str]], code: ExitCode, fail_on="error", strict=False) -> Gate:
    threshold = Threshold(fail_on=Severity(fail_on) if fail_on else None, strict=strict)
    return Gate(replace(report, threshold=threshold), set(refused), code)


def one(*outcomes: Outcome) -> Report:
    return made.report(made.file("app", made.image(made.go_build(), *outcomes)))


ERRORS = ((ZIP, "wrong-goarch"), ("release", "missing-target"))
WARNINGS = (*ERRORS, (ZIP, "tzdata-missing"))
GATES = {
    "error": gate(mixed(), ERRORS, ExitCode.FINDINGS),
    "warning": gate(mixed(), WARNINGS, ExitCode.FINDINGS, "warning"),
    "note": gate(mixed(), (*WARNINGS, (LINUX, "dirty-tree")), ExitCode.FINDINGS, "note"),
    "never": gate(mixed(), (), ExitCode.NOT_INSPECTED, None),
    "verify": gate(mixed(), (*ERRORS, (PLAN9, "wrong-cgo")), ExitCode.FINDINGS, strict=True),
    "verify, never": gate(mixed(), (), ExitCode.NOT_INSPECTED, None, strict=True),
    "crash": gate(one(made.PASSED, made.CRASH), [("app", "wrong-go")], ExitCode.NOT_INSPECTED),
    "verify, crash": gate(one(made.PASSED, made.CRASH), [("app", "wrong-go")], ExitCode.FINDINGS, strict=True),
    "waived": gate(one(WAIVED), (), ExitCode.CLEAN, "note", strict=True),
    "undecided": gate(one(UNDECIDED), (), ExitCode.CLEAN, "note"),
    "verify, unbound": gate(one(made.UNREAD), (), ExitCode.CLEAN, "note", strict=True),
    "warned": gate(made.warned(), (), ExitCode.CLEAN),
    "slices": gate(made.universal(), [("dist/app-darwin (x86_64)", "wrong-goarch")], ExitCode.FINDINGS),
    "nothing": gate(made.report(), (), ExitCode.NOT_INSPECTED),
}


def many(count: int = 300) -> Report:
    """A large release: every seventh program is wrong, every other one has a note."""
    files = [
        made.file(
            f"dist/app_{n}.tar.gz",
            made.image(made.go_build(), made.WRONG if n % 7 == 0 else made.NOTE if n % 2 else made.PASSED),
            members=(f"app_{n}/bin/app",),
        )
        for n in range(count)
    ]
    return made.report(*files)


REPORTS = {name: gate.report for name, gate in GATES.items()} | {"many": many(), "unread": made.unread()}
