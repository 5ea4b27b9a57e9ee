"""Decide what each column of a block holds, from its header and its values together. Pure.

Words give a guess; values confirm it, or say which of several it is: a share is a count divided by people. Where both
do not settle it, a question is asked.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.reading import pairs, terms, titles
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.amounts import Amounts
from bluezone.rollout.reading.cells import Cell, column_name
from bluezone.rollout.reading.certainty import guess_surely
from bluezone.rollout.reading.day_columns import is_day_cell
from bluezone.rollout.reading.days import day_in_month, months_in
from bluezone.rollout.reading.declined import settle_asked, settle_declined
from bluezone.rollout.reading.flows import DAYS_SUMMED
from bluezone.rollout.reading.header_days import between_days, date_above, days_told, only_day, up_to_day
from bluezone.rollout.reading.hours import keep_the_last, only_hour
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.other_apps import leave_other_apps_out
from bluezone.rollout.reading.peers import settle_people, take_present_for_whole
from bluezone.rollout.reading.people import group_named, without_people
from bluezone.rollout.reading.results import Saying, saying
from bluezone.rollout.reading.roles import BY_HEADER as _BY_HEADER
from bluezone.rollout.reading.roles import LEAVE_OUT, SAID_SO, Role, exceeds, give_numbers
from bluezone.rollout.reading.vocabulary import Guess

#: a share of the rows must fit for values to settle what a column is
MOST = Decimal("0.8")
#: more than any country this is used in has people, and less than a telephone number without its first zero
_NO_COUNT = Decimal(200_000_000)
#: a telephone number, an account: more digits than a count has
_TELEPHONE = re.compile(r"(?:[\s.()+-]*\d){9,16}[\s./-]*")


def roles_of(
    block: Block,
    lines: Sequence[int],
    mapped: Mapping[str, str],
    years: set[int],
    today: dt.date,
    measure: titles.Measure | None = None,
    measured: str = "",
    names: Sequence[str] = (),
    days: Collection[int] = (),
) -> list[Role]:
    """Return what the columns of a block are by their headers; `mapped` are those an officer mapped, by letters.

    `measure` is what the title says of columns that are headed with days only, `measured` what an officer said of them;
    `names` of the sheet and the file may name the month of `Ngày 18`; `days` are columns whose cells are days.
    """
    roles: list[Role] = []
    months = months_in(text for _, text in block.titles) or months_in(names)
    told = days_told(block, names)
    for column in block.columns:
        bare = next((day for text in column.path if (day := day_in_month(text, months))), None)
        path = [text for text in column.path if not only_day(text) and not (bare and day_in_month(text, months))]
        path = [text for text in path if not only_hour(text)]
        found = guess_surely(path) if path or not column.path else Guess(words.TOTAL, sure=False)
        if column.number in days:
            found = Guess(words.DATE)
        elif found.kind == words.DATE and len(path) < len(column.path):
            found = Guess(words.TOTAL, sure=False)  # `Ngày báo cáo` over the days
        of_columns = told if found.kind in words.SHARES or "%" in " ".join(path) else None
        day = date_above(column, years, today, aims=found.kind == words.TARGET, share_told=of_columns) or bare
        if found.kind == words.INCREASE and (two := between_days(column, block, months)):
            day = two
        if found.kind == words.UNKNOWN and day is not None and words.BEFORE.search(" ".join(path)):
            found = guess_surely([words.BEFORE.sub(" ", text) for text in path])  # with a day of its own
        if found.kind == words.UNKNOWN and day is not None and not found.sure and not found.doubt:
            found = Guess(words.TOTAL, sure=False)  # a number of that day
        role = Role(column, found, found.kind, found.of, day)
        if column_name(column.number) in mapped:
            role.kind, _, role.of = mapped[column_name(column.number)].partition(":")
            role.kind = words.UNKNOWN if role.kind == LEAVE_OUT else role.kind
            role.guess = Guess(role.kind, role.of)
            role.why = saying(SAID_SO)
        elif not column.path:
            role.kind = words.UNKNOWN
        roles.append(role)
        cells = {line: cell for line in lines if (cell := block.sheet.own(line, column.number))}
        give_numbers(role, cells)
        _as_ratio(role, path, cells)
        if role.why.template != SAID_SO and role.kind not in _LABELS:
            roles += _of_two_numbers(role, cells, [text for _, text in reversed(block.titles)])
    _date_parts(roles)
    _measured_by_title(block, lines, roles, years, today, measure, measured)
    no_names(roles)
    no_days(roles, block, lines)
    no_numbering(roles)
    leave_other_apps_out(roles)
    settle_people(roles)
    no_stars(roles, block, lines)
    no_telephones(roles)
    settle_declined(roles)
    settle_asked(roles)
    take_present_for_whole(roles)
    keep_the_last(roles)
    return roles


def _as_ratio(role: Role, path: Sequence[str], cells: Mapping[int, Cell]) -> None:
    """Take `Đã cài/dân số` for the share that its header names where its cells are percents, or none is above a hundred
    and some have decimals."""
    if role.kind != words.JOINED or not path:
        return
    found = guess_surely([*path[:-1], f"Tỷ lệ {path[-1]}"])
    values = [amount.value for amount in role.amounts.by_line.values()]
    broken = any(value != value.to_integral_value() for value in values) and all(value <= _HUNDRED for value in values)
    if found.kind in words.SHARES and "/" in path[-1] and (broken or titles.are_percents(cells)):
        _take_as(role, found, cells, role.why)


_HUNDRED = 100


def _date_parts(roles: Sequence[Role]) -> None:
    """Give `Trong đó: …` without a day that of the count at its left of which it is a part: `Đã cài đến 19/8`."""
    whole: Role | None = None
    for role in roles:
        part = any(words.key_of(text).startswith("trong do") for text in role.column.path)
        if not part:
            if not role.is_share:
                whole = role if role.is_count and role.kind not in {words.TARGET, words.MISSING} else None
        elif whole is not None:
            _take_people_of(whole, role)
            _leave_some_out(whole, role)
            role.date = whole.date if role.date is None and role.is_count else role.date


def _take_people_of(whole: Role, part: Role) -> None:
    """Take `Trong đó: CBCC` beside those who installed it for officials among them."""
    if whole.kind != words.INSTALLS or whole.of not in {"", words.RESIDENTS} or part.kind != words.UNKNOWN:
        return
    who = re.sub(r"^\W*trong\s+(?:đó|do)\W*", "", part.column.path[-1], flags=re.IGNORECASE)
    of = group_named(who)
    if of == words.RESIDENTS:
        part.left_out = saying(N_("a part of column {whole}"), whole=whole.letters)
    elif of and not without_people(words.key_of(who)) and not exceeds(part, whole):
        part.kind, part.of = words.INSTALLS, of
        part.guess = Guess(words.INSTALLS, of)
        part.why = saying(N_("those of column {whole} whom its header names"), whole=whole.letters)


def _leave_some_out(whole: Role, part: Role) -> None:
    """Leave out `Trong đó: lao động nước ngoài đã cài` as a part of the column beside it, whatever more it says."""
    in_doubt = part.kind == words.SOME or (part.kind == words.UNKNOWN and part.left_out is None)
    if (
        in_doubt
        and part.guess.doubt in {"", whole.kind}
        and part.amounts.by_line
        and part.guess.of in {"", whole.of}
        and not exceeds(part, whole)
    ):
        part.guess = Guess(words.UNKNOWN)
        part.leave_out(saying(N_("a part of column {whole}"), whole=whole.letters))


#: columns beside which a bare number is not what the title speaks of
_NAMED = {words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.NCOVI, words.ASKED, words.HAD, words.HELPED}


def _measured_by_title(
    block: Block,
    lines: Sequence[int],
    roles: Sequence[Role],
    years: set[int],
    today: dt.date,
    measure: titles.Measure | None,
    measured: str,
) -> None:
    """Take columns headed with days, weeks or nothing but a number for what the title says, and cells of percents for
    shares; note those to be asked."""
    if measure is not None and measure.spread:
        _take_back_bare_numbers(roles)
    for role in [*_bare(roles), *(_helped(roles) if measure and measure.guess.kind == words.HELPED else ())]:
        cells = {line: cell for line in lines if (cell := block.sheet.own(line, role.column.number))}
        percents = titles.are_percents(cells)
        if percents and (measure is None or measure.guess.kind not in words.SHARES):
            _take_as(role, Guess(words.PERCENT, sure=False), cells, saying(N_("its cells are percents")))
            continue
        if measure is None:
            continue
        found = measure.guess
        if (measure.open and not percents) or titles.contradicts(found.kind, cells):
            if not measured:
                role.measure = measure
                continue
            kind, _, of = measured.partition(":")
            _take_as(role, Guess(words.UNKNOWN if kind == LEAVE_OUT else kind, of), cells, saying(SAID_SO))
        else:
            _take_as(role, found, cells, saying(titles.BY_TITLE, title=measure.title))
        if role.kind == words.TARGET:
            role.date = date_above(role.column, years, today, aims=True) or role.date
        if role.kind == words.UNKNOWN:
            role.left_out = role.why
    _leave_sums_of_days_out(roles)
    _no_percents_as_targets(block, lines, roles)


def _leave_sums_of_days_out(roles: Sequence[Role]) -> None:
    """Leave out `Cộng` beside days on each of which a title counts those who were asked or helped."""
    counted = [role for role in roles if role.why.template == titles.BY_TITLE
               and role.kind in {words.ASKED, words.HELPED, words.REFUSED}]  # fmt: skip
    if sum(role.date is not None for role in counted) > 1:
        for role in counted:
            if role.date is None:
                role.leave_out(saying(DAYS_SUMMED))


def _no_percents_as_targets(block: Block, lines: Sequence[int], roles: Sequence[Role]) -> None:
    """Take targets in cells of percents for shares, which are no number of people."""
    for role in roles:
        cells = {line: cell for line in lines if (cell := block.sheet.own(line, role.column.number))}
        if role.kind == words.TARGET and role.why.template != SAID_SO and titles.are_percents(cells):
            _take_as(role, Guess(words.PERCENT_OTHER), cells, role.why)


def _take_back_bare_numbers(roles: Sequence[Role]) -> None:
    """Take `Tổng số lượt`, which names no installing, for a number of what the title says."""
    for role in roles:
        named = any(words.has(words.key_of(text), *terms.INSTALL) for text in role.column.path)
        if role.kind == words.INSTALLS and role.why.template == _BY_HEADER and not named:
            role.guess, role.kind = Guess(words.TOTAL, sure=False), words.TOTAL


def _helped(roles: Sequence[Role]) -> list[Role]:
    """Return the columns headed with `Đã cài` alone, which below `Số người được đoàn viên hỗ trợ cài` count those who
    were helped; none where a column says so itself."""
    if any(role.kind in {words.HELPED, words.ASKED} for role in roles):
        return []
    return [role for role in roles if role.kind == words.INSTALLS and not role.of and role.why.template != SAID_SO
            and len(role.column.path) == 1 and words.key_of(role.column.path[0]) in terms.BARE_INSTALLED]  # fmt: skip


def _bare(roles: Sequence[Role]) -> list[Role]:
    """Return the columns that no word but a title's can explain."""
    found = []
    for role in roles:
        weeks = bool(role.column.path) and all(map(titles.is_week, role.column.path))
        if role.why.template == SAID_SO or not (weeks or role.kind == words.TOTAL):
            continue
        days = weeks or all(up_to_day(text) or titles.is_week(text) for text in role.column.path)
        peers = [
            each
            for each in roles
            if each is not role and (each.date == role.date or each.date is None) and each.amounts.by_line
        ]
        if any(each.kind in _NAMED or (each.is_share and each.date == role.date is not None) for each in peers):
            continue
        if days or not any(each.is_share or each.kind == words.TOTAL for each in peers):
            found.append(role)
    return found


