"""Read what the figures of an outbreak are reckoned from, out of the snapshot: cases with their dates, who can have
infected them, counts of contacts. One query each, of the places of a jurisdiction."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.db.models import QuerySet

from bluezone.authority.epidemiology.figures import Asked, Contact, Exposed, Found, Patient
from bluezone.authority.epidemiology.models import Snapshot
from bluezone.authority.episodes.words import FollowUp, Setting
from bluezone.authority.officers.jurisdiction import codes_of

#: so many days before the first one asked for cases are read: means and reproduction numbers need them
BEFORE = dt.timedelta(days=30)
#: the days whose calls are counted
ASKED_DAYS = 14


@dataclass(frozen=True, slots=True)
class Wanted:
    """Say of which cases the figures are: filed on these days, in this place (empty: the whole jurisdiction), confirmed
    or also suspected and probable."""

    first: dt.date
    last: dt.date
    place: str = ""
    suspected: bool = False

    def includes(self, one: Patient) -> bool:
        """Return whether a case is filed on the days."""
        return one.day is not None and self.first <= one.day <= self.last


def part_of(place: str, own: str) -> str:
    """Return the part of a jurisdiction, one level below it, in which a place lies; the place itself elsewhere."""
    codes, depth = codes_of(place), len(codes_of(own)) + 1
    return f"/{'/'.join(codes[:depth])}/" if place.startswith(own) and len(codes) >= depth else place


def _stored(rows: QuerySet[Snapshot], kind: Snapshot.Kind, wanted: Wanted) -> Iterator[tuple[str, list[Any]]]:
    """Give the place and rows of each part of the snapshot."""
    there = rows.filter(kind=kind.value, place__startswith=wanted.place).order_by("place")
    for place, text in there.values_list("place", "rows").iterator(500):
        yield place, json.loads(text)


@cache
def _date(ordinal: int | None) -> dt.date | None:
    return None if ordinal is None else dt.date.fromordinal(ordinal)


def patients(rows: QuerySet[Snapshot], wanted: Wanted, own: str) -> list[Patient]:
    """Return the cases with a date on the days, or up to `BEFORE` before them; `own`: place of the jurisdiction."""
    first, last = (wanted.first - BEFORE).toordinal(), wanted.last.toordinal()
    ways, read = {each.value: each for each in Found}, []
    for place, cases in _stored(rows, Snapshot.Kind.CASES, wanted):
        part = part_of(place, own)
        for key, name, way, confirmed, onset, sample, result, report, isolated, exposed in cases:
            dated = report >= first or first <= (onset or 0) <= last or first <= (sample or 0) <= last
            if dated and (confirmed or wanted.suspected):
                read.append(
                    Patient(
                        key, name, part, ways[way], confirmed,
                        _date(onset), _date(sample), _date(result), _date(report), _date(isolated), _date(exposed),
                    )
                )  # fmt: skip
    return read


def contacts_of_cases(rows: QuerySet[Snapshot], wanted: Wanted) -> list[Contact]:
    """Return whom confirmed cases were near, whoever follows those."""
    first, last = (wanted.first - BEFORE).toordinal(), wanted.last.toordinal()
    settings = {each.value: each for each in Setting}
    return [
        Contact(source, target, dt.date.fromordinal(day), settings[setting], site)
        for _place, met in _stored(rows, Snapshot.Kind.MET, wanted)
        for source, target, day, setting, site in met
        if first <= day <= last
    ]


# --- contacts ---------------------------------------------------------------------------------------------------------


class Group(NamedTuple):
    """Count contacts, and cases who were traced, of a part of the jurisdiction who have all of this in common; days as
    ordinals."""

    part: str
    is_case: bool
    #: decided to be a contact (1) and found positive since (2)
    followed: int
    state: str
    found: str
    since: int | None
    until: int | None
    ended: int | None
    first_met: int | None
    last_met: int | None
    people: int


def groups(rows: QuerySet[Snapshot], wanted: Wanted, own: str) -> list[Group]:
    """Return the counts of contacts, whenever they were met."""
    return [
        Group(part, *row)
        for place, counted in _stored(rows, Snapshot.Kind.PEOPLE, wanted)
        for part in (part_of(place, own),)
        for row in counted
    ]


def met_on(found: Iterable[Group], wanted: Wanted) -> list[Group]:
    """Return the counts of those met on the days."""
    first, last = wanted.first.toordinal(), wanted.last.toordinal()
    return [
        each
        for each in found
        if each.first_met is not None
        and each.last_met is not None
        and each.first_met <= last
        and each.last_met >= first
    ]


def exposed_by_part(met: Iterable[Group]) -> dict[str, Exposed]:
    """Count those met on the days by the part of the jurisdiction in which they live."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in met:
        _add(sums[each.part], each.followed, each.people)
    return {part: Exposed(*counts) for part, counts in sums.items()}


def _add(counts: list[int], followed: int, people: int) -> None:
    for at in range(followed + 1):
        counts[at] += people


def follow_up_states(met: Iterable[Group]) -> dict[tuple[str, FollowUp, dt.date | None], int]:
    """Count contacts who are no cases by part, state and last day of follow-up."""
    counts: Counter[tuple[str, str, int | None]] = Counter()
    for each in met:
        if not each.is_case:
            counts[each.part, each.state, each.until] += each.people
    return {(part, FollowUp(state), _date(until)): people for (part, state, until), people in counts.items()}


def contacts_by_way(met: Iterable[Group]) -> dict[Found, int]:
    """Count those met on the days who are no cases, by how they were found."""
    counts: Counter[str] = Counter()
    for each in met:
        if not each.is_case:
            counts[each.found] += each.people
    return {Found(way): people for way, people in counts.items()}


def exposed_by_site(rows: QuerySet[Snapshot], wanted: Wanted) -> dict[tuple[Setting, str], Exposed]:
    """Count those exposed on the days by setting and site; who was exposed there on several days counts once."""
    first, last = wanted.first.toordinal(), wanted.last.toordinal()
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for _place, counted in _stored(rows, Snapshot.Kind.SITES, wanted):
        for setting, site, followed, begun, ended, people in counted:
            if begun <= last and ended >= first:
                _add(sums[setting, site], followed, people)
    return {(Setting(setting), site): Exposed(*counts) for (setting, site), counts in sums.items()}


def asked_by_day(rows: QuerySet[Snapshot], found: Iterable[Group], wanted: Wanted, own: str) -> list[Asked]:
    """Count the contacts under follow-up on each of the last days by part, and who of them was heard."""
    last = wanted.last.toordinal()
    first = max(wanted.first.toordinal(), last - ASKED_DAYS + 1)
    states = {FollowUp.RUNNING.value, FollowUp.COMPLETED.value}
    spans: Counter[tuple[str, int, int]] = Counter()
    for each in found:
        if not each.is_case and each.state in states:
            end = min(last, each.until or last, each.ended or last)
            begun = max(each.since or first, first)
            if begun <= end:
                spans[each.part, begun, end] += each.people
    followed, asked = Counter[tuple[int, str]](), Counter[tuple[int, str]]()
    for (part, begun, end), people in spans.items():
        for day in range(begun, end + 1):
            followed[day, part] += people
    for place, counted in _stored(rows, Snapshot.Kind.HEARD, wanted):
        part = part_of(place, own)
        for day, people in counted:
            asked[day, part] += people
    return [
        Asked(dt.date.fromordinal(day), part, people, min(asked[day, part], people))
        for (day, part), people in sorted(followed.items())
    ]
