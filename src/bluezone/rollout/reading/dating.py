"""Decide of which day a block's figures are, from its titles, the sheet's and the file's name, and the letter it goes
with. Pure.

`Kết quả đến ngày 20/8/2020` decides; the day of a letter or a signature never does alone, and where a name contradicts
the title it is asked.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bluezone.rollout.reading import terms
from bluezone.rollout.reading.colours import colours_said, without_remarks
from bluezone.rollout.reading.days import OF_ELSE, Day, Said, day_in_month, days_in, is_range, months_in, resolve
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.previous import without_day_before
from bluezone.rollout.reading.rows_named import named_in
from bluezone.rollout.reading.vocabulary import has, key_of

#: a file is named after its figures or sent some days later; a week later it may bear the title of the last
_SENT_WITHIN = dt.timedelta(days=5)


#: a note below a table that speaks of one row: `Riêng huyện Vị Thủy là số liệu ngày 17/8`
_APART = re.compile(r"^[^.;]{0,40}\b(?:riêng|rieng)\b", re.IGNORECASE)
#: one that rows may refer to with a star, and a cell that does
_STARRED = re.compile(r"^\s*\(?\s*\*")
_REFERS = re.compile(r"\*\s*\)?\s*$")


#: a letter that is the sender's own report of the figures
_REPORTS = re.compile(r"\b(?:báo cáo|bao cao|BC)\b", re.IGNORECASE)


@dataclass(slots=True)
class Dating:
    """Hold the day of a block's figures, or those it may be of; `said` how it was named, `text` where."""

    date: dt.date | None = None
    choices: list[tuple[dt.date, Said, str]] = field(default_factory=list)
    said: Said | None = None
    text: str = ""
    #: the figures may be of a period only
    period: bool = False


def years_of(texts: Iterable[str]) -> set[int]:
    """Return the years that dates in some texts name."""
    return {day.year for text in texts for day in days_in(text, Said.TITLE) if day.year is not None}


def date_of(block: Block, file_name: str, years: set[int], today: dt.date, rows: Sequence[str] = ()) -> Dating:
    """Return of which day a block's figures are; `rows` are the names of its units, of which a note may speak."""
    titles = [without_day_before(without_remarks(text)) for _, text in block.titles]
    ends = [text for _, text in block.ends if not colours_said(text)]
    if _counts_installs(block, titles):
        ends = [text for text in ends if not _is_of_people(text)]
        others = [text for text in titles if not _is_of_people(text)]
        titles = others if any(map(days_in, others)) else titles
    classes = _is_of_classes(block)
    named: dict[Said, list[tuple[dt.date, str]]] = {}
    lines = [(text, None) for text in titles] + [(block.sheet.name, Said.SHEET), (stem(file_name), Said.FILE)]
    for text, said in lines:
        for day in days_in(text if said is None else _without_grades(text, classes=classes), said):
            _note(named, day, years, today)
    months = months_in(titles)
    if (bare := day_in_month(block.sheet.name, months)) and bare <= today:
        named.setdefault(Said.SHEET, []).append((bare, block.sheet.name))  # `Ngày 20` under `tháng 8/2020`
    refers = any(_REFERS.search(block.sheet.own(row, column.number).text)
                 for row in block.rows for column in block.columns)  # fmt: skip
    for text in ends:
        if (
            _APART.search(text)
            or (named_in(text, rows) and not any(day.said is Said.SIGNED for day in days_in(text)))
            or (refers and _STARRED.match(text))
        ):
            continue
        for day in days_in(text):
            if day.said in {Said.AS_OF, Said.SIGNED, Said.LETTER}:
                _note(named, day, years, today)
    result = _decided({said: list(dict.fromkeys(found)) for said, found in named.items()})
    if result.date is None and not result.choices:
        result = _in_header_and_file(block, file_name, years, today)
    result.period = any(is_range(text) for text in titles)
    return result


#: the numbers of people, phones or households that others counted, and their day
_OF_PEOPLE = re.compile(
    r"\b(?:dan so|so dan|nhan khau|nien giam|tong dieu tra|dieu tra dan so|tdt|smartphone|dttm|dt thong minh|"
    r"dien thoai thong minh|thue bao|so ho|ho dan|ho gia dinh|quan so|si so|so hoc sinh|so lao dong)\b"
)
_OF_RESULTS = ("so lieu cai", "ket qua", "kq", "tien do", *terms.INSTALL)


def _counts_installs(block: Block, titles: Sequence[str]) -> bool:
    """Return whether a block's title or a header speaks of installations."""
    texts = [*titles, *(text for column in block.columns for text in column.path)]
    return any(has(key_of(text), *terms.INSTALL) for text in texts)


