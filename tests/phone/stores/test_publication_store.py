"""The nonce of a code is kept until its answer is here, and no longer than the answer can come."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from bluezone.phone.stores.databases import open_phone_database
from bluezone.phone.stores.encryption import Cipher
from bluezone.phone.stores.publication_store import PublicationStore
from bluezone.phone.stores.retention import Bounds

NOW = 1_597_752_000.0
DAY = 86_400


@pytest.fixture
def store(tmp_path) -> Iterator[PublicationStore]:
    with closing(open_phone_database(tmp_path)) as database:
        yield PublicationStore(database)


def test_the_same_code_is_asked_about_with_the_same_nonce(store):
    assert store.nonce("12345678", b"salt", b"first", NOW) == b"first"
    assert store.nonce("12345678", b"other", b"second", NOW) == b"first"
    assert store.nonce("87654321", b"salt", b"third", NOW) == b"third"
    assert store.nonce("12345678", b"salt", b"fourth", NOW) == b"fourth"  # one code at a time
    store.forget_nonce()
    assert store.nonce("12345678", b"salt", b"fifth", NOW) == b"fifth"


@pytest.mark.parametrize(("later_s", "kept"), [(DAY - 1, b"first"), (DAY + 1, b"second")])
def test_a_nonce_is_forgotten_when_no_answer_can_come(store, later_s, kept):
    store.nonce("12345678", b"salt", b"first", NOW)
    store.purge(Bounds(NOW + later_s))
    assert store.nonce("12345678", b"salt", b"second", NOW) == kept


def test_a_nonce_is_encrypted(tmp_path):
    with closing(open_phone_database(tmp_path, Cipher(os.urandom(32), os.urandom))) as database:
        assert PublicationStore(database).nonce("12345678", b"salt", b"nonce", NOW) == b"nonce"
        assert b"nonce" not in database.rows("SELECT nonce FROM asked")[0][0]
