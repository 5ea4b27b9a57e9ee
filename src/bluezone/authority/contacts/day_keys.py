"""Key the entries of heard lists again, under a key of the verdict's job that is made each day and gone after 14.

A list as it arrives can be searched by whoever has an identifier: of any published key, or recorded from the air. Keyed
again, it can be searched only with the day's key, which lies in the database encrypted under the installation's secret.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets

from django.db import transaction

from bluezone.authority.contacts.models import JobKey
from bluezone.authority.site import encryption
from bluezone.authority.site.locks import take_turns
from bluezone.protocol.heard import ENTRY_BYTES, list_entries

_PURPOSE = "heard lists of a day"
_KEY_BYTES = 32


@transaction.atomic
def key_of(day: dt.date) -> tuple[JobKey, bytes]:
    """Return the key of a day (UTC), made where there is none yet."""
    row = JobKey.objects.filter(day=day).first()
    if row is None:
        take_turns("heard lists")
        key = secrets.token_bytes(_KEY_BYTES)
        row, _ = JobKey.objects.get_or_create(day=day, defaults={"key": encryption.encrypt(_PURPOSE, key.hex())})
    return row, decrypted(row)


def decrypted(row: JobKey) -> bytes:
    """Return a day's key. Raises AuthorityError where no secret of this installation decrypts it."""
    return bytes.fromhex(encryption.decrypt(_PURPOSE, bytes(row.key)))


def keyed_entry(entry: bytes, key: bytes) -> bytes:
    """Return an entry keyed again."""
    return hmac.digest(key, entry, "sha256")[:ENTRY_BYTES]


def entries_in(data: bytes) -> set[bytes]:
    """Return the entries that stand one after another in a stored list."""
    return {data[start : start + ENTRY_BYTES] for start in range(0, len(data), ENTRY_BYTES)}


def keyed_list(heard: bytes, key: bytes) -> bytes:
    """Return a list with each entry keyed again, in order of their value. Raises ProtocolError for no list."""
    return b"".join(sorted(keyed_entry(entry, key) for entry in list_entries(heard)))
