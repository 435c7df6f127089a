"""Tiers and samples for every test.

`--tier core` (the default) leaves out tests marked `wide` or `root`; `--tier wide` runs everything, and with
`--after-core` all but what is the same in both. A test with the argument `sample` runs once for each sample of the
tier, one with `samples` gets them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import settings

from scripts.sample_manifest import default_cache
from tests.samples import Sample, Samples, names

# Checks that are asserts, outside a test module.
pytest.register_assert_rewrite("tests.real.variants_c", "tests.real.variants_go")

# A busy machine is no defect, and no run depends on what an earlier one left behind.
settings.register_profile("untimed", settings(deadline=None, database=None))
settings.load_profile("untimed")

TIERS = ("core", "wide")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--tier", choices=TIERS, default="core", help="wide adds the tests marked wide or root")
    parser.addoption("--after-core", action="store_true", help="with --tier wide: leave out what the core tier ran")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the wider tier out of a core run: deselected, and counted as such, never skipped."""
    if config.getoption("--tier") == "wide":
        left_out = [item for item in items if config.getoption("--after-core") and _same_in_core(item)]
    else:
        left_out = [item for item in items if _is_wide(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        dropped = set(left_out)
        items[:] = [item for item in items if item not in dropped]


def _is_wide(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("wide", "root"))


def _same_in_core(item: pytest.Item) -> bool:
    """Whether a core run has this test and sees the same in it: no sample, or one that is of the core tier too."""
    if _is_wide(item) or not isinstance(item, pytest.Function):
        return False
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    if "sample" in parameters:
        return parameters["sample"] in names("core")
    return "samples" not in item.fixturenames


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `sample` every sample of the tier, unless the test names its own."""
    if "sample" not in metafunc.fixturenames:
        return
    marks = metafunc.definition.iter_markers("parametrize")
    if any("sample" in _argument_names(mark.args[0]) for mark in marks):
        return
    # By the manifest, not by what is built: a sample that is missing must fail, not vanish.
    metafunc.parametrize("sample", names(metafunc.config.getoption("--tier")), indirect=True)


def _argument_names(argnames: str | Sequence[str]) -> list[str]:
    return [name.strip() for name in argnames.split(",")] if isinstance(argnames, str) else list(argnames)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what test_port_matrix.py found: a row for each port, a column for each Go release."""
    cells: dict[tuple[str, str], str] = {}
    for status, mark in (("passed", "ok"), ("failed", "FAILED")):
        for report in terminalreporter.getreports(status):
            found = dict(report.user_properties)
            if report.when == "call" and "port" in found:
                cells[found["port"], found["go"]] = mark
    if not cells:
        return
    releases = sorted({go for _, go in cells}, key=lambda go: int(go.split(".")[1]))
    terminalreporter.section("ports by Go release")
    terminalreporter.line("".join([f"{'':16}", *(f"{go:8}" for go in releases)]).rstrip())
    for port in sorted({port for port, _ in cells}):
        row = [f"{port:16}", *(f"{cells.get((port, go), '-'):8}" for go in releases)]
        terminalreporter.line("".join(row).rstrip())


@pytest.fixture(scope="session")
def samples(pytestconfig: pytest.Config) -> Samples:
    """The built samples of this run's tier."""
    return Samples(pytestconfig.getoption("--tier"), default_cache())


@pytest.fixture
def sample(request: pytest.FixtureRequest, samples: Samples) -> Sample:
    """One sample; its name is the parameter."""
    return samples[request.param]


@pytest.fixture(scope="module")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Run the tool as at a user's: with bytecode, compiled once and not in each of a hundred processes, and buffers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.delenv("PYTHONUNBUFFERED", raising=False)  # it hides what buffers do to exit codes
        patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("bytecode")))
        yield
