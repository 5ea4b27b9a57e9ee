"""Tell of whom a single row counts where its name says it, and which rows count the people of an office. Pure.

`Giáo viên, nhân viên` below classes is no class; `Sở Y tế` below districts has no people who live there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import TAKEN, is_institution, is_office
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.meanings import people_of
from bluezone.rollout.reading.names import is_council
from bluezone.rollout.reading.people import group_named, mixed_in, without_people
from bluezone.rollout.reading.results import Notice, saying
from bluezone.rollout.reading.roles import SAID_SO, Role
from bluezone.rollout.reading.rows import Line

#: words around those for people in the name of a row: `Toàn bộ cán bộ, giáo viên của trường`
_AROUND = re.compile(
    r"\b(?:va|cac|so|tong|toan|bo|khoi|to|ban|cua|truong|trong|cong|slash|khac|em|doi ngu|ho|tai|thuoc|"
    r"(?:ubnd|uy ban nhan dan|don vi|co quan)(?: (?:xa|phuong|thi tran|huyen))?)\b|\d+"
)
_HAMLETS = re.compile(
    r"(?:ap|thon|khom|khu vuc|khu pho|to|to dan pho|ban|buon|lang|bon|soc|xom|phum|tieu khu|khoi pho|cum dan cu|"
    r"khu dan cu)\b|khoi \d+$"
)
_HAMLETS_IN_HEADER = re.compile(r"\b(?:ap|thon|khom|khu vuc|khu pho|to dan pho|ban|buon|lang|bon|soc|xom|khoi pho)\b")
#: what people who live in a place are to an office
_OF_AN_OFFICE = {words.POPULATION: words.HEADCOUNT, words.PERCENT_POPULATION: ""}
#: what is counted of those who work in an office, where a column names nobody
_OF_STAFF = {words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.NCOVI, words.HEADCOUNT,
             words.SMARTPHONES}  # fmt: skip


def people_named(name: str) -> str:
    """Return the people that a row's name names, in its own words where these are of several kinds; empty where it says
    anything else: `Công ty Thanh Niên`."""
    if is_office(name) or is_institution(name) or not (group := group_named(name)):
        return ""
    if _AROUND.sub(" ", without_people(words.key_of(name))).strip():
        return ""
    return mixed_in([name]) or group


def note_people(draft: Draft, sites: Set[int], with_staff: Set[int]) -> Iterator[Notice]:
    """Note for rows of people and of offices of whom they count, and yield what is said of it. `sites` are the rows of
    sites among places, `with_staff` those that count who works there."""
    sheet = draft.block.sheet.name
    mixed = not all(people_named(line.name) for line in draft.units)
    blocks = _are_blocks(draft)
    called_so = sum(_is_site(line.name, blocks=blocks) for line in draft.units)
    offices_only = (
        not draft.placed.units and bool(draft.with_numbers(words.POPULATION)) and called_so * 2 > len(draft.units)
    )
    of_places = bool(draft.placed.units) or _is_of_hamlets(draft)
    for line in draft.units:
        if line.number in draft.placed.units or line.of or draft.by_group:
            continue
        counted = [role for role in draft.roles if role.kind in TAKEN and line.number in role.amounts.by_line]
        if of := people_named(line.name) if mixed else "":
            line.of, line.of_office = of, of_places
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
        is_site = line.number in sites or _is_site(line.name, blocks=blocks)
        line.of_office = offices_only or (of_places and is_site)
        line.of_staff = line.of_office and line.number in with_staff
    offices = [line for line in draft.units if line.of_office]
    people = draft.with_numbers(words.POPULATION)
    if offices and people:
        text = saying(N_("column {column} (“{header}”) counts the people of these, not people who live there: {names}"),
                      column=people[0].letters, header=people[0].column.header, names=_named(offices))  # fmt: skip
        yield Notice(sheet, 0, "people", text)
    open_ones = [line for line in offices if _counts_somebody(draft, line)]
    with_their_own = [line for line in open_ones if line.of_staff]
    others = [line for line in open_ones if not line.of_staff]
    if with_their_own:
        text = saying(N_("no places, so their figures were taken of their own staff: {names}"),
                      names=_named(with_their_own))  # fmt: skip
        yield Notice(sheet, 0, "people", text)
    if others:
        text = saying(N_("no places, and of whom they count is not said: {names}"), names=_named(others))
        yield Notice(sheet, 0, "people", text)


NOBODY_NAMED = N_("column {column} (“{header}”) does not say of whom it counts, as others do: it is kept so")


def note_nobody(draft: Draft) -> Iterator[Notice]:
    """Yield what is said of columns that name nobody in a table of organisations whose other columns name people."""
    if draft.placed.units or any(line.of for line in draft.units) or _is_of_hamlets(draft):
        return
    counted = [role for role in draft.with_numbers(*_OF_STAFF, words.ASKED, words.HELPED, words.HAD, words.REFUSED)
               if not role.open]  # fmt: skip
    if not any(role.of not in {"", words.RESIDENTS} for role in counted):
        return
    for role in counted:
        if not role.of and role.why.template != SAID_SO:
            text = saying(NOBODY_NAMED, column=role.letters, header=role.column.header)
            yield Notice(draft.block.sheet.name, 0, "column", text)


def _is_of_hamlets(draft: Draft) -> bool:
    """Return whether a table of no unit that is known counts those who live in hamlets: its rows or the header above
    them are called so."""
    if draft.one_unit or draft.placed.units or not draft.with_numbers(words.POPULATION):
        return False
    path = _above_names(draft)
    headed = (
        _are_blocks(draft)
        or draft.lines.level == words.HAMLET
        or any(_HAMLETS_IN_HEADER.search(words.key_of(text)) for text in path)
    )
    return headed or any(_HAMLETS.match(words.key_of(line.name)) for line in draft.units)


def _above_names(draft: Draft) -> list[str]:
    """Return the texts above the names of the rows."""
    return next((column.path for column in draft.block.columns if column.number == draft.lines.unit), [])


def _are_blocks(draft: Draft) -> bool:
    """Return whether a table lists the blocks of a town, `Khối Phú Xuân`, beside how many people live there: `Khối`
    heads their column, or all are called so. Those of offices and the grades of a school have no such number."""
    if draft.placed.units or not draft.with_numbers(words.POPULATION):
        return False
    path = _above_names(draft)
    headed = bool(path) and words.key_of(path[-1]) in {"khoi", "ten khoi", "khoi pho", "cac khoi"}
    named = [line for line in draft.units if words.key_of(line.name).startswith("khoi ")]
    return bool(named) and (headed or len(named) == len(draft.units))


_MOST_NAMED = 10


def _named(lines: Sequence[Line]) -> str:
    return ", ".join(line.name for line in lines[:_MOST_NAMED]) + (", …" if len(lines) > _MOST_NAMED else "")


def _counts_somebody(draft: Draft, line: Line) -> bool:
    """Return whether a row has a figure of people of whom neither it nor the column says who they are."""
    return not line.of and any(not role.of and kind_of(role.kind, line) in _OF_STAFF
                               and line.number in role.amounts.by_line for role in draft.roles)  # fmt: skip


def _leave_what_contradicts(line: Line, counted: list[Role]) -> bool:
    """Leave a row's numbers out of columns that name people themselves, where columns of others count the same."""
    left = [role for role in counted if role.of != line.of and any(
        each.kind == role.kind and each.of != role.of and each.date == role.date for each in counted)]  # fmt: skip
    for role in left:
        del role.amounts.by_line[line.number]
    return bool(left)


#: blocks of offices, which are no blocks of a town
_OF_OFFICES = re.compile(
    r"khoi (?:co quan|dang|doan|chinh quyen|hanh chinh|doanh nghiep|truong|mat tran|nha nuoc|su nghiep|luc luong|"
    r"van phong|kinh te|noi chinh|phong|ban|cac|so|giao duc|vu trang|y te|i te|cong an|quan)"
)


def _is_site(name: str, *, blocks: bool = False) -> bool:
    key = words.key_of(name)
    if _HAMLETS.match(key) or (blocks and key.startswith("khoi ") and not _OF_OFFICES.match(key)):
        return False
    return is_office(name) or is_institution(name) or is_council(name)


def people_of_figure(role: Role, kind: str, line: Line) -> str:
    """Return of whom a figure of some kind is: of those that the row names, else the column, else of the staff."""
    return line.of or role.of or ("staff" if line.of_staff and kind in _OF_STAFF else "")


def kind_of(kind: str, line: Line) -> str:
    """Return what a column counts in a row; empty where that is no figure of it."""
    return _OF_AN_OFFICE.get(kind, kind) if line.of_office else kind
