"""Write tallies, rounds and tasks in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from bluezone.authority.outreach.models import Hamlet, UnionTask, VisitDay
from bluezone.authority.outreach.queries import COLUMNS
from bluezone.authority.outreach.rules import TaskState, task_state
from bluezone.authority.site.language import disclosure_text, number_text, page_language
from bluezone.authority.units.models import Organisation
from bluezone.i18n import format_date, format_number, format_share
from bluezone.rollout import families
from bluezone.rollout.families import FIELDS, TreeTally
from bluezone.rollout.households import Outcome
from bluezone.rollout.suppression import Disclosure, Extent, disclose

_TONES = {TaskState.DONE: "safe", TaskState.OVERDUE: "act", TaskState.TODAY: "watch", TaskState.COMING: ""}
_ICONS = {TaskState.DONE: "done", TaskState.OVERDUE: "alert", TaskState.TODAY: "wait", TaskState.COMING: "wait"}


def day_text(day: dt.date | None) -> str:
    """Write a day as forms take it, in both languages: 13/8/2020."""
    return f"{day.day}/{day.month}/{day.year}" if day is not None else ""


def share_text(part: int | None, whole: int | None) -> str:
    """Return a share; nothing where one of the two is not known."""
    made = families.share(part, whole)
    return format_share(made, page_language(), 0) if made is not None else ""


def tally(organisation: Organisation, found: TreeTally) -> dict[str, Any]:
    """Present a unit's tally: each number as it is disclosed, with its share."""
    headcount, values = organisation.headcount, found.tally
    made = families.shown(values, headcount)
    meant = families.families_meant(headcount) if headcount else None
    return {
        **{name: "" if (each := made[name]) is None else disclosure_text(each) for name in FIELDS},
        "told_share": share_text(values.told, headcount),
        "reached_share": share_text(values.reached, headcount),
        "with_app_share": _shown_share(made["families_with_app"], values.reached),
        "members_share": _shown_share(made["members"], headcount),
        "kept_share": _shown_share(made["family"], values.pledged),
        "headcount": number_text(headcount),
        "meant": number_text(meant),
        "people": number_text(organisation.people),
        "with_pledges": number_text(headcount + values.pledged) if headcount and values.pledged is not None else "",
        "is_empty": values.is_empty,
        "is_sum": found.is_sum,
        "known": number_text(found.known),
        "all": number_text(found.all),
    }


def _shown_share(made: Disclosure | None, whole: int | None) -> str:
    return share_text(made.at_least, whole) if made is not None and made.extent is Extent.EXACT else ""


def hamlet_row(organisation: Organisation, *, exactly: bool) -> dict[str, Any]:
    """Present a hamlet's rounds in one line."""
    row: Hamlet | None = getattr(organisation, "hamlet", None)
    households = row.households if row else None
    with_app = (row.has + row.helped) if row else 0

    def shown(number: int) -> str:
        return number_text(number) if exactly else disclosure_text(disclose(number, households))

    visited = row.visited if row else 0
    return {
        "code": organisation.code,
        "name": organisation.name,
        "households": number_text(households),
        "visited": number_text(visited),
        "share": share_text(visited, households),
        "bar": f"{min(100.0, 100 * visited / households):.0f}" if households else "",
        "never": number_text(max(0, households - visited)) if households else "",
        "with_app": shown(with_app) if row else "",
        "refused": shown(row.refused) if row else "",
        "absent": number_text(row.absent) if row else "",
        "last": format_date(row.last_visit_on, page_language()) if row and row.last_visit_on else "",
    }


def outcome_names() -> dict[Outcome, str]:
    """Return the outcomes of a visit in the reader's language."""
    return {
        Outcome.HAS: _("have the app"),
        Outcome.HELPED: _("installed with help"),
        Outcome.REFUSED: _("refused"),
        Outcome.ABSENT: _("nobody at home"),
        Outcome.NO_PHONE: _("no such phone"),
    }


def days(rows: Iterable[VisitDay]) -> list[dict[str, Any]]:
    """Present the days on which a hamlet's households were visited."""
    return [
        {
            "day": format_date(row.date, page_language()),
            "visited": number_text(row.visited),
            **{column: number_text(getattr(row, column)) for column in COLUMNS.values()},
        }
        for row in rows
    ]


def state_name(state: TaskState) -> str:
    """Return the state of a task in the reader's language."""
    return {
        TaskState.DONE: _("done"),
        TaskState.OVERDUE: _("overdue"),
        TaskState.TODAY: _("due today"),
        TaskState.COMING: _("to come"),
    }[state]


def task_row(task: UnionTask, day: dt.date) -> dict[str, Any]:
    """Present a task in one line."""
    state, language = task_state(task.due, task.done_on, day), page_language()
    return {
        "key": task.pk,
        "title": task.title,
        "kind": task.get_kind_display(),
        "union": task.organisation.name,
        "union_code": task.organisation.code,
        "at": task.at.name if task.at is not None else "",
        "due": format_date(task.due, language),
        "done": format_date(task.done_on, language) if task.done_on else "",
        "asked": "" if task.asked is None else format_number(task.asked, language),
        "helped": "" if task.helped is None else format_number(task.helped, language),
        "is_given": task.is_given,
        "state": state_name(state),
        "tone": _TONES[state],
        "icon": _ICONS[state],
    }
