"""Hold what came of a run: curves by day, totals, and the costs of what was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic import records
from bluezone.epidemic.demography import AGE_GROUPS
from bluezone.epidemic.population import Population
from bluezone.epidemic.scenario import Scenario

#: Names of the curves of `Outcome.by_day` and the tally rows they come from; True: the row holds changes.
CURVES = {
    "infections": (records.INFECTIONS, False),
    "imported": (records.IMPORTED, False),
    "onsets": (records.ONSETS, False),
    "admissions": (records.ADMISSIONS, False),
    "deaths": (records.DEATHS, False),
    "cases": (records.CASES, False),
    "alerted_cases": (records.ALERTED_CASES, False),
    "tests": (records.TESTS, False),
    "published": (records.PUBLISHED, False),
    "app_alerts": (records.APP_ALERTS, False),
    "app_false_alerts": (records.APP_FALSE_ALERTS, False),
    "second_order_alerts": (records.SECOND_ORDER_ALERTS, False),
    "second_order_false_alerts": (records.SECOND_ORDER_FALSE_ALERTS, False),
    "manual_alerts": (records.MANUAL_ALERTS, False),
    "venue_alerts": (records.VENUE_ALERTS, False),
    "other_false_alerts": (records.OTHER_FALSE_ALERTS, False),
    "home_infections": (records.HOME_INFECTIONS, False),
    "unit_infections": (records.UNIT_INFECTIONS, False),
    "random_infections": (records.RANDOM_INFECTIONS, False),
    "infected": (records.INFECTED_CHANGE, True),
    "in_hospital": (records.HOSPITAL_CHANGE, True),
    "critical": (records.CRITICAL_CHANGE, True),
    "isolated": (records.ISOLATED_CHANGE, True),
    "isolated_well": (records.ISOLATED_WELL_CHANGE, True),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hold one run. `by_day`: curves of `days` values each (names: CURVES). installed: share of people with the app.
    detection, bystanders: how well the app told contacts in this run.

    cohort_r: infections caused by those infected on each day, over their number (nan where nobody was).
    """

    people: int
    days: int
    seed: int
    installed: float
    users: int
    detection: float
    bystanders: float
    by_day: dict[str, NDArray[np.int64]]
    cohort_r: NDArray[np.float64]
    infections_by_age: NDArray[np.int64]
    deaths_by_age: NDArray[np.int64]

    @property
    def infections(self) -> int:
        """Return all infections, imported ones too."""
        return int(self.by_day["infections"].sum())

    @property
    def attack_rate(self) -> float:
        """Return infections over people."""
        return self.infections / self.people

    def reproduction_number(self, first: int, last: int) -> float:
        """Return the mean number of infections caused by those infected on days [first, last)."""
        infected = self.by_day["infections"][first:last]
        caused = np.nan_to_num(self.cohort_r[first:last]) * infected
        return float(caused.sum() / infected.sum()) if infected.sum() else float("nan")

    def summary(self) -> dict[str, Any]:
        """Return totals, as plain numbers."""
        curves = self.by_day
        total = {name: int(curves[name].sum()) for name, (_, changes) in CURVES.items() if not changes}
        infections = curves["infections"]
        alerts = total["app_alerts"]
        return {
            "people": self.people,
            "days": self.days,
            "seed": self.seed,
            "installed": self.installed,
            "users": self.users,
            "detection": self.detection,
            "bystanders": self.bystanders,
            **total,
            "attack_rate": self.attack_rate,
            "peak_infections": int(infections.max()),
            "peak_day": int(infections.argmax()),
            "peak_infected": int(curves["infected"].max()),
            "peak_in_hospital": int(curves["in_hospital"].max()),
            "peak_critical": int(curves["critical"].max()),
            "isolation_days": int(curves["isolated"].sum()),
            "needless_isolation_days": int(curves["isolated_well"].sum()),
            "false_alerts": total["app_false_alerts"]
            + total["second_order_false_alerts"]
            + total["other_false_alerts"],
            "alerted_later_positive": total["alerted_cases"] / alerts if alerts else None,
        }


def outcome_of(
    population: Population,
    scenario: Scenario,
    seed: int,
    tally: NDArray[np.int64],
    *,
    installed: float,
    users: int,
) -> Outcome:
    """Read a tally. Running sums turn changes into numbers by day; the last column (beyond the horizon) is dropped.

    `scenario`: as it was played, with what the app detected in this run.
    """
    app = scenario.app.typical()
    assert app.detection is not None, "filled"
    assert app.bystanders is not None, "filled"
    curves = {}
    for name, (row, changes) in CURVES.items():
        values = np.cumsum(tally[row]) if changes else tally[row]
        curves[name] = values[: scenario.days].copy()
    infections = curves["infections"]
    with np.errstate(invalid="ignore", divide="ignore"):
        cohort_r = tally[records.SECONDARY, : scenario.days] / infections
    return Outcome(
        people=population.people,
        days=scenario.days,
        seed=seed,
        installed=installed,
        users=users,
        detection=app.detection,
        bystanders=app.bystanders,
        by_day=curves,
        cohort_r=cohort_r,
        infections_by_age=tally[records.INFECTIONS_BY_AGE, :AGE_GROUPS].copy(),
        deaths_by_age=tally[records.DEATHS_BY_AGE, :AGE_GROUPS].copy(),
    )
