"""The file's name ends as if it were for another system.

## What it means
A windows program is called something that Windows does not run, or a program
for another system is called .exe or .dll.

## Why it matters
Windows goes by the extension: a program without .exe does not start from the
Explorer or by typing its name. A program for Linux called app.exe was mostly
meant for Windows, and the build lost its GOOS.

## How it looks in the bytes
The port comes from the headers and the file table, the extension from the
name on disk or in the archive, in capitals or not. `-o app` names a windows
program app: the go command adds .exe only to names it chooses itself. For
windows, .com and .scr are accepted for programs, and for libraries the
extensions under which hosts load them: .ocx, .cpl, .xll, .pyd, .node. Backup
names that end in ~ are left alone, as go install makes them.

## How to fix it
`go build -o app.exe`, or `-o dist/`, which lets go choose the name.

Severity: warning.
Since: every Go release.
"""

from inspector.model import Evidence, Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed

PROGRAM = (".exe", ".com", ".scr")
LIBRARY = (".dll", ".ocx", ".cpl", ".xll", ".pyd", ".node")  # all of them DLLs, for COM, Excel, Python, Node.js
STANDARD_INPUT = "-"


def check(subject: Subject) -> Verdict:
    """Hold the name's end against the port."""
    name = subject.name
    if name == STANDARD_INPUT:
        return not_applicable("standard input has no name")
    if name.endswith("~"):
        return not_applicable("the name is that of a backup")
    goos = known(subject.build.observed.goos)
    proof = Evidence("file name", name)
    if subject.build.observed.buildmode == "c-archive":
        return not_applicable("an archive of objects is named as its user likes")
    if goos != "windows":
        return _elsewhere(name, goos, proof)
    library = known(subject.build.observed.buildmode) == "c-shared"
    wanted = LIBRARY if library else PROGRAM
    if name.lower().endswith(wanted):
        return passed(f"named as Windows wants it: {name}", proof)
    what = "library" if library else "program"
    return failed(
        f"a windows {what} whose name does not end in {wanted[0]}", proof, fix=f"go build -o {_stem(name)}{wanted[0]}"
    )


def _elsewhere(name: str, goos: str, proof: Evidence) -> Verdict:
    if not name.lower().endswith((".exe", ".dll")):
        return passed(f"a program for {goos} without an extension of Windows", proof)
    message = f"named like a program for Windows, but built for {goos}"
    return failed(message, proof, fix=f"GOOS=windows go build ..., or name it {_stem(name)}")


def _stem(name: str) -> str:
    """Cut off an extension that means something; the dots of a version stay."""
    end = next((end for end in (*PROGRAM, *LIBRARY, ".so", ".dylib") if name.lower().endswith(end)), "")
    return name[: len(name) - len(end)]


RULE = Rule(id="GBI617", name="odd-extension", severity=Severity.WARNING, check=check, yields_to=("wrong-goos",))
