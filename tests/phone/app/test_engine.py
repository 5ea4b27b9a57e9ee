from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.phone.doubles import StillRadio
from tests.phone.settings import phone_settings

from bluezone.errors import BluezoneError
from bluezone.phone.air.duty_cycle import DutyCycle
from bluezone.phone.app.engine import Phone
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.contact_store import ScanTally
from bluezone.phone.stores.timekeeper import Uptime


@pytest.fixture
def make_phone(tmp_path, virtual):
    phones = []

    def make(name: str, radio, clock=None, uptime=None, **settings) -> Phone:
        seed = len(phones) + 1
        phone = Phone(
            phone_settings(tmp_path / name, **settings),
            radio,
            clock or virtual.clock,
            virtual.entropy(seed),
            np.random.default_rng(seed),
            uptime=uptime,
        )
        phones.append(phone)
        return phone

    yield make
    for phone in phones:
        phone.close()


async def run_for(seconds: float, *phones: Phone) -> None:
    tasks = [asyncio.create_task(phone.run()) for phone in phones]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if not isinstance(result, asyncio.CancelledError):
            raise result


@pytest.mark.parametrize("scheme", ["en", "bluezone-v1"])
async def test_two_phones_that_meet_write_each_other_down_every_minute(virtual, make_phone, scheme):
    near = virtual.Neighbourhood(virtual.Air(lambda sender, receiver: -63))
    near.air.remembers = False
    a, b = (make_phone(name, near.radio(name), scheme=scheme) for name in "ab")
    await run_for(3600, a, b)
    width = a.scheme.identifier_bytes
    for one, other in ((a, b), (b, a)):
        seen = one.stores.contacts.sightings()
        assert len(seen) >= 60
        assert set(seen.strongest_dbm.tolist()) == {-63}
        block = other.scheme.identifiers(other.stores.keys.key_at(virtual.EPOCH_S))
        sent = {block[at : at + width] for at in range(0, len(block), width)}
        assert set(seen.identifiers) <= sent
        assert one.stores.contacts.tallies()[virtual.EPOCH_S].garbage == 0


async def test_a_phone_hears_nothing_of_itself_and_ignores_what_is_not_a_phone(virtual, make_phone):
    near = virtual.Neighbourhood()
    phone = make_phone("a", near.radio("a"))
    headset = near.radio("headset")
    await headset.open()
    await headset.advertise(bytes(6), b"\x02\x01\x06\x05\xff\x4c\x00\x01\x02")
    await run_for(600, phone)
    assert len(phone.stores.contacts.sightings()) == 0
    tally = phone.stores.contacts.tallies()[virtual.EPOCH_S]
    assert tally.scans >= 10
    assert tally.garbage >= 150


async def test_a_radio_that_fails_is_started_again(virtual, make_phone):
    near = virtual.Neighbourhood()
    phone, other = make_phone("a", near.radio("a")), near.radio("other")
    await other.open()
    await other.advertise(bytes(6), phone.scheme.build(phone.stores.keys.key_at(virtual.clock()), 0, -20))
    task = asyncio.create_task(phone.run())
    await asyncio.sleep(300)
    near.controllers["a"].deaf = True
    await asyncio.sleep(300)
    near.controllers["a"].deaf = False
    await asyncio.sleep(300)
    near.air.sent.clear()
    await asyncio.sleep(60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "a" in {sender for _, sender, _, _ in near.air.sent}
    times = np.asarray(phone.stores.contacts.sightings().at_s) - virtual.EPOCH_S
    assert np.count_nonzero(times < 300) >= 5
    assert np.count_nonzero(times > 660) >= 4


def test_a_phone_without_a_radio_can_do_all_but_run(make_phone, virtual):
    phone = make_phone("a", None, clock=lambda: virtual.EPOCH_S + 100.0)
    assert phone.check().exports_checked == ()
    with pytest.raises(PhoneError, match="without a radio"):
        virtual.run(phone.run())


async def test_a_radio_that_is_not_there_at_the_start_is_waited_for(virtual, make_phone):
    near = virtual.Neighbourhood()
    phone = make_phone("a", near.radio("a"))
    near.controllers["a"].deaf = True
    task = asyncio.create_task(phone.run())
    await asyncio.sleep(200)
    near.controllers["a"].deaf = False
    near.air.sent.clear()
    await asyncio.sleep(60)
    assert near.air.sent
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_stopping_a_phone_silences_its_radio(virtual, make_phone):
    near = virtual.Neighbourhood()
    await run_for(100, make_phone("a", near.radio("a")))
    near.air.sent.clear()
    await asyncio.sleep(100)
    assert near.air.sent == []
    assert not near.controllers["a"].le_scan_enable


async def test_a_phone_stops_when_told_to_at_whatever_moment(virtual, make_phone, caplog):
    """Also in the very moment in which the controller answers."""
    near = virtual.Neighbourhood()
    near.air.remembers = False
    phone = make_phone("a", near.radio("a"))
    for steps in range(120):
        task = asyncio.create_task(phone.run())
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait([task], timeout=120)
        assert done
        assert task.cancelled()
        controller = near.controllers["a"]
        assert not controller.le_scan_enable
        assert not any(one.enabled for one in controller.advertising_sets.values())
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_running_phone_forgets_after_fourteen_days(virtual, make_phone):
    """Sixteen days of a phone whose radio is a stub, so that they take a second."""

    uptime = lambda: Uptime("this start", virtual.clock() - virtual.EPOCH_S)  # noqa: E731
    phone = make_phone("a", StillRadio(), uptime=uptime, duty=DutyCycle(4, 3600, 5))
    phone.stores.contacts.add_scan(virtual.clock(), 60, [])
    await run_for(16 * 86400, phone)
    end = virtual.EPOCH_S + 16 * 86400
    assert min(phone.stores.contacts.tallies()) == virtual.EPOCH_S + 2 * 86400
    assert min(key.end_s for key in phone.stores.keys.recent(end)) > end - 14 * 86400
    assert len(phone.stores.keys.all_keys()) <= 16


def test_the_status_tells_what_the_phone_knows(make_phone, virtual):
    phone = make_phone("a", None, clock=lambda: virtual.EPOCH_S + 100.0)
    phone.stores.keys.key_at(virtual.EPOCH_S)
    phone.stores.contacts.add_scan(virtual.EPOCH_S, 60, [], garbage=2)
    status = phone.status()
    assert status.days == {virtual.EPOCH_S: ScanTally(1, 0, 2, 0)}
    assert (status.days_with_keys, status.exports_known, status.keys_matched, status.alerts) == (1, 0, 0, ())
    assert not status.publication_under_way


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"max_rotation_offset_s": 7200.0}, "rotation offset"),
        ({"max_rotation_offset_s": -1.0}, "rotation offset"),
    ],
)
def test_settings_that_would_blind_or_silence_a_phone_are_refused(tmp_path, changes, what):
    with pytest.raises(PhoneError, match=what):
        replace(phone_settings(tmp_path), **changes)


def test_a_phone_that_cannot_be_opened_leaves_no_file_open(tmp_path, virtual):
    settings = phone_settings(tmp_path, policy="astrology")
    with pytest.raises(BluezoneError, match="astrology") as caught:
        Phone(settings, None, lambda: 0.0, virtual.entropy(1), np.random.default_rng(1))
    still_open = []
    for each in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # that of the list itself is gone by now
            still_open.append(str(each.readlink()))
    assert not [path for path in still_open if path.startswith(str(tmp_path))]
    assert caught.tb is not None  # what it holds was not merely let go
