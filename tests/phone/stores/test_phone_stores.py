"""Of a damaged database, what can still be read is saved; the damaged file itself is kept."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bluezone.phone.stores.contact_store import Sighting
from bluezone.phone.stores.encryption import Cipher
from bluezone.phone.stores.phone_stores import (
    CONTACTS,
    PHONE,
    Stores,
    damaged_databases,
    open_healed_stores,
    open_stores,
    replace_damaged,
)
from bluezone.phone.stores.preference_store import Installation
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
NOW_S = 1_597_292_400.0
CIPHER = Cipher(bytes(32), os.urandom)
PAGE = 4_096


def opened(directory: Path, cipher: Cipher = CIPHER) -> Stores:
    return open_healed_stores(directory, EN, os.urandom, cipher, NOW_S)


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[tuple[Path, frozenset[bytes]]]:
    """A folder with contacts, keys and choices, and the keys."""
    with closing(open_stores(tmp_path, EN, os.urandom, CIPHER)) as stores:
        for minute in range(2_000):
            heard = [Sighting(minute.to_bytes(16, "big"), bytes(4), 3, -50, -60, -70)]
            stores.contacts.add_scan(NOW_S - 60 * minute, 60.0, heard)
        for day in range(10):
            stores.keys.key_at(NOW_S - day * 86_400)
        stores.preferences.change(agreed_at_s=NOW_S, commune="34:31471")
        stores.preferences.keep_installation(Installation(bytes(16), registered='["linux", "0", "", ""]'))
        keys = stores.keys.all_keys()
    return tmp_path, keys


def root_page(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as db:
        number: int = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    return number


def spoil(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(b"\xff" * PAGE)


def test_one_damaged_table_costs_that_table_and_nothing_else(lived: tuple[Path, frozenset[bytes]]) -> None:
    directory, keys = lived
    spoil(directory / PHONE, root_page(directory / PHONE, "document"))
    assert damaged_databases(directory) == [PHONE]
    with closing(opened(directory)) as stores:
        assert stores.keys.all_keys() == keys
        choices = stores.preferences.read()
        assert (choices.agreed_at_s, choices.commune) == (NOW_S, "34:31471")
        assert choices.database_set_aside_at_s == NOW_S
        assert stores.preferences.installation() is not None
        assert len(stores.contacts.sightings()) == 2_000
    assert damaged_databases(directory) == []
    aside = directory / f"{PHONE}.damaged-{NOW_S:.0f}"
    assert aside.exists()
    assert aside.stat().st_mode & 0o777 == (directory / PHONE).stat().st_mode & 0o777 == 0o600


def test_of_damaged_contacts_those_before_the_damage_are_saved(lived: tuple[Path, frozenset[bytes]]) -> None:
    directory, keys = lived
    spoil(directory / CONTACTS, (directory / CONTACTS).stat().st_size // PAGE // 2)
    assert damaged_databases(directory) == [CONTACTS]
    with closing(opened(directory)) as stores:
        saved = stores.contacts.sightings()
        assert 200 < len(saved) < 2_000
        assert {int.from_bytes(row, "big") for row in saved.identifiers} <= set(range(2_000))
        assert stores.keys.all_keys() == keys


def test_rows_that_make_no_sense_are_not_saved(lived: tuple[Path, frozenset[bytes]]) -> None:
    """What a damage left may parse and yet be wrong: only what is sound comes into the clean file."""
    directory, keys = lived
    with closing(sqlite3.connect(directory / PHONE)) as db, db:
        db.execute("INSERT INTO daily_key VALUES (x'00112233', 1, 2, 0, 0)")
        db.execute("INSERT INTO preference VALUES ('commune2', '{not json')")
        db.execute("UPDATE preference SET value = 'neither' WHERE name = 'commune'")
        db.execute('UPDATE preference SET value = \'["00", "", "", 1]\' WHERE name = \'installation\'')
    replace_damaged(directory, [PHONE], CIPHER, NOW_S)
    with closing(open_stores(directory, EN, os.urandom, CIPHER)) as stores:
        assert stores.keys.all_keys() == keys
        assert stores.preferences.read().commune == ""
        assert stores.preferences.read().agreed_at_s == NOW_S
        assert stores.preferences.installation() is None


def test_whoever_is_killed_while_saving_finds_the_damage_again(
    lived: tuple[Path, frozenset[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory, keys = lived
    spoil(directory / PHONE, root_page(directory / PHONE, "document"))

    def dies(path: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", dies)
        with pytest.raises(KeyboardInterrupt):
            opened(directory)
    with closing(opened(directory)) as stores:
        assert stores.keys.all_keys() == keys


def test_a_file_of_junk_is_set_aside_and_a_clean_one_begun(lived: tuple[Path, frozenset[bytes]]) -> None:
    directory, _ = lived
    (directory / PHONE).write_bytes(b"junk" * 10_000)
    with closing(opened(directory)) as stores:
        assert stores.keys.all_keys() == frozenset()
        assert stores.preferences.read().database_set_aside_at_s == NOW_S
    assert (directory / f"{PHONE}.damaged-{NOW_S:.0f}").read_bytes() == b"junk" * 10_000


def test_a_lost_key_costs_what_it_encrypted_and_the_choices_stay(lived: tuple[Path, frozenset[bytes]]) -> None:
    directory, _ = lived
    with closing(opened(directory, Cipher(b"2" * 32, os.urandom))) as stores:
        assert stores.keys.all_keys() == frozenset()
        assert (len(stores.contacts.sightings()), stores.contacts.tallies()) == (0, {})
        assert stores.preferences.read().commune == "34:31471"
        installation = stores.preferences.installation()
        assert installation is not None
        assert (installation.replaces, installation.registered) == (bytes(16), "")
        assert installation.id != bytes(16)
