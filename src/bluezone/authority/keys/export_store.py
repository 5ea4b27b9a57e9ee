"""Keep export files where all machines of an installation find them: in a folder, or in a bucket of S3.

A file is put whole or not at all, in either: a folder gets it by a rename, a bucket by one request. Who puts files puts
the index last. What a machine serves from a bucket it fetches once and keeps: files never change under their name, and
only what the index names is fetched, so that nobody makes it ask the bucket for names at will.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from bluezone.authority.site.environment import Environment
from bluezone.authority.site.files import write_atomically

#: how long an index may be cached, by our own answers and a bucket's
INDEX_MAX_AGE_S = 60
INDEX_CACHING = f"public, max-age={INDEX_MAX_AGE_S}"
#: a file never changes under its name, and is gone after 14 days
FILE_CACHING = f"public, max-age={14 * 86_400}, immutable"
#: the name of the bucket in Django's STORAGES
BUCKET = "exports"
INDEX = "index.txt"
#: an index fetched from a bucket is served for so long
_INDEX_LIFE_S = 15.0
#: a file that the index no longer names may still be on its way to a phone
_LEFT_FOR_S = 600.0


class ExportStore(Protocol):
    """Keep files by name: `452/index.txt`, `452/1597752000-1597766400-00001.zip`."""

    def put(self, name: str, data: bytes) -> None:
        """Keep a file, whole or not at all; one of that name is replaced."""

    def read(self, name: str) -> bytes | None:
        """Return a file; None where there is none."""

    def names(self, region: str) -> list[str]:
        """Return the names of a region's files."""

    def delete(self, name: str) -> None:
        """Delete a file; one that is not there is none."""

    def written_at(self, name: str) -> dt.datetime | None:
        """Return when a file was written, by the store's clock; None where there is none."""

    def local_copy(self, name: str) -> Path:
        """Return where on this machine a file can be read; there is nothing where there is no such file."""


class FolderStore:
    """Keep files in a folder, of this machine or shared."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, name: str, data: bytes) -> None:
        write_atomically(self.root / name, data)

    def read(self, name: str) -> bytes | None:
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None

    def names(self, region: str) -> list[str]:
        folder = self.root / region
        return sorted(f"{region}/{path.name}" for path in folder.iterdir()) if folder.is_dir() else []

    def delete(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    def written_at(self, name: str) -> dt.datetime | None:
        try:
            return dt.datetime.fromtimestamp((self.root / name).stat().st_mtime, dt.UTC)
        except FileNotFoundError:
            return None

    def local_copy(self, name: str) -> Path:
        return self.root / name


class BucketStore:
    """Keep files in a storage of django-storages, and copies of what is served in a folder of this machine."""

    def __init__(self, storage: Storage, copies: FolderStore) -> None:
        self.storage, self.copies = storage, copies

    def put(self, name: str, data: bytes) -> None:
        saved = self.storage.save(name, ContentFile(data))
        assert saved == name, f"{name} was kept as {saved}: the storage must overwrite"

    def read(self, name: str) -> bytes | None:
        try:
            with self.storage.open(name, "rb") as file:
                return bytes(file.read())
        except FileNotFoundError:
            return None

    def names(self, region: str) -> list[str]:
        try:
            return sorted(f"{region}/{name}" for name in self.storage.listdir(region)[1])
        except FileNotFoundError:
            return []

    def delete(self, name: str) -> None:
        self.storage.delete(name)
        self.copies.delete(name)

    def written_at(self, name: str) -> dt.datetime | None:
        return self.storage.get_modified_time(name) if self.storage.exists(name) else None

    def local_copy(self, name: str) -> Path:
        path = self.copies.local_copy(name)
        region, _, file_name = name.partition("/")
        index = self._fresh_index(region)
        if file_name != INDEX and name in index and not path.exists() and (data := self.read(name)) is not None:
            self.copies.put(name, data)
        return path

    def _fresh_index(self, region: str) -> set[str]:
        """Return the names in a region's index, fetched again where the copy is old; what left it is deleted here."""
        name = f"{region}/{INDEX}"
        path = self.copies.local_copy(name)
        if not path.exists() or _age_s(path) > _INDEX_LIFE_S:
            text = self.read(name)
            if text is None:
                return set()
            self.copies.put(name, text)
            self._forget(region, text.decode("ascii").split())
        return set(path.read_text("ascii").split())

    def _forget(self, region: str, named: Iterable[str]) -> None:
        for name in set(self.copies.names(region)) - {f"{region}/{INDEX}", *named}:
            path = self.copies.local_copy(name)
            if path.exists() and _age_s(path) > _LEFT_FOR_S:
                self.copies.delete(name)


def _age_s(path: Path) -> float:
    """Return the age of a copy by the clock of this machine's files, whatever a rehearsal's clock says."""
    return abs(time.time() - path.stat().st_mtime)  # noqa: TID251 (beside the file system's time)


def export_store(conf: Environment) -> ExportStore:
    """Return where this installation keeps its export files."""
    folder = FolderStore(conf.exports)
    return BucketStore(storages[BUCKET], folder) if conf.exports_bucket else folder
