"""A publish run killed (SIGKILL) at every step: the next run ends where an undisturbed one ends."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.authority.killed_runs import KILLS_ITSELF, Prepared, loaded
from tests.tiers import first

from bluezone.protocol.exports import read_export

NOON = 1_597_752_000

_PREPARE = """
import datetime as dt, secrets
from bluezone.authority.site import clock
from bluezone.authority.signing import services as signing
from bluezone.authority.keys.batches import publish
from bluezone.authority.keys.models import PublishedKey

now = clock.now()
signing.ensure(now - dt.timedelta(days=1))
publish(now - dt.timedelta(hours=4))
PublishedKey.objects.bulk_create(
    PublishedKey(
        key=secrets.token_bytes(16), rolling_start_interval=2_662_000, rolling_period=144, transmission_risk=2,
        report_type=1, days_since_onset=0, region="452", upload_digest="",
        embargoed_until=now - dt.timedelta(hours=hours),
    )
    for hours in (1, 2, 3) for _ in range(4)
)
"""

#: runs `publish`, and kills itself (no clean-up, no flush) before or after the n-th call of a function
_RUN = (
    """
import os, signal, sys
from bluezone.authority.site import clock, files
from bluezone.authority.keys import batches
from bluezone.authority.keys.models import ExportFile

place, when, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
owner, name = {
    "open": (batches, "_open"),
    "write": (files, "_write_durably"),
    "name": (files, "sync_directory"),
    "rows": (ExportFile.objects, "bulk_create"),
    "finish": (batches, "_finish"),
    "index": (batches, "write_index"),
    "never": (batches, "last_end"),
}[place]
"""
    + KILLS_ITSELF
    + """
batches.publish(clock.now())
"""
)


def state(var: Path) -> dict[str, object]:
    """What a phone or an officer could see: files and how many keys each has, the index, the rows; real keys by value.

    (Made-up keys are drawn anew where the batch was not open yet. Files must hold what the rows say, those included.)
    """
    folder = var / "exports" / "452"
    files = {path.name: read_export(path.read_bytes()).export.keys for path in folder.glob("*.zip")}
    with closing(sqlite3.connect(var / "db.sqlite3")) as database, database:
        select = database.execute
        rows = {
            "batches": select("SELECT start_at, end_at, state FROM keys_exportbatch ORDER BY end_at").fetchall(),
            "files": select("SELECT path, key_count FROM keys_exportfile ORDER BY path").fetchall(),
            "keys": select(
                "SELECT key, end_at FROM keys_publishedkey JOIN keys_exportbatch AS b ON b.id = batch_id"
                " WHERE NOT made_up ORDER BY key"
            ).fetchall(),
        }
        stored = [key for (key,) in select("SELECT key FROM keys_publishedkey ORDER BY key")]
    assert sorted(key.key for keys in files.values() for key in keys) == stored
    return rows | {
        "sizes": {name: len(keys) for name, keys in files.items()},
        "index": (folder / "index.txt").read_text(),
    }


@pytest.fixture(scope="module")
def prepared(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """An authority with small export files and twelve keys that are due."""
    sizes = {"BLUEZONE_EXPORT_MIN_KEYS": "20", "BLUEZONE_EXPORT_JITTER_KEYS": "0", "BLUEZONE_EXPORT_MAX_KEYS": "8"}
    with loaded(tmp_path_factory.mktemp("prepared"), on_sqlite.var, NOON, **sizes) as prepared:
        assert prepared.run(_PREPARE) == 0
        prepared.keep()
        yield prepared


@pytest.fixture(scope="module")
def undisturbed(prepared: Prepared) -> dict[str, object]:
    assert prepared.run(_RUN, "never", "", "0") == 0
    return state(prepared.var)


def test_the_undisturbed_run_writes_three_files_of_twenty_keys(undisturbed):
    assert sorted(undisturbed["sizes"].values()) == [4, 8, 8]
    assert len(undisturbed["keys"]) == 12
    assert undisturbed["index"].count(".zip") == 3


@pytest.mark.parametrize(
    ("place", "when", "number"),
    first(
        6,
        [
            ("open", "before", 1),
            ("finish", "before", 1),  # the batch is open, no file yet
            ("write", "after", 1),  # a whole file under its temporary name
            ("name", "before", 1),  # the first file is there, the second is not
            ("rows", "before", 1),
            ("index", "before", 1),
            ("name", "after", 3),  # all are there, no row says so
            ("rows", "after", 1),  # rows written, not committed
            ("finish", "after", 1),  # closed, but not in the index
            ("write", "after", 4),  # the new index under its temporary name
            ("index", "after", 1),
        ],
    ),
)
def test_a_killed_run_is_finished_by_the_next(prepared, undisturbed, place, when, number):
    var = prepared.put_back()
    assert prepared.run(_RUN, place, when, str(number)) == -signal.SIGKILL
    listed = (var / "exports" / "452" / "index.txt").read_text().split()
    assert all((var / "exports" / name).exists() for name in listed)  # never a name without its file
    assert prepared.run(_RUN, "never", "", "0") == 0
    assert state(var) == undisturbed
