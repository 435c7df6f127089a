"""Telling the go line from a program's default GODEBUG settings."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from inspector.godebugs import known_settings, origin, parse, spelled
from tests.samples import Samples

SCRIPT = Path(__file__).parent.parent / "scripts" / "update_godebugs.py"

# What `go list -f {{.DefaultGODEBUG}}` of the toolchain prints for a go.mod with that go line.
OF_1_27_FOR_1_24 = (
    "containermaxprocs=0,cryptocustomrand=1,decoratemappings=0,httpservecontentmaxranges=1,tlssecpmlkem=0,tlssha1=1,"
    "tracebacklabels=0,updatemaxprocs=0,urlstrictcolons=0,x509sha256skid=0,x509sslcertoverrideplatform=0"
)
OF_1_22_FOR_1_21 = "httplaxcontentlength=1,httpmuxgo121=1,tls10server=1,tlsrsakex=1,tlsunsafeekm=1"
OF_1_23_FOR_1_22 = (
    "asynctimerchan=1,gotypesalias=0,httpservecontentkeepheaders=1,tls3des=1,tlskyber=0,winreadlinkvolume=0,"
    "winsymlink=0,x509keypairleaf=0,x509negativeserial=1"
)


@pytest.mark.parametrize(
    ("text", "minor", "line"),
    [
        (OF_1_27_FOR_1_24, 27, 24),
        (OF_1_22_FOR_1_21, 22, 21),
        (OF_1_23_FOR_1_22, 23, 22),
        ("panicnil=1", 21, 20),
        ("netedns0=0,panicnil=1", 21, 18),
        ("tracebacklabels=0,x509sslcertoverrideplatform=0", 27, 26),
        # A line the patch release does not know yet, and one that it knows although its line's first did not.
        (OF_1_27_FOR_1_24.replace("httpservecontentmaxranges=1,", ""), 27, 24),
        ("", 27, 27),
        ("", 21, 21),
    ],
)
def test_the_go_line_is_told_from_the_set(text, minor, line):
    found = origin(parse(text), minor)
    assert found.line == line
    assert found.explicit == {}
    assert set(found.reverted) == set(parse(text))


@pytest.mark.parametrize("minor", [28, 10**9 - 1])
def test_a_version_from_far_ahead_costs_no_more(minor):
    """It is what a file says; one step for each release would take minutes."""
    began = time.process_time()
    assert origin(parse(OF_1_27_FOR_1_24), minor).line == 24
    assert origin({}, minor).line == minor
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("extra", "minor", "line"),
    [
        ({"netdns": "cgo", "panicnil": "1"}, 27, 24),
        ({"tlssha1": "0"}, 27, 24),  # the go line's value, undone by hand
        ({"tlsmlkem": "0", "multipathtcp": "0"}, 27, 24),  # old values that this go line does not bring
    ],
)
def test_what_the_go_line_does_not_explain_was_set_by_hand(extra, minor, line):
    found = origin({**parse(OF_1_27_FOR_1_24), **extra}, minor)
    assert found.line == line
    assert found.explicit == extra


@pytest.mark.parametrize(
    "settings", [{"multipathtcp": "0"}, {"panicnil": "1", "tlssha1": "1"}, {"tracebacklabels": "0"}]
)
def test_single_old_values_are_set_by_hand_when_their_release_changed_more(settings):
    found = origin(settings, 27)
    assert (found.line, found.reverted, found.explicit) == (27, {}, settings)


def test_a_toolchain_with_a_slip_in_its_table_is_understood():
    # Go 1.23.1 has winsymlink and winreadlinkvolume as changed in 1.22 (later: 1.23), so go 1.22 leaves them out.
    text = OF_1_23_FOR_1_22.replace("winreadlinkvolume=0,winsymlink=0,", "")
    found = origin(parse(text), 23)
    assert (found.line, found.explicit) == (22, {})


def test_a_toolchain_newer_than_the_table_is_taken_for_the_newest_known():
    found = origin({**parse(OF_1_27_FOR_1_24), "fromthefuture": "0"}, 99)
    assert (found.line, found.explicit) == (24, {"fromthefuture": "0"})


def test_the_runtime_takes_the_last_of_a_name_and_skips_what_is_no_pair():
    assert parse("a=1,b=2,a=3,,c,=4,d=") == {"a": "3", "b": "2", "": "4", "d": ""}
    assert parse("") == {}


@pytest.mark.parametrize(
    ("line", "text"), [(27, "1.27"), (21, "1.21"), (20, "1.20"), (19, "1.20"), (18, "1.18 or older")]
)
def test_lines_with_the_same_defaults_share_a_name(line, text):
    assert spelled(line) == text


def test_every_setting_is_described():
    for name, setting in known_settings().items():
        assert re.fullmatch(r"[a-z0-9]+", name)
        assert setting.changed >= 19
        assert re.fullmatch(r"[^.]{10,90}", re.sub(r"\d\.\d|\w\.\w", "", setting.does)), setting.does
        assert setting.does != "not described yet"


@pytest.mark.parametrize("release", ["1.21.13", "1.27.3"])
def test_a_real_distribution_agrees(samples: Samples, release):
    root = samples.go(release).parent.parent
    result = subprocess.run([sys.executable, SCRIPT, "--check", root], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.wide
@pytest.mark.parametrize("release", ["1.22.10", "1.23.9", "1.24.11", "1.25.5", "1.26.6"])
def test_every_real_distribution_agrees(samples: Samples, release):
    root = samples.go(release).parent.parent
    result = subprocess.run([sys.executable, SCRIPT, "--check", root], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_setting_that_the_table_lacks_is_named(samples: Samples, tmp_path: Path):
    table = samples.go("1.27.3").parent.parent / "src" / "internal" / "godebugs" / "table.go"
    more = '\t{Name: "brandnew", Package: "net", Changed: 27, Old: "0"},\n'
    changed = tmp_path / "table.go"
    changed.write_text(table.read_text("utf-8").replace("\t{Name: ", more + "\t{Name: ", 1), "utf-8")
    command = [sys.executable, SCRIPT, "--check", f"1.27.9={changed}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "brandnew: say in godebugs.json" in result.stderr


@pytest.mark.parametrize(("version", "text"), [("1.27.9", "package godebugs\n"), ("devel", '\t{Name: "x", },')])
def test_what_is_no_table_is_refused(version, text, tmp_path: Path):
    source = tmp_path / "table.go"
    source.write_text(text, "utf-8")
    command = [sys.executable, SCRIPT, "--check", f"{version}={source}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, "no release, or no settings" in result.stderr) == (2, True)
