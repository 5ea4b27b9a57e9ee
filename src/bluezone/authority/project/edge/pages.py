"""Answer by Django as a whole, with its middleware: pages, files, the officers' API."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.core import signals
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest

from bluezone.authority.project.edge import answers
from bluezone.authority.project.edge.answers import Answer


def answer(environ: dict[str, Any]) -> Answer:
    """Answer a request as Django's WSGI handler does."""
    signals.request_started.send(sender=WSGIHandler, environ=environ)
    response = _handler().get_response(WSGIRequest(environ))
    try:
        return answers.from_django(response)
    finally:
        response.close()


def load() -> None:
    """Load Django's middleware now, not with the first request."""
    _handler()


@lru_cache
def _handler() -> WSGIHandler:
    return WSGIHandler()
