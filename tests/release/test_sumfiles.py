"""Checksum files as they are published: names, lines, and anything else that may stand under such a name."""

import hashlib
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inspector.release.sumfiles import MAX_LINE, Listed, SumFile, listed, named

CONTENT = b"what is in the file"
MD5 = hashlib.md5(CONTENT).hexdigest()
SHA1 = hashlib.sha1(CONTENT).hexdigest()
SHA256 = hashlib.sha256(CONTENT).hexdigest()
SHA512 = hashlib.sha512(CONTENT).hexdigest()
PLAIN = named("checksums.txt")
ANY_256 = ("sha256", "sha3-256", "blake2s")


def read(data, name="checksums.txt"):
    """What a file lists, and by which algorithms."""
    return list(listed(data.encode() if isinstance(data, str) else data, named(name)))


# Where each is published: GoReleaser (cosign, caddy, fzf), HashiCorp, Node.js, k3s, jq, syncthing, rclone, Fedora, yq,
# helm, Arch, minikube and kubectl, GoReleaser's `split`, and what is written by hand.
@pytest.mark.parametrize(
    ("name", "algorithm"),
    [
        ("checksums.txt", None),
        ("cosign_checksums.txt", None),
        ("caddy_2.7.6_checksums.txt", None),
        ("demo_checksums_sha512.txt", "sha512"),
        ("terraform_1.5.0_SHA256SUMS", "sha256"),
        ("SHA512SUMS", "sha512"),
        ("MD5SUMS", "md5"),
        ("SHASUMS256.txt", "sha"),
        ("sha256sum-amd64.txt", "sha256"),
        ("sha256sum.txt.asc", "sha256"),
        ("SHA1SUMS", "sha1"),
        ("Fedora-39-CHECKSUM", None),
        ("checksums-bsd", None),
        ("b2sums.txt", "b2"),
        ("checksums_v1.2.3.txt", None),
        ("CHECKSUMS.sha256", "sha256"),
        ("sha256.txt", "sha256"),
        ("app-SHA256.txt", "sha256"),
        ("SHA3-256SUMS", "sha3-256"),
    ],
)
def test_names_of_lists(name, algorithm):
    found = named(name)
    assert found is not None
    example_of = {"sha": "sha224", "b2": "blake2b", None: "sha3-512"}.get(algorithm, algorithm)
    assert example_of in found.stated
    assert ("md5" in found.stated) == (algorithm in {None, "md5"})


@pytest.mark.parametrize(
    ("name", "subject", "ending"),
    [
        ("kubectl.sha256", "kubectl", ".sha256"),
        ("helm-v3.tar.gz.sha256sum", "helm-v3.tar.gz", ".sha256sum"),
        ("app.zip.sha512", "app.zip", ".sha512"),
        ("app.MD5", "app", ".MD5"),
        ("app.sha256.txt", "app", ".sha256.txt"),
        ("app.sha256.asc", "app", ".sha256.asc"),
        ("app.sha3-256", "app", ".sha3-256"),
        ("app.blake2b", "app", ".blake2b"),
        ("checksums.txt.sha256", "checksums.txt", ".sha256"),
        ("app.sha256sums", "app", ".sha256sums"),
        ("a\nb.sha1", "a\nb", ".sha1"),
    ],
)
def test_names_after_one_file(name, subject, ending):
    found = named(name)
    assert (found.subject, found.ending) == (subject, ending)


@pytest.mark.parametrize(
    "name",
    [
        "app",
        "go.sum",
        "app.sum",
        "README.md",
        ".sha256",
        "checksums.txt.sig",
        "checksums.txt.pem",
        "checksums.txt.bak",
        "checksums.txt~",
        "checksum.exe",
        "sha256sum.exe",
        "checksum_1.0_linux_amd64",
        "sha256sums.tar.gz",
        "mychecksums.txt",
        "checksums.json",
        "sha256-simd_1.0_linux_amd64.zip",
        "",
    ],
)
def test_names_of_anything_else(name):
    assert named(name) is None


