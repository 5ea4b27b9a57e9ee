"""List what this machine can do for a phone's radio, and why not: `bluezone phone radios`."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import click

from bluezone.cli.answers import Answer, bold, json_text
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Opt, command
from bluezone.cli.parameters import NEW_FILE

if TYPE_CHECKING:
    from bluezone.phone.air.radio.controller_test import ControllerReport

#: what a recording is, and what to do with it
BTSNOOP_HELP = (
    "record all HCI packets into this file, for Wireshark or btmon. It holds what everyone around has sent: "
    "give it to nobody but who mends the radio, and delete it."
)
_WORDS = {True: ("ready", "green"), False: ("not ready", "red"), None: ("it depends", None)}


@command()
def radios(
    *,
    radio: Annotated[
        str | None, Opt("Try a radio (usb:0, hci-socket:0, ...) with all that a phone does with it.", "--test")
    ] = None,
    report: Annotated[
        Path,
        Opt(
            "With --test: where to write what it answered. No addresses, nobody's data.",
            type=NEW_FILE,
        ),
    ] = Path("bluezone-radio.json"),
    btsnoop: Annotated[Path | None, Opt("With --test: " + BTSNOOP_HELP, type=NEW_FILE)] = None,
    seconds: Annotated[float, Opt("With --test: of listening.", limits=(0.1, 600))] = 10,
) -> Answer:
    """List what can stand after --radio on this machine, and what keeps the rest from working.

    With --test: run the HCI sequence of a phone on one controller, which no other program may use meanwhile, and write
    a report for who maintains the radio. Ends with status 2 where a phone cannot use it.
    """
    if radio is None:
        from bluezone.phone.air.radio.machine import inspect_machine, radio_options

        options = radio_options(asyncio.run(inspect_machine()))
        lines = []
        for option in options:
            ready = click.style(*_WORDS[option.ready])
            lines.append(f"{bold(option.radio)}: {ready}. {option.what[0].upper() + option.what[1:]}: {option.why}.")
            if option.next_step:
                lines.append(f"    Next: {option.next_step}")
        return Answer({"radios": options}, lines)
    if radio.partition(":")[0] in ("bluez", "trace", "none"):
        raise CommandError(f"{radio}: no controller that this program drives itself; try usb:0 or hci-socket:0")
    from bluezone.phone.air.radio import controller_test

    found = asyncio.run(_tested(radio, btsnoop, seconds))
    report.write_text(json_text(found.document(), indent=1) + "\n")
    lines = [*controller_test.lines(found), f"written to {report}: no addresses and nobody's data are in it"]
    return Answer(found.document(), lines, status=0 if found.is_usable else 2)


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
