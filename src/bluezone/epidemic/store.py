"""Keep a folder of results: the question, a journal that survives interruption, and tables for other programs.

plan.json      every assumption, with the version of bluezone
journal.jsonl  one line a finished run, written at once: what is in it is never run again
runs.parquet, runs.csv   all totals; the assumptions are in the Parquet file's metadata
curves.parquet one row a run and day
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bluezone.epidemic.ensembles import KEPT_CURVES, Plan
from bluezone.epidemic.errors import EpidemicError
from bluezone.tables import csv_text


class Store:
    """Keep the results of one plan in one folder."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self.plan = plan
        self._journal = folder / "journal.jsonl"

    def open(self, *, restart: bool = False) -> list[dict[str, Any]]:
        """Make the folder, or find the runs an earlier attempt finished in it.

        Raises EpidemicError if the folder holds the answer to another question.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        plan_file = self.folder / "plan.json"
        if restart:
            for name in ("plan.json", "journal.jsonl"):
                (self.folder / name).unlink(missing_ok=True)
        if plan_file.exists():
            self._check_same(plan_file)
        elif self._journal.exists():
            raise EpidemicError(f"{self.folder} has runs but no plan.json; choose another folder or --restart")
        self._write("plan.json", json.dumps(self._described(), ensure_ascii=False, indent=1) + "\n")
        return list(self._read())

    def _described(self) -> dict[str, Any]:
        return {"digest": self.plan.digest(), **self.plan.describe()}

    def _check_same(self, plan_file: Path) -> None:
        try:
            earlier = json.loads(plan_file.read_text("utf-8"))
        except ValueError as error:
            raise EpidemicError(f"{plan_file} cannot be read ({error}); choose another folder or --restart") from error
        if earlier.get("digest") != self.plan.digest():
            differing = ", ".join(_differences(json.loads(json.dumps(self._described())), earlier)) or "its version"
            raise EpidemicError(
                f"{self.folder} holds the answer to another question ({differing} differs); choose another folder, or "
                "--restart to write over it"
            )

    def _read(self) -> Iterator[dict[str, Any]]:
        """Finished runs. A last line without its end was being written when the power went: it is dropped."""
        if not self._journal.exists():
            return
        text = self._journal.read_text("utf-8")
        if not text.endswith("\n"):
            text = text[: text.rfind("\n") + 1]
            self._write("journal.jsonl", text)
        for number, line in enumerate(text.splitlines(), start=1):
            try:
                yield json.loads(line)
            except ValueError as error:
                raise EpidemicError(f"{self._journal}, line {number} is not a run; use --restart") from error

    def add(self, row: dict[str, Any]) -> None:
        """Keep a finished run, at once."""
        with self._journal.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(row, ensure_ascii=False) + "\n")
            journal.flush()

    def finish(self, rows: list[dict[str, Any]]) -> None:
        """Write the tables. Every row carries its assumptions and the version that made it."""
        rows = sorted(rows, key=lambda row: (row["uptake"], row["seed"]))
        described = self._described()
        assumptions = {name: value for name, value in _flat(described).items() if name not in ("uptakes", "seeds")}
        totals = [{**{k: v for k, v in row.items() if k != "curves"}, **assumptions} for row in rows]
        metadata = {b"bluezone": json.dumps(described, ensure_ascii=False).encode()}
        self._write_parquet("runs.parquet", pa.Table.from_pylist(totals).replace_schema_metadata(metadata))
        curves = {
            "uptake": [row["uptake"] for row in rows for _ in range(row["days"])],
            "seed": [row["seed"] for row in rows for _ in range(row["days"])],
            "day": [day for row in rows for day in range(row["days"])],
            **{name: [value for row in rows for value in row["curves"][name]] for name in KEPT_CURVES},
        }
        self._write_parquet("curves.parquet", pa.table(curves).replace_schema_metadata(metadata))
        self._write("runs.csv", csv_text([totals[0], *(each.values() for each in totals)], line_end="\n"))

    def _write_parquet(self, name: str, table: pa.Table) -> None:
        new = self.folder / f"{name}.new"
        pq.write_table(table, new)
        new.replace(self.folder / name)

    def _write(self, name: str, text: str) -> None:
        new = self.folder / f"{name}.new"
        new.write_text(text, "utf-8")
        new.replace(self.folder / name)


def _flat(value: Any, prefix: str = "") -> dict[str, Any]:
    """Nested assumptions as one row: `scenario.app.detection`; lists as JSON."""
    if not isinstance(value, dict):
        return {prefix: json.dumps(value) if isinstance(value, list) else value}
    flat: dict[str, Any] = {}
    for name, inner in value.items():
        flat |= _flat(inner, f"{prefix}.{name}" if prefix else name)
    return flat


def _differences(ours: dict[str, Any], earlier: dict[str, Any]) -> list[str]:
    """Names of the assumptions in which two questions differ."""
    one, other = _flat(ours), _flat(earlier)
    names = [name for name in one | other if one.get(name) != other.get(name)]
    return [name for name in names if name not in ("digest", "uptakes", "seeds")][:5]
