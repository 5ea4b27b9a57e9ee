"""Make, change and suspend officers' accounts, and the link by which each sets the own password.

Nobody ever knows another's password: an account is made without one, and its link is shown once to who made it. The
link holds a token that is signed, not stored: it is good for three days, once, and a newer link ends it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext_noop
from django_otp import devices_for_user

from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import OFFICE_MARK, Jurisdiction, Role, code_of, own_unit, place_for
from bluezone.authority.officers.models import Office, User
from bluezone.authority.site import clock, registries
from bluezone.errors import TranslatableError
from bluezone.geography import catalogue
from bluezone.geography.units import Level

_MOST_DIGITS = 10
_MOST_SUGGESTED = 200
_LEVELS = {Role.PROVINCE: Level.PROVINCE, Role.DISTRICT: Level.DISTRICT, Role.COMMUNE: Level.COMMUNE}


#: what an account may be given beside its post: see `confirming`
RIGHTS = ("may_confirm", "may_read_health")


class AppointmentError(TranslatableError):
    """Report an appointment that cannot be made; `field` is the form's field it belongs to."""

    def __init__(self, field: str, template: str, **values: object) -> None:
        super().__init__(template, **values)
        self.field = field


class _SetupTokens(PasswordResetTokenGenerator):
    """Sign tokens over the account as it is, so that each is used once: the password is another then."""

    key_salt = "bluezone.authority.officers.setup"

    def _now(self) -> dt.datetime:
        return clock.now().replace(tzinfo=None)

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.is_active}"


setup_tokens = _SetupTokens()


@dataclass(frozen=True, slots=True)
class SetupLink:
    """Hold the link with which an officer sets the own password, and its expiry."""

    address: str
    until: dt.datetime


def roles_below(own: Jurisdiction) -> list[Role]:
    """Return the roles an officer may give."""
    if own.role is Role.UNIT_HEAD:
        return [Role.UNIT_HEAD, Role.CHECKPOINT]
    # (a laboratory's account is made with its token, on a page of its own)
    return [role for role in Role if role is not Role.LAB and own.may_appoint(role, own.place)]


def place_of_post(own: Jurisdiction, role: Role, text: str, today: dt.date) -> str:
    """Return the place of a role at a unit as written, by name or code. Raises AppointmentError, GeographyError."""
    if role is Role.MINISTRY:
        raise AppointmentError("role", gettext_noop("an officer of the ministry is appointed on the server itself"))
    if role is Role.DEPARTMENT:
        place = _place_of_office(own, text)
    elif role in (Role.UNIT_HEAD, Role.CHECKPOINT):
        place = _place_below_the_gazetteer(own, text)
    else:
        gazetteer = catalogue.all_units()
        place = place_for(role, gazetteer.find(text, on=today, level=_LEVELS[role], within=code_of(own.place)).code)
    if not own.may_appoint(role, place):
        raise AppointmentError("role", gettext_noop("you may appoint officers below you, within your jurisdiction"))
    return place


def _place_of_office(own: Jurisdiction, text: str) -> str:
    rows = Office.objects.filter(territory__startswith=own.place, closed_on=None)
    _name, mark, number = text.strip().rpartition(OFFICE_MARK)
    by_number = mark and number.isascii() and number.isdecimal() and len(number) < _MOST_DIGITS
    found = list(rows.filter(pk=int(number)) if by_number else rows.filter(name__iexact=" ".join(text.split())))
    if len(found) != 1:
        template = gettext_noop("no office of yours is called “{text}”; add it under Offices first, or give its number")
        raise AppointmentError("unit", template, text=text)
    return found[0].place


def offices_to_choose(own: Jurisdiction) -> list[str]:
    """Return names and numbers of the open offices in a jurisdiction, as `place_of_post` reads them."""
    rows = Office.objects.filter(territory__startswith=own.place, closed_on=None).order_by("name", "pk")
    return [f"{office.name} {OFFICE_MARK}{office.pk}" for office in rows[:_MOST_SUGGESTED]]


def posts_to_choose(own: Jurisdiction, day: dt.date) -> list[str]:
    """List units right below, offices and organisations, as `place_of_post` reads them."""
    unit = own_unit(own, day)
    has_places = own.directs_places and unit.level < Level.COMMUNE
    below = catalogue.all_units().children(unit.code, day) if has_places else ()
    posts = [text for register in registries.posts for text in register.suggestions(own.place)]
    return [each.full_name for each in below] + offices_to_choose(own) + posts


def _place_below_the_gazetteer(own: Jurisdiction, text: str) -> str:
    there = [register.find(text, within) for register in registries.posts for within in own.edited]
    found = {place for place in there if place is not None}
    if len(found) != 1:
        template = gettext_noop("no school, office or company of yours is called “{text}”; give the code on its poster")
        raise AppointmentError("unit", template, text=text)
    return found.pop()


@transaction.atomic
def appoint(username: str, full_name: str, role: Role, place: str, **rights: bool) -> User:
    """Make an account without a password, with the rights given by name (`RIGHTS`). Raises ValidationError for a name
    that is taken or malformed."""
    user = User(username=username, full_name=full_name, role=role.value, place=place, **rights)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    return user


def change_post(user: User, full_name: str, role: str, place: str, rights: Mapping[str, bool]) -> None:
    """Change an officer's name and post. Rights were given for a post: they end with it, unless who changes the post
    may give them and says so (`rights` by name; empty: may not)."""
    moved = (user.role, user.place) != (role, place)
    for right in RIGHTS:
        setattr(user, right, rights.get(right, not moved and getattr(user, right)))
    user.full_name, user.role, user.place = full_name, role, place
    user.save()


def setup_link(absolute: Callable[[str], str], user: User, by: User | None) -> SetupLink:
    """Make a link for the officer, to be shown once; `absolute` makes an address of a path of ours. The password and
    link of before end now, and so does every session of the account."""
    with transaction.atomic():
        user.set_unusable_password()
        user.save(update_fields=["password"])
        _note(user, by, "set_up_link", "issued")
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    address = reverse("officers:setup", args=[uid, setup_tokens.make_token(user)])
    until = clock.now() + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return SetupLink(absolute(address), until)


@transaction.atomic
def reset_second_factor(user: User, by: User) -> None:
    """Forget an officer's lost phone: the next login sets up another."""
    for device in devices_for_user(user, confirmed=None):
        device.delete()
    _note(user, by, "second_factor", "reset")


@transaction.atomic
def suspend(user: User, *, active: bool) -> None:
    """Suspend an account, or open it again. A suspended one loses its sessions and machine tokens at once."""
    user.is_active = active
    if not active:
        user.set_unusable_password()
        user.tokens.all().delete()
    user.save()


def _note(user: User, by: User | None, what: str, value: str) -> None:
    """Add to the audit log, under the account's own place, what no field of it shows. Never the link itself."""
    entry = audit_log.entry_of(user, Issuer(officer=by) if by is not None else None, {what: ["None", value]})
    entry.additional_data = user.get_additional_data()
    entry.save()
