"""Judge figures before anything is stored: those of a file whose columns and rows an officer saw, or one typed in.

Errors (a day to come, a unit outside the jurisdiction) keep a row out. Doubts (a share that does not fit, a count that
falls) keep it out until the officer says it is meant. Rows already stored come out as unchanged.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bluezone.errors import N_, TranslatableError
from bluezone.geography.errors import AmbiguousUnitError, GeographyError, UnitNotInForceError
from bluezone.geography.figures import Figures, Measure
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout import checks
from bluezone.rollout.audit import MEASURES, Claim, Finding, audit
from bluezone.rollout.checks import Member, ReadRow
from bluezone.rollout.counts import COUNT_FIELDS, DEVICES, FIRST_DAY, SHARE_FIELDS, Count, OrganisationCode, Origin
from bluezone.rollout.levels import NOTHING_BESIDE, Beside
from bluezone.rollout.numbers import (
    SHARE_DECIMALS,
    NumberError,
    Printed,
    count_of,
    parse_count,
    parse_date,
    percent_of,
    printed_percent,
)
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.sectors import UnitCodeError, codes_among, is_code, read_code
from bluezone.spreadsheets.results import Column, Proposal, Row, Value

#: a source is an address: beyond this it is something else
_SOURCE_LENGTH = 500
#: more than there are people in the country: nothing counts so many
_MOST = 200_000_000
_SHOWN_DECIMALS = re.compile(r"[.,](\d+)\s*%?\s*$")
#: with which tables fill a cell that holds nothing
_NOTHING = " -–—.…/"
_OTHER_LEVEL = {
    Level.PROVINCE: N_("{unit} is no province"),
    Level.DISTRICT: N_("{unit} is no district"),
    Level.COMMUNE: N_("{unit} is no commune"),
}


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """Hold a figure as it would be stored (`count` is None if it cannot be), and how it compares with what is stored:
    `held` is the figure of the same unit, day and source that it would replace."""

    line: int
    text: str
    unit: Unit | None
    count: Count | None
    change: str
    held: Count | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """Hold a file as read: its figures, their problems, and what to store once they are decided on."""

    rows: tuple[PreviewRow, ...]
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]

    def lines(self, severity: Severity) -> frozenset[int]:
        """Return the lines that have a problem of this severity."""
        return frozenset(problem.line for problem in self.problems if problem.severity is severity)

    def to_store(self, *, confirmed: Collection[int] = ()) -> list[Count]:
        """Return the new and changed counts of the rows without an error, and of those in doubt the lines that the
        officer has confirmed."""
        open_lines = self.lines(Severity.ERROR) | (self.lines(Severity.DOUBT) - set(confirmed))
        return [
            row.count for row in self.rows if row.count and row.line not in open_lines and row.change != "unchanged"
        ]


@dataclass(frozen=True, slots=True)
class Scope:
    """Hold what figures may speak of: their level and jurisdiction, the day they are given on, the date of rows without
    one.

    `organisations` finds those of some codes that are open and in the jurisdiction; `before` what is stored of units
    before a day, oldest first: a gain is added to it. `origin` is the class of source of every row, but for those whose
    source is `devices`.
    """

    today: dt.date
    level: Level | None = None
    within: UnitCode | None = None
    default_date: dt.date | None = None
    source: str = ""
    origin: Origin = Origin.REPORTED
    organisations: Callable[[Collection[OrganisationCode]], Mapping[OrganisationCode, Member]] = lambda _codes: {}
    before: Callable[[Collection[UnitCode | OrganisationCode], dt.date], Sequence[Count]] = lambda _units, _day: ()


@dataclass(frozen=True, slots=True)
class ReadFile:
    """Hold the figures of a file, and what is wrong with each by itself; `headers` names the columns by field."""

    headers: Mapping[str, str]
    rows: tuple[ReadRow, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Figure:
    """Collect what a file or form says of a unit and a day, and what is wrong with it."""

    line: int
    text: str
    headers: dict[str, str]
    unit: Unit | None = None
    code: OrganisationCode | None = None
    member: Member | None = None
    date: dt.date | None = None
    numbers: dict[str, Printed] = field(default_factory=dict)
    rank: int | None = None
    #: the installations are given as “more than”
    bound: bool = False
    source: str = ""
    #: how many people the row itself says that the unit has
    people: int | None = None
    problems: list[Problem] = field(default_factory=list)

    def add(self, column: str, kind: str, template: str, severity: Severity = Severity.ERROR, **values: object) -> None:
        """Add what is wrong with a column of the row."""
        self.problems.append(Problem(self.line, self.headers.get(column, ""), kind, severity, template, values))

    def wrong(self, column: str, kind: str, error: TranslatableError) -> None:
        self.add(column, kind, error.template, Severity.ERROR, **error.values)

    @property
    def subject(self) -> UnitCode | OrganisationCode | None:
        return self.unit.code if self.unit is not None else self.code

    @property
    def failed(self) -> bool:
        return any(problem.severity is Severity.ERROR for problem in self.problems)


# --- a file ------------------------------------------------------------------------------------------


def of_file(proposal: Proposal, gazetteer: Gazetteer, scope: Scope) -> ReadFile:
    """Return the figures of a file as its officer sees it: one a unit and day, from the typed values of its rows."""
    several = Counter(column.role for column in proposal.columns)
    headers = {
        "date" if each.role == "day" else each.role: each.header if several[each.role] == 1 else ""
        for each in proposal.columns
    }
    codes = {OrganisationCode(code) for code in codes_among(row.code for row in proposal.stored)}
    organisations = scope.organisations(codes)
    counted = {each.letter: each for each in proposal.columns if each.role in (*COUNT_FIELDS, *SHARE_FIELDS, "gain")}
    figures = [each for row in proposal.stored for each in _of_row(row, counted, headers, scope)]
    for figure in figures:
        _check_subject(figure, gazetteer, scope, organisations)
    _add_up(figures, scope)
    return _read(figures, scope, headers)


def _of_row(row: Row, counted: Mapping[str, Column], headers: Mapping[str, str], scope: Scope) -> list[_Figure]:
    by_day: dict[dt.date | None, _Figure] = {}
    people = next((value.number for value in row.values if value.role == "headcount"), None)
    for value in row.values:
        if value.role not in (*COUNT_FIELDS, *SHARE_FIELDS, "rank", "gain"):
            continue
        day = value.day or scope.default_date
        if day not in by_day:
            code = next((OrganisationCode(each) for each in codes_among([row.code]) if row.unit is None), None)
            source = " ".join(row.texts.get("source", "").split())
            by_day[day] = _Figure(row.line, row.written, dict(headers), row.unit, code, date=day, source=source)
            by_day[day].people = int(people) if people is not None else None
        if value.column in counted:
            by_day[day].headers[value.role] = counted[value.column].header
        _take(by_day[day], value)
    figures = [each for each in by_day.values() if each.numbers or each.problems or each.rank is not None]
    read = {value.column for value in row.values}
    for letter, column in counted.items():
        text = row.cells.get(letter, "").strip()
        if figures and letter not in read and text.strip(_NOTHING):
            figures[0].headers[column.role] = column.header
            figures[0].add(column.role, "bad-number", N_("“{text}” is not a number"), text=text[:40])
    return [each for each in figures if each.numbers or each.problems] or figures[:1]


def _take(figure: _Figure, value: Value) -> None:
    """Take a typed number: a count is whole, a share at most a hundred, with so many decimals as its source printed."""
    number, before = value.number, figure.numbers.get(value.role)
    if before is not None and before.value != number:
        template = N_("another column gives {other} for the same day: choose one, or say their days")
        figure.add(value.role, "twice", template, other=before.value)
    elif value.role in SHARE_FIELDS:
        if number > 100:
            figure.add(value.role, "over-100", N_("a share of {percent} % is more than everybody"), percent=number)
            return
        step = Decimal(1).scaleb(-min(_decimals(value), SHARE_DECIMALS))
        figure.numbers[value.role] = Printed(number.quantize(step), step)
    elif number != number.to_integral_value():
        template = N_("“{text}” is not a whole number; if it counts thousands, write it out")
        figure.add(value.role, "bad-number", template, text=value.text[:40])
    elif value.role == "rank":
        figure.rank = int(number)
    elif not 0 <= number <= _MOST:
        template = N_("{count} is more than there are people in the country")
        figure.add(value.role, "bad-number", template, count=value.text[:40])
    else:
        figure.numbers[value.role] = count_of(int(number))
        figure.bound = figure.bound or (value.bound and value.role == "installs")


def _decimals(value: Value) -> int:
    """Return with how many decimals a share is printed: 7,50 % with two, and 7.54 % where it stands as 0.0754."""
    shown = _SHOWN_DECIMALS.search(value.text)
    printed = len(shown[1]) if shown else 0
    needed = max(0, -int(value.number.normalize().as_tuple().exponent))
    return printed if "%" in value.text else max(needed, min(printed, 2))


def _add_up(figures: Sequence[_Figure], scope: Scope) -> None:
    """Store a gain as the total it leads to: that of the file's own day before, else the last that is stored."""
    gains = [each for each in figures if "gain" in each.numbers]
    waiting = sorted((each for each in gains if each.date is not None and each.subject is not None), key=_day_of)
    totals: dict[object, list[tuple[dt.date, int]]] = defaultdict(list)
    if any("installs" not in each.numbers for each in waiting):
        subjects = {each.subject for each in waiting if each.subject is not None}
        for count in scope.before(subjects, min(map(_day_of, waiting))):
            if count.installs is not None and count.origin is scope.origin:
                totals[count.unit].append((count.date, count.installs))
    for each in sorted((each for each in figures if each.date is not None), key=_day_of):
        if "gain" in each.numbers and "installs" not in each.numbers:
            earlier = [total for total in totals[each.subject] if total[0] < _day_of(each)]
            gain = int(each.numbers["gain"].value)
            if earlier:
                day, total = max(earlier)
                each.numbers["installs"] = count_of(total + gain)
                template = N_("{gain} more than the {before} of {day}: stored as a total of {total}")
                each.add("gain", "gain", template, Severity.NOTE, gain=gain, before=total, day=day, total=total + gain)
            else:
                each.add("gain", "gain", N_("a gain alone says no total, and none of before is known"))
        if "installs" in each.numbers:
            totals[each.subject].append((_day_of(each), int(each.numbers["installs"].value)))
    for each in gains:
        del each.numbers["gain"]


