"""Read, judge and store an officer's list of populations, for the pipeline of uploads.

A row gives how many people a commune, a district, a province or an organisation has, on which day and by whom. Shares
of today and later are formed on it; those of days gone by stay as they were.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext_noop

from bluezone.authority.campaign.figures import reader, store
from bluezone.authority.campaign.figures.imports import check_source, within
from bluezone.authority.officers.jurisdiction import directing_over, place_of
from bluezone.authority.site.clock import date_of
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import spreadsheets
from bluezone.authority.site.uploads.lists import (
    CODE_WORDS,
    DATE_WORDS,
    LEVEL_KINDS,
    LEVEL_WORDS,
    SOURCE_WORDS,
    UNIT_WORDS,
    Lines,
    cells_of,
    find_header,
)
from bluezone.authority.site.uploads.pipeline import Kind, Stored, UploadError
from bluezone.authority.units import services as units
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.queries import find_unit, path_of
from bluezone.authority.units.rules import MOST_PEOPLE
from bluezone.errors import TranslatableError
from bluezone.geography import catalogue
from bluezone.geography import figures as geography
from bluezone.geography.errors import GeographyError
from bluezone.geography.figures import Figure, Figures
from bluezone.geography.names import plain_key
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout.cascade import Finding, Misfit, Written, judge
from bluezone.rollout.counts import FIRST_DAY, OrganisationCode
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.numbers import parse_count, parse_date
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.ranking import Basis, RankingRow, rank
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.lists import Wanted
from bluezone.rollout.reading.results import Reading
from bluezone.rollout.sectors import UnitCodeError, read_code

MOST_ROWS = 2_000
#: a column of the database holds more; no country has
_MOST_OF_ALL = 2_000_000_000
_OLDEST = dt.date(1900, 1, 1)
#: a count that differs more than this from the one before is asked about
_SURPRISING = 0.25
_SOURCE_LENGTH = 500
#: field -> headers that mean it, as plain keys
HEADERS: dict[str, tuple[str, ...]] = {
    "unit": (*UNIT_WORDS, *CODE_WORDS),
    **LEVEL_WORDS,
    "people": ("people", "population", "dan so", "so nguoi", "so dan", "nhan khau", "quan so", "si so", "headcount"),
    "measure": ("measure", "what", "chi tieu", "loai"),
    "as_of": (*DATE_WORDS, "as of", "tinh den", "ngay so lieu"),
    "source": SOURCE_WORDS,
}
_UNIT_FIELDS = ("unit", "commune", "district", "province")
Measure = store.PeopleMeasure
_MEASURE_WORDS: dict[str, Measure] = {
    "population": Measure.POPULATION, "dan so": Measure.POPULATION, "nhan khau": Measure.POPULATION,
    "smartphones": Measure.SMARTPHONES, "smartphone": Measure.SMARTPHONES,
    "dien thoai thong minh": Measure.SMARTPHONES, "adults": Measure.ADULTS, "nguoi lon": Measure.ADULTS,
    "nguoi truong thanh": Measure.ADULTS, "headcount": Measure.HEADCOUNT, "quan so": Measure.HEADCOUNT,
    "si so": Measure.HEADCOUNT,
}  # fmt: skip
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
    ignored: tuple[str, ...]


def check(upload: Upload) -> None:
    """Refuse what is no list of populations. Raises TranslatableError."""
    assert upload.officer is not None
    within(upload.officer.role, upload.place)
    source = check_source(upload.options.get("source", ""))
    reading, lines = spreadsheets.list_of(upload, _WANTED)
    _headers, fields, _below = _header(lines)
    if reading.question is None and "as_of" not in fields and not upload.options.get("as_of"):
        raise UploadError(gettext_noop("the list has no column of days: write beside it of which day it is"))
    if reading.question is None and "source" not in fields and not source:
        raise UploadError(
            gettext_noop("the list has no column of sources: write beside it who counted, in which paper")
        )


def read(upload: Upload, now: dt.datetime) -> Preview:
    """Read a list with all its problems, against the database as it is now."""
    day = date_of(now)
    header, fields, lines = _header(spreadsheets.settled_list(upload, _WANTED))
    given = upload.options.get("as_of")
    reader_ = _Reader(
        find=_finder(upload.place, day),
        today=day,
        as_of=dt.date.fromisoformat(given) if given else None,
        source=check_source(upload.options.get("source", "")),
        headers={field: header[at] for field, at in fields.items()},
    )
    cells = [(line, cells_of(row, fields)) for line, row in lines]
    rows = [row for line, row_cells in cells if (row := reader_.read(line, row_cells)) is not None]
    rows = _compared(rows, day)
    problems = [*reader_.problems, *(problem for row in rows for problem in _asked(row, reader_.headers, day))]
    problems += [
        Problem(
            row.line,
            reader_.headers["people"],
            "people",
            Severity.ERROR if finding.misfit.is_refused else Severity.DOUBT,
            error.template,
            error.values,
        )
        for row, finding, error in misfits(rows, reader.denominators(), day)
    ]
    names = {line: _written(row_cells) for line, row_cells in cells}
    ignored = tuple(text for at, text in enumerate(header) if text and at not in fields.values())
    order = sorted(problems, key=lambda problem: (problem.line, problem.severity, problem.column))
    return Preview(tuple(rows), tuple(order), names, ignored)


def store_rows(upload: Upload, preview: Preview, confirmed: Collection[int], now: dt.datetime) -> Stored:
    """Store the good rows of a list, and those in doubt that are confirmed."""
    assert upload.officer is not None
    wrong = {problem.line for problem in preview.problems if problem.severity is not Severity.NOTE} - set(confirmed)
    wrong |= {problem.line for problem in preview.problems if problem.severity is Severity.ERROR}
    rows = [row for row in preview.rows if row.line not in wrong and row.change != "unchanged"]
    people = [store.People(_code(row), row.measure, row.people, row.as_of, row.source) for row in rows]
    written = store.add_populations(people, upload.officer, now)
    with units.together():
        for row in rows:
            if isinstance(row.unit, Organisation) and row.unit.headcount != row.people:
                units.change(row.unit, replace(units.facts_of(row.unit), headcount=row.people))
    return Stored(added=written.added, changed=written.changed)


def _code(row: Row) -> UnitCode | OrganisationCode:
    return row.unit.code if isinstance(row.unit, Unit) else OrganisationCode(row.unit.code)


def understand(upload: Upload, now: dt.datetime) -> Reading:  # noqa: ARG001 - rows have days of their own
    """Return what the list's columns were taken for, with the question it leaves open. Raises TableError."""
    return spreadsheets.list_of(upload, _WANTED)[0]


