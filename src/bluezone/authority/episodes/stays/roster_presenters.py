"""Write rosters in the reader's language: counts, rows, places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.episodes.models import Roster, Stay
from bluezone.authority.episodes.stays import queries
from bluezone.authority.episodes.stays.presenters import pseudonym_of
from bluezone.authority.episodes.stays.roster_queries import Standing, Summary, history
from bluezone.authority.episodes.stays.roster_rules import SHOWN, Fact, Total, disclosed, written
from bluezone.authority.episodes.stays.rosters import SECTOR, RosterPlace, counts_of, may_open, state_of
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site.language import disclosure_text, number_text, page_language
from bluezone.authority.site.registries import Link
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.parts import Section, UnitPart
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


def fact_names() -> dict[str, str]:
    """Return what is noted of a person, in words, by the field's name."""
    return {
        Fact.HAS_PHONE.value: _("has a phone"),
        Fact.ASKED.value: _("asked already"),
        Fact.HAS_APP.value: _("has the app"),
        Fact.HELPED.value: _("helped"),
    }


def row_label(stay: Stay) -> str:
    """Name a row for those who do not see where it stands: `bed A12`, `house 12 in hamlet 3, P-7K3M-Q2X`."""
    if stay.bed is not None:
        return _("bed %(number)s") % {"number": stay.bed.number}
    if not stay.house:
        return pseudonym_of(stay)
    facts = {"number": stay.house, "hamlet": hamlet_text(stay.hamlet), "person": pseudonym_of(stay)}
    return _("house %(number)s, %(hamlet)s, %(person)s") % facts


def hamlet_text(hamlet: str) -> str:
    """Return a hamlet's name; of one known by number only "hamlet 3"."""
    return _("hamlet %(number)s") % {"number": hamlet} if len(hamlet) <= 4 else hamlet


def row(stay: Stay) -> dict[str, Any]:
    """Describe somebody with the buttons of a row: what each says, what it sets, and whether that is so already."""
    taps = [{"fact": "here", "name": _("is here"), "on": not stay.away, "sets": str(int(stay.away))}]
    for fact, name in fact_names().items():
        on = getattr(stay, fact)
        taps.append({"fact": fact, "name": name, "on": on, "sets": str(int(not on))})
    return {
        "id": stay.pk,
        "seen": written(state_of(stay)),
        "label": row_label(stay),
        "number": queries.number_of(stay),
        "hamlet": hamlet_text(stay.hamlet) if stay.hamlet else "",
        "person": pseudonym_of(stay) if stay.bed is not None or stay.house else "",
        "present": not stay.away,
        "waiting": not stay.away and not stay.asked,
        "next_person": 0,
        "taps": taps,
    }


def rows(stays: Iterable[Stay], people: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    """Describe people; the last one of a house can take one more person. `people`: how many are in each house, by
    hamlet and number."""
    listed = list(stays)
    made = [row(each) for each in listed]
    for at, each in enumerate(listed):
        following = listed[at + 1] if at + 1 < len(listed) else None
        same = following is not None and (following.hamlet, following.house) == (each.hamlet, each.house)
        made[at]["next_person"] = people.get((each.hamlet, each.house), 0) + 1 if each.house and not same else 0
    return made


def kept(place: RosterPlace, newest: Roster | None) -> dict[str, Any]:
    """Describe a roster that the reader keeps, with how many people nobody has asked yet."""
    waiting = counts_of(newest).not_yet_asked if newest is not None else 0
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


# --- a site's page of the register ------------------------------------------------------------------------------------


def sections(organisation: Organisation, day: dt.date) -> Iterable[Section]:
    """Return the counts of a site's newest rosters, as officers above it read them."""
    if organisation.sector == SECTOR:
        found = history(organisation.place, day)
        yield Section("rosters/unit.html", {"days": [past(each, disclosed(counts_of(each))) for each in found]})


def actions(organisation: Organisation, own: Jurisdiction) -> Iterable[Link]:
    """Return the way to the roster, for who keeps it."""
    if organisation.sector == SECTOR and organisation.closed_on is None and may_open(own, organisation.place):
        yield Link(reverse("quarantine:roster", args=[organisation.code]), _("Today's roster"), primary=True)


PART = UnitPart(sections=sections, actions=actions)
