"""Decide how many wrong codes are borne with, and compute what chance that leaves to who guesses. Pure.

A guess hits with the chance L/S: L codes are out, S could be. So a day's guesses, of however many addresses, must stay
far below S/L. Wrong codes are counted by address, by network and over all; nothing is counted on a code, for a wrong
code names none: nobody can stop the code of another. The figures: `docs/why/guessing.md`.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

#: what the budget of a length is computed for, where the installation does not set another
CHANCE_A_DAY, CODES_OUT = 1 / 1_000, 300
#: so many networks that guess spend what there is for all; so many addresses what there is for their network
_NETWORKS, _ADDRESSES = 3_000, 5
#: a person errs, and asks a neighbour to try
_LEAST = 5
#: the scope that all wrong codes are counted under
EVERYWHERE = "everywhere"
#: a budget is one of this many hours, and of the hour that runs
HOURS = 24


@dataclass(frozen=True, slots=True)
class Budgets:
    """Hold how many wrong short codes a day are borne with: of one address, of one network, and of all together."""

    address: int
    network: int
    everywhere: int

    @classmethod
    def sharing(cls, everywhere: int) -> Budgets:
        """Share out a budget: no address, and no network, has so much of it that a few could spend it for all."""
        network = max(_LEAST, everywhere // _NETWORKS)
        return cls(max(_LEAST, network // _ADDRESSES), network, everywhere)


@dataclass(frozen=True, slots=True)
class Counted:
    """Hold how many codes came in the last day from one place: wrong ones and accepted ones."""

    wrong: int = 0
    accepted: int = 0


def hour_of(now: dt.datetime) -> int:
    """Return the hour of a moment under which codes are counted, since 1970."""
    return int(now.timestamp()) // 3_600


def left(budgets: Budgets, address: Counted, network: Counted, everywhere: Counted) -> int:
    """Return how many more wrong short codes are borne with from an address; none or less: its budget is spent.

    Every accepted code adds one to the budget of its address and network: of a hundred thousand phones behind one
    address some err, and who guesses gains nothing by codes that were really issued to them.
    """
    return min(
        budgets.address + address.accepted - address.wrong,
        budgets.network + network.accepted - network.wrong,
        budgets.everywhere - everywhere.wrong,
    )


def most_guesses(budgets: Budgets, addresses: int, networks: int) -> int:
    """Return how many guesses a day a botnet of so many addresses, evenly in so many networks, has in all."""
    in_a_network = min(budgets.network, budgets.address * math.ceil(addresses / networks))
    return min(budgets.everywhere, networks * in_a_network)


def chance_of_a_hit(guesses: int, codes_out: int, combinations: int) -> float:
    """Return the chance (0..1) that one of `guesses` is one of `codes_out`, of `combinations` that could be."""
    if guesses <= 0 or codes_out <= 0:
        return 0.0
    return -math.expm1(guesses * math.log1p(-min(codes_out / combinations, 1 - 1e-16)))


def guesses_allowed(chance: float, codes_out: int, combinations: int) -> int:
    """Return how many guesses leave a chance of at most `chance` (0..1) of a hit."""
    return math.floor(math.log1p(-chance) / math.log1p(-codes_out / combinations))


def budgets(combinations: int, everywhere: int = 0) -> Budgets:
    """Return the budgets of an installation whose short codes are so many: its own, or (0) what CHANCE_A_DAY leaves."""
    return Budgets.sharing(everywhere or guesses_allowed(CHANCE_A_DAY, CODES_OUT, combinations))
