"""Enter stays, move and end them, note tests: each step in a transaction of its own.

Of a site's beds one writer has the turn; what two writers must not both do, constraints of the database refuse.
Whatever changes who is in a place makes the roll-out's roster of today count again (`quarantine.services`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import services as diagnosis
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.isolation import contact_link, private, protocol_store, protocols, rules
from bluezone.authority.isolation.models import Bed, Move, Stay, StayTest
from bluezone.authority.isolation.protocols import Protocol
from bluezone.authority.isolation.rules import Ending, IsolationError, Reason, Result, Where
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import codes_of
from bluezone.authority.officers.models import User
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import Identity, check_reason
from bluezone.authority.quarantine import services as roster_services
from bluezone.authority.quarantine.numbers import Number
from bluezone.authority.quarantine.places import RosterPlace
from bluezone.authority.quarantine.rules import Fact, with_fact
from bluezone.authority.site import clock
from bluezone.authority.site.locks import take_turns
from bluezone.authority.units.models import Organisation

#: beds of one site
MOST_BEDS = 5_000


@dataclass(frozen=True, slots=True)
class Spot:
    """Hold where somebody is to be: at a site, on a bed (`bed` empty: on any free one), or at home in a commune, with
    its address."""

    place: str
    organisation: Organisation | None = None
    bed: str = ""
    address: str = ""

    @property
    def where(self) -> Where:
        return Where.HOME if self.organisation is None else Where.SITE


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold what is entered of a new stay."""

    spot: Spot
    reason: Reason
    since: dt.date
    vaccinated: bool = False
    telephone: str = ""
    person: Person | None = None
    case: Case | None = None


@transaction.atomic
def add_beds(organisation: Organisation, numbers: Sequence[Number]) -> int:
    """Add beds to a site, and return how many are new. Raises IsolationError."""
    _turn_of(organisation)
    there = set(organisation.beds.values_list("number_key", flat=True))
    new = [each for each in numbers if each.key not in there]
    if len(there) + len(new) > MOST_BEDS:
        raise IsolationError(gettext_noop("a site has at most {most} beds"), "number", most=MOST_BEDS)
    Bed.objects.bulk_create(Bed(organisation=organisation, number=each.text, number_key=each.key) for each in new)
    return len(new)


@transaction.atomic
def remove_bed(bed: Bed) -> None:
    """Remove a bed that nobody is in. Raises IsolationError."""
    _turn_of(bed.organisation)
    if bed.stays.filter(ended_on=None).exists():
        raise IsolationError(gettext_noop("somebody is in bed {number}: move or end that stay"), number=bed.number)
    bed.delete()


@transaction.atomic
def enter(entry: Entry, officer: User, now: dt.datetime) -> Stay:
    """Enter a stay, with its last day and its tests by the protocol of its first day and place, and a link of its own.

    Raises IsolationError: no free bed, a bed that is taken, a person who is in isolation already, a day that cannot be.
    """
    today = clock.date_of(now)
    rules.check_since(entry.since, today)
    spot = _checked(entry.spot)
    protocol = _protocol(entry.since, spot, now, vaccinated=entry.vaccinated)
    until = protocol.until(entry.since)
    if until < today:
        raise IsolationError(gettext_noop("by the rule of that day this isolation is over already"), "since")
    bed = _free_bed(spot)
    stay = _stored(
        Stay(
            place=spot.place,
            organisation=spot.organisation,
            bed=bed,
            person=entry.person,
            case=entry.case,
            reason=entry.reason.value,
            vaccinated=entry.vaccinated,
            since=entry.since,
            until=until,
            protocol=protocol.name,
            entered_at=now,
            entered_by=officer,
        ),
        bed,
    )
    stay.address = private.seal(private.ADDRESS, spot.address, stay)
    stay.telephone = private.seal(private.TELEPHONE, entry.telephone, stay)
    private.new_link(stay)
    _take_facts_of_roster(stay, today)
    stay.save()
    StayTest.objects.bulk_create(StayTest(stay=stay, due_on=day) for day in protocol.tests(stay.since))
    contact_link.isolated(stay, now)
    count_place(stay.place, stay.organisation, today)
    return stay