def _day_of(figure: _Figure) -> dt.date:
    return figure.date or dt.date.max


def _check_subject(
    figure: _Figure, gazetteer: Gazetteer, scope: Scope, organisations: Mapping[OrganisationCode, Member]
) -> None:
    """Find what is wrong with whom a row speaks of: an organisation or place outside the jurisdiction or the level."""
    unit, on = figure.unit, figure.date or scope.today
    if unit is None:
        figure.member = organisations.get(figure.code) if figure.code is not None else None
        if figure.member is None and figure.code is not None:
            template = N_("no open unit of your jurisdiction has the code {code}")
            figure.add("code", "unknown-unit", template, code=figure.code)
        elif figure.code is None:
            figure.add("unit", "unknown-unit", N_("nobody knows the unit “{text}”"), text=figure.text)
        return
    try:
        gazetteer.find(str(unit.code), on=on)
    except GeographyError as error:
        figure.wrong("unit", "unit-not-in-force", error)
        return
    within = scope.within
    if within not in (None, unit.code) and all(each.code != within for each in gazetteer.ancestors(unit, on)):
        figure.add("unit", "outside", N_("{unit} is not in your jurisdiction"), unit=gazetteer.path(unit))
    elif scope.level is not None and unit.level not in (scope.level, Level.NATION):
        figure.add("unit", "other-level", _OTHER_LEVEL[scope.level], unit=gazetteer.path(unit))


