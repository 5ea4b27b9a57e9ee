"""Guard the endpoints that phones call: method, size, API key, rate, decoys; failures in the API's own form.

Answers are padded so that their size discloses nothing: every body is filled with random text to whole blocks of 4 KiB.
A verified code, a refused one, a certificate: on the wire all are one block. (The reference server adds one to two
kilobytes at random, which averages out over many requests; a fixed size does not.)
"""

from __future__ import annotations

import datetime as dt
import hmac
import logging
import secrets
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt

from bluezone.authority.device_api.callers import caller
from bluezone.authority.device_api.limits import seconds_to_wait
from bluezone.authority.officers.api_keys import device_keys
from bluezone.authority.site import clock, lost_database
from bluezone.authority.site.environment import Environment
from bluezone.protocol.text import MAX_MESSAGE_BYTES, MessageTooLargeError

log = logging.getLogger(__name__)
BLOCK_BYTES = 4_096
#: room that is always left to padding, so that a body near a block's end does not stand out
MIN_PADDING = 512

#: a body and the moment it came -> an answer
_Endpoint = Callable[[HttpRequest, bytes, dt.datetime], HttpResponse]
#: (text, code of the API, status) -> an answer
_Refuse = Callable[[str, str, int], HttpResponse]
#: does for a decoy the work of a real request, and changes nothing
_Decoy = Callable[[HttpRequest, dt.datetime], None]


def device_endpoint(
    name: str,
    refuse: _Refuse,
    unreadable: str,
    internal: str,
    allowed: Callable[[], int] | None = None,
    decoy: _Decoy | None = None,
    asks_key: bool = True,
) -> Callable[[_Endpoint], Callable[[HttpRequest], HttpResponse]]:
    """Check what all endpoints have in common: POST only, size, API key, rate, chaff; and every failure in the API's
    own form.

    `allowed` gives the requests of one caller in ten minutes, if not the general limit. Decoys are counted apart: they
    use up nothing of a real one's limit, and one too many is answered like the others, without the work. Without
    `asks_key` no API key is needed: the reference's apps send none to the key server, where a certificate counts.
    """

    def decorate(endpoint: _Endpoint) -> Callable[[HttpRequest], HttpResponse]:
        @csrf_exempt
        @wraps(endpoint)
        def view(request: HttpRequest) -> HttpResponse:
            try:
                now = clock.now()
                problem = _refused_at_the_door(request, refuse, unreadable, now, asks_key)
                if problem is not None:
                    return problem
                is_decoy = "X-Chaff" in request.headers
                limit = allowed() if allowed else settings.BLUEZONE.rate_limit
                wait_s = seconds_to_wait(f"{name} decoy" if is_decoy else name, caller(request), now, limit)
                if wait_s and not is_decoy:
                    return _too_many(refuse, wait_s)
                body = _body(request)
                if is_decoy:  # the same work, an answer of the same size, and no effect
                    if decoy and not wait_s:
                        decoy(request, now)
                    return refuse("", "", HTTPStatus.OK)
                return endpoint(request, body, now)
            except MessageTooLargeError:
                return refuse("request body too large", unreadable, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            except UnreadablePostError:  # the caller went away while sending
                return refuse("request body incomplete", unreadable, HTTPStatus.BAD_REQUEST)
            except Exception as error:
                log.exception("%s failed", name)
                return _failed(refuse, internal, error)

        return view

    return decorate


def _refused_at_the_door(
    request: HttpRequest, refuse: _Refuse, unreadable: str, now: dt.datetime, asks_key: bool
) -> HttpResponse | None:
    conf: Environment = settings.BLUEZONE
    if request.method != "POST":
        response = refuse("use POST", unreadable, HTTPStatus.METHOD_NOT_ALLOWED)
        response["Allow"] = "POST"
        return response
    if asks_key and not _may_call(request.headers.get("X-API-Key", ""), conf.device_api_keys, now):
        return refuse("X-API-Key is missing or wrong", "unauthorized", HTTPStatus.UNAUTHORIZED)
    return None


def _may_call(given: str, named: tuple[str, ...], now: dt.datetime) -> bool:
    """Return whether a key is one that the settings name or the database holds; any is, where neither has one."""
    if not (named or device_keys.are_asked_for(now)):
        return True
    matches = [hmac.compare_digest(given.encode("utf-8", "replace"), one.encode()) for one in named]
    return any(matches) or device_keys.is_good(given, now)


def _too_many(refuse: _Refuse, wait_s: int) -> HttpResponse:
    response = refuse("too many requests", "too_many_requests", HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(wait_s)
    return response


def _failed(refuse: _Refuse, internal: str, error: Exception) -> HttpResponse:
    if not lost_database.is_lost(error):
        return refuse("internal error", internal, HTTPStatus.INTERNAL_SERVER_ERROR)
    response = refuse("try again later", internal, HTTPStatus.SERVICE_UNAVAILABLE)
    response["Retry-After"] = str(lost_database.RETRY_AFTER_S)
    return response


def _body(request: HttpRequest) -> bytes:
    """Read the request's body. Raises MessageTooLargeError before reading more than is allowed."""
    try:
        body = request.body
    except RequestDataTooBig:
        raise MessageTooLargeError("request body") from None
    if len(body) > MAX_MESSAGE_BYTES:
        raise MessageTooLargeError("request body")
    return body


def padded(to_json: Callable[[str], bytes], status: int = 200) -> HttpResponse:
    """Return an answer with the JSON that `to_json(padding)` makes, padded."""
    bare = len(to_json("x")) - 1
    length = MIN_PADDING + -(bare + MIN_PADDING) % BLOCK_BYTES
    response = HttpResponse(
        to_json(secrets.token_urlsafe(length)[:length]), status=status, content_type="application/json"
    )
    response["Cache-Control"] = "no-store"
    # a phone whose keys are refused learns that its clock is wrong
    response["Date"] = http_date(clock.now().timestamp())
    return response
