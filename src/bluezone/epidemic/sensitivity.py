"""Find what the answer depends on: move one assumption at a time to a low and a high value (a tornado figure)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.presets import with_assumption
from bluezone.errors import N_
from bluezone.operating_point import interval, operating_points


@dataclass(frozen=True, slots=True)
class Lever:
    """Hold an assumption with its low and high value, as text for `with_assumption`; what to call them if not by
    value; and whether an authority decides it, so that it is no doubt."""

    title: str
    name: str
    low: str
    high: str
    labels: tuple[str, str] | None = None
    decided: bool = False

    def label(self, side: str) -> str:
        """Return what the figure calls the value of a side."""
        at = ("low", "high").index(side)
        return self.labels[at] if self.labels else (self.low, self.high)[at]


def _detection(end: int) -> str:
    """Return an end of the range in which detection lies in 95 of 100 campaigns."""
    return f"{1 - interval(operating_points().of().missed_share, 0.95)[1 - end]:.2f}"


#: The doubts that matter, with the range literature or experience gives them. Ranges without a source are ours.
LEVERS: tuple[Lever, ...] = (
    # rates found by calibration.rate_for in Việt Nam's society
    Lever(
        N_("reproduction number if nobody did anything"), "disease.transmission_rate", "0.81", "2.576", ("1.5", "3.5")
    ),
    Lever(N_("app: chance that a contact makes an alert"), "app.detection", _detection(0), _detection(1)),
    Lever(N_("app: cases who publish"), "app.consent", "0.4", "1.0"),
    Lever(N_("app: installs in use"), "app.activity", "0.33", "1.0"),  # a third active: vnexpress, 27 May 2021
    Lever(N_("app: households adopt together"), "app.household_clustering", "0.0", "0.8"),
    Lever(N_("app: units adopt together"), "app.unit_clustering", "0.0", "0.8"),
    Lever(N_("app: also contacts of contacts (F2)"), "app.second_order", "no", "yes", decided=True),
    Lever(N_("app: needless alerts for each true one"), "app.bystanders", "0", "2"),
    Lever(N_("app: days from result to keys"), "app.upload_delay_days", "3", "0"),
    Lever(N_("people with symptoms who are tested"), "diagnosis.symptomatic_share", "0.2", "0.9"),
    Lever(N_("days from sample to result"), "diagnosis.result_delay_days", "4", "0"),
    Lever(N_("alerted people who are tested"), "diagnosis.traced_share", "0.0", "0.8"),
    Lever(N_("household of a case is quarantined"), "isolation.household_of_case", "no", "yes", decided=True),
    Lever(N_("alerted people who isolate"), "isolation.contact_compliance", "0.4", "1.0"),
    Lever(N_("alerted people who give up, a day"), "isolation.contact_daily_dropout", "0.1", "0.0"),
    Lever(N_("contacts go to central quarantine"), "isolation.central_contacts", "no", "yes", decided=True),
    Lever(N_("cases interviewed a day"), "manual.interviews_per_day", "0", "500", decided=True),
)


#: Contacts fitted to cases already hold how infectious the strain is and which share of cases is found.
_FITTED_WITH: Final = ("disease.transmission_rate", "diagnosis.symptomatic_share", "diagnosis.result_delay_days")


def movable(fitted: str) -> tuple[Lever, ...]:
    """Return what can be moved alone: all, but of recorded weeks (`Plan.fitted`) not what contacts were fitted with."""
    return tuple(each for each in LEVERS if not fitted or each.name not in _FITTED_WITH)


_EXCLUDED: Final = {
    "app.household_clustering": "app.unit_clustering",
    "app.unit_clustering": "app.household_clustering",
}


def variants(plan: Plan) -> Iterator[tuple[Lever, str, str, Plan]]:
    """Yield (lever, side, setting, plan with that one assumption changed) for each `movable` lever and side."""
    for lever in movable(plan.fitted):
        for side, setting in (("low", lever.low), ("high", lever.high)):
            scenario = plan.scenario
            if lever.name in _EXCLUDED and float(setting) > 0:  # the two shares exclude one another
                scenario = with_assumption(scenario, _EXCLUDED[lever.name], "0")
            yield lever, side, setting, replace(plan, scenario=with_assumption(scenario, lever.name, setting))


def by_reach(moved: Sequence[dict[str, Any]], middle: float) -> list[dict[str, Any]]:
    """Sort bars (name, averted) by how far an assumption moves the answer, furthest first; those of one stay together.

    A side on which no outbreak grew (nan) moves nothing.
    """
    reach: dict[str, float] = {}
    for bar in moved:
        moves = abs(bar["averted"] - middle)
        reach[bar["name"]] = max(reach.get(bar["name"], 0.0), 0.0 if math.isnan(moves) else moves)
    return sorted(moved, key=lambda bar: -reach[bar["name"]])
