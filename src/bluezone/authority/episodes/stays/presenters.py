"""Write stays and rosters in the reader's language: who, where, what is due, what was said, which rule holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.episodes.models import EpisodeTest, Event, Letter, Roster, Stay
from bluezone.authority.episodes.stays import protocols, rules
from bluezone.authority.episodes.stays.protocols import Protocol
from bluezone.authority.episodes.stays.roster_rules import SHOWN, Fact, Total, disclosed, written
from bluezone.authority.episodes.stays.rosters import (
    SECTOR,
    RosterPlace,
    Standing,
    Summary,
    counts_of,
    history,
    may_open,
    state_of,
)
from bluezone.authority.episodes.stays.rules import Because, Due, Ending, Missing, Said, Severity, TestState, Way
from bluezone.authority.episodes.words import MEDICINE, REFERRAL, EventKind, Role, StayKind
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.language import disclosure_text, number_text, page_language
from bluezone.authority.site.registries import Link
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.parts import Section, UnitPart
from bluezone.geography.errors import GeographyError
from bluezone.i18n import format_date, format_number
from bluezone.rollout.suppression import Disclosure

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: a tag: its tone, icon and text
Tag = tuple[str, str, Any]


#: what a person is in an outbreak
ROLES = {
    Role.F0: _("Case (F0)"),
    Role.F1: _("Close contact of a case (F1)"),
    Role.F2: _("Contact of a contact (F2)"),
    Role.TRAVELLER: _("Came from abroad or from an area with an outbreak"),
}
#: where somebody is isolated
KINDS = {
    StayKind.SITE: _("at a quarantine site"),
    StayKind.HOME: _("at home"),
    StayKind.HOSPITAL: _("in hospital"),
}
#: how a stay ended
ENDINGS = {
    Ending.DONE: _("Released on the last day"),
    Ending.EARLY: _("Released early"),
    Ending.DIED: _("Died"),
    Ending.MISTAKE: _("Entered by mistake"),
}
#: why somebody was released early
BECAUSE = {
    Because.NO_CONTACT: _("Was no contact after all"),
    Because.SHORTER: _("A rule made the time shorter"),
    Because.HARDSHIP: _("Hardship: illness, a death, a child alone"),
    Because.OTHER: _("Other"),
}
#: what a release lacks
MISSING = {
    Missing.DANGER: _("A danger sign was declared today."),
    Missing.FEVER: _("A fever was declared today."),
    Missing.ALARM: _("Symptoms were declared, and nobody has called yet."),
    Missing.TEST: _("A test is due and not taken."),
    Missing.RESULT: _("The result of a test is missing."),
    Missing.POSITIVE: _("The last test is positive."),
}
#: what is due of today's check as a tag
DUES: Mapping[Due, Tag] = {
    Due.NOTHING: ("", "off", _("nothing due")),
    Due.DECLARED: ("safe", "done", _("declared")),
    Due.AWAITED: ("", "wait", _("not yet")),
    Due.REMIND: ("watch", "wait", _("not yet, and it is time")),
    Due.CALL: ("act", "alert", _("not declared: call")),
}
#: a check's urgency as a tag
SEVERITIES: Mapping[int, Tag] = {
    Severity.WELL: ("safe", "done", _("well")),
    Severity.SYMPTOMS: ("watch", "alert", _("symptoms")),
    Severity.EMERGENCY: ("act", "alert", _("needs help now")),
}
#: how a check came
WAYS: Mapping[str, StrOrPromise] = {
    Way.PHONE: _("by the app"),
    Way.WEB: _("by the link"),
    Way.CALL: _("by a call or a visit"),
}
#: words of care
CARE = {MEDICINE: _("got the medicine bag"), REFERRAL: _("taken to hospital")}
#: which letter it is
LETTERS = {"order": _("Order to isolate"), "release": _("Release from isolation")}
#: what each count of a roster is
COUNTS = {
    "present": _("present"),
    "with_phone": _("with a phone"),
    "asked": _("asked already"),
    "not_yet_asked": _("not yet asked"),
    "has_app": _("with the app"),
    "helped": _("helped"),
}
#: what is noted of a person, by the field's name
FACTS: Mapping[str, StrOrPromise] = {
    Fact.HAS_PHONE.value: _("has a phone"),
    Fact.ASKED.value: _("asked already"),
    Fact.HAS_APP.value: _("has the app"),
    Fact.HELPED.value: _("helped"),
}


def where_of(stay: Stay, day: dt.date) -> str:
    """Return the site's name; of a home or a hospital that of its commune."""
    if stay.organisation is not None:
        return str(stay.organisation.name)
    commune = place_name(stay.place, day)
    if stay.kind == StayKind.HOSPITAL:
        return gettext("in hospital, %(commune)s") % {"commune": commune}
    return gettext("at home, %(commune)s") % {"commune": commune}


