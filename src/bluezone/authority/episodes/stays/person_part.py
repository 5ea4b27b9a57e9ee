"""Show stays on the page of a person: where, until when, what a release lacks, what may be done; checks, care and
results of tests to who may read health data, who may only manage a site sees none of these."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bluezone.authority.episodes.models import Episode, Event, Handover, Letter, Stay
from bluezone.authority.episodes.stays import presenters, queries, rules
from bluezone.authority.episodes.stays.forms import ReasonForm
from bluezone.authority.episodes.stays.rules import RELEASED, Because, Ending
from bluezone.authority.episodes.words import MEDICINE, EventKind, Role, StayKind
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import office_name
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.site import clock
from bluezone.authority.site.registries import Group, Happened, PersonPart, PersonSection, Standing, Tone


def seen(officer: User) -> Q:
    """Return the condition for the people whose stays the officer may see: a site's manager, too."""
    return Q(pk__in=queries.visible(officer).exclude(episode__person=None).values("episode__person"))


def reads_health(officer: User) -> bool:
    """Return whether an officer sees of a stay how the person is."""
    return confirming.may_read_health(Issuer(officer=officer))


def stays_of(officer: User, of: Person | Episode) -> list[Stay]:
    """Return the stays of a person or an episode that the officer may see, the newest first."""
    theirs = Q(episode=of) if isinstance(of, Episode) else Q(episode__person=of)
    return list(queries.visible(officer).filter(theirs).order_by("-since", "-pk"))


def standing(officer: User, of: Person | Episode) -> Standing | None:
    """Return where the person is apart from others: what somebody is told who sees no more than that."""
    row = next((each for each in stays_of(officer, of) if each.ended_on is None), None)
    return Standing(_where(row), _days(row), row.since, row.until) if row is not None else None


def _where(row: Stay) -> str:
    where = presenters.where_of(row, clock.today())
    return _("In isolation: %(where)s") % {"where": f"{where}, {row.bed.number}" if row.bed else where}


def _days(row: Stay) -> str:
    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (row.since, row.until))
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


# --- the time line ----------------------------------------------------------------------------------------------------


def events(officer: User, of: Person | Episode) -> Iterable[Happened]:
    """Yield when stays began and ended, hand-overs, letters, and to who may read health data checks and care."""
    rows = stays_of(officer, of)
    episodes = {row.episode_id for row in rows}
    for row in rows:
        yield _on(row.since, _where(row), _days(row))
        if row.ended_on is not None:
            how = str(presenters.ENDINGS[Ending(row.ending)]) if row.ending else _("The stay ended")
            yield _on(row.ended_on, how, str(presenters.BECAUSE[Because(row.because)]) if row.because else "")
        yield from (issued(each) for each in row.letters.all())
    yield from followed(episodes, reads=reads_health(officer))


def followed(episodes: Collection[uuid.UUID], *, reads: bool) -> Iterable[Happened]:
    """Yield the hand-overs of episodes, and to who may read health data (`reads`) checks and care."""
    yield from (asked(each) for each in Handover.objects.filter(episode__in=episodes))
    kinds = (EventKind.CHECK.value, EventKind.CARE.value) if reads else ()
    for event in Event.objects.filter(episode__in=episodes, kind__in=kinds):
        if event.kind == EventKind.CHECK:
            yield checked(event)
        else:
            yield Happened(event.at, str(presenters.CARE[event.what]), Group.OTHER, icon="done")


def _on(day: dt.date, what: str, more: str) -> Happened:
    noon = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
    return Happened(noon, what, Group.OTHER, more, "done", has_hour=False)


def issued(letter: Letter) -> Happened:
    """Describe a letter as a line of the time line."""
    more = _("withdrawn") if letter.withdrawn_at else ""
    return Happened(letter.issued_at, str(presenters.LETTERS[letter.kind]), Group.PAPERS, more, "letter")


def asked(row: Handover) -> Happened:
    """Describe a hand-over as a line of the time line."""
    more = f"{office_name(row.to_place, clock.today())}: {row.get_state_display()}"
    return Happened(row.asked_at, _("Another office was asked to take over"), Group.OTHER, more, "give")


def checked(event: Event) -> Happened:
    """Describe a check as a line of the time line."""
    found = presenters.check(event)
    tone, _icon, said = found["tag"]
    what = f"{said}: {found['text']}" if found["text"] else said
    more = found["way"]
    if event.severity and event.answered_at is None:
        more += ". " + _("Nobody has called yet.")
    return Happened(event.at, what, Group.CHECKS, more, "form", Tone(tone))


# --- what may be done -------------------------------------------------------------------------------------------------


