"""Write files that must be whole or absent, and files that only this server's user may read."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def write_atomically(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put `data` at `path` so that a reader, or a machine after a power cut, sees the old file or the new, never part.

    The temporary neighbour's name starts with a dot: no export or index has such a name, so none is ever served.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    _write_durably(partial, data, mode)
    partial.replace(path)
    sync_directory(path.parent)


def _write_durably(path: Path, data: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_directory(path: Path) -> None:
    """Make the names in a directory durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def private_file(path: Path, data: bytes) -> bytes:
    """Create `path` (0600) with `data` unless it is there, and return what it holds then. The first of several
    processes wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    _write_durably(partial, data, 0o600)
    # A hard link appears whole or fails: nobody reads half a secret.
    with contextlib.suppress(FileExistsError):
        os.link(partial, path)
    partial.unlink()
    sync_directory(path.parent)
    return path.read_bytes()
