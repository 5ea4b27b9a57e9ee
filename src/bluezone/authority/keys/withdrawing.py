"""Revoke published keys whose owner takes them back, under the revision token that the publication returned."""

from __future__ import annotations

import datetime as dt
import secrets
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from bluezone.authority.device_api.answers import padded
from bluezone.authority.device_api.endpoint import device_endpoint
from bluezone.authority.errors import AuthorityError
from bluezone.authority.keys import revision
from bluezone.authority.keys.models import PublishedKey
from bluezone.authority.keys.rules import RevisableKey
from bluezone.authority.site.locks import writing
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.keys import ReportType
from bluezone.protocol.reports import ReportAnswer, ReportRefusal
from bluezone.protocol.text import MessageTooLargeError
from bluezone.protocol.withdrawals import Withdrawal

_KEYS_OF_A_DECOY = 14


class WithdrawalRefusedError(AuthorityError):
    """Report a revision token that is none of ours."""


def withdraw(revision_token: str, now: dt.datetime) -> int:
    """Revoke the keys of a token, whatever they were published or revised as; return how many that changed. Keys that
    nobody was warned of yet never go out (`batches`); others go out as revoked with the next batch.

    A token sent again changes nothing. Raises WithdrawalRefusedError.
    """
    keys = revision.decrypt(revision_token)
    if keys is None:
        raise WithdrawalRefusedError("the revision token is none of ours")
    return _revoke(keys, now)


def _revoke(keys: tuple[RevisableKey, ...], now: dt.datetime) -> int:
    rows = PublishedKey.objects.filter(key__in=[one.key for one in keys], source=None, made_up=False)
    with writing():
        return rows.exclude(revised_report_type=ReportType.REVOKED.value).revoke(now)


def _answer(text: str, code: str, status: int) -> HttpResponse:
    return padded(ReportAnswer(text, code).to_json, status)


def _like_withdraw(request: HttpRequest, now: dt.datetime) -> None:  # noqa: ARG001
    """Do for a decoy what `withdraw` does, for keys that nobody published."""
    made_up = [RevisableKey(secrets.token_bytes(16), 0, 1) for _ in range(_KEYS_OF_A_DECOY)]
    _revoke(revision.decrypt(revision.encrypt(made_up)) or (), now)


@device_endpoint("withdraw", _answer, ReportRefusal.BAD_REQUEST, ReportRefusal.INTERNAL, decoy=_like_withdraw)
def withdraw_keys(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:  # noqa: ARG001
    """Take an owner's keys back."""
    try:
        withdraw(Withdrawal.from_json(body).revision_token, now)
    except MessageTooLargeError:
        raise
    except ProtocolError as error:
        return _answer(str(error), ReportRefusal.BAD_REQUEST, HTTPStatus.BAD_REQUEST)
    except WithdrawalRefusedError as error:
        return _answer(str(error), ReportRefusal.TOKEN_INVALID, HTTPStatus.FORBIDDEN)
    return _answer("", "", HTTPStatus.OK)
