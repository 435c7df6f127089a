"""odd-interpreter and its table."""

import pytest

from inspector.interpreters import loaders, table
from inspector.model import Declared, Evidence, Status, Unknown
from inspector.rules import odd_interpreter as rule
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import status_of


def asks_for(loader: str, goos: str = "linux", goarch: str = "amd64", **observed: object):
    return go_build(observed={"goos": goos, "goarch": goarch, "interpreter": loader, **observed})


# Each as found in published or freshly built programs.
MEASURED = [
    ("linux", "amd64", "/lib64/ld-linux-x86-64.so.2"),
    ("linux", "amd64", "/lib/ld-musl-x86_64.so.1"),
    ("linux", "386", "/lib/ld-linux.so.2"),
    ("linux", "arm64", "/lib/ld-linux-aarch64.so.1"),
    ("linux", "arm64", "/lib/ld-musl-aarch64.so.1"),
    ("linux", "arm", "/lib/ld-linux.so.3"),
    ("linux", "arm", "/lib/ld-linux-armhf.so.3"),
    ("linux", "arm", "/lib/ld-musl-armhf.so.1"),
    ("linux", "riscv64", "/lib/ld-linux-riscv64-lp64d.so.1"),
    ("linux", "loong64", "/lib64/ld-linux-loongarch-lp64d.so.1"),
    ("linux", "ppc64", "/lib64/ld64.so.2"),
    ("linux", "ppc64le", "/lib64/ld64.so.2"),
    ("linux", "s390x", "/lib/ld64.so.1"),
    ("linux", "s390x", "/lib64/ld64.so.1"),
    ("linux", "mips64", "/lib64/ld64.so.1"),
    ("linux", "mips64le", "/lib64/ld.so.1"),
    ("linux", "mips", "/lib/ld.so.1"),
    ("linux", "mipsle", "/lib/ld.so.1"),
    ("freebsd", "amd64", "/libexec/ld-elf.so.1"),
    ("freebsd", "arm64", "/usr/libexec/ld-elf.so.1"),
    ("openbsd", "riscv64", "/usr/libexec/ld.so"),
    ("netbsd", "amd64", "/libexec/ld.elf_so"),
    ("netbsd", "386", "/usr/libexec/ld.elf_so"),
    ("dragonfly", "amd64", "/usr/libexec/ld-elf.so.2"),
    ("solaris", "amd64", "/lib/amd64/ld.so.1"),
    ("illumos", "amd64", "/lib/amd64/ld.so.1"),
    ("android", "arm64", "/system/bin/linker64"),
    ("android", "arm", "/system/bin/linker"),
]


@pytest.mark.parametrize(("goos", "goarch", "loader"), MEASURED)
def test_a_stock_loader_passes(goos, goarch, loader):
    assert status_of(rule, subject(asks_for(loader, goos, goarch))) is Status.PASS


def test_dyld_passes():
    assert status_of(rule, subject(darwin())) is Status.PASS


@pytest.mark.parametrize(
    "loader",
    [
        "/nix/store/9m2a0w-glibc-2.40/lib/ld-linux-x86-64.so.2",
        "/home/linuxbrew/.linuxbrew/lib/ld.so",
        "/lib/ld-linux-x86-64.so.2",
        "/lib/ld-linux-aarch64.so.1",
        "/lib/ld-linux.so.2",
        "",
    ],
)
def test_any_other_loader_fails(loader):
    proof = Evidence("interpreter", loader, 0xFE4)
    build = go_build(observed={"interpreter": loader}, proofs={"interpreter": (proof,)})
    verdict = rule.check(subject(build))
    assert verdict.status is Status.FAIL
    assert verdict.evidence == (proof,)


@pytest.mark.parametrize(
    ("libc", "stock"), [("glibc", "/lib64/ld-linux-x86-64.so.2"), ("musl", "/lib/ld-musl-x86_64.so.1")]
)
def test_the_fix_names_the_stock_loader_of_the_same_libc(libc, stock):
    build = asks_for("/nix/store/9m2a0w/lib/ld-musl-x86_64.so.1", libc=libc)
    assert rule.check(subject(build)).fix.startswith(f"patchelf --set-interpreter {stock} FILE")


NIX = "/nix/store/9m2a0w-glibc-2.40/lib/ld-linux-x86-64.so.2"


@pytest.mark.parametrize(
    ("glob", "loader", "allowed"),
    [
        (NIX, NIX, True),
        ("/nix/store/*/ld-linux-*.so.?", NIX, True),
        ("/nix/store/*", "/nix/store/../../tmp/ld.so", False),
        ("/gnu/store/*", NIX, False),
        ("nix/store/*", NIX, False),
    ],
)
def test_the_policy_allows_more(glob, loader, allowed):
    meant = Declared(("/opt/ld.so", glob), "policy p.toml:all.allow-interpreters")
    verdict = rule.check(subject(asks_for(loader), interpreters=meant))
    assert (verdict.status is Status.PASS) == allowed
    assert ("policy p.toml:all.allow-interpreters" in verdict.message) == allowed


def test_what_the_policy_allows_adds_to_the_stock_loaders():
    meant = Declared(("/nix/store/*",), "policy p.toml:all.allow-interpreters")
    assert status_of(rule, subject(asks_for("/lib64/ld-linux-x86-64.so.2"), interpreters=meant)) is Status.PASS


@pytest.mark.parametrize("build", [go_build(), windows(), asks_for("/usr/lib/ld.so.1", "aix", "ppc64")])
def test_without_a_loader_or_a_table_it_is_not_applicable(build):
    assert status_of(rule, subject(build)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("fact", ["goos", "goarch"])
def test_an_unread_port_is_unknown(fact):
    build = go_build(observed={"interpreter": "/lib64/ld-linux-x86-64.so.2", fact: Unknown("cut")})
    assert status_of(rule, subject(build)) is Status.UNKNOWN


def test_every_entry_names_its_source_and_no_path_twice_for_a_port():
    ports = {(goos, goarch) for entry in table() for goos in entry.goos for goarch in entry.goarch}
    assert all(entry.source for entry in table())
    for port in ports:
        paths = loaders(*port)
        assert len(paths) == len(set(paths)), port
        assert all(path.startswith("/") for path in paths)
