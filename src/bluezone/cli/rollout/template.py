"""Define `bluezone rollout template`: the empty form that officers of a place fill in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import click

from bluezone.cli.languages import own_language
from bluezone.cli.options import Opt, command
from bluezone.cli.parameters import NEW_FILE
from bluezone.cli.rollout.common import DATE, find_unit
from bluezone.geography import catalogue
from bluezone.geography.units import Level
from bluezone.i18n import Language
from bluezone.rollout.template import template


@command("template")
def template_command(
    *,
    place: Annotated[str, Opt("The place whose units report: a name or a code such as 63:93.")],
    date: Annotated[dt.date, Opt("The day the figures are of.", type=DATE)],
    out: Annotated[Path, Opt("The workbook to write (.xlsx).", type=NEW_FILE)],
    level: Annotated[
        str | None,
        Opt("Of the units. [default: the next one below]", choices=[level.name.lower() for level in Level if level]),
    ] = None,
    language: Annotated[Language | None, Opt("Of the form. [default: vi where LANG begins so, else en]")] = None,
) -> None:
    """Write the empty form for the units of a place: a file made from it needs no choice when it is read."""
    unit = find_unit(place, date)
    gazetteer = catalogue.all_units()
    above, units = None, list(gazetteer.children(unit.code, date))
    while level is not None and units and units[0].level < Level[level.upper()]:
        above = {each.code: each for each in units}
        units = [child for each in units for child in gazetteer.children(each.code, date)]
    out.write_bytes(template(unit, units, date, language or own_language(), above))
    click.echo(f"wrote {out}: {len(units)} units")
