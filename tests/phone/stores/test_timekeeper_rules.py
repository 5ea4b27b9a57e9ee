"""Clocks that are wrong: what the phone takes for the time, what it deletes, and what no sequence of errors can do."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bluezone.phone.stores.records import RETENTION_S, Bounds
from bluezone.phone.stores.timekeeper import (
    ClockState,
    Track,
    Uptime,
    bounds,
    confirm,
    look,
    may_publish,
    redating,
)

NOW = 1_597_276_800.0
HOUR, DAY, YEAR = 3_600.0, 86_400.0, 365 * 86_400.0
CONFIRMED, UNCONFIRMED, KEPT, LOST = ClockState.CONFIRMED, ClockState.UNCONFIRMED, ClockState.KEPT, ClockState.LOST


class Device:
    """A device with two clocks, and a phone that looks at them."""

    def __init__(self, wall_s: float = NOW) -> None:
        self.true_s, self.off_s, self.boot, self.booted_s = NOW, wall_s - NOW, 1, NOW - 100
        self.track: Track | None = None
        self.look()

    def look(self) -> Device:
        uptime = Uptime(str(self.boot), self.true_s - self.booted_s)
        self.track = look(self.track, self.true_s + self.off_s, uptime)
        return self

    def run(self, seconds: float) -> Device:
        self.true_s += seconds
        return self.look()

    def set(self, off_s: float) -> Device:
        self.off_s = off_s
        return self.look()

    def restart(self, after_s: float = 60, off_s: float | None = None) -> Device:
        self.true_s += after_s
        self.boot, self.booted_s = self.boot + 1, self.true_s - 30
        return self.set(self.off_s if off_s is None else off_s)

    def hear(self, signed_s: float | None = None) -> Device:
        """A signed document: of an hour ago, if not said otherwise."""
        self.look()
        assert self.track is not None
        self.track = confirm(self.track, self.true_s - HOUR if signed_s is None else signed_s)
        return self


def agreed() -> Device:
    return Device().hear().run(HOUR)


def row(device: Device) -> Device:
    """Hear files of the future, each two days and a bit later than the one before."""
    for step in range(1, 31):
        device.hear(device.true_s + 2.1 * step * DAY)
    return device


@pytest.mark.parametrize(
    ("device", "state", "error_s", "earliest_s"),
    [
        # never heard of the authority
        (lambda: Device(), UNCONFIRMED, 0, None),
        (lambda: Device(60.0), LOST, 60 - NOW, None),
        (lambda: Device().set(-NOW), KEPT, 0, None),
        (lambda: Device().set(YEAR), UNCONFIRMED, YEAR, None),
        (lambda: Device().run(DAY).restart(5 * HOUR, -NOW), LOST, -5 * HOUR + 30, None),
        (lambda: Device().run(DAY).restart(5 * HOUR, -NOW).set(0), UNCONFIRMED, 0, None),
        # heard of it
        (lambda: agreed(), CONFIRMED, 0, -HOUR),
        (lambda: agreed().run(30 * DAY), CONFIRMED, 0, -HOUR),
        (lambda: agreed().set(HOUR), CONFIRMED, HOUR, -HOUR),  # put right by an hour
        (lambda: agreed().set(1.5 * DAY), CONFIRMED, 1.5 * DAY, -HOUR),  # a day off is not found out at once
        (lambda: agreed().set(-DAY), KEPT, 0, -HOUR),
        (lambda: agreed().set(YEAR), KEPT, 0, -HOUR),
        (lambda: agreed().set(YEAR).run(7 * DAY), KEPT, 0, -HOUR),
        (lambda: agreed().set(YEAR).run(7 * DAY).set(0), CONFIRMED, 0, -HOUR),
        (lambda: agreed().set(-NOW).run(7 * DAY), KEPT, 0, -HOUR),
        (lambda: agreed().set(YEAR).set(2 * YEAR).set(-YEAR), KEPT, 0, -HOUR),
        # started anew since
        (lambda: agreed().restart(8 * HOUR), CONFIRMED, 0, -9 * HOUR + 30),
        (lambda: agreed().restart(20 * DAY), UNCONFIRMED, 0, -20 * DAY - HOUR + 30),
        (lambda: agreed().restart(20 * DAY).hear(), CONFIRMED, 0, -HOUR),
        (lambda: agreed().restart(8 * HOUR, YEAR), UNCONFIRMED, YEAR, -9 * HOUR + 30),
        (lambda: agreed().restart(8 * HOUR, YEAR).set(0), CONFIRMED, 0, -9 * HOUR + 30),
        (lambda: agreed().restart(8 * HOUR, -NOW), LOST, -8 * HOUR + 30, -9 * HOUR + 30),  # a dead battery
        (lambda: agreed().restart(8 * HOUR, -NOW).run(7 * DAY), LOST, -8 * HOUR + 30, -9 * HOUR + 30),
        (lambda: agreed().restart(8 * HOUR, -NOW).run(DAY).set(0), CONFIRMED, 0, -9 * HOUR + 30),
        # a wrong year that outlasts a restart was known, and still is
        (lambda: agreed().set(YEAR).restart(8 * HOUR), KEPT, 0, -9 * HOUR + 30),
        (lambda: agreed().set(YEAR).restart(8 * HOUR).run(DAY), KEPT, 0, -9 * HOUR + 30),
        (lambda: agreed().set(YEAR).restart(8 * HOUR).run(DAY).set(0), CONFIRMED, 0, -9 * HOUR + 30),
        (lambda: agreed().set(YEAR).restart(8 * HOUR, 0), CONFIRMED, 0, -9 * HOUR + 30),
        # documents that prove nothing: played back, and of a far future
        (lambda: agreed().restart(20 * DAY).hear(NOW - 5 * DAY), UNCONFIRMED, 0, -20 * DAY - HOUR + 30),
        (lambda: agreed().hear(NOW + 20 * YEAR), CONFIRMED, 0, -HOUR),
        (lambda: agreed().set(YEAR).hear(NOW - DAY), KEPT, 0, -HOUR),
        (lambda: agreed().set(YEAR).hear(NOW + 20 * YEAR), KEPT, 0, -HOUR),
        # of the very future that a wrong clock shows: the running time knows better, until the device was off
        (lambda: agreed().set(YEAR).hear(NOW + YEAR), KEPT, 0, -HOUR),
        (lambda: agreed().set(YEAR).hear(NOW + YEAR).set(0).hear(), CONFIRMED, 0, -HOUR),
        (lambda: agreed().restart(HOUR, YEAR).hear(NOW + YEAR), CONFIRMED, YEAR, YEAR - 2 * HOUR),
        # a row of files, each a little later than the one before: no farther than the second witness
        (lambda: row(agreed()), CONFIRMED, 0, -HOUR),
        (lambda: row(agreed().set(YEAR)), KEPT, 0, -HOUR),
        (lambda: row(agreed().restart(8 * HOUR, -NOW)), LOST, 2.1 * DAY, -9 * HOUR + 30),
        (lambda: row(agreed().restart(8 * HOUR, YEAR)), UNCONFIRMED, YEAR, -9 * HOUR + 30),
        # by one document a clock that was lost goes on, and so does one that was kept
        (lambda: agreed().restart(2 * DAY, -NOW).hear(), LOST, -HOUR, -2 * DAY - HOUR + 30),
        (lambda: agreed().set(YEAR).run(2 * HOUR).hear(), KEPT, 0, -HOUR),
        # a clock that is behind, on a phone that learns of it only by a document of its future: not believed at once
        (lambda: Device(NOW - 30 * DAY).hear(), UNCONFIRMED, -30 * DAY, None),
        # once set right it is
        (lambda: Device(NOW - 30 * DAY).hear().set(0).hear(), CONFIRMED, 0, -HOUR),
        # thirteen months in a drawer with a clock known to be a year ahead, then set right: the document agrees
        (lambda: agreed().set(YEAR).restart(YEAR + 30 * DAY, 0).hear(), CONFIRMED, 0, -HOUR),
    ],
)
def test_what_the_phone_takes_for_the_time(device, state, error_s, earliest_s):
    """`error_s`: of what is believed; `earliest_s`: the floor, both against the true time."""
    it = device()
    track = it.track
    assert track.state is state
    assert track.time_s - it.true_s == pytest.approx(error_s, abs=1)
    floor_s = track.now_floor_s
    assert (floor_s and floor_s - it.true_s) == (None if earliest_s is None else pytest.approx(earliest_s, abs=1))
    assert bounds(track).earliest_s == floor_s


@pytest.mark.parametrize(
    ("device", "may"),
    [
        (lambda: Device(), True),
        (lambda: Device(60.0), False),
        (lambda: agreed().set(YEAR), True),  # by the running time it knows better
        (lambda: agreed().restart(3 * DAY), True),
        (lambda: agreed().restart(20 * DAY), False),  # until a document confirms it
        (lambda: agreed().restart(20 * DAY).hear(), True),
        (lambda: agreed().restart(60, -NOW), False),
    ],
)
def test_keys_are_published_only_where_the_last_fourteen_days_are_known(device, may):
    assert may_publish(device().track) is may


def test_dates_of_a_start_that_nothing_confirmed_delete_nothing():
    it = Device().run(HOUR).restart(60, YEAR).run(HOUR).restart(60, 0).hear().run(HOUR)
    found = bounds(it.track)
    first, second, present = found.unsure
    assert present == (pytest.approx(2 * HOUR + 30, abs=2), math.inf)  # by the running time alone
    found = replace(found, unsure=(first, second))
    assert first == (-1, HOUR)
    assert second[0] == pytest.approx(HOUR)
    assert second[1] == pytest.approx(2 * HOUR + 30, abs=2)
    old_s = found.earliest_s - RETENTION_S - 1
    assert [found.is_over(old_s, running_s) for running_s in (10, 2 * HOUR, 2.5 * HOUR)] == [False, False, True]
    assert [found.is_over(old_s + 2, running_s) for running_s in (10, 2 * HOUR, 2.5 * HOUR)] == [False] * 3
    assert replace(found, running_s=RETENTION_S + 11).is_over(old_s + 2, 10)


def test_rows_are_dated_anew_only_where_clock_and_document_agree():
    it = Device(60.0).run(2 * HOUR)
    assert redating(it.track) is None
    assert redating(it.set(0).track) is None
    found = redating(it.hear().track)
    assert (found.from_running_s, found.lost_until_s) == (-1, 2 * HOUR)
    assert found.add_s == pytest.approx(NOW)
    assert redating(it.set(YEAR).track) is None


def test_what_was_written_since_the_start_is_deleted_by_the_running_time_alone():
    it = agreed().restart(HOUR, YEAR).hear(NOW + YEAR)  # wall clock and document agree, and both are wrong
    found = bounds(it.track)
    assert found.is_over(NOW, HOUR / 2)
    assert not found.is_over(NOW, it.track.running_s)
    assert bounds(it.run(RETENTION_S + 1).track).is_over(NOW + YEAR, found.running_s)


def test_nothing_is_deleted_by_a_date_before_a_signed_document():
    assert not Bounds(None, 0).is_over(0, 0)
    assert not Bounds(None, RETENTION_S).is_over(0, 0)
    assert Bounds(None, RETENTION_S + 1).is_over(NOW, 0)
