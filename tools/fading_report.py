"""Measure how much reception varies from scan to scan, and within a scan, by distance: in recordings that have it,
and by the town's radio.

    python tools/fading_report.py DIR DIR DIR

Renews the table of docs/measurements/fading.md, and prints that of the recordings. Takes ten seconds. The recordings'
licences keep them out of the repository, so its tests do not run this; the town's figures are held by
tests/town/test_radio_model.py.
"""

from __future__ import annotations

import csv
import gzip
import itertools
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bluezone.town.radio_model import RadioModel, SlowFading, rician_db

PAGE = Path(__file__).parent.parent / "docs/measurements/fading.md"
#: metres: below the first, between two, ...
EDGES_M = (0.0, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0, 20.0)
#: where nobody walked about
SEATED = ("Auditorium", "SmallHall", "MBTA_Bus", "MBTA_Train", "MIT_Shuttle", "scenario01-lunch", "scenario02-train")
SEATED += ("scenario03-office",)
_LEAST_SCANS, _LEAST_ENCOUNTERS = 4, 8
#: a meeting in the town that is like a recorded one: so long, scanned every so often, so many readings each
_MEETING_S, _EVERY_S, _READINGS = 2_400.0, 27.0, 8


class Encounter(NamedTuple):
    """Hold of one encounter: mean distance, variance of its scans' means, that part of it which readings' noise makes,
    pooled variance of readings within a scan (dB^2), readings a scan, gap from mean to strongest (dB)."""

    distance_m: float
    seated: bool
    between: float
    by_noise: float
    within: float
    readings: float
    gap_db: float


def read(directory: Path) -> list[Encounter]:
    """Read the encounters of a set that were scanned often enough to tell anything."""
    with (directory / "truth.csv").open(newline="") as file:
        distances = {row["enc"]: float(row["dist"]) for row in csv.DictReader(file)}
    with (directory / "encounters.csv").open(newline="") as file:
        scenes = {row["enc"]: row["scene"] for row in csv.DictReader(file)}
    scans: dict[str, list[list[float]]] = defaultdict(list)
    with gzip.open(directory / "scans.csv.gz", "rt", newline="") as file:
        for row in csv.DictReader(file):
            scans[row["enc"]].append([float(reading) for reading in row["att_db"].split()])
    found = []
    for name, readings in scans.items():
        if len(readings) < _LEAST_SCANS:
            continue
        degrees = sum(len(each) - 1 for each in readings)
        squares = sum(float(np.var(each)) * len(each) for each in readings)
        within = squares / degrees if degrees else float("nan")
        means = [float(np.mean(each)) for each in readings]
        found.append(
            Encounter(
                distances[name],
                scenes[name] in SEATED,
                float(np.var(means, ddof=1)),
                within * float(np.mean([1 / len(each) for each in readings])),
                within,
                float(np.mean([len(each) for each in readings])),
                float(np.mean([np.mean(each) - min(each) for each in readings])),
            )
        )
    return found


def recorded(sets: dict[str, list[Encounter]]) -> str:
    """Return the table of the recordings."""
    lines = [
        "| set | metres | encounters | scan to scan (dB) | where all sit | in a scan (dB) | readings | to strongest |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, encounters in sets.items():
        for low, high in itertools.pairwise(EDGES_M):
            here = [each for each in encounters if low <= each.distance_m < high]
            if len(here) < _LEAST_ENCOUNTERS:
                continue
            seated = [each for each in here if each.seated]
            sitting = f"{_between(seated):.1f}" if len(seated) >= _LEAST_ENCOUNTERS else "-"
            within = np.sqrt(np.nanmedian([each.within for each in here]))
            readings, gap = (np.mean([getattr(each, what) for each in here]) for what in ("readings", "gap_db"))
            lines.append(
                f"| {name} | {low:g} to {high:g} | {len(here)} | {_between(here):.1f} | {sitting} | {within:.1f} "
                f"| {readings:.1f} | {gap:.1f} |"
            )
    return "\n".join(lines)


def _between(encounters: Sequence[Encounter]) -> float:
    """Return the standard deviation from scan to scan, without what the readings' own noise makes."""
    return float(np.sqrt(max(np.nanmean([each.between - each.by_noise for each in encounters]), 0.0)))


def town() -> str:
    """Return the table of the town's radio: two phones that stay so far apart for forty minutes, by its formulas."""
    lines = ["| metres | scan to scan (dB) | within a scan (dB) | mean to strongest (dB) |", "|---|---:|---:|---:|"]
    model, rng = RadioModel(), np.random.default_rng(1)
    for low, high in itertools.pairwise(EDGES_M):
        metres = (low + high) / 2 if low else 0.7
        between, by_noise, within, gaps = [], [], [], []
        for pair in range(200):
            fading = SlowFading(model, pair)
            times_s = np.arange(600.0, 600.0 + _MEETING_S, _EVERY_S)
            nobody = np.zeros(times_s.size, dtype=np.int64)
            slow_db = fading.pairs_db(0, [1], nobody, times_s, np.full(times_s.size, metres))
            fast_db = rician_db(float(model.rician_k.at(metres)), *rng.standard_normal((2, times_s.size, _READINGS)))
            readings_db = np.rint(slow_db[:, None] + fast_db)
            within.append(float(readings_db.var(axis=1, ddof=1).mean()))
            between.append(float(readings_db.mean(axis=1).var(ddof=1)))
            by_noise.append(within[-1] / _READINGS)
            gaps.append(float((readings_db.max(axis=1) - readings_db.mean(axis=1)).mean()))
        scan_to_scan = np.sqrt(np.mean(between) - np.mean(by_noise))
        lines.append(
            f"| {low:g} to {high:g} | {scan_to_scan:.1f} | {np.sqrt(np.mean(within)):.1f} | {np.mean(gaps):.1f} |"
        )
    return "\n".join(lines)


def main(directories: Sequence[str]) -> None:
    """Measure, and write the page."""
    sets = {Path(directory).name: read(Path(directory)) for directory in directories}
    text = PAGE.read_text(encoding="utf-8")
    print(recorded(sets))  # of which the page has some lines, written by hand
    for name, table in {"town": town()}.items():
        before, rest = text.split(f"<!-- {name} -->\n", 1)
        text = f"{before}<!-- {name} -->\n{table}\n<!-- end -->{rest.split('<!-- end -->', 1)[1]}"
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
