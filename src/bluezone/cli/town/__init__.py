"""Define `bluezone town`: rehearse it all in a virtual town."""

from __future__ import annotations

import click

from bluezone.cli.lazy import LazyGroup, commands_of

_COMMANDS = {
    "authority": ("example:authority_command", "Fill an authority with August 2020 and serve it, to look around."),
    "herald": ("herald:herald", "Measure how well phones hear each other, and what it costs."),
    "hub": ("hub:hub", "Serve virtual Bluetooth controllers to phones in other processes."),
    "run": ("rehearsal:run_command", "Rehearse a day: one tests positive, the right phones are warned."),
    "seeds": ("rehearsal:seeds_command", "Rehearse many days: how well the warnings fit, median and worst."),
    "show": ("rehearsal:show_command", "Show the rehearsal on a page of this machine, while it happens."),
}


@click.group("town", cls=LazyGroup, lazy=commands_of(__name__, _COMMANDS))
def command() -> None:
    """Rehearse it all: a virtual town of phones, and one authority."""
