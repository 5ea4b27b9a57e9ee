"""Estimate how probably somebody was within two metres for a quarter of an hour, from all that was heard meanwhile.

One strength says little: a metre and two metres differ by 5 dB, and so do two ways of carrying a phone. More is in time
and in the others, so a day is read by a model of both (a hidden Markov model, forward pass):

* **Distance** is one of ten steps. Somebody keeps it for twenty minutes or so, then is anywhere where people are. So a
  quarter of an hour at a table counts though hours in another room go with it; a good minute now and then does not.
* **How both phones are carried** adds some decibels, for an hour or so. The owner's share is common to all who are
  heard: where a room of thirty becomes weaker all at once, the owner has put the phone away. It is estimated from all
  of them, half-hour by half-hour, against the hours around; the other phone's share stays open.
* **Where people are** is learned, half-hour by half-hour, from all who were heard, on top of what holds anywhere: the
  farther, the more, up to the size of a room. Of thirty in a room most sit farther than two metres, so that a strong
  one is more often a lucky one than at a table of three.

Somebody with hardly an even chance is nobody (`LEAST`), or a market's many passers-by would add up to somebody. The
range moves the limit of two metres by a whole step, 2.6 dB: about what the owner's carrying may add to some hours
without being seen.

Pure: lists of numbers, no store. Measured on simulated towns (docs/why/phone-screens.md).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bluezone.exposure.arithmetic import MAX_GAP_S

NEAR_M, NEAR_S = 2.0, 900.0
#: a smaller probability than this counts for nobody
LEAST = 0.4

#: steps of distance grow by this factor: four are within two metres, six are beyond. In the middle of each:
_STEP, _STEPS_NEAR = math.sqrt(2.0), 4
_DISTANCES_M = [NEAR_M * _STEP ** (step + 0.5) for step in range(-_STEPS_NEAR, 6)]
#: attenuation at one metre between two phones at bodies, and for each e-fold of distance: free space and a room with
#: line of sight (3GPP TR 38.901 table 7.4.1-1: 17.3 dB a decade) and 14 dB of handsets and bodies (MIT Lincoln
#: Laboratory's logs: 56 dB in the middle within two metres)
_AT_A_METRE_DB, _EACH_FOLD_DB = 54.3, 7.6
_LEVELS_DB = [_AT_A_METRE_DB + _EACH_FOLD_DB * math.log(distance_m) for distance_m in _DISTANCES_M]
#: beyond the outermost steps by so much more is no farther and no nearer: no step explains it, and all alike would
_BEYOND_DB = 10.0

#: how phones are carried: standard deviation of each of the two shares, and for how long it stays
_CARRIED_DB, _CARRIED_S = 3.0, 3_600.0
#: how long somebody keeps a distance, in the mean. Assumed: between a meal (25 minutes) and a visit to a stall
_STAYS_S = 1_200.0
#: standard deviation of five minutes' mean within one step of distance: 2.2 dB of bodies that move, alike for a minute,
#: and a step 2.6 dB wide. Readings are whole decibels and channels differ: so much variance stays in any mean
_BLOCK_DB, _ROUNDING_DB2 = 2.6, 0.5
BLOCK_S = 300.0
_QUARTER = round(NEAR_S / BLOCK_S)
#: less of a block than this does not count as one
_HALF_BLOCK_S = BLOCK_S / 2

#: nobody is known well whose strength no step explains: no factor is smaller than e to this
_LEAST_LOG, _NEXT_TO_NOTHING = -30.0, 1e-4

#: where people are before anybody was heard: as many in each e-fold as its distance, up to the size of a room; and as
#: how many people that counts
_ROOM_M, _PRIOR_PEOPLE = 6.0, 5.0
_ANYWHERE = [metres / (1 + (metres / _ROOM_M) ** 3) for metres in _DISTANCES_M]
_PRIOR = [share / math.fsum(_ANYWHERE) for share in _ANYWHERE]

#: the place is learned from a half-hour and those beside it, and the owner's carrying in one is compared with that of
#: hours around (standard deviations, in half-hours)
_WINDOW_BLOCKS, _PLACE_WINDOWS, _AROUND_WINDOWS = 6, 1.0, 4.0
_OFFSETS_DB = [2.0 * step for step in range(-3, 4)]
_OFFSET_WEIGHTS = [math.exp(-0.5 * (offset_db / _CARRIED_DB) ** 2) for offset_db in _OFFSETS_DB]
#: standard deviation of a half-hour's mean of another phone: how it is carried, and 2 dB
_WINDOW_DB = math.hypot(_CARRIED_DB, 2.0)
_ROUNDS, _ANY = 4, 1e-6

#: values of a standard normal number, near enough to each other that with the steps of distance no level lies between
#: two, and their weights
_NODES = [0.6 * node for node in range(-4, 5)]
_DENSITIES = [math.exp(-0.5 * node * node) for node in _NODES]
_WEIGHTS = [density / math.fsum(_DENSITIES) for density in _DENSITIES]

Matrix = list[list[float]]


@dataclass(frozen=True, slots=True)
class Block:
    """Hold five minutes of somebody: `number` since the epoch, mean attenuation (dB), the seconds that were heard."""

    number: int
    level_db: float
    heard_s: float

    @property
    def window(self) -> int:
        """Return the number of its half-hour."""
        return self.number // _WINDOW_BLOCKS

    @property
    def known_db(self) -> float:
        """Return its level, as far as the steps of distance reach and a little."""
        return min(max(self.level_db, _LEVELS_DB[0] - _BEYOND_DB), _LEVELS_DB[-1] + _BEYOND_DB)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Hold what all who were heard in a half-hour say: which share of people is at each step of distance, and what the
    owner's carrying adds (dB), with its variance (dB^2)."""

    shares: Sequence[float]
    offset_db: float
    variance_db2: float


