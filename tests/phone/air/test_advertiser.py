from __future__ import annotations

import asyncio
from bisect import bisect_right
from itertools import groupby

import numpy as np
import pytest
from tests.phone.doubles import StillRadio

from bluezone.phone.air.advertiser import MAX_OFFSET_S, Advertiser, address_of, identity_at
from bluezone.phone.matching.matcher import TOLERANCE_S
from bluezone.phone.stores.key_store import KeyStore
from bluezone.phone.stores.phone_stores import PHONE, open_database
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
SCHEMES = [scheme_named("en"), scheme_named("bluezone-v1")]


@pytest.fixture
def key_stores(tmp_path, virtual):
    opened = []

    def make(scheme=EN, seed=1):
        opened.append(KeyStore(open_database(PHONE, tmp_path / scheme.name), scheme, virtual.entropy(seed)))
        return opened[-1]

    yield make
    for one in opened:
        one.database.close()


def all_slots(scheme, keys):
    """identifier -> (start, end) of its time."""
    spans = {}
    for key in keys:
        starts = [*scheme.slots(key), key.end_s]
        block, width = scheme.identifiers(key), scheme.identifier_bytes
        for slot in range(len(starts) - 1):
            spans[block[slot * width : (slot + 1) * width]] = (starts[slot], starts[slot + 1])
    return spans


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
async def test_every_identifier_of_two_days_is_sent_once_in_its_turn(virtual, key_stores, scheme):
    key_store = key_stores(scheme)
    radio = StillRadio(virtual.clock)
    beacon = Advertiser(radio, key_store, scheme, virtual.clock, np.random.default_rng(2))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(beacon.run(), 2 * 86400 - 1)
    told = radio.sent
    spans = all_slots(scheme, key_store.recent(virtual.EPOCH_S + 2 * 86400 - 1))
    sent = [scheme.parse(data).identifier for _, _, data in told]
    assert sent == list(spans)
    assert len({address for _, address, _ in told}) == len(told)


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
async def test_rotation_comes_at_the_edge_plus_a_fresh_uniform_offset(virtual, key_stores, scheme):
    key_store = key_stores(scheme)
    radio = StillRadio(virtual.clock)
    beacon = Advertiser(radio, key_store, scheme, virtual.clock, np.random.default_rng(3))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(beacon.run(), 6 * 86400)
    told = radio.sent
    spans = all_slots(scheme, key_store.recent(virtual.EPOCH_S + 6 * 86400 - 1))
    offsets = np.array([at - spans[scheme.parse(data).identifier][0] for at, _, data in told[1:]])
    assert len(offsets) > 500
    assert offsets.min() >= 0
    assert offsets.max() <= MAX_OFFSET_S < TOLERANCE_S
    # Uniform: each tenth of the span holds about a tenth (five standard deviations); fresh: neighbours do not resemble.
    counts = np.histogram(offsets, bins=10, range=(0, MAX_OFFSET_S))[0]
    assert abs(counts - len(offsets) / 10).max() < 5 * np.sqrt(len(offsets) * 0.09)
    assert abs(np.corrcoef(offsets[:-1], offsets[1:])[0, 1]) < 5 / np.sqrt(len(offsets))


