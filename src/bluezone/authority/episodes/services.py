"""Follow cases and contacts: enter who was near whom, note calls, decisions, isolation and tests, and keep each episode
with its case, its contacts and its tasks, in one transaction.

Whoever keeps isolations says by `isolate` and `release` when one began, and that it was none.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import services as cases
from bluezone.authority.diagnosis.case_rules import Status
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes import calls, rules, warning
from bluezone.authority.episodes.models import Episode, EpisodeTest, Event, Exposure, Handover
from bluezone.authority.episodes.rules import ContactError, State
from bluezone.authority.episodes.words import (
    Classification,
    Decision,
    EventKind,
    FollowUp,
    FoundBy,
    Reached,
    Role,
    Setting,
)
from bluezone.authority.officers import audit_log, confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity
from bluezone.authority.reports.models import AwaitedEntries, Report
from bluezone.authority.reports.rules import REPORT_LIFE, Verdict
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.authority.work import services as work

#: what tasks of an episode and of a hand-over arise from (`work.Task.source`)
SOURCE, HANDOVER = "episode", "handover"
#: a person is something else now (a contact became a case, or is none after all): sent in the same transaction, with
#: `episode`, `now` and `by`
role_changed = Signal()
#: a test's result was noted: sent in the same transaction, with `episode`, `now` and `by`
tested = Signal()


@dataclass(frozen=True, slots=True)
class Met:
    """Describe an exposure as an office learnt of it. `relation`: as it was written; `site`: the place of an
    organisation, or nothing."""

    day: dt.date
    setting: Setting
    found_by: FoundBy = FoundBy.HAND
    site: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Describe whom (None: somebody unknown) a person was near, and where the person lives or stays."""

    source: Episode | None
    person: Person
    met: Met
    place: str


# --- exposures --------------------------------------------------------------------------------------------------------


@transaction.atomic
def enter(
    source: Case | Episode | None, who: Identity | Person, met: Met, by: Issuer, now: dt.datetime, place: str = ""
) -> Episode:
    """Enter that somebody was near a case or a contact; None: near somebody unknown. `place`: where the person lives or
    stays; empty: in the own office's.

    A person that the office knows by the same document is the same; a telephone number alone says nothing, for a
    household shares it. Raises ContactError, IdentityError.
    """
    if isinstance(source, Case):
        source = of_case(source, now)
    check_source(source, met.day, now)
    place = place or by.place
    if isinstance(who, Person):
        person = who
    else:
        known = persons.find(by.place, "", who.document) if who.document else []
        person = known[0] if known else persons.enter(who, confirming.office_of(place), now)
    return enter_all([Meeting(source, person, met, place)], by, now)[0]


def check_source(source: Episode | None, day: dt.date, now: dt.datetime) -> None:
    """Check that somebody could be infected by a case or a contact on a day. Raises ContactError."""
    rules.contact_of(Role(source.role) if source is not None else None)
    rules.check_meeting(day, *days_of(source), clock.date_of(now), disease().windows.look_back)


