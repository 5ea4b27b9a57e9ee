"""Two officers decide on two tables for one order at the same moment, on SQLite and PostgreSQL: one cut stands."""

from __future__ import annotations

import json
from typing import Any

_RACE = """
import django; django.setup()
import datetime as dt, json, threading
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from django.db import connection
from bluezone.authority.campaign.orders import services, target_uploads, tree
from bluezone.authority.campaign.orders.models import Target
from bluezone.authority.campaign.orders.rules import plan
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.authority.site.uploads import pipeline
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import UnitCode
from bluezone.rollout.cascade import Split
from bluezone.rollout.directives import Base, Letter

today, kind = clock.today(), target_uploads.KIND
scope = catalogue.all_units().unit(UnitCode.parse("63:935"), today)
letter = Letter("320/UBND-VX", today, "UBND", scope, Base.POPULATION, Fraction(3, 10), today + dt.timedelta(9), "UBND")
root = tree.territory(scope, Measure.POPULATION, tree.Depth.NOT, today, {})
order = services.give(letter, plan(root, letter.target, Split.BY_PEOPLE), today)
communes = catalogue.all_units().children(scope.code, today)
waiting = []
for name, target in (("phuc", 2_750), ("thao", 2_760)):
    officer = User.objects.create(username=name, role="district", place="/63:93/63:935/")
    rows = "\\n".join(f"{each.code};{target};9000" for each in communes)
    data = f"mã;chỉ tiêu;dân số\\n{rows}".encode()
    upload = pipeline.receive(kind, data, f"{name}.csv", officer, clock.now(), {"directive": order.pk})
    preview = pipeline.look(kind, upload, clock.now())
    waiting.append((officer, upload, pipeline.fingerprint(kind, upload, preview, clock.now())))
together = threading.Barrier(len(waiting))

def decide(each):
    officer, upload, shown = each
    together.wait()
    try:
        return pipeline.decide(kind, upload, officer, clock.now(), shown=shown).added
    except pipeline.UploadError as error:
        return str(error)
    finally:
        connection.close()

with ThreadPoolExecutor(len(waiting)) as pool:
    said = list(pool.map(decide, waiting))
targets = sorted(Target.objects.filter(parent__isnull=False).values_list("installs", flat=True))
states = [type(upload).objects.get(pk=upload.pk).state for _, upload, _ in waiting]
print(json.dumps({"said": said, "targets": targets, "states": states}))
"""


def test_one_of_two_tables_decided_on_at_once_cuts_the_order_and_the_other_waits(prepared: Any) -> None:
    found = json.loads(prepared.python(_RACE).splitlines()[-1])
    (stored,) = [each for each in found["said"] if isinstance(each, int)]
    (refused,) = [each for each in found["said"] if isinstance(each, str)]
    assert stored == len(found["targets"]) == 10
    assert found["targets"] in ([2_750] * 10, [2_760] * 10)
    assert refused == "what is stored has changed since you saw this page: look again, nothing was stored"
    assert sorted(found["states"]) == ["pending", "stored"]
