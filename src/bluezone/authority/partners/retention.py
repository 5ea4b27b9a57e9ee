"""Delete agreements that are long over, and what was noted of figures; what was handed over of a person goes with the
episode."""

from __future__ import annotations

import datetime as dt

from bluezone.authority.partners.models import Agreement, Delivery
from bluezone.authority.site import clock
from bluezone.authority.site.registries import RetentionRule

#: as long as the audit log
AGREEMENT_LIFE, FIGURE_LIFE = dt.timedelta(days=1_095), dt.timedelta(days=90)


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete agreements, and deliveries of figures."""
    old = Delivery.objects.filter(day__lt=clock.date_of(now) - FIGURE_LIFE)
    figures = old.delete()[0]
    _, kinds = Agreement.objects.filter(ends_at__lt=now - AGREEMENT_LIFE).delete()
    return {"agreements": kinds.get("partners.Agreement", 0), "deliveries of figures": figures}


RULES = (
    RetentionRule(
        "agreements with partners / that a person's record, a day's figures were handed over, with a refusal's text",
        "1,095 days after their last day / with the episode, 90 days",
        "a person must be able to learn who has what is known of them; nothing that was sent is kept",
        purge,
    ),
)
