"""What the file table proves: port, cgo, link mode, resolver, user lookup, tags."""

import pytest

import formats
from formats import Unknown, Window
from inspector.facts import target
from inspector.facts.functab import FunctionTable
from tests.build.elf import DYN, PT_PHDR, Elf
from tests.build.gotables import table_of


def elf_image(**fields):
    elf = Elf(**fields)
    elf.load_all()
    (image,) = formats.read(Window.of_bytes(elf.build()))
    return image


LINUX = elf_image()


@pytest.mark.parametrize(
    ("files", "goos"),
    [
        (["runtime/rt0_linux_amd64.s", "runtime/os_linux.go"], "linux"),
        (["runtime/rt0_dragonfly_amd64.s", "runtime/os_dragonfly.go"], "dragonfly"),
        (["runtime/rt0_solaris_amd64.s", "runtime/os_solaris.go", "runtime/os_only_solaris.go"], "solaris"),
        (["runtime/rt0_illumos_amd64.s", "runtime/os_solaris.go", "runtime/os_illumos.go"], "illumos"),
        (["runtime/rt0_android_arm64.s", "runtime/rt0_linux_arm64.s", "runtime/os_linux.go"], "android"),
        # Linked by a C linker there is no rt0; the runtime's own files tell.
        (["runtime/os_linux.go"], "linux"),
        (["time/zoneinfo_android.go", "runtime/os_linux.go"], "android"),
        (["runtime/os_solaris.go", "runtime/os_illumos.go"], "illumos"),
    ],
)
def test_goos_by_the_file_table(files, goos):
    found, proof = target.goos(LINUX, table_of(*files))
    assert found == goos
    assert proof[0].value in files


@pytest.mark.parametrize("goroot", ["", "/usr/local/go/src/", "C:/Program Files/Go/src/"])
def test_goroot_may_be_anywhere(goroot):
    assert target.goos(LINUX, table_of("runtime/rt0_linux_amd64.s", goroot=goroot))[0] == "linux"


def test_a_module_that_has_a_runtime_folder_is_not_the_runtime():
    files = ("/go/src/runtime/proc.go", "/go/src/runtime/rt0_linux_amd64.s", "/home/me/runtime/rt0_plan9_arm.s")
    table = FunctionTable(0, "1.20", b"", files, (0, b""))
    assert target.goos(LINUX, table)[0] == "linux"


def test_headers_decide_where_they_can_and_there_is_no_table():
    assert target.goos(elf_image(osabi=9), Unknown("none"))[0] == "freebsd"
    assert target.goos(elf_image(osabi=12), Unknown("none"))[0] == "openbsd"
    assert isinstance(target.goos(LINUX, Unknown("none"))[0], Unknown)


def test_headers_and_table_that_disagree_are_not_guessed_between():
    found, _ = target.goos(elf_image(osabi=9), table_of("runtime/rt0_linux_amd64.s"))
    assert isinstance(found, Unknown)
    assert "freebsd" in found.reason


def test_androids_loader_decides():
    elf = Elf(type=DYN)
    elf.interpreter("/system/bin/linker64")
    elf.load_all()
    (image,) = formats.read(Window.of_bytes(elf.build()))
    assert target.goos(image, table_of("runtime/os_linux.go"))[0] == "android"


@pytest.mark.parametrize(
    ("fields", "goarch"),
    [
        ({"machine": 62}, "amd64"),
        ({"machine": 3, "bits": 32}, "386"),
        ({"machine": 8, "bits": 32, "order": "big"}, "mips"),
        ({"machine": 8, "bits": 32}, "mipsle"),
        ({"machine": 8, "order": "big"}, "mips64"),
        ({"machine": 8}, "mips64le"),
        ({"machine": 21, "order": "big"}, "ppc64"),
        ({"machine": 21}, "ppc64le"),
        ({"machine": 22, "order": "big"}, "s390x"),
        ({"machine": 40, "bits": 32}, "arm"),
        ({"machine": 183}, "arm64"),
        ({"machine": 243}, "riscv64"),
        ({"machine": 258}, "loong64"),
    ],
)
def test_goarch_by_machine_class_and_byte_order(fields, goarch):
    assert target.goarch(elf_image(**fields)) == goarch


def test_a_machine_without_a_port_is_unknown():
    assert isinstance(target.goarch(elf_image(machine=62, bits=32)), Unknown)