# --- a figure typed in ----------------------------------------------------------------------------------


def of_cells(cells: Mapping[str, str], gazetteer: Gazetteer, scope: Scope) -> ReadFile:
    """Return the figure that an officer typed: `unit`, `date`, counts and shares as people write them."""
    headers = {name: name for name in ("unit", "date", *COUNT_FIELDS, *SHARE_FIELDS)}
    figure = _Figure(1, cells.get("unit", ""), headers)
    if not cells.get("date"):
        figure.add("date", "no-date", N_("the row has no date"))
    try:
        figure.date = parse_date(cells["date"]) if cells.get("date") else None
    except NumberError as error:
        figure.wrong("date", "bad-date", error)
    for name in (*COUNT_FIELDS, *SHARE_FIELDS):
        if text := cells.get(name, ""):
            _parse(figure, name, text)
    _find_subject(figure, gazetteer, scope)
    return _read([figure], scope, headers)


def _parse(figure: _Figure, name: str, text: str) -> None:
    try:
        printed = percent_of(text) if name in SHARE_FIELDS else parse_count(text, may_be_bound=name == "installs")
    except NumberError as error:
        figure.wrong(name, "bad-number", error)
        return
    if printed.step < Decimal(1).scaleb(-SHARE_DECIMALS):
        figure.add(name, "bad-number", N_("“{text}” has too many decimals: round it"), text=text[:40])
        return
    _take(figure, Value("", name, printed.value, text, bound=printed.bound))
    if name in figure.numbers and not figure.failed:
        figure.numbers[name] = printed


