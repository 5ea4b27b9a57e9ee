"""Confirms and refuses one registration of a place by many officers at the same moment; prints as JSON what came of it.
Run by `test_at_once`, against an installation of its own."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import threading
from collections import Counter

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from bluezone.authority.officers.models import User  # noqa: E402
from bluezone.authority.places.models import Entrance, Place, PlaceRegistration  # noqa: E402
from bluezone.authority.places.registrations import services  # noqa: E402
from bluezone.authority.places.registrations.rules import Wish  # noqa: E402
from bluezone.authority.places.rules import PlaceRefusedError  # noqa: E402
from bluezone.authority.units.models import Organisation  # noqa: E402

NOW = dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)
OFFICERS = 8
WISH = Wish(
    within="34:31471", name="Quán cơm Bà Ba", code="", kind=Place.Kind.FOOD, address="12 Trần Hưng Đạo",
    usual_stay_min=40, capacity=60, entrances=("Cổng trước",), owner="Nguyễn Thị Ba", telephone="+84912345678",
)  # fmt: skip


def main() -> None:
    """Let all press at once: every second one refuses."""
    services.register(secrets.token_bytes(16), WISH, NOW, confirmed=True)
    row = PlaceRegistration.objects.get()
    officers = [User.objects.create(username=f"officer {n}", role="commune", place=row.place) for n in range(OFFICERS)]
    barrier = threading.Barrier(OFFICERS)
    outcomes: list[str] = []  # a list: to add one to a number is two steps, and threads come in between

    def press(officer: User, *, refuses: bool) -> None:
        barrier.wait()
        try:
            if refuses:
                services.refuse(row, "Không có ở đây", officer, NOW)
            else:
                services.confirm(row, None, "markets", officer, NOW)
            outcomes.append("decided")
        except PlaceRefusedError as error:
            outcomes.append(str(error))
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=press, args=[each], kwargs={"refuses": n % 2 == 1}) for n, each in enumerate(officers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row.refresh_from_db()
    confirmed = int(row.state == PlaceRegistration.State.CONFIRMED)
    facts = {
        "vendor": connection.vendor,
        "outcomes": Counter(outcomes),
        "places as decided": Place.objects.count() == confirmed == Entrance.objects.count(),
        "units as decided": Organisation.objects.filter(name=WISH.name).count() == confirmed,
    }
    print(json.dumps(facts))


main()
