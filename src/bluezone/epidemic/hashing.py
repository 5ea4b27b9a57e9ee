"""Draw chance without a generator: every draw is a hash of (seed, who, what for, which).

So a draw does not depend on the order in which agents are visited, two scenarios with the same seed share the chance of
everything they have in common (which is what makes their difference precise), and a meeting of three weeks ago can be
drawn again when a tracer asks for it.

The mixing function is the finaliser of SplitMix64 in Stafford's variant 13 (Steele, Lea and Flood 2014,
doi:10.1145/2660193.2660195), whose constants are public.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from bluezone.epidemic.jit import kernel

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)
_TAG_SHIFT: Final = np.uint64(48)
_30: Final = np.uint64(30)
_27: Final = np.uint64(27)
_31: Final = np.uint64(31)
_32: Final = np.uint64(32)
_LOW: Final = np.uint64(0xFFFFFFFF)
_TO_UNIT: Final = 2.0**-32

# What a draw is for. A new purpose gets a new number; numbers are never used twice.
CANDIDATE: Final = 1
ACCEPT: Final = 2
COURSE: Final = 3
TIMES: Final = 4
INFECTIVITY: Final = 5
TEST_RESULT: Final = 7
SELF_ISOLATE: Final = 8
COMPLY: Final = 9
DROP_OUT: Final = 10
CONSENT: Final = 11
SYNC: Final = 12
UNIT_DAY: Final = 13
RANDOM_DAY: Final = 14
DETECT: Final = 15
RECALL: Final = 16
SCAN: Final = 17
VENUE: Final = 18
CAPACITY: Final = 19
VACCINE: Final = 20
CENTRE: Final = 22
OWNS_PHONE: Final = 23
ADOPTS: Final = 24
ADOPTS_AS: Final = 25
ACTIVE: Final = 26
BYSTANDER: Final = 27
IMMUNE: Final = 28
FALSE_POSITIVE: Final = 30
SECOND: Final = 31
REMATCHED: Final = 32
SECTOR: Final = 33
HOUSEHOLD: Final = 40
AGE: Final = 41
RING: Final = 42
REWIRE: Final = 43
STUBS: Final = 44
POOL: Final = 45
SHUFFLE: Final = 46
HOURS: Final = 47
VISIT: Final = 48


@kernel(inline=True)
def mix64(x: np.uint64) -> np.uint64:
    """Scramble 64 bits so that each output bit depends on every input bit."""
    x = (x ^ (x >> _30)) * _MIX_1
    x = (x ^ (x >> _27)) * _MIX_2
    return x ^ (x >> _31)


@kernel(inline=True)
def draw(seed: np.uint64, who: np.uint64, purpose: int, which: int) -> np.uint64:
    """Return 64 random bits for one purpose of one agent (or pair, or venue); `which` counts repetitions (a day, a
    number)."""
    return draw_of(name_of(seed, who), purpose, which)


@kernel(inline=True)
def name_of(seed: np.uint64, who: np.uint64) -> np.uint64:
    """Return what all draws of one agent start from."""
    return mix64(seed + who * _GOLDEN)


@kernel(inline=True)
def draw_of(name: np.uint64, purpose: int, which: int) -> np.uint64:
    """Draw as `draw` does, for an agent of whom many draws are made one after the other."""
    return mix64(name ^ (np.uint64(purpose) << _TAG_SHIFT) ^ np.uint64(which))


@kernel(inline=True)
def pair(a: int, b: int) -> np.uint64:
    """Name an unordered pair of agents' keys (each below 2**32)."""
    low, high = (a, b) if a < b else (b, a)
    return (np.uint64(low) << _32) | np.uint64(high)


@kernel(inline=True)
def pair_in_order(key: int, place: int) -> np.uint64:
    """Name someone so that names sort as keys do: the place in the arrays is the lower half."""
    return (np.uint64(key) << _32) | np.uint64(place)


@kernel(inline=True)
def place_in(name: np.uint64) -> int:
    """Return the place in the arrays of someone by that name (`pair_in_order`)."""
    return int(np.int64(name & _LOW))  # signed: with unsigned numbers numba computes in floating point


@kernel(inline=True)
def unit(bits: np.uint64) -> float:
    """Return the upper half of the bits as a number in [0, 1)."""
    return float(bits >> _32) * _TO_UNIT


@kernel(inline=True)
def unit_low(bits: np.uint64) -> float:
    """Return the lower half of the bits as a number in [0, 1): a second draw from the same hash."""
    return float(bits & _LOW) * _TO_UNIT


def word_of(seed: int, salt: int) -> np.uint64:
    """Turn a seed of any size into the 64-bit word that draws start from; another salt gives unrelated draws."""
    return np.uint64(mix64(np.uint64((seed + salt) % 2**64)))  # numba returns a plain int
