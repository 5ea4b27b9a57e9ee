"""Tell what columns count by what others make together with them: a whole is a part and the rest. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.reading import terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.columns import MOST
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.roles import SAID_SO, Role, by_day
from bluezone.rollout.reading.vocabulary import Guess, has, key_of

_FEWEST_ROWS = 2
LESS = N_("column {one} less column {other}")


def settle_parts(roles: Sequence[Role]) -> None:
    """Take a column that is not known for those who installed it, where it and those who have yet to are in every row a
    bare whole: `Tổng số | Xong | Chưa xong`."""
    rests = [role for role in roles if role.kind == words.MISSING and role.amounts.by_line]
    counted = [role for role in roles if role.kind in {words.INSTALLS, words.WITH_PHONE} and role.amounts.by_line]
    if not rests or counted:
        return
    parts = [role for role in roles if role.kind in {words.UNKNOWN, words.TOTAL} and role.left_out is None
             and not role.guess.named and role.amounts.by_line]  # fmt: skip
    wholes = [role for role in roles if role.kind in _WHOLES and role.amounts.by_line]
    for rest, part, whole in itertools.product(rests, parts, wholes):
        if part is not whole and part.date == whole.date and is_difference(rest, part, whole):
            part.kind, part.guess = words.INSTALLS, Guess(words.INSTALLS, part.of)
            part.why = saying(LESS, one=whole.letters, other=rest.letters)
            if whole.kind in {words.TOTAL, words.UNKNOWN}:
                whole.leave_out(saying(WHOLE, part=part.letters))
            return


WHOLE = N_("the whole of which column {part} is a part")
_WHOLES = {words.TOTAL, words.UNKNOWN, words.HEADCOUNT, words.POPULATION, words.SMARTPHONES, words.TARGET}


def settle_sums(roles: Sequence[Role]) -> None:
    """Take `Tổng đến 20/8` for all installations where it is, in every row, the sum of two columns beside it of before
    and since a day, which are parts of it."""
    whole_ones = [role for role in roles if role.kind in {words.TOTAL, words.INSTALLS, words.UNKNOWN} and not role.of
                  and role.amounts.by_line and role.left_out is None and role.column.path
                  and words.key_of(role.column.path[-1]).startswith(_SUM_NAMES)]  # fmt: skip
    for whole in whole_ones if len(whole_ones) == 1 else ():
        parts = [role for role in roles if role is not whole and not role.of and role.amounts.by_line
                 and role.kind in {words.INSTALLS, words.INCREASE, words.UNKNOWN, words.TOTAL}]  # fmt: skip
        for one, other in itertools.combinations(parts, 2):
            if {one.kind, other.kind} & {words.INSTALLS, words.INCREASE} and is_difference(one, other, whole):
                whole.kind, whole.guess = words.INSTALLS, Guess(words.INSTALLS)
                whole.why = saying(TOGETHER, whole=one.letters, part=other.letters)
                for part, rest in ((one, other), (other, one)):
                    of_a_day_before = (
                        part.date
                        and whole.date
                        and part.date < whole.date
                        and (part.kind == words.INSTALLS or (part.kind == words.TOTAL and rest.kind == words.INCREASE))
                    )
                    if of_a_day_before:  # `Đến 14/8 | Cài mới | Cộng dồn đến 20/8`
                        part.kind, part.guess = words.INSTALLS, Guess(words.INSTALLS)
                    if part.kind != words.INCREASE and not of_a_day_before:
                        part.leave_out(saying(N_("a part of column {whole}"), whole=whole.letters))
                return


_SUM_NAMES = ("tong", "cong", "luy ke", "lui ke", "lk")


def settle_after_gain(roles: Sequence[Role]) -> None:
    """Take a column that is not known for all installations where it is, in every row, another such one and what was
    added together: `Đầu tuần | Phát sinh trong tuần | Cuối tuần`."""
    gains = [role for role in roles if role.kind == words.INCREASE and role.amounts.by_line]
    if len(gains) != 1 or any(role.kind in _COUNTED and role.amounts.by_line for role in roles):
        return
    open_ = [role for role in roles if role.kind in {words.UNKNOWN, words.TOTAL} and role.left_out is None
             and not role.guess.named and role.amounts.by_line]  # fmt: skip
    for before, after in itertools.permutations(open_, 2):
        if before.date in {None, after.date} and is_difference(gains[0], before, after):
            after.kind, after.of = words.INSTALLS, gains[0].of
            after.guess = Guess(words.INSTALLS, after.of)
            after.why = saying(TOGETHER, whole=before.letters, part=gains[0].letters)
            before.leave_out(saying(OF_BEFORE))
            return


TOGETHER = N_("column {whole} and column {part} together")
OF_BEFORE = N_("the number before what was added")
_COUNTED = {words.INSTALLS, words.WITH_PHONE}


def settle_by_text_above(roles: Sequence[Role]) -> None:
    """Take bare numbers under `Trong ngày` and `Lũy kế` for what these say, where both stand over columns of one table:
    `Kết quả / Lũy kế / Số lượng`."""
    bare = [role for role in roles if role.kind == words.TOTAL and role.amounts.by_line and len(role.column.path) > 1]
    over = {role.column.number: " , ".join(map(words.key_of, role.column.path[:-1])) for role in bare}
    summed = [role for role in bare if has(over[role.column.number], *_SUMMED)]
    added = [role for role in bare if role not in summed and has(over[role.column.number], *terms.INCREASE)]
    if not summed or not added:
        return
    for kind, group in ((words.INSTALLS, summed), (words.INCREASE, added)):
        for role in group:
            role.kind, role.guess = kind, Guess(kind, role.of)


_SUMMED = ("luy ke", "lui ke", "cong don", "den nay", "den nai", "tong cong")


def no_fewer_people(roles: Sequence[Role]) -> None:
    """Leave out what would be the people of places of which, in most rows, more have the app: it counts something else
    than people."""
    for people in [role for role in roles if role.kind == words.POPULATION and role.why.template != SAID_SO]:
        for count in [role for role in roles if role.kind == words.INSTALLS and not role.of]:
            shared = people.amounts.by_line.keys() & count.amounts.by_line.keys()
            fewer = [line for line in shared if people.amounts.by_line[line].value < count.amounts.by_line[line].value]
            if len(shared) >= _FEWEST_ROWS and Decimal(len(fewer)) >= MOST * len(shared):
                people.leave_out(saying(N_("more have installed the app than it would have people")))
                break


def settle_gains(roles: Sequence[Role]) -> None:
    """Take a column that is not known for what was added where it is, in every row, the difference of the counts of two
    days beside it: `So sánh (người)`."""
    dated = by_day(role for role in roles if role.kind == words.INSTALLS and role.amounts.by_line)
    if any(role.kind == words.INCREASE for role in roles):
        return
    for gain in [role for role in roles if role.kind == words.UNKNOWN and role.left_out is None]:
        for before, after in itertools.combinations(dated, 2):
            if before.date != after.date and before.of == after.of and is_difference(gain, before, after):
                gain.kind, gain.of, gain.date = words.INCREASE, after.of, after.date
                gain.why = saying(LESS, one=after.letters, other=before.letters)
                break


def date_by_counts(roles: Sequence[Role]) -> None:
    """Give a gain without a day that of the later of two counts beside it whose difference it is in every row; and a
    gain, a rank or a share of people without one, where each count of those who installed it has its own, the last of
    these, `Xếp hạng` beside `Đến 17/8 | Đến 20/8`. The day of a title or a file is that of the report then."""
    counts = [role for role in roles if role.kind in {words.INSTALLS, words.WITH_PHONE} and role.amounts.by_line]
    dated = by_day(counts)
    undated = [role for role in roles if role.date is None and role.amounts.by_line and role.why.template != SAID_SO]
    for gain in [role for role in undated if role.kind == words.INCREASE]:
        pairs = itertools.combinations([role for role in dated if role.of == gain.of], 2)
        gain.date = next((after.date for before, after in pairs if is_difference(gain, before, after)), None)
    if not dated or len(dated) < len(counts):
        return
    for role in undated:
        today = any(has(key_of(text), "hom nay", "hom nai") for text in role.column.path)
        again = any((each.kind, each.of, each.date) == (role.kind, role.of, dated[-1].date) for each in roles)
        if role.kind in _OF_THE_COUNTS and role.date is None and not today and not again:
            role.date = dated[-1].date


_OF_THE_COUNTS = {words.INCREASE, words.RANK, words.PERCENT_POPULATION, words.PERCENT_SMARTPHONES}


def is_difference(gain: Role, before: Role, after: Role) -> bool:
    """Return whether a column is, in every row, another less a third."""
    rows = gain.amounts.by_line.keys() & before.amounts.by_line.keys() & after.amounts.by_line.keys()
    gains = {line: gain.amounts.by_line[line].value for line in rows}
    found = {line: after.amounts.by_line[line].value - before.amounts.by_line[line].value for line in rows}
    return len(rows) > 1 and len(rows) == len(gain.amounts.by_line) and any(gains.values()) and gains == found
