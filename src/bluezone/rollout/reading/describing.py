"""Say what was made of a block: what each column was taken for, what was left out and why. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bluezone.errors import N_
from bluezone.rollout.reading import estimates, evidence, flows, remarks, rivals, terms, titles, wholes
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.columns import HOLDS_DAYS, NO_RANK
from bluezone.rollout.reading.context import TAKEN
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.households_with import MORE_THAN_ALL
from bluezone.rollout.reading.meanings import meaning_of
from bluezone.rollout.reading.of_households import COUNTS_HOUSEHOLDS
from bluezone.rollout.reading.other_apps import OF_APP
from bluezone.rollout.reading.pairs import PAIRS_SAID
from bluezone.rollout.reading.peers import MIXED_SUM
from bluezone.rollout.reading.pledges import OF_PROMISES
from bluezone.rollout.reading.results import Ignored, Notice, Reading, Saying, TakenColumn, saying
from bluezone.rollout.reading.roles import NOBODY_SAID, PART_IN_A_PERIOD, SAID_SO, Role, counts_families, is_in_doubt
from bluezone.rollout.reading.rows import Sort
from bluezone.rollout.reading.settling import NO_NUMBER
from bluezone.rollout.reading.turning import NO_OWN_FIGURES
from bluezone.rollout.reading.whom import NOT_KEPT, OF_ANOTHER_APP, OF_OTHERS

#: reasons that are said with the column that was left out
_NAMED_WHY = {
    NOT_KEPT,
    OF_OTHERS,
    OF_ANOTHER_APP,
    MIXED_SUM,
    flows.DAYS_SUMMED,
    flows.GAIN_OF_MORE,
    flows.GAIN_SINCE_BEFORE,
    rivals.OF_SOURCES,
    flows.OF_A_PERIOD,
    wholes.OF_BEFORE,
    NO_NUMBER,
    NO_RANK,
    OF_APP,
    HOLDS_DAYS,
    COUNTS_HOUSEHOLDS,
    MORE_THAN_ALL,
    PART_IN_A_PERIOD,
    estimates.ESTIMATED,
    evidence.OTHER_PEOPLE,
    evidence.NOT_YET,
    remarks.NOT_DONE,
    *OF_PROMISES,
}

#: what a list of columns and figures is headed with
LABELS = {
    "sheet": N_("sheet"),
    "column": N_("column"),
    "header": N_("header"),
    "taken for": N_("taken for"),
    "day": N_("day"),
    "values": N_("values"),
    "because of": N_("because of"),
    "line": N_("line"),
    "unit": N_("unit"),
    "code": N_("code"),
    "value": N_("value"),
    "left out": N_("left out ({meaning})"),
    "refused": N_("refused: {reason}"),
    "or another": N_("  or --answer '{key}=…' with another answer"),
    "or another day": N_("  or one of these with another day after “date=”"),
}


def describe(draft: Draft, reading: Reading) -> None:
    """Say of every column what it was taken for, with three values, and of every row left out why."""
    sheet = draft.block.sheet
    for role in draft.roles:
        values = () if role.kind == words.CONTACT else tuple(_shown(draft, role))  # names and telephones stay unsaid
        if not values and not role.column.path:
            continue
        taken = role.kind in TAKEN or role.kind in {*words.UNIT_KINDS, words.CODE, words.DATE, words.SECTOR, words.HEAD,
                                                    words.FAMILIES, words.MEASURE, words.PLACE}  # fmt: skip
        if role.open:
            taken = False
        if draft.is_of_nobody(role) and values:
            taken = False
            why_not = saying(N_("what was found at a round of visits is no figure of the place"))
            reading.ignored.append(Ignored(sheet.name, role.letters, role.column.header, why_not))
        of = role.of if taken and role.kind in TAKEN else ""
        reading.columns.append(
            TakenColumn(sheet.name, role.letters, role.column.header, role.kind if taken else "",
                        _ANY_PHONE if _has_any_phone(role) else meaning_of(role.kind, of), values,
                        role.left_out or role.why,
                        role.date or (_day_of_all(draft) if taken and role.kind in TAKEN else None), of)
        )  # fmt: skip
        if text := _left_out(role) or _days_not_taken(draft, role):
            reading.notices.append(Notice(sheet.name, 0, "column", text))
        if role.amounts.fractions_open and (role.kind in TAKEN or role.kind == words.PERCENT):
            role.open = True
            text = saying(N_("column {column} (“{header}”) may be percents or parts of one: it was left out"),
                          column=role.letters, header=role.column.header)  # fmt: skip
            reading.notices.append(Notice(sheet.name, 0, "column", text))
    reading.notices += _other_numbers(draft, reading)
    reading.notices += _filled(draft)
    reading.notices += _parts(draft)
    why = {
        Sort.TOTAL: saying(N_("a row of totals: it was held against the rows it sums, not taken")),
        Sort.NUMBERING: saying(N_("it numbers the columns")),
        Sort.HEADER: saying(N_("the header again")),
        Sort.NOTE: saying(N_("a note or a signature")),
        Sort.HEADING: saying(N_("a heading without figures")),
        Sort.PART: saying(N_("a part of the row above it")),
    }
    for line in draft.lines.all:
        if line.sort in why:
            written = line.name or next((cell.text for column in draft.block.columns
                                      if (cell := sheet.own(line.number, column.number))), "")  # fmt: skip
            reason = saying(SAID_SO) if line.left_out else why[line.sort]
            reading.ignored.append(Ignored(sheet.name, str(line.number), written, reason))
    for number, ending in draft.block.ends[:20]:
        reading.ignored.append(Ignored(sheet.name, str(number), ending, why[Sort.NOTE]))


#: what a column with numbers may be called that gives no figure of its own
_OTHER_NUMBERS = {words.MISSING, words.UNKNOWN, words.TOTAL, words.PERCENT_TARGET, words.PERCENT_HEADCOUNT,
                  words.PERCENT_INCREASE, words.PERCENT_OTHER, words.OWNERSHIP}  # fmt: skip


def _other_numbers(draft: Draft, reading: Reading) -> Iterator[Notice]:
    """Yield what is said once of the columns whose numbers were not taken and of which nothing else was said: `Chưa
    cài`, `% so chỉ tiêu`."""
    name = draft.block.sheet.name
    said = {str(notice.text.values.get("column")) for notice in reading.notices
            if notice.sheet == name and notice.kind == "column"}  # fmt: skip
    left = [role for role in draft.roles if role.kind in _OTHER_NUMBERS and role.amounts.by_line
            and role.column.path and role.letters not in said]  # fmt: skip
    if left:
        columns = ", ".join(f"{role.letters} (“{role.column.path[-1]}”)" for role in left[:_MOST_ROWS])
        text = saying(NO_OWN_FIGURES,
                      columns=columns + (", …" if len(left) > _MOST_ROWS else ""))  # fmt: skip
        yield Notice(name, 0, "columns", text)


def _parts(draft: Draft) -> Iterator[Notice]:
    """Yield what is said once of rows that give a part of the row above them."""
    rows = [str(line.number) for line in draft.lines.of(Sort.PART)]
    if rows:
        text = saying(N_("rows that give a part of the row above them were left out: {rows}"),
                      rows=", ".join(rows[:_MOST_ROWS]) + (", …" if len(rows) > _MOST_ROWS else ""))  # fmt: skip
        yield Notice(draft.block.sheet.name, 0, "parts", text)


def _filled(draft: Draft) -> Iterator[Notice]:
    """Yield what is said of rows that name no unit and were taken for that of the row above."""
    rows = [str(number) for number in draft.lines.filled]
    if rows:
        text = saying(N_("rows without a name go on with the days of the unit above and were taken for it: {rows}"),
                      rows=", ".join(rows[:_MOST_ROWS]) + (", …" if len(rows) > _MOST_ROWS else ""))  # fmt: skip
        yield Notice(draft.block.sheet.name, 0, "filled", text)


_MOST_ROWS = 20


def _day_of_all(draft: Draft) -> dt.date | None:
    """Return the day of a block's figures, None where each row has its own."""
    return None if draft.lines.date or all(line.dates for line in draft.units) else draft.day()


