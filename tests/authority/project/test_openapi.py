"""The descriptions of the APIs, held to what the server does: every address, every method, requests and answers."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from jsonschema import Draft202012Validator
from tests.exchange.test_fhir import bundle
from tests.exchange.test_laboratory import HEAD, ROW, message
from tests.forms.samples import GIVEN, VIET_NAM

from bluezone.authority.episodes.stays import services
from bluezone.authority.episodes.stays.services import Entry, Spot
from bluezone.authority.episodes.words import Role
from bluezone.authority.officers import api_keys, tokens
from bluezone.authority.officers.models import ApiKey, User
from bluezone.forms import shipped
from bluezone.forms.answers import Edge, read_answers
from bluezone.protocol import warned
from bluezone.protocol.health_declarations import HealthDeclaration
from bluezone.protocol.heard import LIST_BYTES
from bluezone.protocol.installations import Activity, Registration
from bluezone.protocol.messages import CertificateRequest, PublishRequest, VerifyRequest
from bluezone.protocol.one_time_codes import draw_long
from bluezone.protocol.phone_numbers import CodeRequest, Confirmation, Forgetting
from bluezone.protocol.reports import Certainty, ExposureReport, HeardUpload, TakeBack, Withdrawal
from bluezone.protocol.shared_check_ins import CheckInUpload, SharedCheckIn
from bluezone.protocol.user_reports import UserReportRequest
from bluezone.protocol.verification import tek_mac

NAMES = ("device", "admin", "officer")
#: what people open in a browser, and the descriptions themselves
PAGES = re.compile(
    r"^/($|officer/(?!api/)|rollout/|tracing/|install/|p/|door/|declare/|i$|my-data$|about(/emblem)?$|privacy$|status$|letter/|places/|language/|openapi/|static/)"
)
CHECK_IN = SharedCheckIn(bytes(32), 1_597_708_800, 1_597_712_400)
EXAMPLES = {"number": "1", "hour": "443888", "name": "452/index.txt", "area": "34-92", "kind": "news"}
METHODS = ("get", "post", "put", "patch", "delete")
_NAMED = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?(\w+)>")


@pytest.fixture
def documents(db, client) -> dict[str, Any]:
    return {name: client.get(f"/openapi/{name}.json").json() for name in NAMES}


def patterns(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Yield the paths of the urlconf in OpenAPI's form, `/v1/documents/{kind}/{region}.json`."""
    for each in resolver.url_patterns:
        path = before + str(each.pattern).lstrip("^")
        if isinstance(each, URLResolver):
            yield from patterns(each, path)
        elif isinstance(each, URLPattern):
            yield _NAMED.sub(lambda found: f"{{{found[1] or found[2]}}}", path).rstrip("$").replace("\\", "")


def expanded(path: str) -> list[str]:
    """Write an optional group of a pattern as two paths."""
    found = re.search(r"\(\?:(.*?)\)\?", path)
    return [path] if not found else [path.replace(found[0], ""), path.replace(found[0], found[1])]


def described(documents: dict[str, Any]) -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for document in documents.values():
        for path, operations in document["paths"].items():
            assert path not in paths, f"{path} is described twice"
            paths[path] = operations
    return paths


def test_every_address_for_machines_is_described_and_nothing_else(documents):
    there = {
        path
        for pattern in patterns(get_resolver())
        for path in expanded(pattern)
        if not PAGES.match(path) and path not in {"/api/", "/officer/api/"}  # (ninja's own roots, which answer 404)
    }
    assert there == set(described(documents))


def test_every_method_is_described_and_no_other_is_allowed(documents, client, environment):
    environment()
    for path, operations in described(documents).items():
        address = re.sub(r"\{(\w+)\}", lambda found: EXAMPLES.get(found[1], "452"), path)
        for method in METHODS:
            status = getattr(client, method)(address).status_code
            assert (status != 405) == (method in operations), f"{method} {path}: {status}"


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_openapi_with_sound_schemas(documents, name):
    document = documents[name]
    assert document["openapi"].startswith("3.1")
    identifiers = []
    for operations in document["paths"].values():
        for operation in operations.values():
            identifiers.append(operation["operationId"])
            assert operation["summary"]
            for schema in schemas(operation):
                Draft202012Validator.check_schema(schema)
    assert len(identifiers) == len(set(identifiers))


