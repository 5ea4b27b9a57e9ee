"""Enter, find, open, change and hand over identities. Decisions are in `rules.py`, the key's use in `vault.py`."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.utils.translation import gettext_noop

from bluezone.authority.officers import audit_log, confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import rules, vault
from bluezone.authority.persons.models import DataRequest, Opening, Person, Shift
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.site import clock
from bluezone.authority.site.encryption import LostKeyError

#: a request about the own data was stored, answered or given to another office: sent in the same transaction, with
#: `row`, `now` and `by` (None: the person)
request_changed = Signal()


def identity_from(
    name: str = "",
    birth_year: int | None = None,
    telephone: str = "",
    document: str = "",
    address: str = "",
    sex: str = "",
    occupation: str = "",
) -> Identity:
    """Make an identity of what was typed. Raises IdentityError, naming the field."""
    return Identity(
        name=" ".join(name.split()),
        birth_year=birth_year,
        telephone=rules.telephone(telephone, _country()),
        document=rules.document(document),
        address=" ".join(address.split()),
        sex=sex,
        occupation=" ".join(occupation.split()),
    )


def read_telephone(text: str) -> str:
    """Return a telephone number that was typed, in E.164; nothing for what is none."""
    try:
        return rules.telephone(text, _country())
    except IdentityError:
        return ""


def _country() -> str:
    return next((code for code in settings.BLUEZONE.sms_countries if code.isdecimal()), "")


def enter(identity: Identity, place: str, now: dt.datetime) -> Person:
    """Store a new identity of a place. Raises IdentityError."""
    return enter_all([(identity, place)], now)[0]


@transaction.atomic
def enter_all(people: Sequence[tuple[Identity, str]], now: dt.datetime) -> list[Person]:
    """Store new identities, each with its place, in as many statements for one as for all. Raises IdentityError."""
    for identity, _place in people:
        rules.check(identity, clock.date_of(now))
    return _stored(people, now)


def enter_unnamed(telephone: str, place: str, now: dt.datetime) -> Person:
    """Store somebody of whom nothing is known yet but a telephone number (E.164), or nothing at all: a pseudonym, and
    an identity to be filled in."""
    return _stored([(Identity(telephone=telephone), place)], now)[0]


@transaction.atomic
def _stored(people: Sequence[tuple[Identity, str]], now: dt.datetime) -> list[Person]:
    expires_on = rules.expires_on(clock.date_of(now))
    while True:
        drawn: set[str] = set()
        while len(drawn) < len(people):
            drawn.add(rules.draw_pseudonym(secrets.randbelow))
        if Person.objects.filter(pseudonym__in=drawn).exists():
            continue  # one is taken: draw again
        rows = [
            Person(
                pseudonym=pseudonym,
                place=place,
                created_at=now,
                expires_on=expires_on,
                **_sealed(identity, pseudonym),
            )
            for pseudonym, (identity, place) in zip(drawn, people, strict=True)
        ]
        try:
            with transaction.atomic():
                Person.objects.bulk_create(rows)
        except IntegrityError:  # taken at the same moment
            continue
        audit_log.note_new(rows)
        return rows


def _sealed(identity: Identity, pseudonym: str) -> dict[str, bytes | str]:
    return {
        "sealed": vault.seal(identity, pseudonym),
        "telephone_digest": vault.digest(vault.TELEPHONE, identity.telephone),
        "document_digest": vault.digest(vault.DOCUMENT, identity.document),
    }


@dataclass(frozen=True, slots=True)
class Digests:
    """Hold the digests of a person's numbers; empty where there is no number."""

    telephone: frozenset[str] = frozenset()
    document: frozenset[str] = frozenset()


def digests_of(identity: Identity) -> Digests:
    """Return what an identity is found by under the present and every earlier key: people who were entered before the
    key was changed are stored under an earlier one."""
    return Digests(
        frozenset(vault.digests(vault.TELEPHONE, identity.telephone)),
        frozenset(vault.digests(vault.DOCUMENT, identity.document)),
    )


def stored_digests(person: Person) -> Digests:
    """Return the digests that stand in a person's row, each under the key of its time."""
    each = (person.telephone_digest, person.document_digest)
    return Digests(*(frozenset({digest} if digest else ()) for digest in each))


def all_digests(person: Person) -> Digests:
    """Return what a person is found by under every key; the stored digests alone of who cannot be decrypted."""
    identity = _identity_of(person)
    return digests_of(identity) if identity is not None else stored_digests(person)


