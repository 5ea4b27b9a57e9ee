"""Add the register of organisations to the officer's home page."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.officers.jurisdiction import office_number
from bluezone.authority.site.registries import HomePart, Link, Visitor


def links(visitor: Visitor) -> Iterable[Link]:
    """Return the link to the register; for a head the link to the own organisation's page."""
    if visitor.is_head:
        yield Link(reverse("units:list"), _("Our page and poster"), _("its code, and what it has brought"))
    else:
        yield Link(reverse("units:list"), _("Units"), _("schools, offices, companies, their posters"))
        yield Link(reverse("units:sectors"), _("Sectors and offices"), _("what there is, and which office answers"))


def office_links(visitor: Visitor) -> Iterable[Link]:
    """Return the links to an office's own page, and to the units of its sectors."""
    number = office_number(visitor.place)
    yield Link(reverse("units:office", args=[number]), _("The page of our office"), _("its sectors, who is silent"))
    yield Link(reverse("units:list"), _("Units"), _("of our sectors, their posters"))


PART = HomePart(30, links=links)
OFFICE_PART = HomePart(30, links=office_links, for_offices=True)
