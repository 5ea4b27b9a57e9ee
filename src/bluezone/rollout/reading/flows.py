# ruff: noqa: E501 - lists of words
"""Tell a count of all installations from one of those added on a day or in a period, or ask. Pure."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Collection, Sequence

from bluezone.errors import N_
from bluezone.rollout.reading import terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.days import is_range
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.roles import PART_IN_A_PERIOD, SAID_SO, Role, by_day, exceeds
from bluezone.rollout.reading.titles import BY_TITLE
from bluezone.rollout.reading.vocabulary import key_of

_ALL = ("luy ke", "lui ke", "cong don", "den ngay", "den ngai", "tinh den", "den nay", "den nai", "den het", "tong so luot",
        "den thoi diem", "tong luot", "tong so nguoi", "tong so da", "tong so may", "hien co", "toan bo", "den gio",
        "den ngay bao cao", "cap nhat den", "lk", "tu dau chien dich", "tu dau dot")  # fmt: skip
_ADDED = (
    "phat sinh",
    "tang them",
    "cai moi",
    "trong ngay",
    "trong ngai",
    "hom nay",
    "so moi",
    "cai them",
    "24h",
    "24 gio",
    "them moi",
    "moi cai",
    "rieng ngay",
)
NCOVI_ADDED = N_("what was added to NCOVI is no figure")
_SUMMED = ("luy ke", "lui ke", "cong don")
#: `Số người cài từ 14/8 đến nay`, `Sau 14/8`: since that day, or all
_SINCE = re.compile(
    r"\b(?:tu|sau)(?: ngay| ngai)? \d{1,2} (?:slash|thang) \d|\bcai trong thang \d|\bcai(?: dat)? thang \d"
)
#: beside `Lũy kế`: how many were added up, or all there are
_MORE = re.compile(r"\b(?:tang|moi|them|phat sinh|bo sung)\b")
#: beside `đến nay`: since some day that is not said, or all
_NEW = re.compile(r"\b(?:moi(?! nhat)|tang|them|phat sinh|bo sung)\b")
#: which a title says of what was done in a period, though it names the day of its end too
_WITHIN = ("trong ngay", "trong tuan", "trong ki", "trong ky", "trong thang")
#: with the days of its beginning and end
_WITHIN_DAYS = re.compile(r"\btrong (?:tuan|ki|ky|dot|thang)\b")
#: `Đến 19/8`
_UP_TO = re.compile(r"\bden (?:het )?\d")
#: `các ngày 19, 20, 21/8`, and in a header `19, 20/8` too; `khối 9, ngày 20/8` lists no days
_NAMED_DAYS = re.compile(
    r"\bng[àa]y\s*\d{1,2}(?:/\d{1,2})?\s*(?:,|và|va|&|\+)\s*(?:ng[àa]y\s*)?\d{1,2}(?:\s*/\s*\d{1,2}|\s*,)",
    re.IGNORECASE,
)
_LISTED_DAYS = re.compile(
    rf"{_NAMED_DAYS.pattern}|(?<![\d/])\d{{1,2}}(?:/\d{{1,2}})?\s*(?:,|và|va|&|\+)\s*\d{{1,2}}\s*/\s*\d{{1,2}}",
    re.IGNORECASE,
)
#: a title of one event, whose numbers may be those of its day: `Ngày hội cài Bluezone`
_EVENT = re.compile(
    r"\bngay (?:hoi|ra quan|cao diem|thu bai|chu nhat)\b|\bbuoi (?:sang|chieu|toi)\b|\ble (?:ra quan|phat dong)\b"
)
#: words that may speak of either
_PERIOD = (
    "tung ngay",
    "hang ngay",
    "hang ngai",
    "moi ngay",
    "mooi ngay",
    "mooi ngai",
    "trong tuan",
    "trong ki",
    "trong dot",
    "ra quan",
    "tuan",
    "hang tuan",
    "trong thang",
    "theo ngay",
    "theo ngai",
    "dot",
)


#: `24h ngày 20/8` is midnight, `24h qua` a period
_TIME_OF_DAY = re.compile(r"\b24\s*(?:h|g|giờ|gio)\s*(?:00)?\s*(?:phút)?\s*,?\s*(?=ng[aà]y\b|\d{1,2}/)", re.IGNORECASE)


def open_flows(block: Block, roles: Sequence[Role], headings: Sequence[str] = ()) -> list[Role]:
    """Return the columns of installations of which neither headers nor titles, nor headings between the rows, say
    whether they count all or those added; settle the others."""
    title = " ".join([*(text for _, text in block.titles), *headings])
    _days_that_are_summed(roles)
    counts = [role for role in roles if role.amounts.by_line and (role.kind in {words.INSTALLS, words.TOTAL}
              or (role.kind == words.NCOVI and role.why.template == BY_TITLE))]  # fmt: skip
    dates = {role.date for role in counts if role.date is not None}
    added = any(other.kind == words.INCREASE or other.why.template == PART_IN_A_PERIOD for other in roles)
    found = []
    for role in counts:
        if (role.kind != words.INSTALLS and role.date is None) or role.why.template == SAID_SO:
            continue
        if _is_part_of_all(role, roles):
            continue
        wide = len(dates) > 1 and role.date in dates
        written = role.column.header
        verdict = _verdict(_key(written), title, written, wide=wide, added=added, unsure=role.unsure)
        verdict = "added" if _is_within_days(written) else verdict
        if verdict == "added":
            take_added(role)
        elif verdict == "open" and not (wide and _of_the_people(role, counts, roles)):
            found.append(role)
    return found


def _is_part_of_all(role: Role, roles: Sequence[Role]) -> bool:
    """Return whether a count stands beside how many of the same people there are, under one header: `Cán bộ, nhân viên`
    over `Tổng số | Đã cài`. It counts those of them who have it, not who were added."""
    over = [key_of(text) for text in role.column.path[:-1]]
    wholes = [other for other in roles if other.kind == words.HEADCOUNT and other.of == role.of
              and [key_of(text) for text in other.column.path[:-1]] == over]  # fmt: skip
    return bool(over) and bool(role.of) and any(not exceeds(role, whole) for whole in wholes)


def _is_within_days(written: str) -> bool:
    """Return whether headers say that a column counts what was done from one day to another: `Khách hàng trong tuần
    (17-21/8)` above it."""
    key = _key(written)
    return is_range(written) and bool(_WITHIN_DAYS.search(key)) and not _says(key, (*_SUMMED, *_ALL))


def _of_the_people(role: Role, counts: Sequence[Role], roles: Sequence[Role]) -> bool:
    """Return whether a column headed with a day stands beside its share of all people, on each of several days, and no
    row falls from one to the next: what was added on a day is given no such share."""
    dated = sorted((each for each in counts if each.date and each.of == role.of), key=lambda each: each.date or _NEVER)
    shares = {each.date for each in roles if each.kind in {words.PERCENT_POPULATION, words.PERCENT_SMARTPHONES}}
    days = [each.date for each in dated]
    falling = any(
        line in before.amounts.by_line and amount.value < before.amounts.by_line[line].value
        for before, after in itertools.pairwise(dated)
        for line, amount in after.amounts.by_line.items()
    )
    plain = not is_range(role.column.header) and not _says(_key(role.column.header), (*_PERIOD, *_ADDED))
    return plain and len(set(days)) == len(days) > 1 and set(days) <= shares and not falling


_NEVER = dt.date.min
DAYS_SUMMED = N_("the sum of the days beside it, not of all days")


def _days_that_are_summed(roles: Sequence[Role]) -> None:
    """Take columns of single days for what was added on them where another sums them: `17/8 | 18/8 | Cộng`; the sum is
    one of these days only, unless it says that it is of all."""
    days = [role for role in roles if role.date and role.kind in {words.INSTALLS, words.TOTAL} and role.amounts.by_line]
    if len({role.date for role in days}) < _FEWEST_DAYS or len({role.of for role in days}) > 1:
        return
    for whole in [role for role in roles if role.date is None and role.kind in {words.INSTALLS, words.TOTAL}]:
        lines = [line for line in whole.amounts.by_line if all(line in day.amounts.by_line for day in days)]
        sums = [sum(day.amounts.by_line[line].value for day in days) == whole.amounts.by_line[line].value
                for line in lines]  # fmt: skip
        if len(sums) > 1 and all(sums):
            for day in days:
                day.kind = words.INCREASE
            if not _says(_key(whole.column.header), _ALL):
                whole.kind, whole.left_out = words.UNKNOWN, saying(DAYS_SUMMED)
            return


_FEWEST_DAYS = 2


#: who was there, stayed away, came and went
_ATTENDANCE = re.compile(
    r"\b(?:co mat|hien dien|vang|nghi|di lam|thai san|om|phep|tang ca|thoi viec|nghi viec|chuyen (?:den|di)|bo hoc|"
    r"tuyen moi|giam)\b"
)


def leave_workforce_out(roles: Sequence[Role]) -> None:
    """Leave out `Tăng trong tháng` beside `Có mặt` or `Nghỉ thai sản`: by how many people a unit grew."""
    for before, role, after in zip([None, *roles], roles, [*roles[1:], None], strict=False):
        if role.kind != words.INCREASE or role.why.template == SAID_SO or role.of not in {"", "staff", "pupils"}:
            continue
        beside = [each for each in (before, after) if each is not None and each.kind == words.UNKNOWN]
        named = any(words.has(key_of(text), *terms.INSTALL) for text in role.column.path)
        if not named and any(_ATTENDANCE.search(_key(each.column.header)) for each in beside):
            role.kind, role.guess = words.UNKNOWN, words.Guess(words.UNKNOWN)


GAIN_OF_MORE = N_("another column gives what was added on the day itself")
GAIN_SINCE_BEFORE = N_("another column gives what was added since a later day")
OF_A_PERIOD = N_("another column gives those of all days")
_OF_THE_DAY = re.compile(
    r"\b(?:hom (?:truoc|qua|kia|nay|nai)|(?:ngay|ngai) (?:truoc|qua|lien truoc)|trong (?:ngay|ngai)|24 ?(?:h|gio)|hang (?:ngay|ngai))\b"
)
_OF_MORE = re.compile(r"\b(?:tuan|thang|dot|ki|ky|quy|dau chien dich|khi phat dong|lan truoc)\b")
#: `Tăng so với ngày 13/8/2020`, `Tăng từ 13/8`
_SINCE_DAY = re.compile(
    r"\b(?:so voi|tu|sau)(?: ngay| ngai)? (?P<day>\d{1,2}) slash (?P<month>\d{1,2})(?: slash (?P<year>\d{4}))?\b"
)


def take_gain_of_the_day(roles: Sequence[Role]) -> None:
    """Leave out what was added in a week or month, or since a day that a header names, where another column gives what
    was added on the day, or since a later one: a unit has one such figure a day."""
    found: dict[tuple[dt.date | None, str], list[Role]] = {}
    for role in roles:
        if role.kind == words.INCREASE and role.amounts.by_line and role.why.template != SAID_SO:
            found.setdefault((role.date, role.of), []).append(role)
    for group in found.values():
        keys = {role.column.number: _key(role.column.header) for role in group}
        since = {number: _day_since(key) for number, key in keys.items()}
        of_more = [role for role in group if _OF_MORE.search(keys[role.column.number]) or since[role.column.number]]
        of_the_day = [role for role in group if _OF_THE_DAY.search(keys[role.column.number]) and role not in of_more]
        if len(of_the_day) == 1 and len(of_more) + 1 == len(group):
            _leave_gains_out(of_more, GAIN_OF_MORE)
        elif len(set(since.values())) == len(group) and all(since.values()) and _in_order(since.values()):
            _leave_gains_out(sorted(group, key=lambda role: since[role.column.number])[:-1], GAIN_SINCE_BEFORE)


def _day_since(key: str) -> tuple[int, ...]:
    """Return the day since when a header says that something was added, as year (0 where it names none), month, day;
    nothing where it names no day."""
    found = _SINCE_DAY.search(key)
    return (int(found["year"] or 0), int(found["month"]), int(found["day"])) if found else ()


def _in_order(days: Collection[tuple[int, ...]]) -> bool:
    """Return whether it can be told which of some days is the last: all name their year, or none does."""
    return len({bool(day[0]) for day in days}) == 1


def _leave_gains_out(roles: Sequence[Role], why: str) -> None:
    for role in roles:
        role.kind, role.left_out = words.UNKNOWN, saying(why)


#: of whom other people come each day
_COMERS = frozenset(["guests", "patients"])


def take_added(role: Role, roles: Sequence[Role] = ()) -> None:
    """Take a column for what was added, or for those who came with the app where another of `roles` counts those who
    installed it there: `Khách đã cài` beside `Cài mới`. What NCOVI gained is no figure."""
    beside = [each.kind for each in roles if each is not role and each.of == role.of and each.amounts.by_line]
    if role.of in _COMERS and words.INCREASE in beside and words.HAD not in beside:
        role.kind = words.HAD
    elif role.kind == words.NCOVI:
        role.kind, role.left_out = words.UNKNOWN, saying(NCOVI_ADDED)
    else:
        role.kind = words.INCREASE


#: where those who come were when they installed it, which is when it was added
_AT_THE_DOOR = re.compile(r"\b(?:cai|cai dat|tai)(?: \w+){0,2} tai (?:qua[iy]|le tan|ben|ga|cong|cua|chot)\b")


def take_added_at_the_door(roles: Sequence[Role]) -> None:
    """Take those who come and installed it where they were for added, not for all: `Cài tại quầy lễ tân`."""
    for role in roles:
        of_comers = role.kind == words.INSTALLS and role.of in _COMERS and role.why.template != SAID_SO
        if of_comers and role.column.path and _AT_THE_DOOR.search(key_of(role.column.path[-1])):
            role.kind, role.guess = words.INCREASE, words.Guess(words.INCREASE, role.of)


#: beside which those who had it already are a part of all
_AT_A_ROUND = {words.ASKED, words.ASKED_NCOVI, words.HELPED, words.INCREASE, words.REFUSED, words.INSTALLS}


def take_had_alone(roles: Sequence[Role]) -> None:
    """Take `Đã có app` for all who have it where nothing says that people were asked: `Quân số | Đã có app`."""
    if any(role.kind in _AT_A_ROUND and role.amounts.by_line for role in roles):
        return
    for role in roles:
        if role.kind == words.HAD and not words.has(key_of(role.column.path[-1]), *terms.BEFORE_ASKED):
            role.kind, role.guess = words.INSTALLS, words.Guess(words.INSTALLS, role.of)


def _verdict(header: str, title: str, written: str, *, wide: bool, added: bool, unsure: bool) -> str:
    """Return whether a count is of `all`, of those `added`, or `open`; `added`: another column counts those."""
    above = _key(title)
    added_in_days = bool(terms.OF_DAYS.search(f"{above} ") or _NAMED_DAYS.search(title) or _EVENT.search(above))
    new_up_to_today = _says(header, ("den nay", "den nai")) and _NEW.search(header) and not _says(header, _SUMMED)
    if new_up_to_today or (terms.TOTAL_TODAY.search(header) and not added):
        return "open"
    if (_SINCE.search(header) and not _says(header, _SUMMED)) or (_says(header, _SUMMED) and _MORE.search(header)):
        return "open"
    if (is_range(written) or _LISTED_DAYS.search(written)) and not _says(header, _SUMMED):
        return "open"  # `Số người cài từ ngày 14/8 đến ngày 20/8`, `19, 20, 21/8`
    if (
        _says(header, _ALL)
        or terms.TOTAL_TODAY.search(header)
        or (_UP_TO.search(header) and not _says(header, _PERIOD))
    ):
        return "all"
    if unsure:
        return "all" if _says(above, _ALL) or _UP_TO.search(above) else "open"
    if _says(header, _ADDED):
        return "added"
    if _says(header, _PERIOD):
        return "all" if _says(above, _SUMMED) and not _says(above, _ADDED) else "open"
    of_a_period = (is_range(title) or _says(above, _WITHIN)) and not _says(above, _SUMMED)
    of_a_period = of_a_period or (added_in_days and not _says(above, _SUMMED))
    if _says(above, (*_ADDED, *_PERIOD)) or of_a_period:
        says_all, says_added = _says(above, _ALL), _says(above, _ADDED)
        if wide and says_added and not says_all and not of_a_period:
            return "added"
        return "all" if added or (says_all and not says_added and not of_a_period) else "open"
    return "open" if wide and not added and not _says(above, _ALL) else "all"


def says_all(header: str) -> bool:
    """Return whether a header says that its column counts all up to a day: `Lũy kế`, `Đã cài đến 23/8`."""
    key = _key(header)
    return _says(key, _ALL) or bool(_UP_TO.search(key))


def is_of_no_period(text: str) -> bool:
    """Return whether a text says nothing of a period, nor that anything was added."""
    key = _key(text)
    within = is_range(text) or _SINCE.search(key) or _LISTED_DAYS.search(text) or terms.OF_DAYS.search(f"{key} ")
    return not within and not _says(key, (*_PERIOD, *_ADDED, *_WITHIN))


def says_no_period(role: Role) -> bool:
    """Return whether the header of a count says nothing of a period."""
    return not role.unsure and is_of_no_period(role.column.header)


def falls(roles: Sequence[Role]) -> bool:
    """Return whether counts of several days fall from one to the next in a tenth of the rows or more: totals do not."""
    dated = by_day(role for role in roles if role.kind == words.INSTALLS and not role.of)
    if len({role.date for role in dated}) < 2:
        return False
    pairs = fallen = 0
    for before, after in itertools.pairwise(dated):
        if before.date == after.date:
            continue
        for line, amount in after.amounts.by_line.items():
            if line in before.amounts.by_line:
                pairs += 1
                fallen += amount.value < before.amounts.by_line[line].value
    return pairs > 0 and fallen * 10 >= pairs and fallen > 1


def _key(text: str) -> str:
    """Return a text as it is compared, with a comma between its clauses: `ngân hàng (ngày 20/8)` has no `hằng ngày`."""
    text = _TIME_OF_DAY.sub(" ", text)
    return " , ".join(filter(None, map(key_of, re.split(r"[(),;:\n]| [-–] ", text))))


def _says(key: str, wanted: Sequence[str]) -> bool:
    padded = f" {key} "
    return any(f" {word} " in padded for word in wanted)
