"""Preview a file of counts with every row's problems, before anything is stored.

Errors (a unit nobody knows, a number that is none) keep a row out. Doubts (a share that does not fit, a count that
falls) keep it out until the officer says it is meant. Nothing is half imported: `Preview.to_store` gives rows only once
every problem is decided on, and rows already stored come out as unchanged.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bluezone.errors import N_
from bluezone.geography.errors import AmbiguousUnitError, GeographyError, UnitNotInForceError
from bluezone.geography.figures import Figures
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout import checks
from bluezone.rollout.audit import MEASURES, Claim, Finding, audit
from bluezone.rollout.checks import Member, ReadRow
from bluezone.rollout.counts import DEVICES, FIRST_DAY, Count, OrganisationCode, Origin
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.levels import NOTHING_BESIDE, Beside
from bluezone.rollout.numbers import TOTAL_WORDS, CellRow, Printed, count_of, read_cells
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.sectors import UnitCodeError, codes_among, is_code, read_code
from bluezone.rollout.tables import Table

#: a source is an address: beyond this it is something else
_SOURCE_LENGTH = 500


class UndecidedError(RolloutError):
    """Report an import with open problems: the officer has not said what to do with them."""


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """Hold a row as it would be stored (`count` is None if it cannot be), and how it compares with what is stored:
    `held` is the figure of the same unit, day and source that it would replace."""

    line: int
    text: str
    unit: Unit | None
    count: Count | None
    change: str
    held: Count | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """Hold a file as read: its rows, its problems, and what to store once they are decided on."""

    rows: tuple[PreviewRow, ...]
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    ignored_headers: tuple[str, ...] = ()

    def lines(self, severity: Severity) -> frozenset[int]:
        """Return the lines that have a problem of this severity."""
        return frozenset(problem.line for problem in self.problems if problem.severity is severity)

    def to_store(self, *, leave_out_errors: bool = False, confirmed: Collection[int] = ()) -> list[Count]:
        """Return the new and changed counts. Raises UndecidedError while a problem is open.

        `leave_out_errors`: store the good rows and leave out those with errors. `confirmed`: the lines whose doubt the
        officer takes upon himself; other lines in doubt are left out, but only once `leave_out_errors` says so.
        """
        errors = self.lines(Severity.ERROR)
        doubts = self.lines(Severity.DOUBT) - set(confirmed)
        open_lines = errors | doubts
        if open_lines and not leave_out_errors:
            raise UndecidedError(
                N_("rows with problems: {count} (lines {lines}); nothing was stored: decide on them first"),
                count=len(open_lines),
                lines=", ".join(map(str, sorted(open_lines)[:10])),
            )
        return [
            row.count for row in self.rows if row.count and row.line not in open_lines and row.change != "unchanged"
        ]


def _no_organisations(_codes: Collection[OrganisationCode]) -> Mapping[OrganisationCode, Member]:
    return {}


@dataclass(frozen=True, slots=True)
class Scope:
    """Hold what a file may speak of: its level and jurisdiction, the day it was made, and the date of rows without one.

    A name is looked up within the jurisdiction first: to Hậu Giang, `Châu Thành` is its own district of that name.
    `organisations` finds those of some codes that are open and in the jurisdiction; `origin` is the class of source
    of every row, but for those whose source is `devices`.
    """

    today: dt.date
    level: Level | None = None
    within: UnitCode | None = None
    default_date: dt.date | None = None
    source: str = ""
    origin: Origin = Origin.REPORTED
    organisations: Callable[[Collection[OrganisationCode]], Mapping[OrganisationCode, Member]] = _no_organisations


@dataclass(frozen=True, slots=True)
class ReadFile:
    """Hold a file's rows as read, and what is wrong with each by itself."""

    table: Table
    rows: tuple[ReadRow, ...]
    problems: tuple[Problem, ...]


def read_rows(table: Table, gazetteer: Gazetteer, scope: Scope) -> ReadFile:
    """Read every row by itself: its numbers and dates, then the unit it speaks of, then the count it makes.

    `judge` then compares the rows with each other and with what is stored.
    """
    codes = codes_among(row.get(column) for row in table.rows for column in ("code", "unit"))
    organisations = scope.organisations({OrganisationCode(code) for code in codes})
    cells = read_cells(table, scope.today, scope.default_date)
    subjects = _Subjects(gazetteer, scope, organisations, cells.first_date or scope.default_date or scope.today)
    read = [_read_row(row, subjects.of(row), scope) for row in cells.rows]
    return ReadFile(table, tuple(row for row, _ in read), tuple(problem for _, own in read for problem in own))