def test_tag(test: EpisodeTest, today: dt.date) -> Tag:
    """Return a test's state as a tag."""
    if test.result == "positive":
        return ("act", "alert", gettext("positive"))
    if test.result:
        return ("safe", "done", gettext("negative"))
    if test.taken_on:
        return ("watch", "wait", gettext("taken, the result is awaited"))
    return {
        TestState.COMING: ("", "wait", gettext("to come")),
        TestState.DUE: ("watch", "wait", gettext("due today")),
        TestState.MISSED: ("act", "alert", pgettext("test", "missed")),
        TestState.DONE: ("safe", "done", gettext("done")),
    }[rules.test_state(test.due_on, test.result, today)]


def check(event: Event) -> dict[str, Any]:
    """Describe a check: signs, temperature and oxygen in words; whether the person is well says the tag."""
    said = Said.from_json(event.facts)
    parts = [disease().signs.listed(said.symptoms, page_language())] if said.symptoms else []
    if said.temperature is not None:
        degrees = format_number(said.temperature, page_language(), 1)
        parts.append(gettext("%(degrees)s °C") % {"degrees": degrees})
    if said.oxygen is not None:
        parts.append(gettext("oxygen %(percent)s %%") % {"percent": said.oxygen})
    return {
        "row": event,
        "text": ", ".join(parts),
        "tag": SEVERITIES[event.severity],
        "way": str(WAYS[event.what]),
    }


def rows(stays: Iterable[Stay], dues: Mapping[int, Due], now: dt.datetime, *, reads: bool) -> list[dict[str, Any]]:
    """Describe stays for a list, each with the next test and whether the person was heard today; to who may read health
    data (`reads`) how they are."""
    listed, today = list(stays), clock.date_of(now)
    episodes = [stay.episode_id for stay in listed]
    tests: dict[object, EpisodeTest] = {}
    for test in EpisodeTest.objects.filter(episode__in=episodes, result="").order_by("-due_on"):
        tests[test.episode_id] = test
    checks = Event.objects.filter(episode__in=episodes, kind=EventKind.CHECK.value, day=today).order_by("severity")
    said = dict(checks.values_list("episode", "severity")) if reads else {}
    letters = Letter.objects.filter(stay__in=[stay.pk for stay in listed], kind="order", withdrawn_at=None)
    ordered = set(letters.values_list("stay", flat=True))
    return [
        {
            "stay": stay,
            "called": stay.episode.called,
            "spot": spot_text(stay),
            "role": stay.episode.role.upper() if stay.episode.role != Role.TRAVELLER else gettext("traveller"),
            "is_case": stay.episode.role == Role.F0,
            "where": where_of(stay, today),
            "due": DUES[dues[stay.pk]],
            "said": SEVERITIES[said[stay.episode_id]] if stay.episode_id in said else None,
            "test": tests.get(stay.episode_id),
            "test_tag": test_tag(tests[stay.episode_id], today) if stay.episode_id in tests else None,
            "overdue": stay.ended_on is None and stay.until < today,
            "ordered": stay.pk in ordered,
        }
        for stay in listed
    ]


def protocol_facts(stay: Stay) -> dict[str, Any]:
    """Return what a page says of the rule that gave a stay its last day."""
    found = protocols.by_name(stay.protocol)
    if found is None:
        return {"name": stay.protocol, "source": "", "assumed": "", "fits": True}
    source, language = found.source_in(page_language().value)
    return {
        "name": found.name,
        "days": found.days,
        "source": source,
        "source_language": language,
        "assumed": assumed_text(found),
        "fits": found.cases == (stay.episode.role == Role.F0),
    }


def assumed_text(protocol: Protocol) -> str:
    """Name what of a rule no text was found for; nothing where there is a text for all."""
    names = {
        "from": gettext("its first day"),
        "days": gettext("its length"),
        "watch_days": gettext("the days of watching"),
        "test_days": gettext("the days of tests"),
        "if_positive_days": gettext("how long a positive test keeps somebody"),
    }
    return ", ".join(text for key, text in names.items() if key in protocol.assumed)


# --- rosters ----------------------------------------------------------------------------------------------------------


def total_text(made: Total) -> str:
    """Return a sum over places: "at least 12" where some are not shown exactly."""
    number = number_text(made.number)
    if made.exact:
        return number
    return gettext("at least %(count)s") % {"count": number} if made.number else gettext("few, not shown")


