"""Small synthetic encounters: real recordings stay outside the repository."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pytest

from bluezone.exposure.encounters import ENCOUNTER_COLUMNS, OPTIONAL_COLUMNS
from bluezone.exposure.scan_files import SCAN_COLUMNS
from bluezone.exposure.scan_table import ScanTable
from bluezone.exposure.windows import ScanInstance

MODELS = ("Pixel 2", "Galaxy A50", "iPhone 7")
MODEL_TX_DB = {"Pixel 2": 0.0, "Galaxy A50": 6.0, "iPhone 7": -5.0}


def write_set(
    directory: Path,
    *,
    seed: int = 1,
    sessions: int = 6,
    phones: int = 6,
    offset_db: float = 0.0,
    with_models: bool = True,
    name: str = "synthetic",
) -> Path:
    """Phones meet pairwise in sessions; half of the pairs sit within 2 m. Attenuation = 55 + 20 log10(d / 2 m) + what
    the sender's model and the encounter add + fading. Each fifteenth pair never hears each other."""
    rng = np.random.default_rng(seed)
    directory.mkdir(parents=True, exist_ok=True)
    with (
        (directory / "encounters.csv").open("w", newline="") as encounters_file,
        gzip.open(directory / "scans.csv.gz", "wt", newline="") as scans_file,
    ):
        encounters = csv.writer(encounters_file)
        scans = csv.writer(scans_file)
        encounters.writerow([*ENCOUNTER_COLUMNS, *OPTIONAL_COLUMNS])
        scans.writerow(SCAN_COLUMNS)
        number = 0
        for session in range(sessions):
            for receiver in range(phones):
                for sender in range(receiver):
                    near = bool(rng.integers(0, 2))
                    distance = rng.uniform(0.5, 2.0) if near else rng.uniform(2.5, 10.0)
                    minutes = int(rng.integers(16, 40))
                    shared = rng.normal(0, 3)
                    for rx, tx in ((receiver, sender), (sender, receiver)):
                        rx_model, tx_model = MODELS[rx % 3], MODELS[tx % 3]
                        known = (f"{rx:02}", f"{tx:02}", rx_model, tx_model, "Hand", "Bag")
                        enc = f"{name}-{number:04}"
                        number += 1
                        encounters.writerow(
                            [enc, f"s{session}", int(near), name, f"scene{session % 2}"]
                            + (list(known) if with_models else [""] * 6)
                        )
                        if number % 15 == 0:
                            continue
                        level = 55 + 20 * np.log10(distance / 2) + shared + MODEL_TX_DB[tx_model] + offset_db
                        for minute in range(0, minutes, 2):
                            readings = level + rng.normal(0, 3, 5)
                            scans.writerow(
                                [
                                    enc,
                                    f"{100 + 60 * minute:.1f}",
                                    "120.0",
                                    f"{readings.mean():.2f}",
                                    f"{readings.min():.2f}",
                                    " ".join(f"{value:.0f}" for value in readings),
                                ]
                            )
    return directory


@pytest.fixture(scope="session")
def synthetic_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("synthetic") / "set")


def made_of(encounters: Sequence[Iterable[ScanInstance]]) -> ScanTable:
    """Make the table of some encounters' scans."""
    rows: list[tuple[float, float, float, float, float]] = []
    offsets = [0]
    for scans in encounters:
        rows.extend(
            (scan.at_s, scan.since_last_scan_s, scan.typical_attenuation_db, scan.min_attenuation_db, scan.readings)
            for scan in scans
        )
        offsets.append(len(rows))
    columns = np.array(rows, dtype=np.float64).reshape(-1, 5).T.copy()
    return ScanTable(np.array(offsets, dtype=np.int64), *columns)


@pytest.fixture(scope="session")
def table_of_scans() -> Callable[..., ScanTable]:
    return made_of


@pytest.fixture
def make_set() -> Callable[..., Path]:
    return write_set
