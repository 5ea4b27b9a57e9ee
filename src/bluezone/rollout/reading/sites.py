"""Tell sites and organisations, under a heading of their own, from the places that follow below another. Pure.

`A. Cách ly tập trung` over barracks and dormitories, `B. Cách ly tại nhà` over districts: what no heading of places
holds is no place whose name is not known.
"""

from __future__ import annotations

from bluezone.rollout.reading.context import is_institution, is_office
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.rows import Line, Sort


def sites_of(draft: Draft) -> frozenset[int]:
    """Return the rows of sites: all those below a heading under which no row is a place and one is called as an office,
    a school or a company is. None where the block has no headings."""
    found: list[int] = []
    for rows in _by_heading(draft):
        placed = any(row.number in draft.placed.units or row.number in draft.placed.outside for row in rows)
        if not placed and any(is_office(row.name) or is_institution(row.name) for row in rows):
            found += [row.number for row in rows]
    return frozenset(found)


def _by_heading(draft: Draft) -> list[list[Line]]:
    """Return the rows of units below each heading that names no unit itself; those above the first have none."""
    groups: list[list[Line]] = []
    for line in draft.lines.all:
        heads = line.sort is Sort.HEADING or (line.sort is Sort.TOTAL and line.head)
        if heads and line.number not in draft.placed.units:
            groups.append([])
        elif line.sort is Sort.UNIT and groups:
            groups[-1].append(line)
    return groups
