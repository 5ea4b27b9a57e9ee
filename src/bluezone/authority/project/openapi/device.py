"""Describe the API of phones by django-ninja: every address that is no page, no officer's and no health office's.

It describes only: what is asked at an address is answered by the view of the list of addresses.
"""

from __future__ import annotations

import inspect
from functools import lru_cache
from typing import Any, Literal

from django.http import HttpRequest
from ninja import NinjaAPI, Path, Query, Schema
from pydantic import create_model

from bluezone.authority.project.openapi import messages as m
from bluezone.exposure.policies.document import POLICY
from bluezone.protocol.health_declarations import HealthDeclarationRefusal
from bluezone.protocol.kinds import KINDS
from bluezone.protocol.messages import PublishCode, VerifyCode
from bluezone.protocol.phone_numbers import Refusal as NumberRefusal
from bluezone.protocol.reports import ReportRefusal
from bluezone.protocol.user_reports import IssueCode
from bluezone.protocol.warned import WarnedRefusal

_DESCRIPTION = (
    "What phones ask. `/api/` and `/v1/publish` are field for field the reference servers'; their answers are padded "
    "to whole blocks of 4 KiB. With the header `X-Chaff` a request is a decoy: the same work, an answer of the same "
    "size, no effect."
)
#: what stands in addresses, by an example
_EXAMPLES = {"region": "452", "area": "34-92", "name": "452/index.txt", "hour": "443888", "kind": "news"}
_NONE, _NO_SUCH = {404: None}, {404: m.Sentence}
#: every endpoint of phones answers so
_ALWAYS = (400, 401, 405, 413, 429, 500)


@lru_cache
def _refusal(codes: Any, name: str = "code") -> type[Schema]:
    """Return the schema of an answer that refuses, whose `name` is one of the API's words."""
    words = tuple(sorted({*map(str, codes), "unauthorized", "too_many_requests"}))
    fields: dict[str, Any] = {"error": (str, ...), name: (Literal[words], ...), "padding": (str, "")}
    return create_model(codes.__name__, __base__=Schema, **fields)


