"""Send the check-ins that their owner gave, once: what waits is in the store before it is sent."""

from __future__ import annotations

from dataclasses import replace

import httpx

from bluezone.phone.client import http
from bluezone.phone.client.pace import Pace
from bluezone.phone.client.publishing import MAX_ANSWER_BYTES, BusyError, Endpoint, headers_of, padded
from bluezone.phone.stores.report_store import Stage
from bluezone.phone.stores.shared_check_in_store import SharedCheckInStore
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.reports import ReportAnswer, ReportRefusal
from bluezone.protocol.schemes import Entropy
from bluezone.protocol.shared_check_ins import CHECK_INS_BODY_BYTES, CHECK_INS_PATH, CheckInUpload

_LATER = (ReportRefusal.INTERNAL, "too_many_requests")


def send_check_ins(
    client: httpx.Client,
    store: SharedCheckInStore,
    endpoint: Endpoint,
    entropy: Entropy,
    pace: Pace | None = None,
    *,
    after_tap: bool = False,
) -> bool:
    """Send what waits; return whether anything did. `after_tap`: the owner has just said yes, and it leaves some
    seconds later. Raises ConnectionFailedError where the authority cannot be reached or is busy: then call again."""
    waiting = store.read()
    if waiting is None or waiting.stage is not Stage.WAITING:
        return False
    if after_tap and pace is not None:
        pace.after_tap()
    upload = CheckInUpload.from_json(waiting.message.encode("ascii"))
    url = http.checked_base_url(endpoint.base_url) + CHECK_INS_PATH
    body = padded(upload.to_json, CHECK_INS_BODY_BYTES, entropy)
    content = http.post(client, url, body, MAX_ANSWER_BYTES, headers_of(endpoint), says_why_later=True)
    try:
        answer = ReportAnswer.from_json(content)
    except ProtocolError as error:
        raise http.ConnectionFailedError(
            f"{CHECK_INS_PATH}: the authority's answer cannot be read ({error})"
        ) from error
    if answer.code in _LATER:
        raise BusyError(f"the authority cannot do this now ({answer.code})", answer.code)
    store.keep(replace(waiting, message="", stage=Stage.REFUSED if answer.code else Stage.SENT))
    return True
