"""Decide what each column of a block holds, from its header and its values together. Pure.

Words give a guess; values confirm it, or say which of several it is: a share is a count divided by people. Where both
do not settle it, a question is asked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bluezone.errors import N_
from bluezone.geography.names import plain_key
from bluezone.rollout.reading import amounts as read
from bluezone.rollout.reading import pairs, titles
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.amounts import Amounts
from bluezone.rollout.reading.cells import Cell, column_name
from bluezone.rollout.reading.certainty import guess_surely
from bluezone.rollout.reading.days import Day, Said, days_in, resolve
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.layout import Block, Column
from bluezone.rollout.reading.results import Saying, saying
from bluezone.rollout.reading.vocabulary import Guess

#: a share of the rows must fit for values to settle what a column is
MOST = Decimal("0.8")
_LONGEST_HEADER = 90
#: the answer that leaves a column or a row out
LEAVE_OUT = "none"
SAID_SO = N_("as you said")
NOBODY_SAID = saying(N_("of whom it counts is not said"))
#: what is counted of a group of people, where one stands beside it
_OF_PEOPLE = {words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.NCOVI, words.HAD, words.REFUSED}
#: more than any country this is used in has people, and less than a telephone number without its first zero
_NO_COUNT = Decimal(200_000_000)
_BARE_DAY = re.compile(r"(?:ngay )?([012]?\d|3[01])")
_MONTH = re.compile(r"th[aá]ng\s*(0?[1-9]|1[0-2])\s*(?:/|-|\.|n[aă]m)\s*(20\d\d)", re.IGNORECASE)
#: a telephone number, an account: more digits than a count has
_TELEPHONE = re.compile(r"(?:[\s.()+-]*\d){9,16}[\s./-]*")


@dataclass(slots=True)
class Role:
    """Hold what a column is taken for: `kind` of `vocabulary`, of whom, on which day, with its numbers and why."""

    column: Column
    guess: Guess
    kind: str
    of: str = ""
    date: dt.date | None = None
    amounts: Amounts = field(default_factory=Amounts)
    why: Saying = field(default_factory=lambda: saying(N_("its header")))
    open: bool = False
    #: taken for installs though nothing in the form speaks of them: to be asked
    unsure: bool = False
    #: a sum or a share that stands on several columns, not a figure of its own
    left_out: Saying | None = None
    #: the title may say that it holds something else than installations: to be asked
    measure: titles.Measure | None = None

    @property
    def letters(self) -> str:
        """Return the column's letters."""
        return column_name(self.column.number)

    @property
    def is_count(self) -> bool:
        return self.kind in words.COUNTS

    @property
    def is_share(self) -> bool:
        return self.kind in words.SHARES


def day_in_month(text: str, months: Sequence[tuple[int, int]]) -> dt.date | None:
    """Return the date of a header such as `Ngày 18` where the titles name one month, `tháng 8/2020`."""
    found = _BARE_DAY.fullmatch(plain_key(text))
    if not found or len(months) != 1:
        return None
    year, month = months[0]
    try:
        return dt.date(year, month, int(found[1]))
    except ValueError:
        return None


def months_in(block: Block) -> list[tuple[int, int]]:
    """Return the months that titles name, as (year, month)."""
    found = (_MONTH.finditer(text) for _, text in block.titles)
    return list(dict.fromkeys((int(each[2]), int(each[1])) for matches in found for each in matches))


def roles_of(
    block: Block,
    lines: Sequence[int],
    mapped: Mapping[str, str],
    years: set[int],
    today: dt.date,
    measure: titles.Measure | None = None,
    measured: str = "",
) -> list[Role]:
    """Return what the columns of a block are by their headers; `mapped` are those an officer mapped, by letters.

    `measure` is what the title says of columns that are headed with days only, `measured` what an officer said of them.
    """
    roles: list[Role] = []
    months = months_in(block)
    for column in block.columns:
        bare = next((day for text in column.path if (day := day_in_month(text, months))), None)
        path = [text for text in column.path if not only_day(text) and not (bare and day_in_month(text, months))]
        found = guess_surely(path) if path or not column.path else Guess(words.TOTAL, sure=False)
        if found.kind == words.DATE and len(path) < len(column.path):
            found = Guess(words.TOTAL, sure=False)  # `Ngày báo cáo` over the days
        day = _date_of(column, years, today, aims=found.kind == words.TARGET) or bare
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
        if role.why.template != SAID_SO and role.kind not in _LABELS:
            roles += _of_two_numbers(role, cells)
    _measured_by_title(block, lines, roles, years, today, measure, measured)
    name_groups(roles)
    _households_of_traders(roles)
    whole_beside_part(roles)
    _people_of_own_words(roles)
    of_whom(roles)
    no_telephones(roles)
    settle_asked(roles)
    return roles


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
    for role in _bare(roles):
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
            role.date = _date_of(role.column, years, today, aims=True) or role.date
        if role.kind == words.UNKNOWN:
            role.left_out = role.why
    for role in roles:
        cells = {line: cell for line in lines if (cell := block.sheet.own(line, role.column.number))}
        if role.kind == words.TARGET and role.why.template != SAID_SO and titles.are_percents(cells):
            _take_as(role, Guess(words.PERCENT_OTHER), cells, role.why)


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


