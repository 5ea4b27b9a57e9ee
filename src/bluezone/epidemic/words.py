"""The answer in a sentence, in Vietnamese and English (catalogue `locale/vi/LC_MESSAGES/epidemic.po`)."""

from __future__ import annotations

import gettext as gettext_module
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from bluezone.epidemic.effects import Effect, Estimate

Translate = Callable[[str], str]

LANGUAGES = ("vi", "en")
_DOMAIN = "epidemic"


def translator(language: str) -> Translate:
    """The gettext function of a language; English where there is no catalogue."""
    with resources.as_file(resources.files("bluezone.epidemic").joinpath("locale")) as directory:
        return gettext_module.translation(_DOMAIN, Path(directory), [language], fallback=True).gettext


def number(value: float, language: str, decimals: int = 0) -> str:
    """A number as the language writes it: 55,289.5 in English, 55.289,5 in Vietnamese."""
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def percent(share: float, language: str, decimals: int = 1) -> str:
    """A share as a percentage; no decimals that say nothing."""
    text = number(100 * share, language, decimals)
    point = "," if language == "vi" else "."
    return (text.rstrip("0").rstrip(point) if point in text else text) + " %"


def interval(estimate: Estimate, language: str, translate: Translate) -> str:
    """A share with its interval."""
    return translate("{mean} ({low} to {high})").format(
        mean=percent(estimate.mean, language),
        low=percent(estimate.low, language),
        high=percent(estimate.high, language),
    )


def answer(effect: Effect, place: str, days: int, language: str) -> str:
    """What an uptake buys a place, and the doubt, in one look."""
    translate = translator(language)
    facts = {
        "place": place,
        "uptake": percent(effect.uptake, language, 2),
        "days": number(days, language),
        "runs": number(effect.runs, language),
    }
    if effect.averted_share.mean != effect.averted_share.mean:
        return translate("In {place}, no outbreak grew in {days} days, with or without the app.").format(**facts)
    if effect.runs < 2:
        return translate(
            "With the app on {uptake} of people, {share} fewer people of {place} would be infected in {days} days. "
            "One run only: how sure this is cannot be said; ask for more seeds."
        ).format(share=percent(effect.averted_share.mean, language), **facts)
    if not effect.averted_share.known:
        return translate(
            "With the app on {uptake} of people, no effect on infections in {place} in {days} days can be told from "
            "chance ({share}; interval of 95 %, {runs} pairs of runs)."
        ).format(share=interval(effect.averted_share, language, translate), **facts)
    return translate(
        "With the app on {uptake} of people, {share} fewer people of {place} would be infected in {days} days "
        "(interval of 95 %, {runs} pairs of runs), if the assumptions hold."
    ).format(share=interval(effect.averted_share, language, translate), **facts)


def caveat(language: str) -> str:
    """What no interval says."""
    translate = translator(language)
    return translate(
        "The interval is that of chance alone. What the assumptions do to the answer is larger: see the sensitivity "
        "figure."
    )


def sensitivity_title(place: str, uptake: float, language: str) -> str:
    """The heading of the tornado figure."""
    translate = translator(language)
    return translate("What the app on {uptake} of people of {place} averts, when one assumption changes").format(
        uptake=percent(uptake, language, 2), place=place
    )
