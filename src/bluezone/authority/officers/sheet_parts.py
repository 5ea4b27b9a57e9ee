"""Prepare what a page shows of a spreadsheet, with choices above its columns and beside its rows, and read what the
officer chose."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bluezone.authority.officers.jurisdiction import code_over
from bluezone.authority.site.language import number_text, page_language, problem_text, said
from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import spreadsheets
from bluezone.errors import TranslatableError
from bluezone.geography import catalogue
from bluezone.geography.units import Level, Unit, UnitCode, nation_on
from bluezone.rollout.problems import Problem, Severity
from bluezone.rollout.sectors import is_code, read_code
from bluezone.rollout.texts import translator
from bluezone.spreadsheets.mapping import Mapping as Decisions
from bluezone.spreadsheets.results import NO_UNIT, Check, Column, Doubt, Proposal, Row, saying
from bluezone.spreadsheets.roles import IGNORE, LABELS

#: so many rows stand on a page, so many checks in the list below them, so many letters in a cell
ROWS = 200
_CHECKS = 200
#: so many lines of the same are named
_LINES = 12
_LONGEST = 120
#: of more units beside a row's own only the likeliest are offered; the others are typed
_MOST_SIBLINGS = 90
#: how sure is not unsure
_SURE = 0.9
#: roles that say whom a row speaks of
_NAMING = ("unit", "parent", "code", "day", "indicator", "measure")
_OUT = "out"


def role_name(role: str) -> str:
    """Return what a column is taken for, in the reader's language."""
    return said(saying(LABELS[role]))


@dataclass(frozen=True, slots=True)
class Looked:
    """Hold how a file is looked at: on which day, which page of its rows, the lines whose doubts are ticked."""

    today: dt.date
    page: int = 1
    confirmed: Collection[int] = ()


