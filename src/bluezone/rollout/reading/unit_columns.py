"""Choose the column that names the rows of a block, by its header and its cells. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bluezone.rollout.reading import naming
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.filled import is_figure
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.site_words import is_of_sites
from bluezone.rollout.reading.vocabulary import is_total

PERSONAL = {words.NOTE, words.CONTACT, words.SOURCE, words.ORDER, words.CODE, words.DATE, words.HEAD}


def stands_beside_units(block: Block, named: Mapping[str, list[int]]) -> bool:
    """Return whether a column says what rows count that another column names: its few texts come again and again."""
    texts = [block.sheet.seen(row, at).text for at in named.get(words.INDICATOR, []) for row in block.rows]
    units = [at for kind in words.UNIT_KINDS for at in named.get(kind, [])]
    return len(set(texts)) * 2 <= len(texts) and any(_texts(block, at) * 2 > len(set(texts)) for at in units)


def may_name(block: Block, at: int, named: Mapping[str, list[int]]) -> bool:
    """Return whether a column may name the rows: one of numbers only does not where another names them, `Ấp` beside
    `Xã` counts what the hamlets installed."""
    others = [other for kind in words.UNIT_KINDS for other in named.get(kind, []) if other != at]
    return not others or _texts(block, at) > 0 or not any(_texts(block, other) for other in others)


def _texts(block: Block, at: int) -> int:
    cells = (block.sheet.own(row, at) for row in block.rows)
    return sum(bool(cell.text) and not is_figure(cell) for cell in cells if cell)


def best_of(block: Block, columns: list[int]) -> int:
    """Return the column with most texts, of several the one of classes, whose schools may stand beside them, or that of
    groups of neighbours, whose hamlet does."""
    texts = {at: [cell.text for row in block.rows
                  if (cell := block.sheet.own(row, at)) and cell.text and not is_figure(cell)]
             for at in columns}  # fmt: skip
    headers = {column.number: words.key_of(column.path[-1]) for column in block.columns if column.path}
    groups = [at for at in columns if headers.get(at, "").startswith("to ") or headers.get(at) == "to"]
    if 0 < len(groups) < len(columns):
        return groups[0]  # `Tổ` is a part of the `Ấp` beside it
    return max(columns, key=lambda at: (len(texts[at]), naming.are_classes(texts[at])))


def holds_offices(block: Block, at: int) -> bool:
    """Return whether a column names offices, schools or companies throughout."""
    texts = [cell.text for row in block.rows if (cell := block.sheet.own(row, at)) and not is_total(cell.text)]
    return bool(texts) and naming.are_organisations(texts)


def tells_days_apart(block: Block, at: int, date: int) -> bool:
    """Return whether a column of texts tells apart the rows of days that come again: the teams of each evening. Not
    words that say of whom each row counts."""
    rows = [row for row in block.rows if (cell := block.sheet.own(row, at)) and cell.text and not is_total(cell.text)]
    days = [block.sheet.seen(row, date) for row in rows]
    texts = [words.key_of(block.sheet.own(row, at).text) for row in rows]
    names = {(day.date or day.text, text) for day, text in zip(days, texts, strict=True)}
    several = len({day.date or day.text for day in days}) * 2 <= len(rows)
    return several and len(names) == len(rows) and all(map(_PART.match, texts))


def most_places(block: Block, kinds: dict[int, str], known: Callable[[str], bool]) -> int:
    """Return the column most of whose cells name units, whatever its header asks, 0 where there is none."""
    found = []
    headers = {column.number: column.header for column in block.columns}
    for at, kind in kinds.items():
        cells = [cell for row in block.rows if (cell := block.sheet.own(row, at)) and not is_total(cell.text)]
        if naming.names_persons(headers[at], [cell.text for cell in cells]):
            continue
        places = sum(not is_figure(cell) and cell.date is None and known(cell.text) for cell in cells)
        if kind not in PERSONAL - {words.CONTACT, words.HEAD} and places > 1 and places * 3 >= len(cells) * 2:
            found.append((places, -at))
    return -max(found)[1] if found else 0


def named_by(block: Block, kinds: dict[int, str]) -> int:
    """Return the column that names the rows though its header says no unit: one whose header may mean persons and whose
    cells are none, `Đầu mối`, where it stands left of the others, else the one with most texts; 0 where there is
    none."""
    most = _most_text(block, kinds)
    for column in block.columns:
        if kinds[column.number] not in {words.CONTACT, words.HEAD} or (most and column.number > most):
            continue
        others = [other for other in kinds if other != column.number]
        counted = [row for row in block.rows if any(is_figure(block.sheet.own(row, other)) for other in others)]
        cells = [block.sheet.own(row, column.number) for row in counted]
        if naming.may_name_rows(column.header, [cell for cell in cells if cell]):
            return column.number
    return most


def _most_text(block: Block, kinds: dict[int, str]) -> int:
    """Return the column with most texts, 0 where there is none; under a header of persons texts name these, `Hà, Tú`
    below `Nhân viên trực`."""
    headers = {column.number: column.header for column in block.columns}
    found = [(sum(bool(cell) and not is_figure(cell) for row in block.rows if (cell := block.sheet.own(row, at))), -at)
             for at, kind in kinds.items() if kind not in PERSONAL
             and (not naming.is_of_persons(headers[at]) or holds_offices(block, at))]  # fmt: skip
    count, at = max(found, default=(0, 0))
    return -at if count else 0


def sites_beside(block: Block, unit: int, kinds: Mapping[int, str]) -> int:
    """Return the column of the houses, shops or groups that lie in the places which a column names, whatever heads it,
    0 where there is none: `Nhà trọ` beside `Ấp`. Its texts all differ, and the places come again, the cells begin as
    its header does, or are called as organisations are."""
    rows = [row for row in block.rows if (cell := block.sheet.seen(row, unit)) and not is_total(cell.text)
            and any(is_figure(block.sheet.own(row, at)) for at in kinds)]  # fmt: skip
    places = [words.key_of(block.sheet.seen(row, unit).text) for row in rows]
    again = len(set(places)) < len(places)
    if words.POPULATION in kinds.values() and not again:
        return 0  # whoever helps them: people who live there are counted
    for column in block.columns:
        cells = [block.sheet.own(row, column.number) for row in rows]
        if kinds[column.number] != words.UNKNOWN or not column.path or not all(cells):
            continue
        if not naming.may_name_rows(column.header, cells):
            continue
        head = words.key_of(column.path[-1]).removeprefix("ten ").split(" ")[0]
        called = sum(words.key_of(cell.text).split(" ")[0] == head for cell in cells) * 2 > len(cells)
        if again or called or is_of_sites(column.path[-1]) or naming.are_organisations([cell.text for cell in cells]):
            return column.number
    return 0


#: how parts of a hamlet, an office or a school are called, which need its name beside theirs
_PART = re.compile(r"(?:to|doi|nhom|cum|lien gia|day|xom|ngo|hem|khu|chi hoi|chi doan|lop|khoi|phan khu|tuyen)\b")


def parts_of(block: Block, unit: int, kinds: Mapping[int, str]) -> int:
    """Return the column of the parts of units, 0 where there is none: `Đội 1`, `Đội 2` beside an `Ấp` that stands in
    several rows with figures."""
    wholes: dict[int, str] = {}
    name = ""
    for row in block.rows:
        name = block.sheet.seen(row, unit).text or name
        if any(is_total(block.sheet.own(row, at).text) for at in kinds):
            continue
        if any(is_figure(block.sheet.own(row, at)) for at, kind in kinds.items() if kind in words.COUNTS):
            wholes[row] = name
    rows = [row for row, name in wholes.items() if name]
    if len({wholes[row] for row in rows}) == len(rows):
        return 0
    for at, kind in kinds.items():
        if at == unit or kind not in {words.UNKNOWN, words.SECTOR, *words.UNIT_KINDS}:
            continue
        texts = [words.key_of(block.sheet.seen(row, at).text) for row in rows]
        pairs = {(wholes[row], text) for row, text in zip(rows, texts, strict=True)}
        if all(map(_PART.match, texts)) and len(pairs) == len(rows):
            return at
    return 0
