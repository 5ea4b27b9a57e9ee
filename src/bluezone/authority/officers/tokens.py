"""Issue and check officer tokens."""

from __future__ import annotations

import datetime as dt
import secrets

from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.models import OfficerToken, User
from bluezone.authority.site import secrets as keyed

DEFAULT_LIFE = dt.timedelta(days=30)
_PURPOSE = "officer token"


def issue(officer: User, now: dt.datetime, life: dt.timedelta = DEFAULT_LIFE) -> tuple[str, OfficerToken]:
    """Issue a token (256 random bits), to be shown once, and return it with its row."""
    token = secrets.token_urlsafe(32)
    row = OfficerToken.objects.create(
        officer=officer, digest=keyed.digest(_PURPOSE, token), issued_at=now, expires_at=now + life
    )
    return token, row


def laboratory_of(token: str, now: dt.datetime) -> User | None:
    """Return the laboratory a token acts for; None for an officer's, and where it is unknown or expired."""
    found = _account_of(token, now)
    return found if found is not None and found.role == Role.LAB else None


def officer_of(token: str, now: dt.datetime) -> User | None:
    """Return the active officer a token acts for; None for a laboratory's, and where it is unknown or expired."""
    found = _account_of(token, now)
    return None if found is None or found.role == Role.LAB else found


def _account_of(token: str, now: dt.datetime) -> User | None:
    row = (
        OfficerToken.objects.select_related("officer")
        .filter(digest__in=keyed.digests(_PURPOSE, token), expires_at__gt=now, officer__is_active=True)
        .first()
    )
    return row.officer if row else None
