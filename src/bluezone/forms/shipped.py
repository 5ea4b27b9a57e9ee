"""Give the five forms that ship with the project, read from package data."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from bluezone.forms.definition import Form
from bluezone.forms.reading import read_form

#: in the order in which they are offered
NAMES = ("population", "movement", "entry", "follow-up", "suspected-case")


#: by which people in isolation and under follow-up say each day how they are
DAILY = "follow-up"


def document(name: str) -> str:
    """Return the JSON document of a form that ships."""
    return resources.files("bluezone.forms").joinpath(f"data/{name}.form.json").read_text("utf-8")


@lru_cache(maxsize=1)
def forms() -> tuple[Form, ...]:
    """Return the forms that ship."""
    return tuple(read_form(document(name)) for name in NAMES)
