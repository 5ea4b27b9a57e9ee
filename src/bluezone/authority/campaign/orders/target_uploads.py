"""Take tables that cut an order in force to districts and communes: judge them against the order, store them, and serve
their pages.

A table's rows go beside the parts that the order has already. The parts of each unit are judged together: what does not
add up is asked of the unit, at no row of the file, and without a yes none of them is stored.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.imports import context_of
from bluezone.authority.campaign.orders import presenters, queries, rules, services
from bluezone.authority.campaign.orders.models import Directive, Kind
from bluezone.authority.campaign.orders.queries import denominators_of
from bluezone.authority.campaign.orders.rules import DirectiveError
from bluezone.authority.campaign.orders.services import Part
from bluezone.authority.officers.jurisdiction import directing_over, place_of
from bluezone.authority.officers.models import User
from bluezone.authority.officers.upload_pages import UploadPages, first
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, page_language
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import spreadsheets
from bluezone.authority.site.uploads.forms import UploadForm
from bluezone.authority.site.uploads.pipeline import Kind as UploadKind
from bluezone.authority.site.uploads.pipeline import Stored, UploadError
from bluezone.authority.units.offices import chair_of
from bluezone.authority.units.queries import path_of
from bluezone.errors import TranslatableError
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.i18n import format_share
from bluezone.rollout.cascade import Written, judge
from bluezone.rollout.directives import Base
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.pace import check_share, installs_for
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.series import Series
from bluezone.rollout.sources import PEOPLE_ON_ORDER
from bluezone.spreadsheets import results as sheets
from bluezone.spreadsheets.results import Proposal
from bluezone.spreadsheets.roles import TARGETS

MOST_ROWS = 12_000
_LONGEST_NAME = 160
_NOT_BELOW = gettext_noop("{unit} lies not below {whole}, to which the order is given")


class TargetsForm(UploadForm):
    """Ask for a table of targets and the order it cuts."""

    directive = forms.ChoiceField(label=_("Order"))
    file_help = _(
        "Any spreadsheet (.xlsx, .xls, .ods, .csv), a row a district or commune. Columns: unit (with district, "
        "province) or code, target or share, and people where nobody knows them; in Vietnamese: đơn vị, huyện, chỉ "
        "tiêu hoặc tỷ lệ, dân số, phụ trách."
    )
    field_order = ("directive", "file")

    def for_officer(self, officer: User, asked: Mapping[str, str]) -> None:
        """Offer the orders in force that the officer directs."""
        rows = orders_of(officer.place, clock.today())
        choices = [(str(each.pk), f"{each.number}: {presenters.title_of(each, page_language())}") for each in rows]
        chosen = self.fields["directive"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = choices
        chosen.initial = asked.get("directive", "")

    def options(self) -> dict[str, Any]:
        return {"directive": int(self.cleaned_data["directive"])}


@dataclass(frozen=True, slots=True)
class Drafted:
    """Hold a row as the order would store it, with what it would change; `above` are the keys of the units it lies in,
    up to the order's."""

    line: int
    part: Part
    change: str
    held: int | None
    above: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """Hold a table judged against its order.

    What is said of all the rows in a unit has a number behind the lines of the file: `asked` those of units with open
    questions, `refused` those of units whose rows cannot be stored.
    """

    rows: tuple[Drafted, ...]
    problems: tuple[Problem, ...]
    names: Mapping[int, str]
    asked: Mapping[str, int] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)
    #: units between the order's and the rows that neither the table nor the order names, from the top: their target is
    #: the sum of their parts
    sums: tuple[Part, ...] = ()


def orders_of(place: str, day: dt.date) -> Sequence[Directive]:
    """Return the orders in force of a place and what lies in it that can be cut to units, the newest first."""
    rows = queries.in_force(day).filter(place__startswith=place, deadline__gte=day).exclude(base=Base.HEADCOUNT.value)
    return [each for each in rows.order_by("-issued", "-pk") if _level(each.scope) < Level.COMMUNE]


def check(upload: Upload) -> None:
    """Raise UploadError or TableError for what is no table of targets, or of no order of the officer's."""
    _order(upload, clock.today())
    found = understand(upload, clock.now())
    if len(found.rows) > MOST_ROWS:
        template = gettext_noop("the list has {count} rows; at most {most} are taken at once")
        raise UploadError(template, count=len(found.rows), most=MOST_ROWS)


def understand(upload: Upload, now: dt.datetime) -> Proposal:
    """Return what the table's columns and rows are taken for. Raises TableError."""
    return spreadsheets.proposal_of(upload, context_of(upload, now), TARGETS)