def judge(file: ReadFile, figures: Figures, stored: Iterable[Count] = (), beside: Beside = NOTHING_BESIDE) -> Preview:
    """Find every problem. `stored` are the counts of the same units held already, in order of entry: those of the same
    source would be replaced, and no total may fall from those of the same class of source. `beside` is what the places
    around them report of the same days, and which figures are approved."""
    held = {(count.unit, count.date, count.origin, count.source): count for count in stored}
    newest = {(count.unit, count.origin, count.date): count for count in held.values()}
    rows = tuple(_judged(row, held) for row in file.rows)
    claims = [row.claim for row in file.rows]
    people = figures.of_units((claim.unit for claim in claims if claim.unit is not None), MEASURES)
    findings = audit(claims, people, known=_known(claims, held.values()))
    problems = checks.of_all(file.rows, file.table.headers, findings, people, newest, beside)
    order = sorted([*file.problems, *problems], key=lambda problem: (problem.line, problem.severity, problem.column))
    return Preview(rows, tuple(order), tuple(findings), file.table.ignored)


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


def printed_percent(percent: Decimal | None) -> Printed | None:
    """Return a stored share with the size of its last digit."""
    return None if percent is None else Printed(percent, Decimal(1).scaleb(int(percent.as_tuple().exponent)))


def preview(
    table: Table, gazetteer: Gazetteer, figures: Figures, scope: Scope, stored: Iterable[Count] = ()
) -> Preview:
    """Read every row, find every problem, store nothing."""
    file = read_rows(table, gazetteer, scope)
    return judge(file, figures, stored)


@dataclass(frozen=True, slots=True)
class _Subject:
    """Hold the unit of the gazetteer or the organisation that a row speaks of; neither, with the problem, where
    nobody knows it."""

    unit: Unit | None = None
    code: OrganisationCode | None = None
    member: Member | None = None
    problem: Problem | None = None


class _Subjects:
    """Find the units and organisations that rows speak of."""

    def __init__(
        self,
        gazetteer: Gazetteer,
        scope: Scope,
        organisations: Mapping[OrganisationCode, Member],
        lookup_date: dt.date,
    ) -> None:
        self._gazetteer = gazetteer
        self._scope = scope
        self._organisations = organisations
        self._lookup_date = lookup_date
        self._found: dict[tuple[str, dt.date], Unit | GeographyError] = {}

    def of(self, read: CellRow) -> _Subject:
        """Return whom a row speaks of: an organisation if a cell holds its code, else a place."""
        for column in ("code", "unit"):
            if is_code(text := read.row.get(column)):
                return self._organisation(read, column, text)
        date = read.date
        known = date is not None and FIRST_DAY <= date <= self._scope.today  # a wrong date is one problem, not two
        return self._unit(read, date if known and date else self._lookup_date)

    def _organisation(self, read: CellRow, column: str, text: str) -> _Subject:
        try:
            code = OrganisationCode(read_code(text))
        except UnitCodeError as error:
            return _Subject(
                problem=_problem(read, column, "unknown-unit", Severity.ERROR, error.template, error.values)
            )
        if code in self._organisations:
            return _Subject(code=code, member=self._organisations[code])
        template = N_("no open unit of your jurisdiction has the code {code}")
        return _Subject(problem=_problem(read, column, "unknown-unit", Severity.ERROR, template, {"code": code}))

    def _unit(self, read: CellRow, on: dt.date) -> _Subject:
        row = read.row
        text = row.get("unit") or row.get("code")
        if ":" in row.get("code"):  # decided on when the file was read
            text = row.get("code")
        column = "unit" if "unit" in read.headers and not row.get("code") else "code"
        if parent := row.get("parent"):
            text = f"{text}, {parent}"
        if text.strip().lower() in TOTAL_WORDS:
            template = N_("a row of totals: not stored")
            return _Subject(problem=_problem(read, column, "total-row", Severity.NOTE, template))
        if (text, on) not in self._found:
            try:
                found = self._gazetteer.find(text, on=on, level=self._scope.level, within=self._scope.within)
                self._found[text, on] = found
            except GeographyError as error:
                self._found[text, on] = self._elsewhere(text, on) or error
        result = self._found[text, on]
        if isinstance(result, GeographyError):
            kind = _unit_kind(result)
            return _Subject(problem=_problem(read, column, kind, Severity.ERROR, result.template, result.values))
        if not self._is_within(result, on):
            template, values = N_("{unit} is not in your jurisdiction"), {"unit": self._gazetteer.path(result)}
            return _Subject(problem=_problem(read, column, "outside", Severity.ERROR, template, values))
        return _Subject(result)

    def _is_within(self, unit: Unit, on: dt.date) -> bool:
        within = self._scope.within
        above = () if within is None else self._gazetteer.ancestors(unit, on)
        return within in (None, unit.code) or any(each.code == within for each in above)

    def _elsewhere(self, text: str, on: dt.date) -> Unit | None:
        """A unit outside the jurisdiction, so that it can be named as such; or the whole country, with which tables of
        provinces often end."""
        level = Level.NATION if self._scope.within is None else self._scope.level
        try:
            return self._gazetteer.find(text, on=on, level=level)
        except GeographyError:
            return None


