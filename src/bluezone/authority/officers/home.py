"""Add officers and the audit log to the officer's home page."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.site.registries import HomePart, Link, Visitor


def links(visitor: Visitor) -> Iterable[Link]:
    """Return links to the officers below and to the audit log."""
    if not visitor.is_head:
        yield Link(reverse("officers:officers"), _("Officers"), _("appoint, change, suspend those below"))
    yield Link(reverse("officers:changes"), _("Changes"), _("who changed what in your jurisdiction"))


def office_links(_visitor: Visitor) -> Iterable[Link]:
    """Return the link to the audit log."""
    yield Link(reverse("officers:changes"), _("Changes"), _("who changed what in your jurisdiction"))


PART = HomePart(50, links=links)
OFFICE_PART = HomePart(50, links=office_links, for_offices=True)
