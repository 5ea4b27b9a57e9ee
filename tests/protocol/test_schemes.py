from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol import bluezone_v1
from bluezone.protocol import exposure_notification as en
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import BluezoneV1Scheme, Broadcast, ExposureNotificationScheme, scheme_named

DAY = 86_400
MIDNIGHT = 1_597_276_800
NOON = MIDNIGHT + DAY // 2

EN_KEY = DailyKey(b"T" * 16, MIDNIGHT, MIDNIGHT + DAY)
V1_KEY = DailyKey(b"B" * 32, MIDNIGHT, MIDNIGHT + DAY)
BOTH = [(ExposureNotificationScheme(), EN_KEY), (BluezoneV1Scheme(), V1_KEY), (BluezoneV1Scheme(7), V1_KEY)]


def numbered_entropy():
    numbers = count(1)
    return lambda length: bytes([next(numbers)]) * length


@pytest.mark.parametrize(("scheme", "key"), BOTH)
def test_what_a_phone_sends_in_each_slot_is_found_among_the_identifiers_of_its_key(scheme, key) -> None:
    slots, identifiers = scheme.slots(key), scheme.identifiers(key)
    width = scheme.identifier_bytes
    assert len(identifiers) == len(slots) * width
    assert slots == sorted(set(slots))
    assert slots[0] == key.start_s
    assert slots[-1] < key.end_s
    for slot in (0, 1, len(slots) - 1):
        heard = scheme.parse(scheme.build(key, slot, -12))
        assert heard.identifier == identifiers[slot * width : (slot + 1) * width]


@pytest.mark.parametrize(("scheme", "key"), BOTH)
def test_a_slot_outside_the_day_is_refused(scheme, key) -> None:
    for slot in (-1, len(scheme.slots(key))):
        with pytest.raises(ProtocolError, match="slot"):
            scheme.build(key, slot, 0)


@given(st.integers(-127, 127))
def test_only_the_published_key_opens_the_transmit_power(power: int) -> None:
    scheme = ExposureNotificationScheme()
    assert scheme.tx_power_dbm(EN_KEY, scheme.parse(scheme.build(EN_KEY, 5, power))) == power


def test_bluezone_v1_sends_no_transmit_power() -> None:
    scheme = BluezoneV1Scheme()
    assert scheme.tx_power_dbm(V1_KEY, scheme.parse(scheme.build(V1_KEY, 5, -12))) is None


def test_a_sighting_whose_metadata_was_lost_is_refused_not_guessed() -> None:
    with pytest.raises(ProtocolError, match="metadata"):
        ExposureNotificationScheme().tx_power_dbm(EN_KEY, Broadcast(bytes(16)))


def test_neither_scheme_reads_the_other() -> None:
    (one, one_key), (other, other_key) = BOTH[:2]
    with pytest.raises(ProtocolError):
        one.parse(other.build(other_key, 0, 0))
    with pytest.raises(ProtocolError):
        other.parse(one.build(one_key, 0, 0))


def test_en_keys_are_fresh_each_utc_day_and_independent() -> None:
    scheme, entropy = ExposureNotificationScheme(), numbered_entropy()
    first = scheme.next_key(None, NOON, entropy)
    assert first == DailyKey(b"\1" * 16, MIDNIGHT, MIDNIGHT + DAY)
    assert scheme.next_key(first, MIDNIGHT + DAY - 0.5, entropy) is first
    assert scheme.next_key(first, MIDNIGHT + DAY, entropy) == DailyKey(b"\2" * 16, MIDNIGHT + DAY, MIDNIGHT + 2 * DAY)
    assert scheme.next_key(first, MIDNIGHT - 1, entropy) == DailyKey(b"\3" * 16, MIDNIGHT - DAY, MIDNIGHT)


def test_bluezone_keys_follow_the_chain_over_days_the_phone_was_off() -> None:
    scheme, entropy = BluezoneV1Scheme(), numbered_entropy()
    first = scheme.next_key(None, NOON, entropy)
    assert first == DailyKey(b"\1" * 32, MIDNIGHT, MIDNIGHT + DAY)
    assert scheme.next_key(first, NOON + 60, entropy) == first
    after_three_days = scheme.next_key(first, NOON + 3 * DAY, entropy)
    assert after_three_days.key == bluezone_v1.day_key_after(first.key, 3)
    assert after_three_days.start_s == MIDNIGHT + 3 * DAY


def test_a_bluezone_phone_whose_clock_went_back_before_its_chain_starts_anew() -> None:
    scheme, entropy = BluezoneV1Scheme(), numbered_entropy()
    first = scheme.next_key(None, NOON, entropy)
    assert scheme.next_key(first, NOON - DAY, entropy).key == b"\2" * 32


@given(key=st.binary(min_size=16, max_size=16), start=st.integers(0, 2**32 - 145), period=st.integers(1, 144))
def test_a_key_of_part_of_a_day_has_an_identifier_for_each_interval(key: bytes, start: int, period: int) -> None:
    daily = DailyKey(key, start * 600, (start + period) * 600)
    scheme = ExposureNotificationScheme()
    assert scheme.slots(daily) == [600 * number for number in range(start, start + period)]
    assert scheme.identifiers(daily) == en.rolling_proximity_identifiers(key, start, period)


@pytest.mark.parametrize("span", [(MIDNIGHT + 1, MIDNIGHT + 601), (MIDNIGHT, MIDNIGHT + DAY + 600)])
def test_an_en_key_must_span_whole_intervals_of_at_most_a_day(span: tuple[int, int]) -> None:
    with pytest.raises(ProtocolError, match="span"):
        ExposureNotificationScheme().identifiers(DailyKey(b"T" * 16, *span))


def test_schemes_are_found_by_name() -> None:
    assert scheme_named("en") == ExposureNotificationScheme()
    assert scheme_named("bluezone-v1") == BluezoneV1Scheme()
    with pytest.raises(ProtocolError, match="'dp3t' is not known"):
        scheme_named("dp3t")
    with pytest.raises(ProtocolError, match=r"2\.\.144"):
        BluezoneV1Scheme(1)
