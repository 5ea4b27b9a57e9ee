from __future__ import annotations

import asyncio
import tracemalloc

import numpy as np
import pytest

from bluezone.phone.air import scanner as module
from bluezone.phone.air.duty_cycle import USUAL, DeviceState, DutyCycle
from bluezone.phone.air.radio.port import ScanResult
from bluezone.phone.air.scanner import ScanCollector, Scanner
from bluezone.phone.stores.contact_store import Sighting
from bluezone.phone.stores.database import StorageError
from bluezone.protocol.advertisements import build_bluezone_v1, build_en
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")


def rpi(number: int) -> bytes:
    return number.to_bytes(16, "big")


def heard(number: int, rssi_dbm: int, at_s: float = 0.0) -> ScanResult:
    return ScanResult(bytes(6), rssi_dbm, build_en(rpi(number), bytes(4)), at_s)


# --- one scan -------------------------------------------------------------------------------------


def test_an_identifier_heard_often_is_one_sighting_with_its_strengths():
    scan = ScanCollector(EN)
    for rssi in (-70, -60, -90, -65, -66):
        scan.hear(heard(1, rssi))
    scan.hear(heard(2, -80))
    assert scan.strongest(10) == (
        [Sighting(rpi(1), bytes(4), 5, -60, -66, -90), Sighting(rpi(2), bytes(4), 1, -80, -80, -80)],
        0,
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(31),
        b"\xff" * 31,
        b"\x02\x01\x1a",
        build_bluezone_v1(bytes(12)),
        build_en(rpi(1), bytes(4))[:-1],
        build_en(rpi(1), bytes(4)) + b"\x02\x01",
        b"\x1e\xff\x4c\x00" + bytes(27),
    ],
)
def test_garbage_is_counted_and_ignored(data):
    scan = ScanCollector(EN)
    for _ in range(3):
        scan.hear(ScanResult(bytes(6), -50, data, 0.0))
    assert scan.strongest(10) == ([], 0)
    assert scan.garbage == 3


def test_repetitions_handed_over_at_once_count_as_if_they_had_come_one_by_one():
    one_by_one, at_once = ScanCollector(EN), ScanCollector(EN)
    strengths = [-70, -60, -300, *range(-100, -20)]
    garbage = bytes(31)
    for rssi in strengths:
        one_by_one.hear(heard(1, rssi))
        one_by_one.hear(ScanResult(bytes(6), rssi, garbage, 0.0))
    for data in (build_en(rpi(1), bytes(4)), garbage):
        at_once.hear(ScanResult(bytes(6), strengths[0], data, 0.0, tuple(strengths[1:])))
    assert at_once.strongest(10) == one_by_one.strongest(10)
    assert at_once.garbage == one_by_one.garbage == len(strengths)


def test_what_the_scan_before_has_read_is_the_same_when_it_is_heard_again():
    before = ScanCollector(EN)
    before.hear(heard(1, -70))
    scan = ScanCollector(EN, before)
    scan.hear(heard(1, -80))
    scan.hear(heard(2, -90))
    assert scan.strongest(10)[0] == [Sighting(rpi(n), bytes(4), 1, dbm, dbm, dbm) for n, dbm in ((1, -80), (2, -90))]


def test_strengths_beyond_what_a_byte_holds_are_cut():
    scan = ScanCollector(EN)
    scan.hear(heard(1, -500))
    scan.hear(heard(1, 500))
    assert scan.strongest(1)[0] == [Sighting(rpi(1), bytes(4), 2, 127, 127, -127)]


