"""Take columns that name people only, each with a bare `Đã cài` behind it, for how many these are and how many of them
installed it: `Hành khách | Đã cài | Lái, phụ xe | Đã cài`. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from bluezone.rollout.reading import terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.roles import SAID_SO, Role, exceeds, is_in_doubt
from bluezone.rollout.reading.vocabulary import Guess

_FEWEST = 2


def pair_people(roles: Sequence[Role]) -> None:
    """Give each bare `Đã cài` to the people that the column before it names, where a table has several such pairs and
    no other bare one."""
    bare = [role for role in roles if _is_bare(role)]
    pairs = [(whole, part) for whole, part in itertools.pairwise(roles) if _is_bare(part) and _names_people(whole)
             and whole.column.path[:-1] == part.column.path[:-1] and whole.date == part.date
             and not exceeds(part, whole)]  # fmt: skip
    people = [whole.of or whole.guess.of for whole, _ in pairs]
    if len(pairs) < _FEWEST or len(pairs) < len(bare) or len(set(people)) < len(people):
        return
    for (whole, part), of in zip(pairs, people, strict=True):
        whole.kind, whole.of, whole.guess = words.HEADCOUNT, of, Guess(words.HEADCOUNT, of)
        part.kind, part.of, part.guess = words.INSTALLS, of, Guess(words.INSTALLS, of)


def name_strength(roles: Sequence[Role]) -> None:
    """Take a number of all the people of a unit that names nobody, `Quân số`, for those whom every column beside it
    names: officers and soldiers, beside `CBCS đã cài`."""
    beside = [role for role in roles if role.of and role.kind in _COUNTED and role.amounts.by_line]
    if len({role.of for role in beside}) != 1 or any(role.kind == words.HEADCOUNT and role.of for role in roles):
        return
    for role in roles:
        if (
            role.kind == words.HEADCOUNT
            and role.why.template != SAID_SO
            and not any(exceeds(each, role) for each in beside)
        ):
            role.of, role.guess = beside[0].of, Guess(words.HEADCOUNT, beside[0].of)


#: what people of a unit did or have
_COUNTED = {
    words.INSTALLS,
    words.WITH_PHONE,
    words.ACTIVE,
    words.INCREASE,
    words.ASKED,
    words.HELPED,
    words.SMARTPHONES,
}


def _is_bare(role: Role) -> bool:
    counts = role.kind in {words.INSTALLS, words.UNKNOWN} and bool(role.amounts.by_line) and not role.of
    return counts and bool(role.column.path) and words.key_of(role.column.path[-1]) in terms.BARE_INSTALLED


def _names_people(role: Role) -> bool:
    named = role.kind == words.HEADCOUNT or (is_in_doubt(role) and role.guess.doubt in {"", words.HEADCOUNT})
    counted = bool(role.column.path) and bool(role.amounts.by_line) and role.why.template != SAID_SO
    return named and counted and bool(role.of or role.guess.of)
