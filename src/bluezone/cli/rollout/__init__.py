"""Define `bluezone rollout`: audit of printed figures, ranking, pace, forecast, bulletins and posters.

Without --counts, the figures are those that papers and portals printed in 2020-21 and that ship with the package.
"""

from __future__ import annotations

import click

from bluezone.cli.lazy import LazyGroup, commands_of

_COMMANDS = {
    "read": ("reading:read_command", "Show what a spreadsheet is taken for."),
    "template": ("reading:template_command", "Write the empty form for a place's units."),
    "audit": ("audit:audit_command", "Find what cannot be right in printed figures."),
    "rank": ("ranking:rank_command", "Rank units by their share of people with the app."),
    "pace": ("targets:pace_command", "Say what a target takes: installs a day."),
    "forecast": ("targets:forecast_command", "Say where the curve goes, with a band."),
    "cascade": ("targets:cascade_command", "Hand a target down to the units below."),
    "bulletin": ("documents:bulletin_command", "Write a day's bulletin: PDF, XLSX, text."),
    "poster": ("documents:poster_command", "Draw a poster with the QR code of a unit (PDF)."),
}


@click.group("rollout", cls=LazyGroup, lazy=commands_of(__name__, _COMMANDS))
def command() -> None:
    """Follow the roll-out: who stands where, what a target takes, when it will be met."""
