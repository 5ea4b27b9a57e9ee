from __future__ import annotations

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol import bluezone_v1
from bluezone.protocol.bluezone_v1 import Trace
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import BluezoneV1Scheme

DAY = 86_400
MIDNIGHT = 1_597_276_800  # 13 August 2020, 00:00 UTC

day_keys = st.binary(min_size=32, max_size=32)


def by_the_app(base_key: bytes, day: int, index: int) -> bytes:
    """An identifier as the app's source spells it out, with hashlib alone: four bytes by fours, eight by twos."""
    key = base_key
    for _ in range(day):
        key = sha256(key).digest()
    state = sha256(key + b"bluzonesubkey").digest()
    for _ in range(index):
        state = sha256(state).digest()
    return bytes(state[position * 4 if position < 4 else 16 + (position - 4) * 2] for position in range(12))


# Computed with `openssl dgst -sha256` from the recipe in the issue: base key 00 01 .. 1f.
KNOWN = [
    (0, 0, "130cea6472130c185d8643df"),
    (0, 95, "0ae9ab99c50104e835045abf"),
    (13, 40, "c962e661a960d273b263da19"),
]


@pytest.mark.parametrize(("day", "index", "identifier"), KNOWN)
def test_known_identifiers_follow(day: int, index: int, identifier: str) -> None:
    identifiers = bluezone_v1.identifiers(bluezone_v1.day_key_after(bytes(range(32)), day))
    assert identifiers[12 * index : 12 * index + 12].hex() == identifier


@given(key=day_keys, day=st.integers(0, 30), per_day=st.integers(2, 144), data=st.data())
def test_identifiers_are_those_of_the_app(key: bytes, day: int, per_day: int, data) -> None:
    index = data.draw(st.integers(0, per_day - 1))
    identifiers = bluezone_v1.identifiers(bluezone_v1.day_key_after(key, day), per_day)
    assert len(identifiers) == 12 * per_day
    assert identifiers[12 * index : 12 * index + 12] == by_the_app(key, day, index)


@given(key=day_keys, days=st.integers(0, 20), more=st.integers(0, 20))
def test_the_chain_of_day_keys_can_be_walked_in_parts(key: bytes, days: int, more: int) -> None:
    half_way = bluezone_v1.day_key_after(key, days)
    assert bluezone_v1.day_key_after(half_way, more) == bluezone_v1.day_key_after(key, days + more)


def test_the_chain_cannot_be_walked_back() -> None:
    with pytest.raises(ProtocolError, match="back"):
        bluezone_v1.day_key_after(bytes(32), -1)


@pytest.mark.parametrize("per_day", [-1, 0, 1, 145])
def test_a_number_of_identifiers_the_app_does_not_allow_is_refused(per_day: int) -> None:
    with pytest.raises(ProtocolError, match=r"2\.\.144"):
        bluezone_v1.identifiers(bytes(32), per_day)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_day_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ProtocolError, match="32"):
        bluezone_v1.identifiers(bytes(length))
    with pytest.raises(ProtocolError, match="32"):
        bluezone_v1.day_key_after(bytes(length), 1)


@pytest.mark.parametrize(
    ("index", "per_day", "seconds"), [(0, 96, 0), (1, 96, 900), (95, 96, 85_500), (143, 144, 85_800), (1, 7, 12_342)]
)
def test_identifiers_share_the_day_evenly(index: int, per_day: int, seconds: int) -> None:
    assert bluezone_v1.identifier_start_s(MIDNIGHT, index, per_day) == MIDNIGHT + seconds


# --- lists of traces --------------------------------------------------------------------------------------------------

traces = st.builds(
    lambda key, start, length, per_day: Trace(key, start, start + length, per_day),
    day_keys,
    st.integers(0, 2**40),
    st.integers(1, 31 * DAY),
    st.integers(2, 144),
)


