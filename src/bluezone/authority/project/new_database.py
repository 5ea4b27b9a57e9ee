"""Lay a new database at once: what all migrations come to, instead of one after the other."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder


def lay_new_database() -> bool:
    """Make all tables of an empty database and record every migration as applied; return whether it was empty.

    For each of more than a hundred migrations Django renders the models anew, which takes most of the time of a first
    `migrate`. What migrations do to rows, they do to none here. All is one transaction. Django's own `migrate` is to
    follow, for what it does after the last migration.
    """
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    own = recorder.Migration._meta.db_table
    if recorder.applied_migrations() or set(connection.introspection.table_names()) != {own}:
        return False
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    models = executor.loader.project_state().apps.get_models()
    with connection.schema_editor() as editor:
        for model in models:
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
        for migration, _ in plan:
            recorder.record_applied(migration.app_label, migration.name)
    return True
