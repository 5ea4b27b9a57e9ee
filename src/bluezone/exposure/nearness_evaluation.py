"""Measure the policy `nearness` on campaigns it was not fitted on: each one left out, as recorded and shifted, and what
follows for one that nobody has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bluezone.exposure.arrays import Judged
from bluezone.exposure.metrics import BoolArray, auc, operating_point
from bluezone.exposure.nearness_fitting import Recording, fit_nearness, in_set, judge_as_one, judge_as_phones
from bluezone.exposure.policies.nearness import NearnessPolicy
from bluezone.exposure.scan_table import FloatArray
from bluezone.exposure.unseen_campaign import UnseenCampaign

#: by how much recordings are shifted as a whole
SHIFTS_DB = (-8.0, -6.0, -4.0, -2.0, 2.0, 4.0, 6.0, 8.0)

#: parts of the encounters, by the probability said of them: the least probable first
_PARTS = 6
_DRAWS = 400

#: scenes with fewer encounters of a kind say nothing of how scenes differ
_SMALLEST_SCENE = 5


def judged(policy: NearnessPolicy, recording: Recording, path: str) -> Judged:
    """Judge a recording: `path` "phone", each receiving phone by its own log; "set", all phones' differences within the
    set taken off, and all as one phone."""
    if path == "phone":
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
    policy: NearnessPolicy, recording: Recording, path: str, shifts_db: Sequence[float] = SHIFTS_DB
) -> LeftOut:
    """Measure a policy on a recording."""
    said, close = judged(policy, recording, path), recording.data.close
    dose, dose_low, dose_high = map(_given, (said.dose_minutes, said.dose_low, said.dose_high))

    def point(which: Recording) -> tuple[float, float]:
        found = operating_point(which.data.close, judged(policy, which, path).alert.astype(np.float64), 1.0)
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


# --- a campaign that nobody has seen ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scene:
    """Hold the close encounters of a scene and how many of them were missed, the others and how many were warned
    of."""

    close: int
    missed: int
    others: int
    warned: int


def scenes_of(policy: NearnessPolicy, recording: Recording) -> list[Scene]:
    """Return what a policy did in each scene of a recording, as its phones would judge."""
    alert, close = judge_as_phones(policy, recording.data).alert, recording.data.close
    names = np.array([each.scene for each in recording.data.encounters])
    masks = [names == name for name in np.unique(names)]
    return [
        Scene(*(int((here & part).sum()) for part in (close, close & ~alert, ~close, ~close & alert))) for here in masks
    ]


def expected_of_an_unseen_campaign(
    by_campaign: Mapping[str, Sequence[Scene]], policy: NearnessPolicy, rng: np.random.Generator
) -> UnseenCampaign:
    """Draw what a further campaign might have missed and warned of in vain.

    Logits of both shares are normal about a campaign's mean, by scene; campaigns' means are normal about a common one.
    The two standard deviations have half-normal priors of 0.7 (a factor of 2 in the odds is usual between campaigns,
    one of 4 is not absurd); integrated on a grid, for three campaigns alone do not say what they are. A drawn campaign
    has as many scenes as those seen have on average.
    """
    of_close = [[(scene.close, scene.missed) for scene in scenes] for scenes in by_campaign.values()]
    of_others = [[(scene.others, scene.warned) for scene in scenes] for scenes in by_campaign.values()]
    missed, alarms = (1 / (1 + np.exp(-_draws(counts, rng))) for counts in (of_close, of_others))
    return UnseenCampaign(
        policy.name,
        policy.version,
        "predictive distribution over campaigns, each left out of the fit once, with scenes below them: "
        + ", ".join(by_campaign),
        tuple(missed.tolist()),
        tuple(alarms.tolist()),
    )


def _draws(by_campaign: Sequence[Sequence[tuple[int, int]]], rng: np.random.Generator) -> FloatArray:
    """Draw logits of a share of a further campaign, from each scene's encounters and hits."""
    logits, variances = [], []
    for scenes in by_campaign:
        counts = [count for count in scenes if count[0] >= _SMALLEST_SCENE]
        total, hits = (np.array(values, dtype=np.float64) for values in zip(*counts, strict=True))
        logits.append(np.log((hits + 0.5) / (total - hits + 0.5)))
        variances.append(1 / (hits + 0.5) + 1 / (total - hits + 0.5))
    grid = np.linspace(0.05, 2.5, 50)
    found = np.empty((grid.size, grid.size, 3))
    for i, between in enumerate(grid):
        for j, within in enumerate(grid):
            prior = -(between**2 + within**2) / (2 * 0.7**2)
            scenes_likelihood, means, noise = 0.0, [], []
            for values, variance in zip(logits, variances, strict=True):
                likelihood, mean, doubt = _pooled(values, variance + within**2)
                scenes_likelihood += likelihood
                means.append(mean)
                noise.append(doubt + between**2)
            likelihood, common, doubt = _pooled(np.array(means), np.array(noise))
            found[i, j] = prior + scenes_likelihood + likelihood, common, doubt
    probability = np.exp(found[..., 0] - found[..., 0].max()).ravel()
    cells = rng.choice(probability.size, _DRAWS, p=probability / probability.sum())
    of_campaigns, of_scenes = grid[cells // grid.size], grid[cells % grid.size]
    size = float(np.mean([values.size for values in logits]))
    sd = np.sqrt(found[..., 2].ravel()[cells] + of_campaigns**2 + of_scenes**2 / size)
    return np.asarray(found[..., 1].ravel()[cells] + sd * rng.standard_normal(_DRAWS))


def _pooled(values: FloatArray, variances: FloatArray) -> tuple[float, float, float]:
    """Return the log-likelihood of values about a mean that may be anything, the mean and its variance."""
    weight = 1 / variances
    mean = float((weight * values).sum() / weight.sum())
    fit = float(np.log(weight).sum() - np.log(weight.sum()) - (weight * (values - mean) ** 2).sum())
    return fit / 2, mean, 1 / float(weight.sum())
