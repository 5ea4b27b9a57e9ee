"""Judge the rows of an uploaded table of targets by themselves: what each asks of which unit, without a database.

A row's target is a number of people, or a share of its people. Rows of one unit and its parts are judged together
(`rollout.cascade.judge`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext_noop

from bluezone.authority.campaign.orders.rules import DirectiveError
from bluezone.errors import TranslatableError
from bluezone.geography.units import Unit
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.pace import check_share, installs_for
from bluezone.rollout.problems import Problem, Severity
from bluezone.spreadsheets import results as sheets
from bluezone.spreadsheets.results import Proposal

MOST_ROWS = 12_000
_LONGEST_NAME = 160


@dataclass(frozen=True, slots=True)
class Known:
    """Hold what is known of a unit: the people its share is of, by which count, and its figure."""

    people: int | None
    source: str
    installs: int | None


@dataclass(frozen=True, slots=True)
class Order:
    """Hold what is asked of the order while its table is read.

    `check` raises DirectiveError for a unit that does not lie below the order's; `known` gives what is known of one.
    """

    check: Callable[[Unit], None]
    known: Callable[[Unit], Known]


@dataclass(frozen=True, slots=True)
class Row:
    """Hold a row as it would be stored."""

    line: int
    unit: Unit
    people: int
    people_source: str
    installs_then: int | None
    target: int
    responsible: str

    @property
    def key(self) -> str:
        return str(self.unit.code)


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold a table as read, before it is compared with the order: rows without errors, problems, the unit of each
    line as written."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    names: Mapping[int, str]
    headers: Mapping[str, str]


def read_rows(proposal: Proposal, order: Order) -> Reading:
    """Judge every row by itself."""
    reader = _Reader(order, {column.role: column.header for column in proposal.columns})
    rows = [row for each in proposal.stored if (row := reader.read(each)) is not None]
    names = {each.line: each.written for each in proposal.stored}
    return Reading(tuple(rows), tuple(reader.problems), names, reader.headers)


class _Reader:
    """Read rows one after the other and collect what is wrong with them."""

    def __init__(self, order: Order, headers: Mapping[str, str]) -> None:
        self._order = order
        self.headers = headers
        self._seen: dict[str, int] = {}
        self.problems: list[Problem] = []

    def read(self, row: sheets.Row) -> Row | None:
        """Return a row as it would be stored, None where something is wrong with it."""
        unit = self._unit(row)
        if unit is None:
            return None
        known = self._order.known(unit)
        numbers = {value.role: value for value in row.values}
        people, source = self._people(row, numbers.get("headcount"), known)
        if people is None:
            return None
        target = self._target(row.line, numbers, unit, people)
        if target is None:
            return None
        if (other := self._seen.setdefault(str(unit.code), row.line)) != row.line:
            template = gettext_noop("{unit} stands in line {other} already")
            self._add(row.line, "unit", DirectiveError(template, unit=unit.full_name, other=other))
            return None
        responsible = " ".join(row.texts.get("responsible", "").split())[:_LONGEST_NAME]
        return Row(row.line, unit, people, source, known.installs, target, responsible)

    def _unit(self, row: sheets.Row) -> Unit | None:
        try:
            if row.unit is None:
                raise DirectiveError(gettext_noop("the row names no unit"))  # noqa: TRY301
            self._order.check(row.unit)
        except DirectiveError as error:
            self._add(row.line, "unit", error)
            return None
        return row.unit

    def _people(self, row: sheets.Row, given: sheets.Value | None, known: Known) -> tuple[int | None, str]:
        if given is None and known.people:
            return known.people, known.source
        if given is None:
            template = gettext_noop(
                "nobody knows how many people {unit} has: add a column of people, or enter its population first"
            )
            self._add(row.line, "headcount", DirectiveError(template, unit=row.written))
            return None, ""
        people = int(given.number)
        if people < 1 or people != given.number:
            self._add(row.line, "headcount", DirectiveError(gettext_noop("a unit has at least one person")))
            return None, ""
        return people, "" if people != known.people else known.source

    def _target(self, line: int, numbers: Mapping[str, sheets.Value], unit: Unit, people: int) -> int | None:
        given = numbers.get("target") or numbers.get("target_percent")
        try:
            if given is None:
                raise DirectiveError(gettext_noop("{unit} has no target"), unit=unit.full_name)  # noqa: TRY301
            if given.role == "target_percent" or given.text.rstrip().endswith("%"):
                return installs_for(check_share(Fraction(given.number) / 100), people)
            if given.number != given.number.to_integral_value():
                template = gettext_noop("{found} is no number of people")
                raise DirectiveError(template, found=given.text[:40])  # noqa: TRY301
        except (RolloutError, DirectiveError) as error:
            self._add(line, given.role if given is not None else "target", error)
            return None
        if given.number > people:
            template = gettext_noop("{found} are asked of {unit}, which has {allowed} people")
            asked = int(given.number)
            misfit = DirectiveError(template, found=asked, unit=unit.full_name, allowed=people)
            self._add(line, "target", misfit)
            return None
        return int(given.number)

    def _add(self, line: int, role: str, error: TranslatableError) -> None:
        header = self.headers.get(role, "")
        self.problems.append(Problem(line, header, role, Severity.ERROR, error.template, error.values))
