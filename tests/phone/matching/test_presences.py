"""How many phones were met: chains of identifiers, never more than an estimate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from bluezone.phone.matching import presences
from bluezone.phone.matching.presences import Count, Nearby, Presence, people, people_near
from bluezone.phone.stores.contact_store import ContactStore, Sighting
from bluezone.phone.stores.exposure_store import Receiver

Add = Callable[[float, list[tuple[int, int]]], None]
NEAR, NORMAL, WEAK = -60, -85, -100
RECEIVER = Receiver(assumed_tx_power_dbm=-20)


def name(number: int) -> bytes:
    return number.to_bytes(16, "big")


@pytest.fixture
def add(contact_store: ContactStore) -> Add:
    """One scan: (identifier, strength) each."""

    def scan(at_s: float, heard: list[tuple[int, int]]) -> None:
        sightings = [Sighting(name(who), b"\0\0\0\0", 4, dbm, dbm, dbm) for who, dbm in heard]
        contact_store.add_scan(at_s, 60.0, sightings)

    return scan


def met(contact_store: ContactStore) -> tuple[Presence, ...]:
    return presences.presences(contact_store.sightings(), RECEIVER)


def test_nobody_heard_is_nobody_met(contact_store: ContactStore) -> None:
    assert met(contact_store) == ()
    assert presences.nearby(contact_store.sightings(), RECEIVER) == Nearby()


def test_identifiers_that_hand_over_within_two_scans_are_one_phone(contact_store: ContactStore, add: Add) -> None:
    for minute in range(30):
        add(60.0 * minute, [(minute // 10, NEAR)])
    (one,) = met(contact_store)
    assert (one.start_s, one.end_s, one.duration_s) == (0.0, 1740.0, 1800.0)


@pytest.mark.parametrize(
    ("second_at_s", "second_dbm", "phones"),
    [
        pytest.param(120.0, NEAR, 1, id="in the next scan"),
        pytest.param(210.0, NEAR, 1, id="two scans later"),
        pytest.param(390.0, NEAR, 2, id="after a longer silence"),
        pytest.param(120.0, NEAR - 60, 2, id="at quite another strength"),
    ],
)
def test_what_counts_as_a_handover(
    contact_store: ContactStore, add: Add, second_at_s: float, second_dbm: int, phones: int
) -> None:
    for at_s in (0.0, 60.0):
        add(at_s, [(1, NEAR)])
    add(second_at_s, [(2, second_dbm)])
    assert len(met(contact_store)) == phones


def test_phones_heard_together_are_not_one(contact_store: ContactStore, add: Add) -> None:
    for minute in range(5):
        add(60.0 * minute, [(1, NEAR), (2, NEAR), (3, NEAR)])
    assert len(met(contact_store)) == 3


def test_one_identifier_is_continued_by_one_only(contact_store: ContactStore, add: Add) -> None:
    add(0.0, [(1, NEAR)])
    add(60.0, [(2, NEAR), (3, NEAR)])
    assert sorted(one.start_s for one in met(contact_store)) == [0.0, 60.0]


@pytest.mark.parametrize(
    ("minutes", "dbm", "is_near"),
    [
        pytest.param(30, -68, True, id="half an hour beside each other"),
        pytest.param(30, -90, False, id="half an hour at the other end of the room"),
        pytest.param(4, -68, False, id="four minutes beside each other"),
        pytest.param(2, -50, False, id="too short to be judged"),
        pytest.param(15, -76, True, id="a quarter of an hour at 56 dB"),
        pytest.param(14, -76, False, id="a minute less"),
        pytest.param(240, -77, False, id="four hours a decibel weaker"),
    ],
)
def test_near_is_who_was_strong_for_a_quarter_of_an_hour(
    contact_store: ContactStore, add: Add, minutes: int, dbm: int, is_near: bool
) -> None:
    for minute in range(minutes):
        add(60.0 * minute, [(minute // 10, dbm)])
    (one,) = presences.presences(contact_store.sightings(), RECEIVER)
    assert one.surely_near <= one.near <= one.maybe_near
    assert one.near == is_near


def test_a_quarter_of_an_hour_among_hours_is_enough(contact_store: ContactStore, add: Add) -> None:
    """Half of an hour at the table, of an afternoon in two rooms; another person is in the other room all the time."""
    for minute in range(180):
        at_table = 60 <= minute < 90
        add(60.0 * minute, [(1 + minute // 10, -68 if at_table else -88), (101 + minute // 10, -92)])
    assert sorted(one.near for one in met(contact_store)) == [False, True]


def test_two_identifiers_in_one_scan_count_its_time_once(contact_store: ContactStore, add: Add) -> None:
    for minute in range(10):
        add(60.0 * minute, [(1, NEAR)])
    add(600.0, [(1, NEAR), (2, NEAR)])
    for minute in range(11, 20):
        add(60.0 * minute, [(2, NEAR)])
    (one,) = met(contact_store)
    assert one.duration_s == 1200.0


def test_around_counts_the_last_scan_alone(contact_store: ContactStore, add: Add) -> None:
    add(0.0, [(1, NEAR), (2, NEAR)])
    add(60.0, [(3, NEAR), (4, NORMAL), (5, NORMAL), (6, WEAK)])
    assert presences.nearby(contact_store.sightings(), RECEIVER) == Nearby(near=1, normal=2, weak=1)


def test_the_receiver_s_correction_moves_the_edges(contact_store: ContactStore, add: Add) -> None:
    add(0.0, [(1, -76)])
    assert presences.nearby(contact_store.sightings(), RECEIVER).near == 0
    assert presences.nearby(contact_store.sightings(), Receiver(rx_correction_db=2.0)).near == 1


def test_a_crowd_s_new_identifiers_are_taken_for_those_before_them(contact_store: ContactStore) -> None:
    rng = np.random.default_rng(1)
    for minute in range(12):
        sightings = [
            Sighting(name(1 + who + 1_000 * (minute // 10)), b"\0\0\0\0", 4, dbm, dbm, dbm)
            for who, dbm in enumerate(rng.integers(-100, -50, 1_000).tolist())
        ]
        contact_store.add_scan(60.0 * minute, 60.0, sightings)
    assert 1_000 <= len(met(contact_store)) < 1_500


HOUR = 3600.0


def stay(start_h: float, end_h: float, near: str = "far") -> Presence:
    """`near`: far, maybe, near, surely."""
    at_least = ("near", "surely"), ("surely",), ("maybe", "near", "surely")
    return Presence(start_h * HOUR, end_h * HOUR, (end_h - start_h) * HOUR, *(near in words for words in at_least))


def pass_by(start_h: float, near: str = "far") -> Presence:
    return stay(start_h, start_h + 0.05, near)


@pytest.mark.parametrize(
    ("met", "count"),
    [
        pytest.param([], Count(0, 0, 0), id="nobody"),
        pytest.param([stay(0, 1)], Count(1, 1, 2), id="one, and perhaps one who was taken for it"),
        pytest.param([stay(0, 1)] * 5, Count(5, 5, 6), id="together they are different people"),
        pytest.param([stay(0, 1)] * 4 + [stay(10, 12)] * 4, Count(4, 4, 10), id="who comes in the evening was here"),
        pytest.param([stay(0, 1 / 3), stay(0.5, 1)], Count(1, 1, 3), id="twenty minutes are a long stay"),
        pytest.param([stay(0, 1), stay(1.2, 2)], Count(1, 1, 3), id="who comes back from a quarter of an hour's way"),
        pytest.param([pass_by(0.1 * one) for one in range(8)], Count(8, 1, 10), id="passers-by are different people"),
        pytest.param(
            [pass_by(one) for one in (0.0, 0.1, 0.2, 8.0, 8.1, 8.2)], Count(5, 1, 8), id="and mostly others hours later"
        ),
        pytest.param([stay(0, 8)] * 3 + [pass_by(9)] * 2, Count(5, 3, 6), id="a passer-by is none of the household"),
    ],
)
def test_how_many_people_presences_are(met: list[Presence], count: Count) -> None:
    assert people(met) == count
    assert people(met[::-1]) == count


@pytest.mark.parametrize(
    ("met", "count"),
    [
        pytest.param([], Count(0, 0, 0), id="nobody"),
        pytest.param([stay(0, 1, "near")], Count(1, 0, 1), id="one"),
        pytest.param([stay(0, 1, "surely")], Count(1, 1, 1), id="one, surely"),
        pytest.param([stay(0, 1, "maybe")] * 3, Count(0, 0, 3), id="three who may have been"),
        pytest.param([stay(0, 1, "near"), stay(0, 1, "surely")] * 2, Count(4, 2, 4), id="four, two of them surely"),
        pytest.param([stay(0, 1, "near")] * 3 + [stay(2, 3, "near")] * 3, Count(4, 0, 6), id="those who came back"),
        pytest.param([pass_by(0.1 * one, "maybe") for one in range(20)], Count(0, 0, 20), id="a crowd passing by"),
    ],
)
def test_how_many_people_were_near(met: list[Presence], count: Count) -> None:
    assert people_near(met) == count


def test_of_a_span_those_are_near_who_were_there() -> None:
    met = [stay(0, 0.9, "near"), stay(0, 2.9, "near"), stay(2, 2.9, "near")]
    assert [presences.near_then(met, hour * HOUR, (hour + 1) * HOUR - 1) for hour in range(5)] == [2, 1, 2, 0, 0]


@pytest.mark.parametrize(
    ("span", "most"),
    [((0, 100), 2), ((150, 200), 1), ((300, 400), 0), ((100, 101), 1)],
)
def test_the_most_at_one_moment(span: tuple[float, float], most: int) -> None:
    present = [Presence(0, 50, 50), Presence(40, 200, 160)]
    assert presences.most_at_once(present, *span) == most


def test_a_span_of_the_logbook_takes_its_start_and_leaves_its_end(contact_store: ContactStore, add: Add) -> None:
    for at_s in (0.0, 60.0, 120.0):
        add(at_s, [(1, NEAR)])
    assert contact_store.sightings(60.0, 120.0).at_s.tolist() == [60.0]
    assert len(contact_store.sightings()) == 3
