"""Define `bluezone epidemic`: what adoption of the app buys a place, by simulation."""

from __future__ import annotations

import click

from bluezone.cli.lazy import LazyGroup, commands_of

_COMMANDS = {
    "assumptions": ("run:assumptions_command", "List what `--set` can change."),
    "fit": ("fit:fit_command", "Find contacts by week that give a place's weekly cases."),
    "importation": ("importation:importation_command", "Follow a few infected people who come into a country."),
    "order": ("order:order_command", "Say what an order to install averts: met, as forecast, not given."),
    "run": ("run:run_command", "Simulate a place at several uptakes; say what each averts."),
    "sensitivity": ("run:sensitivity_command", "Say how far each assumption moves the answer."),
}


@click.group("epidemic", cls=LazyGroup, lazy=commands_of(__name__, _COMMANDS))
def command() -> None:
    """Simulate outbreaks person by person: what adoption of the app buys a place."""
