"""Back up an installation into one file that only the holder of a private key can read, and restore it, whole or not at
all: database, export files, bulletins, secrets and signing keys of one moment.

The file is a tar in the age format (age-encryption.org/v1), which also tells that it was cut short or changed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.db import connection

from bluezone.authority.errors import AuthorityError, JobBusyError
from bluezone.authority.keys import batches, editions
from bluezone.authority.keys.export_store import export_store
from bluezone.authority.project import whole
from bluezone.authority.project.database import this_schema
from bluezone.authority.project.processes import die_with_parent
from bluezone.authority.site import retention
from bluezone.authority.site.configuration import SECRETS
from bluezone.authority.site.files import private_file, sync_directory
from bluezone.authority.site.locks import job_lock
from bluezone.authority.site.models import Installation, JobRun

_FORMAT = 1
_ENDING, _PARTIAL = ".bluezone.age", ".partial"
_STAMP = "%Y%m%dT%H%M%SZ"
#: a large batch takes minutes to write
_PUBLISHING_WAIT_S = 900.0


class BackupError(AuthorityError):
    """Report a backup that cannot be made, read or restored; nothing was changed."""


# --- names and age ----------------------------------------------------------------------------------------------------


def file_name(now: dt.datetime) -> str:
    """Return the name of a backup of this moment in a folder of backups."""
    return now.strftime(_STAMP) + _ENDING


def expired(names: Sequence[str], now: dt.datetime, keep: int, days: int) -> list[str]:
    """Return the backups of a folder to delete: beyond the newest `keep`, and older than `days`; of those that were cut
    short, what is older than a day. The newest stays, and what has no name of ours."""
    moments = {}
    for name in names:
        stamp = name.removeprefix(".").removesuffix(_PARTIAL).removesuffix(_ENDING)
        with contextlib.suppress(ValueError):
            moments[name] = dt.datetime.strptime(stamp, _STAMP).replace(tzinfo=dt.UTC)
    newest_first = sorted((name for name in moments if name.endswith(_ENDING)), reverse=True)
    oldest, day_ago = now - dt.timedelta(days=days), now - dt.timedelta(days=1)
    gone = [name for at, name in enumerate(newest_first) if at and (at >= keep or moments[name] < oldest)]
    return gone + [name for name in moments if name.endswith(_PARTIAL) and moments[name] < day_ago]


# --- encryption -------------------------------------------------------------------------------------------------------


def make_key(path: Path) -> str:
    """Write a new private key for backups, for its owner alone; return its public half."""
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    if private_file(path, f"{identity}\n".encode()).decode().strip() != str(identity):
        raise BackupError(f"{path}: there is a file already; nothing was changed")
    return str(identity.to_public())


def _encrypt(write: Callable[[IO[bytes]], None], recipient: str, out: IO[bytes]) -> None:
    """Encrypt what `write` writes, without a copy of it in clear."""
    import pyrage

    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise BackupError("the recipient is no public key: age1... is meant, as `backup-key` prints it") from error
    with _piped(write) as reader:
        pyrage.encrypt_io(reader, out, [to])


def _decrypt(path: Path, key: Path, take: Callable[[IO[bytes]], None]) -> None:
    """Hand what a backup holds to `take`. Raises BackupError where it is not whole, or not for this key."""
    import pyrage

    unreadable = f"{path}: cut short, changed, or not encrypted to this key; nothing was changed"
    try:
        identity = pyrage.x25519.Identity.from_str(key.read_text("ascii").strip())
    except (pyrage.IdentityError, ValueError) as error:
        raise BackupError(f"{key}: no private key of backups") from error

    def write(pipe: IO[bytes]) -> None:
        with path.open("rb") as file:
            pyrage.decrypt_io(file, pipe, [identity])

    try:
        with _piped(write) as reader:
            take(reader)
            while reader.read(1 << 20):  # to its end: only there it is known to be whole
                pass
    except (pyrage.DecryptError, tarfile.TarError) as error:
        raise BackupError(unreadable) from error
    except OSError as error:  # age's own, of what was changed, has no number
        full = f"{path}: it cannot be unpacked: {error.strerror}; nothing was changed"
        raise BackupError(full if error.errno else unreadable) from error


@contextlib.contextmanager
def _piped(write: Callable[[IO[bytes]], None]) -> Iterator[IO[bytes]]:
    """Give what `write` writes in a thread; raise what it raises."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def run() -> None:
        with os.fdopen(writing, "wb") as pipe:
            try:
                write(pipe)
            except BrokenPipeError:
                pass
            except BaseException as error:  # noqa: BLE001 (raised below)
                failed.append(error)

    thread = threading.Thread(target=run, name="backup")
    thread.start()
    try:
        with os.fdopen(reading, "rb") as reader:
            yield reader
    except Exception:
        thread.join()
        if failed:
            raise failed[0] from None
        raise
    thread.join()
    if failed:
        raise failed[0]