@transaction.atomic
def enter_all(meetings: Sequence[Meeting], by: Issuer, now: dt.datetime) -> list[Episode]:
    """Enter who was near whom, in as many statements for two thousand new people as for one; return the episode of
    each meeting. Raises ContactError.

    A person has one open episode, of however many cases, and is what the nearest of them makes of them.
    """
    for each in meetings:
        check_source(each.source, each.met.day, now)
        if each.source is not None and each.source.person_id == each.person.pk:
            raise ContactError(gettext_noop("nobody is a contact of their own"), "pseudonym")
    place_of = {each.person.pk: each.place for each in reversed(meetings)}
    # two officers at once make one episode
    people = list(Person.objects.select_for_update().filter(pk__in=place_of).order_by("pk"))
    persons.keep_all_until(people, clock.date_of(now))
    open_now = Episode.objects.select_for_update(of=("self",)).select_related("person", "case")
    known = list(open_now.filter(person__in=people, ended_on=None))
    rows = {row.person_id: row for row in known}
    new = [
        Episode(person=person, place=place_of[person.pk], opened_at=now, opened_by=by.officer)
        for person in people
        if person.pk not in rows
    ]
    rows |= {row.person_id: row for row in new}
    stored = Exposure.objects.filter(episode__in=known).values_list("episode", "source", "day", "source__role")
    days: dict[tuple[uuid.UUID, uuid.UUID | None, dt.date], str | None] = {
        (episode, source, day): role for episode, source, day, role in stored
    }
    exposures = []
    for each in meetings:
        row, source, met = rows[each.person.pk], each.source, each.met
        if (row.pk, source.pk if source is not None else None, met.day) not in days:
            days[row.pk, source.pk if source is not None else None, met.day] = source.role if source else None
            fields = {"setting": met.setting.value, "found_by": met.found_by.value, "site": met.site}
            exposures.append(Exposure(episode=row, source=source, day=met.day, **fields))
            exposures[-1].seal(met.relation)
    exposed: dict[uuid.UUID, list[tuple[str | None, dt.date]]] = {}
    for (episode, _source, day), role in days.items():
        exposed.setdefault(episode, []).append((role, day))
    for row in new:
        row.role = _as_exposed(row, exposed[row.pk], now)
    Episode.objects.bulk_create(new)
    audit_log.note_new(new)
    Exposure.objects.bulk_create(exposures)
    work.open_all(SOURCE, [(row.pk, each) for row in new for each in rules.tasks_of(_facts(row))], now)
    _met_again(known, exposed, now, by.officer)
    return [rows[each.person.pk] for each in meetings]


def _met_again(
    known: Sequence[Episode],
    exposed: Mapping[uuid.UUID, Sequence[tuple[str | None, dt.date]]],
    now: dt.datetime,
    by: User | None,
) -> None:
    """Keep episodes as they are exposed now. Other days alone make and close no task, but where follow-up was over."""
    as_before = []
    for row in known:
        was, followed = row.contact_role, _is_followed(row, now)
        role = _as_exposed(row, exposed[row.pk], now)
        if was == role and row.role in (role, Role.F0) and followed:
            as_before.append(row)
        else:
            _exposed(row, now, by)
    Episode.objects.bulk_update(as_before, ["first_contact_on", "last_contact_on"])


def _open_of(person: Person | None) -> Episode | None:
    rows = Episode.objects.select_for_update(of=("self",)).select_related("person", "case")
    return rows.filter(person=person, ended_on=None).first() if person is not None else None


def _exposed(row: Episode, now: dt.datetime, by: User | None) -> None:
    """Work out again what an episode is as a contact, from its exposures."""
    before = row.role
    role = _as_exposed(row, list(row.exposures.values_list("source__role", "day")), now)
    if row.role != Role.F0:
        row.role = role
    row.save()
    _changed(row, before, now, by)


def _as_exposed(row: Episode, found: Sequence[tuple[str | None, dt.date]], now: dt.datetime) -> str:
    """Set what an episode is as a contact, from the roles that were met on which days; return its role as one."""
    days = sorted(day for _, day in found)
    row.first_contact_on, row.last_contact_on = days[0], days[-1]
    row.contact_role = rules.nearest(Role(role) if role else None for role, _ in found).value
    row.contact_since = row.contact_since or now
    return row.contact_role


def _changed(row: Episode, before: str, now: dt.datetime, by: User | None, day: dt.date | None = None) -> None:
    """Note another role, hand it on to the contacts' roles, and keep the tasks."""
    if before and row.role != before:
        note_change(row, f"{before}>{row.role}", now, by, day)
        role_changed.send(sender=Episode, episode=row, now=now, by=by)
    exposed = Exposure.objects.filter(source=row).values("episode")  # a subquery: PostgreSQL locks no DISTINCT rows
    for other in Episode.objects.select_for_update(of=("self",)).filter(pk__in=exposed):
        sources = other.exposures.values_list("source__role", flat=True)
        if other.contact_role != rules.nearest(Role(role) if role else None for role in sources):
            _exposed(other, now, by)
    settle(row, now, by)


