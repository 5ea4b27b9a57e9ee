"""Preview a file of counts with every row's problems, before anything is stored.

Errors (a unit nobody knows, a number that is none) keep a row out. Doubts (a share that does not fit, a count that
falls) keep it out until the officer says it is meant. Nothing is half imported: `Preview.to_store` gives rows only once
every problem is decided on, and rows already stored come out as unchanged.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from bluezone.errors import N_
from bluezone.geography.errors import AmbiguousUnitError, GeographyError, UnitNotInForceError
from bluezone.geography.figures import Figures
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout import checks
from bluezone.rollout.audit import MEASURES, Claim, Finding, audit
from bluezone.rollout.checks import COUNT_FIELDS, SHARE_FIELDS, Member, ReadRow
from bluezone.rollout.counts import DEVICES, FIRST_DAY, Count, OrganisationCode, Origin
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.numbers import (
    NumberError,
    Printed,
    habits_of,
    may_be_month_first,
    parse_count,
    parse_date,
    percent_of,
)
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.sectors import UnitCodeError, read_code
from bluezone.rollout.tables import Row, Table

#: more than there are people in the country: nothing counts so many
MOST = 200_000_000
#: a rank is one among units, a share has a few decimals, a source is an address: beyond this they are something else
_RANK_DIGITS = 4
_SHARE_DECIMALS = 8
_SOURCE_LENGTH = 500
_CODE = re.compile(r"[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}")
_TOTAL_WORDS = ("tổng", "tổng cộng", "tổng số", "cộng", "total", "sum")


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
                N_("{count} rows have problems (lines {lines}); nothing was stored: decide on them first"),
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
    """Read every row by itself; `judge` then compares them with each other and with what is stored."""
    reader = _Reader(table, gazetteer, scope)
    rows = tuple(reader.row(row) for row in table.rows)
    return ReadFile(table, rows, tuple(reader.problems))


def judge(file: ReadFile, figures: Figures, stored: Iterable[Count] = ()) -> Preview:
    """Find every problem. `stored` are the counts of the same units held already, in order of entry: those of the same
    source would be replaced, and no total may fall from those of the same class of source."""
    held = {(count.unit, count.date, count.origin, count.source): count for count in stored}
    newest = {(count.unit, count.origin, count.date): count for count in held.values()}
    claims = [row.claim for row in file.rows]
    people = figures.of_units((claim.unit for claim in claims if claim.unit is not None), MEASURES)
    findings = audit(claims, people)
    problems = checks.of_all(file.rows, file.table.headers, findings, people, newest)
    order = sorted([*file.problems, *problems], key=lambda problem: (problem.line, problem.severity, problem.column))
    rows = tuple(_judged(row, held) for row in file.rows)
    return Preview(rows, tuple(order), tuple(findings), file.table.ignored)


def preview(
    table: Table, gazetteer: Gazetteer, figures: Figures, scope: Scope, stored: Iterable[Count] = ()
) -> Preview:
    """Read every row, find every problem, store nothing."""
    return judge(read_rows(table, gazetteer, scope), figures, stored)


class _Reader:
    """Reads rows one after the other and collects what is wrong with them."""

    def __init__(self, table: Table, gazetteer: Gazetteer, scope: Scope) -> None:
        self._headers = table.headers
        self._gazetteer = gazetteer
        self._scope = scope
        self._organisations = scope.organisations(_organisation_codes(table))
        self._found: dict[tuple[str, dt.date], Unit | GeographyError] = {}
        self._habits = habits_of(
            table.column("date"),
            [text for name in (*COUNT_FIELDS, "population") for text in table.column(name)],
            {name: table.column(name) for name in SHARE_FIELDS},
        )
        self._lookup_date = self._habits.first_date or scope.default_date or scope.today
        self.problems: list[Problem] = []

    def row(self, row: Row) -> ReadRow:
        """A row's claim for the audit, and its count if it can be stored."""
        before = len(self.problems)
        row = self._without_formulas(row)
        date = self._date(row)
        known = date is not None and FIRST_DAY <= date <= self._scope.today  # a wrong date is one problem, not two
        code = self._organisation(row)
        unit = None if code is not None else self._unit(row, date if known and date else self._lookup_date)
        counts = {name: printed for name in COUNT_FIELDS if (printed := self._count(row, name)) is not None}
        shares = {name: printed for name in SHARE_FIELDS if (printed := self._share(row, name)) is not None}
        claim = Claim(
            line=row.line,
            unit=unit,
            date=date,
            counts={name: printed for name, printed in counts.items() if name != "active"},
            percent_population=shares.get("percent_population"),
            percent_smartphones=shares.get("percent_smartphones"),
            rank=_rank(row.get("rank")),
        )
        if not counts and not shares and len(self.problems) == before:
            severity = Severity.NOTE if row.get("rank") or row.get("note") else Severity.ERROR
            self._add(row, "installs", "no-count", severity, N_("the row has neither a count nor a share: not stored"))
            unit = code = None
        if len(row.get("source")) > _SOURCE_LENGTH:
            template = N_("a source has at most {limit} letters: give its address or number")
            self._add(row, "source", "long-source", Severity.ERROR, template, {"limit": _SOURCE_LENGTH})
        failed = any(problem.severity is Severity.ERROR for problem in self.problems[before:])
        text = row.get("unit") or row.get("code")
        of = unit.code if unit is not None else code
        member = self._organisations.get(code) if code is not None else None
        text = member.name if member is not None else text
        if failed or of is None or date is None:
            return ReadRow(claim, text, None, member)
        count = _count(of, date, counts, shares)
        source = row.get("source") or self._scope.source
        origin = Origin.COUNTED if source == DEVICES else self._scope.origin
        return ReadRow(claim, text, replace(count, rank=claim.rank, source=source, origin=origin), member)

    def _organisation(self, row: Row) -> OrganisationCode | None:
        """Return the code of the school, office or company that a row speaks of; None where it speaks of a place."""
        for column in ("code", "unit"):
            text = row.get(column)
            if not _is_organisation_code(text):
                continue
            try:
                code = OrganisationCode(read_code(text))
            except UnitCodeError as error:
                self._add(row, column, "unknown-unit", Severity.ERROR, error.template, error.values)
                return OrganisationCode("")
            if code not in self._organisations:
                template = N_("no open unit of your jurisdiction has the code {code}")
                self._add(row, column, "unknown-unit", Severity.ERROR, template, {"code": code})
            return code
        return None

    def _without_formulas(self, row: Row) -> Row:
        """A formula is no figure: what it gives depends on the program that opens it, and nobody sees which. A row of
        totals may have them, for it is not stored."""
        found = {name: text for name, text in row.cells.items() if is_formula(name, text)}
        if (row.get("unit") or row.get("code")).strip().lower() not in _TOTAL_WORDS:
            for name, text in found.items():
                template = N_("a formula ({text}): paste its value instead")
                self._add(row, name, "formula", Severity.ERROR, template, {"text": text[:40]})
        return Row(row.line, row.cells | dict.fromkeys(found, ""))

    def _add(
        self,
        row: Row,
        column: str,
        kind: str,
        severity: Severity,
        template: str,
        values: Mapping[str, object] | None = None,
    ) -> None:
        header = self._headers.get(column, column)
        self.problems.append(Problem(row.line, header, kind, severity, template, values or {}))

    def _date(self, row: Row) -> dt.date | None:
        text = row.get("date")
        if not text:
            if self._scope.default_date is None:
                self._add(row, "date", "no-date", Severity.ERROR, N_("the row has no date"))
            return self._scope.default_date
        try:
            date = parse_date(text)
        except NumberError as error:
            self._add(row, "date", "bad-date", Severity.ERROR, error.template, error.values)
            return None
        if self._habits.month_first and may_be_month_first(text):
            template = N_("“{text}” may be month first, as other dates of the file are; write dates as 2020-08-13")
            self._add(row, "date", "ambiguous-date", Severity.ERROR, template, {"text": text})
        elif date > self._scope.today:
            self._add(row, "date", "future-date", Severity.ERROR, N_("{date} lies in the future"), {"date": date})
        elif date < FIRST_DAY:
            values = {"date": date, "first": FIRST_DAY}
            self._add(
                row, "date", "early-date", Severity.ERROR, N_("{date} is before the app existed ({first})"), values
            )
        return date

    def _unit(self, row: Row, on: dt.date) -> Unit | None:
        text = row.get("unit") or row.get("code")
        column = "unit" if "unit" in self._headers and not row.get("code") else "code"
        if parent := row.get("parent"):
            text = f"{text}, {parent}"
        if text.strip().lower() in _TOTAL_WORDS:
            self._add(row, column, "total-row", Severity.NOTE, N_("a row of totals: not stored"))
            return None
        if (text, on) not in self._found:
            try:
                found = self._gazetteer.find(text, on=on, level=self._scope.level, within=self._scope.within)
                self._found[text, on] = found
            except GeographyError as error:
                self._found[text, on] = self._elsewhere(text, on) or error
        result = self._found[text, on]
        if isinstance(result, GeographyError):
            self._add(row, column, _unit_kind(result), Severity.ERROR, result.template, result.values)
        elif not self._is_within(result, on):
            values = {"unit": self._gazetteer.path(result)}
            self._add(row, column, "outside", Severity.ERROR, N_("{unit} is not in your jurisdiction"), values)
        else:
            return result
        return None

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

    def _count(self, row: Row, name: str) -> Printed | None:
        text = row.get(name)
        if not text:
            return None
        try:
            printed = parse_count(text)
        except NumberError as error:
            self._add(row, name, "bad-number", Severity.ERROR, error.template, error.values)
            return None
        if printed.value > MOST:
            template = N_("{count} is more than there are people in the country")
            self._add(row, name, "bad-number", Severity.ERROR, template, {"count": text})
            return None
        if self._habits.marks.in_doubt(text):
            template = N_("“{text}” could be a decimal or thousands: the file writes both with the same mark")
            self._add(row, name, "ambiguous-number", self._marks_severity(), template, {"text": text})
        return printed

    def _marks_severity(self) -> Severity:
        """A count is whole, so a grouped number can only be thousands, unless its own column holds decimals."""
        return Severity.ERROR if self._habits.marks.undecidable else Severity.NOTE

    def _share(self, row: Row, name: str) -> Printed | None:
        text = row.get(name)
        if not text:
            return None
        try:
            printed = percent_of(text)
        except NumberError as error:
            self._add(row, name, "bad-number", Severity.ERROR, error.template, error.values)
            return None
        if name in self._habits.fractions:
            printed = Printed(printed.value * 100, printed.step * 100)
        if printed.step < Decimal(1).scaleb(-_SHARE_DECIMALS):
            template = N_("“{text}” has too many decimals: round it")
            self._add(row, name, "bad-number", Severity.ERROR, template, {"text": text[:40]})
            return None
        if printed.value > 100:
            template = N_("a share of {percent} % is more than everybody")
            self._add(row, name, "over-100", Severity.ERROR, template, {"percent": printed.value})
            return None
        return printed


def _organisation_codes(table: Table) -> set[OrganisationCode]:
    """Return the codes of schools, offices and companies that a table's rows name, where they are written right."""
    found = set()
    for row in table.rows:
        for text in (row.get("code"), row.get("unit")):
            if _is_organisation_code(text):
                try:
                    found.add(OrganisationCode(read_code(text)))
                except UnitCodeError:
                    continue
    return found


def _is_organisation_code(text: str) -> bool:
    """Decide whether a cell holds a poster's code, `7K3M-Q2XD`: with its hyphen or a digit, for `Vinh Long` is none."""
    return bool(_CODE.fullmatch(text)) and ("-" in text or any(letter.isdigit() for letter in text))


def _rank(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= _RANK_DIGITS else None


def is_formula(field: str, text: str) -> bool:
    """Return whether a text is what a spreadsheet computes; a source is repeated in files of ours, so nothing that
    might start one goes in."""
    return text.startswith(("=", "+", "-", "@") if field == "source" else "=")


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
