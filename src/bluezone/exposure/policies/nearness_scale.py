"""Tell scale from distance: estimate, without labels, what a phone's radio and surroundings add to its attenuations.

A phone that hears everybody 8 dB too weakly and a phone whose owner keeps everybody at a distance hear the same
levels. What tells them apart: near another person the strength of reception varies more from scan to scan, more of the
sender's packets arrive, and the strongest of a scan stands out further, whatever the transmit power. So each meeting
gives two figures, its **level** (dB, which a change of scale moves) and its **spread** (which it does not), and three
unknowns of a phone, all with prior knowledge, explain the means of both over all meetings:

* `mix`: how near its owner meets people, as the mean of u = ln(1/d^2), d in metres, over meetings;
* `offset_db`: what its radio, the radios around it and their surroundings add to the level;
* `spread_offset`: what its way of scanning adds to the spread, in units of u.

    level = level_db - level_slope (u - CENTRE) + offset_db + noise
    spread = (u - CENTRE) + spread_offset + noise

All is Gaussian but for the priors of the offsets, which are mixtures of a narrow one (a radio of a known kind) and a
wide one (an unknown one): a small difference is mostly believed to be distance, a large one mostly scale, with no edge
between. The posterior is in closed form; its first two moments are kept (`Scale`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

#: the u around which level and spread are linear: 2.7 m, the middle of the meetings that were recorded
CENTRE = -2.0

#: standard deviation of the transmit powers that phones announce, over the 551 models of Google's published calibration
#: of Exposure Notifications (14 December 2020, CC BY 4.0)
ANNOUNCED_SD_DB = 7.4


class Spread(NamedTuple):
    """Hold how the spread of one kind of scan behaves: its `centre` and `gain` (per unit of u) before it is brought to
    units of u; after that its `variance` between meetings at one u, its `covariance_db` with the level, and the
    standard deviations of a phone's `spread_offset`, `usual_sd` and `wide_sd`."""

    centre: float
    gain: float
    variance: float
    covariance_db: float
    usual_sd: float
    wide_sd: float


class Model(NamedTuple):
    """Hold what is known before anything was heard.

    `level_db`, `level_slope` (dB for each unit of u), `level_variance` (dB^2, of one meeting's noise);
    `mix_mean` and `mix_sd` of a phone's mix, `meeting_variance` of u within a mix; `scales`: share and standard
    deviation (dB) of each kind of radio; `wide_share` of the phones whose spread is of an unknown kind;
    `meetings_each`: as how many a meeting counts, for meetings of one phone are alike (the same room, the same seat).
    """

    level_db: float
    level_slope: float
    level_variance: float
    mix_mean: float
    mix_sd: float
    meeting_variance: float
    scales: Sequence[Sequence[float]]
    wide_share: float
    meetings_each: float


class Log(NamedTuple):
    """Hold all that is kept of a phone's own meetings: their number, mean level (dB) and mean spread (units of u).

    `fine`: most of them have fine scans. `level_doubt_db`: standard deviation of what the level may be off from those
    that are judged, where it was measured in another way (`announced_power`).
    """

    meetings: int
    level_db: float
    spread: float
    fine: bool = True
    level_doubt_db: float = 0.0


def announced_power(assumed_dbm: float, announced_dbm: Sequence[float]) -> tuple[float, float]:
    """Return mean transmit power of the phones around (dBm), and the standard deviation of what is not known of it.

    Whom a phone met tell it their powers encrypted; it can read those of published keys only. Of these and of what it
    assumes of others (as much as it sends itself), each is one draw from the models in use (`ANNOUNCED_SD_DB`).
    """
    count = 1 + len(announced_dbm)
    return (assumed_dbm + sum(announced_dbm)) / count, ANNOUNCED_SD_DB / math.sqrt(count)


class Scale(NamedTuple):
    """Hold means of (mix - mix_mean, offset_db, spread_offset), and their covariances: 00, 01, 02, 11, 12, 22."""

    mix: float
    offset_db: float
    spread_offset: float
    c00: float
    c01: float
    c02: float
    c11: float
    c12: float
    c22: float


class Estimator(NamedTuple):
    """Hold how to tell u of a meeting: mean = constant + level_weight level + spread_weight spread.

    `variance` of u about it; `scale_variance`: the part of it that is the scale's, which all meetings of a phone share.
    """

    constant: float
    level_weight: float
    spread_weight: float
    variance: float
    scale_variance: float


