"""Decide, by method and address alone, what a request may send, which threads answer it, and when the answer leaves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

#: answered without looking at anything else
ALIVE = "/healthz"
#: looks at everything, also at what may hang: so in a thread of its own
READY = "/readyz"
#: Addresses of phones whose views need nothing of what is for people: sessions, languages, forms, officers. Phones and
#: whoever watches a phone's line must not learn from the time of these answers what was found.
_MARKED = frozenset(
    {
        "/api/verify",
        "/api/certificate",
        "/api/user-report",
        "/v1/publish",
        "/v1/exposure-reports",
        "/v1/exposure-reports/take-back",
        "/v1/heard",
        "/v1/check-ins",
        "/v1/warned",
        "/v1/declarations",
    }
)
#: such addresses whose answers tell nothing
_UNMARKED = frozenset({"/v1/services.json", "/v1/installations", "/v1/activity"})
#: all addresses whose views are called without middleware
DIRECT = _MARKED | _UNMARKED | {READY}
#: what waits for a gateway of text messages, which may hang: phones and officers do not wait with it
_GATEWAY = frozenset({"/v1/phone-number/code", "/api/issue", "/api/batch-issue"})
_OFFICERS = "/officer/"
#: where passwords are checked: a hash costs a third of a second of processor
_PASSWORDS = ("/officer/login", "/officer/setup/")


class Threads(Enum):
    """Name the pools of threads."""

    PAGES = "pages"
    LANE = "lane"
    PASSWORDS = "passwords"
    GATEWAY = "gateway"
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class Route:
    """Say how a request is received and answered. `uploads`: it may send a file. `marked`: its answer leaves at the
    mark. `direct`: its view is called without middleware."""

    threads: Threads = Threads.PAGES
    uploads: bool = False
    marked: bool = False
    direct: bool = False


def route(method: str, path: str, has_session: bool = False) -> Route:
    """Return how to treat a request. Only who seems to be logged in may send a file."""
    if path == READY:
        return Route(Threads.WATCH, direct=True)
    if path in DIRECT:
        return Route(Threads.LANE, marked=path in _MARKED, direct=True)
    if method == "POST" and path.startswith(_PASSWORDS):
        return Route(Threads.PASSWORDS)
    if path in _GATEWAY:
        return Route(Threads.GATEWAY)
    return Route(uploads=method == "POST" and path.startswith(_OFFICERS) and has_session)


def leaves_at(arrived_s: float, ready_s: float, mark_s: float) -> float:
    """Return when an answer leaves: the first multiple of `mark_s` after the request's arrival at which it is ready.

    All are seconds of one clock. A mark of 0 means at once. An answer that took longer than the mark says only how many
    marks it took.
    """
    if mark_s <= 0:
        return ready_s
    return arrived_s + max(1, math.ceil((ready_s - arrived_s) / mark_s)) * mark_s
