"""The program names a loader that no stock system has.

## What it means
The dynamic loader the file asks for is not one that any C library of this
system and processor installs.

## Why it matters
The kernel starts the loader, not the program. Where the path is missing the
program does not start: "no such file or directory", or "required file not
found". Linked in a Nix, Guix or Homebrew shell, or with `-dynamic-linker` or
GO_LDSO pointing into a private prefix, it runs on that machine alone. A loader
of another processor shows a mix-up of C toolchains.

## How it looks in the bytes
ELF PT_INTERP or Mach-O LC_LOAD_DYLINKER, compared with a table per GOOS and
GOARCH: what Go's linker, glibc, musl, uClibc and the systems' own linkers
write.

## How to fix it
Build outside that shell, or with CGO_ENABLED=0. On a finished ELF file:
`patchelf --set-interpreter /lib64/ld-linux-x86-64.so.2`. A loader that the
target does have is allowed by the policy:
`allow-interpreters = ["/nix/store/*/ld-linux-*.so.*"]` holds patterns for the
whole path, in which `*` stands for any characters, slashes too, `?` for one
and `[ab]` for one of these.

Severity: error; none for a loader that the policy allows.
Since: every Go release.
"""

from inspector.allowed import allows
from inspector.interpreters import loaders
from inspector.model import Rule, Severity, Subject, Verdict, failed, known, not_applicable, passed


def check(subject: Subject) -> Verdict:
    """Look the interpreter up in the table of its port."""
    observed = subject.build.observed
    loader = known(observed.interpreter)
    if loader is None:
        return not_applicable("no loader is named")
    proof = subject.build.proof("interpreter")
    meant = subject.intent.interpreters
    if meant is not None and allows(meant, loader):
        return passed(f"{loader} is allowed ({meant.source})", *proof)
    goos, goarch = known(observed.goos), known(observed.goarch)
    usual = loaders(goos, goarch)
    if not usual:
        return not_applicable(f"no loader of {goos}/{goarch} is known")
    if loader in usual:
        return passed(f"{loader} is a loader of {goos}/{goarch}", *proof)
    stock = next((path for path in usual if ("musl" in path) == (observed.libc == "musl")), usual[0])
    return failed(
        f"needs the loader {loader}, which no stock {goos}/{goarch} has",
        *proof,
        fix=f"patchelf --set-interpreter {stock} FILE, or rebuild outside of the shell that set it",
    )


RULE = Rule(id="GBI207", name="odd-interpreter", severity=Severity.ERROR, check=check, keys=("libc", "interpreters"))