SIGNED = f"""-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

{SHA256}  app.zip
-----BEGIN PGP SIGNATURE-----

iQIzBAEBCAAdFiEEN8hPZ4f1T2Cb0h0mcm6WfEtzXcsFAmVkZGUACgkQcm6WfEtz
XcvI3Q//fCqRmwQjFBkGmKKzT7jvC2BY7HmKPRUsGxj0KcfvYxNqJOdHZ5dOGNzR
=Ep6w
-----END PGP SIGNATURE-----
"""
HASH_TABLE = f"""

Algorithm       Hash                                                                   Path
---------       ----                                                                   ----
SHA256          {SHA256.upper()}       C:\\dist\\app.zip


"""


@pytest.mark.parametrize(
    ("text", "path", "digest"),
    [
        (f"{SHA256}  app.zip\n", "app.zip", SHA256),
        (f"{SHA256} *app.zip\n", "app.zip", SHA256),
        (f"{SHA256} app.zip\n", "app.zip", SHA256),
        (f"{SHA256}\tapp.zip\n", "app.zip", SHA256),
        (f"{SHA256}  app.zip", "app.zip", SHA256),
        (f"{SHA256}  app.zip\r\n", "app.zip", SHA256),
        (f"\ufeff{SHA256}  app.zip\n", "app.zip", SHA256),
        (f"  {SHA256}  app.zip\n", "app.zip", SHA256),
        (f"{SHA256.upper()}  app.zip\n", "app.zip", SHA256),
        (f"{SHA256}  ./app.zip\n", "./app.zip", SHA256),
        (f"{SHA256}  dist/app.zip\n", "dist/app.zip", SHA256),
        (f"{SHA256} *dist\\app.zip\r\n", "dist/app.zip", SHA256),
        (f"{SHA256}  an app.zip\n", "an app.zip", SHA256),
        (f"{SHA256}   app.zip\n", " app.zip", SHA256),
        (f"{SHA256}  *app.zip\n", "*app.zip", SHA256),
        (f"\\{SHA256}  a\\\\b\\nc\n", "a\\b\nc", SHA256),
        (f"# made by hand\n\n{SHA256}  app.zip\n", "app.zip", SHA256),
        (f"SHA256 (app.zip) = {SHA256}\n", "app.zip", SHA256),
        (f"SHA256(app.zip)= {SHA256}\n", "app.zip", SHA256),
        (f"SHA-256 (app.zip) = {SHA256}\n", "app.zip", SHA256),  # rhash --bsd
        (f"SHA2-256(app.zip)= {SHA256}\n", "app.zip", SHA256),
        (f"SHA256 (a) = b) = {SHA256}\n", "a) = b", SHA256),
        (f"\\SHA256 (a\\nb) = {SHA256}\n", "a\nb", SHA256),
        (f"MD5 (app.zip) = {MD5}\n", "app.zip", MD5),
        (f"{MD5}  app.zip\n", "app.zip", MD5),
        (f"{SHA1}  app.zip\n", "app.zip", SHA1),
        (f"{SHA512}  app.zip\n", "app.zip", SHA512),
        (SIGNED, "app.zip", SHA256),
        (HASH_TABLE, "C:/dist/app.zip", SHA256),
    ],
)
def test_lines(text, path, digest):
    for encoded in (text.encode(), text.removeprefix("\ufeff").encode("utf-16")):
        ((found, told, _),) = read(encoded)
        assert (found.rstrip(" ") if text is HASH_TABLE else found, told) == (path, digest)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "v1.2.3: first release\n",
        f"{SHA256}\n",  # of what?
        f"{SHA256}  \n",
        f"{SHA256[:-1]}  app.zip\n",
        f"{SHA256}0  app.zip\n",
        f"{SHA256}app.zip\n",
        "20240101  app.zip\n",
        "3015617425 19 app.zip\n",  # cksum
        f"\\{SHA256}  a\\tb\n",
        f"\\{SHA256}  a\\\n",
        f"SHA1 (app.zip) = {SHA256}\n",
        f"RMD160 (app.zip) = {SHA1}\n",
        f"SHA512/256 (app.zip) = {SHA256}\n",
        f"SHA256 () = {SHA256}\n",
        "SHA256 (app.zip) = ungerade\n",
        "SHA256 (app.zip) = Nw5Ng5uMXGOWGBJnfaTsWv6CwfRJlpAu4JXzLQyHbbo=\n",  # OpenBSD's cksum -b
        "h1:Nw5Ng5uMXGOWGBJnfaTsWv6CwfRJlpAu4JXzLQyHbbo=  app.zip\n",
    ],
)
def test_lines_that_list_nothing(text):
    assert read(text) == []


