"""What lists say of one file: artifacts.json and the checksum files beside it, held against its bytes."""

import hashlib
import json
import os
import subprocess
import zlib

import pytest

from inspector.intent import Plan, find_dists, open_unnamed
from inspector.model import Unknown
from inspector.release import hashing
from inspector.release.hashing import checksums
from inspector.release.listed import Held, held
from inspector.sources.files import find
from scripts.goreleaser import archive_row, metadata_row
from tests.release.lists import CONTENT, SHA256, WRONG, ask, put, told
from tests.releases import AMD64


def test_a_file_that_is_listed_rightly_and_one_that_is_not(dist):
    for name in ("a.zip", "b.zip"):
        put(dist / name)
    put(dist / "checksums.txt", f"{SHA256}  a.zip\n{WRONG}  b.zip\n")
    (right,) = ask("dist/a.zip").sums
    assert (right.artifact, right.algorithm, right.source) == ("dist/a.zip", "sha256", "dist/checksums.txt")
    assert right.listed == right.computed == SHA256
    (wrong,) = ask("dist/b.zip").sums
    assert (wrong.listed, wrong.computed) == (WRONG, SHA256)
    assert ask("dist/a.zip").unlisted_by == ask("dist/b.zip").unlisted_by == ()


def test_a_list_cannot_hold_its_own_checksum(dist):
    """What is there already is listed, and the shell has emptied it before sha256sum reads it."""
    for name in ("a.zip", "b.zip"):
        put(dist / name)
    for algorithm in ("sha256", "sha512"):
        name = f"{algorithm.upper()}SUMS"
        subprocess.run(["sh", "-c", f"touch {name}; {algorithm}sum * >{name}"], cwd=dist, check=True)
        assert f"  {name}\n" in (dist / name).read_text()
    assert told("dist/SHA256SUMS") == [("dist/SHA512SUMS", "sha512", True)]
    assert told("dist/SHA512SUMS") == []
    assert [right for _, _, right in told("dist/a.zip")] == [True, True]


def test_every_list_has_its_say(dist):
    put(dist / "a.zip")
    put(dist / "checksums.txt", f"{WRONG}  a.zip\n")
    put(dist / "SHA512SUMS", f"{hashlib.sha512(CONTENT).hexdigest()} *a.zip\n")
    put(dist / "a.zip.md5", hashlib.md5(CONTENT).hexdigest())
    put(dist / "a.zip.sha256", SHA256.upper() + "\r\n")
    put(dist / "MD5SUMS", f"{hashlib.md5(CONTENT).hexdigest()}  b.zip\n")
    assert told("dist/a.zip") == [
        ("dist/SHA512SUMS", "sha512", True),
        ("dist/a.zip.md5", "md5", True),
        ("dist/a.zip.sha256", "sha256", True),
        ("dist/checksums.txt", "sha256", False),
    ]


def test_what_the_tools_write_holds(dist):
    put(dist / "a.zip")
    put(dist / "b c.zip", b"")
    for command, name in {
        "sha256sum *.zip": "SHA256SUMS",
        "sha512sum --tag *.zip": "checksums-bsd",
        "md5sum ./*.zip": "MD5SUMS",
        "cd .. && b2sum dist/*.zip": "B2SUMS",
        "sha1sum <a.zip": "a.zip.sha1",
        "cksum -a sha224 $PWD/*.zip": "sha224sums.txt",
    }.items():
        written = subprocess.run(command, shell=True, cwd=dist, capture_output=True, check=True).stdout
        put(dist / name, written)
    assert {right for _, _, right in told("dist/a.zip") + told("dist/b c.zip")} == {True}
    assert [len(told(f"dist/{name}.zip")) for name in ("a", "b c")] == [6, 5]
    put(dist / "a.zip", b"changed")
    assert {right for _, _, right in told("dist/a.zip")} == {False}


