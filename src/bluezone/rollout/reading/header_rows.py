"""Find the rows of a sheet that are the header of a table. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.across import heads_names, is_corner, part_named
from bluezone.rollout.reading.cells import Cell, Sheet
from bluezone.rollout.reading.filled import (
    counts_from_one,
    is_day,
    is_figure,
    is_heading,
    is_numbering,
    number_text,
    small,
)
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.languages import is_english
from bluezone.rollout.reading.naming import is_part

_MOST_HEADER_ROWS = 5
_LONGEST_LABEL = 90
_ROMAN = re.compile(r"(?=[IVXL])(XL|L?X{0,3})(IX|IV|V?I{0,3})[.)]?")
_MEASURED = re.compile(
    r"\W*(?:đvt|dvt|đv tính|dv tinh|đơn vị tính|don vi tinh|đơn vị\s*:|don vi\s*:|\(?\s*tính)", re.IGNORECASE
)
_MARKS_STATE = ("cong hoa xa hoi", "doc lap tu do", "doc lap")


def find_headers(
    sheet: Sheet, rows: dict[int, dict[int, Cell]], numbers: Sequence[int], known: Callable[[str], bool]
) -> list[tuple[int, int]]:
    """Return the first and last row of each header of a sheet; `known` tells the names of units."""
    found: list[tuple[int, int]] = []
    skip = 0
    for row in numbers:
        if row <= skip or not _begins_header(sheet, rows, row, known):
            continue
        if found and _goes_on(sheet, rows, row):
            continue
        across = _units_across(rows, row, known)
        last = row if across else _last_header_row(sheet, rows, row, numbers)
        first = _first_header_row(sheet, rows, row, numbers, skip)
        found.append((first, last))
        skip = last
    return found


def _goes_on(sheet: Sheet, rows: dict[int, dict[int, Cell]], row: int) -> bool:
    """Return whether a row right below one with figures names nothing that is counted: it is a unit without a figure,
    whose kind and head are words of headers too, `THPT Vị Thanh | Trường học | | Hiệu trưởng`."""
    figures = any(map(is_figure, rows.get(row - 1, {}).values()))
    kinds = set(_labels(sheet, row, rows[row]))
    return figures and not kinds & {*_COUNTED, words.ORDER, words.INDICATOR, words.CODE, words.DATE, f"{words.DATE}s"}


def _labels(sheet: Sheet, row: int, cells: dict[int, Cell]) -> list[str]:
    """Return the kinds that a row's texts name, where they stand in headers; a title over many columns names none."""
    found = []
    for column, cell in cells.items():
        top, left, _, right = sheet.area(row, column)
        if (top, left) != (row, column) or cell.number is not None or len(cell.text) > _LONGEST_LABEL:
            continue
        kind = guess([cell.text]).kind
        if cell.date is not None or is_day(cell.text):
            kind = words.DATE + "s"
        if kind != words.UNKNOWN and not (right - left >= 3 and len(cells) == 1):
            found.append(kind)
    return found


def _begins_header(sheet: Sheet, rows: dict[int, dict[int, Cell]], row: int, known: Callable[[str], bool]) -> bool:
    cells = rows[row]
    if is_heading(list(cells.values())) or _is_line_of_a_day(cells):
        return False
    if _days_across(cells):
        return True
    if len(cells) < 2 or any(cell.number is not None and not small(cell) for cell in cells.values()):
        return False
    if any(words.key_of(cell.text).startswith(_MARKS_STATE) for cell in cells.values()):
        return False
    if any(is_figure(cell) and cell.date is None and not is_day(cell.text) for cell in cells.values()):
        return False
    if _units_across(rows, row, known) or _names_beside_days(sheet, rows, row, known):
        return True
    labels = _labels(sheet, row, cells)
    named = [
        kind for kind in labels if kind in {*words.UNIT_KINDS, words.ORDER, words.INDICATOR, words.CODE, words.DATE}
    ]
    if not named:
        return False
    others = len(labels) - 1
    if others >= 1 or (words.DATE in named and sum(known(cell.text) for cell in cells.values()) >= 2):
        return True
    if len(cells) >= 2 and any(kind in words.UNIT_KINDS for kind in named):
        return True
    return words.ORDER in named and len(cells) >= 3 and counts_from_one(rows, row)


