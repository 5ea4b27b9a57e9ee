"""Say what an order buys, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping

from bluezone.epidemic.orders import COURSES, FORECAST, MET, NOT_GIVEN, WAYS, Bought
from bluezone.epidemic.sampling import Joint
from bluezone.epidemic.words import interval, numbers, percent
from bluezone.i18n import Translator


def title(course: str, language: Translator) -> str:
    """Return what a course of installs is called."""
    return language.gettext(COURSES[course] if course in COURSES else WAYS[course][0])


def headline(met: Joint, forecast: Joint | None, place: str, days: int, language: Translator) -> str:
    """Say what the order averts, met and as forecast, against what happens without it."""
    translate = language.gettext
    said = translate("If the order is met, {met} fewer people of {place} are infected in {days} days than without it.")
    if forecast is not None:
        said = translate(
            "If the order is met, {met} fewer people of {place} are infected in {days} days than without it; as "
            "installs are forecast, {forecast}."
        )
    return said.format(
        met=interval(met.averted, language),
        forecast="" if forecast is None else interval(forecast.averted, language),
        place=place,
        days=language.number(days),
    )


def asked(installed: Mapping[str, float], deadline: int, language: Translator) -> str:
    """Say how many install on each course, and by when."""
    return language.gettext(
        "Installs at the end: {without} of people without the order, {forecast} as forecast, {met} if it is met within "
        "{days} days. The outbreak begins on the day of the order."
    ).format(
        without=percent(installed[NOT_GIVEN], language, 2),
        forecast=percent(installed[FORECAST], language, 2),
        met=percent(installed[MET], language, 2),
        days=language.number(deadline),
    )


def in_people(found: Mapping[str, Bought], language: Translator) -> str:
    """Say the same in people, if every assumption holds as it stands."""
    return language.gettext(
        "If every assumption holds as it stands: {met} infections fewer if the order is met, {forecast} as forecast, "
        "of {of} without it."
    ).format(
        met=numbers(found[MET].averted_infections, language),
        forecast=numbers(found[FORECAST].averted_infections, language),
        of=language.number(found[NOT_GIVEN].totals["infections"]),
    )


def ways(found: Mapping[str, Bought], language: Translator) -> str:
    """Say which way to meet the order averts most with the same number of installs: evenly, or whole groups."""
    translate = language.gettext
    by_pairs = {name: found[name].fewer_than_even for name in WAYS if name in found}
    best, gain = max(by_pairs.items(), key=lambda way: way[1].mean if way[1] else 0.0, default=("", None))
    if gain is None or gain.mean <= 0:
        return translate("With as many installs, no way to cluster them averts more than spread evenly.")
    said = translate(
        "With as many installs, {way} averts most: {share}; spread evenly {even}. Run by run, {fewer} infections fewer."
    )
    if not gain.known:
        said = translate(
            "With as many installs, {way} averts most ({share}; spread evenly {even}); chance does not rule out that "
            "they do alike: run by run, {fewer} infections fewer."
        )
    return said.format(
        way=title(best, language),
        share=interval(found[best].averted_share, language),
        even=interval(found[MET].averted_share, language),
        fewer=numbers(gain, language),
    )


def row(each: Bought, language: Translator) -> list[str]:
    """Return a row of that table."""
    other = each.course != NOT_GIVEN
    share = each.averted_share
    known = share.mean == share.mean
    averted = "-" if not known else interval(share, language) if each.runs > 1 else percent(share.mean, language)
    return [
        title(each.course, language),
        percent(each.installed, language, 2),
        language.number(each.totals["infections"]),
        numbers(each.averted_infections, language) if other else "",
        averted if other else "",
        language.number(each.extra_isolation_days.mean) if other else "",
        language.number(each.totals["app_false_alerts"]),
    ]