def _problem(
    read: CellRow,
    column: str,
    kind: str,
    severity: Severity,
    template: str,
    values: Mapping[str, object] | None = None,
) -> Problem:
    return Problem(read.row.line, read.headers.get(column, ""), kind, severity, template, values or {})


def _read_row(read: CellRow, subject: _Subject, scope: Scope) -> tuple[ReadRow, list[Problem]]:
    """Return a row's claim for the audit, its count if it can be stored, and every problem of the row."""
    row, problems = read.row, list(read.problems)
    if subject.problem is not None:
        problems.append(subject.problem)
    claim = Claim(
        line=row.line,
        unit=subject.unit,
        date=read.date,
        counts={name: printed for name, printed in read.counts.items() if name != "active"},
        percent_population=read.shares.get("percent_population"),
        percent_smartphones=read.shares.get("percent_smartphones"),
        rank=read.rank,
    )
    if not read.counts and not read.shares and not problems:
        severity = Severity.NOTE if row.get("rank") or row.get("note") else Severity.ERROR
        template = N_("the row has neither a count nor a share: not stored")
        problems.append(_problem(read, "installs", "no-count", severity, template))
        subject = _Subject()
    if len(row.get("source")) > _SOURCE_LENGTH:
        template = N_("a source has at most {limit} letters: give its address or number")
        problems.append(_problem(read, "source", "long-source", Severity.ERROR, template, {"limit": _SOURCE_LENGTH}))
    failed = any(problem.severity is Severity.ERROR for problem in problems)
    of = subject.unit.code if subject.unit is not None else subject.code
    text = subject.member.name if subject.member is not None else row.get("unit") or row.get("code")
    if failed or of is None or read.date is None:
        return ReadRow(claim, text, None, subject.member), problems
    count = _count(of, read.date, read.counts, read.shares)
    source = row.get("source") or scope.source
    origin = Origin.COUNTED if source == DEVICES else scope.origin
    count = replace(count, rank=claim.rank, source=source, origin=origin, bound=read.bound)
    return ReadRow(claim, text, count, subject.member), problems


def _count(
    unit: UnitCode | OrganisationCode, date: dt.date, counts: Mapping[str, Printed], shares: Mapping[str, Printed]
) -> Count:
    def whole(name: str) -> int | None:
        return int(counts[name].value) if name in counts else None

    def percent(name: str) -> Decimal | None:
        return shares[name].value if name in shares else None

    return Count(
        unit=unit,
        date=date,
        installs=whole("installs"),
        with_phone=whole("with_phone"),
        active=whole("active"),
        percent_population=percent("percent_population"),
        percent_smartphones=percent("percent_smartphones"),
        share_of="with_phone" if "with_phone" in counts and "installs" not in counts else "installs",
    )


def _unit_kind(error: GeographyError) -> str:
    if isinstance(error, AmbiguousUnitError):
        return "ambiguous-unit"
    return "unit-not-in-force" if isinstance(error, UnitNotInForceError) else "unknown-unit"


def _judged(
    row: ReadRow, stored: Mapping[tuple[UnitCode | OrganisationCode, dt.date, Origin, str], Count]
) -> PreviewRow:
    count = row.count
    held = stored.get((count.unit, count.date, count.origin, count.source)) if count else None
    return PreviewRow(row.claim.line, row.text, row.claim.unit, count, _change(count, held), held)


def _change(count: Count | None, held: Count | None) -> str:
    if count is None:
        return "none"
    if held is None:
        return "new"
    return "unchanged" if checks.is_same(held, count) else "changed"
