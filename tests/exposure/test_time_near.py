"""How much of the time was within two metres, with its range."""

from __future__ import annotations

import pytest

from bluezone.exposure.time_near import minutes_near
from bluezone.exposure.windows import ExposureWindow, ScanInstance


def heard(*parts: tuple[float, float]) -> list[ExposureWindow]:
    """Return one window of parts, each so many minutes at so many decibels."""
    scans, at_s = [], 0.0
    for minutes, db in parts:
        for _ in range(round(2 * minutes)):
            scans.append(ScanInstance(at_s, 30.0, db, db))
            at_s += 30.0
    return [ExposureWindow(tuple(scans))] if scans else []


@pytest.mark.parametrize(
    ("parts", "about"),
    [
        pytest.param([], 0, id="nothing heard"),
        pytest.param([(20, 40.0)], 20, id="all of it beside each other"),
        pytest.param([(20, 57.0)], 10, id="at two metres: half of it"),
        pytest.param([(25, 75.0)], 0, id="far away"),
        pytest.param([(5, 42.0), (20, 75.0)], 5, id="five minutes near, and the rest far away"),
    ],
)
def test_the_minutes(parts: list[tuple[float, float]], about: float) -> None:
    said, low, high = minutes_near(heard(*parts))
    assert said == pytest.approx(about, abs=0.1)
    assert 0 <= low <= said <= high <= sum(minutes for minutes, _ in parts) + 1e-9


def test_eight_hours_across_the_room_are_not_eight_hours_near() -> None:
    said, _, high = minutes_near(heard((480, 68.0)))
    assert said < 5
    assert high < 240
