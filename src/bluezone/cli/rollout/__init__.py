"""`bluezone rollout`: audit printed figures, rank, what a target takes, when it will be met, bulletins and posters.

Without --counts, the figures are those that papers and portals printed in 2020-21 and that ship with the package.
"""

from __future__ import annotations

import click

from bluezone.cli.rollout.audit import audit_command
from bluezone.cli.rollout.documents import bulletin_command, cascade_command, poster_command
from bluezone.cli.rollout.ranking import rank_command
from bluezone.cli.rollout.targets import forecast_command, pace_command


@click.group(name="rollout")
def command() -> None:
    """The roll-out: who stands where, what a target takes, when it will be met."""


for _each in (
    audit_command,
    rank_command,
    pace_command,
    forecast_command,
    cascade_command,
    bulletin_command,
    poster_command,
):
    command.add_command(_each)
