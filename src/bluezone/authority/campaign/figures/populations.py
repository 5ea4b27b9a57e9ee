"""Read, judge and store an officer's list of populations, for the pipeline of uploads.

A row gives how many people a commune, a district, a province or an organisation has, on which day and by whom. Shares
of today and later are formed on it; those of days gone by stay as they were.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext_noop

from bluezone.authority.campaign.figures import reader, store
from bluezone.authority.campaign.figures.imports import check_source, context_of, within
from bluezone.authority.officers.jurisdiction import directing_over, place_of
from bluezone.authority.site import clock
from bluezone.authority.site.clock import date_of
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import spreadsheets
from bluezone.authority.site.uploads.pipeline import Kind, Stored, UploadError
from bluezone.authority.units import services as units
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.queries import path_of
from bluezone.authority.units.rules import MOST_PEOPLE
from bluezone.errors import TranslatableError
from bluezone.geography import catalogue
from bluezone.geography import figures as geography
from bluezone.geography.figures import Figure, Figures
from bluezone.geography.names import plain_key
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout.cascade import Finding, Misfit, Written, judge
from bluezone.rollout.counts import FIRST_DAY, OrganisationCode
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.ranking import Basis, RankingRow, rank
from bluezone.rollout.sectors import codes_among
from bluezone.spreadsheets import results as sheets
from bluezone.spreadsheets.results import Proposal
from bluezone.spreadsheets.roles import POPULATIONS

MOST_ROWS = 2_000
#: a column of the database holds more; no country has
_MOST_OF_ALL = 2_000_000_000
_OLDEST = dt.date(1900, 1, 1)
#: a count that differs more than this from the one before is asked about
_SURPRISING = 0.25
_SOURCE_LENGTH = 500
Measure = store.PeopleMeasure
_MEASURE_WORDS: dict[str, Measure] = {
    "population": Measure.POPULATION, "dan so": Measure.POPULATION, "nhan khau": Measure.POPULATION,
    "smartphones": Measure.SMARTPHONES, "smartphone": Measure.SMARTPHONES,
    "dien thoai thong minh": Measure.SMARTPHONES, "adults": Measure.ADULTS, "nguoi lon": Measure.ADULTS,
    "nguoi truong thanh": Measure.ADULTS, "headcount": Measure.HEADCOUNT, "quan so": Measure.HEADCOUNT,
    "si so": Measure.HEADCOUNT,
}  # fmt: skip
#: what columns of numbers hold whose meaning is not left to a column of measures
_MEASURE_OF_ROLE = {"headcount": None, "smartphones": Measure.SMARTPHONES, "adults": Measure.ADULTS}
#: what tells stored populations apart: key, measure, day, source
Identity = tuple[str, str, dt.date, str]


@dataclass(frozen=True, slots=True)
class Row:
    """Hold a row as it would be stored. `change`: new, changed or unchanged; `held` is what it would change."""

    line: int
    unit: Unit | Organisation
    measure: Measure
    people: int
    as_of: dt.date
    source: str
    change: str = "new"
    held: int | None = None
    #: from which day it counts
    counts_from: dt.date = FIRST_DAY
    #: how many people it has today, by whatever count
    before: int | None = None

    @property
    def key(self) -> str:
        """Return the unit's code, or the organisation's."""
        return str(self.unit.code)

    @property
    def name(self) -> str:
        """Return the unit's name, with the units above it."""
        return path_of(self.unit) if isinstance(self.unit, Unit) else self.unit.name

    @property
    def identity(self) -> Identity:
        """Return what tells it apart from other counts of people."""
        return self.key, self.measure, self.as_of, self.source


@dataclass(frozen=True, slots=True)
class Preview:
    """Hold a list as read and judged. A row with an error is not among the rows; `names` has the unit of every line."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    names: Mapping[int, str]


def check(upload: Upload) -> None:
    """Refuse what is no list of populations. Raises TranslatableError."""
    assert upload.officer is not None
    within(upload.officer.role, upload.place)
    source = check_source(upload.options.get("source", ""))
    proposal = understand(upload, clock.now())
    if len(proposal.rows) > MOST_ROWS:
        template = gettext_noop("the list has {count} rows; at most {most} are taken at once")
        raise UploadError(template, count=len(proposal.rows), most=MOST_ROWS)
    if not source and all(column.role != "source" for column in proposal.columns):
        raise UploadError(
            gettext_noop("the list has no column of sources: write beside it who counted, in which paper")
        )


def understand(upload: Upload, now: dt.datetime) -> Proposal:
    """Return what the list's columns and rows are taken for. Raises TableError."""
    return spreadsheets.proposal_of(upload, context_of(upload, now), POPULATIONS)


