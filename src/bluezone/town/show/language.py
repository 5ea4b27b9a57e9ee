"""The page's two languages: the phone's way of writing numbers and times, with the town's own texts."""

from __future__ import annotations

import gettext
from functools import lru_cache
from pathlib import Path

from bluezone.phone.web.language import Language
from bluezone.town.errors import TownError
from bluezone.town.run import TIME_ZONE

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "town"
LANGUAGES = ("vi", "en")


@lru_cache
def language_named(code: str) -> Language:
    """Raises TownError where the catalogue is not compiled."""
    if code == "en":
        return Language(code, gettext.NullTranslations(), TIME_ZONE)
    try:
        return Language(code, gettext.translation(DOMAIN, LOCALE, [code]), TIME_ZONE)
    except FileNotFoundError as error:
        raise TownError(
            f"the texts in {code!r} are not compiled: install the package anew, or run `make messages-update`"
        ) from error
