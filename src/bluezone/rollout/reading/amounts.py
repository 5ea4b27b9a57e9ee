"""Read the numbers of a column together: what its marks mean is a habit of the column, not of a cell. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bluezone.rollout.reading.bracketed import remark_behind
from bluezone.rollout.reading.cells import Cell
from bluezone.rollout.reading.inexact import bound_in
from bluezone.rollout.reading.unit_words import without_unit_word

_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_PEOPLE = re.compile(
    r"\s*(người|nguoi|lượt|luot|máy|may|hs|ph|phhs|học sinh|thuê bao|hộ|khách|đt|tk)\s*$", re.IGNORECASE
)
#: what was added, or the share, behind the count: `9.876 (+120)`, `9.876 (12,5%)`
_GAIN = re.compile(
    r"\s*\(\s*(?:(?:\+|tăng)\s*[\d.,]+\s*%?|(?:đạt|chiếm|tỷ lệ|tỉ lệ|=)?\s*[\d.,]+\s*%)\s*\)\s*$", re.IGNORECASE
)
_PLAIN = re.compile(r"\d+")
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[.,' ])\d{3})(?:(?P=mark)\d{3})*")
_BOTH = re.compile(r"\d{1,3}(?:(?P<group>[.,' ])\d{3})+(?P<decimal>(?!(?P=group))[.,])\d+")
_DECIMAL = re.compile(r"\d+(?P<mark>[.,])\d+")
_NOTHING = frozenset({"", "-", "–", "—", ".", "...", "…", "không", "Không", "n/a", "N/A", "chưa có"})
_WORDS = {"nghìn": 3, "ngàn": 3, "triệu": 6}
_WITH_WORD = re.compile(r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<word>nghìn|ngàn|triệu)", re.IGNORECASE)
_LONGEST = 30
#: with which what was added or lost is shown
_ARROW = re.compile(r"^[▲△↑⬆⇧↗▼▽↓⬇⇩↘]\ufe0f?\s*(?=\d)")
_DOWN = set("▼▽↓⬇⇩↘")


@dataclass(frozen=True, slots=True)
class Amount:
    """Hold a number as read: its value, how many decimals it was written with, and whether it was shown as percent."""

    value: Decimal
    digits: int = 0
    percent: bool = False
    #: read another way than its own sign says
    doubtful: bool = False
    #: given as no less than this, `> 20.000`
    bound: bool = False
    #: how many of its decimals say something, where its column shows a 0 behind them in every row
    rounded_to: int | None = None


@dataclass(slots=True)
class Amounts:
    """Hold a column's numbers by line, and the lines whose cell is none.

    `thousandths`: a column of counts holds numbers such as 12.345 that the file stores as fractions, as a program with
    English settings makes of `12.345`; they are given as stored, and are to be asked about.
    """

    by_line: dict[int, Amount] = field(default_factory=dict)
    bad: dict[int, str] = field(default_factory=dict)
    missing: list[int] = field(default_factory=list)
    thousandths: bool = False
    undecidable: bool = False
    fractions: bool = False
    fractions_open: bool = False


def read_counts(cells: Mapping[int, Cell]) -> Amounts:
    """Read whole numbers: a mark between groups of three digits is one of thousands, unless the column itself has
    decimals."""
    read = Amounts()
    texts = [_bare(cell.text) for cell in cells.values() if cell.number is None and cell.date is None]
    decimals = {match["mark"] for text in texts if (match := _DECIMAL.fullmatch(text)) and not _GROUPED.fullmatch(text)
                and set(text.partition(match["mark"])[2]) != {"0"}}  # fmt: skip
    decimals |= {match["decimal"] for text in texts if (match := _BOTH.fullmatch(text))}
    grouped = {match["mark"] for text in texts if (match := _GROUPED.fullmatch(text))}
    read.undecidable = bool(decimals & grouped)
    for line, cell in cells.items():
        if cell.missing:
            read.missing.append(line)
        elif cell.date is not None:
            read.bad[line] = cell.text
        elif cell.number is not None:
            if cell.percent:
                read.bad[line] = cell.text
                continue
            read.by_line[line] = Amount(cell.number, _digits(cell.number))
            read.thousandths |= cell.number != cell.number.to_integral_value()
        else:
            _count_text(read, line, _bare(cell.text))
    return read


_RANK = re.compile(r"(?:xếp\s*)?(?:hạng|thứ|top|vị trí)?\s*(?:thứ\s*)?(\d{1,3})(?:\s*/\s*\d{1,3})?", re.IGNORECASE)


def read_ranks(cells: Mapping[int, Cell]) -> Amounts:
    """Read ranks: `3`, `Hạng 3`, `3/8`."""
    return read_counts(
        {
            line: Cell(match[1]) if cell.number is None and (match := _RANK.fullmatch(cell.text.strip())) else cell
            for line, cell in cells.items()
        }
    )


def _count_text(read: Amounts, line: int, text: str) -> None:
    text = _ARROW.sub(lambda found: "-" if found[0].strip() in _DOWN else "", text)
    if text in _NOTHING:
        return
    if text[0] in "+-−–" and text[1:2].isdigit():
        signed = Amounts()
        _count_text(signed, line, text[1:])
        for amount in signed.by_line.values():
            read.by_line[line] = Amount(amount.value if text[0] == "+" else -amount.value)
        if line not in read.by_line:
            read.bad[line] = text
        return
    if _PLAIN.fullmatch(text) and len(text) <= _LONGEST:
        read.by_line[line] = Amount(Decimal(text))
    elif _GROUPED.fullmatch(text) and len(text) <= _LONGEST:
        read.by_line[line] = Amount(Decimal(re.sub(r"\D", "", text)))
    elif (match := _BOTH.fullmatch(text)) and set(text.rpartition(match["decimal"])[2]) == {"0"}:
        read.by_line[line] = Amount(Decimal(re.sub(r"\D", "", text.rpartition(match["decimal"])[0])))
    elif (match := _DECIMAL.fullmatch(text)) and set(text.partition(match["mark"])[2]) == {"0"}:
        read.by_line[line] = Amount(Decimal(text.partition(match["mark"])[0]))
    elif match := _WITH_WORD.fullmatch(text):
        value = Decimal(match["number"].replace(",", ".")).scaleb(_WORDS[match["word"].lower()])
        read.by_line[line] = Amount(value)
    else:
        _bound_text(read, line, text)


def _bound_text(read: Amounts, line: int, text: str) -> None:
    """Read `> 20.000` as no less than that; any other text is no number."""
    within = Amounts()
    if number := bound_in(text):
        _count_text(within, line, number)
    if line in within.by_line:
        read.by_line[line] = replace(within.by_line[line], bound=True)
    else:
        read.bad[line] = text


def read_shares(cells: Mapping[int, Cell]) -> Amounts:
    """Read percentages: 0.0754 shown as percent, `7,54%`, `7.54`; a column of nothing above 1 without a sign of percent
    may hold fractions (`fractions_open`)."""
    read = Amounts()
    signed = False
    for line, cell in cells.items():
        if cell.missing:
            read.missing.append(line)
        elif cell.date is not None:
            read.bad[line] = cell.text
        elif cell.number is not None:
            signed |= cell.percent or cell.text.endswith("%")
            value = cell.number * 100 if cell.percent else cell.number
            digits = _shown_digits(cell)
            if cell.percent:  # as printed, but not less than hundredths
                value = round(value, max(digits, 2))
            read.by_line[line] = Amount(value, digits, cell.percent or cell.text.endswith("%"))
        else:
            signed |= "%" in cell.text
            _share_text(read, line, cell.text)
    _leave_empty_decimals(read)
    plain = [amount for amount in read.by_line.values() if not amount.percent]
    if plain and not signed and all(amount.value <= 1 for amount in plain) and any(amount.value for amount in plain):
        read.fractions_open = any(amount.value > 0 for amount in plain)
    if signed and any(amount.value <= 1 and amount.value for amount in plain):
        for line, amount in list(read.by_line.items()):
            if not amount.percent and 0 < amount.value <= 1:
                read.by_line[line] = Amount(amount.value, amount.digits, percent=False, doubtful=True)
    return read


def _leave_empty_decimals(read: Amounts) -> None:
    """Note that a last decimal that is 0 in every row says nothing: `=ROUND(D7/C7*100;1)` in cells that show two."""
    shown = list(read.by_line.values())
    digits = min((amount.digits for amount in shown), default=0)
    meant = max((_digits(amount.value) for amount in shown), default=0)
    if len(shown) >= _FEWEST_SHARES and 0 < meant < digits:
        read.by_line = {
            line: replace(amount, rounded_to=amount.digits - digits + meant) for line, amount in read.by_line.items()
        }


_FEWEST_SHARES = 5


def _share_text(read: Amounts, line: int, text: str) -> None:
    bare = _SPACES.sub("", text)
    sign = bare.endswith("%")
    bare = bare.rstrip("%")
    if bare in _NOTHING:
        return
    match = re.fullmatch(r"(\d{1,6})(?:[.,](\d{1,12}))?", bare)
    if not match:
        read.bad[line] = text
        return
    digits = match[2] or ""
    read.by_line[line] = Amount(Decimal(f"{match[1]}.{digits or 0}"), len(digits), sign)


def fractions_to_percents(amounts: Amounts) -> None:
    """Take a column's numbers as parts of one: 0.0754 is 7.54 %."""
    amounts.fractions = True
    amounts.by_line = {
        line: amount if amount.percent else Amount(amount.value * 100, max(0, amount.digits - 2), percent=True)
        for line, amount in amounts.by_line.items()
    }