def read(upload: Upload, now: dt.datetime) -> Preview:
    """Judge a list with all its problems, against the database as it is now."""
    day, proposal = date_of(now), understand(upload, now)
    reader_ = _Reader(upload.place, day, check_source(upload.options.get("source", "")), proposal)
    rows = [row for each in proposal.stored for row in reader_.read(each)]
    rows = _compared(rows, day)
    problems = [*reader_.problems, *(problem for row in rows for problem in _asked(row, reader_.headers, day))]
    problems += [
        Problem(
            row.line,
            reader_.headers.get("headcount", ""),
            "people",
            Severity.ERROR if finding.misfit.is_refused else Severity.DOUBT,
            error.template,
            error.values,
        )
        for row, finding, error in misfits(rows, reader.denominators(), day)
    ]
    names = {row.line: row.written for row in proposal.stored}
    order = sorted(problems, key=lambda problem: (problem.line, problem.severity, problem.column))
    return Preview(tuple(rows), tuple(order), names)


def store_rows(upload: Upload, preview: Preview, confirmed: Collection[int], now: dt.datetime) -> Stored:
    """Store the good rows of a list, and those in doubt that are confirmed."""
    assert upload.officer is not None
    wrong = {problem.line for problem in preview.problems if problem.severity is not Severity.NOTE} - set(confirmed)
    wrong |= {problem.line for problem in preview.problems if problem.severity is Severity.ERROR}
    rows = [row for row in preview.rows if row.line not in wrong and row.change != "unchanged"]
    people = [
        store.People(
            row.unit.code if isinstance(row.unit, Unit) else OrganisationCode(row.key),
            row.measure, row.people, row.as_of, row.source,
        )
        for row in rows
    ]  # fmt: skip
    written = store.add_populations(people, upload.officer, now)
    with units.together():
        for row in rows:
            if isinstance(row.unit, Organisation) and row.unit.headcount != row.people:
                units.change(row.unit, replace(units.facts_of(row.unit), headcount=row.people))
    return Stored(added=written.added, changed=written.changed)


