"""Read the list of tasks: which are an officer's, how many of what, and what is overdue below."""

from __future__ import annotations

import datetime as dt
import enum
import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet, Value

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.officers.models import User
from bluezone.authority.work.kinds import Reader
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Urgency


class Whose(enum.StrEnum):
    """Name the parts of the list."""

    OFFICE = ""
    MINE = "mine"
    FREE = "free"
    ALL = "all"


#: by danger, then by hour: what is overdue is due first
ORDER = ("-urgency", "due_at", "id")
#: a list of more is counted no further: a filter finds what stands below
MOST_COUNTED = 10_000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Page a list that is counted up to a limit."""

    @functools.cached_property
    def count(self) -> int:
        """Return how many tasks there are, at most `MOST_COUNTED`."""
        assert isinstance(self.object_list, QuerySet)
        return self.object_list.order_by()[:MOST_COUNTED].count()


def open_tasks(officer: User, now: dt.datetime) -> QuerySet[Task]:
    """Return the open tasks of an officer's jurisdiction that have opened."""
    return scope.visible(Task.objects.filter(state=Task.State.OPEN, opens_at__lte=now), officer)


def of_office(own: Jurisdiction) -> Q:
    """Return the condition that a task is the officer's own office's, with those of units that were merged into it."""
    return Q(place__in=(own.place, *own.branches, *own.inherited))


def order(reader: Reader) -> Sequence[str]:
    """Return how the list is ordered: by danger, then by hour; for who may not read health data by hour alone."""
    return ORDER if reader.reads_health else ORDER[1:]


def part(whose: Whose, reader: Reader) -> Q:
    """Return the condition for a part of the list. What is urgent and nobody's is everybody's of the office, who may
    know of it."""
    here, mine = of_office(reader.own), Q(officer=reader.officer)
    return {
        Whose.OFFICE: here,
        Whose.MINE: mine | (here & Q(officer=None, urgency=Urgency.NOW)) if reader.reads_health else mine,
        Whose.FREE: here & Q(officer=None),
        Whose.ALL: Q(),
    }[whose]


@dataclass(slots=True)
class Tally:
    """Count tasks: all, those that are urgent, those that are overdue, and by kind."""

    all: int = 0
    urgent: int = 0
    overdue: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)


def tallies(reader: Reader) -> dict[Whose, Tally]:
    """Count the tasks of the officer's office and those that are the officer's own, in one statement that reads two
    indices and no row of the table. How many are urgent is not said to who may not read health data."""
    rows = open_tasks(reader.officer, reader.now)
    here, reads = of_office(reader.own), reader.reads_health
    elsewhere = rows.filter(officer=reader.officer).exclude(here)
    counted: Any = _counted(rows.filter(here), reader, is_here=True).union(
        _counted(elsewhere, reader, is_here=False), all=True
    )
    found = {each: Tally() for each in (Whose.OFFICE, Whose.MINE, Whose.FREE)}
    for row in counted:
        is_urgent, is_free = reads and row["urgency"] == Urgency.NOW, row["officer"] is None
        counts = {
            Whose.OFFICE: row["is_here"],
            Whose.MINE: row["officer"] == reader.officer.pk or (is_free and is_urgent),
            Whose.FREE: is_free,
        }
        for tally in (found[each] for each, does in counts.items() if does):
            tally.all += row["number"]
            tally.overdue += row["late"]
            tally.urgent += row["number"] if is_urgent else 0
            tally.kinds[Kind(row["kind"])] += row["number"]
    return found


def _counted(rows: QuerySet[Task], reader: Reader, *, is_here: bool) -> QuerySet[Any, Any]:
    late = Count("place", filter=Q(due_at__lt=reader.now))
    named = rows.order_by().values("kind", "urgency", "officer")
    return named.annotate(late=late, number=Count("*"), is_here=Value(is_here))


def first(reader: Reader, count: int) -> list[Task]:
    """Return the first tasks of the officer's office."""
    rows = open_tasks(reader.officer, reader.now).filter(of_office(reader.own)).select_related("person")
    return list(rows.order_by(*order(reader))[:count])


def overdue_below(officer: User, own: Jurisdiction, now: dt.datetime) -> list[tuple[str, int]]:
    """Count what is overdue in the units directly below the officer's place, the most first: (place, count)."""
    below = open_tasks(officer, now).filter(due_at__lt=now).exclude(of_office(own))
    found: Counter[str] = Counter()
    for place, count in below.order_by().values_list("place").annotate(number=Count("*")):
        if place.startswith(own.place):  # a former unit's lies elsewhere, and stands for itself
            place = f"{own.place}{place.removeprefix(own.place).split('/', 1)[0]}/"
        found[place] += count
    return found.most_common()


def colleagues(own: Jurisdiction) -> QuerySet[User]:
    """Return to whom tasks of the office can be given."""
    return User.objects.filter(place=own.place, is_active=True).exclude(role="").order_by("full_name", "username")[:200]
