"""Add the register of organisations to the officer's home page."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.site.registries import HomePart, Link, Visitor


def links(visitor: Visitor) -> Iterable[Link]:
    """Return the link to the register; for a head the link to the own organisation's page."""
    if visitor.is_head:
        yield Link(reverse("units:list"), _("Our page and poster"), _("its code, and what it has brought"))
    else:
        yield Link(reverse("units:list"), _("Units"), _("schools, offices, companies, their posters"))


PART = HomePart(30, links=links)
