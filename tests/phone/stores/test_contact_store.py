from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import numpy as np
import pytest

from bluezone.phone.stores.contact_store import ContactStore, ScanTally, Sighting
from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.phone_stores import CONTACTS, open_database
from bluezone.phone.stores.records import Bounds
from bluezone.phone.stores.timekeeper import Redating
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
NOW = 1_597_276_800.0
HOUR, DAY = 3600.0, 86400.0


def sighting(number: int, **changes) -> Sighting:
    values = {
        "identifier": number.to_bytes(16, "big"),
        "encrypted_metadata": b"\0\xff\0\x01",
        "readings": 16,
        "strongest_dbm": -50,
        "typical_dbm": -60,
        "weakest_dbm": -127,
    }
    return Sighting(**(values | changes))


def test_what_was_written_is_read_column_by_column(contact_store):
    contact_store.add_scan(
        NOW, 60, [sighting(1), sighting(2, readings=3, strongest_dbm=5, encrypted_metadata=bytes(4))]
    )
    contact_store.add_scan(NOW + 60, 61.5, [sighting(1)])
    seen = contact_store.sightings()
    assert len(seen) == 3
    assert seen.identifiers == [n.to_bytes(16, "big") for n in (1, 2, 1)]
    assert [seen.metadata(row) for row in range(3)] == [b"\0\xff\0\x01", bytes(4), b"\0\xff\0\x01"]
    assert seen.at_s.tolist() == [NOW, NOW, NOW + 60]
    assert seen.since_last_scan_s.tolist() == [60, 60, 61.5]
    assert list(seen.readings) == [16, 3, 16]
    assert seen.strongest_dbm.tolist() == [-50, 5, -50]
    assert seen.typical_dbm.tolist() == [-60, -60, -60]
    assert seen.weakest_dbm.tolist() == [-127, -127, -127]


def test_an_empty_logbook_has_empty_columns(contact_store):
    seen = contact_store.sightings()
    assert len(seen) == 0
    assert (seen.identifiers, seen.encrypted_metadata, seen.readings) == ([], b"", b"")


def test_identifiers_of_zeros_and_of_the_old_scheme_keep_their_length(tmp_path):
    book = ContactStore(open_database(CONTACTS, tmp_path / "old"), scheme_named("bluezone-v1"))
    book.add_scan(NOW, 60, [sighting(1, identifier=bytes(12), encrypted_metadata=b"")])
    assert book.sightings().identifiers == [bytes(12)]
    book.database.close()


def test_more_readings_than_fit_a_byte_are_counted_as_so_many(contact_store):
    contact_store.add_scan(NOW, 60, [sighting(1, readings=4000)])
    assert list(contact_store.sightings().readings) == [255]


def test_a_sighting_takes_about_its_24_bytes(contact_store, tmp_path):
    for minute in range(1000):
        contact_store.add_scan(NOW + 60 * minute, 60, [sighting(number) for number in range(20)])
    contact_store.database.close()
    assert (tmp_path / CONTACTS).stat().st_size < 1.35 * 24 * 20_000


def test_a_day_tells_its_scans_sightings_and_garbage_and_empty_scans_leave_no_row(contact_store):
    contact_store.add_scan(NOW, 60, [sighting(1)], garbage=5)
    contact_store.add_scan(NOW + 60, 60, [], garbage=2, dropped=1)
    contact_store.add_scan(NOW + DAY, 60, [])
    assert contact_store.tallies() == {int(NOW): ScanTally(2, 1, 7, 1), int(NOW + DAY): ScanTally(1, 0, 0, 0)}
    assert len(contact_store.sightings()) == 1


def test_a_logbook_of_another_scheme_is_refused(tmp_path):
    ContactStore(open_database(CONTACTS, tmp_path), EN).database.close()
    other = pytest.raises(StorageError, match="scheme en, not bluezone-v1")
    with closing(open_database(CONTACTS, tmp_path)) as database, other:
        ContactStore(database, scheme_named("bluezone-v1"))


