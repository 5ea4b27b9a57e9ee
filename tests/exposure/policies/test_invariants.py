"""What must hold of every policy that says a dose and a probability, whatever the meeting and whatever a phone knows.

BLUEZONE_THOROUGH=1 tries ten times as many meetings.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.exposure.policies import BLUEZONE, BLUEZONE_2, Evidence, Policy
from bluezone.exposure.policies.nearness_scale import ANNOUNCED_SD_DB, Log
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans
from bluezone.protocol.keys import ReportType

NOON_S = 43_200.0
POLICIES = {
    "bluezone": BLUEZONE,
    "bluezone-2": BLUEZONE_2,
    "bluezone-2, a phone with a log": BLUEZONE_2.knowing(Log(60, 57.0, 0.3)),
    "bluezone-2, a strong radio": BLUEZONE_2.knowing(Log(300, 45.0, 0.0, fine=False)),
    "bluezone-2, a log in another scale": BLUEZONE_2.knowing(Log(60, 66.0, 0.3, level_doubt_db=ANNOUNCED_SD_DB)),
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


def evidence(policy: Policy, *meetings: Sequence[ScanInstance], off_db: float = 0.0) -> Evidence:
    """Judge the day of some meetings, each of another sender; all attenuations are off by `off_db`."""
    windows = [
        ExposureWindow(window, ReportType.CONFIRMED_TEST, 0, encounter=number)
        for number, scans in enumerate(meetings)
        for window in group_scans([shifted(scan, off_db) for scan in scans])
    ]
    return policy.assess(windows).days[0].evidence


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
    far, near = evidence(policy, scans), evidence(policy, scans, off_db=-nearer_db)
    assert near.probability >= far.probability * (1 - 1e-9)
    assert near.dose_minutes >= far.dose_minutes * (1 - 1e-9)


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
    short, long = evidence(policy, scans), evidence(policy, again)
    assert long.probability >= short.probability * (1 - 1e-9)
    assert long.dose_minutes >= short.dose_minutes * (1 - 1e-9)


@each_policy
@given(scans=meetings(), others=meetings(), off_db=st.floats(-40, 60))
@tried
def test_what_is_said_lies_in_its_range(policy, scans, others, off_db):
    said = evidence(policy, scans, others, off_db=off_db)
    assert 0 < said.probability_range[0] <= said.probability <= said.probability_range[1] < 1
    assert 0 <= said.dose_range[0] <= said.dose_minutes <= said.dose_range[1] <= said.heard_s / 60 * (1 + 1e-9)


@each_policy
@given(scans=meetings(), share=st.floats(0.2, 0.8))
@tried
def test_a_meeting_in_two_parts_amounts_to_the_same_dose_within_a_quarter(policy, scans, share):
    """A sender that changed its key at midnight, or a key published twice, is two senders to a phone."""
    cut = min(max(round(share * len(scans)), 2), len(scans) - 2)
    whole, parts = evidence(policy, scans), evidence(policy, scans[:cut], scans[cut:])
    assert 0.75 < parts.dose_minutes / whole.dose_minutes < 1.25
    assert whole.dose_range[0] * 0.8 <= parts.dose_minutes <= whole.dose_range[1] * 1.25


@given(scans=meetings(), off_db=st.sampled_from([-8.0, 8.0]))
@tried
def test_a_radio_that_is_off_by_8_db_says_nearly_the_same_once_the_phone_has_a_log(scans, off_db):
    """The same in version 1 doubles or halves the odds many times over: its odds change by e^(0.21 x 8) = 5.4."""
    usual, off = (BLUEZONE_2.knowing(Log(100, 58.0 + more, 0.0)) for more in (0.0, off_db))
    here, there = evidence(usual, scans), evidence(off, scans, off_db=off_db)
    assert abs(logit(there.probability) - logit(here.probability)) < 0.75
    low, high = max(here.dose_range[0], there.dose_range[0]), min(here.dose_range[1], there.dose_range[1])
    assert low <= high  # each lies within what the other allows


@given(scans=meetings(), off_db=st.sampled_from([-8.0, 8.0]))
@tried
def test_a_phone_without_a_log_is_never_certain(scans, off_db):
    """What a radio may be off by is in its range: ends apart by a factor of ten in the odds."""
    said = evidence(BLUEZONE_2, scans, off_db=off_db)
    low, high = said.probability_range
    assert logit(high) - logit(low) > math.log(10)


def test_a_single_reading_is_no_certainty():
    for attenuation in (20.0, 50.0, 80.0):
        said = evidence(BLUEZONE_2, [ScanInstance(NOON_S, 60, attenuation, attenuation, 1)])
        low, high = said.probability_range
        assert logit(high) - logit(low) > math.log(10)
        assert said.grade == "none"


def logit(probability: float) -> float:
    return math.log(probability / (1 - probability))
