"""The nonce of a code that comes by text message lives as long as the code may, and no longer."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from bluezone.phone.stores.databases import open_phone_database
from bluezone.phone.stores.encryption import Cipher
from bluezone.phone.stores.retention import Bounds
from bluezone.phone.stores.user_report_store import LIFE_S, UserReportStore

NOW = 1_597_752_000.0


@pytest.fixture
def store(tmp_path) -> Iterator[UserReportStore]:
    with closing(open_phone_database(tmp_path)) as database:
        yield UserReportStore(database)


def test_asked_again_it_is_the_same_nonce_as_long_as_its_code_may_be_used(store):
    assert store.begin(b"first", NOW) == b"first"
    assert store.begin(b"second", NOW + 600) == b"first"
    assert store.pending(NOW + 600 + LIFE_S - 1) == b"first"
    assert store.pending(NOW + 600 + LIFE_S) == b""
    assert store.begin(b"third", NOW + 600 + LIFE_S) == b"third"


@pytest.mark.parametrize(
    ("later_s", "running_s", "gone"),
    [(LIFE_S - 1, 0, 0), (LIFE_S + 1, 0, 1), (None, LIFE_S - 1, 0), (None, LIFE_S + 1, 1), (-LIFE_S, LIFE_S + 1, 1)],
)
def test_it_is_purged_when_its_code_has_run_out_by_the_date_or_by_the_running_time(store, later_s, running_s, gone):
    store.begin(b"first", NOW)
    assert store.purge(Bounds(None if later_s is None else NOW + later_s, running_s)) == gone
    assert store.database.rows("SELECT count(*) FROM user_report") == [(1 - gone,)]


def test_it_is_forgotten_once_its_code_was_used(store):
    store.begin(b"first", NOW)
    store.clear()
    assert store.pending(NOW) == b""


def test_it_is_encrypted(tmp_path):
    with closing(open_phone_database(tmp_path, Cipher(os.urandom(32), os.urandom))) as database:
        store = UserReportStore(database)
        store.begin(b"a nonce of its own", NOW)
        assert b"a nonce" not in database.rows("SELECT nonce FROM user_report")[0][0]
        assert store.pending(NOW) == b"a nonce of its own"
