# ruff: noqa: E501 - lists of words
"""Hear what is said of a single row's figures: in brackets behind its name, in its note, in the footnote that its name
refers to. Pure.

`TP Ngã Bảy (số liệu đến 17/8)`, `(kế hoạch)`, `(chưa gồm P. Lái Hiếu)`, `(*)` with `(*) Số liệu kỳ trước` below.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence

from bluezone.errors import N_
from bluezone.rollout.reading import inexact
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import TAKEN, Context
from bluezone.rollout.reading.corrections import is_correction
from bluezone.rollout.reading.days import Said, days_in, resolve
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.footnotes import FIGURES_OF, Footnotes, says_apart
from bluezone.rollout.reading.results import Notice, Saying, saying
from bluezone.rollout.reading.roles import Role
from bluezone.rollout.reading.rows import Line
from bluezone.rollout.reading.turning import where
from bluezone.rollout.reading.vocabulary import Guess

#: what stands around a day in brackets that says no more than that figures are of it
_AROUND_A_DAY = frozenset(
    [
        "so",
        "lieu",
        "sl",
        "den",
        "tinh",
        "ngay",
        "ngai",
        "het",
        "cap",
        "nhat",
        "chot",
        "bao",
        "cao",
        "bc",
        "lay",
        "theo",
        "cu",
        "cua",
        "thang",
        "nam",
        "gio",
        "h",
        "luc",
        "hom",
        "la",
        "tu",
        "moi",
        "nhat",
        "nay",
    ]
)
_LEAD = r"^(?:(?:day|dai|ghi chu|luu i|luu y|chu thich) )?(?:do )?(?:la |theo |lay |gom )?(?:(?:so lieu|so luong|sl|so|ket qua|kq) )?(?:nay |tren |nai )?(?:la |cua |theo |lay )?(?:(?:so lieu|so) )?"
_PLANNED = re.compile(rf"{_LEAD}(?:ke hoach|kh|chi tieu|muc tieu|dang ki|cam ket|se cai|giao)\b")
_ESTIMATED = re.compile(rf"{_LEAD}(?:uoc|uoc tinh|uoc dat|uoc thuc hien|du kien|du bao|du tinh|tam uoc)\b")
_BEFORE = re.compile(
    rf"{_LEAD}(?:cua |tu )?(?:hom (?:qua|truoc|kia)|(?:ngay|ngai|ki|ky|tuan|lan|thang|dot|bao cao|bc) (?:hom qua|truoc|qua|cu)|cu)\b"
)
#: the same of figures anywhere in a note
_SAYS_BEFORE = re.compile(
    r"\b(?:so lieu|lay so|so|bao cao) (?:cua |tu |lieu )?(?:hom (?:qua|truoc|kia)|(?:ngay|ngai|ki|ky|tuan|lan|thang|dot) (?:hom qua|truoc|qua))\b"
)
#: with which a number is said to be of a part, or not to be sure
_IN_PART = re.compile(
    r"\b(?:chua|khong|ko) (?:bao )?(?:gom|tinh|ke|co so lieu|day du|xac nhan|kiem tra|kiem dem|chot|tong hop|chinh thuc|du)\b"
    r"|^(?:con )?thieu \w|^(?:tru|ngoai tru|chi tinh|chi gom|moi tinh|moi co|moi gom|tru di)\b"
    r"|\b(?:tam tinh|so bo|chua chinh xac|tam thoi)\b"
    r"|\b(?:chua|khong|ko) (?:gap|thong ke|di|den|lam|ra soat|thu thap|cap nhat|nhap|tong hop|bao cao|tiep can)(?: duoc)?(?: \w+)? (?:het|xong|toan bo|tat ca)\b"
    r"|\bmoi (?:\w+ ){1,3}(?:mot nua|nua|mot phan|phan nua|1 slash 2|\d+ percent)\b"
)
#: alone in brackets behind a name it tells a house or unit from its heir, `Trạm Kiểm dịch Mộc Bài (cũ)`, and no day
_FORMER = "cu"
#: notes may go on to speak of other things; what they say of the number itself is short
_MOST_WORDS = 8
_INSIDE = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")

PLANNED = N_("“{text}” stands at {name}: its figures are planned, not reached, and were left out")
ESTIMATED = N_("“{text}” stands at {name}: its figures are estimated and were left out")
OF_BEFORE = N_("“{text}” stands at {name}: its figures are of another day and were left out")
IN_PART = N_("“{text}” stands at {name}: its figures may not be whole")
CORRECTED = N_("“{text}” stands at {name}: its figures are corrected there, and were left out: write the right ones"
               " into their cells")  # fmt: skip
FOOTNOTE = N_("a footnote stands at {name}: “{text}”")
NOT_REPORTED = N_("“{text}” stands at {name}: its figures are missing")
OWN_DAY = N_("the note of {name} gives the day of its figures: {date}")


def dated_columns(draft: Draft) -> set[dt.date]:
    """Return the days of the columns that hold results."""
    return {role.date for role in draft.roles if role.date and role.kind in TAKEN and role.kind != words.TARGET}


def day_said(draft: Draft, line: Line, footnotes: Footnotes, years: set[int], context: Context) -> dt.date | None:
    """Return the day that a row's note, the brackets behind its name or its footnote give for its figures: `lấy số liệu
    ngày 18/8`, `(19/8)`."""
    dated = dated_columns(draft)
    noted = [text for text in _notes(draft, line) if _dates_figures(text)]
    behind = [text for text in _behind(line) if _only_a_day(text)]
    below = [text for text in _below(draft, line, footnotes) if _dates_figures(text)]
    for text in [*behind, *noted, *below]:
        dates = {date for day in days_in(text, Said.TITLE) for date in resolve(day, years, context.today)}
        if words.has(words.key_of(text), "cot"):
            dates -= dated  # `cột ngày 21/8 là số liệu ngày 20/8`
        if len(dates) == 1:
            return dates.pop()
    return None


def _dates_figures(text: str) -> bool:
    key = words.key_of(text)
    return bool(FIGURES_OF.search(key) or _SAYS_BEFORE.search(key))


def column_meant(day: dt.date, dated: Collection[dt.date]) -> dt.date | None:
    """Return the day of the column of which a note means that its figures are of an earlier day: the first one after
    it. None where the note names a column's day, one after all of them, or one before all, which may mean any."""
    later = [each for each in dated if each > day]
    return min(later) if later and day not in dated and len(later) < len(dated) else None


_ON_FIGURES = re.compile(
    r"^(?:(?:ghi chu|luu i|chu thich|day|dai|tat ca|toan bo|cac|nhung) )*(?:la )?(?:so lieu|so luong|ket qua|so nguoi|bang)\b"
    r"(?: (?:o|trong|cua|bang|bieu|cot|nai|nay|tren|bao cao|phia))*(?: (?:nai|nay|tren|bang))\b"
)
NOT_DONE = N_("the note below the table: “{text}”")


def notes_on_figures(ends: Sequence[str]) -> list[str]:
    """Return the lines below a table that say something of all its figures: `Số liệu trên là số cài trong tuần`."""
    return [text for text in ends if _ON_FIGURES.match(words.key_of(text)) and not says_apart(text)]


def leave_undone_out(roles: Sequence[Role], ends: Sequence[str]) -> None:
    """Leave out the counts of a table below which a note says that they are planned, estimated or of another day."""
    notes = [
        text
        for text in notes_on_figures(ends)
        if _says(words.key_of(text).removeprefix("ghi chu ")) in {PLANNED, ESTIMATED, OF_BEFORE}
    ]
    for role in roles if notes else ():
        if role.amounts.by_line and role.kind in _COUNTED:
            role.guess = Guess(words.UNKNOWN)
            role.leave_out(saying(NOT_DONE, text=notes[0]))


_COUNTED = {words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.TOTAL, words.NCOVI}


def corrects(draft: Draft, line: Line) -> bool:
    """Return whether a row says by its name or its note that it corrects an earlier one: `báo lại`, `đính chính`."""
    return line.corrects or any(is_correction(text) for text in _notes(draft, line))


def superseded(draft: Draft) -> frozenset[int]:
    """Return the rows all of whose figures a row of the same unit and days corrects: no total counts them any more."""

    def key(line: Line) -> tuple[object, ...]:
        unit = draft.placed.units.get(line.number)
        return unit.code if unit else words.key_of(line.name), line.dates

    holds = {key(line): line for line in draft.units if corrects(draft, line)}
    found = []
    for line in draft.units if holds else ():
        other = holds.get(key(line), line)
        figures = [role.amounts.by_line for role in draft.roles
                   if role.kind in TAKEN and line.number in role.amounts.by_line]  # fmt: skip
        if other is not line and all(other.number in numbers for numbers in figures):
            found.append(line.number)
    return frozenset(found)


def remarks_of(draft: Draft, line: Line, footnotes: Footnotes, *, dated: bool) -> tuple[list[Notice], bool]:
    """Return what is to be said of a row for what stands at it, and whether its figures are none of the block's;
    `dated`: what stands there gives them a day of their own."""
    notices, none = [], False
    below = _below(draft, line, footnotes)
    for text in [line.correction, *_beside_name(draft, line), *_notes(draft, line), *below]:
        template = CORRECTED if _gives_another_number(draft, line, text) else _says(words.key_of(text))
        if template == OF_BEFORE and dated:
            continue
        if template:
            none = none or template != IN_PART
            notices.append(_notice(draft, line, template, text))
    if not notices and (unsent := next(filter(inexact.is_missing, _notes(draft, line)), "")) and _lacks(draft, line):
        notices = [_notice(draft, line, NOT_REPORTED, unsent)]
    if not notices and not dated:
        notices = [_notice(draft, line, FOOTNOTE, text) for text in below]
    return notices, none


def _lacks(draft: Draft, line: Line) -> bool:
    """Return whether a row has nothing in a column of what was done."""
    return any(line.number not in role.amounts.by_line for role in draft.with_numbers(*_COUNTED))


_CORRECTING = re.compile(
    r"\b(?:dinh chinh|sua(?= (?:lai|thanh|tu|la|so|sl|con|xuong|len|dung|\d[\d.,]*$))|bao (?:cao )?lai|gui lai|nhap lai|chinh lai|so dung|dung la|dieu chinh|cap nhat lai|thai bang|thay bang)\b"
)
#: numbers in a note that are none of people: days, hours, `lần 2`, the number of a letter
_NO_NUMBERS = re.compile(
    r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{2,4}|\d{1,2}\s*[/-]\s*\d{1,2}(?!\d)|\d{1,2}\s*(?:h|g|giờ|gio)\s*\d{0,2}|"
    r"(?:ngày|ngay|lần|lan|tháng|thang|số|so)\s+\d{1,2}(?![\d.,/-])|\d+\s*/\s*[A-ZĐ]\S*",
    re.IGNORECASE,
)
#: `số cũ 5.512`, `sửa từ 5.512`, `không phải 5.512`
_FORMER_NUMBER = re.compile(
    r"\b(?:cũ|cu|trước(?: đó| đây)?|truoc(?: do| day)?|ban đầu|ban dau|lần trước|lan truoc|từ|tu|thay cho|thay vì|thay vi|không phải|khong phai)"
    r"(?:\s+(?:là|la|số|so))*\s*:?\s*\d+(?:[.,]\d{3})*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d{3})*")


def _gives_another_number(draft: Draft, line: Line, text: str) -> bool:
    """Return whether a note corrects the number of its row by another one: `đính chính: 6.250`."""
    if not _CORRECTING.search(words.key_of(text)):
        return False
    text = _FORMER_NUMBER.sub(" ", _NO_NUMBERS.sub(" ", text))
    given = {int(re.sub(r"\D", "", found[0])) for found in _NUMBER.finditer(text)}
    held = {int(role.amounts.by_line[line.number].value) for role in draft.roles
            if line.number in role.amounts.by_line}  # fmt: skip
    return bool(given) and not given & held


def _below(draft: Draft, line: Line, footnotes: Footnotes) -> list[str]:
    """Return what footnotes say of a row, to which its name or a cell may refer: `9.600*`."""
    sheet, columns = draft.block.sheet, draft.block.columns
    texts = [sheet.own(line.number, column.number).text for column in columns] if footnotes.marked else []
    return footnotes.of(line, texts)


def _says(key: str) -> str:
    """Return the sentence for what a text says of a number, empty where it says nothing of it."""
    short = len(key.split()) <= _MOST_WORDS
    if short and _PLANNED.search(key):
        return PLANNED
    if short and _ESTIMATED.search(key):
        return ESTIMATED
    if (short and _BEFORE.search(key)) or _SAYS_BEFORE.search(key):
        return OF_BEFORE
    return IN_PART if _IN_PART.search(key) else ""


def _notice(draft: Draft, line: Line, template: str, text: str) -> Notice:
    said: Saying = saying(template, name=line.name, text=text if len(text) <= 80 else f"{text[:79]}…")
    return Notice(draft.block.sheet.name, line.number, "remark", said)


def _only_a_day(text: str) -> bool:
    return len(days_in(text, Said.TITLE)) == 1 and all(
        word in _AROUND_A_DAY for word in re.sub(r"\d", " ", words.key_of(text).replace("slash", " ")).split()
    )


def _behind(line: Line) -> list[str]:
    """Return what stands in brackets behind a row's name."""
    return [text.strip() for found in _INSIDE.finditer(line.name)
            if (text := found[1] or found[2] or "").strip(" *")]  # fmt: skip


def _beside_name(draft: Draft, line: Line) -> list[str]:
    """Return what is said in brackets of a row's figures: `(cũ)` is part of a name, but where another row is of the same
    unit."""
    texts = _behind(line)
    others = [text for text in texts if words.key_of(text) != _FORMER]
    return texts if len(others) < len(texts) and _stands_again(draft, line) else others


def _stands_again(draft: Draft, line: Line) -> bool:
    """Return whether another row is of the same unit."""
    unit = draft.placed.units.get(line.number)
    return unit is not None and sum(draft.placed.units.get(other.number) == unit for other in draft.units) > 1


def _notes(draft: Draft, line: Line) -> Iterator[str]:
    """Yield what stands in a row's columns of notes, those without a header right of its numbers, and in the comments
    on its cells."""
    counted = [role.column.number for role in draft.roles if role.is_count]
    for role in draft.roles:
        unheaded = not role.column.path and role.kind == words.UNKNOWN and role.column.number > max(counted, default=0)
        if (role.kind == words.NOTE or unheaded) and (
            text := draft.block.sheet.own(line.number, role.column.number).text
        ):
            yield text
    comments = draft.block.sheet.comments
    for at in {where(draft.block, line.number, column.number) for column in draft.block.columns} if comments else ():
        if at in comments:
            yield comments[at]