# --- backup -----------------------------------------------------------------------------------------------------------


def backup(target: Path, recipient: str, now: dt.datetime) -> None:
    """Write a backup of this moment, while the server runs. Raises BackupError where the file is there already."""
    row = whole.check(now)
    if target.exists():
        raise BackupError(f"{target}: there is a file already; nothing was changed")
    partial = target.with_name(f".{target.name}{_PARTIAL}")
    try:
        with _no_publishing(), _scratch("backup-") as folder:
            database = folder / "database"
            _copy_database(database)
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                _encrypt(lambda pipe: _write(pipe, row, database, now), recipient, out)
                out.flush()
                os.fsync(out.fileno())
        partial.rename(target)
        sync_directory(target.parent)
    finally:
        partial.unlink(missing_ok=True)


def note_run(at: dt.datetime, *, copied: bool) -> None:
    """Let the database know of a backup, for `health.backup`."""
    JobRun.note("backup", at, None if copied else "written, but not copied elsewhere", succeeded=copied)


@contextlib.contextmanager
def _scratch(prefix: str) -> Iterator[Path]:
    """Give an empty folder beside the data, and delete it; first what a killed run left in one, which is in clear."""
    for left in settings.BLUEZONE.var.glob(f"{prefix}*"):
        shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=settings.BLUEZONE.var, prefix=prefix) as folder:
        yield Path(folder)


@contextlib.contextmanager
def _no_publishing() -> Iterator[None]:
    """Hold back publishing and purging, so that files and database are of one moment."""
    until_s = time.monotonic() + _PUBLISHING_WAIT_S
    while True:
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(job_lock("publish"))
            except JobBusyError:
                if time.monotonic() > until_s:
                    raise
                time.sleep(1.0)
                continue
            yield
            return


