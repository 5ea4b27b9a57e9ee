"""Take parts that name nobody for those of the column before them: `Trong đó đã cài`, `Trong đó: trong ngày`. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.doings import is_bare
from bluezone.rollout.reading.people_apart import IN_BRACKETS, OF_PEOPLE
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.roles import PART_IN_A_PERIOD, Role, exceeds


def take_part(roles: Sequence[Role]) -> None:
    """Take `Trong đó đã cài` for those who installed it of the people whom the column before it counts."""
    for before, part in itertools.pairwise(roles):
        leaf = words.key_of(part.column.path[-1]) if part.column.path else ""
        named = before.kind in {words.HEADCOUNT, words.ASKED} and before.of and before.date == part.date
        if named and part.kind in OF_PEOPLE and not part.of and leaf.startswith("trong do"):
            part.of = before.of if not exceeds(part, before) else ""


#: what was done to people, or they did, beside installing it: none of it is a gain of installations
_NO_GAIN = {words.HELPED, words.ASKED, words.ASKED_NCOVI, words.HAD, words.REFUSED}
_MORE = ("tang", "them", "moi", "phat sinh", "chenh lech", "giam")


def take_part_in_a_period(roles: Sequence[Role]) -> None:
    """Take `Trong đó: trong ngày`, which names nobody, for what the people of the column before it did in that period:
    `Người dân được hướng dẫn cài | Trong ngày 22/8` is a part of those, and no gain of the members beside them."""
    for before, part in itertools.pairwise(roles):
        if part.kind != words.INCREASE or part.of or not before.amounts.by_line or len(part.column.path) != 1:
            continue
        key = words.key_of(IN_BRACKETS.sub(" ", part.column.path[-1]))
        named = key.startswith(("trong do", "rieng"))
        if not is_bare(key.removeprefix("trong do")) or (not named and words.has(key, *_MORE)):
            continue
        if not named and exceeds(part, before):
            continue
        if before.kind == words.INSTALLS:
            part.of = before.of
        elif before.kind in _NO_GAIN:
            part.leave_out(saying(PART_IN_A_PERIOD, whole=before.letters))


#: words for how many an office employs, which are staff where others are counted beside them
_POSTS = ("bien che", "dinh bien", "nhan luc", "nhan su", "quan so", "qs")


def take_posts_for_staff(roles: Sequence[Role]) -> None:
    """Take `Biên chế` for the staff where others are counted beside it: patients, residents who were helped."""
    if not any(role.of not in {"", "staff", words.RESIDENTS} for role in roles):
        return
    for role in roles:
        named = words.has(" , ".join(map(words.key_of, role.column.path)), *_POSTS)
        if role.kind == words.HEADCOUNT and not role.of and named:
            role.of = "staff"
