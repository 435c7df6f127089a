"""packed. It cannot be unknown: a packer that leaves no mark is not told from a program that is no Go program."""

from inspector.engine import judge
from inspector.model import Evidence, Severity, Status, Unknown
from inspector.rules import all_rules
from inspector.rules import packed as rule
from tests.build.facts import go_build, subject, windows
from tests.rules.outcome import outcome_of


def test_a_program_as_linked_passes():
    assert outcome_of(rule, subject()).status is Status.PASS


def test_a_packer_is_a_warning_that_names_it_and_shows_its_marks():
    mark = Evidence("UPX l_info", "UPX!", 0xE8)
    outcome = outcome_of(rule, subject(go_build(traits={"packer": "UPX"}, proofs={"packer": (mark,)})))
    assert (outcome.status, outcome.severity) == (Status.FAIL, Severity.WARNING)
    assert outcome.message == "packed with UPX: what is inside cannot be read"
    assert outcome.evidence == (mark,)
    assert "upx -d" in outcome.fix


def test_upx_unpacks_no_others_files():
    outcome = outcome_of(rule, subject(go_build(traits={"packer": "MPRESS"})))
    assert "upx" not in outcome.fix


def test_what_the_packer_did_to_the_headers_is_said_once():
    mark = Evidence("UPX0 at 0x401000", "writable and executable", 0x178)
    pe = {"dynamic_base": False, "reloc": False, "relocs_stripped": True, "nx_compat": False}
    build = windows(pe=pe, recorded=Unknown("packed"), traits={"packer": "UPX 3.95", "writable_code": (mark,)})
    outcomes = judge(subject(build, name="app.exe"), all_rules())
    failed = {outcome.rule for outcome in outcomes if outcome.status is Status.FAIL}
    assert failed == {"packed"}
