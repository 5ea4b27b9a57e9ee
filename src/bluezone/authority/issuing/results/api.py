"""Serve the one address of laboratories: `POST /officer/api/results`, with a token that opens nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from http import HTTPStatus
from typing import Any, ClassVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Field, NinjaAPI, Schema, Status
from ninja.security import HttpBearer

from bluezone.authority.issuing.results import services
from bluezone.authority.issuing.results.rules import Content, Result, ResultError
from bluezone.authority.messages.phone_numbers import NumberRefusedError, checked_number
from bluezone.authority.officers import audit_log, tokens
from bluezone.authority.officers.models import User
from bluezone.authority.persons import rules
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.site import clock


class _LabToken(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> User | None:  # noqa: ARG002
        return tokens.laboratory_of(token, clock.now())


class LabResultIn(Schema):
    """Describe a result. Of the patient what is known: `telephone` is where the code is sent; `commune` of the patient,
    `district` of the laboratory (a code or a name) say whose task it is, else it is the province's."""

    model_config: ClassVar = {"extra": "forbid"}

    external_id: str
    result: Result
    sampled_on: dt.date
    reported_on: dt.date
    telephone: str = ""
    name: str = Field("", max_length=120)
    birth_year: int | None = None
    document: str = ""
    address: str = Field("", max_length=200)
    commune: str = Field("", max_length=120)
    district: str = Field("", max_length=120)


class LabResultOut(Schema):
    """Say that a result was taken; the same for a copy, and whatever the result is. `unknown_place`: the place that was
    given, where no such place is known: the province looks at the result."""

    external_id: str
    received_at: dt.datetime
    unknown_place: str = ""


def add_to(api: NinjaAPI, problem: type[Schema], refused: frozenset[int]) -> None:
    """Add the address to the API for machines."""

    @api.post("/results", auth=_LabToken(), response={HTTPStatus.OK: LabResultOut, refused: problem})
    def results(request: HttpRequest, response: HttpResponse, body: LabResultIn) -> Status[dict[str, Any]]:
        """Take a laboratory's result, a copy of it, or its correction."""
        response["Cache-Control"] = "no-store"
        laboratory = request.auth  # type: ignore[attr-defined]
        assert isinstance(laboratory, User)
        audit_log.speak_for(laboratory)
        who = _who(body)
        content = Content(body.result, body.sampled_on, body.reported_on, who, body.commune, body.district)
        row = services.receive(laboratory, body.external_id, content, clock.now())
        unknown = services.unknown_place(row)
        said = {"external_id": row.external_id, "received_at": row.received_at, "unknown_place": unknown}
        return Status(HTTPStatus.OK, said)

    @api.exception_handler(ResultError)
    def bad_result(request: HttpRequest, error: ResultError) -> HttpResponse:
        body = {"error": f"{error.field}: {error}", "code": "bad_request"}
        answer = api.create_response(request, body, status=HTTPStatus.BAD_REQUEST)
        answer["Cache-Control"] = "no-store"
        return answer


def _who(body: LabResultIn) -> Identity:
    """Return what a laboratory knows of the patient. Raises ResultError, naming the field."""
    try:
        number = checked_number(body.telephone, settings.BLUEZONE.sms_countries, typed=True) if body.telephone else ""
    except NumberRefusedError as error:
        raise ResultError(str(error), "telephone") from None
    try:
        who = persons.identity_from(body.name, body.birth_year, number, body.document, body.address)
        if who.birth_year is not None:
            rules.check(replace(who, name=who.name or "-"), clock.today())
    except IdentityError as error:
        raise ResultError(str(error), error.field) from None
    return who
