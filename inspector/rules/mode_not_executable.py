"""The program may not be executed.

## What it means
The mode kept beside the file, on disk or in the archive, has no execute bit
for anybody.

## Why it matters
"Permission denied" for whoever unpacks the archive and types the program's
name. A container image that copies it cannot start.

## How it looks in the bytes
Nothing in the file shows it: the mode is that of the directory entry or of
the archive member. Upload and download steps of CI systems drop it, and zip
archives made on Windows keep none, in which case the answer is unknown.

## How to fix it
`chmod +x app` before the archive is made.

Severity: error.
Since: every Go release.
"""

from inspector.model import Evidence, Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed

# internal/syslist.UnixOS, as far as Go builds programs for them.
UNIX = {
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "illumos",
    "ios",
    "linux",
    "netbsd",
    "openbsd",
    "solaris",
}
EXECUTE = 0o111


def check(subject: Subject) -> Verdict:
    """Look for an execute bit where one is needed."""
    observed = subject.build.observed
    goos = known(observed.goos)
    if goos not in UNIX:
        return not_applicable(f"{goos} goes by no execute bit")
    buildmode = known(observed.buildmode)
    if buildmode not in {"exe", "pie"}:
        return not_applicable(f"a {buildmode} file is not executed")
    mode = known(subject.mode)
    proof = Evidence("mode", f"{mode:04o}")
    if mode & EXECUTE:
        return passed(f"mode {mode:04o}", proof)
    return failed(f"mode {mode:04o} lets nobody execute this program", proof, fix="chmod +x FILE")


RULE = Rule(id="GBI616", name="mode-not-executable", severity=Severity.ERROR, check=check)
