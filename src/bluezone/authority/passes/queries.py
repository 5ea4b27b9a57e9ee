"""Ask for the keys by which passes and their lists are verified."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from bluezone.authority.signing import services as signing
from bluezone.authority.signing.jwks import public_jwk
from bluezone.authority.signing.models import SigningKey


def public_keys(now: dt.datetime) -> list[dict[str, str]]:
    """Return the keys by which passes are verified, each as a JWK whose `kid` is the key id of the COSE message."""
    keys = signing.trusted_pass_keys(now)
    return [public_jwk(key, f"{signing.pass_key_id()} {key.version}") for key in keys]


def distrusted_keys() -> list[str]:
    """Return the names of the keys whose passes are believed no more."""
    return [f"{signing.pass_key_id()} {key.version}" for key in signing.distrusted_pass_keys()]


def list_keys() -> list[dict[str, str]]:
    """Return the keys by which the list of passes taken back is verified: those of export files, as JWKs."""
    keys = SigningKey.objects.filter(purpose=SigningKey.Purpose.EXPORT).order_by("id")
    return [public_jwk(key, f"{settings.BLUEZONE.region} {key.version}") for key in keys]
