"""Tell of whom a single row counts where its name says it, and which rows count the people of an office. Pure.

`Giáo viên, nhân viên` below classes is no class; `Sở Y tế` below districts has no people who live there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import TAKEN, is_institution, is_office
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.meanings import people_of
from bluezone.rollout.reading.names import is_council
from bluezone.rollout.reading.people import group_named, mixed_in, without_people
from bluezone.rollout.reading.results import Notice, saying
from bluezone.rollout.reading.roles import Role
from bluezone.rollout.reading.rows import Line

#: words around those for people in the name of a row: `Toàn bộ cán bộ, giáo viên của trường`
_AROUND = re.compile(r"\b(?:va|cac|so|tong|toan|bo|khoi|to|ban|cua|truong|trong|cong|slash|khac|em|doi ngu|ho)\b|\d+")
_HAMLETS = re.compile(r"(?:ap|thon|khom|khu vuc|khu pho|to|to dan pho|ban|buon|lang|bon|soc)\b")
#: what people who live in a place are to an office
_OF_AN_OFFICE = {words.POPULATION: words.HEADCOUNT, words.PERCENT_POPULATION: ""}


def people_named(name: str) -> str:
    """Return the people that a row's name names, in its own words where these are of several kinds; empty where it says
    anything else: `Công ty Thanh Niên`."""
    if is_office(name) or is_institution(name) or not (group := group_named(name)):
        return ""
    if _AROUND.sub(" ", without_people(words.key_of(name))).strip():
        return ""
    return mixed_in([name]) or group


def note_people(draft: Draft, sites: Set[int]) -> Iterator[Notice]:
    """Note for rows of people and of offices of whom they count, and yield what is said of it. `sites` are the rows of
    sites among places."""
    sheet = draft.block.sheet.name
    mixed = not all(people_named(line.name) for line in draft.units)
    for line in draft.units:
        if line.number in draft.placed.units or line.of or draft.by_group:
            continue
        counted = [role for role in draft.roles if role.kind in TAKEN and line.number in role.amounts.by_line]
        if of := people_named(line.name) if mixed else "":
            line.of = of
            if not any(role.of and role.of != of for role in counted):
                continue
            if _leave_what_contradicts(line, counted):
                text = saying(N_("“{name}” stands below columns of several kinds of people: they were left out"),
                              name=line.name)  # fmt: skip
                yield Notice(sheet, line.number, "people", text)
                continue
            text = saying(N_("“{name}” names other people than the columns: its figures are taken of {people}"),
                          name=line.name, people=people_of(of))  # fmt: skip
            yield Notice(sheet, line.number, "people", text)
        line.of_office = bool(draft.placed.units) and (line.number in sites or _is_site(line.name))
    offices = [line for line in draft.units if line.of_office]
    people = draft.with_numbers(words.POPULATION)
    if offices and people:
        names = ", ".join(line.name for line in offices[:_MOST_NAMED]) + (", …" if len(offices) > _MOST_NAMED else "")
        text = saying(N_("column {column} (“{header}”) counts the people of these, not people who live there: {names}"),
                      column=people[0].letters, header=people[0].column.header, names=names)  # fmt: skip
        yield Notice(sheet, 0, "people", text)


_MOST_NAMED = 10


def _leave_what_contradicts(line: Line, counted: list[Role]) -> bool:
    """Leave a row's numbers out of columns that name people themselves, where columns of others count the same."""
    left = [role for role in counted if role.of != line.of and any(
        each.kind == role.kind and each.of != role.of and each.date == role.date for each in counted)]  # fmt: skip
    for role in left:
        del role.amounts.by_line[line.number]
    return bool(left)


def _is_site(name: str) -> bool:
    if _HAMLETS.match(words.key_of(name)):
        return False
    return is_office(name) or is_institution(name) or is_council(name)


def kind_of(kind: str, line: Line) -> str:
    """Return what a column counts in a row; empty where that is no figure of it."""
    return _OF_AN_OFFICE.get(kind, kind) if line.of_office else kind
