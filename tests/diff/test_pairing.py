"""Which artifact of the new release is which of the old one."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from inspector.diff.pairing import paired
from inspector.model import Unknown
from tests.diff.sides import build, compared, cut_off, file, labels, read
from tests.reports import made

AMD64 = build()
ARM64 = build(goarch="arm64")


def pairs(found):
    """Which file went with which, by their names."""
    return {(one.pair.old.path.rpartition("/")[2], one.pair.new.path.rpartition("/")[2]) for one in found.compared}


def test_versions_in_names_make_no_difference():
    old = [file("d/app_1.2.3_linux_amd64.tar.gz", AMD64), file("d/app_1.2.3_linux_arm64.tar.gz", ARM64)]
    new = [file("e/app_1.3.0_linux_amd64.tar.gz", AMD64), file("e/app_1.3.0_linux_arm64.tar.gz", ARM64)]
    found = compared(old, new)
    assert pairs(found) == {
        (f"app_1.2.3_linux_{arch}.tar.gz", f"app_1.3.0_linux_{arch}.tar.gz") for arch in ("amd64", "arm64")
    }
    assert not found.differs


def test_a_program_is_itself_wherever_it_lies():
    found = compared([file("d/linux/app", AMD64)], [file("e/app-x86_64.zip", AMD64, members=("bin/app",))])
    assert pairs(found) == {("app", "app-x86_64.zip")}


def test_targets_come_and_go():
    found = compared(
        [file("d/a", AMD64), file("d/b", ARM64)], [file("e/b", ARM64), file("e/c", build("windows", "386"))]
    )
    assert labels(found.lost) == ["linux/amd64"]
    assert labels(found.gained) == ["windows/386"]
    assert [str(target) for target in found.targets] == ["linux/arm64"]
    assert found.worse


def test_processor_levels_are_targets_of_their_own_where_there_are_several():
    v1, v3 = (build(settings={"GOAMD64": level}) for level in ("v1", "v3"))
    both = [file("d/one", v1), file("d/three", v3)]
    found = compared(both, [file("e/uno", v1)])
    assert pairs(found) == {("one", "uno")}
    assert labels(found.lost) == ["linux/amd64 v3"]
    # Where each release has one alone, the level is a fact that changed.
    alone = compared([file("d/one", v1)], [file("e/three", v3)])
    assert pairs(alone) == {("one", "three")}
    assert not alone.lost


def test_c_libraries_are_targets_of_their_own_where_there_are_several():
    glibc, musl, static = (
        build(libc=libc, linkage="dynamic" if libc else "static") for libc in ("glibc", "musl", None)
    )
    old = [file("d/a", glibc), file("d/b", musl), file("d/c", static)]
    found = compared(old, [file("e/x", static), file("e/y", glibc)])
    assert pairs(found) == {("a", "y"), ("c", "x")}
    assert labels(found.lost) == ["linux/amd64 musl"]


def test_a_name_without_its_version_goes_before_what_a_program_is():
    glibc, static = build(libc="glibc", linkage="dynamic"), build()
    old = [file("d/app-1.0-small", static), file("d/app-1.0-full", glibc)]
    new = [file("e/app-1.1-small", glibc), file("e/app-1.1-full", glibc)]
    found = compared(old, new)
    assert pairs(found) == {("app-1.0-small", "app-1.1-small"), ("app-1.0-full", "app-1.1-full")}
    worse = [change.fact for one in found.compared for change in one.facts if change.worse]
    assert worse == ["linkage"]


def test_a_level_that_was_not_recorded_then_is_no_target_lost():
    """Go records GOARM64 from 1.23 on."""
    old = [file("d/app", build(goarch="arm64"))]
    new = [file(f"e/{level}", build(goarch="arm64", settings={"GOARM64": level})) for level in ("v8.0", "v9.0")]
    found = compared(old, new)
    assert not found.compared
    assert not found.worse
    assert [(str(one.single.target), one.single.met) for one in found.lost] == [("linux/arm64", True)]


def test_packages_of_one_program_are_told_apart_by_their_kind():
    tar, deb = file("d/x.tar.gz", AMD64, members=("app",)), file("d/y.deb", AMD64, members=("usr/bin/app",))
    new = [file("e/q.deb", AMD64, members=("usr/bin/app",)), file("e/r.tar.gz", AMD64, members=("app",))]
    assert pairs(compared([tar, deb], new)) == {("x.tar.gz", "r.tar.gz"), ("y.deb", "q.deb")}


def test_a_package_that_is_gone_is_no_target_lost():
    tar, deb = file("d/x.tar.gz", AMD64, members=("app",)), file("d/y.deb", AMD64, members=("usr/bin/app",))
    found = compared([tar, deb], [file("e/x.tar.gz", AMD64, members=("app",))])
    assert [one.single.met for one in found.lost] == [True]
    assert not found.targets_lost
    assert not found.worse


def test_copies_of_one_content_are_as_good_as_one():
    old = [file(f"d/{name}", AMD64, sha256="aa" * 32) for name in ("p", "q")]
    new = [file(f"e/{name}", AMD64, sha256="bb" * 32) for name in ("r", "s", "t")]
    found = compared(old, new)
    assert pairs(found) == {("p", "r"), ("q", "s")}
    assert [one.single.met for one in found.gained] == [True]


def test_what_nothing_tells_apart_stays_unpaired():
    found = compared([file(f"d/{name}", AMD64) for name in "pq"], [file(f"e/{name}", AMD64) for name in "rs"])
    assert not found.compared
    assert len(found.lost) == len(found.gained) == 2
    assert not found.worse  # the target is there


def test_programs_side_by_side_are_never_mixed_up():
    server, client = build(program="example.com/server"), build(program="example.com/client")
    old = [file("d/bundle_1.0.zip", server, members=("a",)), file("d/bundle_1.0.zip", client, members=("b",))]
    new = [file("e/bundle_1.1.zip", client, members=("a",)), file("e/bundle_1.1.zip", server, members=("b",))]
    found = compared(old, new)
    assert {(one.pair.old.program, one.pair.new.program) for one in found.compared} == {
        ("example.com/server", "example.com/server"),
        ("example.com/client", "example.com/client"),
    }
    assert {str(target) for target in found.targets} == {"server linux/amd64", "client linux/amd64"}


def test_a_new_program_is_not_taken_for_a_lost_one_of_another_name():
    found = compared(
        [file("d/x_1.0", build(program="example.com/x")), file("d/z", ARM64)],
        [file("e/y_1.0", build(program="example.com/y")), file("e/z", ARM64)],
    )
    assert labels(found.lost) == ["x linux/amd64"]
    assert labels(found.gained) == ["y linux/amd64"]


def test_a_major_version_keeps_the_program():
    old, new = build(program="example.com/app/v2/cmd/app"), build(program="example.com/app/v3/cmd/app")
    found = compared([file("d/a", old), file("d/b", ARM64)], [file("e/c", new), file("e/b", ARM64)])
    assert ("a", "c") in pairs(found)


def test_what_lost_its_record_is_known_by_its_name():
    bare = replace(AMD64, recorded=Unknown("no build info"))
    old = [file("d/app_1.0_linux_amd64", AMD64), file("d/app_1.0_linux_arm64", ARM64)]
    new = [file("e/app-linux-amd64", bare), file("e/app_1.1_linux_arm64", ARM64)]
    found = compared(old, new)
    assert ("app_1.0_linux_amd64", "app-linux-amd64") in pairs(found)
    assert not found.lost


def test_a_packed_program_is_known_by_its_place():
    hidden = Unknown("packed by UPX")
    packed = replace(build(goos=hidden, goarch=hidden), recorded=hidden)  # type: ignore[arg-type]
    found = compared(
        [file("d/app_1.0_linux_amd64", AMD64), file("d/app_1.0_linux_arm64", ARM64)],
        [file("e/app_1.1_linux_amd64", packed), file("e/app_1.1_linux_arm64", ARM64)],
    )
    assert ("app_1.0_linux_amd64", "app_1.1_linux_amd64") in pairs(found)
    assert not found.lost


def test_two_single_programs_of_one_port_are_a_pair_whatever_they_are():
    found = compared([file("x", build(program="example.com/x"))], [file("y", build(program="example.com/y"))])
    assert pairs(found) == {("x", "y")}
    assert [change.fact for change in found.compared[0].facts] == ["recorded.path"]


def test_another_port_in_an_artifacts_place_is_told():
    found = compared(
        [file("d/app_1.0_amd64", AMD64), file("d/app_1.0_arm64", ARM64)],
        [file("e/app_1.1_amd64", AMD64), file("e/app_1.1_arm64", AMD64)],
    )
    (lost,) = found.lost
    assert (str(lost.single.target), lost.reason) == ("linux/arm64", "its place now holds linux/amd64")
    (gained,) = found.gained
    assert (gained.single.met, gained.reason) == (True, "its place held linux/arm64")


def test_slices_of_a_universal_file_are_paired_by_port():
    def universal(path):
        return made.file(path, made.image(made.sliced("arm64", "arm64")), made.image(made.sliced("amd64", "x86_64")))

    found = compared([universal("d/app")], [universal("e/app")])
    assert {str(one.pair.target) for one in found.compared} == {"darwin/amd64", "darwin/arm64"}
    assert not found.differs


def test_a_program_that_cannot_be_read_any_more_is_told_as_that():
    from inspector.diff.compare import compare
    from inspector.model import Severity

    old = read(
        "old",
        file("d/app_1.0_amd64.zip", AMD64, members=("app",)),
        file("d/app_1.0_arm64.zip", ARM64, members=("app",)),
    )
    new = read("new", file("e/app_1.1_arm64.zip", ARM64, members=("app",)), skipped=[cut_off("e/app_1.1_amd64.zip")])
    found = compare(old, new, Severity.ERROR)
    (lost,) = found.lost
    assert lost.reason == "truncated: the file ends too early"
    assert found.worse


NAMES = st.sampled_from(["app", "app_1.0_linux_amd64", "app_1.1_linux_amd64", "app.deb", "tool-v2.0.0.zip", "x"])
BUILDS = st.builds(
    build,
    st.sampled_from(["linux", "windows", "darwin"]),
    st.sampled_from(["amd64", "arm64"]),
    program=st.sampled_from(["example.com/app", "example.com/tool", "example.com/app/v2", None]),
    libc=st.sampled_from([None, "glibc", "musl", Unknown("no")]),
    settings=st.fixed_dictionaries({"GOAMD64": st.sampled_from([None, "v1", "v3"])}),
)
FILES = st.lists(
    st.builds(
        lambda folder, name, built, members, content: file(f"{folder}/{name}", built, members=members, sha256=content),
        st.sampled_from(["d", "d/e"]),
        NAMES,
        BUILDS,
        st.sampled_from([(), ("app",), ("bin/tool",)]),
        st.sampled_from(["aa" * 32, "bb" * 32, Unknown("not computed")]),
    ),
    max_size=6,
)


@given(FILES, FILES)
def test_every_artifact_is_told_once_and_swapping_sides_swaps_what_is_told(old, new):
    olds, news = read("old", *old).rows, read("new", *new).rows
    there, back = paired(olds, news), paired(news, olds)
    assert sorted(map(id, [p.old for p in there.pairs] + [s.row for s in there.lost])) == sorted(map(id, olds))
    assert sorted(map(id, [p.new for p in there.pairs] + [s.row for s in there.gained])) == sorted(map(id, news))
    assert {(id(p.old), id(p.new)) for p in there.pairs} == {(id(p.new), id(p.old)) for p in back.pairs}
    assert [(id(s.row), s.met, s.target) for s in there.lost] == [(id(s.row), s.met, s.target) for s in back.gained]
    assert [(id(s.row), s.met, s.target) for s in there.gained] == [(id(s.row), s.met, s.target) for s in back.lost]


@given(FILES)
def test_a_release_is_no_different_from_itself(files):
    found = compared(files, files)
    assert not found.worse
    assert not any(one.facts or one.deps or one.findings for one in found.compared if one.pair.old == one.pair.new)
    assert not found.targets_lost
