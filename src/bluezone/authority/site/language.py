"""Write errors, names, days and numbers in the language of the page being made."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bluezone.errors import TranslatableError
from bluezone.exchange.errors import ExchangeError
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Unit
from bluezone.i18n import (
    Language,
    at_start,
    format_day,
    format_number,
    format_short_date,
    format_weekday,
    formatter,
)
from bluezone.rollout import texts
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.problems import Problem
from bluezone.rollout.suppression import LEAST_DISCLOSED, Disclosure, Extent
from bluezone.spreadsheets.errors import TableError
from bluezone.spreadsheets.results import Saying


def page_language() -> Language:
    """Return the language of the page being made."""
    return Language((get_language() or texts.own_language())[:2])


def sentence_of(error: TranslatableError) -> str:
    """Return an error in the reader's language, as a sentence of its own."""
    language = page_language()
    pure = isinstance(error, RolloutError | GeographyError | TableError | ExchangeError)
    said = error.sentence(texts.translator(language).gettext if pure else _, formatter(language))
    return said[:1].upper() + said[1:]


def problem_text(problem: Problem) -> str:
    """Return what is wrong with a row of a file in the reader's language, as a sentence of its own."""
    language = page_language()

    def said(template: str) -> str:
        ours = _(template)  # a problem may be the authority's or the roll-out's: each has a catalogue of its own
        return ours if ours != template else texts.translator(language).gettext(template)

    sentence = problem.sentence(said, formatter(language))
    return sentence[:1].upper() + sentence[1:]


def said(sentence: Saying) -> str:
    """Return a sentence about a file that was read, in the reader's language, with a capital at its beginning."""
    language = page_language()
    text = sentence.text(texts.translator(language).gettext, formatter(language))
    return text[:1].upper() + text[1:]


def unit_name(unit: Unit) -> str:
    """Return a unit's name in the reader's language."""
    return texts.unit_name(unit, page_language())


def named_day(day: dt.date, *, inside: bool = False, has_year: bool = True) -> str:
    """Return a day as officers name it: Monday 17 Aug 2020, `Thứ Hai 17/8/2020`; `inside` a sentence `thứ Hai`."""
    language = page_language()
    date = format_short_date(day, language) if has_year else format_day(day, language)
    text = f"{format_weekday(day, language)} {date}"
    return text if inside else at_start(text)


def number_text(number: int | None) -> str:
    """Return a whole number as the reader's language writes it; nothing for none."""
    return "" if number is None else format_number(number, page_language())


def percent_text(printed: str) -> str:
    """Return a percentage with as many decimals as were printed: `7,54`; nothing where none was."""
    return formatter(page_language())(Decimal(printed)) if printed else ""


def disclosure_text(made: Disclosure, language: Language | None = None) -> str:
    """Return a count as it is disclosed: a number, "at least 60", "under 5", "all but at most 4", or that it is
    hidden."""
    number = format_number(made.at_least, language or page_language())
    return {
        Extent.EXACT: number,
        Extent.AT_LEAST: _("at least %(count)s") % {"count": number},
        Extent.FEW: _("under %(n)d") % {"n": LEAST_DISCLOSED},
        Extent.NEARLY_ALL: _("all but at most %(n)d") % {"n": LEAST_DISCLOSED - 1},
        Extent.SUPPRESSED: _("hidden"),
    }[made.extent]
