r"""The program is packed: it unpacks the real one when it starts.

## What it means
A packer such as UPX has compressed the program and put a small one around it
that unpacks it into memory. Nothing of the real program can be read from the
file, not even whether it is a Go program; every fact about it is "unknown".

## Why it matters
Virus scanners flag packed files, vulnerability scanners and bills of
materials see no modules, memory pages are no longer shared or read on demand,
and start-up takes longer. On macOS a packed file has lost its signature and
is killed on arm64; Windows programs lose ASLR. Downloads shrink as much
without a packer: the archive they come in is compressed anyway.

## How it looks in the bytes
UPX: `UPX!` right after the program headers or load commands, with a pack
header whose checksum is right at the end of the file; in PE the pack header
before the first section, and sections `UPX0` and `UPX1`. Other packers by
the PE sections that only they make (`.MPRESS1`, `.aspack`, `.vmp0` ...). A
program in which Go's own tables can be read is never called packed.

## How to fix it
Take the packer out of the release (`upx:` in GoReleaser, `upx` in a Makefile)
and build with `-ldflags="-s -w"` for size. To inspect this one, unpack a copy:
`upx -d FILE`.

Severity: warning.
Since: every Go release.
"""

from inspector.model import Rule, Severity, Subject, Verdict, failed, passed


def check(subject: Subject) -> Verdict:
    """Report a packer."""
    packer = subject.build.traits.packer
    if packer is None:
        return passed("not packed")
    unpack = "upx -d FILE" if packer.startswith("UPX") else "the packer's own tool"
    return failed(
        f"packed with {packer}: what is inside cannot be read",
        *subject.build.proof("packer"),
        fix=f"ship the file as the linker wrote it; to inspect this one, unpack a copy ({unpack})",
    )


RULE = Rule(id="GBI610", name="packed", severity=Severity.WARNING, check=check)
