from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.phone.contacts import sightings

from bluezone.phone.matching.matcher import TOLERANCE_S, SightingIndex, match
from bluezone.phone.stores.contact_store import Sightings
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import scheme_named

EN, V1 = scheme_named("en"), scheme_named("bluezone-v1")
DAY0, DAY = 1_597_276_800, 86_400


def key_of(scheme, number: int, day: int = 0, period_s: int = DAY) -> DailyKey:
    return DailyKey(number.to_bytes(scheme.key_bytes, "big"), DAY0 + day * DAY, DAY0 + day * DAY + period_s)


def identifier(scheme, key: DailyKey, slot: int) -> bytes:
    width = scheme.identifier_bytes
    return scheme.identifiers(key)[slot * width : (slot + 1) * width]


def pairs(matches) -> list[tuple[int, int]]:
    return list(zip(matches.keys, matches.sightings, strict=True))


def plainly(scheme, keys, seen: Sightings, tolerance_s: float = TOLERANCE_S) -> list[tuple[int, int]]:
    """What the original did, said in the plainest way: each identifier against each row."""
    found = []
    for number, key in enumerate(keys):
        starts = [*scheme.slots(key), key.end_s]
        for slot in range(len(starts) - 1):
            for row in range(len(seen)):
                if (
                    seen.identifiers[row] == identifier(scheme, key, slot)
                    and starts[slot] - tolerance_s <= seen.at_s[row] < starts[slot + 1] + tolerance_s
                ):
                    found.append((number, row))
    return sorted(found)


@pytest.mark.parametrize("scheme", [EN, V1], ids=lambda scheme: scheme.name)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_matching_finds_what_a_plain_comparison_finds(scheme, data):
    keys = [
        key_of(scheme, data.draw(st.integers(0, 5)), data.draw(st.integers(0, 2)))
        for _ in range(data.draw(st.integers(0, 4)))
    ]
    rows = []
    for _ in range(data.draw(st.integers(0, 12))):
        key = key_of(scheme, data.draw(st.integers(0, 8)), data.draw(st.integers(0, 2)))
        slots = scheme.slots(key)
        slot = data.draw(st.integers(0, len(slots) - 1))
        rows.append((identifier(scheme, key, slot), slots[slot] + data.draw(st.integers(-9000, 9000))))
    seen = sightings(rows)
    found = match(scheme, keys, SightingIndex(seen))
    assert pairs(found) == plainly(scheme, keys, seen)


@pytest.mark.parametrize("scheme", [EN, V1], ids=lambda scheme: scheme.name)
@pytest.mark.parametrize(
    ("off_s", "found"),
    [(-7200, True), (-7201, False), (0, True), (599, True), (600 + 7199, True), (-86400, False), (86400, False)],
)
def test_clocks_may_differ_by_two_hours_and_no_more(scheme, off_s, found):
    key = key_of(scheme, 1)
    slot = 50
    starts = scheme.slots(key)
    length = starts[slot + 1] - starts[slot]
    at_s = starts[slot] + (off_s if off_s <= 0 or off_s > 86000 else off_s - 600 + length)
    seen = sightings([(identifier(scheme, key, slot), at_s)])
    assert len(match(scheme, [key], SightingIndex(seen))) == found


def test_a_key_ended_early_matches_nothing_after_its_end():
    whole, short = key_of(EN, 1), key_of(EN, 1, period_s=6 * 600)
    seen = sightings([(identifier(EN, whole, slot), DAY0 + slot * 600) for slot in range(144)])
    assert [row for _, row in pairs(match(EN, [short], SightingIndex(seen)))] == list(range(6))


def test_an_identifier_heard_in_many_scans_is_found_in_each():
    key = key_of(EN, 1)
    seen = sightings([(identifier(EN, key, 3), DAY0 + 1800 + 60 * scan) for scan in range(10)])
    assert pairs(match(EN, [key, key_of(EN, 2), key], SightingIndex(seen))) == [
        (number, scan) for number in (0, 2) for scan in range(10)
    ]


def test_identifiers_that_differ_only_in_their_last_byte_are_told_apart():
    key = key_of(EN, 1)
    true = identifier(EN, key, 0)
    false = [true[:-1] + bytes([true[-1] ^ bit]) for bit in (1, 2, 128)]
    seen = sightings([(one, DAY0) for one in [*false, true]])
    assert pairs(match(EN, [key], SightingIndex(seen))) == [(0, 3)]


@pytest.mark.parametrize("rows", [0, 1])
def test_nothing_heard_or_nothing_published_is_nothing_found(rows):
    index = SightingIndex(sightings([(bytes(16), float(DAY0))] * rows))
    assert len(match(EN, [], index)) == 0
    assert len(match(EN, [key_of(EN, 1)], index)) == 0


def test_a_haystack_of_keys_is_searched_in_chunks_and_the_needle_found():
    rng = np.random.default_rng(3)
    keys = [DailyKey(rng.bytes(16), DAY0, DAY0 + DAY) for _ in range(3000)]
    rows = [(os.urandom(16), float(DAY0 + rng.uniform(0, DAY))) for _ in range(20_000)]
    rows[12_345] = (identifier(EN, keys[2_222], 17), DAY0 + 17 * 600 + 5.0)
    assert pairs(match(EN, iter(keys), SightingIndex(sightings(rows)))) == [(2_222, 12_345)]
