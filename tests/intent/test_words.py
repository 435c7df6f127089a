"""What is left of a name when its target is taken away: two names of one release leave the same."""

import pytest

from inspector.intent.words import MAX_NAME, rest
from tests.intent.release_names import DIRECTORIES, PUBLISHED


@pytest.mark.parametrize(
    ("start", "left"),
    [
        ("gh_", ("gh", "2.40.1")),
        ("restic_", ("restic", "0.16.2")),
        ("kubectx_", ("kubectx", "v0.9.5")),
        ("k9s_", ("k9s",)),
        ("yq_", ("yq",)),
        ("docker-compose-", ("docker", "compose")),
        ("rclone-", ("rclone", "v1.65.0")),
        ("trivy_", ("trivy", "0.48.1")),
        ("terraform_", ("terraform", "1.6.6")),
        ("dnscrypt-proxy-", ("dnscrypt", "proxy", "2.1.5")),
        ("fzf-", ("fzf", "0.44.1")),
        ("croc_", ("croc", "v9.6.6")),
    ],
)
def test_published_names_of_one_release_leave_the_same(start, left):
    names = [name for name in PUBLISHED if name.startswith(start)]
    assert {rest(name) for name in names} == {left}
    assert len(names) >= 2


@pytest.mark.parametrize("name", [name for name in DIRECTORIES if name.startswith("app_")])
def test_so_do_the_directories_of_goreleaser(name):
    assert rest(name) == ("app",)


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("app", ("app",)),
        ("app.exe", ("app",)),
        ("App-Linux-AMD64.tar.gz", ("app",)),
        ("linux_amd64", ()),
        ("linux", ()),
        ("386", ()),
        ("x86_64-unknown-linux-gnu", ()),
        ("aarch64-apple-darwin", ()),
        ("", ()),
        # versions, in all their spellings
        ("app-v1.2.3-linux-amd64", ("app", "v1.2.3")),
        ("app-linux-amd64-v2.0.1", ("app", "v2.0.1")),
        ("app-linux-arm64-v8.0.1", ("app", "v8.0.1")),
        ("app_1.2.3-rc.1_linux_amd64", ("app", "1.2.3", "rc", "1")),
        ("app-20261123-linux-amd64", ("app", "20261123")),
        ("app-1.2.3-snapshot-b20b4a71-linux-amd64", ("app", "1.2.3", "snapshot", "b20b4a71")),
        # variants that are published beside the usual build
        ("hugo_extended_0.121.1_linux-amd64.tar.gz", ("hugo", "extended", "0.121.1")),
        ("micro-2.0.13-linux64-static.tar.gz", ("micro", "2.0.13", "static")),
        ("cloudflared-fips-linux-amd64", ("cloudflared", "fips")),
        ("mihomo-linux-amd64-compatible-v1.18.1.gz", ("mihomo", "compatible", "v1.18.1")),
        ("mihomo-linux-amd64-go120-v1.18.1.gz", ("mihomo", "go120", "v1.18.1")),
        ("sing-box-1.8.0-windows-amd64-legacy-windows-7.zip", ("sing", "box", "1.8.0", "legacy", "7")),
        ("app-win7-amd64.zip", ("app", "win7")),
        ("app-linux-amd64-musl", ("app", "musl")),
        ("app-linuxmusl-x64", ("app", "musl")),
        ("app-glibc_linux_amd64", ("app", "glibc")),
        ("x86_64-unknown-linux-musl", ("musl",)),
        ("app-debug-linux-arm64", ("app", "debug")),
        ("app_linux_amd64_race", ("app", "race")),
        # Python wheels: the platform is the last field
        ("app-1.2.3-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", ("app", "1.2.3", "py3", "none")),
        ("app-1.2.3-py3-none-macosx_11_0_arm64.whl", ("app", "1.2.3", "py3", "none")),
        ("app-1.2.3-py3-none-win_amd64.whl", ("app", "1.2.3", "py3", "none")),
        ("app-1.2.3-py3-none-musllinux_1_2_aarch64.whl", ("app", "1.2.3", "py3", "none", "musl")),
    ],
)
def test_what_is_left(name, left):
    assert rest(name) == left


def test_a_name_that_is_too_long_is_a_word_of_its_own():
    assert rest("a-" * MAX_NAME) == ("a-" * MAX_NAME,)
