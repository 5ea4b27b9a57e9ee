"""Tell what a table has only because it is printed on several pages: its header again, page numbers, sums that are
carried over. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.cells import Cell, Sheet
from bluezone.rollout.reading.filled import is_figure
from bluezone.rollout.reading.headers import guess

_Rows = Mapping[int, Mapping[int, Cell]]
_PAGE_NAMED = r"trang(?: so)?(?: (?:truoc|sau|tren|duoi|nai|nay|ben|ke tiep|tiep theo|tiep|\d+))?"
_SUM = r"(?:cong don|tong cong|tong so|so lieu|cong|tong|so|lui ke|luy ke)"
_TO = r"(?:sang|qua|tiep|den|tu|tu cuoi|len)"
#: `Cộng mang sang`, `Trang 1 chuyển sang`, `Chuyển trang sau`, `Cộng trang 1`, `Lũy kế đến trang 2`
_CARRIED = re.compile(
    rf"(?:{_SUM} )*(?:{_PAGE_NAMED} )?(?:ket chuyen|chuyen|mang)"
    rf"(?: (?:sang|qua)(?: (?:{_TO} )?{_PAGE_NAMED})?| (?:{_TO} )*{_PAGE_NAMED})|"
    rf"(?:cong don|cong|tong cong|tong|lui ke|luy ke) (?:{_SUM} )*(?:(?:cua|den|den het|het) )?{_PAGE_NAMED}"
)
_LONGEST_CARRIED = 40
#: `Trang 1/2`, `Trang 2`, `- 2 -`, `(tiếp theo)`, `Xem tiếp trang sau`
_PAGE = re.compile(
    r"[-–—(\s]*(?:(?:trang|page|tờ|to)\s*(?:số\s*)?\d{1,3}(?:\s*(?:/|of|trên)\s*\d{1,3})?|[-–—]\s*\d{1,3}\s*[-–—]|"
    r"(?:xem )?(?:tiếp|tiep)(?: (?:theo|trang sau|trang bên|trang|sau))*)[-–—)\s.]*",
    re.IGNORECASE,
)


def is_carried(text: str) -> bool:
    """Return whether a row carries a sum from a page to the next: `Cộng mang sang`."""
    return len(text) < _LONGEST_CARRIED and bool(_CARRIED.fullmatch(words.key_of(text)))


def without_repeated(
    sheet: Sheet, rows: _Rows, numbers: Sequence[int], headers: Sequence[tuple[int, int]]
) -> tuple[list[tuple[int, int]], set[int]]:
    """Return the headers but for those that a page break repeats, and the rows of these and of page numbers before
    them: the labels of the table above come again right below it, and its list goes on."""
    kept: list[tuple[int, int]] = []
    repeated: set[int] = set()
    for first, last in headers:
        left = [row for row in numbers if row not in repeated]
        pages = _pages_before(rows, left, first)
        if kept and _goes_on(sheet, rows, [row for row in left if row not in pages], kept[-1], (first, last)):
            repeated |= {*range(first, last + 1), *pages}
        else:
            kept.append((first, last))
    return kept, repeated


def _pages_before(rows: _Rows, numbers: Sequence[int], first: int) -> set[int]:
    """Return the rows right above a header that hold the number of a page only."""
    pages: set[int] = set()
    for row in reversed([number for number in numbers if number < first]):
        if not all(_PAGE.fullmatch(cell.text) for cell in rows[row].values()):
            break
        pages.add(row)
    return pages


def _goes_on(
    sheet: Sheet, rows: _Rows, numbers: Sequence[int], header: tuple[int, int], again: tuple[int, int]
) -> bool:
    """Return whether a header is that of the table above, whose list goes on below it: its numbers do, or, where rows
    have none, its names are others and nothing but figures stands between."""
    above = [number for number in numbers if header[1] < number < again[0] and not _carries(rows[number])]
    below = [number for number in numbers if number > again[1] and not _carries(rows[number])]
    if not (above and below) or not all(
        _labels(sheet, row, rows[row]) == _labels(sheet, row - again[1] + header[1], rows[row])
        for row in range(again[0], again[1] + 1) if row in rows
    ):  # fmt: skip
        return False
    top = [(at, cell) for row in range(again[0], again[1] + 1) for at, cell in rows.get(row, {}).items()]
    order = next((at for at, cell in top if guess([cell.text]).kind == words.ORDER), 0)
    if not order:
        return _names_go_on(rows, above, below, min(at for at, _ in top))
    marks = [rows[each][order].text.strip(" .") if order in rows[each] else "" for each in (above[-1], below[0])]
    return all(map(str.isdecimal, marks)) and int(marks[1]) == int(marks[0]) + 1


def _labels(sheet: Sheet, row: int, columns: Iterable[int]) -> dict[int, str]:
    return {at: words.key_of(sheet.seen(row, at).text) for at in columns}


def _carries(cells: Mapping[int, Cell]) -> bool:
    return any(is_carried(cell.text) for cell in cells.values())


def _names_go_on(rows: _Rows, above: Sequence[int], below: Sequence[int], first: int) -> bool:
    """Return whether the first column of both parts holds names that come once, each beside figures, up to the last row
    above, which is no total."""
    followed = below[: next((n for n, row in enumerate(below) if not _is_row(rows[row], first)), len(below))]
    names = [words.key_of(rows[row][first].text) for row in (*above, *followed) if first in rows[row]]
    whole = all(_is_row(rows[row], first) for row in above) and bool(followed)
    return whole and len(set(names)) == len(names) and not words.is_total(rows[above[-1]][first].text)


def _is_row(cells: Mapping[int, Cell], first: int) -> bool:
    return first in cells and not is_figure(cells[first]) and any(map(is_figure, cells.values()))
