"""Make, check and revoke the keys by which machines call us (`X-API-Key`).

A *device* key is an app's, at the endpoints that phones call; an *admin* key issues codes for its office, with that
office's right and quota (`confirming`); a *statistics* key reads counts. A key is 256 random bits, shown once and
stored as a digest that is keyed by the installation's secret: whoever copies the database has no key.

Contract for APIs: `key_of(request.headers.get("X-API-Key", ""), now, ApiKey.Role.ADMIN)` returns the row, or None for a
key that is unknown, revoked, past its last day or of another role (answer 401 alike). What it changes is noted by
`audit_log.note(row, Issuer(key=key), changes)`; services that take an issuer do so themselves.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
import threading
from dataclasses import dataclass

from bluezone.authority.officers.models import ApiKey, User
from bluezone.authority.site import clock
from bluezone.authority.site import secrets as keyed

_PURPOSE = "API key"
_SECRET_BYTES = 32
_SHOWN_LETTERS = 4
#: how long a worker goes on believing what it read of device keys: a revoked one lives so long at most
_REMEMBERED = dt.timedelta(seconds=10)


def make(
    role: ApiKey.Role, place: str, label: str, by: User | None, now: dt.datetime, expires_on: dt.date | None = None
) -> tuple[str, ApiKey]:
    """Make a key, to be shown once, and return it with its row."""
    secret = f"{role.value}-{secrets.token_urlsafe(_SECRET_BYTES)}"
    row = ApiKey.objects.create(
        role=role.value,
        place=place,
        label=label,
        digest=keyed.digest(_PURPOSE, secret),
        begins=secret[: len(role.value) + 1 + _SHOWN_LETTERS],
        made_at=now,
        made_by=by,
        expires_on=expires_on,
    )
    device_keys.forget()
    return secret, row


def revoke(key: ApiKey, now: dt.datetime) -> None:
    """Revoke a key for good. One that is revoked already stays as it is."""
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
    device_keys.forget()


def is_good(key: ApiKey, today: dt.date) -> bool:
    """Return whether a key still opens anything on a day."""
    return key.revoked_at is None and (key.expires_on is None or today <= key.expires_on)


def key_of(secret: str, now: dt.datetime, *roles: ApiKey.Role) -> ApiKey | None:
    """Return the key that is good now and has one of the roles; None for all else. Notes the day of its use."""
    if not secret:
        return None
    row = ApiKey.objects.filter(digest__in=keyed.digests(_PURPOSE, secret), role__in=roles).first()
    today = clock.date_of(now)
    if row is None or not is_good(row, today):
        return None
    _note_use(row.pk, row.last_used_on, today)
    return row


def _note_use(key_id: int, last: dt.date | None, today: dt.date) -> None:
    if last is None or last < today:
        ApiKey.objects.filter(pk=key_id).update(last_used_on=today)


@dataclass(slots=True)
class _Remembered:
    key_id: int
    digest: str
    expires_on: dt.date | None
    last_used_on: dt.date | None


class DeviceKeys:
    """Answer at every phone's request whether its key is good, from what was read at most ten seconds ago."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._read_at: dt.datetime | None = None
        self._any_made = False
        self._good: list[_Remembered] = []

    def are_asked_for(self, now: dt.datetime) -> bool:
        """Return whether phones need a key: from the first device key that was made on, revoked or not, so that to
        revoke the last one opens nothing."""
        self._read(now)
        return self._any_made

    def is_good(self, secret: str, now: dt.datetime) -> bool:
        """Return whether a device key of the database is good now; note the day of its use."""
        known = self._read(now)
        today = clock.date_of(now)
        digests = keyed.digests(_PURPOSE, secret) if known and secret else []
        for one in known:
            matches = any(hmac.compare_digest(one.digest, digest) for digest in digests)
            if matches and (one.expires_on is None or today <= one.expires_on):
                _note_use(one.key_id, one.last_used_on, today)
                one.last_used_on = today
                return True
        return False

    def forget(self) -> None:
        """Read again at the next request: a key was made or revoked in this process."""
        with self._lock:
            self._read_at = None

    def _read(self, now: dt.datetime) -> list[_Remembered]:
        with self._lock:
            if self._read_at is None or not self._read_at <= now < self._read_at + _REMEMBERED:
                rows = ApiKey.objects.filter(role=ApiKey.Role.DEVICE)
                self._good = [
                    _Remembered(row.pk, row.digest, row.expires_on, row.last_used_on)
                    for row in rows
                    if row.revoked_at is None
                ]
                self._any_made = bool(rows)
                self._read_at = now
            return self._good


#: of this process
device_keys = DeviceKeys()
