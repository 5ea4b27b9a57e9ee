"""Take a laboratory's results: confirm or withdraw the case, send its phone a code, leave officers what is theirs."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from bluezone.authority.diagnosis import services as cases
from bluezone.authority.diagnosis.case_rules import Status
from bluezone.authority.diagnosis.codes import IssuedCode
from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.diagnosis.sending import services as sending
from bluezone.authority.issuing.models import LabCorrection, LabResult
from bluezone.authority.issuing.results import rules
from bluezone.authority.issuing.results.rules import Content, Effect, Known, Result
from bluezone.authority.messages import sms
from bluezone.authority.officers import confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import clock
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.locks import take_turns

_CONTENT = "content of a laboratory's result"
_LANGUAGE = "vi"
#: what a result makes of a case
REPORTS = {Result.POSITIVE: "confirmed", Result.NEGATIVE: "negative"}
_Issued = tuple[IssuedCode, OneTimeCode]


@transaction.atomic
def receive(laboratory: User, external_id: str, content: Content, now: dt.datetime) -> LabResult:
    """Take a result, a copy of it or its correction, and return its row. All of it or nothing.

    Raises ResultError for what cannot be; IssueError where the laboratory's or its office's quota is spent.
    """
    rules.check(external_id, content, clock.date_of(now))
    take_turns(f"results of {laboratory.pk}")
    row = LabResult.objects.select_related("case").filter(laboratory=laboratory, external_id=external_id).first()
    issuer = Issuer(officer=laboratory)
    does = rules.effect(_known(row, content), may_confirm=confirming.may_confirm(issuer))
    if does is Effect.NOTHING:
        assert row is not None
        return row
    issued: _Issued | None = None
    if row is None:
        case = _case_of(laboratory.place, content, now)
        if does is Effect.DECIDES:
            case, issued = _decided(case, content, issuer, now)
        case = case or _suspected(laboratory, content, now)
        row = LabResult(laboratory=laboratory, external_id=external_id, case=case, received_at=now)
    else:
        LabCorrection.objects.create(
            row=row, result=row.result, sampled_on=row.sampled_on, reported_on=row.reported_on, corrected_at=now
        )
        row.is_task = True
        if does is Effect.DECIDES:
            issued = _corrected(row.case, content, issuer, now)
    row.is_task = row.is_task or does is Effect.TASK
    row.content_digest, row.result = keyed.digest(_CONTENT, content.text), content.result.value
    row.sampled_on, row.reported_on = content.sampled_on, content.reported_on
    row.save()
    if row.case.person is None and content.telephone:
        cases.name_person(row.case, Identity(telephone=content.telephone), now)
    if issued and content.telephone and sms.sender() is not None:
        # in the same words whatever the result is: the phone says it, not the message
        sending.queue(row.case, issued, issuer, content.telephone, _LANGUAGE, now)
    return row


def _known(row: LabResult | None, content: Content) -> Known:
    if row is None:
        return Known.NEW
    return Known.SAME if row.content_digest in keyed.digests(_CONTENT, content.text) else Known.OTHER


def _case_of(place: str, content: Content, now: dt.datetime) -> Case | None:
    """Return the one suspected case of the office with this telephone number; None where there is none, or several:
    a household has one telephone."""
    if not content.telephone:
        return None
    found = Case.objects.filter(
        person__in=persons.find(place, content.telephone, ""),
        status=Status.SUSPECTED,
        place=place,
        merged_into=None,
        created_at__gt=now - dt.timedelta(days=28),
    )[:2]
    return found[0] if len(found) == 1 else None


def _decided(case: Case | None, content: Content, issuer: Issuer, now: dt.datetime) -> tuple[Case, _Issued | None]:
    report = REPORTS[content.result]
    if case is None:
        made, code, row = cases.store_case(cases.NewCase(report, test_date=content.sampled_on), issuer, now)
        return made, (code, row)
    if report not in case.results:
        return case, None
    issued = cases.change_result(case, report, content.sampled_on, issuer, now)
    case.refresh_from_db()
    return case, issued


def _corrected(case: Case, content: Content, issuer: Issuer, now: dt.datetime) -> _Issued | None:
    """Let a correction confirm or withdraw the case, with a code by which the phone revises or takes back; one of the
    dates alone corrects the case's. None where no code follows."""
    if REPORTS[content.result] in case.results:
        return cases.change_result(case, REPORTS[content.result], content.sampled_on, issuer, now)
    if REPORTS[content.result] == case.report_type:
        cases.change_case(case, case.onset_date, content.sampled_on, case.file_number, now)
    return None


def look_done(case: Case, **_sent: object) -> None:
    """Note that an officer has looked at the results that say of a case what is noted on it now (`result_noted`)."""
    said = [result.value for result, report in REPORTS.items() if report == case.report_type]
    for row in LabResult.objects.filter(case=case, is_task=True, result__in=said):
        row.is_task = False
        row.save(update_fields=["is_task"])


def _suspected(laboratory: User, content: Content, now: dt.datetime) -> Case:
    """Open a suspected case for an officer to decide on: the laboratory may not."""
    return Case.objects.create(
        report_type=Case.ReportType.SUSPECTED,
        status=Status.SUSPECTED,
        test_date=content.sampled_on,
        created_at=now,
        created_by=laboratory,
        place=laboratory.place,
    )
