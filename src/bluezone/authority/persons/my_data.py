"""Show a person what is held of them for a one-time code, take their requests, and answer these within the law's time.

The code is given by an officer of the person's office and typed once; what follows is carried by the page itself
(`seal_pass`), in no address and no cookie.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from bluezone.authority.messages import sms
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.persons import rules, services, vault
from bluezone.authority.persons.models import DataCode, DataRequest, Person
from bluezone.authority.persons.rules import IdentityError
from bluezone.authority.site import registries
from bluezone.authority.site.encryption import LostKeyError
from bluezone.authority.site.registries import Holding
from bluezone.protocol import one_time_codes

_CODE, _TEXT = "code for one's own data", "text of a request about one's own data"
_SALT = "bluezone.authority.persons.my_data"
#: digits of a document number that its owner is shown
_SHOWN_DIGITS = 3


def give_code(person: Person, by: Issuer, now: dt.datetime) -> str:
    """Make a code for the person, to be handed over or read out once; one of before ends. Raises IdentityError for who
    may not open the identity."""
    services.check_may_open(person, by)
    with transaction.atomic():
        audit_log.note(person, by, {"code for own data": ["None", "given"]})
        return _new_code(person, now)


def _new_code(person: Person, now: dt.datetime) -> str:
    code = one_time_codes.draw_long(rules.DATA_CODE_LENGTH, secrets.randbelow)
    person.data_codes.filter(used_at=None).delete()
    DataCode.objects.create(person=person, digest=vault.digest(_CODE, code), expires_at=now + rules.DATA_CODE_LIFE)
    return code


def can_send(person: Person) -> bool:
    """Return whether a code can be sent as a message: the server sends some, and a number is known."""
    return sms.sender() is not None and bool(person.telephone_digest)


@transaction.atomic
def send_code(person: Person, by: Issuer, address: str, now: dt.datetime) -> str:
    """Send the person a code as a message, and return the last digits of the number. Raises IdentityError for who may
    not open the identity, or where no number is known."""
    if not can_send(person):
        raise IdentityError(gettext_noop("no number is known, or this server sends no messages"))
    return _send(person, give_code(person, by, now), address, now)


@transaction.atomic
def send_code_to(number: str, address: str, now: dt.datetime) -> None:
    """Send a code to a number (E.164), if exactly one person here has it: a family's telephone would show each what is
    held of all. Once an hour at most. What became of it is told to nobody."""
    digests = vault.digests(vault.TELEPHONE, number)
    found = list(Person.objects.select_for_update().filter(telephone_digest__in=digests)[:2]) if number else []
    if len(found) != 1 or sms.sender() is None:
        return
    recently = now + rules.DATA_CODE_LIFE - rules.DATA_CODE_PAUSE
    if not found[0].data_codes.filter(expires_at__gt=recently).exists():
        _send(found[0], _new_code(found[0], now), address, now)


def _send(person: Person, code: str, address: str, now: dt.datetime) -> str:
    number = services.telephone_of(person)
    with translation.override("vi"):
        text = gettext("Bluezone: your code to see your data is %(code)s, good for a day, at %(address)s")
        text = text % {"code": " ".join(one_time_codes.groups(code)), "address": address}
    sms.queue(number, text, now + rules.DATA_CODE_LIFE, now)
    return number[-2:]


@transaction.atomic
def use_code(typed: str, now: dt.datetime) -> Person | None:
    """Return whose code was typed, once; None for one that is unknown, used or too old."""
    code = one_time_codes.read_code(typed).text
    rows = DataCode.objects.select_for_update(of=("self",)).select_related("person")
    row = rows.filter(digest__in=vault.digests(_CODE, code), used_at=None, expires_at__gt=now).first() if code else None
    if row is None:
        return None
    row.used_at = now
    row.save(update_fields=["used_at"])
    return row.person


def seal_pass(person: Person, now: dt.datetime) -> str:
    """Return a signed text with which the page that was opened goes on for half an hour."""
    return signing.dumps([person.pseudonym, (now + rules.DATA_PAGE_LIFE).timestamp()], salt=_SALT)


def of_pass(text: str, now: dt.datetime) -> Person | None:
    """Return the person of a page's signed text; None where it is not ours, or its time is over."""
    try:
        pseudonym, until = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    return Person.objects.filter(pseudonym=pseudonym).first() if now.timestamp() < until else None


def holdings(person: Person) -> Sequence[Holding]:
    """Return what all packages hold of a person."""
    return [each for package in registries.person_holdings for each in package(person.pseudonym)]


@transaction.atomic
def ask(person: Person, kind: DataRequest.Kind, text: str, now: dt.datetime) -> DataRequest:
    """Store a request; the same one that still waits is not stored twice."""
    waiting = person.data_requests.filter(kind=kind, state=DataRequest.State.WAITING)
    for row in waiting:
        if words_of(row)[0] == text:
            return row
    sealed = vault.seal_text(_TEXT, text[: rules.MOST_TEXT], person.pseudonym.encode())
    due = now + dt.timedelta(hours=settings.BLUEZONE.data_request_hours)
    row = DataRequest.objects.create(
        person=person, place=person.place, kind=kind, text=sealed, asked_at=now, due_at=due
    )
    services.request_changed.send(sender=DataRequest, row=row, now=now, by=None)
    return row


@transaction.atomic
def answer(row: DataRequest, state: DataRequest.State, text: str, by: User, now: dt.datetime) -> None:
    """Answer a request, once. Raises IdentityError where it was answered meanwhile."""
    row = DataRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=row.pk)
    if row.state != DataRequest.State.WAITING:
        raise IdentityError(gettext_noop("this request was answered meanwhile"))
    row.state, row.answered_at = state, now
    row.answer = vault.seal_text(_TEXT, text, row.person.pseudonym.encode())
    row.save(update_fields=["state", "answered_at", "answer"])
    services.request_changed.send(sender=DataRequest, row=row, now=now, by=by)


def words_of(row: DataRequest) -> tuple[str, str]:
    """Decrypt what was asked and what was answered; nothing where no key of this server does."""
    bound = row.person.pseudonym.encode()

    def read(sealed: bytes | memoryview) -> str:
        try:
            return vault.unseal_text(_TEXT, bytes(sealed), bound) if bytes(sealed) else ""
        except LostKeyError:
            return ""

    return read(row.text), read(row.answer)


def identity_held(pseudonym: str) -> list[Holding]:
    """Return what is held of who a person is; of the document its last signs."""
    person = Person.objects.filter(pseudonym=pseudonym).first()
    if person is None:
        return []
    try:
        who = vault.unseal(bytes(person.sealed), pseudonym)
    except LostKeyError:
        return []
    document = f"…{who.document[-_SHOWN_DIGITS:]}" if who.document else ""
    facts = (
        (_("Name"), who.name),
        (_("Year of birth"), str(who.birth_year or "")),
        (_("Telephone number"), who.telephone),
        (_("Document number"), document),
        (_("Address"), who.address),
    )
    rule = _("Needed to reach you while you are ill or in follow-up, by the law on infectious diseases.")
    return [Holding(_("Who you are"), [each for each in facts if each[1]], person.expires_on, rule)]


def overdue(row: DataRequest, now: dt.datetime) -> bool:
    """Return whether a request waits longer than the law allows."""
    return row.state == DataRequest.State.WAITING and row.due_at < now
