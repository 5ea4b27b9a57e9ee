"""Give columns the people, and the app, that a title names for them, or ask. Pure.

A title speaks for the columns that say nothing of their own: `Đã cài` under `Cán bộ cài Bluezone` counts officials.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bluezone.errors import N_
from bluezone.geography.figures import Measure
from bluezone.geography.units import Unit
from bluezone.rollout.reading import flows, questions, terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.abbreviations import fits
from bluezone.rollout.reading.apps import Apps
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.meanings import SUBSCRIBERS_OF
from bluezone.rollout.reading.peers import leave_mixed_sum_out, mixed_sums
from bluezone.rollout.reading.results import Question, Saying, saying
from bluezone.rollout.reading.roles import LEAVE_OUT, SAID_SO, Role, exceeds, give_numbers
from bluezone.rollout.reading.rows import Sort
from bluezone.rollout.reading.vocabulary import Guess, has, key_of
from bluezone.rollout.reading.whom import EVERYBODY, NOT_KEPT, OF_ANOTHER_APP, OF_OTHERS, OF_TITLE, Whom, whom_of

#: what people of some sort are counted by
_DONE = {words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.NCOVI, words.ASKED, words.ASKED_NCOVI,
         words.HAD, words.HELPED, words.REFUSED}  # fmt: skip
#: which stand for the people of a place where nobody else is named
_OF_THE_PLACE = {words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.NCOVI}
#: what people of some sort do to others, too, who may be more than they are
_BY_THEM = {words.ASKED, words.ASKED_NCOVI, words.HELPED, words.HAD, words.REFUSED, words.INCREASE}
#: how many times the number of people a form counts those who live in a place must be, for it not to count these
_TIMES = 5
_MOST_ROWS = 2


def forget_initials(draft: Draft, places: Sequence[Unit | None]) -> None:
    """Take a file's or sheet's name for nobody where it abbreviates the sender's place, or the one that the rows lie
    in: `PH 20-8` of Phụng Hiệp speaks of no parents."""
    if draft.whom is not None and draft.whom.open:
        letters = re.sub(r"[\W\d_]+", " ", draft.whom.title).strip()
        if " " not in letters and any(fits(letters, place) for place in places if place is not None):
            draft.whom = None


def attribute(draft: Draft, answer: str | None, others: Sequence[Draft] = ()) -> None:
    """Give the columns of a block the app and the people that its titles name, where that is sure or answered; beside
    `others` of Bluezone a block of another app is left out."""
    if draft.apps.other and any(other.apps.bluezone for other in others):
        leave_other_app_out(draft.roles, saying(OF_ANOTHER_APP, title=draft.apps.other))
    if draft.apps.ncovi:
        _take_for_ncovi(draft.roles, saying(_BY_APP, title=draft.apps.ncovi))
    _by_headings(draft)
    _forget_customers(draft)
    whom = draft.whom
    if whom is None or whom.of == EVERYBODY or draft.by_group or any(line.of for line in draft.lines.all):
        return
    if answer is not None and (whom.open or _contradicted(draft)):
        give(draft, answer, saying(SAID_SO))
    elif not whom.open and not _contradicted(draft):
        given = LEAVE_OUT if whom.households else whom.of
        why = saying(OF_TITLE, title=whom.title)
        give(draft, given, why, things=whom.households)
        if not whom.households:
            _give_people(draft, whom, why)


def _forget_customers(draft: Draft) -> None:
    """Take the customers of a telephone company, `Khách hàng đã cài` of its districts, for no guests of a house:
    whether they are its subscribers or everybody is asked."""
    if draft.whom is None or not draft.whom.of.startswith(SUBSCRIBERS_OF):
        return
    for role in draft.roles:
        if role.of == "guests" and role.why.template != SAID_SO and has(key_of(role.column.path[-1]), "khach hang"):
            role.of, role.guess = "", replace(role.guess, of="")


def _contradicted(draft: Draft) -> bool:
    """Return whether a column counts everybody who lives in the places beside the people of the title."""
    return any(draft.with_numbers(kind) for kind in (words.POPULATION, words.PERCENT_POPULATION))


def _bare(draft: Draft) -> list[Role]:
    """Return the columns that say nothing of whom they count."""
    return [
        role
        for role in draft.with_numbers(*_DONE, words.TOTAL, words.HEADCOUNT)
        if not role.of and role.why.template != SAID_SO and not _names_residents(role)
    ]


def _names_residents(role: Role) -> bool:
    return any(has(key_of(text), *terms.RESIDENTS) for text in role.column.path)


def _names_people(role: Role) -> bool:
    """Return whether a header says that people are counted, whatever a title says of households: `Số người đã cài`."""
    return any(has(key_of(text), "nguoi", "nhan khau") for text in role.column.path)


def give(draft: Draft, of: str, why: Saying, *, things: bool = False) -> None:
    """Take the columns that name nobody for those of some people, or leave them out; `things`: they count none."""
    if of == EVERYBODY:
        return
    for role in mixed_sums(draft.roles):
        leave_mixed_sum_out(role)
    wholes = draft.with_numbers(words.HEADCOUNT)
    for role in _bare(draft):
        if things and _names_people(role):
            continue
        if of != LEAVE_OUT:
            told = role.kind == words.HEADCOUNT and of not in terms.GROUPS and any(each.of for each in draft.roles)
            if not told and (role.kind not in _BY_THEM or not any(exceeds(role, each) for each in wholes)):
                role.of, role.why = of, why
        elif role.kind != words.HEADCOUNT:
            role.kind = words.UNKNOWN
            role.guess = Guess(words.UNKNOWN, named=things)
            role.left_out = saying(OF_OTHERS) if not things else why
            role.why = role.left_out
    _give_explained(draft, "" if things or of == LEAVE_OUT else of)
    if of != LEAVE_OUT:
        _give_wholes(draft, of, why)


def _give_wholes(draft: Draft, of: str, why: Saying) -> None:
    """Take the telephones beside those of a title's people who installed it, and their whole, for these people's:
    `Tổng số | Có điện thoại thông minh | Đã cài`."""
    counted = [role for role in draft.with_numbers(words.INSTALLS, words.ACTIVE) if role.of == of]
    wholes = [role for role in draft.with_numbers(words.TOTAL) if role.of == of]
    for role in draft.with_numbers(words.SMARTPHONES) if counted else ():
        if not role.of and role.why.template != SAID_SO and not _names_residents(role):
            role.of, role.why = of, why
    for whole in wholes if len(wholes) == 1 else ():
        if counted and not any(exceeds(part, whole) for part in counted):
            whole.kind = words.HEADCOUNT


_HOW_MANY = re.compile(r"(?:tong |ts |sl )?(?:so )?(?:luong |luot )?(?P<who>\w+ \w.*|dv|hv)")
#: short for what the title spells out
_IN_SHORT = {("members", "dv"): "doan vien", ("members", "hv"): "hoi vien", ("pupils", "hv"): "hoc vien"}


def _give_people(draft: Draft, whom: Whom, why: Saying) -> None:
    """Take the number of those whom a title names for that of its people, where nothing else says how many these are:
    `Số công dân` under `Công dân đang cách ly cài Bluezone`."""
    if any(role.of == whom.of for role in draft.with_numbers(words.HEADCOUNT)):
        return
    done = [role for role in draft.with_numbers(*_DONE) if role.of == whom.of]
    title = f" {key_of(whom.title)} "
    for role in draft.with_numbers(words.UNKNOWN):
        found = _HOW_MANY.fullmatch(key_of(role.column.path[-1])) if role.column.path else None
        who = _IN_SHORT.get((whom.of, found["who"]), found["who"]) if found else ""
        named = bool(who) and f" {who} " in title and not has(who, *terms.INSTALL)
        if named and role.left_out is None and done and not any(exceeds(part, role) for part in done):
            role.kind, role.of, role.why = words.HEADCOUNT, whom.of, why
            role.guess = Guess(words.HEADCOUNT, whom.of)
            return


def _give_explained(draft: Draft, of: str) -> None:
    """Give the people of a title to the columns of which an officer said what they count, and not of whom."""
    for role in draft.with_numbers(*_DONE):
        if not role.of and role.why.template == SAID_SO and not _names_residents(role):
            role.of = of


_BY_APP = N_("its header, and the app that the title names: “{title}”")


def _take_for_ncovi(roles: Sequence[Role], why: Saying) -> None:
    """Take the columns that name no app for those of NCOVI, which the title names or an officer said."""
    for role in roles:
        key = key_of(" ".join(role.column.path))
        if not role.amounts.by_line or has(key, "bluezone", "ncovi") or role.why.template == SAID_SO:
            continue
        if role.kind == words.INSTALLS:
            role.kind = words.NCOVI
        elif role.kind == words.ASKED:
            role.kind = words.ASKED_NCOVI
        elif role.kind == words.INCREASE:
            role.kind, role.left_out = words.UNKNOWN, saying(flows.NCOVI_ADDED)
        elif role.kind in _NOT_OF_NCOVI:
            role.kind, role.left_out = words.UNKNOWN, saying(NOT_KEPT)
        else:
            continue
        role.guess = Guess(role.kind, role.of)
        role.why = role.left_out or why


def leave_other_app_out(roles: Sequence[Role], why: Saying) -> None:
    """Leave out the columns that name no app where the title names one that is neither Bluezone nor NCOVI."""
    for role in roles:
        key = key_of(" ".join(role.column.path))
        if not role.amounts.by_line or has(key, "bluezone", "ncovi") or role.why.template == SAID_SO:
            continue
        if role.kind in {*_DONE, words.TOTAL, words.RANK, words.MISSING, words.TARGET, *words.SHARES}:
            role.kind, role.left_out, role.measure = words.UNKNOWN, why, None
            role.guess = Guess(words.UNKNOWN)
            role.why = why


_NOT_OF_NCOVI = {words.WITH_PHONE, words.ACTIVE, words.HAD, words.HELPED, words.REFUSED, words.TARGET, words.RANK,
                 words.MISSING, *words.SHARES}  # fmt: skip


def _by_headings(draft: Draft) -> None:
    """Note for rows below a heading that names people, `II. Cán bộ, công chức`, that they count these."""
    if draft.by_group or any(line.of for line in draft.lines.all) or any(role.of for role in draft.roles):
        return
    of = ""
    for line in draft.lines.all:
        heads = line.sort is Sort.HEADING or (line.sort is Sort.TOTAL and line.head)
        if heads and line.number not in draft.placed.units:
            found = whom_of([line.name])
            of = found.of if found and not found.open and found.of != EVERYBODY else ""
        elif line.sort is Sort.UNIT:
            line.of = of


# --- questions ------------------------------------------------------------------------------------


def ask_whom(draft: Draft, drafts: Sequence[Draft], answers: Mapping[str, str]) -> Question | None:
    """Ask of whom a block of places or hamlets counts, where its titles name people but may mean something else."""
    whom = draft.whom
    if whom is None or not _to_be_asked(draft, whom):
        return None
    key = key_for(draft, drafts)
    return None if key in answers else questions.of_whom(whom.of, whom.title, key)


#: what is done with one app or the other
_WITH_AN_APP = (words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE)


def ask_app(draft: Draft, drafts: Sequence[Draft], answers: Mapping[str, str]) -> Question | None:
    """Ask which app a block counts whose title names both, or another one, where no column names one; take its columns
    as answered."""
    if not _app_open(draft):
        return None
    titles = {each.apps.both or each.apps.other for each in drafts if _app_open(each)}
    key = "app" if len(titles) == 1 else f"app:{draft.block.sheet.name}"
    answer = answers.get(key)
    if answer is None:
        return questions.of_app(draft.apps.both or draft.apps.other, key, two=bool(draft.apps.both))
    if draft.apps.other and answer == questions.BLUEZONE:
        draft.apps = Apps(bluezone=True)
    elif draft.apps.other and answer == LEAVE_OUT:
        leave_other_app_out(draft.roles, saying(SAID_SO))
    elif answer == questions.NCOVI:
        _take_for_ncovi(draft.roles, saying(SAID_SO))
    elif answer == LEAVE_OUT:
        for role in draft.with_numbers(*_WITH_AN_APP):
            role.kind, role.left_out = words.UNKNOWN, saying(SAID_SO)
    return None


def _app_open(draft: Draft) -> bool:
    counted = (*_WITH_AN_APP, words.TOTAL) if draft.apps.other else _WITH_AN_APP
    if not (draft.apps.both or draft.apps.other) or not draft.with_numbers(*counted):
        return False
    if any(line.app for line in draft.lines.all):
        return False
    return not any(has(key_of(" ".join(role.column.path)), "bluezone", "bluezon", "blue zone", "bz", "ncovi")
                   or role.why.template == SAID_SO for role in draft.roles)  # fmt: skip


def _to_be_asked(draft: Draft, whom: Whom) -> bool:
    if whom.of == EVERYBODY or not (whom.open or _contradicted(draft)) or draft.by_group:
        return False
    of_places = len(draft.placed.units) >= len(draft.placed.unknown) or draft.lines.level == words.HAMLET
    if whom.households and any(role.guess.named or role.kind == words.HOUSEHOLDS for role in draft.roles):
        return False  # columns of households stand beside those of people
    named = any(role.of for role in draft.with_numbers(*_OF_THE_PLACE)) or any(line.of for line in draft.lines.all)
    counted = [role for role in _bare(draft) if role.kind in _OF_THE_PLACE]
    counted = counted or [role for role in _bare(draft) if role.kind == words.TOTAL]
    if whom.households and counted and all(map(_names_people, counted)):
        return False
    return of_places and not named and bool(counted)


def key_for(draft: Draft, drafts: Sequence[Draft]) -> str:
    """Return the key of the question of whom a block counts: one for the form where all blocks say the same."""
    others = {each.whom.title for each in drafts if each.whom is not None and _to_be_asked(each, each.whom)}
    return "whom" if len(others) <= 1 else f"whom:{draft.block.sheet.name}"


def ask_dwarfed(draft: Draft, context: Context) -> Question | None:
    """Ask of whom a form counts whose `Tổng số`, of which the installations are a part, is far below the number of
    people who are known to live in its places: officials, pupils and others are counted so."""
    if context.figures is None or (draft.whom is not None and draft.whom.of == EVERYBODY):
        return None
    installs = [role for role in draft.with_numbers(words.INSTALLS) if not role.of]
    wholes = [role for role in draft.with_numbers(words.TOTAL, words.HEADCOUNT) if not role.of]
    if len(installs) != 1 or len(wholes) != 1 or exceeds(installs[0], wholes[0]) or draft.by_group:
        return None
    if draft.with_numbers(words.POPULATION, words.PERCENT_POPULATION) or any(line.of for line in draft.lines.all):
        return None
    day = draft.dating.date or context.today
    known = [
        figure.value >= _TIMES * wholes[0].amounts.by_line[line].value
        for line, unit in draft.placed.units.items()
        if line in wholes[0].amounts.by_line
        and (figure := context.figures.on(unit, Measure.POPULATION, day)) is not None
    ]
    if len(known) < _MOST_ROWS or sum(known) * 5 < len(known) * 4:
        return None
    answer = context.answers.get("whom")
    if answer is None:
        return questions.of_few(wholes[0])
    give(draft, answer, saying(SAID_SO))
    return None


#: far fewer than this part of the people are no installations to speak of: a share may be meant
_FEW_OF_PEOPLE = 500


def ask_small(draft: Draft, context: Context) -> Question | None:
    """Ask whether a bare number of places is a share, where none is above a hundred and hundreds of times as many
    people live in each."""
    bare = [role for role in draft.with_numbers(words.TOTAL) if role.why.template != SAID_SO]
    others = draft.with_numbers(*_DONE, words.HEADCOUNT, *words.SHARES)
    if context.figures is None or len(bare) != 1 or others:
        return None
    role, day = bare[0], draft.dating.date or context.today
    known = [
        (role.amounts.by_line[line].value, figure.value)
        for line, unit in draft.placed.units.items()
        if line in role.amounts.by_line and (figure := context.figures.on(unit, Measure.POPULATION, day)) is not None
    ]
    if len(known) <= _MOST_ROWS or not all(0 < value <= _HUNDRED and value * _FEW_OF_PEOPLE < people
                                           for value, people in known):  # fmt: skip
        return None
    answer = context.answers.get("small")
    if answer is None:
        title = next((text for _, text in reversed(draft.block.titles)), role.column.header)
        return questions.of_measure(role, Guess(words.PERCENT), title, "small")
    role.kind = words.UNKNOWN if answer == LEAVE_OUT else answer
    role.guess, role.why = Guess(role.kind), saying(SAID_SO)
    give_numbers(role, {line.number: cell for line in draft.units
                        if (cell := draft.block.sheet.own(line.number, role.column.number))})  # fmt: skip
    return None


_HUNDRED = 100
