"""mixed-settings."""

import pytest

from inspector.model import Status
from inspector.rules import mixed_settings as rule
from tests.rules.release import healthy, of, outcome_of, part, together

LDFLAGS = "-s -w -X main.version=1.2.3 -X main.date=2026-11-2{}"


def built(target: str, *flags: str, **more):
    """A part with settings, each written KEY=VALUE."""
    return part(target, settings=dict(flag.split("=", 1) for flag in flags), **more)


def judged(*parts):
    return outcome_of(rule, of(together(*parts)))


def test_every_port_by_default_passes():
    found = outcome_of(rule, healthy())
    assert found.status is Status.PASS
    assert found.message == "what belongs together was built with the same flags"


def test_what_belongs_to_a_target_may_differ():
    parts = [
        built("linux/amd64", "-tags=netgo,osusergo", "GOAMD64=v1", "CGO_ENABLED=0", "DefaultGODEBUG=a=1"),
        built("linux/arm64", "-tags=osusergo,netgo", "GOARM64=v8.0", "CGO_ENABLED=1", "CGO_CFLAGS=-O2", "CC=zig"),
        built("windows/amd64", "-tags=other", "-ldflags=-H windowsgui -s"),
        built("windows/arm64", "-tags=other", "-ldflags=-H=windowsgui -s"),
    ]
    assert judged(*parts).status is Status.PASS


def test_values_of_variables_dates_and_paths_may_differ():
    parts = [
        built(f"linux/{arch}", f"-ldflags={LDFLAGS.format(n)} -extldflags '-L/opt/{arch}'", f"-gcflags=-x=/home/{n}/go")
        for n, arch in enumerate(("amd64", "arm64", "386"))
    ]
    assert judged(*parts).status is Status.PASS


@pytest.mark.parametrize(
    ("usual", "odd", "said"),
    [
        ("-trimpath=true", "", "without -trimpath"),
        ("", "-trimpath=true", "with -trimpath"),
        ("", "-race=true", "with -race"),
        ("", "-cover=true", "with -cover"),
        ("-tags=fts5", "", "without -tags fts5"),
        ("-tags=netgo", "", "without -tags netgo"),
        ("", "-tags=debug", "with -tags debug"),
        ("-ldflags=-s -w", "-ldflags=-w", "without -ldflags -s"),
        ("-ldflags=-X main.version=1", "", "without -ldflags -X main.version"),
        ("", "-gcflags=all=-N -l", "with -gcflags=all=-N -l"),
        ("", "GOEXPERIMENT=jsonv2", "with GOEXPERIMENT=jsonv2"),
        ("GOFIPS140=v1.0.0", "", "without GOFIPS140=v1.0.0"),
        ("-buildmode=pie", "-buildmode=exe", "without -buildmode=pie"),
    ],
)
def test_processors_of_one_system_are_built_alike(usual, odd, said):
    rest = [built(f"linux/{arch}", *filter(None, [usual])) for arch in ("amd64", "arm64")]
    found = judged(*rest, built("linux/ppc64le", *filter(None, [odd])))
    assert found.status is Status.FAIL
    assert found.severity == "warning"
    assert found.message == f"linux/ppc64le was built {said}, unlike the rest"
    assert [(proof.label, proof.value) for proof in found.evidence] == [("dist/app_linux_ppc64le", said)]


def test_several_differences():
    rest = [built(f"linux/{arch}", "-tags=a,b", "-trimpath=true") for arch in ("amd64", "arm64")]
    found = judged(*rest, built("linux/386", "-tags=b,c"))
    assert found.message == "linux/386 was built without -tags a, unlike the rest, and 2 more such differences"
    assert [proof.value for proof in found.evidence] == ["without -tags a, with -tags c, without -trimpath"]


def test_trimpath_differs_between_systems():
    found = judged(built("linux/amd64", "-trimpath=true"), built("darwin/arm64", "-trimpath=true"), part("windows/386"))
    assert found.message == "windows/386 was built without -trimpath, unlike the rest"


