"""Read the graph that cases and their contacts make within an officer's jurisdiction."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

from django.db.models import Case as If
from django.db.models import Q, QuerySet, When
from django.db.models.functions import Coalesce

from bluezone.authority.diagnosis import queries as cases
from bluezone.authority.diagnosis.case_rules import Course
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.models import FollowUp as FollowUp_
from bluezone.authority.episodes import queries as episodes
from bluezone.authority.episodes import rules
from bluezone.authority.episodes.models import Episode, Exposure
from bluezone.authority.episodes.rules import Standing, waits_for
from bluezone.authority.episodes.tables import Line, Outbreak, Tie
from bluezone.authority.episodes.words import Classification, Decision, FollowUp, FoundBy, Role, Setting
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock

_Key = TypeVar("_Key", uuid.UUID, int)


@dataclass(frozen=True, slots=True)
class Loaded:
    """Hold an outbreak, and how many contacts of the officer's cases other offices follow: those are not in it."""

    outbreak: Outbreak
    elsewhere: int


def load(officer: User, first: dt.date, last: dt.date) -> Loaded:
    """Return the graph of the cases of some days, and of the contacts met on them, within a jurisdiction.

    Withdrawn cases, and who turned out to be no contact, are not in it. Who infected a contact may be a case of another
    office: then nothing is said of it but that it is there.
    """
    met = Exposure.objects.filter(day__gte=first, day__lte=last)
    near = episodes.visible(officer).filter(pk__in=met.values("episode")).exclude(_NO_CONTACT)
    people = _contacts(near)
    meetings = _meetings(near, people)
    named = {row.case for row in meetings if row.case is not None}
    ill = _cases(officer, first, last, named, {row.person for row in people.values() if row.person is not None})
    withdrawn = _withdrawn(named - ill.keys())
    meetings = [row for row in meetings if row.case not in withdrawn]
    case_of = {row.person: row.key for row in ill.values() if row.person is not None}
    lines = _lines(ill, people, case_of, meetings)
    ties = _ties(meetings, people, case_of, lines)
    shared = met.filter(source__case__in=cases.visible_cases(officer)).exclude(
        ~Q(episode__role=Role.F0.value), episode__classification=Classification.NOT.value
    )
    # A difference, for "not in" would hold every meeting of these days against the list of own contacts.
    own = shared.filter(episode__in=episodes.visible(officer))
    elsewhere, here = (some.values("episode").distinct().count() for some in (shared, own))
    return Loaded(Outbreak(list(lines.values()), ties), elsewhere - here)


class _Ill(NamedTuple):
    key: uuid.UUID
    person: int | None
    pseudonym: str | None
    place: str
    status: str
    onset: dt.date | None
    day: dt.date
    created_at: dt.datetime


class _Near(NamedTuple):
    key: uuid.UUID
    person: int | None
    pseudonym: str | None
    place: str
    role: str
    contact_role: str
    classification: str
    follow_up: str
    decided_at: dt.datetime | None
    called_at: dt.datetime | None
    isolated_on: dt.date | None
    entered_at: dt.datetime
    tested: bool

    @property
    def level(self) -> int:
        """Return 1 for who was near a case, 2 for who was near such a contact."""
        return 2 if self.contact_role == Role.F2 else 1

    @property
    def decision(self) -> Decision:
        """Return what was decided of the contact, before it became a case where it did."""
        if self.role == Role.F0:
            return Decision.CONTACT if self.decided_at else Decision.WAITING
        state = rules.State(Role(self.role), Classification(self.classification), FollowUp(self.follow_up))
        return rules.decision_of(state)


#: who turned out to be no contact
_NO_CONTACT = ~Q(role=Role.F0.value) & Q(classification=Classification.NOT.value)


class _Met(NamedTuple):
    contact: uuid.UUID
    case: uuid.UUID | None
    near: uuid.UUID | None
    day: dt.date
    setting: str
    found_by: str
    site: str


def _contacts(rows: QuerySet[Episode]) -> dict[uuid.UUID, _Near]:
    names = ("id", "person_id", "person__pseudonym", "place", "role", "contact_role", "classification", "follow_up")
    more = ("decided_at", "called_at", "isolated_on", "contact_since", "tested")
    return {row[0]: _Near(*row) for row in rows.annotate(tested=episodes.TESTED).values_list(*names, *more)}


def _meetings(rows: QuerySet[Episode], people: Mapping[uuid.UUID, _Near]) -> list[_Met]:
    """Return all exposures of contacts, the first day first; of a case that was merged, to the one it turned out to
    be."""
    found = Exposure.objects.filter(episode__in=rows.values("pk")).order_by("day", "pk")
    is_case = Q(source__role=Role.F0.value)
    found = found.annotate(
        of_case=If(When(is_case, then=Coalesce("source__case__merged_into_id", "source__case_id"))),
        near=If(When(~is_case, then="source_id")),
    )
    names = ("episode_id", "of_case", "near", "day", "setting", "found_by", "site")
    return [_Met(*row) for row in found.values_list(*names) if row[0] in people]


