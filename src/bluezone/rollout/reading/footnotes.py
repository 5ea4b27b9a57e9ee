"""Find the notes that stand below a table, and the headers, rows and numbers that they speak of. Pure.

`Đã cài (*)` with `(*) Gồm cả số cài NCOVI` below; `9.600*`, `Huyện Vị Thủy (1)`; `Ghi chú: Dân số từ 15 tuổi trở lên`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.cells import EMPTY, column_name, shortened
from bluezone.rollout.reading.colours import colours_said, without_colour
from bluezone.rollout.reading.days import Said, days_in
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.layout import Block, Column
from bluezone.rollout.reading.results import Notice, saying
from bluezone.rollout.reading.rows import Line, Lines, Sort
from bluezone.rollout.reading.rows_named import named_in
from bluezone.rollout.reading.turning import where

#: with which a text refers to a note: `(*)`, `(1)`, `[2]`, `**`, `¹`
_MARK = re.compile(r"[(\[]\s*(?P<one>\*{1,3}|\d)\s*[)\]]\s*$|(?P<stars>\*{1,3})\s*$|(?P<raised>[¹²³⁴⁵])\s*$")
#: how a note begins that something refers to
_NOTE = re.compile(
    r"^\s*(?:ghi chú|ghi chu|chú thích|chu thich)?\s*:?\s*"
    r"(?:[(\[]\s*(?P<one>\*{1,3}|\d)\s*[)\]]|(?P<stars>\*{1,3})|(?P<raised>[¹²³⁴⁵]))\s*[:.\-–]?\s*(?P<text>\S.{3,})$",
    re.DOTALL | re.IGNORECASE,
)
_RAISED = str.maketrans("¹²³⁴⁵", "12345")
_APART = re.compile(r"\b(?:riêng|rieng)\b", re.IGNORECASE)
#: a note on figures that nothing refers to
_GENERAL = re.compile(
    r"^(?:(?:\* |- )?(?:ghi chu|luu i|luu y|chu thich|dinh chinh|chu i|chu y)"
    r"|so lieu|so luong|dan so|so nguoi|ti le|cot|ket qua)\b"
)
_OF_FIGURES = re.compile(
    r"\b(?:so|so lieu|dan so|nguoi|ti le|cot|luot|may|tinh|gom|tru|uoc|trung|cai|tuoi|lui ke|luy ke|chua|khong|"
    r"dinh chinh)\b"
)
#: with which a note says of which day figures are
FIGURES_OF = re.compile(
    r"\b(?:so lieu|lay so|so (?:cua )?ngay|so \d{1,2} slash \d|tinh den|cap nhat|den ngay|den ngai|theo bao cao|"
    r"bao cao ngay|so cu)\b"
)
IN_HEADER = N_("a footnote stands at column {column} (“{header}”): “{text}”")
BELOW = N_("a note stands below the table: “{text}”")
OF_COLOUR = N_("a remark speaks of cells in a colour that were not found: “{text}”: look which figures it means")
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Footnotes:
    """Hold what the lines around a table say of its rows: by number of row, and by the marks that refer to them; and
    what they say of cells in a colour that tells no rows apart."""

    apart: dict[int, list[str]]
    marked: dict[str, list[str]] = field(default_factory=dict)
    of_no_row: tuple[str, ...] = ()

    def of(self, line: Line, texts: Sequence[str] = ()) -> list[str]:
        """Return what is said of a row by itself, and of the marks of its name and of `texts` in its cells."""
        marks = dict.fromkeys(mark for text in (line.name, *texts) if (mark := mark_of(text)))
        said = [text for mark in marks for text in self.marked.get(mark, ())]
        return [*self.apart.get(line.number, []), *said]


def mark_of(text: str) -> str:
    """Return the mark at the end of a text that refers to a note, empty where there is none."""
    found = _MARK.search(text) if text and (text[-1] in "*)]" or text[-1] in "¹²³⁴⁵") else None
    return (found["one"] or found["stars"] or found["raised"].translate(_RAISED)) if found else ""


def without_stars(text: str) -> str:
    """Return a name without the stars that refer to a note: `Trường Tiểu học Vị Thanh (*)`."""
    return _STARS.sub("", text)


_STARS = re.compile(r"\s*(?:[(\[]\s*\*{1,3}\s*[)\]]|\*{1,3})\s*$")


def footnotes_in(texts: Sequence[str]) -> dict[str, list[str]]:
    """Return the notes among lines that something refers to, by mark."""
    found: dict[str, list[str]] = {}
    for text in dict.fromkeys(texts):
        if note := _NOTE.match(text):
            mark = note["one"] or note["stars"] or note["raised"].translate(_RAISED)
            found.setdefault(mark, []).append(note["text"].strip())
    return found


def footnotes_of(block: Block, lines: Lines) -> Footnotes:
    """Return the lines below a table that speak of its rows: footnotes they refer to by marks, what is said of one
    apart, `Riêng H. Vị Thủy là số liệu đến 17/8`, and of those whose cells have a colour."""
    texts = _below(block, lines)
    apart: dict[int, list[str]] = {}
    for text in dict.fromkeys(texts):
        for line in _said_of(text, lines.of(Sort.UNIT)):
            apart.setdefault(line.number, []).append(text)
    of_no_row = []
    for text in dict.fromkeys([*(text for _, text in block.titles), *texts]):
        said = colours_said(text)
        rows = _coloured(block, lines, said) if said else []
        for line in rows:
            apart.setdefault(line.number, []).append(without_colour(text))
        if said and not rows:
            of_no_row.append(text)
    return Footnotes(apart, footnotes_in(texts), tuple(of_no_row))


def _coloured(block: Block, lines: Lines, said: Set[str]) -> list[Line]:
    """Return the rows of units that have a cell in one of some colours; none where all have."""
    cells = set().union(*(block.sheet.coloured.get(name, set()) for name in said))
    units = lines.of(Sort.UNIT)
    found = [line for line in units
             if any(where(block, line.number, column.number) in cells for column in block.columns)]  # fmt: skip
    return found if len(found) < len(units) else []


def _below(block: Block, lines: Lines) -> list[str]:
    texts = [text for _, text in block.ends]
    return [*texts, *(line.name for line in lines.all if line.sort is Sort.NOTE)]


def says_apart(text: str) -> bool:
    """Return whether a note speaks of something apart: `Riêng …`."""
    return bool(_APART.search(text))


def _said_of(text: str, lines: Sequence[Line]) -> list[Line]:
    """Return the rows of which a text says something apart, or on which day their figures are: the row that it names,
    with a day all of them."""
    dated = bool(FIGURES_OF.search(words.key_of(text))) and bool(days_in(text)) and not _NOTE.match(text)
    if not dated and not _APART.search(text):
        return []
    named = named_in(text, [line.name for line in lines])
    named = named if dated else named[:1]
    return [line for line in lines if line.name in named]


def explain_headers(block: Block) -> Iterator[Notice]:
    """Yield what footnotes say of columns, and write it into their headers where that makes them hold something else,
    or of another day: `Đã cài (*)` with `(*) Chỉ tính số cài trong tuần` below."""
    marked = [(column, at, mark) for column in block.columns for at, text in enumerate(column.path)
              if (mark := mark_of(text))]  # fmt: skip
    if not marked:
        return
    texts = [text for _, text in block.ends]
    texts += [cell.text for row in block.rows[-_LAST_ROWS:] for column in block.columns
              if (cell := block.sheet.own(row, column.number)) and cell.number is None]  # fmt: skip
    notes = footnotes_in(texts)
    said: set[str] = set()
    for column, at, mark in marked:
        for note in notes.get(mark, ()):
            header = column.header
            _explain(column, at, note)
            if note not in said:
                said.add(note)
                text = saying(
                    IN_HEADER, column=column_name(column.number), header=header, text=shortened(note, _LONGEST)
                )
                yield Notice(block.sheet.name, 0, "note", text)


#: among the last rows of a block stand notes right below its figures
_LAST_ROWS = 8


def _explain(column: Column, at: int, note: str) -> None:
    bare = _MARK.sub("", column.path[at]).strip()
    explained = [*column.path[:at], f"{bare} ({note})", *column.path[at + 1 :]]
    before, after = guess(column.path), guess(explained)
    if (before.kind, before.of) != (after.kind, after.of):
        column.path = explained
        return
    days = days_in(note, Said.TITLE)
    if len(days) == 1 and FIGURES_OF.search(words.key_of(note)) and not any(map(days_in, column.path)):
        day = days[0]
        year = f"/{day.year}" if day.year else ""
        column.path = [f"đến ngày {day.day}/{day.month}{year}", *column.path]
        column.cells = [EMPTY, *column.cells]


def notes_below(block: Block, lines: Lines, footnotes: Footnotes) -> Iterator[Notice]:
    """Yield the notes on figures below a table that nothing in it refers to, and the remarks on colours that no row
    has."""
    noted = [(line.number, line.name) for line in lines.all if line.sort is Sort.NOTE]
    for row, text in dict.fromkeys([*block.ends, *noted]):
        key = words.key_of(text)
        of_figures = _GENERAL.match(key) and _OF_FIGURES.search(key.partition(" ")[2]) and not _NOTE.match(text)
        if of_figures and not colours_said(text):
            yield Notice(block.sheet.name, row, "note", saying(BELOW, text=shortened(text, _LONGEST)))
    for text in footnotes.of_no_row:
        yield Notice(block.sheet.name, 0, "note", saying(OF_COLOUR, text=shortened(text, _LONGEST)))