@pytest.mark.parametrize(
    ("files", "cgo"),
    [
        (["runtime/cgo/callbacks.go"], True),
        (["runtime/cgocall.go", "runtime/cgo.go"], False),
        (["../../home/me/purego/internal/fakecgo/callbacks.go"], False),
    ],
)
def test_cgo_is_a_file_of_runtime_cgo(files, cgo):
    assert target.cgo(LINUX, table_of(*files))[0] is cgo


def test_cgo_is_also_a_file_that_cgo_generated():
    files = ("runtime/proc.go", "_cgo_gotypes.go")
    assert target.cgo(LINUX, FunctionTable(0, "1.20", b"", files, (0, b"")))[0] is True


@pytest.mark.parametrize(
    ("files", "resolver"),
    [
        ([], None),
        (["net/url/url.go", "net/http/server.go"], None),
        (["net/lookup_unix.go", "net/cgo_stub.go"], "go"),
        (["net/dnsclient_unix.go", "net/lookup.go", "net/fd_windows.go"], None),  # tsgo.exe looks no name up
        (["net/conf.go", "net/lookup.go", "net/lookup_unix.go"], "go"),  # cgo_stub.go can be left out
        (["net/dnsconfig_unix.go", "net/lookup_unix.go"], "go"),  # no conf.go before Go 1.5, or for records alone
        # Since Go 1.25 that is there for net.IP alone (roots-linux-amd64-go1.27).
        (["net/dnsclient_unix.go", "net/ip.go", "net/lookup.go", "net/lookup_unix.go"], None),
        (["net/lookup_unix.go", "net/cgo_unix.go", "net/cgo_unix_cgo.go"], "cgo"),
        (["net/lookup_unix.go", "net/cgo_unix.go", "runtime/cgo/cgo.go"], "cgo"),
        (["net/lookup_unix.go", "net/cgo_unix.go", "net/cgo_unix_syscall.go"], "system"),
        (["net/lookup_windows.go"], "system"),
    ],
)
def test_resolver(files, resolver):
    assert target.resolver(table_of(*files))[0] == resolver


@pytest.mark.parametrize(
    ("files", "lookup"),
    [
        ([], None),
        (["os/user/user.go", "os/user/lookup_stubs.go"], "go"),
        (["os/user/cgo_lookup_unix.go", "os/user/cgo_lookup_cgo.go"], "cgo"),
        (["os/user/cgo_lookup_unix.go", "runtime/cgo/cgo.go"], "cgo"),
        (["os/user/cgo_lookup_unix.go", "os/user/cgo_lookup_syscall.go"], "system"),
        (["os/user/lookup_windows.go"], "system"),
    ],
)
def test_user_lookup(files, lookup):
    assert target.user_lookup(table_of(*files))[0] == lookup


def test_tags_are_effects_in_order():
    table = table_of("time/tzdata/tzdata.go", "runtime/race.go")
    assert target.tags(table, "go", "go") == ("netgo", "osusergo", "race", "timetzdata")
    assert target.tags(table, "cgo", None) == ("race", "timetzdata")
    assert isinstance(target.tags(Unknown("none"), None, None), Unknown)


def test_link_mode_of_an_elf_file():
    own = table_of("runtime/rt0_linux_amd64.s")
    with_sections = Elf()
    with_sections.section(".text", 1, with_sections.add(b"x"), 1)
    with_sections.load_all()
    by_c = Elf()
    by_c.section(".comment", 1, by_c.add(b"GCC"), 3, 0)
    by_c.load_all()
    (internal,) = formats.read(Window.of_bytes(with_sections.build()))
    (external,) = formats.read(Window.of_bytes(by_c.build()))
    assert target.link_mode(internal, own)[0] == "internal"
    assert target.link_mode(external, own)[0] == "external"
    assert target.link_mode(LINUX, table_of("runtime/os_linux.go"))[0] == "external"


@pytest.mark.parametrize(("align", "mode"), [(0x1000, "internal"), (0x10000, "internal"), (8, "external")])
def test_link_mode_without_section_headers(align, mode):
    elf = Elf()
    elf.program(PT_PHDR, 64, 56, align=align)
    elf.load_all()
    (image,) = formats.read(Window.of_bytes(elf.build()))
    assert target.link_mode(image, table_of("runtime/rt0_linux_amd64.s"))[0] == mode


def test_a_static_program_of_a_c_linker_maps_no_program_headers():
    assert target.link_mode(LINUX, table_of("runtime/rt0_linux_amd64.s"))[0] == "external"
