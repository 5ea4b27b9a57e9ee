"""Describe the API of phones: every address that is no page, no officer's and no health office's."""

from __future__ import annotations

from typing import Any

from bluezone.authority.project.openapi.documents import DOCUMENTS
from bluezone.authority.project.openapi.operations import Operation, described
from bluezone.authority.project.openapi.publishing import KEYS, VERIFICATION
from bluezone.authority.project.openapi.reports import COUNTING, NUMBERS, REPORTS
from bluezone.authority.project.openapi.schemas import flag, many, one_of, record, text

_READINESS = record("status parts", status=one_of("ready", "failing"), parts=record())

LINKS = (
    Operation(
        "get",
        "/v",
        "Follow a link with a code: open the app, or show the code on a page",
        {200: None, 303: None},
        media_type="text/html",
        parameters={"c": "the code"},
    ),
    Operation(
        "get",
        "/.well-known/assetlinks.json",
        "Fetch what binds Android apps to the links",
        {200: many(record("relation target")), 404: record("error", error=text())},
    ),
    Operation(
        "get",
        "/.well-known/apple-app-site-association",
        "Fetch what binds iOS apps to the links",
        {200: record("applinks"), 404: record("error", error=text())},
    ),
    Operation(
        "get",
        "/health",
        "Ask whether the server answers; with `service=database` whether its database does, too",
        {200: record("status maintenance_mode", status=one_of("ok"), maintenance_mode=flag())},
        parameters={"service": "database"},
    ),
    Operation(
        "get",
        "/readyz",
        "Ask whether the server can serve, part by part; 503 where one fails",
        {
            200: _READINESS,
            400: record("error", error=text()),
            503: _READINESS,
        },
        parameters={"part": "database"},
    ),
    Operation("get", "/healthz", "Ask whether the server answers", {200: record("status", status=one_of("ok"))}),
)

OPERATIONS = (*VERIFICATION, *KEYS, *COUNTING, *NUMBERS, *DOCUMENTS, *REPORTS, *LINKS)


def document() -> dict[str, Any]:
    """Return the OpenAPI document."""
    paths: dict[str, dict[str, Any]] = {}
    for each in OPERATIONS:
        paths.setdefault(each.path, {})[each.method] = described(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Bluezone device API",
            "version": "1",
            "description": (
                "What phones ask. `/api/` and `/v1/publish` are field for field the reference servers'; their answers "
                "are padded to whole blocks of 4 KiB. With the header `X-Chaff` a request is a decoy: the same work, "
                "an answer of the same size, no effect."
            ),
        },
        "paths": paths,
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}}},
    }
