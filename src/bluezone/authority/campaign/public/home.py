"""Link to the public page of a unit, from the officer's home page and from its figures."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.campaign.public import curves
from bluezone.authority.site.language import page_language
from bluezone.authority.site.registries import HomePart, HomeSection, Link, Visitor
from bluezone.geography.units import Level, Unit


def link(unit: Unit) -> Link:
    """Return the link from a unit's figures to its public page."""
    return Link(_address(unit), _("As the public sees it"))


def links(visitor: Visitor) -> Iterable[Link]:
    """Return the link to the own unit's public page."""
    if not visitor.is_head:
        yield Link(_address(visitor.unit), _("The public page"), _("what everybody can see of your unit"))


def sections(visitor: Visitor) -> Iterable[HomeSection]:
    """Return the curve of the own place, where there is one."""
    unit = visitor.unit
    if visitor.is_head or len(curves.curve_of(unit, visitor.day).points) < 2:
        return
    context = {"code": str(unit.code), "day": visitor.day, "language": page_language().value}
    yield HomeSection("public/home_curve.html", context)


def _address(unit: Unit) -> str:
    """Return the address of a unit's public page; that of the nation is the dashboard."""
    return reverse("public:dashboard") if unit.level is Level.NATION else reverse("public:unit", args=[str(unit.code)])


PART = HomePart(60, links=links, sections=sections)