@pytest.mark.parametrize(
    ("name", "line", "algorithms"),
    [
        ("checksums.txt", f"{SHA256}  a", ANY_256),
        ("checksums.txt", f"{SHA512}  a", ("sha512", "sha3-512", "blake2b")),
        ("checksums.txt", f"{MD5}  a", ("md5",)),
        ("SHA256SUMS", f"{SHA256}  a", ("sha256",)),
        ("SHASUMS256.txt", f"{SHA256}  a", ("sha256",)),
        ("SHA3-256SUMS", f"{SHA256}  a", ("sha3-256",)),
        ("a.sha3", f"{SHA256}  a", ("sha3-256",)),
        ("b2sums.txt", f"{SHA512}  a", ("blake2b",)),
        ("a.b3", f"{SHA256}  a", ("blake3",)),
        ("a.crc32", "0123abcd  a", ("crc32",)),
        ("a.crc32", "0123abcd", ("crc32",)),
        ("checksums.txt", f"SHA3-256 (a) = {SHA256}", ("sha3-256",)),
        ("SHA256SUMS", f"BLAKE2s (a) = {SHA256}", ("blake2s",)),
        ("checksums.txt", f"BLAKE2b (a) = {SHA512}", ("blake2b",)),
        ("checksums.txt", f"BLAKE2B-512(a)= {SHA512}", ("blake2b",)),
        ("demo_checksums_blake3.txt", f"{SHA256}  a", ("blake3",)),
    ],
)
def test_what_name_tag_and_length_say_of_the_algorithm(name, line, algorithms):
    assert read(line, name) == [Listed("a", re.split(r"[ =]", line)[-1 if "(" in line else 0], algorithms)]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("SHA512SUMS", f"{SHA256}  a"),
        ("a.md5", f"{SHA256}  a"),
        ("a.md5", SHA256),
        ("b2sums.txt", f"{SHA256}  a"),  # b2sum -l 256 says nothing of it without --tag
        ("checksums.txt", f"BLAKE2b-256 (a) = {SHA256}"),
    ],
)
def test_a_digest_that_cannot_be_what_it_is_said_to_be_says_nothing(name, line):
    assert read(line, name) == []


CERTUTIL = f"SHA256 hash of app.zip:\r\n{SHA256}\r\nCertUtil: -hashfile command completed successfully.\r\n"


@pytest.mark.parametrize(
    "text",
    [SHA256, f"{SHA256}\n", f"\n {SHA256.upper()} \r\n", f"{SHA256}  -\n", f"SHA2-256(stdin)= {SHA256}\n", CERTUTIL],
)
def test_a_digest_alone_is_of_the_file_that_the_checksum_file_is_named_after(text):
    for encoded in (text.encode(), text.encode("utf-16"), b"\xef\xbb\xbf" + text.encode()):
        assert read(encoded, "app.zip.sha256") == [Listed("app.zip", SHA256, ("sha256",))]
    assert read(text) in ([], [Listed("-", SHA256, ANY_256)], [Listed("stdin", SHA256, ("sha256",))])


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (f"{SHA256}  /home/ci/work/app.zip\n", "app.zip"),
        (f"{SHA256}  bazel-out/bin/app.zip\n", "app.zip"),
        (f"SHA256 (linux/app.zip) = {SHA256}\n", "app.zip"),
        (f"{SHA256}  other.zip\n", "other.zip"),
        (f"{SHA256}  app.zip/\n", "app.zip/"),
        (f"{SHA256}  linux/other.zip\n", "linux/other.zip"),
    ],
)
def test_a_single_line_of_its_namesake_says_where_that_was_made(text, path):
    assert read(text, "app.zip.sha256") == [Listed(path, SHA256, ("sha256",))]
    two = [one.path for one in read(text + f"{SHA256[::-1]}  windows/app.zip\n", "app.zip.sha256")]
    assert two == [re.split(r"  |[()]", text)[1].rstrip(), "windows/app.zip"]


