"""Say the answer in a sentence, in Vietnamese and English (catalogue `locale/vi/LC_MESSAGES/epidemic.po`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bluezone.epidemic.effects import Effect, Estimate
from bluezone.epidemic.second_order import HAI_DUONG, SecondOrder
from bluezone.i18n import Catalogue, Language, Translator, decimal_mark, format_change, format_number, format_share

_TEXTS = Catalogue("bluezone.epidemic", "epidemic")


def translator(language: Language) -> Translator:
    """Return the translator of this room's texts."""
    return _TEXTS.translator(language)


def percent(share: float, language: Language, digits: int = 1) -> str:
    """Write a share as a percentage, without decimals that say nothing."""
    return format_share(share, language, digits, trim=True)


def interval(estimate: Estimate, language: Language) -> str:
    """Write a share with its interval: in whole points, or tenths where it is a point or two; more is not earned."""
    digits = 1 if max(abs(estimate.low), abs(estimate.high)) < 0.02 else 0
    mean, low, high = (percent(each, language, digits) for each in (estimate.mean, estimate.low, estimate.high))
    translate = translator(language).gettext
    if low == high:
        return translate("about {mean}").format(mean=mean)
    return translate("{mean} ({low} to {high})").format(mean=mean, low=low, high=high)


def so_far(effect: Effect, through: int, seeds: int, language: Language) -> str:
    """Say the answer while runs are going on."""
    share = effect.averted_share
    if share.mean != share.mean:
        return (
            translator(language)
            .gettext("so far ({through} of {seeds} seeds): no outbreak has grown")
            .format(through=format_number(through, language), seeds=format_number(seeds, language))
        )
    said = interval(share, language) if effect.runs > 1 else percent(share.mean, language, 0)
    return (
        translator(language)
        .gettext("so far ({through} of {seeds} seeds): the app on {uptake} of people averts {share} of infections")
        .format(
            through=format_number(through, language),
            seeds=format_number(seeds, language),
            uptake=percent(effect.uptake, language, 2),
            share=said,
        )
    )


def sampled(effect: Effect, averted: Estimate, language: Language) -> str:
    """Say the interval that holds the assumptions too."""
    return (
        translator(language)
        .gettext(
            "With the assumptions in doubt as well, all drawn from their ranges at once: the app on {uptake} of people "
            "averts between {low} and {high} of infections in nine of ten draws, {middle} in the median."
        )
        .format(
            uptake=percent(effect.uptake, language, 2),
            low=percent(averted.low, language, 0),
            high=percent(averted.high, language, 0),
            middle=percent(averted.mean, language, 0),
        )
    )


def numbers(estimate: Estimate, language: Language) -> str:
    """Write a count with its interval, if there is one."""
    mean = format_number(estimate.mean, language)
    if estimate.low != estimate.low:
        return mean
    return (
        translator(language)
        .gettext("{mean} ({low} to {high})")
        .format(mean=mean, low=format_number(estimate.low, language), high=format_number(estimate.high, language))
    )


def answer(effect: Effect, place: str, days: int, language: Language) -> str:
    """Say what an uptake buys a place, and the doubt, in one look."""
    translate = translator(language).gettext
    facts = {
        "place": place,
        "uptake": percent(effect.uptake, language, 2),
        "days": format_number(days, language),
        "runs": format_number(effect.runs, language),
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
        ).format(share=interval(effect.averted_share, language), **facts)
    return translate(
        "With the app on {uptake} of people, {share} fewer people of {place} would be infected in {days} days "
        "(interval of 95 %, {runs} pairs of runs), if the assumptions hold."
    ).format(share=interval(effect.averted_share, language), **facts)


def whole_answer(without: Effect, effect: Effect, place: str, days: int, language: Language) -> list[str]:
    """Say the answer, what it is in people, and what it costs, a sentence each."""
    sentences = [answer(effect, place, days, language)]
    if effect.averted_share.mean != effect.averted_share.mean:
        return sentences
    translate = translator(language).gettext
    before, after = without.totals, effect.totals
    if effect.runs > 1:
        sentences.append(
            translate("In a single outbreak it lies between {low} and {high}, in 95 of 100.").format(
                low=percent(effect.averted_in_one.low, language), high=percent(effect.averted_in_one.high, language)
            )
        )
    sentences.append(
        translate(
            "In numbers: {infections} fewer infections of {of_infections}, and {deaths} fewer deaths of {of_deaths}."
        ).format(
            infections=numbers(effect.averted_infections, language),
            of_infections=format_number(before["infections"], language),
            deaths=numbers(effect.averted_deaths, language),
            of_deaths=format_number(before["deaths"], language),
        )
    )
    sentences.append(
        translate(
            "Its price against no app: {isolation} days of isolation on top of {of_isolation} (by people who are well: "
            "{well}), {tests} tests, and {alerts} alerts by the app, {false} of them to people not infected."
        ).format(
            isolation=format_change(effect.extra_isolation_days.mean, language),
            of_isolation=format_number(before["isolation_days"], language),
            well=format_change(after["needless_isolation_days"] - before["needless_isolation_days"], language),
            tests=format_change(after["tests"] - before["tests"], language),
            alerts=format_number(after["app_alerts"], language),
            false=format_number(after["app_false_alerts"], language),
        )
    )
    return sentences


