"""mode-not-executable."""

import pytest

from inspector.model import Severity, Status, Unknown
from inspector.rules import mode_not_executable as rule
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

PLAIN = 0o644


@pytest.mark.parametrize("mode", [0o755, 0o100, 0o654, 0o711])
def test_any_execute_bit_passes(mode):
    assert status_of(rule, subject(mode=mode)) is Status.PASS


@pytest.mark.parametrize("build", [go_build(), go_build(observed={"buildmode": "pie"}), darwin("amd64"), darwin()])
def test_none_on_a_program_is_an_error(build):
    outcome = outcome_of(rule, subject(build, mode=PLAIN))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert "0644" in outcome.message
    assert [e.value for e in outcome.evidence] == ["0644"]
    assert "chmod +x" in (outcome.fix or "")


@pytest.mark.parametrize("goos", ["freebsd", "openbsd", "netbsd", "dragonfly", "solaris", "illumos", "aix", "android"])
def test_every_unix_goes_by_it(goos):
    assert status_of(rule, subject(go_build(observed={"goos": goos}), mode=PLAIN)) is Status.FAIL


def test_windows_does_not():
    assert status_of(rule, subject(windows(), mode=PLAIN)) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(go_build(observed={"goos": "js"}), mode=PLAIN)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("buildmode", ["c-shared", "plugin", "c-archive"])
def test_libraries_need_none(buildmode):
    build = go_build(observed={"buildmode": buildmode})
    assert status_of(rule, subject(build, mode=PLAIN)) is Status.NOT_APPLICABLE


def test_a_container_that_keeps_no_mode_is_unknown():
    assert status_of(rule, subject(mode=Unknown("the zip was made on Windows"))) is Status.UNKNOWN


@pytest.mark.parametrize("fact", ["goos", "buildmode"])
def test_an_unread_kind_of_file_is_unknown(fact):
    assert status_of(rule, subject(go_build(observed={fact: Unknown("no table")}), mode=PLAIN)) is Status.UNKNOWN
