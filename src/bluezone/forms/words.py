"""Say what forms say besides their own texts, in each language: faults, buttons, names of countries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from bluezone.i18n.countries import country_names

#: the languages in which every text of a form is written; the first stands in for a language that has none
LANGUAGES = ("vi", "en", "ko")


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = _data("words.json")
    return found


def countries(language: str = LANGUAGES[0]) -> Mapping[str, str]:
    """Return the names of countries in a language by their code (ISO 3166-1)."""
    return country_names(language_of(language))


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


@lru_cache(maxsize=len(LANGUAGES))
def plain(language: str) -> MappingProxyType[str, str]:
    """Return the words of a page in a language by name: those without places."""
    found = {name: texts[language_of(language)] for name, texts in _words().items() if "{" not in texts["en"]}
    return MappingProxyType(found)
