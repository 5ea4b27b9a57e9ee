"""Issue, renew and revoke the links by which a unit's staff sends taps."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
import uuid

from django.db import transaction
from django.utils.translation import gettext_noop

from bluezone.authority.door import rules
from bluezone.authority.door.models import DoorLink, DoorList, DoorTap
from bluezone.authority.door.rules import DoorError
from bluezone.authority.door.sending import SECRET_BYTES, digest_of
from bluezone.authority.door.taps import reckon_days, turn_of
from bluezone.authority.officers.jurisdiction import codes_of
from bluezone.authority.site import clock
from bluezone.authority.units.models import Organisation

#: of a name in a link: a code that a cheap camera reads has no room for more
_LONGEST_NAME = 60


@transaction.atomic
def issue(organisation: Organisation, form: uuid.UUID, now: dt.datetime) -> tuple[str, DoorLink] | None:
    """Issue a link and return its secret, to be shown once, and its row; None where the form was used before.

    The link before it ends after RENEWED_GRACE, so that what waits on telephones still comes in. Raises DoorError
    for a unit that is closed.
    """
    if organisation.closed_on is not None:
        raise DoorError(gettext_noop("the unit is closed: open it again first"))
    turn_of(organisation)
    if DoorLink.objects.filter(form=form).exists():
        return None
    for link in current(organisation, now):
        _end(link, now + rules.RENEWED_GRACE)
    DoorList.objects.get_or_create(organisation=organisation)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = DoorLink.objects.create(
        organisation=organisation,
        form=form,
        digest=digest_of(secret),
        issued_at=now,
        ends_at=now + rules.LINK_LIFE,
    )
    return secret, link


@transaction.atomic
def revoke(organisation: Organisation, now: dt.datetime, *, void: bool) -> None:
    """End every link of a unit at once; with `void`, nothing that came by them counts but what was confirmed."""
    turn_of(organisation)
    for link in current(organisation, now):
        link.voided = void
        _end(link, now)
        if void:
            days = DoorTap.objects.filter(link=link.digest).values_list("day", flat=True).distinct().order_by()
            reckon_days(organisation, days)


def current(organisation: Organisation, now: dt.datetime) -> list[DoorLink]:
    """Return the links of a unit that are in force, the newest last: one, or after a renewal two for a day."""
    return list(DoorLink.objects.filter(organisation=organisation, ends_at__gt=now).order_by("issued_at", "pk"))


def fragment(secret: str, link: DoorLink, name: str, within: str) -> str:
    """Return what stands behind `#` in a link: the secret, the last day, what the page shows of the unit, and the
    province to whose key it encrypts entries.

    The page shows the name from here and asks the server for nothing, for an answer would tell which links are right.
    """
    province = codes_of(link.organisation.place)[0]
    shown = "\n".join((name[:_LONGEST_NAME], within[:_LONGEST_NAME], link.organisation.code, province))
    text = base64.urlsafe_b64encode(shown.encode()).decode("ascii").rstrip("=")
    return f"{secret}.{clock.date_of(link.ends_at):%Y%m%d}.{text}"


def _end(link: DoorLink, at: dt.datetime) -> None:
    link.ends_at = min(link.ends_at, at)
    link.save(update_fields=["ends_at", "voided"])
