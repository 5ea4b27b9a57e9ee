"""The number of the last change of figures: what was drawn of earlier ones is stale."""

from __future__ import annotations

from django.db.models import F

from bluezone.authority.campaign.figures.models import FiguresState
from bluezone.authority.site import clock


def figures_changed() -> None:
    """To be called in the transaction that changes figures."""
    now = clock.now()
    if not FiguresState.objects.filter(pk=1).update(number=F("number") + 1, changed_at=now):
        FiguresState.objects.get_or_create(pk=1, defaults={"number": 1, "changed_at": now})


def one_figure_changed(**_: object) -> None:
    """A figure saved or deleted by itself (a signal's receiver)."""
    figures_changed()