def sheet_of(
    proposal: Proposal,
    upload: Upload,
    problems: Sequence[Problem],
    stored: Collection[str],
    looked: Looked,
    *,
    of_units: bool = True,
    wholes: Mapping[int, str],
) -> dict[str, Any]:
    """Return what a page shows of a file; `stored` are the roles whose numbers are stored, none where all are;
    `wholes` names of whom those problems speak that are of no single row."""
    pages = max(1, -(-len(proposal.rows) // ROWS))
    page = min(max(looked.page, 1), pages)
    shown = proposal.rows[(page - 1) * ROWS : page * ROWS]
    of_line = _by_line(proposal.checks, problems)
    letters = [column.letter for column in proposal.columns]
    taken = {column.letter: _is_taken(column, stored) for column in proposal.columns}
    names = {column.letter for column in proposal.columns if column.role == "unit"}
    days = [value.day for row in shown for value in row.values if value.day is not None]
    offered = _Offered(code_over(upload.place), max(days, default=looked.today))
    dated = any(column.role == "day" for column in proposal.columns)
    remembered = upload.options.get(spreadsheets.REMEMBERED_FROM)
    doubted = {doubt.where for doubt in proposal.unsure if doubt.about == "line"}
    last = proposal.rows[-1].line if proposal.rows else proposal.header[1]
    return {
        "sheets": proposal.sheets if len(proposal.sheets) > 1 else (),
        "chosen_sheet": proposal.sheet,
        "headers": _headers(proposal),
        "day": proposal.decided.day.isoformat() if proposal.decided.day else "",
        "columns": [_column(each, proposal.unsure, stored) for each in proposal.columns],
        "above": [each for each in proposal.around if each[0] < max(proposal.header[0], 1)],
        "below": [each for each in proposal.around if each[0] > last],
        "rows": [
            {
                "line": row.line,
                "cells": [
                    {"text": row.cells.get(letter, "")[:_LONGEST], "letter": letter, "taken": taken[letter],
                     "name": letter in names, "read_as": _read_as(row, letter)}
                    for letter in letters
                ],
                "days": sorted({value.day for value in row.values if value.day is not None}) if dated else (),
                "written": row.written[:_LONGEST],
                "out": said(row.left_out) if row.left_out is not None else "",
                "why": said(row.why) if row.why is not None else "",
                "unsure": str(row.line) in doubted,
                "chosen": _code(row),
                "units": offered.beside(row) if of_units else (),
                "remarks": _remarks(of_line.get(row.line, ()), looked.confirmed),
            }
            for row in shown
        ],
        "of_units": of_units,
        "suggested": offered.all if of_units else (),
        "page": page,
        "pages": range(1, pages + 1) if pages > 1 else (),
        "row_count": len(proposal.rows),
        "unknown": sum(row.left_out is not None and row.left_out.template == NO_UNIT for row in proposal.rows),
        "left_out": sum(row.left_out is not None for row in proposal.rows),
        "doubts": [_doubt(each) for each in proposal.unsure],
        "notes": [said(each) for each in proposal.notes],
        "checks": _checks(proposal.checks, problems, {row.line for row in shown}, looked.confirmed, wholes),
        "decided": bool(spreadsheets.decided_of(upload)),
        "remembered": dt.datetime.fromisoformat(remembered) if remembered else None,
    }  # fmt: skip


def _is_taken(column: Column, stored: Collection[str]) -> bool:
    return column.role in _NAMING or (column.role != IGNORE and (not stored or column.role in stored))


def _code(row: Row) -> str:
    return str(row.unit.code) if row.unit is not None else row.code


def _read_as(row: Row, letter: str) -> str:
    """Return the number that a cell is read as, where its digits are others: 1,23 triệu."""
    value = next((each for each in row.values if each.column == letter), None)
    if value is None or value.number != value.number.to_integral_value():
        return ""
    same = re.sub(r"\D", "", value.text.split("%")[0]).rstrip("0") == str(int(value.number)).rstrip("0")
    return "" if same else number_text(int(value.number))


def _headers(proposal: Proposal) -> list[tuple[str, str, bool]]:
    """Return the lines that may be the header: as found, its first or last line alone, the lines around it, none."""
    first, last = proposal.header
    around = [(line, line) for line in range(max(1, first - 3), last + 4)]
    pairs = [(line, line + 1) for line in range(max(1, first - 1), last + 1)]
    offered = dict.fromkeys([proposal.header, *around, *pairs, (0, 0)])
    found = []
    for first, last in sorted(offered):
        name = str(first) if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
        found.append((f"{first}-{last}", name if last else _("none"), (first, last) == proposal.header))
    return found


def _column(column: Column, unsure: Iterable[Doubt], stored: Collection[str]) -> dict[str, Any]:
    doubted = any(each.about == "column" and each.where == column.letter for each in unsure)
    roles = dict.fromkeys((column.role, *column.choices, IGNORE))
    return {
        "letter": column.letter,
        "header": column.header[-_LONGEST:],
        "samples": [text[:_LONGEST] for text in column.samples[:3]],
        "taken": _is_taken(column, stored),
        "only_read": column.role not in (IGNORE, *_NAMING) and bool(stored) and column.role not in stored,
        "roles": [(role, role_name(role), role == column.role) for role in roles],
        "why": said(column.why),
        "unsure": doubted or column.probability < _SURE,
        "has_day": column.day is not None or column.role in ("installs", "gain", "active", "with_phone"),
        "day": column.day.isoformat() if column.day else "",
    }


def _doubt(doubt: Doubt) -> dict[str, str]:
    places = {"column": f"c{doubt.where}", "line": f"d{doubt.where}", "day": "day", "sheet": "sheet"}
    return {"text": said(doubt.text), "at": places.get(doubt.about, "sheet-head")}


class _Offered:
    """Offer units in the place of a row's own: those that its name may mean, then those that lie beside it."""

    def __init__(self, within: UnitCode | None, on: dt.date) -> None:
        self._on = on
        self._below: dict[UnitCode, list[Unit]] = {}
        top = within or nation_on(on).code
        below = self._parts(top)
        parts = [each for unit in below for each in self._parts(unit.code)] if len(below) <= _MOST_SIBLINGS else []
        named = [*below, *(parts if within is not None else ())]
        #: the units of the place as they may be typed: with their codes
        self.all = [f"{each.code} {each.full_name}" for each in named]

    def beside(self, row: Row) -> list[tuple[str, str]]:
        found = {each.code: each.name for each in row.candidates}
        if row.unit is not None:
            found = {str(row.unit.code): row.unit.full_name} | found
            siblings = self._parts(row.unit.parent) if row.unit.parent else []
            if len(siblings) <= _MOST_SIBLINGS:
                found |= {str(each.code): each.full_name for each in siblings}
        elif row.code:
            found.setdefault(row.code, row.code)
        return list(found.items())

    def _parts(self, code: UnitCode) -> list[Unit]:
        if code not in self._below:
            known = code.level < Level.COMMUNE
            self._below[code] = list(catalogue.all_units().children(code, self._on)) if known else []
        return self._below[code]


# --- what is to be looked at ------------------------------------------------------------------------


def _by_line(checks: Iterable[Check], problems: Iterable[Problem]) -> Mapping[int, list[Check | Problem]]:
    found: dict[int, list[Check | Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.line].append(problem)
    for check in checks:
        for line in check.lines:
            found[line].append(check)
    return found


def _remarks(of_row: Iterable[Check | Problem], confirmed: Collection[int]) -> list[dict[str, Any]]:
    """Return what is said beside a row; the first doubt of it is confirmed by a tick."""
    remarks: list[dict[str, Any]] = []
    asked = False
    of_row = list(of_row)
    fails = any(isinstance(each, Problem) and each.severity is Severity.ERROR for each in of_row)
    for each in of_row:
        if isinstance(each, Check):
            remarks.append({"text": said(each.text), "severity": "seen"})
            continue
        ask = each.severity is Severity.DOUBT and not asked and not fails
        asked = asked or ask
        remarks.append(
            {"text": problem_text(each), "severity": each.severity.value, "ask": ask, "on": each.line in confirmed}
        )
    return remarks


def _checks(
    checks: Iterable[Check],
    problems: Iterable[Problem],
    shown: Collection[int],
    confirmed: Collection[int],
    wholes: Mapping[int, str],
) -> dict[str, Any]:
    """Return the list of all that is to be looked at, what is the same of several rows once; doubts of rows that are
    not on the page are confirmed there."""
    same: dict[tuple[str, str], list[int]] = defaultdict(list)
    found: list[dict[str, Any]] = []
    asked: set[int] = set()
    for check in checks:
        same["seen", said(check.text)] += check.lines[:1]
    for each in problems:
        ask = each.severity is Severity.DOUBT and each.line not in shown and each.line not in asked
        if ask:
            asked.add(each.line)
            on = each.line in confirmed
            found.append(
                {"text": problem_text(each), "lines": [each.line], "severity": "doubt", "ask": True, "on": on,
                 "whole": wholes.get(each.line, "")}
            )  # fmt: skip
        elif each.line in wholes:
            found.append({"text": problem_text(each), "severity": each.severity.value, "whole": wholes[each.line]})
        else:
            same[each.severity.value, problem_text(each)].append(each.line)
    found += [
        {"text": text, "lines": list(dict.fromkeys(lines))[:_LINES], "more": len(set(lines)) > _LINES,
         "severity": severity}
        for (severity, text), lines in same.items()
    ]  # fmt: skip
    order = {"seen": 0, "doubt": 0, "error": 1, "note": 2}
    found.sort(key=lambda each: order[each["severity"]])
    return {"list": found[:_CHECKS], "more": max(0, len(found) - _CHECKS)}


# --- what the officer chose --------------------------------------------------------------------------


def chosen_in(post: Mapping[str, str], proposal: Proposal, place: str, today: dt.date) -> tuple[Decisions, list[str]]:
    """Return what a form changes of what was proposed, and sentences about what cannot be read in it."""
    wrong: list[str] = []
    sheet = post.get("sheet", proposal.sheet)
    if sheet != proposal.sheet and sheet in proposal.sheets:
        return Decisions(sheet=sheet), wrong
    day = _day_in(post.get("day", ""), wrong)
    columns = {column.letter: column for column in proposal.columns}
    roles = {letter: role for letter in columns if (role := post.get(f"role-{letter}", ""))}
    days = {letter: found for letter in columns if (found := _day_in(post.get(f"day-{letter}", ""), wrong))}
    rows = {str(row.line): row for row in proposal.rows}
    taken = frozenset(rows[line].line for line in (post.get("take"),) if line in rows)
    chosen = {row.line: post.get(f"unit-{row.line}", "") for row in proposal.rows}
    typed = {row.line: text for row in proposal.rows if (text := post.get(f"other-{row.line}", "").strip())}
    find = _Finder(place, today, wrong)
    units = {line: code for line, code in chosen.items() if code not in ("", _OUT, _code(rows[str(line)]))}
    units |= {line: code for line, text in typed.items() if (code := find(line, text))}
    left_out = {line for line, code in chosen.items() if code == _OUT and line not in units}
    left_out |= {rows[line].line for line in (post.get("leave"),) if line in rows}
    decisions = Decisions(
        header=_header_in(post.get("header", ""), proposal),
        roles={
            letter: role
            for letter, role in roles.items()
            if role != columns[letter].role and role in (*columns[letter].choices, IGNORE)
        },
        days={letter: each for letter, each in days.items() if each != columns[letter].day},
        day=day if day != proposal.decided.day else None,
        units=units,
        left_out=frozenset(line for line in left_out if rows[str(line)].left_out is None),
        taken=taken | {line for line in units if rows[str(line)].left_out is not None},
    )
    return decisions, wrong


def _header_in(text: str, proposal: Proposal) -> tuple[int, int] | None:
    first, _dash, last = text.partition("-")
    if not (first.isdecimal() and last.isdecimal() and len(text) < 20):
        return None
    header = int(first), int(last)
    return header if header != proposal.header else None


def _day_in(text: str, wrong: list[str]) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        wrong.append(_("“%(text)s” is no day.") % {"text": text[:20]})
        return None


class _Finder:
    """Find the unit or organisation that a typed text means, within the officer's place."""

    def __init__(self, place: str, today: dt.date, wrong: list[str]) -> None:
        self._within, self._today, self._wrong = code_over(place), today, wrong

    def __call__(self, line: int, text: str) -> str:
        first = text.split()[0]
        try:
            if is_code(first):
                return read_code(first)
            if ":" in first:
                return str(UnitCode.parse(first))
            return str(catalogue.all_units().find(text[:_LONGEST], on=self._today, within=self._within).code)
        except TranslatableError as error:
            reason = error.sentence(translator(page_language()).gettext)
            self._wrong.append(_("Line %(line)s: %(reason)s") % {"line": line, "reason": reason})
            return ""
