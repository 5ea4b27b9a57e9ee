"""List what this machine can do for a phone's radio, and why not: `bluezone phone radios`."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from bluezone.cli.errors import CommandError
from bluezone.cli.options import Json, Opt, options

if TYPE_CHECKING:
    from bluezone.phone.air.radio.controller_test import ControllerReport

#: what a recording is, and what to do with it
BTSNOOP_HELP = (
    "record all HCI packets into this file, for Wireshark or btmon. It holds what everyone around has sent: "
    "give it to nobody but who mends the radio, and delete it."
)
_WORDS = {True: "[green]yes[/]", False: "[red]no[/]", None: "it depends"}


@click.command()
@options
def radios(
    *,
    as_json: Json = False,
    radio: Annotated[
        str | None, Opt("Try a radio (usb:0, hci-socket:0, ...) with all that a phone does with it.", "--test")
    ] = None,
    report: Annotated[
        Path,
        Opt(
            "With --test: where to write what it answered. No addresses, nobody's data.",
            type=click.Path(dir_okay=False, path_type=Path),
        ),
    ] = Path("bluezone-radio.json"),
    btsnoop: Annotated[
        Path | None, Opt("With --test: " + BTSNOOP_HELP, type=click.Path(dir_okay=False, path_type=Path))
    ] = None,
    seconds: Annotated[float, Opt("With --test: of listening.", limits=(0.1, 600))] = 10,
) -> None:
    """List what can stand after --radio on this machine, and what keeps the rest from working.

    With --test: run the HCI sequence of a phone on one controller, which no other program may use meanwhile, and write
    a report for who maintains the radio. Ends with status 2 where a phone cannot use it.
    """
    if radio is not None:
        _test(radio, report, btsnoop, seconds, as_json=as_json)
        return
    from bluezone.phone.air.radio.machine import inspect_machine, radio_options

    options = radio_options(asyncio.run(inspect_machine()))
    if as_json:
        click.echo(json.dumps({"radios": [asdict(option) for option in options]}, ensure_ascii=False))
        return
    from rich.console import Console  # megabytes, which the phone itself does without
    from rich.table import Table

    table = Table("--radio", "ready?", "what and why", show_lines=True)
    for option in options:
        what = option.what[0].upper() + option.what[1:]
        step = f"\n[bold]Next:[/] {_plain(option.next_step)}" if option.next_step else ""
        table.add_row(_plain(option.radio), _WORDS[option.ready], f"{_plain(what)}: {_plain(option.why)}.{step}")
    Console().print(table)


def _test(name: str, path: Path, btsnoop: Path | None, seconds: float, *, as_json: bool) -> None:
    if name.partition(":")[0] in ("bluez", "trace", "none"):
        raise CommandError(f"{name}: no controller that this program drives itself; try usb:0 or hci-socket:0")
    from bluezone.phone.air.radio import controller_test

    found = asyncio.run(_tested(name, btsnoop, seconds))
    path.write_text(json.dumps(found.document(), ensure_ascii=False, indent=1) + "\n")
    if as_json:
        click.echo(json.dumps(found.document(), ensure_ascii=False))
    else:
        for line in controller_test.lines(found):
            click.echo(line)
        click.echo(f"written to {path}: no addresses and nobody's data are in it")
    if not found.is_usable:
        raise click.exceptions.Exit(2)


async def _tested(name: str, btsnoop: Path | None, seconds: float) -> ControllerReport:
    from bluezone.phone.air.radio.controller_test import ControllerTest
    from bluezone.phone.air.radio.hci_host import BtsnoopFile, connect

    with ExitStack() as opened:
        recording = None
        if btsnoop is not None:
            recording = opened.enter_context(closing(BtsnoopFile(btsnoop, time.time)))  # noqa: TID251 (the edge)
        transport = await connect(name)
        try:
            test = ControllerTest(transport.source, transport.sink, name, time.monotonic, seconds / 2, recording)
            return await test.run()
        finally:
            await transport.close()


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
