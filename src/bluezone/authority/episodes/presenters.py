"""Describe exposures and events of episodes in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext, pgettext

from bluezone.authority.episodes import calls as sheets
from bluezone.authority.episodes import services
from bluezone.authority.episodes.forms import (
    COURSE_NAMES,
    DECISION_NAMES,
    REACHED_NAMES,
    SETTING_NAMES,
    VEHICLE_NAMES,
)
from bluezone.authority.episodes.models import Episode, Event, Exposure
from bluezone.authority.episodes.words import OUTCOMES, EventKind, FollowUp, FoundBy, Role, Setting
from bluezone.authority.officers.jurisdiction import codes_of
from bluezone.authority.officers.models import User
from bluezone.authority.reports.rules import Verdict
from bluezone.authority.site import clock
from bluezone.authority.site.language import named_day, number_text, page_language
from bluezone.authority.units import posts
from bluezone.protocol.reports import Certainty


@dataclass(frozen=True, slots=True)
class Met:
    """Describe an exposure; of a case or contact of another office (`is_seen` False) only that it was one."""

    row: Exposure
    is_seen: bool

    @property
    def who(self) -> str:
        """Say near whom the person was."""
        if self.row.source is None:
            return gettext("nobody knows whom")
        if self.is_seen:
            return self.row.near
        is_case = self.row.source.role == Role.F0
        return gettext("a case of another office") if is_case else gettext("a contact of another office")

    @property
    def setting(self) -> str:
        return str(SETTING_NAMES[Setting(self.row.setting)])

    @property
    def site(self) -> str:
        """Name the organisation of the register where they met; nothing for none."""
        codes = codes_of(self.row.site)
        return posts.name_of(codes[-1]) if codes else ""

    @property
    def found_by(self) -> str:
        return gettext("by the app") if self.row.found_by == FoundBy.APP else gettext("by asking")

    @property
    def report(self) -> dict[str, Any] | None:
        """Describe what a phone said of it, in the words of its own screen."""
        row = self.row.report
        if row is None:
            return None
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

    def in_short(self, *, reads: bool = True) -> str:
        """Say what the person is to whom ("wife of LM-001"); to who may not read health data (`reads`) only where they
        met."""
        if self.row.source is None:
            return gettext("phone warned")
        what = (self.row.relation if reads else "") or self.setting
        return gettext("%(what)s of %(name)s") % {"what": what, "name": self.who}


def met(rows: Iterable[Exposure], shown: QuerySet[Episode], officer: User) -> list[Met]:
    """Describe near whom people were, and open in a shift who those are. `shown`: whose names an officer may know."""
    rows = list(rows)
    seen = services.open_sources(rows, shown, officer, clock.now())
    return [Met(each, each.source_id in seen) for each in rows]


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
