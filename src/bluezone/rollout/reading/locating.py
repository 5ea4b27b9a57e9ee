"""Say which table a question is about, where a file holds several. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.results import Question, Saying, saying

_ON_A_SHEET = N_("Sheet “{sheet}”: {question}")
_ON_SHEETS = N_("Sheets {sheets}: {question}")
_ON_LINES = N_("Sheet “{sheet}”, table from line {line} on: {question}")
_UNDER_A_TITLE = N_("Sheet “{sheet}”, table from line {line} on (“{title}”): {question}")
#: questions of single rows and days, which other tables with the same header do not share
_OF_ONE_TABLE = ("date", "unit", "parent", "period")
_MOST_NAMED = 5
_LONGEST = 80


def located(question: Question, draft: Draft, drafts: Sequence[Draft], open_days: Sequence[Draft]) -> Question:
    """Return a question of a block that names its sheet, and where on it it stands, where a file holds several; one
    that all blocks share, as they have the same header, needs no place. `open_days`: blocks whose day is open."""
    about = [draft]
    if question.key == "date":
        about = [draft, *(other for other in open_days if other is not draft)]
    elif not question.key.startswith(_OF_ONE_TABLE):
        about = [other for other in drafts if headers(other) == headers(draft)]
    if len(about) == len(drafts):
        return question
    return replace(question, text=_placed(question.text, draft, drafts, about))


def headers(draft: Draft) -> list[str]:
    """Return the headers of a block as they are compared."""
    return [words.key_of(column.header) for column in draft.block.columns]


def own_key(name: str, draft: Draft, drafts: Sequence[Draft]) -> str:
    """Return the key of a question of a block's columns: a name alone where all blocks of the file have the same
    header but for days, else with the first block that has this one: an answer about it is none of the others."""
    shape = _without_days(draft)
    alike = [each for each in drafts if _without_days(each) == shape]
    return name if len(alike) == len(drafts) else f"{name}:{alike[0].key}"


def _without_days(draft: Draft) -> list[str]:
    return [_DIGITS.sub("", header) for header in headers(draft)]


_DIGITS = re.compile(r"\d+")


def _placed(text: Saying, draft: Draft, drafts: Sequence[Draft], about: Sequence[Draft]) -> Saying:
    sheet = draft.block.sheet.name
    sheets = list(dict.fromkeys(each.block.sheet.name for each in about))
    if len(sheets) > 1:
        more = ", …" if len(sheets) > _MOST_NAMED else ""
        named = ", ".join(f"“{name}”" for name in sheets[:_MOST_NAMED]) + more
        return saying(_ON_SHEETS, sheets=named, question=text)
    if sum(each.block.sheet is draft.block.sheet for each in drafts) == 1:
        return saying(_ON_A_SHEET, sheet=sheet, question=text)
    title = next((title for _, title in reversed(draft.block.titles)), "")
    if not title:
        return saying(_ON_LINES, sheet=sheet, line=draft.block.first, question=text)
    short = title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"
    return saying(_UNDER_A_TITLE, sheet=sheet, line=draft.block.first, title=short, question=text)
