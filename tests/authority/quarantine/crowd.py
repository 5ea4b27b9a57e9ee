"""Write in one roster from many threads at once, each with a connection of its own; run by test_at_once.py.

Prints what the roster says in the end, and how many were refused for what.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections import Counter

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from bluezone.authority.quarantine import services  # noqa: E402
from bluezone.authority.quarantine.models import Roster, Row  # noqa: E402
from bluezone.authority.quarantine.numbers import read_number, read_numbers  # noqa: E402
from bluezone.authority.quarantine.places import RosterPlace  # noqa: E402
from bluezone.authority.quarantine.rules import Fact, RosterError  # noqa: E402

DAY = dt.date(2020, 8, 20)
PLACE = RosterPlace("63:31318", "/63:93/63:930/63:31318/", None)
refused: list[str] = []  # a list: to add one to a number is two steps, and threads come in between


def at_once(*acts):
    """Run each act in a thread of its own, all released together."""
    barrier = threading.Barrier(len(acts))

    def run(act):
        try:
            barrier.wait()
            act()
        except RosterError as error:
            refused.append(error.template)
        except Exception as error:  # noqa: BLE001 (the test reads it)
            refused.append(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def note(row, fact):
    return lambda: services.note(Roster.objects.get(), row, fact, value=True, seen=1, today=DAY)


at_once(*[lambda: services.start(PLACE, DAY, DAY)] * 6)
services.arrive(Roster.objects.get(), read_numbers("1", "10"), DAY, hamlet="1")
rows = list(Row.objects.order_by("number_key").values_list("pk", flat=True))
for row in rows:
    at_once(*(note(row, fact) for fact in Fact))
at_once(*[lambda: services.arrive(Roster.objects.get(), [read_number("11")], DAY, hamlet="1")] * 6)
at_once(*(lambda n=n: services.arrive(Roster.objects.get(), [read_number(str(n))], DAY, hamlet="2") for n in range(6)))
roster = Roster.objects.get()
print(
    json.dumps(
        {
            "vendor": connection.vendor,
            "rosters": Roster.objects.count(),
            "present": roster.present,
            "all_facts": Row.objects.filter(has_phone=True, asked=True, has_app=True, helped=True).count(),
            "counts": [roster.with_phone, roster.asked, roster.has_app, roster.helped],
            "refused": Counter(refused),
        }
    )
)