def schemas(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in (operation.get("requestBody"), *operation["responses"].values()):
        for content in (part or {}).get("content", {}).values():
            if "schema" in content:
                yield content["schema"]


# --- a conversation with each API, held to its description ------------------------------------------------------------


class Listener:
    """Sends requests, and holds each with its answer to the description."""

    def __init__(self, client: Any, documents: dict[str, Any]) -> None:
        self._client, self._documents, self.heard = client, documents, set[tuple[str, str, int]]()

    def ask(
        self, method: str, path: str, body: bytes | dict[str, Any] | None = None, at: str = "", **headers: str
    ) -> Any:
        """Ask at `path`; `at` is its form with names in it."""
        at = at or path.partition("?")[0]
        name = next(name for name in NAMES if at in self._documents[name]["paths"])
        operation = self._documents[name]["paths"][at][method]
        sent = json.dumps(body).encode() if isinstance(body, dict) else body
        arguments = {} if sent is None else {"data": sent, "content_type": "application/json"}
        answer = getattr(self._client, method)(path, headers=headers, **arguments)
        told = operation["responses"].get(str(answer.status_code))
        assert told is not None, f"{method} {at}: {answer.status_code} is not described: {answer.content[:200]}"
        if sent is not None and answer.status_code < 400:
            content = operation["requestBody"]["content"]
            if "application/json" in content:
                self._hold(name, content["application/json"]["schema"], json.loads(sent))
        for media_type, content in told.get("content", {}).items():
            if answer.headers["Content-Type"].startswith("application/json") and content.get("schema"):
                assert media_type == "application/json"
                self._hold(name, content["schema"], answer.json())
        self.heard.add((at, method, answer.status_code))
        return answer

    def _hold(self, name: str, schema: dict[str, Any], value: Any) -> None:
        whole = schema | {"components": self._documents[name].get("components", {})}
        Draft202012Validator(whole).validate(value)


@pytest.fixture
def listener(documents, client, phone, environment, monkeypatch) -> Listener:
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr("bluezone.authority.messages.views.sender", lambda: lambda *m: sent.append(m))
    environment(
        user_reports=True,
        sms="file",
        android_apps=("vn.example=" + ":".join(["0A"] * 32),),
        ios_apps=("ABCDE12345.vn.example",),
    )
    made = Listener(client, documents)
    made.sent = sent  # type: ignore[attr-defined]
    return made


def stay_code(now: dt.datetime) -> str:
    """The code of somebody at home in isolation."""
    officer = User.objects.create(username="commune", role="commune", place="/63:93/63:930/63:31318/")
    entry = Entry(Spot(officer.place, address="12"), Role.F1, now.date())
    return services.enter(entry, officer, now).episode.link_code


def test_phones_and_servers_speak_as_described(listener, phone, issue, documents):
    hear = listener.ask
    keys = phone.keys()
    token = hear("post", "/api/verify", VerifyRequest(issue(), ("confirmed",)).to_json("x")).json()["token"]
    hear("post", "/api/verify", VerifyRequest("12345678").to_json())
    hear("post", "/api/verify", b"{")
    mac = tek_mac(keys, phone.hmac_key)
    certificate = hear("post", "/api/certificate", CertificateRequest(token, mac).to_json()).json()["certificate"]
    hear("post", "/api/certificate", CertificateRequest("?", mac).to_json())
    upload = PublishRequest(tuple(keys), "x", certificate, phone.hmac_key)
    published = hear("post", "/v1/publish", upload.to_json()).json()
    hear("post", "/v1/publish", PublishRequest(tuple(keys), "x", "?", phone.hmac_key).to_json())
    hear("post", "/v1/stats", b"{}")
    report = UserReportRequest(phone="+84912345678", nonce=bytes(256), test_date=phone.clock.now.date())
    hear("post", "/api/user-report", report.to_json())
    hear("post", "/api/user-report", b"{}")
    hear("get", "/v1/services.json")
    hear("get", "/jwks/")
    hear("get", "/jwks/452", at="/jwks/{region}")
    hear("get", "/jwks/1", at="/jwks/{region}")
    hear("get", "/exports/452/index.txt", at="/exports/{name}")
    installation = Registration(bytes(16), "android", "1.0", "63:31318")
    hear("post", "/v1/installations", installation.to_json())
    hear("post", "/v1/activity", Activity(bytes(16)).to_json())
    hear("post", "/v1/activity", Activity(b"1" * 16).to_json())
    number = CodeRequest(request=bytes(16), number="+84912345678")
    hear("post", "/v1/phone-number/code", number.to_json())
    code = re.search(r"\d{6}", listener.sent[-1][1])[0]
    receipt = hear("post", "/v1/phone-number/confirm", Confirmation(request=bytes(16), code=code).to_json())
    hear("post", "/v1/phone-number/confirm", b"{}")
    report = ExposureReport(
        report=bytes(16),
        receipt=receipt.json()["receipt"],
        commune="34:31471",
        day=phone.clock.now.date(),
        keys=(keys[0].key,),
        quarters=1,
        near_minutes=None,
        certainty=Certainty.CANNOT_TELL,
        policy="bluezone",
        policy_version="3",
    )
    hear("post", "/v1/exposure-reports", report.to_json("x"))
    hear("post", "/v1/exposure-reports", b"{}")
    hear("post", "/v1/exposure-reports/take-back", TakeBack(bytes(16)).to_json("x"))
    hear("post", "/v1/exposure-reports/take-back", b"{}")
    today, well = phone.clock.now.date(), {"main_signs": ("none",), "signs": ("none",)}
    daily = {"version": 1, "form": "follow-up", "day": today, "answers": well}
    for number, link in enumerate((stay_code(phone.clock.now), draw_long(16, lambda n: n - 1))):
        hear(
            "post",
            "/v1/declarations",
            HealthDeclaration(declaration=bytes([number] * 16), link=link, **daily).to_json(),
        )
    answers = read_answers(shipped.forms()[0], GIVEN, Edge(today, VIET_NAM.telephone)).answers
    by_form = {"declaration": b"2" * 16, "version": 1, "day": today, "answers": answers}
    hear("post", "/v1/declarations", HealthDeclaration(form="population", **by_form).to_json("x"))
    hear("post", "/v1/declarations", HealthDeclaration(form="nothing", **by_form).to_json("x"))
    hear("post", "/v1/declarations", b"{}")
    hear("post", "/v1/heard", HeardUpload(published["revisionToken"], bytes(LIST_BYTES)).to_json("x"))
    hear("post", "/v1/heard", HeardUpload("?", bytes(LIST_BYTES)).to_json("x"))
    hear("post", "/v1/check-ins", CheckInUpload(published["revisionToken"], (CHECK_IN,)).to_json("x"))
    hear("post", "/v1/check-ins", CheckInUpload("?", (CHECK_IN,)).to_json("x"))
    hear("post", "/v1/check-ins", b"{}")
    week = warned.monday_of(phone.clock.now.date())
    for each in (week - warned.WEEK, week):
        hear("post", "/v1/warned", warned.WarnedAnswer(bytes(16), each, True).to_json("x"))
    hear("post", "/v1/warned", b"{}")
    hear("post", "/v1/withdraw", Withdrawal(published["revisionToken"]).to_json("x"))
    hear("post", "/v1/withdraw", Withdrawal("?").to_json("x"))
    hear("post", "/v1/withdraw", b"{}")
    hear("post", "/v1/phone-number/forget", Forgetting(receipt=receipt.json()["receipt"]).to_json())
    for kind in ("news", "policy"):
        hear("get", f"/v1/documents/{kind}/452.json", at="/v1/documents/{kind}/{region}.json")
    hear("get", "/v1/documents/news/452/34-92.json", at="/v1/documents/{kind}/{region}/{area}.json")
    hear("get", "/v1/passes/452/keys.json", at="/v1/passes/{region}/keys.json")
    hear("get", "/exports/452/places/index.txt", at="/exports/{region}/places/index.txt")
    hear("get", "/exports/452/places/443888.zip", at="/exports/{region}/places/{hour}.zip")
    hear("get", "/v?c=12345678")
    for path in (
        "/.well-known/assetlinks.json",
        "/.well-known/apple-app-site-association",
        "/health",
        "/healthz",
        "/readyz",
    ):
        hear("get", path)
    asked = {(path, method) for path, method, _ in listener.heard}
    paths = documents["device"]["paths"]
    assert asked == {(path, method) for path, operations in paths.items() for method in operations}


def test_machines_of_health_offices_speak_as_described(listener, phone, documents):
    User.objects.create_user("lan", role="ministry", place="/", may_confirm=True)
    admin, key = api_keys.make(ApiKey.Role.ADMIN, "/", "laboratory", None, phone.clock.now)
    reader, _ = api_keys.make(ApiKey.Role.STATISTICS, "/", "ministry", None, phone.clock.now)
    one = {"testType": "confirmed", "symptomDate": "2020-08-16", "externalIssuerID": "ward 3"}

    def hear(path: str, body: dict[str, Any], secret: str = admin) -> Any:
        return listener.ask("post", f"/api/{path}", body, **{"X-API-Key": secret})

    handle = hear("issue", one).json()["uuid"]
    hear("issue", one | {"testType": "?"})
    hear("issue", one, "wrong")
    hear("batch-issue", {"codes": [one, one, {}]})
    hear("batch-issue", {"codes": [one]})
    for path in ("checkcodestatus", "expirecode"):
        hear(path, {"uuid": handle})
        hear(path, {"uuid": "8f5c1a52-0a3b-4f5e-9d29-3a3f6f0c9c11"})
    officer = User.objects.get(username="lan")
    for at in [path for path in documents["admin"]["paths"] if "/stats/" in path]:
        number = key.pk if "api-keys" in at else officer.pk
        path = at.replace("{number}", str(number))
        assert listener.ask("get", path, at=at, **{"X-API-Key": reader}).status_code == 200
        assert listener.ask("get", path, at=at, **{"X-API-Key": admin}).status_code == 401
    asked = {(path, method) for path, method, status in listener.heard if status < 400}
    paths = documents["admin"]["paths"]
    assert asked == {(path, method) for path, operations in paths.items() for method in operations}


def test_machines_of_officers_speak_as_described(listener, phone, documents):
    officer = User.objects.create_user("lan", role="ministry", place="/", may_confirm=True)
    bearer = {"Authorization": f"Bearer {tokens.issue(officer, phone.clock.now)[0]}"}
    path = "/officer/api/cases"
    assert (
        listener.ask("post", path, {"report_type": "confirmed", "test_date": "2020-08-18"}, **bearer).status_code == 201
    )
    assert listener.ask("post", path, {"report_type": "?"}, **bearer).status_code == 400
    assert listener.ask("post", path, {}).status_code == 401
    laboratory = User.objects.create_user("CDC", role="lab", place="/63:93/", may_confirm=True)
    theirs = {"Authorization": f"Bearer {tokens.issue(laboratory, phone.clock.now)[0]}"}
    results, body = "/officer/api/results", {"external_id": "X-1", "result": "positive", "sampled_on": "2020-08-17"}
    assert listener.ask("post", results, body | {"reported_on": "2020-08-18"}, **theirs).status_code == 200
    assert listener.ask("post", results, body, **theirs).status_code == 400
    assert listener.ask("post", results, body, **bearer).status_code == 401
    for name, taken, refused in (
        ("fhir", bundle().encode(), 422),
        ("hl7", message(), 400),
        ("csv", f"{HEAD}\n{ROW}".encode(), 400),
    ):
        assert listener.ask("post", f"{results}/{name}", taken, **theirs).status_code == 200
        assert listener.ask("post", f"{results}/{name}", b"?", **theirs).status_code == refused
        assert listener.ask("post", f"{results}/{name}", taken, **bearer).status_code == 401
    asked = {(each, method) for each, method, _status in listener.heard}
    assert asked == {
        (path, method) for path, operations in documents["officer"]["paths"].items() for method in operations
    }
