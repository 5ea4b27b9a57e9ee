"""Keep a folder of results: the question, a journal that survives interruption, and tables for other programs.

plan.json      every assumption, with the version of bluezone
journal.jsonl  one line a finished run, written at once: what is in it is never run again
runs           all totals, as .csv and .parquet; the assumptions are in runs.json and in the Parquet file's metadata
curves         one row a run and day, likewise
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bluezone.epidemic.ensembles import KEPT_CURVES, Plan
from bluezone.epidemic.errors import EpidemicError
from bluezone.tables import write_results


class Store:
    """Keep the results of one plan in one folder."""

    def __init__(self, folder: Path, plan: Plan) -> None:
        self.folder = folder
        self.plan = plan
        self._journal = folder / "journal.jsonl"

    def open(self) -> list[dict[str, Any]]:
        """Make the folder, or find the runs an earlier attempt finished in it.

        Raises EpidemicError if the folder holds the answer to another question.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        plan_file = self.folder / "plan.json"
        if plan_file.exists():
            self._check_same(plan_file)
        elif self._journal.exists():
            raise EpidemicError(f"{self.folder} has runs but no plan.json; choose another folder")
        self._write("plan.json", json.dumps(self._described(), ensure_ascii=False, indent=1) + "\n")
        return list(self._read())

    def _described(self) -> dict[str, Any]:
        return {"digest": self.plan.digest(), **self.plan.describe()}

    def _check_same(self, plan_file: Path) -> None:
        try:
            earlier = json.loads(plan_file.read_text("utf-8"))
        except ValueError as error:
            raise EpidemicError(f"{plan_file} cannot be read ({error}); choose another folder") from error
        if earlier.get("digest") != self.plan.digest():
            one, other = _flat(json.loads(json.dumps(self._described()))), _flat(earlier)
            names = [name for name in one | other if one.get(name) != other.get(name)]
            shown = [name for name in names if name not in ("digest", "uptakes", "seeds")][:5]
            differing = ", ".join(shown) or "its version"
            raise EpidemicError(
                f"{self.folder} holds the answer to another question ({differing} differs); choose another folder, or "
                "delete it first"
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
                raise EpidemicError(f"{self._journal}, line {number} is not a run; delete that line") from error

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
        curves = [
            {name: row[name] for name in ("uptake", "seed")}
            | {"day": day}
            | {name: row["curves"][name][day] for name in KEPT_CURVES}
            for row in rows
            for day in range(row["days"])
        ]
        write_results(self.folder / "runs", totals, described)
        write_results(self.folder / "curves", curves, described)

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