def _find_subject(figure: _Figure, gazetteer: Gazetteer, scope: Scope) -> None:
    """Find whom a typed text means: an organisation by its code, else a place, within the jurisdiction first."""
    if is_code(figure.text):
        try:
            figure.code = OrganisationCode(read_code(figure.text))
        except UnitCodeError as error:
            figure.wrong("unit", "unknown-unit", error)
            return
        organisations = scope.organisations({figure.code})
        _check_subject(figure, gazetteer, scope, organisations)
        figure.text = figure.member.name if figure.member is not None else figure.text
        return
    known = figure.date is not None and FIRST_DAY <= figure.date <= scope.today  # a wrong date is one problem, not two
    on = figure.date if known and figure.date else scope.today
    try:
        figure.unit = gazetteer.find(figure.text, on=on, level=scope.level, within=scope.within)
    except GeographyError as error:
        try:
            figure.unit = gazetteer.find(figure.text, on=on, level=scope.level)
        except GeographyError:
            kind = "unit-not-in-force" if isinstance(error, UnitNotInForceError) else "unknown-unit"
            figure.wrong("unit", "ambiguous-unit" if isinstance(error, AmbiguousUnitError) else kind, error)
            return
    _check_subject(figure, gazetteer, scope, {})


# --- both ----------------------------------------------------------------------------------------------


def _read(figures: Iterable[_Figure], scope: Scope, headers: Mapping[str, str]) -> ReadFile:
    """Return each figure's claim for the audit and the count it makes, with every problem of its own."""
    rows, problems = [], list[Problem]()
    for figure in figures:
        rows.append(_read_row(figure, scope))
        problems += figure.problems
    return ReadFile(headers, tuple(rows), tuple(problems))


def _read_row(figure: _Figure, scope: Scope) -> ReadRow:
    _check_day(figure, scope.today)
    if not figure.numbers and not figure.problems:
        severity = Severity.NOTE if figure.rank is not None else Severity.ERROR
        figure.add("installs", "no-count", N_("the row has neither a count nor a share: not stored"), severity)
    if figure.source.startswith(("=", "+", "-", "@")):  # it is repeated in files of ours, which compute it
        template = N_("a source is an address or the number of a letter; it may not begin with = + - or @")
        figure.add("source", "formula", template)
    if len(figure.source) > _SOURCE_LENGTH:
        template = N_("a source has at most {limit} letters: give its address or number")
        figure.add("source", "long-source", template, limit=_SOURCE_LENGTH)
    claim = Claim(
        line=figure.line,
        unit=figure.unit,
        date=figure.date,
        counts={name: figure.numbers[name] for name in ("installs", "with_phone") if name in figure.numbers},
        percent_population=figure.numbers.get("percent_population"),
        percent_smartphones=figure.numbers.get("percent_smartphones"),
        rank=figure.rank,
        people=figure.people,
    )
    text = figure.member.name if figure.member is not None else figure.text
    if figure.failed or figure.subject is None or figure.date is None or not figure.numbers:
        return ReadRow(claim, text, None, figure.member)
    source = figure.source or scope.source
    numbers = {name: each.value for name, each in figure.numbers.items()}

    def whole(name: str) -> int | None:
        return int(numbers[name]) if name in numbers else None

    count = Count(
        unit=figure.subject,
        date=figure.date,
        installs=whole("installs"),
        with_phone=whole("with_phone"),
        active=whole("active"),
        percent_population=numbers.get("percent_population"),
        percent_smartphones=numbers.get("percent_smartphones"),
        share_of="with_phone" if "with_phone" in numbers and "installs" not in numbers else "installs",
        rank=figure.rank,
        source=source,
        origin=Origin.COUNTED if source == DEVICES else scope.origin,
        bound=figure.bound,
    )
    return ReadRow(claim, text, count, figure.member)


