"""Say in the list of work what the tasks of an episode and of a hand-over are: of whom the person is a contact, on
which day, what the last call said."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bluezone.authority.episodes import calls as sheets
from bluezone.authority.episodes import presenters, queries, services
from bluezone.authority.episodes.forms import REACHED_NAMES, CallForm
from bluezone.authority.episodes.models import Episode, Event, Handover, Stay
from bluezone.authority.episodes.stays import queries as stays
from bluezone.authority.episodes.stays import rosters
from bluezone.authority.episodes.stays.presenters import KINDS
from bluezone.authority.episodes.words import EventKind, Role, StayKind
from bluezone.authority.officers.pages import office_name, place_name
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.authority.site.language import page_language
from bluezone.authority.work.kinds import NAMES, Line, Panel, Reader, Source
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind
from bluezone.i18n import format_day


def lines(tasks: Sequence[Task], reader: Reader) -> Mapping[int, Line]:
    """Return what rows say of episodes, by the task's key, in as many statements for one as for all."""
    rows = Episode.objects.select_related("person", "case__person").in_bulk(
        [uuid.UUID(task.source_key) for task in tasks]
    )
    newest = {each.episode_id: each for each in queries.exposures_of(rows.values()).reverse()}  # no other one is opened
    exposures = presenters.met(newest.values(), queries.visible(reader.officer), reader.officer)
    near = {each.row.episode_id: each.in_short(reads=reader.reads_health) for each in exposures}
    calls = Event.objects.filter(episode__in=rows, kind=EventKind.CALL.value).order_by("at", "pk")
    last = {episode: (what, at) for episode, what, at in calls.values_list("episode", "what", "at")}
    found = {}
    for task in tasks:
        row = rows.get(uuid.UUID(task.source_key))
        if row is not None:
            found[task.pk] = _line(task, row, near.get(row.pk, ""), last.get(row.pk), reader)
    return found


def _line(task: Task, row: Episode, near: str, call: tuple[str, dt.datetime] | None, reader: Reader) -> Line:
    is_call, contact_on, today = task.kind == Kind.CALL, row.last_contact_on, clock.date_of(reader.now)
    address = reverse("episodes:call" if is_call else "episodes:episode", args=[row.pk])
    enters = task.kind == Kind.ORDER and row.person is not None and row.person.place == reader.own.place
    if enters and reader.own.directs_places and row.person is not None:  # an order is printed of a stay
        address = f"{reverse('isolation:new')}?{urlencode({'pseudonym': row.person.pseudonym, 'role': row.role})}"
    since = _("last contact %(day)s") % {"day": date_format(contact_on, "j/n")} if contact_on else ""
    return Line(
        f"{row.role.upper()}: {NAMES[Kind(task.kind)]}"
        if not is_call
        else _("Call %(role)s") % {"role": row.role.upper()},
        address,
        _("Call") if is_call else _("Open"),
        icon="call" if is_call else "people",
        relation=near,
        day=(today - contact_on).days if contact_on and row.role != Role.F0 else None,
        days=disease().windows.follow_up.days,
        since=since,
        last=f"{date_format(call[1], 'j/n')}: {REACHED_NAMES[call[0]]}" if call else "",
    )


def handover_lines(tasks: Sequence[Task], reader: Reader) -> Mapping[int, Line]:
    """Return what rows say of people whom an office is asked to take over, by the task's key."""
    rows = Handover.objects.select_related("episode").in_bulk([int(task.source_key) for task in tasks])
    today = clock.date_of(reader.now)
    return {
        task.pk: Line(
            _("Take over %(role)s") % {"role": row.episode.role.upper()},
            reverse("episodes:handovers"),
            icon="people",
            note=_("from %(office)s") % {"office": office_name(row.from_place, today)},
        )
        for task in tasks
        if (row := rows.get(int(task.source_key))) is not None
    }


def _call(task: Task, reader: Reader) -> Mapping[str, Any]:
    sheet = sheets.in_force(clock.date_of(reader.now))
    row = Episode.objects.select_related("person").get(pk=task.source_key)
    return {"form": CallForm(sheet, reader.now), "row": row}


_ICONS = {Kind.TEST: "test", Kind.RESULT: "test", Kind.ORDER: "form", Kind.RELEASE: "done", Kind.DECIDE: "people"}
_PAGES = {Kind.CHECK: "isolation:declare", Kind.RELEASE: "isolation:end"}


def _stays(tasks: Sequence[Task], reader: Reader) -> Mapping[int, Line]:
    """Return what rows say of people apart from others."""
    rows = Stay.objects.select_related("episode__person", "episode__case__person", "organisation").in_bulk(
        [int(each.source_key) for each in tasks]
    )
    today, language = clock.date_of(reader.now), page_language()
    found = {}
    for task in tasks:
        row = rows.get(int(task.source_key))
        if row is None:
            continue
        kind, last = Kind(task.kind), row.ended_on or row.until
        if row.ended_on is None and kind in _PAGES:  # on a page of its own
            address = reverse(_PAGES[kind], args=[row.pk])
        else:  # at its place on the page of the person
            address = f"{reverse('isolation:stay', args=[row.pk])}#{'papers' if kind is Kind.ORDER else 'stay'}"
        found[task.pk] = Line(
            _("A second officer is to agree") if row.ended_on and kind is Kind.RELEASE else NAMES[kind],
            address,
            icon=_ICONS.get(kind, "call"),
            relation=row.organisation.name if row.organisation is not None else str(KINDS[StayKind(row.kind)]),
            day=(min(today, last) - row.since).days + 1,
            days=(last - row.since).days + 1,
            since=_("until %(day)s") % {"day": format_day(last, language)},
        )
    return found


def _rosters(tasks: Sequence[Task], reader: Reader) -> Mapping[int, Line]:
    """Return what rows say of places of quarantine where somebody was not asked about the app yet."""
    day = clock.date_of(reader.now)
    return {
        task.pk: Line(
            _("People not asked about the app yet"),
            f"{reverse('quarantine:roster', args=[task.subject])}?only=unasked",
            _("Open the roster"),
            "form",
            about=place_name(task.place, day),
        )
        for task in tasks
    }


_PANELS = {
    Kind.CALL: Panel("episodes/call_panel.html", _call),
    Kind.DECIDE: Panel(
        "episodes/decide_panel.html", lambda task, _reader: {"row": Episode.objects.get(pk=task.source_key)}
    ),
}
SOURCES = (
    Source(services.SOURCE, lines, _PANELS),
    Source(services.HANDOVER, handover_lines),
    Source(stays.SOURCE, _stays),
    Source(rosters.SOURCE, _rosters),
)
