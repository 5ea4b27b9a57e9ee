"""Define `bluezone town`: rehearse it all in a virtual town."""

from __future__ import annotations

import click

from bluezone.cli.lazy import Lazy, LazyGroup

_COMMANDS = {
    "herald": Lazy("bluezone.cli.town.herald:herald", "Measure how well phones hear each other, and what it costs."),
    "hub": Lazy("bluezone.cli.town.hub:hub", "Serve virtual Bluetooth controllers to phones in other processes."),
    "run": Lazy("bluezone.cli.town.run:run", "Rehearse a day: one tests positive, the right phones are warned."),
    "seeds": Lazy("bluezone.cli.town.seeds:seeds", "Rehearse many days: how well the warnings fit, median and worst."),
    "show": Lazy("bluezone.cli.town.show:show", "Show the rehearsal on a page of this machine, while it happens."),
}


@click.group("town", cls=LazyGroup, lazy=_COMMANDS)
def command() -> None:
    """Rehearse it all: a virtual town of phones, and one authority."""
