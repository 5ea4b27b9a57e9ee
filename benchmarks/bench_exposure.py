"""How fast policies judge: `make bench`, or `python benchmarks/bench_exposure.py`.

Compiled, as the evaluation runs them, 100,000 encounters of 30 scans are meant to take a core less than a minute by any
policy. In plain Python, as a phone runs them, one encounter by the default is meant to take less than a millisecond.
"""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np

from bluezone.exposure import arrays
from bluezone.exposure.encounters import Key
from bluezone.exposure.policies import BLUEZONE, NHS_UKS, POLICIES
from bluezone.exposure.policies.document import check_sane
from bluezone.exposure.scan_table import ScanTable
from bluezone.exposure.windows import ExposureWindow, group_scans
from bluezone.protocol.keys import ReportType

ENCOUNTERS, SCANS, BY_A_PHONE = 20_000, 30, 1_000
KEY = Key(ReportType.CONFIRMED_TEST, 0)


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
    crowd, few = table(ENCOUNTERS, rng), table(BY_A_PHONE, rng)
    print(f"compiled, a table of {ENCOUNTERS:,} encounters x {SCANS} scans (in a core-minute; 100,000 are meant):")
    for policy in POLICIES.values():
        arrays.judge(policy, few, [KEY] * len(few))  # compiled here, or read from disk
        started = time.process_time()
        arrays.judge(policy, crowd, [KEY] * len(crowd))
        print(f"    {policy.name:18} {60 * ENCOUNTERS / (time.process_time() - started):12,.0f}")

    print("in plain Python, as on a phone (less than 1 ms is meant for the default):")
    windows = [[ExposureWindow(scans) for scans in group_scans(few.scans(row))] for row in range(BY_A_PHONE)]
    for policy in POLICIES.values():
        some = windows[: BY_A_PHONE if policy is not NHS_UKS else 20]
        policy.assess(some[0])
        started = time.process_time()
        for encounter in some:
            policy.assess(encounter)
        print(f"    {policy.name:18} {1000 * (time.process_time() - started) / len(some):8.3f} ms an encounter")
    for policy in (BLUEZONE, NHS_UKS):
        started = time.process_time()
        check_sane(policy)
        print(f"    {policy.name:18} {1000 * (time.process_time() - started):8.0f} ms to try one before it is trusted")

    code = "import time; t = time.process_time(); import bluezone.exposure.policies; print(time.process_time() - t)"
    took = min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(3))
    print(f"    importing the policies: {1000 * took:.0f} ms")


if __name__ == "__main__":
    main()
