from typing import Any

from django.db import migrations, models


def leave_room(_apps: Any, editor: Any) -> None:
    """Let PostgreSQL fill each page by less than half, so that a key that gets a batch finds room on its own."""
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE keys_publishedkey SET (fillfactor = 45)")


class Migration(migrations.Migration):
    dependencies = [
        ("keys", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="publishedkey",
            name="key_awaits_export",
        ),
        migrations.RemoveIndex(
            model_name="publishedkey",
            name="keys_publis_embargo_647c4e_idx",
        ),
        migrations.RemoveIndex(
            model_name="publishedkey",
            name="key_of_a_batch",
        ),
        migrations.AddField(
            model_name="exportbatch",
            name="embargoed_from",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="publishedkey",
            index=models.Index(fields=["region", "embargoed_until"], name="key_by_embargo"),
        ),
        migrations.RunPython(leave_room, migrations.RunPython.noop),
    ]
