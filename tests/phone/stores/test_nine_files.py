"""Folders of version 0.1, which had nine databases: `nine_files.zip` was made by its own code (commit 5fac43c), one
encrypted and one not, with what that code read from them."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bluezone.phone.stores import encryption
from bluezone.phone.stores.contact_store import Sightings
from bluezone.phone.stores.database import StorageError
from bluezone.phone.stores.databases import CONTACTS, NAMES, PHONE
from bluezone.phone.stores.encryption import Cipher, device_cipher
from bluezone.phone.stores.nine_files import OLD_NAMES, take_over
from bluezone.phone.stores.phone_stores import Stores, open_healed_stores, open_stores
from bluezone.protocol.crypto.keys import verifying_key
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
ARCHIVE = Path(__file__).with_name("nine_files.zip")


@pytest.fixture(scope="module")
def archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(ARCHIVE)


@pytest.fixture(scope="module")
def expected(archive: zipfile.ZipFile) -> dict[str, Any]:
    # what was recorded has the column's name of then
    return json.loads(archive.read("expected.json").replace(b'"sealed_metadata"', b'"encrypted_metadata"'))


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encryption, "_keyring", lambda: None)


@pytest.fixture
def folder(archive: zipfile.ZipFile, tmp_path: Path) -> Callable[[str], Path]:
    return lambda kind: extracted(archive, kind, tmp_path)


def extracted(archive: zipfile.ZipFile, kind: str, directory: Path) -> Path:
    """The folder of one kind, its files for the owner only as they were."""
    for name in archive.namelist():
        if name.startswith(f"{kind}/"):
            Path(archive.extract(name, directory)).chmod(0o600)
    return directory / kind


def cipher_of(directory: Path, kind: str) -> Cipher | None:
    return device_cipher(directory, os.urandom) if kind == "encrypted" else None


def opened(directory: Path, kind: str) -> Stores:
    return open_stores(directory, EN, os.urandom, cipher_of(directory, kind))


def plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, frozenset):
        return sorted(plain(one) for one in value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def without_what_came_later(alert: dict[str, Any]) -> dict[str, Any]:
    """Return an alert with what version 0.1 knew of it and of its evidence; what it did not know is unknown."""
    then = without(alert, {"near_minutes": None, "watched_s": None, "second_order": False, "met_at_s": None})
    if alert["evidence"] is None:
        return then
    later = {"dose_range": None, "grade": None, "scans": None, "policy": "", "version": "", "dose_distance_m": None}
    return then | {"evidence": without(alert["evidence"], later)}


def without(facts: dict[str, Any], later: dict[str, Any]) -> dict[str, Any]:
    """Return facts without those that came later, which have these values."""
    assert {name: facts[name] for name in later} == later
    return {name: value for name, value in facts.items() if name not in later}


def choices_of_then(choices: dict[str, Any]) -> dict[str, Any]:
    """Return what version 0.1 knew of the owner's choices; what it did not know has its default."""
    return without(choices, {"sharing": "", "welcome": "", "warnings_counted": False})


def sightings_as_then(seen: Sightings) -> dict[str, Any]:
    """Return sightings as version 0.1 held them: arrays of numbers."""
    return {
        "identifiers": [list(identifier) for identifier in seen.identifiers],
        "encrypted_metadata": [list(seen.metadata(row)) for row in range(len(seen))],
    } | {name: list(getattr(seen, name)) for name in Sightings.__slots__[2:]}


def contents(stores: Stores, expected: dict[str, Any]) -> dict[str, Any]:
    """What the stores hold, as version 0.1 said it."""
    now_s = expected["now_s"]
    trusted = (TrustedKey(verifying_key(expected["public_key_pem"].encode()), "452", "v1"),)
    exposures, keys = stores.exposures, stores.keys
    policy = stores.policies.kept("452", trusted)
    return {
        "sightings": sightings_as_then(stores.contacts.sightings()),
        "tallies": {str(day): plain(tally) for day, tally in stores.contacts.tallies().items()},
        "keys": plain(keys.recent(now_s)),
        "publishable": plain(keys.publishable(now_s)),
        "all_keys": plain(keys.all_keys()),
        "known_exports": plain(exposures.known_exports()),
        "unchecked": exposures.unchecked_exports(),
        "contents": [plain(exposures.export_content(name)) for name in exposures.unchecked_exports()],
        "resting": exposures.resting_exports(now_s),
        "matched": [without(plain(each), {"second_order": False}) for each in exposures.matched_keys()],
        "alerts": [without_what_came_later(plain(alert)) for alert in exposures.alerts(withdrawn=True)],
        "drift": plain(exposures.drift()),
        "attempt": plain(stores.publications.attempt()),
        "revision_token": stores.publications.revision_token(),
        "policy_serial": policy.serial if policy else None,
        "choices": choices_of_then(plain(stores.preferences.read())),
        "news_done_at_s": stores.preferences.done_at_s("news"),
        "news": [[one.item.id, one.first_at_s] for one in stores.news.items("452", trusted, (), now_s + 5)],
        "news_fault": str(stores.news.fault("452", trusted, now_s)),
        "news_mark": plain(stores.news.mark()),
        "installation": plain(stores.installation.read()),
        "number": plain(stores.number.read()),
    }