def _stored(stay: Stay, bed: Bed | None) -> Stay:
    try:
        with transaction.atomic():
            stay.save()
    except IntegrityError:
        if stay.person_id and Stay.objects.filter(person=stay.person, ended_on=None).exclude(pk=stay.pk).exists():
            raise IsolationError(
                gettext_noop("this person is in isolation already: move or end that stay"), "person"
            ) from None
        raise _taken(bed) from None
    return stay


def _taken(bed: Bed | None) -> IsolationError:
    template = gettext_noop("bed {number} was taken just now: choose another one")
    return IsolationError(template, "bed", number=bed.number if bed else "")


def _checked(spot: Spot) -> Spot:
    if spot.where is Where.HOME:
        address = " ".join(spot.address.split())
        if not address:
            raise IsolationError(gettext_noop("write where the home is: it is stored encrypted"), "address")
        if len(address) > rules.MOST_ADDRESS:
            raise IsolationError(gettext_noop("at most {most} letters are taken"), "address", most=rules.MOST_ADDRESS)
        return Spot(spot.place, address=address)
    if spot.organisation is None or spot.organisation.closed_on is not None:
        raise IsolationError(gettext_noop("this site is closed: choose another one"), "site")
    return Spot(spot.organisation.place, spot.organisation, spot.bed)


def _free_bed(spot: Spot) -> Bed | None:
    """Return the bed of a spot, or the first that is free. Raises IsolationError for one that is taken, is not there,
    or where all are taken."""
    if spot.organisation is None:
        return None
    _turn_of(spot.organisation)
    beds = spot.organisation.beds.order_by("number_key")
    taken = set(Stay.objects.filter(organisation=spot.organisation, ended_on=None).values_list("bed_id", flat=True))
    if not spot.bed:
        found = next((bed for bed in beds if bed.pk not in taken), None)
        if found is None:
            template = gettext_noop("every bed of this site is taken: {taken} of {beds}; choose another site")
            raise IsolationError(template, "bed", taken=len(taken - {None}), beds=beds.count())
        return found
    named = beds.filter(number_key=spot.bed).first()
    if named is None:
        raise IsolationError(gettext_noop("this site has no such bed: add it on the site's page first"), "bed")
    if named.pk in taken:
        raise IsolationError(gettext_noop("bed {number} is taken: choose another one"), "bed", number=named.number)
    return named


def _take_facts_of_roster(stay: Stay, today: dt.date) -> None:
    """Take along what the roster has noted of the bed, and take the bed out of it: nobody is asked or counted twice."""
    if stay.bed is None or stay.organisation is None:
        return
    place = RosterPlace(stay.organisation.code, stay.place, stay.organisation)
    state = roster_services.give_up_row(place, stay.bed.number_key, today)
    if state is not None:
        for fact in Fact:
            setattr(stay, fact.value, getattr(state, fact))


@transaction.atomic
def move(stay: Stay, spot: Spot, now: dt.datetime) -> Stay:
    """Move somebody to another bed, site or home. The last day and the tests to come follow the rule of the new place.

    Raises IsolationError.
    """
    stay, today = _running(stay), clock.date_of(now)
    before = (stay.place, stay.organisation)
    spot = _checked(spot)
    protocol = _protocol(stay.since, spot, stay.entered_at, vaccinated=stay.vaccinated)
    bed = _free_bed(spot)
    changes_rule = protocol.name != stay.protocol
    stay.place, stay.organisation, stay.bed = spot.place, spot.organisation, bed
    stay.address = private.seal(private.ADDRESS, spot.address, stay)
    if changes_rule:
        stay.protocol = protocol.name
        stay.until = max(protocol.until(stay.since), today)
    _stored(stay, bed)
    if changes_rule:
        _plan_tests(stay, protocol.tests(stay.since), today)
    stay.moves.filter(state=Move.State.WAITING).update(state=Move.State.TAKEN_BACK, decided_at=now)
    for place, organisation in dict.fromkeys([before, (stay.place, stay.organisation)]):
        count_place(place, organisation, today)
    return stay


