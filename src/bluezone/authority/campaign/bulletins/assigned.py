"""Find what the orders in force ask of a unit's parts and of its sectors, for its bulletin."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from django.db.models import Count

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.orders import queries, tree
from bluezone.authority.campaign.orders.models import Directive, Kind, Target
from bluezone.authority.campaign.orders.progress import lines
from bluezone.authority.door.queries import DoorTotals, sector_totals
from bluezone.authority.door.rules import App
from bluezone.authority.episodes.stays import rosters as quarantine
from bluezone.authority.officers.jurisdiction import directing_over, place_of
from bluezone.authority.outreach import queries as outreach
from bluezone.authority.outreach import sums
from bluezone.authority.units import sectors
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import UnitCode
from bluezone.rollout.bulletin import Bulletin
from bluezone.rollout.directives import Base
from bluezone.rollout.reached import DoorSums, Families, Households, Quarantined, Reached, Tasks
from bluezone.rollout.report import Assigned, Order, SectorLine
from bluezone.rollout.sectors import Sector


def assigned_of(bulletin: Bulletin) -> Assigned:
    """Return the targets of the parts under the first order that was cut to them, the sectors of every order to the
    bulletin's unit, and when each part last reported."""
    unit, day = bulletin.unit.code, bulletin.date
    target = queries.targets_of_unit(unit, day).first() if bulletin.goal is not None else None
    cut = queries.cut_target_of(unit, day) if target is not None else None
    parts = Target.objects.filter(parent=cut, kind=Kind.UNIT) if cut is not None else ()
    by_part = {UnitCode.parse(each.key): each for each in parts}
    reports = reader.last_reports((part.code for part in bulletin.parts), day)
    order = target.directive if target is not None else None
    return Assigned(
        order=Order(order.number, order.issued, order.issuer) if order is not None else None,
        targets={code: each.installs for code, each in by_part.items()},
        people={code: each.people for code, each in by_part.items()},
        sectors=_sectors(unit, day),
        last_reports={part.code: reports[part.code] for part in bulletin.parts if part.code in reports},
        reached=reached_in(place_of(unit), day),
    )


def _sectors(unit: UnitCode, day: dt.date) -> tuple[SectorLine, ...]:
    """Return the sectors of the orders in force that were given to the very unit; of several to one sector the one that
    is due first."""
    rows = queries.in_force(day).filter(scope=str(unit), base=Base.HEADCOUNT.value, is_example=False)
    orders = list(rows.order_by("deadline", "pk"))
    if not orders:  # what doors have told is summed for an order's sectors only
        return ()
    known, found = sectors.every(), dict[str, SectorLine]()
    doors, closed = _doors(place_of(unit), orders, day), sectors.closed_keys(day)
    for directive in orders:
        targets = Target.objects.filter(directive=directive).exclude(kind=Kind.ORGANISATION)
        units, uncounted = _units(directive), _uncounted(directive)
        for line in (each for top in lines(directive, list(targets), day) for each in top.walk()):
            key = line.target.key
            if line.target.kind == Kind.SECTOR and key not in found:
                number = units.get(line.target.pk, 0) + uncounted[key]
                found[key] = SectorLine(
                    sector=known.get(key) or Sector(key, key),
                    office=line.target.responsible,
                    units=number,
                    deadline=directive.deadline,
                    people=line.target.people or None,
                    target=line.target.installs or None,
                    installs=line.pace.installs if line.has_figure else None,
                    at_least=line.at_least,
                    door=doors.get(key),
                    closed=key in closed,
                )
    return tuple(found[key] for key in sorted(found, key=lambda key: [*known, key].index(key)))


def _doors(place: str, orders: Sequence[Directive], day: dt.date) -> dict[str, DoorSums]:
    """Return what the doors of each sector have told since the first of the orders, by the sector's key. Answers that
    nobody has looked over are counted apart."""
    since = min(order.issued for order in orders)
    totals = sector_totals(Organisation.objects.filter(place__startswith=place), since, day)
    return {key: _door(each) for key, each in totals.items() if each.telling or each.poster_hangs}


def _door(totals: DoorTotals) -> DoorSums:
    bluezone, ncovi = (totals.of(app).confirmed for app in (App.BLUEZONE, App.NCOVI))
    return DoorSums(
        posters=totals.poster_hangs,
        asked=bluezone.asked,
        had=bluezone.had,
        helped=bluezone.helped,
        ncovi_asked=ncovi.asked,
        ncovi_had=ncovi.had,
        ncovi_helped=ncovi.helped,
        unconfirmed=sum(totals.of(app).unconfirmed.asked for app in App),
    )


def _units(directive: Directive) -> dict[int, int]:
    """Count the organisations that stand under each sector target, by the target's key."""
    rows = directive.targets.filter(kind=Kind.ORGANISATION, left_on=None, parent__isnull=False)
    return dict(rows.values_list("parent_id").annotate(Count("pk")).order_by())


def _uncounted(directive: Directive) -> Counter[str]:
    """Count the organisations of an order's sectors without a headcount, by sector: of them nothing is asked yet."""
    keys = directive.targets.filter(kind=Kind.SECTOR).values_list("key", flat=True)
    return Counter(each.sector for each in tree.uncounted(directive.place, list(keys)))


def reached_in(place: str, day: dt.date) -> Reached:
    """Return what is known of a place on a day."""
    units = Organisation.objects.filter(place__startswith=place, is_example=False)
    told, homes = sums.told_families_of(units, day), sums.households_of(units, day)
    with_app = told.with_app if told.total.families_with_app is not None else None
    families = Families(told.known, told.total.told, told.total.reached, with_app, told.total.pledged)
    households = Households(homes.counted, homes.households, homes.visited, homes.with_app)
    tasks = outreach.task_totals(outreach.tasks_in(outreach.unions(units)), day)
    return Reached(
        families=families if told.known else None,
        households=households if homes.visited else None,
        tasks=Tasks(tasks.done, tasks.overdue, tasks.asked, tasks.helped) if tasks.done or tasks.overdue else None,
        quarantined=_quarantined(place, day),
    )


def _quarantined(place: str, day: dt.date) -> Quarantined | None:
    summary = quarantine.summary(quarantine.standings(directing_over(place), day, for_others=True), day)
    if not summary.present:
        return None
    asked, waiting = summary.totals["asked"], summary.totals["not_yet_asked"]
    exact = asked.exact and waiting.exact
    return Quarantined(
        summary.present,
        asked.number,
        waiting.number,
        exact,
        all_known=summary.totals["present"].exact,
        silent=sum(day is not None for _, day in summary.silent),
    )
