"""Say the answer in a sentence, in Vietnamese and English (catalogue `locale/vi/LC_MESSAGES/epidemic.po`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bluezone.epidemic.effects import Effect, Estimate
from bluezone.epidemic.sampling import Joint
from bluezone.epidemic.second_order import HAI_DUONG, SecondOrder
from bluezone.i18n import Catalogue, Language, Translator, decimal_mark, format_change

_TEXTS = Catalogue("bluezone.epidemic", "epidemic")


def translator(language: Language) -> Translator:
    """Return the translator of this room's texts."""
    return _TEXTS.translator(language)


def percent(share: float, language: Translator, digits: int = 1) -> str:
    """Write a share as a percentage, without decimals that say nothing."""
    return language.share(share, digits, trim=True)


def interval(estimate: Estimate, language: Translator) -> str:
    """Write a share with its interval: in whole points, or tenths where it is a point or two; more is not earned."""
    digits = 1 if max(abs(estimate.low), abs(estimate.high)) < 0.02 else 0
    low, high = (percent(each, language, digits) for each in (estimate.low, estimate.high))
    if low == high:
        return language.gettext("about {mean}").format(mean=percent(estimate.mean, language, digits))
    return ranged(estimate, lambda share: percent(share, language, digits), language)


def ranged(estimate: Estimate, write: Callable[[float], str], language: Translator) -> str:
    """Write a value with its interval, if there is one, each number as told."""
    if estimate.low != estimate.low:
        return write(estimate.mean)
    mean, low, high = map(write, (estimate.mean, estimate.low, estimate.high))
    return language.gettext("{mean} ({low} to {high})").format(mean=mean, low=low, high=high)


def headline(uptake: float, found: Joint, place: str, days: int, language: Translator) -> str:
    """Say the answer with all of its doubt: the interval in which everything doubtful is drawn at once."""
    sentence = language.gettext(
        "With the app on {uptake} of people, {share} fewer people of {place} would be infected in {days} days."
    )
    return sentence.format(
        uptake=percent(uptake, language, 2),
        share=interval(found.averted, language),
        place=place,
        days=language.number(days),
    )


def how_sure(found: Joint, total: int, language: Translator) -> str:
    """Say what the interval of the headline holds, and from how many draws it is so far."""
    translate = language.gettext
    held = translate(
        "In brackets: nine of ten of {draws} draws in a town of {people} people, each with another value of everything "
        "that is doubtful; counted are the {grew} in which an outbreak grew."
    )
    if found.draws < total:
        held = translate(
            "A first answer, in brackets nine of ten of {draws} draws (of {total}) in a town of {people} people, "
            "each with another value of everything that is doubtful; it grows narrower. Counted are the {grew} in "
            "which an outbreak grew."
        )
    return held.format(
        draws=language.number(found.draws),
        total=language.number(total),
        people=language.number(found.people),
        grew=language.number(found.grew),
    )


def question(fitted: bool, infections: int, language: Translator) -> str:
    """Say which question is answered: of a place's recorded weeks, or of an outbreak that grows."""
    translate = language.gettext
    if fitted:
        return translate(
            "The question: the weeks that were recorded, with the contacts that give their cases. What an outbreak "
            "that grows would do is another (--unhindered)."
        )
    return translate(
        "The question: an outbreak that begins with {infections} infections and meets the practice of August 2020, and "
        "of all that people did beside only what was asked for."
    ).format(infections=language.number(infections))


def too_few_grew(language: Translator) -> str:
    """Say that nothing can be said of what is averted."""
    return language.gettext("In too few draws did an outbreak grow: what would be averted cannot be said.")


def numbers(estimate: Estimate, language: Translator) -> str:
    """Write a count with its interval, if there is one."""
    return ranged(estimate, language.number, language)


def answer(effect: Effect, place: str, days: int, language: Translator) -> str:
    """Say what an uptake buys a place, and the doubt, in one look."""
    translate = language.gettext
    facts = {
        "place": place,
        "uptake": percent(effect.uptake, language, 2),
        "days": language.number(days),
        "runs": language.number(effect.runs),
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
        "If every assumption holds as it stands, the app on {uptake} of people averts {share} of infections in "
        "{place} in {days} days (interval of 95 %, {runs} pairs of runs)."
    ).format(share=interval(effect.averted_share, language), **facts)


