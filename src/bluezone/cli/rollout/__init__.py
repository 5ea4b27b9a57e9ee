"""Define `bluezone rollout`: audit of printed figures, ranking, pace, forecast, bulletins and posters.

Without --counts, the figures are those that papers and portals printed in 2020-21 and that ship with the package.
"""

from __future__ import annotations

import click

from bluezone.cli.lazy import Lazy, LazyGroup

_COMMANDS = {
    "read": Lazy("bluezone.cli.rollout.reading:read_command", "Read a spreadsheet as offices send it."),
    "audit": Lazy("bluezone.cli.rollout.audit:audit_command", "Find what cannot be right in printed figures."),
    "rank": Lazy("bluezone.cli.rollout.ranking:rank_command", "Rank units by their share of people with the app."),
    "pace": Lazy("bluezone.cli.rollout.pace:pace_command", "Say what a target takes: installs a day."),
    "forecast": Lazy("bluezone.cli.rollout.forecast:forecast_command", "Say where the curve goes, with a band."),
    "cascade": Lazy("bluezone.cli.rollout.cascade:cascade_command", "Hand a target down to the units below."),
    "bulletin": Lazy("bluezone.cli.rollout.documents:bulletin_command", "Write a day's bulletin: PDF, XLSX, text."),
    "poster": Lazy("bluezone.cli.rollout.documents:poster_command", "Draw a poster with the QR code of a unit (PDF)."),
}


@click.group("rollout", cls=LazyGroup, lazy=_COMMANDS)
def command() -> None:
    """Follow the roll-out: who stands where, what a target takes, when it will be met."""
