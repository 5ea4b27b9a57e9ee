"""Settle what a file says twice of a unit, day and kind: alike, corrected by a later row, or differently. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bluezone.errors import N_
from bluezone.rollout.reading import questions
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.results import Figure, Ignored, Notice, Question, Reading, saying

CORRECTED = N_("{name} is corrected in line {other}: the figures of line {line} were left out")


def once(reading: Reading, context: Context) -> None:
    """Leave out what several tables say alike, and what a later row corrects; ask which table holds where they
    differ."""
    reading.figures = _corrected(reading)
    tables = _Tables(reading.figures)
    if question := tables.ask(context.answers):
        reading.question, reading.figures = question, []
        return
    _settle(reading, tables, context.answers)


def _key(figure: Figure) -> tuple[object, ...]:
    of = figure.unit.code if figure.unit else (figure.name, figure.sheet)
    return of, figure.date, figure.kind, figure.of


def _corrected(reading: Reading) -> list[Figure]:
    """Return the figures without those of rows that a row of the same table corrects, and say which these are."""
    holds = {(_key(figure), figure.sheet, figure.column): figure for figure in reading.figures if figure.corrects}
    kept = []
    for figure in reading.figures:
        other = holds.get((_key(figure), figure.sheet, figure.column), figure)
        if other.line == figure.line:
            kept.append(figure)
            continue
        text = saying(CORRECTED, name=figure.name, other=other.line, line=figure.line)
        notice = Notice(figure.sheet, figure.line, "corrected", text)
        reading.notices += [notice] if notice not in reading.notices else []
    return kept


class _Tables:
    """Hold which sheets contradict each other, in groups of those that do: their own question each."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        self.groups: list[list[str]] = []
        self.names: list[str] = []
        seen: dict[tuple[object, ...], Figure] = {}
        for figure in figures:
            other = seen.setdefault(_key(figure), figure)
            if other.value != figure.value and other.sheet != figure.sheet:
                self._join(other.sheet, figure.sheet, figure.name)

    def _join(self, one: str, other: str, name: str) -> None:
        joined = [at for at, group in enumerate(self.groups) if one in group or other in group]
        sheets = [sheet for at in joined for sheet in self.groups[at]] + [one, other]
        names = [self.names[at] for at in joined] + [name]
        for at in reversed(joined):
            del self.groups[at], self.names[at]
        self.groups.append(list(dict.fromkeys(sheets)))
        self.names.append(names[0])

    def _keys(self) -> Iterator[str]:
        for group in self.groups:
            yield "table" if len(self.groups) == 1 else f"table:{group[0]}"

    def ask(self, answers: Mapping[str, str]) -> Question | None:
        """Return the question which sheet of a group holds, None where each is answered."""
        for key, group, name in zip(self._keys(), self.groups, self.names, strict=True):
            if key not in answers:
                places = [(sheet, saying(N_("the sheet “{sheet}”"), sheet=sheet)) for sheet in group]
                return questions.of_twice(name, places, key)
        return None

    def chosen(self, sheet: str, answers: Mapping[str, str]) -> str:
        """Return the sheet that holds in the group of another one."""
        return next((answers[key] for key, group in zip(self._keys(), self.groups, strict=True) if sheet in group), "")


def _settle(reading: Reading, tables: _Tables, answers: Mapping[str, str]) -> None:
    seen: dict[tuple[object, ...], Figure] = {}
    kept: list[Figure] = []
    contradicting: set[tuple[str, str, str, str]] = set()
    for figure in reading.figures:
        key = _key(figure)
        other = seen.get(key)
        if other is None:
            seen[key] = figure
            kept.append(figure)
        elif other.value == figure.value:
            continue
        elif other.sheet != figure.sheet:
            holds = figure if figure.sheet == tables.chosen(figure.sheet, answers) else other
            _say_dropped(reading, other if holds is figure else figure, holds)
            if holds is figure:
                kept[kept.index(other)] = seen[key] = figure
        elif figure.line == other.line and figure.column != other.column:
            text = saying(N_("columns {one} and {other} say different things of the same: both were left out"),
                          one=other.column, other=figure.column)  # fmt: skip
            notice = Notice(figure.sheet, 0, "twice", text)
            if notice not in reading.notices:
                reading.notices.append(notice)
            contradicting |= {(each.sheet, each.column, each.kind, each.of) for each in (figure, other)}
        else:
            text = saying(N_("{name} stands in line {other} already, with another number: both were left out"),
                          name=figure.name, other=other.line)  # fmt: skip
            notice = Notice(figure.sheet, figure.line, "twice", text)
            reading.notices += [notice] if notice not in reading.notices else []  # once for all columns of a row
            kept = [each for each in kept if each is not other]
    reading.figures = [each for each in kept if (each.sheet, each.column, each.kind, each.of) not in contradicting]
    _leave_columns_out(reading, {(sheet, column) for sheet, column, _, _ in contradicting})


_DROPPED = N_("figures of {date} were left out: those of the sheet “{other}” differ, and you said that they hold")


def _say_dropped(reading: Reading, figure: Figure, holds: Figure) -> None:
    """Say once for a sheet and day that its figures gave way to those of another sheet."""
    notice = Notice(figure.sheet, 0, "twice", saying(_DROPPED, date=figure.date, other=holds.sheet))
    reading.notices += [notice] if notice not in reading.notices else []


def _leave_columns_out(reading: Reading, contradicting: set[tuple[str, str]]) -> None:
    """Say of columns that contradict each other that they were not taken."""
    for number, column in enumerate(reading.columns):
        if (column.sheet, column.column) in contradicting:
            reading.columns[number] = replace(column, kind="", of="")
            why = saying(N_("another column says something else of the same"))
            reading.ignored.append(Ignored(column.sheet, column.column, column.header, why))
