"""Bound a packed file before it is opened: how much it unpacks to, how many cells, rows, sheets, merged cells.

A workbook of 543 kB may unpack to 118 MB. Its parts are unpacked in small pieces and counted, never held; what a piece
claims in the archive's directory is not believed.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat

from bluezone.errors import N_
from bluezone.rollout.reading.errors import DAMAGED, TableError

#: a file, packed
MAX_BYTES = 20_000_000
#: and unpacked: all parts together
MAX_UNPACKED = 60_000_000
MAX_SHEETS = 60
MAX_CELLS = 400_000
MAX_ROWS = 100_000
MAX_MERGED_CELLS = 300_000
#: the parts of an archive: a workbook has a few dozen
MAX_PARTS = 2_000
_PIECE = 1 << 16
_OVERLAP = 64
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


@dataclass(frozen=True, slots=True)
class Load:
    """Tell how much a packed file holds: `unpacked` bytes, `cells` written in all sheets."""

    unpacked: int
    cells: int


def measure(data: bytes) -> Load:
    """Return how much a zip archive (.xlsx, .ods) holds. Raises TableError for more than is read.

    Takes as long as unpacking up to the bound does: less than half a second.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_PARTS:
                raise TableError(N_("the spreadsheet has {count} parts: it is no table"), count=len(entries))
            if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
                raise _too_large()
            return _measured(archive, entries)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError):
        raise TableError(DAMAGED) from None


def _measured(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Load:
    unpacked = cells = merged = sheets = 0
    for entry in entries:
        name = entry.filename.lower()
        is_sheet = "worksheets/sheet" in name and name.endswith(".xml")
        sheets += is_sheet
        if sheets > MAX_SHEETS:
            raise TableError(N_("the workbook has more than {limit} sheets"), limit=MAX_SHEETS)
        prologue = Prologue()
        for piece, fresh in _pieces(archive, entry):
            unpacked += fresh
            if unpacked > MAX_UNPACKED:
                raise _too_large()
            prologue.read(piece)
            if is_sheet:
                cells += len(re.findall(rb"<c[ >/]", piece))
                merged += sum(_size(match) for match in _MERGE.finditer(piece))
            if cells > MAX_CELLS:
                raise TableError(
                    N_("the workbook has more than {limit} cells: save the one table you report in a file of its own"),
                    limit=MAX_CELLS,
                )
            if merged > MAX_MERGED_CELLS:
                raise TableError(
                    N_("merged cells of the workbook cover more than {limit} cells: take the merging off"),
                    limit=MAX_MERGED_CELLS,
                )
    return Load(unpacked, cells)


class Prologue:
    """Refuse XML that declares a document type, the only place to define entities, before anything parses the rest.

    Office programs declare none. Whatever its name and encoding, a part is read up to its first element; what is no XML
    is not looked at.
    """

    def __init__(self) -> None:
        self._over = False
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._end

    def read(self, piece: bytes) -> None:
        """Read on. Raises TableError at a document type."""
        if self._over:
            return
        try:
            self._parser.Parse(piece, False)
        except expat.ExpatError:
            self._over = True

    def _end(self, *_: object) -> None:
        self._over = True

    def _refuse(self, *_: object) -> NoReturn:
        raise TableError(N_("the spreadsheet defines its own signs (entities), as no office program writes"))


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """Yield an entry in pieces that end after a `>`, so that no tag is cut or counted twice, and how many bytes are
    new."""
    kept = b""
    with archive.open(entry) as stream:
        while fresh := stream.read(_PIECE):
            piece = kept + fresh
            end = piece.rfind(b">") + 1
            if end == 0:
                end = max(0, len(piece) - _OVERLAP)
            kept = piece[end:]
            yield piece[:end], len(fresh)
    yield kept, 0


def _too_large() -> TableError:
    return TableError(
        N_("the spreadsheet unpacks to more than {limit} bytes: copy the table into a new workbook and save that"),
        limit=MAX_UNPACKED,
    )


def _size(match: re.Match[bytes]) -> int:
    left, top, right, bottom = match.groups()
    return (abs(int(bottom) - int(top)) + 1) * (abs(column_number(right) - column_number(left)) + 1)


def column_number(letters: bytes) -> int:
    """Return a column's number: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
