"""Enter stays, move and end them, note tests and care: each step in one transaction, with the tasks that follow.

Of a site's beds one writer has the turn; what two writers must not both do, constraints of the database refuse.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import services as diagnosis
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes import services as tracing
from bluezone.authority.episodes import warning
from bluezone.authority.episodes.models import Bed, Episode, EpisodeTest, Event, Handover, Stay
from bluezone.authority.episodes.rules import ContactError, last_day
from bluezone.authority.episodes.stays import protocols, queries, rosters, rules
from bluezone.authority.episodes.stays.protocols import Protocol
from bluezone.authority.episodes.stays.roster_rules import ChangedError, Fact, Number, State, takes_back, with_fact
from bluezone.authority.episodes.stays.rules import RELEASED, Because, Ending, IsolationError
from bluezone.authority.episodes.words import (
    MEDICINE,
    REFERRAL,
    Classification,
    Decision,
    EventKind,
    FollowUp,
    Outcome,
    Role,
    StayKind,
)
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import NATION, codes_of
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import check_reason
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.locks import take_turns
from bluezone.authority.units.models import Organisation
from bluezone.authority.work import services as work

#: beds of one site
MOST_BEDS = 5_000


@dataclass(frozen=True, slots=True)
class Spot:
    """Hold where somebody is to be: at a site, on a bed (`bed` empty: on any free one); at home in a commune, with its
    address, or the house's number and its hamlet; in hospital, with its name as the address."""

    place: str
    organisation: Organisation | None = None
    bed: str = ""
    address: str = ""
    kind: StayKind = StayKind.HOME
    hamlet: str = ""
    house: str = ""

    @classmethod
    def at(cls, organisation: Organisation, bed: str = "") -> Spot:
        """Return the place of a site."""
        return cls(organisation.place, organisation, bed, kind=StayKind.SITE)


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold what is entered of a new stay. Without a person one is entered of whom nothing is known, or the number."""

    spot: Spot
    role: Role
    since: dt.date
    vaccinated: bool = False
    telephone: str = ""
    person: Person | None = None


# --- beds -------------------------------------------------------------------------------------------------------------


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


def _turn_of(organisation: Organisation) -> None:
    take_turns(f"beds {organisation.pk}")


# --- entering ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def enter(entry: Entry, officer: User, now: dt.datetime) -> Stay:
    """Enter a stay, with its last day and its tests by the protocol of its first day and place, in the open episode of
    its person. Raises IsolationError: no free bed, a bed that is taken, a person who is in isolation already, a day
    that cannot be; IdentityError for a number of somebody whose identity is another office's."""
    stay = _entered(entry, officer, now)
    rosters.count_again(stay.place, stay.organisation, now)
    settle(stay, now, officer)
    return stay


def _entered(entry: Entry, officer: User, now: dt.datetime) -> Stay:
    """Store a new stay; its place is counted and its tasks are settled once all who arrive together are stored."""
    today = clock.date_of(now)
    rules.check_since(entry.since, today, disease().windows.look_back)
    spot = _checked(entry.spot, entry.person)
    episode = _episode(entry, officer, now)
    protocol = _protocol(entry.since, spot, now, vaccinated=entry.vaccinated, cases=episode.role == Role.F0)
    until = protocol.until(entry.since)
    if until < today:
        raise IsolationError(gettext_noop("by the rule of that day this isolation is over already"), "since")
    bed = _free_bed(spot)
    stay = Stay(episode=episode, since=entry.since, vaccinated=entry.vaccinated, entered_at=now, entered_by=officer)
    stay.until, stay.protocol = until, protocol.name
    _put(stay, spot, bed)
    if not bytes(episode.link):
        episode.new_link()
        episode.save(update_fields=["link", "link_digest"])
    _isolated(episode, entry.since, officer, now)
    if episode.isolated_on is None:
        tracing.settle(episode, now, officer)  # it begins later: nobody is to order it once more
    _plan_tests(stay, protocol.tests(stay.since), today)
    if episode.person is not None:
        persons.keep_until(episode.person, until)
    return stay


