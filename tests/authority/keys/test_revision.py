"""Revision tokens: opaque, ours alone, and of a length that says little."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.authority.keys import revision
from bluezone.authority.keys.rules import RevisableKey
from bluezone.protocol.intervals import INTERVALS_PER_DAY, interval_number

KEYS = [RevisableKey(bytes([number]) * 16, 2_660_000 + number, 144) for number in range(14)]


def test_a_token_names_its_keys():
    assert revision.decrypt(revision.encrypt(KEYS)) == tuple(KEYS)


def test_tokens_of_one_and_of_thirty_keys_are_equally_long():
    thirty = [RevisableKey(bytes([number]) * 16, 2_660_000, 144) for number in range(30)]
    assert len(revision.encrypt(KEYS[:1])) == len(revision.encrypt(thirty))


def test_a_token_says_nothing_to_others():
    encrypted = base64.b64decode(revision.encrypt(KEYS))
    assert KEYS[3].key not in encrypted
    assert revision.encrypt(KEYS) != revision.encrypt(KEYS)


def test_a_token_altered_anywhere_is_none():
    encrypted = bytearray(base64.b64decode(revision.encrypt(KEYS[:1])))
    for at in range(0, len(encrypted), 7):
        altered = bytearray(encrypted)
        altered[at] ^= 1
        assert revision.decrypt(base64.b64encode(altered).decode()) is None


def test_a_token_of_before_a_rotation_is_still_ours(settings):
    token = revision.encrypt(KEYS)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the new secret"
    assert revision.decrypt(token) == tuple(KEYS)
    settings.SECRET_KEY_FALLBACKS = []
    assert revision.decrypt(token) is None


@given(st.text(max_size=100) | st.binary(max_size=100).map(lambda data: base64.b64encode(data).decode()))
def test_garbage_is_no_token(text):
    assert revision.decrypt(text) is None


def test_a_token_grows_only_so_far():
    many = [RevisableKey(number.to_bytes(16, "big"), 2_660_000, 144) for number in range(500)]
    assert revision.decrypt(revision.encrypt(many)) == tuple(many[-revision.MAX_ROWS :])


@pytest.mark.parametrize(("days_ago", "kept"), [(1, True), (15, True), (17, False)])
def test_old_keys_leave_the_token(now, days_ago, kept):
    start = interval_number(now.timestamp()) - days_ago * INTERVALS_PER_DAY
    assert bool(revision.still_revisable([RevisableKey(b"k" * 16, start, 144)], now.timestamp())) is kept
