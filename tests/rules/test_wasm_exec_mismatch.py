"""wasm-exec-mismatch."""

import pytest
from msgspec.structs import replace

from inspector.model import Evidence, Format, Severity, Status, Unknown
from inspector.rules import wasm_exec_mismatch as rule
from tests.build.facts import go_build, subject, wasm
from tests.rules.outcome import outcome_of, status_of

# Taken from Go's own scripts: misc/wasm/wasm_exec.js of Go 1.16, 1.20 and 1.23.
GO116 = 'this.importObject = { go: {\n"runtime.wasmExit": (sp) => {}, "runtime.walltime1": (sp) => {},\n} }'
GO120 = 'this.importObject = { go: {\n"runtime.wasmExit": (sp) => {}, "runtime.walltime": (sp) => {},\n} }'
GO123 = (
    "// This constant is kept in sync with cmd/link/internal/ld/data.go:wasmMinDataAddr.\n"
    "this.importObject = { _gotest: { add: (a, b) => a + b },\n"
    'gojs: { "runtime.wasmExit": (sp) => {}, "runtime.walltime": (sp) => {} } }'
)


def program(*functions: str, module: str = "gojs"):
    return wasm(traits={"wasm_imports": tuple(Evidence(module, name, 0x100 + i) for i, name in enumerate(functions))})


def beside(script: str | Unknown | None, build=None):
    return replace(subject(build or program("runtime.wasmExit", "runtime.walltime")), wasm_exec=script)


def test_a_function_that_the_script_lacks_is_an_error():
    outcome = outcome_of(rule, beside(GO116))
    assert outcome.status is Status.FAIL
    assert outcome.severity is Severity.ERROR
    assert outcome.evidence == (Evidence("import", "gojs runtime.walltime", 0x101),)
    assert "1 of 2" in outcome.message
    assert "go1.27.3" in (outcome.fix or "")


def test_many_are_counted_and_the_first_are_named():
    outcome = outcome_of(rule, beside(GO123, program(*(f"syscall/js.value{n}" for n in range(9)))))
    assert "lacks 9 of 9 functions: syscall/js.value0, syscall/js.value1, syscall/js.value2, ..." in outcome.message
    assert len(outcome.evidence) == 9


@pytest.mark.parametrize(("script", "module"), [(GO120, "gojs"), (GO123, "go")])
def test_the_right_functions_under_the_wrong_module_are_an_error(script, module):
    outcome = outcome_of(rule, beside(script, program("runtime.wasmExit", "runtime.walltime", module=module)))
    assert outcome.status is Status.FAIL
    assert f"but {module} is imported" in outcome.message
    assert outcome.evidence == (Evidence("import", f"{module} runtime.wasmExit", 0x100),)


@pytest.mark.parametrize(
    "script",
    [
        GO123,
        GO123.replace(" ", "").replace("(sp)=>{}", "e=>{t(e)}"),  # minified
        GO123.replace('"', "'"),
        GO123.replace("gojs:", '"gojs":'),
        GO123.replace("gojs:", "go: {}, gojs:"),
        'const gojs = {"runtime.wasmExit": f, "runtime.walltime": f}; go.importObject = {go: {}, gojs}',
        'x.importObject = {go: {}}; x.importObject.gojs = {"runtime.wasmExit": f, "runtime.walltime": f}',
        'x.importObject = {go: {}}; x.importObject["gojs"] = {"runtime.wasmExit": f, "runtime.walltime": f}',
    ],
)
def test_all_of_them_pass_however_they_are_written(script):
    assert status_of(rule, beside(script)) is Status.PASS


def test_functions_of_the_program_s_own_are_another_script_s():
    # //go:wasmimport env now; //go:wasmimport gojs now
    build = program("runtime.wasmExit")
    own = (*build.traits.wasm_imports, Evidence("env", "runtime.now", 1), Evidence("gojs", "now", 2))
    build = replace(build, traits=replace(build.traits, wasm_imports=own))
    assert status_of(rule, beside(GO123, build)) is Status.PASS


@pytest.mark.parametrize("script", ["", "export default 1", 'importObject["go" + "js"]', "// runtime.wasmExit"])
def test_a_script_without_names_of_go_tells_nothing(script):
    assert status_of(rule, beside(script)) is Status.UNKNOWN


def test_a_module_that_is_named_in_no_known_way_is_not_judged():
    assert status_of(rule, beside('m["go" + "js"] = {"runtime.wasmExit": f, "runtime.walltime": f}')) is Status.PASS


def test_without_a_script_beside_it_is_not_applicable():
    assert status_of(rule, beside(None)) is Status.NOT_APPLICABLE


@pytest.mark.parametrize("build", [wasm("wasip1"), go_build(), go_build(observed={"goos": Unknown("no table")})])
def test_what_needs_no_script_is_not_applicable(build):
    assert build.observed.goos != "js"
    assert status_of(rule, beside(GO116, build)) is Status.NOT_APPLICABLE


def test_what_could_not_be_read_is_unknown():
    assert status_of(rule, beside(Unknown("wasm_exec.js beside the file: permission denied"))) is Status.UNKNOWN
    unread = wasm(observed={"goos": Unknown("no imports")})
    assert unread.format is Format.WASM
    assert status_of(rule, beside(GO116, unread)) is Status.UNKNOWN
