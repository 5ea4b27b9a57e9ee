"""Import the commands of a click group only when they are called.

Names and one-line helps are a static list, so `--help` of the group imports none of them.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Lazy:
    """Name where a command is (`package.module:attribute`), and its one-line help."""

    target: str
    help: str

    def load(self) -> click.Command:
        """Import the command."""
        module, _, attribute = self.target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command), self.target
        return command


def commands_of(package: str, table: Mapping[str, tuple[str, str]]) -> dict[str, Lazy]:
    """Return the commands of a package by name; `table` says where in it each is (`module:attribute`), and its help."""
    return {name: Lazy(f"{package}.{target}", text) for name, (target, text) in table.items()}


class LazyGroup(click.Group):
    """List `commands` without importing them, and import the one that is called."""

    def __init__(self, *args: Any, lazy: Mapping[str, Lazy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.lazy)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        found = self.lazy.get(cmd_name)
        return None if found is None else found.load()

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.help) for name, each in self.lazy.items()])