def _days_not_taken(draft: Draft, role: Role) -> Saying | None:
    """Return what is said of a column of days that are not those of the rows."""
    if role.column.number not in draft.lines.perhaps_dates:
        return None
    return saying(N_("column {column} (“{header}”) holds days: they were not taken for those of the figures"),
                  column=role.letters, header=role.column.header)  # fmt: skip


_SUBSCRIBERS = N_("column {column} (“{header}”) counts subscribers, not all of whom have a smartphone: it was left out")
_THINGS = N_("column {column} (“{header}”) counts households or things, not people: it was left out")
_ANY_PHONE = saying(N_("people with a telephone of any kind"))
_PHONES = N_("column {column} (“{header}”) counts telephones of any kind, not smartphones: it was left out")
#: what is no figure, whatever its numbers are
_BY_KIND = {
    words.SOME: N_("column {column} (“{header}”) counts some of the people only: it was left out"),
    words.JOINED: N_("column {column} (“{header}”) counts two things in one number: it was left out"),
}


def _has_any_phone(role: Role) -> bool:
    """Return whether a column counts those who have a telephone, smart or not: `HS có điện thoại`."""
    key = words.key_of(role.column.path[-1]) if role.column.path else ""
    any_phone = role.kind == words.SOME and terms.WITH_A_PHONE.search(key)
    return bool(any_phone) and not terms.SOME_PEOPLE.search(key)


