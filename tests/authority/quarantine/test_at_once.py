"""Many people write in one roster at the same moment, on SQLite and PostgreSQL: nothing is lost, nothing is double."""

from __future__ import annotations

import json
from pathlib import Path


def test_a_crowd_in_one_roster(prepared):
    vendor = "postgresql" if prepared.database_url else "sqlite"
    said = json.loads(prepared.python(Path(__file__).with_name("crowd.py").read_text()))
    assert said["vendor"] == vendor
    assert said["rosters"] == 1
    assert said["all_facts"] == 10
    assert said["present"] == 10 + 1 + 6
    assert said["counts"] == [10, 10, 10, 10]
    ((why, number),) = said["refused"].items()
    assert (why.split(" is in")[0], number) == ("house {number}", 5)