@pytest.mark.parametrize(
    ("flag", "status"),
    [
        ("-tags=fts5", Status.FAIL),
        ("-ldflags=-X main.version=1", Status.FAIL),
        ("-tags=netgo", Status.PASS),  # systems have their own resolvers
        ("-ldflags=-s -w", Status.PASS),  # scanners of viruses dislike stripped programs
        ("-gcflags=-x", Status.PASS),
    ],
)
def test_one_target_without_what_all_others_have(flag, status):
    rest = [built(target, flag) for target in ("linux/amd64", "linux/arm64", "darwin/arm64")]
    assert judged(*rest, part("windows/amd64")).status is status
    # Several targets of one system, or one other system only: that may be meant.
    assert judged(*rest, part("windows/amd64"), part("windows/386")).status is Status.PASS
    assert judged(*rest[:2], part("windows/amd64")).status is Status.PASS


def test_one_target_with_what_no_other_has_may_be_meant():
    rest = [part(target) for target in ("linux/amd64", "linux/arm64", "darwin/arm64")]
    assert judged(*rest, built("windows/amd64", "-tags=wv2runtime")).status is Status.PASS


def test_with_trimpath_go_records_no_flags_of_the_linker():
    trimmed = [built(f"linux/{arch}", "-trimpath=true") for arch in ("amd64", "arm64", "386")]
    found = judged(*trimmed, built("linux/s390x", "-ldflags=-s -w -X main.version=1"))
    assert [proof.value for proof in found.evidence] == ["without -trimpath"]


def test_where_go_has_no_pie_there_is_none():
    assert judged(built("linux/amd64", "-buildmode=pie"), part("linux/mips")).status is Status.PASS


def test_what_depends_on_the_release_of_go_is_not_compared_between_two():
    old = part("linux/arm64", go_version="go1.23.1")
    assert judged(built("linux/amd64", "GOFIPS140=v1.0.0", "GOEXPERIMENT=x"), old).status is Status.PASS


@pytest.mark.parametrize(
    ("flag", "key"), [("-tags=x", "tags"), ("-trimpath=true", "trimpath"), ("-buildmode=pie", "buildmode")]
)
def test_what_was_declared_is_judged_by_others(flag, key):
    declared = built("linux/amd64", flag, declared_keys=(key,))
    assert judged(declared, part("linux/arm64")).status is Status.PASS
    assert judged(built("linux/amd64", flag), part("linux/arm64")).status is Status.FAIL


def unrecorded(target: str):
    keys = ("GOOS", "GOARCH", "CGO_ENABLED", "-buildmode", "-compiler")
    return part(target, settings=dict.fromkeys(keys))


def test_without_a_record_nothing_is_known_of_flags():
    found = judged(part(), part("linux/386"), unrecorded("linux/arm64"))
    assert found.status is Status.UNKNOWN
    assert found.reason == "no settings are recorded"
    assert [proof.label for proof in found.evidence] == ["dist/app_linux_arm64"]
    found = judged(unrecorded("linux/amd64"), unrecorded("linux/arm64"))
    assert found.status is Status.NOT_APPLICABLE
    assert found.reason == "no program that has others beside it records its settings"
    assert judged(part()).status is Status.NOT_APPLICABLE


def test_programs_of_several_releases_and_slices_are_told_apart():
    one = together(part(), part("linux/386"), built("linux/arm64", "-race=true"))
    odd = built("darwin/arm64", "-race=true", slice="arm64")
    other = together(part("darwin/amd64"), part("darwin/386"), odd, release_name="new", program="example.com/tool")
    found = outcome_of(rule, of(one, other))
    assert [(proof.label, proof.value) for proof in found.evidence] == [
        ("dist/app_linux_arm64", "with -race (example.com/app in dist)"),
        ("dist/app_darwin_arm64", "slice arm64: with -race (example.com/tool in new)"),
    ]


def test_flags_without_number_take_no_time():
    parts = [built(f"linux/{arch}", "-tags=" + ",".join(f"t{arch}{n}" for n in range(20_000))) for arch in "abcd"]
    found = judged(*parts)
    assert found.status is Status.FAIL
    assert all(len(proof.value) < 500 for proof in found.evidence)


def test_without_cgo_there_is_pie_only_where_go_links_it_itself():
    pie = (built(f"linux/{arch}", "-buildmode=pie") for arch in ("amd64", "arm64"))
    assert judged(*pie, part("linux/386"), part("linux/riscv64")).status is Status.PASS
    pie = (built(f"linux/{arch}", "-buildmode=pie", cgo=True) for arch in ("amd64", "arm64"))
    assert judged(*pie, part("linux/386", cgo=True)).status is Status.FAIL
