"""Read kinds of option values that several subjects share."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from bluezone.errors import BluezoneError

_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class NumberRange(click.FloatRange):
    """Read a number within bounds; what is no number (nan) lies in none, though it compares as if it did."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value} is not in the range {self._describe_range()}.", param, ctx)
        return number


class Read(click.ParamType[Any]):
    """Read a value by a function of its text, whose ValueError, or an error of ours, says what is wrong with it.
    `name`: what the help calls such a value, if not by the function's name."""

    def __init__(self, read: Callable[[str], Any], name: str = "") -> None:
        self.name, self._read = name or read.__name__.strip("_").replace("_", "-"), read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):  # a default
            return value
        try:
            return self._read(value)
        except (ValueError, BluezoneError) as error:
            self.fail(str(error), param, ctx)


def hexadecimal(text: str) -> bytes:
    """Read bytes written in hexadecimal."""
    if not re.fullmatch(r"(?:[0-9A-Fa-f]{2})*", text, re.ASCII):
        raise ValueError("not pairs of hexadecimal digits")
    return bytes.fromhex(text)


def day(text: str) -> dt.date:
    """Read a date, YYYY-MM-DD."""
    if not _DAY.fullmatch(text):
        raise ValueError(f"{text!r} is not a date YYYY-MM-DD")
    return dt.date.fromisoformat(text)


def utc_time(text: str) -> dt.datetime:
    """Read a date or time in ISO 8601, UTC where it names no zone."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no ISO 8601 date or time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def interval_or_date(text: str) -> int:
    """Read an interval number (all digits), or a date YYYY-MM-DD that begins at 00:00 UTC, as Unix seconds."""
    if _DIGITS.fullmatch(text):
        return int(text) * 600
    try:
        days = (dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days
    except ValueError:
        raise ValueError(f"{text!r} is neither an interval number nor a date YYYY-MM-DD") from None
    if days < 0:
        raise ValueError(f"{text} is before 1970")
    return days * 86_400


def moment(text: str) -> int:
    """Read Unix seconds (all digits), or an ISO 8601 date or time (UTC where it names no zone), as Unix seconds."""
    if _DIGITS.fullmatch(text):
        return int(text)
    try:
        return int(utc_time(text).timestamp())
    except ValueError:
        raise ValueError(f"{text!r} is neither Unix seconds nor an ISO 8601 date or time") from None


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


#: a file or folder that is there, and one that is written
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NEW_FILE, NEW_FOLDER = click.Path(dir_okay=False, path_type=Path), click.Path(file_okay=False, path_type=Path)


def pair(text: str) -> tuple[str, str]:
    """Read what is said of a part of a file, KEY=VALUE."""
    key, equals, given = text.partition("=")
    if not equals or not key.strip():
        raise ValueError(f"“{text}” is not KEY=VALUE")
    return key.strip(), given.strip()
