"""Run the phone in the background of its owner's session, by systemd: `bluezone phone service`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import click

from bluezone.cli.errors import CommandError
from bluezone.cli.options import Opt, options
from bluezone.phone.app.config import FILE_NAME
from bluezone.phone.app.systemd import UNIT_NAME, unit_path, unit_text


@click.command()
@options
@click.pass_obj
def service(
    folder: Path,
    *,
    radio: Annotated[str, Opt("As `run` takes it: usb:0, bluez, ...: see `radios`.")],
    install: Annotated[bool, Opt("Write the unit file to where systemd looks for it.")] = False,
) -> None:
    """Print a systemd unit that runs this phone in the background of your session.

    It starts with the session, comes back whatever ends it, and waits for a radio that is not there.
    """
    folder = folder.resolve()
    command = [sys.executable, "-m", "bluezone", "phone", "--folder", str(folder), "run", "--radio", radio]
    text = unit_text([*command, "--wait-for-radio"])
    if not install:
        click.echo(text, nl=False)
        return
    if not (folder / FILE_NAME).exists():
        raise CommandError(f"{folder}: no phone is set up there; `bluezone phone init` sets one up")
    path = unit_path(os.environ)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    click.echo(f"{path} is written. Start it now and with every session:")
    click.echo(f"  systemctl --user daemon-reload && systemctl --user enable --now {UNIT_NAME}")
    click.echo("Also while you are not logged in: loginctl enable-linger")