class _Reader:
    """Read rows one after the other and collect what is wrong with them."""

    def __init__(self, place: str, today: dt.date, source: str, proposal: Proposal) -> None:
        self._own, self._today, self._source = directing_over(place), today, source
        codes = codes_among(row.code for row in proposal.stored if row.unit is None)
        found = Organisation.objects.filter(code__in=codes, closed_on=None, place__startswith=place)
        self._organisations = {each.code: each for each in found}
        self._seen: dict[tuple[str, Measure], int] = {}
        self.headers = {column.role: column.header for column in proposal.columns}
        self.problems: list[Problem] = []

    def read(self, row: sheets.Row) -> list[Row]:
        """Return what a row would store: a count for each column of people. Where something is wrong, nothing."""
        before = len(self.problems)
        unit = self._unit(row)
        counts = [each for each in row.values if each.role in _MEASURE_OF_ROLE]
        if not counts:
            self._add(row.line, "headcount", gettext_noop("the row has no number of people"))
        source = self._source_of(row)
        found = []
        for count in counts:
            measure = self._measure(row, count, isinstance(unit, Organisation))
            people = self._people(row.line, count, MOST_PEOPLE if isinstance(unit, Organisation) else _MOST_OF_ALL)
            day = self._day(row.line, count.day)
            if len(self.problems) == before and unit is not None and measure is not None and day is not None:
                found.append(Row(row.line, unit, measure, people, day, source))
        return [each for each in found if self._is_first(each)] if len(self.problems) == before else []

    def _is_first(self, row: Row) -> bool:
        other = self._seen.setdefault((row.key, row.measure), row.line)
        if other != row.line:
            self._add(row.line, "unit", gettext_noop("the same unit stands in line {other} already"), other=other)
        return other == row.line

    def _add(self, line: int, role: str, template: str, **values: object) -> None:
        self.problems.append(Problem(line, self.headers.get(role, ""), role, Severity.ERROR, template, values))

    def _unit(self, row: sheets.Row) -> Unit | Organisation | None:
        if row.unit is None:
            found = next((self._organisations.get(code) for code in codes_among([row.code])), None)
            if found is None:
                template = gettext_noop("no open unit of your jurisdiction has the code {code}")
                self._add(row.line, "code", template, code=row.code)
            return found
        if not self._own.may_direct(place_of(row.unit.code)):
            template = gettext_noop("{unit} lies outside your jurisdiction")
            self._add(row.line, "unit", template, unit=path_of(row.unit))
        return row.unit

    def _measure(self, row: sheets.Row, count: sheets.Value, is_organisation: bool) -> Measure | None:
        text, of_role = row.texts.get("measure", ""), _MEASURE_OF_ROLE[count.role]
        measure = of_role or _MEASURE_WORDS.get(plain_key(text))
        if not text and of_role is None:
            return Measure.HEADCOUNT if is_organisation else Measure.POPULATION
        if measure is None:
            template = gettext_noop("“{text}” is neither population, smartphones, adults nor headcount")
            self._add(row.line, "measure", template, text=text)
        elif is_organisation != (measure is Measure.HEADCOUNT):
            template = gettext_noop("a school, office or company has a headcount, a place has a population")
            self._add(row.line, "measure", template)
        return measure

    def _people(self, line: int, count: sheets.Value, most: int) -> int:
        if count.number != count.number.to_integral_value() or not 0 < count.number <= most:
            template = gettext_noop("{people} people cannot be: it is a whole number from 1 to {most}")
            self._add(line, count.role, template, people=count.text[:40], most=most)
        return int(count.number)

    def _day(self, line: int, day: dt.date | None) -> dt.date | None:
        if day is None:
            self._add(line, "day", gettext_noop("the row has no date"))
        elif day > self._today:
            self._add(line, "day", gettext_noop("{date} lies in the future"), date=day)
        elif day < _OLDEST:
            self._add(line, "day", gettext_noop("{date} is too long ago"), date=day)
        return day

    def _source_of(self, row: sheets.Row) -> str:
        try:
            source = check_source(row.texts.get("source", "")) or self._source
        except TranslatableError as error:
            self._add(row.line, "source", error.template, **error.values)
            return ""
        if not source:
            self._add(row.line, "source", gettext_noop("the row has no source: who counted, in which paper"))
        elif len(source) > _SOURCE_LENGTH:
            template = gettext_noop("a source has at most {limit} letters: give its address or number")
            self._add(row.line, "source", template, limit=_SOURCE_LENGTH)
        return source


def _compared(rows: Sequence[Row], day: dt.date) -> list[Row]:
    """Return the rows with what the database holds: the same count, and how many people there are today."""
    held = reader.people_held([row.key for row in rows])
    figures = reader.denominators()
    result = []
    for row in rows:
        if isinstance(row.unit, Organisation):
            before = row.unit.headcount
        else:
            figure = figures.on(row.unit, geography.Measure(row.measure), day)
            before = figure.value if figure else None
        first = day if before is not None else FIRST_DAY
        same = held.get(row.identity)
        if same is None:
            result.append(replace(row, before=before, counts_from=first))
        else:
            people, counts_from = same
            change = "unchanged" if people == row.people else "changed"
            result.append(replace(row, change=change, held=people, counts_from=counts_from, before=before))
    return result


def _asked(row: Row, headers: Mapping[str, str], day: dt.date) -> Iterable[Problem]:
    """Yield what an officer should look at before a row is stored."""

    def problem(severity: Severity, template: str, **values: object) -> Problem:
        return Problem(row.line, headers.get("headcount", ""), "people", severity, template, values)

    if row.change == "unchanged":
        return
    if row.change == "changed" and row.counts_from < day:
        template = gettext_noop("it replaces {held}, on which shares of days gone by are formed: those change too")
        yield problem(Severity.DOUBT, template, held=row.held)
    elif row.before and abs(row.people - row.before) > _SURPRISING * row.before:
        template = gettext_noop("until now it had {before} people: that is very different")
        yield problem(Severity.DOUBT, template, before=row.before)


