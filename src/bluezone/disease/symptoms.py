"""List the symptoms by code, in the order in which they are asked (`symptoms.json`): danger signs first.

A text stands there in each language of the forms, for forms are read in Korean, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Symptom:
    """Describe a symptom: its code, its text by language (`vi`, `en`, `ko`), and whether it needs help at once."""

    code: str
    label: Mapping[str, str]
    is_danger: bool = False


@lru_cache(maxsize=1)
def symptoms() -> Mapping[str, Symptom]:
    """Return every symptom by its code."""
    text = resources.files("bluezone.disease").joinpath("symptoms.json").read_text("utf-8")
    found = [Symptom(row["code"], MappingProxyType(row["label"]), row["danger"]) for row in json.loads(text)]
    return MappingProxyType({each.code: each for each in found})


def danger_signs() -> frozenset[str]:
    """Return the codes of the symptoms with which somebody is to call for help now."""
    return frozenset(code for code, each in symptoms().items() if each.is_danger)


def listed(codes: Iterable[str], language: str) -> str:
    """Return symptoms as one text ("Fever, cough"), in the order of the list. Raises KeyError for an unknown code."""
    wanted = [symptoms()[code].code for code in codes]
    texts = [each.label[language] for code, each in symptoms().items() if code in wanted]
    return ", ".join(texts).capitalize()
