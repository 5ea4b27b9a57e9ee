"""Refuse a file of persons or of another place, and leave out what only shows how to fill in a form. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.cells import Sheet
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.filled import is_figure
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.meanings import MEANINGS
from bluezone.rollout.reading.names import Names
from bluezone.rollout.reading.results import Ignored, Question, Reading, saying
from bluezone.rollout.reading.roles import LEAVE_OUT, is_of_things
from bluezone.rollout.reading.rows import Sort


def refuse_another_place(drafts: Sequence[Draft], names: Names) -> None:
    """Raise TableError for a table of which every unit lies outside the sender's place; leave out such a table where
    others beside it are the sender's."""
    for draft in drafts:
        if draft.foreign is not None:
            placed = draft.placed
            placed.outside |= {line: [unit] for line, unit in placed.units.items()} | placed.several
            placed.units, placed.several, placed.parents = {}, {}, []
    if drafts and all(draft.foreign is not None for draft in drafts):
        units = list(dict.fromkeys(names.path(draft.foreign) for draft in drafts if draft.foreign is not None))
        raise TableError(N_("the table is of another place: {where}"), where=", ".join(units[:3]))
    if any(draft.placed.units or draft.placed.unknown or draft.placed.several for draft in drafts):
        return
    outside = [units[0] for draft in drafts for units in draft.placed.outside.values()]
    if len(outside) > 1:
        where = ", ".join(dict.fromkeys(names.path(unit) for unit in outside[:3]))
        raise TableError(N_("all units of the table lie outside the place of the sender: {where}, …"), where=where)


def refuse_no_choice(question: Question | None, key: str, answer: str) -> None:
    """Raise TableError for an answer that is no choice of the question that is open without it: it would have no
    effect."""
    if question is None or question.key != key or question.free:
        return
    choices = [choice.value for choice in question.choices]
    if answer.casefold() not in map(str.casefold, choices):
        raise TableError(N_("“{answer}” is no answer to “{question}”: choose one of {choices}"),
                         answer=answer[:40], question=question.text, choices=", ".join(choices))  # fmt: skip


def refuse_no_kind(answer: str) -> None:
    """Raise TableError for an answer to what a column counts, `installs:staff`, whose kind is none, or whose people no
    words: two answers written as one."""
    kind, _, of = answer.partition(":")
    if kind not in {"", LEAVE_OUT, *MEANINGS} or not _PEOPLE.fullmatch(of):
        raise TableError(N_("“{answer}” says not what a column counts: write a kind, as in {example}"),
                         answer=answer[:40], example="installs:staff")  # fmt: skip


_PEOPLE = re.compile(r"[^;=:\n]*")


def refuse_persons(drafts: Sequence[Draft]) -> None:
    """Raise TableError for a list of persons, which nobody needs: how many they are is asked for."""
    for draft in drafts:
        keys = [words.key_of(column.path[-1]) for column in draft.block.columns if column.path]
        counted = draft.with_numbers(*(set(words.COUNTS) - {words.TOTAL}))
        named = any(_PERSON.match(key) for key in keys)
        naming = [role.guess.kind for role in draft.roles if role.column.number == draft.lines.unit]
        of_units = any(kind in {*words.UNIT_KINDS, words.UNKNOWN} for kind in naming)
        personal = any(_PERSONAL.search(key) for key in keys) and not (counted and of_units)
        if (named and personal) or (any(_NAMES.fullmatch(key) for key in keys) and _is_marked(draft)):
            raise TableError(N_("the file lists persons: send how many they are, not who they are"))


def without_units(drafts: Sequence[Draft]) -> TableError | None:
    """Return why a table whose rows have numbers and no unit is refused, with the column that may name persons in its
    place; None where there is none."""
    for draft in drafts:
        if not draft.lines.of(Sort.NAMELESS) or draft.units:
            continue
        beside = [role for role in draft.roles if role.guess.kind in _IN_PLACE_OF_UNITS and role.column.path]
        if beside:
            return TableError(_OF_PERSONS, column=beside[0].letters, header=beside[0].column.header)
        return TableError(_NAMELESS)
    return None


_OF_PERSONS = N_(
    "column {column} (“{header}”) names no units: write beside each number the unit that it is of, in a column with the"
    " header đơn vị"
)
_NAMELESS = N_(
    "no column names units: write beside each number the unit that it is of, in a column with the header đơn vị"
)
_IN_PLACE_OF_UNITS = {words.CONTACT, words.HEAD, words.NOTE, words.SOURCE}