def _names_beside_days(sheet: Sheet, rows: dict[int, dict[int, Cell]], row: int, known: Callable[[str], bool]) -> bool:
    """Return whether a row names units, hamlets or classes, a column each, beside one of days below it: `Ngày | Ấp 1 |
    Ấp 2`, or says that such names stand right below; or that it has a corner beside days: `Ấp/Ngày | 17/8 | 19/8`."""
    cells = rows[row]
    days = [column for column, cell in cells.items() if guess([cell.text]).kind == words.DATE or is_corner(cell.text)]
    if len(days) != 1:
        return False
    if (
        is_corner(cells[days[0]].text)
        and sum(cell.date is not None or is_day(cell.text) for cell in cells.values()) > 1
    ):
        return True
    areas = {column: sheet.area(row, column) for column in cells}
    over = any(heads_names(cell.text) and areas[column][1] < areas[column][3] for column, cell in cells.items())
    names = sum(bool(part_named([cell.text])) or (column != days[0] and known(cell.text))
                for column, cell in cells.items())  # fmt: skip
    below = (rows.get(number, {}).get(days[0]) for number in range(row + 1, row + _MOST_HEADER_ROWS))
    first = next((cell for cell in below if cell), None)
    return (over or names >= _FEWEST_PARTS) and first is not None and (first.date is not None or is_day(first.text))


def _is_line_of_a_day(cells: dict[int, Cell]) -> bool:
    """Return whether a row is a mark beside what it says: `Ngày chốt số liệu:` beside its day."""
    texts = [cell.text for cell in cells.values()]
    return len(texts) == 2 and texts[0].endswith(":")


def _days_across(cells: dict[int, Cell]) -> bool:
    """Return whether a row heads the units and then days of a month by their bare numbers: `Đơn vị | 18 | 19 | 20`."""
    are_days = [small(cell) for cell in cells.values()]
    texts = [cell.text for cell in cells.values() if not small(cell)]
    days = [cell.number for cell in cells.values() if cell.number is not None and small(cell)]
    labelled = any(words.EXACT.get(words.key_of(text)) in words.UNIT_KINDS for text in texts)
    rising = are_days == sorted(are_days) and all(before < after for before, after in itertools.pairwise(days))
    return labelled and len(texts) <= _FEW_LABELS and len(days) > 1 and rising


_FEW_LABELS = 2


def _units_across(rows: dict[int, dict[int, Cell]], row: int, known: Callable[[str], bool]) -> bool:
    """Return whether a row names units, a column each, and those below say what they count: `Nội dung | TP Vị Thanh |
    TP Ngã Bảy`, its first cell empty or not."""
    cells = rows[row]
    units = [column for column, cell in cells.items() if cell.number is None and known(cell.text)]
    if len(units) >= 2 and len(units) >= len(cells) - 3 and _measured_below(rows, row, units) > 0:
        return True
    parts = _parts_across(cells)
    return len(parts) >= 2 and _measured_below(rows, row, parts) >= _FEWEST_MEASURES


def _parts_across(cells: dict[int, Cell]) -> list[int]:
    """Return the columns of a row that names hamlets, classes or the like, whose names no list holds: each text is
    called as such parts are, or stands behind a word for what is counted, `Nội dung | Lý Hòa | Lý Hưng`."""
    texts = {column: cell.text for column, cell in cells.items() if cell.number is None and cell.date is None}
    labels = [column for column, text in texts.items() if guess([text]).kind in {words.INDICATOR, words.ORDER}]
    labels += [column for column in list(texts)[:1] if words.key_of(texts[column]) in _MEASURES]
    rest = [column for column in texts if column not in labels and guess([texts[column]]).kind not in _NO_NAMES
            and not _NO_UNIT.match(words.key_of(texts[column]))]  # fmt: skip
    named = [column for column in rest if is_part(texts[column]) or words.is_total(texts[column])]
    return rest if labels and len(rest) >= len(cells) - len(labels) - 1 else named if len(named) == len(cells) else []


#: what stands over the column that says what each row counts
_MEASURES = frozenset(["chi tieu", "noi dung", "chi tieu bao cao", "so lieu", "thong tin", "tieu chi"])
#: what stands across and is no unit: times, sexes, rounds
_NO_UNIT = re.compile(
    r"(?:nam|nu|khac|sang|chieu|toi|tuan|thang|ngai|ngay|hom|dot|lan|ki|ky|quy|qui|truoc|sau|ket qua|so luong|sl|"
    r"gia tri|nguoi|bluezone|ncovi|ios|android|cot|dien giai|don vi)\b|\d+\b"
)
_FEWEST_MEASURES = 2


def _measured_below(rows: dict[int, dict[int, Cell]], row: int, units: Sequence[int]) -> int:
    """Return how many of the rows right below a row say what they count and hold numbers in columns of units."""
    counted = 0
    for below in (number for number in sorted(rows) if row < number <= row + 6):
        beside = [cell for column, cell in rows[below].items() if column < units[0] and not is_figure(cell)]
        if sum(is_figure(rows[below][column]) for column in units if column in rows[below]) >= 2:
            counted += any(guess([cell.text]).kind in _COUNTED for cell in beside)
    return counted


_COUNTED = {*words.COUNTS, *words.SHARES}
_NO_NAMES = {*_COUNTED, words.NOTE, words.CONTACT, words.DATE, words.UNITLESS, words.RANK} - {words.TOTAL}


