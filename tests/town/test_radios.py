"""A radio straight on the air hears what a controller in its place would have reported, to the last packet."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest

from bluezone.town.day import live_through
from bluezone.town.fleet import Fleet
from bluezone.town.radio_model import RadioModel
from bluezone.town.radios import AirRadio
from bluezone.town.run import start_of_day_s
from bluezone.town.world import make_world

SENDER, DATA = bytes.fromhex("3a1122334455"), bytes(range(31))


def recorded(directory, world):
    """Everything that each phone keeps, but for what depends on the machine."""
    tables = {"contacts": ("scan", "tally"), "phone": ("daily_key", "preference")}
    found = {}
    for person in world.people:
        for name, wanted in tables.items():
            with sqlite3.connect(directory / person.id / f"{name}.sqlite3") as db:
                there = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
                found |= {
                    (person.id, table): db.execute(f"SELECT * FROM {table}").fetchall()
                    for table in wanted
                    if table in there
                }
            db.close()
    return found


def live(directory, people, seed, hours, *, hci):
    world = make_world(people, seed)
    fleet = Fleet(directory, world, seed)
    statistics = live_through(fleet, RadioModel(), start_of_day_s(), hours, lambda done, total: None, hci=hci)
    return recorded(directory, world), statistics


@pytest.mark.parametrize(("people", "seed", "hours"), [(5, 1, 1.3), (2, 0, 0.1), (3, 11, 0.34)])
def test_the_stack_and_the_short_way_record_the_same_to_the_bit(tmp_path, people, seed, hours):
    """Over several changes of identifier and the change of the key at seven, midnight UTC."""
    by_stack, its_statistics = live(tmp_path / "hci", people, seed, hours, hci=True)
    short, statistics = live(tmp_path / "air", people, seed, hours, hci=False)
    assert its_statistics == statistics
    assert statistics.received > 0
    assert short == by_stack
    assert any(rows for (_, table), rows in short.items() if table == "scan")


def pair(room):
    """Return two radios of a room, on the air."""
    clock = asyncio.get_running_loop().time
    return AirRadio(room.air, 0, clock, 0), AirRadio(room.air, 1, clock, 0)


async def test_a_scan_is_handed_over_at_its_end_with_the_strength_of_each_packet(studio):
    sender, listener = pair(studio(0.0, 1.0))
    heard = []
    await sender.advertise(SENDER, DATA)
    await listener.start_scanning(heard.append)
    await asyncio.sleep(4)
    before = len(heard)
    await listener.stop_scanning()
    assert before == 0
    assert [(one.address, one.data) for one in heard] == [(SENDER, DATA)]
    assert 14 <= 1 + len(heard[0].more_dbm) <= 16
    assert 0 <= heard[0].at_s <= 0.26


async def test_a_long_scan_hands_over_what_it_has_as_it_goes_on(studio):
    sender, listener = pair(studio(0.0, 1.0))
    heard = []
    await sender.advertise(SENDER, DATA)
    await asyncio.sleep(595)  # across the end of a block of ten minutes
    await listener.start_scanning(heard.append)
    await asyncio.sleep(25)
    before = sum(1 + len(one.more_dbm) for one in heard)
    await listener.stop_scanning()
    before, count = before, sum(1 + len(one.more_dbm) for one in heard)
    assert 70 <= before <= 80
    assert 90 <= count <= 100


async def test_what_was_sent_and_changed_during_a_scan_is_heard_with_its_own_address(studio):
    sender, listener = pair(studio(0.0, 1.0))
    heard = []
    await listener.start_scanning(heard.append)
    await asyncio.sleep(1)
    for number in range(3):
        await sender.advertise(bytes([number]) * 6, bytes([number]) * 31)
        await asyncio.sleep(1)
    await sender.stop_advertising()
    await asyncio.sleep(1)
    await listener.stop_scanning()
    assert [(one.address[0], one.data[0]) for one in heard] == [(0, 0), (1, 1), (2, 2)]
    assert all(3 <= 1 + len(one.more_dbm) <= 4 for one in heard)


async def test_what_is_closed_neither_sends_nor_hears(studio):
    sender, listener = pair(studio(0.0, 1.0))
    heard = []
    await sender.advertise(SENDER, DATA)
    await listener.start_scanning(heard.append)
    await listener.close()
    await asyncio.sleep(60)
    await listener.start_scanning(heard.append)
    await sender.close()
    await asyncio.sleep(60)
    await listener.close()
    assert heard == []
