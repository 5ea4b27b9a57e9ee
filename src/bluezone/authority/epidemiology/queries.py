"""Read what the figures of an outbreak are reckoned from: cases with their dates, who can have infected them, counts of
contacts. One query each, whatever their number."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Substr

from bluezone.authority.epidemiology.figures import Asked, Contact, Exposed, Found, Patient, days
from bluezone.authority.episodes.models import Episode, Event, Exposure
from bluezone.authority.episodes.words import (
    Classification,
    Course,
    EventKind,
    FollowUp,
    FoundBy,
    Reached,
    Role,
    Setting,
)
from bluezone.authority.issuing.models import LabResult
from bluezone.authority.issuing.results.rules import Result
from bluezone.authority.officers.jurisdiction import codes_of
from bluezone.authority.site import clock

#: so many days before the first one asked for cases are read: means and reproduction numbers need them
BEFORE = dt.timedelta(days=30)
#: the days whose calls are counted
ASKED_DAYS = 14
_NOT, _CONFIRMED = Classification.NOT.value, Classification.CONFIRMED.value


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


def patients(rows: QuerySet[Episode], wanted: Wanted, own: str) -> list[Patient]:
    """Return the cases with a date on the days, or up to `BEFORE` before them; `own`: place of the jurisdiction."""
    since = wanted.first - BEFORE
    there = cases(rows, wanted).filter(
        Q(case__onset_date__range=(since, wanted.last))
        | Q(case__test_date__range=(since, wanted.last))
        | Q(case__created_at__gte=clock.beginning_of(since))
    )
    at = Coalesce("case__created_at", "opened_at")
    values = there.annotate(found=found()).values_list(
        Cast("pk", CharField()),
        "person__pseudonym",
        "place",
        "found",
        "classification",
        *(Cast(name, CharField()) for name in ("case__onset_date", "case__test_date")),
        Substr(Cast(at, CharField()), 1, 13),
        *(Cast(name, CharField()) for name in ("isolated_on", "last_contact_on")),
        Cast("case_id", CharField()),
    )
    day, part = _day(), cache(lambda place: part_of(place, own))
    admitted, results = _first_days(_admissions(there), day), _first_days(_results(there), day)
    ways = {each.value: each for each in Found}
    read = []
    for key, name, place, way, state, onset, sample, hour, apart, exposed, case in values.iterator(20_000):
        isolated = min(filter(None, (day(apart), admitted.get(key))), default=None)
        read.append(
            Patient(
                key, name or f"#{key[:6]}", part(place), ways[way], state == _CONFIRMED,
                day(onset), day(sample), results.get(case), day(hour), isolated, day(exposed),
            )
        )  # fmt: skip
    return read


def cases(rows: QuerySet[Episode], wanted: Wanted) -> QuerySet[Episode]:
    """Return the cases of a place, confirmed or all that are not withdrawn."""
    rows = rows.filter(role=Role.F0.value, place__startswith=wanted.place)
    return rows.exclude(classification=_NOT) if wanted.suspected else rows.filter(classification=_CONFIRMED)


def _day() -> Callable[[str | None], dt.date | None]:
    """Return a reader of days, and of hours in UTC, as the database writes them: of 100,000 dates few are different, so
    each is read once."""

    @cache
    def read(text: str | None) -> dt.date | None:
        if not text:
            return None
        if len(text) == 10:
            return dt.date.fromisoformat(text)
        return clock.date_of(dt.datetime.fromisoformat(f"{text}:00+00:00"))

    return read


def found() -> Case:
    """Say in the database how a case was found: who was a case before they were entered as a contact was not traced."""
    known = Exposure.objects.filter(Q(source=None) | ~Q(source__classification=_NOT), episode=OuterRef("pk"))
    app, asking = (Exists(known.filter(found_by=by.value)) for by in (FoundBy.APP, FoundBy.HAND))
    late = Q(contact_since__gt=F("case__created_at"))
    return Case(
        When(Q(contact_role="") | late, then=Value(Found.NOT_TRACED.value)),
        When(app & asking, then=Value(Found.BOTH.value)),
        When(app, then=Value(Found.APP.value)),
        default=Value(Found.ASKING.value),
        output_field=CharField(),
    )


def _admissions(there: QuerySet[Episode]) -> QuerySet[Event]:
    steps = (Course.ADMITTED.value, Course.INTENSIVE.value)
    events = Event.objects.filter(kind=EventKind.COURSE.value, what__in=steps, episode__in=there.values("pk"))
    return events.values_list(Cast("episode_id", CharField()), Cast(Min("day"), CharField()))


def _results(there: QuerySet[Episode]) -> QuerySet[LabResult]:
    results = LabResult.objects.filter(result=Result.POSITIVE.value, case__in=there.values("case"))
    return results.values_list(Cast("case_id", CharField()), Cast(Min("reported_on"), CharField()))


def _first_days(rows: Iterable[Any], day: Callable[[str | None], dt.date | None]) -> dict[str, dt.date]:
    return {key: found for key, text in rows if (found := day(text)) is not None}


def contacts_of_cases(rows: QuerySet[Episode], wanted: Wanted) -> list[Contact]:
    """Return whom confirmed cases were near, whoever follows those; a merged case is the one it turned out to be."""
    kept = "source__case__merged_into__episode__"
    met = Exposure.objects.filter(
        episode__in=cases(rows, Wanted(wanted.first, wanted.last, wanted.place)).values("pk"),
        source__isnull=False,
        day__range=(wanted.first - BEFORE, wanted.last),
    ).annotate(of=Coalesce(f"{kept}pk", "source_id"), state=Coalesce(f"{kept}classification", "source__classification"))
    values = met.exclude(state=_NOT).values_list(
        Cast("of", CharField()), Cast("episode_id", CharField()), Cast("day", CharField()), "setting", "site"
    )
    day, settings = _day(), {each.value: each for each in Setting}
    return [
        Contact(source, target, found, settings[setting], site)
        for source, target, text, setting, site in values.iterator(20_000)
        if source != target and (found := day(text)) is not None
    ]


# --- contacts ---------------------------------------------------------------------------------------------------------


class Group(NamedTuple):
    """Count contacts, and cases who were traced, of a part of the jurisdiction who have all of this in common."""

    part: str
    is_case: bool
    #: decided to be a contact; found positive since
    followed: bool
    infected: bool
    state: FollowUp
    until: dt.date | None
    people: int


def groups(rows: QuerySet[Episode], wanted: Wanted, own: str) -> list[Group]:
    """Count those met on the days by what their follow-up is."""
    case, late = Q(role=Role.F0.value), Q(contact_since__gt=F("case__created_at"))
    decided = Q(case, decided_at__isnull=False) | (
        Q(~case, classification=_CONFIRMED) & ~Q(follow_up=FollowUp.LOST.value)
    )
    when = When(decided & (Q(case=None) | ~late), then=Value(1))
    met = rows.filter(
        place__startswith=wanted.place, first_contact_on__lte=wanted.last, last_contact_on__gte=wanted.first
    )
    values = (
        met.exclude(classification=_NOT)
        .exclude(contact_role="")
        .annotate(followed=Case(when, default=Value(0), output_field=IntegerField()))
    )
    names = ("place", "role", "followed", "classification", "follow_up")
    # the database would sort the rows to count them, which takes longer than to read them
    counted = Counter(values.values_list(*names, Cast("follow_up_until", CharField())).iterator(20_000))
    day, part, states = _day(), cache(lambda place: part_of(place, own)), {each.value: each for each in FollowUp}
    return [
        Group(
            part(place), role == Role.F0, bool(followed), bool(followed and role == Role.F0 and state == _CONFIRMED),
            states[follow_up], day(until), people,
        )
        for (place, role, followed, state, follow_up, until), people in counted.items()
    ]  # fmt: skip


def exposed_by_part(found: Iterable[Group]) -> dict[str, Exposed]:
    """Count those met on the days by the part of the jurisdiction in which they live."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for each in found:
        people = each.people
        sums[each.part].update(people=people, followed=people * each.followed, infected=people * each.infected)
    return {part: Exposed(**counts) for part, counts in sums.items()}


