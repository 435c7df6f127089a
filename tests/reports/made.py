"""Reports made by hand."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TextIO

import msgspec

from inspector.briefs import brief_of
from inspector.model import (
    Declared,
    Evidence,
    FileReport,
    GoBuild,
    ImageReport,
    Intent,
    Outcome,
    Report,
    Severity,
    SkipKind,
    Skipped,
    Status,
    Unknown,
)
from inspector.reports import View
from tests.build.facts import darwin, go_build, windows

CHECKSUM = Evidence("PE checksum", "0x0", 0xD8)
MACHINE = Evidence("COFF machine", "0x14c (i386)", 0x84)
NAMED = Declared("386", "file name", by_name=True)


def outcome(
    rule: str = "wrong-goarch",
    rule_id: str = "GBI102",
    status: Status = Status.PASS,
    severity: Severity = Severity.ERROR,
    message: str = "386, as intended by file name",
    evidence: Iterable[Evidence] = (),
    fix: str | None = None,
) -> Outcome:
    """One outcome; ``reason`` follows the status as the engine sets it."""
    explained = status in {Status.NOT_APPLICABLE, Status.UNKNOWN, Status.ERROR}
    return Outcome(
        rule=rule,
        id=rule_id,
        status=status,
        severity=severity,
        message=message,
        reason=message if explained else None,
        evidence=tuple(evidence),
        fix=fix,
    )


PASSED = outcome(evidence=(MACHINE,))
ABSENT = outcome("wrong-cgo", "GBI103", Status.NOT_APPLICABLE, message="no CGO_ENABLED was declared")
UNREAD = outcome("modified-after-link", "GBI611", Status.UNKNOWN, Severity.NOTE, "not computed (--no-hash)")
CRASH = outcome("wrong-go", "GBI109", Status.ERROR, message="the rule crashed: KeyError: 'go'")
NOTE = outcome("dirty-tree", "GBI602", Status.FAIL, Severity.NOTE, "built from a tree with uncommitted changes")
ZONES = outcome(
    "tzdata-missing",
    "GBI501",
    Status.FAIL,
    Severity.WARNING,
    "Windows has no zone database for Go to read",
    (Evidence("function", "time.LoadLocation", 0x1234), Evidence("file table", "no time/tzdata")),
    'go build -tags timetzdata, or import _ "time/tzdata"',
)
WRONG = outcome(
    status=Status.FAIL,
    message="built for amd64, but 386 was meant (file name)",
    evidence=(Evidence("COFF machine", "0x8664 (amd64)", 0x84), Evidence("recorded GOARCH", "amd64", 0x1C4010)),
    fix="GOARCH=386 go build ...",
)


def image(build: GoBuild | None = None, *outcomes: Outcome, **meant: Any) -> ImageReport:
    """One image; keyword arguments are the intent's fields."""
    return ImageReport(build=build or go_build(), intent=Intent(**meant), outcomes=outcomes)


def file(path: str, *images: ImageReport, members: tuple[str, ...] = (), size: int = 3_399_168) -> FileReport:
    """One file with the digest of the empty string."""
    digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    return FileReport(path=path, members=members, size=size, sha256=digest, images=images)


def report(*files: FileReport, skipped: Iterable[Skipped] = ()) -> Report:
    """A report of version 0.1.0."""
    rows = tuple(skipped)
    return Report(
        version="0.1.0",
        files=files,
        skipped=rows,
        briefs=tuple(map(brief_of, files)),
        unseen=tuple(row for row in rows if row.matters),
    )


class Stored(Sequence[FileReport]):
    """Full reports that are read anew each time, as those of a long run are, and which of them were."""

    def __init__(self, files: Sequence[FileReport]) -> None:
        self._files = files
        self.read: list[int] = []

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, number: Any) -> Any:
        file = self._files[number]  # whose IndexError ends an iteration
        self.read.append(number)
        return file


def skip(path: str, kind: SkipKind, reason: str, named: bool = False, members: tuple[str, ...] = ()) -> Skipped:
    """A row of what was not inspected."""
    return Skipped(path=path, members=members, kind=kind, reason=reason, named=named)


def warned() -> Report:
    """A windows/386 program that lacks zones, as its name says otherwise right."""
    build = windows("386", pe={"machine": "i386", "high_entropy_va": False}, observed={"trimpath": False})
    meant = {"goos": Declared("windows", "option --target"), "goarch": Declared("386", "option --target")}
    shown = image(build, PASSED, ABSENT, ZONES, NOTE, UNREAD, **meant)
    return report(file("app.exe", shown))


def sliced(goarch: str, name: str) -> GoBuild:
    """A healthy slice of a universal Mach-O."""
    return msgspec.structs.replace(darwin(goarch), slice=name)


def universal() -> Report:
    """A universal Mach-O: a healthy arm64 slice and an amd64 slice that was meant to be arm64."""
    arm = sliced("arm64", "arm64")
    amd = sliced("amd64", "x86_64")
    wrong = outcome(
        status=Status.FAIL,
        message="built for amd64, but arm64 was meant (option --goarch)",
        evidence=(Evidence("Mach-O cputype", "0x1000007 (x86_64)", 0x4004),),
    )
    meant = {"goarch": Declared("arm64", "option --goarch")}
    return report(file("dist/app-darwin", image(arm, PASSED, **meant), image(amd, wrong, **meant), size=8_000_000))


def release() -> Report:
    """A directory of archives: good ones, a wrong one, a cut-off one, and files of no interest."""
    files = [
        file(
            f"dist/app_1.2.3_linux_{arch}.tar.gz",
            image(go_build(observed={"goarch": arch}, settings={"GOARCH": arch}), PASSED, NOTE),
            members=(f"app_1.2.3_linux_{arch}/app",),
        )
        for arch in ("amd64", "arm64", "riscv64")
    ]
    files.append(
        file("dist/app_1.2.3_windows_386.zip", image(windows(), WRONG, ZONES, goarch=NAMED), members=("app.exe",))
    )
    skipped = (
        skip("dist/app_1.2.3_linux_386.tar.gz", SkipKind.TRUNCATED, "the archive ends inside a member"),
        skip("dist/checksums.txt", SkipKind.NOT_EXECUTABLE, "not an executable"),
        skip("dist/README.md", SkipKind.NOT_EXECUTABLE, "not an executable"),
        skip("dist/tool", SkipKind.NOT_GO, "an ELF program, but no Go program"),
    )
    return report(*files, skipped=skipped)


def unread() -> Report:
    """A program without build info and without a readable function table."""
    lost = Unknown("no function table")
    observed: Mapping[str, Any] = {
        "goos": lost,
        "cgo": lost,
        "go_version": Unknown("between go1.20 and go1.27"),
        "tags": lost,
        "trimpath": lost,
        "pristine": Unknown("not computed (--no-hash)"),
    }
    build = go_build(observed=observed, recorded=Unknown("no build info"))
    return report(file("app", image(build, UNREAD)))


def written(render: Callable[[Report, TextIO, View], None], report: Report) -> str:
    """What a renderer writes for the usual view."""
    out = io.StringIO()
    render(report, out, View())
    return out.getvalue()
