"""Many people write in one roster at the same moment, on SQLite and PostgreSQL: nothing is lost, nothing is double."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def migrated(request: Any, tmp_path: Path, installation_at: Any) -> Iterator[tuple[str, Any]]:
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(request.getfixturevalue("own_database")()) if request.param == "postgresql" else ""
        installation = installation_at(tmp_path, url)
        done = installation.run("migrate")
        assert done.returncode == 0, done.stderr
        yield request.param, installation


def test_a_crowd_in_one_roster(migrated):
    vendor, installation = migrated
    environment = installation.environment() | {"DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings"}
    script = Path(__file__).with_name("crowd.py")
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["vendor"] == vendor
    assert said["rosters"] == 1
    assert said["all_facts"] == 10
    assert said["present"] == 10 + 1 + 6
    assert said["counts"] == [10, 10, 10, 10]
    ((why, number),) = said["refused"].items()
    assert (why.split(" is in")[0], number) == ("house {number}", 5)