def times(amounts: Amounts, factor: int) -> None:
    """Take a column's numbers as so many: `ĐVT: 1.000 người`, or thousands stored as fractions."""
    amounts.by_line = {line: Amount(amount.value * factor) for line, amount in amounts.by_line.items()}


def thousandths_to_counts(amounts: Amounts) -> None:
    """Take the fractions of a column of counts as thousands: 12.345 is 12,345."""
    amounts.by_line = {
        line: Amount(amount.value * 1000) if amount.value != amount.value.to_integral_value() else amount
        for line, amount in amounts.by_line.items()
    }
    amounts.thousandths = False


def _bare(text: str) -> str:
    remark = remark_behind(text)
    text = remark[0] if remark else text
    bare = _PEOPLE.sub("", _GAIN.sub("", _FOOTNOTE.sub("", text)))
    return _SPACES.sub(" ", without_unit_word(bare)).strip().lstrip("'’")


#: the mark of a footnote behind a number: `6.120*`, `6.120(*)`
_FOOTNOTE = re.compile(r"(?<=\d)\s*(?:\(\*{1,3}\)|\*{1,3})\s*$")


def _digits(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _shown_digits(cell: Cell) -> int:
    return len(cell.text.rstrip("%").partition(".")[2])


def fits(share: Amount, count: Decimal, people: Decimal) -> bool:
    """Return whether a percentage is that of a count among people, as far as its decimals say."""
    if people <= 0:
        return False
    true = count * 100 / people
    step = Decimal(1).scaleb(-min(share.digits if share.rounded_to is None else share.rounded_to, 4))
    return abs(true - share.value) <= max(step, Decimal("0.006"))


def is_sum(parts: Iterable[Decimal], whole: Decimal) -> bool:
    """Return whether a number is the sum of others."""
    return sum(parts, Decimal(0)) == whole