def read(upload: Upload, now: dt.datetime) -> Preview:
    """Read the table as things stand now."""
    day = clock.date_of(now)
    directive = _order(upload, day)
    proposal = understand(upload, now)
    found = _Reader(directive, upload.place, day, {column.role: column.header for column in proposal.columns})
    for row in proposal.stored:
        found.read(row)
    names = {each.line: each.written for each in proposal.stored}
    return _judged(found, names, _Tree(directive, day, {key: part for key, (_, part) in found.rows.items()}))


def store(upload: Upload, found: Preview, confirmed: Collection[int], now: dt.datetime) -> Stored:
    """Store the targets of the units whose questions are answered. Raises DirectiveError."""
    directive = _order(upload, clock.date_of(now))
    closed = {key for key, number in found.asked.items() if number not in confirmed} | found.refused.keys()
    wrong = {each.line for each in found.problems if each.severity is Severity.ERROR}
    rows = [each for each in found.rows if each.line not in wrong and closed.isdisjoint(each.above)]
    changed = [each for each in rows if each.change != "unchanged"]
    needed = {key for each in rows for key in each.above}
    sums = [part for part in found.sums if part.key in needed]  # the units between, from the top
    services.cut(directive, [*sums, *(each.part for each in changed)])
    kept = {each.line for each in rows}
    return Stored(
        added=sum(each.change == "new" for each in changed),
        changed=sum(each.change == "changed" for each in changed),
        left_out=sum(each.line not in kept | wrong for each in found.rows),
    )


def held(found: Preview) -> frozenset[int]:
    """Return the lines that are stored only once the question about a unit they lie in is answered, or not at all."""
    closed = found.asked.keys() | found.refused.keys()
    return frozenset(each.line for each in found.rows if not closed.isdisjoint(each.above))


def wholes(found: Preview) -> frozenset[int]:
    """Return the numbers of what is said of all the rows in a unit."""
    return frozenset({*found.asked.values(), *found.refused.values()})


def _order(upload: Upload, day: dt.date) -> Directive:
    """Return the order that a table is for. Raises UploadError where it is not in force, or not the officer's."""
    for each in orders_of(upload.place, day):
        if each.pk == upload.options.get("directive"):
            return each
    raise UploadError(gettext_noop("this order is not in force any more, or not yours: no table can cut it"))


class _Reader:
    """Read rows one after the other, as the order would store them, and collect what is wrong with them."""

    def __init__(self, directive: Directive, place: str, day: dt.date, headers: Mapping[str, str]) -> None:
        self._directive, self.day, self.headers = directive, day, headers
        self._own, self._root, self._measure = directing_over(place), _unit(directive.scope), Measure(directive.base)
        self._figures = denominators_of(list(_below(self._root, day)), day, self._measure)
        self._held = {each.key: each for each in directive.targets.filter(kind=Kind.UNIT)}
        #: by the unit's key: the line, and what is asked there
        self.rows: dict[str, tuple[int, Part]] = {}
        self.problems: list[Problem] = []

    def read(self, row: sheets.Row) -> None:
        """Take a row in; where something is wrong with it, say so instead."""
        try:
            unit, numbers = self._unit(row), {value.role: value for value in row.values}
            people, source = self._people(row, numbers.get("headcount"), unit)
            target = self._target(numbers, unit, people)
            self._check_is_first(unit)
        except _RowError as error:
            header = self.headers.get(error.field, "")
            problem = Problem(row.line, header, error.field, Severity.ERROR, error.template, error.values)
            self.problems.append(problem)
            return
        responsible = " ".join(row.texts.get("responsible", "").split())[:_LONGEST_NAME]
        part = Part(unit, "", people, source, None, target, responsible)
        self.rows[part.key] = row.line, part

    def _unit(self, row: sheets.Row) -> Unit:
        if row.unit is None:
            raise _RowError("unit", gettext_noop("the row names no unit"))
        where = place_of(row.unit.code)
        lies_below = row.unit.code != self._root.code and where.startswith(self._directive.place)
        if not lies_below or not self._own.may_direct(where):
            raise _RowError("unit", _NOT_BELOW, unit=path_of(row.unit), whole=self._root.full_name)
        return row.unit

    def _check_is_first(self, unit: Unit) -> None:
        if (other := self.rows.get(str(unit.code))) is not None:
            template = gettext_noop("{unit} stands in line {other} already")
            raise _RowError("unit", template, unit=unit.full_name, other=other[0])

    def _people(self, row: sheets.Row, given: sheets.Value | None, unit: Unit) -> tuple[int, str]:
        """Return the people a target is of, and by which count: that of the order, as an earlier table of it says,
        where no census knows the unit; or as the row has them."""
        figure, on_order = self._figures.on(unit, self._measure, self.day), self._held.get(str(unit.code))
        if on_order is not None and (figure is None or figure.vintage.title == PEOPLE_ON_ORDER):
            known, source = on_order.people, on_order.people_source
        else:
            known, source = (figure.value, figure.vintage.id[:80]) if figure else (0, "")
        if given is None and known:
            return known, source
        if given is None:
            template = gettext_noop(
                "nobody knows how many people {unit} has: add a column of people, or enter its population first"
            )
            raise _RowError("headcount", template, unit=row.written)
        people = int(given.number)
        if people < 1 or people != given.number:
            raise _RowError("headcount", gettext_noop("a unit has at least one person"))
        return people, source if people == known else ""

    def _target(self, numbers: Mapping[str, sheets.Value], unit: Unit, people: int) -> int:
        """Return a row's target: a number of people, or a share of its people."""
        given = numbers.get("target") or numbers.get("target_percent")
        if given is None:
            raise _RowError("target", gettext_noop("{unit} has no target"), unit=unit.full_name)
        if given.role == "target_percent" or given.text.rstrip().endswith("%"):
            try:
                return installs_for(check_share(Fraction(given.number) / 100), people)
            except RolloutError as error:
                raise _RowError(given.role, error.template, **error.values) from None
        if given.number != given.number.to_integral_value():
            raise _RowError(given.role, gettext_noop("{found} is no number of people"), found=given.text[:40])
        if given.number > people:
            template = gettext_noop("{found} are asked of {unit}, which has {allowed} people")
            raise _RowError("target", template, found=int(given.number), unit=unit.full_name, allowed=people)
        return int(given.number)