@pytest.mark.parametrize(
    ("name", "listed"),
    [("dist/app", "dist/app"), ("app", "./app"), ("other/app", "build/out/app"), ("other/app", "C:\\ci\\other\\app")],
)
def test_a_list_may_have_been_made_from_above_or_of_what_a_build_wrote(dist, name, listed):
    put(dist.parent / name)
    put((dist.parent / name).parent / "checksums.txt", f"{SHA256}  {listed}\n")
    assert [right for _, _, right in told(name)] == [True]


@pytest.mark.parametrize("listed", ["linux/app", "../app", "dist/linux/app", "/srv/app", ".", "/", "APP"])
def test_a_path_that_is_another_files_says_nothing_of_this_one(dist, listed):
    put(dist / "app")
    put(dist / "checksums.txt", f"{WRONG}  {listed}\n")
    assert ask("dist/app") == Held()


def test_a_list_of_a_tree_counts_in_all_of_it_that_was_given(dist):
    for name in ("linux/arm64/app", "linux/amd64/app", "linux/amd64/more", "app"):
        put(dist / name)
    written = subprocess.run(
        "find . -type f ! -name more -exec sha256sum {} +", shell=True, cwd=dist, capture_output=True, check=True
    ).stdout
    put(dist / "SHA256SUMS", written)
    found = {one.path: one.below for one in find(["dist"])}
    assert found["dist/linux/amd64/app"] == 2
    for path, below in found.items():
        if path.endswith("app"):
            assert told(path, below) == [("dist/SHA256SUMS", "sha256", True)]
    assert ask("dist/linux/amd64/more", below=2) == Held(unlisted_by=("dist/SHA256SUMS",))
    assert ask("dist/linux/amd64/app", below=1) == Held()  # dist itself was not given
    (given,) = find(["dist/linux/amd64/app"])
    assert given.below == 0


def test_lists_further_up_are_found_however_the_directory_is_called(dist, monkeypatch):
    put(dist / "linux/app")
    put(dist / "checksums.txt", f"{SHA256}  linux/app\n")
    for given in ("dist", "dist/", "./dist", str(dist)):
        (found, _) = sorted(find([given]), key=lambda one: -one.below)
        assert [right for _, _, right in told(found.path, found.below)] == [True]
    monkeypatch.chdir(dist)
    (found, _) = sorted(find(["."]), key=lambda one: -one.below)
    assert told(found.path, found.below) == [("./checksums.txt", "sha256", True)]
    assert told("linux/app", below=1) == [("checksums.txt", "sha256", True)]
    assert told("linux/app", below=9) == [("checksums.txt", "sha256", True)]


def test_a_file_that_is_left_out(dist):
    for name in ("a.zip", "b.zip"):
        put(dist / name)
    put(dist / "checksums.txt", f"{SHA256}  a.zip\n")
    assert ask("dist/b.zip") == Held(unlisted_by=("dist/checksums.txt",))
    put(dist / "SHA512SUMS", f"{hashlib.sha512(CONTENT).hexdigest()}  b.zip\n")
    assert ask("dist/b.zip").unlisted_by == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("checksums.txt", f"{SHA256}  not_here.zip\n"),
        ("checksums.txt", "to be done\n"),
        ("checksums.txt", f"{SHA256}  checksums.txt\n"),
        ("not_here.zip.sha256", SHA256),
        ("a.zip.sha256", SHA256),
        ("checksums.txt.sha256", f"{SHA256}  checksums.txt\n"),
    ],
)
def test_what_lists_nothing_else_that_is_there_leaves_nothing_out(dist, name, text):
    put(dist / "a.zip")
    put(dist / "b.zip")
    put(dist / "checksums.txt", "")
    put(dist / name, text)
    assert ask("dist/b.zip") == Held()


def test_checksum_files_of_one_file_each_leave_out_the_few_that_have_none(dist):
    for name in "abcd":
        put(dist / f"{name}.zip")
        put(dist / f"{name}.zip.sig")
    for name in "abc":
        put(dist / f"{name}.zip.sha256", SHA256)
    assert ask("dist/d.zip") == Held(unlisted_by=("dist/*.sha256",))
    for name in ("README.md", "install.sh"):
        put(dist / name)
    assert ask("dist/d.zip") == Held()


