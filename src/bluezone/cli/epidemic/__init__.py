"""Define `bluezone epidemic`: what adoption of the app buys a place, by simulation."""

from __future__ import annotations

import click

from bluezone.cli.lazy import Lazy, LazyGroup
from bluezone.epidemic import machine_code

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


_SIMULATE = ("fit", "importation", "run", "sensitivity")
_SILENT = ("--help", "-h", "none", "lines", "--progress=none", "--progress=lines")


class _Simulations(LazyGroup):
    """Say at once if there is machine code to make first: to import what makes it takes seconds."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        first = args and args[0] in _SIMULATE and not any(each in _SILENT for each in args)
        if first and not machine_code.is_ready():
            click.echo("preparing the simulator, once for each version: about a minute ...", err=True)
        return super().resolve_command(ctx, args)


@click.group("epidemic", cls=_Simulations, lazy=_COMMANDS)
def command() -> None:
    """Simulate outbreaks person by person: what adoption of the app buys a place."""
