"""Judge by nearness: how much of the infection-relevant dose a meeting amounts to, and from it how probable it is that
somebody was within 2 m for 15 minutes.

The dose counts each minute as min(1, 1/d^2), d in metres: a minute at 1 m or nearer is one, at 2 m a quarter. What a
phone knows of d is a distribution: of each meeting its **level** and its **spread** (`features`), of itself its scale
(`nearness_scale`); both give mean and variance of u = ln(1/d^2). From these follow, in closed form,

* the **nearness** E[min(1, e^u)] and the **dose** in minutes, with its 80 % range;
* the **probability** of 2 m for 15 minutes: log-odds that are linear in the logarithm of a dose that saturates beyond
  `long_minutes`, at the base rate `prior_share`. Its 80 % range holds what is not known of the phone's scale, and by
  how much these log-odds were off from one campaign of recordings to another.

Neither has an edge at 15 minutes: thirteen of them say nearly as much. Shorter and nearer is as long and farther, as in
7 million notified contacts (Ferretti et al., Nature 626 (2024) 145: 1.1 % of infections an hour, growing on for days).
A meeting longer than `_WHOLE_S` is judged hour by hour, for no longer ones were recorded: its probability is that of
its most probable hour, its dose the sum over the hours.

A day is warned of where probability times infectiousness reaches `threshold_probability`, or where the day's dose times
infectiousness reaches `dose_alert_minutes`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import resources
from typing import Any, NamedTuple

from bluezone.exposure.arithmetic import Day, Scans, Windows, day_with_dose, logistic, sender_end
from bluezone.exposure.policies.base import KeyFacts, Policy, require
from bluezone.exposure.policies.bluezone import counted_s
from bluezone.exposure.policies.infectiousness import infectiousness
from bluezone.exposure.policies.nearness_scale import (
    Log,
    Model,
    Scale,
    Spread,
    estimator,
    restrained,
    scale_of,
)

Six = tuple[float, float, float, float, float, float]

#: the strong end of a meeting tells more than its middle: scans are averaged as powers of e^(-0.1 per dB)
_POWER_PER_DB = 0.1

#: a variance of the scans' attenuations (dB^2) that every meeting is given, as of so many scans; it is never less than
#: what rounding to whole decibels and a still room leave
_PRIOR_VARIANCE, _PRIOR_SCANS, _LEAST_VARIANCE = 9.0, 3.0, 1.0

#: a spread farther out (units of u; the recordings have a standard deviation of 2.3) is of no kind that was recorded,
#: such as a simulated radio without any fading, and counts as this far out
_MOST_SPREAD = 3.5

#: readings a scan from which on their number and their gap tell something
FINE_READINGS = 1.5

#: half-width of an 80 % range, in standard deviations
_RANGE_SD = 1.2816

#: up to so long a meeting was recorded, and is judged as one; beyond, in pieces that begin within an hour
_WHOLE_S, _PIECE_S = 4500.0, 3700.0

#: no parameter of a sound policy is larger; what is would overflow
_MOST = 1e6

#: a meeting shorter than this says nothing of a phone's scale
SHORTEST_MINUTES = 5.0


class Numbers(NamedTuple):
    """Hold the policy's parameters for its plain functions.

    `coarse` and `fine`, by kind of scan: centre and gain of the spread, then `nearness_scale.Estimator`; `offset_db`:
    what this phone's radio and surroundings add to levels.
    """

    coarse: Sequence[float]
    fine: Sequence[float]
    readings_power: float
    long_minutes: float
    log_odds: float
    log_odds_slope: float
    campaign_sd: float
    campaign_slope_sd: float
    dose_sd_factor: float
    prior_logit: float
    threshold_probability: float
    dose_alert_minutes: float
    offset_db: float


class Meeting(NamedTuple):
    """Hold what some scans of one sender say: level (dB), minutes, dose (minutes) and probability with their 80 %
    ranges."""

    level_db: float
    minutes: float
    dose: float
    dose_low: float
    dose_high: float
    probability: float
    low: float
    high: float


# --- the rule: plain functions ----------------------------------------------------------------------------------------


def features(scans: Scans, start: int, stop: int, numbers: Numbers) -> tuple[float, float, float, float]:
    """Return level (dB), spread (units of u), minutes, and 1 where the scans are fine, else 0.

    The spread is the logarithm of the standard deviation from one scan to the next (of successive differences: what
    changes over hours, because somebody moves elsewhere or puts the phone away, is none). Fine scans have several
    readings each: then logarithms of their number and of how far the strongest stands out are added.
    """
    power, weights, seconds, readings, gaps, squares = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for row in range(start, stop):
        counted = counted_s(scans.since_last_scan_s[row])
        weight = counted * scans.readings[row]
        power += weight * math.exp(_POWER_PER_DB * (60 - scans.typical_db[row]))
        weights += weight
        seconds += counted
        readings += counted * scans.readings[row]
        gaps += counted * max(scans.typical_db[row] - scans.min_db[row], 0.0)
        if row > start:
            step = scans.typical_db[row] - scans.typical_db[row - 1]
            squares += step * step / 2
    variance = (squares + _PRIOR_SCANS * _PRIOR_VARIANCE) / (stop - start - 1 + _PRIOR_SCANS)
    spread = 0.5 * math.log(max(variance, _LEAST_VARIANCE) / _PRIOR_VARIANCE)
    kind, fine = numbers.coarse, readings / seconds >= FINE_READINGS
    if fine:
        spread += numbers.readings_power * math.log(readings / seconds) + 0.5 * math.log(1 + gaps / seconds)
        kind = numbers.fine
    level = 60 - math.log(power / weights) / _POWER_PER_DB
    out = min(max((spread - kind[0]) / kind[1], -_MOST_SPREAD), _MOST_SPREAD)
    return level, out, seconds / 60, 1.0 if fine else 0.0


def log_of_features(found: Sequence[Sequence[float]]) -> Log | None:
    """Return the log of a phone's meetings from the `features` of each; None where none was long enough to tell
    anything."""
    telling = [each for each in found if each[2] >= SHORTEST_MINUTES]  # false for NaN, never heard
    count = len(telling)
    if not count:
        return None
    level_db, spread, _, fine = (math.fsum(each[column] for each in telling) / count for column in range(4))
    return Log(count, level_db, spread, fine > 0.5)


def normal_below(value: float) -> float:
    """Return the probability that a standard normal variable is below a value."""
    return 0.5 * math.erfc(-value / math.sqrt(2.0))


def nearness(mean: float, variance: float) -> float:
    """Return E[min(1, e^u)] of a normal u."""
    sd = math.sqrt(variance)
    beyond = math.exp(min(mean + variance / 2, 700.0)) * normal_below((-mean - variance) / sd)
    return min(1.0, max(beyond + normal_below(mean / sd), 1e-12))


def meeting(scans: Scans, start: int, stop: int, numbers: Numbers) -> Meeting:
    """Judge some scans of one sender, of which there is one at least."""
    level_db, spread, minutes, fine = features(scans, start, stop, numbers)
    kind = numbers.fine if fine > 0 else numbers.coarse
    mean = kind[2] + kind[3] * level_db + kind[4] * spread
    near = nearness(mean, kind[5])
    sd = _RANGE_SD * numbers.dose_sd_factor * math.sqrt(kind[5])
    odds = numbers.log_odds + numbers.log_odds_slope * math.log(near * minutes / (1 + minutes / numbers.long_minutes))
    by_scale = numbers.log_odds_slope * math.sqrt(kind[6])
    by_slope = numbers.campaign_slope_sd * odds / numbers.log_odds_slope
    half = _RANGE_SD * math.sqrt(by_scale * by_scale + numbers.campaign_sd * numbers.campaign_sd + by_slope * by_slope)
    return Meeting(
        level_db,
        minutes,
        near * minutes,
        min(near, math.exp(min(0.0, mean - sd))) * minutes,
        max(near, math.exp(min(0.0, mean + sd))) * minutes,
        logistic(odds + numbers.prior_logit),
        logistic(odds - half + numbers.prior_logit),
        logistic(odds + half + numbers.prior_logit),
    )


def one_sender(scans: Scans, windows: Windows, first: int, last: int, numbers: Numbers) -> Meeting:
    """Judge the windows `first` to `last`, which are of one sender: as a whole, or, where they are longer than
    `_WHOLE_S`, by the sum of the doses of their pieces and the most probable of these."""
    bounds = windows.bounds
    whole = meeting(scans, bounds[first], bounds[last], numbers)
    if whole.minutes * 60 <= _WHOLE_S:
        return whole
    most, dose, low, high = Meeting(0.0, 0.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0), 0.0, 0.0, 0.0
    while first < last:
        end = first + 1
        while end < last and scans.at_s[bounds[end]] - scans.at_s[bounds[first]] < _PIECE_S:
            end += 1
        piece = meeting(scans, bounds[first], bounds[end], numbers)
        dose += piece.dose
        low += piece.dose_low
        high += piece.dose_high
        if piece.probability > most.probability:
            most = piece
        first = end
    return Meeting(most.level_db, whole.minutes, dose, low, high, most.probability, most.low, most.high)


def judge_day(scans: Scans, windows: Windows, first: int, last: int, numbers: Numbers) -> Day:
    """Judge a day: by its most probable meeting, and by the doses of all of them. `Windows.factor`: infectiousness.

    The attenuation said is that of a usual radio: less what this phone is known to be off by.
    """
    score, top = -1.0, Meeting(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    heard: list[float] = []
    doses: list[float] = []
    lows: list[float] = []
    highs: list[float] = []
    while first < last:
        end = sender_end(windows, first, last)
        factor = windows.factor[first]
        found = one_sender(scans, windows, first, end, numbers)
        if found.probability * factor > score:
            score, top = found.probability * factor, found
        heard.append(found.minutes * 60)
        doses.append(found.dose * factor)
        lows.append(found.dose_low * factor)
        highs.append(found.dose_high * factor)
        first = end
    said, warns_from = (top.probability, top.low, top.high), (numbers.threshold_probability, numbers.dose_alert_minutes)
    return day_with_dose(score, top.level_db - numbers.offset_db, said, heard, (doses, lows, highs), warns_from)


# --- the policy -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NearnessPolicy(Policy):
    """Hold parameters; the fitted ones come from `tools/nearness_report.py` (docs/measurements/exposure-nearness.md).

    `level_db` to `meetings_each`: as in `nearness_scale.Model`; `coarse` and `fine`: as in `nearness_scale.Spread`;
    `mix_trust`: how much of what a phone learned of its mix its next meeting is taken to share. `unlearned_scale_db`:
    what is known of the scale of a phone without a log, in place of `scales`: to learn from a log takes a wide prior,
    to judge without one a phone is taken to be of a usual kind, or hours at the edge of hearing would be warned of.
    `readings_power`: how much the number of readings counts in the spread of fine scans, beside a half each of variance
    and gap (less, because it depends on the sender's power too). Log-odds at an even
    base rate = log_odds + log_odds_slope ln(nearness minutes / (1 + minutes / long_minutes)); `campaign_sd` and
    `campaign_slope_sd`: by how much these two differ between campaigns. `dose_sd_factor` widens the range of the dose.
    `unheard_range`: the 80 % range of `unheard_probability`, of an encounter that was never heard.
    `scale`: what is known of this phone, `()` before it was learned (`knowing`).
    """

    level_db: float
    level_slope: float
    level_variance: float
    mix_mean: float
    mix_sd: float
    mix_trust: float
    meeting_variance: float
    scales: tuple[tuple[float, float], ...]
    unlearned_scale_db: float
    wide_share: float
    meetings_each: float
    coarse: Six
    fine: Six
    readings_power: float
    long_minutes: float
    log_odds: float
    log_odds_slope: float
    campaign_sd: float
    campaign_slope_sd: float
    dose_sd_factor: float
    prior_share: float
    threshold_probability: float
    unheard_probability: float
    unheard_range: tuple[float, float]
    dose_alert_minutes: float
    standard_infectiousness: float
    scale: tuple[float, ...] = ()

    judge = staticmethod(judge_day)

    def __post_init__(self) -> None:
        numbers = [value for value in asdict(self).values() if isinstance(value, float | int)]
        numbers += [value for row in (*self.scales, self.coarse, self.fine, self.scale) for value in row]
        require(all(map(math.isfinite, numbers)), self.name, "a parameter is not a number")
        require(max(map(abs, numbers)) <= _MOST, self.name, f"a parameter is beyond {_MOST:g}")
        for what in ("level_slope", "level_variance", "mix_sd", "meeting_variance", "meetings_each", "long_minutes"):
            require(getattr(self, what) > 0, self.name, f"{what} {getattr(self, what)} is not positive")
        for what in ("log_odds_slope", "dose_alert_minutes", "dose_sd_factor", "unlearned_scale_db"):
            require(getattr(self, what) > 0, self.name, f"{what} {getattr(self, what)} is not positive")
        for what in ("prior_share", "threshold_probability", "unheard_probability", "wide_share"):
            require(0 < getattr(self, what) < 1, self.name, f"{what} {getattr(self, what)} is outside 0..1")
        for what in ("mix_trust", "readings_power", "standard_infectiousness"):
            require(0 <= getattr(self, what) <= 1, self.name, f"{what} {getattr(self, what)} is outside 0..1")
        require(min(self.campaign_sd, self.campaign_slope_sd) >= 0, self.name, "a spread between campaigns is negative")
        kinds = (self.coarse, self.fine)
        require(all(len(kind) == 6 and min(kind[1:3]) > 0 for kind in kinds), self.name, "a spread is not of six")
        for _, _, variance, covariance, *_ in kinds:
            require(covariance**2 < variance * self.level_variance, self.name, f"a covariance of {covariance} is none")
        sound = self.scales and all(len(pair) == 2 and min(pair) > 0 for pair in self.scales)
        require(bool(sound), self.name, f"scales {self.scales}: shares and standard deviations are meant")
        unheard = (0.0, *self.unheard_range[:1], self.unheard_probability, *self.unheard_range[1:], 1.0)
        require(
            len(unheard) == 5 and sorted(unheard) == list(unheard),
            self.name,
            f"{self.unheard_probability} is not in its range {self.unheard_range}",
        )
        require(len(self.scale) in (0, 9), self.name, f"its scale is of {len(self.scale)} numbers")
        for kind in (self.numbers().coarse, self.numbers().fine):
            require(kind[3] <= 0, self.name, f"{kind[3]} for each decibel: farther must not be riskier")
            require(kind[5] > 0, self.name, "its variance of u is none")

    @property
    def threshold(self) -> float:
        return self.threshold_probability

    @property
    def unit(self) -> str:
        return "probability of 2 m for 15 minutes, times infectiousness"

    @property
    def dose_distance_m(self) -> float:
        return 1.0

    @property
    def unheard(self) -> float:
        return self.unheard_probability

    @property
    def model(self) -> Model:
        """Return what is known of every phone before it heard anything."""
        return Model(
            self.level_db,
            self.level_slope,
            self.level_variance,
            self.mix_mean,
            self.mix_sd,
            self.meeting_variance,
            self.scales,
            self.wide_share,
            self.meetings_each,
        )

    @property
    def offset_db(self) -> float:
        return Scale(*self.scale).offset_db if self.scale else 0.0

    @property
    def learns(self) -> bool:
        return True

    def log_of(self, meetings: Iterable[tuple[Scans, int, int]]) -> Log | None:
        """Return the log of a phone's own meetings, each the rows `start` to `stop` of some scans; None where none of
        them was long enough to tell anything."""
        numbers = self.numbers()
        return log_of_features([features(scans, start, stop, numbers) for scans, start, stop in meetings])

    def knowing(self, log: Log | None) -> NearnessPolicy:
        """Return the policy for a phone with this log of its own meetings."""
        if log is None or log.meetings < 1:
            return replace(self, scale=())
        return replace(self, scale=tuple(scale_of(self.model, Spread(*(self.fine if log.fine else self.coarse)), log)))

    def numbers(self) -> Numbers:
        model = self.model
        usual = model._replace(scales=((1.0, self.unlearned_scale_db),))
        known = Scale(*self.scale) if self.scale else scale_of(usual, Spread(*self.fine), None)
        scale = restrained(known, self.mix_trust, self.mix_sd)
        kinds = (Spread(*kind) for kind in (self.coarse, self.fine))
        coarse, fine = ((kind.centre, kind.gain, *estimator(model, kind, scale)) for kind in kinds)
        return Numbers(
            coarse=coarse,
            fine=fine,
            readings_power=self.readings_power,
            long_minutes=self.long_minutes,
            log_odds=self.log_odds,
            log_odds_slope=self.log_odds_slope,
            campaign_sd=self.campaign_sd,
            campaign_slope_sd=self.campaign_slope_sd,
            dose_sd_factor=self.dose_sd_factor,
            prior_logit=math.log(self.prior_share / (1 - self.prior_share)),
            threshold_probability=self.threshold_probability,
            dose_alert_minutes=self.dose_alert_minutes,
            offset_db=known.offset_db,
        )

    def factor(self, key: KeyFacts) -> float:
        """Return the factor of no, standard or high infectiousness. An unknown onset counts in full: not knowing is
        no reason to be silent."""
        known = infectiousness(key.days_since_onset)
        return 1.0 if known is None else (0.0, self.standard_infectiousness, 1.0)[known]


def policy_from_body(body: Mapping[str, Any]) -> NearnessPolicy:
    """Build the policy of a data file's body: name, version, source and parameters."""
    identity = {key: body[key] for key in ("name", "version", "source")}
    return NearnessPolicy(**identity, **{key: _tuples(value) for key, value in body["parameters"].items()})


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


BLUEZONE_2 = policy_from_body(
    json.loads(resources.files("bluezone.exposure").joinpath("data/nearness-2.json").read_text(encoding="utf-8"))
)