def blocks_of(at_s: Sequence[float], lost_db: Sequence[float], lasted_s: Sequence[float]) -> list[Block]:
    """Return the blocks of scans (n, in order of time), each of which stands for so long."""
    sums: dict[int, tuple[float, float]] = {}
    for at, lost, lasted in zip(at_s, lost_db, lasted_s, strict=True):
        counted_s, number = min(lasted, MAX_GAP_S), int(at // BLOCK_S)
        heard_s, level = sums.get(number, (0.0, 0.0))
        sums[number] = heard_s + counted_s, level + counted_s * lost
    return [
        Block(number, level / heard_s, min(heard_s, BLOCK_S))
        for number, (heard_s, level) in sums.items()
        if heard_s > 0
    ]


# --- the place --------------------------------------------------------------------------------------------------------


def surroundings(everybody: Sequence[Sequence[Block]]) -> dict[int, Surroundings]:
    """Return for each half-hour what the blocks of all who were heard say of it (expectation and maximisation)."""
    heard: dict[int, list[tuple[float, float]]] = {}
    for one in everybody:
        for window, (weight, level_db) in _by_window(one).items():
            heard.setdefault(window, []).append((weight, level_db))
    windows = sorted(heard)
    about = [_weights(windows, here, _PLACE_WINDOWS) for here in windows]
    around = [_weights(windows, here, _AROUND_WINDOWS) for here in windows]
    people = [math.fsum(weight for weight, _ in heard[window]) for window in windows]
    fits = [_fits(heard[window]) for window in windows]
    shares = [_PRIOR for _ in windows]
    offsets: list[tuple[float, float]] = []
    for _ in range(_ROUNDS):
        offsets = [
            _offset(heard[window], *each) for window, each in zip(windows, zip(fits, shares, strict=True), strict=True)
        ]
        common = [_mean_offset(offsets, list(map(float.__mul__, people, each))) for each in around]
        offsets = [(offset - all_db, variance) for (offset, variance), all_db in zip(offsets, common, strict=True)]
        found = [
            _found(heard[window], share, offset_db)
            for window, share, (offset_db, _) in zip(windows, shares, offsets, strict=True)
        ]
        shares = [_shares(found, each) for each in about]
    return {
        window: Surroundings(share, *offset) for window, share, offset in zip(windows, shares, offsets, strict=True)
    }


def _by_window(blocks: Sequence[Block]) -> dict[int, tuple[float, float]]:
    """Return of each half-hour in which somebody was heard which part of it that was, and the mean level (dB)."""
    sums: dict[int, tuple[float, float]] = {}
    for block in blocks:
        heard_s, level = sums.get(block.window, (0.0, 0.0))
        sums[block.window] = heard_s + block.heard_s, level + block.heard_s * block.known_db
    return {
        window: (heard_s / (BLOCK_S * _WINDOW_BLOCKS), level / heard_s) for window, (heard_s, level) in sums.items()
    }


def _likelihood(off_db: float) -> float:
    return math.exp(-0.5 * (off_db / _WINDOW_DB) ** 2) + _ANY


def _fits(heard: Sequence[tuple[float, float]]) -> list[Matrix]:
    """Return the likelihood of each person's level by offset and step of distance."""
    return [
        [[_likelihood(level_db - of_step_db - offset_db) for of_step_db in _LEVELS_DB] for offset_db in _OFFSETS_DB]
        for _, level_db in heard
    ]


def _offset(
    heard: Sequence[tuple[float, float]], fits: Sequence[Matrix], shares: Sequence[float]
) -> tuple[float, float]:
    """Return the mean and the variance of what the owner's carrying adds, people being where `shares` says."""
    logs = [math.log(weight) for weight in _OFFSET_WEIGHTS]
    for (weight, _), fit in zip(heard, fits, strict=True):
        for place, by_step in enumerate(fit):
            logs[place] += weight * math.log(sum(map(float.__mul__, by_step, shares)))
    top = max(logs)
    chances = [math.exp(log - top) for log in logs]
    whole = sum(chances)
    mean = sum(map(float.__mul__, chances, _OFFSETS_DB)) / whole
    square = sum(chance * offset_db**2 for chance, offset_db in zip(chances, _OFFSETS_DB, strict=True)) / whole
    return mean, max(square - mean * mean, 0.0)


def _weights(windows: Sequence[int], here: int, spread: float) -> list[float]:
    """Return weights that add up to 1 and fall with how many half-hours (standard deviation) others are from `here`."""
    densities = [math.exp(-0.5 * ((window - here) / spread) ** 2) for window in windows]
    whole = sum(densities)
    return [density / whole for density in densities]


def _mean_offset(offsets: Sequence[tuple[float, float]], weights: Sequence[float]) -> float:
    """Return the mean offset: by how much all seem farther off than anywhere else, hour after hour, is the place."""
    return sum(weight * offset_db for weight, (offset_db, _) in zip(weights, offsets, strict=True)) / sum(weights)


def _found(heard: Sequence[tuple[float, float]], shares: Sequence[float], offset_db: float) -> list[float]:
    """Return how many people of a half-hour are to be expected at each step of distance."""
    found = [0.0] * len(shares)
    for weight, level_db in heard:
        fit = [
            share * _likelihood(level_db - of_step_db - offset_db)
            for share, of_step_db in zip(shares, _LEVELS_DB, strict=True)
        ]
        whole = sum(fit)
        for step, each in enumerate(fit):
            found[step] += weight * each / whole
    return found


def _shares(found: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    """Return the shares of people by step of distance: of those found in half-hours that count by `weights`, on top of
    what holds anywhere."""
    people = [_PRIOR_PEOPLE * share for share in _PRIOR]
    for weight, by_step in zip(weights, found, strict=True):
        for step, each in enumerate(by_step):
            people[step] += weight * each
    whole = sum(people)
    return [each / whole for each in people]


# --- one person -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """Hold a block ready for the forward pass: the likelihood by step and node, the shares of its half-hour, how many
    blocks after the one before it begins, and whether it is long enough to count."""

    fit: Matrix
    shares: Sequence[float]
    after: int
    counts: bool


def near_probability(blocks: Sequence[Block], around: Mapping[int, Surroundings]) -> tuple[float, float, float]:
    """Return the probability that somebody with these blocks was within two metres for 15 minutes, and the same with
    the limit a step nearer and a step farther. Below `LEAST` it is 0.

    `around`: the surroundings of at least the half-hours of `blocks`.
    """
    if sum(block.heard_s for block in blocks) < NEAR_S:
        return 0.0, 0.0, 0.0
    seen = _ready(blocks, around)
    high = min(_forward(seen, _STEPS_NEAR + 1), 1.0)  # of so many sums
    about = min(_forward(seen, _STEPS_NEAR), high) if high >= LEAST else 0.0
    low = min(_forward(seen, _STEPS_NEAR - 1), about) if about >= LEAST else 0.0
    about, low, high = (each if each >= LEAST else 0.0 for each in (about, low, high))
    return about, low, high


def _ready(blocks: Sequence[Block], around: Mapping[int, Surroundings]) -> list[_Seen]:
    whole_s = sum(block.heard_s for block in blocks)
    own_db2 = sum(block.heard_s * around[block.window].variance_db2 for block in blocks) / whole_s
    spread_db = math.sqrt(_CARRIED_DB**2 + own_db2)
    centres_db = [[level_db + spread_db * node for node in _NODES] for level_db in _LEVELS_DB]
    seen, last = [], blocks[0].number
    for block in blocks:
        place = around[block.window]
        level_db = block.known_db - place.offset_db
        twice_db2 = 2 * (_BLOCK_DB**2 * BLOCK_S / max(block.heard_s, 30.0) + _ROUNDING_DB2)
        fit = [
            [math.exp(max(-((level_db - centre_db) ** 2) / twice_db2, _LEAST_LOG)) for centre_db in of_step]
            for of_step in centres_db
        ]
        seen.append(_Seen(fit, place.shares, block.number - last, block.heard_s >= _HALF_BLOCK_S))
        last = block.number
    return seen


def _forward(seen: Sequence[_Seen], steps_near: int) -> float:
    """Return the probability of three blocks or more within the first `steps_near` steps of distance.

    The state is (blocks near so far, step of distance, node of carrying): a matrix a count of blocks, none where it has
    no weight."""
    state: list[Matrix | None] = [[[share * weight for weight in _WEIGHTS] for share in seen[0].shares]]
    state += [None] * _QUARTER
    for block in seen:
        if block.after:
            keeps = math.exp(-block.after * BLOCK_S / _STAYS_S), math.exp(-block.after * BLOCK_S / _CARRIED_S)
            state = [each and _later(each, block.shares, *keeps) for each in state]
        state = _counted([each and _weighed(each, block.fit) for each in state], steps_near if block.counts else 0)
        whole = sum(sum(map(sum, each)) for each in state if each)
        state = [each and _scaled(each, whole) for each in state]
    return sum(map(sum, state[-1])) if state[-1] else 0.0


def _later(state: Matrix, shares: Sequence[float], keeps_distance: float, keeps_carrying: float) -> Matrix:
    """Return a matrix after a while: some have another distance, some are carried in another way."""
    moved = [(1 - keeps_distance) * sum(column) for column in zip(*state, strict=True)]
    found = []
    for row, share in zip(state, shares, strict=True):
        there = [keeps_distance * stays + share * comes for stays, comes in zip(row, moved, strict=True)]
        other = (1 - keeps_carrying) * sum(there)
        found.append([keeps_carrying * each + other * weight for each, weight in zip(there, _WEIGHTS, strict=True)])
    return found


def _weighed(state: Matrix, fit: Matrix) -> Matrix:
    return [list(map(float.__mul__, row, of_step)) for row, of_step in zip(state, fit, strict=True)]


def _scaled(state: Matrix, whole: float) -> Matrix | None:
    """Return a matrix divided by a number; None where next to nothing is left."""
    if sum(map(sum, state)) < _NEXT_TO_NOTHING * whole:
        return None
    return [[each / whole for each in row] for row in state]


def _counted(state: Sequence[Matrix | None], steps_near: int) -> list[Matrix | None]:
    """Return a state in which a block more was near for whoever is within the first steps. Three and more are one."""
    if not steps_near:
        return list(state)
    nothing = [0.0] * len(_NODES)
    found: list[Matrix | None] = []
    for count, here in enumerate(state):
        before = state[count - 1] if count else None
        if here is None and before is None:
            found.append(None)
            continue
        near = before[:steps_near] if before else [nothing] * steps_near
        if count == _QUARTER and here:
            near = [[a + b for a, b in zip(*rows, strict=True)] for rows in zip(near, here[:steps_near], strict=True)]
        far = here[steps_near:] if here else [nothing] * (len(_DISTANCES_M) - steps_near)
        found.append([*near, *far])
    return found
