"""Define `bluezone epidemic`: what adoption of the app buys a place, by simulation."""

from __future__ import annotations

import click

from bluezone.cli.lazy import Lazy, LazyGroup

_COMMANDS = {
    "assumptions": Lazy("bluezone.cli.epidemic.assumptions:assumptions_command", "List what `--set` can change."),
    "fit": Lazy("bluezone.cli.epidemic.fit:fit_command", "Find contacts by week that give a place's weekly cases."),
    "importation": Lazy(
        "bluezone.cli.epidemic.importation:importation_command", "Follow a few infected people who come into a country."
    ),
    "run": Lazy("bluezone.cli.epidemic.run:run_command", "Simulate a place at several uptakes; say what each averts."),
    "sensitivity": Lazy(
        "bluezone.cli.epidemic.sensitivity:sensitivity_command", "Say how far each assumption moves the answer."
    ),
}


@click.group("epidemic", cls=LazyGroup, lazy=_COMMANDS)
def command() -> None:
    """Simulate outbreaks person by person: what adoption of the app buys a place."""
