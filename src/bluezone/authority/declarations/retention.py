"""Delete declarations after the days that their form says."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop

from bluezone.authority.declarations import rules
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.site import clock
from bluezone.authority.site.registries import RetentionRule
from bluezone.authority.work import services as work


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete declarations whose last day is over, with all that was noted about them."""
    old = HealthDeclaration.objects.filter(expires_on__lt=clock.date_of(now))
    for pk in old.filter(state__in=[each.value for each in rules.OPEN]).values_list("pk", flat=True):
        work.settle(rules.SOURCE, pk, (), now)
    _, kinds = old.delete()
    return {"health_declarations": kinds.get("declarations.HealthDeclaration", 0)}


RULES = (
    RetentionRule(
        gettext_noop("health declarations: who declared, what was answered, what became of it"),
        gettext_noop(
            "days after it came as its form says (30 in those that ship, 90 at most); a withdrawn one 8 days, empty"
        ),
        "an infection shows itself within 14 days, and a round of contacts is followed by then",
        purge,
    ),
)
