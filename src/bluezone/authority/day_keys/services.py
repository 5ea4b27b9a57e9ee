"""Make keys of the days to come, hand out their public halves, decrypt by their private halves, and delete them."""

from __future__ import annotations

import datetime as dt
import hashlib

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.db import IntegrityError, transaction

from bluezone.authority.day_keys.models import DayKey
from bluezone.authority.persons import vault
from bluezone.authority.site import clock, hpke
from bluezone.authority.site.hpke import SealError
from bluezone.protocol.text import base64_text

#: keys of so many days after today are handed out: a telephone without a network for two days has them
DAYS_AHEAD = 3
#: entries are kept for so many days; what comes later than that is not read any more
KEPT = dt.timedelta(days=14)
_PRIVATE = "private half of a day's key"


def published(purpose: str, place: str, now: dt.datetime) -> list[dict[str, str]]:
    """Return the public halves from today on, each with its day and id; those that are not there yet are made."""
    today = clock.date_of(now)
    rows = [_of_day(purpose, place, today + dt.timedelta(days=each)) for each in range(DAYS_AHEAD + 1)]
    return [{"day": row.day.isoformat(), "id": row.key_id, "public": base64_text(bytes(row.public))} for row in rows]


def _of_day(purpose: str, place: str, day: dt.date) -> DayKey:
    there = DayKey.objects.filter(purpose=purpose, place=place, day=day)
    found = there.first()
    if found is not None:
        return found
    private = ec.generate_private_key(ec.SECP256R1())
    public = hpke.public_bytes(private.public_key())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
    key_id = hashlib.sha256(public).hexdigest()[:32]
    try:
        with transaction.atomic():
            return DayKey.objects.create(
                purpose=purpose,
                place=place,
                day=day,
                key_id=key_id,
                public=public,
                private=vault.seal_text(_PRIVATE, pem, key_id.encode()),
            )
    except IntegrityError:  # another request was quicker
        return there.get()


def unseal(purpose: str, place: str, key_id: str, bound_to: bytes, sealed: bytes) -> bytes:
    """Decrypt what a browser encrypted to a key of a purpose and place. Raises SealError; also where that is gone."""
    row = DayKey.objects.filter(purpose=purpose, place=place, key_id=key_id).first()
    if row is None:
        raise SealError("sealed: to a key of long ago, or of somebody else")
    private = load_pem_private_key(vault.unseal_text(_PRIVATE, bytes(row.private), key_id.encode()).encode(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    return hpke.unseal(private, info(purpose), bound_to, sealed)


def info(purpose: str) -> bytes:
    """Return what a message's purpose is called in HPKE."""
    return f"bluezone {purpose} v1".encode("ascii")


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete keys of days that nothing is kept of: what was encrypted to them is not read again, in no copy."""
    return {"day_keys": DayKey.objects.filter(day__lt=clock.date_of(now - KEPT)).delete()[0]}
