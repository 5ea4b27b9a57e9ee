"""Answer once a week whether this phone warned its owner, by randomised response (`protocol.warned`).

Only with the owner's yes. What is sent, and when, does not depend on whether it warned; only the coin and, half of the
time, the truth are in it.
"""

from __future__ import annotations

import datetime as dt

import httpx

from bluezone.phone.client import http
from bluezone.phone.client.publishing import MAX_ANSWER_BYTES, BusyError, Endpoint, headers_of, padded
from bluezone.phone.stores.exposure_store import ExposureStore
from bluezone.phone.stores.phone_stores import Stores
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.reports import ReportAnswer
from bluezone.protocol.schemes import Entropy
from bluezone.protocol.warned import (
    SEED_BYTES,
    WARNED_BODY_BYTES,
    WARNED_PATH,
    WEEK,
    Ticket,
    WarnedAnswer,
    WarnedRefusal,
    ends_at,
    monday_of,
    next_week,
)

_LATER = (WarnedRefusal.INTERNAL, "too_many_requests")


def answer_warned(client: httpx.Client, endpoint: Endpoint, stores: Stores, entropy: Entropy, now_s: float) -> bool:
    """Answer for the week that is over, if it is time; return whether an answer left. Raises ConnectionFailedError,
    RefusedError: then call again, and the same answer is sent."""
    now, preferences = dt.datetime.fromtimestamp(now_s, dt.UTC), stores.preferences
    ticket = preferences.warned_ticket()
    if ticket is None or ticket.week > next_week(now.date()):  # the second: the clock was put back
        preferences.keep_warned_ticket(Ticket(next_week(now.date()), entropy(SEED_BYTES)))
        return False
    if ticket.is_over(now):  # off for long: the week that runs is the first of which it can tell again
        preferences.keep_warned_ticket(Ticket(monday_of(now.date()), entropy(SEED_BYTES)))
        return False
    if not ticket.is_due(now):
        return False
    _send(client, endpoint, ticket.answer(warned=warned_in(stores.exposures, ticket.week)), entropy)
    preferences.keep_warned_ticket(Ticket(ticket.week + WEEK, entropy(SEED_BYTES)))
    return True


def warned_in(exposures: ExposureStore, week: dt.date) -> bool:
    """Return whether this phone warned of a contact with a case within a week, even if it took the warning back."""
    start_s, end_s = ends_at(week - WEEK).timestamp(), ends_at(week).timestamp()
    return any(start_s <= alert.created_at_s < end_s for alert in exposures.alerts(withdrawn=True))


def _send(client: httpx.Client, endpoint: Endpoint, answer: WarnedAnswer, entropy: Entropy) -> None:
    body = padded(answer.to_json, WARNED_BODY_BYTES, entropy)
    address = http.checked_base_url(endpoint.base_url) + WARNED_PATH
    content = http.post(client, address, body, MAX_ANSWER_BYTES, headers_of(endpoint), says_why_later=True)
    try:
        refusal = ReportAnswer.from_json(content)
    except ProtocolError as error:
        raise http.ConnectionFailedError(f"{WARNED_PATH}: the authority's answer cannot be read ({error})") from error
    if refusal.code in _LATER:
        raise BusyError(f"the authority cannot do this now ({refusal.code})", refusal.code)
    # Refused for good, too, the week is done: nothing that this phone could change is wrong with the answer.