class _RowError(TranslatableError):
    """Report what is wrong with a row; `field` is the role of its column."""

    def __init__(self, field: str, template: str, **values: object) -> None:
        super().__init__(template, **values)
        self.field = field


class _Tree:
    """Hold an order's units with a table's rows in their place: what each is to reach then, and of how many people."""

    def __init__(self, directive: Directive, day: dt.date, rows: Mapping[str, Part]) -> None:
        self.rows, self.root = rows, directive.scope
        self.held = {each.key: each for each in directive.targets.filter(kind=Kind.UNIT).select_related("parent")}
        self._day, self._figures, self._measure = day, reader.denominators(), Measure(directive.base)
        #: the units that a row or a unit between lies in, the nearest first, up to the order's
        self.above: dict[str, tuple[str, ...]] = {key: self._chain(row.unit) for key, row in rows.items()}
        between = dict.fromkeys(key for chain in self.above.values() for key in chain)
        self.between = [key for key in between if key not in rows and key not in self.held]
        self.above |= {key: self._chain(_unit(key)) for key in self.between}
        self.children: dict[str, list[str]] = defaultdict(list)
        for key, chain in self.above.items():
            self.children[chain[0]].append(key)
        for key, each in self.held.items():
            if each.parent is not None and key not in rows:
                self.children[each.parent.key].append(key)

    def target(self, key: str) -> int:
        """Return what a unit is to reach: as the table says, as the order has it, or the sum of its parts."""
        if key in self.rows:
            return self.rows[key].installs
        if key in self.held:
            return self.held[key].installs
        return sum(self.target(child) for child in self.children[key])

    def people(self, key: str) -> int | None:
        """Return the people of a unit: as the table says, as the order has them, or as they are known."""
        if key in self.rows:
            return self.rows[key].people
        if key in self.held:
            return self.held[key].people
        figure = self._figures.on(_unit(key), self._measure, self._day)
        return figure.value if figure else None

    def touched(self) -> list[str]:
        """Return the units whose parts the table changes, from the top."""
        keys = {chain[0] for chain in self.above.values()}
        return sorted(keys, key=lambda key: len(self.above.get(key, ())))

    def expected(self, key: str) -> list[str]:
        """Return the units of today right below one."""
        return [str(each.code) for each in catalogue.all_units().children(UnitCode.parse(key), self._day)]

    def sums(self) -> tuple[Part, ...]:
        """Return the units that get the sum of their parts."""
        made = [
            Part(
                _unit(key),
                self.above[key][0],
                self.people(key) or sum(self.people(child) or 0 for child in self.children[key]),
                "",
                None,
                self.target(key),
            )
            for key in self.between
        ]
        return tuple(sorted(made, key=lambda part: len(self.above[part.key])))

    def _chain(self, unit: Unit) -> tuple[str, ...]:
        chain = []
        for each in catalogue.all_units().ancestors(unit, self._day):
            chain.append(str(each.code))
            if chain[-1] == self.root:
                return tuple(chain)
        raise DirectiveError(_NOT_BELOW, unit=unit.full_name, whole=_unit(self.root).full_name)


