"""Say what forms say besides their own texts, in each language: faults, buttons, names of countries."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

#: the languages in which every text of a form is written; the first stands in for a language that has none
LANGUAGES = ("vi", "en", "ko")


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = _data("words.json")
    return found


@lru_cache(maxsize=1)
def countries() -> MappingProxyType[str, dict[str, str]]:
    """Return the names of countries in each language by their code (ISO 3166-1; names of Unicode's CLDR)."""
    found: dict[str, dict[str, str]] = _data("countries.json")
    return MappingProxyType(found)


def _data(name: str) -> dict[str, dict[str, str]]:
    text = resources.files("bluezone.forms").joinpath(f"data/{name}").read_text("utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)
    return found


def language_of(text: str) -> str:
    """Return the language in which a form is shown to who reads `text`: `en` for `en-GB`, the first for others."""
    short = text[:2].lower()
    return short if short in LANGUAGES else LANGUAGES[0]


def say(language: str, word: str, /, **values: object) -> str:
    """Return a word's text in a language, with its places filled."""
    return _words()[word][language_of(language)].format(**values)


def names() -> tuple[str, ...]:
    """Return the names of all words."""
    return tuple(_words())
