"""The phone files of each released version are opened, with what is in them, by the stores of today."""

from __future__ import annotations

import os
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from tests.docs.conftest import REPOSITORY

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.phone_stores import NAMES, open_database, open_stores
from bluezone.protocol.schemes import scheme_named

EN = scheme_named("en")
RELEASED = sorted((REPOSITORY / "tests" / "released").glob("*.tar.xz"))


@pytest.fixture(params=RELEASED, ids=lambda path: path.name)
def phones(request, tmp_path) -> Path:
    """The folders of the phones that a version left: p01 was warned, p02 is the patient's."""
    with tarfile.open(request.param) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)  # 3.11.2 has none
        archive.extractall(tmp_path)
    return tmp_path / "phones"


def columns(database: Database) -> set[tuple[str, ...]]:
    """Return what a schema holds, in no order: a step adds a column at the end."""
    tables = [name for (name,) in database.rows("SELECT name FROM sqlite_master WHERE type IN ('table', 'index')")]
    facts = ((name, *row[1:]) for name in tables for row in database.rows(f"PRAGMA table_info({name})"))
    return {*facts, *((name,) for name in tables)}


@pytest.mark.parametrize("name", NAMES)
def test_steps_lead_from_every_released_schema_to_that_of_today(phones, tmp_path, name):
    """Fails where a table was changed without a step in `_STEPS` of phone_stores."""
    with closing(open_database(name, phones / "p01")) as old, closing(open_database(name, tmp_path)) as new:
        assert columns(old) == columns(new)
        assert old.rows("PRAGMA user_version") == new.rows("PRAGMA user_version")


def test_what_a_released_phone_knew_is_still_there(phones):
    with closing(open_stores(phones / "p01", EN, os.urandom)) as warned:
        assert len(warned.exposures.alerts()) == 2
        assert len(warned.contacts.sightings()) > 0
    with closing(open_stores(phones / "p02", EN, os.urandom)) as patient:
        assert len(patient.diary.visits()) == 1
        assert len(patient.keys.all_keys()) == 2
