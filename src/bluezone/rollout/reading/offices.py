"""Tell offices that are named after places from the places, in a table of offices. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.names import is_council
from bluezone.rollout.reading.places import Named, Placed

_HEADER = re.compile(r"(ten )?co quan( don vi)?")


def take_out(placed: Placed, rows: Sequence[Named], figured: Set[int], header: Sequence[str]) -> None:
    """Take `UBND huyện Vị Thủy` for the office, not for the district, where most of the rows with figures name no place
    or `header`, that of the names beside a count of people, says that they are offices."""
    said = bool(header) and bool(_HEADER.fullmatch(words.key_of(header[-1])))
    unknown = sum(row.line in figured for row in placed.unknown)
    most = unknown > len(placed.units.keys() & figured)
    if most:  # `Hoàng Yến` among hotels is no commune of another province
        loose = [row for row in rows if row.line in placed.outside and not any(each.said for each in row.matches)]
        placed.unknown += loose
        for row in loose:
            del placed.outside[row.line]
    for row in rows if said or most else ():
        if row.line in placed.units and is_council(row.text):
            del placed.units[row.line]
            placed.renamed.pop(row.line, None)
            placed.groups.discard(row.line)
            placed.unknown.append(row)