def _left_out(role: Role) -> Saying | None:
    """Return why a column is not taken though it seems to hold figures."""
    if role.open:
        return saying(N_("column {column} says “{header}”, but its values are {why}: it was left out"),
                      column=role.letters, header=role.column.header, why=role.why)  # fmt: skip
    if role.kind == words.UNKNOWN and role.left_out == NOBODY_SAID:
        return saying(N_("column {column} (“{header}”) does not say of whom it counts: it was left out"),
                      column=role.letters, header=role.column.header)  # fmt: skip
    if text := _left_out_by_title(role):
        return text
    if role.kind == words.UNKNOWN and (role.guess.named or counts_families(role)) and role.amounts.by_line:
        return saying(_SUBSCRIBERS if _of_subscribers(role) else _THINGS,
                      column=role.letters, header=role.column.header)  # fmt: skip
    if is_in_doubt(role) and role.amounts.by_line:
        return saying(N_("column {column} (“{header}”) is not known: it was left out"),
                      column=role.letters, header=role.column.header)  # fmt: skip
    if role.left_out == PAIRS_SAID:
        return saying(N_("the cells of column {column} (“{header}”) hold two numbers each: it was left out"),
                      column=role.letters, header=role.column.header)  # fmt: skip
    if role.kind in _BY_KIND and role.amounts.by_line:
        return saying(
            _PHONES if _has_any_phone(role) else _BY_KIND[role.kind], column=role.letters, header=role.column.header
        )
    if role.kind in {words.UNKNOWN, words.TOTAL} and role.amounts.by_line and role.left_out is None:
        return saying(N_("column {column} (“{header}”) is not known: it was left out"),
                      column=role.letters, header=role.column.header)  # fmt: skip
    if role.kind == words.PERCENT:
        return saying(N_("column {column} (“{header}”) is a share of what is not said: it was left out"),
                      column=role.letters, header=role.column.header)  # fmt: skip
    return _without_a_header(role)


def _without_a_header(role: Role) -> Saying | None:
    """Return what is said of a column without a header whose texts hold numbers: `tăng 107`."""
    unread = [text for text in role.amounts.bad.values() if any(sign.isdigit() for sign in text)]
    if role.kind != words.UNKNOWN or role.column.path or len(unread) < _FEW_TEXTS:
        return None
    return saying(N_("column {column} has no header, and texts such as “{text}”: it was left out"),
                  column=role.letters, text=unread[0][:40])  # fmt: skip


_FEW_TEXTS = 2


def _of_subscribers(role: Role) -> bool:
    return any(words.has(words.key_of(text), *terms.SUBSCRIBED) for text in role.column.path)


def _left_out_by_title(role: Role) -> Saying | None:
    """Return why a column headed with days is not taken, where the title says what it counts."""
    if role.left_out is not None and role.left_out.template == flows.NCOVI_ADDED:
        return saying(N_("column {column} (“{header}”) gives what was added to NCOVI: it was left out"),
                      column=role.letters, header=role.column.header)  # fmt: skip
    if role.left_out is not None and role.left_out.template in _NAMED_WHY:
        return saying(N_("column {column} (“{header}”): {why}: it was left out"),
                      column=role.letters, header=role.column.header, why=role.left_out)  # fmt: skip
    untaken = role.kind not in TAKEN and role.amounts.by_line and not role.guess.named
    if untaken and role.why.template == titles.BY_TITLE:
        return saying(N_("column {column} (“{header}”) counts {meaning}, as the title says: it was left out"),
                      column=role.letters, header=role.column.header,
                      meaning=meaning_of(role.kind, ""))  # fmt: skip
    return None


def _shown(draft: Draft, role: Role) -> Iterator[str]:
    given = 0
    for line in draft.units:
        cell = draft.block.sheet.seen(line.number, role.column.number)
        if cell.text and given < 3:
            given += 1
            yield cell.text
