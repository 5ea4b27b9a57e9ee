"""Tell what people did from the text above a bare number: `Lũy kế` below `Người dân được hướng dẫn`. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bluezone.rollout.reading import terms
from bluezone.rollout.reading.people import group_named
from bluezone.rollout.reading.vocabulary import (
    ACTIVE,
    ASKED,
    ASKED_NCOVI,
    HAD,
    HELPED,
    INSTALLS,
    MISSING,
    REFUSED,
    UNKNOWN,
    WITH_PHONE,
    Guess,
    has,
)

#: what people did or did not, which a number of a period or of all below it keeps
_OF_PEOPLE = {ASKED, ASKED_NCOVI, HELPED, HAD, REFUSED, MISSING}
#: how many there are, of which those of a period are another number
_STATES = {ACTIVE, WITH_PHONE}
_TIMES = frozenset(
    word
    for phrase in (*terms.CUMULATIVE, *terms.INCREASE, *terms.TIMES, "tuan nay", "tuan nai", "ki nay", "ki nai")
    for word in phrase.split()
) - {"cai", "dat"}
#: what speaks of a campaign and its results, not of the people who were asked
_OF_A_CAMPAIGN = re.compile(r"(?:ket qua|kq|cong tac|tinh hinh|tien do|hoat dong|viec|trien khai)\b")


def done_above(keys: Sequence[str], guess: Callable[[tuple[str, ...]], Guess]) -> Guess | None:
    """Return what a column of a bare number, of all or of a period, counts by the text above it that says what people
    did, or that households are counted; None where it is no such column, or no text above says so."""
    leaf = keys[-1]
    if len(keys) < _TWO or not is_bare(leaf) or has(leaf, *terms.SHARE):
        return None
    at = next((at for at in range(len(keys) - 2, -1, -1) if not is_bare(keys[at])), None)
    if at is None or _OF_A_CAMPAIGN.match(keys[at]):
        return None
    found = guess(tuple(keys[: at + 1]))
    if found.kind == UNKNOWN and found.named:
        return found
    if found.kind in _STATES:
        return Guess(UNKNOWN) if has(leaf, *terms.INCREASE) and not has(leaf, *terms.CUMULATIVE) else found
    said = has(keys[at], "duoc", "bi") or bool(group_named(keys[at])) or keys[at].startswith(("so ", "nguoi ", "luot "))
    if found.kind in {ASKED, ASKED_NCOVI, HELPED} and not said:
        return None
    return found if found.kind in _OF_PEOPLE else None


_TWO = 2


def is_bare(key: str) -> bool:
    """Return whether a text gives a number of all or of a period and nothing else: `Trong tuần`, `Số người`."""
    return all(word in terms.BARE or word in _TIMES or word.isdigit() for word in key.split())


def declined_above(found: Guess, keys: Sequence[str]) -> Guess:
    """Return what a column holds, to be asked where it would be those who installed it below those who declined."""
    if found.kind == INSTALLS and any(has(key, *terms.REFUSED) for key in keys[:-1]):
        return Guess(UNKNOWN, found.of, sure=False, doubt=REFUSED)
    return found
