"""Decisions about reports, without a database: who is silent, who is to be reminded, which figure of an organisation
makes one ask."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from bluezone.rollout.counts import FIRST_DAY
from bluezone.rollout.directives import REMIND_AFTER_DAYS

#: who was reminded today is not reminded again today
REMIND_AGAIN_AFTER_DAYS = 1


class State(enum.StrEnum):
    """How a unit stands with its report of a day."""

    RECEIVED = "received"
    #: nothing yet for the day, but silent for less than a reminder takes
    WAITING = "waiting"
    SILENT = "silent"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Reporting:
    """A unit's reports as seen on a day: the newest one that is not after it, and how long ago that was."""

    state: State
    last: dt.date | None
    silent_days: int | None


def reporting(last: dt.date | None, day: dt.date) -> Reporting:
    """How a unit stands that reported last on `last` (None: never)."""
    if last is None:
        return Reporting(State.NEVER, None, None)
    silent = max(0, (day - last).days)
    state = State.RECEIVED if silent == 0 else State.SILENT if silent >= REMIND_AFTER_DAYS else State.WAITING
    return Reporting(state, last, silent)


def reminder_due(seen: Reporting, reminded_on: dt.date | None, day: dt.date) -> bool:
    """Whether a unit is to be reminded on a day: silent too long, or it never spoke, and not reminded already today."""
    if seen.state not in (State.SILENT, State.NEVER):
        return False
    return reminded_on is None or (day - reminded_on).days >= REMIND_AGAIN_AFTER_DAYS


@dataclass(frozen=True, slots=True)
class Question:
    """What is wrong with a figure (`final`), or makes one ask whether it is meant."""

    field: str
    final: bool
    template: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """An organisation's figures before and after a day, by the same source."""

    before: tuple[dt.date, int] | None = None
    after: tuple[dt.date, int] | None = None


def questions(
    date: dt.date, installs: int, active: int | None, *, today: dt.date, people: int | None, near: Neighbours
) -> list[Question]:
    """What to say to the figure of an organisation: the same as an import says to that of a commune."""
    found: list[Question] = []
    if date > today:
        found.append(Question("date", True, gettext_noop("{date} lies in the future"), {"date": date}))
    if date < FIRST_DAY:
        template = gettext_noop("{date} is before the app existed ({first})")
        found.append(Question("date", True, template, {"date": date, "first": FIRST_DAY}))
    if active is not None and active > installs:
        template = gettext_noop("{active} active phones are more than {installs} installations")
        found.append(Question("active", False, template, {"active": active, "installs": installs}))
    if people is not None and installs > people:
        template = gettext_noop("{installs} installations are more than the {people} people of the unit")
        found.append(Question("installs", False, template, {"installs": installs, "people": people}))
    for first, last in ((near.before, (date, installs)), ((date, installs), near.after)):
        if first is not None and last is not None and last[1] < first[1]:
            template = gettext_noop("the total falls from {before} on {day_before} to {after} on {day_after}")
            values = {"before": first[1], "day_before": first[0], "after": last[1], "day_after": last[0]}
            found.append(Question("installs", False, template, values))
    return found
