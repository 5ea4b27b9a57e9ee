"""The language of the page being made, as the pure rooms name it, and their errors said in it."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bluezone.errors import TranslatableError
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Unit
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.language import Language, say_number, say_unit, speaker, translator
from bluezone.rollout.problems import Problem


def page_language() -> Language:
    """Return the language of the page being made."""
    return Language.ENGLISH if (get_language() or "vi").startswith("en") else Language.VIETNAMESE


def sentence_of(error: TranslatableError) -> str:
    """Return an error in the reader's language, as a sentence of its own."""
    language = page_language()
    pure = isinstance(error, RolloutError | GeographyError)
    said = error.sentence(translator(language) if pure else _, speaker(language))
    return said[:1].upper() + said[1:]


def problem_text(problem: Problem) -> str:
    """Return what is wrong with a row of a file in the reader's language, as a sentence of its own."""
    language = page_language()

    def said(template: str) -> str:
        ours = _(template)  # a problem may be the authority's or the roll-out's: each has a catalogue of its own
        return ours if ours != template else translator(language)(template)

    sentence = problem.sentence(said, speaker(language))
    return sentence[:1].upper() + sentence[1:]


def unit_name(unit: Unit) -> str:
    """Return a unit's name in the reader's language."""
    return say_unit(unit, page_language())


def number_text(number: int | None) -> str:
    """Return a whole number as the reader's language writes it; nothing for none."""
    return "" if number is None else say_number(number, page_language())


def percent_text(printed: str) -> str:
    """Return a percentage with as many decimals as were printed: `7,54`; nothing where none was."""
    return speaker(page_language())(Decimal(printed)) if printed else ""