def _take_as(role: Role, found: Guess, cells: Mapping[int, Cell], why: Saying) -> None:
    role.guess, role.kind, role.of, role.why = found, found.kind, found.of, why
    give_numbers(role, cells)


_LABELS = {*words.UNIT_KINDS, words.RANK, words.DATE, words.CODE, words.ORDER, words.NOTE}


def _of_two_numbers(role: Role, cells: Mapping[int, Cell], titles_above: Sequence[str]) -> list[Role]:
    """Read a column of two numbers a cell as its header says, the second of them in a column of its own; leave it out
    where the header does not say."""
    if pairs.hold_shares_beside(cells) and role.is_share:
        role.guess = guess_surely(pairs.without_share(role.column.path) or [""])
        role.kind, role.of = role.guess.kind, role.guess.of
        give_numbers(role, cells)
        return []
    if pairs.hold_gains_beside(cells) and role.why.template == _BY_HEADER:
        role.guess = guess_surely(pairs.without_brackets(role.column.path) or [""])
        role.kind, role.of = role.guess.kind, role.guess.of
        give_numbers(role, cells)
        return []
    said = pairs.said_by(role.column.path)
    if said is None and not role.column.path:  # no header: a title may say it
        said = next(filter(None, (pairs.said_by([text]) for text in titles_above)), None)
    if said is None and pairs.hold_pairs(pairs.exchanged(cells)):
        said = pairs.said_by(pairs.whole_first(role.column.path))
        cells = pairs.exchanged(cells) if said else cells
    if not pairs.hold_pairs(cells):
        return []
    if said is None:
        role.kind, role.left_out, role.amounts = words.UNKNOWN, pairs.PAIRS_SAID, Amounts()
        return []
    role.guess, whole = said
    other = Role(role.column, whole, whole.kind, role.guess.of or whole.of, role.date)
    role.kind, role.of = role.guess.kind, role.guess.of or whole.of
    role.amounts, other.amounts = pairs.halves(cells)
    return [other]