def follow_up_states(found: Iterable[Group]) -> dict[tuple[str, FollowUp, dt.date | None], int]:
    """Count contacts who are no cases by part, state and last day of follow-up."""
    counts: Counter[tuple[str, FollowUp, dt.date | None]] = Counter()
    for each in found:
        if not each.is_case:
            counts[each.part, each.state, each.until] += each.people
    return dict(counts)


def exposed_by_site(rows: QuerySet[Episode], wanted: Wanted) -> dict[tuple[Setting, str], Exposed]:
    """Count those exposed on the days by setting and site; who was exposed there on several days counts once."""
    case, late = Q(episode__role=Role.F0.value), Q(episode__contact_since__gt=F("episode__case__created_at"))
    decided = (case & Q(episode__decided_at__isnull=False)) | (
        ~case & Q(episode__classification=_CONFIRMED) & ~Q(episode__follow_up=FollowUp.LOST.value)
    )
    followed = decided & ~Q(episode__contact_role="") & (Q(episode__case=None) | ~late)
    infected = followed & case & Q(episode__classification=_CONFIRMED)
    counted = (
        _near(rows, wanted)
        .values_list("setting", "site")
        .annotate(
            people=Count("episode", distinct=True),
            followed=Count("episode", distinct=True, filter=followed),
            infected=Count("episode", distinct=True, filter=infected),
        )
    )
    return {(Setting(setting), site): Exposed(*counts) for setting, site, *counts in counted.order_by()}


