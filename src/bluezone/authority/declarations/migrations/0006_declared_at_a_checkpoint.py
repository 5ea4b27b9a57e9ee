from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("declarations", "0005_journeys"),
    ]

    operations = [
        migrations.AlterField(
            model_name="healthdeclaration",
            name="way",
            field=models.CharField(
                choices=[("phone", "by the app"), ("web", "on the web"), ("checkpoint", "at a checkpoint")],
                max_length=10,
            ),
        ),
    ]
