"""Reading another authority killed (SIGKILL) at every step: the next run ends where an undisturbed one ends."""

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

NOON = 1_597_752_000

#: writes the files of another authority into `web/`, and adds it as a source
PREPARE = """
import sys
from dataclasses import replace
from pathlib import Path
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from bluezone.protocol.crypto.keys import pem_of
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.authority.federation import services
from bluezone.authority.site import clock
from bluezone.protocol.exports import Export, ExportSigner, build_export
from bluezone.protocol.keys import ReportType, TemporaryExposureKey

web, signer = Path(sys.argv[1]), ExportSigner(SigningKey(ec.generate_private_key(ec.SECP256R1())), "66", "v1")
(web / "66").mkdir(parents=True)
kinds = [ReportType.CONFIRMED_CLINICAL_DIAGNOSIS, ReportType.RECURSIVE, ReportType.UNKNOWN]
keys = [TemporaryExposureKey(bytes([n]) * 16, 2_662_272, report_type=kinds[n % 3]) for n in range(1, 22)]
changed = [replace(key, report_type=ReportType.CONFIRMED_TEST) for key in keys[:15]]
files = [Export("66", 0, 10, 1, 3, tuple(keys[:12])), Export("66", 0, 10, 2, 3, tuple(keys[9:]), tuple(changed))]
for at, export in enumerate(files, start=1):
    (web / f"66/0-10-{at}.zip").write_bytes(build_export(export, [signer]))
(web / "66/0-10-0.zip").write_bytes(b"no zip")
(web / "66/index.txt").write_text("\\n".join(f"66/0-10-{at}.zip" for at in range(3)))
pem = pem_of(signer.private_key.public_key()).encode()
services.add(name="", index_url="https://k.example/66/index.txt", pem=pem, region="66", now=clock.now())
"""

#: reads, and kills itself (no clean-up, no flush) before or after the n-th call of a function
_RUN = (
    """
import os, signal, sys
from pathlib import Path
from bluezone.authority.federation import reading
from bluezone.authority.federation.models import SourceFile
from bluezone.authority.site import clock

web, place, when, number = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
reading.CHUNK = 4

class Folder:
    def get(self, url, limit):
        return (web / url.removeprefix("https://k.example/")).read_bytes()

owner, name = {
    "fetch": (Folder, "get"),
    "open": (reading, "open_export"),
    "insert": (reading.foreign, "insert"),
    "revise": (reading.foreign, "revise"),
    "row": (SourceFile, "save"),
    "never": (reading, "_chunks"),
}[place]
"""
    + KILLS_ITSELF
    + """
reading.read_all(clock.now(), Folder())
"""
)


def state(var: Path) -> dict[str, object]:
    """Return the stored keys, and how far each key file of the source was read."""
    with closing(sqlite3.connect(var / "db.sqlite3")) as database, database:
        select = database.execute
        return {
            "keys": select(
                "SELECT key, source, report_type, revised_report_type, embargoed_until, revised_at"
                " FROM keys_publishedkey ORDER BY key"
            ).fetchall(),
            "files": select(
                "SELECT name, state, position, revised_position, taken, known, revised, refused, trouble, retry_at"
                " FROM federation_sourcefile ORDER BY name"
            ).fetchall(),
        }


@pytest.fixture(scope="module")
def prepared(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """An authority with a source whose files lie in `web/` of its data folder."""
    with loaded(tmp_path_factory.mktemp("prepared"), on_sqlite.var, NOON) as prepared:
        assert prepared.run(PREPARE, str(prepared.var / "web")) == 0
        prepared.keep()
        yield prepared


def read(prepared: Prepared, place: str, when: str, number: int) -> int:
    """Read the source without a log; return the exit status (negative: the signal that ended it)."""
    return prepared.run(_RUN, str(prepared.var / "web"), place, when, str(number), quiet=True)


@pytest.fixture(scope="module")
def undisturbed(prepared: Prepared) -> dict[str, object]:
    assert read(prepared, "never", "", 0) == 0
    return state(prepared.var)


def test_the_undisturbed_run_takes_what_can_be_taken(undisturbed):
    assert len(undisturbed["keys"]) == 14  # a third is of second order
    assert [row[1] for row in undisturbed["files"]] == ["bad", "read", "read"]
    assert [row[4:7] for row in undisturbed["files"][1:]] == [(8, 0, 0), (6, 2, 5)]


@pytest.mark.parametrize(
    ("place", "when", "number"),
    first(
        5,
        [
            ("fetch", "after", 1),  # the index
            ("open", "after", 2),
            ("insert", "before", 1),
            ("revise", "after", 1),
            ("row", "before", 4),  # keys and how far it is stand in one transaction
            ("fetch", "before", 3),  # a file is bad and noted, the next not yet asked for
            ("fetch", "after", 3),
            ("insert", "after", 2),  # rows written, not committed
            ("insert", "after", 5),
            ("revise", "before", 3),
            ("row", "after", 4),
            ("row", "before", 6),  # all keys of a file are there, nothing says so
            ("row", "after", 8),
        ],
    ),
)
def test_a_killed_run_is_finished_by_the_next(prepared, undisturbed, place, when, number):
    var = prepared.put_back()
    assert read(prepared, place, when, number) == -signal.SIGKILL
    assert read(prepared, "never", "", 0) == 0
    assert state(var) == undisturbed
