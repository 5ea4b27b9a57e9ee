"""The answer in a sentence, in Vietnamese and English (catalogue `locale/vi/LC_MESSAGES/epidemic.po`)."""

from __future__ import annotations

import gettext as gettext_module
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

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
    text = f"{value:z,.{decimals}f}"  # z: never -0
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def signed(value: float, language: str) -> str:
    """A difference with its sign."""
    return ("+" if round(value) > 0 else "") + number(value, language)


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


def numbers(estimate: Estimate, language: str, translate: Translate) -> str:
    """A count with its interval, if there is one."""
    mean = number(estimate.mean, language)
    if estimate.low != estimate.low:
        return mean
    return translate("{mean} ({low} to {high})").format(
        mean=mean, low=number(estimate.low, language), high=number(estimate.high, language)
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


def whole_answer(without: Effect, effect: Effect, place: str, days: int, language: str) -> list[str]:
    """The answer, what it is in people, and what it costs, a sentence each."""
    sentences = [answer(effect, place, days, language)]
    if effect.averted_share.mean != effect.averted_share.mean:
        return sentences
    translate = translator(language)
    before, after = without.totals, effect.totals
    sentences.append(
        translate(
            "In numbers: {infections} fewer infections of {of_infections}, and {deaths} fewer deaths of {of_deaths}."
        ).format(
            infections=numbers(effect.averted_infections, language, translate),
            of_infections=number(before["infections"], language),
            deaths=numbers(effect.averted_deaths, language, translate),
            of_deaths=number(before["deaths"], language),
        )
    )
    sentences.append(
        translate(
            "Its price against no app: {isolation} days of isolation on top of {of_isolation} (by people who are well: "
            "{well}), {tests} tests, and {alerts} alerts by the app, {false} of them to people not infected."
        ).format(
            isolation=signed(effect.extra_isolation_days.mean, language),
            of_isolation=number(before["isolation_days"], language),
            well=signed(after["needless_isolation_days"] - before["needless_isolation_days"], language),
            tests=signed(after["tests"] - before["tests"], language),
            alerts=number(after["app_alerts"], language),
            false=number(after["app_false_alerts"], language),
        )
    )
    return sentences


def doubt(bars: Sequence[Mapping[str, Any]], middle: float, language: str) -> str:
    """How far the answer moves over the ranges of its assumptions. bars: name, setting, averted (a share)."""
    translate = translator(language)
    known = [bar for bar in bars if bar["averted"] == bar["averted"]]
    if not known:
        return translate("What the assumptions do to the answer could not be told: no outbreak grew.")
    least, most = (pick(known, key=lambda bar: float(bar["averted"])) for pick in (min, max))
    low_name, high_name = least["name"], most["name"]
    return translate(
        "The doubt: with one assumption at a time moved over its range, the same uptake averts from {low} ({low_name}: "
        "{low_setting}) to {high} ({high_name}: {high_setting}) of infections instead of {middle}."
    ).format(
        low=percent(least["averted"], language),
        low_name=translate(low_name),
        low_setting=setting(least["setting"], language),
        high=percent(most["averted"], language),
        high_name=translate(high_name),
        high_setting=setting(most["setting"], language),
        middle=percent(middle, language),
    )


def setting(text: str, language: str) -> str:
    """A lever's value as the language writes it."""
    if text in ("yes", "no"):
        translate = translator(language)
        return translate("yes") if text == "yes" else translate("no")
    return text.replace(".", ",") if language == "vi" else text


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


def unnamed(people: int, language: str) -> str:
    """What to call a place that has no name."""
    translate = translator(language)
    return translate("a place of {people} people").format(people=number(people, language))


def table_title(place: str, people: int, days: int, runs: int, infected: float, language: str) -> str:
    """The heading of the table of effects. place: its name, if it has one; infected: share without the app."""
    translate = translator(language)
    people_there = translate("{people} people").format(people=number(people, language))
    return translate("{place}, {days} days, runs of each: {runs}; without the app {infected} are infected").format(
        place=f"{place}: {people_there}" if place else people_there,
        days=number(days, language),
        runs=number(runs, language),
        infected=percent(infected, language),
    )


def effect_headings(language: str) -> tuple[str, ...]:
    """The columns of the table of effects."""
    translate = translator(language)
    return (
        translate("uptake"),
        translate("infections"),
        translate("deaths"),
        translate("peak a day"),
        translate("isolation days"),
        translate("of them well"),
        translate("infections averted"),
        translate("deaths averted"),
    )


def sensitivity_headings(language: str) -> tuple[str, str, str, str]:
    """The columns of the table of assumptions, and what to call the row in which none is changed."""
    translate = translator(language)
    return translate("assumption"), translate("set to"), translate("infections averted"), translate("as it is")


def what_is_averted(source: str, language: str) -> str:
    """What the averted shares are shares of. source: where the number of people comes from; empty if it was given."""
    translate = translator(language)
    shares = translate("Averted: share of what happens without the app, interval of 95 %.")
    people = translate("People: {source}.").format(source=source)
    return f"{shares} {people}" if source else shares


def gain_of_pairing(low: float, high: float, language: str) -> str:
    """What it buys that runs of the same seed share their chance."""
    translate = translator(language)
    least, most = (number(gain, language, 0 if gain >= 10 else 1) for gain in (low, high))
    return translate(
        "Runs with the same seed share their chance; unpaired, the same intervals would take {times} times "
        "as many runs."
    ).format(times=least if least == most else translate("{low} to {high}").format(low=least, high=most))