def _protocol(since: dt.date, spot: Spot, at: dt.datetime, *, vaccinated: bool) -> Protocol:
    """Return the rule of an isolation by what was known when it was decided: a later file changes no stay."""
    return protocols.in_force(since, spot.where, spot.place, vaccinated=vaccinated, known=protocol_store.known(at))


def _plan_tests(stay: Stay, planned: Sequence[dt.date], today: dt.date) -> None:
    """Bring the tests to come in line with the protocol's days; what is past, or has a result, stays."""
    open_ones = stay.tests.filter(result="", due_on__gte=today)
    kept = set(stay.tests.values_list("due_on", flat=True))
    new, gone = rules.changed_tests(
        [day for day in planned if day >= today], set(open_ones.values_list("due_on", flat=True))
    )
    open_ones.filter(due_on__in=gone).delete()
    StayTest.objects.bulk_create(StayTest(stay=stay, due_on=day) for day in new if day not in kept)


@transaction.atomic
def ask_move(stay: Stay, to_place: str, officer: User, now: dt.datetime) -> Move:
    """Ask the commune of another place to take somebody over. Raises IsolationError."""
    stay = _running(stay)
    if to_place == stay.place or stay.place.startswith(to_place):
        raise IsolationError(gettext_noop("this is where the person is: choose another commune"), "to_place")
    if stay.moves.filter(state=Move.State.WAITING).exists():
        raise IsolationError(gettext_noop("another commune is asked already: take that back first"), "to_place")
    return Move.objects.create(stay=stay, from_place=stay.place, to_place=to_place, asked_at=now, asked_by=officer)


@transaction.atomic
def accept_move(asked: Move, spot: Spot, now: dt.datetime) -> Stay:
    """Take somebody over, to a site or a home of the place that was asked. Raises IsolationError."""
    asked = _waiting(asked)
    if not spot.place.startswith(asked.to_place):
        raise IsolationError(gettext_noop("choose a site or a home of the commune that was asked"), "site")
    asked.state, asked.decided_at = Move.State.ACCEPTED, now
    asked.save(update_fields=["state", "decided_at"])
    return move(asked.stay, spot, now)


@transaction.atomic
def refuse_move(asked: Move, state: Move.State, now: dt.datetime) -> None:
    """Decline what waits, or take it back. Raises IsolationError where it was decided meanwhile."""
    asked = _waiting(asked)
    asked.state, asked.decided_at = state, now
    asked.save(update_fields=["state", "decided_at"])


def _waiting(asked: Move) -> Move:
    asked = Move.objects.select_for_update(of=("self",)).select_related("stay").get(pk=asked.pk)
    if asked.state != Move.State.WAITING:
        raise IsolationError(gettext_noop("this was decided already: look again"))
    return asked


@transaction.atomic
def end(stay: Stay, ending: Ending, because: str, officer: User, now: dt.datetime) -> Stay:
    """End a stay today: the link ends with it, the bed is free. Raises IsolationError."""
    stay, today = _running(stay), clock.date_of(now)
    rules.check_end(ending, because, today, stay.since, stay.until)
    stay.ended_on, stay.ending, stay.ended_by = today, ending.value, officer
    stay.because = because if ending is Ending.EARLY else ""
    stay.save()
    stay.moves.filter(state=Move.State.WAITING).update(state=Move.State.TAKEN_BACK, decided_at=now)
    if ending is Ending.MISTAKE:
        stay.letters.filter(withdrawn_at=None).update(withdrawn_at=now)
        contact_link.was_a_mistake(stay, now)
    count_place(stay.place, stay.organisation, today)
    return stay


