"""Turn warnings of second order on and off, keep the signed settings current, and revoke what a contact published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction

from bluezone.authority.diagnosis import codes
from bluezone.authority.diagnosis.models import OneTimeCode, VerificationToken
from bluezone.authority.errors import AuthorityError
from bluezone.authority.keys import rules as key_rules
from bluezone.authority.keys.models import PublishedKey
from bluezone.authority.keys.rules import PublishRefusedError
from bluezone.authority.keys.second_order.models import MAX_REASON, ContactKey, SecondOrderSwitch, SettingsDocument
from bluezone.authority.messages.areas import DOCUMENT_LIFE, SIGN_ANEW
from bluezone.authority.officers.models import User
from bluezone.authority.signing import services as signing
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.locks import take_turns
from bluezone.errors import N_, TranslatableError
from bluezone.protocol.area_documents import COUNTRY
from bluezone.protocol.keys import ReportType
from bluezone.protocol.messages import PublishCode
from bluezone.protocol.settings import Settings, sign_settings
from bluezone.protocol.text import is_clean

_PURPOSE = "code of a contact's keys"
_TURN = "settings"


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
    take_turns(_TURN)
    if is_on(now) == on:
        raise SwitchError(N_("It is on already.") if on else N_("It is off already."))
    row = SecondOrderSwitch.objects.create(on=on, since=now, reason=reason, set_by=officer)
    _issue(now)
    return row


def refresh(now: dt.datetime) -> str | None:
    """Sign the settings anew where they are old; the worker runs it. An authority that never turned anything on signs
    none."""
    with transaction.atomic():
        take_turns(_TURN)
        last = SettingsDocument.objects.filter(region=settings.BLUEZONE.region).first()
        if last is None or (last.second_order == is_on(now) and now - last.issued_at < SIGN_ANEW):
            return None
        return f"settings {_issue(now)} signed"


def _issue(now: dt.datetime) -> int:
    """Sign the settings as they are now, and return their serial. Call it in a transaction, in its turn."""
    region = settings.BLUEZONE.region
    last = SettingsDocument.objects.filter(region=region).first()
    document = Settings(
        region=region,
        area=COUNTRY,
        serial=last.serial + 1 if last else 1,
        issued_at_s=int(now.timestamp()),
        valid_until_s=int((now + DOCUMENT_LIFE).timestamp()),
        second_order=is_on(now),
    )
    SettingsDocument.objects.update_or_create(
        region=region,
        defaults={
            "serial": document.serial,
            "issued_at": now,
            "second_order": document.second_order,
            "document": sign_settings(document, signing.export_signers(now)).decode("ascii"),
        },
    )
    return document.serial


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
    conf: Environment = settings.BLUEZONE
    numbers = [code.pk for code in contact_codes]
    OneTimeCode.objects.filter(pk__in=numbers, exposed_on__isnull=False, burnt_at=None).update(burnt_at=now)
    tokens = list(
        VerificationToken.objects.select_for_update().filter(code__in=numbers, code__exposed_on__isnull=False)
    )
    digests = [digest for token in tokens if token.used_for for digest in keyed.digests(_PURPOSE, token.used_for)]
    VerificationToken.objects.filter(pk__in=[token.pk for token in tokens]).delete()
    mine = ContactKey.objects.filter(code_digest__in=digests).values("key")
    rows = PublishedKey.objects.filter(pk__in=mine, region=conf.second_order_region, revised_report_type=None)
    return rows.update(
        revised_report_type=ReportType.REVOKED,
        revised_days_since_onset=None,
        revised_transmission_risk=key_rules.default_risk(ReportType.REVOKED),
        revised_at=key_rules.floor(now, conf.truncate_window_s),
    )
