"""Estimate what a policy would miss and warn of in vain in a campaign that nobody has seen, from those left out of its
fit: random effects over campaigns, and over scenes within them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bluezone.exposure.metrics import BoolArray
from bluezone.exposure.nearness_fitting import Recording
from bluezone.exposure.policies.base import Policy
from bluezone.exposure.scan_table import FloatArray
from bluezone.operating_point import UnseenCampaign

_PAIRS, _DRAWS = 400, 40_000

#: scenes with fewer encounters of a kind say nothing of how scenes differ
_SMALLEST_SCENE = 5


@dataclass(frozen=True, slots=True)
class Scene:
    """Hold the close encounters of a scene and how many of them were missed, the others and how many were warned
    of."""

    close: int
    missed: int
    others: int
    warned: int


def scenes_of(alert: BoolArray, recording: Recording) -> list[Scene]:
    """Return what a policy did in each scene of a recording. `alert`: which of its encounters it warned of."""
    close = recording.data.close
    names = np.array([each.scene for each in recording.data.encounters])
    masks = [names == name for name in np.unique(names)]
    return [
        Scene(*(int((here & part).sum()) for part in (close, close & ~alert, ~close, ~close & alert))) for here in masks
    ]


def expected_of_an_unseen_campaign(
    by_campaign: Mapping[str, Sequence[Scene]], policy: Policy, rng: np.random.Generator
) -> UnseenCampaign:
    """Return pairs of what a further campaign might have missed and warned of in vain, all equally probable.

    Logits of both shares are normal about a campaign's mean, by scene; campaigns' means are normal about a common one.
    The two standard deviations have half-normal priors of 0.7 (a factor of 2 in the odds is usual between campaigns,
    one of 4 is not absurd); integrated on a grid, for three campaigns alone do not say what they are. A further
    campaign has as many scenes as those seen have on average. The pairs are quantiles at the points of a Halton
    sequence, so that the first few are spread as all are.
    """
    of_close = [[(scene.close, scene.missed) for scene in scenes] for scenes in by_campaign.values()]
    of_others = [[(scene.others, scene.warned) for scene in scenes] for scenes in by_campaign.values()]
    shares = (1 / (1 + np.exp(-_draws(counts, rng))) for counts in (of_close, of_others))
    missed, alarms = (
        np.quantile(drawn, _halton(_PAIRS, base)).tolist() for drawn, base in zip(shares, (2, 3), strict=True)
    )
    return UnseenCampaign(
        policy.name,
        policy.version,
        "tools/nearness_report.py: predictive distribution over campaigns, each left out of the fit once and judged as "
        "its phones would, with scenes below them: " + ", ".join(by_campaign),
        tuple(missed),
        tuple(alarms),
    )


def _halton(size: int, base: int) -> list[float]:
    """Return the first points of van der Corput's sequence (within 0..1, none at an end)."""
    found = []
    for number in range(1, size + 1):
        point, part, rest = 0.0, 1.0, number
        while rest:
            part /= base
            rest, digit = divmod(rest, base)
            point += part * digit
        found.append(point)
    return found


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
