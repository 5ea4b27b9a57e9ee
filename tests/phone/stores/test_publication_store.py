"""The nonces of a code: one is asked about until its answer is here, one that comes by text message lives as long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.phone_stores import PHONE, open_database
from bluezone.phone.stores.publication_store import LIFE_S, PublicationStore, UserReportStore

NOW = 1_597_752_000.0


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(open_database(PHONE, tmp_path)) as opened:
        yield opened


def test_the_same_code_is_asked_about_with_the_same_nonce(database: Database) -> None:
    store = PublicationStore(database)
    assert store.nonce("12345678", b"salt", b"first", NOW) == b"first"
    assert store.nonce("12345678", b"other", b"second", NOW) == b"first"
    assert store.nonce("87654321", b"salt", b"third", NOW) == b"third"
    assert store.nonce("12345678", b"salt", b"fourth", NOW) == b"fourth"  # one code at a time
    store.forget_nonce()
    assert store.nonce("12345678", b"salt", b"fifth", NOW) == b"fifth"


def test_asked_again_it_is_the_same_nonce_as_long_as_its_code_may_be_used(database: Database) -> None:
    store = UserReportStore(database)
    assert store.begin(b"first", NOW) == b"first"
    assert store.begin(b"second", NOW + 600) == b"first"
    assert store.pending(NOW + 600 + LIFE_S - 1) == b"first"
    assert store.pending(NOW + 600 + LIFE_S) == b""
    assert store.begin(b"third", NOW + 600 + LIFE_S) == b"third"
    store.clear()
    assert store.pending(NOW + 600 + LIFE_S) == b""