def sections(officer: User, of: Person | Episode) -> Iterable[PersonSection]:
    """Yield the stay that runs, or ended last, with what may be done of it: its days and tests, where and who, papers.
    Who only reads it gets no buttons."""
    rows = stays_of(officer, of)
    row = next((each for each in rows if each.ended_on is None), rows[0] if rows else None)
    if row is None:
        return
    may_change = queries.editable(officer).filter(pk=row.pk).exists()
    common = {"stay": row, "may_change": may_change, "running": row.ended_on is None}
    yield PersonSection(15, "stays/of_person.html", common | _now(row, officer), aside=False)
    yield PersonSection(40, "stays/who.html", common | _who(row, officer))


def _now(row: Stay, officer: User) -> dict[str, Any]:
    """Return how the stay stands: what is due, what a release lacks, which tests are open."""
    now, episode, running, reads = clock.now(), row.episode, row.ended_on is None, reads_health(officer)
    today = clock.date_of(now)
    checks = episode.events.filter(kind=EventKind.CHECK.value)
    alarms = checks.filter(severity__gt=0, answered_at=None).order_by("-severity", "at")
    asked = episode.handovers.filter(state=Handover.State.WAITING).first()
    tests = [
        each
        for each in episode.tests.order_by("due_on")
        if rules.is_shown(each.due_on, each.result, row.ended_on) and (reads or not each.result)
    ]
    is_positive = reads and any(each.result == "positive" for each in tests)
    return {
        "reads": reads,
        "where": _where(row),
        "days": _days(row),
        "early": row.until > today,
        "overdue": running and row.until < today,
        "due": presenters.DUES[queries.dues([row], now)[row.pk]],
        "missing": missing_texts(row, today, reads=reads) if running and row.until <= today else (),
        "alarms": [presenters.check(each) for each in alarms] if reads else (),
        "is_case": episode.role == Role.F0,
        "has_medicine": episode.events.filter(kind=EventKind.CARE.value, what=MEDICINE).exists(),
        "is_mine": episode.owner_id == officer.pk,
        "fits": presenters.protocol_facts(row)["fits"] or not running,
        "asked_of": office_name(asked.to_place, today) if asked is not None else "",
        "awaits_second": row.needs_second and row.agreed_by_id is None and not running,
        "may_agree": reads and row.ended_by_id != officer.pk,
        "reason": row.unsealed("reason") if row.needs_second and reads else "",
        "may_take_back": row.ended_on == today and scope.editable(Stay.objects.filter(pk=row.pk), officer).exists(),
        "has_telephone": episode.person is not None and bool(episode.person.telephone_digest),
        "tests": [
            {"row": each, "tag": presenters.test_tag(each, today), "open": each.due_on <= today} for each in tests
        ],
        "today": today,
        "positive": is_positive and episode.case_id is None,
        "may_confirm": confirming.may_confirm(Issuer(officer=officer)),
    }


def missing_texts(row: Stay, today: dt.date, *, reads: bool) -> Sequence[str]:
    """Return what a release lacks, in words; to who reads no health data only that something is missing."""
    lacks = queries.missing_of(row, today)
    if lacks and not reads:
        return [_("Who may read health data sees what is missing.")]
    return [str(presenters.MISSING[each]) for each in lacks]


def _who(row: Stay, officer: User) -> dict[str, Any]:
    """Return where the stay is and by which rule, what opens for a reason, what is noted of the app, and its
    letters."""
    today, person = clock.today(), row.episode.person
    known = persons.contact_of(person) if person is not None else None
    kinds = ["order"] if row.ended_on is None else []
    if row.ending and Ending(row.ending) in RELEASED and (not row.needs_second or row.agreed_by_id):
        kinds.append("release")
    letters = list(row.letters.order_by("-issued_at"))
    own = scope.jurisdiction(officer)
    return {
        "place": presenters.where_of(row, today),
        "code": row.organisation.code if row.organisation else row.place.strip("/").split("/")[-1],
        "role": presenters.ROLES[Role(row.episode.role)],
        "protocol": presenters.protocol_facts(row),
        "may_open": own is not None and rules.may_open_private(own, row.place, StayKind(row.kind)),
        "has_address": bool(bytes(row.address)) or bool(known and known.address and row.kind == StayKind.HOME),
        "has_telephone": bool(known and known.telephone),
        "form": ReasonForm(),
        "facts": [{"fact": fact, "name": name, "on": getattr(row, fact)} for fact, name in presenters.FACTS.items()],
        "letter_kinds": [(each, presenters.LETTERS[each]) for each in kinds],
        "replaces": any(each.kind in kinds and each.withdrawn_at is None for each in letters),
    }


PART = PersonPart(30, seen=seen, standing=standing, events=events, sections=sections)
