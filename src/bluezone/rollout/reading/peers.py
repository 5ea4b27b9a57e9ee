"""Say of whom columns count, and which is the whole, by the columns beside them. Pure.

`Đã cài` beside `Số học sinh` counts pupils; `Tổng` beside it under one text, how many these are.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.reading import column_before, flows, people_apart, plain_words, terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.certainty import people_named
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.people import without_doing
from bluezone.rollout.reading.people_apart import IN_BRACKETS, OF_PEOPLE
from bluezone.rollout.reading.people_pairs import name_strength, pair_people
from bluezone.rollout.reading.ranks import is_rank_alone
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.roles import NOBODY_SAID, SAID_SO, Role, exceeds
from bluezone.rollout.reading.strangers import named_in, names_surely
from bluezone.rollout.reading.vocabulary import Guess


def settle_people(roles: Sequence[Role]) -> None:
    """Say of whom each column counts that does not say so itself."""
    _relatives_beside_patients(roles)
    people_apart.name_groups(roles)
    people_apart.name_alike(roles)
    _spell_out(roles)
    _today_beside_yesterday(roles)
    _households_of_traders(roles)
    whole_beside_part(roles)
    _people_of_own_words(roles)
    _strangers_counted(roles)
    column_before.take_part(roles)
    column_before.take_part_in_a_period(roles)
    pair_people(roles)
    name_strength(roles)
    people_apart.doubt_bare_people(roles)
    _gone_beside_present(roles)
    share_kind_of_whole(roles)
    column_before.take_posts_for_staff(roles)
    of_whom(roles)
    flows.take_added_at_the_door(roles)
    flows.take_had_alone(roles)


_RELATIVES = re.compile(
    r"(?:(?:tong|so|luong|luot|cac) )*(?:nguoi nha|nguoi than|than nhan|gia dinh|nguoi nuoi|nguoi cham|nguoi di cung)\b"
)


def _relatives_beside_patients(roles: Sequence[Role]) -> None:
    """Take `Người nhà bệnh nhân`, who are counted with the patients of a hospital, for families where the patients
    have columns of their own."""
    patients = [role for role in roles if role.of == "patients"]
    relatives = [role for role in patients if any(_RELATIVES.match(words.key_of(text)) for text in role.column.path)]
    for role in relatives if len(relatives) < len(patients) else ():
        role.of = "families"
        role.guess = replace(role.guess, of="families")


_IN_SHORT = re.compile(r"[A-ZĐ]{2,5}")


def _spell_out(roles: Sequence[Role]) -> None:
    """Take initials for the people they may stand for: those of another column, `ĐV` beside `Tổng số đoàn viên`, else
    the only ones of the lists that are written so."""
    named = {role.of for role in roles if role.of in terms.GROUPS}
    for role in [role for role in roles if _IN_SHORT.fullmatch(role.of)]:
        short = words.key_of(role.of)
        groups = {group for group, phrases in terms.GROUPS.items()
                  for phrase in phrases if "".join(word[0] for word in phrase.split()) == short}  # fmt: skip
        found = groups & named or groups
        if len(found) == 1:
            role.of = found.pop()
            role.guess = Guess(role.guess.kind, role.of, role.guess.sure)


_TODAY = re.compile(r"\b(?:(?:ngay|ngai) )?hom n(?:ay|ai)\b|\b(?:ngay|ngai) n(?:ay|ai)\b|^trong (?:ngay|ngai)$")
_YESTERDAY = re.compile(r"\b(?:(?:ngay|ngai) )?hom (?:qua|truoc)\b|\b(?:ngay|ngai) truoc\b")
#: which make of a day's number what was added on it
_GAINED = re.compile(r"\b(?:moi|tang|them|phat sinh|giam|chenh lech|so voi|24h|bo sung)\b")


def _today_beside_yesterday(roles: Sequence[Role]) -> None:
    """Take `Hôm nay` and `Hôm qua`, whose headers differ in the day alone, for the same number of two days, not for
    what was added on one and nothing on the other."""
    keys = {role.column.number: words.key_of(IN_BRACKETS.sub(" ", " ".join(role.column.path))) for role in roles}
    of_today = [role for role in roles if role.why.template != SAID_SO and _TODAY.search(keys[role.column.number])]
    of_yesterday = [role for role in roles if _YESTERDAY.search(keys[role.column.number])]
    for today, before in itertools.product(of_today, of_yesterday):
        stem = _bare_of(_TODAY, keys[today.column.number])
        alike = stem == _bare_of(_YESTERDAY, keys[before.column.number]) and not _GAINED.search(stem)
        if not alike or not today.amounts.by_line:
            continue
        own = guess([stem]) if stem else Guess(words.TOTAL, sure=False)
        if own.kind not in {words.INSTALLS, words.TOTAL}:
            continue
        for role in (today, before):
            role.kind, role.unsure, role.guess = own.kind, True, Guess(own.kind, own.of, sure=False)
            role.of, role.left_out = own.of, None
        before.days_before = 1


def _bare_of(day: re.Pattern[str], key: str) -> str:
    return " ".join(day.sub(" ", key).split())


def _households_of_traders(roles: Sequence[Role]) -> None:
    """Take `Số hộ đã cài` for the traders where a column beside it counts those, `Số hộ kinh doanh`; where one counts
    `Tiểu thương` themselves, the households of traders are another number."""
    wholes = [role for role in roles if role.kind == words.HEADCOUNT and role.of == "traders"]
    persons = [role for role in roles if role.of and _named_in(role, *_TRADERS)
               and not _named_in(role, *_STALLS)]  # fmt: skip
    if persons:
        counted = any(role.kind == words.HEADCOUNT for role in persons)
        for role in wholes:
            if _named_in(role, *_STALLS) and (counted or not _named_in(role, "ho tieu thuong")):
                role.kind, role.of, role.guess = words.UNKNOWN, "", Guess(words.UNKNOWN, named=True)
        return
    if wholes:
        for role in roles:
            if role.kind == words.UNKNOWN and words.key_of(role.column.path[-1] if role.column.path else "").startswith(
                ("so ho da cai", "ho da cai", "so ho cai")
            ):
                role.kind, role.of = words.INSTALLS, "traders"


_STALLS = ("ho kinh doanh", "ho kd", "ho tieu thuong")
_TRADERS = ("tieu thuong", "thuong nhan", "nguoi ban hang", "nguoi basn hang", "chu sap", "chu quay")


def _named_in(role: Role, *phrases: str) -> bool:
    return any(words.has(words.key_of(text), *phrases) for text in role.column.path)


_COUNTED_WHOLE = re.compile(r"(?:tong )?(?:so )?(?:luong |luot )?(?:tong so )?(?P<who>.+)")


def _people_of_own_words(roles: Sequence[Role]) -> None:
    """Take `Số tín đồ` for how many of those there are whom `Tín đồ đã cài` counts, `Cán bộ phục vụ` beside `Cán bộ
    phục vụ đã cài`."""
    doing = OF_PEOPLE | {words.ASKED, words.HELPED}
    counted = [role for role in roles if role.kind in doing and role.of and role.column.path]
    named = {words.key_of(role.of): role.of for role in counted}
    named |= {words.key_of(people_named(role.column.path)): role.of for role in counted
              if plain_words.WHO_INSTALLED.match(role.column.path[-1])}  # fmt: skip
    _wholes_of_own_words(roles, counted, named)
    for role in roles:
        found = _COUNTED_WHOLE.fullmatch(words.key_of(role.column.path[-1])) if role.column.path else None
        if found and found["who"] in named and role.kind in {words.UNKNOWN, words.TOTAL} and not role.why.values:
            role.kind, role.of = words.HEADCOUNT, named[found["who"]]
            role.guess = Guess(role.kind, role.of)


def _wholes_of_own_words(roles: Sequence[Role], counted: Sequence[Role], named: Mapping[str, str]) -> None:
    """Say that `Công dân đã cài` are those of `Công dân đang cách ly`, who are in quarantine; where several wholes are
    of such people, `F1 đang cách ly | F1 đã cài | F2 đang cách ly | F2 đã cài`, each keeps its own words."""
    wholes = {words.key_of(without_doing(role.column.path[-1])): role for role in roles
              if role.kind == words.HEADCOUNT and role.column.path and role.of in terms.GROUPS}  # fmt: skip
    wholes = {who: role for who, role in wholes.items() if who in named and role.of != named[who]}
    groups = [role.of for role in wholes.values()]
    for who, whole in wholes.items():
        if groups.count(whole.of) > 1:
            whole.of, whole.guess = named[who], replace(whole.guess, of=named[who])
            continue
        for role in counted:
            if role.of == named[who] and not exceeds(role, whole):
                role.of, role.guess = whole.of, replace(role.guess, of=whole.of)


def _strangers_counted(roles: Sequence[Role]) -> None:
    """Take a column that only names people of whom no list knows, `Số người đến khám`, for how many these are; those
    beside it that name nobody may be of them."""
    for role in roles:
        found = role.guess
        open_ = role.kind == words.UNKNOWN and role.left_out is None and not (found.doubt or found.of or found.named)
        if not open_ or len(role.column.path) != 1 or not role.amounts.by_line or role.amounts.bad:
            continue
        who, key = named_in(role.column.path[0]), words.key_of(role.column.path[0])
        if who and names_surely(who) and _COUNTED_WHOLE.sub(r"\g<who>", key) == words.key_of(who):
            role.kind, role.of, role.guess = words.HEADCOUNT, who, Guess(words.HEADCOUNT, who)


_GONE = re.compile(
    r"\b(?:hoan thanh|het|ket thuc|cham dut|xong)(?: (?:viec|thoi gian|thoi han|han|dot))? "
    r"(?:cach li|dieu tri|luu tru)\b|"
    r"\b(?:xuat vien|ra vien|khoi benh|tra phong|roi (?:khoi|di)|da (?:duoc )?(?:ve|roi|di khoi))\b"
)


def _gone_beside_present(roles: Sequence[Role]) -> None:
    """Leave out those who have left beside those who are there: `Đã hoàn thành cách ly` beside `Số đang cách ly`."""
    counted = [role for role in roles if role.kind == words.HEADCOUNT and role.of and role.column.path]
    gone = [role for role in counted if _GONE.search(words.key_of(role.column.path[-1]))]
    for role in gone:
        if any(each.of == role.of and each.date == role.date for each in counted if each not in gone):
            role.kind, role.guess = words.UNKNOWN, Guess(words.UNKNOWN)


_PRESENT = {"hien co", "co mat", "dinh bien", "bien che", "hien dien", "bien che giao", "co"}


def take_present_for_whole(roles: Sequence[Role]) -> None:
    """Take `Hiện có` beside `Đã cài` below the same people for how many they are, not for how many have the app."""
    for role in roles:
        path = role.column.path
        if len(path) < 2 or words.key_of(path[-1]) not in _PRESENT or not role.of or role.why.template == SAID_SO:
            continue
        beside = [
            each
            for each in roles
            if each is not role
            and each.kind == words.INSTALLS
            and each.column.path[:-1] == path[:-1]
            and words.has(words.key_of(each.column.path[-1]), "cai", "cai dat")
        ]
        if beside and not any(exceeds(each, role) for each in beside):
            role.kind, role.guess = words.HEADCOUNT, Guess(words.HEADCOUNT, role.of)


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


def share_kind_of_whole(roles: Sequence[Role]) -> None:
    """Take columns that name people only, `CB, CCVC | Người dân | Tổng`, for installs of these where another that sums
    them in every row is all installs, and no other column counts those."""
    wholes = [role for role in roles if role.kind == words.INSTALLS and role.amounts.by_line]
    for whole in wholes if len(wholes) == 1 and not wholes[0].of else ():
        parts = [role for role in roles if role.kind in {words.HEADCOUNT, words.UNKNOWN} and role.date == whole.date
                 and role.left_out is None and role.amounts.by_line]  # fmt: skip
        for first in range(len(parts) - 1):
            if _adds_up(parts[first:], whole):
                for part in parts[first:]:
                    part.left_out = saying(N_("a part of column {whole}"), whole=whole.letters)
                    part.kind = words.INSTALLS if part.of else words.UNKNOWN
                return


MIXED_SUM = N_("a sum of different people")


def mixed_sums(roles: Sequence[Role]) -> list[Role]:
    """Return the columns that name nobody and sum those of different people beside them: `Tổng cộng đã cài` beside
    those of officials and of their families is no figure of officials."""
    found = []
    for whole in roles:
        if whole.kind not in OF_PEOPLE | {words.TOTAL} or whole.of or whole.why.template == SAID_SO:
            continue
        parts = [role for role in roles
                 if role is not whole and role.kind in OF_PEOPLE and role.date == whole.date]  # fmt: skip
        parts = [role for role in parts if role.kind == whole.kind or whole.kind == words.TOTAL]
        if len({role.of for role in parts}) > 1 and (_is_named_a_sum(whole) or _adds_up(parts, whole)):
            found.append(whole)
    return found


def leave_mixed_sum_out(role: Role) -> None:
    """Leave out a sum of different people, one of whom it would be taken for."""
    role.guess = Guess(words.UNKNOWN)
    role.leave_out(saying(MIXED_SUM))


def _is_named_a_sum(role: Role) -> bool:
    return words.has(
        words.key_of(role.column.path[-1] if role.column.path else ""), "tong cong", "cong", "ca hai", "chung"
    )


def _adds_up(parts: Sequence[Role], whole: Role) -> bool:
    sums = [
        sum((part.amounts.by_line[line].value for part in parts), Decimal(0)) == amount.value
        for line, amount in whole.amounts.by_line.items()
        if all(line in part.amounts.by_line for part in parts)
    ]
    return len(sums) > 1 and all(sums)


def of_whom(roles: Sequence[Role]) -> None:
    """Say of whom a bare `Đã cài` counts where a column beside it counts staff, pupils or the like: of these.

    It is not taken where several groups stand beside it and not each is followed by its own. Residents are everybody
    where nobody else is counted."""
    if not any(role.of not in {"", words.RESIDENTS} for role in roles):
        for role in roles:
            role.of = ""
        return
    groups = [role for role in roles if role.kind == words.HEADCOUNT and role.of]
    if not groups and not any(_counts_all_of_nobody(role) for role in roles):
        groups = [role for role in roles if role.kind == words.ASKED and role.of]
    bare = _of_nobody_yet(roles, groups)
    if not groups or not bare:
        return
    if len({role.of for role in groups}) == 1:
        _of_one_group(bare, groups[0], mixed_sums(roles))
        return
    installs = [role for role in bare if role.kind == words.INSTALLS]
    order = [role for role in roles if role in groups or role in installs]
    alternate = len(order) == 2 * len(groups) and all(
        (role in groups) == (at % 2 == 0) for at, role in enumerate(order)
    )
    before = {role.column.number: [each for each in groups if each.column.number < role.column.number] for role in bare}
    theirs = {at: found[-1].of for role in bare if (found := before[at := role.column.number])
              and (alternate or _goes_on(found[-1], role, groups, roles))}  # fmt: skip
    for role in bare:
        if role.column.number in theirs:
            role.of = theirs[role.column.number]
        elif role.kind == words.INSTALLS and not any(each.kind == role.kind and each.of for each in roles):
            role.kind = words.UNKNOWN
            role.left_out = NOBODY_SAID


def _goes_on(group: Role, part: Role, groups: Sequence[Role], roles: Sequence[Role]) -> bool:
    """Return whether a column that names nobody counts of the people right before it: nothing of others lies between,
    and the others beside them have columns of their own, `Số người đang cách ly | Đã cài | Cán bộ phục vụ` over `Tổng
    số | Đã cài`."""
    between = [role for role in roles if group.column.number < role.column.number < part.column.number]
    done = {role.of for role in roles if role.of and role.kind in OF_PEOPLE}
    others = {each.of for each in groups} - {group.of}
    apart = any(role.of not in {"", group.of} for role in between)
    return not apart and group.of not in done and others <= done and not _mostly_exceeds(part, group)


def _counts_all_of_nobody(role: Role) -> bool:
    """Return whether a column says how many people there are, and not of whom: `Tổng số` before `Đã cài`."""
    return role.kind in {words.HEADCOUNT, words.TOTAL} and not role.of and bool(role.amounts.by_line)


def _of_one_group(bare: Sequence[Role], group: Role, sums: Sequence[Role]) -> None:
    """Take columns that name nobody for those of the one group beside them; leave sums of different people out."""
    for role in bare:
        if role in sums:
            leave_mixed_sum_out(role)
        elif not _mostly_exceeds(role, group):
            role.of = group.of


def _mostly_exceeds(part: Role, whole: Role) -> bool:
    """Return whether a column is far larger than another in more than half of the rows, so that it counts others: `Cài
    Bluezone` beside `Đang cách ly`. A little more than all is a slip of the pen."""
    both = part.amounts.by_line.keys() & whole.amounts.by_line.keys()
    above = sum(part.amounts.by_line[line].value > _TIMES * whole.amounts.by_line[line].value for line in both)
    return above * 2 > len(both)


_TIMES = 2


def _of_nobody_yet(roles: Sequence[Role], groups: Sequence[Role]) -> list[Role]:
    """Return the columns that may count of the groups beside them: none where everybody is counted. The phones of those
    who are counted beside them are no more than they are."""
    bare = [role for role in roles if role.kind in OF_PEOPLE and not role.of and role.why.template != SAID_SO]
    asked = [group for group in groups if group.kind == words.ASKED]
    if len(groups) == len(asked) == 1:  # of those who were asked some were helped: `Được hỗ trợ cài`
        bare += [role for role in roles if role.kind == words.HELPED and not role.of
                 and role.why.template != SAID_SO and not exceeds(role, asked[0])]  # fmt: skip
    phones = [role for role in roles if role.kind == words.SMARTPHONES]
    if {role.kind for role in roles} & {words.POPULATION, words.HOUSEHOLDS}:
        return []
    if not phones:
        return bare
    if len(groups) > 1:
        return bare + [role for role in phones if not role.of]
    theirs = len(groups) == 1 and not any(exceeds(role, groups[0]) for role in phones)
    return bare + [role for role in phones if not role.of] if theirs else []


def leave_ranks_by_out(group: Sequence[Role]) -> None:
    """Leave ranks by a measure out beside the one column that is the rank as such: `Hạng | Hạng theo smartphone`."""
    bare = [role for role in group if role.kind == words.RANK and is_rank_alone(role.column.header)]
    for role in group if len(bare) == 1 else ():
        if role is not bare[0] and role.kind == words.RANK:
            role.leave_out(saying(N_("column {column} is the rank, this one that by another measure"),
                                  column=bare[0].letters))  # fmt: skip