@transaction.atomic
def arrive(spots: Sequence[Spot], numbers: Sequence[Number], role: Role, officer: User, now: dt.datetime) -> list[Stay]:
    """Enter people of whom nothing is known yet: one on each bed of a site, which is added where it is new (`numbers`),
    or in a house; all of them or none. Raises IsolationError for a bed that is taken."""
    today = clock.date_of(now)
    if spots and spots[0].organisation is not None:
        add_beds(spots[0].organisation, numbers)
    beds = [each.bed for each in spots if each.bed]
    taken = Stay.objects.filter(ended_on=None, organisation=spots[0].organisation, bed__number_key__in=beds)
    if (first := taken.select_related("bed").order_by("bed__number_key").first()) is not None and first.bed:
        template = gettext_noop("bed {number} is taken: note first that whoever was there has left")
        raise IsolationError(template, "number", number=first.bed.number)
    stays = [_entered(Entry(spot, role, today), officer, now) for spot in spots]
    for place, organisation in dict.fromkeys((each.place, each.organisation) for each in stays):
        rosters.count_again(place, organisation, now)
    settle_all(stays, now, officer)
    return stays


def _isolated(episode: Episode, since: dt.date, officer: User | None, now: dt.datetime) -> None:
    """Note since when somebody is apart from others: an earlier day stays. What begins tomorrow is noted tomorrow; of
    an isolation before the first contact the contact's office decides."""
    if episode.isolated_on is None or since < episode.isolated_on:
        with suppress(ContactError):
            tracing.isolate(episode, since, now, officer)
        episode.refresh_from_db()


def _episode(entry: Entry, officer: User, now: dt.datetime) -> Episode:
    """Return the open episode of the person, which the stay may make nearer to a case, or a new one."""
    by, person = Issuer(officer=officer), entry.person
    if person is None:
        person = persons.enter_unnamed(entry.telephone, by.place, now)
    elif entry.telephone:
        persons.set_telephone(person, entry.telephone, by)
    Person.objects.select_for_update().get(pk=person.pk)  # two officers at once make one episode
    found = Episode.objects.filter(person=person, ended_on=None).first()
    if found is None:
        home = NATION + "".join(f"{code}/" for code in codes_of(entry.spot.place) if ":" in code)
        sure = Classification.PROBABLE if entry.role is Role.F0 else Classification.CONFIRMED
        return Episode.objects.create(
            person=person,
            place=home,
            role=entry.role.value,
            classification=sure.value,
            opened_at=now,
            opened_by=officer,
            decided_at=now,
        )
    if found.stays.filter(ended_on=None).exists():
        raise IsolationError(gettext_noop("this person is in isolation already: move or end that stay"), "person")
    if entry.role is Role.F0 and found.role != Role.F0:
        tracing.become(found, Role.F0, clock.date_of(now), now, officer)
        found.refresh_from_db()
    return found


def _checked(spot: Spot, person: Person | None) -> Spot:
    if spot.kind is StayKind.SITE:
        if spot.organisation is None or spot.organisation.closed_on is not None:
            raise IsolationError(gettext_noop("this site is closed: choose another one"), "site")
        return Spot.at(spot.organisation, spot.bed)
    address = " ".join(spot.address.split())
    if len(address) > rules.MOST_ADDRESS:
        raise IsolationError(gettext_noop("at most {most} letters are taken"), "address", most=rules.MOST_ADDRESS)
    if not (address or spot.house):
        if spot.kind is StayKind.HOSPITAL:
            raise IsolationError(gettext_noop("write the name of the hospital"), "address")
        if person is None or not persons.has_address(person):
            raise IsolationError(gettext_noop("write where the home is: it is stored encrypted"), "address")
    return replace(spot, address=address, organisation=None, bed="")


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


def _put(stay: Stay, spot: Spot, bed: Bed | None) -> None:
    """Store a stay at a spot. Raises IsolationError where the database refuses it: somebody was quicker."""
    stay.kind, stay.place, stay.organisation, stay.bed = spot.kind.value, spot.place, spot.organisation, bed
    stay.hamlet, stay.house = spot.hamlet, spot.house
    try:
        with transaction.atomic():
            stay.save()
    except IntegrityError:
        if Stay.objects.filter(episode=stay.episode, ended_on=None).exclude(pk=stay.pk).exists():
            template = gettext_noop("this person is in isolation already: move or end that stay")
            raise IsolationError(template, "person") from None
        template = gettext_noop("bed {number} was taken just now: choose another one")
        raise IsolationError(template, "bed", number=bed.number if bed else "") from None
    stay.seal("address", spot.address)
    stay.save(update_fields=["address"])


def _protocol(since: dt.date, spot: Spot, at: dt.datetime, *, vaccinated: bool, cases: bool) -> Protocol:
    """Return the rule of an isolation by what was known when it was decided: a later file changes no stay."""
    known = protocols.known(at)
    return protocols.in_force(since, spot.kind, spot.place, vaccinated=vaccinated, known=known, cases=cases)


