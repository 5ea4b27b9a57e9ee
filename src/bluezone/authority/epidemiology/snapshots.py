"""Make the snapshot that all figures of an outbreak are read from: each episode and exposure is read once for all
offices, days and figures, and what is counted is counted then.

It is filed by place, so that an office reads its jurisdiction alone, and replaced whole, so that what was deleted or
withdrawn is in the next one no more. One that is older than `FRESH` is made anew before it is read.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import Case, CharField, Count, Exists, F, IntegerField, Max, Min, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Substr

from bluezone.authority.epidemiology.figures import Found
from bluezone.authority.epidemiology.models import Snapshot
from bluezone.authority.episodes.models import Episode, Event, Exposure
from bluezone.authority.episodes.words import Classification, Course, EventKind, FollowUp, FoundBy, Reached, Role
from bluezone.authority.errors import JobBusyError
from bluezone.authority.issuing.models import LabResult
from bluezone.authority.issuing.results.rules import Result
from bluezone.authority.site import clock
from bluezone.authority.site.locks import job_lock

#: the worker makes one so often; for so long one is read
EVERY, FRESH = dt.timedelta(minutes=10), dt.timedelta(minutes=15)
_NOT, _CONFIRMED, _CASE = Classification.NOT.value, Classification.CONFIRMED.value, Role.F0.value
Row = tuple[str, list[Any]]


def current(now: dt.datetime) -> dt.datetime | None:
    """Return as of when the snapshot is that may be read: one that is fresh, else a new one; an old one, or None, while
    another process is making it."""
    at: dt.datetime | None = Snapshot.objects.aggregate(at=Max("at"))["at"]
    if at is not None and now - at < FRESH and not clock.rehearsing():
        return at
    try:
        return make(now)
    except JobBusyError:
        return at


def make(now: dt.datetime) -> dt.datetime:
    """Replace the snapshot. Raises JobBusyError while another process does."""
    makers = {
        Snapshot.Kind.CASES: _cases,
        Snapshot.Kind.MET: _met,
        Snapshot.Kind.PEOPLE: _people,
        Snapshot.Kind.SITES: _sites,
        Snapshot.Kind.HEARD: _heard,
    }
    with job_lock("epidemiology"):
        made = [
            Snapshot(place=place, kind=kind, at=now, rows=json.dumps(rows, separators=(",", ":")))
            for kind, maker in makers.items()
            for place, rows in _by_place(maker()).items()
        ] or [Snapshot(place="", kind=Snapshot.Kind.CASES, at=now, rows="[]")]  # says that it was made
        with transaction.atomic():
            Snapshot.objects.all().delete()
            Snapshot.objects.bulk_create(made, batch_size=500)
    return now


def _by_place(rows: Iterable[Row]) -> dict[str, list[list[Any]]]:
    found: dict[str, list[list[Any]]] = defaultdict(list)
    for place, row in rows:
        found[place].append(row)
    return found


def _counted(rows: Iterable[tuple[Any, ...]]) -> Iterator[Row]:
    """Count equal rows, whose first value is the place; the count comes last. The database would sort them, which takes
    longer than to read them."""
    for (place, *row), number in Counter(rows).items():
        yield place, [*row, number]


def _ordinals() -> Callable[[str | None], int | None]:
    """Return a reader of days, and of hours in UTC, as the database writes them: of 100,000 dates few are different, so
    each is read once."""

    @cache
    def read(text: str | None) -> int | None:
        if not text:
            return None
        at = dt.datetime.fromisoformat(f"{text}:00+00:00") if len(text) > 10 else None
        return (dt.date.fromisoformat(text) if at is None else clock.date_of(at)).toordinal()

    return read


def _text(name: str) -> Cast:
    return Cast(name, CharField())


def _hour(name: str) -> Substr:
    return Substr(_text(name), 1, 13)


def found() -> Case:
    """Say in the database how a person was found: who was a case before they were entered as a contact was not
    traced."""
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


def _followed(of: str = "") -> Case:
    """Say in the database whether a person (of an exposure: `episode__`) was decided to be a contact before any test
    (1), and is a confirmed case by now (2); else 0."""
    case, sure = Q(**{f"{of}role": _CASE}), Q(**{f"{of}classification": _CONFIRMED})
    decided = (case & Q(**{f"{of}decided_at__isnull": False})) | (
        ~case & sure & ~Q(**{f"{of}follow_up": FollowUp.LOST.value})
    )
    late = Q(**{f"{of}contact_since__gt": F(f"{of}case__created_at")})
    followed = decided & ~Q(**{f"{of}contact_role": ""}) & (Q(**{f"{of}case": None}) | ~late)
    return Case(
        When(followed & case & sure, then=Value(2)),
        When(followed, then=Value(1)),
        default=Value(0),
        output_field=IntegerField(),
    )


def _cases() -> Iterator[Row]:
    day = _ordinals()
    steps = (Course.ADMITTED.value, Course.INTENSIVE.value)
    admissions = Event.objects.filter(kind=EventKind.COURSE.value, what__in=steps).values_list(_text("episode_id"))
    admitted = dict(admissions.annotate(first=_first("day")).order_by())
    positive = LabResult.objects.filter(result=Result.POSITIVE.value, case__isnull=False)
    results = dict(positive.values_list(_text("case_id")).annotate(first=_first("reported_on")).order_by())
    rows = Episode.objects.filter(role=_CASE).exclude(classification=_NOT).annotate(found=found())
    values = rows.annotate(since=Coalesce("case__created_at", "opened_at")).values_list(
        *(_text("pk"), "person__pseudonym", "place", "found", "classification"),
        *(_text("case__onset_date"), _text("case__test_date"), _hour("since")),
        *(_text("isolated_on"), _text("last_contact_on"), _text("case_id")),
    )
    for key, name, place, way, state, onset, sample, hour, apart, exposed, case in values.iterator(20_000):
        isolated = min(filter(None, (day(apart), day(admitted.get(key)))), default=None)
        dates = (day(onset), day(sample), day(results.get(case)), day(hour), isolated, day(exposed))
        yield place, [key, name or f"#{key[:6]}", way, state == _CONFIRMED, *dates]


def _first(name: str) -> Cast:
    return Cast(Min(name), CharField())


def _met() -> Iterator[Row]:
    """Give whom confirmed cases were near, whoever follows those; a merged case is the one it turned out to be."""
    kept = "source__case__merged_into__episode__"
    met = Exposure.objects.filter(
        source__isnull=False, episode__role=_CASE, episode__classification=_CONFIRMED
    ).annotate(of=Coalesce(f"{kept}pk", "source_id"), state=Coalesce(f"{kept}classification", "source__classification"))
    values = met.exclude(state=_NOT).values_list(
        "episode__place", _text("of"), _text("episode_id"), _text("day"), "setting", "site"
    )
    day = _ordinals()
    for place, source, target, text, setting, site in values.iterator(20_000):
        if source != target:
            yield place, [source, target, day(text), setting, site]


def _people() -> Iterator[Row]:
    day = _ordinals()
    traced = Episode.objects.exclude(classification=_NOT).exclude(contact_role="")
    values = traced.annotate(followed=_followed(), found=found()).values_list(
        *("place", "role", "followed", "follow_up", "found", _hour("contact_since")),
        *(_text(name) for name in ("follow_up_until", "ended_on", "first_contact_on", "last_contact_on")),
    )
    for place, (role, followed, state, way, *dates, number) in _counted(values.iterator(20_000)):
        yield place, [role == _CASE, followed, state, way, *map(day, dates), number]


def _sites() -> Iterator[Row]:
    """Count people by setting and site, the first and last day on which they were exposed there, and `_followed`."""
    day = _ordinals()
    met = Exposure.objects.exclude(episode__classification=_NOT).annotate(followed=_followed("episode__"))
    names = ("episode__place", "setting", "site", "followed", "episode_id")
    values = met.values_list(*names).annotate(first=_first("day"), last=Cast(Max("day"), CharField())).order_by()
    each = ((*row[:4], *row[5:]) for row in values.iterator(20_000))
    for place, (setting, site, followed, first, last, number) in _counted(each):
        yield place, [setting, site, followed, day(first), day(last), number]


def _heard() -> Iterator[Row]:
    day = _ordinals()
    heard = Q(kind=EventKind.CALL.value, what=Reached.YES.value) | Q(kind=EventKind.CHECK.value)
    contacts = Q(episode__follow_up__in=[FollowUp.RUNNING.value, FollowUp.COMPLETED.value])
    events = Event.objects.filter(heard, contacts).exclude(episode__classification=_NOT)
    events = events.exclude(episode__role=_CASE).exclude(episode__contact_role="")
    values = events.values_list("episode__place", _text("day")).annotate(people=Count("episode", distinct=True))
    for place, text, people in values.order_by():
        yield place, [day(text), people]
