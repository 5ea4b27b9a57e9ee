"""Answer health authorities that ask how many publish (`POST /v1/stats`)."""

from __future__ import annotations

import datetime as dt
import json
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from bluezone.authority.device_api.answers import padded
from bluezone.authority.device_api.endpoint import device_endpoint
from bluezone.authority.keys.statistics import rules, services
from bluezone.authority.signing import services as signing
from bluezone.authority.signing.certificates import CertificateError, verify_bearer
from bluezone.authority.site.environment import Environment
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.messages import PublishCode
from bluezone.protocol.text import json_object

_UNAUTHORIZED = "unauthorized"


def _answer(status: int, **body: Any) -> HttpResponse:
    return padded(lambda padding: json.dumps(body | {"padding": padding}).encode("ascii"), status)


def _refuse(text: str, code: str, status: int) -> HttpResponse:
    return _answer(status, **({"error": text, "code": code} if text else {}))


@device_endpoint("stats", _refuse, PublishCode.BAD_REQUEST, PublishCode.INTERNAL, asks_key=False)
def stats(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:
    """Return the days that may be read. Who asks has signed a token with the key of this authority's certificates,
    for `BLUEZONE_STATISTICS_AUDIENCE`."""
    conf: Environment = settings.BLUEZONE
    try:
        json_object(body, "stats request")
    except ProtocolError as error:
        return _refuse(str(error), PublishCode.BAD_REQUEST, HTTPStatus.BAD_REQUEST)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        text = "Authorization header is not in `Bearer <token>` format"
        return _refuse(text, _UNAUTHORIZED, HTTPStatus.UNAUTHORIZED)
    try:
        keys = signing.certificate_verifiers(now)
        verify_bearer(token, keys, conf.issuer, conf.statistics_audience, now.timestamp())
    except CertificateError as error:
        return _refuse(f"unauthorized: {error}", _UNAUTHORIZED, HTTPStatus.UNAUTHORIZED)
    days = [rules.published(day, sums) for day, sums in services.days(now).items()]
    return _answer(HTTPStatus.OK, **({"days": days} if days else {}))
