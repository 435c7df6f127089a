"""Go knowledge, judgement and presentation on top of the container readers in ``formats``.

What is listed in ``__all__`` is the interface for people who script; docs/api.md tells it. Each name is imported when
it is first used, so that ``import inspector`` costs the command line nothing.
"""

TYPE_CHECKING = False  # type checkers take it for typing's, whose import takes longer than all else here

if TYPE_CHECKING:
    from inspector.api import NotInspectedError, declare, inspect, inspect_all
    from inspector.errors import InspectorError, IntentError, PolicyError, RuleNameError, UsageError
    from inspector.model import (
        Declared,
        Evidence,
        FileReport,
        GoBuild,
        ImageReport,
        Intent,
        Observed,
        Outcome,
        Portability,
        Recorded,
        Report,
        Severity,
        SkipKind,
        Skipped,
        Status,
        Threshold,
        Unknown,
        Waiver,
    )

__version__ = "0.1.0"
PROGRAM = "gobin-inspect"

__all__ = [
    "Declared",
    "Evidence",
    "FileReport",
    "GoBuild",
    "ImageReport",
    "InspectorError",
    "Intent",
    "IntentError",
    "NotInspectedError",
    "Observed",
    "Outcome",
    "PolicyError",
    "Portability",
    "Recorded",
    "Report",
    "RuleNameError",
    "Severity",
    "SkipKind",
    "Skipped",
    "Status",
    "Threshold",
    "Unknown",
    "UsageError",
    "Waiver",
    "declare",
    "inspect",
    "inspect_all",
]


if not TYPE_CHECKING:  # to a type checker this function says that the package has every name there is

    def __getattr__(name: str) -> object:
        """Import what is asked for, from the module that has it (PEP 562)."""
        if name in __all__:
            from importlib import import_module

            for module in ("inspector.errors", "inspector.model", "inspector.api"):
                found = getattr(import_module(module), name, None)
                if found is not None:
                    globals()[name] = found
                    return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