def assert_taken_over(directory: Path, kind: str, expected: dict[str, Any]) -> None:
    with closing(opened(directory, kind)) as stores:
        found = contents(stores, expected)
    for name, value in expected[kind].items():
        if name == "all_keys":
            value = sorted(value)
        assert found[name] == value, name
    assert not [name for name in OLD_NAMES if (directory / name).exists()]
    for name in NAMES:
        with closing(sqlite3.connect(directory / name)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert (directory / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("kind", ["encrypted", "plain"])
def test_everything_is_there_after_the_first_start_and_the_old_files_are_gone(folder, kind, expected):
    directory = folder(kind)
    assert_taken_over(directory, kind, expected)
    assert_taken_over(directory, kind, expected)  # a second start changes nothing


def test_an_open_folder_is_encrypted_on_the_way(folder, expected):
    directory = folder("plain")
    secret = expected["plain"]["number"]["receipt"].encode()
    assert secret in (directory / "number.sqlite3").read_bytes()
    with closing(open_stores(directory, EN, os.urandom, Cipher(bytes(32), os.urandom))) as stores:
        assert contents(stores, expected)["number"] == expected["plain"]["number"]
    assert secret not in b"".join(path.read_bytes() for path in directory.iterdir())


def test_what_was_still_in_a_write_ahead_log_is_taken_over_too(folder, tmp_path, expected):
    directory = folder("plain")
    with closing(sqlite3.connect(directory / "preferences.sqlite3")) as db:
        db.execute("PRAGMA wal_autocheckpoint = 0")
        with db:
            db.execute("INSERT INTO preference VALUES ('appearance', '\"dark\"')")
        shutil.copytree(directory, tmp_path / "killed")  # as after kill -9: the row is in the log alone
    assert (tmp_path / "killed" / "preferences.sqlite3-wal").stat().st_size
    with closing(opened(tmp_path / "killed", "plain")) as stores:
        assert stores.preferences.read().appearance == "dark"


CHILD = """
import os, sys
from pathlib import Path
from bluezone.phone.stores import encryption
from bluezone.phone.stores.nine_files import take_over
encryption._keyring = lambda: None
directory = Path(sys.argv[1])
cipher = encryption.device_cipher(directory, os.urandom)
os.write(1, b".")
sys.stdin.read(1)
take_over(directory, cipher)
"""


def takes_over(directory: Path) -> subprocess.Popen[bytes]:
    """A process that is about to take over, and waits for a sign."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, directory], stdin=-1, stdout=-1)
    assert child.stdout is not None
    assert child.stdout.read(1) == b"."
    return child


#: takes over the folders that it reads, each in a process of its own that has loaded everything: a new interpreter
#: loads for longer than a takeover lasts. It says the number of each process, and when it has ended; the number stays
#: taken, so that nobody else's process is killed by it.
LOADED = """
import os, sys
from pathlib import Path
from bluezone.phone.stores import encryption
from bluezone.phone.stores.nine_files import take_over
encryption._keyring = lambda: None
for line in sys.stdin:
    directory = Path(line.rstrip("\\n"))
    child = os.fork()
    if not child:
        cipher = encryption.device_cipher(directory, os.urandom)
        os.write(1, b"%d\\n" % os.getpid())
        take_over(directory, cipher)
        os._exit(0)
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    os.write(1, b"ended\\n")
"""


@pytest.fixture
def seconds_of_takeover() -> Iterator[Callable[..., float]]:
    """Has a process take over a folder, and kills it after so long; gives the seconds that it took."""
    with subprocess.Popen([sys.executable, "-c", LOADED], stdin=-1, stdout=-1, text=True) as loaded:
        assert loaded.stdin is not None
        assert loaded.stdout is not None

        def take(directory: Path, killed_after_s: float | None = None) -> float:
            print(directory, file=loaded.stdin, flush=True)
            child = int(loaded.stdout.readline())
            started = time.monotonic()
            if killed_after_s is not None:
                time.sleep(killed_after_s)
                os.kill(child, signal.SIGKILL)
            assert loaded.stdout.readline() == "ended\n"
            return time.monotonic() - started

        yield take


@pytest.mark.slow(10)
def test_a_takeover_that_is_killed_at_any_moment_loses_nothing(archive, tmp_path, expected, seconds_of_takeover):
    """Real processes, killed by SIGKILL; some twice, before the takeover that is let through."""
    rng = np.random.default_rng(3)
    old = extracted(archive, "encrypted", tmp_path)
    shutil.copytree(old, tmp_path / "whole")
    lasts_s = seconds_of_takeover(tmp_path / "whole")
    states = set()
    for turn in range(30):
        directory = tmp_path / f"killed-{turn}"
        shutil.copytree(old, directory)
        for _ in range(1 + turn % 2):
            seconds_of_takeover(directory, killed_after_s=rng.uniform(0, lasts_s))
        states.add(frozenset(path.name for path in directory.glob("*.sqlite3")))
        assert_taken_over(directory, "encrypted", expected)
    assert len(states) > 1, "every process was killed at the same point"


@pytest.mark.parametrize("left", range(1, 8))
def test_a_takeover_that_is_killed_between_two_deletions_is_finished(folder, left, expected, monkeypatch):
    directory = folder("encrypted")
    delete, cipher, deleted = Path.unlink, cipher_of(directory, "encrypted"), 0

    def dies(path: Path, missing_ok: bool = False) -> None:
        nonlocal deleted
        deleted += path.exists()
        if deleted > left:
            raise KeyboardInterrupt
        delete(path, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", dies)
        with pytest.raises(KeyboardInterrupt):
            take_over(directory, cipher)
    assert (directory / PHONE).exists()
    assert_taken_over(directory, "encrypted", expected)


def test_two_programs_that_start_together_take_over_once(folder, expected):
    directory = folder("encrypted")
    children = [takes_over(directory) for _ in range(3)]
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"\n")
        child.stdin.flush()
    assert [child.communicate() and child.returncode for child in children] == [0, 0, 0]
    assert_taken_over(directory, "encrypted", expected)


def test_while_the_earlier_program_still_runs_nothing_is_touched(folder, monkeypatch, expected):
    monkeypatch.setattr("bluezone.phone.stores.nine_files._BUSY_TIMEOUT_S", 0.1)
    directory = folder("plain")
    with closing(sqlite3.connect(directory / "keys.sqlite3")) as running:
        running.execute("PRAGMA journal_mode = WAL")
        running.execute("SELECT count(*) FROM daily_key").fetchone()
        with pytest.raises(StorageError, match="end it first"):
            opened(directory, "plain")
        assert all((directory / name).exists() for name in OLD_NAMES)
        assert not (directory / CONTACTS).exists()
    assert_taken_over(directory, "plain", expected)


def test_of_a_folder_with_a_damaged_file_the_others_are_taken_over_and_the_owner_is_told(folder, expected):
    directory = folder("encrypted")
    (directory / "ledger.sqlite3").write_bytes(b"junk" * 1000)
    with closing(open_healed_stores(directory, EN, os.urandom, cipher_of(directory, "encrypted"), 7.0)) as stores:
        assert stores.exposures.alerts() == []
        assert plain(stores.keys.all_keys()) == sorted(expected["encrypted"]["all_keys"])
        assert stores.preferences.read().database_set_aside_at_s == 7.0
    assert (directory / "ledger.sqlite3.damaged-7").exists()


def test_of_a_folder_whose_key_is_lost_what_is_not_encrypted_is_taken_over(folder, expected):
    directory = folder("encrypted")
    with closing(open_healed_stores(directory, EN, os.urandom, Cipher(bytes(32), os.urandom), 7.0)) as stores:
        assert stores.keys.all_keys() == frozenset()
        assert stores.preferences.read().commune == expected["encrypted"]["choices"]["commune"]
        installation = stores.installation.read()
        assert installation is not None
        assert installation.replaces.hex() == expected["encrypted"]["installation"]["id"]
    assert (directory / "keys.sqlite3.damaged-7").exists()


def test_files_of_the_first_versions_are_taken_over(tmp_path):
    """Matched keys and alerts in columns of their own; a publication that was begun with the owner's yes."""
    for name, script in _FIRST_VERSIONS.items():
        with closing(sqlite3.connect(tmp_path / name)) as db, db:
            db.executescript(script)
    with closing(open_stores(tmp_path, EN, os.urandom)) as stores:
        (found,) = stores.exposures.matched_keys()
        assert (found.key.key, found.key.days_since_onset, found.revised_at_s) == (bytes(range(16)), -2, None)
        (alert,) = stores.exposures.alerts()
        assert (alert.day_start_s, alert.score, alert.correction) == (1_597_276_800, 20.0, None)
        assert alert.evidence is not None
        assert alert.evidence.probability_range == (0.25, 0.75)
        assert stores.exposures.known_exports() == {"a"}
        attempt = stores.publications.attempt()
        assert attempt is not None
        assert (attempt.token, attempt.agreed, attempt.result) == ("token", True, None)
        assert stores.keys.all_keys() == {b"k" * 16}


_CLOCK = "CREATE TABLE clock (one INTEGER PRIMARY KEY CHECK (one = 1), last_s REAL, steady_since_s REAL);"
_FIRST_VERSIONS = {
    "ledger.sqlite3": f"""
CREATE TABLE export (name TEXT PRIMARY KEY, content BLOB, stored_at_s REAL NOT NULL, checked_at_s REAL, keys INTEGER,
    matched INTEGER) WITHOUT ROWID;
CREATE TABLE bad_export (name TEXT PRIMARY KEY, tries INTEGER NOT NULL, retry_at_s REAL NOT NULL,
    error TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE matched_key (key BLOB PRIMARY KEY, start_interval INTEGER NOT NULL, period INTEGER NOT NULL,
    transmission_risk INTEGER NOT NULL, report_type INTEGER NOT NULL, days_since_onset INTEGER,
    revised_at_s REAL) WITHOUT ROWID;
CREATE TABLE alert (id INTEGER PRIMARY KEY, day_start_s INTEGER NOT NULL, policy TEXT NOT NULL,
    policy_version TEXT NOT NULL, score REAL NOT NULL, threshold REAL NOT NULL, evidence TEXT NOT NULL,
    created_at_s REAL NOT NULL, withdrawn_at_s REAL);
CREATE UNIQUE INDEX alert_once ON alert (day_start_s) WHERE withdrawn_at_s IS NULL;
{_CLOCK}
INSERT INTO export VALUES ('a', NULL, 1, 2, 3, 1);
INSERT INTO matched_key VALUES (x'000102030405060708090a0b0c0d0e0f', 2662128, 144, 0, 1, -2, NULL);
INSERT INTO alert VALUES (1, 1597276800, 'en-v1-buckets', '1', 20, 15, '{{"heard_s": 900.0, "attenuation_db": 50.0,
    "probability": 0.5, "probability_range": [0.25, 0.75], "dose_minutes": null}}', 1597280000, NULL);
PRAGMA user_version = 1;
""",
    "publishing.sqlite3": f"""
CREATE TABLE attempt (one INTEGER PRIMARY KEY CHECK (one = 1), salt BLOB NOT NULL, code_hash BLOB NOT NULL,
    token TEXT NOT NULL, started_at_s REAL NOT NULL, keys TEXT, hmac_key BLOB, certificate TEXT,
    sent INTEGER NOT NULL DEFAULT 0);
CREATE TABLE revision (one INTEGER PRIMARY KEY, token TEXT NOT NULL, published_at_s REAL NOT NULL);
{_CLOCK}
INSERT INTO attempt (one, salt, code_hash, token, started_at_s) VALUES (1, x'00', x'00', 'token', 0);
PRAGMA user_version = 1;
""",
    "keys.sqlite3": f"""
CREATE TABLE daily_key (key BLOB PRIMARY KEY, start_s INTEGER NOT NULL, end_s INTEGER NOT NULL);
CREATE TABLE about (scheme TEXT NOT NULL);
{_CLOCK}
INSERT INTO about VALUES ('en');
INSERT INTO daily_key VALUES (CAST('kkkkkkkkkkkkkkkk' AS BLOB), 1597190400, 1597276800);
PRAGMA user_version = 1;
""",
}
