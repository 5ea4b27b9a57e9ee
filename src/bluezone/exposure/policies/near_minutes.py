"""Judge by minutes near: the time in which somebody was heard as strongly as this phone hears those beside it.

Each scan counts its seconds for how surely it came from somebody near:

    near = 1 / (1 + e^((level - near_db - own_offset_db) / soft_db))

`level` is the midway between a scan's typical and least attenuation. `own_offset_db` is what this phone's radio, pocket
and surroundings add to every reading. The phone learns it from its own meetings of 14 days: the quarter of them that
were heard most strongly lies at `usual_db` for a usual phone, and wherever it lies for this one. So near is 9 dB
weaker, at most, than how this phone hears the nearer quarter of those it meets, whatever its radio. Until it has met
some people a phone is taken for a usual one.

A day is warned of from `even_minutes` near of infectious people, all meetings together: there a meeting is as often one
of 15 minutes within 2 m as not, where half of them are. The authority's two weights move that: a miss counted as three
false alarms warns earlier. What one policy must weigh differently elsewhere is the share of meetings that are near; it
is in `base_share`, and moves the probability that is said, not the warning.

Chosen and measured by leaving one of five campaigns out (docs/measurements/exposure.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

from bluezone.exposure.arithmetic import (
    Day,
    Scans,
    Windows,
    ascending,
    counted_s,
    heard_s,
    logistic,
    lower_tail_mean,
    ordered_total,
    sender_end,
    weighted_quantile,
)
from bluezone.exposure.policies.base import KeyFacts, Log, Policy, infectiousness, require

#: of a meeting the strongest fifth of its time says how near it was: bodies and bags weaken, nothing strengthens
_STRONGEST_SHARE = 0.2
#: of a phone's meetings, the quarter that it heard most strongly
_NEARER_SHARE = 0.25
#: a meeting shorter than this says nothing of a phone
SHORTEST_MINUTES = 5.0
#: no probability is said for less than this
LEAST_MINUTES = 0.05


class Numbers(NamedTuple):
    """Hold the policy's parameters for its plain functions; `near_db` with this phone's own offset."""

    near_db: float
    soft_db: float
    own_offset_db: float
    even_minutes: float
    slope: float
    base_logit: float
    threshold_minutes: float


# --- the rule: plain functions ----------------------------------------------------------------------------------------


def near_minutes(scans: Scans, start: int, stop: int, numbers: Numbers) -> float:
    """Return the minutes near that some scans of one sender amount to."""
    seconds = 0.0
    for row in range(start, stop):
        midway_db = (scans.typical_db[row] + scans.min_db[row]) / 2
        seconds += counted_s(scans.since_last_scan_s[row]) * logistic((numbers.near_db - midway_db) / numbers.soft_db)
    return seconds / 60


def level_db(scans: Scans, start: int, stop: int) -> float:
    """Return how strongly some scans of one sender were heard (dB): the mean of their strongest fifth of time."""
    levels: list[float] = []
    seconds: list[float] = []
    for row in range(start, stop):
        levels.append((scans.typical_db[row] + scans.min_db[row]) / 2)
        seconds.append(counted_s(scans.since_last_scan_s[row]))
    return lower_tail_mean(levels, seconds, _STRONGEST_SHARE)


def probability(minutes: float, numbers: Numbers) -> float:
    """Return how probable it is that minutes near were 15 minutes within 2 m, at the base rate."""
    return logistic(numbers.base_logit + numbers.slope * math.log(max(minutes, LEAST_MINUTES) / numbers.even_minutes))


def judge_day(scans: Scans, windows: Windows, first: int, last: int, numbers: Numbers) -> Day:
    """Judge a day by the minutes near of all senders. `Windows.factor`: infectiousness."""
    most, nearest_db = -1.0, 0.0
    heard: list[float] = []
    near: list[float] = []
    counted: list[float] = []
    while first < last:
        end = sender_end(windows, first, last)
        start, stop = windows.bounds[first], windows.bounds[end]
        minutes = near_minutes(scans, start, stop, numbers)
        if minutes > most:
            most, nearest_db = minutes, level_db(scans, start, stop) - numbers.own_offset_db
        heard.append(heard_s(scans, start, stop))
        near.append(minutes)
        counted.append(minutes * windows.factor[first])
        first = end
    score = ordered_total(counted)
    return Day(
        score,
        score / numbers.threshold_minutes,
        ordered_total(heard),
        nearest_db,
        probability(most, numbers),
        ordered_total(near),
    )


# --- the policy -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NearMinutes(Policy):
    """Hold parameters.

    `near_db`: the level at which a scan of a usual phone counts half; `soft_db`: how gradually it counts less;
    `usual_db`: at which a usual phone hears the nearer quarter of its meetings; `half_learned_at`: from so many
    meetings a phone believes half of what it learned of itself; `most_offset_db`: and never more; `even_minutes`,
    `slope`: log-odds of 15 minutes within 2 m = slope ln(minutes near / even_minutes) where half of the meetings are;
    `base_share`: how many are; `miss_weight`, `false_alarm_weight`: the authority's; `standard_infectiousness`: of days
    that are neither highly infectious nor not at all. `log`: of this phone, never published (`knowing`).
    """

    near_db: float
    soft_db: float
    usual_db: float
    half_learned_at: float
    most_offset_db: float
    even_minutes: float
    slope: float
    base_share: float
    standard_infectiousness: float
    miss_weight: float = 1.0
    false_alarm_weight: float = 1.0
    log: Log | None = None

    judge = staticmethod(judge_day)

    def __post_init__(self) -> None:
        numbers = [value for value in asdict(self).values() if isinstance(value, float | int)]
        require(all(map(math.isfinite, numbers)), self.name, "a parameter is not a number")
        for what in ("soft_db", "even_minutes", "slope", "miss_weight", "false_alarm_weight"):
            require(0.01 <= getattr(self, what) <= 1e4, self.name, f"{what} {getattr(self, what)} is not 0.01..10000")
        for what in ("near_db", "usual_db", "most_offset_db", "half_learned_at"):
            require(abs(getattr(self, what)) <= 1e3, self.name, f"{what} {getattr(self, what)} is beyond 1000")
        require(
            min(self.half_learned_at, self.most_offset_db) >= 0, self.name, "what is learned is bounded by less than 0"
        )
        require(0 < self.base_share < 1, self.name, f"base share {self.base_share} is outside 0..1")
        require(0 <= self.standard_infectiousness <= 1, self.name, "standard infectiousness is outside 0..1")

    @property
    def threshold(self) -> float:
        odds = self.false_alarm_weight / self.miss_weight
        return self.even_minutes * math.exp(math.log(odds) / self.slope)

    @property
    def unit(self) -> str:
        return "minutes near, times infectiousness"

    @property
    def unheard(self) -> float:
        return probability(0.0, self.numbers())

    @property
    def learns(self) -> bool:
        return True

    @property
    def offset_db(self) -> float:
        if self.log is None:
            return 0.0
        learned_db = (
            (self.log.level_db - self.usual_db) * self.log.meetings / (self.log.meetings + self.half_learned_at)
        )
        return max(-self.most_offset_db, min(self.most_offset_db, learned_db))

    @property
    def own_meetings(self) -> int:
        return 0 if self.log is None else self.log.meetings

    def log_of(self, meetings: Iterable[tuple[Scans, int, int]]) -> Log | None:
        """Return the log of a phone's own meetings, each the rows `start` to `stop` of some scans; None where none of
        them was long enough to tell anything."""
        return log_of_levels([level_db(*each) for each in meetings if heard_s(*each) >= 60 * SHORTEST_MINUTES])

    def knowing(self, log: Log | None) -> NearMinutes:
        """Return the policy for a phone with this log of its own meetings."""
        return replace(self, log=log if log is not None and log.meetings > 0 else None)

    def numbers(self) -> Numbers:
        return Numbers(
            near_db=self.near_db + self.offset_db,
            soft_db=self.soft_db,
            own_offset_db=self.offset_db,
            even_minutes=self.even_minutes,
            slope=self.slope,
            base_logit=math.log(self.base_share / (1 - self.base_share)),
            threshold_minutes=self.threshold,
        )

    def factor(self, key: KeyFacts) -> float:
        """Return the factor of no, standard or high infectiousness. An unknown onset counts in full: not knowing is
        no reason to be silent."""
        known = infectiousness(key.days_since_onset)
        return 1.0 if known is None else (0.0, self.standard_infectiousness, 1.0)[known]


def log_of_levels(levels_db: Sequence[float]) -> Log | None:
    """Return the log of meetings from the level of each; None of none."""
    if not levels_db:
        return None
    return Log(
        len(levels_db), weighted_quantile(levels_db, [1.0] * len(levels_db), ascending(levels_db), _NEARER_SHARE)
    )


BLUEZONE = NearMinutes(
    name="bluezone",
    version="3",
    source="five campaigns of recordings, each left out once (docs/measurements/exposure.md)",
    near_db=60.0,
    soft_db=2.5,
    usual_db=51.0,
    half_learned_at=2.0,
    most_offset_db=15.0,
    even_minutes=10.0,
    slope=0.7,
    base_share=0.2,
    standard_infectiousness=0.4,
)
