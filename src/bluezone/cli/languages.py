"""Read the option `--language`."""

from __future__ import annotations

import os
from collections.abc import Mapping

import click

from bluezone.i18n import LANGUAGES, Language


class LanguageName(click.Choice[str]):
    """Take the code of a language. Gives a `Language`."""

    def __init__(self) -> None:
        super().__init__(LANGUAGES)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Language:
        return Language(super().convert(value, param, ctx))


def own_language(environment: Mapping[str, str] | None = None) -> Language:
    """Return the language of whoever calls: Vietnamese where the machine's own is (LC_ALL, LC_MESSAGES, LANG), else
    English."""
    given = os.environ if environment is None else environment
    locale = next((given[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if given.get(name)), "")
    return Language.VIETNAMESE if locale.lower().startswith("vi") else Language.ENGLISH
