"""The policy file: found, read, and what it declares."""

import datetime

import pytest

from inspector.errors import PolicyError
from inspector.intent.policy import LARGEST, find, load
from inspector.model import Declared, Intent, Severity, WaiverClause
from inspector.rules import all_rules, named
from tests.intent.policies import read, refused


def said(value, key):
    return Declared(value, f"policy gobin-inspect.toml:{key}")


class TestFinding:
    def test_the_nearest_above_is_found(self, tmp_path, monkeypatch):
        below = tmp_path / "a" / "b"
        below.mkdir(parents=True)
        monkeypatch.chdir(below)
        (tmp_path / "gobin-inspect.toml").touch()
        assert find(".") == "../../gobin-inspect.toml"
        (tmp_path / "a" / "gobin-inspect.toml").touch()
        assert find(".") == "../gobin-inspect.toml"
        (below / "gobin-inspect.toml").touch()
        assert find(".") == "gobin-inspect.toml"
        assert find("..") == "../gobin-inspect.toml"

    def test_no_other_file_is_one(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        (tmp_path / "pyproject.toml").write_text("[tool.gobin-inspect.all]\ncgo = false\n")
        (tmp_path / ".gobin-inspect.toml").touch()
        (tmp_path / "gobin-inspect.toml").mkdir()
        assert find(".") is None


class TestReading:
    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"# \xe9\n", ":1: TOML is UTF-8, and byte 0xe9 is not"),
            (b"\n\n#\xff", ":3: TOML is UTF-8"),
            (b"#" * (LARGEST + 1), ": has more than 256 KiB, which no policy needs"),
            (b"[all]\ncgo = fals\n", ":2: no TOML: Invalid value"),
            (b"[all]\ncgo = false\ncgo = true", ":3: no TOML: Cannot overwrite a value"),
            (b"\n[all\n", ":2: no TOML: Expected ']'"),
            (b"a = " + b"[" * 50_000, ": arrays or tables are nested too deeply"),
            (b"a = " + b"9" * 5_000, ": no TOML: a number has too many digits"),
            (b"\n" + b".".join([b"a"] * 100) + b" = 1", ":2: a key of more than 16 parts"),
        ],
    )
    def test_what_is_no_toml_is_said_with_its_line(self, tmp_path, content, says):
        path = tmp_path / "p.toml"
        path.write_bytes(content)
        with pytest.raises(PolicyError) as raised:
            load(str(path), named)
        assert str(raised.value).startswith(f"{path}{says}")

    def test_a_file_that_is_not_there_and_one_that_is_none(self, tmp_path):
        with pytest.raises(PolicyError, match=r"x\.toml: cannot be read: No such file"):
            load(str(tmp_path / "x.toml"), named)
        with pytest.raises(PolicyError, match="cannot be read: Is a directory"):
            load(str(tmp_path), named)

    def test_a_byte_order_mark_is_no_content(self, tmp_path):
        path = tmp_path / "p.toml"
        path.write_bytes("\ufeff[all]\ncgo = true\n".encode())
        assert load(str(path), named).everything.cgo.value is True

    def test_the_largest_file_is_read(self, tmp_path):
        path = tmp_path / "p.toml"
        path.write_bytes(b"#" * LARGEST)
        assert load(str(path), named).everything == Intent()


def test_every_key_declares_its_value_with_its_place():
    policy = read("""
[all]
cgo = false
go386 = "softfloat"
goamd64 = "v2"
goarm = "7,softfloat"
goarm64 = "v8.1,crypto"
gomips = "softfloat"
gomips64 = "hardfloat"
goppc64 = "power9"
goriscv64 = "rva22u64"
static = true
buildmode = "pie"
tags = ["netgo", "osusergo"]
tzdata = "embedded"
go = "go1.27"
libc = "musl"
glibc = "2.28"
min-os = "10.15"
module = "example.com/App/v2"
version = "1.2.3"
revision = "ABCDEF0"
clean = true
trimpath = true
debug-info = false
symbols = false
pristine = true
fips140 = "v1.0.0"
max-size = "1.5 MiB"
subsystem = "gui"
pe-checksum = true
aslr = true
signature = "codesign"
allow-dylibs = "libfoo*"
allow-interpreters = ["/nix/*", "/opt/*"]
""")
    levels = {
        "GO386": "softfloat",
        "GOAMD64": "v2",
        "GOARM": "7,softfloat",
        "GOARM64": "v8.1,crypto",
        "GOMIPS": "softfloat",
        "GOMIPS64": "hardfloat",
        "GOPPC64": "power9",
        "GORISCV64": "rva22u64",
    }
    assert policy.everything == Intent(
        cgo=said(False, "all.cgo"),
        microarch={key: said(value, f"all.{key.lower()}") for key, value in levels.items()},
        static=said(True, "all.static"),
        buildmode=said("pie", "all.buildmode"),
        tags=said(("netgo", "osusergo"), "all.tags"),
        tzdata=said("embedded", "all.tzdata"),
        go=said("1.27", "all.go"),
        libc=said("musl", "all.libc"),
        glibc=said("2.28", "all.glibc"),
        min_os=said("10.15", "all.min-os"),
        module=said("example.com/App/v2", "all.module"),
        version=said("1.2.3", "all.version"),
        revision=said("abcdef0", "all.revision"),
        clean=said(True, "all.clean"),
        trimpath=said(True, "all.trimpath"),
        debug_info=said(False, "all.debug-info"),
        symbols=said(False, "all.symbols"),
        pristine=said(True, "all.pristine"),
        fips140=said("v1.0.0", "all.fips140"),
        max_size=said(1_572_864, "all.max-size"),
        subsystem=said("gui", "all.subsystem"),
        pe_checksum=said(True, "all.pe-checksum"),
        aslr=said(True, "all.aslr"),
        signature=said("codesign", "all.signature"),
        dylibs=said(("libfoo*",), "all.allow-dylibs"),
        interpreters=said(("/nix/*", "/opt/*"), "all.allow-interpreters"),
    )


