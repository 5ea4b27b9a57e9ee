"""Read, judge and keep the table of provinces that a source printed on a day: counts, both shares, ranks.

Its figures are stored as any other table's: of the Ministry where an officer of the whole country enters it; a province
stores its own row, as reported, for nobody writes into the Ministry's name. The table itself is kept as printed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext_noop

from bluezone.authority.campaign.figures import imports, reader, store
from bluezone.authority.campaign.figures.models import PrintedTable
from bluezone.authority.campaign.figures.store import FigureError
from bluezone.authority.officers.jurisdiction import Role, place_of
from bluezone.authority.site import clock
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import spreadsheets
from bluezone.authority.site.uploads.pipeline import Kind, Stored
from bluezone.errors import N_
from bluezone.geography import catalogue
from bluezone.geography.country import country
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout import checks
from bluezone.rollout.audit import MEASURES, Claim, audit
from bluezone.rollout.counts import Count, Origin
from bluezone.rollout.imports import Preview, Scope, of_file
from bluezone.rollout.numbers import count_of, printed_percent
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.ranking import RankingRow
from bluezone.spreadsheets.results import Proposal
from bluezone.spreadsheets.roles import FIGURES

_ROLES = (Role.MINISTRY, Role.PROVINCE)
_NAMED_MISSING = 8


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """Hold a row as printed: shares as text, for their decimals say how they were rounded."""

    unit: str
    installs: int | None = None
    with_phone: int | None = None
    population: str = ""
    smartphones: str = ""
    rank: int | None = None

    @property
    def count(self) -> int | None:
        """Return the count that is printed, of whatever kind."""
        return self.installs if self.installs is not None else self.with_phone


def check(upload: Upload) -> None:
    """Refuse what is no table of provinces, or comes from below a province. Raises FigureError, TableError."""
    assert upload.officer is not None
    if upload.officer.role not in _ROLES:
        raise FigureError(gettext_noop("the national table is entered by the Ministry or by a province"))
    if not upload.options.get("source", "").strip():
        raise FigureError(gettext_noop("name the source of the table: its address or the number of the letter"))
    imports.check_source(upload.options["source"])
    understand(upload, clock.now())


def understand(upload: Upload, now: dt.datetime) -> Proposal:
    """Return what the columns and rows of a table are taken for. Raises TableError."""
    context = replace(imports.context_of(upload, now), within=None)  # a province enters the table of all
    return spreadsheets.proposal_of(upload, context, FIGURES)


def read(upload: Upload, now: dt.datetime) -> Preview:
    """Judge a table with all its problems, among them the provinces that are missing."""
    scope = Scope(
        today=clock.date_of(now),
        level=Level.PROVINCE,
        source=_source(upload),
        origin=store.origin_of(upload.place),
    )
    file = of_file(understand(upload, now), catalogue.provinces(), scope)
    rows = (replace(row, count=replace(row.count, source=scope.source)) if row.count else row for row in file.rows)
    preview = imports.judged(replace(file, rows=tuple(rows)))
    found = (replace(each, severity=Severity.NOTE) if _is_as_printed(each) else each for each in preview.problems)
    return replace(preview, problems=(*found, *_of_the_table(preview, day_of(upload))))


def _is_as_printed(problem: Problem) -> bool:
    """Return whether a doubt is about what was printed: the row stands as published, with the doubt, and who knows
    better takes its figure back."""
    return problem.severity is Severity.DOUBT and problem.kind != "approved"


def day_of(upload: Upload) -> dt.date:
    """Return the day a table was printed for: as the officer gave it, else the last one of its figures. Raises
    FigureError for a file without figures of a day."""
    proposal = understand(upload, clock.now())
    if proposal.decided.day is not None:
        return proposal.decided.day
    days = [value.day for row in proposal.stored for value in row.values if value.day is not None]
    if not days:
        raise FigureError(gettext_noop("name the day of the table: the file does not"))
    return max(days)


def _source(upload: Upload) -> str:
    return " ".join(upload.options["source"].split())


def _of_the_table(preview: Preview, day: dt.date) -> list[Problem]:
    """Return what is wrong with the table as a whole: rows of another day, provinces that are missing."""
    problems = [
        Problem(row.line, "", "other-day", Severity.ERROR, N_("the row is of {date}, the table of {day}"), words)
        for row in preview.rows
        if row.count is not None and row.count.date != day
        for words in [{"date": row.count.date, "day": day}]
    ]
    there = {row.unit.code for row in preview.rows if row.unit is not None}
    provinces = catalogue.provinces().of_level(Level.PROVINCE, day)
    missing = [unit for unit in provinces if unit.code not in there]
    if missing and preview.rows:
        names = ", ".join(unit.name for unit in missing[:_NAMED_MISSING]) + (" …" if missing[_NAMED_MISSING:] else "")
        words = {"missing": len(missing), "units": len(provinces), "names": names}
        template = N_("{missing} of the {units} provinces are not in the table: {names}")
        problems.append(Problem(preview.rows[-1].line, "", "missing", Severity.NOTE, template, words))
    return problems


def store_rows(upload: Upload, preview: Preview, confirmed: Collection[int], now: dt.datetime) -> Stored:
    """Keep the table as printed, and store the good figures of the officer's jurisdiction with those confirmed."""
    assert upload.officer is not None
    counts = preview.to_store(confirmed=confirmed)
    own = [each for each in counts if isinstance(each.unit, UnitCode) and place_of(each.unit).startswith(upload.place)]
    written = store.write(own, upload.officer, log_new=False, why=str(upload))
    values = {
        "wording": upload.options.get("wording", ""),
        "rows": [asdict(_row(row.count)) for row in preview.rows if row.count is not None],
        "entered_by": upload.officer,
        "entered_at": now,
    }
    PrintedTable.objects.update_or_create(
        date=day_of(upload), place=upload.place, source=_source(upload), defaults=values
    )
    store.figures_changed()
    return Stored(added=written.added, changed=written.changed)


