"""Settle what headers leave open and the values of several columns tell: of what a share is one, what a bare number
counts, which target is a percentage of the people. Pure."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.reading import amounts as read
from bluezone.rollout.reading import terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.columns import MOST
from bluezone.rollout.reading.portions import take_portion
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.roles import SAID_SO, Role, by_day, exceeds, is_in_doubt
from bluezone.rollout.reading.vocabulary import has

#: how the header of what was added since the day before begins
_GAIN = ("tang", "so tang", "muc tang", "chenh lech")


def settle_shares(roles: Sequence[Role], lines: Sequence[int]) -> None:
    """Say of what each share is one, where its header leaves it open and the values tell; note where they contradict
    it."""
    counts = [role for role in roles if role.kind in _DIVIDED]
    bases = [role for role in roles if role.kind in _OF_BASE]
    for share in roles:
        if not share.is_share or share.kind == words.PERCENT_INCREASE:
            continue
        found = pairs_of_share(share, counts, bases, lines)
        if not found and share.kind == words.PERCENT:
            found = _of_installs(share, roles, lines)
        if share.amounts.fractions_open and not found:
            tried = _as_fractions(share)
            fitting = pairs_of_share(tried, counts, bases, lines)
            if fitting:
                read.fractions_to_percents(share.amounts)
                found = fitting
        if (
            not found
            and share.kind == words.PERCENT
            and (_of_unknown(share, counts, roles, lines) or take_portion(share, roles, lines))
        ):
            continue
        if found:
            share.amounts.fractions_open = False
            _take(share, found)
    _settle_what_is_left(roles)


def _settle_what_is_left(roles: Sequence[Role]) -> None:
    """Leave shares out that stand beside no figures, and say of whom those of smartphones are."""
    for share in roles:
        if share.kind == words.PERCENT and (over := _over_no_figures(share, roles)):
            share.kind, share.amounts.fractions_open = words.PERCENT_OTHER, False
            share.why = saying(UNDER_NO_FIGURES, text=over)
        if share.kind == words.PERCENT_SMARTPHONES and not share.of and share.why.template != SAID_SO:
            share.of = _people_of_share(share, roles)


UNDER_NO_FIGURES = N_("it stands under “{text}”, beside columns that hold no figures")


def _over_no_figures(share: Role, roles: Sequence[Role]) -> str:
    """Return the text over a share and columns beside it of which none is a figure, `BHYT` over `Đã tham gia | Tỷ lệ`;
    empty where there is none, or what one of them counts is to be asked."""
    over = share.column.path[:-1]
    beside = [role for role in roles if role is not share and over and role.column.path[:-1] == over]
    none = all(role.kind in {words.UNKNOWN, words.SOME, words.MISSING} and not is_in_doubt(role) for role in beside)
    about = any(has(words.key_of(text), *terms.INSTALL) for text in share.column.path)
    return over[-1] if beside and none and not about else ""


def _people_of_share(share: Role, roles: Sequence[Role]) -> str:
    """Return of whom a share of smartphones is that names nobody: of those whom all columns count that it may divide,
    the phones and the installations of its day; empty where these are not of the same people."""
    parts = [role for role in roles if role.kind in {words.SMARTPHONES, words.INSTALLS} and role.amounts.by_line
             and (role.date is None or share.date is None or role.date == share.date)]  # fmt: skip
    lines = sorted(share.amounts.by_line)
    phones = [role for role in parts if role.kind == words.SMARTPHONES]
    pairs = pairs_of_share(share, [role for role in parts if role not in phones], phones, lines)
    people = {(count.of, base.of) for count, base in pairs} or {(role.of, role.of) for role in parts}
    count, base = next(iter(people)) if len(people) == 1 else ("", "")
    return count if count == base else ""


def _of_unknown(share: Role, counts: Sequence[Role], roles: Sequence[Role], lines: Sequence[int]) -> bool:
    """Take a share whose base is a column that is not known for one of something else: of subscribers, say, who are
    nearly as many as people."""
    unknown = [role for role in roles if role.kind in {words.UNKNOWN, words.MISSING} and role.amounts.by_line]
    for tried in (share, _as_fractions(share)) if share.amounts.fractions_open else (share,):
        if fitting := pairs_of_share(tried, counts, unknown, lines):
            if tried is not share:
                read.fractions_to_percents(share.amounts)
            share.kind, share.amounts.fractions_open = words.PERCENT_OTHER, False
            share.why = saying(N_("column {count} divided by column {base}"), count=fitting[0][0].letters,
                               base=fitting[0][1].letters)  # fmt: skip
            return True
    return False


def _as_fractions(share: Role) -> Role:
    copy = Role(share.column, share.guess, share.kind)
    copy.amounts.by_line = dict(share.amounts.by_line)
    read.fractions_to_percents(copy.amounts)
    return copy


def pairs_of_share(
    share: Role, counts: Sequence[Role], bases: Sequence[Role], lines: Sequence[int]
) -> list[tuple[Role, Role]]:
    """Return the pairs of a count and its base whose quotient the share is, in most rows."""
    found = []
    for count in counts:
        for base in bases:
            if base is count or (count.date is not None and share.date is not None and count.date != share.date):
                continue
            both = [line for line in lines if line in share.amounts.by_line and line in count.amounts.by_line
                    and line in base.amounts.by_line and share.amounts.by_line[line].value]  # fmt: skip
            good = [line for line in both if read.fits(share.amounts.by_line[line], count.amounts.by_line[line].value,
                                                       base.amounts.by_line[line].value)]  # fmt: skip
            if both and Decimal(len(good)) >= max(Decimal(1), MOST * len(both)):
                found.append((count, base))
    return found


def _of_installs(share: Role, roles: Sequence[Role], lines: Sequence[int]) -> list[tuple[Role, Role]]:
    """Return the pairs of a part of those who installed, the phones in use or those with a number, and the
    installations whose quotient a share is: it is none of the people, and need not be asked about."""
    parts = [role for role in roles if role.kind in {words.ACTIVE, words.WITH_PHONE}]
    wholes = [role for role in roles if role.kind in {words.INSTALLS, words.WITH_PHONE}]
    return pairs_of_share(share, parts, wholes, lines)


_DIVIDED = {words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.TOTAL, words.SMARTPHONES, words.NCOVI, words.INCREASE,
            words.HOUSEHOLDS_WITH_APP}  # fmt: skip


_OF_BASE = {
    words.POPULATION: words.PERCENT_POPULATION,
    words.SMARTPHONES: words.PERCENT_SMARTPHONES,
    words.TARGET: words.PERCENT_TARGET,
    words.HEADCOUNT: words.PERCENT_HEADCOUNT,
    words.TOTAL: words.PERCENT_OTHER,
    words.SOME: words.PERCENT_OTHER,
    words.HOUSEHOLDS: words.PERCENT_OTHER,
    words.ASKED: words.PERCENT_OTHER,
    words.INSTALLS: words.PERCENT_OTHER,
    words.WITH_PHONE: words.PERCENT_OTHER,
}


def _take(share: Role, found: Sequence[tuple[Role, Role]]) -> None:
    kinds = {words.OWNERSHIP if count.kind == words.SMARTPHONES else _OF_BASE[base.kind] for count, base in found}
    count, base = found[0]
    if share.date is None and len({pair[0].date for pair in found}) == 1:
        share.date = count.date
    why = saying(N_("column {count} divided by column {base}"), count=count.letters, base=base.letters)
    if count.kind == words.NCOVI:
        share.kind, share.why = words.PERCENT_OTHER, why  # no figure is kept of it
    elif share.kind in kinds:
        share.why = why
    elif share.kind == words.PERCENT or not share.guess.sure:
        if len(kinds) == 1:
            share.kind = next(iter(kinds))
            share.why = why
    else:
        share.open = True  # the header says one thing, the values another
        share.why = why


#: by how much two counts of people differ that are a year or two apart; subscribers differ by more
_NEAR = Decimal("0.06")


def settle_by_people(share: Role, count: Role, people: Mapping[int, int]) -> None:
    """Take a share for one of the people where it is nearly that, on counts of people that are known, in most rows.

    A share of smartphones differs by more than the years between two counts of people do.
    """
    both = [line for line in people if line in share.amounts.by_line and line in count.amounts.by_line
            and share.amounts.by_line[line].value]  # fmt: skip
    percents = {line: count.amounts.by_line[line].value * 100 / people[line] for line in both}

    def near(factor: int) -> int:
        return sum(abs(share.amounts.by_line[line].value * factor - percents[line]) <= percents[line] * _NEAR
                   for line in both)  # fmt: skip

    if not both:
        return
    if Decimal(near(1)) >= MOST * len(both):
        share.kind, share.amounts.fractions_open = words.PERCENT_POPULATION, False
    elif share.amounts.fractions_open and Decimal(near(100)) >= MOST * len(both):
        share.kind = words.PERCENT_POPULATION
        read.fractions_to_percents(share.amounts)
        share.amounts.fractions_open = False
    else:
        return
    share.date = share.date or count.date
    share.why = saying(N_("column {count} divided by the people who are known to live there"), count=count.letters)


NO_NUMBER = N_("its numbers are percents, not a number of people")
_HUNDRED, _TIMES = 100, 5


def no_shares_as_targets(roles: Sequence[Role], lines: Sequence[int]) -> None:
    """Take a target of 30 beside thousands of installations for one of 30 percent, which is no number of people."""
    counts = [role for role in roles if role.kind in {words.INSTALLS, words.POPULATION, words.SMARTPHONES}]
    for role in [role for role in roles if role.kind == words.TARGET and role.why.template != SAID_SO]:
        values = {line: role.amounts.by_line[line].value for line in lines if line in role.amounts.by_line}
        dwarfed = any(
            all(line in count.amounts.by_line and count.amounts.by_line[line].value > _TIMES * value
                for line, value in values.items())
            for count in counts
        )  # fmt: skip
        if len(values) > 1 and dwarfed and all(0 < value <= _HUNDRED for value in values.values()):
            role.kind, role.left_out = words.PERCENT_OTHER, saying(NO_NUMBER)
            role.why = role.left_out


def settle_totals(roles: Sequence[Role], about_installs: bool, of_places: bool) -> None:
    """Say what `Số lượng`, `Tổng số` and `Kết quả` count: installs where nothing else in a form about installs does,
    else the whole that the installs are a part of."""
    totals = [role for role in roles if role.kind == words.TOTAL]
    named = [role for role in roles if role.kind in {words.INSTALLS, words.WITH_PHONE, words.ACTIVE}]
    if not totals:
        return
    days = {role.date for role in totals if role.date is not None}
    if not about_installs and len(days) > 1 and not named:
        about_installs = True
        for role in totals:
            role.unsure = role.date is not None
    by_date: dict[dt.date | None, list[Role]] = {}
    for role in totals:
        by_date.setdefault(role.date, []).append(role)
    rising = _rise(totals)
    for date, group in by_date.items():
        peers = [role for role in named if role.date == date or role.date is None or date is None]
        others = [role for role in roles if role.kind in {words.INCREASE, words.NCOVI} and role.date == date
                  and not _is_gain(role)]  # fmt: skip
        if len(group) == 2 and about_installs and not peers:
            _part_of_whole(group, roles, of_places)
        elif not peers and len(group) == 1 and about_installs and (not others or rising or _sums_up(group[0], others)):
            group[0].kind = words.INSTALLS
            group[0].why = saying(N_("the only count of a form about installations"))
        elif peers and len(group) == 1 and not of_places:
            group[0].kind = words.HEADCOUNT
            group[0].why = saying(N_("the whole beside those who installed"))


def _rise(totals: Sequence[Role]) -> bool:
    """Return whether numbers of several days, one column each, rise from day to day in every row, as sums do."""
    ordered = by_day(totals)
    if len(ordered) < 2 or len({role.date for role in ordered}) < len(totals):
        return False
    pairs = [
        (before.amounts.by_line[line].value, amount.value)
        for before, after in itertools.pairwise(ordered)
        for line, amount in after.amounts.by_line.items()
        if line in before.amounts.by_line
    ]
    return len(pairs) > 1 and all(before < after for before, after in pairs)


def _sums_up(total: Role, others: Sequence[Role]) -> bool:
    """Return whether a number says that it is the sum up to its day of what a column beside it says was added: `Lũy kế
    đến 20/8` beside `Cài mới trong tuần`."""
    said = any(has(words.key_of(text), *terms.CUMULATIVE) for text in total.column.path)
    return said and all(other.kind == words.INCREASE for other in others)


def _is_gain(role: Role) -> bool:
    """Return whether a column counts how much the one beside it grew: `Tăng so với ngày hôm trước`."""
    return role.kind == words.INCREASE and any(
        words.key_of(text) == each or words.key_of(text).startswith(f"{each} ")
        for text in role.column.path
        for each in _GAIN
    )


def _part_of_whole(group: Sequence[Role], roles: Sequence[Role], of_places: bool) -> None:
    """Take one of two bare counts for the installs and the other for their whole, where a share is their quotient."""
    for count, base in ((group[0], group[1]), (group[1], group[0])):
        shares = [role for role in roles if role.is_share]
        lines = sorted(count.amounts.by_line)
        if any(pairs_of_share(share, [count], [base], lines) for share in shares):
            count.kind = words.INSTALLS
            count.why = saying(N_("a share beside it is this number divided by column {base}"), base=base.letters)
            if not of_places:
                base.kind = words.HEADCOUNT
            return
    _result_of_whole(group, of_places)


def _result_of_whole(group: Sequence[Role], of_places: bool) -> None:
    """Take `Kết quả` beside `Tổng số`, which it exceeds in no row, for the installs, and `Tổng số` for their whole."""
    keys = [words.key_of(role.column.path[-1]) if role.column.path else "" for role in group]
    whole = next((role for role, key in zip(group, keys, strict=True) if key in _BARE_WHOLES), None)
    count = next((role for role, key in zip(group, keys, strict=True) if key in _BARE_RESULTS), None)
    if whole is None or count is None or exceeds(count, whole) or count.amounts.by_line.keys() - whole.amounts.by_line:
        return
    count.kind, count.why = words.INSTALLS, saying(N_("the result beside the whole, which it exceeds in no row"))
    if not of_places:
        whole.kind, whole.why = words.HEADCOUNT, saying(N_("the whole beside those who installed"))


_BARE_WHOLES = frozenset(["tong so", "tong", "ts", "tong so nguoi", "tong cong", "so luong", "so nguoi"])
_BARE_RESULTS = frozenset(
    [
     "ket qua", "kq", "ket qua thuc hien", "kq thuc hien", "thuc hien", "da thuc hien", "th", "dat", "dat duoc",
     "so dat", "da dat",
    ]
)  # fmt: skip


_PERCENT_OF_PEOPLE = re.compile(
    r"^\D{0,12}(\d{1,2}(?:[.,]\d+)?)\s*%\s*(?:tổng\s*)?(?:dân số|dan so|ds|nhân khẩu|số dân)\b", re.IGNORECASE
)
AIM_OF_PEOPLE = N_("{percent} % of column {base}")
_ROUNDED = Decimal(1)


def settle_aims(roles: Sequence[Role]) -> None:
    """Take `30% dân số` for the target where it is, in every row, that many percent of the people."""
    people = [role for role in roles if role.kind == words.POPULATION and role.amounts.by_line]
    for aim in [role for role in roles if is_in_doubt(role) and role.guess.doubt == words.TARGET]:
        found = _PERCENT_OF_PEOPLE.match(aim.column.path[-1]) if aim.column.path else None
        if found is None:
            continue
        percent = Decimal(found[1].replace(",", "."))
        for base in people:
            both = aim.amounts.by_line.keys() & base.amounts.by_line.keys()
            if len(both) > 1 and all(
                abs(aim.amounts.by_line[line].value - base.amounts.by_line[line].value * percent / _HUNDRED) <= _ROUNDED
                for line in both
            ):
                aim.kind, aim.guess = words.TARGET, words.Guess(words.TARGET)
                aim.why = saying(AIM_OF_PEOPLE, percent=percent, base=base.letters)
