"""Lay the rows of a released database under the migrations that made their tables: `python lay.py FILE.json.gz`.

Which database: as every command of the authority, by BLUEZONE_VAR and DATABASE_URL. It must be empty.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from pathlib import Path
from typing import Any

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bluezone.authority.project.settings"
    django.setup()
    from django.core.management.color import no_style
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    released = json.loads(gzip.decompress(Path(sys.argv[1]).read_bytes()))
    executor = MigrationExecutor(connection)
    apps = executor.migrate([tuple(each) for each in released["migrations"]]).apps
    models = {label: apps.get_model(label) for label in released["rows"]}
    with transaction.atomic():  # foreign keys are checked at its end
        for label, rows in released["rows"].items():
            models[label]._base_manager.bulk_create([_row(models[label], values) for values in rows], batch_size=100)
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models.values())):
            cursor.execute(statement)


def _row(model: Any, values: dict[str, Any]) -> Any:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: _value(fields[name], text) for name, text in values.items()})


def _value(field: Any, text: Any) -> Any:
    return None if text is None else (getattr(field, "target_field", None) or field).to_python(text)


if __name__ == "__main__":
    main()
