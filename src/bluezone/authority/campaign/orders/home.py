"""Add orders to the officer's home page: a link, and the next target of a head's organisation."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.campaign.figures.home import shown_to_head
from bluezone.authority.campaign.orders.models import Kind, Target
from bluezone.authority.site.language import number_text, page_language
from bluezone.authority.site.registries import HomePart, Link, Task, TaskPart, Tone, Visitor
from bluezone.i18n import format_date


def tasks(visitor: Visitor) -> Iterable[Task]:
    """Return the next target of a head's organisation, and how many installations are missing."""
    if not visitor.is_head:
        return
    targets = Target.objects.filter(
        kind=Kind.ORGANISATION, organisation__place=visitor.place, left_on=None, directive__ended_on=None
    ).annotate(until=Coalesce("own_deadline", "directive__deadline"))
    target = (
        targets.filter(until__gte=visitor.day).select_related("directive", "organisation").order_by("until").first()
    )
    if target is None or target.organisation is None:
        return
    facts = {
        "number": target.directive.number,
        "target": number_text(target.installs),
        "deadline": format_date(target.deadline, page_language()),
        "missing": number_text(max(0, target.installs - shown_to_head(target.organisation, visitor.day))),
    }
    sentence = _("Order %(number)s: %(target)s people with the app by %(deadline)s; %(missing)s are missing.") % facts
    yield Task(Tone.PLAIN, (TaskPart(sentence),))


def links(_visitor: Visitor) -> Iterable[Link]:
    """Return the link to orders."""
    yield Link(reverse("orders:list"), _("Orders"), _("who is to bring what by when, and where they stand"))


PART = HomePart(20, tasks, links)
