"""Count people whom another package knows (`isolation`: stays), so that nobody notes them in a roster once more.

A source says, for a place, who is there on a day: the key of the bed, or none for people at home, and what is noted of
each. A bed that a source knows counts from the source alone, whatever its row in the roster says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bluezone.authority.quarantine.rules import State
from bluezone.authority.site.registries import Registry


@dataclass(frozen=True, slots=True)
class Known:
    """Hold one person: the key of the bed (`numbers.Number`), empty at home, and what is noted."""

    number_key: str
    state: State


@dataclass(frozen=True, slots=True)
class Source:
    """Describe a package that knows people in quarantine. `people`: who is in a place on a day; `address`: of its page
    of a place, by the place's code."""

    people: Callable[[str, dt.date], Iterable[Known]]
    address: Callable[[str], str]


sources: Registry[Source] = Registry()


def people(place: str, day: dt.date) -> list[Known]:
    """List the people of a place whom others know on a day."""
    return [each for source in sources for each in source.people(place, day)]


def beds(found: Iterable[Known]) -> set[str]:
    """Return the keys of the beds in which they are."""
    return {each.number_key for each in found if each.number_key}


def address(code: str) -> str:
    """Return the address of the page on which those people of a place are noted; nothing where nobody knows any."""
    return next((source.address(code) for source in sources), "")
