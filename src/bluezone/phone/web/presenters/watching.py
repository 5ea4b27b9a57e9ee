"""Present how long the phone has watched: of 14 days each, and together. Every screen that says "nothing" says it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bluezone.i18n import Translator, at_start
from bluezone.phone.app.facts import PhoneFacts
from bluezone.phone.matching.watched import Watched, Worth, watched_days

DAYS = 14
_HOUR_S = 3_600.0
_HEIGHT, _WHOLE_DAY_H = 56.0, 24.0


@dataclass(frozen=True, slots=True)
class WatchBar:
    """Describe one day of the drawing. `kind`: watched, idle (in use, and nothing was watched) or blank (not yet in
    use); `height` of 56."""

    kind: str
    height: float
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Watching:
    """Hold what was watched. `hours`: all of it, as it is said; `sentence` says what the drawing shows."""

    worth: Worth
    hours: str
    sentence: str
    bars: tuple[WatchBar, ...]


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
    if blank:
        begun = language.ngettext(
            "Bluezone has been in use for {n} day.", "Bluezone has been in use for {n} days.", DAYS - blank
        )
        sentence += " " + begun.format(n=language.number(DAYS - blank))
    bars = tuple(_bar(day.start_s, day.seconds, language) for day in watched.days)
    return Watching(watched.worth, hours, sentence, bars)


def _bar(start_s: float, seconds: float | None, language: Translator) -> WatchBar:
    date, label = at_start(language.date(start_s)), language.day(start_s)
    if seconds is None:
        return WatchBar("blank", 0.0, label, language.gettext("{date}: not yet in use").format(date=date))
    text = language.gettext("{date}: watched for {hours}").format(date=date, hours=watched_text(seconds, language))
    height = min(seconds / _HOUR_S / _WHOLE_DAY_H, 1.0) * _HEIGHT
    return WatchBar("watched" if seconds >= 60 else "idle", round(height, 1), label, text)


def watched_text(seconds: float, language: Translator) -> str:
    """Write how long was watched, never more than it was: whole hours, or minutes where it was less than one."""
    unit_s = _HOUR_S if seconds >= _HOUR_S else 60.0
    return language.duration(math.floor(seconds / unit_s) * unit_s)