@given(st.lists(traces, max_size=5))
def test_a_trace_list_survives_its_json(listed: list[Trace]) -> None:
    assert bluezone_v1.trace_list_from_json(bluezone_v1.trace_list_to_json(listed)) == listed


def test_a_trace_list_has_the_fields_of_the_original() -> None:
    text = bluezone_v1.trace_list_to_json([Trace(b"k" * 32, MIDNIGHT, MIDNIGHT + DAY, 96)])
    row = {"daily_key": "6b" * 32, "time_start": MIDNIGHT, "max": 96, "time_end": MIDNIGHT + DAY}
    assert json.loads(text) == {"data": [row]}


def heard_by_the_app(trace: Trace) -> list[tuple[bytes, int]]:
    """Identifiers and their starts in the order in which the app's checkContactF looks for them in its log."""
    found, key, start, index = [], trace.daily_key, trace.time_start_s, 0
    state = key + b"bluzonesubkey"
    while start < trace.time_end_s:
        state = sha256(state).digest()
        found.append((bytes(state[p * 4 if p < 4 else 8 + p * 2] for p in range(12)), start))
        start += DAY // trace.per_day
        index += 1
        if index == trace.per_day:
            key, index = sha256(key).digest(), 0
            state = key + b"bluzonesubkey"
    return found


@given(key=day_keys, length=st.integers(1, 4 * DAY), per_day=st.sampled_from([2, 24, 48, 96, 144]))
def test_a_trace_of_several_days_finds_what_the_app_looked_for(key: bytes, length: int, per_day: int) -> None:
    trace = Trace(key, MIDNIGHT, MIDNIGHT + length, per_day)
    scheme = BluezoneV1Scheme(per_day)
    found = []
    for daily in trace.daily_keys():
        identifiers = scheme.identifiers(daily)
        found += [(identifiers[12 * at : 12 * at + 12], start) for at, start in enumerate(scheme.slots(daily))]
    assert found == heard_by_the_app(trace)


def test_a_trace_of_a_day_is_that_day_key() -> None:
    trace = Trace(b"k" * 32, MIDNIGHT, MIDNIGHT + DAY)
    assert trace.daily_keys() == [DailyKey(b"k" * 32, MIDNIGHT, MIDNIGHT + DAY)]


ROW = {"daily_key": "ab" * 32, "time_start": MIDNIGHT, "max": 96, "time_end": MIDNIGHT + DAY}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"daily_key": "ab" * 31}, "daily_key"),
        ({"daily_key": "ab " * 32}, "daily_key"),
        ({"daily_key": 7}, "daily_key"),
        ({"daily_key": None}, "daily_key"),
        ({"time_start": "0"}, "time_start"),
        ({"time_start": True}, "time_start"),
        ({"time_start": -1}, "time_start"),
        ({"time_end": 1e9}, "time_end"),
        ({"time_end": MIDNIGHT}, "time_end"),
        ({"time_end": 10**30}, "time_end"),
        ({"time_end": MIDNIGHT + 32 * DAY}, "31 days"),
        ({"max": 1}, "2..144"),
        ({"max": None}, "max"),
    ],
)
def test_a_wrong_row_is_named(change: dict[str, object], words: str) -> None:
    text = json.dumps({"data": [ROW, ROW | change]})
    with pytest.raises(ProtocolError, match="row 2") as caught:
        bluezone_v1.trace_list_from_json(text)
    assert words in str(caught.value)


@given(st.binary(max_size=200))
def test_a_trace_list_of_garbage_is_a_protocol_error_and_nothing_else(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        bluezone_v1.trace_list_from_json(data)


@pytest.mark.parametrize("text", ["[]", "{}", '{"data": {}}', '{"data": [1]}', "[" * 100_000, b"\xff\xfe"])
def test_what_is_not_a_trace_list_is_refused(text: str | bytes) -> None:
    with pytest.raises(ProtocolError, match="trace list"):
        bluezone_v1.trace_list_from_json(text)
