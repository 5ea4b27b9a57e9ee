"""Name the languages that every text exists in."""

from __future__ import annotations

import enum


class Language(enum.StrEnum):
    """Name a language by its code; the first one is the default."""

    VIETNAMESE = "vi"
    ENGLISH = "en"


#: the codes, for options and settings
LANGUAGES = tuple(language.value for language in Language)
