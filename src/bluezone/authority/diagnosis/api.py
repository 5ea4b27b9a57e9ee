"""Serve the officer API, for machines: laboratories, hospital systems, rehearsals. A token authenticates an officer."""

from __future__ import annotations

import datetime as dt
import logging
from http import HTTPStatus
from typing import Any, ClassVar, Literal

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import Field, NinjaAPI, Schema, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer, django_auth

from bluezone.authority.diagnosis import services
from bluezone.authority.diagnosis.quota import IssueError
from bluezone.authority.diagnosis.rules import CaseError
from bluezone.authority.officers import audit_log, tokens
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock

log = logging.getLogger(__name__)


class _OfficerToken(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> User | None:  # noqa: ARG002
        return tokens.officer_of(token, clock.now())


api = NinjaAPI(
    title="Bluezone officer API",
    version="1",
    urls_namespace="officer-api",
    auth=[_OfficerToken(), django_auth],
    docs_url=None,
    openapi_url=None,
)


class NewCase(Schema):
    """Describe a case to open. At least one date."""

    model_config: ClassVar = {"extra": "forbid"}

    report_type: Literal["confirmed", "clinical", "self"]
    onset_date: dt.date | None = None
    test_date: dt.date | None = None
    #: by which the office finds the case again; no name, no telephone number
    file_number: str = Field("", max_length=40)


class IssuedCode(Schema):
    """Describe a case and its code, which is disclosed here and never again: short to read out, long for a link."""

    case: str
    code: str
    expires_at: dt.datetime
    long_code: str
    long_expires_at: dt.datetime


class Problem(Schema):
    """Say in a sentence and a word why a request is refused."""

    error: str
    code: str


REFUSED = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
    }
)


@api.post("/cases", response={HTTPStatus.CREATED: IssuedCode, REFUSED: Problem})
def create_case(request: HttpRequest, response: HttpResponse, body: NewCase) -> Status[dict[str, Any]]:
    response["Cache-Control"] = "no-store"
    audit_log.speak_for(_officer(request))
    new = services.NewCase(body.report_type, body.onset_date, body.test_date, body.file_number.strip())
    case, code, row = services.open_case(new, Issuer(officer=_officer(request)), clock.now())
    issued = {"case": str(case.id), "code": code.short, "expires_at": row.expires_at}
    issued |= {"long_code": code.long, "long_expires_at": row.long_expires_at}
    return Status(HTTPStatus.CREATED, issued)


def _officer(request: HttpRequest) -> User:
    who = request.auth  # type: ignore[attr-defined]
    assert isinstance(who, User)
    return who


# --- errors: one form, {"error": what, "code": which} -----------------------------------------------------------------


def _error(request: HttpRequest, text: str, code: str, status: int) -> HttpResponse:
    response = api.create_response(request, {"error": text, "code": code}, status=status)
    response["Cache-Control"] = "no-store"
    return response


@api.exception_handler(AuthenticationError)
def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:  # noqa: ARG001
    text = "a token for this address is needed (Authorization: Bearer ...)"
    return _error(request, text, "unauthorized", HTTPStatus.UNAUTHORIZED)


@api.exception_handler(CaseError)
def _bad_case(request: HttpRequest, error: CaseError) -> HttpResponse:
    return _error(request, f"{error.field}: {error}", "bad_request", HTTPStatus.BAD_REQUEST)


@api.exception_handler(IssueError)
def _may_not(request: HttpRequest, error: IssueError) -> HttpResponse:
    return _error(request, str(error), error.code, error.status)


@api.exception_handler(ValidationError)
def _bad_body(request: HttpRequest, error: ValidationError) -> HttpResponse:
    first = error.errors[0]
    place = ".".join(str(part) for part in first["loc"][2:]) or "body"
    return _error(request, f"{place}: {first['msg']}", "bad_request", HTTPStatus.BAD_REQUEST)


@api.exception_handler(HttpError)
def _other(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code != HTTPStatus.BAD_REQUEST:  # no token, and the session's CSRF token is missing too
        return _unauthenticated(request, AuthenticationError())
    return _error(request, "request body is not JSON", "bad_request", error.status_code)


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:  # noqa: ARG001
    return _error(request, "request body too large", "bad_request", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001
    log.exception("officer API failed")
    return _error(request, "internal error", "internal_error", HTTPStatus.INTERNAL_SERVER_ERROR)