@pytest.mark.parametrize(("name", "listed"), [("app.sha", 0), ("app.sha1", 1), ("app.sha256", 0)])
def test_forty_digits_may_be_a_commits(name, listed):
    assert len(read(SHA1, name)) == listed
    assert len(read(f"{SHA1}  app", name)) == (name != "app.sha256")


def test_several_digests_alone_are_of_nobody_knows_what():
    assert read(f"{SHA256}\n{SHA256[::-1]}\n", "app.zip.sha256") == []
    assert [one.path for one in read(f"{SHA256}\n{SHA256}  b\n", "app.zip.sha256")] == ["b"]


def test_undecodable_names_are_as_the_system_has_them():
    assert [one.path for one in read(SHA256.encode() + b"  caf\xe9.zip\n")] == ["caf\udce9.zip"]


def test_order_and_repetition_are_kept():
    found = read(f"{SHA256}  b\n{MD5}  a\n{SHA256}  b\n")
    assert [(one.path, one.digest) for one in found] == [("b", SHA256), ("a", MD5), ("b", SHA256)]


@given(st.binary(max_size=2000), st.sampled_from(["checksums.txt", "app.sha256", "SHA512SUMS", "a.crc32"]))
@example(b"\xff\xfe\xff", "checksums.txt")
@example(b"\xfe\xff\xd8\x00", "app.sha256")
@example(b"\xef\xbb\xbf", "app.sha256")
def test_anything_may_stand_in_it(data, name):
    for one in read(data, name):
        assert one.path
        assert one.algorithms
        assert re.fullmatch("[0-9a-f]{8,128}", one.digest)


LINE = st.from_regex(r"\A\\?(?:[0-9a-f]{64}|SHA256 ?\(|MD5 \(|[ *()=\\a-f0-9]{0,40}|\) ?= ?[0-9a-f]{32})+[ *)(=\\]*\Z")


@settings(max_examples=50)
@given(st.lists(LINE, max_size=3))
def test_anything_like_a_line_may_stand_in_it(lines):
    for one in read("\n".join(lines), "app.sha256"):
        assert set(one.algorithms) <= set(PLAIN.stated) | {"crc32", "blake3"}


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30).filter(
        lambda name: name.strip(" \t")
    )
)
def test_every_name_that_coreutils_can_write_is_read_back(name):
    if any(character in name for character in "\\\n\r"):
        escaped = name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
        lines = [f"\\{SHA256}  {escaped}\n", f"\\SHA256 ({escaped}) = {SHA256}\n"]
    else:
        lines = [f"{SHA256}  {name}\n", f"{SHA256} *{name}\n", f"SHA256 ({name}) = {SHA256}\n"]
    for line in lines:
        assert [one.path for one in read(line)] == [name]


@pytest.mark.parametrize(
    "data",
    [
        b"\n" * (16 << 20),
        b"a" * (16 << 20),
        b"a" * 64 + b"  " + b"\\" * (1 << 20),
        b"SHA256 (" + b")" * (1 << 20),
        (b"SHA256 (" + b") = a" * 3000 + b"\n") * 200,
        (b"SHA256 (" + b") = " + b"a" * 100) * 10_000,
        (b" " * 16_000 + b"\n") * 300,
        (b"SHA256" + b" " * 8_000 + b"a" * 64 + b" " * 7_000 + b"\n") * 100,
        (b"\\" + SHA256.encode() + b"  " + b"\\\\" * 8_000 + b"\n") * 100,
        b"\xff\xfe" + b"\x0a\x00" * (4 << 20),
        (SHA256.encode() + b"\n") * 100_000,
    ],
    ids=range(11),
)
def test_nothing_takes_long(data):
    begun = time.process_time()
    for name in ("checksums.txt", "app.sha256"):
        for _ in listed(data, named(name)):
            pass
    assert time.process_time() - begun < 5


def test_a_line_is_bounded():
    assert read(f"{SHA256}  {'a' * MAX_LINE}\n{SHA256}  b\n") == [Listed("b", SHA256, ANY_256)]


@pytest.mark.parametrize("name", ["sha256" * 40, "." * 255, "-" * 250 + ".txt", "checksums" + ".txt" * 60 + "!"])
def test_no_name_takes_long(name):
    begun = time.process_time()
    assert named(name) is None or isinstance(named(name), SumFile)
    assert time.process_time() - begun < 1