#: what such a list holds, where a header is none of the words of `HEADERS`
_WANTED = Wanted(
    words=HEADERS,
    kinds={
        "unit": (words.UNIT, words.CODE),
        **LEVEL_KINDS,
        "people": (words.POPULATION, words.HEADCOUNT, words.TOTAL),
        "measure": (words.MEASURE,),
        "as_of": (words.DATE,),
        "source": (words.SOURCE,),
    },
    named_by=_UNIT_FIELDS,
    single=("people",),
)


def _header(lines: Lines) -> tuple[list[str], dict[str, int], Lines]:
    """Return the header, the column of each field, and the rows below. Raises UploadError."""
    return find_header(
        lines,
        lambda cell: next((name for name, words in HEADERS.items() if plain_key(cell) in words), None),
        lambda fields: "people" in fields and any(name in fields for name in _UNIT_FIELDS),
        most=MOST_ROWS,
        missing=gettext_noop(
            "no header row was found: a list of populations needs columns such as unit, population, date and source "
            "(đơn vị, dân số, ngày, nguồn)"
        ),
    )


def _written(cells: Mapping[str, str]) -> str:
    return ", ".join(text for name in _UNIT_FIELDS if (text := cells.get(name, "")))


def _finder(place: str, day: dt.date) -> Callable[[str], Unit | Organisation]:
    """Return what finds the unit or organisation a text means, within a place. It raises TranslatableError."""
    own = directing_over(place)

    def find(text: str) -> Unit | Organisation:
        if not text:
            raise UploadError(gettext_noop("the row names no unit"))
        try:
            code = read_code(text)
        except UnitCodeError:
            unit = find_unit(text, own, day)
            if not own.may_direct(place_of(unit.code)):
                raise UploadError(gettext_noop("{unit} lies outside your jurisdiction"), unit=path_of(unit)) from None
            return unit
        found = Organisation.objects.filter(code=code, closed_on=None, place__startswith=place).first()
        if found is None:
            raise UploadError(gettext_noop("no open unit of your jurisdiction has the code {code}"), code=code)
        return found

    return find