def _copy_database(path: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with contextlib.closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
        return
    _postgresql("pg_dump", "--format=custom", "--no-owner", f"--file={path}")


def _postgresql(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on our database, that ends with us: a restore that was killed would go on, and the
    next, which finds the database empty still, would meet its tables."""
    facts = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = os.environ | {variable: str(facts[name]) for variable, name in names.items() if facts[name]}
    try:
        done = subprocess.run(
            [program, *arguments], env=environment, capture_output=True, text=True, check=False,
            preexec_fn=die_with_parent,
        )  # fmt: skip
    except FileNotFoundError:
        raise BackupError(f"`{program}` is not on this machine: install PostgreSQL's client programs") from None
    if done.returncode:
        raise BackupError(f"{program}: {' '.join(done.stderr.split())[:300]}")


def _write(pipe: IO[bytes], row: Installation, database: Path, now: dt.datetime) -> None:
    conf = settings.BLUEZONE
    store = export_store(conf)
    kept = {path.name: path.read_bytes() for path in sorted(conf.secrets_folder.glob("*.pem"))}
    for name in SECRETS:
        kept[name] = getattr(settings, name.upper()).encode()
        if earlier := getattr(settings, f"{name.upper()}_FALLBACKS"):
            kept[f"{name}_fallbacks"] = "\n".join(earlier).encode()
    manifest = {
        "format": _FORMAT,
        "schema": this_schema()[1],
        "engine": connection.vendor,
        "at": now.isoformat(),
        "installation": str(row.pk),
        "fingerprints": row.fingerprints,
        "secrets": {name: _mark(data) for name, data in kept.items()},
    }
    with tarfile.open(fileobj=pipe, mode="w|") as tar:
        _add(tar, "manifest.json", json.dumps(manifest).encode())
        tar.add(database, "database")
        for name, secret in kept.items():
            _add(tar, f"secrets/{name}", secret)
        for region in editions.regions(conf):
            for name in store.names(region):
                if not Path(name).name.startswith(".") and (data := store.read(name)) is not None:
                    _add(tar, f"exports/{name}", data)
        if conf.bulletins.is_dir():
            tar.add(conf.bulletins, "bulletins")


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    about = tarfile.TarInfo(name)
    about.size, about.mode = len(data), 0o600
    tar.addfile(about, io.BytesIO(data))


# --- reading it again -------------------------------------------------------------------------------------------------


def verify(path: Path, key: Path) -> dict[str, Any]:
    """Read a backup to its end, and check that its parts belong together; return what it says of itself."""
    with tempfile.TemporaryDirectory(prefix="bluezone-verify-") as folder:
        return _unpack(path, key, Path(folder))


def _unpack(path: Path, key: Path, folder: Path) -> dict[str, Any]:
    def take(reader: IO[bytes]) -> None:
        with tarfile.open(fileobj=reader, mode="r|") as tar:
            for each in tar:
                _write_out(tar, each, folder)

    _decrypt(path, key, take)
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError) as error:
        raise BackupError(f"{path}: no backup of an installation; nothing was changed") from error
    if (manifest.get("format"), manifest.get("schema")) != (_FORMAT, this_schema()[1]):
        raise BackupError(f"{path}: of another version; restore it with the one that made it; nothing was changed")
    row = Installation(pk=uuid.UUID(manifest["installation"]))
    found = {each.name: each.read_bytes() for each in (folder / "secrets").glob("*")}
    wrong = [name for name, mark in manifest["secrets"].items() if mark != _mark(found.get(name))]
    wrong += sorted(found.keys() - manifest["secrets"].keys())
    for name in SECRETS:
        if whole.fingerprint(name, found.get(name, b"").decode(), row) != manifest["fingerprints"].get(name):
            wrong.append(name)
    if wrong:
        raise BackupError(f"{path}: its {wrong[0]} is not the one that its database knows; nothing was changed")
    if not (folder / "database").is_file():
        raise BackupError(f"{path}: it has no database; nothing was changed")
    return manifest


def _write_out(tar: tarfile.TarFile, about: tarfile.TarInfo, folder: Path) -> None:
    """Write a file of an archive into a folder, for its owner alone. Raises TarError for a path that leads out of it,
    or anything but a file or folder (tarfile's own filters are not in Debian 12's Python 3.11.2)."""
    name = PurePosixPath(about.name)
    if name.is_absolute() or ".." in name.parts or not (about.isreg() or about.isdir()):
        raise tarfile.TarError(f"{about.name}: not a file of a backup")
    target = folder / name
    (target if about.isdir() else target.parent).mkdir(mode=0o700, parents=True, exist_ok=True)
    if (data := tar.extractfile(about)) is not None:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            shutil.copyfileobj(data, out)


def _mark(data: bytes | None) -> str:
    return "" if data is None else hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Restored:
    """Report a restore: what the backup said of itself, and how many keys that were published after it are known again
    from export files that outlived the server."""

    manifest: dict[str, Any]
    keys_from_files: int


def restore(path: Path, key: Path, now: dt.datetime) -> Restored:
    """Put a backup onto an empty machine, take in what export files that are left hold of later, delete what ended
    since, and publish what waited.

    Until the database is in place nothing is installed. It comes with a mark that it is being restored, by which
    nothing is served until all of this is done. One that was cut short is ended by restoring the same backup again.
    """
    conf = settings.BLUEZONE
    conf.var.mkdir(parents=True, exist_ok=True, mode=0o700)
    with job_lock("restore"):
        here = whole.installation()
        is_empty = connection.vendor == "sqlite" or not connection.introspection.table_names()
        if (here is None and not is_empty) or (here is not None and here.restoring is None):
            raise BackupError("an installation is here already: a backup is restored onto an empty machine")
        with _scratch("restore-") as folder:
            manifest = _unpack(path, key, folder)
            at = dt.datetime.fromisoformat(manifest["at"])
            if manifest["engine"] != connection.vendor:
                raise BackupError(f"{path}: its database is {manifest['engine']}, and DATABASE_URL names another kind")
            if here is not None and (str(here.pk), here.restoring) != (manifest["installation"], at):
                whole.check_restored(here)  # says which one
            _put_files(folder)
            if here is None:
                _put_database(folder / "database", at)
        row = whole.check(now, restoring=True)
        taken_in = batches.take_in_files(now)
        retention.purge(now)
        batches.publish_restored(now)
        note_run(at, copied=True)
        row.restoring = None
        row.save(update_fields=["restoring"])
    return Restored(manifest, taken_in)


def _put_database(path: Path, at: dt.datetime) -> None:
    """Put a database in place with the mark that it is being restored: both, or neither."""
    mark = f"UPDATE {Installation._meta.db_table} SET restoring = '{at.isoformat(sep=' ')}'"  # noqa: S608 (a moment)
    if connection.vendor == "sqlite":
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            database.execute(mark.replace("+00:00", ""))  # as Django stores it
        path.chmod(0o600)
        path.rename(connection.settings_dict["NAME"])
        sync_directory(Path(connection.settings_dict["NAME"]).parent)
        return
    script = path.with_name("script.sql")
    _postgresql("pg_restore", "--no-owner", f"--file={script}", str(path))
    _postgresql("psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", f"--file={script}",
                "--command=RESET search_path", f"--command={mark}")  # fmt: skip


def _put_files(folder: Path) -> None:
    conf = settings.BLUEZONE
    for path in sorted((folder / "secrets").iterdir()):
        there = conf.secrets_folder / path.name
        if private_file(there, path.read_bytes()) != path.read_bytes():
            raise BackupError(f"{there}: another secret is here already; nothing of it was changed")
    store = export_store(conf)
    for path in sorted((folder / "exports").rglob("*.zip")):  # an index that is there may name files of later
        store.put(str(path.relative_to(folder / "exports")), path.read_bytes())
    if (folder / "bulletins").is_dir():
        shutil.copytree(folder / "bulletins", conf.bulletins, dirs_exist_ok=True)
