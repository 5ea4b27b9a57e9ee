"""Answer a request by Django, in a thread: pages by the whole of it, phones without what is for people only.

Thirty million phones ask daily, and half of what an answer costs would be for nothing: sessions, languages, forms,
officers.
"""

from __future__ import annotations

import threading
import time
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core import signals
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import close_old_connections
from django.urls import get_resolver, resolve

from bluezone.authority.project.edge import routes, rsgi
from bluezone.authority.project.edge.rsgi import Answer, Headers
from bluezone.authority.project.middleware import ServiceEnded

#: so often a thread looks whether its connection to the database still works; Django does before every request, which
#: costs PostgreSQL a query each
_LOOK_EVERY_S = 1.0
_looked = threading.local()


def page(environ: dict[str, Any]) -> Answer:
    """Answer a request as Django's WSGI handler does: pages, files, the officers' API."""
    signals.request_started.send(sender=WSGIHandler, environ=environ)
    response = _handler().get_response(WSGIRequest(environ))
    try:
        return rsgi.from_django(response)
    finally:
        response.close()


def direct(path: str, environ: dict[str, Any]) -> Answer:
    """Answer a request by the view at an address of `routes.DIRECT`, without Django's middleware."""
    now_s = time.monotonic()
    if now_s - getattr(_looked, "at_s", -_LOOK_EVERY_S) >= _LOOK_EVERY_S:
        _looked.at_s = now_s
        close_old_connections()
    # Not closed: that would make Django look after the connection, and there is no file to close.
    answer = rsgi.from_django(_view(path)(WSGIRequest(environ)))
    answer.headers.extend(_every())
    return answer


def load() -> None:
    """Load Django's middleware, all addresses and their views now, not with the first request."""
    _handler()
    list(get_resolver().url_patterns)
    for path in routes.DIRECT:
        _view(path)


@lru_cache
def _handler() -> WSGIHandler:
    return WSGIHandler()


@lru_cache
def _view(path: str) -> Any:
    return ServiceEnded(resolve(path).func)  # the one part of the middleware that phones need


@lru_cache
def _every() -> Headers:
    """Return what Django's security middleware would add."""
    headers = [("x-content-type-options", "nosniff"), ("referrer-policy", settings.SECURE_REFERRER_POLICY)]
    if settings.SECURE_HSTS_SECONDS:
        headers.append(("strict-transport-security", f"max-age={settings.SECURE_HSTS_SECONDS}"))
    return headers
