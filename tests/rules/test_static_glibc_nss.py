"""static-glibc-nss."""

import pytest

from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import static_glibc_nss as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

NSS = Evidence("C string", "libnss_%s.so%s", 0x1C8C37)
HOSTS = Evidence("file table", "net/cgo_unix_cgo.go", 0x1000)
USERS = Evidence("file table", "os/user/cgo_lookup_cgo.go", 0x2000)


def program(resolver: object = None, users: object = None, linkage: object = "static", nss: object = (NSS,)):
    return go_build(
        observed={"resolver": resolver, "user_lookup": users, "linkage": linkage},
        traits={"static_nss": nss},
        proofs={"resolver": (HOSTS,), "user_lookup": (USERS,)},
    )


@pytest.mark.parametrize("linkage", ["static", "static-pie"])
@pytest.mark.parametrize(
    ("resolver", "users", "names", "proof"),
    [
        ("cgo", None, "host names", (HOSTS,)),
        ("cgo", "go", "host names", (HOSTS,)),
        (None, "cgo", "user names", (USERS,)),
        ("cgo", "cgo", "host and user names", (HOSTS, USERS)),
    ],
)
def test_lookups_through_a_glibc_inside_are_a_warning(linkage, resolver, users, names, proof):
    outcome = outcome_of(rule, subject(program(resolver, users, linkage)))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.WARNING
    assert names in outcome.message
    assert outcome.evidence == (*proof, NSS)
    assert "netgo,osusergo" in (outcome.fix or "")


def test_a_static_program_that_asks_no_glibc_passes():
    assert status_of(rule, subject()) is Status.PASS
    assert status_of(rule, subject(program("cgo", "cgo", nss=()))) is Status.PASS  # musl


def test_dynamic_programs_and_other_formats_are_not_applicable():
    assert status_of(rule, subject(program("cgo", "cgo", "dynamic", ()))) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(windows())) is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    "build", [program("cgo", linkage=Unknown("cut")), program("cgo", nss=Unknown("no function table"))]
)
def test_what_could_not_be_read_is_unknown(build):
    assert status_of(rule, subject(build)) is Status.UNKNOWN
