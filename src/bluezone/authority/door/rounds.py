"""Choose whom to visit on one day: whoever waits longest, near each other, in the order of a walk.

There are no coordinates of units. Near means: the same commune; in it the same hamlet or street, as written, and along
a street by house number; then the same market or zone that holds them. Where a commune has too few, its district's
other communes follow in the order of their codes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bluezone.geography.names import plain_key

#: what one person on a motorbike looks over in a day, with a talk at each
USUAL_SIZE, MOST_SIZE = 8, 30
_HOUSE = re.compile(r"(?:so )?(\d+)\w*(?: \d+\w*)* (?:duong |pho )?(?=[a-z])(.+)")
_STREET = re.compile(r"(?:duong|pho) (.+)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Describe a unit that could be visited: the code of its commune and of the unit above that, where it lies."""

    key: int
    name: str
    commune: str
    district: str
    street: str
    last_visit: dt.date | None
    #: the name of the market, zone or company that holds it
    holder: str = ""


def walking_key(candidate: Candidate) -> tuple[str, int, str, bool, str]:
    """Return what units of a commune are sorted by, so that neighbours follow one another: street (or hamlet), house
    number, the unit that holds it, name. Units without an address come last."""
    street, number = address_of(candidate.street)
    name = plain_key(candidate.name)
    return street or "~", number, plain_key(candidate.holder) or name, bool(candidate.holder), name


def address_of(text: str) -> tuple[str, int]:
    """Return the street or hamlet, as a plain key, and the house number (0 for none) of an address as it is written."""
    key = plain_key(text)
    house = _HOUSE.fullmatch(key)
    if house:
        return house[2], int(house[1])
    road = _STREET.fullmatch(key)
    return (road[1] if road else key), 0


def overdue_key(candidate: Candidate) -> tuple[dt.date, str, int]:
    """Return what candidates are sorted by: never visited first, then the last visit longest ago."""
    return candidate.last_visit or dt.date.min, plain_key(candidate.name), candidate.key


def round_of(candidates: Sequence[Candidate], size: int = USUAL_SIZE) -> list[Candidate]:
    """Choose up to `size` units for one day, in the order of a walk.

    The commune is that of the unit that waits longest; among several that of the most who wait as long.
    """
    if not candidates:
        return []
    waiting = sorted(candidates, key=overdue_key)
    oldest = waiting[0].last_visit
    communes = Counter(each.commune for each in waiting if each.last_visit == oldest)
    most = max(communes.values())
    commune = min(code for code, count in communes.items() if count == most)
    district = next(each.district for each in waiting if each.commune == commune)
    chosen = [each for each in waiting if each.commune == commune][:size]
    near = sorted({each.commune for each in waiting if each.district == district} - {commune})
    for other in near:
        chosen += [each for each in waiting if each.commune == other][: size - len(chosen)]
    order = [commune, *near]
    return sorted(chosen, key=lambda each: (order.index(each.commune), *walking_key(each), each.key))
