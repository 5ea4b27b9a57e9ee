"""List every address of the authority, who visits it, and what stands in for its parameters; tests of all share it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

TABLE = Path(__file__).with_name("addresses.txt")
#: in the order of the table's columns; name: role, place, right to confirm
VISITORS = {
    "nobody": None,
    "cases": ("", "", True),
    "ministry": ("ministry", "/", False),
    "health": ("province", "/63:93/", True),
    "province": ("province", "/63:93/", False),
    "district": ("district", "/63:93/63:930/", False),
    "commune": ("commune", "", False),
    "office": ("department", "", False),
    "head": ("unit-head", "", False),
    "neighbour": ("province", "/63:92/", True),
    "guard": ("checkpoint", "", False),
}
#: the columns after them: machines with an API key of a role
KEYS = ("device", "admin", "statistics")
#: may read health data without confirming cases
READERS = ("commune",)
_PARAMETER = re.compile(r"<(?:(\w+):)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>([^)]*)\)")
_OPTIONAL = re.compile(r"\(\?:.*\)\?")


def addresses(resolver: Any = None, before: str = "") -> Iterator[str]:
    """The routes of the urlconf, as Django writes them."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each, before + str(each.pattern))
        else:
            assert isinstance(each, URLPattern)
            yield before + str(each.pattern)


def table() -> dict[str, str]:
    """The expected letters of each route."""
    lines = [line for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    found = dict(reversed(line.split(" /", 1)) for line in lines)
    assert len(found) == len(lines), "an address stands in the table twice"
    return found


def path_of(route: str, things: dict[str, str]) -> str:
    """A route with its parameters filled in."""

    def value(match: re.Match[str]) -> str:
        kind, name = match[1], match[2]
        if name in ("key", "upload_id"):
            if kind == "uuid":
                return str(uuid.UUID(int=1))
            return things["sector"] if kind == "slug" else things["directive"]
        if name == "kind" and kind == "slug":
            return "call"
        if name == "code":
            if route.startswith("language/"):
                return "en"
            if route.startswith("officer/isolation"):
                return things["isolation site"]
            of_school = route.startswith(
                (
                    "officer/units",
                    "officer/doors",
                    "officer/places",
                    "officer/outreach",
                    "officer/quarantine",
                    "install",
                    "p/",
                )
            )
            return things["school"] if of_school or "organisations" in route else "63:93"
        return things["statistics id" if "api-keys" in route else "officer_id" if "realm/users" in route else name]

    plain = (
        _GROUP.sub(
            lambda match: {"region": things["region"], "kind": "news"}.get(match[1], match[2].split("|")[0]),
            _OPTIONAL.sub("", route),
        )
        .replace("^", "")
        .replace("\\", "")
        .replace("$", "")
    )
    return "/" + _PARAMETER.sub(value, plain)