def note_change(row: Episode, what: str, now: dt.datetime, by: User | None, day: dt.date | None = None) -> None:
    """Note in the time line what somebody was and is now: `f1>f0`."""
    day = day or clock.date_of(now)
    Event.objects.create(episode=row, kind=EventKind.CHANGE.value, day=day, at=now, by=by, what=what)


def open_sources(
    exposures: Iterable[Exposure], shown: QuerySet[Episode], officer: User, now: dt.datetime
) -> set[uuid.UUID]:
    """Return the keys of the sources of exposures that are among the episodes shown to an officer, and open in a shift
    who those are that no file number names (`Exposure.near`)."""
    sources = [each.source for each in exposures if each.source is not None]  # of one episode each its own object
    seen = set(shown.filter(pk__in={row.pk for row in sources}).values_list("pk", flat=True))
    named = (row.person for row in sources if row.pk in seen and not (row.case and row.case.file_number))
    persons.open_for(named, officer, now)
    return seen


def days_of(source: Episode | None) -> tuple[dt.date, dt.date]:
    """Return the first and last day on which who was met can have infected others."""
    if source is not None and source.role == Role.F0 and source.case is not None:
        return rules.infectious_days(source.case.window, None)
    return rules.infectious_days(None, source.first_contact_on if source is not None else None)


@transaction.atomic
def name_source(row: Episode, source: Episode, setting: Setting, site: str, by: Issuer, now: dt.datetime) -> None:
    """Note of whom somebody is a contact whose phone warned. Raises ContactError where that is known, or cannot be."""
    row = locked(row)
    unknown = row.exposures.filter(source=None)
    if not unknown.exists():
        raise ContactError(gettext_noop("this is known already: look again"), "case")
    if source.pk == row.pk:
        raise ContactError(gettext_noop("nobody is a contact of their own"), "case")
    known = set(row.exposures.filter(source=source).values_list("day", flat=True))
    unknown.filter(day__in=known).delete()
    unknown.update(source=source, setting=setting.value, site=site)
    _exposed(row, now, by.officer)


# --- what phones reported ---------------------------------------------------------------------------------------------


@transaction.atomic
def from_report(report: Report, number: str, now: dt.datetime) -> Episode:
    """Open the episode of who reported an exposure and is to be called: of one number one, until it is decided of."""
    waiting = Episode.objects.select_for_update(of=("self",)).filter(
        ended_on=None,
        place=report.place,
        classification=Classification.SUSPECTED.value,
        exposures__report__number_digest=report.number_digest,
    )
    row = waiting.first()
    if row is None:
        person = persons.enter(Identity(telephone=number), confirming.office_of(report.place), now)
        person.expires_on = clock.date_of(now + REPORT_LIFE)
        person.save(update_fields=["expires_on"])
        row = Episode.objects.create(
            person=person, place=report.place, role=Role.F1.value, opened_at=now, warned_at=report.received_at
        )
    Exposure.objects.create(
        episode=row, day=report.day, setting=Setting.OTHER.value, found_by=FoundBy.APP.value, report=report
    )
    _exposed(row, now, None)
    return row


@transaction.atomic
def report_taken_back(report: Report, now: dt.datetime) -> None:
    """Delete the episode of who takes a report back, with the number, unless the office knows of it otherwise or has
    decided that it is a contact."""
    for exposure in report.exposures.select_related("episode"):
        row = locked(exposure.episode)
        if row.decision not in (Decision.WAITING, Decision.LOST):
            continue
        exposure.delete()
        if row.exposures.exists():
            _exposed(row, now, None)
            continue
        work.settle(SOURCE, row.pk, (), now)
        row.delete()
        if row.person is not None:
            row.person.delete()


