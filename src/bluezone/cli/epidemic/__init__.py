"""Define `bluezone epidemic`: what adoption of the app buys a place, by simulation."""

from __future__ import annotations

import os

import click

from bluezone.authority.project.processes import end_group_with
from bluezone.cli.lazy import LazyGroup, commands_of

#: set by a program that starts a simulation: its own process, with which that ends even where it is killed
ENDS_WITH = "BLUEZONE_ENDS_WITH"
_COMMANDS = {
    "assumptions": ("run:assumptions_command", "List what `--set` can change."),
    "fit": ("fit:fit_command", "Find contacts by week that give a place's weekly cases."),
    "importation": ("importation:importation_command", "Follow a few infected people who come into a country."),
    "order": ("order:order_command", "Say what an order to install averts: met, as forecast, not given."),
    "run": ("run:run_command", "Simulate a place at several uptakes; say what each averts."),
}


@click.group("epidemic", cls=LazyGroup, lazy=commands_of(__name__, _COMMANDS))
def command() -> None:
    """Simulate outbreaks person by person: what adoption of the app buys a place."""
    if parent := os.environ.pop(ENDS_WITH, None):
        end_group_with(int(parent))
