"""Store the ministry's signed files of protocols, and give the rules that are known: those and the program's."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

from django.db import transaction

from bluezone.authority.episodes.models import ProtocolEdition
from bluezone.authority.episodes.stays import protocol_files
from bluezone.authority.episodes.stays.protocol_files import ProtocolFile, ProtocolFileError
from bluezone.authority.episodes.stays.protocols import Protocol, shipped
from bluezone.authority.signing import services as signing
from bluezone.authority.signing.models import SigningKey
from bluezone.authority.site.locks import take_turns
from bluezone.protocol.exports import TrustedKey


def known(at: dt.datetime | None = None) -> tuple[Protocol, ...]:
    """Return the rules that were known at a moment; None: that are known now."""
    rows = ProtocolEdition.objects.order_by("pk")
    rules = shipped()
    for row in rows if at is None else rows.filter(added_at__lte=at):
        rules = protocol_files.applied(rules, protocol_files.read(row.text))
    return rules


def by_name(name: str) -> Protocol | None:
    """Return the rule of a name; None where it is known no more."""
    return next((each for each in known() if each.name == name), None)


def preview(data: bytes, trusted: Sequence[TrustedKey] = ()) -> tuple[ProtocolFile, list[str]]:
    """Read a signed file and say what it would change, and store nothing. Raises ProtocolFileError."""
    found = protocol_files.read(protocol_files.verified(data, (*_own_keys(), *trusted)))
    last = ProtocolEdition.objects.order_by("pk").last()
    if last is not None and found.issued_at_s <= last.issued_at.timestamp():
        raise ProtocolFileError("isolation protocols: this file is no newer than the one that was added last")
    before = known()
    protocol_files.applied(before, found)
    return found, protocol_files.differences(before, found)


@transaction.atomic
def add(data: bytes, now: dt.datetime, trusted: Sequence[TrustedKey] = ()) -> tuple[ProtocolEdition, list[str]]:
    """Store a signed file, whose rules are known from now on; stays keep the rule they were decided under. Return it
    with what it changed. Raises ProtocolFileError, and stores nothing."""
    take_turns("isolation protocols")
    found, changes = preview(data, trusted)
    row = ProtocolEdition.objects.create(
        issued_at=dt.datetime.fromtimestamp(found.issued_at_s, dt.UTC),
        added_at=now,
        text=protocol_files.verified(data, (*_own_keys(), *trusted)),
        document=data.decode("ascii"),
        sha256=hashlib.sha256(data).hexdigest(),
    )
    return row, changes


def _own_keys() -> list[TrustedKey]:
    keys = SigningKey.objects.filter(purpose=SigningKey.Purpose.EXPORT)
    return [TrustedKey(signing.public_key(key), key_version=key.version) for key in keys]
