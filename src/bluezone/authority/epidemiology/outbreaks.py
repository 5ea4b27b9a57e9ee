"""Read an outbreak (the cases of some days and the contacts met on them), and hand out its line list."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

from django.db.models import Min, Model, Q, QuerySet
from django.db.models.functions import Coalesce

from bluezone.authority.epidemiology import line_list
from bluezone.authority.epidemiology.tables import Line, Outbreak, Tie
from bluezone.authority.episodes import queries, rules
from bluezone.authority.episodes.models import Episode, Event, Exposure, relation_in
from bluezone.authority.episodes.rules import Standing
from bluezone.authority.episodes.words import (
    HOSPITAL,
    Classification,
    Course,
    Decision,
    EventKind,
    FollowUp,
    FoundBy,
    Role,
    Setting,
    Travel,
)
from bluezone.authority.issuing.models import LabResult
from bluezone.authority.issuing.results.rules import Result
from bluezone.authority.officers import audit_log, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.persons import vault
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.encryption import LostKeyError

Placed = TypeVar("Placed", bound=Model)
_PART = 500
_NOT = Classification.NOT.value


@dataclass(frozen=True, slots=True)
class Loaded:
    """Hold an outbreak, and how many contacts of the officer's cases other offices follow: those are not in it."""

    outbreak: Outbreak
    elsewhere: int


def load(visible: QuerySet[Episode], first: dt.date, last: dt.date, *, has_people: bool = False) -> Loaded:
    """Return the cases of some days, the contacts met on them, and all exposures of these, of what an officer may see.

    Withdrawn cases, and who turned out to be no contact, are not in it. Who infected a contact may be another office's:
    then nothing is said of them but that they are there. `has_people`: sex, year of birth, occupation and relations are
    decrypted.
    """
    rows = visible.exclude(classification=_NOT)
    met = Exposure.objects.filter(day__gte=first, day__lte=last)
    there = on_days(rows, first, last)
    ties, found = _met(there, has_people), _rows(there, has_people)
    named = {tie.source for tie in ties if tie.source is not None} - found.keys()
    for some in _in_parts(sorted(named)):
        found |= _rows(rows.filter(pk__in=some), has_people)
    theirs = met.filter(source__in=visible.filter(role=Role.F0.value)).exclude(episode__classification=_NOT)
    elsewhere = set(theirs.values_list("episode", flat=True)) - found.keys()
    return Loaded(_outbreak(found, ties), len(elsewhere))


def of_officer(officer: User, rows: QuerySet[Placed]) -> QuerySet[Placed]:
    """Filter rows by an officer's jurisdiction; an account without a role is of the ministry's office."""
    return scope.visible(rows, officer) if officer.role else rows.filter(place=NATION)


def on_days(rows: QuerySet[Episode], first: dt.date, last: dt.date) -> QuerySet[Episode]:
    """Filter by the days: cases by first symptoms, else the test; contacts by their exposures. Who turned out to be
    neither is left out."""
    met = Exposure.objects.filter(day__range=(first, last)).values("episode")
    day = Coalesce("case__onset_date", "case__test_date")
    rows = rows.exclude(classification=_NOT).alias(filed=day)
    return rows.filter(Q(role=Role.F0.value, filed__range=(first, last)) | Q(pk__in=met))


def take_line_list(
    officer: User, first: dt.date, last: dt.date, *, as_parquet: bool, rows: QuerySet[Episode] | None = None
) -> str | bytes:
    """Return the line list of some days, or of narrowed rows of them, within the jurisdiction of an officer who may
    read health data (the edge has asked), as CSV or Parquet, and note in the audit log who took it, of which days, how
    many rows."""
    visible = of_officer(officer, Episode.objects.all())
    outbreak = load(visible, first, last, has_people=True).outbreak if rows is None else narrowed(visible, rows)
    places = {place: place_name(place, last) for place in {line.place for line in outbreak.lines if line.place}}
    made = line_list.parquet(outbreak, places) if as_parquet else line_list.csv(outbreak, places)
    taken = f"{first} – {last}: {sum(not line.hidden for line in outbreak.lines)}"
    audit_log.note(officer, Issuer(officer=officer), {"line list": ["None", taken]})
    return made


def narrowed(visible: QuerySet[Episode], rows: QuerySet[Episode]) -> Outbreak:
    """Return the people of some rows with all their exposures; who infected them is there by name alone, as far as it
    may be seen, and hidden as a line."""
    found, ties = _rows(rows, has_people=True), _met(rows, has_people=True)
    named = {tie.source for tie in ties if tie.source is not None} - found.keys()
    for some in _in_parts(sorted(named)):
        found |= _rows(visible.filter(pk__in=some).exclude(classification=_NOT), has_people=False)
    outbreak = _outbreak(found, ties)
    hidden = {str(key) for key in named}
    return Outbreak([replace(line, hidden=line.hidden or line.key in hidden) for line in outbreak.lines], outbreak.ties)


