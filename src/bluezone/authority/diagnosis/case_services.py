"""Merge two cases that are one and part them again, note a case's course."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import case_rules, services
from bluezone.authority.diagnosis.case_rules import Course, Status, StatusError
from bluezone.authority.diagnosis.models import Case, FollowUp, Merge
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock


@transaction.atomic
def merge(kept: Case, gone: Case, now: dt.datetime) -> Merge:
    """Note that `gone` is `kept`: it is listed no more. Nothing is moved, so that parting them loses nothing.

    Raises StatusError for two of different offices, or one that is merged.
    """
    first, second = sorted((kept, gone), key=lambda case: case.pk)  # always in one order: no two wait for each other
    locked = {case.pk: case for case in (_locked(first), _locked(second))}
    if len(locked) < 2:
        raise StatusError(gettext_noop("this is the same case"))
    kept, gone = locked[kept.pk], locked[gone.pk]
    if kept.place != gone.place:
        raise StatusError(gettext_noop("the cases belong to two offices: one hands its case over first"))
    if kept.merged_into_id or gone.merged_into_id or gone.merged.exists():
        raise StatusError(gettext_noop("one of the cases is merged already"))
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    try:
        with transaction.atomic():
            return Merge.objects.create(kept=kept, gone=gone, merged_at=now)
    except IntegrityError:
        raise StatusError(gettext_noop("one of the cases is merged already")) from None


@transaction.atomic
def undo_merge(case: Case, now: dt.datetime) -> None:
    """Part a case from the one it was merged into. Raises StatusError after a day."""
    case = _locked(case)
    found = case.merges.filter(undone_at=None).first()
    if found is None or not case_rules.may_undo(found.merged_at, found.undone_at, now):
        raise StatusError(gettext_noop("two cases can be parted for a day only"))
    case.merged_into, found.undone_at = None, now
    case.save(update_fields=["merged_into"])
    found.save(update_fields=["undone_at"])


@transaction.atomic
def note(
    case: Case,
    kind: Course,
    what: Sequence[str],
    day: dt.date,
    call_again_on: dt.date | None,
    by: User,
    now: dt.datetime,
) -> FollowUp:
    """Note something of a case's course; who is well again has recovered. Raises StatusError."""
    case = _locked(case)
    case_rules.check_course(kind, what, day, call_again_on, clock.date_of(now))
    after = case_rules.status_after(kind, what, Status(case.status))
    if after != case.status:
        case.status = after
        case.save(update_fields=["status"])
    services.keep_person(case, now)
    words = ",".join(word for word in case_rules.COURSE[kind] if word in what)
    return FollowUp.objects.create(
        case=case, kind=kind, what=words, day=day, call_again_on=call_again_on, noted_at=now, noted_by=by
    )


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("person").get(pk=case.pk)
