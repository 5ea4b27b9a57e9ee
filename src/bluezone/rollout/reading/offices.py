"""Tell offices that are named after places from the places, in a table of offices. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.names import is_council
from bluezone.rollout.reading.places import Named, Placed

_HEADER = re.compile(r"(ten )?co quan( don vi)?")


def part_by_office(drafts: Sequence[Draft]) -> None:
    """Say of which office the blocks of a sheet are, where each has one in its own title and they list the same units:
    `I. Đoàn TNCS`, `II. Hội Phụ nữ` over the same districts. Their figures are not those of the places."""
    for sheet in {id(draft.block.sheet): draft.block.sheet for draft in drafts}.values():
        found = [draft for draft in drafts if draft.block.sheet is sheet]
        named = [draft.office for draft in found]
        units = [{unit.code for unit in draft.placed.units.values()} for draft in found]
        if len(found) < 2 or not all(named) or len(set(named)) < len(named) or not set.intersection(*units):
            continue
        for draft in found:
            for line in draft.units:
                line.of = draft.office


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
