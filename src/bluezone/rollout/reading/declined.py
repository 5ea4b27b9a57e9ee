"""Tell who was asked and who declined by what the columns beside say. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.roles import Role, exceeds
from bluezone.rollout.reading.vocabulary import Guess

_FEW = 2
#: `Số khách không cài`, not those who could not: `không cài được`
_DID_NOT = re.compile(r"\bkhong cai(?: dat)?\b(?! duoc)")


def settle_declined(roles: Sequence[Role]) -> None:
    """Take `Số khách không cài` beside those who were asked for the people who declined."""
    asked = [role for role in roles if role.kind == words.ASKED and role.amounts.by_line]
    for role in roles:
        path = role.column.path
        if role.kind != words.MISSING or not path or not _DID_NOT.search(words.key_of(path[-1])):
            continue
        of_them = next((each for each in asked if each.of == role.of or not role.of), None)
        if of_them and not exceeds(role, of_them):
            role.kind, role.of, role.guess = words.REFUSED, of_them.of, Guess(words.REFUSED, of_them.of)


def settle_asked(roles: Sequence[Role]) -> None:
    """Take the column that in every row is the sum of those who had the app, installed it, and declined, for all who
    were asked: nobody who declined has installed."""
    parts = []
    for kinds in ({words.HAD}, {words.INCREASE, words.HELPED}, {words.REFUSED}):
        found = [role for role in roles if role.kind in kinds and role.amounts.by_line]
        if len(found) != 1:
            return
        parts += found
    if len({role.of for role in parts}) > 1:
        return
    lines = set.intersection(*(set(role.amounts.by_line) for role in parts))
    sums = {line: sum(role.amounts.by_line[line].value for role in parts) for line in lines}
    declined = any(parts[-1].amounts.by_line[line].value for line in lines)
    for role in roles:
        if role.kind not in {words.INSTALLS, words.UNKNOWN, words.TOTAL} or not declined or len(lines) < _FEW:
            continue
        if all(line in role.amounts.by_line and role.amounts.by_line[line].value == sums[line] for line in lines):
            role.kind, role.of, role.left_out = words.ASKED, parts[0].of or role.of, None
            for part in parts:
                part.of = role.of
            role.why = saying(N_("in every row the sum of those who had it, installed it and declined"))