# --- fourteen days --------------------------------------------------------------------------------


def live(contact_store: ContactStore, start_s: float, hours: int) -> None:
    """A phone that runs: a scan and a purge an hour."""
    for hour in range(hours):
        now_s = start_s + hour * HOUR
        contact_store.purge(Bounds(now_s))
        contact_store.add_scan(now_s, 60, [sighting(1)])


def test_after_fourteen_days_a_scan_is_gone_and_not_an_hour_before(contact_store):
    live(contact_store, NOW, 24 * 16)
    now_s = NOW + 24 * 16 * HOUR
    contact_store.purge(Bounds(now_s))
    times = contact_store.sightings().at_s
    assert min(times) == now_s - 14 * DAY
    assert len(times) == 14 * 24
    assert min(contact_store.tallies()) == now_s - 14 * DAY


@pytest.mark.parametrize(
    ("bounds", "left"),
    [
        (Bounds(None, 0), 96),
        (Bounds(None, 14 * DAY), 96),
        (Bounds(None, 14 * DAY + 1), 48),  # what was written at the running time 0
        (Bounds(None, 15 * DAY + 1), 0),
        (Bounds(NOW + 14 * DAY, 0), 96),
        (Bounds(NOW + 15 * DAY, 0), 72),
        (Bounds(NOW + 16 * DAY, 14 * DAY + 1), 48),
    ],
)
def test_a_scan_goes_by_the_confirmed_date_or_by_the_running_time(contact_store, bounds, left):
    live(contact_store, NOW, 48)
    contact_store.database.running_s = lambda: DAY
    live(contact_store, NOW + 48 * HOUR, 48)
    contact_store.purge(bounds)
    assert len(contact_store.sightings()) == left


def test_scans_of_a_wrong_date_are_dated_anew_by_the_running_time(contact_store):
    """1970 at the start, then 2062, then the right date; what was written before this start stays as it is."""
    for running_s, at_s in ((500, NOW - 3 * DAY), (1_000, 60.0), (2_000, NOW + 42 * 365 * DAY), (3_000, NOW)):
        contact_store.database.running_s = lambda running_s=running_s: running_s
        contact_store.add_scan(at_s, 60, [sighting(1)])
    assert contact_store.date_anew(Redating(999, 0, NOW - 3_000)) == 2
    assert contact_store.sightings().at_s.tolist() == [NOW - 3 * DAY, NOW - 2_000, NOW - 1_000, NOW]
    assert contact_store.date_anew(Redating(999, 0, NOW - 3_000)) == 0


def test_hours_make_a_difference_only_while_the_time_was_not_known(contact_store):
    for running_s, at_s in ((1_000, NOW - 10 * HOUR), (2_000, NOW - 10 * HOUR)):
        contact_store.database.running_s = lambda running_s=running_s: running_s
        contact_store.add_scan(at_s, 60, [sighting(1)])
    assert contact_store.date_anew(Redating(900, 1_500, NOW - 2_000)) == 1
    assert contact_store.sightings().at_s.tolist() == [NOW - 1_000, NOW - 10 * HOUR]


def test_a_day_s_counts_go_to_the_day_in_which_they_were_made(contact_store):
    """Of a wrong year and of 1970; a day put right twice is put right once, and a right one stays."""
    for running_s, at_s in (
        (500, NOW - 3 * DAY),  # of an earlier start
        (1_000, NOW + 42 * 365 * DAY),
        (2_000, 60.0),
        (3_000, NOW),
        (2 * DAY, NOW + 2 * DAY - 3_000),
    ):
        contact_store.database.running_s = lambda running_s=running_s: running_s
        contact_store.add_scan(at_s, 60, [sighting(1), sighting(2)], garbage=3)
    whole = {NOW - 3 * DAY: (1, 2, 3), NOW - DAY: (2, 4, 6), NOW: (1, 2, 3), NOW + DAY: (1, 2, 3)}
    for _ in range(2):
        contact_store.date_anew(Redating(999, 2_500, NOW - 3_000))
        found = {day: (tally.scans, tally.sightings, tally.garbage) for day, tally in contact_store.tallies().items()}
        assert found == whole
    assert contact_store.counted_s() == 2 * DAY