def _row(count: Count) -> PrintedRow:
    def text(percent: Decimal | None) -> str:
        return "" if percent is None else str(percent)

    shares = text(count.percent_population), text(count.percent_smartphones)
    return PrintedRow(str(count.unit), count.installs, count.with_phone, *shares, count.rank)


def rows_of(table: PrintedTable) -> list[tuple[Unit, PrintedRow]]:
    """Return the rows of a table with their units, in the order printed."""
    gazetteer = catalogue.provinces()
    return [(gazetteer.unit(UnitCode.parse(each["unit"]), table.date), PrintedRow(**each)) for each in table.rows]


def notes(table: PrintedTable, rows: Sequence[tuple[Unit, PrintedRow]]) -> dict[str, list[Problem]]:
    """Return by unit what an audit says of the rows of a table, beside each other and beside the day before."""
    claims = [_claim(line, unit, row, table.date) for line, (unit, row) in enumerate(rows, start=1)]
    earlier = (
        PrintedTable.objects.filter(place=table.place, date__lt=table.date, date__gte=table.date - reader.WINDOW)
        .order_by("-date")
        .first()
    )
    known = [_claim(0, unit, row, earlier.date) for unit, row in rows_of(earlier)] if earlier else []
    people = reader.denominators().of_units((unit for unit, _ in rows), MEASURES)
    found = audit(claims, people, known=known)
    read = [checks.ReadRow(claim, "", None) for claim in claims]
    by_line: dict[int, list[Problem]] = {}
    for problem in (*checks.audit_problems(found, {}), *checks.ranks(read, {})):
        by_line.setdefault(problem.line, []).append(problem)
    return {str(claim.unit.code): by_line.get(claim.line, []) for claim in claims if claim.unit is not None}


@dataclass(frozen=True, slots=True)
class Beside:
    """Hold a printed row beside our ranking of the day, with what the audit says of it."""

    unit: Unit
    row: PrintedRow
    ours: RankingRow | None
    notes: tuple[Problem, ...]


def beside_ours(table: PrintedTable) -> list[Beside]:
    """Return the rows of a table, in the order printed, each beside our ranking of its day."""
    rows = rows_of(table)
    ranking = reader.provinces_on(table.date, country().on(table.date), Measure.POPULATION)
    ours = {each.unit.code: each for each in ranking.rows}
    noted = notes(table, rows)
    return [Beside(unit, row, ours.get(unit.code), tuple(noted[str(unit.code)])) for unit, row in rows]


def _claim(line: int, unit: Unit, row: PrintedRow, date: dt.date) -> Claim:
    counts = {"installs": row.installs, "with_phone": row.with_phone}
    return Claim(
        line=line,
        unit=unit,
        date=date,
        counts={name: count_of(value) for name, value in counts.items() if value is not None},
        percent_population=printed_percent(Decimal(row.population) if row.population else None),
        percent_smartphones=printed_percent(Decimal(row.smartphones) if row.smartphones else None),
        rank=row.rank,
    )


def is_the_ministrys(table: PrintedTable) -> bool:
    """Decide whether the figures of a table count as the Ministry's."""
    return store.origin_of(table.place) is Origin.MINISTRY


KIND = Kind("national", check, read, store_rows, understand)
