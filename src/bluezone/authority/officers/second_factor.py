"""Check the second factor of an officer's login: a phone's TOTP app, and recovery codes for the day it is lost.

Devices and their throttling are django-otp's; what is kept here is the order of things: who has a confirmed phone must
show its code before anything else, also before setting up another.
"""

from __future__ import annotations

import base64
import io

import segno
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django_otp import match_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from bluezone.authority.officers.models import User

RECOVERY_CODES = 10


def has_phone(user: User) -> bool:
    """Return whether the officer has set up a phone."""
    return bool(TOTPDevice.objects.devices_for_user(user, confirmed=True).exists())


def is_verified(user: User | AnonymousUser) -> bool:
    """Return whether this login has shown its second factor."""
    return bool(getattr(user, "is_verified", bool)())  # the middleware of django-otp adds the method


def pending_phone(user: User) -> TOTPDevice:
    """Return the phone being set up: one at a time, with one secret until it is confirmed."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        found = TOTPDevice.objects.filter(user=user, confirmed=False).first()
        return found or TOTPDevice.objects.create(user=user, name="phone", confirmed=False)


def secret_text(device: TOTPDevice) -> str:
    """Return the secret in groups of four, to type where no camera is at hand."""
    text = base64.b32encode(device.bin_key).decode("ascii").rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def qr_svg(device: TOTPDevice) -> str:
    """Draw the QR code an authenticator app scans, as inline SVG: made here, sent nowhere."""
    out = io.BytesIO()
    segno.make(device.config_url, error="m").save(
        out, kind="svg", scale=5, border=4, dark="#0b1f33", light="#ffffff", xmldecl=False, svgns=False, omitsize=False
    )
    return out.getvalue().decode("utf-8")


def confirm(device: TOTPDevice, token: str) -> bool:
    """Confirm a phone by its first code. Earlier phones of the officer are gone with it."""
    if not device.verify_is_allowed()[0] or not device.verify_token(token):
        return False
    with transaction.atomic():
        TOTPDevice.objects.filter(user=device.user, confirmed=True).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
    return True


def new_recovery_codes(user: User) -> list[str]:
    """Make ten recovery codes, each good once; those of before are deleted."""
    with transaction.atomic():
        device, _ = StaticDevice.objects.get_or_create(user=user, defaults={"name": "recovery"})
        device.token_set.all().delete()
        codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def verified_by(user: User, token: str) -> Device | None:
    """Return the officer's device that `token` comes from: the phone, or the recovery codes. A wrong token delays the
    next try."""
    found: Device | None = match_token(user, token.replace(" ", "").lower())
    return found
