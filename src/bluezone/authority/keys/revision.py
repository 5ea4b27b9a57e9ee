"""Encrypt and decrypt revision tokens, by which the phone that published keys, and no other, can revise them or take
them back later.

A token is the list of the keys, encrypted with AES-256-GCM under a key of this installation: opaque to the phone,
impossible to make or alter. It is padded to whole blocks of 30 keys, so that its length says little.
"""

from __future__ import annotations

import datetime as dt
import os
import struct
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bluezone.authority.errors import AuthorityError
from bluezone.authority.keys.models import PublishedKey
from bluezone.authority.keys.rules import MAX_AGE_DAYS, RevisableKey
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site.locks import writing
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import DAY_S, interval_number
from bluezone.protocol.keys import ReportType
from bluezone.protocol.text import base64_bytes, base64_text

_PURPOSE = "revision token"
_CONTEXT = b"bluezone revision token 1"
_NONCE_BYTES = 12
_ROW = struct.Struct(">16sIB")
_BLOCK_ROWS = 30
#: several uploads of one phone within 15 days
MAX_ROWS = 4 * _BLOCK_ROWS


def encrypt(keys: Iterable[RevisableKey]) -> str:
    """Return the token (base64) that lets its bearer revise these keys."""
    unique = list(dict.fromkeys(keys))[-MAX_ROWS:]
    rows = b"".join(_ROW.pack(one.key, one.rolling_start_interval, one.rolling_period) for one in unique)
    plain = rows + bytes(-len(rows) % (_BLOCK_ROWS * _ROW.size))
    nonce = os.urandom(_NONCE_BYTES)
    return base64_text(nonce + AESGCM(keyed.key(_PURPOSE)).encrypt(nonce, plain, _CONTEXT))


def decrypt(token: str) -> tuple[RevisableKey, ...] | None:
    """Return the keys a token names; None for a token this installation did not make."""
    try:
        data = base64_bytes(token, "revisionToken")
    except ProtocolError:
        return None
    for key in keyed.keys(_PURPOSE):
        try:
            plain = AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _CONTEXT)
        except (InvalidTag, ValueError):
            continue
        # A rolling period of 0 is no key: padding.
        return tuple(RevisableKey(*row) for row in _ROW.iter_unpack(plain) if row[2])
    return None


def still_revisable(keys: Sequence[RevisableKey], now_s: float) -> list[RevisableKey]:
    """Return those of a token's keys that may still be published again."""
    oldest = interval_number(now_s - MAX_AGE_DAYS * DAY_S)
    return [one for one in keys if one.rolling_start_interval + one.rolling_period >= oldest]


class WithdrawalRefusedError(AuthorityError):
    """Report a revision token that is none of ours."""


def withdraw(revision_token: str, now: dt.datetime) -> int:
    """Revoke the keys of a token, whatever they were published or revised as; return how many that changed. Keys that
    nobody was warned of yet never go out (`batches`); others go out as revoked with the next batch.

    A token sent again changes nothing. Raises WithdrawalRefusedError.
    """
    keys = decrypt(revision_token)
    if keys is None:
        raise WithdrawalRefusedError("the revision token is none of ours")
    rows = PublishedKey.objects.filter(key__in=[one.key for one in keys], source=None, made_up=False)
    with writing():
        return rows.exclude(revised_report_type=ReportType.REVOKED.value).revoke(now)
