from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol import bluezone_v1
from bluezone.protocol.errors import ProtocolError

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
