"""Read cells that hold two numbers: `45/50`, forty-five of fifty, or `9.876 (12,5%)`, a count and its share. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.amounts import Amounts, read_counts
from bluezone.rollout.reading.cells import Cell
from bluezone.rollout.reading.certainty import guess_surely
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.vocabulary import Guess

_PAIR = re.compile(
    r"(?P<part>\d[\d.,]*)\s*(?:/|trên|trong)\s*(?P<whole>\d[\d.,]*)\s*(?:người|hs|học sinh|máy|phhs|ph|hộ|khách)?"
    r"\s*(?:[=(:;,-]?\s*(?:đạt|tỷ lệ|tỉ lệ)?\s*[\d.,]+\s*%\s*\)?)?",
    re.IGNORECASE,
)
_WITH_SHARE = re.compile(r"\d[\d.,]*\s*(?:người|lượt|máy)?\s*\(\s*[\d.,]+\s*%?\s*\)", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_OF_SHARE = re.compile(r"\([^()]*(?:%|lệ|le)[^()]*\)|(?:,|và|/)?\s*t[ỷỉy] ?lệ.*$|\(?%\)?", re.IGNORECASE)
_MOST = Decimal("0.8")
_WHOLES = {words.HEADCOUNT, words.TOTAL, words.POPULATION, words.SMARTPHONES, words.TARGET, words.HOUSEHOLDS,
           words.ASKED, words.SOME}  # fmt: skip
_PARTS = {words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.NCOVI, words.INCREASE, words.ASKED, words.TOTAL,
          words.SMARTPHONES}  # fmt: skip
PAIRS_SAID = saying(N_("its cells hold two numbers each"))


def is_pair(cell: Cell) -> bool:
    """Return whether a cell may hold two numbers, `45/50`; `5/8` may be a day as well."""
    return cell.number is None and cell.date is None and bool(_PAIR.fullmatch(cell.text))


def exchanged(cells: Mapping[int, Cell]) -> dict[int, Cell]:
    """Return cells of two numbers with the second before the first: `45/31` as `31/45`."""
    return {
        line: Cell(f"{match['whole']}/{match['part']}") if (match := _PAIR.fullmatch(cell.text)) else cell
        for line, cell in cells.items()
    }


def hold_pairs(cells: Mapping[int, Cell]) -> bool:
    """Return whether most of a column's cells that say anything hold two numbers, the first not above the second."""
    texts = [cell.text for cell in cells.values() if any(sign.isdigit() for sign in cell.text)]
    found = [match for text in texts if (match := _PAIR.fullmatch(text))]
    if all(_is_month(match) for match in found):
        return False  # `Có hạn đến: 12/2020`
    fitting = sum(_number(match["part"]) <= _number(match["whole"]) for match in found)
    return bool(found) and Decimal(fitting) >= _MOST * len(texts)


def _is_month(match: re.Match[str]) -> bool:
    """Return whether two numbers may be a month and its year, `05/2022`."""
    return _number(match["part"]) <= _MONTHS and bool(_YEAR.fullmatch(match["whole"]))


_MONTHS = 12
_YEAR = re.compile(r"20[12]\d")


def _number(text: str) -> Decimal:
    bare = re.sub(r"\D", "", text)
    return Decimal(bare or 0)


def halves(cells: Mapping[int, Cell]) -> tuple[Amounts, Amounts]:
    """Return a column of two numbers a cell as two: the parts and the wholes."""
    parts, wholes = {}, {}
    for line, cell in cells.items():
        match = _PAIR.fullmatch(cell.text)
        parts[line] = Cell(match["part"].rstrip(".,")) if match else cell
        wholes[line] = Cell(match["whole"].rstrip(".,")) if match else Cell()
    return read_counts(parts), read_counts({line: cell for line, cell in wholes.items() if cell.text})


def said_by(path: Sequence[str]) -> tuple[Guess, Guess] | None:
    """Return what the halves of such a column are, where its header says so: `Đã cài/Tổng số`, `Kết quả (đã cài/sĩ
    số)`; None where it does not."""
    leaf = _OF_SHARE.sub(" ", path[-1]).strip() if path else ""
    lead = leaf.partition("(")[0].strip()
    for text, above in (*((each, [lead] if lead else []) for each in _BRACKETS.findall(leaf)), (leaf, [])):
        first, mark, second = text.partition("/")
        if not mark or "/" in second:
            continue
        part, whole = (guess_surely([*path[:-1], *above, each.strip()]) for each in (first, second))
        if guess([second.strip()]).kind == words.TOTAL:
            whole = Guess(words.TOTAL, whole.of, sure=False)
            if part.of not in {"", words.RESIDENTS}:
                whole = Guess(words.HEADCOUNT, part.of)  # `Học sinh đã cài/Tổng số`
        if part.kind in _PARTS and whole.kind in _WHOLES and part.kind != whole.kind:
            return part, whole
    return None


def whole_first(path: Sequence[str]) -> list[str]:
    """Return a header whose halves are named the other way round, `Học sinh (sĩ số/đã cài)`, as `said_by` reads it."""
    turned = [re.sub(r"([^()/]+)/([^()/]+)", r"\2/\1", text) for text in path[-1:]]
    return [*path[:-1], *turned]


def hold_shares_beside(cells: Mapping[int, Cell]) -> bool:
    """Return whether most cells hold a count and its share: `9.876 (12,5%)`."""
    texts = [cell.text for cell in cells.values() if any(sign.isdigit() for sign in cell.text)]
    return bool(texts) and Decimal(sum(bool(_WITH_SHARE.fullmatch(text)) for text in texts)) >= _MOST * len(texts)


_WITH_GAIN = re.compile(r"\d[\d.,]*\s*(?:người|lượt|máy)?\s*\(\s*(?:\+|tăng|tang|mới|↑)[^()]*\)", re.IGNORECASE)


def hold_gains_beside(cells: Mapping[int, Cell]) -> bool:
    """Return whether most cells hold a count and what was added to it: `9.876 (+120)`, `9.876 (tăng 120)`."""
    texts = [cell.text for cell in cells.values() if any(sign.isdigit() for sign in cell.text)]
    return bool(texts) and Decimal(sum(bool(_WITH_GAIN.fullmatch(text)) for text in texts)) >= _MOST * len(texts)


def without_brackets(path: Sequence[str]) -> list[str]:
    """Return a header without what it says in brackets of the numbers in brackets below it."""
    leaf = _BRACKETS.sub(" ", path[-1]).strip() if path else ""
    return [*path[:-1], leaf] if leaf else list(path[:-1])


def without_share(path: Sequence[str]) -> list[str]:
    """Return a header of such a column without what it says of the share: `Đã cài (tỷ lệ %)` -> `Đã cài`."""
    leaf = path[-1] if path else ""
    bare = _OF_SHARE.sub(" ", leaf).strip()
    return [*path[:-1], bare] if bare else list(path[:-1])
