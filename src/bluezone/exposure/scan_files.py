"""Read files of scans: the project's own schema (docs/reference/encounters.md), plain or packed by gzip."""

from __future__ import annotations

import csv
import gzip
import itertools
import math
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import TextIO, cast

from bluezone.exposure.errors import DatasetError
from bluezone.exposure.windows import ATTENUATION_RANGE_DB

SCAN_COLUMNS = ("enc", "t_s", "credit_s", "att_mean_db", "att_min_db", "att_db")

#: what reading a file raises that is cut, packed otherwise, or no text
UNREADABLE = (UnicodeDecodeError, csv.Error, gzip.BadGzipFile, zlib.error, EOFError)

#: by how much a minimum may seem to exceed its mean, where both were rounded
_ROUNDING_DB = 1.0

#: a longer time since the scan before is a clock that jumped, not a phone that slept
_LONGEST_CREDIT_S = 86_400.0

#: phones that touch lose 25 dB and more; half of a recording below this is of another unit (metres, ratios of power)
_LEAST_MIDDLE_DB = 10.0

#: scans that lie so many times farther apart than they stand for have their times in another unit
_FARTHER_APART = 100.0

#: phones receive at -20 dBm and less but for those that touch; no link has an attenuation like it
_STRONGEST_DBM = -20.0

#: where the middle attenuations of 98 of 100 recorded meetings lie, and those of the three recordings as a whole
#: (docs/measurements/exposure-data-card.md); a recording so much beyond these is not believed in silence
_MEETINGS_DB, _RECORDINGS_DB = (40.0, 76.0), (54.0, 62.0)
_BEYOND_DB = 10.0
#: so many senders are taken for a recording, among whom some are near and some are far
_A_RECORDING = 10


def open_text(path: Path) -> TextIO:
    """Open a file of CSV, packed by gzip where its name ends in .gz."""
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8-sig", newline=""))
    return path.open(encoding="utf-8-sig", newline="")


def unreadable(path: Path, error: Exception) -> DatasetError:
    """Return what to say of a file whose reading raised one of `UNREADABLE`."""
    if isinstance(error, EOFError):
        return DatasetError(f"{path}: it is cut short, its end is missing")
    return DatasetError(f"{path}: not readable as CSV ({error})")


def refuse_strengths(path: Path, attenuations_db: Iterable[str]) -> None:
    """Raise DatasetError where a file gives received strengths for attenuations: all negative, most of them as
    strengths are."""
    values = []
    for text in attenuations_db:
        try:
            values.append(float(text))
        except ValueError:
            return  # what is no number is said with its line
    strong = sum(value <= _STRONGEST_DBM for value in values)
    if values and all(value < 0 for value in values) and 2 * strong >= len(values):
        raise DatasetError(
            f"{path}: its attenuations are all negative ({min(values):g} to {max(values):g}), as received strengths "
            "(RSSI, dBm) are; attenuation is transmit power less strength, a positive number of dB"
        )


def refuse_other_units(path: Path, attenuations_db: Iterable[float]) -> None:
    """Raise DatasetError where half of the attenuations are smaller than those of phones that touch."""
    values = list(attenuations_db)
    if values and median(values) < _LEAST_MIDDLE_DB:
        raise DatasetError(
            f"{path}: half of its attenuations are {median(values):g} dB or less, and phones that touch lose 25 dB; "
            "decibels are meant (transmit power less strength), not metres or ratios"
        )


def refuse_other_times(path: Path, times_s: Iterable[tuple[float, float]]) -> None:
    """Raise DatasetError where scans (time, seconds that each stands for; of one encounter, in order) lie so far apart
    that times and durations cannot be of one unit."""
    rows = list(times_s)
    steps = [later[0] - one[0] for one, later in itertools.pairwise(rows)]
    if len(rows) < 3:
        return
    apart_s, stand_for_s = median(steps), median(since for _, since in rows)
    if apart_s > _FARTHER_APART * max(stand_for_s, 1.0):
        raise DatasetError(
            f"{path}: scans {apart_s:g} s apart (t_s) that stand for {stand_for_s:g} s each (credit_s); "
            "seconds are meant by both, not milliseconds"
        )