def _last_header_row(sheet: Sheet, rows: dict[int, dict[int, Cell]], first: int, numbers: Sequence[int]) -> int:
    last = first
    for column in rows[first]:
        top, _, bottom, _ = sheet.area(first, column)
        if top == first and bottom - top < _MOST_HEADER_ROWS:
            last = max(last, bottom)
    unit = _unit_column(rows[first])
    while True:
        following = next((row for row in numbers if row > last), None)
        if following is None or following > last + 1 or following > first + _MOST_HEADER_ROWS + 1:
            return last
        cells = rows[following]
        if _is_group_heading(sheet, rows[first], cells, following, first, unit):
            return last
        translated = is_english([cell.text for cell in cells.values()]) and not any(map(is_figure, cells.values()))
        if translated or is_numbering(list(cells.values())) or _continues(sheet, cells, following, first, unit):
            bottoms = [sheet.area(following, column)[2] for column in rows[following]]
            last = max(following, *(bottom for bottom in bottoms if bottom - following < _MOST_HEADER_ROWS))
        else:
            return last


def _is_group_heading(
    sheet: Sheet, labels: dict[int, Cell], cells: dict[int, Cell], row: int, first: int, unit: int
) -> bool:
    """Return whether a row is the heading of a group of rows: its one text stands at the left, below a column that has
    its own label already: `I. Đã cài đặt` below `TT | Xã | Số người`."""
    if len(cells) != 1:
        return False
    _, left, _, right = sheet.area(row, next(iter(cells)))
    if left > min(labels) or (unit and not (left < unit or left <= unit <= right)):
        return False
    label = sheet.area(first, left)
    return bool(sheet.seen(first, left)) and label[1] == label[3] and label[2] < row


def _unit_column(cells: dict[int, Cell]) -> int:
    for column, cell in cells.items():
        if guess([cell.text]).kind in {*words.UNIT_KINDS, words.INDICATOR}:
            return column
    return 0


def _continues(sheet: Sheet, cells: dict[int, Cell], row: int, first: int, unit: int) -> bool:
    """Return whether a row goes on with a header: texts that label, none below the column of units."""
    if is_heading(list(cells.values())):
        return False
    if unit and (unit in cells or sheet.area(row, unit)[0] < first):
        return False
    if not unit:
        labels = _labels(sheet, row, cells)
        figures = any(is_figure(cell) and cell.date is None for cell in cells.values())
        return bool(labels) and not figures
    if any(cell.number is not None and cell.date is None for cell in cells.values()):
        return False
    texts = [cell.text for cell in cells.values()]
    if any(number_text(text) for text in texts):
        return False
    if min(cells) < unit and any(_ROMAN.fullmatch(text) or text.isdigit() for text in texts[:1]):
        return False
    short = len(texts) >= 1 and all(len(text) <= _LONGEST_LABEL for text in texts)
    return short and (bool(_labels(sheet, row, cells)) or _part_a_label(sheet, cells, first))


def _part_a_label(sheet: Sheet, cells: dict[int, Cell], first: int) -> bool:
    """Return whether several texts stand below a label over as many columns, or one that lost its merged cells: `Nam |
    Nữ` below `Số người cài`."""
    if len(cells) < _FEWEST_PARTS or any(is_figure(cell) or cell.date is not None for cell in cells.values()):
        return False
    areas = {column: sheet.area(first, column) for column in cells}
    wide = [column for column, area in areas.items() if area[1] < area[3] and sheet.seen(first, column)]
    bare = [column for column in cells if not sheet.seen(first, column)]
    return len(wide) == len(cells) or (bool(bare) and min(bare) > min(cells))


_FEWEST_PARTS = 2


def _first_header_row(
    sheet: Sheet, rows: dict[int, dict[int, Cell]], row: int, numbers: Sequence[int], floor: int
) -> int:
    """Return where a header begins: texts that group columns may stand above the row of labels, not over all of it."""
    first = row
    left, right = min(rows[row]), max(rows[row])
    for above in reversed([number for number in numbers if floor < number < row]):
        if above != first - 1:
            break
        cells = rows[above]
        spans = [sheet.area(above, column) for column in cells]
        grouping = len(cells) >= 1 and all(
            span[1] > left and span[3] <= right and len(cells[column].text) <= _LONGEST_LABEL
            for span, column in zip(spans, cells, strict=True)
        )
        labelled = any(
            guess([cell.text]).kind != words.UNKNOWN or cell.date or is_day(cell.text) for cell in cells.values()
        )
        if len(cells) == 1 and _MEASURED.match(next(iter(cells.values())).text):
            break  # `Đơn vị: nghìn người` above the last column is of the whole table
        if _is_line_of_a_day(cells):
            break
        wide = all(span[3] - span[1] + 1 >= right - left for span in spans)
        if not grouping or not labelled or wide or any(cell.number is not None for cell in cells.values()):
            break
        first = above
    return first
