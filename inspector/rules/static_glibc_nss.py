"""The static program still loads the target's own glibc to look names up.

## What it means
glibc is linked into the file, and host or user names go through it. Its name
service switch loads what /etc/nsswitch.conf names there, `libnss_*.so`, and
with it a second glibc into the running program.

## Why it matters
These libraries must be of the very glibc release that is inside the program:
with another one a lookup fails or the program crashes
(osmosis-labs/osmosis#8381). Distributions name some by default (systemd,
mymachines, sss); only files and DNS need none, and only since glibc 2.34. The
C linker says so when it links: "Using 'getaddrinfo' in statically linked
applications requires at runtime the shared libraries from the glibc version
used for linking".

## How it looks in the bytes
An ELF file without loader and without needed libraries, with the cgo resolver
(net/cgo_unix_cgo.go) or the cgo user lookup in its file table, and the C
string from which glibc makes the name of such a library.

## How to fix it
`-tags netgo,osusergo` keeps the rest of cgo and takes Go's own lookups, or
link with musl, which has no such switch.

Severity: warning.
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Look for glibc's name service switch in a static program that looks names up in C."""
    build = subject.build
    if build.observed.elf is None:
        return not_applicable("not an ELF file")
    if known(build.observed.linkage) == "dynamic":
        return not_applicable("the program is dynamic: it loads the target's C library anyway")
    found = known(build.traits.static_nss)
    if not found:
        return passed("static, and no name is looked up by a glibc inside")
    lookups = {"host": ("resolver", build.observed.resolver), "user": ("user_lookup", build.observed.user_lookup)}
    through = {what: fact for what, (fact, who) in lookups.items() if who == "cgo"}
    return failed(
        f"static, but {' and '.join(through)} names are looked up by the glibc inside, which loads the target's",
        *build.proof(*through.values()),
        *found,
        fix="go build -tags netgo,osusergo ..., or link with musl",
    )


RULE = Rule(id="GBI209", name="static-glibc-nss", severity=Severity.WARNING, check=check)