# --- killed at any moment -------------------------------------------------------------------------


def test_no_committed_scan_is_lost_to_kill_9_at_any_moment(tmp_path, virtual):
    """A real process, killed by SIGKILL at 40 random moments, its file opened again each time."""
    path = tmp_path / CONTACTS
    ContactStore(open_database(CONTACTS, tmp_path), EN).database.close()

    def write_until_killed(pipe: int) -> None:
        """Scan, purge and read as a phone does, and say so after each commit."""
        book = ContactStore(open_database(CONTACTS, tmp_path), EN)
        number = len(book.sightings())
        while True:
            book.add_scan(NOW + number, 60, [sighting(number)], garbage=1)
            number += 1
            os.write(pipe, b".")
            if number % 50 == 0:
                book.purge(Bounds(NOW + number, number))
            if number % 70 == 0:
                book.sightings()

    rng = np.random.default_rng(9)
    acknowledged = 0
    for _ in range(40):
        acknowledged += len(virtual.kill_child(write_until_killed, rng.uniform(0, 0.03)))
        book = ContactStore(open_database(CONTACTS, tmp_path), EN)
        seen = book.sightings()
        # The last scan may have been committed and not yet acknowledged.
        assert acknowledged <= len(seen) <= acknowledged + 1
        assert [int.from_bytes(row, "big") for row in seen.identifiers] == list(range(len(seen)))
        assert sum(tally.sightings for tally in book.tallies().values()) == len(seen)
        book.database.close()
        with closing(sqlite3.connect(path)) as db, db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        db.close()
        acknowledged = len(seen)
    assert acknowledged > 200


# --- several scans a commit -----------------------------------------------------------------------


def rows(path):
    with closing(sqlite3.connect(path / CONTACTS)) as db:
        return [db.execute(f"SELECT * FROM {table}").fetchall() for table in ("scan", "tally")]


def test_scans_committed_together_are_the_same_rows_as_one_by_one(tmp_path):
    for name, scans in (("each", 1), ("together", 4)):
        store = ContactStore(open_database(CONTACTS, tmp_path / name), EN)
        store.commit_every(scans)
        for number in range(11):  # over midnight, every third without a sighting
            heard = [sighting(one) for one in range(number % 3)]
            store.add_scan(NOW + DAY - 300 + 60 * number, 60, heard, garbage=number, dropped=1)
        store.close()
    assert rows(tmp_path / "each") == rows(tmp_path / "together")
    assert [len(table) for table in rows(tmp_path / "each")] == [7, 2]


def test_what_waits_for_its_commit_is_found_by_who_reads(contact_store):
    contact_store.commit_every(100)
    contact_store.add_scan(NOW, 60, [sighting(1)])
    assert contact_store.tallies() == {int(NOW): ScanTally(1, 1)}
    contact_store.add_scan(NOW + 60, 60, [sighting(2)])
    assert len(contact_store.sightings()) == 2


def test_a_scan_that_could_not_be_committed_is_the_callers_again_and_those_before_it_wait(contact_store, monkeypatch):
    contact_store.commit_every(2)
    contact_store.add_scan(NOW, 60, [sighting(1)])
    with monkeypatch.context() as full:
        full.setattr(contact_store.database, "transaction", lambda: (_ for _ in ()).throw(StorageError("full")))
        with pytest.raises(StorageError):
            contact_store.add_scan(NOW + 60, 60, [sighting(2)])
    contact_store.add_scan(NOW + 60, 60, [sighting(2)])
    assert contact_store.sightings().at_s.tolist() == [NOW, NOW + 60]
