"""Add people in quarantine to the officer's home page: rosters to start, people nobody has asked yet."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bluezone.authority.officers import scope
from bluezone.authority.quarantine import places, presenters, queries
from bluezone.authority.site.language import number_text, page_language
from bluezone.authority.site.registries import HomePart, Link, Task, TaskPart, Tone, Visitor
from bluezone.i18n import format_date


def tasks(visitor: Visitor) -> Iterable[Task]:
    """List, for each roster the officer keeps, that it is to be started, or how many were not asked yet; for who is
    above, the sum over all places."""
    own = scope.required(visitor.user)
    kept = places.own_places(own, visitor.day)
    if not kept:
        if not visitor.is_head:
            yield from _of_all(visitor)
        return
    for place in kept:
        yield from _of_place(place, visitor)


def _of_place(place: places.RosterPlace, visitor: Visitor) -> Iterable[Task]:
    newest = queries.newest_of(place.place, visitor.day)
    if newest is None and place.at_home:  # a commune without anybody in quarantine at home has nothing to do
        return
    address = reverse("quarantine:roster", args=[place.code])
    name = place.name()
    if newest is None or newest.day != visitor.day:
        last = ""
        if newest is not None:
            last = _("The last one is of %(date)s.") % {"date": format_date(newest.day, page_language())}
        text = _("%(place)s: today's roster is not started yet.") % {"place": name}
        start = TaskPart(_("Start it"), address=address)
        yield Task(
            Tone.WATCH, tuple(part for part in (TaskPart(text, urgent=True), TaskPart(last), start) if part.text)
        )
        return
    if newest.counts.not_yet_asked:
        waiting = presenters.unasked_text(newest.counts.not_yet_asked)
        text = _("%(place)s: %(waiting)s.") % {"place": name, "waiting": waiting}
        yield Task(
            Tone.ACT, (TaskPart(text, urgent=True), TaskPart(_("Open the roster"), address=f"{address}?only=unasked"))
        )
    elif newest.present:
        said = presenters.asked_sentence(newest.present, 0)
        yield Task(Tone.SAFE, (TaskPart(f"{name}: {said}"), TaskPart(_("Open the roster"), address=address)))


def _of_all(visitor: Visitor) -> Iterable[Task]:
    own = scope.required(visitor.user)
    summary = queries.summary_of(own, visitor.day)
    if not summary.places and not summary.silent:
        return
    parts = [TaskPart(presenters.must_sentence(summary), urgent=summary.not_yet_asked > 0)]
    if summary.silent:
        text = ngettext(
            "%(n)s place without today's roster.", "%(n)s places without today's roster.", len(summary.silent)
        )
        parts.append(TaskPart(text % {"n": number_text(len(summary.silent))}, urgent=True))
    parts.append(TaskPart(_("See where"), address=reverse("quarantine:list")))
    done = summary.totals["not_yet_asked"].exact and not summary.not_yet_asked and not summary.silent
    yield Task(Tone.SAFE if done else Tone.WATCH, tuple(parts))


def links(visitor: Visitor) -> Iterable[Link]:
    """Return the link to the rosters, for who keeps one or directs."""
    if visitor.is_head and not places.own_places(scope.required(visitor.user), visitor.day):
        return
    yield Link(
        reverse("quarantine:list"), _("People in quarantine"), _("who was asked, who has the app: by bed and house")
    )


PART = HomePart(15, tasks, links)
