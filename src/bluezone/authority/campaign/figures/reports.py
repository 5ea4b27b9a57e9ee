"""Find the units that have reported, are silent, or were reminded, among those below an officer.

A count by our own server is no report: a report is an officer's statement of the unit's figure.
"""

from __future__ import annotations

import bisect
import datetime as dt
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.models import Reminder
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, place_of
from bluezone.authority.officers.models import User
from bluezone.authority.units.models import Organisation
from bluezone.geography import catalogue
from bluezone.geography.units import Level, Unit
from bluezone.rollout.counts import Count, OrganisationCode, Origin
from bluezone.rollout.directives import is_late
from bluezone.rollout.series import REPORTS, Series

_CHUNK = 500


class Below(enum.StrEnum):
    """Name the groups of those below an officer; one is looked at at a time."""

    PROVINCES = "provinces"
    DISTRICTS = "districts"
    COMMUNES = "communes"
    ORGANISATIONS = "organisations"


_LEVELS = {Below.PROVINCES: Level.PROVINCE, Below.DISTRICTS: Level.DISTRICT, Below.COMMUNES: Level.COMMUNE}


@dataclass(frozen=True, slots=True)
class Reporter:
    """Hold one that is to report: a unit of the gazetteer or an organisation."""

    key: str
    place: str
    unit: Unit | None
    organisation: Organisation | None


@dataclass(frozen=True, slots=True)
class Line:
    """Hold a reporter's state on a day: its reported figure, its silence, when it was reminded of that day's report."""

    reporter: Reporter
    seen: Reporting
    series: Series | None
    reminded: Reminder | None
    due: bool

    @property
    def figure(self) -> Count | None:
        return self.series.figure if self.series is not None else None


def groups(own: Unit, day: dt.date, *, is_office: bool = False) -> list[Below]:
    """Return the groups below a unit on a day: a province of 2025 has no districts. Below an office are the units of
    its sectors only."""
    if is_office:
        return [Below.ORGANISATIONS]
    found = [] if own.level is not Level.NATION else [Below.PROVINCES]
    if own.level is Level.PROVINCE:
        children = catalogue.all_units().children(own.code, day)
        found += [Below.DISTRICTS] if any(each.level is Level.DISTRICT for each in children) else []
        found += [Below.COMMUNES]
    if own.level is Level.DISTRICT:
        found.append(Below.COMMUNES)
    return [*found, Below.ORGANISATIONS]


def reporters(unit: Unit, own: Jurisdiction, group: Below, day: dt.date) -> list[Reporter]:
    """Return all of one group below an officer of a unit, in the order of the gazetteer, organisations by name.

    A unit that lies in another is not among them: the head of the other one asks for its reports.
    """
    if group is Below.ORGANISATIONS:
        rows = scope.within(Organisation.objects.filter(closed_on=None, parent=None), own).order_by("name", "pk")
        return [Reporter(row.code, row.place, None, row) for row in rows]
    units = _below(unit, _LEVELS[group], day)
    return [Reporter(str(unit.code), place_of(unit.code), unit, None) for unit in units]


def _below(own: Unit, level: Level, day: dt.date) -> Sequence[Unit]:
    gazetteer = catalogue.provinces() if level is Level.PROVINCE else catalogue.all_units()
    units = list(gazetteer.children(own.code, day))
    while units and any(unit.level < level for unit in units):
        units = [
            each for unit in units for each in ((unit,) if unit.level >= level else gazetteer.children(unit.code, day))
        ]
    return [unit for unit in units if unit.level is level]


@dataclass(frozen=True, slots=True)
class Reported:
    """Say how many of one group reported for a day, of how many; `missing` are the units that did not (of
    organisations, which may be many, it is not listed)."""

    group: Below
    known: int
    all: int
    missing: tuple[Unit, ...] = ()