def _judged(found: _Reader, names: Mapping[int, str], tree: _Tree) -> Preview:
    header = found.headers.get("target", found.headers.get("target_percent", ""))
    problems, wholes = list(found.problems), _Wholes(names)
    asked: dict[str, int] = {}
    refused: dict[str, int] = {}
    for key in tree.touched():
        parts = [Written(child, tree.people(child) or 0, tree.target(child)) for child in tree.children[key]]
        expected = tree.expected(key)
        parts_names = {each: _unit(each).full_name for each in {*expected, *tree.children[key]}}
        target = None if key in tree.between else tree.target(key)
        for finding in judge(parts, target=target, people=tree.people(key), expected=expected):
            error = rules.sentence(finding, _unit(key).full_name, parts_names)
            severity = Severity.ERROR if finding.misfit.is_refused else Severity.DOUBT
            if finding.key in tree.rows:
                line = found.rows[finding.key][0]
            elif severity is Severity.DOUBT:
                line = asked[key] = wholes.number_of(key)
            else:
                line = refused[finding.key] = wholes.number_of(finding.key)
            problems.append(Problem(line, header, finding.misfit.value, severity, error.template, error.values))
    series = reader.series_of([part.unit.code for _, part in found.rows.values()], found.day)
    drafted = tuple(_drafted(line, part, tree, series.get(part.unit.code)) for line, part in found.rows.values())
    order = sorted(problems, key=lambda each: (each.line not in wholes.names, each.line, each.severity))
    return Preview(drafted, tuple(order), {**names, **wholes.names}, asked, refused, tree.sums())


class _Wholes:
    """Number units of which something is said that no single row can answer for, behind the lines of the file."""

    def __init__(self, lines: Iterable[int]) -> None:
        self._last = max(lines, default=0)
        self._numbers: dict[str, int] = {}
        self.names: dict[int, str] = {}

    def number_of(self, key: str) -> int:
        number = self._numbers.setdefault(key, self._last + 1 + len(self._numbers))
        self.names[number] = path_of(_unit(key))
        return number


def _drafted(line: int, part: Part, tree: _Tree, series: Series | None) -> Drafted:
    held, above = tree.held.get(part.key), tree.above[part.key]
    same = held is not None and (held.installs, held.people) == (part.installs, part.people)
    change = "new" if held is None else "unchanged" if same else "changed"
    placed = replace(part, above=above[0], installs_then=series.total if series else None)
    return Drafted(line, placed, change, held.installs if held is not None else None, above)


def _below(unit: Unit, day: dt.date) -> Iterable[Unit]:
    for child in catalogue.all_units().children(unit.code, day) if unit.level < Level.COMMUNE else ():
        yield child
        yield from _below(child, day)


def _unit(key: str) -> Unit:
    return catalogue.all_units().unit(UnitCode.parse(key))


def _level(scope_key: str) -> Level:
    return UnitCode.parse(scope_key).level


def _context(found: Preview) -> dict[str, Any]:
    shown, more = first(found.rows)
    return {"sample": [_sample(each, found.asked) for each in shown], "more_rows": more}


def _sample(each: Drafted, asked: Mapping[str, int]) -> dict[str, Any]:
    """Present a row; `waits` names the unit it lies in whose parts are asked about."""
    row = each.part
    return {
        "waits": next((_unit(key).full_name for key in each.above if key in asked), ""),
        "line": each.line,
        "unit": path_of(row.unit),
        "people": number_text(row.people),
        "target": number_text(row.installs),
        "share": format_share(row.installs / row.people, page_language()),
        "responsible": row.responsible or chair_of(row.unit),
        "change": each.change,
        "held": number_text(each.held) if each.change == "changed" else "",
    }


KIND = UploadKind("targets", check, read, store, understand, held, wholes)
PAGES = UploadPages(
    kind=KIND,
    form=TargetsForm,
    namespace="orders",
    nav="directives",
    title=_("Cut an order by a table"),
    lead=_("A row a district or commune. You see what does not add up before anything is stored."),
    onward=("orders:list", _("The orders")),
    names=lambda found: found.names,
    context=_context,
    rows_template="orders/upload_rows.html",
    asked=lambda upload: {"directive": str(upload.options.get("directive", ""))},
)
