"""Open the compiled gettext catalogues that the rooms keep beside their code."""

from __future__ import annotations

import datetime as dt
import functools
import gettext
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable

from bluezone.i18n.errors import I18nError
from bluezone.i18n.languages import LANGUAGES, Language
from bluezone.i18n.translator import Translator


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Name a package's translations: `locale/vi/LC_MESSAGES/<domain>.mo` in the folder of `package`."""

    package: str
    domain: str

    def speaks(self, language: Language) -> bool:
        """Return whether the texts of a language are there: of one that waits for its reader's signature they are not
        compiled."""
        return language is Language.ENGLISH or self._file(language).is_file()

    def texts(self, language: Language) -> gettext.NullTranslations:
        """Load the texts of a language once. Raises I18nError where they are not compiled."""
        return _load(self, Language(language))

    def translator(self, language: Language, zone: dt.tzinfo = dt.UTC) -> Translator:
        """Return what a page needs to speak a language; `zone` is where its reader's days begin and end."""
        return Translator(Language(language), self.texts(language), COMMON.texts(language), zone)

    def _file(self, language: Language) -> Traversable:
        folder = resources.files(self.package) / "locale" / language.value / "LC_MESSAGES"
        return folder / f"{self.domain}.mo"


#: the texts of durations and moments
COMMON = Catalogue("bluezone.i18n", "i18n")


@functools.cache
def _load(catalogue: Catalogue, language: Language) -> gettext.NullTranslations:
    if language is Language.ENGLISH:
        return gettext.NullTranslations()
    if language.value not in LANGUAGES and not catalogue.speaks(language):
        return _load(catalogue, Language.VIETNAMESE)
    try:
        with catalogue._file(language).open("rb") as compiled:
            texts = gettext.GNUTranslations(compiled)
    except FileNotFoundError:
        raise I18nError(
            f"the texts of {catalogue.package} in {language.value!r} are not compiled: install the package anew, or "
            "run `make messages-update`"
        ) from None
    if language.value not in LANGUAGES:
        texts.add_fallback(_load(catalogue, Language.VIETNAMESE))
    return texts
