"""Take a laboratory's results: find whose they are, confirm or withdraw the case, send its phone a code, leave officers
what is theirs; and do what an officer decides of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import services as cases
from bluezone.authority.diagnosis import signals
from bluezone.authority.diagnosis.case_rules import Status, StatusError
from bluezone.authority.diagnosis.codes import IssuedCode
from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.diagnosis.sending import services as sending
from bluezone.authority.issuing.models import LabCorrection, LabResult
from bluezone.authority.issuing.results import rules
from bluezone.authority.issuing.results.rules import Content, Effect, Known, Patient, Result, UnknownResultError
from bluezone.authority.messages import sms
from bluezone.authority.officers import confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import clock, registries
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.locks import take_turns
from bluezone.authority.work.services import settle
from bluezone.geography.units import Unit

_CONTENT = "content of a laboratory's result"
_LANGUAGE = "vi"
#: the kind of row from which tasks arise
SOURCE = "result"
#: what a result makes of a case
REPORTS = {Result.POSITIVE: "confirmed", Result.NEGATIVE: "negative", Result.WITHDRAWN: "negative"}
Code = tuple[IssuedCode, OneTimeCode]


@transaction.atomic
def receive(
    laboratory: User, external_id: str, content: Content, now: dt.datetime, issued_at: dt.datetime | None = None
) -> LabResult:
    """Take a result, a copy of it or its correction, and return its row. All of it or nothing. `issued_at`: when the
    laboratory said it; what it said before something that is here already changes nothing, however late it comes.

    Raises ResultError for what cannot be; IssueError where the laboratory's or its office's quota is spent.
    """
    day = clock.date_of(now)
    rules.check(external_id, content, day)
    take_turns(f"results of {laboratory.pk}")
    row = LabResult.objects.select_related("case").filter(laboratory=laboratory, external_id=external_id).first()
    if row is None and content.result is Result.WITHDRAWN:
        raise UnknownResultError("nothing was sent under this id that could be taken back", "external_id")
    if row is not None and rules.is_overtaken(issued_at, row.issued_at):
        return row
    known = _known(row, content)
    if row is None:
        row = LabResult(laboratory=laboratory, external_id=external_id, received_at=now)
    elif known is Known.OTHER:
        LabCorrection.objects.create(
            row=row, result=row.result, sampled_on=row.sampled_on, reported_on=row.reported_on, corrected_at=now
        )
    patient, whose, place = (
        (Patient.SUSPECTED, row.case, row.place)
        if row.case
        else _patient(rules.named_place(laboratory.place, content.commune, content.district, day), content.who, now)
    )
    issuer = Issuer(officer=laboratory)
    may_confirm = confirming.may_confirm(issuer) and place.startswith(laboratory.place)
    does = rules.effect(known, content.result, patient, may_confirm=may_confirm)
    case = whose if isinstance(whose, Case) else None
    if does is Effect.NOTHING:
        return row
    row.content_digest, row.result = keyed.digest(_CONTENT, content.text), content.result.value
    row.sampled_on, row.reported_on = content.sampled_on, content.reported_on
    row.issued_at = issued_at or row.issued_at
    row.place = confirming.office_of(place, within_province=True)
    row.named = (content.commune or content.district).strip()[:120]
    if does is Effect.FILLS and isinstance(whose, Person):
        row.person = whose
    _note_person(row, case, content, now)
    _tell(row, now)
    code = _decide(row, case, issuer, now) if does is Effect.DECIDES else None
    row.case = row.case or case
    row.is_task = row.is_task or rules.is_task(does, known, content.result)
    _store(row, now)
    if row.case and code and content.who.telephone and sms.sender() is not None:
        # in the same words whatever the result is: the phone says it, not the message
        sending.queue(row.case, code, issuer, content.who.telephone, _LANGUAGE, now)
    return row


def unit_of(row: LabResult) -> Unit | None:
    """Return the unit that the laboratory named."""
    return rules.unit_written(row.named, row.laboratory.place, row.reported_on)


def unknown_place(row: LabResult) -> str:
    """Return the place that the laboratory named where it is none that is known; nothing where it is, or none was."""
    return "" if unit_of(row) else row.named


def _known(row: LabResult | None, content: Content) -> Known:
    if row is None:
        return Known.NEW
    return Known.SAME if row.content_digest in keyed.digests(_CONTENT, content.text) else Known.OTHER


def _patient(named: str, who: Identity, now: dt.datetime) -> tuple[Patient, Case | Person | None, str]:
    """Return what is known of a patient in the place that a laboratory names, the case or the person that waits for
    this test, and the place of the office that follows the person, else the named one."""
    digests = persons.digests_of(who)
    people = persons.known(named, digests)
    waiting, followed = list(suspected(people, now)), followed_among(people)
    found = {case.person_id: case.place for case in waiting} | {pk: each.place for pk, each in followed.items()}
    place = next(iter(found.values())) if len(set(found.values())) == 1 else named
    if len(found) != 1:
        return Patient.SEVERAL if found else Patient.UNKNOWN, None, place
    if waiting:
        return Patient.SUSPECTED, waiting[0], place
    (person,) = (each for each in people if each.pk in followed)
    is_due = followed[person.pk].awaits_test and person.document_digest in digests.document
    return (Patient.TESTED, person, place) if is_due else (Patient.FOLLOWED, None, place)


def suspected(people: Iterable[Person], now: dt.datetime) -> QuerySet[Case]:
    """Return the cases of some people in which a test is awaited."""
    rows = Case.objects.filter(
        status=Status.SUSPECTED, merged_into=None, created_at__gt=now - disease().windows.same_illness.span
    )
    return rows.filter(person__in=people).select_related("person")


def followed_among(people: Iterable[Person]) -> dict[int, registries.Followed]:
    """Return who of some people is followed by an office, by key."""
    keys = [each.pk for each in people]
    return {key: each for by in registries.followed for key, each in by(keys).items()}


def _note_person(row: LabResult, case: Case | None, content: Content, now: dt.datetime) -> None:
    """Store who the patient is, once: on the case, else apart from cases until it is opened."""
    if row.person is not None or not content.says_who:
        return
    if case is None:
        row.person = persons.enter(content.who, row.place, now)
    elif case.person is None:
        row.person = cases.name_person(case, content.who, now).person


def _tell(row: LabResult, now: dt.datetime, by: User | None = None) -> None:
    """Tell other packages that a result is known to be that of a person (`signals.tested`)."""
    if row.person is not None:
        facts = {"result": row.result, "sampled_on": row.sampled_on, "sample": row.external_id}
        signals.tested.send(sender=LabResult, person=row.person, **facts, now=now, by=by)


def _decide(row: LabResult, case: Case | None, issuer: Issuer, now: dt.datetime) -> Code | None:
    """Let a result confirm or withdraw the case, opened where there is none, with a code by which the phone publishes,
    revises or takes back; a correction of the dates alone corrects the case's, without a code."""
    report = REPORTS[Result(row.result)]
    if case is None:
        new = cases.NewCase(report, test_date=row.sampled_on, place=row.place, person=row.person)
        row.case, issued, stored = cases.store_case(new, issuer, now)
        cases.keep_person(row.case, now)
        return issued, stored
    row.case = case
    if report in case.results:
        code = cases.change_result(case, report, row.sampled_on, issuer, now)
        case.refresh_from_db()
        return code
    if report == case.report_type:
        cases.change_case(case, case.onset_date, row.sampled_on, case.file_number, now)
    return None


