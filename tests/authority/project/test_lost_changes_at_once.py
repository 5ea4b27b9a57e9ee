"""Two officers store one record at the same moment, on SQLite and PostgreSQL: one does, the other is told."""

from __future__ import annotations

import json
from typing import Any

ROUNDS = 3
_RACE = """
import django; django.setup()
from django.conf import settings
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing has collected any
settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
import json, re, threading
from concurrent.futures import ThreadPoolExecutor
from django.db import connection
from django.test import Client
from django.urls import reverse
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers.models import User
from bluezone.authority.outreach import services as outreach
from bluezone.authority.outreach.models import Hamlet, UnionTask, VisitTeam
from bluezone.authority.persons import services as persons, vault
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity
from bluezone.authority.places.models import Place
from bluezone.authority.site import clock
from bluezone.authority.units import services as units
from bluezone.geography.units import UnitCode

day, ward = clock.today(), ("commune", "/63:93/63:930/63:31318/")
def unit(name, sector): return units.register(units.Facts(name, sector, UnitCode.parse("63:31318"), 300), day)
def field(rows, name): return lambda: str(rows.values_list(name, flat=True).get())

clients = [Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")]
for name, client in zip(("phuc", "thao"), clients):
    user = User.objects.create_user(name, role=ward[0], place=ward[1], may_confirm=True)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
hamlet, market, union = unit("Khu 1", "neighbourhoods"), unit("Chợ 1", "markets"), unit("Đoàn 1", "unions")
outreach.set_households(hamlet, 100)
outreach.save_team(hamlet, "Tổ 0", "1-40", None)
task = {"kind": "drive", "title": "Ra quân 0", "at": None, "due": day}
outreach.save_task(union, task, user, today=day, is_given=True, task=None)
case = Case.objects.create(report_type="confirmed", test_date=day, file_number="HG-0", created_at=clock.now(),
                           place=ward[1], status="confirmed")
person = persons.enter(Identity("Mai 0", 1980, "", "", ""), ward[1], clock.now())
opened = reverse("persons:person", args=[person.pseudonym])
households = reverse("outreach:households", args=[hamlet.code])
spoken = f"{day.day}/{day.month}/{day.year}"
#: page, address, what is sent besides, the field that is changed, its values' form, what is stored of it
records = {
    "place": (reverse("places:place", args=[market.code]), "", {"kind": "1", "usual_stay_min": "60"}, "address",
              "Phường {}", field(Place.objects.all(), "address")),
    "households": (households, reverse("outreach:set-households", args=[hamlet.code]), {}, "households", "1{:02}",
                   field(Hamlet.objects.all(), "households")),
    "team": (reverse("outreach:team", args=[hamlet.code, VisitTeam.objects.get().pk]), "", {"numbers": "1-40"}, "name",
             "Tổ {}", field(VisitTeam.objects.all(), "name")),
    "task": (reverse("outreach:task", args=[UnionTask.objects.get().pk]), "", {"kind": "drive", "due": spoken}, "title",
             "Ra quân {}", field(UnionTask.objects.all(), "title")),
    "case": (reverse("diagnosis:change", args=[case.pk]), "", {"test_date": day.isoformat()}, "file_number", "HG-{}",
             field(Case.objects.all(), "file_number")),
    "unit": (reverse("units:edit", args=[market.code]), "", {"sector": "markets", "within": "63:31318"}, "name",
             "Chợ {}", lambda: type(market).objects.get(pk=market.pk).name),
    "identity": (opened, f"{opened}/change", {"birth_year": "1980"}, "name", "Mai {}",
                 lambda: vault.unseal(Person.objects.get().sealed, person.pseudonym).name),
}

def read_of(client, page, address):
    answer = client.post(page, {"reason": "gọi điện hỏi thăm"}) if address.endswith("/change") else client.get(page)
    for form in re.findall("<form[^>]*>.*?</form>", answer.content.decode(), re.DOTALL):
        found = re.search('name="read" value="(.+?)"', form)
        if found and ("action=" not in form or f'action="{address or page}"' in form):
            return found[1]
    raise LookupError(answer.content.decode())

outcomes, number = [], 0
for name, (page, address, same, changed, shape, stored) in records.items():
    for _ in range(ROUNDS):
        bodies = []
        for client in clients:
            number += 1
            bodies.append(same | {changed: shape.format(number), "read": read_of(client, page, address)})
        together = threading.Barrier(len(clients))

        def send(client, body):
            together.wait()
            try:
                return client.post(address or page, body).status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(len(clients)) as pool:
            said = list(pool.map(send, clients, bodies))
        kept = [body[changed] for body, status in zip(bodies, said) if status == 302]
        outcomes.append([name, sorted(said), kept == [stored()]])
print(json.dumps(outcomes))
"""


def test_of_two_who_store_a_record_at_once_one_does_and_the_other_is_told(prepared: Any) -> None:
    found = json.loads(prepared.python(_RACE.replace("ROUNDS", str(ROUNDS))).splitlines()[-1])
    assert len(found) == 7 * ROUNDS
    assert [each for each in found if each[1:] != [[302, 400], True]] == []