@transaction.atomic
def change(person: Person, identity: Identity, by: Issuer, now: dt.datetime) -> None:
    """Replace an identity, and note who did. Raises IdentityError for who may not, or what is no identity."""
    check_may_open(person, by)
    rules.check(identity, clock.date_of(now))
    for name, value in _sealed(identity, person.pseudonym).items():
        setattr(person, name, value)
    person.save(update_fields=["sealed", "telephone_digest", "document_digest"])
    audit_log.note(person, by, {"corrected": ["None", "identity"]})


def find(place: str, telephone: str, document: str) -> list[Person]:
    """Return the people of a place with this telephone number or document, the newest first: of one place, so that
    nobody learns by asking who is known elsewhere. Raises IdentityError for what is no such number."""
    found = Q(telephone_digest__in=vault.digests(vault.TELEPHONE, rules.telephone(telephone, _country())))
    found |= Q(document_digest__in=vault.digests(vault.DOCUMENT, rules.document(document)))
    return list(Person.objects.filter(found, place=place).order_by("-created_at"))


def known(within: str, digests: Digests) -> list[Person]:
    """Return the people in a place and below it with one of these telephone or document numbers, the newest first: for
    a machine that looks whose a result is. Nobody learns of them who may not see them."""
    found = Q(telephone_digest__in=digests.telephone) | Q(document_digest__in=digests.document)
    return list(Person.objects.filter(found, place__startswith=within).order_by("-created_at"))


def alike(
    place: str, identities: Sequence[Identity], pseudonyms: Collection[str], elsewhere: Collection[str] = ()
) -> list[tuple[Person, Identity]]:
    """Return the people of a place who share a telephone or document number with some identities, or have one of these
    pseudonyms, and those with a pseudonym of `elsewhere` whoever's they are, each with who it is: for a machine that
    compares rows of a file with them. Nobody is shown it. Of who cannot be decrypted the identity is empty."""
    digests = [digests_of(one) for one in identities]
    telephones = {each for one in digests for each in one.telephone}
    documents = {each for one in digests for each in one.document}
    found = Q(telephone_digest__in=telephones) | Q(document_digest__in=documents) | Q(pseudonym__in=pseudonyms)
    rows = Person.objects.filter((found & Q(place=place)) | Q(pseudonym__in=elsewhere)).order_by("-created_at")
    return [(row, _identity_of(row) or Identity()) for row in rows]


def _identity_of(person: Person) -> Identity | None:
    """Decrypt who somebody is; None where no key of this server does."""
    return _identity_in(person.sealed, person.pseudonym)


def _identity_in(sealed: bytes | memoryview[int], pseudonym: str) -> Identity | None:
    try:
        return vault.unseal(bytes(sealed), pseudonym)
    except LostKeyError:
        return None


def _opened(person: Person) -> Identity:
    identity = _identity_of(person)
    if identity is None:
        template = gettext_noop(
            "this identity cannot be decrypted: the server no longer has the key it was stored under; tell who runs it"
        )
        raise IdentityError(template)
    return identity


def of_office(office: str, pseudonym: str) -> Person | None:
    """Return the person of a pseudonym, however it was typed, among those of an office; None for all others."""
    read = rules.read_pseudonym(pseudonym)
    return Person.objects.filter(pseudonym=read, place=office).first() if read else None


def open_identity(person: Person, by: Issuer, reason: str) -> Identity:
    """Decrypt who somebody is, also on the row, and note in the audit log who opened it and why.

    Raises IdentityError for who may not, without a reason, or where no key of this server decrypts it.
    """
    check_may_open(person, by)
    reason = rules.check_reason(reason)
    with transaction.atomic():
        audit_log.note(person, by, {}, typed={"opened": reason})
        person.identity = _opened(person)
        return person.identity


def check_may_open(person: Person, by: Issuer) -> None:
    """Check that somebody may open who a person is. Raises IdentityError."""
    if not rules.may_open(by.place, person.place, reads_health=confirming.may_read_health(by)):
        raise IdentityError(gettext_noop("this identity belongs to another office"))


# --- shifts: one reason for the identities of the own place -----------------------------------------------------------


@transaction.atomic
def open_shift(officer: User, purpose: Shift.Purpose, now: dt.datetime) -> Shift:
    """Begin a shift, in which `open_for` opens who the people of the officer's place are; one that runs ends.
    Raises IdentityError for who may not read health data."""
    by = Issuer(officer=officer)
    if not confirming.may_read_health(by):
        raise IdentityError(gettext_noop("you do not have the right to read health data"))
    close_shift(officer, now)
    ends_at = now + rules.SHIFT
    return Shift.objects.create(officer=officer, place=by.place, purpose=purpose, started_at=now, ends_at=ends_at)


