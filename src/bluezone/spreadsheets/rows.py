"""Read the rows of a table whose columns have roles: the unit of each, its typed numbers with their days, and why it
is left out where it is. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bluezone.errors import N_
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Unit, UnitCode
from bluezone.spreadsheets import columns as taking
from bluezone.spreadsheets import days, grid, lexicon, units
from bluezone.spreadsheets.cells import EMPTY, Cell
from bluezone.spreadsheets.checks import COUNTED, people_of
from bluezone.spreadsheets.draft import Context, Draft
from bluezone.spreadsheets.errors import TableError
from bluezone.spreadsheets.mapping import Mapping as Decisions
from bluezone.spreadsheets.results import NO_UNIT, NOBODY, TOTALS, Candidate, Row, Saying, Value, saying
from bluezone.spreadsheets.roles import ALL_ROLES, FIGURES, OTHER, Holds, Purpose
from bluezone.spreadsheets.values import days_in

#: percentages are kept with so many
_DECIMALS = 4
#: a number of people known from elsewhere may be so much out of date
_ROUNDED = Decimal("1.1")
FIGURES_HELD = (Holds.COUNT, Holds.PERCENT)
_WRITTEN = (Holds.TEXT, Holds.NAME, Holds.WRITTEN, Holds.DATE)
_ORGANISATION = re.compile(r"[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}")
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None})


@dataclass(slots=True)
class Reading:
    """Hold what rows are read by, and the totals met on the way: line -> number by column."""

    draft: Draft
    context: Context
    decided: Decisions
    purpose: Purpose
    main: dt.date | None
    totals: dict[int, dict[str, Decimal]] = field(default_factory=dict)
    #: the line of text above each line, between the rows of the table
    headings: Mapping[int, str] = field(default_factory=dict)
    #: all rows are of the whole place of the sender: a series of the nation by day
    of_whole: bool = False


def read(reading: Reading) -> list[Row]:
    """Return every line of the table that holds anything."""
    draft, purpose = reading.draft, reading.purpose
    if purpose.of_persons:
        return _of_persons(reading)
    lines = [line for line in draft.table.lines if not grid.is_numbering(_own(draft, line))]
    reading.headings = grid.headings(draft.table)
    named = _names(draft, lines, reading.headings)
    codes = {line: column.cells[line].text.strip()
             for column in draft.having("code")[:1] for line in lines if line in column.cells}  # fmt: skip
    if purpose.of_units:
        topics = [topic for column in draft.having("unit") for text in column.path for topic in lexicon.topics_in(text)]
        units.choose(draft.finder, list(named.values()), next((each.level for each in topics if each.level), ""))
        if not draft.having("unit") and not draft.having("code"):
            _give_one(reading, named)
    written = [*codes.values(), *(each.text for each in named.values())]
    said = [*reading.decided.units.values(), *reading.decided.names.values()]
    organisations = reading.context.organisations(
        {code for text in [*written, *said] if (code := _organisation_code(text))}
    )
    by_day = _row_days(draft, lines, reading.headings)
    texts = {each.text for each in named.values() if each.text}
    reading.of_whole = all(map(lexicon.is_total, texts)) and any(_names_whole(reading, text) for text in texts)
    if not reading.decided:
        _refuse_elsewhere(list(named.values()))
    return [_row(reading, named[line], codes.get(line, ""), organisations, by_day.get(line)) for line in lines]


def _names_whole(reading: Reading, text: str) -> bool:
    return lexicon.names_whole(text, reading.draft.finder.scope.place.kind)


def _give_one(reading: Reading, named: Mapping[int, units.Named]) -> None:
    """Give all rows of a table without a column of units the unit of its title."""
    unit = units.named_in(reading.draft.finder, [text for _, text in reading.draft.table.above])
    for row in named.values():
        if unit is not None and not lexicon.is_total(row.text):
            row.text, row.unit, row.probability = unit.full_name, unit, 0.7


def _refuse_elsewhere(named: Sequence[units.Named]) -> None:
    """Refuse a table most of whose units lie outside the place of the sender."""
    outside = [row.outside for row in named if row.outside and row.unit is None]
    if len(outside) > 1 and len(outside) >= sum(row.unit is not None for row in named):
        raise TableError(N_("most units of the table lie outside the place of the sender: {units}"),
                         units="; ".join(outside[:3]))  # fmt: skip


def _own(draft: Draft, line: int) -> list[Cell]:
    return [each.column.cells[line] for each in draft.found if line in each.column.cells]


def _names(draft: Draft, lines: Sequence[int], headings: Mapping[int, str]) -> dict[int, units.Named]:
    """Return the name of each row, and of the unit above it, in a column of its own or in the line of text above: in a
    long table a name stands in its first row only."""
    unit = next(iter(draft.having("unit")), None)
    parents = draft.having("parent")
    filled = bool(draft.having("day") or draft.having("indicator"))
    above: dict[int, str] = {}
    last = ""
    found = {}
    for line in lines:
        for column in parents:
            if text := column.cells.get(line, EMPTY).text:
                above[column.number] = text
        text = unit.cells.get(line, EMPTY).text if unit else ""
        if not text and filled and last:
            text = last
        last = text
        over = [above[column.number] for column in reversed(parents) if above.get(column.number)]
        if not text and not (unit and unit.cells.get(line)):
            text = _elsewhere(draft, line, next(iter(over), ""), parents)
        over = over or [headings[line]]
        found[line] = units.Named(line, text, tuple(each for each in over if each != text))
    return found


def _elsewhere(draft: Draft, line: int, over: str, parents: Sequence[grid.Column]) -> str:
    """Return the name of a row whose own cell of it is empty: a total that stands further left, or the unit above."""
    for cell in _own(draft, line):
        if lexicon.is_total(cell.text):
            return cell.text
    return over if any(line in column.cells for column in parents) else ""


def _organisation_code(text: str) -> str:
    return text.upper().translate(_READ_AS) if _ORGANISATION.fullmatch(text) else ""


def _row_days(draft: Draft, lines: Sequence[int], headings: Mapping[int, str]) -> dict[int, dt.date]:
    """Return the day of each row by its column of days, else by the line of text above it."""
    column = next(iter(draft.having("day")), None)
    if column:
        return days.row_days(column.cells, lines, draft.calendar)
    between = {line: days_in(heading) for line, heading in headings.items()}
    dates = {line: draft.calendar.date(written[-1][1]) for line, written in between.items() if written}
    return {line: date for line, date in dates.items() if date is not None}


# --- rows of persons ----------------------------------------------------------------------------------------------

#: a row holds one of these, or it is of nobody
_WHOSE = ("name", "telephone", "document", "pseudonym", "file_number")


def _of_persons(reading: Reading) -> list[Row]:
    """Return every line of a list of persons: what it says, its days, the commune that its address names."""
    draft = reading.draft
    dated = [
        (taken.role, days.several_in(each.column.cells, draft.calendar))
        for each, taken in zip(draft.found, draft.taken, strict=True)
        if ALL_ROLES[taken.role] is Holds.DATE
    ]
    found = []
    for line in draft.table.lines:
        if grid.is_numbering(_own(draft, line)):
            continue
        cells = {each.letter: each.column.cells[line].text for each in draft.found if line in each.column.cells}
        texts = _texts(draft, line)
        dates = defaultdict[str, set[dt.date]](set)
        for role, of_line in dated:
            dates[role].update(of_line.get(line, ()))
        row = Row(
            line,
            cells,
            written="",
            left_out=_left_out_of_persons(reading, line, texts, cells),
            texts=texts,
            days={role: tuple(sorted(each)) for role, each in dates.items() if each},
        )
        found.append(_living(reading, row) if reading.purpose.of_units else row)
    return found


def _living(reading: Reading, row: Row) -> Row:
    """Return a person with the commune that the address names, or that the officer chose."""
    fits = units.in_address(reading.draft.finder, row.texts.get("address", ""), reading.context.within)
    path = reading.context.gazetteer.path
    row = replace(row, candidates=tuple(Candidate(str(fit.unit.code), path(fit.unit), fit.score) for fit in fits))
    if said := reading.decided.units.get(row.line):
        chosen = _decided(reading, said, {}, row.line)
        return replace(row, unit=chosen.unit, why=chosen.why)
    if fits and fits[0].score >= units.SURE_ADDRESS:
        return replace(row, unit=fits[0].unit)
    return row


def _left_out_of_persons(
    reading: Reading, line: int, texts: Mapping[str, str], cells: Mapping[str, str]
) -> Saying | None:
    if line in reading.decided.left_out:
        return saying(N_("as you said"))
    if line in reading.decided.taken:
        return None
    if _repeats_header(reading.draft, cells):
        return saying(N_("the header once more"))
    if len(cells) < 3 and any(map(lexicon.is_total, cells.values())):
        return saying(TOTALS)
    return None if any(texts.get(role) for role in _WHOSE) else saying(NOBODY)


# --- one row ------------------------------------------------------------------------------------------------------


def _row(reading: Reading, named: units.Named, code: str, organisations: Mapping[str, str], day: dt.date | None) -> Row:
    draft, decided, line = reading.draft, reading.decided, named.line
    cells = {each.letter: each.column.cells[line].text for each in draft.found if line in each.column.cells}
    found = _unit(reading, named, code, organisations)
    values = _values(reading, line, day)
    if line not in decided.taken and lexicon.is_total(named.text) and found.unit is None:
        reading.totals[line] = {value.column: value.number for value in values}
    left_out = _left_out(reading, named, found, values, cells)
    return Row(
        line=line,
        cells=cells,
        written=named.text or code,
        unit=found.unit,
        code=found.code,
        candidates=tuple(
            Candidate(str(fit.unit.code), reading.context.gazetteer.path(fit.unit), min(1.0, fit.score))
            for fit in named.fits[:5]
        ),
        probability=found.probability,
        why=found.why,
        left_out=left_out,
        values=values,
        texts=_texts(draft, line),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    unit: Unit | None = None
    code: str = ""
    probability: float = 1.0
    why: Saying | None = None


def _unit(reading: Reading, named: units.Named, code: str, organisations: Mapping[str, str]) -> _Found:
    said = reading.decided.units.get(named.line) or reading.decided.names.get(named.text)
    if said:
        return _decided(reading, said, organisations, named.line)
    if not reading.purpose.of_units:
        return _Found()
    for text in (code, named.text):
        if (own := _organisation_code(text)) in organisations:
            return _Found(code=own, why=saying(N_("its code is that of {name}"), name=organisations[own]))
    if code and (unit := reading.draft.finder.by_code(code)) is not None:
        return _Found(unit)
    place = reading.draft.finder.scope.place
    if (reading.of_whole or named.line in reading.decided.taken) and _names_whole(reading, named.text):
        return _Found(place)
    in_part = named.unit not in (None, place) and not named.similar  # a commune is called `Cộng Hòa`
    if (not named.text and not code) or (lexicon.is_total(named.text) and not in_part):
        return _Found()
    if named.unit is None:
        unit = reading.draft.finder.by_code(named.text)
        return _Found(unit) if unit else _Found(probability=0.0)
    why = saying(N_("“{written}” is most like {unit}"), written=named.text, unit=named.unit.full_name)
    return _Found(named.unit, "", named.probability, why if named.similar or named.probability < 0.7 else None)


def _decided(reading: Reading, said: str, organisations: Mapping[str, str], line: int) -> _Found:
    if (own := _organisation_code(said)) in organisations:
        return _Found(code=own, why=saying(N_("as you said")))
    try:
        unit = reading.context.gazetteer.unit(UnitCode.parse(said))
    except GeographyError:
        raise TableError(N_("line {line}: no unit has the code “{code}”"), line=line, code=said[:40]) from None
    if not reading.draft.finder.scope.lies_within(unit):
        raise TableError(N_("line {line}: {unit} lies outside the place of the sender"), line=line, unit=unit.full_name)
    return _Found(unit, why=saying(N_("as you said")))


def _left_out(
    reading: Reading, named: units.Named, found: _Found, values: Sequence[Value], cells: Mapping[str, str]
) -> Saying | None:
    line, decided = named.line, reading.decided
    if line in decided.left_out:
        return saying(N_("as you said"))
    if line in decided.taken:
        return None
    text = named.text
    if found.unit is None and lexicon.is_total(text):
        return saying(TOTALS)
    if _repeats_header(reading.draft, cells):
        return saying(N_("the header once more"))
    if not values and reading.purpose.of_units:
        return saying(N_("it has no figure"))
    heading = reading.headings.get(line, "")
    if reading.purpose is FIGURES and _speaks_against(heading):
        return saying(N_("the heading above says “{heading}”"), heading=heading[:80])
    if not text and not found.code and found.unit is None:
        return saying(N_("nothing says of which unit it is"))
    if not reading.purpose.of_units or found.unit is not None or found.code:
        return _too_many(values, found.unit, reading.context)
    if named.outside:
        return saying(N_("{unit} lies outside the place of the sender"), unit=named.outside)
    return saying(NO_UNIT, text=text[:60])


def _speaks_against(heading: str) -> bool:
    """Return whether a heading says that the rows below it count no installs: a plan, those who have none."""
    said = [topic.speaks for topic in lexicon.topics_in(heading)]
    against, other = (sum(speaks.get(role, 0.0) for speaks in said) for role in ("installs", OTHER))
    return against < -1 and other > 0


def _too_many(values: Sequence[Value], unit: Unit | None, context: Context) -> Saying | None:
    for value in values:
        people = people_of(values, unit, context.figures, value.day) if value.role in COUNTED else None
        if people and value.number > people * _ROUNDED:
            return saying(N_("{count} are more than the {people} people there are"), count=value.number, people=people)
    return None


def _repeats_header(draft: Draft, cells: Mapping[str, str]) -> bool:
    headers = {each.letter: each.column.path[-1] for each in draft.found if each.column.path}
    same = [letter for letter, text in cells.items() if text and headers.get(letter) == text]
    return len(same) > 1 and len(same) >= len(cells) / 2


def _texts(draft: Draft, line: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for each, taken in zip(draft.found, draft.taken, strict=True):
        text, before = each.column.cells.get(line, EMPTY).text, found.get(taken.role)
        if text and ALL_ROLES[taken.role] in _WRITTEN:
            in_order = (before, text) if ALL_ROLES[taken.role] in (Holds.WRITTEN, Holds.DATE) else (text, before)
            found[taken.role] = ", ".join(filter(None, in_order))
    return found


# --- its numbers --------------------------------------------------------------------------------------------------


def _values(reading: Reading, line: int, day: dt.date | None) -> tuple[Value, ...]:
    draft = reading.draft
    takes = {role.name for role in reading.purpose.roles}
    found: list[Value] = []
    for each, taken in zip(draft.found, draft.taken, strict=True):
        role = taken.role
        if role not in takes or ALL_ROLES[role] not in FIGURES_HELD or line not in each.numbers:
            continue
        if role == "value" and not (role := _indicated(draft, line, takes)):
            continue
        number = each.numbers[line]
        value = number.percentage if ALL_ROLES[role] is Holds.PERCENT or each.factor > 1 else number.count
        if value is None or (value < 0 and role != "gain"):
            continue
        if ALL_ROLES[role] is Holds.COUNT and role != "rank":
            value *= each.factor
        if ALL_ROLES[role] is Holds.PERCENT and each.fraction:
            value *= 100
        if value != round(value, _DECIMALS):  # a whole number stays written as one
            value = round(value, _DECIMALS)
        own = draft.header_days.get(each.column.number) or day or reading.main
        found.append(Value(each.letter, role, value, each.column.cells[line].text, own, number.bound))
    return tuple(found)


def _indicated(draft: Draft, line: int, takes: Collection[str]) -> str:
    """Return which figure a row of a long table holds, empty if none that is stored."""
    column = next(iter(draft.having("indicator")), None)
    text = column.cells.get(line, EMPTY).text if column else ""
    best = taking.counted_in(text)
    return best if best in takes else ""
