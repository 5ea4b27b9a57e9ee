"""Ask what an order buys: the same outbreak with installs as the order wants them, as they are forecast, and as they
would go without it; and whether whole households or whole workplaces buy more than the same installs spread evenly."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic.effects import SHOWN, Estimate, fewer, share
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.interventions import Group
from bluezone.errors import N_

#: Courses of installs, the one that others are compared with first.
NOT_GIVEN, FORECAST, MET = "not-given", "forecast", "met"
COURSES: Final = {
    NOT_GIVEN: N_("without the order"),
    FORECAST: N_("with the order, as forecast"),
    MET: N_("with the order met"),
}
#: Ways to meet the order with the same number of installs, by (clustering of households, of units).
WAYS: Final = {
    "met-households": (N_("met by whole households"), (1.0, 0.0)),
    "met-units": (N_("met by whole schools and workplaces"), (0.0, 1.0)),
}
_FIELDS: Final = {"installed", "sector", "part", "from_age", "to_age", "of_everybody"}


@dataclass(frozen=True, slots=True)
class Order:
    """Hold an order: so many days until its deadline, and the installs of each group of people on each course."""

    days: int
    courses: Mapping[str, tuple[Group, ...]]

    def __post_init__(self) -> None:
        if missing := set(COURSES) - set(self.courses):
            raise EpidemicError(f"order: the courses {', '.join(sorted(missing))} are missing")
        if self.days < 1:
            raise EpidemicError(f"order: its deadline is {self.days} days off, but must be 1 or more")


@dataclass(frozen=True, slots=True)
class Bought:
    """Compare one course with that without the order. Shares are of what happens without it; installed: in the end.
    fewer_than_even: infections fewer than where the order is met evenly, of the ways to meet it (`WAYS`)."""

    course: str
    runs: int
    installed: float
    totals: dict[str, float]
    averted_infections: Estimate
    averted_share: Estimate
    extra_isolation_days: Estimate
    fewer_than_even: Estimate | None


def ramp(now: float, then: float, days: int) -> tuple[tuple[int, float], ...]:
    """Return installs that rise evenly from today's share to another in so many days, and stay there."""
    return ((0, now), (days, max(now, then)))


def simple(now: float, target: float, forecast: float, without: float, days: int) -> Order:
    """Return an order to everybody: from today's share to the target; what is forecast at the deadline with it, and
    without it."""
    ends = {NOT_GIVEN: without, FORECAST: forecast, MET: target}
    return Order(days, {name: (Group(ramp(now, end, days)),) for name, end in ends.items()})


def read(text: str) -> Order:
    """Read an order from JSON: {"days": 17, "courses": {"not-given": [{"sector": "pupils", "installed": [[0, 0.05],
    [17, 0.08]]}, ...], "forecast": [...], "met": [...]}}. Raises EpidemicError that says what is wrong."""
    try:
        body = json.loads(text)
        courses = {name: tuple(map(_group, groups)) for name, groups in body["courses"].items()}
        return Order(int(body["days"]), courses)
    except EpidemicError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EpidemicError(f"the file of the order cannot be read ({error!r}); see docs/how-to/simulate.md") from error


def _group(found: dict[str, Any]) -> Group:
    if unknown := set(found) - _FIELDS:
        raise EpidemicError(f"order: a group has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(_FIELDS))}")
    points = tuple((int(day), float(share_)) for day, share_ in found["installed"])
    return Group(**{**found, "installed": points})


def plans(plan: Plan, order: Order) -> dict[str, Plan]:
    """Return the runs of each course, and of each way to meet the order: alike in all else, and the same seeds."""
    app = plan.scenario.app
    courses = {name: replace(app, uptake=0.0, groups=order.courses[name]) for name in COURSES}
    courses |= {
        name: replace(courses[MET], household_clustering=households, unit_clustering=units)
        for name, (_, (households, units)) in WAYS.items()
    }
    return {
        name: replace(plan, course=name, uptakes=(), scenario=replace(plan.scenario, app=app))
        for name, app in courses.items()
    }


def bought(rows: Sequence[dict[str, Any]]) -> list[Bought]:
    """Return what each course averts of what happens without the order, from the seeds that were run on both."""
    by_course: dict[str, dict[int, dict[str, Any]]] = {}
    for row in rows:
        by_course.setdefault(row["course"], {})[int(row["seed"])] = row
    found = []
    for name in (*COURSES, *WAYS):
        compared = [by_course.get(each, {}) for each in (name, NOT_GIVEN, *([MET] if name in WAYS else []))]
        seeds = sorted(set.intersection(*map(set, compared)))
        if seeds:
            found.append(_bought(name, *([of[seed] for seed in seeds] for of in compared)))
    return found


def _bought(
    name: str, after: list[dict[str, Any]], before: list[dict[str, Any]], even: list[dict[str, Any]] | None = None
) -> Bought:
    def total(rows: list[dict[str, Any]], of: str) -> NDArray[np.float64]:
        return np.array([row[of] for row in rows], dtype=np.float64)

    base, having = total(before, "infections"), total(after, "infections")
    return Bought(
        course=name,
        runs=len(after),
        installed=float(total(after, "installed").mean()),
        totals={each: float(total(after, each).mean()) for each in SHOWN},
        averted_infections=fewer(base, having),
        averted_share=share(base - having, base),
        extra_isolation_days=fewer(total(after, "isolation_days"), total(before, "isolation_days")),
        fewer_than_even=None if even is None else fewer(total(even, "infections"), having),
    )
