"""Hold what columns are taken for against what else is known: the people who live in the places, the shares printed
beside the counts, what was added beside the whole. Where they contradict each other the column is asked about. Pure."""

from __future__ import annotations

import datetime as dt
import itertools
import statistics
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from bluezone.errors import N_
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, Unit
from bluezone.rollout.reading import misfits, questions
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.names import Names
from bluezone.rollout.reading.results import Notice, Question, Saying, saying
from bluezone.rollout.reading.roles import SAID_SO, Role, by_day

#: no unit of 2020 had the app on so many of its people: the country had 23 million installations of 97 million at last
NEARLY_ALL = Decimal("0.85")
#: and in the campaign's days none had it on so few: Hậu Giang was 50th of 63 with 7.5 %
HARDLY_ANY = Decimal("0.002")
_CAMPAIGN = dt.date(2020, 8, 5)
#: so many times more or less than the share printed beside it, a count is not the one that the share is of
_FAR_OFF = 3
#: counts of the same people, years apart, differ by less
_OTHER_PEOPLE = (Decimal("0.5"), Decimal(2))
_FEWEST = 3
_INSTALLED = (words.INSTALLS, words.WITH_PHONE)
#: columns that say how many people a count is of
_BOUNDS = (words.HEADCOUNT, words.TARGET, words.ASKED)

NEARLY_ALL_SAID = N_("Column {column} (“{header}”) has nearly as many as people live there, or more ({values}): what"
                     " does it count?")  # fmt: skip
HARDLY_ANY_SAID = N_("Column {column} (“{header}”) has hardly any of the people who live there ({values}): what does it"
                     " count?")  # fmt: skip
SHARE_SAID = N_("Column {column} (“{header}”: {values}) is not what column {share} (“{other}”) gives the share of: what"
                " does it count?")  # fmt: skip
GAIN_SAID = N_("Column {column} (“{header}”: {values}) has less than column {gain} (“{other}”) says was added: what"
               " does it count?")  # fmt: skip
MORE_SAID = N_("Column {column} (“{header}”: {values}) has more than the people of column {whole} (“{other}”): what"
               " does it count?")  # fmt: skip
FEW_PHONES_SAID = N_("Column {column} (“{header}”: {values}) has fewer smartphones than column {other} has"
                     " installations: what does it count?")  # fmt: skip
MORE_THAN_PEOPLE = N_("“{text}” in {cell} is more people than live in {name}: it was left out")
FELL = N_("{name} falls from {before} to {after} between columns {one} and {other}, which count all up to their days")
#: a count of phones may be a little above the people of a census
_AT_MOST = Decimal("1.2")
_FALLS = Decimal("0.98")
_SLIP = Decimal("1.5")
NOT_YET = N_("every row has 0 on this day, after days with numbers: it is still to be filled in")
OTHER_PEOPLE = N_("its numbers are far from those of the people who are known to live there")


def people_of(draft: Draft, names: Names, context: Context) -> dict[int, Decimal]:
    """Return by row how many people live in its unit; where that is known of the unit above only, as of communes, the
    mean of its parts."""
    day, found = draft.dating.date or context.today, {}
    means: dict[object, Decimal | None] = {}

    def mean(unit: Unit) -> Decimal | None:
        above = names.units.get(unit.parent) if unit.parent else None
        whole = _known(above, context, day)
        return whole / max(1, len(names.children[above.code])) if above and whole else None

    for line, unit in draft.placed.units.items():
        people = _known(unit, context, day)
        if people is None:
            people = means[unit.parent] = means[unit.parent] if unit.parent in means else mean(unit)
        if people:
            found[line] = people
    return found


def _known(unit: Unit | None, context: Context, day: dt.date) -> Decimal | None:
    figure = context.figures.on(unit, Measure.POPULATION, day) if unit and context.figures else None
    return Decimal(figure.value) if figure else None