@transaction.atomic
def become_f0(stay: Stay, issuer: Issuer, now: dt.datetime) -> Case:
    """Open a case for somebody whose test was positive, and end the stay with it. The case waits on its page for the
    result to be confirmed, which gives the code with which the phone publishes its keys, or revises those that it
    published as a contact's. Where nobody has said who it is, the stay's number is the case's, to be called.

    Raises IsolationError without a positive test; IssueError without the right to confirm cases; CaseError.
    """
    stay = _running(stay)
    positive = stay.tests.filter(result=Result.POSITIVE.value).order_by("taken_on").first()
    if positive is None:
        raise IsolationError(gettext_noop("note the positive test first"))
    new = diagnosis.NewCase(Case.ReportType.SUSPECTED, _first_symptoms(stay), positive.taken_on, person=stay.person)
    case = diagnosis.open_without_code(new, issuer, now)
    if stay.person is None and (telephone := private.telephone_of(stay)):
        case = diagnosis.name_person(case, Identity(telephone=telephone), now)
    stay.became = case
    stay.save(update_fields=["became"])
    assert issuer.officer is not None
    end(stay, Ending.BECAME_F0, "", issuer.officer, now)
    return case


def _first_symptoms(stay: Stay) -> dt.date | None:
    first = stay.declarations.filter(severity__gt=0).order_by("day").first()
    return first.day if first is not None else None


@transaction.atomic
def note_test(test: StayTest, result: str, taken_on: dt.date, officer: User, now: dt.datetime) -> StayTest:
    """Note a test's result, or correct it. Raises IsolationError."""
    test = StayTest.objects.select_for_update(of=("self",)).select_related("stay").get(pk=test.pk)
    if result not in set(Result):
        raise IsolationError(gettext_noop("choose the result"), "result")
    if not test.stay.since <= taken_on <= clock.date_of(now):
        raise IsolationError(gettext_noop("the test was taken in the stay, and not after today"), "taken_on")
    test.result, test.taken_on, test.noted_by = result, taken_on, officer
    test.save()
    if result == Result.NEGATIVE:
        contact_link.found_negative(test.stay, now)
    return test


@transaction.atomic
def note_fact(stay: Stay, fact: Fact, *, value: bool, now: dt.datetime) -> Stay:
    """Note whether the person has a phone, was asked to install the app, has it, was helped. Nothing depends on it."""
    stay = Stay.objects.select_for_update(of=("self",)).get(pk=stay.pk)
    after = with_fact(stay.state, fact, value=value)
    for each in Fact:
        setattr(stay, each.value, getattr(after, each))
    stay.save(update_fields=[each.value for each in Fact])
    count_place(stay.place, stay.organisation, clock.date_of(now))
    return stay


def open_private(stay: Stay, purpose: str, reason: str, officer: User) -> str:
    """Decrypt an address or a telephone number, and note in the audit log who opened it and why. Raises IdentityError
    without a reason; IsolationError where it is gone."""
    why = check_reason(reason)
    sealed = stay.address if purpose == private.ADDRESS else stay.telephone
    if not bytes(sealed):
        raise IsolationError(gettext_noop("this is not stored, or was deleted after the stay"))
    with transaction.atomic():
        field = "address" if purpose == private.ADDRESS else "telephone"
        audit_log.note(stay, Issuer(officer=officer), {}, typed={field: why})
        return private.unseal(purpose, sealed, stay)


def count_place(place: str, organisation: Organisation | None, today: dt.date) -> None:
    """Make the roster of today count the people of a place again."""
    code = organisation.code if organisation is not None else codes_of(place)[-1]
    roster_services.count_again(RosterPlace(code, place, organisation), today)


def take_along(organisation: Organisation, **_: object) -> None:
    """Move the stays of a site with it: they are seen by place (a signal's receiver)."""
    Stay.objects.filter(organisation=organisation).update(place=organisation.place)


def _running(stay: Stay) -> Stay:
    stay = Stay.objects.select_for_update(of=("self",)).get(pk=stay.pk)
    if stay.ended_on is not None:
        raise IsolationError(gettext_noop("this stay has ended already: look again"))
    return stay


def _turn_of(organisation: Organisation) -> None:
    take_turns(f"beds {organisation.pk}")
