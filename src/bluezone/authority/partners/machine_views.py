"""Serve the addresses at which laboratories' systems give results: `POST /officer/api/results/fhir`, `.../hl7`,
`.../csv`, with the laboratory's token. Each answers in the words of its format."""

from __future__ import annotations

import dataclasses
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from bluezone.authority.officers import audit_log, tokens
from bluezone.authority.officers.models import User
from bluezone.authority.partners import results
from bluezone.authority.site import clock
from bluezone.exchange import fhir_reading, hl7, laboratory_csv
from bluezone.exchange.errors import ExchangeError, Fault

_TOO_LARGE = "the request is too large: send it in parts, or bring it as a file"
_NO_TOKEN = "a laboratory’s token is needed (Authorization: Bearer ...)"  # noqa: S105 (a sentence)
_PLAIN = {"ensure_ascii": False}


def _described(name: str, summary: str, sent: str, answered: str, refused: HTTPStatus) -> dict[str, Any]:
    content = {answered: {"schema": {"type": "object" if "json" in answered else "string"}}}
    answers = {
        HTTPStatus.OK: "what was taken",
        refused: "what cannot be read, in a sentence: nothing was taken",
        HTTPStatus.UNAUTHORIZED: "not the token of a laboratory",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "more than is read at once",
    }
    return {
        "operationId": f"results_{name}",
        "summary": summary,
        "requestBody": {"required": True, "content": {sent: {"schema": {"type": "string"}}}},
        "responses": {str(status.value): {"description": text, "content": content} for status, text in answers.items()},
        "security": [{"_OfficerToken": []}],
    }


_FHIR, _HL7 = "application/fhir+json", "application/hl7-v2; charset=utf-8"
#: what the description of the officers' API says of these addresses
DESCRIPTION = {
    f"/officer/api/results/{name}": {"post": _described(name, summary, sent, answered, refused)}
    for name, summary, sent, answered, refused in (
        ("fhir", "Give DiagnosticReports of FHIR R4", _FHIR, _FHIR, HTTPStatus.UNPROCESSABLE_ENTITY),
        ("hl7", "Give messages ORU^R01 of HL7 v2.5.1", "application/hl7-v2", _HL7, HTTPStatus.BAD_REQUEST),
        ("csv", "Give a table of results", "text/csv", "application/json", HTTPStatus.BAD_REQUEST),
    )
}


def _laboratory(request: HttpRequest) -> User | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = tokens.laboratory_of(token.strip(), clock.now()) if scheme == "Bearer" else None
    if found is not None:
        audit_log.speak_for(found)
    return found


def _outcome(severity: str, text: str, status: int, warning: str = "") -> HttpResponse:
    issue = {"severity": severity, "code": "informational" if severity == "information" else "processing"}
    told = [issue | {"diagnostics": text}]
    if warning:
        told.append({"severity": "warning", "code": "not-found", "diagnostics": warning})
    body = {"resourceType": "OperationOutcome", "issue": told}
    return JsonResponse(body, status=status, content_type=_FHIR, json_dumps_params=_PLAIN)


def _unknown(taken: results.Taken) -> str:
    places = ", ".join(f"“{each}”" for each in taken.unknown_places)
    return f"no such place is known: {places}" if places else ""


@csrf_exempt
@require_POST
@never_cache
def fhir(request: HttpRequest) -> HttpResponse:
    """Take DiagnosticReports: one, or a Bundle."""
    laboratory = _laboratory(request)
    if laboratory is None:
        return _outcome("error", _NO_TOKEN, HTTPStatus.UNAUTHORIZED)
    try:
        taken = results.take(laboratory, fhir_reading.read_reports(request.body, results.lab_tests()), clock.now())
    except RequestDataTooBig:
        return _outcome("error", _TOO_LARGE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except ExchangeError as error:
        return _outcome("error", str(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    said = f"{taken.new} taken, {taken.known} known already"
    return _outcome("information", said, HTTPStatus.OK, _unknown(taken))


@csrf_exempt
@require_POST
@never_cache
def hl7_v2(request: HttpRequest) -> HttpResponse:
    """Take messages ORU^R01, and acknowledge each."""
    now, laboratory = clock.now(), _laboratory(request)
    if laboratory is None:
        return _acknowledged([hl7.acknowledgement(None, hl7.Ack.REFUSED, now, _NO_TOKEN)], HTTPStatus.UNAUTHORIZED)
    try:
        messages = hl7.read_messages(request.body)
    except RequestDataTooBig:
        answer = hl7.acknowledgement(None, hl7.Ack.REFUSED, now, _TOO_LARGE)
        return _acknowledged([answer], HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except ExchangeError as error:
        answer = hl7.acknowledgement(None, hl7.Ack.REFUSED, now, str(error), error.fault)
        return _acknowledged([answer], HTTPStatus.BAD_REQUEST)
    given = []
    for message in messages:
        try:
            taken = results.take(laboratory, hl7.results(message, results.zone(), results.lab_tests()), now)
            warning = _unknown(taken)
            fault = Fault.VALUE if warning else None
            given.append(hl7.acknowledgement(message, hl7.Ack.TAKEN, now, warning, fault))
        except ExchangeError as error:
            given.append(hl7.acknowledgement(message, hl7.Ack.ERROR, now, str(error), error.fault))
    return _acknowledged(given, HTTPStatus.OK)


def _acknowledged(given: list[str], status: int) -> HttpResponse:
    return HttpResponse("".join(given), status=status, content_type=_HL7)


@csrf_exempt
@require_POST
@never_cache
def csv(request: HttpRequest) -> HttpResponse:
    """Take a table of results: all of it, or nothing."""
    laboratory = _laboratory(request)
    if laboratory is None:
        return JsonResponse({"error": _NO_TOKEN, "code": "unauthorized"}, status=HTTPStatus.UNAUTHORIZED)
    try:
        taken = results.take(laboratory, laboratory_csv.read_results(request.body), clock.now())
    except RequestDataTooBig:
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        return JsonResponse({"error": _TOO_LARGE, "code": "bad_request"}, status=status)
    except ExchangeError as error:
        return JsonResponse(
            {"error": str(error), "code": "bad_request"}, status=HTTPStatus.BAD_REQUEST, json_dumps_params=_PLAIN
        )
    return JsonResponse(dataclasses.asdict(taken), json_dumps_params=_PLAIN)
