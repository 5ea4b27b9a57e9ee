"""Note the course of a person as events of the episode: signs, hospital, outcome, travel; end follow-ups by rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from bluezone.authority.diagnosis import services as diagnosis
from bluezone.authority.diagnosis.case_rules import Status
from bluezone.authority.episodes import rules, services
from bluezone.authority.episodes.models import Episode, Event, Stay
from bluezone.authority.episodes.rules import HEARD
from bluezone.authority.episodes.stays import queries as stays
from bluezone.authority.episodes.stays import services as stay_services
from bluezone.authority.episodes.stays.rules import Ending, Said, Severity, Way
from bluezone.authority.episodes.words import Course, EventKind, FollowUp, Role, Travel
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.locks import job_lock

#: that somebody has no symptoms, among the symptoms of a form
NONE = "none"
_MOST_A_TURN = 2_000


@dataclass(frozen=True, slots=True)
class Noted:
    """Hold what was learnt of somebody on a day: symptoms (`NONE`: asked, and there are none), hospital, outcome."""

    day: dt.date
    symptoms: Sequence[str] = ()
    hospital: Course | None = None
    outcome: Course | None = None


@transaction.atomic
def note(row: Episode, what: Noted, by: User, now: dt.datetime) -> None:
    """Note the course of somebody; who is in hospital is apart from others, who is well again has recovered, who died
    or moved away is followed no more, who cannot be found is lost. Raises ContactError."""
    row, today = services.locked(row), clock.date_of(now)
    rules.check_course(what.day, what.symptoms, (what.hospital, what.outcome), today)
    stay = stays.running_of(row)
    if what.symptoms:
        said = Said(tuple(each for each in what.symptoms if each != NONE))
        event = Event(episode=row, kind=EventKind.CHECK.value, day=what.day, at=now, by=by, what=Way.CALL.value)
        severity = said.severity(disease().signs)
        is_alarm = severity is Severity.EMERGENCY and stay is not None
        event.severity, event.answered_at = severity, None if is_alarm else now
        event.seal(said.as_json)
        event.save()
    for step in filter(None, (what.hospital, what.outcome)):
        Event.objects.create(episode=row, kind=EventKind.COURSE.value, day=what.day, at=now, by=by, what=step.value)
    if row.case is not None:
        diagnosis.keep_person(row.case, now)
    elif row.person is not None:
        persons.keep_until(row.person, today)
    apart = row.isolated_on
    if what.hospital in (Course.ADMITTED, Course.INTENSIVE) and (apart is None or what.day < apart):
        row.isolated_on = max(what.day, row.first_contact_on or what.day)
        row.save(update_fields=["isolated_on"])
    if what.outcome is not None:
        services.become_state(row, rules.after_outcome(row.state, what.outcome), now)
        if what.outcome is Course.WELL and row.case is not None and row.case.status == Status.CONFIRMED:
            diagnosis.change_status(row.case, Status.RECOVERED)
            row.refresh_from_db()
    if what.outcome is Course.DIED and stay is not None:  # nobody reminds the dead, or asks their family
        stay = stay_services.end(stay, stay_services.Ended(Ending.DIED), by, now)
    services.settle(row, now, by)
    if stay is not None:
        stay_services.settle(stay, now, by)


@transaction.atomic
def note_travel(row: Episode, how: Travel, by: User, now: dt.datetime) -> Event:
    """Note from where somebody came, encrypted but for the day and the vehicle. Raises ContactError."""
    rules.check_course(how.arrived_on, (NONE,), (), clock.date_of(now))
    event = Event(episode=row, kind=EventKind.TRAVEL.value, day=how.arrived_on, at=now, by=by, what=how.by)
    event.seal({"origin": how.origin, "number": how.number})
    event.save()
    return event


# --- how follow-up ends -----------------------------------------------------------------------------------------------


def job(now: dt.datetime) -> str | None:
    """End the follow-ups that are over. For the worker."""
    with job_lock("follow-up"):
        ended = end_follow_ups(now)
    return f"{ended} ended" if ended else None


def end_follow_ups(now: dt.datetime) -> int:
    """End by rule the follow-up of contacts: completed, or lost; return how many."""
    today = clock.date_of(now)
    passed = Q(follow_up_until__lt=today) | Q(
        follow_up_until=None, last_contact_on__lt=today - disease().windows.follow_up.span
    )
    unreached = Event.objects.filter(
        episode=OuterRef("pk"), kind=EventKind.CALL.value, at__lte=now - rules.LOST_AFTER
    ).exclude(what__in=HEARD)
    running = Stay.objects.filter(episode=OuterRef("pk"), ended_on=None)
    rows = Episode.objects.filter(~Exists(running), ended_on=None, follow_up=FollowUp.RUNNING.value)
    rows = rows.filter(passed | Exists(unreached)).exclude(role=Role.F0.value)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:_MOST_A_TURN])
    return sum(_ended(Episode(pk=key), now) for key in keys)


@transaction.atomic
def _ended(row: Episode, now: dt.datetime) -> bool:
    """End one follow-up, if it is over still."""
    row, today = services.locked(row), clock.date_of(now)
    after = rules.follow_up_after(_followed(row), today)
    if row.follow_up != FollowUp.RUNNING or after is FollowUp.RUNNING:
        services.settle(row, now)  # who told signs is to be called
        return False
    if after is FollowUp.COMPLETED:
        stay_services.complete(row, today)
    row.follow_up = after.value
    row.save()
    services.note_change(row, f"{FollowUp.RUNNING}>{after}", now, None)
    services.settle(row, now)
    return True


def _followed(row: Episode) -> rules.Followed:
    checks = row.events.filter(kind=EventKind.CHECK.value).order_by("-day", "-at")
    newest = checks.first()
    calls = row.events.filter(kind=EventKind.CALL.value).order_by("-at", "-pk").values_list("what", "at")
    unreached: dt.date | None = None
    for what, at in calls:
        if what in HEARD or (newest is not None and newest.at > at):
            break
        unreached = clock.date_of(at)
    return rules.Followed(
        Role(row.role),
        rules.last_day(row.follow_up_until, row.last_contact_on, disease().windows.follow_up),
        heard=row.called_at is not None or newest is not None or row.stays.exists(),
        unreached_since=unreached,
        has_symptoms=newest is not None and newest.severity > 0,
        is_isolated=stays.running_of(row) is not None,
    )
