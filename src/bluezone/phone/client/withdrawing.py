"""Take back what this phone published, because its owner wishes it."""

from __future__ import annotations

import httpx

from bluezone.phone.client import http
from bluezone.phone.client.decoys import SEQUENCE, send_decoys
from bluezone.phone.client.pace import Pace
from bluezone.phone.client.publishing import (
    MAX_ANSWER_BYTES,
    PUBLISH_BODY_BYTES,
    BusyError,
    Endpoint,
    PublishError,
    headers_of,
    padded,
)
from bluezone.phone.stores.phone_stores import Stores
from bluezone.phone.stores.preference_store import Sharing
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.reports import ReportAnswer, ReportRefusal
from bluezone.protocol.schemes import Entropy
from bluezone.protocol.withdrawals import WITHDRAW_PATH, Withdrawal

#: the request is as long as one of a publication, whose address is shorter
_BODY_BYTES = PUBLISH_BODY_BYTES - (len(WITHDRAW_PATH) - len(SEQUENCE[-1].path))
_LATER = (ReportRefusal.INTERNAL, "too_many_requests")


def withdraw(
    client: httpx.Client, stores: Stores, endpoint: Endpoint, entropy: Entropy, pace: Pace | None = None
) -> None:
    """Ask the authority to revoke what was published, under the kept revision token, and forget keys and token.

    Two decoys go before it, in the sizes and at the marks of a publication: who watches the line sees one. Again after
    a lost answer is harmless. Raises PublishError where nothing is to be taken back or the authority refuses,
    ConnectionFailedError where it cannot be reached: then call again.
    """
    token = stores.publications.revision_token()
    if not token:
        raise PublishError("there is nothing to take back: this phone has published nothing in the last 14 days")
    if pace is not None:
        send_decoys(client, endpoint, entropy, pace, SEQUENCE[:2])
        pace.until_mark(pace.steady())
    url = http.checked_base_url(endpoint.base_url) + WITHDRAW_PATH
    body = padded(Withdrawal(token).to_json, _BODY_BYTES, entropy)
    content = http.post(client, url, body, MAX_ANSWER_BYTES, headers_of(endpoint), says_why_later=True)
    try:
        answer = ReportAnswer.from_json(content)
    except ProtocolError as error:
        raise http.UnreadableError(f"{WITHDRAW_PATH}: the authority's answer cannot be read ({error})") from error
    if answer.code in _LATER:
        raise BusyError(f"the authority cannot do this now ({answer.code})", answer.code)
    if answer.code:
        raise PublishError(f"the warning was not taken back ({answer.code}): ask your health station", answer.code)
    # First what would be sent again: a revoked key never warns any more, and is not to be offered as shared.
    stores.keys.forget_published()
    stores.publications.forget_revision()
    stores.check_ins.forget()
    stores.preferences.change(published_at_s=None, sharing=Sharing.TAKEN_BACK)
