"""Globs that `policy init` writes: as short as they can be, and what the policy then makes of them."""

from inspector.intent.globs import Globs
from inspector.policyglobs import Artifacts


def globs(*targets, ports=None):
    """The globs of targets, each a list of paths; all of one port if nothing else is said."""
    ports = ports or ["linux/amd64"] * len(targets)
    paths = [[tuple(path.split("/")) for path in target] for target in targets]
    return Artifacts(paths, lambda one, other: one != other and ports[one] == ports[other]).globs()


def test_a_port_of_its_own_needs_none():
    assert globs(["dist/app"], ["dist/app.exe"], ports=["linux/amd64", "windows/amd64"]) == [(), ()]


def test_the_name_alone_if_it_tells_them_apart():
    assert globs(["dist/app", "dist/tool"], ["dist/other"]) == [("app", "tool"), ("other",)]


def test_as_much_of_the_path_as_it_takes():
    found = globs(["dist/glibc/bin/app"], ["dist/musl/bin/app"])
    assert found == [("**/glibc/bin/app",), ("**/musl/bin/app",)]


def test_a_directory_of_the_same_name_counts():
    """A glob also matches what is below."""
    assert globs(["dist/app"], ["dist/app/tool"])[0] == ("**/dist/app",)


def test_any_version_unless_versions_tell_them_apart():
    assert globs(["d/app_1.2.3_linux.tar.gz/app"], ["d/tool-v1.2.3/tool"]) == [("app",), ("tool",)]
    assert globs(["d/app_1.2.3_glibc.tar.gz/app"], ["d/app_1.2.3_musl.tar.gz/app"]) == [
        ("**/app_*_glibc.tar.gz/app",),
        ("**/app_*_musl.tar.gz/app",),
    ]
    assert globs(["d/app-1.2.3"], ["d/app-1.2.4"]) == [("app-1.2.3",), ("app-1.2.4",)]


def test_a_port_whose_files_a_glob_matches_as_well_gets_its_own():
    ports = ["linux/amd64", "linux/amd64", "linux/arm64", "windows/amd64"]
    found = globs(["a/app"], ["a/tool"], ["b/app", "b/agent"], ["c/app.exe"], ports=ports)
    assert found == [("app",), ("tool",), ("agent", "app"), ()]


def test_what_globs_take_for_signs_is_meant_literally():
    names = ["a[1]", "b*", "c?", "!d", "#e", "f\\g", "h i"]
    found = globs(*([f"dist/{name}"] for name in names))
    matcher = Globs(".")
    for (glob,), name in zip(found, names, strict=True):
        assert [other for other in names if matcher.matches(glob, f"dist/{other}")] == [name]
