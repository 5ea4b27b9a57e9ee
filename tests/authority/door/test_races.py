"""Several at once, on both databases: the same taps in many requests, reckoning meanwhile, one visit four times."""

from __future__ import annotations

import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

NOON = 1_597_752_000
_BEGIN = "import django; django.setup(); import json, sys, uuid, datetime as dt\n"
_LINK = """
from bluezone.authority.door import links
from bluezone.authority.site import clock
from bluezone.authority.units import services
from bluezone.geography.units import UnitCode
hotel = services.register(services.Facts("Khách sạn", "hospitality", UnitCode.parse("63:31318")), clock.today())
print(json.dumps([hotel.pk, links.issue(hotel, uuid.uuid4(), clock.now())[0]]))
"""
_RECKON = """
from bluezone.authority.door import taps
for _ in range(10):
    taps.reckon_new()
print(json.dumps(None))
"""
_VISIT = """
from bluezone.authority.door import visits
from bluezone.authority.door.models import DoorDay, Visit
from bluezone.authority.door.rules import App
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
day = DoorDay.objects.get(app="bluezone")
look = visits.Look(day.day, App.BLUEZONE, day.counted, day.counted, None)
seen = visits.Seen(True, Visit.List.TELEPHONE, True, (look,))
lan = User.objects.get(username="lan")
_visit, missed = visits.record(day.organisation, seen, uuid.UUID(sys.argv[1]), lan, day.day)
print(json.dumps(len(missed)))
"""
_LOOK = """
from bluezone.authority.door import taps
from bluezone.authority.door.models import DoorDay, DoorTap, Visit
taps.reckon_new()
days = {row.app: [*row.counted.each, row.standing.unconfirmed.asked] for row in DoorDay.objects.all()}
print(json.dumps({"taps": DoorTap.objects.count(), "days": days, "visits": Visit.objects.count()}))
"""


def python(installation: Any, script: str, *arguments: str) -> Any:
    return json.loads(installation.python(_BEGIN + script, *arguments).splitlines()[-1])


def test_the_same_taps_at_once_count_once_and_one_visit_is_one(running):
    _hotel, secret = python(running, _LINK)
    taps = [
        {"id": secrets.token_hex(16), "at": NOON - place, "kind": kind, "app": app, "post": "gate", "shift": "morning"}
        for place, (app, kind) in enumerate([("bluezone", "had"), ("bluezone", "helped"), ("ncovi", "refused")] * 16)
    ]
    orders = [secrets.SystemRandom().sample(taps, len(taps)) for _ in range(24)]

    def send(order: list[Any]) -> int:
        body = {"v": 1, "link": secret, "sent_at": NOON, "taps": order}
        with running.client() as client:
            return client.post("/door/taps", json=body).status_code

    with ThreadPoolExecutor(10) as pool:
        reckoning = [pool.submit(python, running, _RECKON) for _ in range(2)]
        assert set(pool.map(send, orders)) == {200}
        assert [each.result() for each in reckoning] == [None, None]
    found = python(running, _LOOK)
    assert found["taps"] == 48
    assert found["days"] == {"bluezone": [16, 16, 0, 32], "ncovi": [0, 0, 16, 16]}

    form = "0d6e6c1e-5c7a-4f3a-9a2f-0c8f3f0c5b11"
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: python(running, _VISIT, form), range(4))) == [0, 0, 0, 0]
    found = python(running, _LOOK)
    assert found["visits"] == 1
    assert found["days"]["bluezone"] == [16, 16, 0, 0]
