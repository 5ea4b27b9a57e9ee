"""Officers decide one registration at the same moment, on SQLite and PostgreSQL: one does, the others are told."""

from __future__ import annotations

import json
from pathlib import Path


def test_one_officer_decides_a_registration_and_the_others_are_told(prepared):
    said = json.loads(prepared.python(Path(__file__).with_name("crowd.py").read_text()))
    assert said == {
        "vendor": "postgresql" if prepared.database_url else "sqlite",
        "outcomes": {"decided": 1, "Somebody has decided this already.": 7},
        "places as decided": True,
        "units as decided": True,
    }