@pytest.mark.parametrize(
    ("size", "number"),
    [
        ("1", 1),
        ('"1 B"', 1),
        ('"20MiB"', 20_971_520),
        ('"2 MB"', 2_000_000),
        ('"1 kB"', 1000),
        ('"1 GiB"', 1_073_741_824),
    ],
)
def test_sizes_are_bytes(size, number):
    assert read(f"[all]\nmax-size = {size}\n").everything.max_size.value == number


def test_tags_are_an_array_or_a_list_with_commas():
    assert read('[all]\ntags = "a, b,a"\n').everything.tags.value == ("a", "b")
    assert read("[all]\ntags = []\n").everything.tags.value == ()


class TestSeveritiesAndRules:
    def test_a_rule_is_named_by_name_id_or_band_and_the_narrowest_counts(self):
        policy = read("""
select = ["GBI6", "tzdata-missing"]
ignore = ["gbi602"]
[severity]
path-leak = "error"
GBI6 = "warning"
GBI602 = "note"
""")
        sixth = {rule.name for rule in all_rules() if rule.id.startswith("GBI6")}
        assert policy.severities == {
            **dict.fromkeys(sixth, Severity.WARNING),
            "path-leak": Severity.ERROR,
            "dirty-tree": Severity.NOTE,
        }
        assert policy.select == ("GBI6", "tzdata-missing")
        assert policy.ignore == ("gbi602",)

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ('ignore = ["tzdata-mising"]', "1: ignore[0]: no rule, id or band is called 'tzdata-mising'; did you mean"),
            ('select = ["GBI1",\n"GBI999"]', "2: select[1]: no rule, id or band is called 'GBI999'"),
            ('[severity]\nwrong-gooss = "note"', "2: severity.wrong-gooss: no rule, id or band is called"),
            ('[severity]\nwrong-goos = "off"', "2: severity.wrong-goos: off is none of error, warning, note"),
            ("[severity]\nGBI1 = 1", "2: severity.GBI1: error or warning or note is wanted, not 1"),
        ],
    )
    def test_what_names_no_rule_is_refused(self, text, line):
        assert refused(text).startswith(f"gobin-inspect.toml:{line}")


class TestWaivers:
    def test_each_is_a_clause_with_its_place(self):
        policy = read("""
[[waivers]]
rule = "GBI501"
artifact = "dist/*windows*"
reason = "asks for UTC alone"
until = 2027-03-31
[[waivers]]
rule = "wrong-cgo"
artifact = "*"
reason = "known"
""")
        assert policy.waivers == (
            WaiverClause(
                rule="tzdata-missing",
                artifact="dist/*windows*",
                reason="asks for UTC alone",
                until=datetime.date(2027, 3, 31),
                source="policy gobin-inspect.toml:waivers[0]",
            ),
            WaiverClause(
                rule="wrong-cgo",
                artifact="*",
                reason="known",
                until=None,
                source="policy gobin-inspect.toml:waivers[1]",
            ),
        )

    def test_a_day_may_stand_in_quotes(self):
        policy = read('[[waivers]]\nrule="wrong-cgo"\nartifact="*"\nreason="x"\nuntil="2027-01-31"')
        assert policy.waivers[0].until == datetime.date(2027, 1, 31)

    @pytest.mark.parametrize(
        ("change", "line"),
        [
            ({"reason": None}, "1: waivers[0]: reason is missing"),
            ({"artifact": None}, "1: waivers[0]: artifact is missing"),
            ({"reason": '" "'}, "4: waivers[0].reason: is empty"),
            ({"rule": '"GBI5"'}, "2: waivers[0].rule: a waiver is for one rule; GBI5 means "),
            (
                {"rule": '"wrong-cg"'},
                "2: waivers[0].rule: no rule, id or band is called 'wrong-cg'; did you mean wrong-",
            ),
            ({"until": "2027-01-31T10:00:00"}, "5: waivers[0].until: a day such as 2027-01-31 is wanted"),
            ({"until": '"2027-02-30"'}, "5: waivers[0].until: there is no day 2027-02-30"),
            ({"until": '"soon"'}, "5: waivers[0].until: a day such as 2027-01-31 is wanted, not soon"),
            ({"artefact": '"x"'}, "5: waivers[0].artefact: unknown key; did you mean artifact?"),
        ],
    )
    def test_what_cannot_be_one_is_refused(self, change, line):
        keys = {"rule": '"wrong-cgo"', "artifact": '"*"', "reason": '"x"', **change}
        text = "\n".join(f"{key} = {value}" for key, value in keys.items() if value is not None)
        assert refused(f"[[waivers]]\n{text}\n").startswith(f"gobin-inspect.toml:{line}")