class _Description:
    """Describe operations to django-ninja."""

    def __init__(self) -> None:
        self.api = NinjaAPI(title="Bluezone device API", version="1", description=_DESCRIPTION, urls_namespace="device")

    def get(self, path: str, summary: str, answer: Any, refused: dict[int, Any] | None = None, **query: str) -> None:
        """Describe an address that is fetched, and the names in its query, each by an example. `answer`, `refused`: a
        schema, None where it is no JSON."""
        self._add("get", path, summary, {200: answer, **(refused or {})}, None, query)

    def post(
        self, path: str, summary: str, request: Any, answer: Any, refusal: Any, *refused: int, status: int = 200,
        key: bool = True,
    ) -> None:  # fmt: skip
        """Describe an address to which a message is sent, with an API key where one was made."""
        answers = {status: answer, **dict.fromkeys((*_ALWAYS, *refused), refusal)}
        self._add("post", path, summary, answers, request, {}, {"security": [{"key": []}, {}]} if key else None)

    def _add(
        self, method: str, path: str, summary: str, answers: dict[int, Any], request: Any, query: dict[str, str],
        extra: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        parameters = [inspect.Parameter("request", kind, annotation=HttpRequest)]
        if request is not None:
            parameters.append(inspect.Parameter("message", kind, annotation=request))
        in_path = {name: example for name, example in _EXAMPLES.items() if f"{{{name}}}" in path}
        for where, names in ((Path, in_path), (Query, query)):
            for name, example in names.items():
                default = where(... if where is Path else "", examples=[example])
                parameters.append(inspect.Parameter(name, kind, annotation=str, default=default))

        def described() -> None:
            raise NotImplementedError  # only its parameters are read

        described.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        identifier = "_".join([method, *"".join(sign if sign.isalnum() else " " for sign in path).split()])
        self.api.api_operation(
            [method.upper()],
            path,
            response=answers,
            summary=summary,
            operation_id=identifier,
            openapi_extra=extra,
            by_alias=True,
        )(described)


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    description = _Description()
    for describe in (_codes, _keys, _installations, _reports, _documents, _links):
        describe(description)
    made = dict(description.api.get_openapi_schema(path_prefix=""))
    made["components"]["securitySchemes"] = {"key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}}
    return made


def _codes(of: _Description) -> None:
    verify, issue = _refusal(VerifyCode, "errorCode"), _refusal(IssueCode, "errorCode")
    of.post("/api/verify", "Exchange a one-time code for a token", m.VerifyRequest, m.VerifyAnswer, verify, 412)
    title = "Exchange the token and the HMAC of the keys for a certificate"
    of.post("/api/certificate", title, m.CertificateRequest, m.CertificateAnswer, verify)
    title = "Ask for a code by text message. The answer is one whether a message is sent or not"
    of.post("/api/user-report", title, m.UserReportRequest, m.UserReportAnswer, issue)
    of.get("/v1/services.json", "Ask which services are turned on", m.Services)
    of.get("/jwks/", "Fetch the public keys of certificates", list[m.CertificateKey])
    of.get("/jwks/{region}", "Fetch those of certificates of this server's region", list[m.CertificateKey], _NO_SUCH)


def _keys(of: _Description) -> None:
    refusal = _refusal(PublishCode)
    of.post("/v1/publish", "Publish certified keys", m.PublishRequest, m.PublishAnswer, refusal, key=False)
    title = "Ask how many published, with a token signed by a key of the certificates (Authorization: Bearer)"
    of.post("/v1/stats", title, m.MaybePadded, m.StatsAnswer, refusal, key=False)
    of.get("/exports/{name}", "Fetch `452/index.txt`, which names the export files, or one of them", None, _NONE)


def _installations(of: _Description) -> None:
    title = "Register an installation, to be counted"
    of.post("/v1/installations", title, m.Registration, m.Counted, m.InstallationRefusal, 403, status=201)
    title = "Say that an installation is in use today; 404: register again"
    of.post("/v1/activity", title, m.Activity, m.Counted, m.InstallationRefusal, 404)
    path, refusal = "/v1/phone-number", _refusal(NumberRefusal)
    title = "Leave a telephone number: a code goes to it"
    of.post(f"{path}/code", title, m.NumberCodeRequest, m.NumberCodeAnswer, refusal, 403, 404, 502, status=202)
    title = "Confirm the number by the code"
    of.post(f"{path}/confirm", title, m.NumberConfirmation, m.NumberReceipt, refusal, 403, 404, status=201)
    of.post(f"{path}/forget", "Take the number back", m.NumberReceipt, m.Nothing, refusal, 404)


def _reports(of: _Description) -> None:
    refusal = _refusal(ReportRefusal)
    title = "Report a day on which published keys were near, with the owner's consent"
    of.post("/v1/exposure-reports", title, m.ExposureReport, m.Taken, refusal, 403)
    title = "Take a report back. The answer is one whether it was there or not"
    of.post("/v1/exposure-reports/take-back", title, m.TakeBack, m.Taken, refusal)
    title = "Take published keys back, because their owner wishes it: they are revoked"
    of.post("/v1/withdraw", title, m.Withdrawal, m.Taken, refusal, 403)
    title = "Give what the phone heard, after its keys were published"
    of.post("/v1/heard", title, m.HeardUpload, m.Taken, refusal, 403)
    title = "Give check-ins of the diary of places, after keys were published. The answer tells not which were stored"
    of.post("/v1/check-ins", title, m.CheckInUpload, m.Taken, refusal, 403)
    title = "Say of a week, by randomised response, whether the phone warned"
    of.post("/v1/warned", title, m.WarnedAnswer, m.Taken, _refusal(WarnedRefusal), 403)
    title, refusal = "Declare one's health by a form, correct or withdraw it", _refusal(HealthDeclarationRefusal)
    of.post("/v1/declarations", title, m.HealthDeclaration, m.Declared, refusal, 403)


def _documents(of: _Description) -> None:
    path, every = "/v1/documents/{kind}/{region}", (*KINDS, POLICY)
    kinds = ", ".join(sorted(each.name for each in every))
    of.get(f"{path}.json", f"Fetch the country's signed document of a kind: {kinds}", m.Signed, _NONE)
    kinds = ", ".join(sorted(each.name for each in every if each.has_provinces))
    of.get(f"{path}/{{area}}.json", f"Fetch a province's signed document of a kind: {kinds}", m.Signed, _NONE)
    title = "Fetch the public keys by which passes are verified, as a JSON Web Key Set"
    of.get("/v1/passes/{region}/keys.json", title, m.PassKeys, _NONE)
    of.get("/exports/{region}/places/index.txt", "Fetch the names of the packages of place warnings", None, _NONE)
    of.get("/exports/{region}/places/{hour}.zip", "Fetch the place warnings of an hour, signed", None, _NONE)


def _links(of: _Description) -> None:
    of.get("/v", "Follow a link with a code: open the app, or show the code on a page", None, {303: None}, c="the code")
    path = "/.well-known/"
    of.get(f"{path}assetlinks.json", "Fetch what binds Android apps to the links", list[m.AssetLink], _NO_SUCH)
    of.get(f"{path}apple-app-site-association", "Fetch what binds iOS apps to the links", m.AppLinks, _NO_SUCH)
    title = "Ask whether the server answers; with `service=database` whether its database does, too"
    of.get("/health", title, m.Health, service="database")
    title = "Ask whether the server can serve, part by part; 503 where one fails"
    of.get("/readyz", title, m.Readiness, {400: m.Sentence, 503: m.Readiness}, part="database")
    of.get("/healthz", "Ask whether the server answers", m.Alive)
