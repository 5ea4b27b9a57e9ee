"""Add the campaign's items to the menus."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bluezone.authority.site.registries import Audience, MenuItem

ITEMS = (
    MenuItem("rollout", "public:dashboard", _("The country"), Audience.PUBLIC, rank=10, in_area=False),
    MenuItem("own", "figures:own", _("Report our figure"), Audience.HEADS, rank=20),
    MenuItem("enter", "figures:new", _("Enter a figure"), Audience.DIRECTING, rank=20, more_pages=("figures",)),
    MenuItem("import", "figures:upload", _("Import a table"), Audience.DIRECTING, rank=30),
    MenuItem("populations", "populations:list", _("Populations"), Audience.DIRECTING, rank=35),
    MenuItem("reports", "figures:reports", _("Reports"), Audience.DIRECTING, rank=40),
    MenuItem("reports", "figures:reports", _("Reports"), Audience.OFFICES, rank=40),
    MenuItem("directives", "orders:list", _("Orders"), Audience.OFFICERS, rank=15),
    MenuItem("bulletins", "bulletins:list", _("Bulletins"), Audience.DIRECTING, rank=70),
)