def test_a_program_and_its_checksum_file_say_nothing_of_their_neighbours(dist):
    for name in ("kubectl", "other"):
        put(dist / name)
    put(dist / "kubectl.sha256", SHA256)
    assert ask("dist/other") == Held()
    put(dist / "kubectl.sha256", f"{SHA256}  kubectl\n")
    assert ask("dist/other") == Held()


def test_without_hashing_it_is_unknown_unless_it_is_known(dist):
    put(dist / "a.zip")
    put(dist / "checksums.txt", f"{SHA256}  a.zip\n")
    (found,) = ask("dist/a.zip", hashes=False).sums
    assert found.computed == Unknown("not computed (--no-hash)")
    (found,) = ask("dist/a.zip", hashes=False, sha256=SHA256).sums
    assert found.computed == SHA256


def test_a_sum_that_is_known_is_not_computed_again_and_others_in_one_pass(dist, monkeypatch):
    put(dist / "a.zip")
    put(dist / "SHA256SUMS", f"{SHA256}  a.zip\n")
    put(dist / "a.zip.md5", "0" * 32)
    put(dist / "a.zip.sha1", "0" * 40)
    opened = []
    monkeypatch.setattr(hashing, "open_unnamed", lambda path: opened.append(path) or open_unnamed(path))
    found = {one.algorithm: one.computed for one in ask("dist/a.zip", sha256="beef").sums}
    assert opened == ["dist/a.zip"]
    assert found == {
        "sha256": "beef",
        "md5": hashlib.md5(CONTENT).hexdigest(),
        "sha1": hashlib.sha1(CONTENT).hexdigest(),
    }


def test_a_file_with_two_names_is_read_once(dist, monkeypatch):
    put(dist / "a.zip")
    os.link(dist / "a.zip", dist / "b.zip")
    put(
        dist / "SHA512SUMS",
        subprocess.run(["sha512sum", "a.zip", "b.zip"], cwd=dist, capture_output=True, check=True).stdout,
    )
    opened = []
    monkeypatch.setattr(hashing, "open_unnamed", lambda path: opened.append(path) or open_unnamed(path))
    digests = {}
    for name in ("a.zip", "b.zip"):
        (found,) = held(f"dist/{name}", Plan(), digests, hashes=True).sums
        assert (found.artifact, found.computed) == (f"dist/{name}", hashlib.sha512(CONTENT).hexdigest())
    assert opened == ["dist/a.zip"]


@pytest.mark.parametrize(
    "digest",
    [
        hashlib.sha3_256(CONTENT).hexdigest(),
        hashlib.blake2s(CONTENT).hexdigest(),
        hashlib.sha3_512(CONTENT).hexdigest(),
        hashlib.blake2b(CONTENT).hexdigest(),
    ],
)
def test_where_nothing_says_which_algorithm_it_was_each_is_tried(dist, digest):
    put(dist / "a.zip")
    put(dist / "checksums.txt", f"{digest}  a.zip\n")
    (found,) = ask("dist/a.zip").sums
    assert found.computed == found.listed == digest
    put(dist / "SHA256SUMS", f"{digest}  a.zip\n")  # here it is said
    assert [one.computed == one.listed for one in ask("dist/a.zip").sums] == (
        [False, True] if len(digest) == 64 else [True]
    )


def plan_of(dist, digest):
    row = archive_row(AMD64, "a.zip", "demo", "", archive="default")
    rows = [metadata_row(), {**row, "extra": {**row["extra"], "Checksum": digest}}]
    put(dist / "artifacts.json", json.dumps(rows))
    return Plan(dists=find_dists(["dist"]))