def _in_parts(keys: Sequence[uuid.UUID]) -> Iterator[Sequence[uuid.UUID]]:
    return (keys[at : at + _PART] for at in range(0, len(keys), _PART))


class _Met(NamedTuple):
    target: uuid.UUID
    source: uuid.UUID | None
    role: str | None
    day: dt.date
    setting: str
    found_by: str
    site: str
    relation: str = ""


def _met(rows: QuerySet[Episode], has_people: bool) -> list[_Met]:
    """Return all exposures of episodes, the first day first; to a case that was merged, as to the one it turned out to
    be. One to a person who is no case or contact after all is none."""
    kept = "source__case__merged_into__episode__"
    found = Exposure.objects.filter(episode__in=rows.values("pk")).annotate(
        of=Coalesce(f"{kept}pk", "source_id"),
        of_role=Coalesce(f"{kept}role", "source__role"),
        of_state=Coalesce(f"{kept}classification", "source__classification"),
    )
    found = found.filter(Q(source=None) | ~Q(of_state=_NOT)).order_by("day", "pk")
    names = ("episode_id", "of", "of_role", "day", "setting", "found_by", "site")
    stored: Any = found.values_list(*names, *(["sealed_relation"] if has_people else []))
    met = [_Met(*row[: len(names)]) for row in stored]
    if not has_people:
        return met
    return [each._replace(relation=relation_in(bytes(row[-1]), row[0])) for each, row in zip(met, stored, strict=True)]


class _Row(NamedTuple):
    key: uuid.UUID
    pseudonym: str | None
    place: str
    role: str
    contact_role: str
    contact_since: dt.datetime | None
    classification: str
    follow_up: str
    follow_up_until: dt.date | None
    first_contact: dt.date | None
    last_contact: dt.date | None
    opened_at: dt.datetime
    called_at: dt.datetime | None
    decided_at: dt.datetime | None
    isolated_on: dt.date | None
    ended_on: dt.date | None
    outcome: str
    case: uuid.UUID | None
    case_since: dt.datetime | None
    onset: dt.date | None
    tested_on: dt.date | None
    is_tested: bool
    sealed: bytes | memoryview | None = None

    @property
    def is_case(self) -> bool:
        """Return whether the person is a case."""
        return self.role == Role.F0

    @property
    def decision(self) -> Decision:
        """Return what was decided of the contact, before it became a case where it did."""
        if self.is_case:
            return Decision.CONTACT if self.decided_at else Decision.WAITING
        state = rules.State(Role(self.role), Classification(self.classification), FollowUp(self.follow_up))
        return rules.decision_of(state)


def _rows(rows: QuerySet[Episode], has_people: bool) -> dict[uuid.UUID, _Row]:
    names = [
        *("id", "person__pseudonym", "place", "role", "contact_role", "contact_since", "classification", "follow_up"),
        *("follow_up_until", "first_contact_on", "last_contact_on", "opened_at", "called_at", "decided_at"),
        *("isolated_on", "ended_on", "outcome", "case_id", "case__created_at", "case__onset_date", "case__test_date"),
    ]
    more = ["person__sealed"] if has_people else []
    found = rows.annotate(tested=queries.TESTED).values_list(*names, "tested", *more)
    return {row[0]: _Row(*row) for row in found.iterator()}


def _outbreak(rows: dict[uuid.UUID, _Row], exposures: Sequence[_Met]) -> Outbreak:
    of_person: dict[uuid.UUID, list[_Met]] = defaultdict(list)
    for each in exposures:
        of_person[each.target].append(each)
    courses, results = _courses(list(rows)), _results([row.case for row in rows.values() if row.case])
    journeys = _journeys([key for key, row in rows.items() if row.sealed is not None])
    lines = {
        str(key): _line(row, of_person[key], courses.get(key, {}), journeys.get(key), results.get(row.case))
        for key, row in rows.items()
        if row.is_case or of_person[key]  # else all whom it met were withdrawn
    }
    ties: list[Tie] = []
    hidden: dict[str, str] = {}
    for each in exposures:
        source, target = str(each.source), str(each.target)
        if each.source is None or source == target or target not in lines:
            continue
        if source not in lines:
            source = hidden.setdefault(source, f"other-{len(hidden) + 1}")
            level = int(each.role != Role.F0)
            lines.setdefault(source, Line(source, level, each.day, hidden=True, confirmed=True))
        by, setting = FoundBy(each.found_by), Setting(each.setting)
        ties.append(Tie(source, target, each.day, setting, each.relation, by, each.site))
    return Outbreak(list(lines.values()), ties)


