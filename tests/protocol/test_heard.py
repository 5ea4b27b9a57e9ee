"""Heard lists: of one size and one order whatever was heard, and nothing in them but what somebody knows already."""

from __future__ import annotations

import hashlib
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exposure_notification import rolling_proximity_identifier_key, rolling_proximity_identifiers
from bluezone.protocol.heard import (
    ENTRY_BYTES,
    LIST_BYTES,
    LIST_ENTRIES,
    Heard,
    OpenedKey,
    heard_entry,
    heard_list,
    list_entries,
)
from bluezone.protocol.schemes import Entropy

#: the TEK and start of the published vectors (tests/protocol/test_exposure_notification.py)
TEK, START = bytes.fromhex("75c734c6dd1a782de7a965da5eb93125"), 2_642_976
RPIK = rolling_proximity_identifier_key(TEK)


def counting() -> Entropy:
    """Return bytes that count from 0 on, as a source of chance that everybody can repeat."""
    numbers = itertools.count()
    return lambda size: next(numbers).to_bytes(size, "big")


def seeded(seed: int) -> Entropy:
    """Return a seeded source of chance."""
    return np.random.default_rng(seed).bytes


SIGHTINGS = st.builds(
    Heard, st.binary(min_size=16, max_size=16), st.floats(0, 4_000, width=32), st.floats(20, 110, width=32)
)


def test_our_own_vectors() -> None:
    """docs/why/protocol.md has the same ones, for whoever writes another phone."""
    opened = OpenedKey(RPIK, START, 144)
    first = bytes.fromhex("8be6cd371c5c891604bfbe49df845096")
    assert opened.identifiers()[0] == first
    assert opened.entries()[0].hex() == "d4845d89da1ba8d3"
    assert opened.entries()[143].hex() == "b484c47a9150371f"
    listed = heard_list([Heard(first, 600, 50.0)], counting())
    assert hashlib.sha256(listed).hexdigest() == "4ce74c146bb6ea84612b87459c0275a08a6b09acddd15039caa88ac9a4e9151b"


def test_an_entry_is_the_hash_written_out() -> None:
    first = rolling_proximity_identifiers(TEK, START, 1)
    assert heard_entry(first) == hashlib.sha256(b"bluezone heard 1" + first).digest()[:8]


def test_a_key_that_was_ended_early_opens_its_own_span_alone() -> None:
    whole, early = OpenedKey(RPIK, START, 144), OpenedKey(RPIK, START, 7)
    assert early.entries() == whole.entries()[:7]
    assert early.end_interval == START + 7


@settings(max_examples=25)  # a list draws 2,000 random entries, and each example makes two
@given(st.lists(SIGHTINGS, max_size=60), st.integers(0, 2**32))
def test_a_list_has_one_size_and_one_order_whatever_was_heard(sightings: list[Heard], seed: int) -> None:
    listed = heard_list(sightings, seeded(seed))
    entries = list(list_entries(listed))
    assert len(listed) == LIST_BYTES
    assert len(entries) == LIST_ENTRIES
    assert all(len(entry) == ENTRY_BYTES for entry in entries)
    assert entries == sorted(entries)
    assert heard_list(list(reversed(sightings)), seeded(seed)) == listed


@settings(max_examples=25)
@given(st.lists(SIGHTINGS, max_size=60))
def test_who_was_near_for_long_enough_is_found_and_nobody_else(sightings: list[Heard]) -> None:
    entries = set(list_entries(heard_list(sightings, seeded(1))))
    near = {one.identifier for one in sightings if one.duration_s >= 300 and one.attenuation_db <= 73}
    for one in sightings:
        assert (heard_entry(one.identifier) in entries) == (one.identifier in near)


def test_of_too_many_the_nearest_stay_and_of_those_as_near_the_longest() -> None:
    crowd = [Heard(number.to_bytes(16, "big"), 300.0 + number, 60.0) for number in range(LIST_ENTRIES)]
    nearest = Heard(b"n" * 16, 300.0, 59.0)
    farther = Heard(b"f" * 16, 9_000.0, 61.0)
    entries = set(list_entries(heard_list([*crowd, nearest, farther], counting())))
    assert heard_entry(nearest.identifier) in entries
    assert heard_entry(farther.identifier) not in entries
    assert heard_entry(crowd[0].identifier) not in entries, "the one heard shortest gives way"
    assert heard_entry(crowd[1].identifier) in entries


def test_a_full_list_draws_nothing_random() -> None:
    def none(_size: int) -> bytes:
        raise AssertionError("drawn")

    heard_list([Heard(number.to_bytes(16, "big"), 600.0, 50.0) for number in range(LIST_ENTRIES)], none)


@pytest.mark.parametrize("size", [0, LIST_BYTES - 1, LIST_BYTES + 8])
def test_a_list_of_another_size_is_one_error(size: int) -> None:
    with pytest.raises(ProtocolError):
        list_entries(bytes(size))


@pytest.mark.parametrize(
    ("rpik", "start", "period"),
    [(b"short", START, 144), (RPIK, START, 0), (RPIK, START, 145), (RPIK, -1, 144), (RPIK, 2**32 - 144, 145)],
)
def test_an_opened_key_that_cannot_be_is_one_error(rpik: bytes, start: int, period: int) -> None:
    with pytest.raises(ProtocolError):
        OpenedKey(rpik, start, period)


def test_an_identifier_of_another_length_has_no_entry() -> None:
    with pytest.raises(ProtocolError):
        heard_entry(b"bluezone-v1 id")
