"""Serve the statistics of codes, each table as JSON and as CSV, as the reference verification server does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI

from bluezone.authority.issuing.rules import IssueRefusedError
from bluezone.authority.issuing.schemas import ErrorReturn
from bluezone.authority.issuing.statistics import rules, services
from bluezone.authority.issuing.statistics.services import realm_number
from bluezone.authority.keys import statistics as publish_statistics
from bluezone.authority.keys.statistics import published
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.officers.models import ApiKey
from bluezone.authority.site import clock
from bluezone.protocol.user_reports import IssueCode

_UNNAMED = re.compile(r"[^A-Za-z0-9]+", re.ASCII)
#: what a table is made of: the place of the office that asks -> JSON, CSV, name of the file
_Table = Callable[..., tuple[Any, str, str]]
#: by whether the address names an officer or a key, by a number
_REFUSED = {
    False: frozenset({HTTPStatus.UNAUTHORIZED}),
    True: frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST}),
}
_AS_CSV = {"responses": {200: {"description": "OK", "content": {"text/csv": {"schema": {"type": "string"}}}}}}


def add_to(api: NinjaAPI, auth: Any) -> None:
    """Add each table to the API, under `/stats`."""
    tables: tuple[tuple[str, _Table, bool], ...] = (
        ("realm", realm, False),
        ("realm/composite", composite, False),
        ("realm/key-server", key_server, False),
        ("realm/users", users, False),
        ("realm/users/{number}", user, True),
        ("realm/api-keys/{number}", api_key, True),
        ("realm/external-issuers", external_issuers, False),
        ("realm/sms-errors", sms_errors, False),
    )
    for path, table, of_one in tables:
        for form in ("json", "csv"):
            view = _view_of_one(table, form) if of_one else _view(table, form)
            api.get(
                f"/stats/{path}.{form}",
                auth=auth,
                response=({HTTPStatus.OK: Any} if form == "json" else {}) | {_REFUSED[of_one]: ErrorReturn},
                openapi_extra={} if form == "json" else _AS_CSV,
                summary=(table.__doc__ or "").splitlines()[0],
                operation_id=f"{table.__name__}_{form}",
            )(view)


def _view(table: _Table, form: str) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        return _sent(table(_place(request)), form)

    return view


def _view_of_one(table: _Table, form: str) -> Callable[[HttpRequest, int], HttpResponse]:
    def view(request: HttpRequest, number: int) -> HttpResponse:
        return _sent(table(_place(request), number), form)

    return view


def _place(request: HttpRequest) -> str:
    key = request.auth  # type: ignore[attr-defined]
    assert isinstance(key, ApiKey)
    return key.place


def _sent(made: tuple[Any, str, str], form: str) -> HttpResponse:
    document, text, name = made
    headers = {"Cache-Control": "no-store"}
    if form == "json":
        return JsonResponse(document, safe=False, headers=headers)
    file_name = f"{clock.now():%Y%m%d%H%M%S}-{name}.csv"
    headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return HttpResponse(text, content_type="text/csv", headers=headers)


def _not_yours() -> IssueRefusedError:
    """Refuse what the office does not see, whether it is there or not."""
    return IssueRefusedError("unauthorized", IssueCode.UNAUTHORIZED, HTTPStatus.UNAUTHORIZED)


def realm(place: str) -> tuple[Any, str, str]:
    """Return what happened to the codes of an office and of those below it, by day."""
    days = services.realm_days(place, clock.now())
    return rules.realm_json(realm_number(place), days), rules.realm_csv(days), "realm-stats"


def composite(place: str) -> tuple[Any, str, str]:
    """Return what happened to codes, and what phones published, by day."""
    days = services.realm_days(place, clock.now())
    return rules.composite_json(realm_number(place), days), rules.composite_csv(days), "composite-stats"


def key_server(place: str) -> tuple[Any, str, str]:
    """Return what phones published, by day. The key server knows no offices: the ministry's keys only."""
    if place != NATION:
        raise _not_yours()
    days = publish_statistics.days(clock.now())
    rows = {day: days[day] for day in sorted(days, reverse=True)}
    return [published(day, sums) for day, sums in rows.items()], rules.key_server_csv(rows), "key-server-stats"


def users(place: str) -> tuple[Any, str, str]:
    """Return how many codes each officer issued, by day."""
    columns, rows = ("user_id", "name", "email", "codes_issued"), services.user_rows(place, clock.now())
    return _grouped(place, "issuer_data", columns, rows, "user-stats")


def user(place: str, number: int) -> tuple[Any, str, str]:
    """Return how many codes one officer issued, by day."""
    officer = services.officers(place).filter(pk=number).first()
    if officer is None:
        raise _not_yours()
    issued = services.issued_by(Issuer(officer=officer), clock.now())
    facts = {"user_id": officer.pk, "user_name": officer.get_full_name(), "user_email": officer.email}
    head = {"realm_id": realm_number(place)} | facts
    statistics = [{"date": rules.midnight(day), "data": {"codes_issued": count}} for day, count in issued.items()]
    rows = ([day, *head.values(), count] for day, count in issued.items())
    text = rules.table(("date", *head, "codes_issued"), rows)
    return head | {"statistics": statistics}, text, _file_name(officer.username)


def api_key(place: str, number: int) -> tuple[Any, str, str]:
    """Return how many codes an admin key issued, by day."""
    key = services.keys(place).filter(pk=number).first()
    if key is None:
        raise _not_yours()
    issued = services.issued_by(Issuer(key=key), clock.now())
    head = {"authorized_app_id": key.pk, "authorized_app_name": key.label, "authorized_app_type": key.role}
    data = {"codes_issued": 0, "codes_claimed": 0, "codes_invalid": 0, "tokens_claimed": 0, "tokens_invalid": 0}
    statistics = [
        {"date": rules.midnight(day), "data": data | {"codes_issued": count}} for day, count in issued.items()
    ]
    rows = ([day, *head.values(), *(data | {"codes_issued": count}).values()] for day, count in issued.items())
    return head | {"statistics": statistics}, rules.table(("date", *head, *data), rows), _file_name(key.label)


def external_issuers(place: str) -> tuple[Any, str, str]:
    """Return how many codes machines issued for whom they named, by day."""
    columns, rows = ("issuer_id", "codes_issued"), services.issuer_rows(place, clock.now())
    return _grouped(place, "issuer_data", columns, rows, "external-issuer-stats")


def sms_errors(place: str) -> tuple[Any, str, str]:
    """Return how often text messages could not be handed over, by day."""
    columns, rows = ("error_code", "quantity"), services.failure_rows(place, clock.now())
    return _grouped(place, "error_data", columns, rows, "sms-error-stats")


def _grouped(
    place: str, data: str, columns: Sequence[str], rows: Sequence[services.Row], name: str
) -> tuple[Any, str, str]:
    """Return a table of rows by day; `data` is the list of each day, `name` that of the file."""
    number = realm_number(place)
    return rules.grouped_json(number, data, rows), rules.grouped_csv(number, columns, rows), name


def _file_name(text: str) -> str:
    return _UNNAMED.sub("-", text.lower()).strip("-") or "stats"
