"""Compute how strongly one phone hears another: a model of 2.4 GHz between bodies, rooms and houses.

    RSSI = transmit power - path loss(distance) - walls - handsets and bodies - shadowing - fading of this packet

Pure and vectorised: chance comes in as standard normal or uniform numbers, or as a seed. Slow terms are functions of
time, so it makes no difference who asks first, and A hears B through the same shadow as B hears A (reciprocity).

Where the constants come from:

* path loss within a room: 3GPP TR 38.901 v16.1 table 7.4.1-1, indoor hotspot with line of sight:
  32.4 + 17.3 log10(d) + 20 log10(f/GHz); beyond the breakpoint of the two-ray model for two antennas at hip height
  (4 h^2 f/c = 33 m for h = 1 m; Rappaport, Wireless Communications, 4.6) 40 dB a decade;
* walls: WINNER II D1.1.2 table 4-4: light inner walls 5 dB, heavy walls 12 dB;
* shadowing and fading: how far scans of one meeting differ, and readings of one scan, falls with distance in three
  campaigns of recordings, also where everybody sits (`tools/fading_report.py`, docs/measurements/fading.md). Beside
  each other a hand or a turn changes which body stands between; across a room many scattered paths average.
  Shadowing changes over a minute: of exp05's scans, every 30 s, neighbours are correlated by 0.5. Fading is Rician,
  with a K that grows with distance; TR 38.901 table 7.5-6 has 7 dB for offices as a whole. Bodies move more than half
  a wavelength (6 cm) between two packets, so packets fade independently;
* handsets and bodies: two phones lose 14 dB together in the middle, each differing by 3 dB from hour to hour as it
  moves from hand to pocket to table, and hardly within one. Fitted to public logs: real phones within 2 m showed a
  median attenuation of 56 dB, farther ones in the same room 63 dB, encounters differing by 6 dB (MIT Lincoln
  Laboratory, Exposure-Visualization-Tool);
* sensitivity: -95 dBm at 50 % loss, as in data sheets of phone chips and of the nRF52832 (-96 dBm); the specification
  asks for -70 dBm only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

_HOUR_S = 3600.0  # slow terms are drawn an hour at a time, each hour afresh
#: what is computed at once lies between two multiples of this time
BLOCK_S = 600.0


@dataclass(frozen=True, slots=True)
class ByDistance:
    """Hold a figure (dB) that is linear in the logarithm of the distance, between bounds."""

    at_a_metre_db: float
    for_each_e_fold_db: float
    least_db: float
    most_db: float

    def at(self, distance_m: ArrayLike) -> Floats:
        """Return the figure at these distances."""
        log_m = np.log(np.maximum(np.asarray(distance_m, dtype=np.float64), _NEAREST_M))
        figure_db = self.at_a_metre_db + self.for_each_e_fold_db * log_m
        return np.asarray(np.minimum(np.maximum(figure_db, self.least_db), self.most_db))  # np.clip costs twice as much


@dataclass(frozen=True, slots=True)
class RadioModel:
    """Hold the model's figures; `handset_db` is the middle loss of both phones and both bodies together, `shadowing` a
    standard deviation."""

    handset_db: float = 14.0
    carrying_sigma_db: float = 3.0
    carrying_tau_s: float = 4 * 3600.0
    shadowing: ByDistance = ByDistance(4.5, -1.3, 1.2, 4.8)
    shadowing_tau_s: float = 60.0
    channel_sigma_db: float = 1.5
    rician_k: ByDistance = ByDistance(4.0, 2.2, 3.0, 9.0)
    sensitivity_dbm: float = -95.0
    sensitivity_slope_db: float = 1.0

    @property
    def faintest_mean_dbm(self) -> float:
        """Return the mean RSSI below which nothing is computed: three standard deviations of all slow terms under
        sensitivity.
        """
        slow_db = np.sqrt(2 * self.carrying_sigma_db**2 + self.shadowing.least_db**2 + self.channel_sigma_db**2)
        return float(self.sensitivity_dbm - 3 * slow_db)


def path_loss_db(distance_m: ArrayLike) -> Floats:
    """Return the loss between two antennas with nothing in between."""
    distance = np.maximum(np.asarray(distance_m, dtype=np.float64), _NEAREST_M)
    near = _ONE_METRE_DB + _DECADE_DB * np.log10(np.minimum(distance, _BREAKPOINT_M))
    return np.asarray(near + _FAR_DECADE_DB * np.log10(np.maximum(distance, _BREAKPOINT_M) / _BREAKPOINT_M))


def mean_rssi_dbm(
    model: RadioModel, tx_power_dbm: ArrayLike, distance_m: ArrayLike, walls_db: ArrayLike = 0.0
) -> Floats:
    """Return the RSSI without any chance in it."""
    sent_dbm = np.asarray(tx_power_dbm, dtype=np.float64) - model.handset_db
    return np.asarray(sent_dbm - path_loss_db(distance_m) - np.asarray(walls_db, dtype=np.float64))


def gauss_markov_db(normals: Floats, sigma_db: float, correlation: float) -> Floats:
    """Return a stationary Gauss-Markov series from standard normal numbers (n,): sd `sigma_db`, lag-1 `correlation`."""
    series = np.empty_like(normals)
    innovation = np.sqrt(1 - correlation**2)
    value = 0.0
    for index, normal in enumerate(normals.tolist()):
        value = normal if index == 0 else correlation * value + innovation * normal
        series[index] = value
    return sigma_db * series


def rician_db(k_db: ArrayLike, in_phase: ArrayLike, quadrature: ArrayLike) -> Floats:
    """Return the gain of one packet in dB (mean power 0 dB) from two standard normal numbers."""
    k = 10 ** (np.asarray(k_db, dtype=np.float64) / 10)
    scatter = np.sqrt(1 / (2 * (k + 1)))
    direct = np.sqrt(k / (k + 1)) + scatter * np.asarray(in_phase)
    return np.asarray(10 * np.log10(direct**2 + (scatter * np.asarray(quadrature)) ** 2))


def reception_probability(model: RadioModel, rssi_dbm: ArrayLike) -> Floats:
    """Return the chance that a packet of this strength is received: one half at the sensitivity, soft around it."""
    margin = (np.asarray(rssi_dbm, dtype=np.float64) - model.sensitivity_dbm) / model.sensitivity_slope_db
    return np.asarray(1 / (1 + np.exp(-np.maximum(margin, -60.0))))


def packet_chance(listener_key: int, train_keys: NDArray[np.uint64], numbers: NDArray[np.int64]) -> Floats:
    """Return three numbers uniform in (0, 1) for each packet (3, n): those of event `numbers` (n,) of an event train
    with `train_keys` (n,), at one listener.

    They are a hash of who sends, who listens and which event it is, so that it makes no difference in which order and
    in what portions packets are computed. The hash is the finaliser of SplitMix64 (Steele, Lea, Flood, "Fast splittable
    pseudorandom number generators", OOPSLA 2014), which passes BigCrush on such counters.
    """
    keys = _mix(train_keys ^ np.uint64(listener_key))
    counters = 3 * numbers.astype(np.uint64)[None, :] + _THREE
    mixed = _mix(keys[None, :] + counters * _GOLDEN)
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53 + 2.0**-54


def chance_key(*who: int) -> int:
    """Return 64 bits that belong to these numbers: a key for `packet_chance`."""
    return int(np.random.SeedSequence(who).generate_state(1, np.uint64)[0])


def standard_normals(radius: Floats, angle: Floats) -> tuple[Floats, Floats]:
    """Return two independent standard normal numbers from two uniform in (0, 1) (Box and Muller 1958)."""
    length, turn = np.sqrt(-2.0 * np.log(radius)), 2.0 * np.pi * angle
    return length * np.cos(turn), length * np.sin(turn)


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_THREE = np.arange(1, 4, dtype=np.uint64)[:, None]


def blocks(start_s: float, until_s: float) -> Iterator[tuple[float, float]]:
    """Cut a span of time where a block of ten minutes ends: what is computed at once lies within one."""
    while (end_s := (start_s // BLOCK_S + 1) * BLOCK_S) < until_s:
        yield start_s, end_s
        start_s = end_s
    yield start_s, until_s


class _Series:
    """Draw Gauss-Markov series of an hour each, for whoever is asked for, and read them between samples in a straight
    line. A series is a function of (seed, purpose, who, hour) alone.
    """

    def __init__(self, seed: int, purpose: int, sigma_db: float, tau_s: float) -> None:
        self._seed, self._purpose, self._sigma_db = seed, purpose, sigma_db
        self._step_s = max(min(tau_s, _HOUR_S) / 6, 1.0)
        self._correlation = float(np.exp(-self._step_s / tau_s))
        self._samples = int(_HOUR_S / self._step_s) + 1
        self._hours: dict[int, tuple[dict[tuple[int, ...], int], Floats]] = {}

    def at(
        self,
        who: Sequence[tuple[int, ...]],
        owner: NDArray[np.int64],
        times_s: Floats,
        also: tuple[int, ...] | None = None,
    ) -> Floats:
        """Return the value (n,) of the series of `who[owner[i]]` at `times_s[i]`, in dB, plus that of `also`. The times
        lie in one hour."""
        hour = int(times_s[0] // _HOUR_S)
        rows, table = self._hour(hour, who if also is None else [*who, also])
        place = (times_s - hour * _HOUR_S) / self._step_s
        index = np.minimum(place.astype(np.int64), self._samples - 2)
        at = np.array([rows[one] * self._samples for one in who])[owner] + index
        before, after = table.take(at), table.take(at + 1)
        if also is not None:
            own = table[rows[also]]
            before += own.take(index)
            after += own.take(index + 1)
        after -= before
        return np.asarray(before + (place - index) * after)

    def _hour(self, hour: int, who: Sequence[tuple[int, ...]]) -> tuple[dict[tuple[int, ...], int], Floats]:
        if hour not in self._hours:  # what is past is not asked for again, and could be drawn again if it were
            self._hours = {number: kept for number, kept in self._hours.items() if abs(number - hour) <= 1}
            self._hours[hour] = ({}, np.empty((0, self._samples)))
        rows, table = self._hours[hour]
        missing = list(dict.fromkeys(one for one in who if one not in rows))
        if missing:
            if len(rows) + len(missing) > len(table):
                table = np.concatenate((table, np.empty((len(table) + len(missing), self._samples))))
            for one in missing:
                rng = np.random.default_rng([self._seed, self._purpose, *one, hour])
                table[len(rows)] = gauss_markov_db(
                    rng.standard_normal(self._samples), self._sigma_db, self._correlation
                )
                rows[one] = len(rows)
            self._hours[hour] = (rows, table)
        return rows, table


class SlowFading:
    """Draw the slow terms of every phone and pair, each a function of time alone (given the seed).

    Senders are given as `others` (their numbers) and `owner` (n,): the place in `others` of each packet's sender. The
    times lie in one block (`blocks`).
    """

    def __init__(self, model: RadioModel, seed: int) -> None:
        self._model, self._seed = model, seed
        self._shadowing = _Series(seed, 1, 1.0, model.shadowing_tau_s)
        self._carried = _Series(seed, 2, model.carrying_sigma_db, model.carrying_tau_s)
        self._channels: dict[tuple[int, int], Floats] = {}

    def pairs_db(
        self, one: int, others: Sequence[int], owner: NDArray[np.int64], times_s: Floats, distance_m: Floats
    ) -> Floats:
        """Return for each packet the shadowing (n,) between two phones so far apart (the same in both directions) plus
        how both are carried."""
        pairs = [_pair(one, other) for other in others]
        carried = self._carried.at([(other,) for other in others], owner, times_s, also=(one,))
        shadowing = self._model.shadowing.at(distance_m) * self._shadowing.at(pairs, owner, times_s)
        return np.asarray(shadowing + carried)

    def channels_db(
        self, one: int, others: Sequence[int], owner: NDArray[np.int64], channels: NDArray[np.int64]
    ) -> Floats:
        """Return the loss (n,) on the advertising channel (0, 1, 2) of each packet: antennas are not flat over
        80 MHz."""
        table = np.array([self._of_channels(_pair(one, other)) for other in others])
        return np.asarray(table[owner, channels])

    def _of_channels(self, pair: tuple[int, int]) -> Floats:
        known = self._channels.get(pair)
        if known is None:
            rng = np.random.default_rng([self._seed, 3, *pair])
            known = self._channels[pair] = rng.normal(0.0, self._model.channel_sigma_db, 3)
        return known


def _pair(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)
