"""Write the JSON Schema of the answers to a form, and give that of forms themselves (JSON Schema, draft 2020-12)."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import Any

from bluezone.forms.definition import Field, Form, Kind
from bluezone.forms.words import countries

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PATTERNS = {
    Kind.YEAR: "^(19|20)[0-9]{2}$",
    Kind.DATE: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    Kind.NUMBER: "^[0-9]{1,4}\\.[0-9]$",
    Kind.TELEPHONE: "^\\+[1-9][0-9]{7,14}$",
    Kind.DOCUMENT: "^[0-9A-Z]{6,20}$",
    Kind.COMMUNE: "^(63|34):[0-9]{5}$",
}


@lru_cache(maxsize=1)
def form_schema() -> str:
    """Return the JSON Schema of a form's document."""
    return resources.files("bluezone.forms").joinpath("data/form.schema.json").read_text("utf-8")


def form_schema_document() -> Any:
    """Return the JSON Schema of a form's document as an object."""
    return json.loads(form_schema())


def answers_schema(form: Form) -> dict[str, Any]:
    """Return the JSON Schema of answers as they are stored. It requires nothing that is asked on a condition."""
    required = [field.name for field in form.fields if field.required and field.when is None]
    return {
        "$schema": DIALECT,
        "title": f"answers to {form.form}, version {form.version}",
        "type": "object",
        "properties": {field.name: _property(field) for field in form.fields},
        "required": required,
        "additionalProperties": False,
    }


def _property(field: Field) -> dict[str, Any]:
    if field.kind is Kind.CHOICES:
        values = [option.value for option in field.options]
        return {"type": "array", "items": {"enum": values}, "uniqueItems": True, "minItems": 1}
    if field.options:
        return {"enum": [option.value for option in field.options]}
    if field.kind is Kind.COUNTRY:
        return {"enum": sorted(countries())}
    found: dict[str, Any] = {"type": "string", "minLength": 1}
    if field.kind in _PATTERNS:
        found["pattern"] = _PATTERNS[field.kind]
    if field.kind is Kind.EMAIL:
        found |= {"format": "email", "maxLength": 120}
    if field.kind in {Kind.NAME, Kind.TEXT}:
        found["maxLength"] = field.most
    return found
