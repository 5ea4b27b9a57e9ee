"""England's app in autumn 2020, with the contacts that were fitted to its weekly cases: Wymant et al. 2021.

The paper's own program (public) was read for what its rows mean: the share of cases averted is taken of what would have
been; "for each point of uptake" is the slope of that share over districts of different uptake, so at the margin, not on
the way from nobody to 28 %; what more uptake, consent, adherence or speed would have averted is counted in phase 2 (7
November to 31 December), and adherence and speed are those of people whom the app notified, of nobody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic import weekly
from bluezone.epidemic.effects import Estimate
from bluezone.epidemic.engine import run
from bluezone.epidemic.recorded import Record
from bluezone.epidemic.results import Outcome
from bluezone.epidemic.scenario import Scenario
from epidemic_validation.britain import ENGLAND
from epidemic_validation.measuring import Row, pct, span

#: First day of phase 2, counted from the first day of the first week; phase 1 is the 30 days before it.
_PHASE_2 = 44
_PHASE_1 = 14

Totals = NDArray[np.float64]


@lru_cache(maxsize=64)
def _outcomes(scenario: Scenario, seeds: int) -> tuple[Outcome, ...]:
    return tuple(run(ENGLAND.population(), scenario, seed) for seed in range(seeds))


def _cases(scenario: Scenario, seeds: int, first: int = 0, last: int = 98) -> Totals:
    """Confirmed cases by seed, of days counted from the first day of the first week, by day of the sample."""
    start = ENGLAND.weeks.first_day(scenario)
    return np.array([o.by_day["cases"][start + first : start + last].sum() for o in _outcomes(scenario, seeds)], float)


def _bootstrap(value: Callable[[NDArray[np.int64]], float], seeds: int) -> Estimate:
    """Return a figure of all seeds with its interval of 95 % over resampled seeds."""
    chance = np.random.default_rng(20)
    drawn = [value(chance.integers(seeds, size=seeds)) for _ in range(400)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Estimate(value(np.arange(seeds)), float(low), float(high))


def slope(now: Scenario, seeds: int, first: int = 0, last: int = 98) -> Estimate:
    """Return by how much the share of cases averted rises with a point of uptake, at 28 %."""
    none, less, more = (_cases(now.with_uptake(uptake), seeds, first, last) for uptake in (0.0, 0.23, 0.33))
    return _bootstrap(lambda k: float((less[k].sum() - more[k].sum()) / none[k].sum() / 10), seeds)


def gain(before: Scenario, after: Scenario, seeds: int) -> Estimate:
    """Return the share of phase 2's cases that a change averts."""
    was, then = _cases(before, seeds, _PHASE_2), _cases(after, seeds, _PHASE_2)
    return _bootstrap(lambda k: float(1 - then[k].sum() / was[k].sum()), seeds)


def gain_by_app(now: Scenario, change: Callable[[Scenario], Scenario], seeds: int) -> Estimate:
    """Return the share of phase 2's cases that a change averts among those whom the app notifies: with the app, over
    what it averts without."""
    none = now.with_uptake(0.0)
    a, b, c, d = (_cases(each, seeds, _PHASE_2) for each in (now, change(now), none, change(none)))
    return _bootstrap(lambda k: float(1 - b[k].sum() / a[k].sum() / (d[k].sum() / c[k].sum())), seeds)


def adhering(scenario: Scenario) -> Scenario:
    """Return the scenario with 20 points more of the contacts in quarantine."""
    stay = scenario.isolation
    return replace(scenario, isolation=replace(stay, contact_compliance=stay.contact_compliance + 0.2))


def wymant(seeds: int) -> list[Row]:
    """Return the paper's rows beside ours."""
    now = ENGLAND.as_it_was()
    app = now.app
    summaries = [outcome.summary() for outcome in _outcomes(now, seeds)]
    alerts, published, alerted = (
        sum(each[name] for each in summaries) for name in ("app_alerts", "published", "alerted_cases")
    )
    later = replace(now, app=replace(app, upload_delay_days=1))
    found = [
        ("a point of uptake at 28 %, share of cases averted", (0.79, 0.37, 1.10), slope(now, seeds)),
        ("the same, phase 1", (0.33, 0.13, 0.49), slope(now, seeds, _PHASE_1, _PHASE_2)),
        ("the same, phase 2", (0.93, 0.46, 1.24), slope(now, seeds, _PHASE_2)),
        ("20 points more uptake", (24.0, 10.0, 34.0), gain(now, now.with_uptake(0.48), seeds)),
        ("consent from 72 to 95 %", (6.6, 2.5, 11.0), gain(now, replace(now, app=replace(app, consent=0.95)), seeds)),
        ("adherence of the notified 20 points higher", (6.8, 5.0, 8.7), gain_by_app(now, adhering, seeds)),
        ("the notified told one day sooner", (3.6, 0.6, 6.7), gain(later, now, seeds)),
    ]
    return [
        Row("alerts for each consenting case", "4.2", f"{alerts / published:.1f}", ""),
        Row("notified who later test positive", "6.1 %", pct(alerted / alerts), ""),
        *(
            Row(what, f"{middle:g} % ({least:g} to {most:g})", span(value, 2), _verdict(value, least, most))
            for what, (middle, least, most), value in found
        ),
    ]


def _verdict(value: Estimate, least: float, most: float) -> str:
    percent = 100 * value.mean
    return "within" if least <= percent <= most else ("below" if percent < least else "above")


def reasons(seeds: int) -> list[Row]:
    """Return what one thing changed at a time makes of a point of uptake, of notifications, and of who is infected."""
    now = ENGLAND.as_it_was()
    app, stay = now.app, now.isolation
    changes = {
        "as it is": now,
        "the app sees every contact, however short": replace(now, app=replace(app, detection=1.0)),
        "no needless notifications": replace(now, app=replace(app, bystanders=0.0)),
        "four fifths of the notified stay at home, not two thirds": replace(
            now, isolation=replace(stay, contact_compliance=0.82)
        ),
        "households and circles do not adopt together": replace(
            now, app=replace(app, household_clustering=0.0, unit_clustering=0.0)
        ),
        "contacts since five days before the onset": replace(now, app=replace(app, days_before_onset=5)),
        "no interviews": _again(replace(now, manual=replace(now.manual, interviews_per_day=0)), ENGLAND),
        "no interviews, households of cases not quarantined": _again(
            replace(
                now, manual=replace(now.manual, interviews_per_day=0), isolation=replace(stay, household_of_case=False)
            ),
            ENGLAND,
        ),
    }
    rows = []
    for name, scenario in changes.items():
        summaries = [outcome.summary() for outcome in _outcomes(scenario, seeds)]
        alerts, published, alerted = (
            sum(each[what] for each in summaries) for what in ("app_alerts", "published", "alerted_cases")
        )
        rows.append(Row(name, span(slope(scenario, seeds), 2), f"{alerts / published:.1f}", pct(alerted / alerts)))
    return rows


def _again(scenario: Scenario, place: Record) -> Scenario:
    """Return a scenario with its contacts fitted anew: what is not done any more must have been replaced by fewer."""
    found = weekly.fit(place.population(), scenario, place.weeks, place.wanted, place.seeds[:8])
    return weekly.with_weeks(scenario, place.weeks, found.contacts, found.initial_infections)
