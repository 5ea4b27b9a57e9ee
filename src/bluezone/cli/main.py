"""Run the command `bluezone`: find the module of the subject asked for, and turn every error into one line.

A subject is imported only when it is called, so that `bluezone ids` needs neither Django nor Bumble. What is missing
for it is said with the one extra that brings it.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bluezone import extras
from bluezone.cli.errors import CommandError, one_line
from bluezone.cli.lazy import Lazy, LazyGroup
from bluezone.errors import BluezoneError

#: exit code after Ctrl-C, as of a shell
INTERRUPTED = 130

_SUBJECTS = {
    "authority": Lazy("bluezone.cli.authority:command", "The authority's server: cases, codes, published keys."),
    "country": Lazy("bluezone.cli.country:country_group", "Packages of countries: units, languages, papers, map."),
    "disease": Lazy("bluezone.cli.disease:disease_group", "Packages of diseases: windows, symptoms, rules, texts."),
    "epidemic": Lazy("bluezone.cli.epidemic:command", "What adoption of the app buys a place, by simulation."),
    "export": Lazy("bluezone.cli.export:export_group", "Make, show and verify key export files."),
    "exposure": Lazy(
        "bluezone.cli.exposure:exposure_group", "From radio readings to a risk: policies, and how good they are."
    ),
    "ids": Lazy("bluezone.cli.ids:ids_command", "Print every identifier that a daily key puts on the air."),
    "phone": Lazy("bluezone.cli.phone:command", "A phone: send, listen, fetch, check, publish; its screens."),
    "rollout": Lazy("bluezone.cli.rollout:command", "Who stands where, what a target takes, when it will be met."),
    "town": Lazy("bluezone.cli.town:command", "The rehearsal: a virtual town of phones, and one authority."),
}


@contextmanager
def _explained(subject: str) -> Iterator[None]:
    """Turn the absence of a package into the name of the one extra that brings it."""
    try:
        yield
    except ModuleNotFoundError as error:
        found = extras.missing(error, subject)
        if found is None:
            raise
        raise CommandError(found.sentence(f"`bluezone {subject}`")) from error


class _Subjects(LazyGroup):
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        with _explained(cmd_name):
            return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError:
            with _explained(ctx.invoked_subcommand or ""):
                raise


@click.group(
    cls=_Subjects,
    lazy=_SUBJECTS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="bluezone")
def bluezone() -> None:
    """Contact tracing over Bluetooth: the phone, the authority, the roll-out, the rehearsal."""


def main() -> None:
    """Run the command; errors a person can mend are one line on stderr and exit code 2, never a traceback. Ctrl-C is
    exit code 130, however often it is pressed and however late."""
    try:
        code = _run()
        _exit_at_the_next_interrupt()
    except KeyboardInterrupt:  # pressed again while the first was being told, or before there was a command
        code = INTERRUPTED
        try:
            _exit_at_the_next_interrupt()
        except KeyboardInterrupt:
            _exit_at_the_next_interrupt()
    if code == INTERRUPTED:
        # Where Ctrl-C falls into an `exec` of source text (each dataclass is made by one, so any late import will do),
        # CPython notes an unhandled interrupt, keeps the note although the interrupt is handled later, and at the very
        # end kills the process of `python -m bluezone` by SIGINT. Executing any text anew clears the note.
        exec("")  # noqa: S102 (see above)
    sys.exit(code)


def _run() -> int:
    try:
        result = bluezone.main(standalone_mode=False)
    except click.exceptions.Exit as finished:
        return finished.exit_code
    except click.exceptions.NoArgsIsHelpError as error:  # a subject alone: its help, as it stands
        click.echo(error.ctx.get_help() if error.ctx else error.format_message(), err=True)
        return 2
    except click.Abort:
        click.echo("bluezone: stopped", err=True)
        return INTERRUPTED
    except (click.ClickException, BluezoneError, OSError) as error:
        click.echo(f"bluezone: {one_line(error)}", err=True)
        return 2
    return result if isinstance(result, int) else 0  # click returns the code of `ctx.exit`


def _exit_at_the_next_interrupt() -> None:
    """Let Ctrl-C end at once what is left, threads that still wait for the net among it, with the exit code of an
    interrupt; and let it do nothing once the interpreter itself comes apart.

    There CPython puts a handler of Python's back to the system's, and an interrupt kills the process by SIGINT; one
    that is ignored stays so.
    """
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    main()
