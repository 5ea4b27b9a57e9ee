"""The time watched: written with each scan, kept for 14 days, and found again after whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bluezone.phone.stores.contact_store import ContactStore
from bluezone.phone.stores.phone_stores import CONTACTS, open_database, replace_damaged
from bluezone.phone.stores.records import Bounds
from bluezone.phone.stores.timekeeper import Redating
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
NOW = 1_597_276_800.0  # midnight UTC
HOUR, DAY = 3_600.0, 86_400.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ContactStore]:
    with closing(open_database(CONTACTS, tmp_path)) as database:
        yield ContactStore(database, EN)


def again(tmp_path: Path) -> dict[int, float]:
    with closing(open_database(CONTACTS, tmp_path)) as database:
        return ContactStore(database, EN).watched()


def test_every_scan_counts_for_its_hour_though_it_heard_nobody(store: ContactStore) -> None:
    for at_s in (NOW, NOW + 27, NOW + HOUR - 1, NOW + HOUR):
        store.add_scan(at_s, 27.0, [])
    assert store.watched() == {int(NOW): 81.0, int(NOW + HOUR): 27.0}


def test_what_is_written_survives_the_death_of_the_process(store: ContactStore, tmp_path: Path) -> None:
    store.add_scan(NOW, 27.0, [])
    assert again(tmp_path) == {int(NOW): 27.0}  # nothing was closed


def test_an_hour_lived_through_twice_is_no_longer_than_an_hour(store: ContactStore) -> None:
    for _ in range(2):  # the clock was put back
        for second in range(0, 3600, 60):
            store.add_scan(NOW + second, 60.0, [])
    assert store.watched() == {int(NOW): HOUR}


def test_what_is_older_than_14_days_goes_with_the_contacts(store: ContactStore) -> None:
    store.add_scan(NOW, 27.0, [])
    store.add_scan(NOW + 15 * DAY, 27.0, [])
    store.purge(Bounds(None))  # nobody has said what time it is
    assert int(NOW) in store.watched()
    store.purge(Bounds(NOW + 15 * DAY))
    assert store.watched() == {int(NOW + 15 * DAY): 27.0}


def test_hours_of_a_wrong_year_are_dated_anew(store: Any) -> None:
    right_s = NOW - 3_000
    for running_s, at_s in ((1_000.0, right_s + 1_000), (2_000.0, right_s + 2_000 + 365 * DAY)):
        store.database.running_s = lambda running_s=running_s: running_s
        store.add_scan(at_s, 27.0, [])
    store.date_anew(Redating(500, 0, right_s))
    assert sum(store.watched().values()) == 54.0
    assert max(store.watched()) <= right_s + 2_000
    before = store.watched()
    store.date_anew(Redating(500, 0, right_s))
    assert store.watched() == before


def test_a_damaged_database_gives_back_what_can_be_read(store: ContactStore, tmp_path: Path) -> None:
    store.add_scan(NOW, 27.0, [])
    store.database.close()
    replace_damaged(tmp_path, [CONTACTS], None, NOW)
    assert again(tmp_path) == {int(NOW): 27.0}
