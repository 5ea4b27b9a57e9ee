"""Describe an operation of the API, and write it as OpenAPI does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bluezone.authority.project.openapi.schemas import PADDING, Schema, one_of, record, text

_JSON = "application/json"
#: a signed document
SIGNED = record("", closed=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """Describe what can be asked at an address. `answers`: status -> schema; None where it is no JSON."""

    method: str
    path: str
    summary: str
    answers: Mapping[int, Schema | None]
    request: Schema | None = None
    media_type: str = _JSON
    #: names in the path or the query, with what they are
    parameters: Mapping[str, str] = field(default_factory=dict)
    needs_key: bool = False


def errors(codes: type, *statuses: int, name: str = "code") -> dict[int, Schema | None]:
    """Return the answers that refuse, whose `name` is one of the API's words."""
    words = [str(each) for each in codes]  # type: ignore[attr-defined]
    known = sorted({*words, "unauthorized", "too_many_requests"})
    fields: dict[str, Schema] = {"error": text("a sentence"), name: one_of(*known), "padding": PADDING}
    refused = {"type": "object", "properties": fields, "required": ["error", name]}
    return dict.fromkeys((*statuses, 401, 405, 413, 429, 500), refused)


def described(operation: Operation) -> dict[str, Any]:
    """Return what OpenAPI says of it at its path and method."""
    found: dict[str, Any] = {
        "summary": operation.summary,
        "operationId": _identifier(operation),
        "responses": {
            str(status): {"description": "yes" if status < 400 else "no"}
            | ({"content": {operation.media_type: {"schema": schema}}} if schema is not None else {})
            for status, schema in sorted(operation.answers.items())
        },
    }
    if operation.needs_key:
        found["security"] = [{"key": []}, {}]  # none where no key was made
    if operation.request is not None:
        found["requestBody"] = {"required": True, "content": {_JSON: {"schema": operation.request}}}
    if operation.parameters:
        found["parameters"] = [
            {
                "name": name,
                "in": "path" if f"{{{name}}}" in operation.path else "query",
                "required": f"{{{name}}}" in operation.path,
                "schema": {"type": "string"},
                "example": example,
            }
            for name, example in operation.parameters.items()
        ]
    return found


def _identifier(operation: Operation) -> str:
    words = "".join(sign if sign.isalnum() else " " for sign in operation.path).split()
    return "_".join([operation.method, *words])
