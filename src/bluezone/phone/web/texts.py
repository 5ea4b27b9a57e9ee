"""Open the catalogue of the screens."""

from __future__ import annotations

from datetime import tzinfo

from bluezone.i18n import NAMES, Catalogue, Language, Translator

_TEXTS = Catalogue("bluezone.phone.web", "phone")


def translator(code: str, zone: tzinfo) -> Translator:
    """Return the translator of a language's code, with days of the owner's zone; of Vietnamese, where no texts of that
    language are there. Raises I18nError where its catalogue is not compiled."""
    language = Language(code)
    return _TEXTS.translator(language if _TEXTS.speaks(language) else Language.VIETNAMESE, zone)


def offered() -> dict[str, str]:
    """Return the languages an owner can choose, name by code: those whose texts are there."""
    return {language.value: name for language, name in NAMES.items() if _TEXTS.speaks(language)}
