"""Fill the tables of a report: every part with its figures, every sector with who answers. Text and number of each
cell, so that paper and spreadsheet say the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from bluezone.errors import N_
from bluezone.geography.units import Level
from bluezone.i18n import Language, format_change, format_day, format_number, format_short_date
from bluezone.rollout.bulletin import Bulletin
from bluezone.rollout.in_use import InUse
from bluezone.rollout.pace import Pace
from bluezone.rollout.report import Line, Report, SectorLine
from bluezone.rollout.texts import as_printed, short_unit_name, translator

#: what a cell says of which nothing is known
UNKNOWN = "–"

_WHOLE = {
    Level.NATION: N_("The whole country"),
    Level.PROVINCE: N_("The whole province"),
    Level.DISTRICT: N_("The whole district"),
    Level.COMMUNE: N_("The whole commune"),
}
_PARTS = {
    Level.PROVINCE: N_("Results by province and city"),
    Level.DISTRICT: N_("Results by district, town and city"),
    Level.COMMUNE: N_("Results by commune, ward and township"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold a cell of the table: as text, and as the number it says (a share 0..1 where `is_share`)."""

    text: str
    number: int | Fraction | None = None
    is_share: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """Hold a row of the table; `old`: its figure is of an earlier day, and is set in italics."""

    cells: tuple[Cell, ...]
    old: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Hold a table with its title and heads; `total` is the row of the whole."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[TableRow, ...]
    total: TableRow | None = None


#: how a column is filled: its head, and the cell of a line
_Column = tuple[str, Callable[[Line], Cell]]


def parts_table(report: Report, language: Language) -> Table | None:
    """Return the table of all parts. A column of which nothing is known of any part is left out."""
    lines = [line for line in report.lines if says_something(line)]
    if not lines:
        return None
    _ = translator(language).gettext
    bulletin = report.bulletin
    columns = _columns(report, language)
    made = [[fill(line) for _head, fill in columns] for line in lines]
    always = 4
    kept = [at for at in range(len(columns)) if at < always or any(row[at].text != UNKNOWN for row in made)]
    total = [*_total(report, language)]
    return Table(
        title=_(_PARTS[report.lines[0].unit.level]),
        heads=tuple(columns[at][0] for at in kept),
        rows=tuple(
            TableRow(tuple(row[at] for at in kept), old=line.is_old(bulletin.date))
            for row, line in zip(made, lines, strict=True)
        ),
        total=TableRow(tuple(total[at] for at in kept)),
    )


def says_something(line: Line) -> bool:
    """Return whether anything is known or asked of a part."""
    return line.hidden or line.row.count is not None or line.share is not None or line.pace is not None


def _columns(report: Report, language: Language) -> list[_Column]:
    _ = translator(language).gettext
    bulletin, gain = report.bulletin, report.bulletin.base_gain
    since = _("Gain since {date}").format(date=format_day(gain.since, language)) if gain else _("Gain")
    return [
        (_("Rank"), lambda line: _count(line.row.rank, language)),
        (_("Unit"), lambda line: Cell(short_unit_name(line.unit, language))),
        (_("Installs"), lambda line: _installs(line, language)),
        (_("percent of people"), lambda line: _bounded(_percent(line.share, language), language, bound=line.row.bound)),
        (
            _("percent of smartphones"),
            lambda line: _bounded(_percent(line.share_smartphones, language), language, bound=line.row.bound),
        ),
        (_("In use"), lambda line: _count(line.in_use.count if line.in_use else None, language)),
        (since, lambda line: _bounded(_count(line.gain, language, format_change), language, bound=line.row.bound)),
        (_("Target"), lambda line: _count(line.pace.target_installs if line.pace else None, language)),
        (_("Missing"), lambda line: _count(line.pace.needed if line.pace else None, language)),
        (_("Missing in use"), lambda line: _missing_in_use(line.in_use, line.pace, language)),
        (_("Needed a day"), lambda line: _count(line.pace.per_day if line.pace else None, language)),
        (
            _("Last report"),
            lambda line: Cell(_day(line.last_report, bulletin, language) if line.last_report else _("none")),
        ),
    ]