def close_shift(officer: User, now: dt.datetime) -> None:
    """End the officer's shift now, if one runs."""
    for shift in officer.shifts.filter(closed_at=None, ends_at__gt=now):
        shift.closed_at = now
        shift.save(update_fields=["closed_at"])


def current_shift(officer: User, now: dt.datetime) -> Shift | None:
    """Return the officer's shift that runs; None without one, and as soon as the right or the post is gone."""
    row = officer.shifts.filter(closed_at=None, ends_at__gt=now).order_by("-pk").first()
    if row is None:
        return None
    by = Issuer(officer=officer)
    shift = rules.Shift(row.place, row.started_at, row.ends_at, row.closed_at)
    return row if rules.shift_runs(shift, by.place, now, reads_health=confirming.may_read_health(by)) else None


def open_for(persons: Iterable[Person | None], officer: User, now: dt.datetime) -> None:
    """Set on those of some persons whom the officer's shift opens who they are: on those of the own place, on nobody
    without a shift. Each is noted in the audit log once a shift, in as many statements for one as for all."""
    place = Issuer(officer=officer).place
    own = [person for person in persons if person is not None and person.place == place]
    shift = current_shift(officer, now) if own else None
    if shift is None:
        return
    for person in own:
        person.identity = _identity_of(person)
    opened = {person.pk: person for person in own if person.identity is not None}
    noted = shift.openings.filter(person__in=opened)
    if len(set(noted.values_list("person", flat=True))) == len(opened):
        return
    with transaction.atomic():
        Shift.objects.select_for_update().get(pk=shift.pk)  # of two pages at once the second waits here
        known = set(noted.values_list("person", flat=True))
        new = [person for key, person in opened.items() if key not in known]
        Opening.objects.bulk_create(Opening(shift=shift, person=person) for person in new)
        audit_log.note_each(new, Issuer(officer=shift.officer), {"opened in a shift": ["None", shift.purpose]})


@transaction.atomic
def set_telephone(person: Person, telephone: str, by: Issuer) -> None:
    """Replace a telephone number (E.164), and note who did; the identity is not shown. Raises IdentityError for another
    office's, or where no key of this server decrypts it."""
    if person.place != by.place:
        raise IdentityError(gettext_noop("this identity belongs to another office"), "telephone")
    known = _opened(person)
    if known.telephone == telephone:
        return
    for name, value in _sealed(replace(known, telephone=telephone), person.pseudonym).items():
        setattr(person, name, value)
    person.save(update_fields=["sealed", "telephone_digest", "document_digest"])
    audit_log.note(person, by, {"corrected": ["None", "telephone"]})


def contact_of(person: Person) -> Identity:
    """Return the telephone number and the address of somebody, for who looks after them and has said why; the caller
    notes it. Empty where no key of this server decrypts them."""
    known = _identity_of(person) or Identity()
    return Identity(telephone=known.telephone, address=known.address)


def handed_over(sealed: bytes, pseudonym: str) -> Identity:
    """Return who somebody is, for a machine that hands records to a partner by an agreement; the caller notes it where
    names go. Empty where no key of this server decrypts it."""
    return _identity_in(sealed, pseudonym) or Identity()


def has_address(person: Person) -> bool:
    """Return whether an address is known of somebody, without telling it."""
    return bool(contact_of(person).address)


def telephone_of(person: Person) -> str:
    """Return a person's telephone number (E.164) for a message that a machine sends; nobody reads it. Raises
    IdentityError where no key of this server decrypts it."""
    return _opened(person).telephone


@transaction.atomic
def hand_over(person: Person, place: str, now: dt.datetime) -> None:
    """Give an identity to another office, which alone can open it from now on, and answers what the person asks."""
    person.place = place
    person.save(update_fields=["place"])
    for row in DataRequest.objects.select_for_update().filter(person=person, state=DataRequest.State.WAITING):
        row.place = place
        row.save(update_fields=["place"])
        request_changed.send(sender=DataRequest, row=row, now=now, by=None)


def keep_until(person: Person, until: dt.date) -> None:
    """Keep an identity for 90 days after a day on which it is still needed. It never goes earlier for that."""
    keep_all_until([person], until)


def keep_all_until(people: Iterable[Person], until: dt.date) -> None:
    """Keep identities as `keep_until` does one."""
    last = rules.expires_on(until)
    shorter = [person for person in people if person.expires_on < last]
    for person in shorter:
        person.expires_on = last
    if shorter:
        Person.objects.filter(pk__in=[person.pk for person in shorter]).update(expires_on=last)
