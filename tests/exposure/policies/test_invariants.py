"""Check properties of the default policy on drawn meetings and phones' logs: it is monotonic, bounded and additive.

BLUEZONE_THOROUGH=1 tries ten times as many meetings.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.exposure.policies import BLUEZONE, DayRisk, Log, Policy
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans
from bluezone.protocol.keys import ReportType

NOON_S = 43_200.0
POLICIES = {
    "bluezone": BLUEZONE,
    "bluezone, a phone with a log": BLUEZONE.knowing(Log(60, 57.0)),
    "bluezone, a strong radio": BLUEZONE.knowing(Log(300, 45.0)),
}
each_policy = pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES.keys())
tried = settings(max_examples=300 if os.environ.get("BLUEZONE_THOROUGH") else 30, deadline=None)


@st.composite
def meetings(draw: st.DrawFn) -> list[ScanInstance]:
    """Draw scans a minute apart about a level, of one to many readings, with a gap to the strongest."""
    minutes = draw(st.integers(8, 60))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    levels = np.clip(draw(st.floats(35, 85)) + rng.normal(0, draw(st.floats(0, 6)), minutes), 15, 115)
    gap, readings = draw(st.floats(0, 8)), draw(st.integers(1, 8))
    return [
        ScanInstance(NOON_S + 60 * n, 60, float(level), float(level - gap), readings) for n, level in enumerate(levels)
    ]


def day_of(policy: Policy, *meetings: Sequence[ScanInstance], off_db: float = 0.0) -> DayRisk:
    """Judge the day of some meetings, each of another sender; all attenuations are off by `off_db`."""
    windows = [
        ExposureWindow(window, ReportType.CONFIRMED_TEST, 0, encounter=number)
        for number, scans in enumerate(meetings)
        for window in group_scans([shifted(scan, off_db) for scan in scans])
    ]
    return policy.assess(windows).days[0]


def shifted(scan: ScanInstance, off_db: float) -> ScanInstance:
    return ScanInstance(
        scan.at_s,
        scan.since_last_scan_s,
        scan.typical_attenuation_db + off_db,
        scan.min_attenuation_db + off_db,
        scan.readings,
    )


@each_policy
@given(scans=meetings(), nearer_db=st.floats(0, 15))
@tried
def test_nearer_is_never_less(policy, scans, nearer_db):
    far, near = day_of(policy, scans), day_of(policy, scans, off_db=-nearer_db)
    assert near.probability >= far.probability * (1 - 1e-9)
    assert near.evidence.near_minutes >= far.evidence.near_minutes * (1 - 1e-9)


@each_policy
@given(scans=meetings(), times=st.integers(2, 4))
@tried
def test_the_same_for_longer_is_never_less(policy, scans, times):
    again = [
        ScanInstance(
            NOON_S + 60 * (n * len(scans) + row), 60, s.typical_attenuation_db, s.min_attenuation_db, s.readings
        )
        for n in range(times)
        for row, s in enumerate(scans)
    ]
    short, long = day_of(policy, scans), day_of(policy, again)
    assert long.probability >= short.probability * (1 - 1e-9)
    assert long.evidence.near_minutes >= short.evidence.near_minutes * (1 - 1e-9)


@each_policy
@given(scans=meetings(), others=meetings(), off_db=st.floats(-40, 60))
@tried
def test_no_more_is_near_than_was_heard(policy, scans, others, off_db):
    said = day_of(policy, scans, others, off_db=off_db)
    assert 0 < said.probability < 1
    assert 0 <= said.evidence.near_minutes <= said.evidence.heard_s / 60 * (1 + 1e-9)


@each_policy
@given(scans=meetings(), share=st.floats(0.2, 0.8))
@tried
def test_a_meeting_in_two_parts_amounts_to_the_same(policy, scans, share):
    """A sender that changed its key at midnight, or a key published twice, is two senders to a phone."""
    cut = min(max(round(share * len(scans)), 2), len(scans) - 2)
    whole, parts = day_of(policy, scans), day_of(policy, scans[:cut], scans[cut:])
    assert parts.evidence.near_minutes == pytest.approx(whole.evidence.near_minutes)
