"""A phone's database of version 9, of before second order, with what its own code wrote (`version_9.sql`)."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bluezone.phone.stores import isolation_store, report_store
from bluezone.phone.stores.databases import PHONE
from bluezone.phone.stores.encryption import Cipher
from bluezone.phone.stores.exposure_store import Alert, MatchedKey
from bluezone.phone.stores.phone_stores import Stores, open_stores
from bluezone.protocol.keys import ReportType, TemporaryExposureKey
from bluezone.protocol.schemes import scheme_named
from bluezone.protocol.verification import CertifiedReport

EN = scheme_named("en")
CONTENT = Path(__file__).with_name("version_9.sql")
NOW_S = 1_597_752_000.0
DAY_S = 86_400
KEY = TemporaryExposureKey(bytes(range(16)), 2_662_416, 144, 4, ReportType.CONFIRMED_TEST, -1)
REVOKED = TemporaryExposureKey(bytes(range(16, 32)), 2_662_560, 144, 4, ReportType.REVOKED, None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with closing(sqlite3.connect(tmp_path / PHONE)) as database:
        database.executescript(CONTENT.read_text(encoding="utf-8"))
    (tmp_path / PHONE).chmod(0o600)
    return tmp_path


def tables(path: Path) -> tuple[int, dict[str, set[str]]]:
    """The version, and of every table its columns."""
    with closing(sqlite3.connect(path)) as database:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: {row[1] for row in database.execute(f"PRAGMA table_info({name})")} for name in names}
    return version, {name: columns for name, columns in found.items() if not name.startswith("sqlite_")}


def assert_all_there(stores: Stores) -> None:
    """Return what version 9 stored, without the second order that came later."""
    exposures = stores.exposures
    assert set(exposures.matched_keys()) == {MatchedKey(KEY, None), MatchedKey(REVOKED, NOW_S)}
    standing, gone = sorted(exposures.alerts(withdrawn=True), key=lambda alert: -alert.day_start_s)
    assert isinstance(standing, Alert)
    assert (standing.day_start_s, standing.near_minutes, standing.second_order) == (1_597_622_400, (31, 20, 44), False)
    assert standing.evidence is not None
    assert standing.evidence.probability_range == (0.6, 0.9)
    assert (gone.withdrawn_at_s, gone.second_order) == (NOW_S - 50, False)
    assert exposures.matched_keys(second_order=True) == exposures.alerts(second_order=True, withdrawn=True) == []
    assert exposures.watch_alerts() == []
    assert exposures.unchecked_exports() == ["452/1597712400-00002.zip"]
    assert exposures.export_content("452/1597712400-00002.zip") == b"not read yet"
    assert len(stores.keys.all_keys()) == 2
    assert list(stores.keys.publishable_days(NOW_S).values()) == [True, False]
    assert stores.publications.revision_token() == "revision of version 9"
    waiting = stores.publications.waiting(NOW_S)
    assert waiting is not None
    assert waiting.report is CertifiedReport.CONFIRMED
    (report,) = stores.reports.reports()
    assert (report.message, report.stage) == ("a message that waits", report_store.Stage.WAITING)
    heard = stores.reports.heard()
    assert heard is not None
    assert heard.heard == "cd" * 8
    (declared,) = stores.isolation.declarations()
    assert (declared.stage, declared.urgent) == (isolation_store.Stage.WAITING, True)
    assert stores.isolation.code() == "7K3MQ2X7K3MQ2XAB"
    choices = stores.preferences.read()
    assert (choices.language, choices.commune, choices.sharing) == ("en", "34:31471", "shared")


def test_everything_is_there_and_the_tables_are_those_of_a_new_phone(folder, tmp_path_factory):
    assert tables(folder / PHONE)[0] == 9
    with closing(open_stores(folder, EN, os.urandom)) as stores:
        assert_all_there(stores)
        assert not stores.settings.second_order("452", (), NOW_S)
    new = tmp_path_factory.mktemp("new")
    open_stores(new, EN, os.urandom).close()
    assert tables(folder / PHONE) == tables(new / PHONE)


def test_it_is_encrypted_on_the_way(folder):
    with closing(open_stores(folder, EN, os.urandom, Cipher(bytes(32), os.urandom))) as stores:
        assert_all_there(stores)
    assert b"a message that waits" not in (folder / PHONE).read_bytes()


def test_what_comes_after_stands_beside_what_was_there(folder):
    """A contact's key and a watch, of the same day as the warning of version 9."""
    with closing(open_stores(folder, EN, os.urandom)) as stores:
        (before,) = stores.exposures.alerts()
        contact = TemporaryExposureKey(bytes(16), 2_662_704, 144, 2, ReportType.RECURSIVE, None)
        stores.exposures.mark_checked("452-f2/1.zip", NOW_S, 30, [contact], [], second_order=True)
        watch = Alert(before.day_start_s, "bluezone", "2", 16.0, 15.0, None, NOW_S, second_order=True)
        stores.exposures.change_alerts([watch], [], NOW_S, second_order=True)
    with closing(open_stores(folder, EN, os.urandom)) as stores:
        assert stores.exposures.alerts() == [before]
        assert stores.exposures.alerts(second_order=True) == [watch]
        assert stores.exposures.watch_alerts() == [], "a warning of a case asks for more"
        assert [entry.key for entry in stores.exposures.matched_keys(second_order=True)] == [contact]
        assert len(stores.exposures.matched_keys()) == 2