def tally(counts: Mapping[str, Disclosure]) -> list[dict[str, Any]]:
    """List a place's counts for a page, each with its name."""
    return [
        {"key": key, "name": COUNTS[key], "text": disclosure_text(counts[key]), "some": counts[key].at_least > 0}
        for key in SHOWN
        if key in counts
    ]


def totals(summary: Summary) -> list[dict[str, Any]]:
    """List sums over places for a page."""
    return [
        {"key": key, "name": COUNTS[key], "text": total_text(made), "some": made.number > 0}
        for key, made in summary.totals.items()
    ]


def must_sentence(summary: Summary) -> str:
    """Say how far those in quarantine have been asked to install the app, as the order wants it."""
    asked, waiting = summary.totals["asked"], summary.totals["not_yet_asked"]
    present = total_text(summary.totals["present"])
    if not summary.places:
        return gettext("No roster of people in quarantine in the last 14 days.")
    if waiting.exact and not waiting.number:
        text = gettext("All %(present)s people in quarantine have been asked to install the app.")
    else:
        text = gettext(
            "People in quarantine: %(present)s; asked to install the app: %(asked)s, not yet asked: %(waiting)s."
        )
    return text % {"present": present, "asked": total_text(asked), "waiting": total_text(waiting)}


def asked_sentence(present: int, waiting: int) -> str:
    """Say in one sentence, to the place itself, how many nobody has asked yet."""
    if not present:
        return gettext("Nobody is here in quarantine.")
    if not waiting:
        text = gettext("All %(present)s people here have been asked to install the app.")
        return text % {"present": number_text(present)}
    text = ngettext(
        "%(waiting)s of %(present)s people here has not been asked yet.",
        "%(waiting)s of %(present)s people here have not been asked yet.",
        waiting,
    )
    return text % {"waiting": number_text(waiting), "present": number_text(present)}


def spot_text(stay: Stay) -> str:
    """Return where in a place somebody is: `bed A12`, `house 12, hamlet 3`; nothing where no number is known."""
    if stay.bed is not None:
        return gettext("bed %(number)s") % {"number": stay.bed.number}
    facts = {"number": stay.house, "hamlet": hamlet_text(stay.hamlet)}
    return gettext("house %(number)s, %(hamlet)s") % facts if stay.house else ""


def hamlet_text(hamlet: str) -> str:
    """Return a hamlet's name; of one known by number only "hamlet 3"."""
    return gettext("hamlet %(number)s") % {"number": hamlet} if len(hamlet) <= 4 else hamlet


def label_of(stay: Stay) -> str:
    """Name a row for those who do not see where it stands: where somebody is, and what they are called."""
    return ", ".join(filter(None, (spot_text(stay), stay.episode.called)))


def roster_row(stay: Stay) -> dict[str, Any]:
    """Describe somebody with the buttons of a row: what each says, what it sets, and whether that is so already."""
    taps = [{"fact": "here", "name": gettext("is here"), "on": not stay.away, "sets": str(int(stay.away))}]
    for fact, name in FACTS.items():
        on = getattr(stay, fact)
        taps.append({"fact": fact, "name": name, "on": on, "sets": str(int(not on))})
    return {
        "id": stay.pk,
        "seen": written(state_of(stay)),
        "label": label_of(stay),
        "number": stay.number,
        "hamlet": hamlet_text(stay.hamlet) if stay.hamlet else "",
        "person": stay.episode.called if stay.bed is not None or stay.house else "",
        "present": not stay.away,
        "waiting": not stay.away and not stay.asked,
        "next_person": 0,
        "taps": taps,
    }


def roster_rows(stays: Iterable[Stay], people: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    """Describe people; the last one of a house can take one more person. `people`: how many are in each house, by
    hamlet and number."""
    listed = list(stays)
    made = [roster_row(each) for each in listed]
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
        "name": each.organisation.name if each.organisation else gettext("At home"),
        "within": RosterPlace("", each.place, each.organisation).within(day),
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


# --- a site's page of the register ------------------------------------------------------------------------------------


def sections(organisation: Organisation, day: dt.date) -> Iterable[Section]:
    """Return the counts of a site's newest rosters, as officers above it read them."""
    if organisation.sector == SECTOR:
        found = history(organisation.place, day)
        yield Section("rosters/unit.html", {"days": [past(each, disclosed(counts_of(each))) for each in found]})


def actions(organisation: Organisation, own: Jurisdiction) -> Iterable[Link]:
    """Return the way to the roster, for who keeps it."""
    if organisation.sector == SECTOR and organisation.closed_on is None and may_open(own, organisation.place):
        yield Link(reverse("quarantine:roster", args=[organisation.code]), gettext("Today's roster"), primary=True)


UNIT_PART = UnitPart(sections=sections, actions=actions)
