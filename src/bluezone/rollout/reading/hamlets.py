"""Find communes whose hamlets follow them in the same table: these are parts, called alike in other communes. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from bluezone.geography.units import Level
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.rows import Line

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


def _are_parts(draft: Draft, number: int, parts: Sequence[Line]) -> bool:
    named = sum(bool(_HAMLET.match(words.key_of(part.name))) for part in parts)
    if named * 2 > len(parts):
        return True
    counted = [role.amounts.by_line for role in draft.with_numbers(*words.COUNTS) if number in role.amounts.by_line]
    sums = [sum((numbers[part.number].value for part in parts if part.number in numbers), Decimal(0))
            for numbers in counted]  # fmt: skip
    return bool(sums) and all(total == numbers[number].value for total, numbers in zip(sums, counted, strict=True))
