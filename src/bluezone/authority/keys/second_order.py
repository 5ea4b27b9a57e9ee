"""Turn warnings of second order on and off, keep the signed settings current, and revoke what a contact published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from bluezone.authority.diagnosis import codes
from bluezone.authority.diagnosis.models import OneTimeCode, VerificationToken
from bluezone.authority.documents import services as documents
from bluezone.authority.documents.rules import PublishedKind
from bluezone.authority.errors import AuthorityError
from bluezone.authority.keys.models import MAX_REASON, ContactKey, PublishedKey, SecondOrderSwitch
from bluezone.authority.keys.rules import PublishRefusedError
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.models import User
from bluezone.authority.site import secrets as keyed
from bluezone.errors import N_, TranslatableError
from bluezone.protocol.documents import COUNTRY
from bluezone.protocol.kinds import SETTINGS, Settings
from bluezone.protocol.messages import PublishCode
from bluezone.protocol.text import is_clean

_PURPOSE = "code of a contact's keys"


class SwitchError(AuthorityError, TranslatableError):
    """Say why the switch stays as it is."""


def newest(now: dt.datetime) -> SecondOrderSwitch | None:
    """Return what the ministry set last; None while it has set nothing."""
    return SecondOrderSwitch.objects.filter(since__lte=now).order_by("since", "pk").last()


def is_on(now: dt.datetime) -> bool:
    """Return whether contacts may warn others. Off until the ministry turns it on."""
    row = newest(now)
    return row is not None and row.on


def has_been_on() -> bool:
    """Return whether contacts may warn others now, or might before."""
    return SecondOrderSwitch.objects.filter(on=True).exists()


@transaction.atomic
def turn(on: bool, reason: str, officer: User | None, now: dt.datetime) -> SecondOrderSwitch:
    """Turn warnings of second order on or off, and sign the settings anew. `officer` None: the operator. Raises
    SwitchError."""
    reason = " ".join(reason.split())
    if not 3 <= len(reason) <= MAX_REASON or not is_clean(reason):
        raise SwitchError(N_("Name the decision or letter that this follows: 3 to {most} characters."), most=MAX_REASON)
    documents.take_turn(SETTINGS)
    if is_on(now) == on:
        raise SwitchError(N_("It is on already.") if on else N_("It is off already."))
    row = SecondOrderSwitch.objects.create(on=on, since=now, reason=reason, set_by=officer)
    documents.issue(PUBLISHED_SETTINGS, COUNTRY, now)
    return row


def _content(_: str, now: dt.datetime) -> Settings | None:
    """Return the settings as they are now. An authority that never turned anything on publishes none."""
    return None if newest(now) is None else Settings(is_on(now))


PUBLISHED_SETTINGS = PublishedKind(SETTINGS, frozenset({Role.MINISTRY}), _content)


# --- the keys of contacts ---------------------------------------------------------------------------------------------


def token_of(tek_mac: bytes) -> VerificationToken:
    """Return the token with which a contact's keys were certified, locked until the end of the transaction. Raises
    PublishRefusedError where it is gone: the contact was released since."""
    found = VerificationToken.objects.select_for_update().filter(
        used_for__in=codes.certified_digests(tek_mac), code__exposed_on__isnull=False
    )
    row = found.first()
    if row is None:
        raise PublishRefusedError(PublishCode.CERTIFICATE_INVALID, "this contact warns nobody any more")
    return row


def note_keys(token: VerificationToken, keys: Iterable[bytes], region: str) -> None:
    """Note by which code these keys were published. Call it in the transaction that stores them."""
    rows = PublishedKey.objects.filter(region=region, key__in=list(keys)).values_list("pk", flat=True)
    known = set(ContactKey.objects.filter(key__in=rows).values_list("key", flat=True))
    digest = keyed.digest(_PURPOSE, token.used_for)
    ContactKey.objects.bulk_create(ContactKey(key_id=row, code_digest=digest) for row in rows if row not in known)


@transaction.atomic
def release(contact_codes: Iterable[OneTimeCode], now: dt.datetime) -> int:
    """Stop a contact's codes and revoke the keys published with them; return how many keys no longer warn.

    A code or certificate that is under way is good for nothing after this. Keys that were confirmed since stay: they
    are a patient's.
    """
    numbers = [code.pk for code in contact_codes]
    OneTimeCode.objects.filter(pk__in=numbers, exposed_on__isnull=False, burnt_at=None).update(burnt_at=now)
    tokens = list(
        VerificationToken.objects.select_for_update().filter(code__in=numbers, code__exposed_on__isnull=False)
    )
    digests = [digest for token in tokens if token.used_for for digest in keyed.digests(_PURPOSE, token.used_for)]
    VerificationToken.objects.filter(pk__in=[token.pk for token in tokens]).delete()
    mine = ContactKey.objects.filter(code_digest__in=digests).values("key")
    region = settings.BLUEZONE.second_order_region
    return PublishedKey.objects.filter(pk__in=mine, region=region, revised_report_type=None).revoke(now)
