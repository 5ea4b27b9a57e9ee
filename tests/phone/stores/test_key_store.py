from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.key_store import KeyStore
from bluezone.phone.stores.phone_stores import PHONE, open_database
from bluezone.phone.stores.records import Bounds
from bluezone.protocol.bluezone_v1 import day_key_after
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import scheme_named

EN, V1 = scheme_named("en"), scheme_named("bluezone-v1")
DAY0 = 1_597_276_800
HOUR, DAY = 3600, 86400


@pytest.fixture
def store(tmp_path, virtual):
    keys = KeyStore(open_database(PHONE, tmp_path), EN, virtual.entropy(1))
    yield keys
    keys.database.close()


def test_a_day_has_one_key_and_the_next_another(store):
    first = store.key_at(DAY0 + 5 * HOUR)
    assert (first.start_s, first.end_s) == (DAY0, DAY0 + DAY)
    assert store.key_at(DAY0 + DAY - 1) == first
    second = store.key_at(DAY0 + DAY)
    assert (second.start_s, second.end_s) == (DAY0 + DAY, DAY0 + 2 * DAY)
    assert second.key != first.key


def test_a_key_is_the_same_after_a_restart(tmp_path, virtual, store):
    first = store.key_at(DAY0)
    again = KeyStore(open_database(PHONE, tmp_path), EN, virtual.entropy(2))
    assert again.key_at(DAY0 + HOUR) == first
    again.database.close()


def test_a_clock_set_back_finds_the_key_of_that_day_again(store):
    keys = [store.key_at(DAY0 + DAY * day) for day in range(3)]
    store.key_at(DAY0 + 300 * DAY)
    assert [store.key_at(DAY0 + DAY * day + 77) for day in range(3)] == keys


def test_a_key_ended_early_leaves_the_rest_of_its_day_to_a_new_one(store):
    first = store.key_at(DAY0 + HOUR)
    store.end_key_at(DAY0 + 10 * HOUR + 61)
    cut = DAY0 + 10 * HOUR + 600
    assert store.key_at(DAY0 + 10 * HOUR + 599) == DailyKey(first.key, DAY0, cut)
    rest = store.key_at(cut)
    assert (rest.start_s, rest.end_s) == (cut, DAY0 + DAY)
    assert rest.key != first.key
    assert store.recent(cut) == [DailyKey(first.key, DAY0, cut), rest]


def test_a_key_ended_twice_in_one_interval_ends_once(store):
    store.key_at(DAY0)
    store.end_key_at(DAY0 + 61)
    store.end_key_at(DAY0 + 599)
    assert [(key.start_s, key.end_s) for key in store.recent(DAY0 + 599)] == [(DAY0, DAY0 + 600)]


def test_a_key_in_its_last_interval_is_not_shortened(store):
    store.key_at(DAY0)
    store.end_key_at(DAY0 + DAY - 5)
    assert store.recent(DAY0 + DAY - 5)[0].end_s == DAY0 + DAY


def test_in_the_last_minutes_of_a_published_key_another_is_sent_and_stored(store):
    now_s = DAY0 + 46_817.0  # 17 s into an interval
    ended = store.key_at(now_s)
    store.end_key_at(now_s)
    store.mark_published([ended.key])
    sent = store.key_at(now_s + 20)
    assert sent.key != ended.key
    assert store.trouble == ""
    assert store.key_at(now_s + 40) == sent
    assert {key.key for key in store.recent(now_s)} == {ended.key, sent.key}


def test_recent_keys_are_those_of_the_last_fourteen_days(store):
    for day in range(20):
        store.key_at(DAY0 + DAY * day)
    now = DAY0 + 19 * DAY + HOUR
    starts = [(key.start_s - DAY0) // DAY for key in store.recent(now)]
    assert starts == list(range(5, 20))  # fourteen days back from today reach into a fifteenth


def test_keys_are_purged_after_fourteen_days(store):
    for hour in range(24 * 20):
        now = DAY0 + HOUR * hour
        store.purge(Bounds(now))
        store.key_at(now)
    assert min(key.end_s for key in store.recent(now)) > now - 14 * DAY
    assert len(store.all_keys()) == 15


def test_no_key_goes_by_a_date_that_nothing_confirms_but_by_the_running_time(store):
    for hour in range(72):
        store.key_at(DAY0 + HOUR * hour)
    before = store.all_keys()
    for running_s in (0, 14 * DAY, 15 * DAY):
        store.purge(Bounds(None, running_s))
        store.purge(Bounds(DAY0 + 3 * DAY, running_s))
    assert store.all_keys() == before
    assert store.purge(Bounds(None, 15 * DAY + 1)) == len(before)


def test_the_old_scheme_walks_its_chain(tmp_path, virtual):
    store = KeyStore(open_database(PHONE, tmp_path / "v1"), V1, virtual.entropy(1))
    first = store.key_at(DAY0)
    assert store.key_at(DAY0 + 3 * DAY).key == day_key_after(first.key, 3)
    store.database.close()
    other = pytest.raises(StorageError, match="scheme bluezone-v1, not en")
    with closing(open_database(PHONE, tmp_path / "v1")) as database, other:
        KeyStore(database, EN, virtual.entropy(1))


def test_a_key_once_used_survives_kill_9(tmp_path, virtual):
    """The child says each key as soon as it has it; none that was said may be missing afterwards."""
    path = tmp_path / PHONE
    rng = np.random.default_rng(4)
    said: list[bytes] = []
    for turn in range(20):

        def use_keys(pipe: int, turn: int = turn) -> None:
            store = KeyStore(open_database(PHONE, tmp_path), EN, os.urandom)
            for day in range(1000 * turn, 1000 * turn + 1000):
                os.write(pipe, store.key_at(DAY0 + DAY * day).key)

        data = virtual.kill_child(use_keys, rng.uniform(0, 0.02))
        said += [data[at : at + 16] for at in range(0, len(data) - len(data) % 16, 16)]
        store = KeyStore(open_database(PHONE, tmp_path), EN, os.urandom)
        assert set(said) <= store.all_keys()
        store.database.close()
    with closing(sqlite3.connect(path)) as db, db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()
    assert len(said) > 40
