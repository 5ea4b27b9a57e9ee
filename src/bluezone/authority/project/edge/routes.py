"""Decide, by method and address alone, what a request may send, which threads answer it, and whether at the mark."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

#: answered without looking at anything else
ALIVE = "/healthz"
#: Phones and whoever watches a phone's line must not learn from the time of these answers what was found.
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
        "/v1/isolation-declarations",
        "/v1/declarations",
    }
)
#: looks at everything, also at what may hang: so in a thread of its own
_READY = "/readyz"
_READY_VIEW = "bluezone.authority.project.health_views.readyz"
#: addresses of phones whose views need nothing of what is for people: sessions, languages, forms, officers
_LANE = {
    "/api/verify": "bluezone.authority.diagnosis.device_views.verify",
    "/api/certificate": "bluezone.authority.diagnosis.device_views.certificate",
    "/api/user-report": "bluezone.authority.issuing.user_reports.views.user_report",
    "/v1/services.json": "bluezone.authority.issuing.user_reports.views.services_document",
    "/v1/publish": "bluezone.authority.keys.device_views.publish",
    "/v1/exposure-reports": "bluezone.authority.contacts.device_views.report",
    "/v1/exposure-reports/take-back": "bluezone.authority.contacts.device_views.take_back",
    "/v1/heard": "bluezone.authority.contacts.device_views.heard",
    "/v1/check-ins": "bluezone.authority.places.device_views.check_ins",
    "/v1/warned": "bluezone.authority.contacts.device_views.warned_answer",
    "/v1/isolation-declarations": "bluezone.authority.isolation.device_views.declare",
    "/v1/declarations": "bluezone.authority.declarations.device_views.declare",
    "/v1/installations": "bluezone.authority.campaign.installations.views.register",
    "/v1/activity": "bluezone.authority.campaign.installations.views.activity",
}
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


class Size(Enum):
    """Name how much a request may send."""

    MESSAGE = "message"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True)
class Route:
    """Say how a request is received and answered. `view` is the dotted name of a view that answers it without
    middleware."""

    threads: Threads = Threads.PAGES
    size: Size = Size.MESSAGE
    marked: bool = False
    view: str = ""


def views() -> frozenset[str]:
    """Return the dotted names of all views that are called without middleware."""
    return frozenset({*_LANE.values(), _READY_VIEW})


def route(method: str, path: str, has_session: bool = False) -> Route:
    """Return how to treat a request. Only who seems to be logged in may send a file."""
    if path == _READY:
        return Route(Threads.WATCH, view=_READY_VIEW)
    if path in _LANE or path in _MARKED:
        view = _LANE.get(path, "")
        return Route(Threads.LANE if view else Threads.PAGES, marked=path in _MARKED, view=view)
    if method == "POST" and path.startswith(_PASSWORDS):
        return Route(Threads.PASSWORDS)
    if path in _GATEWAY:
        return Route(Threads.GATEWAY)
    uploads = method == "POST" and path.startswith(_OFFICERS) and has_session
    return Route(size=Size.UPLOAD if uploads else Size.MESSAGE)
