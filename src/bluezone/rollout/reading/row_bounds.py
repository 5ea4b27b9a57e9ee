"""Hold a row's counts of people against how many people its own row says there are. Pure.

A slip of a digit, 13,420 of 8,052, is seen in the row itself where no census knows the hamlet or the office.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.results import Notice, saying
from bluezone.rollout.reading.roles import SAID_SO, Role

MORE_THAN_BESIDE = N_("“{text}” in {cell} is more than the {people} people of {name} in column {column} (“{header}”):"
                      " it was left out")  # fmt: skip
LOOK_AT_BOTH = N_("“{text}” in {cell} is more than the {people} of {name} in column {column} (“{header}”): it was"
                  " taken, look whether both are right")  # fmt: skip
_OF_PEOPLE = (words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.SMARTPHONES)
_INSTALLED = (words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE)
#: a list of people may be a little older than the count of those of them who have the app
_AT_MOST = Decimal("1.1")
#: subscriptions and second telephones are counted as smartphones
_PHONES_AT_MOST = Decimal("1.5")
#: of whom a day's number may stand beside all who came up to it
_COMERS = frozenset(["guests", "patients", "quarantined"])
#: in so few rows it cannot be told whether a number or its column is wrong
_FEWEST = 3


def check(draft: Draft, known: Set[int]) -> Iterator[Notice]:
    """Yield what is said of rows with more installations or smartphones than people, where most rows have fewer; a
    number that is far more is left out. In the rows `known` a census has judged the number: it stays."""
    for role in draft.with_numbers(*_OF_PEOPLE):
        people = [each for each in draft.with_numbers(words.POPULATION, words.HEADCOUNT) if _bounds(each, role)]
        at_most = _PHONES_AT_MOST if role.kind == words.SMARTPHONES else _AT_MOST
        yield from _above(draft, role, people, at_most, frozenset() if _among_themselves(role, people) else known)
        if role.kind in _INSTALLED:
            phones = [each for each in draft.with_numbers(words.SMARTPHONES) if _bounds(each, role)]
            yield from _above(draft, role, phones, None, known)


def _bounds(whole: Role, role: Role) -> bool:
    """Return whether a column says how many of the same people there are, on the same day."""
    same = whole.of == role.of or (whole.kind == words.POPULATION and role.of == words.RESIDENTS)
    return same and whole.date in {role.date, None}


def _among_themselves(role: Role, people: list[Role]) -> bool:
    """Return whether a column counts a group, of whom a census of everybody tells nothing."""
    return bool(role.of) or not any(each.kind == words.POPULATION for each in people)


def _above(draft: Draft, role: Role, wholes: list[Role], at_most: Decimal | None, known: Set[int]) -> Iterator[Notice]:
    """Yield the rows of a column that are above the largest of some others; leave out what is more than `at_most` times
    as much."""
    bounds: dict[int, tuple[Decimal, Role]] = {}
    for whole in wholes:
        for number, amount in whole.amounts.by_line.items():
            if amount.value > 0 and amount.value > bounds.get(number, (Decimal(0), whole))[0]:
                bounds[number] = amount.value, whole
    lines = {line.number: line for line in draft.units}
    both = [number for number in role.amounts.by_line if number in bounds and number in lines]
    above = [number for number in both if role.amounts.by_line[number].value > bounds[number][0]]
    few = len(both) < _FEWEST
    if len(above) * 2 >= len(both) and not few:
        return  # the column counts something else, or the other does: no slip of a row
    sheet = draft.block.sheet
    sure = role.why.template == SAID_SO and few
    for number in above:
        value, whole = bounds[number]
        stays = at_most is None or number in known or sure or role.of in _COMERS
        stays = stays or (at_most is not None and role.amounts.by_line[number].value <= value * at_most)
        text = saying(LOOK_AT_BOTH if stays else MORE_THAN_BESIDE, text=sheet.own(number, role.column.number).text[:40],
                      cell=f"{role.letters}{number}", people=int(value), name=lines[number].name,
                      column=whole.letters, header=whole.column.header)  # fmt: skip
        if not stays:
            del role.amounts.by_line[number]
        yield Notice(sheet.name, number, "too-many", text)
