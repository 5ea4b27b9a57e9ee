"""What a report and a heard list are made of."""

from __future__ import annotations

import datetime as dt

from tests.phone.contacts import sightings
from tests.phone.settings import VIET_NAM

from bluezone.phone.matching import reporting
from bluezone.phone.stores.contact_store import Sightings
from bluezone.phone.stores.exposure_store import Receiver
from bluezone.protocol.intervals import INTERVAL_S
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
DAY_S = 86_400
DAY = 18_485 * DAY_S
RECEIVER = Receiver(0.0, -20)


def heard(*rows: tuple[bytes, float, int], since_s: float = 60.0) -> Sightings:
    """Sightings: identifier, moment, dBm."""
    return sightings([row[:2] for row in rows], [row[2] for row in rows], since_s)


def beside(identifier: bytes, start_s: float, minutes: int, dbm: int = -60) -> list[tuple[bytes, float, int]]:
    return [(identifier, start_s + 60.0 * minute, dbm) for minute in range(minutes)]


def test_the_keys_that_were_near_on_the_day_are_named_the_longest_heard_first() -> None:
    keys = [TemporaryExposureKey(bytes([number]) * 16, DAY // INTERVAL_S) for number in range(3)]
    sent = [EN.identifiers(key.daily()) for key in keys]
    at_s = DAY + 6 * 3_600
    slot = 16 * 36  # the identifier of 06:00
    sightings = heard(*beside(sent[1][slot : slot + 16], at_s, 4), *beside(sent[2][slot : slot + 16], at_s, 9))
    assert reporting.keys_near(EN, keys, sightings, RECEIVER, dt.UTC, DAY) == [keys[2].key, keys[1].key]
    assert reporting.keys_near(EN, keys, sightings, RECEIVER, dt.UTC, DAY + DAY_S) == []
    assert reporting.keys_near(EN, keys, sightings, RECEIVER, VIET_NAM, DAY - 7 * 3_600) == [keys[2].key, keys[1].key]


def test_of_each_presence_and_hour_one_identifier_is_listed() -> None:
    one, next_one, other, brief, far = (bytes([number]) * 16 for number in range(5))
    start_s = DAY + 8 * 3_600.0
    rows = [
        *beside(one, start_s, 10, -60),
        *beside(next_one, start_s + 600, 10, -58),  # the same phone ten minutes later, nearer
        *beside(other, start_s, 10, -85),
        *beside(brief, start_s + 1_800, 4, -50),
        *beside(far, start_s + 1_800, 10, -95),
    ]
    found = {each.identifier for each in reporting.heard_of_days([heard(*rows)], RECEIVER)}
    assert brief not in found
    assert far not in found, "weaker than 73 dB"
    assert next_one in found
    assert one not in found, "one identifier a presence and hour"
    assert other in found


def test_days_without_sightings_list_nothing() -> None:
    assert reporting.heard_of_days([heard(*beside(bytes(16), DAY, 3))], RECEIVER) == []
    assert reporting.heard_of_days([], RECEIVER) == []