class _Reader:
    """Read rows one after the other and collect what is wrong with them."""

    def __init__(
        self,
        find: Callable[[str], Unit | Organisation],
        today: dt.date,
        as_of: dt.date | None,
        source: str,
        headers: Mapping[str, str],
    ) -> None:
        self._find = find
        self._today, self._as_of, self._source = today, as_of, source
        self.headers = headers
        self._found: dict[str, Unit | Organisation | TranslatableError] = {}
        self._seen: dict[tuple[str, Measure], int] = {}
        self.problems: list[Problem] = []

    def read(self, line: int, cells: Mapping[str, str]) -> Row | None:
        """Return a row as it would be stored, None where something is wrong with it."""
        before = len(self.problems)
        found = self._unit(line, cells)
        measure = self._measure(line, cells, isinstance(found, Organisation))
        people = self._people(line, cells, MOST_PEOPLE if isinstance(found, Organisation) else _MOST_OF_ALL)
        as_of = self._day(line, cells)
        source = self._source_of(line, cells)
        if len(self.problems) > before:
            return None
        assert found is not None
        assert measure is not None
        assert people is not None
        assert as_of is not None
        key = str(found.code)
        if (key, measure) in self._seen:
            template = gettext_noop("the same unit stands in line {other} already")
            self._add(line, "unit", UploadError(template, other=self._seen[key, measure]))
            return None
        self._seen[key, measure] = line
        return Row(line, found, measure, people, as_of, source)

    def _add(self, line: int, field: str, error: TranslatableError) -> None:
        header = self.headers.get(field, field)
        self.problems.append(Problem(line, header, field, Severity.ERROR, error.template, error.values))

    def _unit(self, line: int, cells: Mapping[str, str]) -> Unit | Organisation | None:
        text = _written(cells)
        if text not in self._found:
            try:
                self._found[text] = self._find(text)
            except (GeographyError, UploadError) as error:
                self._found[text] = error
        result = self._found[text]
        if not isinstance(result, TranslatableError):
            return result
        self._add(line, next((name for name in _UNIT_FIELDS if name in self.headers), "unit"), result)
        return None

    def _measure(self, line: int, cells: Mapping[str, str], is_organisation: bool) -> Measure | None:
        text = cells.get("measure", "")
        if not text:
            return Measure.HEADCOUNT if is_organisation else Measure.POPULATION
        measure = _MEASURE_WORDS.get(plain_key(text))
        if measure is None:
            template = gettext_noop("“{text}” is neither population, smartphones, adults nor headcount")
            self._add(line, "measure", UploadError(template, text=text))
        elif is_organisation != (measure is Measure.HEADCOUNT):
            template = gettext_noop("a school, office or company has a headcount, a place has a population")
            self._add(line, "measure", UploadError(template))
        return measure

    def _people(self, line: int, cells: Mapping[str, str], most: int) -> int | None:
        text = cells.get("people", "")
        if not text:
            self._add(line, "people", UploadError(gettext_noop("the row has no number of people")))
            return None
        try:
            people = int(parse_count(text).value)
        except RolloutError as error:
            self._add(line, "people", error)
            return None
        if not 0 < people <= most:
            template = gettext_noop("{people} people cannot be: it is a whole number from 1 to {most}")
            self._add(line, "people", UploadError(template, people=people, most=most))
        return people

    def _day(self, line: int, cells: Mapping[str, str]) -> dt.date | None:
        text = cells.get("as_of", "")
        if not text:
            if self._as_of is None:
                self._add(line, "as_of", UploadError(gettext_noop("the row has no date")))
            return self._as_of
        try:
            day = parse_date(text)
        except RolloutError as error:
            self._add(line, "as_of", error)
            return None
        if day > self._today:
            self._add(line, "as_of", UploadError(gettext_noop("{date} lies in the future"), date=day))
        elif day < _OLDEST:
            self._add(line, "as_of", UploadError(gettext_noop("{date} is too long ago"), date=day))
        return day

    def _source_of(self, line: int, cells: Mapping[str, str]) -> str:
        try:
            source = check_source(cells.get("source", "")) or self._source
        except TranslatableError as error:
            self._add(line, "source", error)
            return ""
        if not source:
            self._add(line, "source", UploadError(gettext_noop("the row has no source: who counted, in which paper")))
        elif len(source) > _SOURCE_LENGTH:
            template = gettext_noop("a source has at most {limit} letters: give its address or number")
            self._add(line, "source", UploadError(template, limit=_SOURCE_LENGTH))
        return source