def scale_of(model: Model, spread: Spread, log: Log | None) -> Scale:
    """Return what is known of a phone's scale once its `log` was looked at; before, the prior. `spread`: of the kind of
    scan that most of its meetings had."""
    states = []
    for share, scale_sd in model.scales:
        for part, spread_sd in ((1 - model.wide_share, spread.usual_sd), (model.wide_share, spread.wide_sd)):
            priors = (model.mix_sd**2, scale_sd**2, spread_sd**2)
            states.append((math.log(max(share * part, 1e-300)), *_posterior(model, spread, priors, log)))
    top = max(weight + likelihood for weight, likelihood, _, _ in states)
    weights = [math.exp(weight + likelihood - top) for weight, likelihood, _, _ in states]
    summed = sum(weights)
    means = [sum(w * state[2][i] for w, state in zip(weights, states, strict=True)) / summed for i in range(3)]
    covariance = [
        sum(
            w * (state[3][i][j] + (state[2][i] - means[i]) * (state[2][j] - means[j]))
            for w, state in zip(weights, states, strict=True)
        )
        / summed
        for i in range(3)
        for j in range(i, 3)
    ]
    return Scale(*means, *covariance)


def _posterior(
    model: Model, spread: Spread, priors: tuple[float, float, float], log: Log | None
) -> tuple[float, list[float], list[list[float]]]:
    """Return log-likelihood, means and covariances of the three unknowns for one component of the prior."""
    mix, offset, extra = priors
    prior = [[mix, 0.0, 0.0], [0.0, offset, 0.0], [0.0, 0.0, extra]]
    if log is None or log.meetings < 1:
        return 0.0, [0.0, 0.0, 0.0], prior
    b, each = model.level_slope, max(1.0, log.meetings / model.meetings_each)
    with_level, with_spread = (-b * mix, offset, 0.0), (mix, 0.0, extra)
    level_variance = b * b * mix + offset + (b * b * model.meeting_variance + model.level_variance) / each
    level_variance += log.level_doubt_db**2
    spread_variance = mix + extra + (model.meeting_variance + spread.variance) / each
    both = -b * mix + (spread.covariance_db - b * model.meeting_variance) / each
    determinant = level_variance * spread_variance - both * both
    level = log.level_db - (model.level_db - b * (model.mix_mean - CENTRE))
    seen = log.spread - (model.mix_mean - CENTRE)
    by_level = [(x * spread_variance - y * both) / determinant for x, y in zip(with_level, with_spread, strict=True)]
    by_spread = [(y * level_variance - x * both) / determinant for x, y in zip(with_level, with_spread, strict=True)]
    square = (level * level * spread_variance - 2 * level * seen * both + seen * seen * level_variance) / determinant
    means = [x * level + y * seen for x, y in zip(by_level, by_spread, strict=True)]
    covariance = [
        [prior[i][j] - by_level[i] * with_level[j] - by_spread[i] * with_spread[j] for j in range(3)] for i in range(3)
    ]
    return -0.5 * (math.log(determinant) + square), means, covariance


def restrained(scale: Scale, weight: float, mix_sd: float) -> Scale:
    """Return a scale that takes only `weight` of what was learned of the mix for granted: a phone's next meeting need
    not be like its last ones."""
    return scale._replace(
        mix=weight * scale.mix,
        c00=weight**2 * scale.c00 + (1 - weight**2) * mix_sd**2,
        c01=weight * scale.c01,
        c02=weight * scale.c02,
    )


def estimator(model: Model, spread: Spread, scale: Scale) -> Estimator:
    """Return how to tell u of one meeting by its level and spread, given what is known of the scale."""
    weights, variance = _weights(model, spread, scale)
    known = _weights(model, spread, Scale(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0))[1]
    mean = model.mix_mean + scale.mix
    level = model.level_db - model.level_slope * (mean - CENTRE) + scale.offset_db
    constant = mean - weights[0] * level - weights[1] * (mean - CENTRE + scale.spread_offset)
    return Estimator(constant, weights[0], weights[1], variance, max(variance - known, 0.0))


def _weights(model: Model, spread: Spread, scale: Scale) -> tuple[tuple[float, float], float]:
    """Return the weights of level and spread, and the variance of u that they leave.

    Where both noises are so alike that one figure would count against its sense (to correct the other), it is left out:
    stronger or more varied reception must never make a meeting safer.
    """
    b, u = model.level_slope, scale.c00 + model.meeting_variance
    with_level, with_spread = -b * u + scale.c01, u + scale.c02
    level = b * b * u - 2 * b * scale.c01 + scale.c11 + model.level_variance
    seen = u + 2 * scale.c02 + scale.c22 + spread.variance
    both = -b * (u + scale.c02) + scale.c01 + scale.c12 + spread.covariance_db
    determinant = level * seen - both * both
    by_level = (with_level * seen - with_spread * both) / determinant
    by_spread = (with_spread * level - with_level * both) / determinant
    if by_spread < 0:
        by_level, by_spread = min(with_level, 0.0) / level, 0.0
    elif by_level > 0:
        by_level, by_spread = 0.0, with_spread / seen
    return (by_level, by_spread), u - by_level * with_level - by_spread * with_spread
