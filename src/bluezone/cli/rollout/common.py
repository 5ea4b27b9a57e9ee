"""Share among the commands of `bluezone rollout`: kinds of values, finding a unit, reading figures."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from bluezone.cli.errors import CommandError
from bluezone.cli.options import Opt
from bluezone.cli.parameters import Read
from bluezone.geography import catalogue
from bluezone.geography.errors import UnknownUnitError
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout.counts import Count, OrganisationCode
from bluezone.rollout.history import reported_counts
from bluezone.rollout.imports import Scope, judge, of_file
from bluezone.rollout.numbers import parse_count, parse_date
from bluezone.rollout.pace import parse_share
from bluezone.rollout.problems import Severity
from bluezone.rollout.series import Series, choose_all
from bluezone.spreadsheets.draft import Context
from bluezone.spreadsheets.mapping import Mapping
from bluezone.spreadsheets.opening import open_book
from bluezone.spreadsheets.propose import NOTHING, propose
from bluezone.spreadsheets.results import TOTALS, Proposal

#: The last day of the campaign of which figures are known: rows without any date are looked up on it.
LAST_CAMPAIGN_DAY = dt.date(2021, 6, 30)

Counts = Annotated[Path | None, Opt("Figures of your own: a spreadsheet with date, unit, installs.")]


def people(least: int = 0) -> Read:
    """Return what reads a whole number of installs or people, `55289` or as papers print it: `55.289`, `55,289`."""

    def read(text: str) -> int:
        number = int(parse_count(text).value)
        if number < least:
            raise ValueError(f"{text} is less than {least}")
        return number

    return Read(read, "number")


#: a day, as papers write it too; a share such as 30%
DATE, SHARE = Read(parse_date, "date"), Read(parse_share, "share")


def proposal_of(file: Path, decided: Mapping = NOTHING, within: UnitCode | None = None) -> Proposal:
    """Return what a spreadsheet of figures is taken for. Raises TableError, and CommandError for one most of whose rows
    name no unit that is known."""
    context = Context(catalogue.all_units(), LAST_CAMPAIGN_DAY, within, catalogue.figures())
    proposal = propose(open_book(file.read_bytes(), file.name), context, decided)
    for doubt in proposal.unsure:
        if doubt.about == "table":
            raise CommandError(f"{file.name}: {doubt.text} (`bluezone rollout read` shows it)")
    return proposal


def find_unit(text: str, on: dt.date) -> Unit:
    """Find a unit by name: among the provinces first, which are at hand, then among all."""
    try:
        return catalogue.provinces().find(text, on=on)
    except UnknownUnitError:
        return catalogue.all_units().find(text, on=on)


def read_series(
    file: Path | None, on: dt.date, *, undated: dt.date | None = None
) -> dict[UnitCode | OrganisationCode, Series]:
    """Return the series of every unit on a day, of the counts of a file or the printed ones of 2020-21.

    Rows without a date are of the day `undated`, else of `on`.
    """
    return choose_all(read_counts(file, undated or on), on)


def read_counts(file: Path | None, undated: dt.date) -> list[Count]:
    """Return the counts of a file, or the printed ones of 2020-21; rows without a date are of the day `undated`."""
    if file is None:
        return reported_counts()
    proposal = proposal_of(file)
    for row in proposal.rows:
        if row.left_out is not None and row.values and row.left_out.template != TOTALS:
            raise CommandError(f"{file.name}, line {row.line}, {row.written or 'row'}: {row.left_out}")
    scope = Scope(today=dt.date.max, default_date=undated)
    result = judge(of_file(proposal, catalogue.all_units(), scope), catalogue.figures())
    for problem in result.problems:
        if problem.severity is Severity.ERROR:
            raise CommandError(f"{file.name}, line {problem.line}, {problem.column or 'row'}: {problem.sentence()}")
    return [row.count for row in result.rows if row.count is not None]


def vintage_facts(name: str) -> dict[str, Any]:
    """Return a vintage for machines."""
    vintage = catalogue.figures().vintages[name]
    return {"id": vintage.id, "as_of": vintage.as_of, "title": vintage.title, "source": vintage.source}


def rounded(share: Fraction | None) -> float | None:
    """Return a share for machines, to a thousandth of a percent."""
    return round(float(share), 5) if share is not None else None
