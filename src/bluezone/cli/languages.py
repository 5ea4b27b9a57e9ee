"""Read the option `--language`."""

from __future__ import annotations

import click

from bluezone.i18n import LANGUAGES, Language


class LanguageName(click.Choice[str]):
    """Take the code of a language. Gives a `Language`."""

    def __init__(self) -> None:
        super().__init__(LANGUAGES)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Language:
        return Language(super().convert(value, param, ctx))
