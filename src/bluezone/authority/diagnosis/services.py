"""Open cases, record test results and issue codes, for pages, machines and the command line."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction

from bluezone.authority.diagnosis import codes, quota, rules
from bluezone.authority.diagnosis.codes import IssuedCode
from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.diagnosis.rules import CaseError
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.site import clock


@transaction.atomic
def open_case(
    *,
    report_type: str,
    onset_date: dt.date | None,
    test_date: dt.date | None,
    issuer: Issuer | None,
    now: dt.datetime,
    file_number: str = "",
    case_id: uuid.UUID | None = None,
) -> tuple[Case, IssuedCode, OneTimeCode]:
    """Open a case and return it with its code (to be shown once). Without an issuer the operator opens it, at the
    command line.

    Raises CaseError, naming the field, for dates that cannot be; IssueError where the issuer may not issue a code now.
    """
    problem = rules.date_problem(onset_date, test_date, clock.date_of(now))
    if problem is not None:
        what, field = problem
        raise CaseError(what.value, field)
    return store_case(
        report_type=report_type,
        onset_date=onset_date,
        test_date=test_date,
        issuer=issuer,
        now=now,
        file_number=file_number,
        case_id=case_id,
    )


@transaction.atomic
def store_case(
    *,
    report_type: str,
    onset_date: dt.date | None,
    test_date: dt.date | None,
    issuer: Issuer | None,
    now: dt.datetime,
    file_number: str = "",
    case_id: uuid.UUID | None = None,
) -> tuple[Case, IssuedCode, OneTimeCode]:
    """Open a case whose dates were checked, and return it with its code. Raises IssueError where the issuer may not
    issue a code now."""
    case = Case.objects.create(
        id=case_id or uuid.uuid4(),
        report_type=report_type,
        onset_date=onset_date,
        test_date=test_date,
        file_number=file_number,
        created_at=now,
        created_by=issuer.officer if issuer else None,
        created_with=issuer.key if issuer else None,
        place=issuer.place if issuer else NATION,
    )
    code, row = new_code(case, issuer, now)
    return case, code, row


@transaction.atomic
def new_code(case: Case, issuer: Issuer | None, now: dt.datetime) -> tuple[IssuedCode, OneTimeCode]:
    """Issue a code for a case, and note in the audit log who did. Raises IssueError where the issuer may not now."""
    quota.spend(issuer, 1, now)
    code, row = codes.issue_code(case, now)
    audit_log.note(row, issuer, {"case": ["None", str(case.pk)]}, is_new=True)
    return code, row


@transaction.atomic
def change_result(
    case: Case, report_type: str, test_date: dt.date | None, issuer: Issuer | None, now: dt.datetime
) -> tuple[IssuedCode, OneTimeCode]:
    """Record the test result of a clinical case, and issue the code with which its phone revises what it published.

    Raises CaseError for a result that cannot be; IssueError where the issuer may not issue a code now: the result is
    not stored either.
    """
    if report_type not in rules.TRANSITIONS.get(case.report_type, ()):
        raise CaseError(f"a case that is {case.report_type} cannot become {report_type}", "report_type")
    problem = (
        rules.date_problem(case.onset_date, test_date or case.test_date, clock.date_of(now)) if test_date else None
    )
    if problem is not None:
        raise CaseError(problem[0].value, "test_date")
    case.report_type = report_type
    case.test_date = test_date or case.test_date
    case.save(update_fields=["report_type", "test_date"])
    return new_code(case, issuer, now)
