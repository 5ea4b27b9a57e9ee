"""The time of a phone over restarts, kills and wrong dates, on its real stores."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count

import numpy as np
import pytest
from tests.tiers import first

from bluezone.phone.stores.contact_store import Sighting
from bluezone.phone.stores.phone_stores import Stores, open_stores
from bluezone.phone.stores.records import RETENTION_S
from bluezone.phone.stores.timekeeper import ClockState, Uptime
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
NOW = 1_597_276_800.0
HOUR, DAY, YEAR = 3_600.0, 86_400.0, 365 * 86_400.0
#: a clock that agrees with documents of the last hours may be off by as much, and its dates with it
AGREEMENT_S = 15 * HOUR


@dataclass
class Device:
    """A device and its phone. `written`: of each scan that was committed, the true time and the running time."""

    folder: object
    true_s: float = NOW
    off_s: float = 0.0
    boot: int = 1
    booted_s: float = NOW - 100
    written: dict[bytes, tuple[float, float]] = field(default_factory=dict)
    numbers: object = field(default_factory=count)
    ran_s: float = 0.0  # how long the device has run since the first look

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        self.stores: Stores = open_stores(self.folder, EN, os.urandom)
        self.time = self.stores.timekeeper(lambda: self.true_s + self.off_s, self.uptime)

    def uptime(self) -> Uptime:
        return Uptime(str(self.boot), self.true_s - self.booted_s)

    def kill(self, after_s: float = 0.0) -> None:
        """The program ends; the device runs on."""
        self.stores.close()
        self.pass_time(after_s)
        self.open()

    def restart(self, after_s: float, off_s: float) -> None:
        self.stores.close()
        self.true_s += after_s
        self.off_s, self.boot, self.booted_s = off_s, self.boot + 1, self.true_s
        self.pass_time(60.0)
        self.open()

    def pass_time(self, seconds: float) -> None:
        self.true_s += seconds
        self.ran_s += seconds

    def hour(self) -> None:
        self.pass_time(HOUR)
        self.purge()
        identifier = next(self.numbers).to_bytes(16, "big")
        self.stores.contacts.add_scan(self.time(), 60.0, [Sighting(identifier, bytes(4), 8, -60, -60, -60)])
        self.written[identifier] = (self.true_s, self.ran_s)

    def purge(self) -> None:
        if (redating := self.time.redating()) is not None:
            self.stores.contacts.date_anew(redating)
        self.stores.purge(self.time.bounds())

    def kept(self) -> dict[bytes, float]:
        """The identifiers there are, and their dates."""
        seen = self.stores.contacts.sightings()
        return dict(zip(seen.identifiers, seen.at_s, strict=True))

    def misdated(self) -> list[float]:
        """How far the dates of what is there are from the truth."""
        return [at_s - self.written[one][0] for one, at_s in self.kept().items()]


@pytest.fixture
def device(tmp_path):
    one = Device(tmp_path)
    yield one
    one.stores.close()


def live(device: Device, hours: int) -> None:
    for _ in range(hours):
        device.hour()


@pytest.mark.parametrize("days_wrong", [0.125, 7])
@pytest.mark.parametrize("off_s", [YEAR, 36 * YEAR, -YEAR, -NOW + 60, -10 * DAY])
def test_a_wrong_year_for_three_hours_or_seven_days_loses_nothing_and_misdates_nothing(device, off_s, days_wrong):
    device.time.hear(device.true_s - HOUR)
    live(device, 24)
    device.off_s = off_s
    live(device, round(24 * days_wrong))
    device.off_s = 0.0
    live(device, 24)
    assert len(device.kept()) == len(device.written)
    assert max(map(abs, device.misdated())) < 60
    days = device.stores.contacts.tallies()
    assert sum(tally.scans for tally in days.values()) == len(device.written)
    assert all(NOW - DAY <= day_s <= device.true_s for day_s in days)
    assert sum(device.stores.contacts.watched().values()) == 60 * len(device.written)


@pytest.mark.parametrize("off_s", [YEAR, -YEAR, -NOW + 60])
def test_so_it_is_on_a_phone_that_never_heard_of_its_authority_once_it_does(device, off_s):
    live(device, 24)
    device.off_s = off_s
    live(device, 3 * 24)
    device.off_s = 0.0
    live(device, 24)
    assert len(device.kept()) == len(device.written)
    device.time.hear(device.true_s - HOUR)
    live(device, 1)
    assert len(device.kept()) == len(device.written)
    assert max(map(abs, device.misdated())) < 60


@pytest.mark.parametrize("days_wrong", [0.125, 7])
def test_1970_at_the_start_loses_nothing_and_misdates_nothing_once_the_clock_is_set(device, days_wrong):
    device.time.hear(device.true_s - HOUR)
    live(device, 24)
    device.restart(8 * HOUR, -device.true_s)
    live(device, round(24 * days_wrong))
    assert device.time.track().state is ClockState.LOST
    device.off_s = 0.0
    live(device, 1)
    assert len(device.kept()) == len(device.written)
    device.time.hear(device.true_s - HOUR)
    live(device, 1)
    assert len(device.kept()) == len(device.written)
    assert max(map(abs, device.misdated())) < 60


def test_a_phone_without_the_net_forgets_by_the_days_it_runs(device):
    """The program is killed and the device off now and then: only the days that the device ran are counted."""
    for _ in range(10):
        live(device, 2 * 24)
        device.kill(30 * HOUR)
        device.restart(3 * DAY, 0.0)
    live(device, 24)
    oldest = min(device.written[one][1] for one in device.kept())
    assert 0 <= device.ran_s - oldest <= RETENTION_S + 2 * HOUR
    assert device.ran_s - oldest >= RETENTION_S - 40 * HOUR  # between two scans lie the hours without the program


def test_a_phone_off_for_weeks_forgets_at_the_first_signed_document(device):
    device.time.hear(device.true_s - HOUR)
    live(device, 24)
    device.restart(30 * DAY, 0.0)
    live(device, 5)
    assert len(device.kept()) == 29  # hidden by the date, not deleted
    device.time.hear(device.true_s - HOUR)
    device.purge()
    assert len(device.kept()) == 5


def test_the_count_goes_on_where_the_database_that_held_it_was_lost(tmp_path):
    device = Device(tmp_path)
    live(device, 50)
    device.stores.close()
    for path in tmp_path.glob("phone.sqlite3*"):
        path.unlink()
    device.open()
    assert device.time.running_s() >= 50 * HOUR
    device.stores.close()


def test_what_another_program_of_this_phone_learned_is_not_undone(tmp_path):
    device = Device(tmp_path)
    with closing(open_stores(tmp_path, EN, os.urandom)) as stores:
        other = stores.timekeeper(lambda: device.true_s, device.uptime)
        other.hear(device.true_s - HOUR)
    device.pass_time(2 * HOUR)
    assert device.time.track().state is ClockState.UNCONFIRMED
    assert device.time.hear(NOW - DAY) == device.true_s
    assert device.time.track().now_floor_s == device.true_s - HOUR
    device.stores.close()


def wrong_clock(rng) -> float:
    """Return how far off somebody sets a clock: by hours, days, years, or to 1970."""
    kind = rng.integers(5)
    spans = (3 * HOUR, 3 * DAY, 40 * DAY, 40 * YEAR)
    return -NOW + 60.0 if kind == 4 else rng.uniform(-spans[kind], spans[kind])


def something(device: Device, rng) -> None:
    """Let one thing happen that happens to telephones."""
    kind = rng.integers(8)
    if kind == 0:
        device.off_s = wrong_clock(rng)
    elif kind == 1:
        device.off_s = 0.0
    elif kind == 2:
        device.kill(rng.uniform(0, 3 * DAY) if rng.random() < 0.3 else 0.0)
    elif kind == 3:
        off_s = wrong_clock(rng) if rng.random() < 0.4 else device.off_s if rng.random() < 0.4 else 0.0
        device.restart(rng.uniform(0, 30 * DAY) if rng.random() < 0.3 else rng.uniform(0, 12 * HOUR), off_s)
    elif kind == 4:  # the net: documents of the last hours, the newest last
        device.time.hear(device.true_s - rng.uniform(0, 12 * HOUR))
    elif kind == 5:  # an old file played back
        device.time.hear(device.true_s - rng.uniform(2 * DAY, 60 * DAY))
    elif kind == 6:  # files of the future, by an authority whose clock is wrong: a far one, or one after the other
        step_s = rng.choice([rng.uniform(3 * DAY, 40 * YEAR), rng.uniform(DAY, 3 * DAY), device.off_s])
        for ahead_s in (step_s * step for step in range(1, int(rng.integers(2, 12)))):
            # a phone believes it if its clock is wrong by as much, and no running time says better
            runs_on = device.time.track().runs_on and ahead_s > 5 * DAY
            if runs_on or abs(ahead_s - device.off_s) > 3 * DAY:
                device.time.hear(device.true_s + ahead_s)
    else:
        live(device, int(rng.integers(1, 72)))


@pytest.mark.parametrize("seed", first(6, range(300)))
def test_no_sequence_of_errors_loses_what_is_within_fourteen_days_or_keeps_what_ran_longer(tmp_path, seed):
    rng = np.random.default_rng(seed)
    device, gone = Device(tmp_path), set()
    for _ in range(60):
        something(device, rng)
        device.purge()
        kept = device.kept()
        for one in device.written.keys() - kept.keys() - gone:
            gone.add(one)
            assert device.true_s - device.written[one][0] >= RETENTION_S - AGREEMENT_S
        assert kept.keys() <= device.written.keys() - gone
        for one in kept:  # ten minutes of the count are lost where program and device end together
            assert device.ran_s - device.written[one][1] <= RETENTION_S + 60 * 700
    # once the clock is right and the authority heard of, nothing older than it should be is kept, nor dated wrongly
    device.restart(60.0, 0.0)
    device.time.hear(device.true_s)
    live(device, 2)
    assert device.time.track().state is ClockState.CONFIRMED
    assert device.time() == device.true_s
    device.stores.close()
