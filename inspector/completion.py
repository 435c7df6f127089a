"""What the Tab key offers in a shell: words that only this tool knows, and the scripts that ask for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

SHELLS: Final = ("bash", "zsh", "fish")

# click's own script offers file names only where nothing else fits. Here a word may be a command or a path.
_BASH: Final = """\
%(complete_func)s() {
    local IFS=$'\\n' response type value
    response=$(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" %(complete_var)s=bash_complete "$1")
    while IFS=, read -r type value; do
        case $type in
            plain) COMPREPLY+=("$value") ;;
            file) compopt -o default -o bashdefault ;;
        esac
    done <<<"$response"
    if [[ ${#COMPREPLY[@]} -gt 0 && $response == *file,* ]]; then
        mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
        compopt -o filenames
    fi
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


def script(program: click.Command, name: str, shell: str) -> str:
    """Return the script that makes one of SHELLS complete the program of that name."""
    from click.shell_completion import BashComplete, get_completion_class

    known = get_completion_class(shell)
    if known is None:
        raise ValueError(f"no completion for {shell}")
    made = known(program, {}, name, f"_{name.replace('-', '_')}_COMPLETE".upper())
    return _BASH % made.source_vars() if isinstance(made, BashComplete) else made.source()


def paths(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Leave it to the shell, which knows its files."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def formats(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Offer the names of the report formats."""
    from inspector.reports import RENDERERS

    return _starting((renderer.name for renderer in RENDERERS), incomplete)


def diff_formats(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Offer the names of the formats of a comparison."""
    from inspector.diff.renderers import RENDERERS

    return _starting((renderer.name for renderer in RENDERERS), incomplete)


def profiles(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Offer the profiles that are built in."""
    from inspector.intent.profiles import profiles as built_in

    return _starting(built_in(), incomplete)


def targets(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Offer the ports of every Go release that is known."""
    from inspector.ports import all_ports, is_known

    return _starting((f"{goos}/{goarch}" for goos, goarch in all_ports() if is_known(goos, goarch)), incomplete)


def systems(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Offer every GOOS."""
    from inspector.ports import known_goos

    return _starting(known_goos(), incomplete)


def processors(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Offer every GOARCH."""
    from inspector.ports import known_goarch

    return _starting(known_goarch(), incomplete)


def rules(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Offer the names of rules, behind the last comma of a list."""
    from inspector.rules import all_rules

    head, comma, word = incomplete.rpartition(",")
    return [f"{head}{comma}{name}" for name in _starting((rule.name for rule in all_rules()), word)]


def pages(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Offer what ``explain`` has a page for."""
    from inspector.kinds import KINDS

    return rules(ctx, param, incomplete) + _starting(KINDS, incomplete)


def _starting(words: Iterable[str], incomplete: str) -> list[str]:
    return sorted(word for word in words if word.startswith(incomplete))
