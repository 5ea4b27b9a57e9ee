"""Serve the admin API of the verification protocol: codes for the machines of health offices, and statistics.

A key (`X-API-Key`) belongs to an office. An admin key issues codes with that office's right and quota, and asks only
for codes of that office; a statistics key reads the counts of that office and of those below it.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import APIKeyHeader

from bluezone.authority.device_api.callers import caller
from bluezone.authority.device_api.endpoint import padded
from bluezone.authority.device_api.limits import seconds_to_wait
from bluezone.authority.issuing import rules, services
from bluezone.authority.issuing.rules import IssueRefusedError
from bluezone.authority.issuing.schemas import (
    BatchIssueCodeRequest,
    BatchIssueCodeResponse,
    CheckCodeStatusResponse,
    CodeRequest,
    ErrorReturn,
    ExpireCodeResponse,
    IssueCodeRequest,
    IssueCodeResponse,
    dumped,
)
from bluezone.authority.issuing.services import Outcome
from bluezone.authority.officers import api_keys
from bluezone.authority.officers.models import ApiKey
from bluezone.authority.site import clock
from bluezone.protocol.user_reports import IssueCode, moment_text

log = logging.getLogger(__name__)


class TooManyRequestsError(Exception):
    """Report an address that asks too often; `wait_s` until it may again."""

    def __init__(self, wait_s: int) -> None:
        super().__init__("too many requests")
        self.wait_s = wait_s


class _Key(APIKeyHeader):
    """Take the keys of one role."""

    param_name = "X-API-Key"

    def __init__(self, role: ApiKey.Role) -> None:
        super().__init__()
        self._role = role

    def authenticate(self, request: HttpRequest, key: str | None) -> ApiKey | None:
        now = clock.now()
        if wait_s := seconds_to_wait(f"{self._role} API", caller(request), now, settings.BLUEZONE.rate_limit):
            raise TooManyRequestsError(wait_s)
        return api_keys.key_of(key or "", now, self._role)


api = NinjaAPI(
    title="Bluezone admin API",
    version="1",
    description=(
        "Codes for the machines of health offices, and statistics: field for field the admin API of the reference "
        "verification server. Answers are padded to whole blocks of 4 KiB."
    ),
    urls_namespace="admin-api",
    docs_url=None,
    openapi_url=None,
)
_admin = _Key(ApiKey.Role.ADMIN)
#: the tables of statistics are added in `urls`
statistics_key = _Key(ApiKey.Role.STATISTICS)
_ERRORS = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
    }
)


def answers(success: Any) -> Any:
    """Return the answers of an operation: `success`, or an error."""
    return {HTTPStatus.OK: success, _ERRORS: ErrorReturn}


@api.post("/issue", auth=_admin, response=answers(IssueCodeResponse), exclude_defaults=True)
def issue(request: HttpRequest, body: IssueCodeRequest) -> HttpResponse:
    """Issue a code for a case, and send it by text message where a number is given."""
    [outcome] = services.issue_many([body], _key(request), clock.now())
    if isinstance(outcome, IssueRefusedError):
        return _refusal(outcome)
    return _padded(_answer(outcome))


@api.post("/batch-issue", auth=_admin, response=answers(BatchIssueCodeResponse), exclude_defaults=True)
def batch_issue(request: HttpRequest, body: BatchIssueCodeRequest) -> HttpResponse:
    """Issue up to ten codes, each as if alone. The status is that of the first that failed; the others are issued."""
    if len(body.codes) > rules.MOST_IN_A_BATCH:
        return _refusal(IssueRefusedError(f"batch size limit [{rules.MOST_IN_A_BATCH}] exceeded"))
    outcomes = services.issue_many(body.codes, _key(request), clock.now())
    refused = [each for each in outcomes if isinstance(each, IssueRefusedError)]
    answer = BatchIssueCodeResponse(
        codes=[_answer(each) for each in outcomes],
        error=rules.batch_summary(len(refused), len(outcomes) - len(refused)),
        error_code=refused[0].code if refused else "",
    )
    return _padded(answer, refused[0].status if refused else HTTPStatus.OK)


@api.post("/checkcodestatus", auth=_admin, response=answers(CheckCodeStatusResponse))
def check_code_status(request: HttpRequest, body: CodeRequest) -> HttpResponse:
    """Say whether a code of the office was used, and until when it is good."""
    row = services.code_of(body.uuid, _key(request))
    return _json(
        {
            "claimed": row.used_at is not None,
            "expiresAtTimestamp": _seconds(row.expires_at),
            "longExpiresAtTimestamp": _seconds(row.long_expires_at),
        }
    )


@api.post("/expirecode", auth=_admin, response=answers(ExpireCodeResponse))
def expire_code(request: HttpRequest, body: CodeRequest) -> HttpResponse:
    """End a code of the office that nobody has used."""
    row = services.expire(body.uuid, _key(request), clock.now())
    return _json(
        {
            "uuid": str(row.case_id),
            "expiresAtTimestamp": _seconds(row.expires_at),
            "longExpiresAtTimestamp": _seconds(row.long_expires_at),
        }
    )


def _key(request: HttpRequest) -> ApiKey:
    key = request.auth  # type: ignore[attr-defined]
    assert isinstance(key, ApiKey)
    return key


def _answer(outcome: Outcome) -> IssueCodeResponse:
    if isinstance(outcome, IssueRefusedError):
        return IssueCodeResponse(error=str(outcome), error_code=outcome.code)
    until, long_until = _seconds(outcome.expires_at), _seconds(outcome.long_expires_at)
    answer = IssueCodeResponse(expires_at=moment_text(until), expires_at_timestamp=until)
    if outcome.case is None or outcome.code is None:  # a number that reported already: the same as to a phone
        return answer
    answer.uuid, answer.code = str(outcome.case.pk), outcome.code.short
    answer.long_expires_at, answer.long_expires_at_timestamp = moment_text(long_until), long_until
    if outcome.only_generate:
        answer.generated_sms, answer.phone = outcome.message, outcome.phone
    return answer


def _seconds(moment: dt.datetime) -> int:
    return int(moment.timestamp())


def _padded(message: Schema, status: int = HTTPStatus.OK) -> HttpResponse:
    return _json(dumped(message), status)


def _json(body: dict[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
    return padded(lambda padding: json.dumps(body | {"padding": padding}).encode("ascii"), status)


# --- errors -----------------------------------------------------------------------------------------------------------


def _refusal(error: IssueRefusedError) -> HttpResponse:
    return _json({"error": str(error), "errorCode": error.code}, error.status)


@api.exception_handler(IssueRefusedError)
def _refused(request: HttpRequest, error: IssueRefusedError) -> HttpResponse:  # noqa: ARG001
    return _refusal(error)


@api.exception_handler(AuthenticationError)
def _unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:  # noqa: ARG001
    text = "X-API-Key is missing, wrong, or has another role"
    return _refusal(IssueRefusedError(text, IssueCode.UNAUTHORIZED, HTTPStatus.UNAUTHORIZED))


@api.exception_handler(TooManyRequestsError)
def _too_many(request: HttpRequest, error: TooManyRequestsError) -> HttpResponse:  # noqa: ARG001
    refusal = IssueRefusedError(str(error), IssueCode.TOO_MANY_REQUESTS, HTTPStatus.TOO_MANY_REQUESTS)
    response = _refusal(refusal)
    response["Retry-After"] = str(error.wait_s)
    return response


@api.exception_handler(ValidationError)
def _bad_body(request: HttpRequest, error: ValidationError) -> HttpResponse:  # noqa: ARG001
    first = error.errors[0]
    place = ".".join(str(part) for part in first["loc"][2:]) or "body"
    return _refusal(IssueRefusedError(f"{place}: {first['msg']}", IssueCode.UNPARSABLE_REQUEST))


@api.exception_handler(HttpError)
def _other(request: HttpRequest, error: HttpError) -> HttpResponse:  # noqa: ARG001
    text = "request body is not JSON" if error.status_code == HTTPStatus.BAD_REQUEST else str(error)
    return _refusal(IssueRefusedError(text, IssueCode.UNPARSABLE_REQUEST, error.status_code))


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:  # noqa: ARG001
    text = "request body too large"
    return _refusal(IssueRefusedError(text, IssueCode.UNPARSABLE_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE))


@api.exception_handler(Exception)
def _broken(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001
    log.exception("admin API failed")
    return _refusal(IssueRefusedError("internal error", IssueCode.INTERNAL, HTTPStatus.INTERNAL_SERVER_ERROR))
