"""click, bent to this tool's shape: a default command, and help with its options in groups.

Imports click alone, so that ``--help`` and ``--version`` cost nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

F = TypeVar("F", bound=Callable[..., Any])


class GroupedOption(click.Option):
    """An option that ``--help`` shows under its group's heading."""

    def __init__(self, *args: Any, group: str, **kwargs: Any) -> None:  # click's own signature
        super().__init__(*args, **kwargs)
        self.group = group


def grouped(group: str, *names: str, **settings: Any) -> Callable[[F], F]:  # those of click.option
    """Declare an option of a group."""
    return click.option(*names, cls=GroupedOption, group=group, **settings)


class GroupedCommand(click.Command):
    """A command whose help shows its options group by group, in the order of their declaration."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the groups."""
        write_groups(self.get_params(ctx), ctx, formatter)


class DefaultGroup(click.Group):
    """A group whose first word may be left out: what is no command's name belongs to the default command."""

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:  # click's own signature
        super().__init__(*args, **kwargs)
        self.default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command's name in front unless a command or an option of the group stands there."""
        if args and args[0] not in {*self.commands, *self._own_options(ctx)}:
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """Offer commands, and what may follow the default one: its options and arguments."""
        default = self.commands[self.default]
        with default.make_context(self.default, [], parent=ctx, resilient_parsing=True) as inner:
            offered = super().shell_complete(ctx, incomplete) + default.shell_complete(inner, incomplete)
            if not incomplete.startswith("-"):
                arguments = (parameter for parameter in default.params if isinstance(parameter, click.Argument))
                offered += [item for argument in arguments for item in argument.shell_complete(inner, incomplete)]
        return list({item.value: item for item in reversed(offered)}.values())[::-1]

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's own signature
        """Show the usage of the default command, which is how the tool is called."""
        return ["[OPTIONS] PATH..."]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the default command's options, then the commands."""
        inherited = [
            parameter for parameter in self.commands[self.default].params if isinstance(parameter, GroupedOption)
        ]
        write_groups([*inherited, *self.get_params(ctx)], ctx, formatter)
        self.format_commands(ctx, formatter)

    def _own_options(self, ctx: click.Context) -> Sequence[str]:
        return [name for parameter in self.get_params(ctx) for name in parameter.opts]


def misspelled(word: str, commands: Iterable[str]) -> str | None:
    """Return the command that a first path was meant to be: no file is called so, and a command nearly."""
    if not word.isalpha() or os.path.lexists(word):
        return None
    from difflib import get_close_matches  # takes 5 ms to import

    return next(iter(get_close_matches(word, commands, n=1, cutoff=0.75)), None)


def write_groups(parameters: Iterable[click.Parameter], ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write options under their groups' headings, those of no group last."""
    groups: dict[str, list[tuple[str, str]]] = {}
    options = [parameter for parameter in parameters if isinstance(parameter, click.Option)]
    for option in sorted(options, key=lambda option: not isinstance(option, GroupedOption)):
        record = option.get_help_record(ctx)
        if record is not None:
            group = option.group if isinstance(option, GroupedOption) else "Help"
            groups.setdefault(group, []).append(record)
    for group, records in groups.items():
        with formatter.section(group):
            formatter.write_dl(records)