def whole_answer(without: Effect, effect: Effect, place: str, days: int, language: Translator) -> list[str]:
    """Say the answer, what it is in people, and what it costs, a sentence each."""
    sentences = [answer(effect, place, days, language)]
    if effect.averted_share.mean != effect.averted_share.mean:
        return sentences
    translate = language.gettext
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
            of_infections=language.number(before["infections"]),
            deaths=numbers(effect.averted_deaths, language),
            of_deaths=language.number(before["deaths"]),
        )
    )
    sentences.append(
        translate(
            "Its price against no app: {isolation} days of isolation on top of {of_isolation} (by people who are well: "
            "{well}), {tests} tests, and {alerts} alerts by the app, {false} of them to people not infected."
        ).format(
            isolation=format_change(effect.extra_isolation_days.mean, language.language),
            of_isolation=language.number(before["isolation_days"]),
            well=format_change(after["needless_isolation_days"] - before["needless_isolation_days"], language.language),
            tests=format_change(after["tests"] - before["tests"], language.language),
            alerts=language.number(after["app_alerts"]),
            false=language.number(after["app_false_alerts"]),
        )
    )
    return sentences


def doubt(bars: Sequence[Mapping[str, Any]], middle: float, language: Translator) -> str:
    """Say how far the answer moves over the ranges of its assumptions. bars: name, setting, averted (a share)."""
    translate = language.gettext
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


def setting(text: str, language: Translator) -> str:
    """Write a lever's value as the language writes it."""
    if text in ("yes", "no"):
        translate = language.gettext
        return translate("yes") if text == "yes" else translate("no")
    return text.replace(".", decimal_mark(language.language))


def caveat(language: Translator) -> str:
    """Say what the intervals of the runs do not hold."""
    return language.gettext(
        "The intervals (95 %) hold chance, and how well phones tell who was near: that differs between campaigns "
        "and is drawn for each run, unless app.detection and app.bystanders are set."
    )


def curves_title(place: str, language: Translator) -> str:
    """Return the title of the figure of outbreaks by day."""
    return language.gettext("How the outbreak runs in {place} at each uptake").format(place=place)


def sensitivity_title(place: str, uptake: float, language: Translator) -> str:
    """Return the heading of the table of assumptions."""
    translate = language.gettext
    return translate("What the app on {uptake} of people of {place} averts, when one assumption changes").format(
        uptake=percent(uptake, language, 2), place=place
    )


def left_out(language: Translator) -> str:
    """Say what the model leaves out."""
    return language.gettext(
        "Not in the model: variants that replace one another, immunity that wanes, vaccination unless it is given, and "
        "people who change what they do."
    )


def unnamed(people: int, language: Translator) -> str:
    """Return what to call a place that has no name."""
    translate = language.gettext
    return translate("a place of {people} people").format(people=language.number(people))


def table_title(place: str, people: int, days: int, runs: int, infected: float, language: Translator) -> str:
    """Return the heading of the table of effects. place: its name, if it has one; infected: share without the app."""
    translate = language.gettext
    people_there = translate("{people} people").format(people=language.number(people))
    return translate("{place}, {days} days, runs of each: {runs}; without the app {infected} are infected").format(
        place=f"{place}: {people_there}" if place else people_there,
        days=language.number(days),
        runs=language.number(runs),
        infected=percent(infected, language),
    )


def what_is_averted(source: str, language: Translator) -> str:
    """Say what the averted shares are shares of. source: where the number of people comes from; empty if it was
    given."""
    translate = language.gettext
    shares = translate("Averted: share of what happens without the app, interval of 95 %.")
    people = translate("People: {source}.").format(source=source)
    return f"{shares} {people}" if source else shares


def second_order(found: SecondOrder, place: str, days: int, language: Translator) -> str:
    """Say of an uptake what warning contacts of contacts adds, and how many it disturbs."""
    translate = language.gettext
    if not found.second:
        return translate(
            "With the app on {uptake} of people no contact (F1) was warned, so none warned others."
        ).format(uptake=percent(found.uptake, language, 2))
    facts = {
        "uptake": percent(found.uptake, language, 2),
        "place": place,
        "days": language.number(days),
        "second": language.number(found.second),
        "each": language.number(found.second_of_each_first, 1),
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


def second_order_in_history(language: Translator) -> str:
    """Say how many contacts of contacts there were in August 2020."""
    first, second = HAI_DUONG
    return language.gettext(
        "As it was: in Hải Dương, by 31 August 2020, the app had found {first} F1 and {second} F2, {each} for each."
    ).format(
        first=language.number(first),
        second=language.number(second),
        each=language.number(second / first),
    )