# --- cases ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def follow_case(case: Case, now: dt.datetime) -> Episode:
    """Keep the episode of a case as the case is: one is opened with it, or the open one of its person becomes it."""
    row = Episode.objects.select_for_update(of=("self",)).select_related("person", "case").filter(case=case).first()
    theirs, person = _open_of(case.person), case.person
    if theirs is not None and theirs.case not in (None, case) and theirs.case.status != Status.WITHDRAWN:
        theirs = person = None  # the person's other illness
    if row is None:
        row = theirs or Episode(place=case.place, role=Role.F0.value, opened_at=case.created_at, person=person)
    elif theirs is not None and theirs.pk != row.pk:
        _join(row, theirs)
        row = theirs
    elif person is not None:
        row.person = person
    before = row.role if row.case_id or row.contact_role else ""
    row.case = case
    if case.merged_into_id is not None and row.pk is not None:
        take_back_handovers(row, now)  # what is done is done with the other case
    if not row.contact_role:
        row.place, row.opened_by = case.place, row.opened_by or case.created_by
    after = rules.of_case(
        Status(case.status),
        row.state,
        clinical=case.report_type == Case.ReportType.CLINICAL,
        merged=case.merged_into_id is not None,
        contact=_as_contact(row),
    )
    become_state(row, after, now)
    _changed(row, before, now, None)
    return row


def _as_contact(row: Episode) -> State | None:
    """Return what somebody was as a contact; None for who never was one."""
    if not row.contact_role or (row.role == Role.F0 and row.tests.filter(result="positive").exists()):
        return None  # a positive test makes a case, before anybody confirms it
    if row.role != Role.F0:
        return row.state
    decided = Classification.CONFIRMED if row.decided_at else Classification.SUSPECTED
    return State(Role(row.contact_role), decided, FollowUp.RUNNING)


def _join(gone: Episode, kept: Episode) -> None:
    """Give what hangs on the episode of a case to the open one of the same person."""
    known = set(kept.passed_on.values_list("episode", "day"))
    for exposure in gone.passed_on.all():
        if (exposure.episode_id, exposure.day) not in known:
            exposure.source = kept
            exposure.save(update_fields=["source"])
    for event in gone.events.all():
        facts, event.episode = event.facts, kept
        if facts:
            event.seal(facts)  # it was encrypted for the other episode alone
        event.save(update_fields=["episode", "sealed"])
    Episode.objects.filter(pk=gone.pk).delete()


def become_state(row: Episode, after: State, now: dt.datetime) -> None:
    """Set what an episode is, and end or open it."""
    row.role, row.classification, row.follow_up = after.role.value, after.classification.value, after.follow_up.value
    row.outcome = after.outcome.value if after.outcome else ""
    if after.is_over:
        row.ended_on = row.ended_on or clock.date_of(now)
    elif not Episode.objects.filter(person=row.person, ended_on=None).exclude(person=None).exclude(pk=row.pk).exists():
        row.ended_on = None
    row.save()


def of_case(case: Case, now: dt.datetime) -> Episode:
    """Return the episode of a case."""
    row = Episode.objects.select_related("person", "case").filter(case=case).first()
    return row or follow_case(case, now)


@transaction.atomic
def open_case(row: Episode, by: Issuer, now: dt.datetime) -> Case:
    """Open a suspected case of a contact who is tested today, of the same person; the one there is, if there is one.
    Raises ContactError for a person whose identity has gone, or is another office's."""
    row = locked(row)
    if row.person is None or row.person.place != by.place:
        raise ContactError(gettext_noop("this identity belongs to another office"))
    if row.case is not None and row.case.status != Status.WITHDRAWN:
        return row.case
    new = cases.NewCase(Case.ReportType.SUSPECTED, test_date=clock.date_of(now), person=row.person)
    case = cases.open_without_code(new, by, now)
    persons.keep_until(row.person, clock.date_of(now))
    return case


