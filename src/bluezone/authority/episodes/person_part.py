"""Show on the page of a person what is followed: what the person is to whom, exposures, calls, decisions, tests, who
looks after them, and what may be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bluezone.authority.diagnosis import queries as cases
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes import handing_over, presenters, queries, rules, warning
from bluezone.authority.episodes.forms import DECISION_NAMES, IsolationForm, wait_text
from bluezone.authority.episodes.models import Episode, EpisodeTest, Event, Handover, Letter
from bluezone.authority.episodes.retention import EPISODE_LIFE
from bluezone.authority.episodes.stays import person_part as stays
from bluezone.authority.episodes.words import Decision, EventKind, FollowUp, Outcome, Role
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Role as Post
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import office_name
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.person_page import PersonPage, number_of_day, page_with
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.registries import (
    Followed,
    Group,
    Happened,
    Holding,
    PersonPart,
    PersonSection,
    Standing,
    Tone,
)

#: of events those that stand here; checks are the stays', where one is seen
_TOLD = (EventKind.CALL.value, EventKind.COURSE.value, EventKind.TRAVEL.value)
_OWN = (EventKind.CALL.value, EventKind.CHANGE.value, EventKind.COURSE.value, EventKind.TRAVEL.value)


def seen(officer: User) -> Q:
    """Return the condition for the people whose episodes the officer may see, or whose office handed them over."""
    shown = Q(pk__in=_shown(officer).exclude(person=None).values("person"))
    return shown | Q(pk__in=handing_over.given(officer).exclude(episode__person=None).values("episode__person"))


def _shown(officer: User) -> QuerySet[Episode]:
    """Return the episodes that stand on persons' pages: to who may confirm cases, or may read health data."""
    return queries.visible(officer) | queries.readable(officer)


def followed(keys: Collection[int]) -> Mapping[int, Followed]:
    """Return who of some persons, by key, has an open episode, and as what."""
    rows = Episode.objects.filter(person__in=keys, ended_on=None).select_related("case").prefetch_related("tests")
    last, found = clock.today() + rules.TEST_NEAR, {}
    for row in rows:
        said = row.role.upper()
        if row.role != Role.F0 and row.last_contact_on is not None:
            said = _("%(role)s, last contact on %(day)s") % {"role": said, "day": _day(row.last_contact_on)}
        assert row.person_id is not None  # it was found by it
        is_due = any(not each.result and each.due_on <= last for each in row.tests.all())
        found[row.person_id] = Followed(row.place, said, is_due)
    return found


def _episodes(officer: User, person: Person) -> QuerySet[Episode]:
    """Return a person's episodes that the officer may see, the one that runs first; with those of cases that turned out
    to be one of them."""
    theirs = Q(person=person) | Q(case__merged_into__person=person)
    rows = _shown(officer).filter(theirs).select_related("person", "case__person", "owner")
    return rows.order_by("ended_on", "-opened_at")


def _present(officer: User, person: Person) -> Episode | None:
    rows = list(_episodes(officer, person).filter(person=person))
    return next((row for row in rows if row.ended_on is None), rows[-1] if rows else None)


def standing(officer: User, row: Episode) -> Standing:
    """Return what the person is to whom, until when they are followed, and the days that count."""
    first, last = _days(row)
    said = row.role.upper()
    names = list(dict.fromkeys(each.who for each in _exposures(row, officer)))
    if names and row.role != Role.F0:
        said = _("%(role)s of %(names)s") % {"role": said, "names": ", ".join(names)}
    if first and last and row.ended_on is None:
        day, days = number_of_day(first, last, clock.today())
        said += " · " + _("day %(day)s of %(days)s") % {"day": day, "days": days}
    facts = [str(DECISION_NAMES[row.decision]) if row.role != Role.F0 else row.get_classification_display()]
    if row.follow_up != FollowUp.RUNNING:
        facts = [row.get_follow_up_display(), *([row.get_outcome_display()] if row.outcome else [])]
    if row.follow_up_until:
        facts.append(_("followed until %(day)s") % {"day": _day(row.follow_up_until)})
    if row.isolated_on:
        facts.append(_("apart from others since %(day)s") % {"day": _day(row.isolated_on)})
    if wait := wait_text(rules.waits_for(queries.standing_of(row))) if row.ended_on is None else "":
        facts.append(_("waits for: %(what)s") % {"what": wait})
    return Standing(said, "; ".join(facts), first, last)


def _days(row: Episode) -> tuple[dt.date | None, dt.date | None]:
    """Return the days that count: of a contact from the last contact on, of a case those on which it is infectious."""
    if row.role == Role.F0 and row.case is not None and row.case.window is not None:
        return row.case.window.first, row.case.window.last
    first = row.last_contact_on
    return first, rules.last_day(row.follow_up_until, first, disease().windows.follow_up)


