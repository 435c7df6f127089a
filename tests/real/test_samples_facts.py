"""Every sample's facts against what the manifest says was built."""

from inspector.model import Unknown
from tests.real.inspected import build_of, image_of
from tests.samples import Sample

NO_ZONES = {"windows", "plan9", "js", "wasip1"}

# Defects that a toolchain's own default builds really have, with the reason; nothing else may be worse than a note.
TRUE_DEFECTS = {
    # macOS asks a program for LC_UUID; Go's linker writes one since 1.24 (golang/go#68678).
    "macho-no-uuid": lambda s: s.goos == "darwin" and (s.minor < (1, 24) or has(s, "nouuid")),
    # These have no zone database that Go can read: any program that links time.LoadLocation.
    "tzdata-missing": lambda s: s.goos in NO_ZONES and s.program == "uses" and not has(s, "timetzdata"),
    # Each of these variants asks for its defect.
    "pe-reloc-missing": lambda s: s.goos == "windows" and (has(s, "exe") or s.way == "tools"),
    "hidden-cgo": lambda s: has(s, "nocgo"),
    "pe-no-aslr": lambda s: s.goos == "windows" and (has(s, "exe") or has(s, "race")),
    # Without cgo the stand-in for go-sqlite3 is what the real one is: a stub.
    "cgo-stub": lambda s: s.program == "sqlite" and not s.cgo_enabled,
    # glibc inside a static program still loads the target's libnss_*.so.
    "static-glibc-nss": lambda s: s.program == "uses" and has(s, "static") and has(s, "gcc") and not has(s, "musl"),
    "instrumented-build": lambda s: has(s, "race") or has(s, "cover") or has(s, "asan"),
    "insecure-rpath": lambda s: has(s, "rpath"),
    "executable-stack": lambda s: has(s, "execstack"),
    # Recorded -extldflags -static, and Go's own linker ignored it.
    "record-contradicts-binary": lambda s: has(s, "extldflags"),
}


def has(sample: Sample, switch: str) -> bool:
    """Whether a variant's name has this word: mingw-race has race."""
    return switch in (sample.variant or "").split("-")


def test_target_cgo_and_version(sample: Sample):
    build = build_of(sample.path)
    observed, recorded = build.observed, build.recorded
    assert (observed.goos, observed.goarch) == (sample.goos, sample.goarch)
    # A plugin has no runtime of its own: the program that loads it has, and the version string with it.
    assert (
        isinstance(observed.go_version, Unknown) if has(sample, "plugin") else observed.go_version == f"go{sample.go}"
    )
    assert build.traits.go_minor == sample.minor[1]
    assert observed.compiler == "gc"
    assert not isinstance(recorded, Unknown)
    if sample.way == "tools":
        assert recorded.settings == {}
    else:
        assert (recorded.settings["GOOS"], recorded.settings["GOARCH"]) == (sample.goos, sample.goarch)
        assert recorded.settings["CGO_ENABLED"] == str(int(sample.cgo_enabled))
    # cgo is in the file where it was on and a package uses it: package cgo's own C, or net and os/user on unix.
    uses_c = sample.program in {"cgo", "sqlite"} or (
        sample.program == "uses" and sample.goos not in {"windows", "darwin"}
    )
    pure = "netgo" in " ".join(sample.flags)
    assert observed.cgo is (sample.cgo_enabled and ((uses_c and not pure) or has(sample, "race")))


def test_trimpath_symbols_and_debug_info(sample: Sample):
    observed = build_of(sample.path).observed
    assert observed.trimpath is ("-trimpath" in sample.flags)
    if observed.link_mode == "external":
        return  # what a C linker keeps of both is its own affair; lief's word on them is held against ours elsewhere
    stripped = any("-s" in flag.removeprefix("-ldflags=").split() for flag in sample.flags)
    # Until 1.21 -s left Mach-O's symbols alone (Go 1.22 release notes, Linker).
    assert observed.symbols is (not stripped or (sample.goos == "darwin" and sample.minor < (1, 22)))
    # Go writes no DWARF for Plan 9 and wasm (dwarfEnabled in cmd/link/internal/ld/dwarf.go).
    assert observed.dwarf is (not stripped and sample.format not in {"plan9", "wasm"})


def test_a_healthy_build_gives_no_error_and_no_warning(sample: Sample):
    worse = {
        outcome.rule
        for outcome in image_of(sample.path).outcomes
        if outcome.status == "fail" and outcome.severity != "note"
    }
    excused = {rule for rule, applies in TRUE_DEFECTS.items() if applies(sample)}
    assert worse <= excused, worse - excused


def test_no_outcome_is_unknown_or_crashed_but_for_what_is_stripped_of_its_build_id(sample: Sample):
    odd = {o.rule: o.reason for o in image_of(sample.path).outcomes if o.status in {"unknown", "error"}}
    if sample.way == "tools":  # neither settings nor a build ID: each rule that wants one of the two says so
        assert all("build setting" in reason or "Go build ID" in reason for reason in odd.values()), odd
        return
    allowed = {"modified-after-link"} if sample.variant == "nobuildid" else set()
    assert set(odd) <= allowed, odd
