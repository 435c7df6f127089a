"""The program verifies TLS certificates, and the target has no root certificates.

## What it means
The target was declared to have no CA certificates, the program links the code
that reads the system's, and it brings none of its own.

## Why it matters
Every HTTPS request fails: "tls: failed to verify certificate: x509:
certificate signed by unknown authority". It works on the machine that built
the program, and in any image with the package ca-certificates.

## How it looks in the bytes
The function table lists crypto/x509.loadSystemRoots, which opens
/etc/ssl/certs and its like, and not crypto/x509.SetFallbackRoots, by which a
program provides roots for where there are none. Linked does not mean called:
a server that makes no request of its own may have it for nothing. A bundle
that a program uses by itself (gocertifi, rootcerts/embedded) leaves open for
which connections, and the verdict unknown.

## How to fix it
`import _ "golang.org/x/crypto/x509roots/fallback"` in package main, or copy
/etc/ssl/certs/ca-certificates.crt from an image that has it.
The variables SSL_CERT_FILE and SSL_CERT_DIR name another place.

Severity: error; only where the target is declared to have none, as by
`--profile static-scratch`. Windows, macOS and iOS verify by themselves.
Since: every Go release; SetFallbackRoots came with Go 1.20.
"""

from typing import Final

from inspector.model import (
    Rule,
    Severity,
    Subject,
    Verdict,
    failed,
    known,
    not_applicable,
    passed,
    undecided,
)

READS: Final = "crypto/x509.loadSystemRoots"
FALLBACK: Final = "crypto/x509.SetFallbackRoots"
BUNDLES: Final = (
    "github.com/breml/rootcerts/embedded.MozillaCACertificatesPEM",
    "github.com/certifi/gocertifi.CACerts",
)
VERIFIES: Final = {"windows", "darwin", "ios"}
"""crypto/x509/root_windows.go and root_darwin.go: the system verifies, with roots that no Go code reads."""


def check(subject: Subject) -> Verdict:
    """Hold what reads the system's roots against a target that has none."""
    absent = subject.intent.absent
    if absent is None or "ca-roots" not in absent.value:
        return not_applicable("nothing declares a target without root certificates")
    build = subject.build
    goos = known(build.observed.goos)
    if goos in VERIFIES:
        return not_applicable(f"{goos} verifies certificates by itself")
    linked = known(build.traits.linked)
    proof = build.proof(f"linked.{READS}")
    if READS not in linked:
        return passed(f"{READS} is not linked")
    if FALLBACK in linked:
        return passed("root certificates are provided for where there are none", *build.proof(f"linked.{FALLBACK}"))
    bundle = next((name for name in BUNDLES if name in linked), None)
    if bundle is not None:
        return undecided(f"{bundle} brings roots, but not for which connections", *build.proof(f"linked.{bundle}"))
    return failed(
        f"there are no root certificates to verify TLS by ({absent.source}), and no fallback is linked",
        *proof,
        fix='import _ "golang.org/x/crypto/x509roots/fallback", or copy /etc/ssl/certs/ca-certificates.crt',
    )


RULE = Rule(
    id="GBI505",
    name="ca-roots-missing",
    severity=Severity.ERROR,
    check=check,
    keys=("absent",),
    yields_to=("wrong-goos",),
)
