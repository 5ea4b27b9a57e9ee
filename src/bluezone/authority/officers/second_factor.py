"""Check the second factor of an officer's login: a phone's TOTP app, and recovery codes for the day it is lost.

Devices and their throttling are django-otp's, what the database holds of them is not (`models.Phone`). What is kept
here is the order of things: who has a confirmed phone must show its code before anything else, also before setting up
another.
"""

from __future__ import annotations

import base64
import secrets

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django_otp.models import Device

from bluezone.authority.officers.models import Phone, RecoveryCodes, User

RECOVERY_CODES, _RECOVERY_CODE_BYTES = 10, 5
#: of a phone's code; a recovery code has eight signs
_DIGITS = 6


def has_phone(user: User) -> bool:
    """Return whether the officer has set up a phone."""
    return bool(Phone.objects.devices_for_user(user, confirmed=True).exists())


def is_verified(user: User | AnonymousUser) -> bool:
    """Return whether this login has shown its second factor."""
    return bool(getattr(user, "is_verified", bool)())  # the middleware of django-otp adds the method


def pending_phone(user: User) -> Phone:
    """Return the phone being set up: one at a time, with one secret until it is confirmed."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        found = Phone.objects.filter(user=user, confirmed=False).first()
        return found or Phone.set_up(user)


def secret_text(device: Phone) -> str:
    """Return the secret in groups of four, to type where no camera is at hand."""
    text = base64.b32encode(device.seed).decode("ascii").rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def confirm(device: Phone, token: str) -> bool:
    """Confirm a phone by its first code. Earlier phones of the officer are gone with it."""
    if not device.verify_is_allowed()[0] or not device.verify_token(token):
        return False
    with transaction.atomic():
        Phone.objects.filter(user=device.user, confirmed=True).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
    return True


def new_recovery_codes(user: User) -> list[str]:
    """Make ten recovery codes, each good once; those of before are deleted."""
    with transaction.atomic():
        device, _ = RecoveryCodes.objects.get_or_create(user=user)
        drawn = [secrets.token_bytes(_RECOVERY_CODE_BYTES) for _ in range(RECOVERY_CODES)]
        codes = [base64.b32encode(each).decode("ascii").lower() for each in drawn]
        device.put(codes)
    return codes


@transaction.atomic
def verified_by(user: User, token: str) -> Device | None:
    """Return the officer's device that `token` comes from: the phone, or the recovery codes. A wrong token delays the
    next try of its kind, and of no other."""
    token = token.replace(" ", "").lower()
    kind: type[Device] = Phone if len(token) == _DIGITS else RecoveryCodes
    devices = kind.objects.devices_for_user(user, confirmed=True).select_for_update()
    return next((device for device in devices if device.verify_token(token)), None)
