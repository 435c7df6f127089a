"""Names without versions: what two releases have in common."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspector.diff.naming import below, container, depth, stem, versionless, without_major

SAME = [
    ("demo_1.2.3_linux_amd64.tar.gz", "demo_1.3.0_linux_amd64.tar.gz"),
    ("demo_linux_amd64", "demo_v10.20.30_linux_amd64"),
    ("app-v1.2.3-rc.1-linux-amd64v3.zip", "app-v1.2.3-linux-amd64v3.zip"),
    ("app_1.2.4-SNAPSHOT-abc1234_darwin_all", "app_1.2.4-SNAPSHOT-9f8e7d6_darwin_all"),  # GoReleaser's snapshots
    ("app_1.2.3-next_linux_arm64", "app_1.2.3_linux_arm64"),
    ("app_v0.0.0-20260101120000-abcdef123456_linux_arm64.tar.xz", "app_v1.0.0_linux_arm64.tar.xz"),
    ("app_1.2.3-1_amd64.deb", "app_1.2.4-2_amd64.deb"),
    ("app-1.2.3~rc1-1.x86_64.rpm", "app-1.2.3-1.x86_64.rpm"),
    ("app_1.2.3+git.abc1234_x86_64.rpm", "app_1.2.5_x86_64.rpm"),
    ("app-1.2.3.tgz", "app-1.10.0.tgz"),
    ("v1.2.3", "v1.2.4"),
]
OTHER = [
    ("app_linux_amd64_v1", "app_linux_amd64_v3"),
    ("app_linux_armv6", "app_linux_armv7"),
    ("app_1.2.3_linux_386", "app_1.2.3_linux_amd64"),
    ("app-1.2.3-386.zip", "app-1.2.3.zip"),
    ("app-1.2.3-linux.zip", "app-1.2.3-darwin.zip"),
    ("app2", "app3"),
    ("hello-go1.21", "hello-go1.27"),
    ("app_1.2.3_linux_x86_64", "app_1.2.3_linux_x86"),
    ("app-1.2.3-cafe.zip", "app-1.2.3-beef.zip"),  # no commit is that short
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_another_version_is_the_same_name(one, other):
    assert versionless(one) == versionless(other)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_is_no_version_stays(one, other):
    assert versionless(one) != versionless(other)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("demo_1.2.3_linux_amd64.tar.gz", "demo"),
        ("app-v1.2.3-linux-amd64v3.zip", "app"),
        ("git-town_windows_intel_64.exe", "git-town"),
        ("App-darwin-universal", "app"),
        ("kubectl", "kubectl"),
        ("tool_x86_64-unknown-linux-musl", "tool"),
        ("plugin.wasm", "plugin"),
        ("linux_amd64", "linux_amd64"),  # nothing else is in it
    ],
)
def test_a_file_name_without_target_and_version_is_the_programs_own(name, own):
    assert stem(name) == own


@pytest.mark.parametrize(
    ("path", "same"),
    [
        ("example.com/app/v2/cmd/app", "example.com/app/cmd/app"),
        ("example.com/app/v12", "example.com/app"),
        ("gopkg.in/app.v2", "gopkg.in/app"),
        ("example.com/v2ray", "example.com/v2ray"),
        ("example.com/app/version", "example.com/app/version"),
    ],
)
def test_a_major_version_makes_no_other_program(path, same):
    assert without_major(path) == same


@pytest.mark.parametrize(
    ("chain", "kind"),
    [
        (("app",), ""),
        (("app_1.2.3_linux_amd64.tar.gz", "app"), "tar.gz"),
        (("app.tgz", "app"), "tgz"),
        (("release.zip", "app_1.2.3_amd64.deb", "usr/bin/app"), "deb"),
        (("image", "app"), "container"),
    ],
)
def test_the_kind_of_container_is_that_of_the_innermost(chain, kind):
    assert container(chain) == kind


@pytest.mark.parametrize(
    ("chains", "places"),
    [
        ([("dist/a/x",), ("dist/b/y", "m")], [("a", "x"), ("b", "y", "m")]),
        ([("dist/a_1.2.3/x",), ("dist/a_1.2.3/y",)], [("x",), ("y",)]),
        ([("r-1.2.3.zip", "d/a"), ("r-1.2.3.zip", "d/b")], [("d/a",), ("d/b",)]),  # all in one archive
        ([("r.zip", "a"), ("r.zip", "b"), ("z", "c")], [("r.zip", "a"), ("r.zip", "b"), ("z", "c")]),
        ([("/somewhere/app",)], [("app",)]),
        ([("a/x",), ("a/x",)], [("x",), ("x",)]),
        ([("x",), ("y/x",)], [("x",), ("y", "x")]),
    ],
)
def test_places_are_named_from_what_all_have_in_common(chains, places):
    root = depth(chains)
    assert [below(chain, root) for chain in chains] == places


CHAINS = st.lists(st.lists(st.text("ab./\\1 ", max_size=8), min_size=1, max_size=4).map(tuple), max_size=8)


@given(CHAINS)
def test_every_chain_has_a_place(chains):
    root = depth(chains)
    assert all(below(chain, root) for chain in chains)


NUMBERS = st.integers(0, 10**6)


@given(
    NUMBERS, NUMBERS, NUMBERS, st.sampled_from(["", "v"]), st.sampled_from(["_linux_amd64.tar.gz", ".zip", "-arm64"])
)
def test_any_version_is_left_out(major, minor, patch, letter, rest):
    name = f"app_{letter}{major}.{minor}.{patch}{rest}"
    assert versionless(name) in {f"app{rest}", f"app_{rest.lstrip('-_')}"}


@given(st.text(max_size=600))
def test_any_name_is_one(name):
    assert len(versionless(name)) <= len(name)
    assert stem(name) == stem(name.upper()) or not name.isascii()
    assert container((name, "app")) != ""
