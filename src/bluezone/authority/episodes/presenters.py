"""Describe exposures and events of episodes in the reader's language."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext, pgettext

from bluezone.authority.episodes import calls as sheets
from bluezone.authority.episodes.forms import (
    COURSE_NAMES,
    DECISION_NAMES,
    REACHED_NAMES,
    SETTING_NAMES,
    VEHICLE_NAMES,
)
from bluezone.authority.episodes.models import Event, Exposure
from bluezone.authority.episodes.words import OUTCOMES, EventKind, FollowUp, FoundBy, Role, Setting
from bluezone.authority.officers.jurisdiction import codes_of
from bluezone.authority.reports.models import Report
from bluezone.authority.reports.rules import Verdict
from bluezone.authority.site.language import named_day, number_text, page_language
from bluezone.authority.units import posts
from bluezone.protocol.reports import Certainty


def met(row: Exposure, seen: set[uuid.UUID]) -> dict[str, Any]:
    """Describe an exposure; of a case or contact of another office only that it was one."""
    if row.source is None:
        who = gettext("nobody knows whom")
    elif row.source_id in seen:
        who = row.near
    else:
        is_case = row.source.role == Role.F0
        who = gettext("a case of another office") if is_case else gettext("a contact of another office")
    codes = codes_of(row.site)
    by_app = row.found_by == FoundBy.APP
    return {
        "row": row,
        "who": who,
        "is_seen": row.source_id in seen,
        "setting": SETTING_NAMES[Setting(row.setting)],
        "site": posts.name_of(codes[-1]) if codes else "",
        "found_by": gettext("by the app") if by_app else gettext("by asking"),
        "report": _reported(row.report) if row.report is not None else None,
    }


def _reported(row: Report) -> dict[str, Any]:
    """Describe what a phone says of an exposure, in the words of its own screen."""
    quarters = ngettext("%(n)s quarter of an hour", "%(n)s quarters of an hour", row.quarters)
    return {
        "row": row,
        "is_corroborated": row.verdict == Verdict.CORROBORATED,
        "length": quarters % {"n": number_text(row.quarters)} if row.quarters else gettext("less than 15 minutes"),
        "near": gettext("how long near is not known")
        if row.near_minutes is None
        else gettext("near for about %(n)s minutes") % {"n": number_text(row.near_minutes)},
        "certainty": {
            Certainty.LIKELY: gettext("a close contact is likely"),
            Certainty.POSSIBLE: gettext("a close contact is possible"),
            Certainty.CANNOT_TELL: gettext("the phone cannot tell whether it was a close contact"),
        }[Certainty(row.certainty)],
        "risk": (gettext("low"), gettext("raised"), gettext("high"))[row.risk],
    }


def told(events: QuerySet[Event]) -> list[dict[str, Any]]:
    """Describe events, the newest first."""
    rows = events.select_related("by").order_by("-at", "-pk")
    return [{"row": row, "what": what(row), "answers": list(answers(row.facts))} for row in rows]


def what(row: Event) -> str:
    """Say what an event was."""
    if row.kind == EventKind.CALL:
        return gettext("Call: %(reached)s") % {"reached": REACHED_NAMES[row.what]}
    if row.kind == EventKind.COURSE:
        is_outcome = row.what in OUTCOMES
        head = gettext("Outcome") if is_outcome else pgettext("of a case's course", "Hospital")
        return f"{head}: {COURSE_NAMES[row.what]}"
    if row.kind == EventKind.TRAVEL:
        facts, by = row.facts, str(VEHICLE_NAMES[row.what])
        origin, number = facts.get("origin", "–"), facts.get("number", "")
        told = {"origin": origin, "by": f"{by} {number}".strip()}
        return gettext("Came from %(origin)s, %(by)s") % told
    before, _, after = row.what.partition(">")
    names = {each.value: str(name) for each, name in DECISION_NAMES.items()} | {
        each.value: each.upper() for each in Role
    }
    names |= {FollowUp.RUNNING: gettext("under follow-up"), FollowUp.COMPLETED: gettext("completed")}
    return gettext("%(before)s became %(after)s") % {"before": names[before], "after": names[after]}


def answers(facts: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Say the answers of a call; words that no sheet knows any more stand as they were stored."""
    language, sheet = page_language(), sheets.by_name(facts.get("sheet", ""))
    asked = {each.name: each for each in sheet.questions} if sheet is not None else {}
    given: Mapping[str, Sequence[str]] = facts.get("answers", {})
    for name, words in given.items():
        question = asked.get(name)
        if question is None:
            yield name, ", ".join(words)
        elif question.kind == "day":
            yield (
                question.text[language],
                ", ".join(named_day(dt.date.fromisoformat(each), inside=True) for each in words),
            )
        else:
            said = (question.words[each][language] if each in question.words else each for each in words)
            yield question.text[language], ", ".join(said)