def _courses(episodes: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, dt.date]]:
    """Return the first day on which each person was taken to hospital, and the last on which they were discharged."""
    found: dict[uuid.UUID, dict[str, dt.date]] = defaultdict(dict)
    for some in _in_parts(episodes):
        rows = Event.objects.filter(episode__in=some, kind=EventKind.COURSE.value, what__in=HOSPITAL).order_by("day")
        for key, what, day in rows.values_list("episode_id", "what", "day"):
            if what == Course.DISCHARGED:
                found[key]["discharged"] = day
            else:
                found[key].setdefault("admitted", day)
    return found


def _results(cases: Sequence[uuid.UUID]) -> dict[uuid.UUID | None, dt.date]:
    """Return the day on which a laboratory reported the first positive result of each case."""
    found: dict[uuid.UUID | None, dt.date] = {}
    for some in _in_parts(cases):
        rows = LabResult.objects.filter(case__in=some, result=Result.POSITIVE.value).values_list("case")
        found |= dict(rows.annotate(Min("reported_on")))
    return found


def _journeys(episodes: Sequence[uuid.UUID]) -> dict[uuid.UUID, Travel]:
    """Return the last journey of each person, decrypted."""
    found = {}
    for some in _in_parts(episodes):
        for each in Event.objects.filter(episode__in=some, kind=EventKind.TRAVEL.value).order_by("day", "pk"):
            told = each.facts
            found[each.episode_id] = Travel(told.get("origin", ""), each.day, each.what, told.get("number", ""))
    return found


def _line(
    row: _Row,
    exposures: Sequence[_Met],
    course: dict[str, dt.date],
    travel: Travel | None,
    result: dt.date | None,
) -> Line:
    """Return a person's line. Who was a case before they were entered as a contact was not found by tracing."""
    was = Role(row.contact_role) if row.contact_role else None
    traced = was is not None and not (row.case_since and row.contact_since and row.contact_since > row.case_since)
    ways = {each.found_by for each in exposures}
    admitted = course.get("admitted")
    isolated = min((day for day in (row.isolated_on, admitted) if day is not None), default=None)
    is_sure = row.classification == Classification.CONFIRMED
    decision = (Decision.CONTACT if is_sure else Decision.WAITING) if row.is_case else row.decision
    standing = Standing(
        Role(row.role) if row.is_case or was is None else was,
        decision,
        called=row.is_case or row.called_at is not None,
        isolated=isolated is not None or bool(row.outcome),
        tested=row.is_tested,
        has_test=disease().has_test,
    )
    day = (row.onset or row.tested_on) if row.is_case else None
    sex, birth_year, occupation = _person(row)
    return Line(
        str(row.key),
        0 if row.is_case else 1 + (was is Role.F2),
        day or exposures[0].day if exposures else day or clock.date_of(row.opened_at),
        name=row.pseudonym or f"#{str(row.key)[:6]}",
        confirmed=is_sure,
        waits=rules.waits_for(standing),
        place=row.place,
        found_as=1 + (was is Role.F2) if traced else 0,
        found_by=(FoundBy.APP if ways == {FoundBy.APP.value} else FoundBy.HAND) if traced else None,
        found=("both" if len(ways) > 1 else min(ways, default=FoundBy.HAND.value)) if traced else "",
        followed=traced and row.decision is Decision.CONTACT,
        role=row.role,
        classification=row.classification,
        case=str(row.case or ""),
        onset=row.onset,
        tested=row.tested_on,
        result=result,
        reported=clock.date_of((row.case_since if row.is_case else row.contact_since) or row.opened_at),
        first_contact=row.first_contact,
        last_contact=row.last_contact,
        isolated=isolated,
        admitted=admitted,
        discharged=course.get("discharged"),
        follow_up=FollowUp(row.follow_up) if was is not None else None,
        follow_up_until=row.follow_up_until,
        ended=row.ended_on,
        outcome=row.outcome,
        sex=sex,
        birth_year=birth_year,
        occupation=occupation,
        travel=travel,
    )


def _person(row: _Row) -> tuple[str, int | None, str]:
    """Return sex, year of birth and occupation; nothing where no key of this server decrypts them."""
    if row.sealed is None or row.pseudonym is None:
        return "", None, ""
    try:
        who = vault.unseal(bytes(row.sealed), row.pseudonym)
    except LostKeyError:
        return "", None, ""
    return who.sex, who.birth_year, who.occupation
