"""Define `bluezone rollout template` and `read`: the empty form of a place, and what a spreadsheet is taken for."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import click

from bluezone.cli import mapping
from bluezone.cli.answers import Answer
from bluezone.cli.languages import own_language
from bluezone.cli.options import Arg, Opt, command
from bluezone.cli.parameters import NEW_FILE
from bluezone.cli.rollout.common import DATE, LAST_CAMPAIGN_DAY, find_unit
from bluezone.geography import catalogue
from bluezone.geography.units import Level, UnitCode
from bluezone.i18n import Language
from bluezone.rollout.texts import translator
from bluezone.rollout.workbooks import template
from bluezone.spreadsheets.draft import Context
from bluezone.spreadsheets.errors import TableError
from bluezone.spreadsheets.opening import open_book
from bluezone.spreadsheets.propose import propose


@command("read")
def read_command(
    *,
    file: Annotated[Path, Arg()],
    within: Annotated[str | None, Opt("The place of the sender: a name or a code such as 63:93.")] = None,
    said: mapping.Decisions,
    today: Annotated[dt.date, Opt("The day the file is read on.", type=DATE)] = LAST_CAMPAIGN_DAY,
    language: Annotated[Language | None, Opt("Of the sentences. [default: vi where LANG begins so, else en]")] = None,
) -> Answer:
    """Show what the columns and rows of FILE (.xlsx, .xls, .ods, .csv, .json) are taken for, as an upload does.

    Nothing is stored. Exit status: 0 nothing is left to decide, 3 something is, 2 refused.
    """
    words = translator(language or own_language())
    context = Context(catalogue.all_units(), today, _place(within, today), catalogue.figures())
    try:
        proposal = propose(open_book(file.read_bytes(), file.name), context, said.decided())
    except TableError as error:
        sentence = words.sentence(error)
        click.echo(sentence, err=True)
        return Answer(mapping.refusal(file.name, sentence), (), status=mapping.REFUSED)
    status = mapping.ASKS if proposal.unsure else 0
    return Answer(mapping.facts(proposal, words), mapping.text(proposal, words), status)


def _place(text: str | None, today: dt.date) -> UnitCode | None:
    """Return the unit of a text: one of before the reform by its code or name, whatever the day."""
    if not text:
        return None
    day = min(today, dt.date(2025, 6, 30)) if text.startswith("63:") else today
    return catalogue.all_units().find(text, on=day).code


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
