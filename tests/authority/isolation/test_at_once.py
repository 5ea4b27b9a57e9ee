"""Many officers take the last bed at the same moment, on SQLite and PostgreSQL: one gets it, the others a sentence."""

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


def test_the_last_bed_goes_to_one(migrated):
    vendor, installation = migrated
    environment = installation.environment() | {"DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings"}
    script = Path(__file__).with_name("crowd.py")
    done = subprocess.run(
        [sys.executable, script], env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "vendor": vendor,
        "last bed": {"entered": 1, "bed": 7},
        "one person": {"entered": 1, "person": 7},
        "stays": 3,
        "counted": 2,
    }
