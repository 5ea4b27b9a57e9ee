"""Measure the policy `nearness` on campaigns it was not fitted on: each one left out, as recorded and shifted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bluezone.exposure.arrays import Judged
from bluezone.exposure.metrics import BoolArray, auc, operating_point
from bluezone.exposure.nearness_fitting import (
    PHONE_DOUBT_DB,
    Recording,
    fit_nearness,
    in_set,
    judge_as_one,
    judge_as_phones,
)
from bluezone.exposure.policies.nearness import NearnessPolicy
from bluezone.exposure.scan_table import FloatArray

#: by how much recordings are shifted as a whole
SHIFTS_DB = (-8.0, -6.0, -4.0, -2.0, 2.0, 4.0, 6.0, 8.0)

#: parts of the encounters, by the probability said of them: the least probable first
_PARTS = 6


def judged(policy: NearnessPolicy, recording: Recording, path: str, doubt_db: float = PHONE_DOUBT_DB) -> Judged:
    """Judge a recording by a way of knowing the scale.

    `path` "phone": each receiving phone by its own log, with what it does not know of its senders' encrypted powers
    (`doubt_db`);
    "powers known": the same, had it known them (scheme `bluezone-v1`, or a study); "set": all phones' differences
    within the set taken off, and all as one phone.
    """
    if path == "phone":
        return judge_as_phones(policy, recording.data, level_doubt_db=doubt_db)
    if path == "powers known":
        return judge_as_phones(policy, recording.data)
    return judge_as_one(policy, recording.data, in_set(recording.data))


@dataclass(frozen=True, slots=True)
class Part:
    """Hold encounters of about one probability: the mean said with its range, and the share that was close, both at the
    base rate that the policy names."""

    encounters: int
    said: float
    low: float
    high: float
    was: float

    @property
    def holds(self) -> bool:
        """Return whether the share lies in the range said."""
        return self.low <= self.was <= self.high


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Hold how a policy did on a campaign left out of its fit.

    `shifted`: cost (missed + false alarms) when the whole recording is shifted by so many dB; `close_only_missed`,
    `others_only_alarms`: of a recording that holds one kind of encounter only; `dose_ratio`: total dose said / true;
    `dose_covered`: share of the heard encounters whose true dose is in the 80 % range; `parts`: how true the
    probabilities are.
    """

    name: str
    path: str
    policy: NearnessPolicy
    auc: float
    missed: float
    false_alarms: float
    shifted: Mapping[float, float]
    close_only_missed: float
    others_only_alarms: float
    dose_ratio: float
    dose_rank: float
    dose_covered: float
    parts: tuple[Part, ...]

    @property
    def cost(self) -> float:
        return self.missed + self.false_alarms

    @property
    def most_changed(self) -> float:
        """Return the greatest change of cost by a shift."""
        return max(abs(cost - self.cost) for cost in self.shifted.values())


def left_out(recordings: Sequence[Recording], name: str, path: str, shifts_db: Sequence[float] = SHIFTS_DB) -> LeftOut:
    """Fit on all recordings but `name`, and measure on that one."""
    policy = fit_nearness([each for each in recordings if each.data.name != name])
    recording = next(each for each in recordings if each.data.name == name)
    return measured(policy, recording, path, shifts_db)


def measured(
    policy: NearnessPolicy,
    recording: Recording,
    path: str,
    shifts_db: Sequence[float] = SHIFTS_DB,
    doubt_db: float = PHONE_DOUBT_DB,
) -> LeftOut:
    """Measure a policy on a recording; `doubt_db` as in `judged`."""
    said, close = judged(policy, recording, path, doubt_db), recording.data.close
    dose, dose_low, dose_high = map(_given, (said.dose_minutes, said.dose_low, said.dose_high))

    def point(which: Recording) -> tuple[float, float]:
        found = operating_point(which.data.close, judged(policy, which, path, doubt_db).alert.astype(np.float64), 1.0)
        return found.p_miss, found.p_false_alarm

    at = operating_point(close, said.alert.astype(np.float64), 1.0)
    heard = recording.data.scans.heard
    covered = (dose_low <= recording.dose) & (recording.dose <= dose_high)
    return LeftOut(
        name=recording.data.name,
        path=path,
        policy=policy,
        auc=auc(close, said.score),
        missed=at.p_miss,
        false_alarms=at.p_false_alarm,
        shifted={off_db: sum(point(recording.shifted(off_db))) for off_db in shifts_db},
        close_only_missed=point(recording.subset(close))[0],
        others_only_alarms=point(recording.subset(~close))[1],
        dose_ratio=float(dose.sum() / recording.dose.sum()),
        dose_rank=_rank_correlation(dose, recording.dose),
        dose_covered=float(covered[heard].mean()),
        parts=_parts(policy, said, close, heard),
    )


def _parts(policy: NearnessPolicy, said: Judged, close: BoolArray, heard: BoolArray) -> tuple[Part, ...]:
    """Part the heard encounters by probability. Their labels weigh as if `prior_share` of them were close."""
    probability, low, high = map(_given, (said.probability, said.probability_low, said.probability_high))
    share = close[heard].mean()
    weight = np.where(close, policy.prior_share / share, (1 - policy.prior_share) / (1 - share))
    rows = np.flatnonzero(heard)[np.argsort(probability[heard], kind="stable")]
    parts = []
    for part in np.array_split(rows, _PARTS):
        values = (float(np.average(column[part], weights=weight[part])) for column in (probability, low, high, close))
        parts.append(Part(part.size, *values))
    return tuple(parts)


def _given(values: FloatArray | None) -> FloatArray:
    assert values is not None, "this policy says how probable and how much"
    return values


def _rank_correlation(one: FloatArray, other: FloatArray) -> float:
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def _ranks(values: FloatArray) -> FloatArray:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: FloatArray = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return ranks