NO_RANK = N_("its numbers are classes or stars, not ranks")
_STARS = re.compile(r"\d\s*(?:\*|★|sao\b)|^[*★]+$", re.IGNORECASE)
_HOTELS = ("khach san", "luu tru", "nha nghi", "ks", "resort", "homestay", "nha khach", "biet thu du lich", "du lich")
#: headers of others that have classes
_CLASSED = frozenset(["ben xe", "ben tau", "ben", "ten ben", "cho", "ten cho", "co so", "ten co so", "benh vien"])
_FEWEST_RANKED = 3
_FEWEST_NAMES = 2


def no_stars(roles: Sequence[Role], block: Block, lines: Sequence[int]) -> None:
    """Leave out what `Hạng` calls the class of hotels, schools or the like: stars, or numbers that many rows share."""
    heads = [words.key_of(text) for column in block.columns for text in column.path]
    for role in [role for role in roles if role.kind == words.RANK and role.why.template == _BY_HEADER]:
        cells = [cell for line in lines if (cell := block.sheet.own(line, role.column.number))]
        values = [amount.value for amount in role.amounts.by_line.values()]
        shared = len(values) >= _FEWEST_RANKED and len(set(values)) * 3 < len(values) * 2
        bare = words.key_of(role.column.path[-1]) in {"hang", "xep hang", "hang sao", "xep loai"}
        if (
            any(_STARS.search(cell.text) for cell in cells)
            or shared
            or (bare and any(words.has(head, *_HOTELS) or head in _CLASSED for head in heads))
        ):
            role.guess, role.amounts = Guess(words.UNKNOWN), Amounts()
            role.leave_out(saying(NO_RANK))