def test_artifacts_json_and_a_checksum_file_are_two_lists(dist):
    put(dist / "a.zip")
    put(dist / "checksums.txt", f"{SHA256}  a.zip\n")
    found = ask("dist/a.zip", plan_of(dist, f"sha256:{WRONG}")).sums
    assert [(one.artifact, one.source, one.listed) for one in found] == [
        ("dist/a.zip", "dist/artifacts.json", WRONG),
        ("dist/a.zip", "dist/checksums.txt", SHA256),
    ]
    assert ask(dist / "a.zip", plan_of(dist, f"sha256:{SHA256}")).sums[0].computed == SHA256
    assert ask("dist/b.zip", plan_of(dist, f"sha256:{SHA256}")).sums == ()


def test_artifacts_json_tells_the_algorithm_of_a_checksum_file_that_does_not(dist):
    put(dist / "a.zip")
    put(dist / "checksums.txt", f"{WRONG}  a.zip\n")
    found = ask("dist/a.zip", plan_of(dist, f"blake3:{WRONG}")).sums
    reason = Unknown("blake3 is no algorithm that this tool computes")
    assert [(one.algorithm, one.computed) for one in found] == [("blake3", reason)] * 2


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("crc32", f"{zlib.crc32(CONTENT):08x}"),
        *((name, hashlib.new(name.replace("-", "_"), CONTENT).hexdigest()) for name in ("md5", "sha1", "sha224")),
        *((name, hashlib.new(name.replace("-", "_"), CONTENT).hexdigest()) for name in ("sha384", "sha3-224")),
        ("sha3-384", hashlib.sha3_384(CONTENT).hexdigest()),
    ],
)
def test_goreleasers_split_checksums(dist, algorithm, digest):
    put(dist / "a.zip")
    put(dist / f"a.zip.{algorithm}", digest)
    assert told("dist/a.zip") == [(f"dist/a.zip.{algorithm}", algorithm, True)]


@pytest.mark.parametrize("make", ["link", "pipe", "directory", "gone"])
def test_only_a_regular_file_is_read(dist, tmp_path, make):
    put(tmp_path / "outside", b"")
    place = put(dist / "a.zip")
    put(dist / "checksums.txt", f"{SHA256}  a.zip\n")
    place.unlink()
    if make != "gone":
        {"link": lambda: place.symlink_to("../outside"), "pipe": lambda: os.mkfifo(place), "directory": place.mkdir}[
            make
        ]()
    said = [one.computed for one in ask("dist/a.zip").sums]
    assert said == ([] if make == "gone" else [Unknown("not a regular file")])
    assert checksums("dist/nothing", {"md5"}) == {"md5": Unknown("No such file or directory")}


@pytest.mark.parametrize("make", ["link", "pipe", "directory"])
def test_only_a_regular_file_is_a_list(dist, tmp_path, make):
    put(dist / "a.zip")
    put(tmp_path / "outside", f"{WRONG}  a.zip\n")
    place = dist / "checksums.txt"
    {"link": lambda: place.symlink_to("../outside"), "pipe": lambda: os.mkfifo(place), "directory": place.mkdir}[make]()
    assert ask("dist/a.zip") == Held()


@pytest.mark.parametrize("path", ["-", "", "nowhere/app", "nul\0/app", "dist/", "dist/nul\0"])
def test_a_path_without_a_directory_is_on_no_list(dist, path):
    put(dist / "checksums.txt", f"{SHA256}  -\n{SHA256}  app\n")
    assert ask(path) == Held()


def test_a_file_called_minus_is_a_file(dist, monkeypatch):
    put(dist / "-")
    put(dist / "checksums.txt", f"{SHA256}  -\n")
    monkeypatch.chdir(dist)
    assert told("./-") == [("./checksums.txt", "sha256", True)]


def test_names_are_compared_exactly_and_shown_escaped(dist):
    name = os.fsdecode(b"caf\xe9\n.zip")
    put(dist / name)
    put(dist / "A.ZIP")
    put(dist / "checksums.txt", b"\\" + SHA256.encode() + b"  caf\xe9\\n.zip\n" + WRONG.encode() + b"  a.zip\n")
    (found,) = ask(dist / name).sums
    assert found.artifact == str(dist / "caf") + r"\xe9\x0a.zip"
    assert found.computed == SHA256
    assert ask("dist/A.ZIP").sums == ()
