"""Add the own unit's figures of today and today's bulletin to the officer's home page."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.campaign.bulletins import services
from bluezone.authority.campaign.bulletins.models import IssuedBulletin
from bluezone.authority.site.language import page_language
from bluezone.authority.site.registries import HomePart, Link, Overview, Task, TaskPart, Tone, Visitor
from bluezone.rollout.bulletin import Wanted
from bluezone.rollout.wording import words


def overview(visitor: Visitor) -> Overview | None:
    """Return the own unit's figures of today, as its bulletin would state them."""
    if visitor.is_head:
        return None
    wanted = Wanted(base_date=visitor.day - services.WEEK, forecast=False)
    wanted = services.with_target(visitor.unit.code, visitor.day, wanted)
    bulletin = services.made_of(visitor.unit, visitor.day, wanted)
    text = words(bulletin, page_language())
    known = bulletin.figure is not None
    return Overview(
        text.sentence,
        _("Where we stand"),
        text.facts if known or bulletin.goal is not None else (),
        text.highlights,
        text.sources if known else (),
        "" if known else _("Enter the first one, or import a table of all units."),
    )


def tasks(visitor: Visitor) -> Iterable[Task]:
    """Return the link to today's bulletin where there is one."""
    code = str(visitor.unit.code)
    if visitor.is_head or not IssuedBulletin.objects.filter(unit=code, date=visitor.day).exists():
        return
    files = {kind: reverse("bulletins:bulletin", args=[code, visitor.day.isoformat(), kind]) for kind in ("pdf", "txt")}
    parts = (
        TaskPart(_("The bulletin of today is made:")),
        TaskPart("PDF", address=files["pdf"]),
        TaskPart("·"),
        TaskPart(_("Text for Zalo"), address=files["txt"]),
    )
    yield Task(Tone.SAFE, parts)


def links(visitor: Visitor) -> Iterable[Link]:
    """Return the link to bulletins."""
    if not visitor.is_head:
        help_text = _("PDF, XLSX and a text for Zalo, made by itself each day")
        yield Link(reverse("bulletins:list"), _("Bulletins"), help_text)


PART = HomePart(40, tasks, links, overview)
