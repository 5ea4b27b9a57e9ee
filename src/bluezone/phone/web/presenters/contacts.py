"""Present fourteen days of presences, and one of them hour by hour. Nobody can be told from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bluezone.i18n import Translator
from bluezone.phone.matching.presences import Presence, most_at_once

DAYS = 14
HOUR_S = 3_600.0
_BAR_HEIGHT = 96.0


@dataclass(frozen=True, slots=True)
class Bar:
    """Describe one day. Heights are of a drawing 96 high; `text` says all of it."""

    start_s: int
    label: str
    weekday: str
    met: int
    long_near: int
    height: float
    long_near_height: float
    text: str


@dataclass(frozen=True, slots=True)
class Contacts:
    bars: tuple[Bar, ...]
    sentence: str
    is_empty: bool


@dataclass(frozen=True, slots=True)
class Hour:
    label: str
    most: int
    near_minutes: int
    width: float
    text: str


@dataclass(frozen=True, slots=True)
class Day:
    title: str
    sentence: str
    hours: tuple[Hour, ...]


def contacts(days: Sequence[tuple[float, Sequence[Presence]]], language: Translator) -> Contacts:
    """Present the days. `days`: (the owner's midnight, presences), the oldest first."""
    most = max([len(met) for _, met in days] or [0])
    bars = tuple(_bar(start_s, met, most, language) for start_s, met in days)
    total = sum(bar.met for bar in bars)
    long_near = sum(bar.long_near for bar in bars)
    return Contacts(bars, _sentence(total, long_near, language), total == 0)


def _sentence(total: int, long_near: int, language: Translator) -> str:
    _ = language.gettext
    if not total:
        return _("No other phone with Bluezone was met in the last 14 days.")
    met = language.ngettext(
        "About {n} meeting in the last 14 days.", "About {n} meetings in the last 14 days.", total
    ).format(n=language.number(total))
    if not long_near:
        return met + " " + _("None was near for 15 minutes.")
    near = language.ngettext(
        "{n} of them was near for 15 minutes or more.", "{n} of them were near for 15 minutes or more.", long_near
    ).format(n=language.number(long_near))
    return f"{met} {near}"


def _bar(start_s: float, met: Sequence[Presence], most: int, language: Translator) -> Bar:
    long_near = sum(one.long_and_near for one in met)
    return Bar(
        start_s=int(start_s),
        label=language.day(start_s),
        weekday=language.weekday(start_s),
        met=len(met),
        long_near=long_near,
        height=_height(len(met), most),
        long_near_height=_height(long_near, most),
        text=language.gettext("{date}: {met} met, {near} long and near").format(
            date=language.date(start_s), met=language.number(len(met)), near=language.number(long_near)
        ),
    )


def _height(count: int, most: int) -> float:
    """Return at least 3, so that one of a thousand is still seen."""
    return round(max(_BAR_HEIGHT * count / most, 3.0), 1) if count else 0.0


def day(start_s: float, end_s: float, met: Sequence[Presence], language: Translator) -> Day:
    """Present a day hour by hour; hours in which nobody was met are left out."""
    _ = language.gettext
    hours, at_s = [], start_s
    counts = []
    while at_s < end_s:
        counts.append((at_s, most_at_once(met, at_s, at_s + HOUR_S), _near_s(met, at_s, at_s + HOUR_S)))
        at_s += HOUR_S
    most = max(count for _, count, _ in counts)
    for hour_s, count, near_s in counts:
        if count:
            hours.append(_hour(hour_s, count, near_s, most, language))
    if not met:
        sentence = _("No other phone with Bluezone was met on this day.")
    else:
        sentence = language.ngettext("About {n} meeting.", "About {n} meetings.", len(met)).format(
            n=language.number(len(met))
        )
    return Day(language.date(start_s), sentence, tuple(hours))


def _near_s(met: Sequence[Presence], start_s: float, end_s: float) -> float:
    """Return the near time that falls into the span, each presence's spread evenly over it."""
    total = 0.0
    for one in met:
        overlap = min(one.end_s, end_s) - max(one.start_s, start_s)
        length = one.end_s - one.start_s
        if length <= 0:
            total += one.near_s if start_s <= one.start_s < end_s else 0.0
        elif overlap > 0:
            total += one.near_s * overlap / length
    return total


def _hour(start_s: float, count: int, near_s: float, most: int, language: Translator) -> Hour:
    _ = language.gettext
    minutes = round(near_s / 60)
    label = f"{language.local(start_s):%H}–{language.local(start_s + HOUR_S):%H}"
    at_once = language.ngettext("{n} phone at once", "up to {n} phones at once", count).format(n=language.number(count))
    near = _("near for {minutes}").format(minutes=language.duration(near_s)) if minutes else _("none near")
    return Hour(label, count, minutes, round(100 * count / most, 1), f"{at_once}, {near}")
