"""Define what tools/nearness_candidates.py compares with the policy `nearness`: boosted trees, a Bayesian filter over
distance and offset, and a mixture of noises. Numpy only, as evidence; none of it is what a phone runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bluezone.exposure import nearness_fitting as fitting
from bluezone.exposure.nearness_fitting import Recording
from bluezone.exposure.policies.nearness import NearnessPolicy
from bluezone.exposure.policies.nearness_scale import Log, Scale, Spread, restrained, scale_of

FloatArray = NDArray[np.float64]

# --- boosted trees ----------------------------------------------------------------------------------------------------

_ROUNDS, _RATE, _BINS, _LEAST_SHARE = 120, 0.08, 16, 0.02


@dataclass(frozen=True, slots=True)
class _Split:
    feature: int
    edge: float
    below: FloatArray  # values of the leaves or, where the tree goes on, both splits
    parts: tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class BoostedTrees:
    """Hold trees of two levels, fitted one after the other to the gradient of a loss."""

    start: float
    trees: tuple[_Split, ...]

    @classmethod
    def fit(cls, x: FloatArray, y: FloatArray, weights: FloatArray, *, logistic: bool) -> BoostedTrees:
        """Fit to 0/1 answers by logistic loss, or to numbers by squared loss; rows weigh `weights`."""
        weights = weights / weights.sum()
        start = 0.0 if logistic else float((weights * y).sum())
        value, found = np.full(y.size, start), []
        for _ in range(_ROUNDS):
            probability = 1 / (1 + np.exp(-value)) if logistic else value
            gradient = y - probability
            hessian = probability * (1 - probability) if logistic else np.ones_like(y)
            tree = _grown(x, gradient * weights, hessian * weights, weights, 2)
            if not isinstance(tree, _Split):
                break
            value = value + _RATE * _told(tree, x)
            found.append(tree)
        return cls(start, tuple(found))

    def predict(self, x: FloatArray) -> FloatArray:
        """Return log-odds or numbers."""
        return self.start + _RATE * sum((_told(tree, x) for tree in self.trees), np.zeros(len(x)))


def _grown(x: FloatArray, gradient: FloatArray, hessian: FloatArray, weights: FloatArray, depth: int) -> _Split | float:
    leaf = float(gradient.sum() / (hessian.sum() + 1e-3))
    if depth == 0:
        return leaf
    best, chosen = 1e-9, None
    whole = gradient.sum() ** 2 / (hessian.sum() + 1e-3)
    for feature in range(x.shape[1]):
        for edge in np.unique(np.quantile(x[:, feature], np.linspace(0, 1, _BINS + 1)[1:-1])):
            low = x[:, feature] <= edge
            if min(weights[low].sum(), weights[~low].sum()) < _LEAST_SHARE:
                continue
            gain = sum(gradient[side].sum() ** 2 / (hessian[side].sum() + 1e-3) for side in (low, ~low)) - whole
            if gain > best:
                best, chosen = gain, (feature, float(edge), low)
    if chosen is None:
        return leaf
    feature, edge, low = chosen
    parts = tuple(_grown(x[side], gradient[side], hessian[side], weights[side], depth - 1) for side in (low, ~low))
    return _Split(feature, edge, np.empty(0), (parts[0], parts[1]))


def _told(tree: _Split | float, x: FloatArray) -> FloatArray:
    if not isinstance(tree, _Split):
        return np.full(len(x), tree)
    low = x[:, tree.feature] <= tree.edge
    return np.where(low, _told(tree.parts[0], x), _told(tree.parts[1], x))


# --- a Bayesian filter over distance and offset -----------------------------------------------------------------------

_METRES = np.geomspace(0.5, 15.0, 12)
_OFFSETS_DB = np.arange(-30.0, 30.1, 3.0)
#: of one scan about the path loss; of an encounter's own offset (bodies, pockets); of ln(distance) in a minute
_SCAN_SD_DB, _ENCOUNTER_SD_DB, _WALK_SD = 5.0, 3.5, 0.25
#: of ln(distance) when a meeting begins
_MEAN_LOG_M, _SD_LOG_M = 1.0, 0.7


def filtered(recording: Recording, policy: NearnessPolicy) -> FloatArray:
    """Return the share of each encounter's minutes that counts as dose (smoothed); NaN never heard.

    The path loss and the prior of a phone's offset are the policy's. All of a phone's encounters tell of its offset,
    each as half a one, for encounters of one phone are alike.
    """
    scans, size = recording.data.scans, len(recording.data)
    owner, numbers = scans.owner(), np.bincount(scans.owner(), minlength=size)
    most = int(numbers.max())
    at = np.arange(owner.size) - np.repeat(np.concatenate([[0], np.cumsum(numbers)[:-1]]), numbers)
    level, seconds = np.full((size, most), np.nan), np.zeros((size, most))
    level[owner, at], seconds[owner, at] = scans.typical_db, np.maximum(scans.since_last_scan_s, 1.0)
    expected = policy.level_db - policy.level_slope * (-2 * np.log(_METRES) + 2.0)
    middle = expected[None, :] + _OFFSETS_DB[:, None]
    step = _WALK_SD * np.sqrt(np.median(seconds[seconds > 0]) / 60)
    logs = np.log(_METRES)
    walk = np.exp(-0.5 * ((logs[:, None] - logs[None, :]) / max(step, 0.15)) ** 2)
    walk /= walk.sum(1, keepdims=True)
    first = np.exp(-0.5 * ((logs - _MEAN_LOG_M) / _SD_LOG_M) ** 2)
    first /= first.sum()

    def seen(column: int) -> FloatArray:
        z = (level[:, column, None, None] - middle[None]) / _SCAN_SD_DB
        return np.where(np.isnan(z), 1.0, np.exp(-0.5 * np.minimum(z * z, 80.0)))

    forward, likelihood = [], np.zeros((size, _OFFSETS_DB.size))
    state = np.broadcast_to(first, (size, _OFFSETS_DB.size, first.size))
    for column in range(most):
        state = (state if column == 0 else state @ walk) * seen(column)
        total = state.sum(2)
        likelihood += np.log(total)
        state = state / total[..., None]
        forward.append(state)
    counted, weight = np.minimum(1.0, 1 / _METRES**2), seconds / np.maximum(seconds.sum(1, keepdims=True), 1e-9)
    share, back = np.zeros((size, _OFFSETS_DB.size)), np.ones_like(state)
    for column in range(most - 1, -1, -1):
        smooth = forward[column] * back
        share += weight[:, column, None] * (smooth @ counted) / smooth.sum(2)
        back = (back * seen(column)) @ walk.T
        back /= back.sum(2, keepdims=True)
    found = np.full(size, np.nan)
    names = np.array([each.rx or each.rx_model for each in recording.data.encounters])
    own = np.exp(-0.5 * ((_OFFSETS_DB[:, None] - _OFFSETS_DB[None, :]) / _ENCOUNTER_SD_DB) ** 2)
    own /= own.sum(1, keepdims=True)  # [phone's offset, encounter's total offset]
    prior = sum(part / sd * np.exp(-0.5 * (_OFFSETS_DB / sd) ** 2) for part, sd in policy.scales)
    relative = np.exp(likelihood - likelihood.max(1, keepdims=True))
    for name in np.unique(names):
        rows = np.flatnonzero((names == name) & scans.heard)
        if not rows.size:
            continue
        of_phone = np.log(np.maximum(relative[rows] @ own.T, 1e-300)).sum(0) / policy.meetings_each + np.log(prior)
        posterior = np.exp(of_phone - of_phone.max())
        total = relative[rows] * (posterior @ own)
        found[rows] = (total * share[rows]).sum(1) / total.sum(1)
    return found


# --- a mixture: in sight, or blocked ----------------------------------------------------------------------------------

_U = np.linspace(-7.0, 0.5, 61)


def residual_mixture(
    policy: NearnessPolicy, u_of: Sequence[FloatArray], levels: Sequence[FloatArray]
) -> Callable[[Recording], Any]:
    """Return how to judge with two normal kinds of level noise, fitted to the others' residuals by expectation and
    maximisation; else as the policy, whose posterior of a phone's scale is used, on a grid of u."""
    from nearness_candidates import Said, saturated

    rest = []
    for u, level in zip(u_of, levels, strict=True):
        ok = ~np.isnan(level) & ~np.isnan(u)
        rest.append(fitting._line(u[ok], level[ok])[2])
    residual = np.concatenate(rest)
    part, means, sds = 0.6, np.array([-2.0, 3.0]), np.array([3.0, 4.0])
    for _ in range(200):
        weights = np.array([part, 1 - part]) / sds * np.exp(-0.5 * ((residual[:, None] - means) / sds) ** 2)
        weights /= weights.sum(1, keepdims=True)
        part = float(weights[:, 0].mean())
        means = (weights * residual[:, None]).sum(0) / weights.sum(0)
        sds = np.sqrt((weights * (residual[:, None] - means) ** 2).sum(0) / weights.sum(0))

    def judge(recording: Recording) -> Any:
        found = fitting._features(recording.data.scans, policy.numbers())
        names = np.array([each.rx or each.rx_model for each in recording.data.encounters])
        share = np.full(len(names), np.nan)
        counted = np.minimum(1.0, np.exp(_U))
        for name in np.unique(names):
            rows = np.flatnonzero((names == name) & recording.data.scans.heard)
            if not rows.size:
                continue
            telling = rows[found.tells[rows]]
            log = None
            if telling.size:
                log = Log(int(telling.size), float(found.level_db[telling].mean()), float(found.spread[telling].mean()))
            kind = Spread(*(policy.fine if not telling.size or found.fine[telling].mean() > 0.5 else policy.coarse))
            scale: Scale = restrained(scale_of(policy.model, kind, log), policy.mix_trust, policy.mix_sd)
            centre = policy.mix_mean + scale.mix
            prior = -0.5 * (_U - centre) ** 2 / (policy.meeting_variance + scale.c00)
            level = policy.level_db - policy.level_slope * (_U + 2.0) + scale.offset_db
            off = found.level_db[rows, None] - level[None]
            wider = np.sqrt(sds**2 + scale.c11)
            by_level = sum(
                share_of / sd * np.exp(-0.5 * ((off - mean) / sd) ** 2)
                for share_of, mean, sd in zip((part, 1 - part), means, wider, strict=True)
            )
            apart = found.spread[rows, None] - (_U[None] + 2.0 + scale.spread_offset)
            by_spread = -0.5 * apart**2 / (kind.variance + scale.c22)
            weight = np.exp(prior[None] + by_spread) * by_level
            share[rows] = (weight @ counted) / weight.sum(1)
        return Said(saturated(share, found.minutes), np.nan_to_num(share * found.minutes))

    return judge