def up_to_day(text: str) -> bool:
    """Return whether a header names a day and no more than that figures are of it: `Đến hết ngày 19/8`."""
    return only_day(text) or (bool(days_in(text)) and only_day(re.sub(_UP_TO, " ", text)))


_UP_TO = re.compile(r"\b(?:tính|tinh|đến|den|hết|het|cuối|cuoi)\b", re.IGNORECASE)


def _take_as(role: Role, found: Guess, cells: Mapping[int, Cell], why: Saying) -> None:
    role.guess, role.kind, role.of, role.why = found, found.kind, found.of, why
    give_numbers(role, cells)


_LABELS = {*words.UNIT_KINDS, words.RANK, words.DATE, words.CODE, words.ORDER, words.NOTE}


def _of_two_numbers(role: Role, cells: Mapping[int, Cell]) -> list[Role]:
    """Read a column of two numbers a cell as its header says, the second of them in a column of its own; leave it out
    where the header does not say."""
    if pairs.hold_shares_beside(cells) and role.is_share:
        role.guess = guess_surely(pairs.without_share(role.column.path) or [""])
        role.kind, role.of = role.guess.kind, role.guess.of
        give_numbers(role, cells)
        return []
    if not pairs.hold_pairs(cells):
        return []
    said = pairs.said_by(role.column.path)
    if said is None:
        role.kind, role.left_out, role.amounts = words.UNKNOWN, pairs.PAIRS_SAID, Amounts()
        return []
    role.guess, whole = said
    other = Role(role.column, whole, whole.kind, whole.of or role.guess.of, role.date)
    role.kind, role.of = role.guess.kind, role.guess.of or whole.of
    role.amounts, other.amounts = pairs.halves(cells)
    return [other]


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


def _households_of_traders(roles: Sequence[Role]) -> None:
    """Take `Số hộ đã cài` for the traders where a column beside it counts those, `Số hộ kinh doanh`."""
    if any(role.kind == words.HEADCOUNT and role.of == "traders" for role in roles):
        for role in roles:
            if role.kind == words.UNKNOWN and words.key_of(role.column.path[-1] if role.column.path else "").startswith(
                ("so ho da cai", "ho da cai", "so ho cai")
            ):
                role.kind, role.of = words.INSTALLS, "traders"


def name_groups(roles: Sequence[Role]) -> None:
    """Say of whom columns count where each of several texts stands over a whole and those of it who installed: of the
    people that text names, as it is written."""
    under: dict[str, list[Role]] = {}
    for role in roles:
        if len(role.column.path) > 1 and role.is_count:
            under.setdefault(role.column.path[-2], []).append(role)
    pairs = {
        text: group
        for text, group in under.items()
        if len(group) > 1
        and sum(role.kind == words.INSTALLS for role in group) == 1
        and any(role.kind in {words.TOTAL, words.HEADCOUNT, words.ASKED} for role in group)
    }
    if len(pairs) < 2 or len({role.date for group in pairs.values() for role in group}) > 1:
        return
    for text, group in pairs.items():
        if any(role.of for role in group) or any(only_day(each) or days_in(each) for each in (text,)):
            continue
        for role in group:
            role.of = text
            role.kind = words.HEADCOUNT if role.kind == words.TOTAL else role.kind


_COUNTED_WHOLE = re.compile(r"(?:tong )?(?:so )?(?:luong |luot )?(?:tong so )?(?P<who>.+)")


def _people_of_own_words(roles: Sequence[Role]) -> None:
    """Take `Số tín đồ` for how many of those there are whom `Tín đồ đã cài` counts."""
    named = {words.key_of(role.of): role.of for role in roles if role.kind == words.INSTALLS and role.of}
    for role in roles:
        found = _COUNTED_WHOLE.fullmatch(words.key_of(role.column.path[-1])) if role.column.path else None
        if found and found["who"] in named and role.kind in {words.UNKNOWN, words.TOTAL} and not role.why.values:
            role.kind, role.of = words.HEADCOUNT, named[found["who"]]
            role.guess = Guess(role.kind, role.of)


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


_FEW = 2


def whole_beside_part(roles: Sequence[Role]) -> None:
    """Take a bare `Tổng` beside `Đã cài` of the same people for how many they are, also under a title that speaks of
    installations."""
    for whole in roles:
        path = whole.column.path
        bare = whole.kind == words.INSTALLS and whole.of and len(path) > 1 and guess(path[-1:]).kind == words.TOTAL
        if not bare:
            continue
        sisters = [
            role
            for role in roles
            if role is not whole
            and role.column.path[:-1] == path[:-1]
            and role.kind == words.INSTALLS
            and guess(role.column.path[-1:]).kind == words.INSTALLS
        ]
        if len(sisters) == 1 and not exceeds(sisters[0], whole):
            whole.kind = words.HEADCOUNT
            whole.why = saying(N_("the whole beside those who installed"))


