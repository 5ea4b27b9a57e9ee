"""Compute how strongly one phone hears another: a model of 2.4 GHz between bodies, rooms and houses.

    RSSI = transmit power - path loss(distance) - walls - handsets and bodies - shadowing - fading of this packet

Pure and vectorised: chance comes in as standard normal or uniform numbers, or as a seed. Slow terms are functions of
time, so it makes no difference who asks first, and A hears B through the same shadow as B hears A (reciprocity).

Where the constants come from:

* path loss within a room: 3GPP TR 38.901 v16.1 table 7.4.1-1, indoor hotspot with line of sight:
  32.4 + 17.3 log10(d) + 20 log10(f/GHz); beyond the breakpoint of the two-ray model for two antennas at hip height
  (4 h^2 f/c = 33 m for h = 1 m; Rappaport, Wireless Communications, 4.6) 40 dB a decade;
* walls: WINNER II D1.1.2 table 4-4: light inner walls 5 dB, heavy walls 12 dB;
* shadowing: TR 38.901, the same row: 3 dB;
* fading: Rician with K = 7 dB, the mean of TR 38.901 table 7.5-6 (indoor office, line of sight). Bodies move more than
  half a wavelength (6 cm) between two packets, so packets fade independently;
* handsets and bodies: two phones lose 14 dB together in the middle, each varying by 3 dB over hours as it moves from
  hand to pocket to table. Fitted to public logs: real phones within 2 m showed a median attenuation of 56 dB, farther
  ones in the same room 63 dB, encounters differing by 6 dB, readings of one encounter by 3 dB
  (MIT Lincoln Laboratory, Exposure-Visualization-Tool);
* sensitivity: -95 dBm at 50 % loss, as in data sheets of phone chips and of the nRF52832 (-96 dBm); the specification
  asks for -70 dBm only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

FREQUENCY_GHZ = 2.44
_ONE_METRE_DB = 32.4 + 20 * np.log10(FREQUENCY_GHZ)
_DECADE_DB = 17.3
_BREAKPOINT_M = 4 * 1.0**2 * FREQUENCY_GHZ / 0.2998
_FAR_DECADE_DB = 40.0
_NEAREST_M = 0.1

LIGHT_WALL_DB = 5.0
HEAVY_WALL_DB = 12.0

_BLOCK_S = 3600.0  # slow terms are drawn an hour at a time, each hour afresh
_SAMPLES = np.arange(_BLOCK_S + 1)


@dataclass(frozen=True, slots=True)
class RadioModel:
    """Hold the model's figures; `handset_db` is the middle loss of both phones and both bodies together."""

    handset_db: float = 14.0
    carrying_sigma_db: float = 3.0
    carrying_tau_s: float = 3600.0
    shadowing_sigma_db: float = 3.0
    shadowing_tau_s: float = 60.0
    channel_sigma_db: float = 1.5
    rician_k_db: float = 7.0
    sensitivity_dbm: float = -95.0
    sensitivity_slope_db: float = 1.0

    @property
    def faintest_mean_dbm(self) -> float:
        """Return the mean RSSI below which nothing is computed: three standard deviations of all slow terms under
        sensitivity.
        """
        slow_db = np.sqrt(2 * self.carrying_sigma_db**2 + self.shadowing_sigma_db**2 + self.channel_sigma_db**2)
        return float(self.sensitivity_dbm - 3 * slow_db)


def path_loss_db(distance_m: ArrayLike) -> Floats:
    """Return the loss between two antennas with nothing in between."""
    distance = np.maximum(np.asarray(distance_m, dtype=np.float64), _NEAREST_M)
    near = _ONE_METRE_DB + _DECADE_DB * np.log10(np.minimum(distance, _BREAKPOINT_M))
    return np.asarray(near + _FAR_DECADE_DB * np.log10(np.maximum(distance, _BREAKPOINT_M) / _BREAKPOINT_M))


def mean_rssi_dbm(model: RadioModel, tx_power_dbm: float, distance_m: ArrayLike, walls_db: ArrayLike = 0.0) -> Floats:
    """Return the RSSI without any chance in it."""
    return tx_power_dbm - model.handset_db - path_loss_db(distance_m) - np.asarray(walls_db, dtype=np.float64)