def _cases(
    officer: User, first: dt.date, last: dt.date, named: set[uuid.UUID], persons: set[int]
) -> dict[uuid.UUID, _Ill]:
    """Return the cases of some days, those that somebody met, and those that contacts became."""
    names = ("id", "person_id", "person__pseudonym", "place", "status", "onset_date", "of_day", "created_at")
    rows = cases.visible_cases(officer).filter(merged_into=None).exclude(status=Case.Status.WITHDRAWN)
    rows = rows.annotate(of_day=Coalesce("onset_date", "test_date"))
    # Days first, then the few that lie outside of them: a list of ids is short.
    found = {row[0]: _Ill(*row) for row in rows.filter(of_day__gte=first, of_day__lte=last).values_list(*names)}
    known = {row.person for row in found.values() if row.person is not None}
    more = [rows.filter(pk__in=some) for some in _in_parts(sorted(named - found.keys()))]
    more += [rows.filter(person__in=some) for some in _in_parts(sorted(persons - known))]
    for part in more:
        found |= {row[0]: _Ill(*row) for row in part.values_list(*names)}
    return found


def _in_parts(keys: Sequence[_Key], size: int = 500) -> list[Sequence[_Key]]:
    return [keys[at : at + size] for at in range(0, len(keys), size)]


def _withdrawn(keys: set[uuid.UUID]) -> set[uuid.UUID | None]:
    gone: set[uuid.UUID | None] = set()
    for some in _in_parts(sorted(keys)):
        gone |= set(Case.objects.filter(pk__in=some, status=Case.Status.WITHDRAWN).values_list("pk", flat=True))
    return gone


def _admitted(keys: Sequence[uuid.UUID]) -> dict[uuid.UUID, dt.date]:
    """Return the day on which each case was taken to hospital first."""
    found: dict[uuid.UUID, dt.date] = {}
    for some in _in_parts(keys):
        rows = FollowUp_.objects.filter(case__in=some, kind=Course.HOSPITAL.value).exclude(what="discharged")
        found |= dict(rows.order_by("-day").values_list("case_id", "day"))  # the earliest comes last, and stays
    return found


def _lines(
    ill: Mapping[uuid.UUID, _Ill],
    people: Mapping[uuid.UUID, _Near],
    case_of: Mapping[int, uuid.UUID],
    meetings: Sequence[_Met],
) -> dict[str, Line]:
    admitted = _admitted(list(ill))
    first_met: dict[uuid.UUID, dt.date] = {}
    ways: dict[uuid.UUID, set[str]] = defaultdict(set)
    for row in meetings:
        first_met.setdefault(row.contact, row.day)
        ways[row.contact].add(row.found_by)
    lines = {str(row.key): _case_line(row, admitted.get(row.key)) for row in ill.values()}
    for key, near in people.items():
        if key not in first_met:  # all whom it met were withdrawn
            continue
        by = FoundBy.APP if ways[key] == {FoundBy.APP.value} else FoundBy.HAND
        case = case_of.get(near.person) if near.person is not None else None
        if case is None:
            lines[str(key)] = _contact_line(near, first_met[key], by)
            continue
        known_before = near.entered_at <= ill[case].created_at
        since = rules.isolated_since(near.decision, near.isolated_on, admitted.get(case))
        lines[str(case)] = replace(
            lines[str(case)],
            found_as=near.level if known_before else 0,
            found_by=by if known_before else None,
            followed=known_before and near.decision == Decision.CONTACT,
            isolated=since,
            waits=_waits_of_case(ill[case].status, isolated=since is not None),
        )
    return lines


def _case_line(row: _Ill, admitted: dt.date | None) -> Line:
    return Line(
        str(row.key),
        0,
        row.day,
        name=row.pseudonym or f"#{str(row.key)[:6]}",
        confirmed=row.status != Case.Status.SUSPECTED,
        waits=_waits_of_case(row.status, isolated=admitted is not None),
        place=row.place,
        onset=row.onset,
        reported=clock.date_of(row.created_at),
        isolated=admitted,
    )


def _waits_of_case(status: str, *, isolated: bool) -> rules.Wait:
    decided = Decision.WAITING if status == Case.Status.SUSPECTED else Decision.CONTACT
    return waits_for(Standing(Role.F0, decided, called=True, isolated=isolated or status == Case.Status.RECOVERED))


def _contact_line(row: _Near, day: dt.date, by: FoundBy) -> Line:
    decision = row.decision
    since = rules.isolated_since(decision, row.isolated_on, None)
    standing = Standing(Role(row.contact_role), decision, row.called_at is not None, since is not None, row.tested)
    return Line(
        str(row.key),
        row.level,
        day,
        name=row.pseudonym or f"#{str(row.key)[:6]}",
        confirmed=decision is Decision.CONTACT,
        waits=waits_for(standing),
        place=row.place,
        found_as=row.level,
        found_by=by,
        isolated=since,
        reported=clock.date_of(row.entered_at),
        followed=decision is Decision.CONTACT,
    )


def _ties(
    meetings: Sequence[_Met],
    people: Mapping[uuid.UUID, _Near],
    case_of: Mapping[int, uuid.UUID],
    lines: dict[str, Line],
) -> list[Tie]:
    """Return the meetings between lines; who is not to be seen gets a line without a name, added to `lines`."""

    def line_of(contact: uuid.UUID) -> str:
        near = people.get(contact)
        case = case_of.get(near.person) if near is not None and near.person is not None else None
        return str(case or contact)

    found: list[Tie] = []
    hidden: dict[str, str] = {}
    for row in meetings:
        source = row.case or row.near
        target = line_of(row.contact)
        if source is None or target not in lines:
            continue
        key = str(row.case) if row.case is not None else line_of(source)
        if key not in lines:
            key = hidden.setdefault(key, f"other-{len(hidden) + 1}")
            lines.setdefault(key, Line(key, int(row.case is None), row.day, hidden=True, confirmed=True))
        if key != target:
            tie = Tie(key, target, row.day, Setting(row.setting), found_by=FoundBy(row.found_by), site=row.site)
            found.append(tie)
    return found
