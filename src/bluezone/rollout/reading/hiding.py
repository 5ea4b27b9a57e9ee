"""Tell what of a sheet is read that nobody sees, or that is struck through. Pure.

Rows and columns that somebody hid are left out, and so is what is struck through, which holds no more. A filter hides
rows from view only: they belong to the table, and its sums count them; but one that picks a day or a round says which
of several rows of a unit is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bluezone.errors import N_
from bluezone.rollout.reading.cells import Sheet, column_name, shortened
from bluezone.rollout.reading.results import Notice, saying

STRUCK = N_("what is struck through is left out: {cells}")
COMMENT = N_("a comment stands at {cell}: “{text}”")
_MOST_LISTED = 20
_LONGEST = 120
#: so many names of hidden rows are looked up
_MOST_NAMES = 50


def to_be_read(sheet: Sheet, known: Callable[[str], bool]) -> tuple[Sheet, list[Notice]]:
    """Return what is read of a sheet, and what is to be said of its hidden rows and columns; `known` tells names of
    units. A sheet that is hidden itself stays as it is."""
    notices: list[Notice] = []
    if sheet.struck and not sheet.hidden:
        named = [f"{column_name(column)}{row}" for row, column in sorted(sheet.struck)]
        notices = [Notice(sheet.name, 0, "struck", saying(STRUCK, cells=_listed(named)))]
        kept = {at: cell for at, cell in sheet.cells.items() if at not in sheet.struck}
        sheet = replace(sheet, cells=kept, struck=set())
    if not sheet.hidden:
        notices += list(_comments(sheet))
    if sheet.hidden or not (sheet.hidden_rows or sheet.hidden_columns or sheet.filtered_rows):
        return sheet, notices
    if _picks_one_of_several(sheet, known):
        sheet = replace(sheet, hidden_rows=sheet.hidden_rows | sheet.filtered_rows, filtered_rows=frozenset())
    return sheet.visible(), [*notices, *_said_of(sheet)]


def _comments(sheet: Sheet) -> Iterator[Notice]:
    """Yield what comments say of cells that are not hidden."""
    seen = [(row, column) for row, column in sorted(sheet.comments)
            if row not in sheet.hidden_rows and column not in sheet.hidden_columns]  # fmt: skip
    for row, column in seen[:_MOST_LISTED]:
        said = shortened(sheet.comments[row, column], _LONGEST)
        text = saying(COMMENT, cell=f"{column_name(column)}{row}", text=said)
        yield Notice(sheet.name, row, "comment", text)


def _picks_one_of_several(sheet: Sheet, known: Callable[[str], bool]) -> bool:
    """Return whether most of what a filter hides is of units that other rows show too: those of another day or round.
    The column of units is the one with the most names that are known, else with the most texts."""
    hidden: dict[int, set[str]] = {}
    shown: dict[int, set[str]] = {}
    for (row, column), cell in sheet.cells.items() if sheet.filtered_rows else ():
        if cell.number is None and cell.date is None and row not in sheet.hidden_rows:
            texts = hidden if row in sheet.filtered_rows else shown
            texts.setdefault(column, set()).add(cell.text)
    if not hidden:
        return False
    names = {column: sum(map(known, sorted(texts)[:_MOST_NAMES])) for column, texts in hidden.items()}
    at = max(hidden, key=lambda column: (names[column], len(hidden[column]), -column))
    return len(hidden[at] & shown.get(at, set())) * 2 > len(hidden[at])


def _said_of(sheet: Sheet) -> Iterator[Notice]:
    """Yield what is said of rows and columns that nobody sees, where they hold anything."""
    filled = {row for row, _ in sheet.cells}
    columns = {column for _, column in sheet.cells} & sheet.hidden_columns
    if rows := filled & sheet.filtered_rows:
        text = saying(N_("rows that a filter hides were read too: {rows}"), rows=_listed(list(map(str, sorted(rows)))))
        yield Notice(sheet.name, 0, "hidden", text)
    if rows := filled & sheet.hidden_rows:
        text = saying(N_("hidden rows are left out: {rows}"), rows=_listed(list(map(str, sorted(rows)))))
        yield Notice(sheet.name, 0, "hidden", text)
    if columns:
        text = saying(N_("hidden columns are left out: {columns}"),
                      columns=_listed(list(map(column_name, sorted(columns)))))  # fmt: skip
        yield Notice(sheet.name, 0, "hidden", text)


def _listed(each: Sequence[str]) -> str:
    return ", ".join(each[:_MOST_LISTED]) + (", …" if len(each) > _MOST_LISTED else "")
