"""Open cases, record test results, issue codes, merge two that are one: for pages, machines and the command line."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import case_rules, codes, quota, rules, signals
from bluezone.authority.diagnosis.case_rules import Status, StatusError
from bluezone.authority.diagnosis.codes import IssuedCode
from bluezone.authority.diagnosis.models import Case, Merge, OneTimeCode
from bluezone.authority.diagnosis.quota import NoResultError, NotEntitledError
from bluezone.authority.diagnosis.rules import CaseError
from bluezone.authority.officers import audit_log, confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import clock


@dataclass(frozen=True, slots=True)
class NewCase:
    """Say what a case is opened with. `case_id`: chosen by who opens it, so that a page sent twice opens one case;
    `place`: whose it is, where that is not the issuer's office; `person`: who it is, where that is known."""

    report_type: str
    onset_date: dt.date | None = None
    test_date: dt.date | None = None
    file_number: str = ""
    case_id: uuid.UUID | None = None
    place: str = ""
    person: Person | None = None


@transaction.atomic
def open_case(new: NewCase, issuer: Issuer | None, now: dt.datetime) -> tuple[Case, IssuedCode, OneTimeCode]:
    """Open a case and return it with its code (to be shown once). Without an issuer the operator opens it, at the
    command line.

    Raises CaseError, naming the field, for dates that cannot be; IssueError where the issuer may not issue a code now.
    """
    _check_dates(new.onset_date, new.test_date, now)
    return store_case(new, issuer, now)


@transaction.atomic
def store_case(
    new: NewCase, issuer: Issuer | None, now: dt.datetime, *, is_counted: bool = False
) -> tuple[Case, IssuedCode, OneTimeCode]:
    """Open a case whose dates were checked, and return it with its code. Raises IssueError where the issuer may not
    issue a code now. `is_counted`: as in `new_code`."""
    case = _store(new, issuer, now)
    code, row = new_code(case, issuer, now, is_counted=is_counted)
    return case, code, row


@transaction.atomic
def open_without_code(new: NewCase, issuer: Issuer, now: dt.datetime) -> Case:
    """Open a case whose code, if it gets one, is issued later; a suspected one waits for a test's result, and nothing
    could be published yet.

    Raises CaseError, naming the field, for dates that cannot be; IssueError without the right to confirm cases.
    """
    if not confirming.may_confirm(issuer):
        raise NotEntitledError
    _check_dates(new.onset_date, new.test_date, now)
    return _store(new, issuer, now)


def _check_dates(onset_date: dt.date | None, test_date: dt.date | None, now: dt.datetime) -> None:
    problem = rules.date_problem(onset_date, test_date, clock.date_of(now))
    if problem is not None:
        what, field = problem
        raise CaseError(what.value, field)


def _store(new: NewCase, issuer: Issuer | None, now: dt.datetime) -> Case:
    return Case.objects.create(
        id=new.case_id or uuid.uuid4(),
        report_type=new.report_type,
        status=case_rules.STATUS_OF_REPORT[new.report_type],
        onset_date=new.onset_date,
        test_date=new.test_date,
        file_number=new.file_number,
        created_at=now,
        created_by=issuer.officer if issuer else None,
        created_with=issuer.key if issuer else None,
        place=new.place or (issuer.place if issuer else NATION),
        person=new.person,
    )


@transaction.atomic
def new_code(
    case: Case, issuer: Issuer | None, now: dt.datetime, *, is_counted: bool = False
) -> tuple[IssuedCode, OneTimeCode]:
    """Issue a code for a case, and note in the audit log who did. Raises IssueError where the issuer may not now, or
    nothing is known yet that a phone could publish with.

    `is_counted`: it stands in the quota already, with the list that it is of; only the right is asked for again.
    """
    if case.report_type not in rules.CERTIFIED:
        raise NoResultError
    if not is_counted:
        quota.spend(issuer, 1, now)
    elif issuer is not None and not confirming.may_confirm(issuer):
        raise NotEntitledError
    code, row = codes.issue_code(case, now)
    audit_log.note(row, issuer, {"case": ["None", str(case.pk)]}, is_new=True)
    return code, row


@transaction.atomic
def change_result(
    case: Case, report_type: str, test_date: dt.date | None, issuer: Issuer | None, now: dt.datetime
) -> tuple[IssuedCode, OneTimeCode]:
    """Record a test's result, or its correction, and issue the code with which the phone publishes, revises or takes
    back.

    Raises CaseError for a result that cannot be; IssueError where the issuer may not issue a code now: the result is
    not stored either.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    if report_type not in case.results:
        raise CaseError(gettext_noop("this result cannot be noted of the case now: look again"), "report_type")
    problem = (
        rules.date_problem(case.onset_date, test_date or case.test_date, clock.date_of(now)) if test_date else None
    )
    if problem is not None:
        raise CaseError(problem[0].value, "test_date")
    case.report_type, case.status = report_type, case_rules.STATUS_OF_REPORT[report_type]
    case.test_date = test_date or case.test_date
    case.save(update_fields=["report_type", "status", "test_date"])
    signals.result_noted.send(sender=Case, case=case)
    return new_code(case, issuer, now)


@transaction.atomic
def name_person(case: Case, identity: Identity, now: dt.datetime) -> Case:
    """Store who a case is, apart and encrypted; the case keeps the pseudonym. Raises IdentityError; StatusError where
    somebody has done so meanwhile."""
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.person_id is not None:
        raise StatusError(gettext_noop("who this is has been entered meanwhile: open it to correct it"))
    case.person = persons.enter(identity, case.place, now)
    case.save(update_fields=["person"])
    keep_person(case, now)
    return case


def keep_person(case: Case, now: dt.datetime) -> None:
    """Keep a case's identity as long as the case needs it: it does now, and until its last infectious day."""
    if case.person is not None:
        last = case.window.last if case.window else clock.date_of(now)
        persons.keep_until(case.person, max(last, clock.date_of(now)))


@transaction.atomic
def change_status(case: Case, status: Status) -> Case:
    """Note how a case goes on, without a test's result. Raises StatusError."""
    case = Case.objects.select_for_update().get(pk=case.pk)
    case_rules.check_step(Status(case.status), status)
    case.status = status
    case.save(update_fields=["status"])
    return case


@transaction.atomic
def change_case(
    case: Case, onset_date: dt.date | None, test_date: dt.date | None, file_number: str, now: dt.datetime
) -> Case:
    """Correct a case's dates and file number. A day that stands there already may be older than a new case's.

    Raises CaseError, naming the field, for dates that cannot be.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    changed_onset = onset_date if onset_date != case.onset_date else None
    changed_test = test_date if test_date != case.test_date else None
    if changed_onset or changed_test or not (onset_date or test_date):
        _check_dates(changed_onset, changed_test, now)
    case.onset_date, case.test_date, case.file_number = onset_date, test_date, file_number
    case.save(update_fields=["onset_date", "test_date", "file_number"])
    return case


# --- two that are one -------------------------------------------------------------------------------------------------


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


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("person").get(pk=case.pk)
