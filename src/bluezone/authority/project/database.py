"""Lay a new database, and decide before anything is read or written whether this version can use the one there is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from bluezone.authority.errors import AuthorityError
from bluezone.authority.site import lost_database

_AUTHORITY = Path(__file__).parents[1]


def this_schema() -> tuple[str, str]:
    """Return the digest of every migration: what a backup says of the version that wrote it."""
    return _digest("0*.py")


def first_schema() -> tuple[str, str]:
    """Return what the list of applied migrations says of a database that is brought up to date from the same beginning:
    the digest of each app's first migration.

    Before 0.1.0 those were written anew for a change of a model, under the same names.
    """
    return _digest("0001_*.py")


def _digest(names: str) -> tuple[str, str]:
    texts = [path.read_bytes() for path in sorted(_AUTHORITY.glob(f"*/migrations/{names}"))]
    return "bluezone", hashlib.sha256(b"".join(texts)).hexdigest()


def unknown_migrations(applied: Iterable[tuple[str, str]]) -> list[str]:
    """Return the applied migrations of our packages that this version does not have: those of a newer one."""
    packages = {path.parent.name for path in _AUTHORITY.glob("*/migrations")}
    return [
        f"{app} {name}"
        for app, name in sorted(applied)
        if app in packages and not (_AUTHORITY / app / "migrations" / f"{name}.py").exists()
    ]


def is_gone() -> bool:
    """Return whether SQLite's file is not there: to connect would make an empty one, and who is connected writes into
    what nobody can read again."""
    name = str(connection.settings_dict["NAME"])
    # What a URI names is in memory.
    return connection.vendor == "sqlite" and not name.startswith("file:") and not Path(name).exists()


def check_version() -> None:
    """Raise AuthorityError where the database cannot be reached, or was laid by a version with another schema.

    Changes nothing. An installation without a database passes: it gets one from `bluezone authority install`.
    """
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return  # to connect would make an empty file
    try:
        applied = MigrationRecorder(connection).applied_migrations()
    except DatabaseError as error:
        raise _unusable(error) from error
    if applied and first_schema() in applied and (newer := unknown_migrations(applied)):
        raise AuthorityError(
            f"the database was brought up to date by a newer version ({', '.join(newer)}), and none goes back; nothing "
            "was changed: install that version, or restore the backup of before the upgrade with this one"
        )
    if applied and first_schema() not in applied:
        raise AuthorityError(
            "the database was laid by a version before 0.1.0, and none of those is brought up to date; nothing "
            "was changed: use it with the version that made it, or set BLUEZONE_VAR or DATABASE_URL to a new place and "
            "run `bluezone authority install`"
        )


def check_migrated() -> None:
    """Raise AuthorityError, saying what to do, where the database cannot be reached or is not migrated."""
    check_version()
    try:
        executor = MigrationExecutor(connection)
    except DatabaseError as error:
        raise _unusable(error) from error
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        raise AuthorityError(
            f"the database lacks {len(missing)} migrations; run `bluezone authority migrate`, then start again"
        )


def check_working(error: Exception) -> None:
    """Raise AuthorityError where an error is the database's and not the program's (`lost_database`)."""
    if lost_database.is_lost(error):
        raise _unusable(error) from error


def _unusable(error: Exception) -> AuthorityError:
    return AuthorityError(lost_database.one_line(error))


def lay_new_database() -> None:
    """Make all tables where no migration was applied yet, and record every migration, and of which schema they are.

    For each migration Django renders the models anew, which took five of six seconds of a first `migrate`. All is one
    transaction. Django's own `migrate` is to follow, for what it does after the last migration.
    """
    recorder = MigrationRecorder(connection)
    if recorder.applied_migrations():
        return
    recorder.ensure_schema()
    executor = MigrationExecutor(connection)
    with connection.schema_editor() as editor:
        for model in executor.loader.project_state().apps.get_models():
            if model._meta.managed and not model._meta.proxy:
                editor.create_model(model)
        for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes()):
            recorder.record_applied(migration.app_label, migration.name)
        recorder.record_applied(*first_schema())