def test_where_there_are_too_many_the_strongest_are_kept_and_the_rest_counted():
    scan = ScanCollector(EN)
    for number in range(100):
        scan.hear(heard(number, -30 - number // 2))  # two of each strength
    kept, left_out = scan.strongest(31)
    assert left_out == 69
    assert [sighting.strongest_dbm for sighting in kept] == [-30 - number // 2 for number in range(31)]


@pytest.mark.thorough
def test_memory_stays_bounded_with_five_thousand_phones_in_range_and_a_flood_besides(contact_store):
    rng = np.random.default_rng(1)
    tracemalloc.start()
    scan = ScanCollector(EN)
    for _ in range(8):
        for number in range(5_000):
            scan.hear(heard(number, -80))
    for number in range(40_000):  # made-up identifiers and noise, all different
        scan.hear(heard(10_000 + number, -90))
    for _ in range(20_000):
        scan.hear(ScanResult(bytes(6), -90, rng.bytes(31), 0.0))
    sightings, left_out = scan.strongest(module.MAX_KEPT)
    contact_store.add_scan(0.0, 60, sightings, scan.garbage, scan.overflow + left_out)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * 2**20
    assert [sighting.identifier for sighting in sightings] == [rpi(number) for number in range(5_000)]
    assert {sighting.readings for sighting in sightings} == {8}
    assert scan.garbage == 20_000
    assert scan.overflow + left_out == 40_000


# --- the duty cycle -------------------------------------------------------------------------------


class FakeRadio:
    """Hears `neighbours` phones, each every 250 ms, while it is told to listen."""

    tx_power_dbm = -20

    def __init__(self, virtual, neighbours: int = 1) -> None:
        self.virtual, self.neighbours = virtual, neighbours
        self.windows: list[tuple[float, float]] = []
        self._task = None

    async def start_scanning(self, listener) -> None:
        self._started = self.virtual.clock()
        self._task = asyncio.create_task(self._play(listener))

    async def stop_scanning(self) -> None:
        self._task.cancel()
        self.windows.append((self._started, self.virtual.clock()))

    async def _play(self, listener) -> None:
        while True:
            for number in range(self.neighbours):
                listener(heard(number, -60))
            await asyncio.sleep(0.25)


MINUTELY = DutyCycle(4, 60, 5)


def listen_for(virtual, contact_store, seconds: float, neighbours=3, duty=MINUTELY, sense=DeviceState) -> FakeRadio:
    async def main():
        radio = FakeRadio(virtual, neighbours)
        listener = Scanner(radio, EN, contact_store, virtual.clock, np.random.default_rng(2), duty, sense)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(listener.run(), seconds)
        return radio

    return virtual.run(main())


def test_every_neighbour_is_read_in_every_minute(virtual, contact_store):
    radio = listen_for(virtual, contact_store, 4 * 3600)
    seen = contact_store.sightings()
    for number in range(3):
        times = [at_s for at_s, heard in zip(seen.at_s, seen.identifiers, strict=True) if heard == rpi(number)]
        assert np.diff(times).max() <= 60
        assert len(times) >= 240
    assert set(seen.readings) <= {16, 17}
    assert sum(end - start for start, end in radio.windows) / (4 * 3600) < 0.075


def test_scans_do_not_keep_step(virtual, contact_store):
    radio = listen_for(virtual, contact_store, 4 * 3600)
    pauses = np.diff([start for start, _ in radio.windows])
    assert 55 <= pauses.min() < 56
    assert 59 < pauses.max() <= 60


def test_a_scan_stands_for_the_time_since_the_one_before_and_the_first_for_itself(virtual, contact_store):
    radio = listen_for(virtual, contact_store, 3600, neighbours=1)
    seen = contact_store.sightings()
    starts = [start for start, _ in radio.windows]
    assert seen.since_last_scan_s.tolist()[0] == 4
    assert np.allclose(seen.since_last_scan_s[1 : len(starts)], np.diff(starts))


async def test_a_scan_after_a_long_pause_stands_for_two_periods_at_most(virtual, contact_store):
    radio = FakeRadio(virtual)
    listener = Scanner(radio, EN, contact_store, virtual.clock, np.random.default_rng(2), MINUTELY)
    for pause in (8 * 3600, 0):  # the task is frozen over night, as a phone's processor may be
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(listener.run(), 20)
        await asyncio.sleep(pause)
    assert contact_store.sightings().since_last_scan_s.tolist() == [4, 120]


async def test_a_clock_that_jumps_during_the_day_does_not_change_what_scans_stand_for(virtual, contact_store):
    clock = lambda: virtual.clock() + (7200 if asyncio.get_running_loop().time() > 300 else 0)  # noqa: E731
    listener = Scanner(FakeRadio(virtual), EN, contact_store, clock, np.random.default_rng(2), MINUTELY)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(listener.run(), 900)
    assert max(contact_store.sightings().since_last_scan_s) <= 60


async def test_a_scan_cut_short_keeps_what_it_heard(virtual, contact_store):
    listener = Scanner(FakeRadio(virtual), EN, contact_store, virtual.clock, np.random.default_rng(2), MINUTELY)
    task = asyncio.create_task(listener.run())
    while not listener._radio._task:
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(contact_store.sightings().readings) in ([4], [5])


def test_on_a_day_that_is_full_only_the_strongest_of_a_scan_are_kept(virtual, contact_store, monkeypatch):
    monkeypatch.setattr(module, "FULL_DAY", 100)
    monkeypatch.setattr(module, "MAX_KEPT_WHEN_FULL", 5)
    listen_for(virtual, contact_store, 600, neighbours=40)
    seen = contact_store.sightings()
    per_scan = np.unique(seen.at_s, return_counts=True)[1].tolist()
    assert per_scan[:5] == [40, 40, 40, 5, 5]
    assert sum(tally.dropped for tally in contact_store.tallies().values()) == 35 * (len(per_scan) - 3)


def full_for(monkeypatch, contact_store, scans: int) -> None:
    """The disk has no room for so many tries."""
    real, failures = contact_store.add_scan, iter([True] * scans)

    def add_scan(*arguments):
        if next(failures, False):
            raise StorageError("logbook.sqlite3: the disk is full")
        return real(*arguments)

    monkeypatch.setattr(contact_store, "add_scan", add_scan)


def test_what_a_full_disk_has_no_room_for_is_written_when_there_is(virtual, contact_store, monkeypatch, caplog):
    full_for(monkeypatch, contact_store, 3)
    listen_for(virtual, contact_store, 600, neighbours=1)
    times = contact_store.sightings().at_s
    assert 10 <= len(times) <= 11
    assert (np.diff(times) > 0).all()
    assert "3 scans wait in memory" in caplog.text


def test_on_a_disk_that_stays_full_the_latest_scans_wait_in_bounded_memory(virtual, contact_store, monkeypatch):
    monkeypatch.setattr(module, "MAX_WAITING", 20)
    full_for(monkeypatch, contact_store, 30)
    listen_for(virtual, contact_store, 32 * 57.5, neighbours=5)
    times = np.unique(contact_store.sightings().at_s)
    assert 5 <= len(times) <= 8  # four that waited, and those after
    assert times[0] > virtual.EPOCH_S + 25 * 57


# --- the plan is really followed ------------------------------------------------------------------


def pauses_of(radio: FakeRadio) -> np.ndarray:
    return np.diff([start for start, _ in radio.windows])


def test_without_a_fixed_cycle_every_thirty_seconds_hold_a_scan(virtual, contact_store):
    radio = listen_for(virtual, contact_store, 4 * 3600, duty=None)
    times = np.unique(contact_store.sightings().at_s) - virtual.EPOCH_S
    assert np.array_equal(np.unique(times[times >= 30] // 30), np.arange(1, 480))
    assert np.allclose([end - start for start, end in radio.windows], USUAL.window_s)
    assert len(np.unique(np.round(pauses_of(radio), 2))) > 100, "scans keep step"


def test_a_battery_that_runs_down_is_spared_from_the_next_scan_on(virtual, contact_store):
    def sense() -> DeviceState:
        hour = (virtual.clock() - virtual.EPOCH_S) / 3600
        return DeviceState(battery=0.5 if hour < 1 else 0.15 if hour < 2 else 0.03)

    radio = listen_for(virtual, contact_store, 3 * 3600, duty=None, sense=sense)
    begins = np.array([start for start, _ in radio.windows]) - virtual.EPOCH_S
    for hour, longest in ((0, 27), (1, 57), (2, 117)):
        within = np.diff(begins[(begins > hour * 3600) & (begins < (hour + 1) * 3600)])
        assert 0.85 * longest < within.max() <= longest
    seen = contact_store.sightings()
    assert np.allclose(seen.since_last_scan_s[3::3], np.diff(np.unique(seen.at_s))), "each scan stands for its pause"


def test_on_the_charger_it_listens_longer_and_more_often(virtual, contact_store):
    radio = listen_for(virtual, contact_store, 600, duty=None, sense=lambda: DeviceState(charging=True, battery=0.01))
    assert pauses_of(radio).max() <= 14
    assert np.allclose([end - start for start, end in radio.windows], 4)


async def test_a_phone_that_lies_alone_listens_less_until_somebody_comes(virtual, contact_store):
    class Visited(FakeRadio):
        async def start_scanning(self, listener) -> None:
            self.neighbours = 1 if self.virtual.clock() - self.virtual.EPOCH_S > 3600 else 0
            await super().start_scanning(listener)

    radio = Visited(virtual)
    still = lambda: DeviceState(moving=False)  # noqa: E731
    listener = Scanner(radio, EN, contact_store, virtual.clock, np.random.default_rng(2), None, still)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(listener.run(), 7200)
    begins = np.array([start for start, _ in radio.windows]) - virtual.EPOCH_S
    assert np.diff(begins[begins < 600]).max() <= 27
    assert np.diff(begins[(begins > 700) & (begins < 3600)]).min() > 50
    assert np.diff(begins[begins > 3670]).max() <= 27


def test_in_a_crowd_the_scans_are_longer(virtual, contact_store):
    radio = listen_for(virtual, contact_store, 300, neighbours=150, duty=None)
    lengths = [round(end - start) for start, end in radio.windows]
    assert lengths[0] == 2
    assert set(lengths[1:]) == {4}