def _store(row: LabResult, now: dt.datetime, by: User | None = None) -> None:
    """Store a result, and have its task open or closed as it is."""
    row.save()
    task = rules.wanted(Result(row.result), row.place, row.person_id, row.received_at)
    settle(SOURCE, row.pk, [task] if row.is_task else [], now, by)


# --- what an officer decides ------------------------------------------------------------------------------------------


@transaction.atomic
def open_case(row: LabResult, by: User, now: dt.datetime) -> Code:
    """Open the case that a result says, of whom the laboratory named, at the officer's office. Raises StatusError where
    it has one; IssueError where the officer may not issue a code now."""
    row = _locked(row)
    if not row.is_open:
        raise StatusError(gettext_noop("this result has been decided on meanwhile: look again"))
    return _of_person(row, row.person, by, now)


def _of_person(row: LabResult, person: Person | None, by: User, now: dt.datetime) -> Code:
    issuer = Issuer(officer=by)
    if person is not None and person.place != issuer.place:
        persons.hand_over(person, issuer.place, now)
    new = cases.NewCase(REPORTS[Result(row.result)], test_date=row.sampled_on, person=person)
    row.case, issued, stored = cases.store_case(new, issuer, now)
    cases.keep_person(row.case, now)
    row.person, row.is_task = person, False
    _store(row, now, by)
    return issued, stored


