"""Say in sentences what happens when a few infected people come in, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bluezone.epidemic.effects import Estimate
from bluezone.epidemic.importation import GROWN, LADDER, PEOPLE, SPENDINGS, SPENT_DAYS, Bought, Paired, Summary
from bluezone.epidemic.words import numbers, percent, ranged
from bluezone.i18n import Translator

#: Summaries by (name of the measures, uptake).
Summaries = Mapping[tuple[str, float], Summary]


def whole_percent(estimate: Estimate, language: Translator) -> str:
    """Write a probability with its interval, in whole points: more digits are not earned."""
    return ranged(estimate, lambda share: percent(share, language, 0), language)


def measures_title(name: str, language: Translator) -> str:
    """Return what a step of the ladder is called."""
    return language.gettext(next(each.title for each in LADDER if each.name == name))


def answer(found: Summaries, pairs: Paired, infected: int, days: int, language: Translator) -> list[str]:
    """Say how likely an importation dies out without and with the app, under the practice of the time, and what it
    costs. pairs: what the app changes, of the measures and uptake that are shown (`shown_of`)."""
    translate = language.gettext
    step, without, shown = shown_of(found)
    before, after = found[step, without], found[step, shown]
    sentences = [
        translate(
            "When {infected} infected people come in ({measures}), the outbreak dies out within {days} days with a "
            "probability of {without} without the app, and of {having} with the app on {uptake} of people."
        ).format(
            infected=language.number(infected),
            measures=measures_title(step, language),
            days=language.number(days),
            without=whole_percent(before.dies_out, language),
            having=whole_percent(after.dies_out, language),
            uptake=percent(shown, language, 2),
        )
    ]
    sentences.append(
        translate(
            "Of {pairs} pairs of outbreaks alike but for the app, {gained} die out with it alone and {lost} without it "
            "alone: it changes the probability by {low} to {high} points."
        ).format(
            pairs=language.number(pairs.pairs),
            gained=language.number(pairs.only_with),
            lost=language.number(pairs.only_without),
            low=language.number(100 * pairs.change.low, 1),
            high=language.number(100 * pairs.change.high, 1),
        )
    )
    if after.found_share > 0:
        sentences.append(
            translate("It is found after {found} days in the median (nine of ten within {late}).").format(
                found=language.number(after.found_day[0]), late=language.number(after.found_day[1])
            )
        )
    if after.dies_out.mean > 0:
        sentences.append(
            translate(
                "Where it dies out, {size} people are infected in the median (nine of ten times fewer than {most}), "
                "and {quarantined} are in quarantine on average; where it does not, it grows to {grown} infections and "
                "more, or goes on after {days} days."
            ).format(
                size=language.number(after.size[0]),
                most=language.number(after.size[1] + 1),
                quarantined=language.number(after.quarantined),
                grown=language.number(GROWN),
                days=language.number(days),
            )
        )
    return sentences


def shown_of(found: Collection[tuple[str, float]]) -> tuple[str, float, float]:
    """Return of which measures and uptakes sentences speak: (measures, no app, the uptake nearest to 30 %)."""
    uptakes = sorted({uptake for _, uptake in found})
    shown = min((each for each in uptakes if each > 0), key=lambda each: abs(each - 0.30), default=uptakes[0])
    return "f1" if ("f1", shown) in found else next(iter(found))[0], uptakes[0], shown


def row(name: str, uptake: float, each: Summary, language: Translator) -> list[str]:
    """Return a row of that table: medians with what nine of ten are below, means. Those of people and tests are of the
    outbreaks that die out: the others are not followed to their end."""
    translate = language.gettext

    def middle_and_most(pair: tuple[float, float]) -> str:
        if pair[0] != pair[0]:
            return "-"
        return translate("{middle} (9 of 10: {most})").format(
            middle=language.number(pair[0]), most=language.number(pair[1])
        )

    def mean(value: float) -> str:
        return "-" if value != value else language.number(value)

    return [
        measures_title(name, language),
        percent(uptake, language, 2),
        whole_percent(each.dies_out, language),
        middle_and_most(each.found_day),
        middle_and_most(each.size),
        mean(each.quarantined),
        mean(each.tests),
    ]


def caveat(outbreaks: int, language: Translator) -> str:
    """Say what was counted, and what no interval holds."""
    return language.gettext(
        "{outbreaks} outbreaks of each kind among {people} people. One of {grown} infections and more counts as "
        "not died out, and is not followed further. The intervals hold chance, and how well phones tell who was "
        "near; not the other assumptions."
    ).format(
        outbreaks=language.number(outbreaks),
        people=language.number(PEOPLE),
        grown=language.number(GROWN),
    )


def spending(found: Sequence[Bought], language: Translator) -> str:
    """Say where to spend first."""
    translate = language.gettext
    sure = [each for each in found if each.averted.low > 0]
    if not sure:
        return translate(
            "Where to spend: none of what was tried averts infections in {days} days that can be told from chance."
        ).format(days=language.number(SPENT_DAYS))
    first = min(sure, key=lambda each: each.cost_of_one)
    cost = first.cost_of_one
    return translate(
        "Where to spend: {what} first, at {cost} million đồng for an infection averted in {days} days, if it costs "
        "what is assumed. No outbreak is cut short: {averted} of {of} infections an importation."
    ).format(
        what=spending_title(first.name, language),
        cost=language.number(cost, 0 if cost >= 10 else 1),
        days=language.number(SPENT_DAYS),
        averted=numbers(first.averted, language),
        of=language.number(first.of),
    )


def spending_title(name: str, language: Translator) -> str:
    """Return what a thing to spend on is called."""
    return language.gettext(next(each.title for each in SPENDINGS if each.name == name))


def spending_row(each: Bought, language: Translator) -> list[str]:
    """Return a row of that table."""
    translate = language.gettext
    cost = each.cost_of_one
    price = language.number(cost, 0 if cost >= 10 else 1) if each.averted.low > 0 else "-"
    return [
        spending_title(each.name, language),
        language.number(each.cost),
        ranged(each.averted, lambda number: language.number(number, 1), language),
        price,
        translate("yes") if each.best else "",
    ]
