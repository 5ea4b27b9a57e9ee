"""Add the campaign's items to the menus, and its orders and units to the search."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.campaign.orders.models import Directive
from bluezone.authority.campaign.orders.views import naming_ones
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.authority.site.language import unit_name
from bluezone.authority.site.registries import Area, Audience, Found, MenuItem
from bluezone.geography import catalogue
from bluezone.geography.units import Level


def find(text: str, officer: User) -> list[Found]:
    """Find for the one search orders by their number, and provinces, districts and communes by name."""
    own, day = scope.jurisdiction(officer), clock.today()
    if own is None:
        return []
    orders = naming_ones(Directive.objects.filter(number__iexact=text), officer, "")[:10]
    found = [Found(each.number, gettext("order"), reverse("orders:directive", args=[each.pk])) for each in orders]
    for level in (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE):
        unit = catalogue.all_units().bearing(text, on=day, level=level)
        if unit is not None and own.may_see(place_of(unit.code)):
            note = catalogue.all_units().path(unit)
            found.append(Found(unit_name(unit), note, reverse("figures:unit", args=[str(unit.code)])))
    return found


ITEMS = (
    MenuItem("rollout", "public:dashboard", _("The country"), Audience.PUBLIC, rank=10),
    MenuItem(
        "own",
        "figures:own",
        _("Report our figure"),
        Audience.HEADS,
        rank=20,
        area=Area.CAMPAIGN,
        help=_("how many of your people have the app"),
    ),
    MenuItem(
        "enter",
        "figures:new",
        _("Enter a figure"),
        Audience.DIRECTING,
        rank=20,
        more_pages=("figures",),
        area=Area.CAMPAIGN,
        help=_("of your unit or one below, or correct one"),
    ),
    MenuItem(
        "import",
        "figures:upload",
        _("Import a table"),
        Audience.DIRECTING,
        rank=30,
        area=Area.CAMPAIGN,
        help=_("any spreadsheet, looked at before anything is stored"),
    ),
    MenuItem(
        "national",
        "national:table",
        _("The national table"),
        Audience.DIRECTING,
        rank=37,
        area=Area.CAMPAIGN,
        help=_("as the Ministry printed it, beside our ranks"),
    ),
    MenuItem(
        "completeness",
        "figures:completeness",
        _("Reports day by day"),
        Audience.DIRECTING,
        rank=41,
        area=Area.CAMPAIGN,
        help=_("how many of each level, and approved days"),
    ),
    MenuItem(
        "populations",
        "populations:list",
        _("Populations"),
        Audience.DIRECTING,
        rank=35,
        area=Area.CAMPAIGN,
        help=_("how many people there are: what shares are of"),
    ),
    MenuItem(
        "reports",
        "figures:reports",
        _("Reports"),
        Audience.DIRECTING,
        rank=40,
        area=Area.CAMPAIGN,
        help=_("who has reported, who is silent"),
    ),
    MenuItem(
        "reports",
        "figures:reports",
        _("Reports"),
        Audience.OFFICES,
        rank=40,
        area=Area.CAMPAIGN,
        help=_("who has reported, who is silent"),
    ),
    MenuItem(
        "directives",
        "orders:list",
        _("Orders"),
        Audience.OFFICERS,
        rank=15,
        area=Area.CAMPAIGN,
        help=_("who is to bring what by when, and where they stand"),
    ),
    MenuItem(
        "bulletins",
        "bulletins:list",
        _("Bulletins"),
        Audience.DIRECTING,
        rank=70,
        area=Area.CAMPAIGN,
        help=_("PDF, XLSX and a text for Zalo, made by itself each day"),
    ),
)
