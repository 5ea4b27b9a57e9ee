"""Read labelled encounters, which policies are measured on, from a directory.

A directory holds `encounters.csv` (one row a directed encounter) and `scans.csv.gz` or `scans.csv` (one row a scan).
docs/reference/encounters.md explains the columns. Real sets stay outside the repository for their licences' sake.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bluezone.exposure.calibration import Calibration
from bluezone.exposure.errors import DatasetError
from bluezone.exposure.scan_files import (
    SCAN_COLUMNS,
    csv_rows,
    refuse_other_times,
    refuse_other_units,
    refuse_strengths,
    scan_numbers,
)
from bluezone.exposure.scan_table import IntArray, ScanTable
from bluezone.exposure.windows import ExposureWindow, group_scans
from bluezone.protocol.keys import ReportType

ENCOUNTER_COLUMNS = ("enc", "session", "label")
OPTIONAL_COLUMNS = ("set", "scene", "rx", "tx", "rx_model", "tx_model", "rx_place", "tx_place")


class Key(NamedTuple):
    """Hold what was published with a key and is known of both phones (`policies.base.KeyFacts`)."""

    report_type: ReportType
    days_since_onset: int | None
    transmission_risk: int = 0
    receiver_os: str = ""
    sender_os: str = ""


@dataclass(frozen=True, slots=True)
class DirectedEncounter:
    """Hold what is known of one phone (rx) having been near another (tx), but for its scans. "" where not known."""

    name: str
    session: str
    close: bool
    set: str = ""
    scene: str = ""
    rx: str = ""
    tx: str = ""
    rx_model: str = ""
    tx_model: str = ""
    rx_place: str = ""
    tx_place: str = ""

    @property
    def receiver_os(self) -> str:
        return _os_of(self.rx_model)

    @property
    def sender_os(self) -> str:
        return _os_of(self.tx_model)


@dataclass(frozen=True, slots=True)
class EncounterSet:
    """Hold encounters and their scans, row `i` of `scans` being encounter `i`.

    `skipped_scans`: rows left out because they made no sense (only where asked for). `label_minutes`: for how many
    minutes within 2 m the label asks, None where the set does not tell.
    """

    name: str
    encounters: tuple[DirectedEncounter, ...]
    scans: ScanTable
    skipped_scans: int = 0
    label_minutes: int | None = None

    def __len__(self) -> int:
        return len(self.encounters)

    @property
    def close(self) -> NDArray[np.bool_]:
        """Return the label: within 2 m for at least `label_minutes` (15 in most sets)."""
        return np.array([encounter.close for encounter in self.encounters], dtype=bool)

    def codes(self, *columns: str) -> IntArray:
        """Return a number for each different value of the columns taken together; -1 where any of them is unknown."""
        numbers: dict[tuple[str, ...], int] = {}
        keys = [tuple(getattr(encounter, column) for column in columns) for encounter in self.encounters]
        return np.array([numbers.setdefault(key, len(numbers)) if all(key) else -1 for key in keys], dtype=np.int64)

    def reverse(self) -> IntArray:
        """Return the index of each encounter's other direction (rx and tx swapped in the same session), -1 without
        one."""
        index = {(e.session, e.rx, e.tx): row for row, e in enumerate(self.encounters) if e.rx and e.tx}
        return np.array([index.get((e.session, e.tx, e.rx), -1) for e in self.encounters], dtype=np.int64)

    def keys(self) -> list[Key]:
        """Return what each encounter's sender would have published, had it been a confirmed case on the day of its
        onset: the sets say who was near whom, not who was ill."""
        return [
            Key(ReportType.CONFIRMED_TEST, 0, receiver_os=each.receiver_os, sender_os=each.sender_os)
            for each in self.encounters
        ]

    def windows(self, table: ScanTable | None = None) -> list[list[ExposureWindow]]:
        """Return each encounter as the exposure windows that a phone would make of it (`keys`). `table` are its scans
        where they were corrected."""
        table = self.scans if table is None else table
        return [
            [
                ExposureWindow(
                    scans,
                    key.report_type,
                    key.days_since_onset,
                    receiver_os=key.receiver_os,
                    sender_os=key.sender_os,
                )
                for scans in group_scans(table.scans(row))
            ]
            for row, key in enumerate(self.keys())
        ]

    def subset(self, rows: IntArray) -> EncounterSet:
        """Return the encounters of these rows, in this order."""
        return replace(self, encounters=tuple(self.encounters[row] for row in rows), scans=self.scans.subset(rows))

    def corrected(self, table: Calibration | None) -> EncounterSet:
        """Return the encounters with their attenuations corrected by a table of phone models; None: as they are."""
        if table is None:
            return self
        shift_db = np.array([table.correction_db(each.rx_model, each.tx_model) for each in self.encounters])
        return replace(self, scans=self.scans.shifted(shift_db))


def _os_of(model: str) -> str:
    if not model:
        return ""
    return "ios" if any(word in model.casefold() for word in ("iphone", "ipad")) else "android"


def read_encounters(directory: Path, *, skip_bad_scans: bool = False) -> EncounterSet:
    """Read a directory of labelled encounters.

    Scans are put in order of time; each encounter's clock starts at 0. A scan that makes no sense (not a number, an
    attenuation no link has, a negative duration) is a DatasetError that names file and line; with `skip_bad_scans` it
    is left out and counted, and an encounter all of whose scans were left out is left out too: scoring it as "never
    heard" would call it safe. Raises DatasetError on a missing file, a wrong header, duplicate or unknown names.
    """
    directory = Path(directory)
    encounters = _read_encounter_rows(directory / "encounters.csv")
    path = next((directory / name for name in ("scans.csv.gz", "scans.csv") if (directory / name).exists()), None)
    if path is None:
        raise DatasetError(f"{directory}: there is no scans.csv.gz (nor scans.csv)")
    index = {encounter.name: row for row, encounter in enumerate(encounters)}
    rows: list[list[tuple[float, float, float, float, float]]] = [[] for _ in encounters]
    skipped: list[int] = []
    scan_rows = list(csv_rows(path, SCAN_COLUMNS))
    refuse_strengths(path, (cells["att_mean_db"] for _, cells in scan_rows))
    for line, cells in scan_rows:
        encounter = index.get(cells["enc"])
        if encounter is None:
            raise DatasetError(f"{path.name}, line {line}: encounter {cells['enc']!r} is not in encounters.csv")
        try:
            rows[encounter].append(scan_numbers(cells))
        except ValueError as error:
            if not skip_bad_scans:
                raise DatasetError(f"{path.name}, line {line}: {error}") from None
            skipped.append(encounter)
    refuse_other_units(path, (scan[2] for scans in rows for scan in scans))
    longest = max(rows, key=len)
    refuse_other_times(path, ((scan[0], scan[1]) for scan in sorted(longest)))
    lost = {encounter for encounter in skipped if not rows[encounter]}
    kept = [row for row in range(len(encounters)) if row not in lost]
    names = {encounter.set for encounter in encounters}
    return EncounterSet(
        name=names.pop() if len(names) == 1 and "" not in names else directory.resolve().name,
        encounters=tuple(encounters[row] for row in kept),
        scans=_table([rows[row] for row in kept]),
        skipped_scans=len(skipped),
        label_minutes=_label_minutes(encounters, directory / "truth.csv"),
    )


def _label_minutes(encounters: list[DirectedEncounter], path: Path) -> int | None:
    """Return for how many minutes within 2 m (`min2m` of truth.csv, where there is one) every close encounter was, and
    none of the others."""
    if not path.exists():
        return None
    try:
        minutes = {cells["enc"]: float(cells["min2m"]) for _, cells in csv_rows(path, ("enc", "min2m"))}
        close = [minutes[each.name] for each in encounters if each.close]
        others = [minutes[each.name] for each in encounters if not each.close]
    except (DatasetError, KeyError, ValueError):
        return None  # the label says who was close; this only says how it came about
    least = math.floor(min(close, default=math.nan)) if close and math.isfinite(min(close)) else None
    return least if least is not None and max(others, default=0.0) < least else None


def _read_encounter_rows(path: Path) -> list[DirectedEncounter]:
    if not path.exists():
        raise DatasetError(f"{path.parent}: there is no encounters.csv; a set is encounters.csv and scans.csv.gz")
    encounters: dict[str, DirectedEncounter] = {}
    for line, cells in csv_rows(path, ENCOUNTER_COLUMNS):
        name = cells["enc"]
        if not name or name in encounters:
            raise DatasetError(f"{path.name}, line {line}: encounter name {name!r} is empty or was there before")
        if cells["label"] not in ("0", "1"):
            raise DatasetError(f"{path.name}, line {line}: label is {cells['label']!r} where 0 or 1 is meant")
        known = {column: (cells.get(column) or "").strip() for column in OPTIONAL_COLUMNS}
        encounters[name] = DirectedEncounter(name, cells["session"] or "?", cells["label"] == "1", **known)
    if not encounters:
        raise DatasetError(f"{path}: there is no encounter in it")
    return list(encounters.values())


def _table(rows: list[list[tuple[float, float, float, float, float]]]) -> ScanTable:
    offsets = np.concatenate(([0], np.cumsum([len(scans) for scans in rows]))).astype(np.int64)
    ordered: list[tuple[float, ...]] = []
    for scans in rows:
        scans.sort(key=lambda scan: scan[0])
        start = scans[0][0] if scans else 0.0
        ordered.extend((scan[0] - start, *scan[1:]) for scan in scans)
    columns = np.array(ordered, dtype=np.float64).reshape(-1, 5).T.copy()
    return ScanTable(offsets, *columns)