def _is_of_people(text: str) -> bool:
    """Return whether a note speaks of the people or phones that others counted, and not of installations: its day is
    none of the figures, `Dân số theo Tổng điều tra ngày 01/4/2019`."""
    key = key_of(text)
    return bool(_OF_PEOPLE.search(key)) and not has(key, *_OF_RESULTS)


_NUMBERS_ON = re.compile(
    r"(?P<mark>(?:khối|khoi|lớp|lop|k)\s*)?(?<!\d)\d{1,2}(?:\s*[-–.,_+&]\s*\d{1,2})+(?!\d)", re.IGNORECASE
)
_LAST_GRADE = 12


def _is_of_classes(block: Block) -> bool:
    """Return whether the rows of a block are classes or grades, by a header."""
    return any(column.path and key_of(column.path[-1]) in _CLASSES for column in block.columns)


_CLASSES = frozenset(["lop", "ten lop", "lop hoc", "khoi", "khoi lop", "lop khoi", "khoi slash lop"])


def _without_grades(text: str, *, classes: bool) -> str:
    """Return a name of a sheet or file without the grades of a school, which go up by one each: `K10-11-12`, and where
    the rows are `classes` also two without a word, `6-7`."""

    def grades(found: re.Match[str]) -> str:
        numbers = [int(each) for each in re.findall(r"\d+", found[0])]
        rising = all(after == before + 1 for before, after in itertools.pairwise(numbers))
        told = bool(found["mark"]) or classes
        return " " if rising and told and numbers[-1] <= _LAST_GRADE else found[0]

    return _NUMBERS_ON.sub(grades, text)


def _in_header_and_file(block: Block, file_name: str, years: set[int], today: dt.date) -> Dating:
    """Return the day that a header and the name of the file say both, where headers name no other: `Cài mới 21/8` in
    `bluezone_2108.csv`."""
    texts = list(dict.fromkeys(text for column in block.columns for text in column.path))
    days = {date: text for text in texts for day in days_in(text) if day.said not in OF_ELSE
            for date in resolve(day, years, today)}  # fmt: skip
    if len(days) != 1:
        return Dating()
    date, text = next(iter(days.items()))
    written = re.search(rf"(?<!\d){date.day:02}[.-]?{date.month:02}(?!\d)", stem(file_name))
    return Dating(date, [(date, Said.FILE, text)], Said.FILE, text) if written else Dating()


def _note(named: dict[Said, list[tuple[dt.date, str]]], day: Day, years: set[int], today: dt.date) -> None:
    if day.said in OF_ELSE:
        return
    for date in resolve(day, years, today):
        named.setdefault(day.said, []).append((date, day.text))


def stem(file_name: str) -> str:
    """Return a file's name without its ending and with spaces for underlines."""
    return re.sub(r"\.[A-Za-z]{2,4}$", "", file_name).replace("_", " ")


def _decided(named: dict[Said, list[tuple[dt.date, str]]]) -> Dating:
    def dates(*said: Said) -> list[dt.date]:
        return list(dict.fromkeys(date for each in said for date, _ in named.get(each, ())))

    choices = [(date, said, text) for said in sorted(named) for date, text in named[said]]
    choices = list({date: (date, said, text) for date, said, text in reversed(choices)}.values())
    choices.sort(key=lambda each: (each[1], each[0]))
    strong = dates(Said.AS_OF) or dates(Said.TITLE)
    said = Said.AS_OF if named.get(Said.AS_OF) else Said.TITLE
    sheet, file, letter = dates(Said.SHEET), dates(Said.FILE), dates(Said.SIGNED, Said.LETTER)
    if said is Said.AS_OF:  # a letter that came before asked for the table
        letter = dates(Said.SIGNED) + [each for each, text in named.get(Said.LETTER, ()) if _REPORTS.search(text)]
    if not strong and sheet:
        strong, said, sheet = sheet, Said.SHEET, []
    if not strong and len(file) == 1:
        strong, said, file = file, Said.FILE, []
        if any(each != strong[0] for each in letter):
            return Dating(choices=choices)
    if len(strong) != 1:
        return Dating(choices=choices)
    date = strong[0]
    contradicted = (
        any(each != date for each in sheet) or not _follows(date, file) or not all(each >= date for each in letter)
    )
    if contradicted:
        return Dating(choices=choices)
    text = next(text for found, text in named[said] if found == date)
    return Dating(date, choices, said, text)


def _follows(date: dt.date, file: Sequence[dt.date]) -> bool:
    return all(date <= each <= date + _SENT_WITHIN for each in file)
