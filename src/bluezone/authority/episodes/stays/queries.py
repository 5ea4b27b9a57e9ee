"""Read stays: of an officer's jurisdiction alone, by site and home; what is due of them; what a release lacks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from bluezone.authority.episodes.models import Bed, Episode, EpisodeTest, Event, Letter, Stay
from bluezone.authority.episodes.stays import protocols, rules
from bluezone.authority.episodes.stays.rosters import SECTOR
from bluezone.authority.episodes.stays.rules import (
    ONCE,
    TWICE,
    Ask,
    CheckFacts,
    Due,
    Missing,
    Said,
    Severity,
    StayFacts,
    TestFacts,
    tasks_of_stay,
)
from bluezone.authority.episodes.words import EventKind, Role
from bluezone.authority.officers import scope
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.authority.units.models import Organisation
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Wanted

#: what tasks of a stay arise from (`work.Task.source`)
SOURCE = "stay"
_RELATED = ("bed", "organisation", "episode__person", "episode__case", "episode__owner")


def local(moment: dt.datetime) -> dt.datetime:
    """Return a moment in the local time of the officers."""
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE))


def visible(user: User) -> QuerySet[Stay]:
    """Return the stays that an officer sees, each with its bed, site and person."""
    return _of_area(user, scope.visible)


def editable(user: User) -> QuerySet[Stay]:
    """Return the stays that an officer may change."""
    return _of_area(user, scope.editable)


def editable_of(rows: QuerySet[Stay], user: User | AnonymousUser, _field: str = "") -> QuerySet[Stay]:
    """Filter stays by those an officer may change, for the pages of one."""
    return rows.filter(pk__in=editable(scope.officer(user)).values("pk"))


def _of_area(user: User, reach: Callable[..., QuerySet[Stay]]) -> QuerySet[Stay]:
    """Return the stays in an officer's area, and those that have ended of whom it follows now: what is left to do of
    them is done there."""
    own, rows = scope.jurisdiction(user), Stay.objects.select_related(*_RELATED)
    if own is None or not rules.sees_people(own):
        return rows.none()
    return reach(rows, user) | reach(rows.exclude(ended_on=None), user, "episode__place")


def running(rows: QuerySet[Stay], today: dt.date) -> QuerySet[Stay]:
    """Return those who are in isolation on a day."""
    return rows.filter(ended_on=None, since__lte=today, until__gte=today)


def running_of(episode: Episode) -> Stay | None:
    """Return the stay of an episode that nobody has ended."""
    return episode.stays.select_related(*_RELATED).filter(ended_on=None).first()


def overdue(rows: QuerySet[Stay], today: dt.date) -> QuerySet[Stay]:
    """Return those whose last day is over and whom nobody has released."""
    return rows.filter(ended_on=None, until__lt=today)


# --- sites ------------------------------------------------------------------------------------------------------------


def sites(user: User) -> QuerySet[Organisation]:
    """Return the open sites that an officer sees."""
    own = scope.jurisdiction(user)
    if own is None or not rules.sees_people(own):
        return Organisation.objects.none()
    return scope.visible(Organisation.objects.filter(sector=SECTOR, closed_on=None), user).order_by("name", "pk")


@dataclass(frozen=True, slots=True)
class SiteBeds:
    """Hold a site with how many beds it has, and how many people are in them."""

    site: Organisation
    beds: int
    taken: int

    @property
    def free(self) -> int:
        return max(0, self.beds - self.taken)


def with_beds(found: QuerySet[Organisation]) -> list[SiteBeds]:
    """Return sites with their beds."""
    keys = found.order_by().values("pk")
    beds = Bed.objects.filter(organisation__in=keys).values_list("organisation").annotate(count=Count("pk")).order_by()
    stays = Stay.objects.filter(organisation__in=keys, ended_on=None)
    taken = stays.values_list("organisation").annotate(count=Count("pk")).order_by()
    of_beds, of_stays = dict(beds), dict(taken)
    return [SiteBeds(each, of_beds.get(each.pk, 0), of_stays.get(each.pk, 0)) for each in found]


def free_beds(organisation: Organisation) -> QuerySet[Bed]:
    """Return the beds of a site that nobody is in."""
    taken = Stay.objects.filter(bed=OuterRef("pk"), ended_on=None)
    return organisation.beds.filter(~Exists(taken)).order_by("number_key")


# --- what is due ------------------------------------------------------------------------------------------------------


def round_begins(stay: Stay, twice: Collection[str], now: dt.datetime) -> dt.datetime:
    """Return since when a check of today, or a message that asks for it, counts for the round that runs: the day's, or
    of cases at home that of the morning or the evening. `twice`: `protocols.twice()`."""
    here = local(now)
    begun = rules.begun_round(TWICE if stay.protocol in twice else ONCE, here.time())
    return dt.datetime.combine(here.date(), begun.counts_from, here.tzinfo)


def dues(rows: Iterable[Stay], now: dt.datetime) -> dict[int, Due]:
    """Return by stay what is due of today's check."""
    checks = Event.objects.filter(kind=EventKind.CHECK.value, day=clock.date_of(now))
    last = checks.values("episode").annotate(last=Max("at")).values_list("episode", "last").order_by()
    listed = list(rows)
    heard, twice = dict(last.filter(episode__in=[each.episode_id for each in listed])), protocols.twice()
    return {
        each.pk: rules.declaration_due(
            each.since,
            each.until,
            each.ended_on,
            entered_at=local(each.entered_at),
            heard_at=local(heard[each.episode_id]).time() if each.episode_id in heard else None,
            now=local(now),
            rounds=TWICE if each.protocol in twice else ONCE,
        )
        for each in listed
    }