def completeness(
    unit: Unit, own: Jurisdiction, possible: Sequence[Below], days: Sequence[dt.date]
) -> dict[dt.date, list[Reported]]:
    """Return for each of some days (the newest first) how many of each group below an officer reported."""
    found: dict[dt.date, list[Reported]] = {day: [] for day in days}
    for group in possible:
        if group is Below.ORGANISATIONS:
            rows = scope.within(Organisation.objects.filter(closed_on=None, parent=None), own)
            began = sorted(rows.values_list("created_on", flat=True))
            counted = reader.organisations_reported_by_day(rows.values("code"), days[-1], days[0])
            for day in days:
                found[day].append(Reported(group, counted.get(day, 0), bisect.bisect_right(began, day)))
            continue
        units = {day: _below(unit, _LEVELS[group], day) for day in days}
        keys = {str(each.code) for every in units.values() for each in every}
        reported = reader.reported_by_day(keys, days[-1], days[0])
        for day, every in units.items():
            missing = tuple(each for each in every if str(each.code) not in reported.get(day, ()))
            found[day].append(Reported(group, len(every) - len(missing), len(every), missing))
    return found


def lines(every: Sequence[Reporter], day: dt.date) -> list[Line]:
    """Return each reporter's state on a day, the longest silence first, then those that have reported."""
    codes = {each.key: each.unit.code if each.unit is not None else OrganisationCode(each.key) for each in every}
    last = reader.last_reports(codes.values(), day)
    series = reader.series_of(codes.values(), day, among=(*REPORTS, Origin.PARTS))
    reminders = {
        row.key: row
        for keys in _chunks([each.key for each in every])
        for row in Reminder.objects.filter(key__in=keys, day=day).select_related("officer")
    }
    found = []
    for each in every:
        code = codes[each.key]
        seen, own = reporting(last.get(code), day), series.get(code)
        row = reminders.get(each.key)
        due = reminder_due(seen, row.day if row else None, day)
        found.append(Line(each, seen, own, row, due))
    order = {State.NEVER: 0, State.SILENT: 1, State.WAITING: 2, State.RECEIVED: 3}
    return sorted(found, key=lambda line: (order[line.seen.state], -(line.seen.silent_days or 0)))


def reminded(keys: Sequence[str], day: dt.date) -> set[str]:
    """Return those of some units and organisations (by key) that were reminded of a day's report."""
    rows = (Reminder.objects.filter(key__in=some, day=day) for some in _chunks(list(keys)))
    return {key for some in rows for key in some.values_list("key", flat=True)}


def _chunks(values: list[Any]) -> Iterable[list[Any]]:
    return (values[at : at + _CHUNK] for at in range(0, len(values), _CHUNK))


@transaction.atomic
def mark_reminded(every: Iterable[Reporter], day: dt.date, officer: User, now: dt.datetime) -> int:
    """Record that these were reminded of a day's report, each once; return how many were new."""
    made = 0
    for each in every:
        values = {"place": each.place, "officer": officer, "sent_at": now}
        made += Reminder.objects.get_or_create(key=each.key, day=day, defaults=values)[1]
    return made


def may_record(own: Jurisdiction, reporter: Reporter) -> bool:
    """Return whether an officer may record a report of it, or that it was reminded."""
    return own.may_direct(reporter.place, reporter.organisation.sectors if reporter.organisation is not None else ())


#: who was reminded today is not reminded again today
REMIND_AGAIN_AFTER_DAYS = 1


class State(enum.StrEnum):
    """Name the state of a unit's report of a day."""

    RECEIVED = "received"
    #: nothing yet for the day, but silent for less than a reminder takes
    WAITING = "waiting"
    SILENT = "silent"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Reporting:
    """Hold a unit's reports as seen on a day: the newest one that is not after it, and how long ago that was."""

    state: State
    last: dt.date | None
    silent_days: int | None


def reporting(last: dt.date | None, day: dt.date) -> Reporting:
    """Return the state of a unit whose last report was of `last` (None: it never reported)."""
    if last is None:
        return Reporting(State.NEVER, None, None)
    silent = max(0, (day - last).days)
    state = State.RECEIVED if silent == 0 else State.SILENT if is_late(silent) else State.WAITING
    return Reporting(state, last, silent)


def reminder_due(seen: Reporting, reminded_on: dt.date | None, day: dt.date) -> bool:
    """Decide whether a unit is to be reminded on a day: silent too long, or it never reported, and not reminded already
    today."""
    if seen.state not in (State.SILENT, State.NEVER):
        return False
    return reminded_on is None or (day - reminded_on).days >= REMIND_AGAIN_AFTER_DAYS
