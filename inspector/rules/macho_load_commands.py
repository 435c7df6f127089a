"""The Mach-O file lacks a load command it needs, or has an impossible one.

## What it means
The list of commands that tells macOS how to load the file is incomplete or
contradicts itself.

## Why it matters
The kernel or dyld refuses the program: "Bad executable", "malformed Mach-O",
or it is killed without a word.

## How it looks in the bytes
Every executable needs the segments __TEXT and __LINKEDIT, LC_SYMTAB,
LC_LOAD_DYLINKER, and LC_MAIN or LC_UNIXTHREAD; on arm64 LC_MAIN and
LC_CODE_SIGNATURE. Commands of a wrong size or off their alignment, commands
that stand twice, segments that overlap and tables outside __LINKEDIT are
defects in libraries too. (A list that cannot be followed to its end leaves
nothing to judge: the file is skipped as malformed.) When the signature alone
is missing, macho-unsigned-arm64 says so. LC_DYLD_INFO, LC_LOAD_DYLIB and a
version command may be missing: old and position-dependent files start without
them.

## How to fix it
Build again, and leave out the tool that rewrites the file after linking:
packers and strippers made for ELF are the usual reason.

Severity: error.
Since: every Go release.
"""

from collections.abc import Iterator

from inspector.model import (
    Evidence,
    MachoFacts,
    Rule,
    Severity,
    Subject,
    Verdict,
    failed,
    known,
    not_applicable,
    passed,
)


def check(subject: Subject) -> Verdict:
    """Hold the commands against what the kernel and dyld need."""
    build = subject.build
    macho = build.observed.macho
    if macho is None:
        return not_applicable("not a Mach-O file")
    missing = tuple(_missing(macho, known(build.observed.goarch))) if macho.file_type == "MH_EXECUTE" else ()
    defects = build.traits.macho_commands
    if not missing and not defects:
        return passed("every load command it needs is there", *build.proof("macho.load_commands"))
    if missing == ("LC_CODE_SIGNATURE",) and not defects:
        return not_applicable("LC_CODE_SIGNATURE alone is missing: same cause as macho-unsigned-arm64")
    count, place = len(macho.load_commands), build.place("macho.load_commands")
    absent = tuple(Evidence("load commands", f"no {name} among {count}", place) for name in missing)
    parts = [f"no {', no '.join(missing)}"] if missing else []
    if defects:
        parts.append("one impossible command" if len(defects) == 1 else f"{len(defects)} impossible commands")
    return failed(
        f"macOS refuses to load this file: {' and '.join(parts)}",
        *absent,
        *defects,
        fix="build again, without what rewrites the file after linking",
    )


def _missing(macho: MachoFacts, goarch: str) -> Iterator[str]:
    yield from (segment for segment in ("__TEXT", "__LINKEDIT") if segment not in macho.segments)
    yield from (name for name in ("LC_SYMTAB", "LC_LOAD_DYLINKER") if name not in macho.load_commands)
    if goarch == "arm64":
        yield from (name for name in ("LC_MAIN", "LC_CODE_SIGNATURE") if name not in macho.load_commands)
    elif not {"LC_MAIN", "LC_UNIXTHREAD"} & set(macho.load_commands):
        yield "LC_MAIN or LC_UNIXTHREAD"


RULE = Rule(id="GBI407", name="macho-load-commands", severity=Severity.ERROR, check=check, yields_to=("packed",))