_OF_NAMES = {words.HEADCOUNT, words.ASKED, words.ASKED_NCOVI, words.HELPED}


def no_names(roles: Sequence[Role]) -> None:
    """Take a column headed with people or what they were asked, without one number in it, for the names of those who do
    something there: `Cán bộ theo dõi` over `C. Mai`, `Người đi vận động` over `Trưởng ấp`."""
    for role in roles:
        texts = list(role.amounts.bad.values())
        are_names = len(texts) >= _FEWEST_NAMES and all(text[0].isalpha() for text in texts)
        if role.kind in _OF_NAMES and are_names and not role.amounts.by_line and role.why.template != SAID_SO:
            role.kind, role.of, role.guess = words.CONTACT, "", Guess(words.CONTACT)
            role.why, role.amounts = saying(N_("it holds names, and no number")), Amounts()


HOLDS_DAYS = N_("it holds days, which are not those of the figures")


def no_days(roles: Sequence[Role], block: Block, lines: Sequence[int]) -> None:
    """Take a column of days for no count, whatever its header counts: `Ngày vào cách ly`."""
    for role in roles:
        cells = [cell for line in lines if (cell := block.sheet.own(line, role.column.number))]
        counts = role.kind in {*words.COUNTS, *words.SHARES} and role.why.template != SAID_SO
        if counts and cells and not role.amounts.by_line and all(map(is_day_cell, cells)):
            role.guess, role.amounts = Guess(words.UNKNOWN), Amounts()
            role.leave_out(saying(HOLDS_DAYS))


NUMBERED = N_("its numbers count the rows")
_FEWEST_NUMBERED = 3


def no_numbering(roles: Sequence[Role]) -> None:
    """Take a column whose numbers count the rows, 1, 2, 3 and from 1 again below a heading, for no count; also one that
    counts them once where its header does not say what it holds."""
    for role in roles:
        values = [int(amount.value) if amount.value == amount.value.to_integral_value() else 0
                  for _, amount in sorted(role.amounts.by_line.items())]  # fmt: skip
        counts_on = all(after in {before + 1, 1} for before, after in itertools.pairwise([0, *values]))
        alone = any(one == other == 1 for one, other in itertools.pairwise(values))  # as small counts have it
        again = values.count(1) > 1 and role.kind in words.COUNTS and not alone
        counted = (again or role.kind == words.UNKNOWN) and role.why.template != SAID_SO
        if counted and counts_on and max(values, default=0) >= _FEWEST_NUMBERED:
            role.kind, role.guess, role.of, role.amounts = words.ORDER, Guess(words.ORDER), "", Amounts()
            role.why = saying(NUMBERED)


def no_telephones(roles: Sequence[Role]) -> None:
    """Take a column of numbers larger than a country has people for telephone numbers, accounts or the like."""
    for role in roles:
        values = [amount.value for amount in role.amounts.by_line.values()]
        large = sum(value >= _NO_COUNT for value in values)
        long = [text for text in role.amounts.bad.values() if _TELEPHONE.fullmatch(text)]
        if not values and long and len(long) == len(role.amounts.bad):
            values, large = [_NO_COUNT], 1
        if values and Decimal(large) >= MOST * len(values) and (role.is_count or role.kind == words.UNKNOWN):
            role.kind, role.of = words.CONTACT, ""
            role.why = saying(N_("its numbers are as long as those of telephones or accounts"))
            role.amounts = Amounts()