def doubt(bars: Sequence[Mapping[str, Any]], middle: float, language: Language) -> str:
    """Say how far the answer moves over the ranges of its assumptions. bars: name, setting, averted (a share)."""
    translate = translator(language).gettext
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


def setting(text: str, language: Language) -> str:
    """Write a lever's value as the language writes it."""
    if text in ("yes", "no"):
        translate = translator(language).gettext
        return translate("yes") if text == "yes" else translate("no")
    return text.replace(".", decimal_mark(language))


def caveat(language: Language) -> str:
    """Say what no interval says."""
    translate = translator(language).gettext
    return translate(
        "The intervals hold chance, and how well phones tell who was near: that differs between campaigns and is drawn "
        "for each run, unless app.detection and app.bystanders are set. What other assumptions do to the answer is "
        "larger: `bluezone epidemic sensitivity` shows it."
    )


def sensitivity_title(place: str, uptake: float, language: Language) -> str:
    """Return the heading of the tornado figure."""
    translate = translator(language).gettext
    return translate("What the app on {uptake} of people of {place} averts, when one assumption changes").format(
        uptake=percent(uptake, language, 2), place=place
    )


def unnamed(people: int, language: Language) -> str:
    """Return what to call a place that has no name."""
    translate = translator(language).gettext
    return translate("a place of {people} people").format(people=format_number(people, language))


def table_title(place: str, people: int, days: int, runs: int, infected: float, language: Language) -> str:
    """Return the heading of the table of effects. place: its name, if it has one; infected: share without the app."""
    translate = translator(language).gettext
    people_there = translate("{people} people").format(people=format_number(people, language))
    return translate("{place}, {days} days, runs of each: {runs}; without the app {infected} are infected").format(
        place=f"{place}: {people_there}" if place else people_there,
        days=format_number(days, language),
        runs=format_number(runs, language),
        infected=percent(infected, language),
    )


def effect_headings(language: Language) -> tuple[str, ...]:
    """Return the columns of the table of effects."""
    translate = translator(language).gettext
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


def sensitivity_headings(language: Language) -> tuple[str, str, str, str]:
    """Return the columns of the table of assumptions, and what to call the row in which none is changed."""
    translate = translator(language).gettext
    return translate("assumption"), translate("set to"), translate("infections averted"), translate("as it is")


def what_is_averted(source: str, language: Language) -> str:
    """Say what the averted shares are shares of. source: where the number of people comes from; empty if it was
    given."""
    translate = translator(language).gettext
    shares = translate("Averted: share of what happens without the app, interval of 95 %.")
    people = translate("People: {source}.").format(source=source)
    return f"{shares} {people}" if source else shares


def gain_of_pairing(low: float, high: float, language: Language) -> str:
    """Say what it buys that runs of the same seed share their chance."""
    translate = translator(language).gettext
    least, most = (format_number(gain, language, 0 if gain >= 10 else 1) for gain in (low, high))
    return translate(
        "Runs with the same seed share their chance; unpaired, the same intervals would take {times} times "
        "as many runs."
    ).format(times=least if least == most else translate("{low} to {high}").format(low=least, high=most))


def second_order(found: SecondOrder, place: str, days: int, language: Language) -> str:
    """Say of an uptake what warning contacts of contacts adds, and how many it disturbs."""
    translate = translator(language).gettext
    if not found.second:
        return translate(
            "With the app on {uptake} of people no contact (F1) was warned, so none warned others."
        ).format(uptake=percent(found.uptake, language, 2))
    facts = {
        "uptake": percent(found.uptake, language, 2),
        "place": place,
        "days": format_number(days, language),
        "second": format_number(found.second, language),
        "each": format_number(found.second_of_each_first, language, 1),
        "well": percent(1 - found.second_infected_share, language),
        "share": percent(found.averted_share.mean, language)
        if found.runs < 2
        else interval(found.averted_share, language),
    }
    told = translate(
        "With the app on {uptake} of people of {place}, {second} people would be told in {days} days that they are "
        "contacts of a contact (F2), {each} for each F1 warned; {well} of them are not infected then."
    ).format(**facts)
    if found.runs < 2 or not found.averted_share.known:
        return f"{told} " + translate("Whether that averts infections cannot be told from chance ({share}).").format(
            **facts
        )
    return f"{told} " + translate("That averts {share} of the infections that are left with the app.").format(**facts)


def second_order_in_history(language: Language) -> str:
    """Say how many contacts of contacts there were in August 2020."""
    first, second = HAI_DUONG
    return (
        translator(language)
        .gettext(
            "As it was: in Hải Dương, by 31 August 2020, the app had found {first} F1 and {second} F2, {each} for each."
        )
        .format(
            first=format_number(first, language),
            second=format_number(second, language),
            each=format_number(second / first, language),
        )
    )


def second_order_title(language: Language) -> str:
    """Return the heading of the table on contacts of contacts."""
    return translator(language).gettext("Contacts of contacts (F2): what warning them adds")


def second_order_headings(language: Language) -> tuple[str, ...]:
    """Return the columns of the table on contacts of contacts."""
    translate = translator(language).gettext
    return (
        translate("uptake"),
        translate("F0 who published"),
        translate("F1 warned"),
        translate("F2 told"),
        translate("more tests"),
        translate("F2 infected then"),
        translate("infections averted"),
    )
