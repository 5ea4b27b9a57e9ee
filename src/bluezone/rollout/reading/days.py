# ruff: noqa: E501 - lists of words
"""Find the days that a text names, and how it names them: as the day of the figures, of a letter, or just so.

`Kết quả đến ngày 20/8/2020` names the day of the figures; `(Kèm theo Báo cáo số 123/BC-UBND ngày 21/8/2020)` and the
place and date above a signature name that of the letter.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bluezone.geography.names import plain_key
from bluezone.rollout.counts import FIRST_DAY

_NUMERIC = re.compile(
    r"(?<![\d/.,])(?P<day>\d{1,2})\s*(?P<mark>[/.\-])\s*(?P<month>\d{1,2})(?:\s*(?P=mark)\s*(?P<year>20\d{2}|\d{2}))?(?![\d/%]|[.,]\d)"
)
_ISO = re.compile(
    r"(?<!\d)(?P<year>20[12]\d)(?P<mark>[\-/._]?)(?P<month>0[1-9]|1[0-2])(?P=mark)(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)
_COMPACT = re.compile(r"(?<!\d)(?P<day>0[1-9]|[12]\d|3[01])(?P<month>0[1-9]|1[0-2])(?P<year>20[12]\d)(?!\d)")
_WORDS = re.compile(
    r"ng[aà]y\s*(?P<day>\d{1,2})\s*(?:th[aá]ng|/|\.|-)\s*(?P<month>\d{1,2})(?:\s*(?:n[aă]m|/|\.|-)\s*(?P<year>20\d{2}))?",
    re.IGNORECASE,
)
_SHORT_WORDS = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})\s*th[aá]ng\s*(?P<month>\d{1,2})(?:\s*n[aă]m\s*(?P<year>20\d{2}))?", re.I
)
#: what stands before the day of figures, as plain keys
_AS_OF = ("den het ngay", "den ngay", "tinh den", "cap nhat", "den thoi diem", "so lieu", "thoi diem", "tu ngay",
          "den", "chot", "khoa so", "as of", "up to", "until", "het ngay", "het", "luy ke den", "lui ke den")  # fmt: skip
#: what stands before the number and day of a letter
_LETTER = ("bc ubnd", "kem theo", "cong van", "van ban", "bao cao so", "to trinh", "quyet dinh", "ke hoach so",
           "cong dien", "thong bao so", "can cu", "chi thi", "theo bao cao", "phu luc kem", "ubnd ngay", "qd ubnd",
           "kh ubnd", "cv ubnd", "ngay gui", "gui ngay", "ngay lap", "lap ngay", "ngay nop", "ngay in")  # fmt: skip
#: before a letter that orders what the table reports
_CARRIED_OUT = ("trien khai", "thuc hien", "can cu", "theo yeu cau", "theo chi dao", "theo de nghi", "theo tinh than")
_LETTER_NUMBER = re.compile(r"\b\d+\s*/\s*[A-ZĐ]{2,}(?:-[A-ZĐ]+)*", re.IGNORECASE)
#: `Báo cáo số người cài` is no letter of that number
_OF_NUMBERS = re.compile(r"bao cao so (?:nguoi|luot|lieu|luong|may|ca|dien|thue|hoc|khach)")
_FROM = re.compile(
    r"\btu (?:ngay |luc |dau \w+ \w+ |dau \w+ |(?:ngay |khi )?(?:phat dong|trien khai|bat dau|ra quan|khai truong|co cong van)(?: (?!den\b|toi\b|het\b)\w+){0,3}? )?$"
)
#: before a day that figures are held against, or by which they are to come: `trước 16h00 ngày 22/8`, `sau 14/8`
_AROUND = re.compile(
    r"\b(?:(?<!tuan )(?<!ki )(?<!ky )(?<!lan )(?<!dot )(?<!thang )truoc|sau|cham nhat(?: la)?|thoi han|han chot|han)(?: ngay| luc| hom| vao)*$"
)
#: what has a day of its own in a title, which is none of the figures: an order, a meeting, a letter, a form
_ORDERED = re.compile(
    r"\b(?:chi dao|ket luan|yeu cau|tinh than|cuoc hop|phien hop|hop (?:giao ban|truc tuyen)|giao ban|hoi nghi|keu goi|thu ngo|"
    r"y kien|phat bieu|de nghi|ban hanh|ke hoach|nghi quyet|phat dong|le ra quan|khai truong|khai mac|bieu mau|dien mat|"
    r"giao nhiem vu|lam viec|thanh lap)\b(?P<rest>.*)$"
)
#: `theo` with what was ordered; `theo ngày`, `theo địa phương` say how a table is laid out
_BY_ORDER = re.compile(
    r"(?<!\bkem )\btheo (?!doi\b|ngay\b|tuan\b|thang\b|tung\b|don vi\b|dia phuong\b|dia ban\b|huyen\b|xa\b|phuong\b|nganh\b|"
    r"doi tuong\b|tinh\b(?! than\b)|thanh pho\b|quan\b|cap\b|khoi\b|truong\b|lop\b|cum\b|nhom\b|khu vuc\b|cac\b|so lieu\b|bao cao\b|"
    r"nha mang\b|mang\b|thue bao\b|gioi tinh\b|do tuoi\b|tuoi\b|loai\b|linh vuc\b|nganh nghe\b|phong\b|khoa\b|ap\b|to\b|thon\b|hinh thuc\b|"
    r"he dieu hanh\b|thiet bi\b|dan so\b|ti le\b|ty le\b|thu tu\b|xep hang\b|buoi\b|ca\b|gio\b|dot\b|ky\b|ki\b|quy\b|nam\b|"
    r"chi tieu\b|co quan\b|doanh nghiep\b|chi nhanh\b|dia chi\b|nguon\b|phan mem\b|ung dung\b|app\b)(?P<rest>.*)$"
)
_SPEAKS_OF_FIGURES = re.compile(r"\b(?:cai|bluezone|ncovi|ket qua|kq|tien do|so lieu|tinh hinh|cap nhat|thong ke)\b")
_BASE = ("so voi", "tang so", "chi tieu", "truoc ngay", "muc tieu", "phan dau", "ke hoach den", "han ")
#: what stands before a number that is none of a day, or of a part of a month
_NUMBERED = frozenset(["bieu", "mau", "pl", "luc", "bang", "muc", "ban", "v", "ver", "version", "lan", "quy", "so"])
#: what is numbered in a name: `Khối 6-9`, `Tổ 1-2`, `Lớp 6/8`
_GROUPS = frozenset(["khoi", "lop", "to", "nhom", "cum", "khu", "khom", "thon", "ap"])
_NO_NUMBER = ("dan so", "tong so", "thuc so", "khoa so", "chot so", "ca mau", "lay so", "lai so")
_PARTS = frozenset(["tuan", "quy", "dot", "ki", "ky"])
_BEFORE_DAY = frozenset(["ngay", "den", "het", "hom", "sang", "chieu", "toi", "luc", "nay", "qua", "ng"])
_RESULTS = ("ket qua", "tien do", "tinh hinh", "so lieu", "tong hop", "thong ke", "bao cao")
_AIMS = ("chi tieu", "muc tieu", "phan dau", "ke hoach den", "ke hoach giao", "phan bo", "phan khai", "phan giao")
#: what no place is called
_RESULT = re.compile(r" (?:bluezone|ncovi|cai|cai dat|ket qua|tien do|tinh hinh|so lieu|bao cao|thong ke|danh sach) ")
#: who lives in no place's name: `Học sinh và giáo viên, ngày 20/8/2020` is no signature
_PEOPLE = re.compile(
    r" (?:hoc sinh|sinh vien|giao vien|cong chuc|vien chuc|cong nhan|khach|doi tuong|truong hop|doan vien|"
    r"hoi vien|dang vien|tieu thuong|phu huynh|thi sinh|nguoi (?!lap|ky|bao cao|tong hop|gui)\w+) "
)
#: a weekday right before a day, which says no more than `ngày`: `chốt chiều thứ Sáu 21/8`, `(CN, 23/8)`
_WEEKDAY = re.compile(
    r"(?:\b(?:th[ứu]\s*(?:hai|ba|t[ưu]|n[ăa]m|s[áa]u|b[ảa]y|[2-7])|ch[ủu]\s*nh[ậa]t)"
    r"|(?:(?<=[(,;:])|\b(?:chiều|sáng|trưa|tối|ngày|đến|hết|chốt|chieu|sang|trua|toi|ngay|den|het|chot))\s*(?:cn|t[2-7]))"
    r"\b[\s,.:(–-]*(?:ng[àa]y\s*)?$",
    re.IGNORECASE,
)
_HOUR = re.compile(r"(?:lúc\s*)?\d{1,2}\s*(?:giờ|gio|h|g|:)\s*\d{0,2}\s*(?:phút)?\s*", re.IGNORECASE)


class Said(enum.IntEnum):
    """Name how a text names a day, the plainest first."""

    AS_OF = 1
    #: a day in a title, without a word that says of what
    TITLE = 2
    SHEET = 3
    FILE = 4
    #: the place and day above a signature: `Vị Thanh, ngày 20 tháng 8 năm 2020`
    SIGNED = 5
    #: the day of a letter that the table goes with
    LETTER = 6
    #: perhaps no day at all: `8/8 huyện`, `BLUEZONE 20/8`
    LOOSE = 7
    #: not of the figures: a target's, or one compared with
    OTHER = 8
    #: of the letter that ordered what is reported
    ORDERED = 9


#: days that are none of the figures
OF_ELSE = frozenset({Said.OTHER, Said.ORDERED})


@dataclass(frozen=True, slots=True)
class Day:
    """Hold a day as named: `year` is None where the text gives none."""

    day: int
    month: int
    year: int | None
    said: Said
    text: str
    start: bool = False

    def date(self, year: int | None = None) -> dt.date | None:
        """Return the date, in a year if the text gives none; None where there is no such day."""
        try:
            return dt.date(self.year or year or 0, self.month, self.day)
        except ValueError:
            return None


#: what every day has: two numbers, eight digits, or a number before a month in words
_NUMBERS = re.compile(r"\d\D+\d|\d{4}|\d\s+th", re.IGNORECASE)


def days_in(text: str, said: Said | None = None) -> list[Day]:
    """Return the days a text names, in order; `said` overrules what the words before each say."""
    if not _NUMBERS.search(text):
        return []
    text = _english_days(_spelled_months(text))
    found: list[tuple[int, int, re.Match[str]]] = []
    for pattern in (_WORDS, _ISO, _COMPACT, _NUMERIC, _SHORT_WORDS):
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(start < other_end and other_start < end for other_start, other_end, _ in found):
                found.append((start, end, match))
    found.sort(key=lambda each: each[0])
    days = []
    for number, (start, _end, match) in enumerate(found):
        before = _WEEKDAY.sub("ngày ", text[found[number - 1][1] if number else 0 : start])
        day = _day(match, text, before, said)
        if day is not None:
            days.append(day)
    return _ranges(days)


_SPELLED = ("giêng", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_SPELLED_MONTH = re.compile(
    r"(?<=\d)(\s+th[aá]ng\s+)(mười một|mười hai|giêng|hai|ba|tư|năm|sáu|bảy|tám|chín|mười)\b", re.I
)


def _spelled_months(text: str) -> str:
    """Return a text with months that are written in words, `20 tháng Tám`, in numbers."""
    return _SPELLED_MONTH.sub(lambda found: f"{found[1]}{_SPELLED.index(found[2].lower()) + 1}", text)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY_MONTH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH}[\s,-]+(20\d{{2}})\b", re.IGNORECASE)
_MONTH_DAY = re.compile(rf"\b{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(20\d{{2}})\b", re.IGNORECASE)


def _english_days(text: str) -> str:
    """Return a text with days such as `20 August 2020` and `Aug 20, 2020` in numbers."""
    text = _DAY_MONTH.sub(lambda found: f"{found[1]}/{_MONTHS.index(found[2].lower()) + 1}/{found[3]}", text)
    return _MONTH_DAY.sub(lambda found: f"{found[2]}/{_MONTHS.index(found[1].lower()) + 1}/{found[3]}", text)


def _day(match: re.Match[str], text: str, before: str, said: Said | None) -> Day | None:
    year = match.groupdict().get("year")
    value = int(year) if year else None
    if value is not None and value < 100:
        value += 2000
    day = Day(int(match["day"]), int(match["month"]), value, said or _said(before), text)
    if day.date(value or 2020) is None:
        return None
    key = plain_key(before)
    last = key.split()[-1:] or [""]
    apart = key.endswith("dia ban") or (value is not None and before.rstrip().endswith(("-", "–", "—")))
    # `số ngày 18/8`, `dân số 18/8/2020` name their day
    numbered = last[0] in _NUMBERED and match.re is not _WORDS and not key.endswith(_NO_NUMBER)
    numbered = numbered and not (last[0] == "ban" and value is not None)  # `Huyện Vụ Bản 20/8/2020`
    numbered = numbered or (match.re is _NUMERIC and value is None and _is_of_groups(last[0], match))
    if (numbered and not apart) or (match.re is _SHORT_WORDS and last[0] in _PARTS):
        return None  # `Biểu 1.2`, `tuần 3 tháng 8`
    if (
        value is None
        and match.re is _NUMERIC
        and said is None
        and last[0] not in _BEFORE_DAY
        and day.said is Said.TITLE
    ):
        if match["mark"] != "/":
            return None  # `1-3` and `2.1` in a sentence are no days
        if before.endswith("(") and text[match.end() :].startswith(")"):
            return day  # `BLUEZONE (20/8)`
        day = Day(day.day, day.month, None, Said.LOOSE, text)
    return Day(day.day, day.month, day.year, day.said, text, start=bool(_FROM.search(f"{key} ")))


def _is_of_groups(word: str, match: re.Match[str]) -> bool:
    """Return whether two numbers behind a word for a group are those of groups, from one to a higher one, or of a class
    of a grade."""
    ascending = int(match["day"]) < int(match["month"]) and match["mark"] == "-"
    return (word in _GROUPS and ascending) or (word == "lop" and match["mark"] == "/")


#: what stands before a day at whose hour figures were taken: `(Lúc 16 giờ, ngày`
_AT_HOUR = frozenset(["ngay", "luc", "vao", "hoi"])


#: a district, by its signs no document (`văn bản`)
_VAN_BAN = re.compile(r"văn bàn", re.IGNORECASE)


def _said(before: str) -> Said:
    before = _VAN_BAN.sub("", unicodedata.normalize("NFC", before))
    key = plain_key(_HOUR.sub(" ", before))
    if _HOUR.search(before) and set(key.split()) <= _AT_HOUR:
        return Said.AS_OF
    near = f" {' '.join(key.split()[-4:])} "
    if _AROUND.search(key):
        return Said.OTHER
    if any(f" {word}" in near for word in _BASE):
        return Said.OTHER
    clause = plain_key(_HOUR.sub(" ", re.split(r"[,;:(]", before)[-1]))
    if any(f" {word}" in f" {clause}" for word in _AIMS) and not any(word in clause for word in _RESULTS):
        return Said.OTHER
    own = re.split(r"[(,;]", before)[-1]
    if any(f" {word} " in near for word in _AS_OF) and not _LETTER_NUMBER.search(own[-30:]):
        return Said.AS_OF
    letter = _LETTER_NUMBER.search(before) or any(f" {word} " in f" {_OF_NUMBERS.sub(' ', key)} " for word in _LETTER)
    if letter and any(f" {word} " in f" {key} " for word in _CARRIED_OUT):
        return Said.ORDERED
    if letter:
        return Said.LETTER
    if any(
        found and not _SPEAKS_OF_FIGURES.search(found["rest"])
        for found in (_ORDERED.search(key), _BY_ORDER.search(key))
    ):
        return Said.OTHER
    if (
        not _RESULT.search(f" {key} ")
        and not _PEOPLE.search(f" {key} ")
        and re.match(r"^\s*[\w\s.()]{2,40},\s*(ng[aà]y)?\s*$", before, re.IGNORECASE)
        and len(key.split()) <= 6
    ):
        return Said.SIGNED
    return Said.TITLE


def _ranges(days: list[Day]) -> list[Day]:
    """Return the days, the first of `từ ngày 14/8 đến ngày 20/8` left out and noted: figures stand at the end."""
    return [day for day in days if not day.start] or [_begins(day) for day in days]


def _begins(day: Day) -> Day:
    """Return the beginning of a period whose end is not named, which is no day of its figures: `kể từ ngày 14/8`."""
    return day if day.said in {Said.SHEET, Said.FILE} else replace(day, said=Said.OTHER)


_TWO_DAYS = re.compile(r"(?<![\d/.-])\d{1,2}(?:/\d{1,2})?(?:/20\d\d)?\s*[-–—]\s*\d{1,2}/\d{1,2}(?![\d%])")
_TWO_HOURS = re.compile(r"\btu \d{1,2} ?(?:h|g|gio)(?: ?\d\d)?(?: phut)? den (?:het )?\d{1,2} ?(?:h|g|gio)")
_SINCE = re.compile(r"\b(?:ke|tinh) tu (?:ngay |luc )?\d|\bsau \d{1,2} (?:ngay|tuan)\b")


def is_range(text: str) -> bool:
    """Return whether a text speaks of what happened between two days or hours, or since a day: `từ ngày 14/8 đến ngày
    20/8`, `14-19/8`, `từ 0h đến 17h`, `kể từ ngày 14/8`, `sau 5 ngày`."""
    key = plain_key(_HOUR.sub(" ", text))
    if _TWO_DAYS.search(text) or _TWO_HOURS.search(plain_key(text)) or _SINCE.search(key):
        return True
    if not re.search(r"\btu (?:ngay )?\d", key):
        return False
    return " den " in f" {key} " or bool(re.search(r"\d\s*[-–—]\s*(?:ngày\s*)?\d", text))


def resolve(day: Day, years: Iterable[int], today: dt.date) -> list[dt.date]:
    """Return the dates a day may mean: in its own year; else in the years the file names; else the last one not after
    today, each one that lies in the campaign."""
    if day.year is not None:
        date = day.date()
        return [date] if date else []
    named = [date for year in sorted(set(years)) if (date := day.date(year)) and FIRST_DAY <= date <= today]
    if named:
        return named
    past = [date for year in range(today.year, FIRST_DAY.year - 1, -1) if (date := day.date(year)) and date <= today]
    fitting = [date for date in past if date >= FIRST_DAY]
    return fitting or past[:1]


_BARE_DAY = re.compile(r"(?:ngay )?([012]?\d|3[01])")
_OF_MONTH = re.compile(r"th[aá]ng\s*(0?[1-9]|1[0-2])\s*(?:/|-|\.|n[aă]m)\s*(20\d\d)", re.IGNORECASE)


def months_in(texts: Iterable[str]) -> list[tuple[int, int]]:
    """Return the months that titles name, as (year, month)."""
    found = (_OF_MONTH.finditer(text) for text in texts)
    return list(dict.fromkeys((int(each[2]), int(each[1])) for matches in found for each in matches))


def day_in_month(text: str, months: Iterable[tuple[int, int]]) -> dt.date | None:
    """Return the date of a header such as `Ngày 18` where the titles name one month, `tháng 8/2020`."""
    found = _BARE_DAY.fullmatch(plain_key(text))
    each = list(months)
    if not found or len(each) != 1:
        return None
    year, month = each[0]
    try:
        return dt.date(year, month, int(found[1]))
    except ValueError:
        return None
