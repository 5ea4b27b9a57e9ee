"""Prepare what a page shows of a spreadsheet that was read: the question, what each column was taken for, what was left
out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from bluezone.authority.site.language import page_language, said
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import spreadsheets
from bluezone.i18n import format_date
from bluezone.rollout.reading import combining
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import TAKEN
from bluezone.rollout.reading.meanings import MEANINGS
from bluezone.rollout.reading.results import Question, Reading, TakenColumn, saying

_SHOWN = 100
_LONGEST_HEADER = 80
_LONGEST_ANSWER = 200
#: notices that a page shows above the rows; others are said of their row
_ABOVE = {"total", "file", "column", "renamed", "no-figures", "nameless", "twice", "too-many", "organisations",
          "hidden", "ended", "remark", "note", "struck", "comment", "over-rows", "shifts",
          "people", "corrected", "bounds", "code", "share", "falls"}  # fmt: skip
#: what a column can be mapped to by hand, in the order of the list
MAPPABLE = (
    words.UNIT, words.COMMUNE, words.DISTRICT, words.PROVINCE, words.CODE, words.DATE, words.INSTALLS, words.WITH_PHONE,
    words.ACTIVE, words.INCREASE, words.NCOVI, words.POPULATION, words.SMARTPHONES, words.HEADCOUNT,
    words.PERCENT_POPULATION, words.PERCENT_SMARTPHONES, words.PERCENT_TARGET, words.TARGET, words.ASKED, words.HAD,
    words.HELPED, words.REFUSED, words.RANK, words.SOURCE, words.NOTE, words.UNKNOWN,
)  # fmt: skip


def question_of(question: Question) -> dict[str, Any]:
    """Return a question with its choices in the reader's language."""
    return {
        "key": question.key,
        "text": said(question.text),
        "choices": [{"value": choice.value, "text": said(choice.text)} for choice in question.choices],
        "free": question.free,
        "joined": question.key == combining.READINGS,
    }


def context_of(reading: Reading, upload: Upload, stored: Collection[str] = ()) -> dict[str, Any]:
    """Return what a page shows of a file that was read; `stored` are the kinds of figures that are stored, none where
    all are."""
    mapped = upload.options.get(spreadsheets.ANSWERS) or {}
    remembered = upload.options.get(spreadsheets.REMEMBERED_FROM)
    sheets = {column.sheet for column in reading.columns}
    return {
        "question": question_of(reading.question) if reading.question else None,
        "columns": [
            _column(column, mapped) | {"read_only": bool(stored) and column.kind in TAKEN and column.kind not in stored}
            for column in reading.columns[:_SHOWN]
        ],
        "several_sheets": len(sheets) > 1,
        "kinds": [(kind, said(saying(MEANINGS[kind]))) for kind in reading.kinds or MAPPABLE],
        "left_out": [
            {"where": each.where, "sheet": each.sheet, "text": each.text, "why": said(each.why)}
            for each in reading.ignored[:_SHOWN]
        ],
        "notices": [
            {"line": each.line, "sheet": each.sheet, "text": said(each.text)}
            for each in reading.notices
            if each.kind in _ABOVE or not each.line
        ][:_SHOWN],
        "answered": bool(mapped),
        "remembered": dt.datetime.fromisoformat(remembered) if remembered else None,
    }


def _column(column: TakenColumn, mapped: Mapping[str, str]) -> dict[str, Any]:
    key = f"column:{column.sheet}!{column.column}"
    return {
        "key": key,
        "sheet": column.sheet,
        "column": column.column,
        "header": _tail(column.header) or _("no header"),
        "taken": bool(column.kind),
        "meaning": said(column.meaning),
        "date": format_date(column.date, page_language()) if column.date else "",
        "values": column.values,
        "why": said(column.why),
        "kind": mapped.get(key, ""),
    }


def _tail(header: str) -> str:
    """Return a header short enough for a cell: its end, which tells it from those beside it."""
    return header if len(header) <= _LONGEST_HEADER else "…" + header[-_LONGEST_HEADER + 1 :].lstrip()


def answers_in(post: Mapping[str, Any], asked: Question | None) -> dict[str, str]:
    """Return the answers a form brings: to the question that is open, or columns mapped by hand."""
    found = {}
    if asked is not None and post.get("key") == asked.key:
        other, chosen = ((post.get(name) or "").strip()[:_LONGEST_ANSWER] for name in ("other", "answer"))
        if asked.key == combining.READINGS:
            found = combining.with_day(chosen, other) if other else combining.answers_of(chosen)
        elif other or chosen:
            found[asked.key] = other or chosen
    mapped = {
        key: value
        for key, value in post.items()
        if key.startswith("column:") and len(key) < 200 and (value in MAPPABLE or value == "")
    }
    return found | mapped