@transaction.atomic
def attach(row: LabResult, to: Case | Person, by: User, now: dt.datetime) -> Code | None:
    """Note that a result is that of a case or of a person: it is noted on the case, a positive one of who has none
    opens it. Who the laboratory named is forgotten then. Return the code where one follows.

    Raises StatusError where it was decided on meanwhile; IssueError where the officer may not issue a code now.
    """
    row = _locked(row)
    if not row.is_open:
        raise StatusError(gettext_noop("this result has been decided on meanwhile: look again"))
    named, person = row.person, to if isinstance(to, Person) else to.person
    case = to if isinstance(to, Case) else _case_of(to, now)
    row.person, row.is_task, code = person, False, None
    _tell(row, now, by)
    if case is not None:
        code = _decide(row, case, Issuer(officer=by), now)
    elif row.result == Result.POSITIVE:
        code = _of_person(row, person, by, now)
    _store(row, now, by)
    if named is not None and named != person and not named.cases.exists():
        named.delete()
    return code


def _case_of(person: Person, now: dt.datetime) -> Case | None:
    """Return the case of a person's present illness."""
    rows = person.cases.filter(merged_into=None, created_at__gt=now - disease().windows.same_illness.span)
    return rows.exclude(status=Status.WITHDRAWN).order_by("-created_at").first()


@transaction.atomic
def withdraw(row: LabResult, by: User, now: dt.datetime) -> Code | None:
    """Note that a result was a mistake, as the laboratory said by telephone: its case is withdrawn, and the code with
    which the phone takes its keys back is returned. Raises StatusError, IssueError."""
    row = _locked(row)
    if row.result == Result.WITHDRAWN:
        raise StatusError(gettext_noop("this result has been decided on meanwhile: look again"))
    LabCorrection.objects.create(
        row=row, result=row.result, sampled_on=row.sampled_on, reported_on=row.reported_on, corrected_at=now
    )
    was_positive, row.result, row.is_task = row.result == Result.POSITIVE, Result.WITHDRAWN.value, False
    _tell(row, now, by)
    code = _decide(row, row.case, Issuer(officer=by), now) if row.case is not None and was_positive else None
    _store(row, now, by)
    return code


@transaction.atomic
def note_seen(row: LabResult, by: User, now: dt.datetime) -> None:
    """Note that an officer has looked at a result, and nothing is to be done."""
    row = _locked(row)
    row.is_task = False
    _store(row, now, by)


@transaction.atomic
def give_to(row: LabResult, place: str, now: dt.datetime) -> None:
    """Give a result to another office, with who the laboratory named. Raises StatusError."""
    row = _locked(row)
    if place == row.place or place not in confirming.all_offices_with_right():
        raise StatusError(gettext_noop("nobody of that office may confirm cases: choose another one"))
    row.place, row.is_task = place, True
    if row.person is not None and not row.person.cases.exists():
        persons.hand_over(row.person, place, now)
    _store(row, now)


@transaction.atomic
def follow(person: Person | None, cases: Sequence[Case], before: str, now: dt.datetime, **_sent: object) -> None:
    """Give the results of somebody whom another office follows from now on to that office (`signals.moved`); of what
    waits for an officer to say whose it is, what can be nobody's of the office that gave them away (`before`)."""
    theirs = Q(case__in=cases) | (Q(person=person) if person is not None else Q(pk__in=()))
    rows = LabResult.objects.select_for_update(of=("self",)).select_related("case", "person")
    for row in rows.filter(theirs):
        _move(row, _offices([row.person] if row.case is None and row.person else [], row.case, now), now)
    if person is None:
        return
    digests = persons.all_digests(person)
    alike = Q(person__telephone_digest__in=digests.telephone) | Q(person__document_digest__in=digests.document)
    here = confirming.office_of(before, within_province=True)
    for row in rows.filter(alike, is_task=True, case=None, place=here).exclude(person=person):
        assert row.person is not None
        _move(row, _offices(persons.known(NATION, persons.all_digests(row.person)), None, now), now)
        if row.place != here:
            persons.hand_over(row.person, row.place, now)


def _offices(people: Sequence[Person], case: Case | None, now: dt.datetime) -> set[str]:
    """Return the offices that look after a case, or follow some people."""
    places = {case.place} if case is not None else {each.place for each in suspected(people, now)}
    places |= {each.place for each in followed_among(people).values()}
    return {confirming.office_of(place, within_province=True) for place in places}


def _move(row: LabResult, offices: Collection[str], now: dt.datetime) -> None:
    place = rules.place_after(row.place, offices)
    if place != row.place:
        row.place = place
        _store(row, now)


def look_done(case: Case, **_sent: object) -> None:
    """Note that an officer has looked at the results that say of a case what is noted on it now (`result_noted`)."""
    said = [result.value for result, report in REPORTS.items() if report == case.report_type]
    for row in LabResult.objects.filter(case=case, is_task=True, result__in=said):
        row.is_task = False
        _store(row, clock.now())


def _locked(row: LabResult) -> LabResult:
    rows = LabResult.objects.select_for_update(of=("self",)).select_related("case__person", "person")
    return rows.get(pk=row.pk)
