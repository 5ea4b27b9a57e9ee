"""List the symptoms that packages share, by code, with a text in each language of the forms (`data/symptoms.json`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from bluezone.disease.package import Symptom


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Symptom]:
    """Return every shared symptom by its code. A package says which of them it has, and which are danger signs."""
    text = resources.files("bluezone.disease").joinpath("data/symptoms.json").read_text("utf-8")
    return MappingProxyType({code: Symptom(code, MappingProxyType(label)) for code, label in json.loads(text).items()})
