"""Five thousand phones in range: the radio's side, from HCI bytes to the contact store."""

from __future__ import annotations

import asyncio
import time

import numpy as np

from bluezone.phone.air.duty_cycle import DeviceState, plan
from bluezone.phone.air.scanner import Scanner
from bluezone.phone.stores.contact_store import ContactStore
from bluezone.phone.stores.phone_stores import CONTACTS, open_database
from bluezone.protocol.advertisements import build_en
from bluezone.protocol.schemes import scheme_named
from bluezone.town.controllers import extended_report

EN = scheme_named("en")
PHONES, EACH = 5_000, 8


async def test_five_thousand_phones_cost_less_time_than_the_scan_lasts_and_make_the_next_one_longer(virtual, tmp_path):
    packets = [
        extended_report(
            0x10, 1, number.to_bytes(6, "little"), -60 - number % 35, build_en(number.to_bytes(16), bytes(4))
        )
        for number in range(PHONES)
    ]
    radio = virtual.Neighbourhood().radio("a")
    book = ContactStore(open_database(CONTACTS, tmp_path), EN)
    await radio.open()
    listener = Scanner(radio, EN, book, virtual.clock, np.random.default_rng(1))
    task = asyncio.create_task(listener.run())
    while not radio._scanning:
        await asyncio.sleep(0.1)
    started_s = time.process_time()
    for _ in range(EACH):
        for packet in packets:
            radio._host.on_packet(packet)
    cost_s = time.process_time() - started_s
    await asyncio.sleep(40)
    duty = listener.duty
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await radio.close()
    seen = book.sightings()
    book.database.close()
    assert len(seen) == PHONES
    assert set(seen.readings) == {EACH}
    assert cost_s < plan(DeviceState(), PHONES).window_s
    assert duty == plan(DeviceState(), PHONES)
    assert duty.window_s > plan(DeviceState()).window_s
