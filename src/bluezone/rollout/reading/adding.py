"""Add columns up: those that are the sum of others are their whole, `Android` and `iOS` are one count, men and women
too. Pure."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Sequence

from bluezone.errors import N_
from bluezone.rollout.reading import amounts as read
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.roles import SAID_SO, Role, is_in_doubt


def add_up(roles: Sequence[Role], lines: Sequence[int]) -> None:
    """Find columns that sum up others of their kind, and take those for the whole."""
    for kind in _ADDED_UP:
        for date, of in dict.fromkeys((role.date, role.of) for role in roles if role.kind == kind):
            _add_up(roles, lines, kind, date, of)


def leave_parts_of_people_out(roles: Sequence[Role], lines: Sequence[int]) -> None:
    """Leave out columns of some of the people right behind how many there are, which add up to these in every row:
    `Tổng số khách | Khách Việt Nam | Khách nước ngoài`."""
    for at, whole in enumerate(roles):
        if whole.kind not in {words.HEADCOUNT, words.POPULATION} or not whole.amounts.by_line:
            continue
        behind = itertools.takewhile(_is_some_of_them, roles[at + 1 :])
        parts: list[Role] = []
        for part in behind:
            parts.append(part)
            if len(parts) > 1 and _is_their_sum(whole, parts, lines):
                _leave_parts_out(whole, parts)
                break


def _leave_parts_out(whole: Role, parts: Sequence[Role]) -> None:
    for part in parts:
        part.leave_out(saying(N_("a part of column {whole}"), whole=whole.letters))


def _is_some_of_them(role: Role) -> bool:
    open_one = role.kind == words.UNKNOWN and role.left_out is None and role.guess.doubt in _OF_PEOPLE
    return (role.kind == words.SOME or open_one) and bool(role.amounts.by_line) and role.why.template != SAID_SO


_OF_PEOPLE = {"", words.HEADCOUNT, words.POPULATION}


def _add_up(roles: Sequence[Role], lines: Sequence[int], kind: str, date: dt.date | None, of: str) -> None:
    group = [
        role
        for role in roles
        if role.date == date
        and role.of == of
        and (role.kind == kind or (kind == words.INSTALLS and not of and _may_be_installs(role)))
    ]
    for whole in (role for role in group if role.kind == kind):
        known = [role for role in group if role is not whole]
        for parts in (known, known + _unknown_beside(whole, roles)):
            if len(parts) > 1 and _is_their_sum(whole, parts, lines):
                for part in parts:
                    part.left_out = saying(N_("a part of column {whole}"), whole=whole.letters)
                    part.kind = words.UNKNOWN
                return


def _is_their_sum(whole: Role, parts: Sequence[Role], lines: Sequence[int]) -> bool:
    both = [line for line in lines if all(line in role.amounts.by_line for role in (whole, *parts))]
    return bool(both) and all(
        read.is_sum((part.amounts.by_line[line].value for part in parts), whole.amounts.by_line[line].value)
        for line in both
    )


def _unknown_beside(whole: Role, roles: Sequence[Role]) -> list[Role]:
    """Return the columns that stand under the same text as another and say nothing known: `Khác` beside `Cộng`."""
    above = whole.column.path[:-1]
    return [
        role
        for role in roles
        if above
        and role.column.path[:-1] == above
        and role.kind == words.UNKNOWN
        and role.left_out is None
        and not role.guess.named
        and role.amounts.by_line
    ]


def _may_be_installs(role: Role) -> bool:
    return role.kind == words.INSTALLS or (is_in_doubt(role) and role.guess.doubt == words.INSTALLS)


_ADDED_UP = (words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.NCOVI, words.POPULATION,
             words.SMARTPHONES, words.HEADCOUNT, words.HOUSEHOLDS, words.TARGET, words.ASKED, words.ASKED_NCOVI,
             words.HAD, words.HELPED, words.REFUSED)  # fmt: skip


def add_platforms(roles: Sequence[Role]) -> None:
    """Take `Android` and `iOS` of the same count together, where no column beside them is their whole."""
    groups: dict[tuple[object, ...], list[Role]] = {}
    for role in roles:
        if role.kind in {words.INSTALLS, words.TOTAL, words.INCREASE, words.WITH_PHONE} and role.amounts.by_line:
            groups.setdefault((role.kind, role.date, role.of), []).append(role)
    for (kind, date, of), group in groups.items():
        parts = [role for role in group if _is_of_platform(role)]
        named = {words.key_of(role.column.path[-1]) for role in parts}
        if len(named) < 2 or len(named) < len(parts):
            continue
        wholes = [role for role in roles if role not in parts and role.date == date and role.of == of
                  and role.kind in {kind, words.TOTAL} and role.amounts.by_line]  # fmt: skip
        wholes = wholes or [role for role in roles if role not in parts and _sums(parts, role)]
        first = wholes[0] if wholes else parts[0]
        if not wholes:
            _join(first, parts[1:])
        for part in parts if wholes else parts[1:]:
            part.kind, part.left_out = words.UNKNOWN, saying(N_("a part of column {whole}"), whole=first.letters)


_HALVES = (
    (re.compile(r"\bnam(?: gioi)?\b"), re.compile(r"\bnu(?: gioi)?\b")),
    (re.compile(r"\bthanh thi\b"), re.compile(r"\bnong thon\b")),
)


def add_halves(roles: Sequence[Role]) -> None:
    """Take those of men and of women, of town and of country, together for all who installed it, where no column
    beside them is their whole."""
    halves = [role for role in roles if role.amounts.by_line and any(map(_WRITTEN_HALF.search, role.column.path))]
    for one, other in itertools.permutations(halves, 2):
        if one.date != other.date or not _are_halves(one, other) or SAID_SO in {one.why.template, other.why.template}:
            continue
        found = guess([_without_half(text) for text in one.column.path])
        if found.kind not in _HALVED:
            continue
        counted = (role for role in roles if role.kind in {found.kind, words.TOTAL} and role.amounts.by_line)
        beside = [role for role in counted if role.date == one.date and role is not one and role is not other]
        if whole := next(
            (role for role in beside if _is_their_sum(role, (one, other), list(one.amounts.by_line))), None
        ):
            _leave_parts_out(whole, (one, other))
        if whole or any(role.of in {"", found.of} for role in beside):
            continue
        one.kind, one.of, one.guess = found.kind, found.of, found
        _join(one, [other])
        _leave_parts_out(one, (other,))


_HALVED = {words.INSTALLS, words.POPULATION, words.HEADCOUNT, words.SMARTPHONES}


def _without_half(text: str) -> str:
    return _WRITTEN_HALF.sub(" ", text).strip(" :-–/")


_WRITTEN_HALF = re.compile(
    r"\b(?:nam|nữ|nu)(?: giới| gioi)?\b|\b(?:thành thị|nông thôn|thanh thi|nong thon)\b", re.IGNORECASE
)


def _are_halves(one: Role, other: Role) -> bool:
    """Return whether the headers of two columns say the same but for which half of the people they count."""
    keys = [" / ".join(map(words.key_of, role.column.path)) for role in (one, other)]
    return any(
        first.search(keys[0]) and second.search(keys[1]) and first.sub("", keys[0]) == second.sub("", keys[1])
        for first, second in _HALVES
    )


def _sums(parts: Sequence[Role], whole: Role) -> bool:
    """Return whether a count, perhaps of a day that only its own header names, is the sum of others in every row."""
    if whole.kind not in {words.INSTALLS, words.WITH_PHONE, words.TOTAL} or not whole.amounts.by_line:
        return False
    both = [line for line in whole.amounts.by_line if any(line in part.amounts.by_line for part in parts)]
    return len(both) > 1 and all(
        sum(part.amounts.by_line[line].value for part in parts if line in part.amounts.by_line)
        == whole.amounts.by_line[line].value
        for line in both
    )


def _is_of_platform(role: Role) -> bool:
    return bool(role.column.path) and words.EXACT.get(words.key_of(role.column.path[-1])) == words.PLATFORM


def _join(whole: Role, parts: Sequence[Role]) -> None:
    """Add columns to the first; a row that lacks one of them has no sum."""
    for part in parts:
        for line in list(whole.amounts.by_line):
            if line in part.amounts.by_line:
                value = whole.amounts.by_line[line].value + part.amounts.by_line[line].value
                whole.amounts.by_line[line] = read.Amount(value)
            else:
                del whole.amounts.by_line[line]
                whole.amounts.bad[line] = "–"
    letters = ", ".join(part.letters for part in parts)
    whole.why = saying(N_("column {whole} and column {part} together"), whole=whole.letters, part=letters)
