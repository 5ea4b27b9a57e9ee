# ruff: noqa: E501 - lists of words
"""Say what columns count that are headed with days or weeks only: what a title, the sheet's name or the file's name
says. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.rollout.reading import amounts, terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.amounts import Amounts
from bluezone.rollout.reading.cells import Cell
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.vocabulary import Guess, has

BY_TITLE = N_("what the title says: “{title}”")
_DAY = re.compile(r"\d{1,2}\s*[/.-]\s*\d{1,2}(?:\s*[/.-]\s*\d{2,4})?|\d{4}-\d\d-\d\d")
_BRACKETS = re.compile(r"\((?=[^()]*(?:\d{3}|văn bản|công văn|kèm theo))[^()]*\)", re.IGNORECASE)
_UNIT_OF_MEASURE = re.compile(r"(?:dvt|don vi tinh|dv tinh)\b(?P<what>.*)")
_WEEK = re.compile(r"(?:tuan|week|w|ki|dot|thang)(?: thu| so)? ?\d{1,2}(?: \d{4})?")
_BEGINNINGS = re.compile(
    r"(?:(?:bao cao|bang|bieu(?: mau)?|bieu so|phu luc|tong hop|thong ke|so lieu|danh sach|so sanh|mau|ve|cac|nhanh|"
    r"theo doi|cap nhat|chi tiet|\d{1,2}|i{1,3}|iv|v|ve viec)\b ?)*"
)
#: how a title begins that tells of a work as a whole, not of the figure in its cells
_LOOSE = ("ket qua", "kq", "tinh hinh", "tifnh hinh", "tien do", "trien khai", "cong tac", "viec", "thuc hien", "cong van",
          "ke hoach", "chien dich", "van dong", "tuyen truyen", "huong dan", "ho tro", "ra quan")  # fmt: skip
_TWO_THINGS = re.compile(r"\b(?:va|kem|cung) (?:so|ti le|tile|xep hang|thu hang|chi tieu|ncovi|bluezone)\b")
_SPOKEN_OF = (*terms.INSTALL, *terms.SHARE, *terms.RANKS, *terms.HOUSEHOLDS, *terms.SMART, "ncovi", "dan so",
              "nhan khau", "quan so", "si so", "chi tieu")  # fmt: skip
_HOUSEHOLDS = re.compile(r"(?:tong )?(?:so )?(?:luong )?ho (?!so\b)")
_TAKEN_OFF = ("da go", "go bluezone", "go ung dung", *terms.TAKEN_OFF)
#: ranks may be those of the country's units of a level
LAST_RANK = 720
_WHOLE = 100
#: what figures may be, of all that a header may say
_MEASURED = {*words.COUNTS, *words.SHARES, words.RANK, words.UNKNOWN}
#: what a title may count of people only where it begins with a number of them
_OF_WORK = {words.ASKED, words.ASKED_NCOVI, words.HELPED, words.HAD}


@dataclass(frozen=True, slots=True)
class Measure:
    """Hold what a title says of the figures below days; `open`: it may say that, or something else, and is to be
    asked; `spread`: it tells of spreading the word, so that a bare number need count none of those who installed it."""

    guess: Guess
    title: str
    open: bool = False
    spread: bool = False


def is_week(text: str) -> bool:
    """Return whether a header is the number of a week and nothing else."""
    return bool(_WEEK.fullmatch(words.key_of(text)))


def measure_of(lines: Iterable[str]) -> Measure | None:
    """Return what titles say that figures are, the line nearest to them first; None where they are installations, or
    where no line says anything."""
    lines = list(lines)
    for line in lines:
        bare = " ".join(_DAY.sub(" ", _BRACKETS.sub(" ", line)).split())
        key = words.key_of(bare)
        if unit := _UNIT_OF_MEASURE.search(key):
            if found := _by_unit(unit["what"]):
                return Measure(found, line)
            key = key[: unit.start()].strip()
        if not has(key, *_SPOKEN_OF):
            continue
        clauses = [words.key_of(each) for each in re.split(r"\s[-–—]\s|:", bare)]
        spoken = [each for each in clauses if has(each, *_SPOKEN_OF)]
        said = spoken[0] if len(spoken) == 1 else key
        if (done := _done_to_people(bare)) is not None:
            return Measure(done, line)
        if _is_helped_by_others(key):
            return Measure(Guess(words.HELPED), line, open=True)
        measure = _measure(said, line)
        if measure is None and terms.SPREAD.match(_lead(said)):
            return Measure(
                Guess(words.ASKED), line, open=True, spread=True
            )  # those who heard of it, or those who installed it
        counted = measure is None or (measure.guess.kind == words.INSTALLS and not measure.open)
        if (counted or (measure and measure.guess.kind == words.WITH_PHONE)) and _is_of_else(said, line, lines):
            return Measure(Guess(words.UNKNOWN), line, open=True)
        return measure
    return None


def _done_to_people(title: str) -> Guess | None:
    """Return whom a title counts that says how many people were asked or helped, or declined: `SỐ HÀNH KHÁCH ĐƯỢC HƯỚNG
    DẪN CÀI BLUEZONE MỖI NGÀY`."""
    key = _EACH_DAY.sub(" ", words.key_of(title)).strip()
    if not _NUMBER_OF_PEOPLE.match(key):
        return None
    found = guess([key])
    return found if found.sure and found.kind in {words.ASKED, words.HELPED, words.REFUSED} else None


def _is_helped_by_others(key: str) -> bool:
    """Return whether a title says by whom those were helped who installed it: `Kết quả cài Bluezone do đoàn viên hỗ trợ`
    may count these only."""
    return any(_HELPED.match(key[found.end() :]) and found[1] != "qua" for found in terms.ACTOR.finditer(key))


_HELPED = re.compile(r" (?:huong dan|ho tro|giup|cai giup|cai ho)\b")
_EACH_DAY = re.compile(r"\b(?:mooi|moi|tung|hang|theo|trong) (?:ngay|ngai)\b")
_NUMBER_OF_PEOPLE = re.compile(r"(?:tong )?so (?:luong |luot )?(?:\w+ ){1,5}?(?:duoc|da duoc|tu choi)\b")


def counting_installs(lines: Iterable[str]) -> str:
    """Return the title that says that figures are numbers of those who installed it, no matter of whom: `SỐ NGƯỜI ĐÃ
    CÀI BLUEZONE`; empty where none does."""
    keys = {line: words.key_of(_DAY.sub(" ", _BRACKETS.sub(" ", line))) for line in lines}
    return next((line for line, key in keys.items()
                 if _NUMBER_INSTALLED.match(_lead(key)) and not terms.NEGATED.search(key)), "")  # fmt: skip


_NUMBER_INSTALLED = re.compile(
    r"(?:tong )?so (?:luong )?(?:luot )?(?:nguoi |may |thiet bi |dien thoai |thue bao )?(?:da )?(?:cai|tai)(?: dat)?\b"
)


def _lead(key: str) -> str:
    """Return a title from its first word on that says what it is about."""
    found = _BEGINNINGS.match(key)
    return key[found.end() :] if found else key


def _is_of_else(key: str, line: str, lines: Sequence[str]) -> bool:
    """Return whether a title may count something else than installations, which it names only as the purpose or the
    means: `Số điểm hỗ trợ cài Bluezone`, `F1 phát hiện qua Bluezone`. A line that only tells of a work leaves the word
    to others that count installations."""
    lead = _lead(key)
    if not _before_the_app(lead):
        return False
    if _COUNTING.match(lead) or _COUNTING.match(key):
        return True
    plain = [words.key_of(_BRACKETS.sub(" ", each)) for each in lines if each is not line]
    return not has(key, *_LETTERS) and not any(
        has(each, *terms.INSTALL) and not _before_the_app(each) for each in plain
    )


def _before_the_app(key: str) -> list[str]:
    """Return the words before the app, or before installing it, which are none of those that a count of installations
    begins with; the names of places are left out."""
    found = _APP_SAID.search(key)
    if found is None:
        return []
    before = _PLACES_NAMED.sub(" ", key[: found.start()])
    before = f" {before} ".replace(" ket qua ", " kq ")
    for phrase in (*_PEOPLE_NAMED, *_PHRASES_BEFORE):
        before = before.replace(f" {phrase} ", " ")
    if _PURPOSE.search(f" {before.strip()} "):
        return before.split()
    return [word for word in before.split() if word not in _BEFORE_INSTALLS and not word.isdigit()]


_APP_SAID = re.compile(
    r"\b(?:cai(?: dat)?|tai(?= (?:ve|app|ung dung|bluezone))|su dung(?= (?:app|ung dung|bluezone))|bluezone|bluezon|"
    r"ung dung|app|bz|ncovi)\b"
)
#: a title that begins so names what it counts
_COUNTING = re.compile(r"(?:so|tong so|nhu cau|kinh phi|danh sach|ra soat|tin nhan|luot|dien thoai|thue bao)\b")
#: of a letter that the table goes with
_LETTERS = ("cong van", "kem theo", "van ban", "ke hoach", "chi thi", "quyet dinh", "thuc hien")
#: with which installing is only the purpose, and Bluezone the means
_PURPOSE = re.compile(r" (?:de|phuc vu|nham|qua|nho|thong qua|tu|bang|ve|cho viec) $| (?:du dieu kien|can) $")
_PLACES_NAMED = re.compile(
    r"\b(?:tren dia ban|tai|cua|o|thuoc)?(?: cac| toan| cap| tung| moi| 63)* ?\b(?:xa|phuong|thi tran|huyen|quan|thi xa|"
    r"thanh pho|tp|tx|tinh|khu vuc|khu pho|to dan pho|ap|thon|dia ban)\b"
    r"(?: (?!(?:cai|tai|da|co|duoc|su|ve|va|phuc|de|nham|huong|ho|van|tuyen|trien|thuc)\b)\w+){0,4}"
)
_PEOPLE_NAMED = sorted({phrase for phrases in terms.GROUPS.values() for phrase in phrases}, key=len, reverse=True)
#: the phrases and words that stand before the app in a title of installations
_PHRASES_BEFORE = (
    "thong tin va truyen thong", "thong tin truyen thong", "dien thoai thong minh", "dien thoai di dong", "danh sach cac",
    "so thong tin", "ban chi dao", "dien thoai", "dia phuong", "hoan thanh", "phong trao", "cong dong", "doan vien", "tap trung",
    "cao diem", "nhan dan", "thiet bi", "thong ke", "cong tac", "day manh", "van dong", "cong van", "thu hang", "do luong",
    "toan dan", "hoc sinh", "tham gia", "huong ung", "thue bao", "tai khoan", "nguoi dung", "dung thu", "tinh den", "co quan", "van ban", "hien co", "ba con", "don vi",
)  # fmt: skip
_BEFORE_INSTALLS = frozenset(
    [
     "19", "a", "b", "ban", "bang", "bao", "bi", "bieu", "bo", "c", "cac", "cao", "cap", "cau", "chi", "chien",
     "cho", "chong", "cong", "covid", "cu", "cua", "cuong", "d", "da", "dan", "dao", "dat", "den", "dia", "dich",
     "dinh", "do", "doi", "don", "dot", "duoc", "e", "gia", "gian", "giao", "gio", "gom", "hang", "het", "hien",
     "hinh", "ho", "hoach", "hoi", "hop", "huong", "i", "ii", "iii", "iv", "ke", "ket", "khai", "khan", "khoi", "ki",
     "kip", "kq", "ky", "la", "lap", "le", "lieu", "luc", "lui", "luong", "luot", "luy", "manh", "mau", "may", "mem",
     "moi", "mot", "nai", "nam", "nay", "ngai", "ngan", "nganh", "ngay", "nguoi", "nhanh", "nhat", "nhom", "nhung",
     "o", "percent", "phan", "phong", "phu", "phuong", "qua", "quan", "qui", "quy", "ra", "rieng", "sanh", "slash",
     "so", "tac", "tai", "tang", "thang", "them", "theo", "thiet", "thoi", "thu", "thuc", "ti", "tien", "tiet",
     "tieu", "tifnh", "tile", "tinh", "toan", "tong", "tren", "trien", "tro", "trong", "truy", "truyen", "tuan", "tung",
     "tuong", "tuyen", "ubnd", "uy", "v", "va", "van", "ve", "vet", "vi", "viec", "vii", "voi", "xep",
    ]
)  # fmt: skip


def _by_unit(what: str) -> Guess | None:
    if has(what, "percent"):
        return Guess(words.PERCENT, sure=False)
    return Guess(words.HOUSEHOLDS) if has(what, "ho") else None


def _measure(key: str, line: str) -> Measure | None:
    lead = _lead(key)
    found = guess([lead])
    loose = lead.startswith(_LOOSE)
    kind = found.kind
    if _HOUSEHOLDS.match(lead):
        return Measure(found if kind == words.HOUSEHOLDS else Guess(words.UNKNOWN, named=True), line)
    if has(lead, *_TAKEN_OFF):
        return Measure(Guess(words.UNKNOWN), line, open=True)
    if has(lead, "ncovi") and has(lead, "bluezone"):
        return Measure(Guess(words.NCOVI), line, open=True)
    if kind not in _MEASURED:
        return None  # `Bluezone đến ngày 27/8`
    if kind in {words.INSTALLS, words.INCREASE, words.TOTAL}:
        if kind == words.INSTALLS and found.of not in {"", words.RESIDENTS}:
            return Measure(found, line, open=bool(_TWO_THINGS.search(lead)))
        return None
    if kind == words.NCOVI:
        return Measure(Guess(kind), line, open=bool(_TWO_THINGS.search(lead)))
    off = terms.NOT_DONE.search(lead) or has(lead, *terms.TAKEN_OFF)
    if kind == words.UNKNOWN and not found.named and not found.doubt and not off:
        return None
    if loose:
        said = lead.startswith("ke hoach giao") or has(
            lead, *terms.SHARE, *terms.MISSING, *terms.RANKS, *terms.HOUSEHOLDS, *terms.REFUSED
        )
        return Measure(found, line, open=True) if said or kind in words.SHARES else None
    doubtful = (kind == words.UNKNOWN and not found.named) or bool(_TWO_THINGS.search(lead))
    doubtful |= kind == words.MISSING and has(lead, "chua dat", "con thieu")
    doubtful |= kind in _OF_WORK and not lead.startswith(("so ", "tong so ", "luot ", "nguoi "))
    return Measure(found, line, open=doubtful)


def are_percents(cells: Mapping[int, Cell]) -> bool:
    """Return whether most cells of a column that hold anything are shown as percent."""
    filled = [cell for cell in cells.values() if any(sign.isdigit() for sign in cell.text)]
    percents = sum(cell.percent or cell.text.rstrip().endswith("%") for cell in filled)
    return bool(filled) and percents * 5 >= len(filled) * 4


def contradicts(kind: str, cells: Mapping[int, Cell]) -> bool:
    """Return whether cells cannot be what a title says: shares of people above all of them, ranks without order."""
    if kind == words.RANK:
        read = amounts.read_ranks(cells)
        values = _values(read)
        return bool(read.thousandths) or any(value < 1 or value > min(LAST_RANK, _most_ranks(values))
                                             for value in values)  # fmt: skip
    if kind in {words.PERCENT, words.PERCENT_POPULATION, words.PERCENT_SMARTPHONES, words.PERCENT_HEADCOUNT}:
        return any(value > _WHOLE for value in _values(amounts.read_shares(cells)))
    return False


def _values(read: Amounts) -> Sequence[int]:
    return [int(amount.value) for amount in read.by_line.values()]


def _most_ranks(values: Sequence[int]) -> int:
    """Return the last rank of rows that rank each other, or of the country's provinces."""
    return max(len(values), 63)
