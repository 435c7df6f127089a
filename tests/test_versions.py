"""Versions of modules."""

import pytest

from inspector.versions import can_stamp, pseudo_commit, same

# What golang.org/x/mod/module.PseudoVersion makes of no tag, of a tag, of a pre-release tag (comment of pseudo.go).
PSEUDO = [
    "v0.0.0-20260102150405-abcdef123456",
    "v2.0.0-20260102150405-abcdef123456",
    "v1.2.4-0.20260102150405-abcdef123456",
    "v1.2.3-rc.1.0.20260102150405-abcdef123456",
    "v2.3.1-0.20260102150405-abcdef123456+incompatible",
    "v0.0.0-20260102150405-abcdef123456+dirty",
    "v2.3.1-0.20260102150405-abcdef123456+incompatible.dirty",
]


@pytest.mark.parametrize("version", PSEUDO)
def test_a_pseudo_version_names_a_commit(version):
    assert pseudo_commit(version) == "abcdef123456"


@pytest.mark.parametrize("version", ["v1.2.3", "v1.2.3-rc.1", "v1.2.3-20260102", "v1.2.3-0.20260102", "(devel)", ""])
def test_other_versions_name_none(version):
    assert pseudo_commit(version) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("v1.2.3", "v1.2.3"),
        ("v1.2.3", "1.2.3"),
        ("V1.2.3", "1.2.3"),
        ("v1.2.3+dirty", "1.2.3"),
        ("v1.2.3-dirty", "1.2.3"),
        ("v2.0.0+incompatible", "v2.0.0"),
        ("v2.0.0+incompatible.dirty", "2.0.0"),
        ("1.2.3+a1b2c3d", "v1.2.3"),
        ("1.2.3+a1b2c3d", "1.2.3+a1b2c3d.dirty"),
        ("1.2.3 (a1b2c3d, 2026-01-02)", "v1.2.3"),
        ("v1.2.3-rc.1", "1.2.3-rc.1"),
        ("2026.11", "2026.11"),
        ("version-7", "version-7"),
        (" 1.2.3\n", "v1.2.3"),
    ],
)
def test_spellings_of_one_version(one, other):
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("v1.2.3", "v1.2.4"),
        ("v1.2.3", "v1.2.3-rc.1"),
        ("v1.2.3", "v1.2"),
        ("v1.2.3", "v1.2.30"),
        ("v1.2.3-5-gabcdef1", "v1.2.3"),
        ("1.2.3-SNAPSHOT-abcdef1", "1.2.3"),
        ("1.2.3+a1b2c3d", "1.2.3+e5f6a7b"),
        ("v1.2.4-0.20260102150405-abcdef123456", "v1.2.3"),
        ("version-7", "ersion-7"),
        ("", "v1.2.3"),
        ("(devel)", "v1.2.3"),
    ],
)
def test_different_versions(one, other):
    assert not same(one, other)
    assert not same(other, one)


# Each was built by Go 1.27.3 in a repository with just that tag: the first list was stamped with it.
@pytest.mark.parametrize(
    ("version", "module"),
    [
        ("v1.2.3", "example.com/app"),
        ("1.2.3", "example.com/app"),
        ("v0.1.0", "example.com/app"),
        ("v1.2.3-rc.1", "example.com/app"),
        ("v1.2.3+dirty", "example.com/app"),
        ("v2.1.0", "example.com/app/v2"),
        ("v3.0.1", "gopkg.in/app.v3"),
        ("v0.0.0-20260102150405-abcdef123456", "example.com/app"),
    ],
)
def test_a_tag_can_give_the_module_this_version(version, module):
    assert can_stamp(version, module)


@pytest.mark.parametrize(
    ("version", "module"),
    [
        ("v2.0.0", "example.com/app"),
        ("v3.0.0", "example.com/app/v2"),
        ("v1.0.0", "example.com/app/v2"),
        ("v1.2", "example.com/app"),
        ("2026.11", "example.com/app"),
        ("nightly", "example.com/app"),
        ("v01.2.3", "example.com/app"),
        ("v1.2.3.4", "example.com/app"),
        ("", "example.com/app"),
    ],
)
def test_no_tag_can(version, module):
    assert not can_stamp(version, module)
