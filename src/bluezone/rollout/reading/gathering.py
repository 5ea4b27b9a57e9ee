"""Gather the figures of blocks that are understood, with what is odd about single rows. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bluezone.errors import N_
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout.counts import FIRST_DAY
from bluezone.rollout.reading import app_rows, evidence, misfits, remarks, row_bounds, row_people, titles, total_rows
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.across import is_hamlet_named
from bluezone.rollout.reading.amounts import Amount
from bluezone.rollout.reading.bracketed import remark_behind
from bluezone.rollout.reading.cells import column_name
from bluezone.rollout.reading.context import OF_PEOPLE, OLDEST, TAKEN, Context, is_institution, is_office
from bluezone.rollout.reading.day_columns import is_stamp
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.figure_days import day_of, years_named
from bluezone.rollout.reading.footnotes import Footnotes, footnotes_of, notes_below, without_stars
from bluezone.rollout.reading.hamlets import communes_with_hamlets, without_numbers
from bluezone.rollout.reading.header_days import up_to_day
from bluezone.rollout.reading.headings import DAY_OF_HEADING
from bluezone.rollout.reading.inexact import INEXACT, why_bad
from bluezone.rollout.reading.known_people import (
    note_names_beside_places,
    note_odd_populations,
    note_places_of_organisations,
)
from bluezone.rollout.reading.limits import Limits
from bluezone.rollout.reading.marks import is_group_name
from bluezone.rollout.reading.names import Names, is_council, was_raised
from bluezone.rollout.reading.naming import are_organisations
from bluezone.rollout.reading.of_households import say_perhaps
from bluezone.rollout.reading.results import Figure, Notice, Reading, Saying, saying
from bluezone.rollout.reading.roles import SAID_SO, Role
from bluezone.rollout.reading.rows import Line, Sort
from bluezone.rollout.reading.sites import of_their_staff, sites_of
from bluezone.rollout.reading.turning import where

_MOST_NAMED = 200
#: how far ahead a target may lie
_AHEAD = dt.timedelta(days=730)
#: shares that no unit has more than all of
_OF_A_HUNDRED = {words.PERCENT_POPULATION, words.PERCENT_SMARTPHONES}
_HUNDRED = 100
ANOTHER_DAY = N_("what stands at {name} gives a day that no column has: its figures were left out")
REMARK = N_("“{text}” in {cell} was taken for {value}: what stands in brackets was read as a remark")


def figures_of(
    draft: Draft, names: Names, context: Context, reading: Reading, others: Sequence[Draft] = ()
) -> list[Figure]:
    """Return the figures of a block; `others` are those beside it under the same header, whose rows a total may sum
    too."""
    found: list[Figure] = []
    sheet = draft.block.sheet
    reading.notices += total_rows.check_sums(draft, others)[:_MOST_NAMED]
    known = {line: people for line, people in evidence.people_of(draft, names, context).items()
             if draft.placed.units[line].level < Level.COMMUNE}  # fmt: skip
    in_doubt = list(evidence.rows_in_doubt(draft, known))
    reading.notices += misfits.joined(in_doubt, list(misfits.check(draft)))[:_MOST_NAMED]
    reading.notices += row_bounds.check(draft, known.keys())
    limits = Limits(names, context)
    _name_by_headings(draft)
    sites = sites_of(draft)
    # beside a table of places: a row that no list knows, `Hạt Kiểm lâm`, is an office too
    of_offices = not draft.placed.units and are_organisations([line.name for line in draft.units])
    reading.notices += [*row_people.note_people(draft, sites, of_their_staff(draft)), *row_people.note_nobody(draft)]
    reading.notices += _beside_predecessors(draft, names, context)
    reading.notices += note_odd_populations(draft, context) + note_places_of_organisations(draft)
    reading.notices += note_names_beside_places(draft)
    reading.notices += [
        Notice(sheet.name, heading.row, "note", saying(DAY_OF_HEADING, text=heading.text, date=day))
        for heading, day in draft.said_between
    ]
    hamlets = {part.number for below in communes_with_hamlets(draft).values() for part in below}
    footnotes = footnotes_of(draft.block, draft.lines)
    reading.notices += [*_of_stamps(draft), *draft.moved, *say_perhaps(draft)]
    reading.notices += notes_below(draft.block, draft.lines, footnotes)
    again = _answered_again(draft, context)
    rows, without = draft.units, set[int]()  # those that are left out
    for line in rows:
        line.corrects = remarks.corrects(draft, line) or line.number in again
        unit = draft.placed.units.get(line.number)
        elsewhere = draft.placed.outside.get(line.number, [])
        if unit is None and line.number not in hamlets and _is_elsewhere(line.name, elsewhere, names):
            where = names.path(elsewhere[0])
            text = saying(N_("{unit} lies outside the place of the sender: the row was left out"), unit=where)
            reading.notices.append(Notice(sheet.name, line.number, "outside", text))
            without.add(line.number)
            continue
        if (
            unit is None
            and reading.form != "organisations"
            and not of_offices
            and line.number not in sites | hamlets
            and _is_no_place(draft, line)
        ):
            notice = _unknown(line, sheet.name, names, context)
            reading.notices.append(notice)
            without.add(line.number)
            line.sort = Sort.NOTE if notice.kind == "ended" else line.sort  # no other unit of that name is looked for
            continue
        if line.number in draft.placed.renamed and unit is not None and not was_raised(line.name, unit):
            text = saying(N_("“{name}” was taken for {unit}"), name=line.name, unit=names.path(unit))
            reading.notices.append(Notice(sheet.name, line.number, "renamed", text))
        if unit is not None and (other := _coded_otherwise(line, unit, names, context)) is not None:
            text = saying(N_("the code {code} is that of {other}, the name that of {unit}: the name was taken"),
                          code=line.code, other=names.path(other), unit=names.path(unit))  # fmt: skip
            reading.notices.append(Notice(sheet.name, line.number, "code", text))
        if _is_none_by_remarks(draft, line, footnotes, context, reading):
            line.sort = Sort.NOTE
            without.add(line.number)
            continue
        found += _of_line(draft, line, unit, limits, reading)
    reading.notices += total_rows.say_left_out(draft, rows, without)
    if reading.form == "organisations" or of_offices:
        _name_organisations(draft, reading, draft.units)
    elif sites:
        _name_organisations(draft, reading, [line for line in draft.units if line.number in sites])
    left_out = {each.line for each in reading.notices if each.sheet == sheet.name and each.kind == "too-many"}
    reading.notices += [each for each in _without_figures(draft) if each.line not in left_out]
    return found


def _is_none_by_remarks(draft: Draft, line: Line, footnotes: Footnotes, context: Context, reading: Reading) -> bool:
    """Return whether a row gives no figures of the block, as what is said at it says; give it the day that is said
    there, which goes before the day of a title and of a single column."""
    day = remarks.day_said(draft, line, footnotes, years_named(draft), context)
    dated = remarks.dated_columns(draft)
    meant = remarks.column_meant(day, dated) if day is not None and len(dated) > 1 else None
    of_no_column = day is not None and len(dated) > 1 and day not in dated and meant is None
    if day is not None and meant is not None:
        line.days_of = {meant: day}
        reading.notices.append(_own_day(draft, line, day))
    if day is not None and len(dated) <= 1 and day != next(iter(dated), day_of(draft, line, None, context)[0]):
        line.dates, line.own_day = (day,), True
        reading.notices.append(_own_day(draft, line, day))
    said, none = remarks.remarks_of(draft, line, footnotes, dated=day is not None and not of_no_column)
    reading.notices += said
    if of_no_column and not none:
        text = saying(ANOTHER_DAY, name=line.name)
        reading.notices.append(Notice(draft.block.sheet.name, line.number, "remark", text))
    return none or of_no_column


def _own_day(draft: Draft, line: Line, day: dt.date) -> Notice:
    return Notice(draft.block.sheet.name, line.number, "note", saying(remarks.OWN_DAY, name=line.name, date=day))


def _unknown(line: Line, sheet: str, names: Names, context: Context) -> Notice:
    """Return what is said of a row whose unit is not known, or is no more."""
    if error := names.ended_district(line.name, context.within):
        text = saying(N_("{ended}: the row was left out"), ended=Saying(error.template, error.values))
        return Notice(sheet, line.number, "ended", text)
    text = saying(N_("no unit is called “{name}”: the row was left out"), name=line.name or line.code)
    return Notice(sheet, line.number, "unknown-unit", text)


def _is_elsewhere(name: str, units: Sequence[Unit], names: Names) -> bool:
    """Return whether a name says that its unit lies elsewhere: a number that many bear does not, `Phường 6`, `7`."""
    return bool(units) and not (names.is_numbered(name) and (name.strip().isdecimal() or len(units) > 1))


def _beside_predecessors(draft: Draft, names: Names, context: Context) -> Iterator[Notice]:
    """Yield what is said of a unit that stands beside one that went into it: its figures may be of its old bounds."""
    gone: dict[UnitCode, list[str]] = {}
    for line in draft.units:
        if line.number not in draft.placed.units:
            for heir in names.heirs_of_ended(line.name, context.within):
                gone.setdefault(heir.code, []).append(line.name)
    for line in draft.units:
        unit = draft.placed.units.get(line.number)
        if unit is not None and unit.code in gone:
            text = saying(N_("{names} went into {unit} and have rows of their own: the figures of {unit} may be without"
                             " them"), names=", ".join(gone[unit.code]), unit=names.path(unit))  # fmt: skip
            yield Notice(draft.block.sheet.name, line.number, "bounds", text)


def _coded_otherwise(line: Line, unit: Unit, names: Names, context: Context) -> Unit | None:
    """Return the unit of the sender's place that a row's code is of, where its name is that of another."""
    coded = [each for each in names.by_code(line.code) if each.level == unit.level] if line.code else []
    inside = [each for each in coded if context.within is None or names.lies_in(each, context.within)]
    return inside[0] if inside and unit not in inside else None


def _without_figures(draft: Draft) -> Iterator[Notice]:
    """Yield what is said of units without a number, and of numbers without a unit."""
    name = draft.block.sheet.name
    for line in draft.units:
        outside = line.number in draft.placed.outside and line.number not in draft.placed.units
        if not outside and not any(line.number in role.amounts.by_line or line.number in role.amounts.bad
                                   for role in draft.roles):  # fmt: skip
            yield Notice(name, line.number, "no-figures", saying(N_("“{name}” has no figures"), name=line.name))
    for line in draft.lines.of(Sort.HEADING):
        if line.number in draft.placed.units and line.number not in draft.placed.groups:
            yield Notice(name, line.number, "no-figures", saying(N_("“{name}” has no figures"), name=line.name))
    for line in draft.lines.of(Sort.NAMELESS):
        text = saying(N_("the row has numbers and names no unit: it was left out"))
        yield Notice(name, line.number, "nameless", text)


def _name_by_headings(draft: Draft) -> None:
    """Name organisations and hamlets that are called alike with the place in a column beside them, else with the
    heading they stand below: `Ấp 1` of one commune and of another, class 6A of two schools. Below a heading that names
    a day only, `Ngày 25/8`, the rows have taken that and stay the units they are."""
    heading = ""
    days = {each.row for each, _ in draft.said_between if up_to_day(each.text)}
    communes = communes_with_hamlets(draft)
    below: dict[str, set[str]] = {}
    found: dict[int, str] = {}
    for line in draft.lines.all:
        if line.number in days:
            continue
        if line.sort is Sort.HEADING or (line.sort is Sort.TOTAL and line.head):
            heading = line.name
        elif line.number in communes:
            heading = draft.placed.units[line.number].full_name
        elif line.sort is Sort.UNIT and line.number in draft.placed.units and communes:
            heading = ""
        elif line.sort is Sort.UNIT and line.number not in draft.placed.units:
            found[line.number] = ", ".join(reversed(line.above)) or heading
            below.setdefault(line.name, set()).add(found[line.number])
    alike = {without_numbers(name) for name, places in below.items() if len(places) > 1}
    for line in draft.units:
        if line.number in found and found[line.number] and without_numbers(line.name) in alike:
            line.name = f"{line.name} ({found[line.number]})"


def _name_organisations(draft: Draft, reading: Reading, lines: Sequence[Line]) -> None:
    """Say which names were taken for organisations, where neither they nor the header above them tell."""
    path = next((column.path for column in draft.block.columns if column.number == draft.lines.unit), [])
    of_level = draft.lines.level in {words.COMMUNE, words.DISTRICT, words.PROVINCE}
    if path and words.key_of(path[-1]) not in _ANY_UNIT and not of_level:
        return
    names = [line.name for line in lines if line.number not in draft.placed.units and not _says_what_it_is(line.name)]
    if names:
        more = ", …" if len(names) > _MOST_LISTED else ""
        listed = ", ".join(dict.fromkeys(names[:_MOST_LISTED])) + more
        text = saying(N_("no place is called so, they were taken for organisations: {names}"), names=listed)
        reading.notices.append(Notice(draft.block.sheet.name, 0, "organisations", text))


def _says_what_it_is(name: str) -> bool:
    return is_office(name) or is_institution(name) or is_council(name) or is_hamlet_named(name, surely=True)


_MOST_LISTED = 10
#: headers that places and organisations stand under alike
_ANY_UNIT = frozenset(
    [
        "don vi",
        "ten don vi",
        "dia phuong",
        "dia ban",
        "ten",
        "unit",
        "name",
        "area",
        "ten dia phuong",
        "don vi dia phuong",
        "don vi slash dia phuong",
        "don vi bao cao",
        "don vi thuc hien",
    ]
)


def _is_no_place(draft: Draft, line: Line) -> bool:
    """Return whether a row among places names neither a place nor an office; a group of places is no office."""
    return not is_office(line.name) or (is_group_name(line.name) and draft.lines.level != words.HAMLET)


def _of_line(draft: Draft, line: Line, unit: Unit | None, limits: Limits, reading: Reading) -> Iterator[Figure]:
    sheet, context = draft.block.sheet, limits.context
    for role in draft.roles:
        if role.kind not in TAKEN or role.open or draft.is_of_nobody(role):
            continue
        row, column = where(draft.block, line.number, role.column.number)
        at = f"{column_name(column)}{row}"
        if line.number in role.amounts.bad:
            text = saying(why_bad(role.amounts.bad[line.number]), text=role.amounts.bad[line.number][:40], cell=at)
            reading.notices.append(Notice(sheet.name, line.number, "bad-number", text))
        if line.number in role.amounts.missing:
            shown = sheet.own(line.number, role.column.number).text
            failed = N_("{cell} holds the error {text}, and no number: write the right one into it")
            unsaved = N_("{cell} holds a formula without its value: open the file, save it, and bring it again")
            text = saying(failed, cell=at, text=shown) if shown.startswith("#") else saying(unsaved, cell=at)
            reading.notices.append(Notice(sheet.name, line.number, "formula", text))
        amount = role.amounts.by_line.get(line.number)
        kind = row_people.kind_of(app_rows.kind_of(role, line), line)
        if amount is None or not kind:
            continue
        if refused := _refused(role, amount, limits.of(unit) if role.is_count else None):
            sort, template = refused
            shown = sheet.own(line.number, role.column.number).text[:40]
            reading.notices.append(Notice(sheet.name, line.number, sort, saying(template, text=shown, cell=at)))
            continue
        date = _date_of(draft, line, role, context, reading)
        undated = date is None and day_of(draft, line, role, context) == (None, "")
        if undated and role.kind != words.TARGET:
            text = saying(N_("column {column} (“{header}”) has no day: it was left out"),
                          column=role.letters, header=role.column.header)  # fmt: skip
            notice = Notice(sheet.name, 0, "column", text)
            reading.notices += [notice] if notice not in reading.notices else []
        if date is None and not (undated and role.kind == words.TARGET):
            continue
        shown = sheet.own(line.number, role.column.number).text
        if remark_behind(shown):
            text = saying(REMARK, text=shown[:40], cell=at, value=int(amount.value))
            reading.notices.append(Notice(sheet.name, line.number, "remark", text))
        of = row_people.people_of_figure(role, kind, line)
        full_name = unit.full_name if unit else without_stars(line.name)
        yield Figure(sheet.name, row, column_name(column), unit, full_name, line.name, date,
                     kind, amount.value, shown, of, line.corrects, amount.bound)  # fmt: skip


def _refused(role: Role, amount: Amount, most: int | None) -> tuple[str, str] | None:
    """Return why a number is no figure, as the kind of notice and its sentence: it may mean several, or is more than
    there can be. None for one that is taken."""
    if role.kind in _OF_A_HUNDRED and amount.value > _HUNDRED:
        return "too-many", N_("“{text}” in {cell} is more than a hundred percent: it was left out")
    if role.kind == words.RANK and amount.value > titles.LAST_RANK:
        return "too-many", N_("“{text}” in {cell} is no rank: it was left out")
    if amount.value < 0 and role.kind != words.INCREASE:
        return "bad-number", N_("“{text}” in {cell} is not a number: it was left out")
    if amount.doubtful or (not role.is_share and amount.value != amount.value.to_integral_value()):
        return "ambiguous-number", N_("“{text}” in {cell} may mean several numbers: it was left out")
    if amount.bound and role.kind != words.INSTALLS:
        return "bad-number", INEXACT
    if most is not None and amount.value > most:
        return "too-many", N_("“{text}” in {cell} is more people than there are: it was left out")
    return None


def _date_of(draft: Draft, line: Line, role: Role, context: Context, reading: Reading) -> dt.date | None:
    date, raw = day_of(draft, line, role, context)
    if date is None:
        if raw:
            text = saying(N_("“{text}” is not a date: the row was left out"), text=raw[:40])
            reading.notices.append(Notice(draft.block.sheet.name, line.number, "bad-date", text))
        return None
    if role.kind in OF_PEOPLE and date > context.today and role.date is None and not line.dates:
        date = context.today  # the day of a plan that lies ahead is not that of the people it is made for
    first = FIRST_DAY if role.kind not in OF_PEOPLE else OLDEST
    last = context.today if role.kind != words.TARGET else context.today + _AHEAD
    if not first <= date <= last:
        text = saying(N_("{date} is not a day of the campaign: the row was left out"), date=date)
        reading.notices.append(Notice(draft.block.sheet.name, line.number, "bad-date", text))
        return None
    return date


def _of_stamps(draft: Draft) -> list[Notice]:
    """Say that rows are of the day their answers came in, where nobody said so."""
    template = N_("each row is of the day on which its answer came in (column {column}): nothing names another day")
    return [Notice(draft.block.sheet.name, 0, "date", saying(template, column=role.letters)) for role in draft.roles
            if role.column.number == draft.lines.date and is_stamp(role.column.header)
            and role.why.template != SAID_SO]  # fmt: skip


def _answered_again(draft: Draft, context: Context) -> set[int]:
    """Return the rows of a form's answers that replace an earlier one of the same sender and day: the last of each."""
    stamped = any(is_stamp(role.column.header) for role in draft.roles)
    answers: dict[tuple[str, dt.date | None], list[int]] = {}
    for line in draft.units if stamped else ():
        answers.setdefault((words.key_of(line.name), day_of(draft, line, None, context)[0]), []).append(line.number)
    return {numbers[-1] for numbers in answers.values() if len(numbers) > 1}
