"""Hold a table of figures as text: named columns, and rows that know their line in the file. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one row: `line` is its number in the file (the header has one too), `cells` its text by field."""

    line: int
    cells: dict[str, str]

    def get(self, field: str) -> str:
        """Return the cell's text, empty if the column or the cell is missing."""
        return self.cells.get(field, "")


@dataclass(frozen=True, slots=True)
class Table:
    """Hold a file's rows. `headers` gives for each field the header as written; `ignored` the headers nobody knows."""

    headers: dict[str, str]
    ignored: tuple[str, ...]
    rows: tuple[Row, ...]
