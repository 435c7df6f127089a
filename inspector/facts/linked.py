"""Which of the functions that rules ask about are linked."""

from __future__ import annotations

from typing import Final

from formats.image import Image, Unknown
from inspector.facts.functab import FunctionTable
from inspector.model import Evidence

WATCHED: Final = (
    "crypto/x509.SetFallbackRoots",
    "crypto/x509.loadSystemRoots",
    "github.com/breml/rootcerts/embedded.MozillaCACertificatesPEM",
    "github.com/certifi/gocertifi.CACerts",
    "os/exec.LookPath",
    "os/user.(*User).GroupIds",
    "os/user.Current",
    "os/user.Lookup",
    "os/user.LookupGroup",
    "os/user.LookupGroupId",
    "os/user.LookupId",
    "runtime/pprof.StartCPUProfile",
)


def linked(table: FunctionTable | Unknown) -> frozenset[str] | Unknown:
    """Return the watched functions that the table lists; linked is not called, so no rule may claim that."""
    if isinstance(table, Unknown):
        return table
    return frozenset(name for name in WATCHED if _may_be(table, name) and table.links(name))


def _may_be(table: FunctionTable, function: str) -> bool:
    """Say whether the package's files are there: of one of the standard library, a quick look at a sorted list tells.

    A module's package has a host in its path, and its files have places of the build machine.
    """
    package = function[: function.index(".", function.rfind("/") + 1)]
    return table.goroot is None or "." in package.partition("/")[0] or any(table.std_from(f"{package}/"))


def linked_proofs(
    image: Image, table: FunctionTable | Unknown, found: frozenset[str] | Unknown
) -> dict[str, tuple[Evidence, ...]]:
    """Return the evidence for each function that ``linked`` found, under "linked.os/exec.LookPath"."""
    if isinstance(table, Unknown) or isinstance(found, Unknown):
        return {}
    place = image.place(table.offset)
    return {f"linked.{name}": (Evidence("function table", name, place),) for name in sorted(found)}
