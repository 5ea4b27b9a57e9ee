from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Room on each page for the new version of a row, and a vacuum that keeps up with a table all of which changes daily.
_STORAGE = "ALTER TABLE devices_installation SET (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05)"
_AS_BEFORE = "ALTER TABLE devices_installation RESET (fillfactor, autovacuum_vacuum_scale_factor)"


def on_postgresql(statement: str):
    def run(_: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("devices", "0002_installations")]
    operations = [
        migrations.AlterField("installation", "last_active_on", models.DateField()),
        migrations.RunPython(on_postgresql(_STORAGE), on_postgresql(_AS_BEFORE)),
    ]
