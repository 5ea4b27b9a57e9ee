"""Keep apart the people whom columns of one kind name: `Công nhân | Nhân viên văn phòng`, each with its own columns.
Pure."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from bluezone.rollout.reading import terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.days import days_in
from bluezone.rollout.reading.header_days import only_day
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.people import group_of, without_doing
from bluezone.rollout.reading.roles import SAID_SO, Role
from bluezone.rollout.reading.vocabulary import Guess

#: what is counted of a group of people, where one stands beside it
OF_PEOPLE = {words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.NCOVI, words.HAD, words.REFUSED}
IN_BRACKETS = re.compile(r"\([^()]*\)|\d{1,2}\s*[/.-]\s*\d{1,2}(?:\s*[/.-]\s*\d{2,4})?")


def name_groups(roles: Sequence[Role]) -> None:
    """Say of whom columns count where each of several texts stands over a whole and those of it who installed: of the
    people that text names, as it is written."""
    under: dict[str, list[Role]] = {}
    for role in roles:
        if len(role.column.path) > 1 and (role.is_count or _own_kind(role) == words.INSTALLS):
            under.setdefault(role.column.path[-2], []).append(role)
    pairs = {
        text: group
        for text, group in under.items()
        if len(group) > 1
        and sum(_own_kind(role) == words.INSTALLS for role in group) == 1
        and any(_own_kind(role) in {words.TOTAL, words.HEADCOUNT, words.ASKED} for role in group)
    }
    if len(pairs) < 2 or len({role.date for group in pairs.values() for role in group}) > 1:
        return
    for text, group in pairs.items():
        if any(role.of for role in group) or only_day(text) or days_in(text):
            continue
        for role in group:
            own = _own_kind(role)
            role.of = text
            role.kind = words.HEADCOUNT if own == words.TOTAL else own
            role.guess = Guess(role.kind, text)


def name_alike(roles: Sequence[Role]) -> None:
    """Say of whom columns count that say the same of people of one kind, under texts that name these, `Công nhân` and
    `Nhân viên văn phòng`, or each with its own whole, `Tổng số công nhân | Công nhân đã cài`: of the people named, as
    they are written. One that begins another, `Lao động` and `Lao động nữ`, or means all of them, may be its whole."""
    alike: dict[tuple[str, str, dt.date | None, str], list[Role]] = {}
    who: dict[int, str] = {}
    for role in roles:
        path = role.column.path
        if path and role.of in terms.GROUPS and role.is_count and role.why.template != SAID_SO:
            under = len(path) > 1
            named = without_doing(path[-2] if under else path[-1])
            who[role.column.number] = named[:1].upper() + named[1:]
            key = (role.kind, role.of, role.date, words.key_of(path[-1]) if under else "")
            alike.setdefault(key, []).append(role)
    several = {tuple(who[role.column.number] for role in group) for group in alike.values() if len(group) > 1}
    for people in sorted(several):
        theirs = [role for role in roles if who.get(role.column.number) in people]
        if _are_others(people) and all(_have_whole(theirs, who, each) for each in people):
            for role in theirs:
                role.of = who[role.column.number]
                role.guess = replace(role.guess, of=role.of)


def _are_others(people: Sequence[str]) -> bool:
    """Return whether texts name people of whom none are others of them: by their words, all of a kind that is known."""
    keys = [words.key_of(IN_BRACKETS.sub(" ", text)) for text in people]
    named = all(group_of([key]) and not words.has(key, *_SEXES) and key not in _ANYBODY for key in keys)
    return named and not any(one.startswith(other) for one, other in itertools.permutations(keys, 2))


def _have_whole(roles: Sequence[Role], who: dict[int, str], people: str) -> bool:
    """Return whether a text stands over columns of its people, or one counts all of them and one what they did."""
    theirs = [role for role in roles if who[role.column.number] == people]
    kinds = {role.kind for role in theirs}
    return all(len(role.column.path) > 1 for role in theirs) or (words.HEADCOUNT in kinds and bool(kinds & OF_PEOPLE))


_SEXES = ("nu", "nam", "nu gioi", "nam gioi")
#: whom all who work somewhere may be called
_ANYBODY = frozenset(
    [
     "lao dong", "nguoi lao dong", "nld", "ld", "cnld", "cbcnv", "cb cnv", "cbnv", "cnv", "cong nhan vien", "nhan su",
     "cong nhan vien chuc", "cbccvc", "can bo cong nhan vien", "can bo nhan vien", "staff", "employees",
     "cong nhan lao dong", "nhan luc", "hoc sinh sinh vien", "khach", "khach hang",
    ]
)  # fmt: skip


def _own_kind(role: Role) -> str:
    """Return what the lowest text over a column says where the one above it says that only some people are counted:
    `Đã cài` under `Người cao tuổi`."""
    some = role.kind == words.SOME or (role.kind == words.UNKNOWN and role.guess.doubt == words.INSTALLS)
    own = guess(role.column.path[-1:]).kind if some and len(role.column.path) > 1 else role.kind
    return own if own in {words.INSTALLS, words.TOTAL} else role.kind


def doubt_bare_people(roles: Sequence[Role]) -> None:
    """Put a column in doubt that names people only, beside others each over how many these are and how many of them
    installed it: `Phụ huynh` beside `Học sinh` over `Tổng số | Đã cài` may be either of the two."""
    under: dict[str, set[str]] = {}
    for role in roles:
        if len(role.column.path) > 1 and role.of in terms.GROUPS:
            under.setdefault(role.column.path[-2], set()).add(role.kind)
    if not any({words.HEADCOUNT, words.INSTALLS} <= kinds for kinds in under.values()):
        return
    for role in roles:
        alone = sum(other.of == role.of for other in roles) == 1
        if (
            alone
            and role.kind == words.HEADCOUNT
            and role.of in terms.GROUPS
            and len(set(role.column.path)) == 1
            and role.why.template != SAID_SO
            and not _SAYS_HOW_MANY.match(words.key_of(role.column.path[-1]))
        ):
            role.kind = words.UNKNOWN
            role.guess = Guess(words.UNKNOWN, role.of, sure=False, doubt=words.HEADCOUNT)


_SAYS_HOW_MANY = re.compile(r"(?:tong|so|ts|sl|si so|quan so)\b")
