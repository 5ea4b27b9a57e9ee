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
_LOOSE = ("ket qua", "kq", "tinh hinh", "tien do", "trien khai", "cong tac", "viec", "thuc hien", "cong van",
          "ke hoach", "chien dich", "van dong", "tuyen truyen", "huong dan", "ho tro", "ra quan")  # fmt: skip
_TWO_THINGS = re.compile(r"\b(?:va|kem|cung) (?:so|ti le|tile|xep hang|thu hang|chi tieu|ncovi|bluezone)\b")
_SPOKEN_OF = (*terms.INSTALL, *terms.SHARE, *terms.RANKS, *terms.HOUSEHOLDS, *terms.SMART, "ncovi", "dan so",
              "nhan khau", "quan so", "si so", "chi tieu")  # fmt: skip
_HOUSEHOLDS = re.compile(r"(?:tong )?(?:so )?(?:luong )?ho (?!so\b)")
_TAKEN_OFF = ("da go", "go bluezone", "go ung dung", *terms.TAKEN_OFF)
#: ranks may be those of the country's units of a level
_LAST_RANK = 720
_WHOLE = 100
#: what a title may count of people only where it begins with a number of them
_OF_WORK = {words.ASKED, words.ASKED_NCOVI, words.HELPED, words.HAD}


@dataclass(frozen=True, slots=True)
class Measure:
    """Hold what a title says of the figures below days; `open`: it may say that, or something else, and is to be
    asked."""

    guess: Guess
    title: str
    open: bool = False


def is_week(text: str) -> bool:
    """Return whether a header is the number of a week and nothing else."""
    return bool(_WEEK.fullmatch(words.key_of(text)))


def measure_of(lines: Iterable[str]) -> Measure | None:
    """Return what titles say that figures are, the line nearest to them first; None where they are installations, or
    where no line says anything."""
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
        return _measure(spoken[0] if len(spoken) == 1 else key, line)
    return None


def _by_unit(what: str) -> Guess | None:
    if has(what, "percent"):
        return Guess(words.PERCENT, sure=False)
    return Guess(words.HOUSEHOLDS) if has(what, "ho") else None


def _measure(key: str, line: str) -> Measure | None:
    lead = key[(_BEGINNINGS.match(key) or re.match("", key)).end() :]  # type: ignore[union-attr]
    found = guess([lead])
    loose = lead.startswith(_LOOSE)
    kind = found.kind
    if _HOUSEHOLDS.match(lead):
        return Measure(found if kind == words.HOUSEHOLDS else Guess(words.UNKNOWN, named=True), line)
    if has(lead, *_TAKEN_OFF):
        return Measure(Guess(words.UNKNOWN), line, open=True)
    if has(lead, "ncovi") and has(lead, "bluezone"):
        return Measure(Guess(words.NCOVI), line, open=True)
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
        return bool(read.thousandths) or any(value < 1 or value > min(_LAST_RANK, _most_ranks(values))
                                             for value in values)  # fmt: skip
    if kind in {words.PERCENT, words.PERCENT_POPULATION, words.PERCENT_SMARTPHONES, words.PERCENT_HEADCOUNT}:
        return any(value > _WHOLE for value in _values(amounts.read_shares(cells)))
    return False


def _values(read: Amounts) -> Sequence[int]:
    return [int(amount.value) for amount in read.by_line.values()]


def _most_ranks(values: Sequence[int]) -> int:
    """Return the last rank of rows that rank each other, or of the country's provinces."""
    return max(len(values), 63)
