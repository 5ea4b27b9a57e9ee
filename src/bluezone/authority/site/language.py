"""The language of the page being made, as the pure rooms name it, and their errors said in it."""

from __future__ import annotations

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bluezone.errors import TranslatableError
from bluezone.geography.errors import GeographyError
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.language import Language, speaker, translator


def page_language() -> Language:
    return Language.ENGLISH if (get_language() or "vi").startswith("en") else Language.VIETNAMESE


def sentence_of(error: TranslatableError) -> str:
    """The error in the reader's language, as a sentence of its own."""
    language = page_language()
    pure = isinstance(error, RolloutError | GeographyError)
    said = error.sentence(translator(language) if pure else _, speaker(language))
    return said[:1].upper() + said[1:]
