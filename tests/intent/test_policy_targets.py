"""Targets of a policy: what each declares, from where, and what cannot be meant."""

import pytest

from inspector.model import Declared, Intent
from tests.intent.policies import read, refused


def targets(text):
    return read(text).targets


def value_and_key(declared):
    return declared.value, declared.source.removeprefix("policy gobin-inspect.toml:")


def test_own_keys_then_the_profile_then_all_then_the_profile_of_all():
    (target,) = targets("""
[all]
profile = "static-scratch"
libc = "bionic"
go = "1.26"
trimpath = true
[[targets]]
target = "linux/arm64"
profile = "glibc-2.28"
go = "1.27"
""")
    meant = target.intent
    assert value_and_key(meant.goos) == ("linux", "targets[0].target")
    assert value_and_key(meant.goarch) == ("arm64", "targets[0].target")
    assert value_and_key(meant.go) == ("1.27", "targets[0].go")
    assert value_and_key(meant.libc) == ("glibc", "targets[0].profile glibc-2.28")
    assert value_and_key(meant.glibc) == ("2.28", "targets[0].profile glibc-2.28")
    assert value_and_key(meant.trimpath) == (True, "all.trimpath")
    assert value_and_key(meant.static) == (True, "all.profile static-scratch")
    assert value_and_key(meant.absent) == (("zones", "ca-roots", "users"), "all.profile static-scratch")


def test_the_profile_of_all_is_for_targets_of_its_system():
    policy = read("""
[all]
profile = "windows-10"
[[targets]]
target = "windows/amd64"
[[targets]]
target = "linux/amd64"
""")
    assert policy.targets[0].intent.min_os == Declared("10.0", "policy gobin-inspect.toml:all.profile windows-10")
    assert policy.targets[1].intent.min_os is None
    assert policy.targets[1].intent.goos.value == "linux"
    assert policy.everything == Intent()
    assert policy.profile.min_os.value == "10.0"


def test_a_level_of_all_is_for_the_processor_that_reads_it():
    found = targets("""
all = {goamd64 = "v2", goarm = "7", goarm64 = "v8.0"}
targets = [{target = "linux/amd64"}, {target = "linux/arm", goarm = "6"}, {target = "linux/s390x"}, {files = "x"}]
""")
    levels = [{key: level.value for key, level in target.intent.microarch.items()} for target in found]
    assert levels == [{"GOAMD64": "v2"}, {"GOARM": "6"}, {}, {"GOAMD64": "v2", "GOARM": "7", "GOARM64": "v8.0"}]