def take_back_handovers(row: Episode, now: dt.datetime, by: User | None = None) -> None:
    """Take back that another office is asked to take somebody over, with whoever was to go along."""
    for asked in Handover.objects.filter(episode=row, state=Handover.State.WAITING):
        together = Handover.objects.filter(Q(pk=asked.pk) | Q(asked_with=asked.pk), state=Handover.State.WAITING)
        for each in together:
            each.state, each.decided_at = Handover.State.TAKEN_BACK, now
            each.save(update_fields=["state", "decided_at"])
        work.settle(HANDOVER, asked.pk, (), now, by)


# --- what is done -----------------------------------------------------------------------------------------------------


@transaction.atomic
def call(row: Episode, said: calls.Said, by: User, now: dt.datetime) -> Event:
    """Note a call. Raises ContactError (`calls.note`)."""
    row = locked(row)
    noted = calls.note(row, said, by, now)
    settle(row, now, by)
    return noted


@transaction.atomic
def call_in_short(row: Episode, reached: Reached, by: User, now: dt.datetime) -> None:
    """Note a call by one press: who was reached has no symptoms, and is a contact; who did not answer is called again
    in two hours. Raises ContactError."""
    if reached is not Reached.YES:
        call(row, calls.Said(reached, again_at=rules.next_try(timezone.localtime(now))), by, now)
        return
    call(row, calls.Said(reached, {"symptoms": ["none"]}), by, now)
    if row.role != Role.F0 and row.decision is Decision.WAITING:
        decide(row, Decision.CONTACT, by, now)


@transaction.atomic
def decide(row: Episode, decision: Decision, by: User | None, now: dt.datetime) -> None:
    """Decide of a contact; who is none warns nobody any more, and of whom nothing but a telephone number is known, by
    the phone's report, that is deleted: of whom no stay has made more known. Raises ContactError."""
    row = locked(row)
    if row.role == Role.F0:
        raise ContactError(gettext_noop("this is a case: its test's result is noted on the case's page"))
    before = row.decision
    rules.check_decision(before, decision)
    if before is Decision.NOT and _open_of(row.person) is not None:
        raise ContactError(gettext_noop("this person is followed anew: open that page"))
    row.decided_at = now
    become_state(row, rules.decided(Role(row.role), Classification(row.classification), decision), now)
    note_change(row, f"{before}>{decision}", now, by)
    if decision is Decision.CONTACT and row.person is not None:
        persons.keep_until(row.person, clock.date_of(now))
    if decision is Decision.NOT:
        warning.release(row, now)
    settle(row, now, by)
    by_phone = not row.exposures.exclude(found_by=FoundBy.APP).exists() and not row.stays.exists()
    if decision is Decision.NOT and row.person is not None and by_phone:
        AwaitedEntries.objects.filter(report__exposures__episode=row).delete()
        row.person.delete()


@transaction.atomic
def isolate(row: Episode, day: dt.date, now: dt.datetime, by: User | None = None) -> None:
    """Note since when somebody is apart from others. Raises ContactError."""
    row = locked(row)
    rules.check_isolation(day, row.first_contact_on or day, clock.date_of(now))
    row.isolated_on = day
    row.save(update_fields=["isolated_on"])
    settle(row, now, by)


@transaction.atomic
def release(row: Episode, now: dt.datetime) -> None:
    """Note that somebody was not apart from others: the day that was noted was a mistake."""
    row = locked(row)
    row.isolated_on = None
    row.save(update_fields=["isolated_on"])
    settle(row, now)


