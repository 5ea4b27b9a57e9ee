"""Tell of whom rows count where a column, or the names of the rows themselves, say it: pupils, parents, staff. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.filled import is_figure
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.people import group_named
from bluezone.rollout.reading.rows import Line, Lines, Sort

#: headers of columns that say of whom each row counts
_HEADERS = frozenset(
    [
        "doi tuong", "nhom doi tuong", "doi tuong cai dat", "loai doi tuong", "thanh phan", "nhom nguoi",
        "doi tuong cai", "thanh phan doi tuong", "nhom doi tuong cai dat", "doi tuong van dong", "doi tuong thong ke",
    ]
)  # fmt: skip


def say_of_whom(block: Block, lines: Lines) -> bool:
    """Note for each row of whom it counts, where a column parts the rows of one unit by people; return whether the
    rows themselves are such groups and name no units."""
    units = lines.of(Sort.UNIT)
    header = next((column.path for column in block.columns if column.number == lines.unit), [])
    if header and words.key_of(header[-1]) in _HEADERS:
        _note(units, [line.name for line in units])
        return True
    for column in block.columns:
        if column.number in {lines.unit, lines.code, lines.order, lines.date, *lines.above} or not column.path:
            continue
        if guess(column.path).kind not in {words.UNKNOWN, words.SECTOR}:
            continue
        cells = [block.sheet.seen(line.number, column.number) for line in units]
        if not all(cell.text and not is_figure(cell) for cell in cells):
            continue
        texts = [cell.text for cell in cells]
        said = words.key_of(column.path[-1]) in _HEADERS or all(map(group_named, texts))
        if said and _parts(units, texts):
            _note(units, texts)
            return False
    return False


def _parts(units: Sequence[Line], texts: Sequence[str]) -> bool:
    """Return whether rows of one unit differ in these texts, and no two rows of it have the same."""
    pairs = Counter((line.name, line.above, text) for line, text in zip(units, texts, strict=True))
    names = {(line.name, line.above) for line in units}
    return len(names) < len(units) and max(pairs.values(), default=0) == 1


def _note(units: Sequence[Line], texts: Sequence[str]) -> None:
    """Give each row the group that its text names, else its own words, where two texts name the same group."""
    named: dict[str, set[str]] = {}
    for text in texts:
        named.setdefault(group_named(text), set()).add(text)
    for line, text in zip(units, texts, strict=True):
        group = group_named(text)
        line.of = group if group and len(named[group]) == 1 else text
