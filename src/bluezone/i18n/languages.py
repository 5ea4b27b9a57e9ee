"""Name the languages of texts, and which of them are complete."""

from __future__ import annotations

import enum


class Language(enum.StrEnum):
    """Name a language by its code; the first one is the default."""

    VIETNAMESE = "vi"
    ENGLISH = "en"
    KHMER = "km"


#: the codes of those that every text exists in, for options and settings
LANGUAGES = (Language.VIETNAMESE.value, Language.ENGLISH.value)
#: what speakers call a language; where it is not one of `LANGUAGES`, texts that it lacks are Vietnamese
NAMES = {Language.VIETNAMESE: "Tiếng Việt", Language.ENGLISH: "English", Language.KHMER: "ភាសាខ្មែរ"}
