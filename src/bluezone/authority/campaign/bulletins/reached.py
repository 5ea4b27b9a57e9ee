"""Find what was done to reach people in a place beside counting installs, for its bulletin: what schools, hamlets,
unions and quarantine sites have told. Small counts are left out as on officers' pages."""

from __future__ import annotations

import datetime as dt

from bluezone.authority.officers.jurisdiction import directing_over
from bluezone.authority.outreach import queries, sums
from bluezone.authority.quarantine import queries as quarantine
from bluezone.authority.units.models import Organisation
from bluezone.rollout.reached import Families, Households, Quarantined, Reached, Tasks


def reached_in(place: str, day: dt.date) -> Reached:
    """Return what is known of a place on a day."""
    units = Organisation.objects.filter(place__startswith=place, is_example=False)
    return Reached(
        families=_families(sums.told_families_of(units, day)),
        households=_households(sums.households_of(units, day)),
        tasks=_tasks(queries.task_totals(queries.tasks_in(queries.unions(units)), day)),
        quarantined=_quarantined(place, day),
    )


def _families(found: sums.FamilySums) -> Families | None:
    total = found.total
    if not found.known:
        return None
    with_app = found.with_app if total.families_with_app is not None else None
    return Families(found.known, total.told, total.reached, with_app, total.pledged)


def _households(found: sums.HouseholdSums) -> Households | None:
    if not found.visited:
        return None
    return Households(found.counted, found.households, found.visited, found.with_app)


def _tasks(found: queries.TaskTotals) -> Tasks | None:
    if not found.done and not found.overdue:
        return None
    return Tasks(found.done, found.overdue, found.asked, found.helped)


def _quarantined(place: str, day: dt.date) -> Quarantined | None:
    summary = quarantine.summary(quarantine.disclosed_standings(directing_over(place), day), day)
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
