"""Collect this package's models, as Django wants them."""

from bluezone.authority.campaign.bulletins.models import IssuedBulletin
from bluezone.authority.campaign.figures.models import (
    ApprovedDay,
    DailyCount,
    FiguresState,
    Population,
    PrintedTable,
    Reminder,
)
from bluezone.authority.campaign.installations.models import Installation
from bluezone.authority.campaign.orders.models import Directive, Target

__all__ = [
    "ApprovedDay",
    "DailyCount",
    "Directive",
    "FiguresState",
    "Installation",
    "IssuedBulletin",
    "Population",
    "PrintedTable",
    "Reminder",
    "Target",
]
