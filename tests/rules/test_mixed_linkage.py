"""mixed-linkage."""

import pytest

from inspector.model import NOT_LINKED, Part, Status, Unknown
from inspector.rules import mixed_linkage as rule
from tests.rules.release import healthy, of, outcome_of, part, together

DYNAMIC = {"cgo": True, "linkage": "dynamic", "libc": "glibc"}


def native(target: str = "linux/amd64", **more) -> Part:
    """cgo and a C library: what go build makes where it runs."""
    return part(target, **{**DYNAMIC, **more})


def judged(*parts: Part):
    return outcome_of(rule, of(together(*parts)))


def test_every_port_by_default_passes():
    assert outcome_of(rule, healthy()).status is Status.PASS


def test_cgo_that_slipped_in_on_the_native_target():
    found = judged(native(), part("linux/arm64"), part("linux/386"))
    assert found.status is Status.FAIL
    assert found.severity == "warning"
    assert found.message == "linux/amd64 was linked with cgo, dynamically, the other 2 linked without cgo"
    assert [(proof.label, proof.value) for proof in found.evidence] == [
        ("dist/app_linux_amd64", "with cgo, dynamically; the rest: without cgo")
    ]


def test_of_two_the_one_with_cgo_is_odd():
    assert [proof.label for proof in judged(native(), part("linux/arm64")).evidence] == ["dist/app_linux_amd64"]
    assert [proof.label for proof in judged(native("linux/s390x"), part()).evidence] == ["dist/app_linux_s390x"]


@pytest.mark.parametrize("goos", ["freebsd", "netbsd", "dragonfly"])
def test_systems_that_have_static_programs_are_compared_together(goos):
    found = judged(native(), part(f"{goos}/amd64"))
    assert found.message == "linux/amd64 was linked with cgo, dynamically, the other linked without cgo"


def test_cgo_for_several_processors_of_one_system_is_meant():
    assert judged(native(), native("linux/arm64"), part("freebsd/amd64"), part("windows/386")).status is Status.PASS


@pytest.mark.parametrize("goos", ["darwin", "windows", "openbsd", "solaris", "illumos", "aix"])
def test_systems_whose_programs_are_always_dynamic_are_compared_with_themselves(goos):
    cgo = part(f"{goos}/amd64", cgo=True)
    assert judged(cgo, part(), part("linux/arm64"), part("plan9/386")).status is Status.PASS
    found = judged(cgo, part(f"{goos}/arm64"), part(f"{goos}/386"))
    assert found.message == f"{goos}/amd64 was linked with cgo, the other 2 linked without cgo"


def test_static_and_dynamic_programs_with_cgo_differ():
    static = native("linux/386", linkage="static", libc=None)
    found = judged(native(), native("linux/arm64"), static)
    assert found.message == "linux/386 was linked with cgo, statically, the other 2 linked with cgo, dynamically"


def test_a_c_library_without_cgo():
    hidden = part("linux/386", linkage="dynamic", libc="glibc")
    found = judged(part(), part("linux/arm64"), hidden)
    assert found.message == "linux/386 was linked without cgo, but with a C library, the other 2 linked without cgo"


def test_a_position_independent_program_needs_a_loader_and_no_c():
    pie = part("linux/arm64", buildmode="pie", linkage="dynamic")
    assert judged(part(), pie).status is Status.PASS


@pytest.mark.parametrize("goarch", ["386", "arm", "riscv64"])
def test_position_independent_programs_of_some_processors_need_a_c_linker(goarch):
    pie = native(f"linux/{goarch}", buildmode="pie")
    assert judged(part(buildmode="pie", linkage="dynamic"), part("linux/arm64"), pie).status is Status.PASS
    assert judged(part(), native("linux/arm64", buildmode="pie")).status is Status.FAIL


@pytest.mark.parametrize("goos", ["android", "ios"])
def test_where_go_needs_a_c_linker_for_some_ports(goos):
    assert judged(part(f"{goos}/arm64"), part(f"{goos}/amd64", cgo=True)).status is not Status.FAIL


@pytest.mark.parametrize("key", ["cgo", "static"])
def test_what_was_declared_is_judged_by_others(key):
    declared = native(declared_keys=("goos", key))
    assert judged(declared, part("linux/arm64"), part("linux/386")).status is Status.PASS
    assert judged(native(declared_keys=("goos",)), part("linux/arm64")).status is Status.FAIL


def test_what_could_not_be_read_may_be_linked_otherwise():
    lost = part("linux/386", cgo=Unknown("no function table"))
    found = judged(part(), part("linux/arm64"), lost)
    assert found.status is Status.UNKNOWN
    assert found.reason == "no function table"
    archive = part("linux/386", cgo=NOT_LINKED, linkage=NOT_LINKED)
    assert judged(part(), part("linux/arm64"), archive).status is Status.PASS


def test_one_target_alone_is_not_compared():
    assert judged(native()).status is Status.NOT_APPLICABLE
