"""Hold the catalogue of the rehearsal's page, in the town's time zone."""

from __future__ import annotations

from bluezone.i18n import Catalogue, Language, Translator
from bluezone.town.clock import TIME_ZONE

_TEXTS = Catalogue("bluezone.town.show", "town")


def translator(language: Language) -> Translator:
    """Return the page's translator. Raises I18nError where the catalogue is not compiled."""
    return _TEXTS.translator(language, TIME_ZONE)