def exceeds(part: Role, whole: Role) -> bool:
    """Return whether a column is larger than another in a row that both have."""
    return any(line in whole.amounts.by_line and amount.value > whole.amounts.by_line[line].value
               for line, amount in part.amounts.by_line.items())  # fmt: skip


def of_whom(roles: Sequence[Role]) -> None:
    """Say of whom a bare `Đã cài` counts where a column beside it counts staff, pupils or the like: of these.

    It is not taken where several groups stand beside it and not each is followed by its own. Residents are everybody
    where nobody else is counted."""
    if not any(role.of not in {"", words.RESIDENTS} for role in roles):
        for role in roles:
            role.of = ""
        return
    groups = [role for role in roles if role.kind == words.HEADCOUNT and role.of]
    groups = groups or [role for role in roles if role.kind == words.ASKED and role.of]
    bare = _of_nobody_yet(roles, groups)
    if not groups or not bare:
        return
    if len({role.of for role in groups}) == 1:
        for role in bare:
            role.of = groups[0].of
        return
    installs = [role for role in bare if role.kind == words.INSTALLS]
    order = [role for role in roles if role in groups or role in installs]
    alternate = len(order) == 2 * len(groups) and all(
        (role in groups) == (at % 2 == 0) for at, role in enumerate(order)
    )
    for role in bare:
        before = [each for each in groups if each.column.number < role.column.number]
        if alternate and before:
            role.of = before[-1].of
        elif role.kind == words.INSTALLS and not any(each.kind == role.kind and each.of for each in roles):
            role.kind = words.UNKNOWN
            role.left_out = NOBODY_SAID


def _of_nobody_yet(roles: Sequence[Role], groups: Sequence[Role]) -> list[Role]:
    """Return the columns that may count of the groups beside them: none where everybody is counted. The phones of those
    who are counted beside them are no more than they are."""
    bare = [role for role in roles if role.kind in _OF_PEOPLE and not role.of and role.why.template != SAID_SO]
    asked = [group for group in groups if group.kind == words.ASKED]
    if len(groups) == len(asked) == 1:  # of those who were asked some were helped: `Được hỗ trợ cài`
        bare += [role for role in roles if role.kind == words.HELPED and not role.of
                 and role.why.template != SAID_SO and not exceeds(role, asked[0])]  # fmt: skip
    phones = [role for role in roles if role.kind == words.SMARTPHONES]
    if {role.kind for role in roles} & {words.POPULATION, words.HOUSEHOLDS}:
        return []
    if not phones:
        return bare
    theirs = len(groups) == 1 and not any(exceeds(role, groups[0]) for role in phones)
    return bare + [role for role in phones if not role.of] if theirs else []


def is_in_doubt(role: Role) -> bool:
    """Return whether a column has words that are not known, or says only of whom it counts."""
    found = role.guess
    return (
        role.kind == words.UNKNOWN
        and role.left_out is None
        and found.kind == words.UNKNOWN
        and not found.sure
        and bool(found.doubt or found.of)
    )


def only_day(text: str) -> bool:
    """Return whether a header names a day and nothing else: `15/8`, `Ngày 15/8/2020`, `2020-08-15`."""
    if not days_in(text, Said.TITLE):
        return False
    return not re.sub(r"\d|ngay|thang|nam|thu|hai|ba|tu|sau|bai|bay|cn|chu nhat", " ", plain_key(text)).split()


def _date_of(column: Column, years: set[int], today: dt.date, *, aims: bool) -> dt.date | None:
    """Return the day that the texts above a column name for its figures, the lowest first; `aims`: for a target, which
    may lie ahead."""
    for text, cell in reversed(list(zip(column.path, column.cells, strict=True))):
        if cell.date is not None:
            return cell.date
        if len(text) > _LONGEST_HEADER:
            continue
        days = [day for day in days_in(text) if day.said is not Said.OTHER or aims]
        if days and days[-1].said is Said.LOOSE and not only_day(text) and guess([text]).kind not in words.COUNTS:
            continue
        dates = [
            date for day in days[-1:] for date in (_ahead(day, years, today) if aims else resolve(day, years, today))
        ]
        if len(dates) == 1:
            return dates[0]
    return None


def _ahead(day: Day, years: set[int], today: dt.date) -> list[dt.date]:
    """Return the date of a day that a target names: in its own year, else in the one year the file names, or now."""
    date = day.date(next(iter(years)) if len(years) == 1 else today.year)
    return [date] if date else []


def give_numbers(role: Role, cells: Mapping[int, Cell]) -> None:
    """Read a column's cells as what it is taken for."""
    if role.is_share:
        role.amounts = read.read_shares(cells)
    elif role.kind == words.RANK:
        role.amounts = read.read_ranks(cells)
    elif role.is_count or role.kind == words.UNKNOWN:
        role.amounts = read.read_counts(cells)
