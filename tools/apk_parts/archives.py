"""Write zip archives that are the same byte for byte wherever and whenever they are written."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

#: the earliest time that a zip archive can hold
_STAMP = (1980, 1, 1, 0, 0, 0)
#: header id of a field that only fills up to an alignment, as apksigner and zipalign write it
_ALIGNMENT_FIELD = 0xD935
_LOCAL_HEADER_BYTES = 30


class Entry(NamedTuple):
    """Hold a file of an archive. `stored`: as it is, not compressed, so that Android maps it into memory."""

    name: str
    data: bytes
    stored: bool = False


def write(path: Path, entries: Iterable[Entry], align: int = 1) -> None:
    """Write entries in order of their names; the data of stored ones begins at a multiple of `align` bytes."""
    with zipfile.ZipFile(path, "w") as archive:
        for entry in sorted(entries):
            info = zipfile.ZipInfo(entry.name, _STAMP)
            info.create_system, info.external_attr = 3, 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if entry.stored else zipfile.ZIP_DEFLATED
            if entry.stored and align > 1:
                assert archive.fp is not None
                info.extra = _filling(archive.fp.tell() + _LOCAL_HEADER_BYTES + len(entry.name.encode()), align)
            archive.writestr(info, entry.data, compresslevel=9)


def _filling(start: int, align: int) -> bytes:
    least = start + 6  # id, size and alignment
    padding = -least % align
    return struct.pack("<HHH", _ALIGNMENT_FIELD, 2 + padding, align) + bytes(padding)


def read(path: Path) -> Iterator[Entry]:
    """Yield the files of an archive."""
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.is_dir():
                yield Entry(info.filename, archive.read(info), info.compress_type == zipfile.ZIP_STORED)


def of_folder(folder: Path) -> Iterator[Entry]:
    """Yield the files of a folder, by their path in it."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield Entry(path.relative_to(folder).as_posix(), path.read_bytes())
