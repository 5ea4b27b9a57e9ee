"""A whole phone, killed by SIGKILL again and again while its clock is wrong, keeps all that was committed."""

from __future__ import annotations

import asyncio
import os
import struct
from contextlib import closing
from types import SimpleNamespace

import numpy as np
import pytest
from tests.phone.doubles import StillRadio
from tests.phone.settings import phone_settings
from tests.tiers import also

from bluezone.phone.app.engine import PhoneSettings
from bluezone.phone.app.loop import Runner
from bluezone.phone.stores.encryption import Cipher
from bluezone.phone.stores.phone_stores import open_stores
from bluezone.phone.stores.timekeeper import Uptime
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
HOUR, DAY, YEAR = 3_600, 86_400, 365 * 86_400
NEIGHBOURS = 40
TOLD = struct.Struct("=dI")
KEYS = [EN.next_key(None, DAY, lambda size, number=number: bytes([number]) * size) for number in range(NEIGHBOURS)]
PACKETS = [EN.build(key, 0, -20) for key in KEYS]


def wrong(rng, true_s: float) -> float:
    """Return how far off a clock is: not at all, by decades, by days, or back to 1970."""
    return float(rng.choice([0, 0, rng.uniform(-40, 40) * YEAR, rng.uniform(-10, 10) * DAY, 60 - true_s]))


async def live(pipe: int, device: SimpleNamespace, settings: PhoneSettings, client) -> None:
    """Run the phone; somebody sets its clock now and then. Each scan that was committed is told into the pipe."""
    loop, chance = asyncio.get_running_loop(), np.random.default_rng()

    def true_s() -> float:
        return device.true_s + loop.time()

    def wall() -> float:
        return true_s() + device.off_s

    def uptime() -> Uptime:
        return Uptime(str(device.boot), true_s() - device.booted_s)

    async def set_the_clock() -> None:
        while True:
            await asyncio.sleep(chance.uniform(300, 2 * HOUR))
            device.off_s = wrong(chance, true_s())

    runner = Runner(settings, StillRadio(packets=PACKETS), client, wall, os.urandom, chance, uptime=uptime)
    contacts = runner.stores.contacts
    add_scan = contacts.add_scan

    def told(*scan) -> int:
        count = add_scan(*scan)
        os.write(pipe, TOLD.pack(true_s(), count))
        return count

    contacts.add_scan = told
    if runner.choices().agreed_at_s is None:
        runner.choose(agreed_at_s=runner.clock())
    await asyncio.gather(runner.run(), set_the_clock())


@pytest.mark.parametrize("kills", [2, *also(150)])
def test_no_sighting_is_lost_or_doubled_by_kills_restarts_and_wrong_years(tmp_path, authority, virtual, kills):
    rng, cipher = np.random.default_rng(7), Cipher(bytes(32), os.urandom)
    device = SimpleNamespace(true_s=float(virtual.EPOCH_S), boot=1, booted_s=float(virtual.EPOCH_S) - 60, off_s=0.0)
    settings = phone_settings(tmp_path, authority.URL, authority.trusted, cipher=cipher)

    def work(pipe: int) -> None:
        virtual.run(live(pipe, device, settings, authority.client()))

    committed = 0
    for kill in range(kills):
        authority.files.clear()
        authority.export(start_s=int(device.true_s - 2.5 * HOUR), batch=kill + 1)
        device.off_s = wrong(rng, device.true_s)
        data = virtual.kill_child(work, rng.uniform(0.1, 0.8))
        scans = [TOLD.unpack_from(data, at) for at in range(0, len(data) // TOLD.size * TOLD.size, TOLD.size)]
        committed += sum(count for _, count in scans)
        device.true_s = max([device.true_s, *(at_s for at_s, _ in scans)]) + 30
        if rng.random() < 0.3:
            device.true_s += rng.uniform(30, 6 * HOUR)
            device.boot, device.booted_s = device.boot + 1, device.true_s - 20
        if device.true_s - virtual.EPOCH_S > 13 * DAY:  # from 14 days on some must go
            break
    with closing(open_stores(tmp_path, EN, os.urandom, cipher)) as stores:
        found = len(stores.contacts.sightings())
    assert committed > 0
    # the last scan before a kill may have been committed and not yet told
    assert committed <= found <= committed + NEIGHBOURS * kills
    assert (found - committed) % NEIGHBOURS == 0
