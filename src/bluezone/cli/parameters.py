"""Read kinds of option values that several subjects share."""

from __future__ import annotations

import datetime as dt
import math
import re
from pathlib import Path
from typing import Any

import click

_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_EPOCH = dt.date(1970, 1, 1)


class NumberRange(click.FloatRange):
    """Read a number within bounds; what is no number (nan) lies in none, though it compares as if it did."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return number


class HexBytes(click.ParamType[bytes]):
    """Read bytes written in hexadecimal, of one of the lengths given (any where none is given)."""

    name = "hex"

    def __init__(self, *lengths: int) -> None:
        self.lengths = lengths

    def convert(self, value: str | bytes, param: click.Parameter | None, ctx: click.Context | None) -> bytes:
        if isinstance(value, bytes):
            return value
        if not re.fullmatch(r"(?:[0-9A-Fa-f]{2})*", value, re.ASCII):
            self.fail("not pairs of hexadecimal digits", param, ctx)
        data = bytes.fromhex(value)
        if self.lengths and len(data) not in self.lengths:
            meant = " or ".join(map(str, self.lengths))
            self.fail(f"{len(data)} bytes where {meant} are meant", param, ctx)
        return data


class Day(click.ParamType[dt.date]):
    """Read a date, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: str | dt.date, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        if isinstance(value, dt.date):
            return value
        if not _DAY.fullmatch(value):
            self.fail(f"{value!r} is not a date YYYY-MM-DD", param, ctx)
        try:
            return dt.date.fromisoformat(value)
        except ValueError as error:
            self.fail(f"{value!r} is no date: {error}", param, ctx)


class UtcTime(click.ParamType[dt.datetime]):
    """Read a date or time in ISO 8601, UTC where it names no zone."""

    name = "time"

    def convert(
        self, value: str | dt.datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        if isinstance(value, dt.datetime):
            return value
        try:
            return _utc_time(value)
        except ValueError:
            self.fail(f"{value!r} is no ISO 8601 date or time", param, ctx)


def _utc_time(text: str) -> dt.datetime:
    moment = dt.datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


class IntervalOrDate(click.ParamType[int]):
    """Read an interval number (all digits), or a date YYYY-MM-DD that begins at 00:00 UTC, as Unix seconds."""

    name = "interval|date"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        if _DIGITS.fullmatch(value):
            return int(value) * 600
        try:
            days = (dt.date.fromisoformat(value) - _EPOCH).days
        except ValueError:
            self.fail(f"{value!r} is neither an interval number nor a date YYYY-MM-DD", param, ctx)
        if days < 0:
            self.fail(f"{value} is before 1970", param, ctx)
        return days * 86_400


class Moment(click.ParamType[int]):
    """Read Unix seconds (all digits), or an ISO 8601 date or time (UTC where it names no zone), as Unix seconds."""

    name = "moment"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        if _DIGITS.fullmatch(value):
            return int(value)
        try:
            return int(_utc_time(value).timestamp())
        except ValueError:
            self.fail(f"{value!r} is neither Unix seconds nor an ISO 8601 date or time", param, ctx)


def utc_text(unix_s: int) -> str:
    """Write `2020-08-13T00:15:00Z`, or the bare seconds where no calendar reaches."""
    try:
        return dt.datetime.fromtimestamp(unix_s, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return f"{unix_s} s"


def read_at_most(path: Path, limit: int) -> bytes:
    """Return the content of a file, cut one byte beyond `limit`: enough for its reader to see that it is too large."""
    with path.open("rb") as file:
        return file.read(limit + 1)


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class KeyValue(click.ParamType[tuple[str, str]]):
    """Read the answer to a question that a spreadsheet leaves open, KEY=VALUE."""

    name = "answer"

    def convert(
        self, value: str | tuple[str, str], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        key, equals, given = value.partition("=")
        if not equals or not key.strip():
            self.fail(f"“{value}” is not KEY=VALUE", param, ctx)
        return key.strip(), given.strip()
