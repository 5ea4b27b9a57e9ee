from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("signing", "0002_alter_signingkey_purpose"),
    ]

    operations = [
        migrations.AddField(
            model_name="signingkey",
            name="distrusted_at",
            field=models.DateTimeField(null=True),
        ),
    ]
