"""Many officers take the last bed at the same moment, on SQLite and PostgreSQL: one gets it, the others a sentence."""

from __future__ import annotations

import json
from pathlib import Path


def test_the_last_bed_goes_to_one(prepared):
    vendor = "postgresql" if prepared.database_url else "sqlite"
    said = json.loads(prepared.python(Path(__file__).with_name("crowd.py").read_text()))
    assert said == {
        "vendor": vendor,
        "last bed": {"entered": 1, "bed": 7},
        "one person": {"entered": 1, "person": 7},
        "stays": 3,
        "counted": 2,
    }