def test_names_tell_targets_apart():
    found = targets("""
targets = [
  {target = "linux/arm64"},
  {target = "linux/amd64", goamd64 = "v1"},
  {target = "linux/amd64", goamd64 = "v3"},
  {target = "linux/amd64", goamd64 = "v3", files = "*-musl"},
  {target = "windows/amd64", files = "a.exe"},
  {target = "windows/amd64", files = ["b.exe", "c.exe"], optional = true},
  {files = ["tool", "tool.exe"]},
]
""")
    assert [target.name for target in found] == [
        "linux/arm64",
        "linux/amd64 v1",
        "linux/amd64 v3",
        "linux/amd64 v3 *-musl",
        "windows/amd64 a.exe",
        "windows/amd64 b.exe, c.exe",
        "tool, tool.exe",
    ]
    assert [target.optional for target in found] == [False] * 5 + [True, False]
    assert found[5].files == ("b.exe", "c.exe")
    assert found[6].source == "policy gobin-inspect.toml:targets[6]"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[[targets]]\ncgo = true", "1: targets[0]: target or files is missing"),
        ("[[targets]]\nfiles = []", "2: targets[0].files: is empty"),
        ('[[targets]]\nfiles = ["a",\n " "]', "3: targets[0].files[1]: ' ' matches nothing"),
        ('[[targets]]\ntarget = "linux"', "2: targets[0].target is GOOS/GOARCH, such as linux/arm64, not linux"),
        (
            '[[targets]]\ntarget = "linux/arm/v7"',
            '2: targets[0].target is GOOS/GOARCH; write target = "linux/arm" and ',
        ),
        ('[[targets]]\ntarget = "linux/x86_64"', "2: targets[0].target: no Go release has GOARCH x86_64; Go spells it"),
        ('[[targets]]\ntarget = "nacl/386"', "2: targets[0].target: nacl/386 was removed in Go 1.14"),
        ('[[targets]]\ntarget = "plan9/arm64"', "2: targets[0].target: no Go release has plan9/arm64; plan9 has"),
        (
            '[[targets]]\ntarget = "linux/arm64"\ngoamd64 = "v3"',
            "3: targets[0].goamd64: is for GOARCH amd64, but targets[0].target says arm64",
        ),
        (
            '[[targets]]\ntarget = "linux/amd64"\ngoamd64 = "v5"',
            "3: targets[0].goamd64: GOAMD64 is v1, v2, v3 or v4, not v5",
        ),
        ('[[targets]]\ntarget = "js/wasm"\ncgo = true', "3: targets[0].cgo: no known Go release has cgo on js/wasm"),
        (
            '[all]\ncgo = true\n[[targets]]\ntarget = "linux/amd64"\n[[targets]]\ntarget = "js/wasm"',
            "2: all.cgo: no known Go release has cgo on js/wasm, the port of targets[1]; say otherwise there",
        ),
        (
            '[[targets]]\ntarget = "plan9/386"\nbuildmode = "pie"',
            "3: targets[0].buildmode: no known Go release makes one for plan9/386",
        ),
        ('[all]\nbuildmode = "shared"', "2: all.buildmode: shared is none of default, exe,"),
        (
            '[[targets]]\ntarget = "windows/386"\nprofile = "musl"',
            "3: targets[0].profile: is for linux, but the target is windows",
        ),
        ('[all]\nprofile = "mussel"', "2: all.profile: no profile is called mussel; did you mean musl?"),
        ('[[targets]]\ntarget = "linux/386"\nsubsystem = "gui"', "3: targets[0].subsystem: is for windows, but the"),
        (
            '[[targets]]\ntarget = "linux/386"\naslr = true',
            "3: targets[0].aslr: is for windows, but the target is linux",
        ),
        ('[[targets]]\ntarget = "darwin/arm64"\nlibc = "musl"', "3: targets[0].libc: is for linux and android, but"),
        (
            '[[targets]]\ntarget = "darwin/arm64"\nsignature = "authenticode"',
            "3: targets[0].signature: is for windows, but the target is darwin",
        ),
        (
            '[[targets]]\ntarget = "linux/386"\n[[targets]]\ntarget = "linux/386"\ncgo = true',
            "3: targets[1]: would claim the same artifacts as targets[0]; tell them apart by files",
        ),
        (
            '[[targets]]\ntarget = "linux/386"\nfiles = "a"\n[[targets]]\ntarget = "linux/386"\nfiles = ["a"]',
            "4: targets[1]: would claim the same artifacts as targets[0]; tell them apart by files",
        ),
        (
            'targets = [{target = "linux/arm", goarm = "7"},\n {target = "linux/arm", goarm = "7,hardfloat"}]',
            "2: targets[1]: would claim the same artifacts as targets[0]; tell them apart by files",
        ),
        ('[targets]\ntarget = "linux/386"', "1: targets: an array of tables is wanted; write [[targets]]"),
        ('[all]\ntarget = "linux/386"', "2: all.target: unknown key; target belongs into a [[targets]] table"),
        ("cgo = false", "1: cgo: unknown key; cgo belongs into [all] or a [[targets]] table"),
        ('[[targets]]\ngooos = "linux"', '2: targets[0].gooos: unknown key; write target = "linux/amd64" in'),
        ("[all]\nCGO_ENABLED = 0", "2: all.CGO_ENABLED: unknown key; write cgo = true or cgo = false"),
        ('[all]\nGOAMD64 = "v1"', "2: all.GOAMD64: unknown key; did you mean goamd64?"),
        ('[all]\nldflags = "-s -w"', "2: all.ldflags: unknown key; write debug-info = false and symbols = false for"),
        ("[all]\ntrim_path = true", "2: all.trim_path: unknown key; did you mean trimpath?"),
        ("[all]\ncolour = 1", "2: all.colour: unknown key"),
        (
            "[tool.gobin-inspect.all]\ncgo = true",
            "1: tool: unknown key; keys stand at the top of this file: [all], not",
        ),
        ("all = 1", "1: all: a table is wanted"),
        ("[all]\ncgo = 1", "2: all.cgo: true or false is wanted, not 1; write true"),
        ('[all]\ncgo = "0"', "2: all.cgo: true or false is wanted, not 0"),
        ("[all]\ngo = 1.30", '2: all.go: a version such as "1.27" is wanted, not 1.3; write it in quotes'),
        ('[all]\ngo = "2.0"', "2: all.go: a Go release is written 1.27 or 1.27.3, not 2.0"),
        ('[all]\nglibc = "3.1"', "2: all.glibc: a version of glibc is written 2.28, not 3.1"),
        ('[all]\nmin-os = "ten"', "2: all.min-os: a system's version is written 10.0, 13 or 10.15.1, not ten"),
        ('[all]\nmodule = "a//b"', "2: all.module: a module's path is written example.com/app, not a//b"),
        ('[all]\nversion = "1 2"', "2: all.version: a version is one word such as v1.2.3, not 1 2"),
        ('[all]\nrevision = "main"', "2: all.revision: a revision is 4 to 64 hexadecimal digits, not main"),
        (
            '[all]\nfips140 = "on"',
            "2: all.fips140: GOFIPS140 is off, latest, inprocess, certified or a version such as",
        ),
        ('[all]\nmax-size = "20"', '2: all.max-size: a size is written "20 MiB" or as a number of bytes, not 20'),
        ("[all]\nmax-size = 0", "2: all.max-size: a size is more than 0 bytes"),
        ("[all]\nmax-size = true", "2: all.max-size: a size such as"),
        ('[all]\nmax-size = "999999999999 GiB"', "2: all.max-size: a size is more than 0 bytes and less than 8 EiB"),
        ('[all]\ntags = ["a b"]', "2: all.tags[0]: a b is no build tag"),
        ('[all]\ntags = "a,,b"', "2: all.tags: tags are separated by commas, and '' is no build tag"),
        ('[all]\nlibc = "msvcrt"', "2: all.libc: msvcrt is none of glibc, musl, bionic, uclibc"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_line_and_key(text, line):
    assert refused(text).startswith(f"gobin-inspect.toml:{line}")


class TestProfiles:
    def test_one_of_nothing_and_one_of_another(self):
        policy = read("""
[profiles.newer]
extends = "servers"
glibc = "2.31"
absent = []
[profiles.servers]
extends = "glibc-2.28"
title = "our servers"
absent = ["zones"]
[profiles.phones]
goos = "ios"
min-os = "17.0"
page-size = "16 KiB"
[[targets]]
target = "linux/amd64"
profile = "newer"
""")
        newer, servers, phones = (policy.profiles[name] for name in ("newer", "servers", "phones"))
        assert (servers.goos, servers.libc, servers.glibc, servers.absent) == ("linux", "glibc", "2.28", ("zones",))
        assert (newer.goos, newer.libc, newer.glibc, newer.absent) == ("linux", "glibc", "2.31", ())
        assert (servers.title, newer.title, phones.title) == ("our servers", "our servers", "phones")
        assert newer.source == "policy gobin-inspect.toml:profiles.newer"
        assert (phones.goos, phones.min_os, phones.page_size, phones.libc) == ("ios", "17.0", 16384, None)
        glibc = policy.targets[0].intent.glibc
        assert (glibc.value, glibc.source) == ("2.31", "policy gobin-inspect.toml:targets[0].profile newer")

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("[profiles.a]\nstatic = true", "1: profiles.a: goos or extends is missing"),
            ('[profiles.musl]\nextends = "musl"', "1: profiles.musl: is built in; give yours another name"),
            ('[profiles.a]\nextends = "a"', "2: profiles.a.extends: leads back to itself"),
            (
                '[profiles.a]\nextends="b"\n[profiles.b]\nextends="c"\n[profiles.c]\nextends="b"',
                "4: profiles.b.extends: leads back to itself",
            ),
            (
                '[profiles.a]\nextends = "mussl"',
                "2: profiles.a.extends: no profile is called mussl; did you mean musl?",
            ),
            (
                '[profiles.a]\nextends = "musl"\ngoos = "windows"',
                "3: profiles.a.goos: musl, which it extends, is for linux",
            ),
            (
                '[profiles.a]\ngoos = "linucks"',
                "2: profiles.a.goos: no Go release has GOOS linucks; did you mean linux?",
            ),
            ('[profiles.a]\ngoos="linux"\nabsent=["zone"]', "3: profiles.a.absent[0]: zone is none of zones, ca-roots"),
            ('[profiles.a]\ngoos="linux"\nsource="x"', "3: profiles.a.source: unknown key"),
        ],
    )
    def test_what_cannot_be_one_is_refused(self, text, line):
        assert refused(text).startswith(f"gobin-inspect.toml:{line}")

    def test_a_long_line_of_them_is_no_trouble(self):
        chain = "\n".join(f'[profiles.p{n}]\nextends = "p{n + 1}"' for n in range(2000))
        policy = read(f'{chain}\n[profiles.p2000]\nextends = "musl"\n')
        assert policy.profiles["p0"].libc == "musl"

    def test_a_message_lists_a_few_of_many(self):
        many = "\n".join(f'[profiles.zzz{n}]\ngoos = "linux"' for n in range(2000))
        assert len(refused(f'{many}\n[all]\nprofile = "!"\n')) < 300
