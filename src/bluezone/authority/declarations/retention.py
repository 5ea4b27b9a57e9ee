"""Delete declarations after the days that their form says."""

from __future__ import annotations

import datetime as dt

from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.site import clock
from bluezone.authority.site.registries import RetentionRule


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete declarations whose last day is over, with all that was noted about them."""
    _, kinds = HealthDeclaration.objects.filter(expires_on__lt=clock.date_of(now)).delete()
    return {"health_declarations": kinds.get("declarations.HealthDeclaration", 0)}


RULES = (
    RetentionRule(
        "health declarations: who declared, what was answered, what became of it",
        "days after it came as its form says (30 in those that ship, 90 at most); a withdrawn one 8 days, empty",
        "an infection shows itself within 14 days, and a round of contacts is followed by then",
        purge,
    ),
)
