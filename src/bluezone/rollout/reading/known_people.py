"""Hold the number of people that a form gives for a place against the one that is known. Pure."""

from __future__ import annotations

from bluezone.errors import N_
from bluezone.geography.figures import Measure
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.naming import may_name_rows
from bluezone.rollout.reading.results import Notice, saying

#: how many times as many, or as few, can hardly be the people of a place of a year or two later
_TIMES = 2
_MOST_NAMED = 5


def note_odd_populations(draft: Draft, context: Context) -> list[Notice]:
    """Return what is said of populations that are more than twice or less than half of the known ones, once a column:
    they are stored as they are written."""
    found = []
    for role in draft.with_numbers(words.POPULATION) if context.figures is not None else ():
        odd = []
        for line in draft.units:
            unit, amount = draft.placed.units.get(line.number), role.amounts.by_line.get(line.number)
            if unit is None or amount is None or context.figures is None:
                continue
            known = context.figures.on(unit, Measure.POPULATION, draft.dating.date or context.today)
            far = known is not None and not known.value <= amount.value * _TIMES <= known.value * _TIMES**2
            odd += [line.name] if far else []
        if odd:
            text = saying(ODD, column=role.letters, header=role.column.header, count=len(odd),
                          names=", ".join(odd[:_MOST_NAMED]) + (", …" if len(odd) > _MOST_NAMED else ""))  # fmt: skip
            found.append(Notice(draft.block.sheet.name, 0, "column", text))
    return found


ODD = N_(
    "column {column} (“{header}”): in {count} rows more than twice or less than half of the people who are known to"
    " live there ({names}): look whether the numbers are right"
)


def note_places_of_organisations(draft: Draft) -> list[Notice]:
    """Return what is said of a column of places beside that of organisations: their figures do not keep where they
    lie."""
    if any(line.number in draft.placed.units for line in draft.units) or draft.one_unit:
        return []
    kinds = {*words.UNIT_KINDS, words.PLACE}
    found = []
    for role in draft.roles:
        if role.kind not in kinds or role.column.number == draft.lines.unit or not role.column.path:
            continue
        filled = any(draft.block.sheet.seen(line.number, role.column.number).text for line in draft.units)
        if filled and words.has(words.key_of(role.column.path[-1]), *_PLACES):
            text = saying(NOT_KEPT_WHERE, column=role.letters, header=role.column.header)
            found.append(Notice(draft.block.sheet.name, 0, "column", text))
    return found


def note_names_beside_places(draft: Draft) -> list[Notice]:
    """Return what is said of a column of names that all differ beside that of places: the figures are of the places."""
    figured = [line.number for line in draft.units]
    if not any(number in draft.placed.units for number in figured) and draft.lines.level != words.HAMLET:
        return []
    found = []
    for role in draft.roles:
        column = role.column
        cells = [draft.block.sheet.seen(number, column.number) for number in figured]
        named = role.kind == words.UNKNOWN and column.number not in {draft.lines.unit, *draft.lines.above}
        if named and column.path and len(cells) >= _FEWEST and all(cells) and may_name_rows(column.header, cells):
            text = saying(NAMES_LEFT, column=role.letters, header=column.header)
            found.append(Notice(draft.block.sheet.name, 0, "column", text))
    return found


_FEWEST = 3
NAMES_LEFT = N_(
    "column {column} (“{header}”) holds names that were not taken: the figures are those of the places beside them"
)
_PLACES = ("dia ban", "dia chi", "dia diem", "phuong", "xa", "huyen", "noi dong", "thuoc", "khu vuc", "quan", "tinh")
NOT_KEPT_WHERE = N_(
    "column {column} (“{header}”) says where each of them lies: their figures are kept by name, without the place"
)
