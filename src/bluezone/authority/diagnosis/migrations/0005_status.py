"""Give every case a status, by what its diagnosis stands on. Places are there since 0003."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_STATUSES = {
    "confirmed": ("confirmed",),
    "withdrawn": ("negative",),
}


def _set(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    case = apps.get_model("diagnosis", "Case")
    for status, report_types in _STATUSES.items():
        case.objects.filter(report_type__in=report_types).update(status=status)


class Migration(migrations.Migration):
    dependencies = [("diagnosis", "0004_long_codes_and_tries")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="status",
            field=models.CharField(
                choices=[
                    ("suspected", "Suspected"),
                    ("confirmed", "Confirmed"),
                    ("recovered", "Recovered"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="suspected",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="case",
            name="report_type",
            field=models.CharField(
                choices=[
                    ("confirmed", "Confirmed by a test"),
                    ("clinical", "Clinical diagnosis"),
                    ("self", "Reported by the person"),
                    ("negative", "Found negative"),
                    ("suspected", "Not yet: a test's result is awaited"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(model_name="case", index=models.Index(fields=["-created_at"], name="newest_cases")),
        migrations.RunPython(_set, migrations.RunPython.noop),
    ]