def gauss_markov_db(normals: Floats, sigma_db: float, correlation: float) -> Floats:
    """Return a stationary Gauss-Markov series from standard normal numbers (n,): sd `sigma_db`, lag-1 `correlation`."""
    series = np.empty_like(normals)
    innovation = np.sqrt(1 - correlation**2)
    value = 0.0
    for index, normal in enumerate(normals.tolist()):
        value = normal if index == 0 else correlation * value + innovation * normal
        series[index] = value
    return sigma_db * series


def rician_db(k_db: float, in_phase: ArrayLike, quadrature: ArrayLike) -> Floats:
    """Return the gain of one packet in dB (mean power 0 dB) from two standard normal numbers."""
    k = 10 ** (k_db / 10)
    scatter = np.sqrt(1 / (2 * (k + 1)))
    direct = np.sqrt(k / (k + 1)) + scatter * np.asarray(in_phase)
    return np.asarray(10 * np.log10(direct**2 + (scatter * np.asarray(quadrature)) ** 2))


def reception_probability(model: RadioModel, rssi_dbm: ArrayLike) -> Floats:
    """Return the chance that a packet of this strength is received: one half at the sensitivity, soft around it."""
    margin = (np.asarray(rssi_dbm, dtype=np.float64) - model.sensitivity_dbm) / model.sensitivity_slope_db
    return np.asarray(1 / (1 + np.exp(-np.maximum(margin, -60.0))))


class SlowFading:
    """Draw the slow terms of every phone and pair, each a function of time alone (given the seed).

    Drawn in blocks of an hour when first asked for; within an hour the series is Gauss-Markov, read between its
    samples in a straight line.
    """

    def __init__(self, model: RadioModel, seed: int) -> None:
        self._model = model
        self._seed = seed
        self._blocks: dict[tuple[int, ...], Floats] = {}
        self._newest = -1
        self._channels: dict[tuple[int, int], Floats] = {}

    def pair_db(self, a: int, b: int, times_s: Floats) -> Floats:
        """Return the shadowing (n,) between phones `a` and `b` (as between `b` and `a`) plus how both are carried.

        `times_s` are the packets of one scan, ascending. How a phone is carried, which changes over hours, is taken at
        the first.
        """
        low, high = (a, b) if a < b else (b, a)
        model, first_s = self._model, times_s[:1]
        carried = [
            float(self._series((2, phone), first_s, model.carrying_sigma_db, model.carrying_tau_s)[0])
            for phone in (low, high)
        ]
        shadowing = self._series((1, low, high), times_s, model.shadowing_sigma_db, model.shadowing_tau_s)
        return np.asarray(shadowing + sum(carried))

    def channels_db(self, a: int, b: int) -> Floats:
        """Return the loss (3,) on the advertising channels 37, 38, 39: antennas are not flat over 80 MHz."""
        pair = (a, b) if a < b else (b, a)
        if pair not in self._channels:
            rng = np.random.default_rng([self._seed, 3, *pair])
            self._channels[pair] = rng.normal(0.0, self._model.channel_sigma_db, 3)
        return self._channels[pair]

    def _series(self, who: tuple[int, ...], times_s: Floats, sigma_db: float, tau_s: float) -> Floats:
        blocks = times_s // _BLOCK_S
        first, last = int(blocks[0]), int(blocks[-1])
        if first == last:
            return self._within(who, first, times_s, sigma_db, tau_s)
        pieces = [
            self._within(who, number, times_s[blocks == number], sigma_db, tau_s) for number in range(first, last + 1)
        ]
        return np.concatenate(pieces)

    def _within(self, who: tuple[int, ...], number: int, times_s: Floats, sigma_db: float, tau_s: float) -> Floats:
        step_s = max(min(tau_s, _BLOCK_S) / 6, 1.0)
        if number > self._newest:  # what is past is not asked for again, and could be drawn again if it were
            self._newest = number
            self._blocks = {key: block for key, block in self._blocks.items() if key[-1] >= number - 1}
        key = (*who, number)
        if key not in self._blocks:
            normals = np.random.default_rng([self._seed, *key]).standard_normal(int(_BLOCK_S / step_s) + 1)
            self._blocks[key] = gauss_markov_db(normals, sigma_db, float(np.exp(-step_s / tau_s)))
        return np.interp((times_s - number * _BLOCK_S) / step_s, _SAMPLES[: len(self._blocks[key])], self._blocks[key])
