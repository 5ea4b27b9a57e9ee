"""Turn a table whose units stand across, or whose rows name what is counted, so that each row is a unit. Pure.

`Ngày | Vị Thanh | Ngã Bảy | ...` becomes a row for each unit and a column for each day; `Nội dung | Số lượng` becomes
one row, with a column for each thing that is counted. Row and column numbers change places and are changed back when
a figure says where it stands.
"""

from __future__ import annotations

from collections.abc import Callable

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.across import is_of_hamlet, part_named
from bluezone.rollout.reading.cells import Cell, Sheet, column_name
from bluezone.rollout.reading.context import is_institution, is_office
from bluezone.rollout.reading.filled import is_figure
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.layout import Block, Column
from bluezone.rollout.reading.results import Notice, saying
from bluezone.rollout.reading.rows import Lines, Sort
from bluezone.rollout.reading.vocabulary import is_total

_FIGURES = {*words.COUNTS, *words.SHARES, words.RANK}
#: what stands beside names across and is none
_BESIDE = {words.ORDER, words.UNITLESS, words.NOTE, words.CONTACT, words.SOURCE}
NO_OWN_FIGURES = N_("columns that give no figure of their own were left out: {columns}")


def turned(block: Block, lines: Lines, known: Callable[[str], bool]) -> Block | None:
    """Return a block turned, None where its rows are units already."""
    label = _label_column(block, lines, known)
    if not label:
        return None
    sheet = Sheet(block.sheet.name, comments=block.sheet.comments, coloured=block.sheet.coloured)
    parts = {at: name for at, name in _parts(block, lines.date).items() if label == lines.date}
    hamlets = {is_of_hamlet(column.path) for column in block.columns if column.number in parts}
    heading = "Ấp, thôn" if hamlets == {True} else "Lớp" if hamlets == {False} else "Đơn vị"
    columns = [Column(block.last or 1, [heading], [Cell(heading)])]
    below = [line for line in lines.all if line.sort in {Sort.UNIT, Sort.NAMELESS, Sort.TOTAL, Sort.HEADING}]
    last = ""
    for line in below:
        cell = block.sheet.seen(line.number, label)
        if not cell.text or is_total(cell.text):
            continue
        path = [cell.text] if cell.date or not _sub_item(line.mark, cell.text) or not last else [last, cell.text]
        if not _sub_item(line.mark, cell.text):
            last = cell.text
        columns.append(Column(line.number, path, [cell] * len(path)))
    rows = []
    for column in block.columns:
        bare = block.last < block.first  # no header stands above a slip
        if column.number == label or not (column.path or bare) or (bare and column.number < label):
            continue  # left of the labels of a slip its lines are numbered
        cells = {line.number: cell for line in below if (cell := block.sheet.own(line.number, column.number))}
        kind = guess(column.path).kind if column.path else words.TOTAL
        if kind in {words.ORDER, words.UNITLESS, words.NOTE} or not any(map(is_figure, cells.values())):
            continue
        if parts and _is_of_the_sum(column):
            continue
        name = parts.get(column.number) or (column.path[-1] if column.path else "Số lượng")
        sheet.cells[column.number, columns[0].number] = Cell(name)
        for number, cell in cells.items():
            sheet.cells[column.number, number] = cell
        rows.append(column.number)
    return Block(sheet, columns, label, label, rows, block.titles, block.ends, beside=block.beside, turned=True)


def say_left_out(block: Block, lines: Lines, known: Callable[[str], bool]) -> list[Notice]:
    """Return what is said of columns beside those of hamlets or classes that count something of all of them: `Tỷ lệ`
    behind `Cộng`."""
    if not lines.date or not _parts(block, lines.date) or _label_column(block, lines, known) != lines.date:
        return []
    left = [f"{column_name(column.number)} (“{column.path[-1]}”)" for column in block.columns
            if column.path and _is_of_the_sum(column)]  # fmt: skip
    return [Notice(block.sheet.name, 0, "columns", saying(NO_OWN_FIGURES, columns=", ".join(left)))] if left else []


def _is_of_the_sum(column: Column) -> bool:
    """Return whether a column beside names is none of them, but counts something itself."""
    return not is_total(column.path[-1]) and not part_named(column.path) and guess(column.path).kind in _FIGURES


