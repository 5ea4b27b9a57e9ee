"""Keep the tasks of a cause as it wants them, those that time makes, and assign them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping

from auditlog.context import disable_auditlog
from django.db import transaction
from django.db.models import Min, QuerySet

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import NATION, codes_of, own_unit
from bluezone.authority.officers.models import WITHOUT_JURISDICTION, User
from bluezone.authority.site import clock
from bluezone.authority.work import kinds
from bluezone.authority.work.kinds import Post, Source
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Urgency, Wanted, difference


@transaction.atomic
def settle(source: str, key: object, wanted: Iterable[Wanted], now: dt.datetime, by: User | None = None) -> None:
    """Open, change and close the tasks of a cause, until they are those that it wants: of each kind one. `by`: who did
    what is closed; None: nobody, its cause went or a machine did it."""
    rows = Task.objects.select_for_update().filter(source=source, source_key=str(key), state=Task.State.OPEN)
    _settle(source, str(key), list(rows), wanted, now, by)


def open_all(source: str, wanted: Iterable[tuple[object, Wanted]], now: dt.datetime) -> None:
    """Open the tasks of causes that are new, each with its key, in as many statements for one as for all."""
    Task.objects.bulk_create(_new(source, str(key), want, now) for key, want in wanted)


@transaction.atomic
def settle_post(source: Source, post: Post) -> None:
    """Open, change and close the tasks that time makes at a post, until they are those that are wanted now."""
    if source.standing is None:
        return
    held: dict[str, list[Task]] = {}
    rows = Task.objects.select_for_update().filter(source=source.name, place=post.place, state=Task.State.OPEN)
    for row in rows:
        held.setdefault(row.source_key, []).append(row)
    asked: dict[str, list[Wanted]] = {}
    code = next(reversed(codes_of(post.place)), NATION)
    for word, want in source.standing(post):
        asked.setdefault(f"{code} {word}", []).append(want)
    with disable_auditlog():  # nobody did it: time, or what stands in the audit log itself
        for key in held.keys() | asked.keys():
            _settle(source.name, key, held.get(key, []), asked.get(key, []), post.now, None)


def settle_posts(now: dt.datetime, place: str = "") -> None:
    """Settle what time makes, for each place that has officers, or for one. The worker's job; what an officer's own act
    has changed at the own place is settled with it."""
    for post in posts(now, place):
        for source in kinds.sources:
            settle_post(source, post)


def posts(now: dt.datetime, place: str = "") -> Iterator[Post]:
    """Return the places that have officers, or one of them."""
    rows = User.objects.filter(is_active=True).exclude(role__in=WITHOUT_JURISDICTION)
    rows = rows.filter(place=place) if place else rows
    confirming = rows.filter(may_confirm=True).values_list("place", flat=True)
    held, day = set(confirming), clock.date_of(now)
    first = rows.order_by().values("place").annotate(first=Min("pk")).values("first")
    for user in User.objects.filter(pk__in=first).order_by("place"):
        if (own := user.jurisdiction) is not None:
            yield Post(own, own_unit(own, day), now, own.place in held)


def _settle(
    source: str, key: str, held: Collection[Task], wanted: Iterable[Wanted], now: dt.datetime, by: User | None
) -> None:
    rows = {Kind(row.kind): row for row in held}
    change = difference({kind: _wanted(row) for kind, row in rows.items()}, wanted)
    for each in change.closed:
        row = rows[each]
        row.state, row.closed_at, row.closed_by = Task.State.DONE, now, by
        row.save(update_fields=["state", "closed_at", "closed_by"])
    for want in change.changed:
        row = rows[want.kind]
        _set(row, want, row.opened_at)
        row.save()
    with disable_auditlog():  # that its cause came stands there; who was given it and who did it will
        for want in change.opened:
            _new(source, key, want, now).save()


def _new(source: str, key: str, want: Wanted, now: dt.datetime) -> Task:
    row = Task(source=source, source_key=key, kind=want.kind.value, opened_at=now, place=want.place)
    row.officer_id = want.officer
    _set(row, want, now)
    return row


def _wanted(row: Task) -> Wanted:
    opens_at = row.opens_at if row.opens_at != row.opened_at else None
    return Wanted(
        Kind(row.kind), row.place, row.due_at, Urgency(row.urgency), row.person_id, row.subject, row.detail, opens_at
    )


def _set(row: Task, want: Wanted, opened_at: dt.datetime) -> None:
    if row.place != want.place:
        row.officer = None  # of another office now
    row.place, row.due_at, row.urgency = want.place, want.due_at, want.urgency.value
    row.person_id, row.subject, row.detail = want.person, want.subject, want.detail
    row.opens_at = want.opens_at or opened_at


@transaction.atomic
def assign(rows: QuerySet[Task], seen: Mapping[int, int | None], to: User | None) -> list[Task]:
    """Give open tasks to an officer, or back to the office (`to` None). `seen`: the tasks, each with who had it when
    the page was drawn. Return those that somebody else has taken meanwhile: they stay as they are."""
    taken = []
    for task in (
        rows.select_for_update(of=("self",)).filter(pk__in=seen, state=Task.State.OPEN).select_related("officer")
    ):
        if task.officer_id != seen[task.pk] and task.officer != to:
            taken.append(task)
        elif task.officer != to:
            task.officer = to
            task.save(update_fields=["officer"])
    return taken


def give_back_of(instance: User, update_fields: Collection[str] | None = None, **_signal: object) -> None:
    """Give an officer's open tasks back to the office where the officer sees them no more: suspended, or appointed
    elsewhere (a signal's receiver)."""
    if update_fields is not None and not {"is_active", "place", "role"} & set(update_fields):
        return
    theirs = Task.objects.filter(officer=instance, state=Task.State.OPEN)
    for task in theirs.exclude(pk__in=scope.visible(theirs, instance).values("pk")):
        task.officer = None
        task.save(update_fields=["officer"])