def ask_against_evidence(draft: Draft, names: Names, context: Context) -> Question | None:
    """Ask what a column of installations counts whose numbers contradict what stands or is known beside them; leave out
    people of whom far more or fewer are known to live in the places."""
    people = people_of(draft, names, context)
    if len({unit.code for unit in draft.placed.units.values()}) < _FEWEST:
        people = {}
    _leave_other_people_out(draft, people)
    for role in draft.with_numbers(words.SMARTPHONES):
        if role.why.template != SAID_SO and (installs := _more_installs(draft, role)):
            text = saying(FEW_PHONES_SAID, column=role.letters, header=role.column.header,
                          values=", ".join(questions.first_values(role)), other=installs.letters)  # fmt: skip
            return questions.of_few_phones(role, text, draft.block.sheet.name)
    for role in draft.with_numbers(*_INSTALLED):
        if role.why.template == SAID_SO or role.left_out is not None:
            continue
        for text in _contradictions(draft, role, people):
            return questions.of_contradicted(role, text, draft.block.sheet.name)
    return None


def _more_installs(draft: Draft, phones: Role) -> Role | None:
    """Return the installations of the same people and day of which most rows have more than of smartphones."""
    for role in draft.with_numbers(*_INSTALLED):
        both = role.amounts.by_line.keys() & phones.amounts.by_line.keys()
        more = sum(role.amounts.by_line[line].value > phones.amounts.by_line[line].value for line in both)
        if role.of == phones.of and more * 2 > len(both) >= _FEWEST:
            return role
    return None


def _contradictions(draft: Draft, role: Role, people: Mapping[int, Decimal]) -> Iterator[Saying]:
    said = {
        "column": role.letters,
        "header": role.column.header,
        "values": ", ".join(questions.first_values(role)),
    }
    day = role.date or draft.dating.date
    if not role.of and not draft.by_group:
        part = _median(role, people)
        if part is not None and part >= NEARLY_ALL:
            yield saying(NEARLY_ALL_SAID, **said)
        campaign = (day is None or day >= _CAMPAIGN) and not draft.with_numbers(*_BOUNDS)
        if part is not None and 0 < part < HARDLY_ANY and campaign:
            yield saying(HARDLY_ANY_SAID, **said)
        if share := _share_of_another(draft, role, people):
            yield saying(SHARE_SAID, share=share.letters, other=share.column.header, **said)
    for gain in draft.with_numbers(words.INCREASE) if not _is_followed(draft, role) else ():
        if gain.of == role.of and gain.date in {role.date, None} and (_quotient(role, gain) or 1) < 1:
            yield saying(GAIN_SAID, gain=gain.letters, other=gain.column.header, **said)
    for whole in draft.with_numbers(words.HEADCOUNT) if role.of else ():
        if whole.of == role.of and whole.date in {role.date, None} and (_quotient(role, whole) or 0) > 1:
            yield saying(MORE_SAID, whole=whole.letters, other=whole.column.header, **said)


def _is_followed(draft: Draft, role: Role) -> bool:
    """Return whether another column counts the same up to a later day: what was added came after this one."""
    day = draft.dating.date
    later = [each.date or day for each in draft.with_numbers(role.kind) if each.of == role.of and each is not role]
    return role.date is not None and any(each is not None and each > role.date for each in later)


def _median(role: Role, base: Mapping[int, Decimal]) -> Decimal | None:
    """Return the median part that a column's numbers are of another number of their rows, None for too few rows."""
    parts = [amount.value / base[line] for line, amount in role.amounts.by_line.items() if base.get(line)]
    return statistics.median(parts) if len(parts) >= _FEWEST else None


def _quotient(role: Role, other: Role) -> Decimal | None:
    return _median(role, {line: amount.value for line, amount in other.amounts.by_line.items()})


def _share_of_another(draft: Draft, role: Role, people: Mapping[int, Decimal]) -> Role | None:
    """Return the share of all people beside a count that is many times more or less than the count's; None where there
    is none, or another count beside has that share."""
    bases = [{line: amount.value for line, amount in each.amounts.by_line.items()}
             for each in draft.with_numbers(words.POPULATION)]  # fmt: skip
    for share in draft.with_numbers(words.PERCENT_POPULATION):
        alone = len(draft.with_numbers(*_INSTALLED)) == 1
        if share.of or not alone or (share.date and role.date and share.date != role.date):
            continue
        for base in [*bases, people]:
            own = {line: 100 * amount.value / base[line] for line, amount in role.amounts.by_line.items()
                   if base.get(line)}  # fmt: skip
            times = _median(share, own)
            if times is not None and _far(times) and _far(times * 100):
                return share
            if times is not None:
                break
    return None


