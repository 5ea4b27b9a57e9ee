"""Ask a contact of a case (F1) to warn others, and take it back when the contact is released."""

from __future__ import annotations

import datetime as dt
import enum

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import codes, quota
from bluezone.authority.diagnosis.codes import IssuedCode
from bluezone.authority.diagnosis.models import OneTimeCode
from bluezone.authority.episodes.models import Episode, WarningCode
from bluezone.authority.episodes.words import Decision, Role
from bluezone.authority.errors import AuthorityError
from bluezone.authority.keys import second_order
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.reports.rules import day_is_kept
from bluezone.authority.site import clock
from bluezone.errors import TranslatableError


class WarnProblem(enum.Enum):
    """Name why a contact is not asked to warn others, in a sentence of pages."""

    OFF = gettext_noop("The ministry has not turned on that contacts warn others.")
    SECOND = gettext_noop("A contact of a contact (F2) warns nobody further.")
    NOT_DECIDED = gettext_noop("Decide first that this person is a contact: only then may it warn others.")
    RELEASED = gettext_noop("This contact was tested negative and warns nobody.")
    TOO_OLD = gettext_noop("The exposure is more than 14 days ago: phones have forgotten whom they met then.")


class WarnError(AuthorityError, TranslatableError):
    """Say why a contact is not asked to warn others."""


def problem_of(
    *, is_on: bool, role: Role, decision: Decision, negative: bool, exposed_on: dt.date | None
) -> WarnProblem | None:
    """Return why somebody is not asked to warn others; None where an officer may. `exposed_on`: None where no meeting
    is young enough. A contact of a contact never may, whatever else is known."""
    if not is_on:
        return WarnProblem.OFF
    if role is not Role.F1:
        return WarnProblem.SECOND
    if decision is not Decision.CONTACT:
        return WarnProblem.NOT_DECIDED
    if negative:
        return WarnProblem.RELEASED
    return None if exposed_on is not None else WarnProblem.TOO_OLD


def exposed_on(contact: Episode, now: dt.datetime) -> dt.date | None:
    """Return the first day of the last 14 on which a contact was near somebody infected; None without any."""
    days = contact.exposures.order_by("day").values_list("day", flat=True)
    return next((day for day in days if day_is_kept(clock.beginning_of(day), now)), None)


def problem(contact: Episode, now: dt.datetime) -> WarnProblem | None:
    """Return why a contact is not asked to warn others; None where an officer may."""
    return problem_of(
        is_on=second_order.is_on(now),
        role=Role(contact.role),
        decision=contact.decision,
        negative=contact.tests.filter(result="negative").exists(),
        exposed_on=exposed_on(contact, now),
    )


@transaction.atomic
def ask(contact: Episode, by: Issuer, now: dt.datetime) -> tuple[IssuedCode, OneTimeCode]:
    """Issue the code, to be shown once, with which a contact may warn the people it met since the exposure. An earlier
    one not used yet stops working. It counts as any code of the officer and the office.

    Raises WarnError where this contact may not; IssueError where the officer may not issue a code now.
    """
    row = Episode.objects.select_for_update().get(pk=contact.pk)
    wrong, day = problem(row, now), exposed_on(row, now)
    if wrong is not None or day is None:
        raise WarnError((wrong or WarnProblem.TOO_OLD).value)
    quota.spend(by, 1, now)
    _codes(row).filter(used_at=None, burnt_at=None).update(burnt_at=now)
    code, stored = codes.issue_contact_code(day, now)
    WarningCode.objects.create(episode=row, code=stored)
    audit_log.note(row, by, {"warns others": ["", "asked"]})
    return code, stored


def warns(contact: Episode) -> bool:
    """Return whether a contact was asked to warn others, and was not released since."""
    return _codes(contact).filter(burnt_at=None).exists()


def release(contact: Episode, now: dt.datetime) -> int:
    """Stop a contact's codes and revoke what it published as a contact; return how many keys warn nobody any more.
    Call it in the transaction that stores why."""
    return second_order.release(_codes(contact), now)


def _codes(contact: Episode) -> QuerySet[OneTimeCode]:
    return OneTimeCode.objects.filter(pk__in=contact.warning_codes.values("code"))
