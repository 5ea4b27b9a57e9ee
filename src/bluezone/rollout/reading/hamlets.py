"""Find communes whose hamlets follow them in the same table: these are parts, called alike in other communes. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from bluezone.geography.units import Level
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.rows import Line, Sort

_HAMLET = re.compile(r"(?:ap|thon|khom|khu vuc|kv|khu pho|kp|to dan pho|tdp|ban|buon|lang|bon|soc|khu)\b")


def communes_with_hamlets(draft: Draft) -> dict[int, list[Line]]:
    """Return the rows of communes that rows follow which name no unit and are their parts: called as hamlets are, or
    with numbers that sum up to the commune's."""
    found: dict[int, list[Line]] = {}
    at = 0
    for line in draft.units:
        unit = draft.placed.units.get(line.number)
        if unit is not None:
            at = line.number if unit.level is Level.COMMUNE else 0
        elif at:
            found.setdefault(at, []).append(line)
    return {number: parts for number, parts in found.items() if _are_parts(draft, number, parts)}


def tell_apart(drafts: Sequence[Draft]) -> None:
    """Name parts that are called alike in tables of several places after theirs: `Ấp 1` on the sheets of two communes,
    class 6A of two schools. Tables of several days or apps are of one place, or name none, and stay as they are."""
    places = [_place_of(draft) for draft in drafts]
    called: dict[str, set[str]] = {}
    for draft, place in zip(drafts, places, strict=True):
        for line in _parts_of(draft) if place else ():
            called.setdefault(without_numbers(line.name), set()).add(place)
    for draft, place in zip(drafts, places, strict=True):
        for line in _parts_of(draft) if place else ():
            if len(called[without_numbers(line.name)]) > 1:
                line.name = f"{line.name} ({place})"


def _parts_of(draft: Draft) -> list[Line]:
    """Return the rows that may be called like those of another table: named, no unit, and not told apart by a column or
    a heading."""
    if draft.one_unit or draft.placed.units or any(line.sort is Sort.HEADING for line in draft.lines.all):
        return []
    return [line for line in draft.units if line.name and not line.above and not line.code]


def _place_of(draft: Draft) -> str:
    """Return the school or the commune that a table is of; empty where it names none."""
    commune = next((unit for unit in draft.hints if unit.level is Level.COMMUNE), None)
    return draft.institution or (commune.full_name if commune else "")


def without_numbers(name: str) -> str:
    """Return a name as it is compared, without its digits: parts that are numbered are called alike."""
    return "".join(sign for sign in words.key_of(name) if not sign.isdecimal())


def _are_parts(draft: Draft, number: int, parts: Sequence[Line]) -> bool:
    named = sum(bool(_HAMLET.match(words.key_of(part.name))) for part in parts)
    if named * 2 > len(parts):
        return True
    counted = [role.amounts.by_line for role in draft.with_numbers(*words.COUNTS) if number in role.amounts.by_line]
    sums = [sum((numbers[part.number].value for part in parts if part.number in numbers), Decimal(0))
            for numbers in counted]  # fmt: skip
    return bool(sums) and all(total == numbers[number].value for total, numbers in zip(sums, counted, strict=True))
