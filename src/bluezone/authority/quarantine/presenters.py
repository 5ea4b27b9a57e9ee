"""Write rosters in the reader's language: counts, rows, places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.officers.pages import place_name
from bluezone.authority.quarantine.models import Roster, Row
from bluezone.authority.quarantine.places import RosterPlace
from bluezone.authority.quarantine.queries import Standing, Summary
from bluezone.authority.quarantine.rules import SHOWN, Fact, Presence, Total
from bluezone.authority.site.language import disclosure_text, number_text, page_language
from bluezone.geography.errors import GeographyError
from bluezone.i18n import format_date
from bluezone.rollout.suppression import Disclosure


def count_names() -> dict[str, str]:
    """Return what each count of a roster is, in words."""
    return {
        "present": _("present"),
        "with_phone": _("with a phone"),
        "asked": _("asked already"),
        "not_yet_asked": _("not yet asked"),
        "has_app": _("with the app"),
        "helped": _("helped"),
    }


def total_text(made: Total) -> str:
    """Return a sum over places: "at least 12" where some are not shown exactly."""
    number = number_text(made.number)
    if made.exact:
        return number
    return _("at least %(count)s") % {"count": number} if made.number else _("few, not shown")


def tally(counts: Mapping[str, Disclosure]) -> list[dict[str, Any]]:
    """List a place's counts for a page, each with its name."""
    names = count_names()
    return [
        {"key": key, "name": names[key], "text": disclosure_text(counts[key]), "some": counts[key].at_least > 0}
        for key in SHOWN
        if key in counts
    ]


def totals(summary: Summary) -> list[dict[str, Any]]:
    """List sums over places for a page."""
    names = count_names()
    return [
        {"key": key, "name": names[key], "text": total_text(made), "some": made.number > 0}
        for key, made in summary.totals.items()
    ]


def must_sentence(summary: Summary) -> str:
    """Say how far those in quarantine have been asked to install the app, as the order wants it."""
    asked, waiting = summary.totals["asked"], summary.totals["not_yet_asked"]
    present = total_text(summary.totals["present"])
    if not summary.places:
        return _("No roster of people in quarantine in the last 14 days.")
    if waiting.exact and not waiting.number:
        return _("All %(present)s people in quarantine have been asked to install the app.") % {"present": present}
    return _("People in quarantine: %(present)s; asked to install the app: %(asked)s, not yet asked: %(waiting)s.") % {
        "present": present,
        "asked": total_text(asked),
        "waiting": total_text(waiting),
    }


def asked_sentence(present: int, waiting: int) -> str:
    """Say in one sentence, to the place itself, how many nobody has asked yet."""
    if not present:
        return _("Nobody is here in quarantine.")
    if not waiting:
        return _("All %(present)s people here have been asked to install the app.") % {"present": number_text(present)}
    text = ngettext(
        "%(waiting)s of %(present)s people here has not been asked yet.",
        "%(waiting)s of %(present)s people here have not been asked yet.",
        waiting,
    )
    return text % {"waiting": number_text(waiting), "present": number_text(present)}


def unasked_text(waiting: int) -> str:
    """Return "4 people not yet asked"."""
    text = ngettext("%(waiting)s person not yet asked", "%(waiting)s people not yet asked", waiting)
    return text % {"waiting": number_text(waiting)}


def row_label(row: Row) -> str:
    """Name a row for those who do not see where it stands: `bed A12`, `house 12 in Ấp 3, person 2`."""
    if not row.hamlet:
        return _("bed %(number)s") % {"number": row.number}
    return _("house %(number)s, %(hamlet)s, person %(person)s") % {
        "number": row.number,
        "hamlet": hamlet_text(row.hamlet),
        "person": row.person,
    }


def hamlet_text(hamlet: str) -> str:
    """Return a hamlet's name; of one known by number only "hamlet 3"."""
    return _("hamlet %(number)s") % {"number": hamlet} if len(hamlet) <= 4 else hamlet


def row(made: Row) -> dict[str, Any]:
    """Describe a row with its buttons: what each says, what it sets, and whether that is so already."""
    state = made.state
    present = state.presence is Presence.PRESENT
    facts = (
        (Fact.HAS_PHONE, _("has a phone")),
        (Fact.ASKED, _("asked already")),
        (Fact.HAS_APP, _("has the app")),
        (Fact.HELPED, _("helped")),
    )
    here = {
        "fact": "presence",
        "name": _("is here"),
        "on": present,
        "sets": Presence.ABSENT.value if present else Presence.PRESENT.value,
    }
    taps = [here] + [
        {"fact": fact.value, "name": name, "on": getattr(state, fact), "sets": "0" if getattr(state, fact) else "1"}
        for fact, name in facts
    ]
    return {
        "id": made.pk,
        "version": made.version,
        "label": row_label(made),
        "number": made.number,
        "hamlet": hamlet_text(made.hamlet) if made.hamlet else "",
        "person": made.person,
        "present": present,
        "waiting": present and not state.asked,
        "taps": taps,
    }


def rows(found: Iterable[Row]) -> list[dict[str, Any]]:
    """Describe rows; the last one of a house can take one more person."""
    listed = list(found)
    made = [row(each) for each in listed]
    for at, each in enumerate(listed):
        following = listed[at + 1] if at + 1 < len(listed) else None
        same = following is not None and (following.hamlet, following.number_key) == (each.hamlet, each.number_key)
        made[at]["next_person"] = each.person + 1 if each.hamlet and not same else 0
    return made


def kept(place: RosterPlace, newest: Roster | None) -> dict[str, Any]:
    """Describe a roster that the reader keeps, with how many people nobody has asked yet."""
    waiting = newest.counts.not_yet_asked if newest is not None else 0
    return {
        "code": place.code,
        "name": place.name(),
        "newest": newest,
        "waiting": waiting,
        "sentence": asked_sentence(newest.present, waiting) if newest is not None else "",
    }


def standing(each: Standing, day: dt.date) -> dict[str, Any]:
    """Describe a place with its newest roster for the list."""
    return {
        "name": each.organisation.name if each.organisation else _("At home"),
        "within": _within(each, day),
        "counts": tally(each.counts),
        "day": format_date(each.day, page_language()) if each.day else "",
        "stale": each.day != day,
        "checked": each.checked,
    }


def past(roster: Roster, shown: Mapping[str, Disclosure]) -> dict[str, Any]:
    """Describe the counts of a past day."""
    return {
        "date": roster.day,
        "day": format_date(roster.day, page_language()),
        "counts": tally(shown),
        "checked": roster.checked_at is not None,
    }


def roster_title(written: str) -> str:
    """Name a roster in the audit log by its place and day, from what was written of it: `/63:93/… 2020-08-20`."""
    place, _space, day = written.rpartition(" ")
    try:
        date = dt.date.fromisoformat(day)
        return f"{place_name(place, date)}, {format_date(date, page_language())}"
    except (GeographyError, ValueError):
        return written


def _within(each: Standing, day: dt.date) -> str:
    return RosterPlace("", each.place, each.organisation).within(day)
