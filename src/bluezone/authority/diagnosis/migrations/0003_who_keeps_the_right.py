"""Give the right to confirm cases to the accounts that have done so, and every case the place of its office.

Before this, whoever could log in could confirm. Who keeps it: accounts without a role, which are made on the server
itself for nothing but cases; the ministry, which gives the right to others; and whoever has opened a case, so that no
health office at work finds its door closed. Heads of units never: a school confirms nothing, and one that did was the
fault. All others ask for it once.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q


def _give(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    user, case = apps.get_model("officers", "User"), apps.get_model("diagnosis", "Case")
    authors = case.objects.filter(created_by__isnull=False).values("created_by")
    keepers = Q(role__in=["", "ministry"]) | Q(pk__in=authors)
    user.objects.filter(keepers).exclude(role="unit-head").update(may_confirm=True)
    for officer in user.objects.filter(pk__in=authors).exclude(place=""):
        case.objects.filter(created_by=officer).update(place=officer.place)


class Migration(migrations.Migration):
    dependencies = [("diagnosis", "0002_right_quota_and_place")]

    operations = [migrations.RunPython(_give, migrations.RunPython.noop)]