def _is_marked(draft: Draft) -> bool:
    """Return whether a column of the app says of each row only that it has it, or not: `x`, `1`, `có`."""
    for role in draft.roles:
        if role.guess.kind in _OF_AN_APP or role.guess.doubt in _OF_AN_APP or role.kind in _OF_AN_APP:
            said = [draft.block.sheet.own(line.number, role.column.number).text for line in draft.units]
            if any(said) and all(not text or words.key_of(text) in _YES_OR_NO for text in said):
                return True
    return False


_OF_AN_APP = {words.INSTALLS, words.NCOVI, words.ACTIVE}
#: as keys: `✓` has none
_YES_OR_NO = frozenset(
    ["", "x", "v", "1", "0", "co", "khong", "ko", "roi", "da cai", "chua", "chua cai", "ok", "yes", "no"]
)
_NAMES = re.compile(
    r"(?:hoj|ho) (?:va )?ten(?: (?:can bo|cong chuc|vien chuc|nhan vien|cong nhan|hoc sinh|sinh vien|giao vien|"
    r"dang vien|doan vien|hoi vien|nguoi (?:lao dong|cai dat|cai|dan)))*"
)


def refuse_things(drafts: Sequence[Draft]) -> None:
    """Raise TableError for a file in which every number counts broadcasts, leaflets or minutes, and none people."""
    numbered = [role for draft in drafts for role in draft.roles
                if role.amounts.by_line and (role.is_count or role.is_share or role.kind == words.UNKNOWN)]  # fmt: skip
    if numbered and all(role.kind == words.UNKNOWN and is_of_things(role) for role in numbered):
        headers = dict.fromkeys(f"“{role.column.header}”" for role in numbered)
        raise TableError(N_("the table has no figures of people, only of broadcasts, leaflets or the like: {headers}"),
                         headers=", ".join(headers))  # fmt: skip


_PERSON = re.compile(r"(?:hoj|ho) (?:va )?ten\b|ten nguoi\b|nguoi cai dat$")
_PERSONAL = re.compile(
    r"\b(?:nam sinh|sinh nam|ngay sinh|ngai sinh|dien thoai|sdt|so dt|cmnd|cccd|ki ten|chu ki|dia chi)\b"
)


def has_a_figure_a_line(sheet: Sheet) -> bool:
    """Return whether lines of a sheet name a figure each, with its value beside: `Số người đã cài | 1137`."""
    named = 0
    for _, cells in sheet.rows():
        texts = list(cells.values())
        if len(texts) == 2 and not is_figure(texts[0]) and is_figure(texts[1]):
            named += guess([texts[0].text]).kind in {*words.COUNTS, *words.SHARES} - {words.TOTAL}
    return named >= _FEWEST_LINES


#: so many lines that name a figure are no table of units
_FEWEST_LINES = 2


def has_lines_of_text(sheet: Sheet) -> bool:
    """Return whether most rows of a sheet are texts in which a number stands, as of a chat."""
    told = [any(len(cell.text) > _LONG and any(sign.isdigit() for sign in cell.text) for cell in cells.values())
            for _, cells in sheet.rows()]  # fmt: skip
    return sum(told) >= _FEWEST_TEXTS and sum(told) * 2 >= len(told)


_LONG, _FEWEST_TEXTS = 15, 3


def without_examples(drafts: list[Draft], reading: Reading) -> list[Draft]:
    """Return the blocks without those that show how to fill in the form, where others are filled in."""
    shown = [draft for draft in drafts if _is_example(draft)]
    if len(shown) == len(drafts):
        return drafts
    for draft in shown:
        name = draft.block.sheet.name
        why = saying(N_("it shows how to fill in the form"))
        reading.ignored.append(Ignored(name, str(draft.block.first or ""), name, why))
    return [draft for draft in drafts if draft not in shown]


def _is_example(draft: Draft) -> bool:
    if _EXAMPLES.fullmatch(words.key_of(draft.block.sheet.name)):
        return True
    return any(_EXAMPLE.match(words.key_of(text)) for _, text in draft.block.titles[-1:])


_EXAMPLES = re.compile(r"(?:sheet )?(?:huong ?dan(?: \w+){0,4}|hd|vi ?du|vd|mau|bieu ?mau|guide|readme|danh ?muc)")
_EXAMPLE = re.compile(r"(?:vi du|vd|mau vi du|example)\b")
