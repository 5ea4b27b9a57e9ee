"""Describe who lives in a place and whom they meet: published tables, each with its source, and what is only an
approximation. A country's stand in its package (`society.toml`).

Ages are decades: group 0 is 0-9 years, group 8 is 80 and over. The five occupations are the networks people spend the
day in: primary school or nursery (group 0), secondary school (1), work (2-6), the circle of the retired (7) and of the
oldest (8).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources.abc import Traversable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic.errors import EpidemicError
from bluezone.geography.country import chosen, country

#: of a country's package
FILE: Final = "society.toml"
_PARTS = ("demography", "mixing")
AGE_GROUPS: Final = 9
MAX_PARTS: Final = 1_000
OCCUPATIONS: Final = 5
OCCUPATION_OF_AGE: Final = (0, 1, 2, 2, 2, 2, 2, 3, 4)
#: child 0-19, adult 20-69, elder 70 and over: the three classes contact numbers are given for.
CLASS_OF_AGE: Final = (0, 0, 1, 1, 1, 1, 1, 2, 2)


def _check_shares(name: str, shares: tuple[float, ...], size: int | None = None) -> None:
    if size is not None and len(shares) != size:
        raise EpidemicError(f"{name}: {len(shares)} values, but there are {size} groups")
    if any(share < 0 for share in shares) or abs(sum(shares) - 1) > 0.005:
        raise EpidemicError(f"{name}: shares must not be negative and must sum to 1, these sum to {sum(shares):.3f}")


@dataclass(frozen=True, slots=True)
class Demography:
    """Hold the ages, households and phones of a country.

    age_shares: share of people by decade. household_size_shares: share of households with 1, 2, ... people.
    phone_ownership: share of people by decade who own a smartphone. ages_by_home: by size of the household, how much
    likelier each decade sits in one than `population` has it by itself (empty: not at all).
    """

    name: str
    age_shares: tuple[float, ...]
    household_size_shares: tuple[float, ...]
    phone_ownership: tuple[float, ...]
    source: str
    ages_by_home: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        _check_shares("age shares", self.age_shares, AGE_GROUPS)
        _check_shares("household size shares", self.household_size_shares)
        if len(self.phone_ownership) != AGE_GROUPS or not all(0 <= share <= 1 for share in self.phone_ownership):
            raise EpidemicError(f"phone ownership: {AGE_GROUPS} shares between 0 and 1 are needed, one a decade of age")

    @property
    def overall_ownership(self) -> float:
        """Return the share of all people who own a smartphone: no app can go beyond."""
        return sum(a * b for a, b in zip(self.age_shares, self.phone_ownership, strict=True))


@dataclass(frozen=True, slots=True)
class Hours:
    """Hold how long two people are near each other on a day they meet: log-normal, cut to [shortest, longest].

    In hours at arm's length: an hour at a distance counts for less, in the danger it brings and in what phones make of
    it alike (Ferretti et al. 2023, doi:10.1038/s41586-023-06952-2: long and far is as risky as short and near). The
    default is one hour for every meeting: all contacts alike. spread: standard deviation of the logarithm.
    """

    median: float = 1.0
    spread: float = 0.0
    shortest: float = 0.25
    longest: float = 8.0

    def __post_init__(self) -> None:
        if not 0 < self.shortest <= self.median <= self.longest <= 24 or self.spread < 0:
            raise EpidemicError("hours together: 0 < shortest <= median <= longest <= 24, and a spread of 0 or more")


@dataclass(frozen=True, slots=True)
class Mixing:
    """Hold whom people meet in a day. Tuples of three are for child, adult, elder.

    unit_contacts: mean contacts a day at school, work or the circle of the old. unit_daily_share: share of one's unit
    contacts met on a given day (so a network of contacts / share). rewired: share of ties that leave the neighbourhood
    of the small world. unit_size: people that count as one unit for adoption (a class, a workshop, an office).
    random_contacts, random_sd: mean and standard deviation over people of contacts made once (market, bus, street):
    fixed where sd is 0, negative binomial where sd**2 > mean, else Poisson. assortativity: share of random contacts
    kept to one's own decade of age, the rest being proportionate. staff_ratio: adults a child in schools, and adults an
    elder in circles. home_hours, unit_hours, random_hours: how long two are near each other on a day they meet; those
    of a pair at home and of a tie in a unit are theirs for good. home_weight: danger of an hour at home over one
    elsewhere, where two live; with more, time is shared out: it falls with the number of housemates to the power of
    `home_sharing` (0: not at all). rematched: whether people have as many random contacts while others stay at home, by
    meeting somebody else.
    """

    unit_contacts: tuple[float, float, float]
    random_contacts: tuple[float, float, float]
    random_sd: tuple[float, float, float]
    unit_daily_share: float = 0.5
    rewired: float = 0.1
    unit_size: int = 30
    assortativity: float = 0.0
    staff_ratio: float = 0.2
    home_hours: Hours = Hours()
    unit_hours: Hours = Hours()
    random_hours: Hours = Hours()
    home_weight: float = 1.0
    home_sharing: float = 0.0
    rematched: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        if min(*self.unit_contacts, *self.random_contacts, *self.random_sd, self.home_weight, self.home_sharing) < 0:
            raise EpidemicError("contacts: numbers of contacts and what they weigh must not be negative")
        if not 0 < self.unit_daily_share <= 1 or not 0 <= self.rewired <= 1 or not 0 <= self.assortativity <= 1:
            raise EpidemicError("contacts: daily share (above 0), rewired share and assortativity lie between 0 and 1")
        if self.unit_size < 1 or not 0 <= self.staff_ratio <= 1:
            raise EpidemicError("contacts: a unit has at least 1 person, and the staff ratio lies in 0..1")

    def unit_degrees(self) -> tuple[int, ...]:
        """Return the number of ties in the unit network by occupation: an even number, so that a ring has as many on
        either side."""
        of_class = [2 * round(contacts / self.unit_daily_share / 2) for contacts in self.unit_contacts]
        return tuple(of_class[c] for c in (0, 0, 1, 2, 2))


@dataclass(frozen=True, slots=True)
class Parts:
    """Divide a place into parts (communes) between which people move, to work and for a day, by a gravity matrix: to a
    part as its people over the distance to the power of `exponent`.

    people: of each; only their proportions count. districts: which parts are neighbours. km: how far it is within a
    part, to another of its district, to one of another district. No table of journeys was found: distances and exponent
    are assumptions.
    """

    names: tuple[str, ...]
    people: tuple[int, ...]
    districts: tuple[str, ...]
    km: tuple[float, float, float] = (2.0, 8.0, 25.0)
    exponent: float = 2.0

    def __post_init__(self) -> None:
        if not 0 < len(self.names) == len(self.people) == len(self.districts) <= MAX_PARTS or min(self.people) <= 0:
            raise EpidemicError(f"parts: 1 to {MAX_PARTS} names are needed, each with its people and its district")

    def moves(self) -> NDArray[np.float64]:
        """Return with which chance someone of a part (row) spends a contact in each (column): rows sum to 1."""
        district = np.array(self.districts)
        step = np.where(district[:, None] == district, 1, 2)
        np.fill_diagonal(step, 0)
        pull = np.array(self.people) / np.array(self.km)[step] ** self.exponent
        return np.asarray(pull / pull.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Society:
    """Hold a demography with its mixing: what `build_population` needs beside a number of people and a seed. parts:
    where they live; None: anybody meets anybody."""

    demography: Demography
    mixing: Mixing = field(repr=False)
    parts: Parts | None = None


#: How long contacts last. England's app (Ferretti et al. 2023, doi:10.1038/s41586-023-06952-2): of all exposures that
#: it told of, added up over the days, the median was 0.7 hours (quartiles 0.4 and 1.6); of those that transmitted 6
#: (1.4 and 28); households were 6 % of contacts and 40 % of transmissions. Set so that the simulator's own contacts
#: come near to that (docs/measurements/epidemic.md, households and durations).
HOME_HOURS: Final = Hours(6.0, 0.6, 1.0, 16.0)
UNIT_HOURS: Final = Hours(1.0, 1.25, 0.25, 9.0)
RANDOM_HOURS: Final = Hours(0.32, 0.65, 0.25, 2.0)
#: How fast time with each housemate falls with their number. Set with each society's `home_weight` so that secondary
#: attack rates are inside the intervals of Madewell et al. 2020 (doi:10.1001/jamanetworkopen.2020.31756) where first
#: cases have symptoms as often as there: 41.5 % (31.7-51.7) where two live, 22.8 % (13.6-33.5) of three and more
#: housemates, 18.0 % (14.2-22.1) of first cases with symptoms and 0.7 % (0.0-4.9) without.
HOME_SHARING: Final = 1.3
_HOURS: Final[Mapping[str, Any]] = {
    "home_hours": HOME_HOURS,
    "unit_hours": UNIT_HOURS,
    "random_hours": RANDOM_HOURS,
    "home_sharing": HOME_SHARING,
}


@lru_cache
def own_society() -> Society:
    """Return the society of this process's country. Raises EpidemicError where its package describes none."""
    return read_society(country().place)


@lru_cache
def society_of(code: str) -> Society:
    """Return the society of a country that ships. Raises EpidemicError where its package describes none."""
    return read_society(chosen(code))


def read_society(place: Traversable) -> Society:
    """Read who lives in a country, and whom they meet, from its package. Raises EpidemicError."""
    try:
        text = place.joinpath(FILE).read_text("utf-8")
    except FileNotFoundError:
        raise EpidemicError(
            f"{place.name} cannot be simulated: its package lacks {FILE}, which says who lives there and whom they meet"
        ) from None
    try:
        found = tomllib.loads(text)
        demography, mixing = ({key: _plain(each) for key, each in found[part].items()} for part in _PARTS)
        return Society(
            Demography(**demography),
            Mixing(**{**_HOURS, **mixing}),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise EpidemicError(f"{place.name}, {FILE}: {error}") from error


def _plain(value: Any) -> Any:
    return tuple(map(_plain, value)) if isinstance(value, list) else value
