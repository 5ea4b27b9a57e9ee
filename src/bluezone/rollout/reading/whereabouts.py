"""Decide which units the rows of a block mean, or which one all of them are of. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bluezone.errors import N_
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout.reading import abbreviations, near_names, offices, questions, services
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.dating import stem
from bluezone.rollout.reading.days import Said, days_in
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.letterheads import issuer_of, say_issuer
from bluezone.rollout.reading.names import Names, places_named
from bluezone.rollout.reading.places import Named, Placed, ask_named_twice, foreign_unit
from bluezone.rollout.reading.results import Notice, saying
from bluezone.rollout.reading.rows import Sort
from bluezone.rollout.sectors import is_code


def put_in_places(
    draft: Draft, names: Names, within: UnitCode | None, answers: Mapping[str, str], file_name: str
) -> None:
    """Decide which units the rows mean."""
    texts = [text for _, text in reversed(draft.block.titles)]
    draft.hints = [unit for text in texts for unit in places_named(text, names)]
    for text in (draft.block.sheet.name, stem(file_name)):
        draft.hints += places_named(text, names)
    bare = [match.unit for match in names.matches(draft.block.sheet.name) if match.toned]
    if len(bare) > 1:  # a sheet is called after a part of the sender's place, not after a part of a part
        bare = [unit for unit in bare if unit.parent == within] or bare
    draft.hints = [*bare, *draft.hints] if bare and draft.block.sheet.name else draft.hints
    named = [unit for unit in draft.hints if within is not None and not names.lies_in(unit, within)]
    if within is not None:
        draft.hints = [unit for unit in draft.hints if names.lies_in(unit, within)]
    if "parent" in answers and (parent := _coded(answers["parent"], names)):
        draft.hints = [parent]
    draft.single = _single(draft, names, within)
    draft.institution = issuer_of(draft.block, texts)
    rows = _named_rows(draft, names, in_commune=within is not None and within.level is Level.COMMUNE)
    if _of_one_unit(draft, rows):
        draft.one_unit = True
        given = answers.get("unit", "")
        draft.service = "" if draft.institution else services.service_in(texts, names)
        if draft.service and (given == draft.service or (not given and services.counts_its_own(draft, texts))):
            given, draft.institution = "", draft.service
        of_place = not (draft.institution or draft.service)
        unit = _coded(given, names) if given else draft.single if of_place else None
        draft.institution = "" if unit else given or draft.institution
        draft.placed = Placed({line.number: unit for line in draft.units} if unit else {})
        for line in draft.units if draft.institution else ():
            line.name = draft.institution
        draft.moved += say_issuer(draft.block, draft.institution)
        return
    said = draft.hints[0] if "parent" in answers and len(draft.hints) == 1 else None
    draft.placed = abbreviations.place_all(rows, names, within, draft.hints, said)
    header = next((column.path for column in draft.block.columns if column.number == draft.lines.unit), [])
    figured = {line.number for line in draft.units}
    offices.take_out(draft.placed, rows, figured, header, counted=bool(draft.with_numbers(words.HEADCOUNT)))
    _take_routes_out(draft.placed, rows, header)
    _row_of_all(draft)
    ask_named_twice(rows, draft.placed)
    parted = offices.part_by_heading(draft, rows, answers.get("rows"))
    if not parted:
        near_names.settle_near_names(draft.placed, names)
    if within is not None and not parted:
        draft.foreign = foreign_unit(rows, names, within, named)
    _answered(draft, names, answers)


OF_ANOTHER_SHEET = N_("nothing on this sheet names a unit: all rows were taken for {name}, which heads sheet “{other}”")


def inherit_institution(drafts: Sequence[Draft], answers: Mapping[str, str]) -> None:
    """Take a sheet that names no unit for that of the one school, hotel or the like which heads the other sheets of its
    file, where its rows are days or groups of people."""
    heads = {draft.institution: draft.block.sheet.name for draft in drafts if draft.institution}
    if len(heads) != 1 or answers.get("unit"):
        return
    name, other = next(iter(heads.items()))
    for draft in drafts:
        texts = [text for _, text in reversed(draft.block.titles)]
        nameless = draft.one_unit and not draft.institution and not draft.service and not draft.hints
        if not nameless or draft.block.sheet.name == other:
            continue
        if draft.placed.units and not services.counts_its_own(draft, texts):
            continue  # of the sender's commune
        draft.institution, draft.placed = name, Placed()
        for line in draft.units:
            line.name = name
        draft.moved.append(Notice(draft.block.sheet.name, 0, "note", saying(OF_ANOTHER_SHEET, name=name, other=other)))


def _take_routes_out(placed: Placed, rows: Sequence[Named], header: Sequence[str]) -> None:
    """Leave the rows of a table of routes without a unit: `Sóc Trăng - Vĩnh Châu` is no part of Sóc Trăng there."""
    if not header or not words.has(words.key_of(header[-1]), "tuyen"):
        return
    for row in rows:
        if any(found.pop(row.line, None) for found in (placed.units, placed.several, placed.outside)):
            placed.unknown.append(row)


def _row_of_all(draft: Draft) -> None:
    """Take the last row, or the first, for one of totals that is called as the whole place is, and as one of its parts,
    and sums the others: `Vị Thủy` below the communes of the district of that name."""
    units = draft.units
    placed, parent = draft.placed, draft.placed.parent
    if len(units) < _FEWEST_ROWS or parent is None:
        return
    for row, others in ((units[-1], units[:-1]), (units[0], units[1:])):
        unit = placed.units.get(row.number)
        again = any(placed.units.get(line.number) == unit for line in others)
        by_kind = unit is None and words.key_of(row.name) == words.key_of(parent.kind)  # `Quận` below its wards
        if row.mark or not (by_kind or (unit is not None and again and unit.name == parent.name)):
            continue
        counts = [role.amounts.by_line for role in draft.with_numbers(*words.COUNTS)
                  if row.number in role.amounts.by_line]  # fmt: skip
        sums = [sum(numbers[line.number].value for line in others if line.number in numbers) for numbers in counts]
        printed = [numbers[row.number].value for numbers in counts]
        if by_kind or any(total == value for total, value in zip(sums, printed, strict=True)):
            row.sort, row.head = Sort.TOTAL, row is units[0]
            placed.units.pop(row.number, None)
            placed.unknown = [each for each in placed.unknown if each.line != row.number]
            for role in draft.roles:
                role.amounts.by_line.pop(row.number, None)
            return


_FEWEST_ROWS = 3


def _named_rows(draft: Draft, names: Names, *, in_commune: bool) -> list[Named]:
    """Return what the rows say of their units, without organisations that are named by the code on their poster.
    `in_commune`: the sender's place is one, which holds hamlets only."""
    rows = []
    hamlets = draft.lines.level == words.HAMLET and (in_commune or not offices.holds_either(draft))
    for line in draft.lines.of(Sort.UNIT, Sort.HEADING):
        if is_code(line.code) or is_code(line.name):
            continue
        row = Named(line.number, line.name, line.code, line.above, line.mark, level=_LEVELS.get(draft.lines.level))
        row.hamlet = hamlets and not line.code
        row.of_communes, row.days = draft.lines.level == words.COMMUNE, line.dates
        if line.sort is Sort.HEADING or draft.block.turned:
            row.matches = names.matches(line.name)
            if line.sort is Sort.HEADING and not row.matches:
                continue
        rows.append(row)
    return rows