def _plan_tests(stay: Stay, planned: Sequence[dt.date], today: dt.date) -> None:
    """Bring the tests to come in line with the protocol's days; what is past, taken, or has a result, stays."""
    tests = stay.episode.tests
    open_ones = tests.filter(result="", taken_on=None, due_on__gte=today)
    kept = set(tests.values_list("due_on", flat=True))
    new, gone = rules.changed_tests(
        [day for day in planned if day >= min(today, stay.since)], set(open_ones.values_list("due_on", flat=True))
    )
    open_ones.filter(due_on__in=gone).delete()
    EpisodeTest.objects.bulk_create(EpisodeTest(episode=stay.episode, due_on=day) for day in new if day not in kept)


# --- moving -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def move(stay: Stay, spot: Spot, now: dt.datetime, officer: User | None = None) -> Stay:
    """Move somebody to another bed, site or home, or to hospital. The last day and the tests to come follow the rule of
    the new place. Raises IsolationError."""
    stay = _running(stay)
    before = (stay.place, stay.organisation)
    spot = _checked(spot, stay.episode.person)
    bed = _free_bed(spot)
    to_hospital = spot.kind is StayKind.HOSPITAL and stay.kind != StayKind.HOSPITAL
    _put(stay, spot, bed)
    _follow_rule(stay, now)
    if stay.place != before[0]:
        tracing.take_back_handovers(stay.episode, now, officer)
    if to_hospital:
        _care(stay.episode, REFERRAL, officer, now)
    for place, organisation in dict.fromkeys([before, (stay.place, stay.organisation)]):
        rosters.count_again(place, organisation, now)
    settle(stay, now, officer)
    return stay


def _follow_rule(stay: Stay, now: dt.datetime) -> None:
    """Set the last day and the tests to come by the rule of where a stay is and of what its person is. Of a case the
    days count from the positive test. Where no rule is known the stay goes on as it was: a case without a rule for home
    belongs in hospital, and its page says so."""
    today, first = clock.date_of(now), queries.first_day(stay)
    cases = stay.episode.role == Role.F0
    spot = Spot(stay.place, stay.organisation, kind=StayKind(stay.kind))
    try:
        at = now if cases else stay.entered_at
        protocol = _protocol(first, spot, at, vaccinated=stay.vaccinated, cases=cases)
    except IsolationError:
        return
    if protocol.name == stay.protocol:
        return
    stay.protocol, stay.until = protocol.name, max(protocol.until(first), today, stay.since)
    stay.save(update_fields=["protocol", "until"])
    _plan_tests(stay, protocol.tests(first), today)
    if stay.episode.person is not None:
        persons.keep_until(stay.episode.person, stay.until)


# --- tests, and what they make of somebody ----------------------------------------------------------------------------


@transaction.atomic
def note_test(test: EpisodeTest, result: str, taken_on: dt.date, officer: User, now: dt.datetime) -> EpisodeTest:
    """Note that a sample was taken (no result yet), its result, or a correction. A positive one makes the person a case
    (F0), whose stay goes on by the rule of cases; one that is withdrawn makes them what they were. Raises
    IsolationError."""
    test = EpisodeTest.objects.select_for_update(of=("self",)).select_related("episode__person").get(pk=test.pk)
    episode, today = test.episode, clock.date_of(now)
    if result not in ("", "negative", "positive"):
        raise IsolationError(gettext_noop("choose the result"), "result")
    first = episode.stays.order_by("since").values_list("since", flat=True).first()
    if not (first or taken_on) <= taken_on <= today:
        raise IsolationError(gettext_noop("the test was taken in the stay, and not after today"), "taken_on")
    before, test.result, test.taken_on, test.noted_by = test.result, result, taken_on, officer
    test.save()
    positive = episode.tests.filter(result="positive").exists()
    if positive and episode.role != Role.F0:
        tracing.become(episode, Role.F0, taken_on, now, officer)
    elif before == "positive" and not positive and episode.case_id is None:
        tracing.become(episode, _was(episode), taken_on, now, officer)
    if result == "negative":
        warning.release(episode, now)
    episode.refresh_from_db()
    stay = queries.running_of(episode)
    if stay is not None:
        _follow_rule(stay, now)
        _keep_positive(stay, today)
        settle(stay, now, officer)
    return test