def undeclared(rows: QuerySet[Stay], today: dt.date) -> QuerySet[Stay]:
    """Return those who are in isolation and were not heard on a day."""
    heard = Event.objects.filter(episode=OuterRef("episode"), kind=EventKind.CHECK.value, day=today)
    return running(rows, today).filter(~Exists(heard))


def to_answer(rows: QuerySet[Stay]) -> QuerySet[Event]:
    """Return the checks with symptoms that nobody has answered: the worst first, then the oldest."""
    episodes = rows.values("episode")
    found = Event.objects.filter(episode__in=episodes, kind=EventKind.CHECK.value, severity__gt=0, answered_at=None)
    return found.order_by("-severity", "at")


def tests_open(rows: QuerySet[Stay], today: dt.date) -> QuerySet[EpisodeTest]:
    """Return the tests that are due or missed, of stays that nobody has ended."""
    episodes = rows.filter(ended_on=None).values("episode")
    return EpisodeTest.objects.filter(episode__in=episodes, result="", taken_on=None, due_on__lte=today)


@dataclass(frozen=True, slots=True)
class Standing:
    """Count what is known of the stays an officer sees, on a day."""

    running: int
    declared: int
    overdue: int
    tests: int
    to_answer: int


def standing(rows: QuerySet[Stay], now: dt.datetime) -> Standing:
    """Count what is due of some stays."""
    today = clock.date_of(now)
    there = running(rows, today).count()
    return Standing(
        running=there,
        declared=there - undeclared(rows, today).count(),
        overdue=overdue(rows, today).count(),
        tests=tests_open(rows, today).count(),
        to_answer=to_answer(rows).count(),
    )


def unsettled(today: dt.date) -> QuerySet[Stay]:
    """Return the running stays whose tasks nobody has looked at on a day."""
    rows = Stay.objects.filter(ended_on=None).filter(Q(settled_on=None) | Q(settled_on__lt=today))
    return rows.select_related("episode")


# --- what tasks and releases follow from ------------------------------------------------------------------------------


def test_facts(test: EpisodeTest) -> TestFacts:
    """Return of a test what rules ask."""
    return TestFacts(test.due_on, test.taken_on, test.result)