def _missing_in_use(use: InUse | None, pace: Pace | None, language: Language) -> Cell:
    """Return how many more have to be in use, not installed only, to reach the target."""
    return _count(use.missing(pace.target_installs) if use is not None and pace is not None else None, language)


def _total(report: Report, language: Language) -> Iterable[Cell]:
    _ = translator(language).gettext
    bulletin = report.bulletin
    pace = bulletin.goal.pace if bulletin.goal else None
    yield Cell("")
    yield Cell(_(_WHOLE[bulletin.unit.level]))
    bound = bulletin.figure is not None and bulletin.figure.bound
    yield _bounded(_count(bulletin.figure.installs if bulletin.figure else None, language), language, bound=bound)
    yield _bounded(_percent(bulletin.share, language), language, bound=bound)
    yield _bounded(_percent(report.share_smartphones, language), language, bound=bound)
    yield _count(report.bulletin.in_use.count if report.bulletin.in_use else None, language)
    gained = _count(bulletin.base_gain.count if bulletin.base_gain else None, language, format_change)
    yield _bounded(gained, language, bound=bound)
    yield _count(pace.target_installs if pace else None, language)
    yield _count(pace.needed if pace else None, language)
    yield _missing_in_use(report.bulletin.in_use, pace, language)
    yield _count(pace.per_day if pace else None, language)
    yield Cell(_day(bulletin.figure.date, bulletin, language) if bulletin.figure else UNKNOWN)


def _day(date: dt.date, bulletin: Bulletin, language: Language) -> str:
    """Write a day shortly; with its year where that is not the report's."""
    return (format_day if date.year == bulletin.date.year else format_short_date)(date, language)


def _installs(line: Line, language: Language) -> Cell:
    if line.hidden:
        return Cell(translator(language).gettext("hidden"))
    made = _bounded(_count(line.row.count, language), language, bound=line.row.bound)
    return Cell("≈\u00a0" + made.text, made.number) if line.row.derived and line.row.count is not None else made


def _bounded(cell: Cell, language: Language, *, bound: bool) -> Cell:
    """Return the cell of a number that was printed as “more than”: a text, for it is no number to reckon with."""
    if not bound or cell.number is None:
        return cell
    return Cell(as_printed(cell.text, language, bound=True))


def _count(number: int | None, language: Language, write: Callable[[int, Language], str] = format_number) -> Cell:
    return Cell(UNKNOWN) if number is None else Cell(write(number, language), number)


def _percent(share: Fraction | None, language: Language) -> Cell:
    """Return a share under a head that says per cent: without the sign."""
    return Cell(UNKNOWN) if share is None else Cell(format_number(share * 100, language, 2), share, is_share=True)


def sector_name(line: SectorLine, language: Language) -> str:
    """Name a sector; one that was closed since the order was given as such."""
    name = line.sector.name_in(language)
    return translator(language).gettext("{name} (closed)").format(name=name) if line.closed else name


def sectors_table(report: Report, language: Language) -> Table | None:
    """Return the table of the order's sectors; None where it names none."""
    if not report.sectors:
        return None
    _ = translator(language).gettext
    rows = tuple(
        TableRow(
            (
                Cell(sector_name(each, language)),
                Cell(each.office),
                _count(each.units, language),
                _reached(each, language),
                _count(each.target, language),
                _count(each.missing, language),
                Cell(format_day(each.deadline, language)),
            )
        )
        for each in report.sectors
    )
    heads = (
        _("Sector"), _("Office that answers"), _("Units"), _("Installs"), _("Target"), _("Missing"), _("Deadline")
    )  # fmt: skip
    return Table(_("Results by sector"), heads, rows)


def _reached(line: SectorLine, language: Language) -> Cell:
    made = _count(line.installs, language)
    if not line.at_least or line.installs is None:
        return made
    return Cell(translator(language).gettext("at least {count}").format(count=made.text), made.number)