def follow_role(*, episode: Episode, now: dt.datetime, by: User | None, **_: object) -> None:
    """Let the stay of who is something else now go on by the rule of that (a signal's receiver)."""
    episode.refresh_from_db()
    stay = queries.running_of(episode)
    if stay is not None:
        _follow_rule(stay, now)
        settle(stay, now, by)


def _was(episode: Episode) -> Role:
    """Return what somebody was before the test that turned out to be a mistake."""
    changes = episode.events.filter(kind=EventKind.CHANGE.value, what__endswith=f">{Role.F0.value}").order_by("-at")
    last = changes.values_list("what", flat=True).first()
    return Role(last.split(">")[0]) if last else Role.F1


def _keep_positive(stay: Stay, today: dt.date) -> None:
    """Keep a case whose last test is still positive on the last day until its rule lets it go."""
    rule, first = protocols.by_name(stay.protocol), queries.first_day(stay)
    last = stay.episode.tests.exclude(result="").order_by("-taken_on", "-due_on").first()
    if rule is None or last is None or last.result != "positive" or (last.taken_on or today) < rule.until(first):
        return
    until = rule.positive_until(first)
    if until is not None and until > stay.until:
        stay.until = until
        stay.save(update_fields=["until"])


@transaction.atomic
def open_case(stay: Stay, issuer: Issuer, now: dt.datetime) -> Case:
    """Open a case for somebody whose test was positive; the stay goes on, and who was followed no more is again. The
    case waits on its page for the result to be confirmed, which gives the code with which the phone publishes its keys,
    or revises those that it published as a contact's. Raises IsolationError without a positive test; IssueError without
    the right to confirm; CaseError."""
    stay = _locked(stay)
    episode = stay.episode
    if episode.case is not None:
        return episode.case
    positive = episode.tests.filter(result="positive").order_by("taken_on").first()
    if positive is None:
        raise IsolationError(gettext_noop("note the positive test first"))
    ill = episode.events.filter(kind=EventKind.CHECK.value, severity__gt=0).order_by("day").first()
    onset = ill.day if ill is not None else None
    if episode.ended_on is not None and not _open_others(episode).exists():  # the result came after the stay
        _follow_again(episode)
    new = diagnosis.NewCase(Case.ReportType.SUSPECTED, onset, positive.taken_on, person=episode.person)
    case = diagnosis.open_without_code(new, issuer, now)
    stay.episode.refresh_from_db()  # it follows the case
    settle(stay, now, issuer.officer)
    return case


# --- ending -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ended:
    """Hold how a stay is ended: why early, and why a physician lets somebody go although something is missing."""

    ending: Ending
    because: str = ""
    reason: str = ""


@transaction.atomic
def end(stay: Stay, how: Ended, officer: User, now: dt.datetime) -> Stay:
    """End a stay today: the link ends with it, the bed is free. A release is refused while something is missing, unless
    a physician says why; where that is grave, a second officer must agree before the letter prints. Raises
    IsolationError."""
    stay, today = _running(stay), clock.date_of(now)
    rules.check_end(how.ending, how.because, today, stay.since, stay.until, Role(stay.episode.role))
    lacks = queries.missing_of(stay, today) if how.ending in RELEASED else ()
    rules.check_reason_to_release(lacks, how.reason)
    stay.ended_on, stay.ending, stay.ended_by, stay.away = today, how.ending.value, officer, False
    stay.because = how.because if how.ending is Ending.EARLY else ""
    if lacks:
        stay.seal("reason", check_reason(how.reason))
        stay.needs_second = bool(rules.NEEDS_SECOND & set(lacks))
    stay.save()
    tracing.take_back_handovers(stay.episode, now, officer)
    if how.ending is Ending.MISTAKE:
        stay.letters.filter(withdrawn_at=None).update(withdrawn_at=now)
    _ended(stay, protocols.by_name(stay.protocol), officer, now)
    rosters.count_again(stay.place, stay.organisation, now)
    settle(stay, now, officer)
    return stay


