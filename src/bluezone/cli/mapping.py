"""Say on the command line what the columns and rows of a spreadsheet are, and show what they are taken for."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from bluezone.cli.answers import table
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Opt
from bluezone.cli.parameters import pair
from bluezone.cli.rollout.common import DATE
from bluezone.i18n import Translator
from bluezone.spreadsheets.mapping import Mapping
from bluezone.spreadsheets.results import (
    COLUMN_HEADS,
    LEFT_OUT,
    MORE_LINES,
    ROW_HEADS,
    Doubt,
    Proposal,
    Row,
    Saying,
    saying,
)
from bluezone.spreadsheets.roles import IGNORE, LABELS

if TYPE_CHECKING:
    from rich.table import Table

#: exit status of a file that leaves something to be decided, and of one that is refused
ASKS, REFUSED = 3, 2
_LONGEST_HEADER = 44
#: rows of figures, and rows left out, that are printed: a table of 5,000 takes longer to draw than to read
_DRAWN = 60


@dataclasses.dataclass(frozen=True)
class Decisions:
    """Hold what is said of a file on the command line; what is not said is proposed."""

    mapping: Annotated[Path | None, Opt("Decisions as JSON: the `mapping` of `rollout read --json`.")] = None
    sheet: Annotated[str | None, Opt("The sheet that is read.")] = None
    header: Annotated[str | None, Opt("First and last line of the header, 8-9; 0 for none.")] = None
    column: Annotated[
        tuple[tuple[str, str], ...],
        Opt("What a column is, as in B=installs. May be repeated.", read=pair, metavar="LETTER=ROLE"),
    ] = ()
    column_date: Annotated[
        tuple[tuple[str, str], ...],
        Opt("The day of a column's figures. May be repeated.", read=pair, metavar="LETTER=DAY"),
    ] = ()
    date: Annotated[dt.date | None, Opt("The day of figures that have none.", type=DATE)] = None
    row: Annotated[
        tuple[tuple[str, str], ...],
        Opt("The unit of a line, as in 7=63:930. May be repeated.", read=pair, metavar="LINE=CODE"),
    ] = ()
    leave_out: Annotated[tuple[int, ...], Opt("A line that is not stored. May be repeated.", metavar="LINE")] = ()
    take: Annotated[tuple[int, ...], Opt("A line that is stored though it would be left out.", metavar="LINE")] = ()

    def decided(self) -> Mapping:
        """Return it as a mapping, over that of the file where one is given. Raises TableError, CommandError."""
        facts = {
            "sheet": self.sheet,
            "header": [int(part) for part in (self.header or "").replace("-", " ").split() if part.isdecimal()] * 2,
            "roles": dict(self.column),
            "days": {letter: DATE.convert(day, None, None).isoformat() for letter, day in self.column_date},
            "day": self.date.isoformat() if self.date else None,
            "units": dict(self.row),
            "left_out": list(self.leave_out),
            "taken": list(self.take),
        }
        facts["header"] = facts["header"][:2] or None  # type: ignore[index]
        return Mapping.from_dict({name: each for name, each in facts.items() if each}).over(self._of_file())

    def _of_file(self) -> Mapping:
        if self.mapping is None:
            return Mapping()
        try:
            return Mapping.from_dict(json.loads(self.mapping.read_text()))
        except ValueError:
            raise CommandError(f"{self.mapping} is no JSON") from None


def facts(proposal: Proposal, words: Translator) -> dict[str, Any]:
    """Return what a file would be stored as, for machines."""

    def said(text: Saying | None) -> str | None:
        return text.text(words.gettext, words.value) if text is not None else None

    return {
        "file": proposal.name,
        "form": proposal.form,
        "sheet": proposal.sheet,
        "header": proposal.header,
        "columns": [
            {
                "letter": each.letter,
                "header": each.header,
                "role": each.role,
                "day": each.day,
                "why": said(each.why),
                "probability": round(each.probability, 3),
            }
            for each in proposal.columns
        ],
        "rows": [fact for row in proposal.stored for fact in _figures(row)],
        "left_out": [
            {"line": row.line, "written": row.written, "why": said(row.left_out)}
            for row in proposal.rows
            if row.left_out is not None
        ],
        "checks": [
            {"kind": each.kind, "lines": each.lines, "column": each.column or None, "text": said(each.text)}
            for each in proposal.checks
        ],
        "unsure": [
            {"about": each.about, "where": each.where or None, "text": said(each.text), "choices": each.choices}
            for each in proposal.unsure
        ],
        "notes": [said(each) for each in proposal.notes],
        "mapping": proposal.decided.to_dict(),
        "refusal": None,
    }


def refusal(name: str, sentence: str) -> dict[str, Any]:
    """Return the same facts of a file that is not read."""
    lists = ("columns", "rows", "left_out", "checks", "unsure", "notes")
    return {"file": name, "form": "", **{name: [] for name in lists}, "mapping": {}, "refusal": sentence}


def _figures(row: Row) -> Iterable[dict[str, Any]]:
    for value in row.values:
        whole = value.number == value.number.to_integral_value()
        yield {
            "line": row.line,
            "column": value.column,
            "unit": str(row.unit.code) if row.unit else row.code or None,
            "name": row.unit.full_name if row.unit else row.written,
            "written": row.written,
            "date": value.day,
            "kind": value.role,
            "value": int(value.number) if whole else float(value.number),
            "bound": value.bound,
        }


def text(proposal: Proposal, words: Translator, stored_as: dict[int, str] | None = None) -> Iterator[str | Table]:
    """Yield what a file would be stored as: its columns, its rows, what is left out, what to look at. `stored_as`: what
    the rows of a list of persons are."""

    def said(text: Saying) -> str:
        return text.text(words.gettext, words.value)

    columns = (
        (each.letter, tail(each.header), said(saying(LABELS[each.role])), words.value(each.day) if each.day else "",
         " · ".join(each.samples), said(each.why))
        for each in proposal.columns
    )  # fmt: skip
    yield table(("", *map(words.gettext, COLUMN_HEADS)), columns, left=6)
    stored = {each.role for each in proposal.columns} - {IGNORE}
    rows = []
    most = None if stored_as else _DRAWN
    for row in proposal.stored[:most]:
        numbers = [
            f"{said(saying(LABELS[value.role]))} {'>' if value.bound else ''}{words.number(value.number, 2, trim=True)}"
            + (f" ({words.value(value.day)})" if value.day else "")
            for value in row.values
            if value.role in stored or "value" in stored
        ]
        unit = f"{row.unit.full_name} {row.unit.code}" if row.unit else row.code
        rows.append((str(row.line), row.written, unit, "; ".join(numbers) or (stored_as or {}).get(row.line, "")))
    yield table(("", *map(words.gettext, ROW_HEADS)), rows, left=4)
    out = [row for row in proposal.rows if row.left_out is not None]
    for row in out[:most]:
        yield said(saying(LEFT_OUT, line=str(row.line), written=row.written, why=row.left_out))
    if most is not None and (more := len(proposal.stored[most:]) + len(out[most:])):
        yield said(saying(MORE_LINES, count=more))
    yield from map(said, proposal.notes)
    for check in proposal.checks:
        yield said(check.text) if not check.lines else f"{check.lines[0]}: {said(check.text)}"
    for doubt in proposal.unsure:
        yield f"? {said(doubt.text)}"
        yield from (f"    {option_of(doubt, choice)}" for choice in doubt.choices)


def option_of(doubt: Doubt, choice: str) -> str:
    """Return the option with which a doubt is settled."""
    options = {"column": f"--column {doubt.where}={choice}", "line": f"--row {doubt.where}={choice}",
               "day": f"--date {choice}", "sheet": f"--sheet '{choice}'"}  # fmt: skip
    return options.get(doubt.about, choice)


def tail(header: str) -> str:
    """Return a header short enough for a line: its end, which tells it from those beside it."""
    return header if len(header) <= _LONGEST_HEADER else "…" + header[-_LONGEST_HEADER + 1 :].lstrip()
