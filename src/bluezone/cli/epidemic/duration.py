"""Estimate how long simulations will take on this machine, before they start."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import replace

from bluezone.epidemic import presets
from bluezone.epidemic.engine import run
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.population import build_population

_PROBE_PEOPLE, _PROBE_DAYS, _PROBES = 50_000, 60, 3
#: Larger populations no longer fit the processor's caches: 1.4 times the time for each person and day at 700,000.
_LARGE_PEOPLE, _LARGE_EXTRA = 700_000, 0.4
_BUILD_S_PER_PERSON = 0.4e-6  # of a population, once for each seed
#: (seconds in a unit, its name, durations below which it is used, counts are multiples of)
_UNITS = ((1, "seconds", 90, 10), (60, "minutes", 5_400, 1), (3_600, "hours", 172_800, 1))
_START_S = 4.0  # until the processes have loaded their machine code


def seconds(plans: Iterable[Plan], workers: int, per_person_day_s: float) -> float:
    """Return how long all runs of the plans take on so many processes, to about a third."""
    work_s = 0.0
    for plan in plans:
        slower = 1.0 + _LARGE_EXTRA * min(1.0, plan.people / _LARGE_PEOPLE)
        runs_s = len(plan.uptakes) * plan.people * plan.scenario.days * per_person_day_s * slower
        work_s += len(plan.seeds) * (runs_s + plan.people * _BUILD_S_PER_PERSON)
    return _START_S + work_s / workers


def seconds_per_person_day() -> float:
    """Measure this machine by runs of a fraction of a second, the first of which may still load or compile code."""
    scenario = replace(presets.vietnam_2020(), days=_PROBE_DAYS)
    people = build_population(_PROBE_PEOPLE, 0)
    took_s = []
    for seed in range(_PROBES):
        started_s = time.perf_counter()
        run(people, scenario, seed)
        took_s.append(time.perf_counter() - started_s)
    return min(took_s) / (_PROBE_PEOPLE * _PROBE_DAYS)


def spoken(seconds_: float) -> str:
    """Say a duration as people do: `about 40 seconds`, `about 3 minutes`, `about 2 hours`."""
    for unit_s, name, below_s, step in (
        (1, "seconds", 90, 10),
        (60, "minutes", 5_400, 1),
        (3_600, "hours", 172_800, 1),
    ):
        if seconds_ < below_s:
            count = max(step, step * round(seconds_ / unit_s / step))
            return f"about {count} {name if count > 1 else name[:-1]}"
    return f"about {round(seconds_ / 86_400)} days"
