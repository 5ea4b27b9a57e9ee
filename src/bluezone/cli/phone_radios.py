"""List what this machine can do for a phone's radio, and why not: `bluezone phone radios`."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table

_WORDS = {True: "[green]yes[/]", False: "[red]no[/]", None: "it depends"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def radios(as_json: bool) -> None:
    """List what can stand after --radio on this machine, and what keeps the rest from working."""
    from bluezone.phone.air.radio.inventory import inspect_machine
    from bluezone.phone.air.radio.machine import radio_options

    options = radio_options(asyncio.run(inspect_machine()))
    if as_json:
        click.echo(json.dumps({"radios": [asdict(option) for option in options]}, ensure_ascii=False))
        return
    table = Table("--radio", "ready?", "what and why", show_lines=True)
    for option in options:
        what = option.what[0].upper() + option.what[1:]
        step = f"\n[bold]Next:[/] {_plain(option.next_step)}" if option.next_step else ""
        table.add_row(_plain(option.radio), _WORDS[option.ready], f"{_plain(what)}: {_plain(option.why)}.{step}")
    Console().print(table)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
