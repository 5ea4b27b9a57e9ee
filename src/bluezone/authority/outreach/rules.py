"""Decide, without a database, what of outreach can be stored, and which of a union's tasks are due."""

from __future__ import annotations

import datetime as dt
import enum

from django.utils.translation import gettext_noop

from bluezone.authority.officers.jurisdiction import Jurisdiction, Role
from bluezone.authority.units.models import Organisation
from bluezone.errors import TranslatableError
from bluezone.rollout.counts import FIRST_DAY
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.families import TallyProblem
from bluezone.rollout.households import MOST_HOUSEHOLDS, has_phone_number

#: rows of households go when a hamlet has not been visited for so many days
KEPT_DAYS = 60
#: a task is shown on the home page so many days before it is due
SHOWN_BEFORE_DAYS = 2
_MOST = 1_000_000


class OutreachError(TranslatableError):
    """Report something that cannot be stored; `field` is the form's field it belongs to."""

    def __init__(self, field: str, template: str, **values: object) -> None:
        super().__init__(template, **values)
        self.field = field


class TallyError(RolloutError):
    """Report a number of a tally that cannot be, as `rollout.families` says it; `field` is the form's field."""

    def __init__(self, problem: TallyProblem) -> None:
        super().__init__(problem.template, **problem.values)
        self.field = problem.field


def check_households(households: int | None, highest: int) -> None:
    """Raise OutreachError for a number of households that cannot be; `highest` is the highest one visited."""
    if households is None:
        return
    if not 0 < households <= MOST_HOUSEHOLDS:
        raise OutreachError(
            "households", gettext_noop("a hamlet has from 1 to {most} households"), most=MOST_HOUSEHOLDS
        )
    if households < highest:
        raise OutreachError(
            "households", gettext_noop("household {number} was visited: there are no fewer"), number=highest
        )


def check_day(day: dt.date, today: dt.date, field: str = "date") -> None:
    """Raise OutreachError for a day in the future, or one whose rows are deleted already."""
    if day > today:
        raise OutreachError(field, gettext_noop("{day} is in the future"), day=day)
    if day < FIRST_DAY or (today - day).days > KEPT_DAYS:
        raise OutreachError(field, gettext_noop("{day} is too long ago: at most {most} days"), day=day, most=KEPT_DAYS)


class TaskState(enum.StrEnum):
    """Name the state of a union's task on a day."""

    DONE = "done"
    OVERDUE = "overdue"
    TODAY = "today"
    COMING = "coming"


def task_state(due: dt.date, done_on: dt.date | None, day: dt.date) -> TaskState:
    """Return the state of a task on a day."""
    if done_on is not None and done_on <= day:
        return TaskState.DONE
    if due < day:
        return TaskState.OVERDUE
    return TaskState.TODAY if due == day else TaskState.COMING


def check_task(title: str, asked: int | None, helped: int | None) -> None:
    """Raise OutreachError for a task that cannot be."""
    if not title.strip():
        raise OutreachError("title", gettext_noop("say what is to be done"))
    if has_phone_number(title):
        raise OutreachError("title", gettext_noop("leave telephone numbers out: officers above read it"))
    for field, number in (("asked", asked), ("helped", helped)):
        if number is not None and number > _MOST:
            raise OutreachError(field, gettext_noop("{number} is more than there are people"), number=number)
    if asked is not None and helped is not None and helped > asked:
        raise OutreachError(
            "helped",
            gettext_noop("{helped} who were helped are more than the {asked} who were asked"),
            helped=helped,
            asked=asked,
        )


def sees_households(own: Jurisdiction, organisation: Organisation) -> bool:
    """Return whether single households are shown: to the hamlet's head, and to the commune that goes there."""
    if own.role is Role.UNIT_HEAD:
        return own.place == organisation.place
    return own.role is Role.COMMUNE and own.may_edit(organisation.place)
