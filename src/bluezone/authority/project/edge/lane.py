"""Answer phones without what is for people only: sessions, languages, forms, officers.

Thirty million of them ask daily, and half of what an answer costs would be for nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from bluezone.authority.project.edge import answers
from bluezone.authority.project.edge.answers import Answer
from bluezone.authority.project.edge.rsgi import Headers

#: so often a thread looks whether its connection to the database still works; Django does before every request, which
#: costs PostgreSQL a query each
_LOOK_EVERY_S = 1.0
_looked = threading.local()


def answer(view: str, environ: dict[str, Any]) -> Answer:
    """Answer a phone's request by the view of this dotted name."""
    now_s = time.monotonic()
    if now_s - getattr(_looked, "at_s", -_LOOK_EVERY_S) >= _LOOK_EVERY_S:
        _looked.at_s = now_s
        close_old_connections()
    # Not closed: that would make Django look after the connection, and there is no file to close.
    done = answers.from_django(_view(view)(WSGIRequest(environ)))
    done.headers.extend(_every())
    return done


def load(names: Iterable[str]) -> None:
    """Import the views of these dotted names now, not with the first request."""
    for name in names:
        _view(name)


@lru_cache
def _view(name: str) -> Callable[[HttpRequest], HttpResponse]:
    view: Callable[[HttpRequest], HttpResponse] = import_string(name)
    return view


@lru_cache
def _every() -> Headers:
    """Return what Django's security middleware would add."""
    headers = [("x-content-type-options", "nosniff"), ("referrer-policy", settings.SECURE_REFERRER_POLICY)]
    if settings.SECURE_HSTS_SECONDS:
        headers.append(("strict-transport-security", f"max-age={settings.SECURE_HSTS_SECONDS}"))
    return headers