def level_caveat(meetings_db: Sequence[float]) -> str | None:
    """Return a sentence where levels are not as phones among people have them, None where they are. `meetings_db`: the
    middle attenuation of each sender's scans.

    Of one sender little can be said, for whoever is far is heard like that; of many it is their power or unit.
    """
    if not meetings_db:
        return None
    middle_db = median(meetings_db)
    if len(meetings_db) >= _A_RECORDING:
        low, high = _RECORDINGS_DB
        if low - _BEYOND_DB <= middle_db <= high + _BEYOND_DB:
            return None
        return (
            f"levels: the middle attenuation of half of the senders is {_half(middle_db, high)}, and recordings lie at "
            f"{low:g} to {high:g} dB. That is implausible: was another transmit power taken off? Probabilities and "
            "doses are of these levels."
        )
    low, high = _MEETINGS_DB
    if low <= middle_db <= high:
        return None
    return (
        f"levels: half of the scans lie at {_half(middle_db, high)}, and 98 of 100 recorded meetings at {low:g} to "
        f"{high:g} dB. That is implausible but for somebody far away or for phones that touch: was another transmit "
        "power taken off?"
    )


def _half(middle_db: float, high_db: float) -> str:
    return f"{middle_db:.0f} dB or {'more' if middle_db > high_db else 'less'}"


def csv_rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Read a CSV file with a header, packed by gzip where its name ends in .gz: number of the line, and cells by
    column.

    Raises DatasetError where it is no such file, or its header lacks one of `columns`.
    """
    try:
        with open_text(path) as file:
            reader = csv.DictReader(file)
            if reader.fieldnames is None:
                raise DatasetError(f"{path}: it is empty; a header is meant: {', '.join(columns)}")
            if len(set(reader.fieldnames)) < len(reader.fieldnames):
                raise DatasetError(f"{path.name}: its header names a column twice")
            missing = [column for column in columns if column not in reader.fieldnames]
            if missing:
                raise DatasetError(
                    f"{path.name}: its header lacks {', '.join(missing)}; it must have {', '.join(columns)}"
                )
            for cells in reader:
                if None in cells:
                    raise DatasetError(f"{path.name}, line {reader.line_num}: more cells than the header has columns")
                if None in cells.values():
                    where = f"{path.name}, line {reader.line_num}"
                    raise DatasetError(f"{where}: fewer cells than the header has columns; is it cut short?")
                yield reader.line_num, cells
    except UNREADABLE as error:
        raise unreadable(path, error) from error


def scan_numbers(cells: dict[str, str]) -> tuple[float, float, float, float, float]:
    """Return time (s), duration (s), typical and minimum attenuation (dB) and number of readings of a row.

    Raises ValueError in plain words.
    """
    values = {}
    for column in ("t_s", "credit_s", "att_mean_db", "att_min_db"):
        try:
            values[column] = float(cells[column])
        except ValueError:
            raise ValueError(f"{column} is {cells[column]!r}, not a number") from None
        if not math.isfinite(values[column]):
            raise ValueError(f"{column} is {cells[column]!r}, not a number")
    if not 0 <= values["credit_s"] <= _LONGEST_CREDIT_S:
        what = "no negative time" if values["credit_s"] < 0 else "a day at most"
        raise ValueError(f"credit_s is {values['credit_s']:g}: a scan stands for {what}")
    low, high = ATTENUATION_RANGE_DB
    for column in ("att_mean_db", "att_min_db"):
        if not low <= values[column] <= high:
            raise ValueError(f"{column} is {values[column]:g} dB, outside {low:.0f}..{high:.0f}")
    if values["att_min_db"] > values["att_mean_db"] + _ROUNDING_DB:
        raise ValueError(
            f"att_min_db is {values['att_min_db']:g} dB, more than the mean, {values['att_mean_db']:g} dB: the least "
            "attenuation is meant, of the strongest reading"
        )
    readings = max(len(cells["att_db"].split()), 1)  # a set without single readings still has its mean
    return values["t_s"], values["credit_s"], values["att_mean_db"], values["att_min_db"], float(readings)