def _ended(stay: Stay, rule: Protocol | None, officer: User, now: dt.datetime) -> None:
    """Note what the end of a stay makes of its person."""
    episode, ending, today = stay.episode, Ending(stay.ending), clock.date_of(now)
    if stay.because == Because.NO_CONTACT:
        if episode.decision is not Decision.NOT:
            tracing.decide(episode, Decision.NOT, officer, now)
        return
    if ending is Ending.MISTAKE:
        tracing.release(episode, now)
        others = episode.stays.exclude(ending=Ending.MISTAKE.value).order_by("since")
        episode.refresh_from_db()
        if (first := others.values_list("since", flat=True).first()) is not None:
            _isolated(episode, first, None, now)
        elif episode.case_id is None and not episode.exposures.exists():
            episode.follow_up, episode.ended_on = FollowUp.CANCELLED.value, today
    elif ending is Ending.DIED:
        episode.follow_up, episode.outcome, episode.ended_on = FollowUp.COMPLETED.value, Outcome.DIED.value, today
    else:
        watch = dt.timedelta(days=rule.watch_days if rule is not None and ending is Ending.DONE else 0)
        followed = last_day(episode.follow_up_until, episode.last_contact_on, disease().windows.follow_up)
        episode.follow_up_until = max(followed or today, today + watch)
        if episode.follow_up_until <= today or episode.role == Role.F0:
            complete(episode, today)
    episode.save()
    tracing.settle(episode, now)


def complete(episode: Episode, today: dt.date) -> None:
    """Set that the follow-up of somebody is over: a case has recovered, anybody else has stayed well."""
    outcome = Outcome.RECOVERED if episode.role == Role.F0 else Outcome.WELL
    episode.follow_up, episode.outcome, episode.ended_on = FollowUp.COMPLETED.value, outcome.value, today


@transaction.atomic
def agree(stay: Stay, officer: User, now: dt.datetime) -> Stay:
    """Note that a second officer agrees to a release against what was missing. Raises IsolationError."""
    stay = Stay.objects.select_for_update(of=("self",)).select_related("episode").get(pk=stay.pk)
    if not stay.needs_second or stay.ended_on is None or stay.agreed_by_id is not None:
        raise IsolationError(gettext_noop("nothing waits here for a second officer: look again"))
    if stay.ended_by_id == officer.pk:
        raise IsolationError(gettext_noop("another officer than the one who released the person must agree"))
    stay.agreed_by = officer
    stay.save(update_fields=["agreed_by"])
    settle(stay, now, officer)
    return stay


@transaction.atomic
def take_back_end(stay: Stay, officer: User, now: dt.datetime) -> Stay:
    """Take back an end of today: the person is here after all. Raises IsolationError where the end is of another day,
    or the bed or the person is elsewhere by now."""
    stay, today = _locked(stay), clock.date_of(now)
    if stay.ended_on != today:
        raise IsolationError(gettext_noop("only an end of today is taken back: enter a new stay"))
    episode = stay.episode
    if _open_others(episode).exists():
        raise IsolationError(gettext_noop("this person is in isolation already: move or end that stay"))
    went = episode.handovers.filter(state=Handover.State.ACCEPTED, decided_at__gte=clock.beginning_of(today))
    if went.filter(from_place__startswith=stay.place).exists():
        raise IsolationError(gettext_noop("another office follows this person now: ask it"))
    was_none = stay.because == Because.NO_CONTACT
    stay.ended_on, stay.ending, stay.because, stay.ended_by = None, "", "", None
    stay.reason, stay.needs_second, stay.agreed_by = b"", False, None
    try:
        with transaction.atomic():
            stay.save()
    except IntegrityError:
        raise IsolationError(gettext_noop("the bed is taken by now: enter a new stay")) from None
    stay.letters.filter(withdrawn_at=None, kind="release").update(withdrawn_at=now)
    if was_none:
        tracing.decide(episode, Decision.CONTACT, officer, now)
        episode.refresh_from_db()
    else:
        _follow_again(episode)
    _isolated(episode, stay.since, officer, now)
    rosters.count_again(stay.place, stay.organisation, now)
    settle(stay, now, officer)
    return stay


# --- who looks after somebody -----------------------------------------------------------------------------------------


@transaction.atomic
def look_after(stay: Stay, officer: User | None) -> None:
    """Note who looks after somebody; None: nobody in particular."""
    Episode.objects.filter(pk=stay.episode_id).update(owner=officer)


@transaction.atomic
def give_medicine(stay: Stay, officer: User, now: dt.datetime) -> None:
    """Note, once, that the person got the bag of medicines for cases at home. Raises IsolationError."""
    episode = tracing.locked(_running(stay).episode)
    if not episode.events.filter(kind=EventKind.CARE.value, what=MEDICINE).exists():
        _care(episode, MEDICINE, officer, now)


