"""The program looks up time zones and has no zone database to rely on.

## What it means
`time.LoadLocation` is linked, and the IANA time zone database is not inside
the program; or it was declared to be inside and is not.

## Why it matters
Go reads zones from the system's database. Windows has none that Go can read,
nor has WebAssembly, and an empty or minimal container image has none either:
there the program says "unknown time zone Europe/Berlin". It works on the
machine that built it, because Go also looks below its own GOROOT, and the
path of that is inside a program built without -trimpath.

## How it looks in the bytes
The function table lists time.LoadLocation, the file table lists no
time/tzdata, and no zip of zones is in the data. Linked does not mean called:
a library may bring the function along for nothing.

## How to fix it
`go build -tags timetzdata`, or `import _ "time/tzdata"` in package main; both
add some 450 KB. For a container image, the package tzdata will do as well.

Severity: warning; note on Linux, the BSDs, solaris, illumos and aix, where
most systems have the database, and error where the target is declared to have
none (`--profile static-scratch`); error if `--tzdata embedded` is declared.
macOS and Android always have one; on iOS Go reads the app bundle's
zoneinfo.zip, which the file alone cannot show.
Since: every Go release; time/tzdata came with Go 1.15.
"""

from inspector.model import Evidence, Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed

FIX = 'go build -tags timetzdata, or import _ "time/tzdata"'

# platformZoneSources in src/time/zoneinfo_*.go: no path at all on these but js, whose paths no browser has.
WITHOUT_ZONES = {"windows", "wasip1", "js", "plan9"}
BRINGS_ITS_OWN = {
    "darwin": "macOS always has a zone database",
    "android": "Android always has a zone database",
    "ios": "on iOS Go reads zoneinfo.zip of the app bundle",
}


def check(subject: Subject) -> Verdict:
    """Hold what asks for zones against where they can come from."""
    build = subject.build
    tzdata = build.observed.tzdata
    meant = subject.intent.tzdata
    proof = build.proof("tzdata") or (Evidence("file table", "no time/tzdata", build.place("tzdata.load_location")),)
    if meant is not None and meant.value == "embedded":
        if known(tzdata.embedded):
            return passed(f"embedded, as intended by {meant.source}", *proof)
        message = f"no zone database inside, but it was meant to be ({meant.source})"
        return failed(message, *proof, fix=FIX, severity=Severity.ERROR)
    if meant is not None:
        return not_applicable(f"no zone database is wanted ({meant.source})")
    goos = known(build.observed.goos)
    if goos in BRINGS_ITS_OWN:
        return not_applicable(BRINGS_ITS_OWN[goos])
    if known(tzdata.embedded):
        return passed("the zone database is embedded", *proof)
    tags = subject.intent.tags
    if tags is not None and "timetzdata" in tags.value:
        return not_applicable("same cause as wrong-tags: timetzdata is not in effect")
    asks = build.proof("tzdata.load_location")
    if not known(tzdata.load_location):
        return passed("time.LoadLocation is not linked", *asks)
    if goos in WITHOUT_ZONES:
        return failed(f"time.LoadLocation finds no zone database on {goos}", *asks, *proof, fix=FIX)
    absent, there = subject.intent.absent, subject.intent.goos
    # What another system lacks says nothing of this program's; wrong-goos reports that it is for another.
    if absent is not None and "zones" in absent.value and (there is None or there.value == goos):
        message = f"time.LoadLocation finds no zone database where there is none ({absent.source})"
        return failed(message, *asks, *proof, fix=FIX, severity=Severity.ERROR)
    message = "time.LoadLocation fails where the system has no zone database, as in an empty container image"
    return failed(message, *asks, *proof, fix=FIX, severity=Severity.NOTE)


RULE = Rule(id="GBI501", name="tzdata-missing", severity=Severity.WARNING, check=check, keys=("tzdata", "absent"))
