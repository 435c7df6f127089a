"""Host names are looked up by Go's own resolver, not by the system's.

## What it means
Package net is linked without cgo, or with `-tags netgo`, on a system where
cgo would have asked libc.

## Why it matters
Go's resolver reads /etc/resolv.conf, /etc/hosts and the order of sources in
/etc/nsswitch.conf, and knows no source but files and DNS: names from mDNS
(printer.local), LDAP, WINS or a VPN's own plugin are not found, though every
other program on that machine finds them. Android has no /etc/resolv.conf: Go
asks 127.0.0.1:53 and [::1]:53 there, where nobody answers. Most programs, and
all in containers, lose nothing, and win: it needs no libc, and no thread per
lookup.

## How it looks in the bytes
The file table lists net/lookup_unix.go and no net/cgo_unix_cgo.go. Windows
and Plan 9 always ask the system, macOS and iOS since Go 1.20.

## How to fix it
Nothing, where files and DNS are enough. Else CGO_ENABLED=1 with a C compiler
for the target; GODEBUG=netdns=cgo helps only a program that has cgo.

Severity: note.
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Unknown, Verdict, failed, known, not_applicable, passed
from inspector.ports import cgo_supported

LOST = "names that only the system's own lookup knows (mDNS, LDAP, a VPN's, ...) are not found"


def check(subject: Subject) -> Verdict:
    """Tell Go's resolver from the system's where there are both."""
    build = subject.build
    resolver = known(build.observed.resolver)
    if resolver is None:
        return not_applicable("no host name is looked up")
    proof = build.proof("resolver")
    if resolver != "go":
        return passed("host names are looked up by libc" if resolver == "cgo" else "the system looks up names", *proof)
    goos, goarch = known(build.observed.goos), known(build.observed.goarch)
    minor = build.traits.go_minor
    if not cgo_supported(goos, goarch, None if isinstance(minor, Unknown) else minor):
        return not_applicable(f"{goos}/{goarch} has no cgo, and so no other resolver")
    tags = subject.intent.tags
    if tags is not None and "netgo" in tags.value:
        return not_applicable(f"Go's own resolver was meant ({tags.source})")
    fix = "CGO_ENABLED=1 go build ... with a C compiler for the target, where files and DNS are not enough"
    if goos == "android":
        # net/dnsconfig.go, defaultNS
        where = "127.0.0.1:53 and [::1]:53, where nobody answers"
        message = f"Go's own resolver finds no /etc/resolv.conf on Android, and asks {where}"
        return failed(message, *proof, fix=fix)
    return failed(f"Go's own resolver: {LOST}", *proof, fix=fix)


RULE = Rule(id="GBI507", name="pure-go-resolver", severity=Severity.NOTE, check=check)