@transaction.atomic
def found_negative(
    row: Episode, now: dt.datetime, by: User | None = None, taken_on: dt.date | None = None, sample: str = ""
) -> None:
    """Note that a test was negative: of those that are due the one nearest to the sample's day has its result, and a
    contact warns nobody any more. A positive one is a case's."""
    row, day = locked(row), taken_on or clock.date_of(now)
    near = rules.TEST_NEAR
    due = row.tests.filter(result="", due_on__gte=day - near, due_on__lte=day + near)
    test = min(due, key=lambda each: abs(each.due_on - day), default=None) or row.tests.filter(due_on=day).first()
    test = test or EpisodeTest(episode=row, due_on=day)
    test.taken_on, test.result, test.sample, test.noted_by = day, "negative", sample, by
    test.save()
    warning.release(row, now)
    tested.send(sender=Episode, episode=row, now=now, by=by)


@transaction.atomic
def result_of(
    *, person: Person, result: str, sampled_on: dt.date, sample: str, now: dt.datetime, by: User | None, **_: object
) -> None:
    """Note what a laboratory found of somebody who is followed (a signal's receiver): a negative result is that of the
    test that was due; one that is taken back leaves it due again. A positive one makes a case, and that an F0."""
    row = _open_of(person)
    if row is None:
        return
    if result == "negative":
        found_negative(row, now, by, sampled_on, sample)
        return
    undone = row.tests.filter(sample=sample, result="negative")
    if undone.update(result="", taken_on=None, sample=""):
        tested.send(sender=Episode, episode=row, now=now, by=by)


@transaction.atomic
def become(row: Episode, role: Role, day: dt.date, now: dt.datetime, by: User | None = None) -> None:
    """Make a case (F0) of whose test of a day was positive, or what they were of who is none after all."""
    row = locked(row)
    before, row.role = row.role, role.value
    row.classification = (Classification.PROBABLE if role is Role.F0 else Classification.CONFIRMED).value
    row.save(update_fields=["role", "classification"])
    _changed(row, before, now, by, day)


def settle(row: Episode, now: dt.datetime, by: User | None = None) -> None:
    """Open and close the tasks of an episode. Call it in the transaction that changes it."""
    reports = [each.report for each in row.exposures.exclude(report=None).select_related("report")]
    corroborated = [each.risk for each in reports if each is not None and each.verdict == Verdict.CORROBORATED]
    facts = _facts(row, max([1, *corroborated]) if corroborated else 0, _ill_after(row, now))
    if not facts.isolated and row.stays.filter(ended_on=None).exists():
        facts = replace(facts, isolated=True)  # a stay is entered that begins later: the order to sign is its task
    work.settle(SOURCE, row.pk, rules.tasks_of(facts), now, by)


def _facts(row: Episode, risk: int = 0, ill_after: dt.datetime | None = None) -> rules.Facts:
    return rules.Facts(
        Role(row.role),
        row.decision,
        row.place,
        row.contact_since or row.opened_at,
        row.person_id,
        over=row.ended_on is not None,
        risk=risk,
        called_at=row.called_at,
        call_again_at=row.call_again_at,
        decided_at=row.decided_at,
        isolated=row.isolated_on is not None,
        ill_after=ill_after,
    )


def _ill_after(row: Episode, now: dt.datetime) -> dt.datetime | None:
    """Return when the follow-up of a contact should have ended, of who told signs last; None for all others."""
    until = rules.last_day(row.follow_up_until, row.last_contact_on, disease().windows.follow_up)
    if until is None or _is_followed(row, now) or row.role == Role.F0 or row.ended_on is not None:
        return None
    newest = row.events.filter(kind=EventKind.CHECK.value).order_by("-day", "-at").first()
    return clock.beginning_of(until + dt.timedelta(days=1)) if newest is not None and newest.severity else None


def _is_followed(row: Episode, now: dt.datetime) -> bool:
    until = rules.last_day(row.follow_up_until, row.last_contact_on, disease().windows.follow_up)
    return until is None or until >= clock.date_of(now)


def locked(row: Episode) -> Episode:
    """Return an episode as it is now, locked until the transaction ends."""
    return Episode.objects.select_for_update(of=("self",)).select_related("person", "case").get(pk=row.pk)
