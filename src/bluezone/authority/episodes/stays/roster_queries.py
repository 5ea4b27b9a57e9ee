"""Read rosters: the newest of each place, and how many people in quarantine were asked to install the app. Counts only:
`campaign` reads this."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import OuterRef, Q, QuerySet, Subquery

from bluezone.authority.episodes.models import Roster
from bluezone.authority.episodes.stays.roster_rules import SHOWN_FOR, Total, disclosed, exactly, total
from bluezone.authority.episodes.stays.rosters import SECTOR, counts_of, may_open
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.units.models import Organisation
from bluezone.rollout.suppression import Disclosure


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold a place's newest roster as a reader may read it: `counts` by name, empty where there is none."""

    place: str
    organisation: Organisation | None
    day: dt.date | None
    checked: bool
    counts: Mapping[str, Disclosure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """Hold what is known of the people in quarantine in a place: sums of what is shown of each roster, how many
    places have one, and which of them have none of the day."""

    totals: Mapping[str, Total]
    places: int
    #: the last roster of places without one of the day: None where there never was one in the last 14 days
    silent: Sequence[tuple[Standing, dt.date | None]]

    @property
    def present(self) -> int:
        return self.totals["present"].number

    @property
    def not_yet_asked(self) -> int:
        return self.totals["not_yet_asked"].number


def roster_of(place: str, day: dt.date) -> Roster | None:
    """Return the roster of a place and day."""
    return Roster.objects.filter(place=place, day=day).first()


def newest_of(place: str, day: dt.date) -> Roster | None:
    """Return the newest roster of a place until a day, of the last 14 days."""
    return Roster.objects.filter(place=place, day__lte=day, day__gt=day - SHOWN_FOR).order_by("-day").first()


def history(place: str, day: dt.date, days: int = 14) -> list[Roster]:
    """List the last rosters of a place until a day, newest first: their counts."""
    return list(Roster.objects.filter(place=place, day__lte=day).order_by("-day")[:days])


def standings(own: Jurisdiction, day: dt.date) -> list[Standing]:
    """List each place an officer may see with its newest roster until a day: the open sites, and the communes that had
    people at home in the last 14 days. Who is above a place reads its counts as they are disclosed."""
    return _standings(
        own,
        day,
        lambda roster: exactly(counts_of(roster)) if may_open(own, roster.place) else disclosed(counts_of(roster)),
    )


def disclosed_standings(own: Jurisdiction, day: dt.date) -> list[Standing]:
    """List the places of a jurisdiction as `standings` does, for a document that others read, too: of each roster only
    what may be disclosed."""
    return _standings(own, day, lambda roster: disclosed(counts_of(roster)))


def _standings(own: Jurisdiction, day: dt.date, shown: Callable[[Roster], Mapping[str, Disclosure]]) -> list[Standing]:
    within = (own.place, *own.inherited)
    rosters = {roster.place: roster for roster in _newest(within, day)}
    listed = list(Organisation.objects.filter(_in(within), sector=SECTOR, closed_on=None).order_by("place", "pk"))
    found = [_standing(each.place, each, rosters.pop(each.place, None), shown) for each in listed]
    at_home = [roster for roster in rosters.values() if roster.organisation_id is None]
    at_home.sort(key=lambda roster: roster.place)
    return found + [_standing(roster.place, None, roster, shown) for roster in at_home]


def summary(found: Iterable[Standing], day: dt.date) -> Summary:
    """Sum standings up."""
    listed = list(found)
    known = [each for each in listed if each.counts]
    silent = [(each, each.day) for each in listed if each.day != day and (each.day is not None or each.organisation)]
    return Summary(total(each.counts for each in known), len(known), silent)


def summary_of(own: Jurisdiction, day: dt.date) -> Summary:
    """Return what an officer may read of the people in quarantine in the own place, on a day."""
    return summary(standings(own, day), day)


def _newest(within: Iterable[str], day: dt.date) -> QuerySet[Roster]:
    recent = Roster.objects.filter(_in(within), day__lte=day, day__gt=day - SHOWN_FOR)
    newest = Roster.objects.filter(place=OuterRef("place"), day__lte=day).order_by("-day").values("day")[:1]
    return recent.filter(day=Subquery(newest)).exclude(organisation__closed_on__isnull=False)


def _in(places: Iterable[str]) -> Q:
    return functools.reduce(operator.or_, (Q(place__startswith=place) for place in places))


def _standing(
    place: str,
    organisation: Organisation | None,
    roster: Roster | None,
    shown: Callable[[Roster], Mapping[str, Disclosure]],
) -> Standing:
    if roster is None:
        return Standing(place, organisation, None, checked=False)
    return Standing(place, organisation, roster.day, roster.checked_at is not None, shown(roster))
