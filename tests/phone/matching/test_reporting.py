"""What a report and a heard list are made of."""

from __future__ import annotations

import pytest
from tests.phone.contacts import sightings, warning_of

from bluezone.exposure.policies import Evidence
from bluezone.phone.matching import reporting
from bluezone.phone.stores.contact_store import Sightings
from bluezone.phone.stores.exposure_store import Alert, Receiver
from bluezone.protocol.intervals import INTERVAL_S
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.reports import Nearness
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


def alert(**fields: object) -> Alert:
    evidence = Evidence(heard_s=2_300.0, attenuation_db=51.0, probability=0.424)
    return warning_of(DAY, 0.0, **{"evidence": evidence} | fields)


def test_the_keys_that_were_near_on_the_day_are_named_the_longest_heard_first() -> None:
    keys = [TemporaryExposureKey(bytes([number]) * 16, DAY // INTERVAL_S) for number in range(3)]
    sent = [EN.identifiers(key.daily()) for key in keys]
    at_s = DAY + 6 * 3_600
    slot = 16 * 36  # the identifier of 06:00
    sightings = heard(*beside(sent[1][slot : slot + 16], at_s, 4), *beside(sent[2][slot : slot + 16], at_s, 9))
    assert reporting.keys_near(EN, keys, sightings, RECEIVER, DAY) == [keys[2].key, keys[1].key]
    assert reporting.keys_near(EN, keys, sightings, RECEIVER, DAY + DAY_S) == []


@pytest.mark.parametrize(
    ("heard_s", "quarters"), [(0.0, 1), (899.0, 1), (900.0, 1), (901.0, 2), (2_300.0, 3), (90_000.0, 96)]
)
def test_begun_quarters_count_whole(heard_s: float, quarters: int) -> None:
    assert reporting.quarters(alert(evidence=Evidence(heard_s=heard_s, attenuation_db=51.0))) == quarters


@pytest.mark.parametrize(
    ("near", "said"),
    [
        (15.0, Nearness.NEAR),
        (14.9, Nearness.PARTLY),
        (1.0, Nearness.PARTLY),
        (0.9, Nearness.APART),
        (None, Nearness.APART),
    ],
)
def test_nearness_follows_the_estimate_of_the_warning(near: float | None, said: Nearness) -> None:
    evidence = Evidence(heard_s=3_600.0, attenuation_db=50.0, near_minutes=near)
    assert reporting.nearness(alert(evidence=evidence)) is said


def test_a_policy_that_gives_no_probability_reports_none() -> None:
    assert reporting.probability(alert()) == 42
    assert reporting.probability(alert(evidence=Evidence(heard_s=1.0, attenuation_db=50.0))) is None


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