def tasks_of(stays: Iterable[Stay], now: dt.datetime) -> dict[int, list[Wanted]]:
    """Return by stay the tasks that it wants to be open, in as many statements for one as for all."""
    listed = list(stays)
    episodes, twice = [each.episode_id for each in listed], protocols.twice()
    heard: dict[object, dt.datetime] = {}
    alarms: dict[object, list[tuple[dt.datetime, Severity]]] = defaultdict(list)
    checks = Event.objects.filter(episode__in=episodes, kind=EventKind.CHECK.value).order_by("day", "at")
    for episode, day, at, severity, answered in checks.values_list("episode", "day", "at", "severity", "answered_at"):
        told = local(at)
        heard[episode] = told if told.date() == day else dt.datetime.combine(day, dt.time.max, told.tzinfo)
        if severity and answered is None:
            alarms[episode].append((at, Severity(severity)))
    tests: dict[object, list[TestFacts]] = defaultdict(list)
    for test in EpisodeTest.objects.filter(episode__in=episodes):
        tests[test.episode_id].append(test_facts(test))
    orders = Letter.objects.filter(stay__in=[each.pk for each in listed], kind="order", withdrawn_at=None)
    ordered = {(stay, since, until) for stay, since, until in orders.values_list("stay", "since", "until")}
    anew = {stay for stay, _since, _until in ordered} - {
        each.pk for each in listed if (each.pk, each.since, each.until) in ordered
    }
    asked = Task.objects.filter(source=SOURCE, source_key__in=map(str, anew), kind=Kind.ORDER, state=Task.State.OPEN)
    asked_at = {int(key): at for key, at in asked.values_list("source_key", "opened_at")} if anew else {}
    return {
        each.pk: tasks_of_stay(
            StayFacts(
                place=each.place,
                follower=each.episode.place,
                person=each.episode.person_id,
                role=Role(each.episode.role),
                since=each.since,
                until=each.until,
                entered_at=local(each.entered_at),
                ended_on=each.ended_on,
                ordered=(each.pk, each.since, each.until) in ordered,
                asked_at=local(asked_at.get(each.pk, now)) if each.pk in anew else None,
                heard_at=heard.get(each.episode_id),
                rounds=TWICE if each.protocol in twice else ONCE,
                alarms=alarms[each.episode_id],
                tests=[
                    test for test in tests[each.episode_id] if rules.is_shown(test.due_on, test.result, each.ended_on)
                ],
                unconfirmed=each.episode.case_id is None
                and any(test.result == "positive" for test in tests[each.episode_id]),
                awaits_second=each.needs_second and each.agreed_by_id is None,
            ),
            local(now),
        )
        for each in listed
    }


def first_day(stay: Stay) -> dt.date:
    """Return the day from which a stay's days count: its first, or that of the test by which its person became a
    case."""
    became = stay.episode.events.filter(kind=EventKind.CHANGE.value, what__endswith=f">{Role.F0.value}").order_by("-at")
    day = became.values_list("day", flat=True).first() if stay.episode.role == Role.F0 else None
    return max(day or stay.since, stay.since)


def missing_of(stay: Stay, day: dt.date) -> tuple[Missing, ...]:
    """Return what the release of a stay on a day lacks, by its protocol. Of a rule that is known no more all is
    asked."""
    rule = protocols.by_name(stay.protocol)
    checks = Event.objects.filter(episode=stay.episode_id, kind=EventKind.CHECK.value, severity__gt=0)
    found = []
    for event in checks.filter(Q(answered_at=None) | Q(day=day)):
        said = Said.from_json(event.facts)
        fever = said.has_fever(disease().signs)
        found.append(CheckFacts(event.day, Severity(event.severity), fever, event.answered_at is not None))
    tests = [test_facts(test) for test in EpisodeTest.objects.filter(episode=stay.episode_id)]
    until = rule.positive_until(first_day(stay)) if rule is not None else None
    asks = rule.release if rule is not None else frozenset(Ask)
    return rules.missing_of_release(asks, found, tests, day, positive_until=until)
