"""Take the request of a phone for a code by text message (`POST /api/user-report`), and say whether any are sent."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from bluezone.authority.device_api.callers import caller
from bluezone.authority.device_api.endpoint import device_endpoint, padded
from bluezone.authority.issuing import user_reports
from bluezone.authority.issuing.rules import IssueRefusedError
from bluezone.authority.site import clock
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.text import MessageTooLargeError
from bluezone.protocol.user_reports import (
    IssueCode,
    Services,
    UserReportError,
    UserReportRequest,
    UserReportResponse,
)

_CACHING = {"Cache-Control": "public, max-age=300"}


def _refuse(text: str, code: str, status: int) -> HttpResponse:
    if status == HTTPStatus.OK:  # a decoy: the answer of a real one, but for its moment
        return padded(UserReportResponse(expires_at_s=int(clock.now().timestamp())).to_json)
    return padded(UserReportResponse(error=text, error_code=code).to_json, status)


def _like_user_report(request: HttpRequest, now: dt.datetime) -> None:  # noqa: ARG001
    """Do for a decoy what `user_report` does for a number that may not report."""
    user_reports.rehearse(now)


@require_safe
def services_document(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Serve what this authority does for phones, so that none offers what is turned off."""
    conf = settings.BLUEZONE
    # Our phones mark no key as a traveller's: "travellers" lets none of theirs go.
    offered = Services(user_reports=conf.user_reports, keys_go_abroad=conf.federation_out == "all")
    return HttpResponse(offered.to_json(), content_type="application/json", headers=_CACHING)


@device_endpoint("user-report", _refuse, IssueCode.UNPARSABLE_REQUEST, IssueCode.INTERNAL, decoy=_like_user_report)
def user_report(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:
    """Send a code to a number, if it may report; the answer is one either way."""
    try:
        until = user_reports.ask(UserReportRequest.from_json(body), caller(request), now)
    except MessageTooLargeError:
        raise
    except UserReportError as error:
        return _refuse(str(error), error.code, HTTPStatus.BAD_REQUEST)
    except ProtocolError as error:
        return _refuse(str(error), IssueCode.UNPARSABLE_REQUEST, HTTPStatus.BAD_REQUEST)
    except IssueRefusedError as refused:
        return _refuse(str(refused), refused.code, refused.status)
    return padded(UserReportResponse(expires_at_s=int(until.timestamp())).to_json)
