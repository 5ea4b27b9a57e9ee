from __future__ import annotations

import base64
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.verification import (
    SubmittedKey,
    is_certified,
    submitted,
    tek_mac,
)

# Vectors of google/exposure-notifications-server, pkg/verification/utils_test.go: two keys under the key 01 02 .. 10.
SECRET = bytes(range(1, 17))
FIRST, SECOND = "z2Cx9hdz2SlxZ8GEgqTYpA==", "dPCphLzfG4uzXneNimkPRQ=="
WITH_RISKS = "2u1nHt5WWurJytFLF3xitNzM99oNrad2y4YGOL53AeY="
ZERO_RISKS = "mFNI9zhTA17n4ndd1Vu5tsn4XQX0gPrIKyjeh/9noUE="
NO_RISKS = "J9S7xVebH/66dm14wGsIcAnSUR3PHD4NtDQEOGZbDUo="


def reference_keys(one_risk: int, other_risk: int) -> list[TemporaryExposureKey]:
    return [
        TemporaryExposureKey(base64.b64decode(FIRST), 1, 144, one_risk),
        TemporaryExposureKey(base64.b64decode(SECOND), 144, 144, other_risk),
    ]


def b64(text: str) -> bytes:
    return base64.b64decode(text)


@pytest.mark.parametrize(("risks", "mac"), [((3, 5), WITH_RISKS), ((0, 0), ZERO_RISKS)])
def test_the_hmac_of_the_reference_server_follows(risks: tuple[int, int], mac: str) -> None:
    keys = reference_keys(*risks)
    assert tek_mac(keys, SECRET) == b64(mac)
    assert tek_mac(keys[::-1], SECRET) == b64(mac)


@pytest.mark.parametrize("mac", [ZERO_RISKS, NO_RISKS])
def test_keys_without_risk_are_certified_with_and_without_naming_it(mac: str) -> None:
    assert is_certified([submitted(key) for key in reference_keys(0, 0)], SECRET, b64(mac))


def test_keys_with_risk_are_certified_only_with_it() -> None:
    keys = [submitted(key) for key in reference_keys(3, 5)]
    assert is_certified(keys, SECRET, b64(WITH_RISKS))
    without = ",".join(f"{text}.{start}.144" for text, start in ((SECOND, 144), (FIRST, 1)))
    assert not is_certified(keys, SECRET, hmac.digest(SECRET, without.encode(), "sha256"))


@pytest.mark.parametrize(
    "change",
    [
        lambda keys: keys[:1],
        lambda keys: [*keys, submitted(TemporaryExposureKey(b"x" * 16, 1))],
        lambda keys: [keys[0]._replace(rolling_period=143), keys[1]],
        lambda keys: [keys[0]._replace(rolling_start=2), keys[1]],
        lambda keys: [keys[0]._replace(transmission_risk=1), keys[1]],
        lambda keys: [keys[0]._replace(key_base64=FIRST.rstrip("=")), keys[1]],
        lambda keys: [],
    ],
)
def test_other_keys_than_those_certified_are_not(change) -> None:
    keys = [submitted(key) for key in reference_keys(3, 5)]
    assert not is_certified(change(keys), SECRET, b64(WITH_RISKS))


@given(st.lists(st.tuples(st.binary(min_size=16, max_size=16), st.integers(0, 8)), min_size=1, max_size=30))
def test_keys_are_sorted_by_their_base64_text(rows) -> None:
    """The order of base64 text is not that of the bytes: written out here as the protocol's document says it."""
    keys = [TemporaryExposureKey(key, 2_649_600, 144, risk) for key, risk in rows]
    parts = sorted(f"{base64.b64encode(key).decode()}.2649600.144.{risk}" for key, risk in rows)
    if len({key for key, _ in rows}) == len(rows):
        assert tek_mac(keys, SECRET) == hmac.digest(SECRET, ",".join(parts).encode(), "sha256")


def test_text_and_bytes_do_sort_differently() -> None:
    high, low = b"\xfb" * 16, b"\x00" * 16  # "+/v7..." and "AAAA..."
    assert high > low
    assert base64.b64encode(high) < base64.b64encode(low)
    clear = b"+/v7+/v7+/v7+/v7+/v7+w==.5.144.0,AAAAAAAAAAAAAAAAAAAAAA==.5.144.0"
    keys = [TemporaryExposureKey(low, 5), TemporaryExposureKey(high, 5)]
    assert tek_mac(keys, SECRET) == hmac.digest(SECRET, clear, "sha256")


def test_the_hmac_covers_the_text_as_it_was_sent() -> None:
    unpadded = SubmittedKey(FIRST.rstrip("="), 1, 144, 3)
    clear = f"{unpadded.key_base64}.1.144.3".encode()
    assert is_certified([unpadded], SECRET, hmac.digest(SECRET, clear, "sha256"))


@pytest.mark.parametrize(("keys", "secret"), [([], SECRET), (reference_keys(0, 0), SECRET[:15])])
def test_no_keys_and_a_short_hmac_key_are_refused(keys, secret: bytes) -> None:
    with pytest.raises(ProtocolError, match="key HMAC"):
        tek_mac(keys, secret)
