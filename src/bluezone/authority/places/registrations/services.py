"""Take registrations of places, show them by receipt, and confirm or refuse them. Decisions are in `rules`."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet

from bluezone.authority.messages import phone_numbers
from bluezone.authority.messages import sms as outbox
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Role, place_of
from bluezone.authority.officers.models import User
from bluezone.authority.places import services as places
from bluezone.authority.places.models import Place, PlaceRegistration
from bluezone.authority.places.registrations import rules
from bluezone.authority.places.registrations.rules import Wish
from bluezone.authority.places.rules import PlaceRefusedError
from bluezone.authority.site import clock, encryption
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.locks import take_turns
from bluezone.authority.units import services as units
from bluezone.authority.units.models import Organisation
from bluezone.errors import N_
from bluezone.geography.names import plain_key
from bluezone.geography.units import UnitCode
from bluezone.protocol import one_time_codes

_REQUEST, _RECEIPT, _CONTACT, _TELEPHONE = (
    "request of a place", "receipt of a place", "contact of a place", "telephone of a place",
)  # fmt: skip
_State = PlaceRegistration.State
#: a message that comes later says nothing new: the page of the receipt says the same
_MESSAGE_LIFE = dt.timedelta(days=1)
#: in the language of most owners; without a receipt and without a name, for others read telephones, too
_TOLD = {
    _State.CONFIRMED: "Bluezone: Địa điểm bạn đăng ký đã được xác nhận. Mở trang đăng ký, nhập biên nhận để in mã QR.",
    _State.REFUSED: "Bluezone: Địa điểm bạn đăng ký chưa được xác nhận. Lý do: {reason}",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """Hold who asked for a place, and the telephone number in E.164."""

    owner: str = field(repr=False)
    telephone: str = field(repr=False)


def number_bound_to(request_id: bytes) -> bytes:
    """Return what a code by text message confirms a number for: one registration alone."""
    return b"number of a place " + request_id


@transaction.atomic
def register(request_id: bytes, wish: Wish, now: dt.datetime, *, confirmed: bool) -> str:
    """Store what an owner asks for, once however often it is sent; return the receipt. Raises PlaceRefusedError."""
    known = PlaceRegistration.objects.filter(request_digest__in=keyed.digests(_REQUEST, request_id)).first()
    if known is not None:
        return encryption.decrypt(_RECEIPT, bytes(known.receipt))
    rules.check(wish)
    place, number = place_of(UnitCode.parse(wish.within)), keyed.digest(_TELEPHONE, wish.telephone)
    take_turns(f"registrations of places in {place}")
    again = PlaceRegistration.objects.filter(request_digest__in=keyed.digests(_REQUEST, request_id)).first()
    if again is not None:  # sent twice at the same moment
        return encryption.decrypt(_RECEIPT, bytes(again.receipt))
    since = PlaceRegistration.objects.filter(telephone_digest=number, asked_at__gt=now - dt.timedelta(days=1))
    waiting = PlaceRegistration.objects.filter(place=place, state=_State.WAITING, telephone_confirmed=confirmed)
    rules.check_many(since.count(), waiting.count())
    receipt = one_time_codes.draw_long(rules.RECEIPT_LENGTH, secrets.randbelow)
    PlaceRegistration.objects.create(
        request_digest=keyed.digest(_REQUEST, request_id),
        receipt_digest=keyed.digest(_RECEIPT, receipt),
        receipt=encryption.encrypt(_RECEIPT, receipt),
        place=place,
        within=wish.within,
        name=wish.name,
        code=wish.code,
        kind=wish.kind,
        address=wish.address,
        usual_stay_min=wish.usual_stay_min,
        capacity=wish.capacity,
        entrances="\n".join(wish.entrances),
        contact=encryption.encrypt(_CONTACT, json.dumps([wish.owner, wish.telephone], ensure_ascii=False)),
        telephone_digest=number,
        telephone_confirmed=confirmed,
        asked_at=now,
    )
    return receipt


def of_receipt(text: str) -> PlaceRegistration | None:
    """Return the registration of a receipt, however it was typed; None for every other text alike."""
    read = one_time_codes.read_code(text)
    if read.kind is not one_time_codes.Kind.LONG:
        return None
    rows = PlaceRegistration.objects.select_related("opened__organisation")
    return rows.filter(receipt_digest__in=keyed.digests(_RECEIPT, read.text)).first()


def withdraw(registration: PlaceRegistration) -> bool:
    """Delete a registration that nobody has decided, for its owner; return whether it was one."""
    return PlaceRegistration.objects.filter(pk=registration.pk, state=_State.WAITING).delete()[0] > 0


def contact_of(registration: PlaceRegistration) -> Contact:
    """Decrypt who asked. Raises AuthorityError where no secret of this installation decrypts it."""
    owner, telephone = json.loads(encryption.decrypt(_CONTACT, bytes(registration.contact)))
    return Contact(owner, telephone)


def printed_of(registration: PlaceRegistration) -> Place | None:
    """Return the place whose posters the owner may print: confirmed, and open."""
    place = registration.opened
    is_open = place is not None and place.closed_at is None and place.confirmed_at is not None
    return place if is_open and registration.state == _State.CONFIRMED else None


def seen(user: User) -> QuerySet[PlaceRegistration]:
    """Return the registrations that an officer decides: of the commune, its district or province. The ministry reads
    no names and numbers of owners."""
    own = scope.jurisdiction(user)
    rows = PlaceRegistration.objects.all()
    decides = own is not None and own.directs_places and own.role is not Role.MINISTRY
    return scope.editable(rows, user) if decides else rows.none()


def alike(registration: PlaceRegistration) -> list[Organisation]:
    """Return the open units of the commune that a registration may mean: of its code, or of its name."""
    key = plain_key(registration.name)
    rows = Organisation.objects.filter(closed_on=None).filter(
        Q(code=registration.code) | Q(search_key=key, place__startswith=registration.place)
    )
    return list(rows.select_related("open_place").order_by("name", "pk")[:20])


def others(registration: PlaceRegistration) -> int:
    """Return how many others wait under the same name in the same commune."""
    rows = PlaceRegistration.objects.filter(place=registration.place, state=_State.WAITING)
    names = rows.exclude(pk=registration.pk).values_list("name", flat=True)
    return sum(plain_key(name) == plain_key(registration.name) for name in names)


@transaction.atomic
def confirm(
    registration: PlaceRegistration, organisation: Organisation | None, sector: str, officer: User, now: dt.datetime
) -> Place:
    """Open what was asked for as a place of a unit, or of a new one of a sector, and tell the owner. Codes that a unit
    shows already go on. Raises PlaceRefusedError, OrganisationError; then nothing is changed."""
    row = _waiting(registration)
    if organisation is None:
        facts = units.Facts(row.name, sector, UnitCode.parse(row.within))
        organisation = units.register(facts, clock.date_of(now))
    place = places.open_place(
        organisation, row.kind, row.address, row.usual_stay_min, row.capacity, officer, now,
        confirmed=True, entrances=rules.read_names(row.entrances),
    )  # fmt: skip
    _decide(row, officer, now, _State.CONFIRMED, opened=place)
    return place


@transaction.atomic
def refuse(registration: PlaceRegistration, reason: str, officer: User, now: dt.datetime) -> None:
    """Refuse a registration with a reason, and tell the owner. Raises PlaceRefusedError."""
    said = rules.check_refusal(reason)
    _decide(_waiting(registration), officer, now, _State.REFUSED, reason=said)


def _waiting(registration: PlaceRegistration) -> PlaceRegistration:
    row = PlaceRegistration.objects.select_for_update().filter(pk=registration.pk).first()
    if row is None:
        raise PlaceRefusedError(N_("The owner has taken this registration back."))
    if row.state != _State.WAITING:
        raise PlaceRefusedError(N_("Somebody has decided this already."))
    return row


def _decide(row: PlaceRegistration, officer: User, now: dt.datetime, state: _State, **facts: object) -> None:
    for name, value in {**facts, "state": state, "decided_at": now, "decided_by": officer}.items():
        setattr(row, name, value)
    row.save()
    if phone_numbers.are_offered():
        text = _TOLD[state].format(reason=row.reason)
        outbox.queue(contact_of(row).telephone, text, now + _MESSAGE_LIFE, now)


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete registrations that nobody decided or that were refused after 30 days; of confirmed ones when the place is
    closed, and after a year."""
    old = Q(state=_State.WAITING, asked_at__lte=now - rules.WAITING_LIFE)
    old |= Q(state=_State.REFUSED, decided_at__lte=now - rules.WAITING_LIFE)
    of_confirmed = Q(opened=None) | Q(opened__closed_at__isnull=False) | Q(decided_at__lte=now - rules.CONTACT_LIFE)
    rows = PlaceRegistration.objects.filter(old | (Q(state=_State.CONFIRMED) & of_confirmed))
    return {"place_registrations": rows.delete()[0]}
