"""Change a form's document in one place, to try what is refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from bluezone.forms import shipped

Document = dict[str, Any]


def document(name: str = "population") -> Document:
    """Return the document of a form that ships, to be changed."""
    found: Document = json.loads(shipped.document(name))
    return found


def changed(change: Callable[[Document], object], name: str = "population") -> str:
    """Return the document of a form after a change, as JSON."""
    found = copy.deepcopy(document(name))
    change(found)
    return json.dumps(found, ensure_ascii=False)


def field(found: Document, name: str) -> dict[str, Any]:
    """Return a field of a document."""
    return next(each for section in found["sections"] for each in section["fields"] if each["name"] == name)
