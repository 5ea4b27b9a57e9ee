"""Turn errors into the one line that a command says."""

from __future__ import annotations

import click

from bluezone.errors import BluezoneError


class CommandError(BluezoneError):
    """Say what the person at the keyboard can mend; the text is all they will see."""


def one_line(error: Exception) -> str:
    """Return the text of an error on one line, with where to find the usage if the command was called wrongly."""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{' '.join(error.format_message().split())} (see `{error.ctx.command_path} --help`)"
    if isinstance(error, click.ClickException):
        return " ".join(error.format_message().split())
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return " ".join(str(error).split())
