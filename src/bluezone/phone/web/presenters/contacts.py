"""Present fourteen days: how long was watched, how many people were met, and one day hour by hour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bluezone.i18n import Translator, at_start
from bluezone.phone.app.facts import PhoneFacts
from bluezone.phone.matching.presences import Count, Presence, most_at_once, near_then, people, people_near
from bluezone.phone.matching.watched import Watched, WatchedDay, Worth, watched_days

DAYS = 14
_HOUR_S = 3_600.0
_HEIGHT = 56.0
#: what the drawing reaches up to, in hours: a first day is not lost in 24, and it says which
_SCALES_H = (3, 6, 12, 24)


@dataclass(frozen=True, slots=True)
class WatchBar:
    """Describe one day of the drawing. `kind`: watched, idle (in use for an hour or more, and nothing was watched) or
    blank (not yet in use); `height` of 56."""

    kind: str
    height: float
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Watching:
    """Hold what was watched. `hours`: all of it, as it is said; `sentence` says what the drawing shows; `scale`: what
    its highest line stands for, in a sentence."""

    worth: Worth
    hours: str
    sentence: str
    bars: tuple[WatchBar, ...]
    scale: str


def watched_of(facts: PhoneFacts, language: Translator) -> Watched:
    """Return what was watched on the owner's last 14 days, today included."""
    starts = [language.midnight_s(facts.now_s, -back) for back in reversed(range(DAYS))]
    return watched_days(facts.watched, starts, facts.choices.agreed_at_s, facts.now_s)


def watching(facts: PhoneFacts, language: Translator) -> Watching:
    """Present what was watched."""
    watched, _ = watched_of(facts, language), language.gettext
    hours = watched_text(watched.seconds, language)
    blank = sum(day.seconds is None for day in watched.days)
    sentence = _("Watched for {hours} in the last 14 days.").format(hours=hours)
    if watched.seconds < 60:
        sentence = _("This phone has hardly watched in the last 14 days.")
        if watched.has_just_begun:
            sentence = _("This phone has only begun to watch.")
    if blank == DAYS - 1:
        sentence += " " + _("Today is its first day with Bluezone.")
    elif blank:
        begun = language.ngettext(
            "Bluezone has been in use for {n} day.", "Bluezone has been in use for {n} days.", DAYS - blank
        )
        sentence += " " + begun.format(n=language.number(DAYS - blank))
    most_h = max([(day.seconds or 0.0) / _HOUR_S for day in watched.days])
    scale_h = next((top for top in _SCALES_H if most_h <= top), _SCALES_H[-1])
    bars = tuple(_watch_bar(day, scale_h, language) for day in watched.days)
    scale = _("The top line is {hours}.").format(hours=language.duration(scale_h * _HOUR_S))
    return Watching(watched.worth, hours, sentence, bars, scale)


def _watch_bar(day: WatchedDay, scale_h: int, language: Translator) -> WatchBar:
    date, label, seconds = at_start(language.date(day.start_s)), language.day(day.start_s), day.seconds
    if seconds is None:
        return WatchBar("blank", 0.0, label, language.gettext("{date}: not yet in use").format(date=date))
    text = language.gettext("{date}: watched for {hours}").format(date=date, hours=watched_text(seconds, language))
    height = min(seconds / _HOUR_S / scale_h, 1.0) * _HEIGHT
    return WatchBar("idle" if day.is_idle else "watched", round(height, 1), label, text)


def watched_text(seconds: float, language: Translator) -> str:
    """Write how long was watched, never more than it was: whole hours, or minutes where it was less than one."""
    unit_s = _HOUR_S if seconds >= _HOUR_S else 60.0
    return language.duration(math.floor(seconds / unit_s) * unit_s)


# --- people met ---------------------------------------------------------------------------------------

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
    about = language.ngettext("{n} near for 15 minutes", "{n} near for 15 minutes", near.about)
    at_most = language.gettext("at most {high} near for 15 minutes")
    between = language.gettext("{low} to {high} near for 15 minutes")
    return _said_of(near, language, language.gettext("none near for 15 minutes"), about, at_most, between)


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
    return "" if count.is_sure else language.gettext("about {low} to {high}").format(**_numbers(count, language))


def _height(count: int, most: int) -> float:
    """Return at least 3, so that one of a thousand is still seen."""
    return round(max(_BAR_HEIGHT * count / most, 3.0), 1) if count else 0.0


def day(start_s: float, end_s: float, met: Sequence[Presence], watched_s: float | None, language: Translator) -> Day:
    """Present a day hour by hour; hours in which nobody was met are left out."""
    counts, at_s = [], start_s
    while at_s < end_s:
        counts.append((at_s, most_at_once(met, at_s, at_s + _HOUR_S), near_then(met, at_s, at_s + _HOUR_S)))
        at_s += _HOUR_S
    most = max(count for _, count, _ in counts)
    hours = [_hour(hour_s, count, min(near, count), most, language) for hour_s, count, near in counts if count]
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
    found = found.format(n=language.number(many.about))
    if not many.is_sure:
        between = _("{low} to {high}").format(**_numbers(many, language))
        found = f"{found} ({between})"
    return [
        f"{found}.",
        _near_sentence(near, language),
        _("This phone watched for {hours}.").format(hours=hours),
    ]


def _hour(start_s: float, count: int, near: int, most: int, language: Translator) -> Hour:
    _ = language.gettext
    label = f"{language.local(start_s):%H}–{language.local(start_s + _HOUR_S):%H}"
    at_once = language.ngettext("{n} phone at once", "up to {n} phones at once", count).format(n=language.number(count))
    said = _("about {n} of them near").format(n=language.number(near)) if near else _("probably none near")
    return Hour(label, count, near, round(100 * count / most, 1), f"{at_once}, {said}")