#: the lowest level that a header lets a bare name have
_LEVELS = {words.DISTRICT: Level.DISTRICT, words.PROVINCE: Level.PROVINCE}


def _of_one_unit(draft: Draft, rows: Sequence[Named]) -> bool:
    """Return whether the rows name no units: they are days, groups of people, or the one row of a table that was
    turned."""
    if draft.by_group:
        return True
    nameless = draft.lines.date or not any(line.name for line in draft.units)
    if not draft.lines.unit and not draft.lines.code and nameless:
        return True
    return draft.block.turned and not any(row.matches or names_a_unit(row) for row in rows)


def names_a_unit(row: Named) -> bool:
    """Return whether the name of a row is more than a word for a number: `Số lượng`, `Kết quả`, `Ngày 20/8`."""
    return guess([row.text]).kind == words.UNKNOWN and not days_in(row.text, Said.TITLE)


def _single(draft: Draft, names: Names, within: UnitCode | None) -> Unit | None:
    """Return the lowest unit that titles name, where all they name lie on one path; else the sender's commune."""
    hints = draft.hints
    lowest = max(hints, key=lambda unit: unit.level, default=None)
    if lowest is not None and all(names.lies_in(lowest, unit.code) for unit in hints):
        return lowest
    if not hints and within is not None and within.level is Level.COMMUNE:
        return names.units.get(within)
    return None


def _coded(text: str, names: Names) -> Unit | None:
    found = names.by_code(text) or [each.unit for each in names.matches(text)]
    return found[0] if len(found) == 1 else None


def _answered(draft: Draft, names: Names, answers: Mapping[str, str]) -> None:
    """Take what an officer answered about single rows."""
    for line in draft.units:
        answer = answers.get(f"unit:{line.name}")
        if answer is None:
            continue
        draft.placed.close({line.number})
        unit = _coded(answer, names) if answer != questions.LEAVE_OUT else None
        if unit is None:
            draft.placed.units.pop(line.number, None)
            line.sort, line.left_out = Sort.NOTE, True
        else:
            draft.placed.units[line.number] = unit