@transaction.atomic
def note_fact(stay: Stay, fact: Fact, *, value: bool, now: dt.datetime, seen: State | None = None) -> Stay:
    """Note whether the person has a phone, was asked to install the app, has it, was helped. Nothing depends on it.
    `seen`: what the page said: what it did not say is not taken back (ChangedError)."""
    return _note(stay, lambda state: with_fact(state, fact, value=value), seen, now)


@transaction.atomic
def note_away(stay: Stay, *, away: bool, now: dt.datetime, seen: State | None = None) -> Stay:
    """Note that the person is away and expected back, or is here again. Raises ChangedError as `note_fact`."""
    return _note(stay, lambda state: replace(state, away=away), seen, now)


def _note(stay: Stay, change: Callable[[State], State], seen: State | None, now: dt.datetime) -> Stay:
    stay = _running(stay)
    before = rosters.state_of(stay)
    after = change(before)
    if seen is not None and seen != before and takes_back(before, after):
        template = gettext_noop(
            "somebody else has just noted something of {number}: nothing was taken back, look once more"
        )
        raise ChangedError(template, number=stay.number)
    if before != after:
        stay.away = after.away
        for fact in Fact:
            setattr(stay, fact.value, getattr(after, fact))
        stay.save(update_fields=["away", *(fact.value for fact in Fact)])
        rosters.count_again(stay.place, stay.organisation, now)
    return stay


def open_private(stay: Stay, what: str, reason: str, officer: User) -> str:
    """Decrypt the address or the telephone number of who is in a stay, and note in the audit log who opened it and why.
    Raises IdentityError without a reason; IsolationError where it is gone."""
    why = check_reason(reason)
    person = stay.episode.person
    text = stay.unsealed("address") if what == "address" else ""
    if not text and person is not None:
        text = getattr(persons.contact_of(person), what)
    if not text:
        raise IsolationError(gettext_noop("this is not stored, or was deleted after the stay"))
    with transaction.atomic():
        audit_log.note(stay, Issuer(officer=officer), {}, typed={what: why})
    return text


def _care(episode: Episode, what: str, by: User | None, now: dt.datetime) -> None:
    day = clock.date_of(now)
    Event.objects.create(episode=episode, kind=EventKind.CARE.value, day=day, at=now, by=by, what=what)


def take_along(organisation: Organisation, **_: object) -> None:
    """Move the stays and counts of a site with it: they are seen by place (a signal's receiver)."""
    organisation.stays.update(place=organisation.place)
    organisation.rosters.update(place=organisation.place)


def _locked(stay: Stay) -> Stay:
    related = ("episode__person", "episode__case", "organisation", "bed")
    return Stay.objects.select_for_update(of=("self",)).select_related(*related).get(pk=stay.pk)


def _running(stay: Stay) -> Stay:
    stay = _locked(stay)
    if stay.ended_on is not None:
        raise IsolationError(gettext_noop("this stay has ended already: look again"))
    return stay


def _open_others(episode: Episode) -> QuerySet[Episode]:
    others = Episode.objects.filter(person=episode.person, ended_on=None).exclude(pk=episode.pk)
    return others.exclude(person=None)


def _follow_again(episode: Episode) -> None:
    episode.follow_up, episode.outcome, episode.ended_on = FollowUp.RUNNING.value, "", None
    episode.save()


# --- tasks ------------------------------------------------------------------------------------------------------------


def settle(stay: Stay, now: dt.datetime, by: User | None = None) -> None:
    """Open and close the tasks of a stay. Call it in the transaction that changes it."""
    settle_all([stay], now, by)


def settle_all(stays: Collection[Stay], now: dt.datetime, by: User | None = None) -> None:
    """Open and close the tasks of stays, and note that they were looked at today, and of those that have begun that
    their person is apart from others."""
    for stay in stays:
        if stay.ended_on is None and stay.since <= clock.date_of(now) and stay.episode.isolated_on is None:
            _isolated(stay.episode, stay.since, by, now)
    for pk, wanted in queries.tasks_of(stays, now).items():
        work.settle(queries.SOURCE, pk, wanted, now, by)
    Stay.objects.filter(pk__in=[each.pk for each in stays]).update(settled_on=clock.date_of(now))


def settle_due(now: dt.datetime, most: int = 2_000) -> int:
    """Settle the tasks of stays that nobody has looked at today: what time alone makes due. Return how many."""
    stays = list(queries.unsettled(clock.date_of(now)).order_by("pk")[:most])
    for at in range(0, len(stays), 500):
        with transaction.atomic():
            settle_all(stays[at : at + 500], now)
    return len(stays)
