from typing import Any

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Concat


def lay(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001 (Django's signature)
    """Write the line of units that lie in no other: their own code."""
    organisations = apps.get_model("units", "Organisation").objects.filter(line="", parent=None)
    organisations.update(line=Concat(Value("/"), F("code"), Value("/")))


class Migration(migrations.Migration):
    dependencies = [
        ("units", "0003_units_contain_units"),
    ]

    operations = [
        migrations.RunPython(lay, migrations.RunPython.noop),
    ]
