"""Take from phones what `receiving` stores: every answer has one size, leaves at the mark, and says no more than that
the request was taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from bluezone.authority.device_api.endpoint import device_endpoint, padded
from bluezone.authority.reports import counts, receiving
from bluezone.authority.reports.counts import WarnedRefusedError
from bluezone.authority.reports.receiving import ReportRefusedError
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.reports import ExposureReport, HeardUpload, ReportAnswer, ReportRefusal, TakeBack
from bluezone.protocol.text import MessageTooLargeError
from bluezone.protocol.warned import WarnedAnswer, WarnedRefusal

_Handler = Callable[[bytes, dt.datetime], None]
_STATUS = {
    ReportRefusal.TOO_MANY: HTTPStatus.FORBIDDEN,  # not 429, which says to try again in minutes
    ReportRefusal.TOKEN_INVALID: HTTPStatus.FORBIDDEN,
    ReportRefusal.NUMBER_UNCONFIRMED: HTTPStatus.FORBIDDEN,
    WarnedRefusal.WEEK_CLOSED: HTTPStatus.FORBIDDEN,
}


def _answer(text: str, code: str, status: int) -> HttpResponse:
    return padded(ReportAnswer(text, code).to_json, status)


def _endpoint(
    name: str, like: Callable[[dt.datetime], None]
) -> Callable[[_Handler], Callable[[HttpRequest], HttpResponse]]:
    """Make a device endpoint. `like`: what does the work of a request for a decoy, and leaves nothing."""

    def decorate(handler: _Handler) -> Callable[[HttpRequest], HttpResponse]:
        def decoy(request: HttpRequest, now: dt.datetime) -> None:  # noqa: ARG001
            like(now)

        @device_endpoint(name, _answer, ReportRefusal.BAD_REQUEST, ReportRefusal.INTERNAL, decoy=decoy)
        @wraps(handler)
        def view(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:  # noqa: ARG001
            try:
                handler(body, now)
            except MessageTooLargeError:
                raise
            except ProtocolError as error:
                return _answer(str(error), ReportRefusal.BAD_REQUEST, HTTPStatus.BAD_REQUEST)
            except (ReportRefusedError, WarnedRefusedError) as error:
                return _answer(str(error), error.refusal, _STATUS[error.refusal])
            return _answer("", "", HTTPStatus.OK)

        return view

    return decorate


@_endpoint("exposure-report", receiving.like_report)
def report(body: bytes, now: dt.datetime) -> None:
    """Store an exposure report; the same one again is taken, and stored once."""
    receiving.receive(ExposureReport.from_json(body), now)


@_endpoint("exposure-report-back", receiving.like_take_back)
def take_back(body: bytes, now: dt.datetime) -> None:
    """Delete a report; the answer is one whether it was there or not."""
    receiving.take_back(TakeBack.from_json(body), now)


@_endpoint("heard", receiving.like_heard)
def heard(body: bytes, now: dt.datetime) -> None:
    """Store what a patient's phone heard, under the revision token of its keys."""
    receiving.receive_heard(HeardUpload.from_json(body), now)


@_endpoint("warned", counts.like_receive)
def warned_answer(body: bytes, now: dt.datetime) -> None:
    """Count an answer whether a phone warned; the same one again is taken, and counted once."""
    counts.receive(WarnedAnswer.from_json(body), now)
