"""Settle what the columns of a block hold by their values and what an officer answered; each step may ask. Pure."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.reading import amounts as read
from bluezone.rollout.reading import (
    flows,
    questions,
    remarks,
    states,
    terms,
    titles,
)
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.certainty import people_named
from bluezone.rollout.reading.context import TAKEN
from bluezone.rollout.reading.dating import stem
from bluezone.rollout.reading.days import Said, days_in
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.header_days import only_day
from bluezone.rollout.reading.meanings import meaning_of
from bluezone.rollout.reading.peers import leave_ranks_by_out
from bluezone.rollout.reading.people import without_people
from bluezone.rollout.reading.period_questions import flow_answered, round_answered
from bluezone.rollout.reading.pledges import OF_PROMISES
from bluezone.rollout.reading.results import Question, saying
from bluezone.rollout.reading.roles import (
    ANOTHER_TAKEN,
    BY_HEADER,
    SAID_SO,
    Role,
    counts_families,
    is_in_doubt,
    is_of_things,
)
from bluezone.rollout.reading.rows import Sort
from bluezone.rollout.reading.titles import BY_TITLE
from bluezone.rollout.reading.vocabulary import Guess
from bluezone.rollout.reading.whom import OF_WHOM

_ABOUT = re.compile(r"bluezone|blue zone|cài đặt|cai dat", re.IGNORECASE)


def about_installs(draft: Draft, file_name: str) -> bool:
    """Return whether a form speaks of installations at all."""
    texts = [text for _, text in draft.block.titles] + [draft.block.sheet.name, stem(file_name)]
    texts += [column.header for column in draft.block.columns]
    return draft.apps.bluezone or any(_ABOUT.search(text) for text in texts)


def ask_measure(draft: Draft, drafts: Sequence[Draft]) -> Question | None:
    """Ask what columns count that are headed with days only, where a title speaks of something else than
    installations."""
    for role in draft.roles:
        if role.measure is not None and role.amounts.by_line:
            others = {each.measure.title for other in drafts for each in other.roles if each.measure is not None}
            key = "measure" if len(others) == 1 else f"measure:{draft.block.sheet.name}"
            return questions.of_measure(role, role.measure.guess, role.measure.title, key)
    return None


def ask_thousands(draft: Draft, answers: Mapping[str, str]) -> Question | None:
    """Decide on counts stored as fractions, as 12.345 is by a program with English settings, or ask."""
    for role in draft.with_numbers(*words.COUNTS):
        amounts = role.amounts
        if role.kind == words.JOINED or not (amounts.thousandths or amounts.undecidable):
            continue
        fractions = [each.value for each in amounts.by_line.values() if each.value != each.value.to_integral_value()]
        example = fractions[0] if fractions else next(iter(amounts.bad.values()), "")
        answer = answers.get(f"thousands:{role.letters}")
        if answer == "yes":
            read.thousandths_to_counts(amounts)
        elif answer == questions.LEAVE_OUT or role.kind in {words.TARGET, words.MISSING}:
            role.kind = words.UNKNOWN
        else:
            return questions.of_thousands(role, example)
    return None


def ask_flow(draft: Draft, drafts: Sequence[Draft], answers: Mapping[str, str], key: str) -> Question | None:
    """Tell totals from what was added, or ask once for the whole block, by a key."""
    for role in _summed_over_days(draft):
        flows.take_added(role, draft.roles)
    beside = [heading.text for heading, _ in draft.said_between]
    beside += remarks.notes_on_figures([text for _, text in draft.block.ends])
    open_roles = flows.open_flows(draft.block, draft.roles, beside)
    suspicious = not open_roles and (flows.falls(draft.roles) or _falls_by_rows(draft))
    if suspicious:
        open_roles = [role for role in draft.roles if role.kind == words.INSTALLS]
    if not open_roles:
        return None
    answer = answers.get(key) or flow_answered(answers)
    told = states.grow_by_gains(open_roles, draft) or (not suspicious and states.are_told(open_roles, draft, drafts))
    if answer is None and told:
        answer = "cumulative"
    if answer is None:
        return questions.of_flow(open_roles[0].column.header or draft.block.sheet.name, key)
    for role in open_roles:
        if answer == "increase":
            flows.take_added(role)
        elif role.kind != words.NCOVI:
            role.kind = words.INSTALLS
    return None


def _summed_over_days(draft: Draft) -> list[Role]:
    """Return the counts whose row of totals sums the days above it: what was added on each, for all up to a day have no
    sum over days."""
    units = draft.units
    if not draft.lines.date or len({line.dates for line in units}) < _TWO or len({line.name for line in units}) > 1:
        return []
    found = []
    for role in draft.with_numbers(words.INSTALLS, words.TOTAL):
        totals = [draft.block.sheet.own(line.number, role.column.number) for line in draft.lines.of(Sort.TOTAL)]
        printed = {amount.value for amount in read.read_counts(dict(enumerate(totals))).by_line.values()}
        if printed == {sum((amount.value for amount in role.amounts.by_line.values()), Decimal(0))}:
            found.append(role)
    return found


def _falls_by_rows(draft: Draft) -> bool:
    """Return whether the counts of a fifth of the days or more are smaller than those of the day before in their unit,
    where each row has its day."""
    pairs = fallen = 0
    for role in draft.with_numbers(words.INSTALLS):
        series: dict[str, list[tuple[str, Decimal]]] = {}
        for line in draft.units:
            if line.dates and line.number in role.amounts.by_line:
                day = line.dates[0]
                shown = day.isoformat() if isinstance(day, dt.date) else _sortable(day)
                series.setdefault(line.name, []).append((shown, role.amounts.by_line[line.number].value))
        for values in series.values():
            ordered = sorted(values)
            pairs += max(0, len(ordered) - 1)
            fallen += sum(after < before for (_, before), (_, after) in itertools.pairwise(ordered))
    return pairs >= 6 and fallen * 5 >= pairs


def _sortable(text: str) -> str:
    days = days_in(text, Said.TITLE)
    return f"{days[-1].year or 0:04}-{days[-1].month:02}-{days[-1].day:02}" if days else text


def ask_doings(draft: Draft) -> Question | None:
    """Ask what a column counts of people that stand over it, where its own words say nothing that is known."""
    counted = draft.with_numbers(words.INSTALLS)
    open_roles = [
        role
        for role in draft.with_numbers(words.UNKNOWN)
        if is_in_doubt(role) and not _takes_part(role, draft) and not (counts_families(role) and counted)
    ]
    for role in sorted(open_roles, key=lambda role: role.guess.doubt != words.INSTALLS):
        if role.guess.doubt or role.guess.of:
            return questions.of_doings(role, role.guess.of, draft.block.sheet.name)
    return None


def _takes_part(role: Role, draft: Draft) -> bool:
    """Return whether a column counts those who take part in a campaign, beside what others did whom they reached: `Số
    ĐVTN tham gia` beside `Số người được hướng dẫn cài`."""
    reached = draft.with_numbers(words.INSTALLS, words.INCREASE, words.HELPED)
    bare = role.guess.of in {"members", "staff"} and words.key_of(role.column.path[-1]).endswith(" tham gia")
    return bare and bool(reached) and all(each.of != role.guess.of for each in reached)


def _leave_parts_out(group: Sequence[Role]) -> None:
    """Leave columns under `Trong đó` out where another one of the same kind is their whole."""
    parts = [role for role in group if any(words.key_of(text).startswith("trong do") for text in role.column.path)]
    if len(group) - len(parts) == 1:
        whole = next(role for role in group if role not in parts)
        for role in parts:
            role.kind = words.UNKNOWN
            role.left_out = saying(N_("a part of column {whole}"), whole=whole.letters)


def _leave_periods_out(group: Sequence[Role]) -> None:
    """Leave out those of a period where one other column of the kind says that it is of all: `Trong tuần | Lũy kế`."""
    of_all = [role for role in group if flows.says_all(role.column.header)]
    others = [role for role in group if role not in of_all]
    if len(of_all) == 1 and others and not any(map(flows.says_no_period, others)):
        for role in others:
            role.kind, role.left_out = words.UNKNOWN, saying(flows.OF_A_PERIOD)


def ask_installs(draft: Draft, answers: Mapping[str, str], file_name: str, key: str) -> Question | None:
    """Ask by a key which column holds the installations where several may or none is named so."""
    several = _bare_twice(draft) or _installs_twice(draft)
    candidates = several or _possible_installs(draft, file_name)
    if not candidates:
        return None
    answer = answers.get(key)
    if answer is None and (last := round_answered(answers)):
        answer = last[0] or candidates[-1].letters
    if answer is None:
        return questions.of_installs(candidates, key, several=bool(several))
    if answer == questions.BOTH:
        named = [people_named(role.column.path) for role in candidates]
        for role, people in zip(candidates, named, strict=True):
            above = " / ".join(role.column.path[:-1]) or f"{people} ({role.letters})"
            role.kind, role.of = words.INSTALLS, people if named.count(people) == 1 else above
        return None
    for role in candidates:
        if role.letters == answer.upper():
            role.kind = words.INSTALLS
        elif several:
            role.leave_out(saying(ANOTHER_TAKEN))
    return None


def ask_groups(draft: Draft, answers: Mapping[str, str], file_name: str) -> Question | None:
    """Ask what columns count that name people only, `Học sinh | Phụ huynh`, in a form about installations of which no
    column counts them: how many these people are, or how many of them installed it."""
    bare = [role for role in draft.with_numbers(words.HEADCOUNT, words.UNKNOWN) if _names_people_only(role)]
    done = draft.with_numbers(words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.HAD, words.HELPED,
                              words.ASKED, words.REFUSED, words.NCOVI, words.TOTAL, *words.SHARES)  # fmt: skip
    if done or not any(role.of for role in bare) or not about_installs(draft, file_name):
        return None
    answer = answers.get("groups")
    why = saying(SAID_SO)
    if answer is None and (title := titles.counting_installs(text for _, text in draft.block.titles)):
        answer, why = words.INSTALLS, saying(BY_TITLE, title=title)
    if answer is None:
        return questions.of_groups(bare)
    for role in bare:
        role.kind, role.why = words.UNKNOWN if answer == questions.LEAVE_OUT else answer, why
        role.of = role.of or words.RESIDENTS
        role.guess = Guess(role.kind, role.of)
    return None


def _names_people_only(role: Role) -> bool:
    """Return whether no header of a column says more than who the people are."""
    keys = [words.key_of(text) for text in role.column.path if not only_day(text)]
    named = role.why.template == BY_HEADER and bool(keys)
    return named and all(
        key and not without_people(key) and not key.startswith(("so ", "tong ", "si ")) for key in keys
    )


def _bare_twice(draft: Draft) -> list[Role]:
    """Return `Số người` and `Số máy` beside each other, either of which may be the installations."""
    known = draft.with_numbers(words.INSTALLS, words.TOTAL)
    keys = [words.key_of(role.column.path[-1]) if role.column.path else "" for role in known]
    bare = len(known) == _TWO and known[0].date == known[1].date and all(len(role.column.path) == 1 for role in known)
    return known if bare and len(set(keys)) == _TWO and set(keys) <= _PEOPLE_OR_PHONES else []


_TWO = 2
_PEOPLE_OR_PHONES = {
    "so nguoi",
    "so may",
    "so thiet bi",
    "so luot",
    "so dien thoai",
    "nguoi",
    "may",
    "luot",
    "so luong may",
}


def _installs_twice(draft: Draft) -> list[Role]:
    """Return columns that all claim the installations of one day and group, none where no two do."""
    found: dict[tuple[dt.date | None, str], list[Role]] = {}
    for role in draft.with_numbers(words.INSTALLS):
        found.setdefault((role.date, role.of), []).append(role)
    for group in found.values():
        _leave_parts_out(group)
        left = [role for role in group if role.kind == words.INSTALLS]
        if len(left) > 1:
            return left
    return []


#: kinds of which a unit has one figure a day; what was added since the day before and since the week before are two
_ONE_EACH = set(TAKEN) - {words.INSTALLS, words.INCREASE}


def ask_one_of(draft: Draft, answers: Mapping[str, str]) -> Question | None:
    """Ask which of several columns of one kind, group and day holds, where their numbers differ."""
    found: dict[tuple[str, dt.date | None, str], list[Role]] = {}
    for role in draft.with_numbers(*_ONE_EACH):
        if not role.open and not draft.is_of_nobody(role):
            found.setdefault((role.kind, role.date, role.of), []).append(role)
    for (kind, _, of), group in found.items():
        _leave_parts_out(group)
        _leave_periods_out([role for role in group if role.kind == kind])
        leave_ranks_by_out([role for role in group if role.kind == kind])
        left = [role for role in group if role.kind == kind]
        if len(left) < 2 or not _differ(left):
            continue
        answer = answers.get(f"which:{left[0].letters}")
        if answer is None:
            return questions.of_one(left, meaning_of(kind, of))
        for role in left:
            if role.letters != answer.upper():
                role.kind, role.left_out = words.UNKNOWN, saying(ANOTHER_TAKEN)
    return None


def _differ(group: Sequence[Role]) -> bool:
    first, *others = group
    return any(
        line in first.amounts.by_line and first.amounts.by_line[line].value != amount.value
        for other in others
        for line, amount in other.amounts.by_line.items()
    )


def _possible_installs(draft: Draft, file_name: str) -> list[Role]:
    """Return the columns that may hold the installations, where none is named so."""
    totals = draft.with_numbers(words.TOTAL)
    known = draft.with_numbers(words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.HAD, words.HELPED, words.REFUSED)
    if not totals and not _gains_of_unknown(draft):
        known += draft.with_numbers(words.INCREASE)
    if totals and draft.with_numbers(words.TARGET):  # what some people did is not what the target was for
        known = [role for role in known if not role.of or role.of == words.RESIDENTS]
    others = draft.with_numbers(words.POPULATION, words.SMARTPHONES, words.HEADCOUNT, words.NCOVI, words.ASKED)
    if known or (others and not about_installs(draft, file_name)):
        return []
    told = {BY_TITLE, SAID_SO, flows.NCOVI_ADDED, *OF_WHOM, *OF_PROMISES}
    unknown = [role for role in draft.with_numbers(words.UNKNOWN)
               if (role.left_out is None or role.left_out.template not in told) and not _is_a_mean(role)
               and not is_of_things(role)]  # fmt: skip
    return [*totals, *unknown]


def _gains_of_unknown(draft: Draft) -> bool:
    """Return whether only gains and shares of the people are known beside a column that is not, and is larger than the
    gains in every row: it may be the count that these are of."""
    gains = draft.with_numbers(words.INCREASE)
    unknown = [role for role in draft.with_numbers(words.UNKNOWN) if role.left_out is None and not role.guess.named]
    larger = any(
        all(role.amounts.by_line[line].value > amount.value
            for line, amount in gain.amounts.by_line.items() if line in role.amounts.by_line)
        for gain in gains for role in unknown
    )  # fmt: skip
    return larger and bool(draft.with_numbers(words.PERCENT_POPULATION, words.PERCENT_SMARTPHONES))


def _is_a_mean(role: Role) -> bool:
    """Return whether a column gives so many a day, which no total is: `Trung bình mỗi ngày`."""
    return any(terms.PER_DAY.search(words.key_of(text)) for text in role.column.path)


def ask_optional(draft: Draft, answers: Mapping[str, str]) -> Question | None:
    """Ask of what a share is one, or whether it is a part of one: asked only where nothing else is."""
    shares = draft.with_numbers(*words.SHARES)
    first: dict[tuple[str, ...], Role] = {}
    for role in shares:
        asked = first.setdefault(_without_days(role), role)  # columns of several days are asked about once
        asked = role if asked.date == role.date else asked
        answer = answers.get(f"fraction:{role.letters}") or answers.get(f"fraction:{asked.letters}")
        if role.amounts.fractions_open and (role.kind in TAKEN or role.kind == words.PERCENT):
            if answer is None:
                return questions.of_fraction(role)
            _apply_fraction(role, answer)
        if role.kind == words.PERCENT and (said := _share_by_title(draft)):
            role.kind, role.why = words.PERCENT_POPULATION, saying(BY_TITLE, title=said)
        if role.kind == words.PERCENT:
            answer = answers.get(f"share:{role.letters}") or answers.get(f"share:{asked.letters}")
            if answer is None:
                return questions.of_share(role)
            role.kind = answer if answer in words.SHARES else words.UNKNOWN
    return None


_OF_THE_PEOPLE = re.compile(
    r"\b(?:ti le|percent|tl)\b.*\b(?:tren|so voi|slash) (?:tong )?(?:so )?(?:dan so|dan|nhan khau)\b"
)


def _share_by_title(draft: Draft) -> str:
    """Return the title that says that shares are those of the people: `Tỷ lệ cài đặt trên dân số`; empty where none
    does."""
    return next((text for _, text in reversed(draft.block.titles) if _OF_THE_PEOPLE.search(words.key_of(text))), "")


def _without_days(role: Role) -> tuple[str, ...]:
    """Return what the headers of a column say besides its day, its letters where it has none."""
    if role.date is None:
        return (role.letters,)
    texts = (_DAYS_AND_WEEKS.sub(" ", words.key_of(_DAYS.sub(" ", text))).strip() for text in role.column.path)
    return (role.guess.kind, *filter(None, (" ".join(text.split()) for text in texts)))


_DAYS = re.compile(r"\d{1,4}\s*[/.-]\s*\d{1,2}(?:\s*[/.-]\s*\d{1,4})?")
#: what headers of two days say apart: `Tuần trước (đến 16/8)`, `Tuần này (đến 23/8)`
_DAYS_AND_WEEKS = re.compile(
    r"\b(?:tuan|ki|ky|dot|thang|ngay|hom|truoc|nay|nai|sau|qua|thu|tinh|den|het|cuoi|luc|\d+)\b"
)


def _apply_fraction(role: Role, answer: str) -> None:
    role.amounts.fractions_open = False
    if answer == "fraction":
        read.fractions_to_percents(role.amounts)
    elif answer == questions.LEAVE_OUT:
        role.kind = words.UNKNOWN
