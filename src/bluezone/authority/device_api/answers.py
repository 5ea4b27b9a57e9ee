"""Pad answers so that their size discloses nothing: every body is filled with random text to whole blocks of 4 KiB.

A verified code, a refused one, a certificate: on the wire all are one block. (The reference server adds one to two
kilobytes at random, which averages out over many requests; a fixed size does not.)
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.http import HttpResponse
from django.utils.http import http_date

from bluezone.authority.site import clock

BLOCK_BYTES = 4_096
#: room that is always left to padding, so that a body near a block's end does not stand out
MIN_PADDING = 512


def padded(to_json: Callable[[str], bytes], status: int = 200) -> HttpResponse:
    """Return an answer with the JSON that `to_json(padding)` makes, padded."""
    bare = len(to_json("x")) - 1
    length = MIN_PADDING + -(bare + MIN_PADDING) % BLOCK_BYTES
    response = HttpResponse(to_json(_random_text(length)), status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    response["Date"] = http_date(
        clock.now().timestamp()
    )  # a phone whose keys are refused learns that its clock is wrong
    return response


def _random_text(length: int) -> str:
    return secrets.token_urlsafe(length)[:length]