KIND = Kind("populations", check, read, store_rows, understand)


_OVER_WHOLE = gettext_noop("{found} people are more than those of {unit}, in which it lies: {allowed}")
_APART = gettext_noop("with this list the parts of {unit} have {found} people together, it has {allowed} itself")


def misfits(rows: Sequence[Row], figures: Figures, day: dt.date) -> Iterator[tuple[Row, Finding, UploadError]]:
    """Yield what does not fit between the units of a list and those they lie in, with a sentence, at the rows to look
    at: that of the whole where the list has it, else those of its parts."""
    by_unit = {(row.unit.code, row.measure.value): row for row in rows if isinstance(row.unit, Unit)}
    groups: dict[tuple[UnitCode, geography.Measure], dict[UnitCode, Row]] = {}
    for row in rows:
        if isinstance(row.unit, Unit) and row.unit.parent is not None and row.change != "unchanged":
            groups.setdefault((row.unit.parent, geography.Measure(row.measure)), {})[row.unit.code] = row
    for (parent, measure), own in groups.items():
        whole = catalogue.all_units().unit(parent, day)
        parts = catalogue.all_units().children(parent, day)
        known = {unit.code: _people(unit, measure, by_unit, figures, day) for unit in (whole, *parts)}
        names = [Written(str(unit.code), known[unit.code] or 0, 0) for unit in parts]
        for finding in judge(names, people=known[parent]):
            if finding.misfit is Misfit.OVER_WHOLE:
                template, at = _OVER_WHOLE, [row for row in own.values() if row.key == finding.key]
            else:
                listed = by_unit.get((parent, measure.value))
                template, at = _APART, [listed] if listed is not None else [*own.values()]
            for row in at:
                values = {"unit": path_of(whole), "found": finding.found, "allowed": finding.allowed}
                yield row, finding, UploadError(template, **values)


def _people(
    unit: Unit, measure: geography.Measure, by_unit: Mapping[tuple[UnitCode, str], Row], figures: Figures, day: dt.date
) -> int | None:
    if (row := by_unit.get((unit.code, measure.value))) is not None:
        return row.people
    figure = figures.on(unit, measure, day)
    return figure.value if figure else None


@dataclass(frozen=True, slots=True)
class Effect:
    """Compare a unit's share and rank of today on the people of before and on those of a list. `ranked_before` and
    `ranked_after` units have a rank."""

    unit: Unit
    measure: geography.Measure
    before: RankingRow
    after: RankingRow
    ranked_before: int
    ranked_after: int

    @property
    def changes(self) -> bool:
        """Return whether pages would show something else."""
        return (self.before.share, self.before.rank) != (self.after.share, self.after.rank)


def effects(rows: Iterable[Row], day: dt.date) -> list[Effect]:
    """Return the effects of storing rows: on the units they name, in their order, then on those beside them whose share
    or rank of today becomes another."""
    wanted = [
        (row.unit, geography.Measure(row.measure), row)
        for row in rows
        if isinstance(row.unit, Unit) and row.change in ("new", "changed")
    ]
    before = reader.denominators()
    after = before.with_figures(
        Figure(unit.code, row.people, reader.vintage_of(measure, row.as_of, row.source, row.counts_from))
        for unit, measure, row in wanted
    )
    found: dict[tuple[UnitCode | None, geography.Measure], dict[UnitCode, Effect]] = {}
    named: list[Effect] = []
    for unit, measure, _row in wanted:
        key = (unit.parent, measure)
        if key not in found:
            found[key] = _of_sisters(reader.sisters_of(unit, day) or [unit], measure, day, before, after)
        if (effect := found[key].pop(unit.code, None)) is not None:
            named.append(effect)
    return [*named, *(effect for group in found.values() for effect in group.values() if effect.changes)]


def _of_sisters(
    units: Sequence[Unit], measure: geography.Measure, day: dt.date, before: Figures, after: Figures
) -> dict[UnitCode, Effect]:
    series = reader.series_of((unit.code for unit in units), day)
    old, new = (rank(units, series, figures, on=day, basis=Basis(measure)) for figures in (before, after))
    ranked = len(old.ranked), len(new.ranked)
    return {unit.code: Effect(unit, measure, old.of(unit.code), new.of(unit.code), *ranked) for unit in units}
