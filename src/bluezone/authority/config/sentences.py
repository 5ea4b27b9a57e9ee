"""Errors of the pure rooms as sentences in the reader's language."""

from __future__ import annotations

from django.utils.translation import get_language, gettext

from bluezone.errors import TranslatableError
from bluezone.rollout.language import Language, speaker, translator


def language() -> Language:
    """The language of the page being made."""
    return Language.ENGLISH if (get_language() or "vi").startswith("en") else Language.VIETNAMESE


def say(template: str) -> str:
    """A text of this room's catalogue or of the roll-out's, translated."""
    own = gettext(template)
    return own if own != template else translator(language())(template)


def sentence(error: TranslatableError) -> str:
    """The error in the reader's language, begun with a capital and closed with a full stop, as pages write."""
    text = error.sentence(say, speaker(language()))
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
