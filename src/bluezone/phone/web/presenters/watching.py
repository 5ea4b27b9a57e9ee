"""Present how long the phone has watched: of 14 days each, and together. Every screen that says "nothing" says it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bluezone.i18n import Translator, at_start
from bluezone.phone.app.facts import PhoneFacts
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
    bars = tuple(_bar(day, scale_h, language) for day in watched.days)
    scale = _("The top line is {hours}.").format(hours=language.duration(scale_h * _HOUR_S))
    return Watching(watched.worth, hours, sentence, bars, scale)


def _bar(day: WatchedDay, scale_h: int, language: Translator) -> WatchBar:
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