async def test_no_identifier_is_ever_paired_with_two_addresses_on_the_air(virtual, key_stores):
    """Two real stacks for five hours: everything sent, and everything heard around the 29 rotations."""
    key_store = key_stores()
    near = virtual.Neighbourhood()
    sender, receiver = near.radio("sender"), near.radio("receiver")
    heard = []
    await sender.open()
    await receiver.open()
    beacon = asyncio.create_task(Advertiser(sender, key_store, EN, virtual.clock, np.random.default_rng(5)).run())
    for _ in range(30):
        await receiver.start_scanning(heard.append)
        await asyncio.sleep(MAX_OFFSET_S + 5)
        await receiver.stop_scanning()
        await asyncio.sleep(600 - MAX_OFFSET_S - 5)
    beacon.cancel()
    sent = [(at + virtual.EPOCH_S, address, data) for at, _, address, data in near.air.sent]
    assert len(sent) > 70_000
    assert len(heard) > 4_000
    pairs = {(address, data) for _, address, data in sent}
    assert {(h.address, h.data) for h in heard} == pairs
    assert len(pairs) == len({address for address, _ in pairs}) == len({data for _, data in pairs}) == 30
    spans = all_slots(EN, key_store.recent(virtual.EPOCH_S + 1))
    # An old identity that came back, or a pair of an old and a new half, would make a turn of its own.
    turns = [(pair, [at for at, _, _ in group]) for pair, group in groupby(sent, key=lambda one: one[1:])]
    assert len(turns) == 30
    for (address, data), times in turns:
        start_s, end_s = spans[EN.parse(data).identifier]
        assert address[0] >> 6 == 0  # non-resolvable private
        assert start_s <= times[0] <= start_s + MAX_OFFSET_S + 1
        assert times[-1] <= end_s + MAX_OFFSET_S + 1


@pytest.mark.parametrize("jump_s", [-5.0, -3 * 3600.0, 3 * 3600.0, 400 * 86400.0, -400 * 86400.0])
async def test_a_clock_that_jumps_is_followed_within_a_minute_and_pairs_stay_pairs(virtual, key_stores, jump_s):
    key_store = key_stores()
    shift = 0.0

    def clock() -> float:
        return virtual.clock() + 100 * 86400 + shift

    radio = StillRadio(virtual.clock)
    task = asyncio.create_task(Advertiser(radio, key_store, EN, clock, np.random.default_rng(7)).run())
    await asyncio.sleep(4 * 3600 + 100)
    shift = jump_s
    await asyncio.sleep(61)
    on_air = EN.parse(radio.sent[-1][2]).identifier
    start_s, end_s = all_slots(EN, [key_store.key_at(clock())])[on_air]
    assert start_s - 60 <= clock() <= end_s + MAX_OFFSET_S
    await asyncio.sleep(8 * 3600)
    shift = 0.0
    await asyncio.sleep(8 * 3600)
    task.cancel()
    told = radio.sent
    pairs = {(EN.parse(data).identifier, address) for _, address, data in told}
    assert len(pairs) == len({identifier for identifier, _ in pairs}) == len({address for _, address in pairs})


def test_a_restart_within_an_identifiers_time_sends_it_from_the_same_address(virtual, key_stores):
    async def main(seed: int):
        radio = StillRadio(virtual.clock)
        beacon = Advertiser(radio, key_stores(), EN, virtual.clock, np.random.default_rng(seed))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(beacon.run(), 30)
        return [(address, data[:-4]) for _, address, data in radio.sent]

    assert virtual.run(main(1)) == virtual.run(main(2))


def test_addresses_are_private_and_tell_nothing_without_the_key():
    keys = [DailyKey(bytes([number]) * 16, 0, 86400) for number in range(50)]
    addresses = np.array([list(address_of(key, slot)) for key in keys for slot in EN.slots(key)])
    assert len({tuple(address) for address in addresses.tolist()}) == 50 * 144
    assert addresses[:, 0].max() < 64
    bits = np.unpackbits(addresses.astype(np.uint8), axis=1)[:, 2:]
    assert abs(bits.mean(axis=0) - 0.5).max() < 5 * 0.5 / np.sqrt(len(bits))


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
def test_an_identity_holds_for_the_moment_it_is_asked_for(scheme):
    key = scheme.next_key(None, 1_597_276_800.0, lambda count: bytes(count))
    starts = [*scheme.slots(key), key.end_s]
    for now in np.random.default_rng(1).uniform(key.start_s, key.end_s, 300):
        identity = identity_at(scheme, key, now, -20)
        slot = bisect_right(starts, now) - 1
        assert (identity.start_s, identity.end_s) == (starts[slot], starts[slot + 1])
        assert identity.advertisement == scheme.build(key, slot, -20)
