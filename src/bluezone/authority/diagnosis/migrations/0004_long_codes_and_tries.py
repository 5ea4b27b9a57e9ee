from collections import Counter
from typing import Any

from django.db import migrations, models


def count_by_the_hour(apps: Any, schema_editor: object) -> None:  # noqa: ARG001 (how Django calls it)
    """Make one row of the wrong tries of a caller in an hour; the digest of a caller stays that of an address."""
    tries = apps.get_model("diagnosis", "WrongTry")
    counts = Counter((row.scope, int(row.at.timestamp()) // 3_600) for row in tries.objects.iterator())
    newest = {(row.scope, int(row.at.timestamp()) // 3_600): row.at for row in tries.objects.order_by("at")}
    tries.objects.all().delete()
    tries.objects.bulk_create(
        tries(scope=scope, hour=hour, wrong=wrong, accepted=0, at=newest[scope, hour])
        for (scope, hour), wrong in counts.items()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("diagnosis", "0003_who_keeps_the_right"),
    ]

    operations = [
        migrations.RemoveField(model_name="onetimecode", name="tries"),
        migrations.RemoveField(model_name="onetimecode", name="tries_before"),
        migrations.AddField(
            model_name="onetimecode",
            name="long_digest",
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
        migrations.AddField(model_name="onetimecode", name="long_expires_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="onetimecode", name="nonce", field=models.CharField(blank=True, max_length=64)),
        migrations.RemoveIndex(model_name="wrongtry", name="diagnosis_w_caller_e9a71f_idx"),
        migrations.RenameField(model_name="wrongtry", old_name="caller", new_name="scope"),
        migrations.AddField(
            model_name="wrongtry", name="hour", field=models.PositiveIntegerField(default=0), preserve_default=False
        ),
        migrations.AddField(
            model_name="wrongtry", name="wrong", field=models.PositiveIntegerField(default=1), preserve_default=False
        ),
        migrations.AddField(
            model_name="wrongtry", name="accepted", field=models.PositiveIntegerField(default=0), preserve_default=False
        ),
        migrations.RunPython(count_by_the_hour, migrations.RunPython.noop),
        migrations.RemoveField(model_name="wrongtry", name="at"),
        migrations.AlterField(model_name="wrongtry", name="hour", field=models.PositiveIntegerField(db_index=True)),
        migrations.AddConstraint(
            model_name="wrongtry",
            constraint=models.UniqueConstraint(fields=("scope", "hour"), name="one_count_of_tries_a_scope_an_hour"),
        ),
    ]
