"""Read small tables that tests write, as an officer of Hậu Giang sends them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.reading.combining import READINGS, parts_of
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.interpret import read_file
from bluezone.rollout.reading.results import Reading


def read_rows(
    data: bytes,
    *,
    within: str = "63:93",
    today: str = "2020-08-31",
    name: str = "bieu.xlsx",
    answers: Mapping[str, str] | None = None,
) -> Reading:
    """Return a workbook as read for a sender's place on a day (ISO), with some answers."""
    place = UnitCode.parse(within) if within else None
    context = Context(
        catalogue.all_units(), dt.date.fromisoformat(today), place, None, answers or {}, catalogue.figures()
    )
    return read_file(data, name, context)


def taken(reading: Reading) -> set[tuple[str, str, str]]:
    """Return what figures were read: (kind, of whom, day)."""
    return {(figure.kind, figure.of, str(figure.date)) for figure in reading.figures}


def asked(reading: Reading) -> str:
    """Return the key of the question that a reading leaves open, empty where there is none."""
    return reading.question.key if reading.question else ""


def asked_together(reading: Reading) -> set[str]:
    """Return the keys of the questions that a reading asks at once."""
    choices = reading.question.choices if asked(reading) == READINGS and reading.question else ()
    return {key for choice in choices for key in parts_of(choice.value)}
