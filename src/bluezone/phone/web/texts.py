"""Open the catalogue of the screens."""

from __future__ import annotations

from datetime import tzinfo

from bluezone.i18n import Catalogue, Language, Translator

_TEXTS = Catalogue("bluezone.phone.web", "phone")


def translator(code: str, zone: tzinfo) -> Translator:
    """Return the translator of a language's code, with days of the owner's zone. Raises I18nError where its catalogue
    is not compiled."""
    return _TEXTS.translator(Language(code), zone)
