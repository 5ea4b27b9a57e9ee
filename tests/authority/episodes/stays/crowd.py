"""Enters somebody on the last bed of a site, and the same person at two places, in many threads at the same moment;
prints as JSON what came of it. Run by `test_at_once`, against an installation of its own."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections import Counter
from collections.abc import Callable

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from bluezone.authority.episodes.models import Roster, Stay  # noqa: E402
from bluezone.authority.episodes.stays import services  # noqa: E402
from bluezone.authority.episodes.stays.roster_rules import read_numbers  # noqa: E402
from bluezone.authority.episodes.stays.rules import IsolationError  # noqa: E402
from bluezone.authority.episodes.stays.services import Entry, Spot  # noqa: E402
from bluezone.authority.episodes.words import Role  # noqa: E402
from bluezone.authority.officers.models import User  # noqa: E402
from bluezone.authority.persons import services as persons  # noqa: E402
from bluezone.authority.persons.rules import Identity  # noqa: E402
from bluezone.authority.units import services as units  # noqa: E402
from bluezone.authority.units.services import Facts  # noqa: E402
from bluezone.geography.units import UnitCode  # noqa: E402

DAY = dt.date(2020, 8, 20)
NOW = dt.datetime(2020, 8, 20, 3, tzinfo=dt.UTC)
COMMUNE = "/63:93/63:930/63:31318/"
PEOPLE = 8


def at_once(steps: list[Callable[[], Stay]]) -> Counter[str]:
    """Run steps in threads that start together; count how each ended."""
    barrier = threading.Barrier(len(steps))
    outcomes: list[str] = []  # a list: to add one to a number is two steps, and threads come in between

    def one(step: Callable[[], Stay]) -> None:
        barrier.wait()
        try:
            step()
            outcomes.append("entered")
        except IsolationError as error:
            outcomes.append(error.field)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=[step]) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(outcomes)


def main() -> None:
    """Play both crowds."""
    officer = User.objects.create(username="someone", role="commune", place=COMMUNE)
    site = units.register(Facts("Khu cách ly A", "quarantine", UnitCode.parse("63:31318"), 60), DAY)
    services.add_beds(site, read_numbers("A1, A2"))
    services.enter(Entry(Spot.at(site), Role.F1, DAY), officer, NOW)
    last = at_once([lambda: services.enter(Entry(Spot.at(site), Role.F1, DAY), officer, NOW)] * PEOPLE)
    person = persons.enter(Identity(name="A"), COMMUNE, NOW)
    home = Spot(COMMUNE, address="12 Trần Hưng Đạo")
    twice = at_once([lambda: services.enter(Entry(home, Role.F1, DAY, person=person), officer, NOW)] * PEOPLE)
    print(
        json.dumps(
            {
                "vendor": connection.vendor,
                "last bed": last,
                "one person": twice,
                "stays": Stay.objects.count(),
                "counted": Roster.objects.get(place=site.place, day=DAY).present,
            }
        )
    )


main()