def _far(times: Decimal) -> bool:
    return times > _FAR_OFF or times * _FAR_OFF < 1


def _leave_other_people_out(draft: Draft, people: Mapping[int, Decimal]) -> None:
    """Leave out a column of the people of places of whom far more or fewer are known."""
    known = {line: each for line, each in people.items() if draft.placed.units[line].level < Level.COMMUNE}
    for role in draft.with_numbers(words.POPULATION):
        part = _median(role, known)
        if part is not None and role.why.template != SAID_SO and not _within(part):
            role.leave_out(saying(OTHER_PEOPLE))


def _within(part: Decimal) -> bool:
    return _OTHER_PEOPLE[0] <= part <= _OTHER_PEOPLE[1]


def rows_in_doubt(draft: Draft, people: Mapping[int, Decimal]) -> Iterator[Notice]:
    """Yield what is said of single rows that contradict what is known, where most others do not: more than the people
    who live there, which is left out; all up to a day that are fewer than the day before; a share of another count."""
    sheet = draft.block.sheet
    lines = {line.number: line for line in draft.units}
    installs = [role for role in draft.with_numbers(*_INSTALLED) if not role.of and role.why.template != SAID_SO]
    for role in installs:
        for number, amount in list(role.amounts.by_line.items()):
            if number in people and number in lines and amount.value > people[number] * _AT_MOST:
                text = saying(MORE_THAN_PEOPLE, text=sheet.own(number, role.column.number).text[:40],
                              cell=f"{role.letters}{number}", name=lines[number].name)  # fmt: skip
                del role.amounts.by_line[number]
                yield Notice(sheet.name, number, "too-many", text)
    for before, after in itertools.pairwise(by_day(installs)):
        for number, amount in after.amounts.by_line.items():
            then = before.amounts.by_line.get(number)
            if (
                then is not None
                and before.date != after.date
                and amount.value < then.value * _FALLS
                and number in lines
            ):
                text = saying(FELL, name=lines[number].name, before=int(then.value), after=int(amount.value),
                              one=before.letters, other=after.letters)  # fmt: skip
                yield Notice(sheet.name, number, "falls", text)
    yield from _slips(draft, installs, people)


def _slips(draft: Draft, installs: Sequence[Role], people: Mapping[int, Decimal]) -> Iterator[Notice]:
    """Yield the rows whose count is far from the share beside it, where in most others the two agree."""
    lines = {line.number: line for line in draft.units}
    for share in draft.with_numbers(words.PERCENT_POPULATION) if len(installs) == 1 else ():
        role = installs[0]
        counted = draft.with_numbers(words.POPULATION)[:1]
        base = {line: amount.value for each in counted for line, amount in each.amounts.by_line.items()} or people
        times = {line: share.amounts.by_line[line].value * base[line] / (100 * amount.value)
                 for line, amount in role.amounts.by_line.items()
                 if base.get(line) and amount.value and line in share.amounts.by_line}  # fmt: skip
        odd = [line for line, each in times.items() if each > _SLIP or each * _SLIP < 1]
        for line in odd if len(odd) * 4 <= len(times) else ():
            text = saying(misfits.NOT_ITS_SHARE, name=lines[line].name, count=int(role.amounts.by_line[line].value),
                          column=role.letters, share=share.letters)  # fmt: skip
            yield Notice(draft.block.sheet.name, line, "share", text)


def leave_days_to_come_out(roles: Sequence[Role]) -> None:
    """Leave out the columns of days at the end of which every row has nothing, or 0, behind days with numbers: they are
    to be filled in."""
    dated = by_day(role for role in roles if role.kind in {words.INSTALLS, words.TOTAL} and role.amounts.by_line)
    while dated and not any(amount.value for amount in dated[-1].amounts.by_line.values()):
        role = dated.pop()
        if not dated:
            return
        role.leave_out(saying(NOT_YET))