def _check_day(figure: _Figure, today: dt.date) -> None:
    day = figure.date
    if day is None:
        if not figure.problems:
            figure.add("date", "no-date", N_("the row has no date"))
    elif day > today:
        figure.add("date", "future-date", N_("{date} lies in the future"), date=day)
    elif day < FIRST_DAY:
        template = N_("{date} is before the app existed ({first})")
        figure.add("date", "early-date", template, date=day, first=FIRST_DAY)


def judge(file: ReadFile, figures: Figures, stored: Iterable[Count] = (), beside: Beside = NOTHING_BESIDE) -> Preview:
    """Find every problem. `stored` are the counts of the same units held already, in order of entry: those of the same
    source would be replaced, and no total may fall from those of the same class of source. `beside` is what the places
    around them report of the same days, and which figures are approved."""
    held = {(count.unit, count.date, count.origin, count.source): count for count in stored}
    newest = {(count.unit, count.origin, count.date): count for count in held.values()}
    rows = tuple(_judged(row, held) for row in file.rows)
    claims = [row.claim for row in file.rows]
    units = {claim.unit.code: claim.unit for claim in claims if claim.unit is not None}
    people = figures.of_units(units.values(), MEASURES)
    findings = audit(claims, people, known=_known(claims, held.values()))
    parents = {unit.parent for unit in units.values() if unit.parent is not None}
    above = (beside.units[code] for code in parents if code in beside.units)
    people = {**figures.of_units(above, (Measure.POPULATION,)), **people}
    problems = checks.of_all(file.rows, file.headers, findings, people, newest, beside)
    order = sorted([*file.problems, *problems], key=lambda problem: (problem.line, problem.severity, problem.column))
    return Preview(rows, tuple(order), tuple(findings))


def _known(claims: Sequence[Claim], stored: Iterable[Count]) -> list[Claim]:
    """Return what is stored of the claims' units as claims of other days, against which an audit holds their shares."""
    units = {claim.unit.code: claim.unit for claim in claims if claim.unit is not None}
    read = {(claim.unit.code, claim.date) for claim in claims if claim.unit is not None}
    known = []
    for count in stored:
        value = count.value(count.share_of)
        if isinstance(count.unit, UnitCode) and count.unit in units and value and (count.unit, count.date) not in read:
            known.append(
                Claim(
                    line=0,
                    unit=units[count.unit],
                    date=count.date,
                    counts={count.share_of: count_of(value)},
                    percent_population=printed_percent(count.percent_population),
                    percent_smartphones=printed_percent(count.percent_smartphones),
                )
            )
    return known


def _judged(
    row: ReadRow, stored: Mapping[tuple[UnitCode | OrganisationCode, dt.date, Origin, str], Count]
) -> PreviewRow:
    count, change = row.count, "none"
    held = stored.get((count.unit, count.date, count.origin, count.source)) if count else None
    if count is not None:
        change = "new" if held is None else "unchanged" if checks.is_same(held, count) else "changed"
    return PreviewRow(row.claim.line, row.text, row.claim.unit, count, change, held)
