"""Open the compiled gettext catalogues that the rooms keep beside their code."""

from __future__ import annotations

import datetime as dt
import functools
import gettext
from dataclasses import dataclass
from importlib import resources

from bluezone.i18n.errors import I18nError
from bluezone.i18n.languages import Language
from bluezone.i18n.translator import Translator


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Name a package's translations: `locale/vi/LC_MESSAGES/<domain>.mo` in the folder of `package`."""

    package: str
    domain: str

    def texts(self, language: Language) -> gettext.NullTranslations:
        """Load the texts of a language once. Raises I18nError where they are not compiled."""
        return _load(self.package, self.domain, Language(language))

    def translator(self, language: Language, zone: dt.tzinfo = dt.UTC) -> Translator:
        """Return what a page needs to speak a language; `zone` is where its reader's days begin and end."""
        return Translator(Language(language), self.texts(language), COMMON.texts(language), zone)


#: the texts of durations and moments
COMMON = Catalogue("bluezone.i18n", "i18n")


@functools.cache
def _load(package: str, domain: str, language: Language) -> gettext.NullTranslations:
    if language is Language.ENGLISH:
        return gettext.NullTranslations()
    file = resources.files(package) / "locale" / language.value / "LC_MESSAGES" / f"{domain}.mo"
    try:
        with file.open("rb") as compiled:
            return gettext.GNUTranslations(compiled)
    except FileNotFoundError:
        raise I18nError(
            f"the texts of {package} in {language.value!r} are not compiled: install the package anew, or run "
            "`make messages-update`"
        ) from None
