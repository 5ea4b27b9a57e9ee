from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("door", "0002_entries"),
    ]

    operations = [
        migrations.AddField(
            model_name="dooropening",
            name="told_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
