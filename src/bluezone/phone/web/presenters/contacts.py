"""Present fourteen days of people met, and one of them hour by hour. Nobody can be told from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bluezone.i18n import Translator, at_start
from bluezone.phone.matching.presences import Count, Presence, most_at_once, near_then, people, people_near
from bluezone.phone.matching.watched import Watched
from bluezone.phone.web.presenters.watching import watched_text

DAYS = 14
HOUR_S = 3_600.0
_BAR_HEIGHT = 96.0


@dataclass(frozen=True, slots=True)
class Bar:
    """Describe one day. Heights are of a drawing 96 high; `text` says all of it. `is_blank`: Bluezone was not yet in
    use; `watched`: for how long it watched."""

    start_s: int
    label: str
    weekday: str
    met: Count
    near: Count
    height: float
    near_height: float
    is_blank: bool
    watched: str
    range: str
    near_text: str
    text: str


@dataclass(frozen=True, slots=True)
class Contacts:
    bars: tuple[Bar, ...]
    sentence: str
    is_empty: bool


@dataclass(frozen=True, slots=True)
class Hour:
    """Describe an hour: `most` phones at one moment; `near` of those who were near for 15 minutes."""

    label: str
    most: int
    near: int
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class Day:
    title: str
    sentences: tuple[str, ...]
    hours: tuple[Hour, ...]


def contacts(days: Sequence[tuple[float, Sequence[Presence]]], watched: Watched, language: Translator) -> Contacts:
    """Present the days. `days`: (the owner's midnight, presences), the oldest first, those of `watched`."""
    counts = [(people(met), people_near(met)) for _, met in days]
    most = max([met.about for met, _ in counts] or [0])
    bars = tuple(
        _bar(day.start_s, day.seconds, met, near, most, language)
        for day, (met, near) in zip(watched.days, counts, strict=True)
    )
    near = [near for _, near in counts]
    # of the day with the most: whichever it is, their true number lies between the largest of both bounds
    most_near = Count(*(max((getattr(one, of) for one in near), default=0) for of in ("about", "low", "high")))
    return Contacts(bars, _sentence(most, most_near, watched, language), most == 0)


def _sentence(most: int, most_near: Count, watched: Watched, language: Translator) -> str:
    _ = language.gettext
    hours = watched_text(watched.seconds, language)
    if watched.seconds < 60:
        if most:
            return language.ngettext(
                "This phone has hardly watched yet. So far you met about {n} person.",
                "This phone has hardly watched yet. So far you met about {n} people.",
                most,
            ).format(n=language.number(most))
        if watched.has_just_begun:
            return _("This phone has only begun to watch, so nobody could be noted yet.")
        return _("Nothing was watched in the last 14 days, so nobody could be noted.")
    if not most:
        return _("In the {hours} watched in the last 14 days, no other phone with Bluezone was noted.").format(
            hours=hours
        )
    met = language.ngettext(
        "In the {hours} watched in the last 14 days you met at most about {n} person a day.",
        "In the {hours} watched in the last 14 days you met at most about {n} people a day.",
        most,
    ).format(hours=hours, n=language.number(most))
    return f"{met} {_most_near_sentence(most_near, language)}"


def _most_near_sentence(near: Count, language: Translator) -> str:
    """Say how many were near on the day with the most, which is hardly ever the day on which the most were met."""
    about = language.ngettext(
        "On the day with the most, about {n} was near for 15 minutes or more.",
        "On the day with the most, about {n} were near for 15 minutes or more.",
        near.about,
    )
    at_most = language.ngettext(
        "On no day was more than {high} near for 15 minutes or more.",
        "On no day were more than {high} near for 15 minutes or more.",
        near.high,
    )
    between = language.gettext("On the day with the most, {low} to {high} were near for 15 minutes or more.")
    nobody = language.gettext("Probably nobody was near for 15 minutes.")
    return _said_of(near, language, nobody, about, at_most, between)


def _near_sentence(near: Count, language: Translator) -> str:
    """Say how many of those who were met on a day were near."""
    about = language.ngettext(
        "About {n} of them was near for 15 minutes or more.",
        "About {n} of them were near for 15 minutes or more.",
        near.about,
    )
    at_most = language.ngettext(
        "At most {high} of them was near for 15 minutes or more.",
        "At most {high} of them were near for 15 minutes or more.",
        near.high,
    )
    between = language.gettext("{low} to {high} of them were near for 15 minutes or more.")
    nobody = language.gettext("Probably none of them was near for 15 minutes.")
    return _said_of(near, language, nobody, about, at_most, between)


def _said_of(near: Count, language: Translator, nobody: str, about: str, at_most: str, between: str) -> str:
    """Return the sentence that holds for a count: of nobody, of a sure number, of none to some, of a range."""
    if not near.high:
        return nobody
    said = about if near.is_sure else between if near.low else at_most
    return said.format(**_numbers(near, language))


def near_text(near: Count, language: Translator) -> str:
    """Write how many people were near, in a few words: the range, for the number in its middle is often off."""
    if not near.high:
        return language.gettext("none near for 15 minutes")
    if near.is_sure:
        said = language.ngettext("{n} near for 15 minutes", "{n} near for 15 minutes", near.about)
    elif not near.low:
        said = language.gettext("at most {high} near for 15 minutes")
    else:
        said = language.gettext("{low} to {high} near for 15 minutes")
    return said.format(**_numbers(near, language))


def _numbers(count: Count, language: Translator) -> dict[str, str]:
    return {
        name: language.number(getattr(count, of)) for name, of in (("n", "about"), ("low", "low"), ("high", "high"))
    }


def _bar(start_s: float, watched_s: float | None, met: Count, near: Count, most: int, language: Translator) -> Bar:
    _ = language.gettext
    date, hours = at_start(language.date(start_s)), watched_text(watched_s or 0.0, language)
    if watched_s is None:
        text = _("{date}: not yet in use").format(date=date)
    else:
        text = _("{date}: {met} met, of them {near}, watched for {hours}").format(
            date=date, met=language.number(met.about), near=near_text(near, language), hours=hours
        )
    return Bar(
        start_s=int(start_s),
        label=language.day(start_s),
        weekday=at_start(language.weekday(start_s)),
        met=met,
        near=near,
        height=_height(met.about, most),
        near_height=_height(near.about, most),
        is_blank=watched_s is None,
        watched=_("not yet in use") if watched_s is None else _("watched for {hours}").format(hours=hours),
        range=range_text(met, language),
        near_text=near_text(near, language) if near.high else "",
        text=text,
    )


def range_text(count: Count, language: Translator) -> str:
    """Write in which range an estimate lies; "" where it leaves nothing open."""
    if count.is_sure:
        return ""
    return language.gettext("about {low} to {high}").format(
        low=language.number(count.low), high=language.number(count.high)
    )


def _height(count: int, most: int) -> float:
    """Return at least 3, so that one of a thousand is still seen."""
    return round(max(_BAR_HEIGHT * count / most, 3.0), 1) if count else 0.0


def day(start_s: float, end_s: float, met: Sequence[Presence], watched_s: float | None, language: Translator) -> Day:
    """Present a day hour by hour; hours in which nobody was met are left out."""
    hours, at_s = [], start_s
    counts = []
    while at_s < end_s:
        counts.append((at_s, most_at_once(met, at_s, at_s + HOUR_S), near_then(met, at_s, at_s + HOUR_S)))
        at_s += HOUR_S
    most = max(count for _, count, _ in counts)
    for hour_s, count, near in counts:
        if count:
            hours.append(_hour(hour_s, count, min(near, count), most, language))
    return Day(at_start(language.date(start_s)), tuple(_of_day(met, watched_s, language)), tuple(hours))


def _of_day(met: Sequence[Presence], watched_s: float | None, language: Translator) -> list[str]:
    _ = language.gettext
    if watched_s is None:
        return [_("Bluezone was not yet in use on this day.")]
    hours = watched_text(watched_s, language)
    if not met:
        if not watched_s:
            return [_("This phone did not watch on this day, so nobody could be noted.")]
        if watched_s < 60:
            return [_("On this day this phone watched for less than a minute, so nobody could be noted.")]
        return [_("In the {hours} watched, no other phone with Bluezone was noted.").format(hours=hours)]
    many, near = people(met), people_near(met)
    found = language.ngettext("About {n} person met", "About {n} people met", many.about)
    return [
        _with_range(found.format(n=language.number(many.about)), many, language),
        _near_sentence(near, language),
        _("This phone watched for {hours}.").format(hours=hours),
    ]


def _with_range(text: str, count: Count, language: Translator) -> str:
    if count.is_sure:
        return f"{text}."
    said = language.gettext("{low} to {high}").format(**_numbers(count, language))
    return f"{text} ({said})."


def _hour(start_s: float, count: int, near: int, most: int, language: Translator) -> Hour:
    _ = language.gettext
    label = f"{language.local(start_s):%H}–{language.local(start_s + HOUR_S):%H}"
    at_once = language.ngettext("{n} phone at once", "up to {n} phones at once", count).format(n=language.number(count))
    said = _("about {n} of them near").format(n=language.number(near)) if near else _("probably none near")
    return Hour(label, count, near, round(100 * count / most, 1), f"{at_once}, {said}")