def _day(day: dt.date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _exposures(row: Episode, officer: User) -> list[presenters.Met]:
    return presenters.met(queries.exposures_of([row]), _shown(officer), officer)


# --- the time line ----------------------------------------------------------------------------------------------------


def events(officer: User, rows: Iterable[Episode]) -> Iterable[Happened]:
    """Yield exposures, calls, decisions, tests of episodes."""
    for row in rows:
        for met in _exposures(row, officer):
            facts = [met.row.relation, met.setting, met.site, met.found_by]
            if report := met.report:
                risk = _("risk: %(risk)s") % {"risk": report["risk"]}
                facts += [report["length"], report["near"], report["certainty"], risk]
            said = _("Was near %(who)s") % {"who": met.who}
            yield _on(met.row.day, said, Group.CONTACTS, ", ".join(filter(None, facts)), "people")
        yield from (_noted(each) for each in presenters.told(row.events.filter(kind__in=_OWN)))
        if not stays.stays_of(officer, row):
            yield from stays.followed([row.pk], reads=True)
        for test in row.tests.exclude(result=""):
            tone = Tone.ACT if test.result == "positive" else Tone.SAFE
            said = _("Test: %(result)s") % {"result": _result(test)}
            yield _on(test.taken_on or test.due_on, said, Group.TESTS, test.sample, "test", tone)
        if row.ended_on is not None:
            outcome = dict(Episode._meta.get_field("outcome").flatchoices).get(row.outcome, "")
            tone = Tone.PLAIN if row.outcome == Outcome.DIED else Tone.SAFE
            yield _on(row.ended_on, _("The episode ended"), Group.OTHER, str(outcome), "done", tone)


def _on(day: dt.date, what: str, group: Group, more: str, icon: str, tone: Tone = Tone.PLAIN) -> Happened:
    """Describe what is known to have been on a day."""
    noon = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
    return Happened(noon, what, group, more, icon, tone, has_hour=False)


def _noted(found: dict[str, Any]) -> Happened:
    row: Event = found["row"]
    answers = "; ".join(f"{question} {words}" for question, words in found["answers"])
    group, icon = (Group.CALLS, "call") if row.kind == EventKind.CALL else (Group.OTHER, "done")
    by = row.by.get_full_name() if row.by else ""
    more = ". ".join(filter(None, (answers, by)))
    if timezone.localtime(row.at).date() != row.day:  # of a day before it was noted
        return _on(row.day, found["what"], group, more, icon)
    return Happened(row.at, found["what"], group, more, icon)


def _result(row: EpisodeTest) -> str:
    return pgettext("test", "positive") if row.result == "positive" else pgettext("test", "negative")


# --- what may be done -------------------------------------------------------------------------------------------------


def sections(officer: User, row: Episode) -> Iterable[PersonSection]:
    """Yield what may be done of the episode, near whom the person was, and who looks after them."""
    may_change = queries.editable(officer).filter(pk=row.pk).exists()
    if may_change:
        yield PersonSection(10, "episodes/do.html", _actions(row, officer), aside=False)
    yield PersonSection(30, "episodes/near.html", _near(row, officer))
    owner = {"office": office_name(row.place, clock.today()), "owner": row.owner, "row": row, "may_change": may_change}
    yield PersonSection(50, "episodes/owner.html", owner)


def _actions(row: Episode, officer: User) -> dict[str, Any]:
    now, is_contact = clock.now(), row.role != Role.F0
    case = row.case if row.case is not None and row.case.status != Case.Status.WITHDRAWN else None
    is_in_stay = row.stays.filter(ended_on=None).exists()
    is_apart = row.decision is Decision.CONTACT and row.role != Role.F2 and row.ended_on is None
    is_own = row.person is not None and row.person.place == (officer.place or "/")
    return {
        "row": row,
        "is_contact": is_contact,
        "may_open_case": is_own and is_contact and case is None,
        "may_trace_on": row.role != Role.F2 and row.decision is Decision.CONTACT,
        "decisions": [(each.value, DECISION_NAMES[each]) for each in rules.decisions_from(row.decision)]
        if is_contact
        else (),
        "isolation": IsolationForm(initial={"isolated_on": clock.date_of(now)})
        if is_apart and is_contact and not is_in_stay
        else None,
        "new_stay": is_apart and is_own and row.isolated_on is None and not is_in_stay and _enters_stays(officer),
        "may_warn": warning.problem(row, now) is None,
        "warns": warning.warns(row),
    }


def _enters_stays(officer: User) -> bool:
    """Decide whether an officer enters stays: those of a place do, for the ministry reads counts."""
    own = scope.jurisdiction(officer)
    return own is not None and own.directs_places and own.role is not Post.MINISTRY


def _near(row: Episode, officer: User) -> dict[str, Any]:
    exposures = _exposures(row, officer)
    contacts = queries.contacts_of(row)
    number = contacts.count()
    people = [each for each in contacts.filter(pk__in=_shown(officer))[:12] if each.person is not None]
    persons.open_for((each.person for each in people), officer, clock.now())
    return {
        "row": row,
        "exposures": exposures,
        "may_name": any(each.row.source_id is None for each in exposures)
        and queries.editable(officer).filter(pk=row.pk).exists(),
        "contacts": ngettext("%(n)s contact of this person", "%(n)s contacts of this person", number) % {"n": number}
        if number
        else "",
        "of_case": reverse("episodes:of-case", args=[row.case_id])
        if row.case_id and cases.visible_cases(officer).filter(pk=row.case_id).exists()
        else "",
        "people": people,
    }


def _given(officer: User, person: Person) -> Handover | None:
    """Return by which hand-over a person went to another office, whom the officer neither follows nor keeps apart any
    more."""
    if _episodes(officer, person).exists() or any(not row.ended_on for row in stays.stays_of(officer, person)):
        return None
    return handing_over.given(officer).filter(episode__person=person).first()


def _standing_of(officer: User, person: Person) -> Standing | None:
    if (row := _present(officer, person)) is not None:
        return standing(officer, row)
    if (went := _given(officer, person)) is None or went.decided_at is None:
        return None
    office, day = office_name(went.to_place, clock.today()), _day(clock.date_of(went.decided_at))
    said = _("Handed over to %(office)s on %(day)s") % {"office": office, "day": day}
    return Standing(said, _("That office follows the person, and it alone can open who it is."))


def _events_of(officer: User, person: Person) -> Iterable[Happened]:
    """Yield what happened of the episodes that an officer may see; of whom the own office handed over that it did, and
    what it signed before."""
    yield from events(officer, _episodes(officer, person))
    if not stays.stays_of(officer, person) and (went := _given(officer, person)) is not None:
        yield stays.asked(went)
        signed = Letter.objects.filter(stay__episode=went.episode_id, issued_at__lte=went.decided_at)
        yield from (stays.issued(each) for each in signed)


PART = PersonPart(
    20,
    seen=seen,
    standing=_standing_of,
    events=_events_of,
    sections=lambda officer, person: sections(officer, row) if (row := _present(officer, person)) else (),
)


def held_of(pseudonym: str) -> Iterable[Holding]:
    """Return what is held of a person's episodes, for the person's own page: whom they met is told by day alone."""
    rule = _("Needed to find who was infected and to follow you, by the law on infectious diseases.")

    def listed(found: Iterable[tuple[dt.date, object]]) -> str:
        return "; ".join(dict.fromkeys(f"{_day(day)}: {what}" for day, what in found))

    for row in Episode.objects.filter(person__pseudonym=pseudonym).order_by("-opened_at"):
        met = [presenters.Met(each, is_seen=False) for each in queries.exposures_of([row]).reverse()]
        checks = row.events.filter(kind=EventKind.CHECK.value).order_by("at")
        told = presenters.told(row.events.filter(kind__in=_TOLD))
        results = row.tests.exclude(result="").order_by("due_on")
        apart = [(each.since, _day(each.ended_on or each.until)) for each in row.stays.order_by("since")]
        facts = (
            (_("Follow-up"), row.get_follow_up_display()),
            (
                _("Near whom, where"),
                listed((each.row.day, ", ".join(filter(None, (each.setting, each.row.relation)))) for each in met),
            ),
            (_("What your phone reported"), ", ".join(_day(each.row.day) for each in met if each.row.report)),
            (_("Isolation"), "; ".join(f"{_day(since)} – {until}" for since, until in apart)),
            (_("Tests"), listed((each.taken_on or each.due_on, _result(each)) for each in results)),
            (_("Daily checks"), listed((each.day, stays.checked(each).what) for each in checks)),
            (_("Calls and course"), listed((each["row"].day, each["what"]) for each in told)),
        )
        until = clock.date_of(row.opened_at + EPISODE_LIFE)
        called = _("You as %(role)s") % {"role": row.role.upper()}
        yield Holding(called, [each for each in facts if each[1]], until, rule)


class NamelessPage(PersonPage):
    """Show an episode of whom no identity is kept any more, as a person's page."""

    object: Episode  # type: ignore[assignment]  # in place of the person
    person = None

    def parts(self) -> Iterable[PersonPart]:
        """Return what the episode and its stays show, each to who may see it."""
        row = self.object
        if queries.visible(self.officer).filter(pk=row.pk).exists():
            yield PersonPart(
                20,
                standing=lambda officer, _person: standing(officer, row),
                events=lambda officer, _person: events(officer, (row,)),
                sections=lambda officer, _person: sections(officer, row),
            )
        yield PersonPart(
            30,
            standing=lambda officer, _person: stays.standing(officer, row),
            events=lambda officer, _person: stays.events(officer, row),
            sections=lambda officer, _person: stays.sections(officer, row),
        )


def page_of(request: HttpRequest, row: Episode, problem: str = "", status: int = 200, **context: Any) -> HttpResponse:
    """Return the page of whom an episode is of; `problem`: what could not be done, and why."""
    if row.person is not None:
        return page_with(request, row.person, problem, status, **context)
    page = NamelessPage()
    page.setup(request)
    page.object = row
    return page.show(status, problem=problem, reason=None, **context)