def _near(rows: QuerySet[Episode], wanted: Wanted) -> QuerySet[Exposure]:
    """Return the exposures on the days of people of a place who are cases or contacts still."""
    there = rows.filter(place__startswith=wanted.place).exclude(classification=_NOT)
    return Exposure.objects.filter(day__range=(wanted.first, wanted.last), episode__in=there.values("pk"))


def contacts_by_way(rows: QuerySet[Episode], wanted: Wanted) -> dict[Found, int]:
    """Count those exposed on the days who are no cases, by how they were found."""
    there = rows.filter(place__startswith=wanted.place).exclude(classification=_NOT).exclude(role=Role.F0.value)
    met = Exposure.objects.filter(day__range=(wanted.first, wanted.last), episode__in=there.values("pk"))
    by = {each: Max(Case(When(found_by=each.value, then=1), default=0)) for each in FoundBy}
    each_person = met.order_by().values("episode").annotate(app=by[FoundBy.APP], hand=by[FoundBy.HAND])
    counts = each_person.aggregate(people=Count("episode"), by_app=Sum("app"), by_hand=Sum("hand"))
    app, asking, people = counts["by_app"] or 0, counts["by_hand"] or 0, counts["people"]
    return {Found.APP: people - asking, Found.ASKING: people - app, Found.BOTH: app + asking - people}


def _contacts(rows: QuerySet[Episode], wanted: Wanted) -> QuerySet[Episode]:
    there = rows.filter(place__startswith=wanted.place).exclude(classification=_NOT).exclude(role=Role.F0.value)
    return there.exclude(contact_role="")


def asked_by_day(rows: QuerySet[Episode], wanted: Wanted, own: str) -> list[Asked]:
    """Count the contacts under follow-up on each of the last days by part, and who of them was heard."""
    last = wanted.last
    first = max(wanted.first, last - dt.timedelta(days=ASKED_DAYS - 1))
    under = _contacts(rows, wanted).filter(
        Q(follow_up_until=None) | Q(follow_up_until__gte=first),
        Q(ended_on=None) | Q(ended_on__gte=first),
        contact_since__lt=clock.beginning_of(last + dt.timedelta(days=1)),
        follow_up__in=[FollowUp.RUNNING.value, FollowUp.COMPLETED.value],
    )
    since = Substr(Cast("contact_since", CharField()), 1, 13)
    dates = (Cast(name, CharField()) for name in ("follow_up_until", "ended_on"))
    day, followed, asked = _day(), Counter[tuple[dt.date, str]](), Counter[tuple[dt.date, str]]()
    spans: Counter[tuple[str, dt.date, dt.date]] = Counter()
    counted = under.values_list("place", since, *dates).annotate(Count("pk")).order_by()
    for place, begun, until, ended, number in counted.iterator(20_000):
        until_day = min((found for each in (until, ended) if (found := day(each))), default=last)
        spans[part_of(place, own), max(day(begun) or first, first), min(until_day, last)] += number
    for (part, one, other), number in spans.items():
        for each in days(one, other):
            followed[each, part] += number
    heard = Q(kind=EventKind.CALL.value, what=Reached.YES.value) | Q(kind=EventKind.CHECK.value)
    events = Event.objects.filter(heard, day__range=(first, last), episode__in=under.values("pk"))
    people = Count("episode", distinct=True)
    for when, place, number in events.values_list("day", "episode__place").annotate(people).order_by():
        asked[when, part_of(place, own)] += number
    return [Asked(*key, number, min(asked[key], number)) for key, number in sorted(followed.items())]
