"""The macOS program needs a library that macOS does not bring along.

## What it means
A dynamic library outside /usr/lib and /System is to be loaded at the start.

## Why it matters
Where the library is missing, as on every machine without the Homebrew or
MacPorts of the one that built it, the program does not start: "dyld: Library
not loaded".

## How it looks in the bytes
The names in the LC_LOAD_DYLIB commands. /usr/lib and /System come with macOS
(the files themselves may not exist there: dyld has them in its cache). Names
with @rpath, @loader_path or @executable_path are fine in bundles and
libraries, which are shipped with their surroundings; not in a program that is
shipped alone. Go without cgo needs libSystem and libresolv, both of macOS.

## How to fix it
Link the library statically (`CGO_LDFLAGS=/opt/homebrew/lib/libfoo.a`), or
build with CGO_ENABLED=0 where nothing needs it. A library that is installed
along with the program is allowed by the policy: `allow-dylibs = ["@rpath/*"]`
holds patterns for the whole name, in which `*` stands for any characters,
slashes too, `?` for one and `[ab]` for one of these.

Severity: error; none for libraries that the policy allows.
Since: every Go release, with cgo.
"""

from posixpath import normpath

from inspector.allowed import allows
from inspector.model import Evidence, Rule, Severity, Subject, Verdict, failed, not_applicable, passed

SYSTEM = ("/usr/lib/", "/System/")
RELATIVE = ("@rpath/", "@loader_path/", "@executable_path/")


def check(subject: Subject) -> Verdict:
    """Look for libraries that come from elsewhere."""
    build = subject.build
    macho = build.observed.macho
    if macho is None:
        return not_applicable("not a Mach-O file")
    meant = subject.intent.dylibs
    shipped_along = macho.file_type in {"MH_DYLIB", "MH_BUNDLE"}
    foreign = tuple(
        name
        for name in macho.dylibs
        if not normpath(name).startswith(SYSTEM)
        and not (shipped_along and name.startswith(RELATIVE))
        and not allows(meant, name)
    )
    proof = build.proof("macho.dylibs")
    if not foreign:
        or_allowed = "" if meant is None else f" or is allowed ({meant.source})"
        return passed(f"every library it needs comes with macOS{or_allowed}", *proof)
    located = tuple(e for e in proof if e.value in foreign)
    others = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
    return failed(
        f"needs {foreign[0]}{others}, which macOS does not bring along",
        *(located or tuple(Evidence("dylib", name) for name in foreign)),
        fix="link the library statically, or build with CGO_ENABLED=0",
    )


RULE = Rule(id="GBI405", name="foreign-dylib", severity=Severity.ERROR, check=check, keys=("dylibs",))
