"""How fast the default policy scores: `make bench`, or `python benchmarks/bench_exposure.py`.

100,000 encounters of 30 scans are meant to take a core less than a minute, and one encounter less than a millisecond.
"""

from __future__ import annotations

import time

import numpy as np

from bluezone.exposure.policies import BLUEZONE, NHS_UKS
from bluezone.exposure.policies.nhs_uks import risk_minutes
from bluezone.exposure.scan_table import ScanTable
from bluezone.exposure.windows import ExposureWindow, group_scans

ENCOUNTERS, SCANS, AS_WINDOWS, BY_NHS = 100_000, 30, 5_000, 2_000


def table(encounters: int, rng: np.random.Generator) -> ScanTable:
    """Encounters of SCANS scans a minute apart, levels spread as in a crowd."""
    rows = encounters * SCANS
    typical = np.repeat(rng.normal(62, 8, encounters), SCANS) + rng.normal(0, 4, rows)
    return ScanTable(
        offsets=np.arange(0, rows + 1, SCANS, dtype=np.int64),
        at_s=np.tile(36000 + 60.0 * np.arange(SCANS), encounters),
        since_last_scan_s=np.full(rows, 60.0),
        typical_db=typical,
        min_db=typical - rng.exponential(4, rows),
        readings=rng.integers(1, 12, rows).astype(np.float64),
    )


def main() -> None:
    rng = np.random.default_rng(1)
    crowd = table(ENCOUNTERS, rng)
    started = time.process_time()
    BLUEZONE.estimate(crowd)
    took = time.process_time() - started
    print(
        f"bluezone, table of {ENCOUNTERS:,} encounters x {SCANS} scans: {took:.2f} s, {ENCOUNTERS / took:,.0f} a second"
    )
    print(f"    in a core-minute: {60 * ENCOUNTERS / took:,.0f} (at least 100,000 are meant)")

    few = table(AS_WINDOWS, rng)
    windows = [[ExposureWindow(scans) for scans in group_scans(few.scans(row))] for row in range(AS_WINDOWS)]
    started = time.process_time()
    BLUEZONE.assess_each(windows)
    took = time.process_time() - started
    print(f"bluezone, {AS_WINDOWS:,} encounters as exposure windows: {AS_WINDOWS * 60 / took:,.0f} in a core-minute")

    started = time.process_time()
    for encounter in windows[:1000]:
        BLUEZONE.assess(encounter)
    took = time.process_time() - started
    print(f"bluezone, one encounter at a time, as on a phone: {took:.3f} ms each (less than 1 ms is meant)")

    by_nhs = table(BY_NHS, rng)
    started = time.process_time()
    risk_minutes(by_nhs)
    took = time.process_time() - started
    print(f"{NHS_UKS.name}, table of {BY_NHS:,} encounters: {BY_NHS * 60 / took:,.0f} in a core-minute")


if __name__ == "__main__":
    main()
