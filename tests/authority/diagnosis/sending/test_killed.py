"""A worker killed (SIGKILL) at every step of sending a list: everybody gets a message, nobody two codes."""

from __future__ import annotations

import json
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from tests.authority.killed_runs import KILLS_ITSELF, Prepared, loaded
from tests.tiers import first

NOON = 1_597_752_000

_PREPARE = """
import datetime as dt
from bluezone.authority.diagnosis.sending import envelope, services
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.authority.site.models import Upload

now = clock.now()
officer = User.objects.create_user("hoa", role="province", place="/63:93/", may_confirm=True)
upload = Upload.objects.create(kind="code list", officer=officer, place="/63:93/", received_at=now, state="stored")
day = dt.date(2020, 8, 17)
rows = [
    services.Row(line, "vi", "", envelope.Content(f"+8491234567{line}", "", "confirmed", None, day))
    for line in range(4)
]
services.queue_list(upload, rows, Issuer(officer=officer), now)
"""

#: one turn of the worker, which kills itself before or after the n-th call of a function
_RUN = (
    """
import os, signal, sys
from bluezone.authority.diagnosis.sending import job, services
from bluezone.authority.messages.sms import ToFile
from bluezone.authority.site import clock

place, when, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
owner, name = {
    "issue": (job, "_issued"),
    "fill": (services, "fill"),
    "hand over": (job, "_hand_over"),
    "send": (ToFile, "__call__"),
    "note": (job, "_note_sent"),
    "never": (job, "_note_sent"),
}[place]
"""
    + KILLS_ITSELF
    + """
job.send_due(clock.now())
"""
)


@pytest.fixture(scope="module")
def prepared(on_sqlite: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    """An authority with a list of four messages that are due."""
    settings = {"BLUEZONE_SMS": "file", "BLUEZONE_PUBLIC_URL": "https://ma.example.vn"}
    with loaded(tmp_path_factory.mktemp("prepared"), on_sqlite.var, NOON, **settings) as prepared:
        assert prepared.run(_PREPARE) == 0
        prepared.keep()
        yield prepared


@pytest.mark.parametrize(
    ("place", "when", "number"),
    first(
        5,
        [
            ("issue", "after", 2),
            ("fill", "after", 2),
            ("hand over", "before", 1),
            ("send", "before", 2),
            ("note", "before", 1),
            ("send", "after", 2),
            ("note", "before", 3),
            ("note", "after", 4),
        ],
    ),
)
def test_after_a_kill_everybody_has_a_message_and_one_code(prepared: Prepared, place: str, when: str, number: int):
    var = prepared.put_back()
    assert prepared.run(_RUN, place, when, str(number), quiet=True) == -signal.SIGKILL
    for later in (40, 120, 300):
        (var / "clock").write_text(str(NOON + later))
        assert prepared.run(_RUN, "never", "before", "0") == 0
    messages: dict[str, set[str]] = {}
    for line in (var / "messages.jsonl").read_text().splitlines():
        message = json.loads(line)
        messages.setdefault(message["to"], set()).add(message["text"])
    assert sorted(messages) == [f"+8491234567{line}" for line in range(4)]
    assert all(len(texts) == 1 for texts in messages.values()), "the same code, where a message came twice"
    with closing(sqlite3.connect(var / "db.sqlite3")) as database:
        counts = [database.execute(f"SELECT count(*) FROM diagnosis_{table}").fetchone()[0]
                  for table in ("case", "onetimecode", "codemessage")]  # fmt: skip
        states = {state for (state,) in database.execute("SELECT state FROM diagnosis_codemessage")}
        issued = {count for (count,) in database.execute("SELECT issued FROM diagnosis_codecount")}
    assert (counts, states, issued) == ([4, 4, 4], {"sent"}, {4})
