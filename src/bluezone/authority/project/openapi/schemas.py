"""Write JSON schemas (2020-12) with few words."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def text(description: str = "", **more: Any) -> Schema:
    return _described({"type": "string"} | more, description)


def whole(description: str = "", **more: Any) -> Schema:
    return _described({"type": "integer"} | more, description)


def flag(description: str = "") -> Schema:
    return _described({"type": "boolean"}, description)


def many(items: Schema, description: str = "", **more: Any) -> Schema:
    return _described({"type": "array", "items": items} | more, description)


def one_of(*words: str) -> Schema:
    return {"type": "string", "enum": list(words)}


def base64(size: int) -> Schema:
    """Return the schema of base64 of so many bytes."""
    return text(f"base64 of {size} bytes", contentEncoding="base64")


def record(needed: str = "", /, *, closed: bool = False, **fields: Schema) -> Schema:
    """Return the schema of an object; `needed` names the fields that must be there. `closed`: no others may be."""
    schema: Schema = {"type": "object", "properties": fields}
    if needed:
        schema["required"] = needed.split()
    return schema | ({"additionalProperties": False} if closed else {})


def _described(schema: Schema, description: str) -> Schema:
    return schema | ({"description": description} if description else {})


PADDING = text("random; ignored")
DATE = text("YYYY-MM-DD", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
