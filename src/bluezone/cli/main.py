"""The command `bluezone`: finds the module of the subject asked for, and turns every error into one line.

A subject is imported only when it is called, so that `bluezone ids` needs neither Django nor Bumble.
"""

from __future__ import annotations

import importlib
import sys

import click

from bluezone.cli.errors import CommandError, one_line
from bluezone.errors import BluezoneError

#: subject -> module that holds its click command under the name `command`
SUBJECTS: dict[str, str] = {
    "authority": "bluezone.cli.authority",
    "epidemic": "bluezone.cli.epidemic",
    "export": "bluezone.cli.export",
    "exposure": "bluezone.cli.exposure",
    "ids": "bluezone.cli.ids",
    "phone": "bluezone.cli.phone",
    "rollout": "bluezone.cli.rollout",
    "town": "bluezone.cli.town",
}


class _Subjects(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(SUBJECTS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in SUBJECTS:
            return None
        try:
            module = importlib.import_module(SUBJECTS[cmd_name])
        except ModuleNotFoundError as missing:
            if missing.name is None or missing.name.split(".")[0] == "bluezone":
                raise
            raise CommandError(
                f"`bluezone {cmd_name}` needs the package {missing.name}; install it with "
                "`pip install 'bluezone[phone,authority,rollout,epidemic]'`"
            ) from missing
        command: click.Command = module.command
        return command


@click.group(cls=_Subjects, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="bluezone")
def bluezone() -> None:
    """Contact tracing over Bluetooth: the phone, the authority, the roll-out, the rehearsal."""


def main() -> None:
    """Entry point. Errors a person can mend are one line on stderr and exit code 2, never a traceback."""
    try:
        sys.exit(bluezone.main(standalone_mode=False))
    except click.exceptions.Exit as finished:
        sys.exit(finished.exit_code)
    except click.Abort:
        click.echo("bluezone: stopped", err=True)
        sys.exit(130)
    except (click.ClickException, BluezoneError, OSError) as error:
        click.echo(f"bluezone: {one_line(error)}", err=True)
        sys.exit(2)
