from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("declarations", "0006_declared_at_a_checkpoint"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="healthdeclaration",
            index=models.Index(
                condition=models.Q(
                    ("answered_at__isnull", False), ("level__gt", 0), models.Q(("state", "withdrawn"), _negated=True)
                ),
                fields=["place", "received_at", "answered_at"],
                name="declarations_answered",
                opclasses=["varchar_pattern_ops", "timestamptz_ops", "timestamptz_ops"],
            ),
        ),
    ]
