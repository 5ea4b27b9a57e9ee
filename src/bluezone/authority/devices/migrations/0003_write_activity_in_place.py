from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Room on each page for the new version of a row, and a vacuum that keeps up with a table all of which changes daily.
_STORAGE = "ALTER TABLE devices_installation SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05)"
_AS_BEFORE = "ALTER TABLE devices_installation RESET (fillfactor, autovacuum_vacuum_scale_factor)"
# Django adds to a text key a second index, for LIKE: of 30 million digests it is 2.7 GB that nobody asks.
_PATTERN_INDEX = "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'devices_installation_digest_%_like'"


def lighten(_: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_PATTERN_INDEX)
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(_STORAGE)


def undo(_: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_AS_BEFORE)


class Migration(migrations.Migration):
    dependencies = [("devices", "0002_installations")]
    operations = [
        migrations.AlterField("installation", "last_active_on", models.DateField()),
        migrations.RunPython(lighten, undo),
    ]
