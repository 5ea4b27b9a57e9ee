"""Give the five forms that ship with the project, for a disease: package data, with places for what differs.

In a list `<declaration>` stands for the symptoms that a package asks there, `<urgent_declaration>` for those of them
that are danger signs; a text holds `{disease}`, `{fever_c}`, `{oxygen_least}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any

from bluezone.disease.package import FORM_LANGUAGES, Disease
from bluezone.disease.shipped import shipped
from bluezone.disease.symptoms import catalogue
from bluezone.forms.definition import Form
from bluezone.forms.reading import read_form

#: in the order in which they are offered
NAMES = ("population", "movement", "entry", "follow-up", "suspected-case")


#: by which people in isolation and under follow-up say each day how they are
DAILY = "follow-up"
#: a list of options: an object each, not a code alone as in a condition
_OPTIONS = "options"


@lru_cache(maxsize=16)
def document(name: str, disease: Disease | None = None) -> str:
    """Return the JSON document of a form that ships; of the disease that is the default where none is given."""
    disease = disease or shipped()
    text = resources.files("bluezone.forms").joinpath(f"data/{name}.form.json").read_text("utf-8")
    return json.dumps(_filled(json.loads(text), _places(disease), disease, ""), ensure_ascii=False, indent=1)


@lru_cache(maxsize=4)
def forms(disease: Disease | None = None) -> tuple[Form, ...]:
    """Return the forms that ship; of the disease that is the default where none is given."""
    return tuple(read_form(document(name, disease)) for name in NAMES)


def _places(disease: Disease) -> Mapping[str, Any]:
    signs = disease.signs
    urgent = {f"urgent_{name}": [code for code in asked if code in signs.danger] for name, asked in signs.asked.items()}
    return {**signs.asked, **urgent, "fever_c": str(signs.fever_c), "oxygen_least": str(signs.oxygen_least)}


def _filled(part: Any, places: Mapping[str, Any], disease: Disease, key: str) -> Any:
    if isinstance(part, dict):
        return {name: _filled(each, places, disease, name) for name, each in part.items()}
    if isinstance(part, list):
        found: list[Any] = []
        for each in part:
            if isinstance(each, str) and each.startswith("<"):
                codes = places[each.strip("<>")]
                found += [_option(code, disease) for code in codes] if key == _OPTIONS else codes
            else:
                found.append(_filled(each, places, disease, key))
        return found
    if isinstance(part, str) and part.startswith("<"):
        return places[part.strip("<>")]
    if isinstance(part, str) and key in FORM_LANGUAGES:
        fever = places["fever_c"].replace(".", "," if key == "vi" else ".")
        texts = {"disease": disease.name(key), "fever_c": fever, "oxygen_least": places["oxygen_least"]}
        for name, text in texts.items():
            part = part.replace("{" + name + "}", text)
    return part


def _option(code: str, disease: Disease) -> Mapping[str, Any]:
    """Return a symptom to choose; with its text only where others cannot know it."""
    return (
        {"value": code} if code in catalogue() else {"value": code, "label": dict(disease.signs.symptoms[code].label)}
    )
