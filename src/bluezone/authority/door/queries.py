"""Read what doors have told: totals per sector and place for the door pages, order pages and bulletins.

Installed-with-help is an answer at a door. It is never added to a unit's installs: the guest's install is counted
where the guest lives, or by the poster that was scanned.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from bluezone.authority.door.models import DoorDay, DoorList, Visit
from bluezone.authority.door.rules import Answers, App, Standing
from bluezone.authority.units.models import Organisation, OwnSector
from bluezone.rollout.sectors import BUILT_IN

#: keys of the built-in sectors whose units ask guests
_ASKED = tuple(key for key, sector in BUILT_IN.items() if sector.guests)


@dataclass(frozen=True, slots=True)
class DoorTotals:
    """Hold what the doors of a group of units have told.

    `units` keep a door list (or are to); of them so many have their poster hung, have ever been visited, have told
    anything in the days asked for, and are to be asked about answers kept apart. `apps` has guests' answers of each
    app, those that a visitor has confirmed and those nobody has yet.
    """

    units: int = 0
    poster_hangs: int = 0
    visited: int = 0
    telling: int = 0
    asked_about: int = 0
    apps: Mapping[App, Standing] = field(default_factory=dict)

    @property
    def never_visited(self) -> int:
        return self.units - self.visited

    def of(self, app: App) -> Standing:
        """Return the answers of an app; none where nobody was asked about it."""
        return self.apps.get(app, Standing(Answers(), Answers()))


def keeps_door_list(field: str = "") -> Q:
    """Return the condition under which an organisation (at the relation `field`) is to keep a door list: its sector
    asks guests, or somebody has begun one for it (the gate of an office)."""
    at = f"{field}__" if field else ""
    added = OwnSector.objects.filter(with_guests=True).values("key")
    in_sector = Q(**{f"{at}sector__in": _ASKED}) | Q(**{f"{at}sector__in": added})
    return in_sector | Q(**{f"{at}door__isnull": False})


def keepers(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Return those that are open and keep a door list, or are to."""
    return organisations.filter(keeps_door_list(), closed_on=None)


def door_of(organisation: Organisation) -> DoorList | None:
    """Return what is known of a unit's door; None before anybody has begun a list."""
    return getattr(organisation, "door", None)


def sector_totals(organisations: QuerySet[Organisation], since: dt.date, until: dt.date) -> dict[str, DoorTotals]:
    """Return the totals of each sector by its key, over the days from `since` to `until`.

    `organisations` are those the reader may see: `scope.visible(Organisation.objects.all(), user)`, or for a document
    `Organisation.objects.filter(place__startswith=place)`.
    """
    return _totals(keepers(organisations), "sector", since, until)


def commune_totals(organisations: QuerySet[Organisation], since: dt.date, until: dt.date) -> dict[str, DoorTotals]:
    """Return the totals of each unit of the gazetteer in which organisations lie, by its code (`63:31318`)."""
    return _totals(keepers(organisations), "within", since, until)


def total(parts: Iterable[DoorTotals]) -> DoorTotals:
    """Return the sum of totals of groups that have no unit in common."""
    parts = list(parts)
    apps = {
        app: Standing(
            sum((each.of(app).confirmed for each in parts), Answers()),
            sum((each.of(app).unconfirmed for each in parts), Answers()),
        )
        for app in App
    }
    return DoorTotals(
        units=sum(each.units for each in parts),
        poster_hangs=sum(each.poster_hangs for each in parts),
        visited=sum(each.visited for each in parts),
        telling=sum(each.telling for each in parts),
        asked_about=sum(each.asked_about for each in parts),
        apps=apps,
    )


def _totals(units: QuerySet[Organisation], by: str, since: dt.date, until: dt.date) -> dict[str, DoorTotals]:
    days = DoorDay.objects.filter(day__range=(since, until))
    of_unit = days.filter(organisation=OuterRef("pk"))
    groups = (
        units.values_list(by)
        .annotate(
            units=Count("pk"),
            hang=Count("pk", filter=Q(door__poster=DoorList.Poster.HUNG)),
            visited=Count("pk", filter=Exists(Visit.objects.filter(organisation=OuterRef("pk")))),
            telling=Count("pk", filter=Exists(of_unit)),
            asked_about=Count("pk", filter=Exists(questions(of_unit))),
        )
        .order_by()
    )
    apps = _answers(days.filter(organisation__in=units.values("pk")), f"organisation__{by}")
    return {
        key: DoorTotals(count, hang, visited, telling, asked_about, apps.get(key, {}))
        for key, count, hang, visited, telling, asked_about in groups
    }


def questions(days: QuerySet[DoorDay]) -> QuerySet[DoorDay]:
    """Return the days of which somebody is to be asked about what is kept apart."""
    return days.filter(apart__gt=F("apart_left"))


def unconfirmed(days: QuerySet[DoorDay]) -> QuerySet[DoorDay]:
    """Return the days of which something is not confirmed: what came after the last look, or all without one."""
    return days.filter(
        Q(looked_had=None, had__gt=0)
        | Q(looked_had=None, helped__gt=0)
        | Q(looked_had=None, refused__gt=0)
        | Q(had__gt=F("looked_had"))
        | Q(helped__gt=F("looked_helped"))
        | Q(refused__gt=F("looked_refused"))
    )


def _answers(days: QuerySet[DoorDay], by: str) -> dict[str, dict[App, Standing]]:
    """Return the answers of each group and app. The rule is `rules.standing`; here the database adds up, day by
    day."""
    kinds = ("had", "helped", "refused")
    sums = {f"sum_confirmed_{kind}": Coalesce(Sum(f"confirmed_{kind}"), 0) for kind in kinds} | {
        f"sum_new_{kind}": Sum(Greatest(F(kind) - Coalesce(F(f"looked_{kind}"), 0), Value(0))) for kind in kinds
    }
    found: dict[str, dict[App, Standing]] = defaultdict(dict)
    for row in days.values(by, "app").annotate(**sums).order_by():
        found[row[by]][App(row["app"])] = Standing(
            Answers(*(row[f"sum_confirmed_{kind}"] for kind in kinds)),
            Answers(*(row[f"sum_new_{kind}"] for kind in kinds)),
        )
    return found