def _parts(block: Block, date: int) -> dict[int, str]:
    """Return the names of the hamlets or classes that head columns beside one of days, by the columns' numbers; none
    where a column is headed with what may be anything else."""
    found: dict[int, str] = {}
    for column in block.columns:
        if column.number == date or not column.path:
            continue
        leaf = column.path[-1]
        if name := part_named(column.path):
            found[column.number] = name
        elif not (is_total(leaf) or is_office(leaf) or is_institution(leaf)):
            kind = guess(column.path).kind
            named = kind in words.UNIT_KINDS and _counts(block, column)  # `Cơ quan`
            if not named and (kind not in _FIGURES | _BESIDE or kind == words.TOTAL):
                return {}
    return found if len(found) >= _FEWEST_PARTS else {}


_FEWEST_PARTS = 2


def _counts(block: Block, column: Column) -> bool:
    """Return whether a column holds figures only."""
    return all(is_figure(cell) for row in block.rows if (cell := block.sheet.own(row, column.number)))


def _sub_item(mark: str, text: str) -> bool:
    """Return whether an item is a part of the one above: `- Trong đó: nữ`, `+ qua Zalo`."""
    return text.startswith(("-", "+", "–")) or mark in {"-", "+"} or words.key_of(text).startswith("trong do")


def _label_column(block: Block, lines: Lines, known: Callable[[str], bool]) -> int:
    """Return the column whose cells say what the columns of a common table do, 0 where there is none."""
    across = [column for column in block.columns if column.path and known(column.path[-1])]
    if len(across) >= 2 and lines.date and len(across) * 2 >= len(block.columns) - 2:
        return lines.date
    if lines.date and _parts(block, lines.date):
        return lines.date
    named = lines.unit
    if not named or lines.date:
        return 0
    header = next((column for column in block.columns if column.number == named), None)
    if header is not None and not across and _counts_beside(block, header):
        return 0
    texts = [cell.text for line in lines.all if (cell := block.sheet.seen(line.number, named)) and cell.text]
    places = sum(map(known, texts))
    kinds = [guess([text]) for text in texts if not is_institution(text)]
    counted = [each for each in kinds if each.kind in _FIGURES and each.kind != words.TOTAL]
    least = 1 if len(across) >= 2 else 2
    if places == 0 and len(counted) >= least and len(counted) * 3 >= len(texts):
        return named
    return 0


def _counts_beside(block: Block, label: Column) -> bool:
    """Return whether columns beside the names say themselves what they count, so that the rows do not."""
    if label.path and guess(label.path).kind == words.INDICATOR:
        return False
    kinds = [guess(column.path).kind for column in block.columns if column is not label and column.path]
    return any(kind in _FIGURES and kind != words.TOTAL for kind in kinds)


def folded(block: Block, lines: Lines, known: Callable[[str], bool]) -> Block | None:
    """Return a block with a row for each day and unit, where days stand below each other and units across, each over
    several counts: `Ngày | TP Vị Thanh: Cài mới, Lũy kế | TP Ngã Bảy: …`. None for any other."""
    if not lines.date:
        return None
    under: dict[str, dict[tuple[str, ...], Column]] = {}
    for column in block.columns:
        units = [text for text in column.path if known(text) or part_named([text])]
        rest = tuple(text for text in column.path if text not in units)
        if len(units) == 1 and rest and guess(rest).kind in _FIGURES:
            under.setdefault(units[0], {})[rest] = column
    paths = list(dict.fromkeys(rest for group in under.values() for rest in group))
    if len(under) < 2 or len(paths) < 2:
        return None
    sheet = Sheet(block.sheet.name, comments=block.sheet.comments, coloured=block.sheet.coloured)
    first = next(column for column in block.columns if column.number == lines.date)
    named = Column(max(column.number for column in block.columns) + 1, ["Đơn vị"], [Cell("Đơn vị")])
    columns = [first, named]
    columns += [Column(named.number + n, list(rest), [Cell(text) for text in rest]) for n, rest in enumerate(paths, 1)]
    made = Block(sheet, columns, block.first, block.last, [], block.titles, block.ends, beside=block.beside)
    for row in block.rows:
        day = block.sheet.seen(row, first.number)
        for at, (unit, group) in enumerate(under.items()):
            number = row * len(under) + at
            made.rows.append(number)
            sheet.cells[number, named.number] = Cell(unit)
            if day:
                sheet.cells[number, first.number] = day
            for n, rest in enumerate(paths, 1):
                cell = block.sheet.own(row, group[rest].number) if rest in group else None
                if cell:
                    sheet.cells[number, named.number + n] = cell
                    made.origins[number, named.number + n] = (row, group[rest].number)
    return made


def where(block: Block, line: int, column: int) -> tuple[int, int]:
    """Return the row and column of the file for those of a block."""
    if block.origins:
        return block.origins.get((line, column), (line, column))
    return (column, line) if block.turned else (line, column)
