"""Present door lists on officers' pages: answers with their shares, days, posters, in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bluezone.authority.door import wording
from bluezone.authority.door.models import DoorDay, DoorList
from bluezone.authority.door.queries import DoorTotals
from bluezone.authority.door.rules import Answers, App, Kind, Standing
from bluezone.authority.site.language import number_text, page_language
from bluezone.i18n import at_start, format_day, format_share, format_weekday_date
from bluezone.rollout.suppression import LEAST_DISCLOSED


def share_text(part: int, asked: int) -> str:
    """Return a share of the guests who were asked, in whole percent; nothing of few."""
    return format_share(part / asked, page_language(), 0) if asked >= LEAST_DISCLOSED else ""


def answers(answers_: Answers) -> dict[str, Any]:
    """Describe answers: how many guests were asked, and each answer with its share and the width of its bar."""
    asked = answers_.asked
    parts, at = [], 0.0
    for kind, number in zip((Kind.HAD, Kind.HELPED, Kind.REFUSED), answers_.each, strict=True):
        width = 100 * number / asked if asked else 0.0
        parts.append(
            {
                "kind": kind.value,
                "word": _WORDS[kind](),
                "number": number_text(number),
                "share": share_text(number, asked),
                "x": f"{at:.2f}%",
                "width": f"{width:.2f}%",
            }
        )
        at += width
    return {"asked": asked, "asked_text": number_text(asked), "parts": parts}


_WORDS = {
    Kind.HAD: lambda: pgettext("beside a share", "had it"),
    Kind.HELPED: lambda: pgettext("beside a share", "helped"),
    Kind.REFUSED: lambda: pgettext("beside a share", "refused"),
}


def standing(standing_: Standing) -> dict[str, Any]:
    """Describe what stands of an app: all answers, and how many of the guests nobody has confirmed yet."""
    new = standing_.unconfirmed.asked
    said = answers(standing_.all)
    said["unconfirmed"] = number_text(new) if new else ""
    said["all_open"] = new == said["asked"]
    return said


def totals(name: str, found: DoorTotals, **more: Any) -> dict[str, Any]:
    """Describe the totals of a sector or a place."""
    return {
        "name": name,
        "units": number_text(found.units),
        "hang": number_text(found.poster_hangs),
        "never": number_text(found.never_visited) if found.never_visited else "",
        "telling": number_text(found.telling),
        "apps": [(wording.app_name(app), standing(found.of(app))) for app in App],
        **more,
    }


def poster_text(door: DoorList | None) -> str:
    """Say whether a door's poster hangs, since when, and who says so."""
    if door is None or door.poster == DoorList.Poster.UNKNOWN or door.poster_on is None:
        return _("nobody has said")
    hangs = door.poster == DoorList.Poster.HUNG
    if door.poster_seen:
        said = _("hangs since %(date)s, seen") if hangs else _("does not hang since %(date)s, seen")
    else:
        said = _("hangs since %(date)s, as told") if hangs else _("does not hang since %(date)s, as told")
    return said % {"date": format_day(door.poster_on, page_language())}


def days(rows: Iterable[DoorDay]) -> list[dict[str, Any]]:
    """Describe days, newest first, each with its apps."""
    by_day: dict[dt.date, dict[App, DoorDay]] = {}
    for row in rows:
        by_day.setdefault(row.day, {})[App(row.app)] = row
    language = page_language()
    return [
        {
            "day": at_start(format_weekday_date(day, language)),
            "date": day,
            "apps": [
                (wording.app_name(app), standing(apps[app].standing if app in apps else Standing(Answers(), Answers())))
                for app in App
            ],
            "confirmed_on": _confirmed_on(list(apps.values())),
            "apart": sum(row.apart for row in apps.values() if row.asks),
        }
        for day, apps in sorted(by_day.items(), reverse=True)
    ]


def _confirmed_on(rows: Sequence[DoorDay]) -> str:
    days_ = [row.confirmed_on for row in rows if row.confirmed_on]
    return format_day(max(days_), page_language()) if days_ else ""


def sentence(of: DoorTotals, days_: int) -> str:
    """Say in one sentence what the doors of a place have told in the last days."""
    bluezone = of.of(App.BLUEZONE).all
    facts = {"days": number_text(days_), "asked": number_text(bluezone.asked)}
    if not bluezone.asked:
        return _("In the last %(days)s days no guest was asked at a door.") % facts
    if bluezone.asked < LEAST_DISCLOSED:
        return _("In the last %(days)s days %(asked)s guests were asked at doors: too few for shares.") % facts
    facts |= {
        "had": share_text(bluezone.had, bluezone.asked),
        "helped": number_text(bluezone.helped),
        "refused": share_text(bluezone.refused, bluezone.asked),
    }
    return (
        _(
            "In the last %(days)s days %(asked)s guests were asked at doors: %(had)s had Bluezone, %(helped)s "
            "installed it with help, %(refused)s did not want it."
        )
        % facts
    )
