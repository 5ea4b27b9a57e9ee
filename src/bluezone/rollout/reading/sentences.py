"""Make a table of a letter's sentences that say how many have installed the app: `Đến 17h ngày 20/8 toàn xã có 1.234
người cài Bluezone`. Pure.

Only where every sentence with a number besides a day, an hour and a letter's own is such a one: nothing is picked out
of a chat or a letter that says more.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bluezone.geography.units import LEVELS_OF_KIND, Level
from bluezone.rollout.reading import terms
from bluezone.rollout.reading.cells import Cell, Sheet
from bluezone.rollout.reading.days import Said, days_in, is_range
from bluezone.rollout.reading.subtitles import without_days
from bluezone.rollout.reading.vocabulary import has, key_of

_ENDS = re.compile(r"(?<=[^\d\s.]{2})[.;](?=\s|$)|\n")
#: the number of a letter, a telephone number, a share: no count
_NO_COUNT = re.compile(
    r"(?:số|so)\s*:?\s*\d+\s*/\s*[\w-]+|\b0\d{8,10}\b|"
    r"\(?\s*(?:chiếm|đạt|tỷ lệ|tỉ lệ|tương đương)?[\s:]*\d+(?:[.,]\d+)?\s*%[^,.;)]*\)?|"
    r"\b\d{1,2}\s*(?:giờ|gio|h|g)\s*\d{0,2}(?:\s*phút)?|covid[\s-]*19|\b(?:năm|nam)\s+20\d\d\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?<![\w/])(?:(?:hơn|trên|gần|khoảng)\s+)?\d{1,3}(?:[.,]\d{3})+(?![\w/])|(?<![\w/])(?:(?:hơn|trên|gần|khoảng)\s+)?\d+(?![\w/])"
)
_WHO = (
    r"(?:người|lượt|thuê bao|máy|tài khoản|thiết bị|cán bộ|học sinh|hội viên|đoàn viên|nhân viên|công nhân|giáo viên)"
)
#: what stands behind the number, or before it
_BEHIND = re.compile(rf"^\s*(?P<what>{_WHO}(?:\s+dân)?\s+(?:đã\s+)?(?:cài|tải)[^,;:()\d]*)", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?P<what>(?:tổng\s+)?số\s+(?:lượng\s+)?{_WHO}[^,;:()\d]*?(?:cài|tải)[^,;:()\d]*?)\s*(?:là|đạt|được|có|:)\s*$",
    re.IGNORECASE,
)
#: a unit with its name before what it has
_UNIT = re.compile(
    r"\b(?P<unit>(?:xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh|ấp|thôn|khu phố|khóm|trường|công ty|bệnh viện|"
    r"TP|TX|TT)\s+(?:[A-ZĐÂÊÔƠƯÁÀẢÃẠÉÈÍÌÓÒÚÙÝ\d][\w'’-]*\s*){1,6}?)"
    r"(?=\s*(?:đã |hiện |tổng cộng )*(?:có|đạt|ghi nhận|được)\b|\s*:|\s*,|\s*$)"
)
_OTHER = (
    *terms.INCREASE,
    *terms.AIMS,
    *terms.ASKED,
    *terms.REFUSED,
    "chua",
    "con lai",
    "ncovi",
    "phan dau",
    "ho tro",
    "giup",
)
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class _Said:
    """Hold what a sentence says: where it stands, its unit (empty for the sender's), day, what it counts, how many."""

    row: int
    column: int
    unit: str
    day: str
    what: str
    count: str


def table_in(sheet: Sheet, level: Level | None = None) -> tuple[Sheet, dict[tuple[int, int], tuple[int, int]]] | None:
    """Return a sheet with the sentences of another one as a table below its other lines, and where each of its cells
    stands in the file; None where there is no such sentence, a number that none explains, or a unit that nothing names,
    `toàn xã` from a district: `level` is that of the sender."""
    said: list[_Said] = []
    for (row, column), cell in sorted(sheet.cells.items()):
        found = _in_cell(row, column, cell)
        if found is None:
            return None
        said += found
    if not said or len({each.what for each in said}) > 1 or (len(said) > 1 and not all(each.unit for each in said)):
        return None
    where = {(each.row, each.column) for each in said}
    if not said[0].unit and not _is_named(sheet, said[0], level):
        return None
    cells = {at: cell for at, cell in sheet.cells.items() if at not in where}
    top = max(row for row, _ in sheet.cells) + 2
    heads = [
        *(["Đơn vị"] if said[0].unit else []),
        *(["Ngày số liệu"] if any(each.day for each in said) else []),
        said[0].what,
    ]
    cells |= {(top, at): Cell(text) for at, text in enumerate(heads, 1)}
    origins = {}
    for number, each in enumerate(said, top + 1):
        values = [*([each.unit] if said[0].unit else []), *([each.day] if "Ngày số liệu" in heads else []), each.count]
        for at, text in enumerate(values, 1):
            cells[number, at] = Cell(text)
            origins[number, at] = (each.row, each.column)
    return Sheet(sheet.name, cells), origins


_WHOLE = re.compile(
    r"\b(?:toàn|địa bàn|của|tại|trong)\s+(?P<kind>xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh)\b", re.IGNORECASE
)


def _is_named(sheet: Sheet, said: _Said, level: Level | None) -> bool:
    """Return whether a sentence without a unit may be of the sender, or another line names one of the kind it says."""
    found = _WHOLE.search(unicodedata.normalize("NFC", sheet.own(said.row, said.column).text))
    if found is None or level in LEVELS_OF_KIND[found["kind"].lower()]:
        return True
    others = (cell.text for at, cell in sheet.cells.items() if at != (said.row, said.column))
    return any(has(key_of(text), key_of(found["kind"])) for text in others)


def _in_cell(row: int, column: int, cell: Cell) -> list[_Said] | None:
    """Return what the sentences of a cell say; None where one has a number that is not explained."""
    if cell.number is not None or cell.date is not None:
        return None
    text = unicodedata.normalize("NFC", cell.text)
    if len(text) > _LONGEST:
        return None
    found = []
    for sentence in filter(None, (each.strip() for each in _ENDS.split(text))):
        bare = _NO_COUNT.sub(" ", without_days(sentence))
        numbers = list(_NUMBER.finditer(bare))
        if not numbers:
            continue
        said = _of_sentence(row, column, sentence, bare, numbers[0]) if len(numbers) == 1 else None
        if said is None:
            return None
        found.append(said)
    return found


def _of_sentence(row: int, column: int, sentence: str, bare: str, number: re.Match[str]) -> _Said | None:
    """Return what a sentence with one number says of those who installed it, None for any other."""
    key = key_of(bare)
    behind, before = _BEHIND.match(bare[number.end() :]), _BEFORE.search(bare[: number.start()])
    what = f"Số {behind['what'].strip()}" if behind else before["what"].strip() if before else ""
    days = days_in(sentence, Said.TITLE)
    if not what or has(key, *_OTHER) or len(days) > 1 or is_range(sentence):
        return None
    unit = _UNIT.search(bare[: number.start()])
    day = f"{days[0].day}/{days[0].month}" + (f"/{days[0].year}" if days[0].year else "") if days else ""
    return _Said(row, column, unit["unit"].strip() if unit else "", day, what, number[0])
