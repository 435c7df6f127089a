"""odd-extension."""

import pytest

from inspector.engine import judge
from inspector.model import Declared, Severity, Status, Unknown
from inspector.rules import odd_extension as rule
from inspector.rules import wrong_goos
from tests.build.facts import darwin, go_build, subject, windows
from tests.rules.outcome import outcome_of, status_of

DLL = windows(observed={"buildmode": "c-shared"})


@pytest.mark.parametrize("name", ["app.exe", "APP.EXE", "app-1.2.3.exe", "screen.scr", "tool.com", ".exe"])
def test_a_windows_program_passes(name):
    assert status_of(rule, subject(windows(), name=name)) is Status.PASS


@pytest.mark.parametrize(
    ("name", "better"),
    [("app", "app.exe"), ("app_windows_amd64", "app_windows_amd64.exe"), ("app-1.2.3", "app-1.2.3.exe"),
     ("app.dll", "app.exe"), ("exe", "exe.exe"), ("app.exe.old", "app.exe.old.exe"), ("app.sys", "app.sys.exe")],
)  # fmt: skip
def test_a_windows_program_of_another_name_is_a_warning(name, better):
    outcome = outcome_of(rule, subject(windows(), name=name))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.WARNING
    assert [e.value for e in outcome.evidence] == [name]
    assert outcome.fix == f"go build -o {better}"


@pytest.mark.parametrize("name", ["app.dll", "APP.Dll", "module.pyd", "addin.xll", "addon.node", "control.ocx"])
def test_a_windows_library_passes(name):
    assert status_of(rule, subject(DLL, name=name)) is Status.PASS


@pytest.mark.parametrize("name", ["app.exe", "libapp.so", "libapp"])
def test_a_windows_library_of_another_name_is_a_warning(name):
    outcome = outcome_of(rule, subject(DLL, name=name))
    assert outcome.status is Status.FAIL
    assert (outcome.fix or "").endswith("app.dll")


@pytest.mark.parametrize("name", ["app", "app-1.2.3", "libapp.so", "app.com", "app.test", "node", "exe"])
def test_another_program_passes(name):
    assert status_of(rule, subject(go_build(), name=name)) is Status.PASS


@pytest.mark.parametrize("build", [go_build(), darwin()])
@pytest.mark.parametrize("name", ["app.exe", "App.EXE", "app.dll"])
def test_another_program_with_an_extension_of_windows_is_a_warning(build, name):
    outcome = outcome_of(rule, subject(build, name=name))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.WARNING
    assert build.observed.goos in outcome.message


@pytest.mark.parametrize("name", ["-", "app.exe~", "app~"])
def test_names_that_nobody_chose_are_not_applicable(name):
    assert status_of(rule, subject(windows(), name=name)) is Status.NOT_APPLICABLE
    assert status_of(rule, subject(go_build(), name=name)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("name", ["lib.a", "lib.lib", "lib"])
def test_a_c_archive_may_have_any_name(name):
    for build in (windows(observed={"buildmode": "c-archive"}), go_build(observed={"buildmode": "c-archive"})):
        assert status_of(rule, subject(build, name=name)) is Status.NOT_APPLICABLE


def test_an_unread_port_or_build_mode_is_unknown():
    assert status_of(rule, subject(go_build(observed={"goos": Unknown("no table")}))) is Status.UNKNOWN
    unread = windows(observed={"buildmode": Unknown("no headers")})
    assert status_of(rule, subject(unread, name="app.exe")) is Status.UNKNOWN


def test_a_wrong_port_is_the_same_cause():
    meant = subject(go_build(), name="app.exe", goos=Declared("windows", "option --goos"))
    outcomes = judge(meant, (wrong_goos.RULE, rule.RULE))
    assert [outcome.status for outcome in outcomes] == [Status.FAIL, Status.NOT_APPLICABLE]
