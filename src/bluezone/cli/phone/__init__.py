"""Define `bluezone phone`: run a phone on any radio, with screens or without."""

from __future__ import annotations

import os
from pathlib import Path

import click

from bluezone.cli.lazy import LazyGroup, commands_of
from bluezone.cli.parameters import NEW_FOLDER

_COMMANDS = {
    "address": ("screens:address", "Print the address of the screens that run now, with its token."),
    "check": ("state:check", "Compare what was fetched with what was heard, on this phone alone."),
    "init": ("state:init", "Write the settings: the authority, and the keys that are trusted."),
    "publish": ("sharing:publish", "Publish this phone's keys under the code an officer has given."),
    "radios": ("radios:radios", "List what can stand after --radio on this machine."),
    "run": ("running:run", "Send and listen until Ctrl-C; fetch and check every half hour."),
    "serve": ("screens:serve", "Run the phone with its screens, for this machine's owner alone."),
    "service": ("running:service", "Print a systemd unit that runs this phone in the background."),
    "status": ("state:status", "Show what this phone knows of itself."),
    "sync": ("state:sync", "Fetch the key exports this phone has not yet."),
    "withdraw": ("sharing:withdraw", "Take back what this phone has published."),
}


@click.group("phone", cls=LazyGroup, lazy=commands_of(__name__, _COMMANDS))
@click.option(
    "--folder",
    type=NEW_FOLDER,
    default=lambda: os.environ.get("BLUEZONE_PHONE", "var/phone"),
    show_default="$BLUEZONE_PHONE or var/phone",
    help="Where this phone keeps its keys, its contacts and its settings.",
)
@click.pass_context
def command(context: click.Context, folder: Path) -> None:
    """Run a phone: send, listen, fetch, check, publish; with screens (`serve`) or without."""
    from bluezone.phone.app.host import start_logging

    context.obj = Path(folder)
    start_logging()