def _compared(rows: Sequence[Row], day: dt.date) -> list[Row]:
    """Return the rows with what the database holds: the same count, and how many people there are today."""
    held = reader.people_held([row.key for row in rows])
    figures = reader.denominators()
    result = []
    for row in rows:
        before = _before(row, figures, day)
        first = day if before is not None else FIRST_DAY
        same = held.get(row.identity)
        if same is None:
            result.append(replace(row, before=before, counts_from=first))
        else:
            people, counts_from = same
            change = "unchanged" if people == row.people else "changed"
            result.append(replace(row, change=change, held=people, counts_from=counts_from, before=before))
    return result


def _before(row: Row, figures: Figures, day: dt.date) -> int | None:
    if isinstance(row.unit, Organisation):
        return row.unit.headcount
    figure = figures.on(row.unit, geography.Measure(row.measure), day)
    return figure.value if figure else None


def _asked(row: Row, headers: Mapping[str, str], day: dt.date) -> Iterable[Problem]:
    """Yield what an officer should look at before a row is stored."""

    def problem(severity: Severity, template: str, **values: object) -> Problem:
        return Problem(row.line, headers.get("people", ""), "people", severity, template, values)

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
    after = before.with_figures(_figure(unit, measure, row) for unit, measure, row in wanted)
    found: dict[tuple[UnitCode | None, geography.Measure], dict[UnitCode, Effect]] = {}
    named: list[Effect] = []
    for unit, measure, _row in wanted:
        key = (unit.parent, measure)
        if key not in found:
            found[key] = _of_sisters(reader.sisters_of(unit, day) or [unit], measure, day, before, after)
        if (effect := found[key].pop(unit.code, None)) is not None:
            named.append(effect)
    return [*named, *(effect for group in found.values() for effect in group.values() if effect.changes)]


def _figure(unit: Unit, measure: geography.Measure, row: Row) -> Figure:
    return Figure(unit.code, row.people, reader.vintage_of(measure, row.as_of, row.source, row.counts_from))


def _of_sisters(
    units: Sequence[Unit], measure: geography.Measure, day: dt.date, before: Figures, after: Figures
) -> dict[UnitCode, Effect]:
    series = reader.series_of((unit.code for unit in units), day)
    old, new = (rank(units, series, figures, on=day, basis=Basis(measure)) for figures in (before, after))
    ranked = len(old.ranked), len(new.ranked)
    return {unit.code: Effect(unit, measure, old.of(unit.code), new.of(unit.code), *ranked) for unit in units}
